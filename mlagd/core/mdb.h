// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of multicast groups and router ports (C7): behind which ports of
 * this member and of the peer somebody listens, and what should therefore stand
 * in our bridge. Pure; time comes from the caller.
 *
 * A host behind an MLAG bond speaks IGMP on one leg only. What our bridge has
 * learned there is told; what the peer tells stands here on the bond of the same
 * id while that bond is usable, else on the peerlink, as do listeners behind the
 * peer's orphan ports. Our entries age and end as the bridge's own do: a report
 * renews one, a leave ends it, so each member's bridge has its vote. Renewals go
 * unsaid by the kernel; they are read off the entry's timer.
 */
#ifndef MLAGD_CORE_MDB_H
#define MLAGD_CORE_MDB_H

#include <stddef.h>

#include "mlagd/core/core.h"
#include "mlagd/core/msg.h"

#define MDBT_PEERLINK UINT32_MAX /* as mc_group.port with mlag_id 0: our peerlink */
#define MDBT_NO_AGE   (-1)

struct mdbt;

enum mdb_seen {
	MDB_GONE,    /* deleted while its port works: the last listener has left, or was silent too long */
	MDB_LOST,    /* not there any more, with its port or while nobody looked */
	MDB_SOURCES, /* not for all senders any more, but for some, by entries of their own */
	MDB_LEARNED, /* the bridge's own */
	MDB_OURS,    /* installed by us, of this run or an earlier one */
	MDB_FIXED,   /* an operator's (C11) */
};

enum mdb_do {
	MDB_INSTALL, /* unless there is one */
	MDB_RENEW,   /* ours: its timer starts over */
	MDB_REMOVE,  /* ours, or the bridge's own whose listener has left by the other leg */
};

struct mdb_op {
	enum mdb_do what;
	struct mc_group g; /* where: mlag_id, or port MDBT_PEERLINK */
};

struct mdbt *mdbt_new(size_t max); /* beyond: refused and counted */
void mdbt_free(struct mdbt *t);

/* How long an entry of a group and of a router lives in the bridge without being renewed, ms. */
void mdbt_lifetimes(struct mdbt *t, core_ms group, core_ms router);
/* After a leave the bridges ask everybody, and listeners answer within so many ms; 0: they do not ask. */
void mdbt_answer(struct mdbt *t, core_ms answer);

/* The bridge's entry is now so; age: set or renewed so many ms ago, MDBT_NO_AGE not told. */
void mdbt_kernel(struct mdbt *t, const struct mc_group *g, enum mdb_seen seen, core_ms age, core_ms now);
/* All of the bridge's entries are about to be told, with their ages, or have been. */
void mdbt_read_begin(struct mdbt *t);
void mdbt_read_end(struct mdbt *t, core_ms now);
/* What is to be decided needs such a reading. */
bool mdbt_wants_reading(const struct mdbt *t);
/* And again in so many ms; 0: no. */
core_ms mdbt_reads_again(const struct mdbt *t, core_ms now);
/* A removal taken with mdbt_take_ops() has changed nothing. */
void mdbt_refused(struct mdbt *t, const struct mc_group *g);

/* Bond mlag_id can carry traffic here or not (C5); the peerlink has carrier or not. */
void mdbt_port_usable(struct mdbt *t, uint16_t mlag_id, bool usable);
/* The peer's bond of this id leads to another host (A5). */
void mdbt_port_apart(struct mdbt *t, uint16_t mlag_id, bool apart);
void mdbt_peerlink(struct mdbt *t, bool carrier);

/* The peer's word. */
void mdbt_peer(struct mdbt *t, const struct mc_group *g);
/* Session begins: all of the peer's is stale, all of ours to be said. */
void mdbt_session_up(struct mdbt *t);
void mdbt_peer_sync_end(struct mdbt *t);
/* The peer's word is void (C6): what stands on bonds is left to age, the rest goes. */
void mdbt_peer_flush(struct mdbt *t);

/* What is due for the kernel, for the peer; returns how many, up to max. */
unsigned int mdbt_take_ops(struct mdbt *t, struct mdb_op *ops, unsigned int max, core_ms now);
unsigned int mdbt_take_msgs(struct mdbt *t, struct mc_group *out, unsigned int max);

struct mdbt_stats {
	size_t entries, local, peer, refused;
};
void mdbt_stats(const struct mdbt *t, struct mdbt_stats *s);

/* All entries that a member has; cb returns false to stop. */
void mdbt_walk(const struct mdbt *t, bool (*cb)(void *arg, const struct mc_group *g, bool local, bool peer), void *arg);

#endif
