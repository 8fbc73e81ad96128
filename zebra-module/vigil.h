// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watches over mlagd: holds its last orders, knows when it spoke last, looks
 * at the links when that matters, asks deadman.c and carries out what it says.
 * The module in zebra and the guard each run one. failure.md rules 6, 7.
 */
#ifndef FRR_MLAG_VIGIL_H
#define FRR_MLAG_VIGIL_H

#include <zebra.h>
#include "if.h"

#include "zebra-module/channel.h"
#include "zebra-module/deadman.h"

struct event_loop;
struct links;

struct vigil_ops {
	bool module;
	/* A message that is not the vigil's own, in order. */
	void (*msg)(const struct channel_msg *m);
	void (*connected)(bool up);
	/* mlagd has spoken. NULL: nobody cares */
	void (*word)(void);
	/* and gave orders. NULL */
	void (*orders)(const struct channel_msg *orders);
	/* Said only while mlagd is silent, and ORDERED once when the same mlagd speaks again. NULL */
	void (*routes)(enum deadman_routes r, const struct channel_msg *orders);
	/* rule 12: the member is configured to stay down. NULL: none is */
	bool (*stay_down)(ifindex_t member);
	/* zebra runs. NULL: it does */
	bool (*routing)(void);
};

/*
 * Listen on socket_path; state_dir is where mlagd records what it took down.
 * boot: orders to start with at a boot of the machine, NULL it is none.
 * last: orders of an mlagd that may be dead meanwhile, NULL none.
 */
void vigil_start(struct event_loop *loop, const char *socket_path, const char *state_dir, const struct vigil_ops *ops,
		 const struct channel_msg *boot, const struct channel_msg *last);

/* The links as they are now; NULL: they cannot be read, or no orders name any. Valid until the next look. */
struct links *vigil_look(void);
/* The process ends: give back what vigil_start() took. The kernel stays as it is. */
void vigil_stop(void);

#endif
