// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two sides of an entry and what has been said of it, with the sums over
 * them (C2): each change goes through here, so the sums are always right and
 * cost nothing to ask for. Decides nothing.
 */
#include <string.h>

#include "mlagd/core/mac_int.h"

/* ------------------------------------------------------------------ digest */

/* The same on both members, whatever their byte order. */
static uint64_t mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ULL;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ULL;
	return x ^ x >> 32;
}

static uint64_t key_number(const struct ment *e)
{
	uint64_t x = 0;
	uint16_t vlan;

	for (unsigned int k = 0; k < 6; k++)
		x = x << 8 | e->key[k];
	memcpy(&vlan, e->key + 6, sizeof(vlan));
	return x << 16 | vlan;
}

unsigned int ment_bucket(const struct ment *e)
{
	return mix(key_number(e)) >> 58;
}

static void flip(uint64_t *sum, const struct ment *e, uint16_t id, bool self)
{
	sum[ment_bucket(e)] ^= mix(mix(key_number(e)) ^ ((uint64_t)id << 1 | self));
}

static void flip_peer(struct mact *t, const struct ment *e)
{
	if (e->flags & ME_PEER)
		flip(t->peer_sum, e, e->peer, e->flags & ME_PEER_SELF);
}

void ment_flip_said(struct mact *t, const struct ment *e)
{
	if (e->flags & ME_SAID)
		flip(t->said_sum, e, e->said, e->flags & ME_SAID_SELF);
}

/* ---------------------------------------------------------------- the sides */

void ment_drop_peer(struct mact *t, struct ment *e)
{
	flip_peer(t, e);
	if (e->flags & ME_PEER)
		t->peer--;
	e->flags &= ~(ME_PEER | ME_PEER_SELF | ME_STALE);
}

void ment_set_peer(struct mact *t, struct ment *e, uint16_t id, bool self)
{
	ment_drop_peer(t, e);
	e->peer = id;
	e->flags |= ME_PEER | (self ? ME_PEER_SELF : 0);
	e->flags &= ~ME_VOTE;
	t->peer++;
	flip_peer(t, e);
}

void ment_drop_local(struct mact *t, struct ment *e)
{
	if (e->flags & ME_LOCAL)
		t->local--;
	e->flags &= ~(ME_LOCAL | ME_SELF);
}

void ment_set_local(struct mact *t, struct ment *e, uint16_t id, bool self)
{
	if (!(e->flags & ME_LOCAL))
		t->local++;
	e->flags &= ~(ME_SELF | ME_FOREIGN | ME_AGED | ME_HANDED | ME_VOTE);
	e->flags |= ME_LOCAL | (self ? ME_SELF : 0);
	e->local = id;
	e->detoured = 0;
}

void ment_unsay(struct mact *t, struct ment *e)
{
	ment_flip_said(t, e);
	e->flags &= ~(ME_SAID | ME_SAID_SELF);
}

/* The peer's address on a bond that we can serve: from now on our bridge's own. */
bool ment_adopt(struct mact *t, struct ment *e)
{
	uint16_t id = e->peer;

	if (!(e->flags & ME_PEER) || e->flags & (ME_LOCAL | ME_PEER_SELF | ME_FOREIGN) || !ment_shared(t, id))
		return false;
	ment_drop_peer(t, e);
	ment_set_local(t, e, id, false);
	return true;
}
