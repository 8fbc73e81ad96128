// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mlagd's end of a channel (zebra-module/channel.h): to its module in zebra,
 * and to the guard. Connects, reconnects by watching the socket come back in
 * the run directory, and says everything again each time. A dead zebra is
 * normal: nothing is lost.
 */
#ifndef MLAGD_ZMOD_H
#define MLAGD_ZMOD_H

#include <zebra.h>
#include "frrevent.h"
#include "if.h"

#include "zebra-module/channel.h"

struct zmod;

/*
 * done: generation (from zmod_hold) is in force in zebra; connected: the other
 * end came, went, or has not come in the first 10 s; shutdown: these members are configured `shutdown` in zebra
 * (rule 12), the whole list each time; followed: routing has followed, as
 * zmod_follow() asked. NULL where it is of no interest.
 */
struct zmod_ops {
	void (*done)(void *arg, uint64_t generation);
	void (*connected)(void *arg, bool up);
	void (*shutdown)(void *arg, const uint32_t *ifs, unsigned int n);
	void (*followed)(void *arg);
};

/* name: of the socket in the run directory, CHANNEL_SOCKET or CHANNEL_GUARD_SOCKET. */
struct zmod *zmod_new(struct event_loop *loop, const char *name, const struct zmod_ops *ops, void *arg);
void zmod_free(struct zmod *z);
/*
 * The set whose routes zebra is to hold back (n 0: none); of the first n_hosts
 * it announces the hosts that are still reached, one by one. Said now, unless
 * it is what was said last, and at every reconnect.
 */
void zmod_hold(struct zmod *z, uint64_t generation, unsigned int n_hosts, const ifindex_t *ifs, unsigned int n);
/* What is to be done when we are silent. Said now, and at every reconnect; m is copied. */
void zmod_orders(struct zmod *z, const struct channel_msg *m);
bool zmod_connected(const struct zmod *z);
/*
 * Ask to be told when zebra has taken source as that of these vxlan devices,
 * and bgpd has followed. Said now, and at every reconnect until it is answered
 * or made void; the last question alone is answered.
 */
void zmod_follow(struct zmod *z, struct in_addr source, const ifindex_t *ifs, unsigned int n);
void zmod_follow_void(struct zmod *z);
/* Our main loop runs. Nothing before orders were said: until then we know too little to be relied on. */
void zmod_beat(struct zmod *z);

#endif
