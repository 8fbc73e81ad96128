// SPDX-License-Identifier: GPL-2.0-or-later
/* The neighbour table inside: its entries (neigh_store.c) and what they mean (neigh.c). */
#ifndef MLAGD_CORE_NEIGH_INT_H
#define MLAGD_CORE_NEIGH_INT_H

#include "mlagd/core/neigh.h"
#include "mlagd/core/queue.h"

enum {
	NE_LOCAL = 1 << 0,    /* the kernel's own, and worth telling */
	NE_PEER = 1 << 1,     /* the peer has it */
	NE_STALE = 1 << 2,    /* not said again yet in this session */
	NE_OURS = 1 << 3,     /* an entry of ours stands in the kernel */
	NE_FIXED = 1 << 4,    /* an operator's does */
	NE_RELEASED = 1 << 5, /* was ours, now the kernel's to ask: not local before it has answered */
	NE_SAID = 1 << 6,
	NE_UNSEEN = 1 << 7,   /* not found yet by the reading under way */
	NE_IN_OPS = 1 << 8,
	NE_IN_MSGS = 1 << 9,
};

struct nent {
	struct nent *next; /* in its bucket */
	struct qlink op, msg;
	struct mc_neigh key; /* mac: local's */
	struct mc_mac peer, ours, before, said; /* before: ours, the time before the last */
	bool peer_router;
	uint16_t flags;
};

struct neight {
	struct nent **slot;
	size_t slots, used, max;
	uint64_t seed;
	struct queue ops, msgs;
	bool synced;
	size_t local, peer, refused;
};

/* NULL: there is none. */
struct nent *neigh_find(const struct neight *t, const struct mc_neigh *n);
/* The same, made if need be; NULL: the table is full or memory is short, counted in refused. */
struct nent *neigh_get(struct neight *t, const struct mc_neigh *n);
void neigh_drop(struct neight *t, struct nent *e);
/* Every entry once; what is called may free it. */
void neigh_each(struct neight *t, void (*cb)(struct neight *t, struct nent *e));

/* An entry stands at most once in each queue; pop returns NULL when it is empty. */
void neigh_queue_op(struct neight *t, struct nent *e);
void neigh_queue_msg(struct neight *t, struct nent *e);
struct nent *neigh_pop_op(struct neight *t);
struct nent *neigh_pop_msg(struct neight *t);

#endif
