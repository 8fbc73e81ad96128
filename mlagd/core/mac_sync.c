// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table against the peer's: sessions, the digest that finds what differs
 * (C2), and what becomes of the peer's word when it is gone (C6).
 */
#include <string.h>

#include "mlagd/core/mac_int.h"

/* Every entry in use once; what is called may free it. */
void ment_each(struct mact *t, void (*cb)(struct mact *t, uint32_t i))
{
	for (uint32_t i = 0; i < t->n_chunks << MACT_CHUNK_BITS; i++)
		if (ment_at(t, i)->flags & ME_USED)
			cb(t, i);
}

static void begin_session(struct mact *t, uint32_t i)
{
	struct ment *e = ment_at(t, i);

	ment_unsay(t, e);
	if (e->flags & ME_PEER)
		e->flags |= ME_STALE;
	ment_changed(t, i);
}

void mact_session_up(struct mact *t)
{
	t->synced = false;
	t->asked = 0;
	ment_each(t, begin_session);
}

static void drop_stale(struct mact *t, uint32_t i)
{
	if (!(ment_at(t, i)->flags & ME_STALE))
		return;
	ment_drop_peer(t, ment_at(t, i));
	ment_at(t, i)->flags |= ME_VOTE;
	ment_changed(t, i);
}

void mact_peer_sync_end(struct mact *t)
{
	t->synced = true;
	ment_each(t, drop_stale);
}

static void flush(struct mact *t, uint32_t i)
{
	struct ment *e = ment_at(t, i);

	if (!ment_adopt(t, e))
		ment_drop_peer(t, e);
	ment_unsay(t, e);
	ment_changed(t, i);
}

void mact_peer_flush(struct mact *t)
{
	t->synced = false;
	ment_each(t, flush);
}

#define DETOURED_TICKS 3 /* of 45 % of the ageing time */

static void grow_old(struct mact *t, uint32_t i)
{
	struct ment *e = ment_at(t, i);

	if (!ment_detoured(t, e)) {
		e->detoured = 0;
		return;
	}
	if (++e->detoured < DETOURED_TICKS)
		return;
	ment_drop_local(t, e);
	e->flags |= ME_AGED;
	ment_changed(t, i);
}

void mact_tick(struct mact *t)
{
	ment_each(t, grow_old);
}

static void take_back(struct mact *t, uint32_t i)
{
	struct ment *e = ment_at(t, i);

	if (!(e->flags & ME_REMOTE) || !(e->flags & ME_PEER))
		return;
	e->flags &= ~ME_REMOTE;
	ment_changed(t, i);
}

void mact_tunnel_shared(struct mact *t)
{
	ment_each(t, take_back);
}

/* ------------------------------------------------------------------ resync */

void mact_digest(const struct mact *t, uint64_t sum[MC_BUCKETS])
{
	memcpy(sum, t->said_sum, sizeof(t->said_sum));
}

uint64_t mact_compare(struct mact *t, const uint64_t sum[MC_BUCKETS])
{
	uint64_t differ = 0;

	for (unsigned int b = 0; b < MC_BUCKETS; b++)
		if (sum[b] != t->peer_sum[b]) {
			differ |= UINT64_C(1) << b;
			t->resyncs++;
		}
	for (uint32_t i = 0; differ && i < t->n_chunks << MACT_CHUNK_BITS; i++) {
		struct ment *e = ment_at(t, i);

		if (e->flags & ME_PEER && differ >> ment_bucket(e) & 1)
			e->flags |= ME_STALE;
	}
	t->asked |= differ;
	return differ;
}

void mact_resay(struct mact *t, uint64_t buckets)
{
	for (uint32_t i = 0; i < t->n_chunks << MACT_CHUNK_BITS; i++) {
		struct ment *e = ment_at(t, i);

		if (e->flags & ME_SAID && buckets >> ment_bucket(e) & 1) {
			ment_unsay(t, e);
			ment_changed(t, i);
		}
	}
}

void mact_resaid(struct mact *t, uint64_t buckets)
{
	for (uint32_t i = 0; i < t->n_chunks << MACT_CHUNK_BITS; i++)
		if (ment_at(t, i)->flags & ME_STALE && buckets >> ment_bucket(ment_at(t, i)) & 1)
			drop_stale(t, i);
	t->asked &= ~buckets;
}
