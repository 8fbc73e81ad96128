// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Inside of the MAC table: entries in chunks that never move, found by a hash
 * of their numbers, chained by their numbers. 28 bytes an entry and 4 to 8 a
 * hash slot, so a million entries cost about 36 MB.
 */
#ifndef MLAGD_CORE_MAC_INT_H
#define MLAGD_CORE_MAC_INT_H

#include "mlagd/core/mac.h"

#define MACT_NIL	UINT32_MAX
#define MACT_CHUNK_BITS 12
#define MACT_CHUNK	(1u << MACT_CHUNK_BITS)

enum {
	ME_USED = 1 << 0,
	ME_LOCAL = 1 << 1,	/* our bridge has it: on .local */
	ME_SELF = 1 << 2,	/* and it is our own address */
	ME_PEER = 1 << 3,	/* the peer has it: on .peer */
	ME_PEER_SELF = 1 << 4,	/* and it is the peer's own */
	ME_STALE = 1 << 5,	/* not said again yet in this session */
	ME_OURS = 1 << 6,	/* an entry of ours is in the kernel: at .ours */
	ME_SAID = 1 << 7,	/* the peer has been told: .said */
	ME_SAID_SELF = 1 << 8,
	ME_IN_OPS = 1 << 9,	/* queued for the kernel */
	ME_IN_MSGS = 1 << 10,	/* queued for the peer */
	ME_REMOTE = 1 << 11,	/* behind a VTEP: EVPN's entry stands in the kernel */
	ME_STATIC = 1 << 12,	/* an operator's entry stands in the kernel (C11) */
	ME_AGED = 1 << 13,	/* the local side aged out: to be said with its end */
	ME_HANDED = 1 << 14,	/* the local side was handed over: likewise */
	ME_VOTE = 1 << 15,	/* the peer's side aged out: ours goes if our bridge has not heard it either (C3) */
};

#define ME_FOREIGN (ME_REMOTE | ME_STATIC)

struct ment {
	uint8_t key[8]; /* mac, vlan */
	uint16_t flags;
	uint16_t local, peer, ours, said; /* mlag ids, 0: orphan/self, or the peerlink */
	uint16_t detoured; /* ticks since its bond can carry nothing */
	uint32_t next_op; /* free list too */
	uint32_t next_msg;
};

struct queue {
	uint32_t head, tail;
};

struct mact {
	struct ment **chunk;
	uint32_t n_chunks, cap_chunks;
	uint32_t *slot; /* entry number + 1, 0 empty */
	uint32_t mask;	/* slots - 1 */
	uint64_t seed;
	uint32_t used, max, free;
	struct queue ops, msgs;
	uint8_t usable[65536 / 8], told[65536 / 8]; /* told: mact_port_usable() has spoken of it */
	uint8_t peer_usable[65536 / 8], apart[65536 / 8];
	bool cut;    /* the peerlink has no carrier */
	bool moved;  /* usable, or cut, changed: entries on those bonds are to be looked at */
	bool synced; /* the peer has said all: what it says now is newer than what we know */
	uint64_t said_sum[MC_BUCKETS], peer_sum[MC_BUCKETS]; /* xor of all entries said, all of the peer's (C2) */
	uint64_t asked; /* buckets that the peer says anew: no news in them */
	size_t local, peer, refused, resyncs;
};

static inline struct ment *ment_at(const struct mact *t, uint32_t i)
{
	return &t->chunk[i >> MACT_CHUNK_BITS][i & (MACT_CHUNK - 1)];
}

static inline bool mact_bit(const uint8_t *bits, uint16_t id)
{
	return bits[id / 8] & (1u << (id % 8));
}

/* mac.c: what follows from the two sides */
bool ment_usable(const struct mact *t, uint16_t id);
/* What the peer has on this bond may stand on ours. */
bool ment_shared(const struct mact *t, uint16_t id);
bool ment_detoured(const struct mact *t, const struct ment *e);
int32_t ment_wanted_at(const struct mact *t, const struct ment *e);
/* The bond under an entry, or the peer's leg of it, has come or gone. */
void ment_detour(struct mact *t, uint32_t i);

/* mac_side.c */
void ment_set_peer(struct mact *t, struct ment *e, uint16_t id, bool self);
void ment_drop_peer(struct mact *t, struct ment *e);
void ment_set_local(struct mact *t, struct ment *e, uint16_t id, bool self);
void ment_drop_local(struct mact *t, struct ment *e);
/* The peer's address on a bond that we can serve becomes our bridge's own; false: it is not such. */
bool ment_adopt(struct mact *t, struct ment *e);
/* The peer has not been told; before and after a change of what has been said, its sum. */
void ment_unsay(struct mact *t, struct ment *e);
void ment_flip_said(struct mact *t, const struct ment *e);
unsigned int ment_bucket(const struct ment *e);

/* mac_queue.c */
void ment_set_ours(struct ment *e, int32_t where);
/* After any change of entry i: queue what follows, free it when it is nothing any more. */
void ment_changed(struct mact *t, uint32_t i);

/* mac_sync.c: every entry in use once; what is called may free it. */
void ment_each(struct mact *t, void (*cb)(struct mact *t, uint32_t i));

/* mac_store.c: numbers in and out of the hash; MACT_NIL when absent or refused */
uint32_t ment_find(const struct mact *t, const struct mc_mac *mac, uint16_t vlan);
uint32_t ment_make(struct mact *t, const struct mc_mac *mac, uint16_t vlan);
void ment_free(struct mact *t, uint32_t i);

#endif
