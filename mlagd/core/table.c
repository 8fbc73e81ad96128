// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A hash table with chains and two queues through its entries. It doubles when
 * there are as many entries as slots, and never shrinks.
 */
#include <stdlib.h>
#include <string.h>

#include "mlagd/core/table.h"

#define FIRST_SLOTS 256 /* a power of two */

static const void *key_of(const struct table *t, const struct tent *e)
{
	return (const char *)e + t->kind->key_at;
}

static struct tent **slot_of(const struct table *t, const void *key)
{
	return &t->slot[t->kind->hash(key, t->seed) & (t->slots - 1)];
}

static void link_in(struct table *t, struct tent *e)
{
	struct tent **slot = slot_of(t, key_of(t, e));

	e->next = *slot;
	*slot = e;
}

static void grow(struct table *t)
{
	size_t old = t->slots;
	struct tent **slot = calloc(old * 2, sizeof(*slot)), **from = t->slot, *e;

	if (!slot)
		return; /* chains grow longer, nothing is lost */
	t->slot = slot;
	t->slots = old * 2;
	for (size_t s = 0; s < old; s++)
		while ((e = from[s])) {
			from[s] = e->next;
			link_in(t, e);
		}
	free(from);
}

void *table_find(const struct table *t, const void *key)
{
	struct tent *e = *slot_of(t, key);

	while (e && !t->kind->same(key_of(t, e), key))
		e = e->next;
	return e;
}

void *table_get(struct table *t, const void *key)
{
	struct tent *e = table_find(t, key);

	if (e)
		return e;
	e = t->used < t->max ? calloc(1, t->kind->size) : NULL;
	if (!e) {
		t->refused++;
		return NULL;
	}
	if (t->used >= t->slots)
		grow(t);
	memcpy((char *)e + t->kind->key_at, key, t->kind->key_size);
	link_in(t, e);
	t->used++;
	return e;
}

void table_drop(struct table *t, void *entry)
{
	struct tent *e = entry, **at = slot_of(t, key_of(t, e));

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	t->used--;
	free(e);
}

void *table_next(const struct table *t, struct table_walk *w)
{
	struct tent *e = w->next;

	while (!e && w->slot < t->slots)
		e = t->slot[w->slot++];
	w->next = e ? e->next : NULL;
	return e;
}

/* ----------------------------------------------------------------- queues */

void table_put(struct table *t, enum table_queue q, void *entry)
{
	struct tent *e = entry;

	if (e->queued & 1u << q)
		return;
	e->queued |= 1u << q;
	e->queue[q] = NULL;
	*t->queue[q].tail = e;
	t->queue[q].tail = &e->queue[q];
}

void *table_take(struct table *t, enum table_queue q)
{
	struct tent *e = t->queue[q].head;

	if (!e)
		return NULL;
	t->queue[q].head = e->queue[q];
	if (!t->queue[q].head)
		t->queue[q].tail = &t->queue[q].head;
	e->queued &= ~(1u << q);
	return e;
}

/* --------------------------------------------------------------------- life */

bool table_init(struct table *t, const struct table_kind *kind, size_t max)
{
	*t = (struct table){
		.kind = kind,
		.slot = calloc(FIRST_SLOTS, sizeof(struct tent *)),
		.slots = FIRST_SLOTS,
		.max = max,
		.seed = (uint64_t)(uintptr_t)t * 0x9e3779b97f4a7c15ULL,
	};
	for (unsigned int q = 0; q < 2; q++)
		t->queue[q].tail = &t->queue[q].head;
	return t->slot != NULL;
}

void table_free(struct table *t)
{
	struct table_walk w = {0};
	void *e;

	while ((e = table_next(t, &w)))
		free(e);
	free(t->slot);
}

uint64_t table_mix(uint64_t h, const uint8_t addr[16])
{
	uint64_t x, y;

	memcpy(&x, addr, sizeof(x));
	memcpy(&y, addr + sizeof(x), sizeof(y));
	h = (h ^ x) * 0x9e3779b97f4a7c15ULL;
	h = (h ^ h >> 29 ^ y) * 0xd6e8feb86659fd93ULL;
	return h ^ h >> 32;
}
