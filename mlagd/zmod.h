// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mlagd's end of the channel to its module in zebra. Connects, reconnects by
 * watching the run directory's socket come back, and says the whole wanted
 * hold again each time. A dead zebra is normal: nothing is lost.
 */
#ifndef MLAGD_ZMOD_H
#define MLAGD_ZMOD_H

#include <zebra.h>
#include "frrevent.h"
#include "if.h"

struct zmod;

/* done: generation (from zmod_hold) is in force in zebra; connected: the module came or went. */
struct zmod_ops {
	void (*done)(void *arg, uint64_t generation);
	void (*connected)(void *arg, bool up);
};

struct zmod *zmod_new(struct event_loop *loop, const struct zmod_ops *ops, void *arg);
void zmod_free(struct zmod *z);
/* The set whose routes zebra is to hold back (n 0: none). Said now, unless it is what was said last, and at every reconnect. */
void zmod_hold(struct zmod *z, uint64_t generation, const ifindex_t *ifs, unsigned int n);
bool zmod_connected(const struct zmod *z);

#endif
