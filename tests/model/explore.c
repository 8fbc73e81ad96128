// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The search, breadth first, so that the way told to a violation is a shortest
 * one: every move of every state, each state once. When no state is left, the
 * way that each healed one takes without further faults is followed to its end.
 * Knows nothing of what a move does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/model/model.h"

extern unsigned int core_broken;
bool model_whole;

struct found {
	struct blob *b;
	uint32_t id;
};

struct level {
	struct found *f;
	uint32_t n, cap;
};

struct search {
	struct world w;
	struct store st;
	struct level now, next;
	uint64_t moves;
	unsigned int depth, faults;
	bool full;
};

static struct core *cores[2];

static void level_add(struct level *l, struct blob *b, uint32_t id)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 1024;
		l->f = realloc(l->f, l->cap * sizeof(*l->f));
		if (!l->f)
			abort();
	}
	l->f[l->n++] = (struct found){b, id};
}

/* From power on to a pair that is whole and stays so: the search's other beginning. */
static struct blob *boot(struct search *x, struct blob *b)
{
	struct move m[MOVES_MAX];
	struct digest d, was = {0};
	unsigned int rules = core_broken;
	bool steady = false;

	core_broken = 0; /* it breaks afterwards */
	for (unsigned int s = 0; s < 2; s++) {
		move_make(&x->w, (struct move){MV_POWER_ON, s, 0});
		move_make(&x->w, (struct move){MV_START, s, 0});
	}
	for (unsigned int i = 0; i < 1000 && !steady; i++) {
		moves_list(&x->w, m);
		move_make(&x->w, m[0]);
		free(b);
		b = canon_pack(&x->w, &d);
		steady = memcmp(&d, &was, sizeof(d)) == 0 && check_converged(&x->w);
		was = d;
	}
	core_broken = rules;
	if (!steady) {
		printf("convergence violated: a pair that is switched on never becomes whole\n");
		exit(1);
	}
	return b;
}

/* ----------------------------------------------------------------- telling */

static void tell_move(struct world *w, struct move m, core_ms *at)
{
	char name[80];
	struct digest d;

	if (m.kind == MV_TICK)
		*at += TICK_MS;
	printf("%8lld  %s\n", (long long)*at, move_name(m, name, sizeof(name)));
	move_make(w, m);
	free(canon_pack(w, &d));
}

/* From the beginning to state `to`, then one move more, or the calm way on for a while. */
static void tell(struct search *x, uint32_t to, const struct move *last)
{
	struct move *way = malloc(x->st.n * sizeof(*way)), m[MOVES_MAX];
	unsigned int n = 0;
	core_ms at = 0;
	struct digest d;

	if (!way)
		abort();
	for (uint32_t i = to; i != 0; i = x->st.e[i].parent)
		way[n++] = x->st.e[i].via;
	x->w.told = !model_whole;
	world_begin(&x->w, x->faults);
	free(canon_pack(&x->w, &d));
	if (model_whole) {
		free(boot(x, NULL));
		puts("          ---- the pair is model_whole");
	}
	x->w.told = true;
	while (n)
		tell_move(&x->w, way[--n], &at);
	if (last)
		tell_move(&x->w, *last, &at);
	for (unsigned int i = 0; !last && i < 60; i++) {
		moves_list(&x->w, m);
		tell_move(&x->w, m[0], &at);
	}
	x->w.told = false;
	free(way);
}

static bool violated(struct search *x, uint32_t from, struct move m)
{
	const char *broken = x->w.broken, *detail = x->w.detail;

	printf("%s violated: %s\n", broken, detail);
	if (!core_broken)
		tell(x, from, &m);
	return false;
}

/* ------------------------------------------------------------------ search */

/* False: an invariant is violated. */
static bool expand_one(struct search *x, uint32_t from, struct move m, bool calm)
{
	struct digest d;
	struct blob *b;
	uint32_t id;

	move_make(&x->w, m);
	x->moves++;
	if (x->w.broken)
		return violated(x, from, m);
	b = canon_pack(&x->w, &d);
	if (!b)
		abort();
	id = store_find(&x->st, &d);
	if (id == STORE_NONE) {
		id = store_add(&x->st, &d, from, m);
		x->full |= id == STORE_NONE;
		if (id != STORE_NONE) {
			x->st.e[id].converged = check_converged(&x->w);
			level_add(&x->next, b, id);
			b = NULL;
		}
	}
	free(b);
	if (calm)
		x->st.e[from].calm = id;
	return true;
}

static bool expand(struct search *x, const struct found *f)
{
	struct move m[MOVES_MAX];
	unsigned int n;
	bool healed;

	canon_unpack(&x->w, f->b);
	healed = check_healed(&x->w);
	n = moves_list(&x->w, m);
	for (unsigned int i = 0; i < n; i++) {
		if (i)
			canon_unpack(&x->w, f->b);
		if (!expand_one(x, f->id, m[i], healed && i == 0))
			return false;
	}
	return true;
}

static bool level_done(struct search *x)
{
	struct level l = x->now;
	bool ok = true;

	for (uint32_t i = 0; i < l.n; i++) {
		if (ok && !x->full)
			ok = expand(x, &l.f[i]);
		free(l.f[i].b);
	}
	l.n = 0;
	x->now = x->next;
	x->next = l;
	x->depth++;
	return ok;
}

/* Everything healed, no fault any more: in the end, and for good, the pair is model_whole. */
static bool converges(struct search *x, uint64_t *healed)
{
	struct entry *e = x->st.e;
	uint8_t *mark = calloc(x->st.n, 1); /* 1: on this way */
	bool ok = true;

	if (!mark)
		abort();
	for (uint32_t i = 0; i < x->st.n && ok; i++) {
		uint32_t k = i;

		if (e[i].calm == STORE_NONE)
			continue;
		++*healed;
		for (; !e[k].sure && !mark[k]; k = e[k].calm)
			mark[k] = 1;
		if (!e[k].sure) { /* k is on a circle: all of it must be converged */
			uint32_t c = k;

			do
				ok &= e[c].converged;
			while ((c = e[c].calm) != k);
		}
		for (k = i; ok && !e[k].sure; k = e[k].calm)
			e[k].sure = true;
		if (!ok) {
			printf("convergence violated: all is healed, and the pair never becomes whole\n");
			if (!core_broken)
				tell(x, i, NULL);
		}
	}
	free(mark);
	return ok;
}

static void begin(struct search *x, unsigned int faults, uint32_t states)
{
	struct digest d;
	struct blob *b;

	memset(x, 0, sizeof(*x));
	x->faults = faults;
	if (!store_init(&x->st, states))
		abort();
	x->w.core[0] = cores[0];
	x->w.core[1] = cores[1];
	world_begin(&x->w, faults);
	b = canon_pack(&x->w, &d);
	if (model_whole)
		b = boot(x, b);
	if (!b)
		abort();
	level_add(&x->now, b, store_add(&x->st, &d, 0, (struct move){0}));
}

static void end(struct search *x)
{
	for (uint32_t i = 0; i < x->now.n; i++)
		free(x->now.f[i].b);
	free(x->now.f);
	free(x->next.f);
	store_fini(&x->st);
}

/* 0: all well; 1: a violation; 2: no room for all states. */
int model_explore(unsigned int faults, uint32_t states, bool loud)
{
	struct search x;
	struct timespec a, b;
	uint64_t healed = 0;
	bool ok = true;

	for (unsigned int s = 0; s < 2 && !cores[s]; s++) {
		cores[s] = core_new(1000 * (s + 1) + 3, NOW);
		if (!cores[s])
			abort();
	}
	clock_gettime(CLOCK_MONOTONIC, &a);
	begin(&x, faults, states);
	while (ok && x.now.n && !x.full) {
		ok = level_done(&x);
		if (loud && x.depth % 20 == 0)
			printf("depth %u: %u states, %u at the edge\n", x.depth, x.st.n, x.now.n);
	}
	if (ok && !x.full)
		ok = converges(&x, &healed);
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("faults %u: %u states, %llu moves, depth %u, %llu healed states followed to convergence, %.1f s: %s\n", faults,
	       x.st.n, (unsigned long long)x.moves, x.depth, (unsigned long long)healed,
	       (b.tv_sec - a.tv_sec) + (b.tv_nsec - a.tv_nsec) / 1e9,
	       !ok	? "VIOLATION"
	       : x.full ? "NOT COMPLETE, no violation so far (--states)"
			: "complete, no violation");
	end(&x);
	return !ok ? 1 : x.full ? 2 : 0;
}
