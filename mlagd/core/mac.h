// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The MAC table: which address lives where, as this member and as the peer see
 * it, and what the kernel's FDB should therefore hold. Pure like the core, but
 * with a table of its own, since it grows to a million entries.
 *
 * One entry per (vlan, mac) with two sides. Local: learned by our bridge on an
 * MLAG bond, on an orphan port, or our own. Peer: told by the peer. A local
 * sighting wins, unless the peer says after its SYNC_END that it has the address
 * elsewhere: that is a move. Without a local one the peer's is installed: on the
 * bond of the same id while that bond is usable here, else on the peerlink (C1, C5).
 */
#ifndef MLAGD_CORE_MAC_H
#define MLAGD_CORE_MAC_H

#include <stddef.h>

#include "mlagd/core/msg.h"

#define MACT_NOWHERE  (-1) /* no entry of ours wanted */
#define MACT_PEERLINK 0    /* else: an mlag id 1..65535 */

/* An FDB entry of ours that is to change in the kernel. */
struct mact_op {
	struct mc_mac mac;
	uint16_t vlan;
	int32_t from; /* where ours stands now, MACT_NOWHERE none */
	int32_t to;   /* where it should stand, MACT_NOWHERE: delete ours */
	bool give_back; /* on `to` it is the bridge's own again: learned, ageing, not ours */
	bool vote;	/* `to` is MACT_NOWHERE: but give it back on `from` if the bridge has heard it lately (C3) */
};

struct mact;

struct mact *mact_new(size_t max_entries); /* beyond: refused and counted */
void mact_free(struct mact *t);

/* Our bridge learned (or owns, self) vlan/mac: on mlag id, or 0 = orphan port or ourselves. */
void mact_local_add(struct mact *t, const struct mc_mac *mac, uint16_t vlan, uint16_t mlag_id, bool self);
/* Our bridge's own or foreign entry is gone; aged: for want of traffic, not flushed and not moved (C3). */
void mact_local_del(struct mact *t, const struct mc_mac *mac, uint16_t vlan, bool aged);
/*
 * An entry that is neither ours nor learned here: an operator's (C11, never
 * replaced), or EVPN's behind a VTEP (remote; gives way to what the peer learns
 * from now on, since that is a move back).
 */
void mact_foreign(struct mact *t, const struct mc_mac *mac, uint16_t vlan, bool remote);
/* The peer's batch, as received. */
void mact_peer_batch(struct mact *t, const struct mc_mac_entry *e, unsigned int n);
/* Session begins: mark all peer sides stale, queue every local side for sending. */
void mact_session_up(struct mact *t);
/* Peer's SYNC_END: peer sides still stale are dropped. */
void mact_peer_sync_end(struct mact *t);
/* Everything of the peer's is invalid (C6): what stands on a usable bond becomes the bridge's own and ages, the rest goes. */
void mact_peer_flush(struct mact *t);
/*
 * Bond `mlag_id` can carry traffic here (exists, distributes) or not: entries move to or from the
 * peerlink, also those that our bridge learned (rule 9: up but not distributing is down; backup_port sees carrier only).
 */
void mact_port_usable(struct mact *t, uint16_t mlag_id, bool usable);
/* The peer's bond of this id leads to another host (A5): what the peer has there stands on the peerlink, and is news of a move. */
void mact_port_apart(struct mact *t, uint16_t mlag_id, bool apart);
/* The peer's leg of this id can carry traffic: it can keep what our leg cannot serve. */
void mact_peer_usable(struct mact *t, uint16_t mlag_id, bool usable);
/*
 * The peerlink has carrier or not. Without, none of ours stands on it: what is there leads nowhere, and EVPN would take
 * it for an address of this member's and announce it (no-blackhole).
 */
void mact_peerlink(struct mact *t, bool carrier);
/*
 * 45 % of the bridge's ageing time are over (C2): entries on bonds that neither
 * member can use grow old here, since the bridge does not see to it.
 */
void mact_tick(struct mact *t);
/*
 * Our tunnels end at the address that the peer's end at (E6): what EVPN still has behind a VTEP although the peer has it
 * too was there when the address was the peer's alone, and would lead to ourselves now.
 */
void mact_tunnel_shared(struct mact *t);

/* C2: sums over all that has been said to the peer. */
void mact_digest(const struct mact *t, uint64_t sum[MC_BUCKETS]);
/* The peer's sums against what we hold of it: a bit for each bucket that differs, to be asked for; 0 none. */
uint64_t mact_compare(struct mact *t, const uint64_t sum[MC_BUCKETS]);
/* The peer asks for these buckets: queue them anew. */
void mact_resay(struct mact *t, uint64_t buckets);
/* The peer has said them: what was not in them is dropped. */
void mact_resaid(struct mact *t, uint64_t buckets);

/*
 * The kernel's entry of ours was found at `where` (resync, start). One that we
 * do not know counts as the peer's word until its SYNC_END, so a restart moves
 * nothing; call it after mact_port_usable() for that.
 */
void mact_kernel_has(struct mact *t, const struct mc_mac *mac, uint16_t vlan, int32_t where);

/* Drain up to max changes for the kernel / entries for the peer; returns how many. Bounded work per call. */
unsigned int mact_take_ops(struct mact *t, struct mact_op *ops, unsigned int max);
unsigned int mact_take_msgs(struct mact *t, struct mc_mac_entry *e, unsigned int max);

struct mact_stats {
	size_t entries, local, peer, refused;
	size_t resyncs; /* buckets that differed (C2) */
};
void mact_stats(const struct mact *t, struct mact_stats *s);
/* Count refusals and resyncs anew. */
void mact_stats_clear(struct mact *t);

/* Walk all entries: cb returns false to stop. local/peer: mlag id, 0 orphan/self, MACT_NOWHERE not on that side. */
void mact_walk(const struct mact *t,
	       bool (*cb)(void *arg, const struct mc_mac *mac, uint16_t vlan, int32_t local, int32_t peer, bool self),
	       void *arg);

#endif
