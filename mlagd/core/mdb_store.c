// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the entries of the group table lie: a hash by group and port, seeded so
 * that hosts cannot choose groups that collide, and the two queues. It knows
 * nothing of what an entry means.
 */
#include <stdlib.h>
#include <string.h>

#include "mlagd/core/mdb_int.h"

static uint64_t mix(uint64_t h, const uint8_t addr[16])
{
	uint64_t x, y;

	memcpy(&x, addr, sizeof(x));
	memcpy(&y, addr + sizeof(x), sizeof(y));
	h = (h ^ x) * 0x9e3779b97f4a7c15ULL;
	h = (h ^ h >> 29 ^ y) * 0xd6e8feb86659fd93ULL;
	return h ^ h >> 32;
}

static size_t slot_of(const struct mdbt *t, const struct mc_group *g)
{
	uint64_t h = (uint64_t)g->port << 32 | (uint64_t)g->mlag_id << 16 | (uint64_t)g->vlan << 2 | g->kind;

	return mix(mix(t->seed ^ h, g->addr), g->source) & (t->slots - 1);
}

static bool same(const struct mc_group *a, const struct mc_group *b)
{
	return a->vlan == b->vlan && a->mlag_id == b->mlag_id && a->port == b->port && a->kind == b->kind &&
	       a->has_source == b->has_source && memcmp(a->addr, b->addr, sizeof(a->addr)) == 0 &&
	       memcmp(a->source, b->source, sizeof(a->source)) == 0;
}

struct gent *mdb_find(const struct mdbt *t, const struct mc_group *g)
{
	struct gent *e = t->slot[slot_of(t, g)];

	while (e && !same(&e->key, g))
		e = e->next;
	return e;
}

static void grow(struct mdbt *t)
{
	size_t old = t->slots;
	struct gent **slot = calloc(old * 2, sizeof(*slot)), **from = t->slot, *e;

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

struct gent *mdb_get(struct mdbt *t, const struct mc_group *g)
{
	struct gent *e = mdb_find(t, g);
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
	e->key = *g;
	e->key.del = e->key.left = e->key.keep = false;
	s = slot_of(t, g);
	e->next = t->slot[s];
	t->slot[s] = e;
	t->used++;
	return e;
}

void mdb_drop(struct mdbt *t, struct gent *e)
{
	struct gent **at = &t->slot[slot_of(t, &e->key)];

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	t->used--;
	free(e);
}

void mdb_each(struct mdbt *t, void (*cb)(struct mdbt *t, struct gent *e, core_ms now), core_ms now)
{
	struct gent *e, *next;

	for (size_t s = 0; s < t->slots; s++)
		for (e = t->slot[s]; e; e = next) {
			next = e->next;
			cb(t, e, now);
		}
}

/* ----------------------------------------------------------------- queues */

void mdb_queue_op(struct mdbt *t, struct gent *e)
{
	if (e->flags & GE_IN_OPS)
		return;
	e->flags |= GE_IN_OPS;
	queue_put(&t->ops, &e->op);
}

void mdb_queue_msg(struct mdbt *t, struct gent *e)
{
	if (e->flags & GE_IN_MSGS)
		return;
	e->flags |= GE_IN_MSGS;
	queue_put(&t->msgs, &e->msg);
}

struct gent *mdb_pop_op(struct mdbt *t)
{
	struct gent *e = queue_take(&t->ops, struct gent, op);

	if (e)
		e->flags &= ~GE_IN_OPS;
	return e;
}

struct gent *mdb_pop_msg(struct mdbt *t)
{
	struct gent *e = queue_take(&t->msgs, struct gent, msg);

	if (e)
		e->flags &= ~GE_IN_MSGS;
	return e;
}

/* --------------------------------------------------------------------- life */

struct mdbt *mdbt_new(size_t max)
{
	struct mdbt *t = calloc(1, sizeof(*t));

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
	mdbt_lifetimes(t, 260000, 255000);
	return t;
}

static void release(struct mdbt *t, struct gent *e, core_ms now)
{
	(void)t;
	(void)now;
	free(e);
}

void mdbt_free(struct mdbt *t)
{
	if (!t)
		return;
	mdb_each(t, release, 0);
	free(t->slot);
	free(t);
}
