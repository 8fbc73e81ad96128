// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the MAC table means: two sides an entry, where it should therefore
 * stand in the kernel, and what the peer is to be told. A change queues the
 * entry once; what to do is read from the entry when it is taken, so the last
 * state wins and a flapping address costs one place in the queue.
 */
#include <string.h>

#include "mlagd/core/mac_int.h"

/* ------------------------------------------------------------ what follows */

bool ment_usable(const struct mact *t, uint16_t id)
{
	return mact_bit(t->usable, id);
}

bool ment_shared(const struct mact *t, uint16_t id)
{
	return id != 0 && ment_usable(t, id) && !mact_bit(t->apart, id);
}

/* Learned by our bridge, on a bond that cannot carry it now. One that nobody has spoken of carries what it does. */
bool ment_detoured(const struct mact *t, const struct ment *e)
{
	return (e->flags & ME_LOCAL) && !(e->flags & ME_SELF) && e->local && mact_bit(t->told, e->local) &&
	       !ment_usable(t, e->local);
}

static int32_t detour_by(const struct mact *t)
{
	return t->cut ? MACT_NOWHERE : MACT_PEERLINK;
}

/* Where an entry of ours should stand (C1, C5, rule 9). */
int32_t ment_wanted_at(const struct mact *t, const struct ment *e)
{
	if (e->flags & ME_LOCAL)
		return ment_detoured(t, e) ? detour_by(t) : MACT_NOWHERE;
	if (!(e->flags & ME_PEER) || e->flags & ME_FOREIGN)
		return MACT_NOWHERE;
	if (e->peer && !mact_bit(t->told, e->peer) && (e->flags & ME_OURS))
		return e->ours == MACT_PEERLINK ? detour_by(t) : e->ours; /* of an earlier run: it stands right until we know better */
	return ment_shared(t, e->peer) ? e->peer : detour_by(t);
}

/* ------------------------------------------------------------- what happens */

/* A host's address: not a group's, not none. */
static bool unicast(const struct mc_mac *mac, uint16_t vlan)
{
	static const struct mc_mac none;

	return !(mac->b[0] & 1) && memcmp(mac, &none, sizeof(none)) != 0 && vlan <= 4094;
}

void mact_local_add(struct mact *t, const struct mc_mac *mac, uint16_t vlan, uint16_t mlag_id, bool self)
{
	uint32_t i = unicast(mac, vlan) ? ment_make(t, mac, vlan) : MACT_NIL;
	struct ment *e;

	if (i == MACT_NIL)
		return;
	e = ment_at(t, i);
	/* the bridge has put its own entry in the place of ours */
	e->flags &= ~ME_OURS;
	ment_set_local(t, e, mlag_id, self);
	ment_changed(t, i);
}

void mact_local_del(struct mact *t, const struct mc_mac *mac, uint16_t vlan, bool aged)
{
	uint32_t i = ment_find(t, mac, vlan);

	if (i == MACT_NIL)
		return;
	ment_drop_local(t, ment_at(t, i));
	ment_at(t, i)->flags &= ~ME_FOREIGN;
	if (aged)
		ment_at(t, i)->flags |= ME_AGED;
	ment_changed(t, i);
}

void mact_foreign(struct mact *t, const struct mc_mac *mac, uint16_t vlan, bool remote)
{
	uint32_t i = unicast(mac, vlan) ? ment_make(t, mac, vlan) : MACT_NIL;

	if (i == MACT_NIL || ment_at(t, i)->flags & ME_SELF)
		return;
	ment_drop_local(t, ment_at(t, i));
	ment_at(t, i)->flags &= ~(ME_FOREIGN | ME_OURS);
	ment_at(t, i)->flags |= remote ? ME_REMOTE : ME_STATIC;
	ment_changed(t, i);
}

/* Said when the peer had said all it knew, and not because we asked again: it has just come to be. */
static bool is_news(const struct mact *t, const struct ment *e)
{
	return t->synced && !(t->asked >> ment_bucket(e) & 1);
}

/*
 * The peer has seen an address that we have elsewhere, or that takes the
 * detour over it anyway: the peer's word counts from now on. While it says all it
 * knows, ours may be the newer: it stays. Later its word is news of a move.
 */
static void yield_local(struct mact *t, struct ment *e, const struct mc_mac_entry *in)
{
	bool same_host = in->mlag_id != 0 && in->mlag_id == e->local && !ment_detoured(t, e) &&
			 !mact_bit(t->apart, in->mlag_id);

	if (!is_news(t, e))
		return;
	if ((e->flags & ME_LOCAL) && !(e->flags & ME_SELF) && !same_host)
		ment_drop_local(t, e);
	e->flags &= ~ME_REMOTE; /* it has come back from there */
}

/* The peer has it no longer. We may: see mc_mac_entry. */
static void peer_lets_go(struct mact *t, struct ment *e, const struct mc_mac_entry *in)
{
	if (in->keep && ment_adopt(t, e))
		return;
	if (in->aged && e->flags & ME_PEER)
		e->flags |= ME_VOTE;
	ment_drop_peer(t, e);
}

static void peer_entry(struct mact *t, const struct mc_mac_entry *in)
{
	struct ment *e;
	uint32_t i;

	if (!unicast(&in->mac, in->vlan))
		return;
	i = in->del ? ment_find(t, &in->mac, in->vlan) : ment_make(t, &in->mac, in->vlan);
	if (i == MACT_NIL)
		return;
	e = ment_at(t, i);
	if (in->del) {
		peer_lets_go(t, e, in);
	} else {
		ment_set_peer(t, e, in->mlag_id, in->self);
		yield_local(t, e, in);
	}
	ment_changed(t, i);
}

void mact_peer_batch(struct mact *t, const struct mc_mac_entry *e, unsigned int n)
{
	for (unsigned int k = 0; k < n; k++)
		peer_entry(t, &e[k]);
}

/*
 * A bond went out of use: where the peer knows the address too, or can serve
 * it, it is the peer's now. It says so itself; until then we take it as said.
 */
void ment_detour(struct mact *t, uint32_t i)
{
	struct ment *e = ment_at(t, i);

	if (ment_detoured(t, e) && t->synced && (e->flags & ME_PEER || mact_bit(t->peer_usable, e->local))) {
		e->flags |= ME_HANDED;
		if (!(e->flags & ME_PEER))
			ment_set_peer(t, e, e->local, false);
		ment_drop_local(t, e);
	}
	ment_changed(t, i);
}

void mact_port_usable(struct mact *t, uint16_t mlag_id, bool usable)
{
	if (mlag_id == 0 || (mact_bit(t->told, mlag_id) && ment_usable(t, mlag_id) == usable))
		return;
	t->told[mlag_id / 8] |= 1u << (mlag_id % 8);
	if (ment_usable(t, mlag_id) != usable)
		t->usable[mlag_id / 8] ^= 1u << (mlag_id % 8);
	t->moved = true; /* one walk for all bonds that change together */
}

void mact_peer_usable(struct mact *t, uint16_t mlag_id, bool usable)
{
	if (mlag_id == 0 || mact_bit(t->peer_usable, mlag_id) == usable)
		return;
	t->peer_usable[mlag_id / 8] ^= 1u << (mlag_id % 8);
	t->moved |= usable;
}

void mact_port_apart(struct mact *t, uint16_t mlag_id, bool apart)
{
	if (mlag_id == 0 || mact_bit(t->apart, mlag_id) == apart)
		return;
	t->apart[mlag_id / 8] ^= 1u << (mlag_id % 8);
	t->moved = true;
}

void mact_peerlink(struct mact *t, bool carrier)
{
	t->moved |= t->cut == carrier;
	t->cut = !carrier;
}

void mact_kernel_has(struct mact *t, const struct mc_mac *mac, uint16_t vlan, int32_t where)
{
	uint32_t i = where == MACT_NOWHERE ? ment_find(t, mac, vlan) : ment_make(t, mac, vlan);

	if (i == MACT_NIL)
		return;
	/* of an earlier run: the peer's word, until it has said everything anew */
	if (where != MACT_NOWHERE && !t->synced && !(ment_at(t, i)->flags & (ME_LOCAL | ME_PEER))) {
		ment_set_peer(t, ment_at(t, i), where, false);
		ment_at(t, i)->flags |= ME_STALE;
	}
	ment_set_ours(ment_at(t, i), where);
	ment_changed(t, i);
}

void mact_stats(const struct mact *t, struct mact_stats *s)
{
	*s = (struct mact_stats){.entries = t->used, .local = t->local, .peer = t->peer, .refused = t->refused,
				 .resyncs = t->resyncs};
}

void mact_stats_clear(struct mact *t)
{
	t->refused = t->resyncs = 0;
}

void mact_walk(const struct mact *t,
	       bool (*cb)(void *arg, const struct mc_mac *mac, uint16_t vlan, int32_t local, int32_t peer, bool self),
	       void *arg)
{
	for (uint32_t i = 0; i < t->n_chunks << MACT_CHUNK_BITS; i++) {
		const struct ment *e = ment_at(t, i);
		struct mc_mac mac;
		uint16_t vlan;

		if (!(e->flags & (ME_LOCAL | ME_PEER)))
			continue;
		memcpy(mac.b, e->key, sizeof(mac.b));
		memcpy(&vlan, e->key + sizeof(mac.b), sizeof(vlan));
		if (!cb(arg, &mac, vlan, e->flags & ME_LOCAL ? e->local : MACT_NOWHERE,
			e->flags & ME_PEER ? e->peer : MACT_NOWHERE, e->flags & (ME_SELF | ME_PEER_SELF)))
			return;
	}
}
