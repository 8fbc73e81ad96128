// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entries of one kind by their key, each at most once in a queue for the kernel
 * and once in one for the peer. Links lie inside the entries, so that queueing
 * needs no memory. What an entry means its owner knows (neigh.c, mdb.c).
 */
#ifndef MLAGD_CORE_TABLE_H
#define MLAGD_CORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* First in each entry. */
struct tent {
	struct tent *next; /* in its bucket */
	struct tent *queue[2];
	uint8_t queued; /* a bit each */
};

enum table_queue { FOR_KERNEL, FOR_PEER };

struct table_kind {
	size_t size;	/* of an entry */
	size_t key_at;	/* where in an entry its key lies */
	size_t key_size;
	uint64_t (*hash)(const void *key, uint64_t seed);
	bool (*same)(const void *a, const void *b);
};

struct table {
	const struct table_kind *kind;
	struct tent **slot;
	size_t slots, used, max;
	size_t refused; /* how often there was no room */
	uint64_t seed;	/* hosts cannot choose keys that collide */
	struct {
		struct tent *head, **tail;
	} queue[2];
};

struct table_walk {
	size_t slot;
	struct tent *next;
};

/* Up to max entries; false: no memory. */
bool table_init(struct table *t, const struct table_kind *kind, size_t max);
void table_free(struct table *t);

/* NULL: there is none. */
void *table_find(const struct table *t, const void *key);
/* The same, made with this key, else zero, if need be; NULL: the table is full or memory is short, counted in refused. */
void *table_get(struct table *t, const void *key);
/* Frees an entry that is in no queue. */
void table_drop(struct table *t, void *entry);
/* Every entry once, then NULL; w begins as {0}. Meanwhile the entry last returned may be dropped, no other, and none made. */
void *table_next(const struct table *t, struct table_walk *w);

/* At the end, if it is not in it yet. */
void table_put(struct table *t, enum table_queue q, void *entry);
/* The first, taken out; NULL: it is empty. */
void *table_take(struct table *t, enum table_queue q);
static inline bool table_queued(const struct tent *e)
{
	return e->queued != 0;
}

/* Mixes an address of 16 bytes into a hash. */
uint64_t table_mix(uint64_t h, const uint8_t addr[16]);

#endif
