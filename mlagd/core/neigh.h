// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The neighbour table (C8): which ARP and ND entries of SVIs this member and
 * the peer have found out, and which of the peer's should therefore stand here
 * too. Pure. Keyed by SVI (VLAN, its own device or the virtual router's on it)
 * and address.
 *
 * What the kernel has confirmed itself is ours to tell. What the peer tells
 * stands here as long as it says so; then it is given back to the kernel as
 * stale, which asks the host before it forgets: the second vote.
 */
#ifndef MLAGD_CORE_NEIGH_H
#define MLAGD_CORE_NEIGH_H

#include <stddef.h>

#include "mlagd/core/msg.h"

struct neight;

enum neigh_seen {
	NEIGH_GONE,	 /* it does not answer */
	NEIGH_DELETED,	 /* by age, or by somebody */
	NEIGH_LEARNED,	 /* the kernel's own: heard */
	NEIGH_CONFIRMED, /* and it has answered */
	NEIGH_OURS,	 /* installed by us, of this run or an earlier one */
	NEIGH_FIXED,	 /* an operator's (C11), or that of a host behind another VTEP */
};

/* What is to be done in the kernel. */
enum neigh_do { NEIGH_INSTALL, NEIGH_GIVE_BACK };

struct neigh_op {
	enum neigh_do what;
	struct mc_neigh n; /* as to be installed, or as it stands */
};

struct neight *neight_new(size_t max); /* beyond: refused and counted */
void neight_free(struct neight *t);

/* The kernel's entry of an address is now so; n->mac counts unless it is gone. */
void neight_kernel(struct neight *t, const struct mc_neigh *n, enum neigh_seen seen);
/* The kernel is about to be read anew; what it then does not have, is gone. */
void neight_read_begin(struct neight *t);
void neight_read_end(struct neight *t);

/* The peer's word; n->del: it has it no longer. */
void neight_peer(struct neight *t, const struct mc_neigh *n);
/* Session begins: all of the peer's is stale, all of ours to be said. */
void neight_session_up(struct neight *t);
void neight_peer_sync_end(struct neight *t);
/* The peer's word is void (C6). */
void neight_peer_flush(struct neight *t);

/* What is due for the kernel, for the peer; returns how many, up to max. */
unsigned int neight_take_ops(struct neight *t, struct neigh_op *ops, unsigned int max);
unsigned int neight_take_msgs(struct neight *t, struct mc_neigh *n, unsigned int max);

struct neight_stats {
	size_t entries, local, peer, refused;
};
void neight_stats(const struct neight *t, struct neight_stats *s);
/* Count refusals anew. */
void neight_stats_clear(struct neight *t);

/* All entries with a side; cb returns false to stop. */
void neight_walk(const struct neight *t, bool (*cb)(void *arg, const struct mc_neigh *n, bool local, bool peer), void *arg);

#endif
