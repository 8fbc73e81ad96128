// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Neighbours of two members. An entry is queued once for the kernel and once
 * for the peer; what is to be done is read off it when it is taken.
 */
#include <stdlib.h>
#include <string.h>

#include "mlagd/core/neigh.h"
#include "mlagd/core/table.h"

enum {
	NE_LOCAL = 1 << 0,    /* the kernel's own, and worth telling */
	NE_PEER = 1 << 1,     /* the peer has it */
	NE_STALE = 1 << 2,    /* not said again yet in this session */
	NE_OURS = 1 << 3,     /* an entry of ours stands in the kernel */
	NE_FIXED = 1 << 4,    /* an operator's does */
	NE_RELEASED = 1 << 5, /* was ours, now the kernel's to ask: not local before it has answered */
	NE_SAID = 1 << 6,
	NE_UNSEEN = 1 << 7, /* not found yet by the reading under way */
};

struct nent {
	struct tent t;
	struct mc_neigh key; /* mac: local's */
	struct mc_mac peer, ours, before, said; /* before: ours, the time before the last */
	bool peer_router;
	uint8_t flags;
};

struct neight {
	struct table table;
	bool synced;
	size_t local, peer;
};

/* ------------------------------------------------------------- what an entry is */

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

static struct nent *get(struct neight *t, const struct mc_neigh *n)
{
	struct mc_neigh key = *n;

	key.del = false;
	return table_get(&t->table, &key);
}

static void each(struct neight *t, void (*cb)(struct neight *t, struct nent *e))
{
	struct table_walk w = {0};
	struct nent *e;

	while ((e = table_next(&t->table, &w)))
		cb(t, e);
}

static bool mac_differs(const struct mc_mac *a, const struct mc_mac *b)
{
	return memcmp(a, b, sizeof(*a)) != 0;
}

static bool wanted(const struct nent *e)
{
	return e->flags & NE_PEER && !(e->flags & (NE_LOCAL | NE_FIXED));
}

static bool op_due(const struct nent *e)
{
	if (!wanted(e))
		return e->flags & NE_OURS;
	return !(e->flags & NE_OURS) || mac_differs(&e->ours, &e->peer);
}

static bool unsaid(const struct nent *e)
{
	if (!(e->flags & NE_LOCAL))
		return e->flags & NE_SAID;
	return !(e->flags & NE_SAID) || mac_differs(&e->said, &e->key.mac);
}

static void changed(struct neight *t, struct nent *e)
{
	if (op_due(e))
		table_put(&t->table, FOR_KERNEL, e);
	if (unsaid(e))
		table_put(&t->table, FOR_PEER, e);
	if (!(e->flags & ~(NE_STALE | NE_UNSEEN)) && !table_queued(&e->t))
		table_drop(&t->table, e);
}

/* ------------------------------------------------------------- what happens */

static void set_local(struct neight *t, struct nent *e, bool on)
{
	t->local += on;
	t->local -= (e->flags & NE_LOCAL) != 0;
	e->flags = (e->flags & ~NE_LOCAL) | (on ? NE_LOCAL : 0);
}

static void set_peer(struct neight *t, struct nent *e, bool on)
{
	t->peer += on;
	t->peer -= (e->flags & NE_PEER) != 0;
	e->flags = (e->flags & ~(NE_PEER | NE_STALE)) | (on ? NE_PEER : 0);
}

static void learned(struct neight *t, struct nent *e, const struct mc_neigh *n, bool confirmed)
{
	e->flags &= ~(NE_OURS | NE_FIXED);
	if (e->flags & NE_RELEASED && !confirmed)
		return;
	e->flags &= ~NE_RELEASED;
	e->key.mac = n->mac;
	e->key.router = n->router;
	set_local(t, e, true);
}

static void deleted(struct neight *t, struct nent *e)
{
	set_local(t, e, false);
	e->flags &= ~(NE_OURS | NE_FIXED | NE_RELEASED);
}

static void gone(struct neight *t, struct nent *e)
{
	/* of ours one that does not answer is not put back on the same word */
	if (e->flags & NE_OURS)
		set_peer(t, e, false);
	deleted(t, e);
}

/*
 * The kernel hears a host without taking our mark off its entry. Another MAC
 * than those that we gave is what the host has said here: the newest there is.
 */
static bool heard_anew(const struct nent *e, const struct mc_neigh *n)
{
	return e->flags & NE_OURS && mac_differs(&e->ours, &n->mac) && mac_differs(&e->before, &n->mac);
}

static void ours(struct neight *t, struct nent *e, const struct mc_neigh *n)
{
	if (heard_anew(e, n)) {
		e->ours = e->key.mac = n->mac;
		set_local(t, e, true);
		return;
	}
	/* of an earlier run: the peer's word, until it has said everything anew */
	if (!(e->flags & (NE_PEER | NE_OURS)) && !t->synced) {
		set_peer(t, e, true);
		e->peer = n->mac;
		e->flags |= NE_STALE;
	}
	set_local(t, e, false);
	e->flags = (e->flags & ~(NE_FIXED | NE_RELEASED)) | NE_OURS;
	e->ours = n->mac;
}

void neight_kernel(struct neight *t, const struct mc_neigh *n, enum neigh_seen seen)
{
	struct nent *e = seen == NEIGH_GONE || seen == NEIGH_DELETED ? table_find(&t->table, n) : get(t, n);

	if (!e)
		return;
	e->flags &= ~NE_UNSEEN;
	if (seen == NEIGH_DELETED)
		deleted(t, e);
	else if (seen == NEIGH_GONE)
		gone(t, e);
	else if (seen == NEIGH_OURS)
		ours(t, e, n);
	else if (seen == NEIGH_FIXED) {
		set_local(t, e, false);
		e->flags = (e->flags & ~(NE_OURS | NE_RELEASED)) | NE_FIXED;
	} else
		learned(t, e, n, seen == NEIGH_CONFIRMED);
	changed(t, e);
}

static void unsee(struct neight *t, struct nent *e)
{
	(void)t;
	if (e->flags & (NE_LOCAL | NE_OURS | NE_FIXED | NE_RELEASED))
		e->flags |= NE_UNSEEN;
}

/* Deleted while nobody looked, ours too: that is no answer of the host's, so the peer's word still counts. */
static void sweep(struct neight *t, struct nent *e)
{
	if (!(e->flags & NE_UNSEEN))
		return;
	e->flags &= ~NE_UNSEEN;
	deleted(t, e);
	changed(t, e);
}

void neight_read_begin(struct neight *t)
{
	each(t, unsee);
}

void neight_read_end(struct neight *t)
{
	each(t, sweep);
}

void neight_peer(struct neight *t, const struct mc_neigh *n)
{
	struct nent *e = n->del ? table_find(&t->table, n) : get(t, n);

	if (!e)
		return;
	if (n->del) {
		set_peer(t, e, false);
	} else {
		set_peer(t, e, true);
		e->peer = n->mac;
		e->peer_router = n->router;
		/* said after all it knew: the host has another address now */
		if (t->synced && e->flags & NE_LOCAL && mac_differs(&e->key.mac, &n->mac))
			set_local(t, e, false);
	}
	changed(t, e);
}

static void begin_session(struct neight *t, struct nent *e)
{
	e->flags &= ~NE_SAID;
	if (e->flags & NE_PEER)
		e->flags |= NE_STALE;
	changed(t, e);
}

void neight_session_up(struct neight *t)
{
	t->synced = false;
	each(t, begin_session);
}

static void drop_stale(struct neight *t, struct nent *e)
{
	if (!(e->flags & NE_STALE))
		return;
	set_peer(t, e, false);
	changed(t, e);
}

void neight_peer_sync_end(struct neight *t)
{
	t->synced = true;
	each(t, drop_stale);
}

static void flush(struct neight *t, struct nent *e)
{
	set_peer(t, e, false);
	e->flags &= ~NE_SAID;
	changed(t, e);
}

void neight_peer_flush(struct neight *t)
{
	t->synced = false;
	each(t, flush);
}

/* ------------------------------------------------------------------- taking */

unsigned int neight_take_ops(struct neight *t, struct neigh_op *ops, unsigned int max)
{
	unsigned int n = 0;
	struct nent *e;

	while (n < max && (e = table_take(&t->table, FOR_KERNEL))) {
		if (op_due(e)) {
			struct neigh_op *op = &ops[n++];

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
		changed(t, e);
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
		changed(t, e);
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
