// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Groups and router ports of two members. An entry is queued once for the
 * kernel and once for the peer; what is to be done is read off it when it is
 * taken. The peerlink has entries of its own, wanted as long as some entry of
 * the peer's can be reached no other way; they are freed when they are taken, so
 * that a walk over all entries frees none but the one it is at.
 *
 * Nobody is kept alive by hearsay: ours is renewed only while the peer says it,
 * and what we say of it then is not that we heard it.
 */
#include <stdlib.h>
#include <string.h>

#include "mlagd/core/mdb_int.h"

/* ------------------------------------------------------------- where it lies */

static uint64_t hash(const void *key, uint64_t seed)
{
	const struct mc_group *g = key;
	uint64_t h = (uint64_t)g->port << 32 | (uint64_t)g->mlag_id << 16 | (uint64_t)g->vlan << 2 | g->kind;

	return table_mix(table_mix(seed ^ h, g->addr), g->source);
}

static bool same(const void *x, const void *y)
{
	const struct mc_group *a = x, *b = y;

	return a->vlan == b->vlan && a->mlag_id == b->mlag_id && a->port == b->port && a->kind == b->kind &&
	       a->has_source == b->has_source && memcmp(a->addr, b->addr, sizeof(a->addr)) == 0 &&
	       memcmp(a->source, b->source, sizeof(a->source)) == 0;
}

static const struct table_kind groups = {
	.size = sizeof(struct gent),
	.key_at = offsetof(struct gent, key),
	.key_size = sizeof(struct mc_group),
	.hash = hash,
	.same = same,
};

struct gent *mdb_get(struct mdbt *t, const struct mc_group *g)
{
	struct mc_group key = *g;

	key.del = key.left = key.keep = false;
	return table_get(&t->table, &key);
}

void mdb_each(struct mdbt *t, void (*cb)(struct mdbt *t, struct gent *e, core_ms now), core_ms now)
{
	struct table_walk w = {0};
	struct gent *e;

	while ((e = table_next(&t->table, &w)))
		cb(t, e, now);
}

/* ------------------------------------------------------------ what it is due */

bool mdb_on_peerlink(const struct gent *e)
{
	return e->key.mlag_id == 0 && e->key.port == MDBT_PEERLINK;
}

bool mdb_usable(const struct mdbt *t, const struct gent *e)
{
	return mdb_bit(t->usable, e->key.mlag_id);
}

bool mdb_shared(const struct mdbt *t, const struct gent *e)
{
	return e->key.mlag_id && mdb_usable(t, e) && !mdb_bit(t->apart, e->key.mlag_id);
}

static bool wanted(const struct mdbt *t, const struct gent *e)
{
	if (e->flags & (GE_LOCAL | GE_FIXED))
		return false;
	if (mdb_on_peerlink(e))
		return t->peerlink && (e->need || e->flags & GE_PEER);
	return (mdb_shared(t, e) && e->flags & GE_PEER) ||
	       (e->key.mlag_id && mdb_usable(t, e) && e->flags & (GE_HEARD | GE_CHECK | GE_ASKED));
}

/* What we say: somebody was heard here, on a port that works. */
static bool vote(const struct mdbt *t, const struct gent *e)
{
	return !mdb_on_peerlink(e) && e->flags & (GE_LOCAL | GE_HEARD) && (!e->key.mlag_id || mdb_usable(t, e));
}

static bool op_due(const struct mdbt *t, const struct gent *e)
{
	return e->flags & GE_DROP || wanted(t, e) != !!(e->flags & GE_OURS) ||
	       (e->flags & (GE_OURS | GE_RENEW)) == (GE_OURS | GE_RENEW);
}

static bool msg_due(const struct mdbt *t, const struct gent *e)
{
	return e->flags & (GE_LEFT | GE_REPLY) || vote(t, e) != !!(e->flags & GE_SAID);
}

static bool idle(const struct gent *e)
{
	return !e->users && !table_queued(&e->t) && !(e->flags & ~(GE_STALE | GE_UNSEEN | GE_KEEP | GE_RENEW | GE_FOUND | GE_NEEDS | GE_LEAVES));
}

static void set_need(struct mdbt *t, struct gent *e, bool on)
{
	if (!e->pl || on == !!(e->flags & GE_NEEDS))
		return;
	e->pl->need += on ? 1 : -1;
	e->flags = (e->flags & ~GE_NEEDS) | (on ? GE_NEEDS : 0);
	table_put(&t->table, FOR_KERNEL, e->pl);
}

void mdb_leg_gone(struct gent *e)
{
	if (e->flags & GE_ASKED) /* an answer that is still waited for would come in there */
		e->flags = (e->flags & ~GE_ASKED) | GE_REPLY | GE_KEEP;
	else if (e->flags & (GE_LOCAL | GE_HEARD))
		e->flags |= GE_KEEP;
	e->flags &= ~(GE_HEARD | GE_CHECK);
}

void mdb_changed(struct mdbt *t, struct gent *e)
{
	set_need(t, e, e->flags & GE_PEER && !mdb_shared(t, e));
	/* only with the withdrawal that it is about: kept for the next one, it would undo a leave */
	if (vote(t, e) || !(e->flags & (GE_SAID | GE_REPLY)))
		e->flags &= ~GE_KEEP;
	if (op_due(t, e))
		table_put(&t->table, FOR_KERNEL, e);
	if (msg_due(t, e))
		table_put(&t->table, FOR_PEER, e);
	if (!idle(e))
		return;
	if (mdb_on_peerlink(e)) {
		table_put(&t->table, FOR_KERNEL, e);
		return;
	}
	if (e->pl) {
		e->pl->users--;
		table_put(&t->table, FOR_KERNEL, e->pl);
	}
	table_drop(&t->table, e);
}

/* From now on the peer may have it, so that the peerlink may have to. */
bool mdb_with_peerlink(struct mdbt *t, struct gent *e)
{
	struct mc_group g = e->key;

	if (e->pl || mdb_on_peerlink(e))
		return true;
	g.mlag_id = 0;
	g.port = MDBT_PEERLINK;
	e->pl = mdb_get(t, &g);
	if (!e->pl)
		return false;
	e->pl->users++;
	return true;
}

/* ------------------------------------------------------------------- taking */

static bool take_op(struct mdbt *t, struct gent *e, struct mdb_op *op, core_ms now)
{
	op->g = e->key;
	if (e->flags & GE_DROP) {
		bool own = e->flags & GE_LOCAL;

		e->flags = (e->flags & ~(GE_DROP | GE_LOCAL)) | (own ? GE_ECHO : 0);
		op->what = MDB_REMOVE;
		return own;
	}
	if (wanted(t, e)) {
		op->what = e->flags & GE_OURS ? MDB_RENEW : MDB_INSTALL;
		e->flags = (e->flags & ~GE_RENEW) | GE_OURS;
		e->set_at = e->heard_at = now;
		return true;
	}
	/* a router port has no event that tells whose it was */
	e->flags = (e->flags & ~(GE_OURS | GE_RENEW)) | (e->key.kind == MC_GROUP_ROUTER ? 0 : GE_ECHO);
	op->what = MDB_REMOVE;
	return true;
}

unsigned int mdbt_take_ops(struct mdbt *t, struct mdb_op *ops, unsigned int max, core_ms now)
{
	unsigned int n = 0;
	struct gent *e;

	while (n < max && (e = table_take(&t->table, FOR_KERNEL))) {
		if (op_due(t, e) && take_op(t, e, &ops[n], now))
			n++;
		if (mdb_on_peerlink(e) && idle(e))
			table_drop(&t->table, e);
		else
			mdb_changed(t, e);
	}
	return n;
}

unsigned int mdbt_take_msgs(struct mdbt *t, struct mc_group *out, unsigned int max)
{
	unsigned int n = 0;
	struct gent *e;

	while (n < max && (e = table_take(&t->table, FOR_PEER))) {
		if (msg_due(t, e)) {
			struct mc_group *g = &out[n++];

			*g = e->key;
			g->left = e->flags & GE_LEFT;
			g->del = g->left || !vote(t, e);
			g->keep = g->del && !g->left && e->flags & GE_KEEP;
			e->flags &= ~(g->left ? GE_LEFT | GE_KEEP | GE_SAID : GE_KEEP | GE_SAID | GE_REPLY);
			e->flags |= g->del ? 0 : GE_SAID;
		}
		mdb_changed(t, e);
	}
	return n;
}

/* ------------------------------------------------------------------ showing */

void mdbt_walk(const struct mdbt *t, bool (*cb)(void *arg, const struct mc_group *g, bool local, bool peer), void *arg)
{
	struct table_walk w = {0};
	const struct gent *e;

	while ((e = table_next(&t->table, &w))) {
		bool local = vote(t, e), peer = e->flags & GE_PEER && !mdb_on_peerlink(e);

		if ((local || peer) && !cb(arg, &e->key, local, peer))
			return;
	}
}

static bool count(void *arg, const struct mc_group *g, bool local, bool peer)
{
	struct mdbt_stats *s = arg;

	(void)g;
	s->local += local;
	s->peer += peer;
	return true;
}

void mdbt_stats(const struct mdbt *t, struct mdbt_stats *s)
{
	*s = (struct mdbt_stats){.entries = t->table.used, .refused = t->table.refused};
	mdbt_walk(t, count, s);
}

/* --------------------------------------------------------------------- life */

struct mdbt *mdbt_new(size_t max)
{
	struct mdbt *t = calloc(1, sizeof(*t));

	if (!t || !table_init(&t->table, &groups, max)) {
		free(t);
		return NULL;
	}
	mdbt_lifetimes(t, 260000, 255000);
	return t;
}

void mdbt_free(struct mdbt *t)
{
	if (t)
		table_free(&t->table);
	free(t);
}
