// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The listening end of the channel: one socket with a name, one mlagd at a
 * time, the newest. Knows packets, not what they mean.
 */
#ifndef FRR_MLAG_SERVER_H
#define FRR_MLAG_SERVER_H

#include "zebra-module/channel.h"

struct event_loop;

struct server_ops {
	void (*msg)(const struct channel_msg *m);
	void (*connected)(bool up);
};

/* Listen on path (made anew), on the loop; tried again until it can. Once in a process. */
void server_start(struct event_loop *loop, const char *path, const struct server_ops *ops);
bool server_connected(void);
/* Now or never: false, and the connection is closed, when it cannot be taken at once. mlagd says all anew then. */
bool server_send(const struct channel_msg *m);

/* SIGKILL for the mlagd that is connected. */
void server_kill_peer(void);

#endif
