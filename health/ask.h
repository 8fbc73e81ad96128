// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One command to an FRR daemon over its vty socket, as vtysh asks it, without
 * vtysh: a command with its NUL there; back the text, three NULs, and a status.
 */
#ifndef HEALTH_ASK_H
#define HEALTH_ASK_H

#include <stdbool.h>
#include <stddef.h>

#define ASK_MAX (4U << 20) /* bytes of an answer; a daemon that says more is not listened to */

/*
 * The answer to command, to be freed; NULL: none within timeout_ms, and why holds the reason as a text.
 * Asks as any user: no configuration, no enable.
 */
char *ask(const char *socket_path, const char *command, int timeout_ms, char *why, size_t why_size);

#endif
