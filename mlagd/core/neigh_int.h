// SPDX-License-Identifier: GPL-2.0-or-later
/* What neigh.c, neigh_kernel.c and neigh_peer.c share. */
#ifndef MLAGD_CORE_NEIGH_INT_H
#define MLAGD_CORE_NEIGH_INT_H

#include <string.h>

#include "mlagd/core/neigh.h"
#include "mlagd/core/table.h"

enum {
	NE_LOCAL = 1 << 0,    /* the kernel's own, and worth telling */
	NE_PEER = 1 << 1,     /* the peer has it */
	NE_STALE = 1 << 2,    /* not said again yet in this session */
	NE_OURS = 1 << 3,     /* an entry of ours stands in the kernel */
	NE_FIXED = 1 << 4,    /* an operator's does */
	NE_RELEASED = 1 << 5, /* was ours, now the kernel's to ask: not local before it has answered */
	NE_SAID = 1 << 6,
	NE_UNSEEN = 1 << 7, /* not found yet by the reading under way */
};

struct nent {
	struct tent t;
	struct mc_neigh key; /* mac: local's */
	struct mc_mac peer, ours, before, said; /* before: ours, the time before the last */
	bool peer_router;
	uint8_t flags;
};

struct neight {
	struct table table;
	bool synced;
	size_t local, peer;
};

static inline bool neigh_mac_differs(const struct mc_mac *a, const struct mc_mac *b)
{
	return memcmp(a, b, sizeof(*a)) != 0;
}

/* Found or made; NULL: the table is full. */
struct nent *neigh_get(struct neight *t, const struct mc_neigh *n);
/* Every entry once; what is called may free it, and no other. */
void neigh_each(struct neight *t, void (*cb)(struct neight *t, struct nent *e));
/* Whether a side has it; counted. */
void neigh_set_local(struct neight *t, struct nent *e, bool on);
void neigh_set_peer(struct neight *t, struct nent *e, bool on);
/* Queue it for what is due now, or free it. */
void neigh_changed(struct neight *t, struct nent *e);

#endif
