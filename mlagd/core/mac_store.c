// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where MAC entries are kept: chunks that never move, and an open-addressing
 * hash (linear probing, deletion by shifting back, load at most 3/4) of their
 * numbers. The hash is seeded, so that hosts cannot choose addresses that
 * collide. Knows nothing of what an entry means.
 */
#include <stdlib.h>
#include <string.h>

#include "mlagd/core/mac_int.h"

#define SLOTS_MIN 1024

static void make_key(uint8_t *key, const struct mc_mac *mac, uint16_t vlan)
{
	memcpy(key, mac->b, sizeof(mac->b));
	memcpy(key + sizeof(mac->b), &vlan, sizeof(vlan));
}

static uint32_t hash(const struct mact *t, const uint8_t *key)
{
	uint64_t x;

	memcpy(&x, key, sizeof(x));
	x ^= t->seed;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ULL;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ULL;
	x ^= x >> 32;
	return (uint32_t)x & t->mask;
}

/* Slot of key, or the empty one where it belongs. */
static uint32_t slot_of(const struct mact *t, const uint8_t *key)
{
	uint32_t s = hash(t, key);

	while (t->slot[s] && memcmp(ment_at(t, t->slot[s] - 1)->key, key, 8) != 0)
		s = (s + 1) & t->mask;
	return s;
}

uint32_t ment_find(const struct mact *t, const struct mc_mac *mac, uint16_t vlan)
{
	uint8_t key[8];

	make_key(key, mac, vlan);
	return t->slot[slot_of(t, key)] - 1; /* 0 - 1 is MACT_NIL */
}

static bool grow_slots(struct mact *t)
{
	uint32_t old_mask = t->mask, *old = t->slot;
	uint32_t *slot = calloc((size_t)(old_mask + 1) * 2, sizeof(*slot));

	if (!slot)
		return false;
	t->slot = slot;
	t->mask = old_mask * 2 + 1;
	for (uint32_t s = 0; s <= old_mask; s++)
		if (old[s])
			t->slot[slot_of(t, ment_at(t, old[s] - 1)->key)] = old[s];
	free(old);
	return true;
}

/* One more chunk, its entries on the free list in ascending order. */
static bool grow_chunks(struct mact *t)
{
	struct ment **list, *c;

	if (t->n_chunks == t->cap_chunks) {
		list = realloc(t->chunk, sizeof(*list) * (t->cap_chunks + 64));
		if (!list)
			return false;
		t->chunk = list;
		t->cap_chunks += 64;
	}
	c = calloc(MACT_CHUNK, sizeof(*c));
	if (!c)
		return false;
	for (uint32_t i = 0; i < MACT_CHUNK; i++)
		c[i].next_op = i + 1 < MACT_CHUNK ? (t->n_chunks << MACT_CHUNK_BITS) + i + 1 : t->free;
	t->free = t->n_chunks << MACT_CHUNK_BITS;
	t->chunk[t->n_chunks++] = c;
	return true;
}

uint32_t ment_make(struct mact *t, const struct mc_mac *mac, uint16_t vlan)
{
	uint8_t key[8];
	uint32_t s, i;
	struct ment *e;

	make_key(key, mac, vlan);
	s = slot_of(t, key);
	if (t->slot[s])
		return t->slot[s] - 1;
	if (t->used >= t->max)
		goto refused;
	if (t->used >= t->mask / 4 * 3) {
		if (!grow_slots(t))
			goto refused;
		s = slot_of(t, key);
	}
	if (t->free == MACT_NIL && !grow_chunks(t))
		goto refused;
	i = t->free;
	e = ment_at(t, i);
	t->free = e->next_op;
	memset(e, 0, sizeof(*e));
	memcpy(e->key, key, sizeof(key));
	e->flags = ME_USED;
	e->next_op = e->next_msg = MACT_NIL;
	t->slot[s] = i + 1;
	t->used++;
	return i;
refused:
	t->refused++;
	return MACT_NIL;
}

void ment_free(struct mact *t, uint32_t i)
{
	struct ment *e = ment_at(t, i);
	uint32_t hole = slot_of(t, e->key), s = hole, home;

	/* close the gap: pull back whoever would no longer be found */
	for (;;) {
		s = (s + 1) & t->mask;
		if (!t->slot[s])
			break;
		home = hash(t, ment_at(t, t->slot[s] - 1)->key);
		if (((s - home) & t->mask) >= ((s - hole) & t->mask)) {
			t->slot[hole] = t->slot[s];
			hole = s;
		}
	}
	t->slot[hole] = 0;
	e->flags = 0;
	e->next_op = t->free;
	t->free = i;
	t->used--;
}

struct mact *mact_new(size_t max_entries)
{
	struct mact *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->slot = calloc(SLOTS_MIN, sizeof(*t->slot));
	if (!t->slot) {
		free(t);
		return NULL;
	}
	t->mask = SLOTS_MIN - 1;
	t->max = max_entries < (1u << 30) ? max_entries : (1u << 30);
	t->free = MACT_NIL;
	t->ops = t->msgs = (struct queue){MACT_NIL, MACT_NIL};
	t->seed = (uint64_t)(uintptr_t)t * 0x9e3779b97f4a7c15ULL; /* differs by address layout */
	return t;
}

void mact_free(struct mact *t)
{
	if (!t)
		return;
	for (uint32_t i = 0; i < t->n_chunks; i++)
		free(t->chunk[i]);
	free(t->chunk);
	free(t->slot);
	free(t);
}
