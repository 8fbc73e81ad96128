// SPDX-License-Identifier: GPL-2.0-or-later
/* What mdb.c, mdb_kernel.c, mdb_peer.c and mdb_port.c share. */
#ifndef MLAGD_CORE_MDB_INT_H
#define MLAGD_CORE_MDB_INT_H

#include "mlagd/core/mdb.h"
#include "mlagd/core/table.h"

enum {
	GE_LOCAL = 1 << 0,  /* the bridge's own */
	GE_FIXED = 1 << 1,  /* an operator's */
	GE_OURS = 1 << 2,   /* one of ours stands there */
	GE_HEARD = 1 << 3,  /* and the listener was heard here, or is taken for it until it ages */
	GE_PEER = 1 << 4,   /* the peer has it */
	GE_STALE = 1 << 5,  /* not said again yet in this session */
	GE_SAID = 1 << 6,
	GE_LEFT = 1 << 7,   /* it left on our leg: the peer is to be told */
	GE_CHECK = 1 << 8,  /* the peer has it no longer: heard here? */
	GE_ASKED = 1 << 9,  /* it left on the peer's leg: heard here since? Stands until that is known */
	GE_DROP = 1 << 10,  /* the bridge's own is to go */
	GE_RENEW = 1 << 11,
	GE_ECHO = 1 << 12,  /* that ours goes will be told by the kernel */
	GE_NEEDS = 1 << 13, /* counted in its peerlink entry's need */
	GE_UNSEEN = 1 << 14,
	GE_KEEP = 1 << 15,  /* our leg is gone, not the listener */
	GE_FOUND = 1 << 16, /* ours, of an earlier run */
	GE_REPLY = 1 << 17, /* the peer is told in any case: it keeps it until then */
	GE_LEAVES = 1 << 18, /* as read last: a leave has lowered its timer */
};

struct gent {
	struct tent t;
	struct gent *pl; /* the peerlink's entry of this group, once the peer has had it */
	struct mc_group key;
	uint32_t users, need; /* of a peerlink's entry: how many point at it, and want it there */
	uint32_t flags;
	core_ms set_at, heard_at; /* ours was set; its timer was started last, by us or a listener */
	core_ms asked_at;	  /* GE_ASKED: read since; 0 not yet */
};

struct mdbt {
	struct table table;
	core_ms life_group, life_router, answer;
	uint64_t usable[65536 / 64], apart[65536 / 64]; /* by mlag id */
	bool synced, peerlink;
	size_t questions;
	core_ms look_at; /* some answer is over then; 0 none is waited for */
	uint16_t walked; /* mlag id */
};

static inline struct gent *mdb_find(const struct mdbt *t, const struct mc_group *g)
{
	return table_find(&t->table, g);
}

/* Of usable or apart. */
static inline bool mdb_bit(const uint64_t *bits, uint16_t mlag_id)
{
	return bits[mlag_id / 64] >> (mlag_id % 64) & 1;
}

/* Found or made; NULL: the table is full. */
struct gent *mdb_get(struct mdbt *t, const struct mc_group *g);
/* Every entry once; what is called may free it, and no other. */
void mdb_each(struct mdbt *t, void (*cb)(struct mdbt *t, struct gent *e, core_ms now), core_ms now);

/* It is the peerlink's, not a port's. */
bool mdb_on_peerlink(const struct gent *e);
/* Its bond has a leg here that works. */
bool mdb_usable(const struct mdbt *t, const struct gent *e);
/* And the peer's leads to the same host: what is there stands on ours too. */
bool mdb_shared(const struct mdbt *t, const struct gent *e);
/* From now on the peer may have it, so that the peerlink may have to; false: no room. */
bool mdb_with_peerlink(struct mdbt *t, struct gent *e);
/* Its leg here is gone, or about to be; not the listener, who answers by the other leg from now on. */
void mdb_leg_gone(struct gent *e);
/* Queue it for what is due now, or free it. */
void mdb_changed(struct mdbt *t, struct gent *e);

#endif
