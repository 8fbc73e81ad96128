// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Convergence without any bound in time: of all healed states, and all that can
 * follow them without a fault (in every order, late datagrams too), each must
 * come to a pair that is whole and stays whole. Two fixpoints: what is whole and
 * can only be followed by such; then what must come to it. What is left can go
 * round for ever (livelock) or stand still (deadlock).
 */
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

#define LATELY 32 /* so many ways back a second one is noticed; one that is not counts twice, and costs memory only */

enum { W_LEFT = 4, W_GOOD = 8 }; /* beside ST_HEALED, ST_CONVERGED */

void ways_add(struct ways *y, uint32_t from, uint32_t to)
{
	for (size_t i = y->n; i > 0 && y->n - i < LATELY && y->e[i - 1][0] == from; i--)
		if (y->e[i - 1][1] == to)
			return;
	if (y->n == y->cap) {
		y->cap = y->cap ? y->cap + y->cap / 4 : 65536;
		y->e = realloc(y->e, y->cap * sizeof(*y->e));
		if (!y->e)
			abort();
	}
	y->e[y->n][0] = from;
	y->e[y->n++][1] = to;
}

void ways_fini(struct ways *y)
{
	free(y->e);
	memset(y, 0, sizeof(*y));
}

/* Ways by where they lead: from[at[i]..at[i+1]-1] are the states that i follows. */
struct back {
	uint32_t *at;
	uint32_t *from, *todo, n_todo;
	uint16_t *out; /* ways out of each that are not known to be good */
};

static void back_make(struct back *k, const struct store *st, struct ways *y)
{
	k->at = calloc((size_t)st->n + 2, sizeof(*k->at));
	k->from = malloc((y->n + 1) * sizeof(*k->from));
	k->out = calloc(st->n, sizeof(*k->out));
	k->todo = malloc((size_t)st->n * sizeof(*k->todo));
	if (!k->at || !k->from || !k->out || !k->todo)
		abort();
	for (size_t i = 0; i < y->n; i++)
		k->at[y->e[i][1] + 2]++;
	for (uint32_t i = 0; i < st->n; i++)
		k->at[i + 2] += k->at[i + 1];
	for (size_t i = 0; i < y->n; i++) {
		k->from[k->at[y->e[i][1] + 1]++] = y->e[i][0];
		k->out[y->e[i][0]]++;
	}
	k->n_todo = 0;
}

static void back_fini(struct back *k)
{
	free(k->at);
	free(k->from);
	free(k->out);
	free(k->todo);
}

/* Whole, and nothing but whole can follow: what is not spreads to what it follows. */
static void stays_whole(struct back *k, struct store *st)
{
	for (uint32_t i = 0; i < st->n; i++)
		if ((st->e[i].flags & ST_HEALED) && (!(st->e[i].flags & ST_CONVERGED) || k->out[i] == 0)) {
			st->e[i].flags |= W_LEFT;
			k->todo[k->n_todo++] = i;
		}
	while (k->n_todo) {
		uint32_t i = k->todo[--k->n_todo];

		for (uint32_t j = k->at[i]; j < k->at[i + 1]; j++)
			if (!(st->e[k->from[j]].flags & W_LEFT)) {
				st->e[k->from[j]].flags |= W_LEFT;
				k->todo[k->n_todo++] = k->from[j];
			}
	}
}

static void must_come(struct back *k, struct store *st)
{
	for (uint32_t i = 0; i < st->n; i++)
		if ((st->e[i].flags & ST_HEALED) && !(st->e[i].flags & W_LEFT)) {
			st->e[i].flags |= W_GOOD;
			k->todo[k->n_todo++] = i;
		}
	while (k->n_todo) {
		uint32_t i = k->todo[--k->n_todo];

		for (uint32_t j = k->at[i]; j < k->at[i + 1]; j++) {
			uint32_t from = k->from[j];

			if (--k->out[from] == 0 && !(st->e[from].flags & W_GOOD)) {
				st->e[from].flags |= W_GOOD;
				k->todo[k->n_todo++] = from;
			}
		}
	}
}

uint32_t ways_check(struct store *st, struct ways *y, uint64_t *healed)
{
	struct back k;
	uint32_t bad = STORE_NONE;

	back_make(&k, st, y);
	ways_fini(y);
	stays_whole(&k, st);
	must_come(&k, st);
	back_fini(&k);
	for (uint32_t i = 0; i < st->n; i++) {
		if (!(st->e[i].flags & ST_HEALED))
			continue;
		++*healed;
		if (!(st->e[i].flags & W_GOOD) && bad == STORE_NONE)
			bad = i;
	}
	return bad;
}
