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
};

struct ment {
	uint8_t key[8]; /* mac, vlan */
	uint16_t flags;
	uint16_t local, peer, ours, said; /* mlag ids, 0: orphan/self, or the peerlink */
	uint16_t pad;
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
	bool moved;  /* usable changed: entries on those bonds are to be looked at */
	bool synced; /* the peer has said all: what it says now is newer than what we know */
	size_t local, peer, refused;
};

static inline struct ment *ment_at(const struct mact *t, uint32_t i)
{
	return &t->chunk[i >> MACT_CHUNK_BITS][i & (MACT_CHUNK - 1)];
}

/* mac_store.c: numbers in and out of the hash; MACT_NIL when absent or refused */
uint32_t ment_find(const struct mact *t, const struct mc_mac *mac, uint16_t vlan);
uint32_t ment_make(struct mact *t, const struct mc_mac *mac, uint16_t vlan);
void ment_free(struct mact *t, uint32_t i);

#endif
