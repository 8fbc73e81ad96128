// SPDX-License-Identifier: GPL-2.0-or-later
/* Virtual time: a heap of what is to happen, and the one source of chance. */
#include <stdlib.h>
#include <string.h>

#include "tests/sim/sim.h"

uint64_t sim_random(struct sim *s, uint64_t n)
{
	s->rng ^= s->rng >> 12;
	s->rng ^= s->rng << 25;
	s->rng ^= s->rng >> 27;
	return n ? (s->rng * 0x2545f4914f6cdd1dULL >> 33) % n : 0;
}

static bool before(const struct item *a, const struct item *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void swap(struct item *a, struct item *b)
{
	struct item t = *a;

	*a = *b;
	*b = t;
}

struct item *sim_push(struct sim *s, core_ms at, enum kind kind, unsigned int m)
{
	unsigned int i = s->n_heap++, up;

	if (s->n_heap > s->cap_heap) {
		s->cap_heap = s->cap_heap ? s->cap_heap * 2 : 256;
		s->heap = realloc(s->heap, s->cap_heap * sizeof(*s->heap));
		if (!s->heap)
			abort();
	}
	memset(&s->heap[i], 0, sizeof(s->heap[i]));
	s->heap[i].at = at;
	s->heap[i].order = s->order++;
	s->heap[i].kind = kind;
	s->heap[i].m = m;
	s->heap[i].life = s->mem[m].life;
	for (; i && before(&s->heap[i], &s->heap[up = (i - 1) / 2]); i = up)
		swap(&s->heap[i], &s->heap[up]);
	return &s->heap[i];
}

bool sim_pop(struct sim *s, struct item *it)
{
	unsigned int i = 0, kid;

	if (s->n_heap == 0)
		return false;
	*it = s->heap[0];
	s->heap[0] = s->heap[--s->n_heap];
	while ((kid = 2 * i + 1) < s->n_heap) {
		if (kid + 1 < s->n_heap && before(&s->heap[kid + 1], &s->heap[kid]))
			kid++;
		if (!before(&s->heap[kid], &s->heap[i]))
			break;
		swap(&s->heap[i], &s->heap[kid]);
		i = kid;
	}
	return true;
}
