// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where neighbour entries lie: a hash table with chains and two queues through
 * the entries. The hash is seeded by where the table lies, so that hosts cannot
 * choose addresses that collide.
 */
#include <stdlib.h>
#include <string.h>

#include "mlagd/core/neigh_int.h"

static size_t slot_of(const struct neight *t, const struct mc_neigh *n)
{
	uint64_t x, y, h = t->seed ^ ((uint64_t)n->vlan << 2 | (uint64_t)n->virt << 1 | n->v6);

	memcpy(&x, n->addr, sizeof(x));
	memcpy(&y, n->addr + sizeof(x), sizeof(y));
	h = (h ^ x) * 0x9e3779b97f4a7c15ULL;
	h = (h ^ h >> 29 ^ y) * 0xd6e8feb86659fd93ULL;
	return (h ^ h >> 32) & (t->slots - 1);
}

static bool same(const struct mc_neigh *a, const struct mc_neigh *b)
{
	return a->vlan == b->vlan && a->virt == b->virt && a->v6 == b->v6 &&
	       memcmp(a->addr, b->addr, sizeof(a->addr)) == 0;
}

struct nent *neigh_find(const struct neight *t, const struct mc_neigh *n)
{
	struct nent *e = t->slot[slot_of(t, n)];

	while (e && !same(&e->key, n))
		e = e->next;
	return e;
}

static void grow(struct neight *t)
{
	size_t old = t->slots;
	struct nent **slot = calloc(old * 2, sizeof(*slot)), **from = t->slot, *e;

	if (!slot)
		return; /* chains grow longer, nothing is lost */
	t->slot = slot;
	t->slots = old * 2;
	for (size_t s = 0; s < old; s++)
		while ((e = from[s])) {
			size_t to = slot_of(t, &e->key);

			from[s] = e->next;
			e->next = slot[to];
			slot[to] = e;
		}
	free(from);
}

struct nent *neigh_get(struct neight *t, const struct mc_neigh *n)
{
	struct nent *e = neigh_find(t, n);
	size_t s;

	if (e)
		return e;
	e = t->used < t->max ? calloc(1, sizeof(*e)) : NULL;
	if (!e) {
		t->refused++;
		return NULL;
	}
	if (t->used >= t->slots)
		grow(t);
	e->key = *n;
	e->key.del = false;
	s = slot_of(t, n);
	e->next = t->slot[s];
	t->slot[s] = e;
	t->used++;
	return e;
}

void neigh_drop(struct neight *t, struct nent *e)
{
	struct nent **at = &t->slot[slot_of(t, &e->key)];

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	t->used--;
	free(e);
}

void neigh_each(struct neight *t, void (*cb)(struct neight *t, struct nent *e))
{
	struct nent *e, *next;

	for (size_t s = 0; s < t->slots; s++)
		for (e = t->slot[s]; e; e = next) {
			next = e->next;
			cb(t, e);
		}
}

/* ----------------------------------------------------------------- queues */

void neigh_queue_op(struct neight *t, struct nent *e)
{
	if (e->flags & NE_IN_OPS)
		return;
	e->flags |= NE_IN_OPS;
	queue_put(&t->ops, &e->op);
}

void neigh_queue_msg(struct neight *t, struct nent *e)
{
	if (e->flags & NE_IN_MSGS)
		return;
	e->flags |= NE_IN_MSGS;
	queue_put(&t->msgs, &e->msg);
}

struct nent *neigh_pop_op(struct neight *t)
{
	struct nent *e = queue_take(&t->ops, struct nent, op);

	if (e)
		e->flags &= ~NE_IN_OPS;
	return e;
}

struct nent *neigh_pop_msg(struct neight *t)
{
	struct nent *e = queue_take(&t->msgs, struct nent, msg);

	if (e)
		e->flags &= ~NE_IN_MSGS;
	return e;
}

/* --------------------------------------------------------------------- life */

struct neight *neight_new(size_t max)
{
	struct neight *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->slots = 256;
	t->slot = calloc(t->slots, sizeof(*t->slot));
	if (!t->slot) {
		free(t);
		return NULL;
	}
	t->max = max;
	t->seed = (uint64_t)(uintptr_t)t * 0x9e3779b97f4a7c15ULL;
	queue_init(&t->ops);
	queue_init(&t->msgs);
	return t;
}

static void release(struct neight *t, struct nent *e)
{
	(void)t;
	free(e);
}

void neight_free(struct neight *t)
{
	if (!t)
		return;
	neigh_each(t, release);
	free(t->slot);
	free(t);
}
