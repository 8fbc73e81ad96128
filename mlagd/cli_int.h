// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the files of mlagd's commands share: every command of cli_grammar.def
 * has its function, named after it, in the file of its subject.
 *
 *   cli.c         nodes, the table of commands
 *   cli_mlag.c    the `mlag` block
 *   cli_port.c    `interface X / mlag ...`
 *   cli_exec.c    show, clear, debug
 *   cli_config.c  the other direction: the running configuration
 */
#ifndef MLAGD_CLI_INT_H
#define MLAGD_CLI_INT_H

#include <zebra.h>
#include "command.h"
#include "vty.h"

#include "mlagd/cli.h"

#define CLI_FUNC(id)                                                                                                   \
	int cmd_##id(const struct cmd_element *self, struct vty *vty, int argc, struct cmd_token *argv[])

/* clang-format off */
#define CLI(id, kind, node, string, help) CLI_FUNC(id);
#include "mlagd/cli_grammar.def"
/* clang-format on */

static inline bool cli_negated(struct cmd_token *argv[])
{
	return strmatch(argv[0]->text, "no");
}

/*
 * Commit what was enqueued. A refusal names the line that was typed, since the
 * model's sentence names the rule alone. Returns a CMD_ code.
 */
int cli_apply(struct vty *vty, int argc, struct cmd_token *argv[]);

/* A command whose last word is the value of one leaf; `no` gives its default back, or removes it. */
int cli_set_leaf(struct vty *vty, int argc, struct cmd_token *argv[], const char *xpath, bool has_default);
/* A command without a value: `no` is false. */
int cli_set_switch(struct vty *vty, int argc, struct cmd_token *argv[], const char *xpath);

/* cli_exec.c: the switched on debugs as commands. */
int cli_write_debugs(struct vty *vty);

#endif
