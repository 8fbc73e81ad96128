// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the table to the kernel and to the peer: an entry that differs from what
 * they have is queued once; what is to be done is read off it when it is taken.
 */
#include <string.h>

#include "mlagd/core/mac_int.h"

int32_t ours_at(const struct ment *e)
{
	return e->flags & ME_OURS ? e->ours : MACT_NOWHERE;
}

void ment_set_ours(struct ment *e, int32_t where)
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
void ment_changed(struct mact *t, uint32_t i)
{
	struct ment *e = ment_at(t, i);

	if (ours_at(e) != ment_wanted_at(t, e))
		queue_op(t, i);
	if (unsaid(e))
		queue_msg(t, i);
	else
		e->flags &= ~(ME_AGED | ME_HANDED);
	if (!(e->flags & (ME_IN_OPS)))
		e->flags &= ~ME_VOTE;
	if (!(e->flags & ~ME_USED & ~ME_STALE))
		ment_free(t, i);
}

/* ---------------------------------------------------------------- the queues */

unsigned int mact_take_ops(struct mact *t, struct mact_op *ops, unsigned int max)
{
	unsigned int n = 0;

	if (t->moved)
		ment_each(t, ment_detour);
	t->moved = false;
	while (n < max && t->ops.head != MACT_NIL) {
		uint32_t i = t->ops.head;
		struct ment *e = ment_at(t, i);
		struct mact_op *op = &ops[n];

		t->ops.head = e->next_op;
		e->flags &= ~ME_IN_OPS;
		op->from = ours_at(e);
		op->to = ment_wanted_at(t, e);
		op->give_back = op->vote = false;
		if (op->from != op->to) {
			memcpy(op->mac.b, e->key, sizeof(op->mac.b));
			memcpy(&op->vlan, e->key + sizeof(op->mac.b), sizeof(op->vlan));
			ment_set_ours(e, op->to);
			if (op->to == MACT_NOWHERE && ment_detoured(t, e)) {
				ment_drop_local(t, e); /* neither leg nor detour: it is not here */
			} else if (op->to == MACT_NOWHERE && (e->flags & ME_LOCAL) && e->local) {
				op->to = e->local;
				op->give_back = true;
			} else if (op->to == MACT_NOWHERE && op->from != MACT_PEERLINK && e->flags & ME_VOTE) {
				op->vote = ment_usable(t, op->from);
			}
			n++;
		}
		ment_changed(t, i);
	}
	return n;
}

static void say(struct mact *t, struct ment *e, struct mc_mac_entry *m)
{
	ment_unsay(t, e);
	memset(m, 0, sizeof(*m));
	memcpy(m->mac.b, e->key, sizeof(m->mac.b));
	memcpy(&m->vlan, e->key + sizeof(m->mac.b), sizeof(m->vlan));
	m->del = !(e->flags & ME_LOCAL);
	m->mlag_id = m->del ? 0 : e->local;
	m->self = e->flags & ME_SELF;
	m->aged = m->del && e->flags & ME_AGED;
	m->keep = m->del && e->flags & ME_HANDED;
	e->said = m->mlag_id;
	if (!m->del)
		e->flags |= ME_SAID | (m->self ? ME_SAID_SELF : 0);
	ment_flip_said(t, e);
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
			say(t, e, &out[n++]);
		ment_changed(t, i);
	}
	return n;
}
