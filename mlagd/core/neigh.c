// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Neighbours of two members. An entry is queued once for the kernel and once
 * for the peer; what is to be done is read off it when it is taken.
 */
#include <stdlib.h>
#include <string.h>

#include "mlagd/core/neigh_int.h"

/* ------------------------------------------------------------ what an entry is */

static uint64_t hash(const void *key, uint64_t seed)
{
	const struct mc_neigh *n = key;

	return table_mix(seed ^ ((uint64_t)n->vlan << 2 | (uint64_t)n->virt << 1 | n->v6), n->addr);
}

static bool same(const void *a, const void *b)
{
	const struct mc_neigh *x = a, *y = b;

	return x->vlan == y->vlan && x->virt == y->virt && x->v6 == y->v6 &&
	       memcmp(x->addr, y->addr, sizeof(x->addr)) == 0;
}

static const struct table_kind neighbours = {
	.size = sizeof(struct nent),
	.key_at = offsetof(struct nent, key),
	.key_size = sizeof(struct mc_neigh),
	.hash = hash,
	.same = same,
};

struct nent *neigh_get(struct neight *t, const struct mc_neigh *n)
{
	struct mc_neigh key = *n;

	key.del = false;
	return table_get(&t->table, &key);
}

void neigh_each(struct neight *t, void (*cb)(struct neight *t, struct nent *e))
{
	struct table_walk w = {0};
	struct nent *e;

	while ((e = table_next(&t->table, &w)))
		cb(t, e);
}

static bool wanted(const struct nent *e)
{
	return e->flags & NE_PEER && !(e->flags & (NE_LOCAL | NE_FIXED));
}

static bool op_due(const struct nent *e)
{
	if (!wanted(e))
		return e->flags & NE_OURS;
	return !(e->flags & NE_OURS) || neigh_mac_differs(&e->ours, &e->peer);
}

static bool unsaid(const struct nent *e)
{
	if (!(e->flags & NE_LOCAL))
		return e->flags & NE_SAID;
	return !(e->flags & NE_SAID) || neigh_mac_differs(&e->said, &e->key.mac);
}

void neigh_changed(struct neight *t, struct nent *e)
{
	if (op_due(e))
		table_put(&t->table, FOR_KERNEL, e);
	if (unsaid(e))
		table_put(&t->table, FOR_PEER, e);
	if (!(e->flags & ~(NE_STALE | NE_UNSEEN)) && !table_queued(&e->t))
		table_drop(&t->table, e);
}

void neigh_set_local(struct neight *t, struct nent *e, bool on)
{
	t->local += on;
	t->local -= (e->flags & NE_LOCAL) != 0;
	e->flags = (e->flags & ~NE_LOCAL) | (on ? NE_LOCAL : 0);
}

void neigh_set_peer(struct neight *t, struct nent *e, bool on)
{
	t->peer += on;
	t->peer -= (e->flags & NE_PEER) != 0;
	e->flags = (e->flags & ~(NE_PEER | NE_STALE)) | (on ? NE_PEER : 0);
}

/* ------------------------------------------------------------------- taking */

static void take_op(struct nent *e, struct neigh_op *op)
{
	op->what = wanted(e) ? NEIGH_INSTALL : NEIGH_GIVE_BACK;
	op->n = e->key;
	op->n.mac = wanted(e) ? e->peer : e->ours;
	op->n.router = e->peer_router;
	e->before = e->ours;
	e->ours = op->n.mac;
	e->flags &= ~(NE_OURS | NE_RELEASED);
	if (wanted(e))
		e->flags |= NE_OURS;
	else if (!(e->flags & NE_LOCAL))
		e->flags |= NE_RELEASED;
}

unsigned int neight_take_ops(struct neight *t, struct neigh_op *ops, unsigned int max)
{
	unsigned int n = 0;
	struct nent *e;

	while (n < max && (e = table_take(&t->table, FOR_KERNEL))) {
		if (op_due(e))
			take_op(e, &ops[n++]);
		neigh_changed(t, e);
	}
	return n;
}

unsigned int neight_take_msgs(struct neight *t, struct mc_neigh *out, unsigned int max)
{
	unsigned int n = 0;
	struct nent *e;

	while (n < max && (e = table_take(&t->table, FOR_PEER))) {
		if (unsaid(e)) {
			out[n] = e->key;
			out[n].del = !(e->flags & NE_LOCAL);
			e->said = e->key.mac;
			e->flags = (e->flags & ~NE_SAID) | (out[n++].del ? 0 : NE_SAID);
		}
		neigh_changed(t, e);
	}
	return n;
}

void neight_stats(const struct neight *t, struct neight_stats *s)
{
	*s = (struct neight_stats){.entries = t->table.used, .local = t->local, .peer = t->peer, .refused = t->table.refused};
}

void neight_stats_clear(struct neight *t)
{
	t->table.refused = 0;
}

void neight_walk(const struct neight *t, bool (*cb)(void *arg, const struct mc_neigh *n, bool local, bool peer), void *arg)
{
	struct table_walk w = {0};
	const struct nent *e;

	while ((e = table_next(&t->table, &w))) {
		struct mc_neigh n = e->key;

		if (!(e->flags & (NE_LOCAL | NE_PEER)))
			continue;
		if (!(e->flags & NE_LOCAL))
			n.mac = e->peer;
		if (!cb(arg, &n, e->flags & NE_LOCAL, e->flags & NE_PEER))
			return;
	}
}

/* --------------------------------------------------------------------- life */

struct neight *neight_new(size_t max)
{
	struct neight *t = calloc(1, sizeof(*t));

	if (t && table_init(&t->table, &neighbours, max))
		return t;
	free(t);
	return NULL;
}

void neight_free(struct neight *t)
{
	if (t)
		table_free(&t->table);
	free(t);
}
