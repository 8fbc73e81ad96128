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

static bool bit(const uint8_t *bits, uint16_t id)
{
	return bits[id / 8] & (1u << (id % 8));
}

static bool id_usable(const struct mact *t, uint16_t id)
{
	return bit(t->usable, id);
}

/* Learned by our bridge, on a bond that cannot carry it now. One that nobody has spoken of carries what it does. */
static bool detoured(const struct mact *t, const struct ment *e)
{
	return (e->flags & ME_LOCAL) && !(e->flags & ME_SELF) && e->local && bit(t->told, e->local) &&
	       !id_usable(t, e->local);
}

/* Where an entry of ours should stand (C1, C5, rule 9). */
static int32_t wanted_at(const struct mact *t, const struct ment *e)
{
	if (e->flags & ME_LOCAL)
		return detoured(t, e) ? MACT_PEERLINK : MACT_NOWHERE;
	if (!(e->flags & ME_PEER))
		return MACT_NOWHERE;
	if (e->peer && !bit(t->told, e->peer) && (e->flags & ME_OURS))
		return e->ours; /* of an earlier run: it stands right until we know better */
	return e->peer && id_usable(t, e->peer) ? e->peer : MACT_PEERLINK;
}

static int32_t ours_at(const struct ment *e)
{
	return e->flags & ME_OURS ? e->ours : MACT_NOWHERE;
}

static void set_ours(struct ment *e, int32_t where)
{
	e->flags &= ~ME_OURS;
	if (where != MACT_NOWHERE) {
		e->flags |= ME_OURS;
		e->ours = where;
	}
}

/* What the peer knows is not what is so. */
static bool unsaid(const struct ment *e)
{
	if (!(e->flags & ME_LOCAL))
		return e->flags & ME_SAID;
	return !(e->flags & ME_SAID) || e->said != e->local || !(e->flags & ME_SELF) != !(e->flags & ME_SAID_SELF);
}

static void queue_op(struct mact *t, uint32_t i)
{
	struct ment *e = ment_at(t, i);

	if (e->flags & ME_IN_OPS)
		return;
	e->flags |= ME_IN_OPS;
	e->next_op = MACT_NIL;
	if (t->ops.head == MACT_NIL)
		t->ops.head = i;
	else
		ment_at(t, t->ops.tail)->next_op = i;
	t->ops.tail = i;
}

static void queue_msg(struct mact *t, uint32_t i)
{
	struct ment *e = ment_at(t, i);

	if (e->flags & ME_IN_MSGS)
		return;
	e->flags |= ME_IN_MSGS;
	e->next_msg = MACT_NIL;
	if (t->msgs.head == MACT_NIL)
		t->msgs.head = i;
	else
		ment_at(t, t->msgs.tail)->next_msg = i;
	t->msgs.tail = i;
}

/* After any change: queue what follows, free what is nothing any more. */
static void changed(struct mact *t, uint32_t i)
{
	struct ment *e = ment_at(t, i);

	if (ours_at(e) != wanted_at(t, e))
		queue_op(t, i);
	if (unsaid(e))
		queue_msg(t, i);
	if (!(e->flags & ~ME_USED & ~ME_STALE))
		ment_free(t, i);
}

/* ---------------------------------------------------------------- the sides */

static void drop_peer(struct mact *t, struct ment *e)
{
	if (e->flags & ME_PEER)
		t->peer--;
	e->flags &= ~(ME_PEER | ME_PEER_SELF | ME_STALE);
}

static void set_peer(struct mact *t, struct ment *e, uint16_t id, bool self)
{
	drop_peer(t, e);
	e->peer = id;
	e->flags |= ME_PEER | (self ? ME_PEER_SELF : 0);
	t->peer++;
}

static void drop_local(struct mact *t, struct ment *e)
{
	if (e->flags & ME_LOCAL)
		t->local--;
	e->flags &= ~(ME_LOCAL | ME_SELF);
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
	if (!(e->flags & ME_LOCAL))
		t->local++;
	/* the bridge has put its own entry in the place of ours */
	e->flags &= ~(ME_SELF | ME_OURS);
	e->flags |= ME_LOCAL | (self ? ME_SELF : 0);
	e->local = mlag_id;
	changed(t, i);
}

void mact_local_del(struct mact *t, const struct mc_mac *mac, uint16_t vlan)
{
	uint32_t i = ment_find(t, mac, vlan);

	if (i == MACT_NIL)
		return;
	drop_local(t, ment_at(t, i));
	changed(t, i);
}

/*
 * The peer has seen an address that we have elsewhere, or that takes the
 * detour over it anyway: the peer's word counts from now on. While it says all it
 * knows, ours may be the newer: it stays. Later its word is news of a move.
 */
static void yield_local(struct mact *t, struct ment *e, const struct mc_mac_entry *in)
{
	bool same_host = in->mlag_id != 0 && in->mlag_id == e->local && !detoured(t, e);

	if (t->synced && (e->flags & ME_LOCAL) && !(e->flags & ME_SELF) && !same_host)
		drop_local(t, e);
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
		drop_peer(t, e);
	} else {
		set_peer(t, e, in->mlag_id, in->self);
		yield_local(t, e, in);
	}
	changed(t, i);
}

void mact_peer_batch(struct mact *t, const struct mc_mac_entry *e, unsigned int n)
{
	for (unsigned int k = 0; k < n; k++)
		peer_entry(t, &e[k]);
}

/* Every entry in use once; what is called may free it. */
static void each(struct mact *t, void (*cb)(struct mact *t, uint32_t i))
{
	for (uint32_t i = 0; i < t->n_chunks << MACT_CHUNK_BITS; i++)
		if (ment_at(t, i)->flags & ME_USED)
			cb(t, i);
}

static void begin_session(struct mact *t, uint32_t i)
{
	struct ment *e = ment_at(t, i);

	e->flags &= ~(ME_SAID | ME_SAID_SELF);
	if (e->flags & ME_PEER)
		e->flags |= ME_STALE;
	changed(t, i);
}

void mact_session_up(struct mact *t)
{
	t->synced = false;
	each(t, begin_session);
}

static void drop_stale(struct mact *t, uint32_t i)
{
	if (!(ment_at(t, i)->flags & ME_STALE))
		return;
	drop_peer(t, ment_at(t, i));
	changed(t, i);
}

void mact_peer_sync_end(struct mact *t)
{
	t->synced = true;
	each(t, drop_stale);
}

static void flush(struct mact *t, uint32_t i)
{
	struct ment *e = ment_at(t, i);

	drop_peer(t, e);
	e->flags &= ~(ME_SAID | ME_SAID_SELF);
	changed(t, i);
}

void mact_peer_flush(struct mact *t)
{
	t->synced = false;
	each(t, flush);
}

/* A bond went out of use: where the peer knows the address too, it is the peer's now. */
static void detour(struct mact *t, uint32_t i)
{
	struct ment *e = ment_at(t, i);

	if (detoured(t, e) && (e->flags & ME_PEER) && t->synced)
		drop_local(t, e);
	changed(t, i);
}

void mact_port_usable(struct mact *t, uint16_t mlag_id, bool usable)
{
	if (mlag_id == 0 || (bit(t->told, mlag_id) && id_usable(t, mlag_id) == usable))
		return;
	t->told[mlag_id / 8] |= 1u << (mlag_id % 8);
	if (id_usable(t, mlag_id) != usable)
		t->usable[mlag_id / 8] ^= 1u << (mlag_id % 8);
	t->moved = true; /* one walk for all bonds that change together */
}

void mact_kernel_has(struct mact *t, const struct mc_mac *mac, uint16_t vlan, int32_t where)
{
	uint32_t i = where == MACT_NOWHERE ? ment_find(t, mac, vlan) : ment_make(t, mac, vlan);

	if (i == MACT_NIL)
		return;
	/* of an earlier run: the peer's word, until it has said everything anew */
	if (where != MACT_NOWHERE && !t->synced && !(ment_at(t, i)->flags & (ME_LOCAL | ME_PEER))) {
		set_peer(t, ment_at(t, i), where, false);
		ment_at(t, i)->flags |= ME_STALE;
	}
	set_ours(ment_at(t, i), where);
	changed(t, i);
}

/* ---------------------------------------------------------------- the queues */

unsigned int mact_take_ops(struct mact *t, struct mact_op *ops, unsigned int max)
{
	unsigned int n = 0;

	if (t->moved)
		each(t, detour);
	t->moved = false;
	while (n < max && t->ops.head != MACT_NIL) {
		uint32_t i = t->ops.head;
		struct ment *e = ment_at(t, i);
		struct mact_op *op = &ops[n];

		t->ops.head = e->next_op;
		e->flags &= ~ME_IN_OPS;
		op->from = ours_at(e);
		op->to = wanted_at(t, e);
		op->give_back = false;
		if (op->from != op->to) {
			memcpy(op->mac.b, e->key, sizeof(op->mac.b));
			memcpy(&op->vlan, e->key + sizeof(op->mac.b), sizeof(op->vlan));
			set_ours(e, op->to);
			if (op->to == MACT_NOWHERE && (e->flags & ME_LOCAL) && e->local) {
				op->to = e->local;
				op->give_back = true;
			}
			n++;
		}
		changed(t, i);
	}
	return n;
}

static void say(struct ment *e, struct mc_mac_entry *m)
{
	memset(m, 0, sizeof(*m));
	memcpy(m->mac.b, e->key, sizeof(m->mac.b));
	memcpy(&m->vlan, e->key + sizeof(m->mac.b), sizeof(m->vlan));
	m->del = !(e->flags & ME_LOCAL);
	m->mlag_id = m->del ? 0 : e->local;
	m->self = e->flags & ME_SELF;
	e->said = m->mlag_id;
	e->flags &= ~(ME_SAID | ME_SAID_SELF);
	if (!m->del)
		e->flags |= ME_SAID | (m->self ? ME_SAID_SELF : 0);
}

unsigned int mact_take_msgs(struct mact *t, struct mc_mac_entry *out, unsigned int max)
{
	unsigned int n = 0;

	while (n < max && t->msgs.head != MACT_NIL) {
		uint32_t i = t->msgs.head;
		struct ment *e = ment_at(t, i);

		t->msgs.head = e->next_msg;
		e->flags &= ~ME_IN_MSGS;
		if (unsaid(e))
			say(e, &out[n++]);
		changed(t, i);
	}
	return n;
}

void mact_stats(const struct mact *t, struct mact_stats *s)
{
	*s = (struct mact_stats){.entries = t->used, .local = t->local, .peer = t->peer, .refused = t->refused};
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
