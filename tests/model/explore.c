// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The search, breadth first, so that the way told to a violation is a shortest
 * one: every move of every state, each state once. Where no fault can strike
 * only states are kept in which time passes (settle.c goes from one to the
 * next). When no state is left, converge.c looks at all that are healed. Knows
 * nothing of what a move does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "tests/model/model.h"

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
	struct ways ways;
	struct level now, next;
	struct settle settle;
	struct move via; /* the move that led out of `from` */
	uint32_t from;
	uint64_t moves;
	unsigned int depth;
	bool calm; /* `from` is healed, and via is no fault */
	bool full;
};

static struct core *cores[2];

static void level_add(struct level *l, struct blob *b, uint32_t id)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap + l->cap / 2 : 1024;
		l->f = realloc(l->f, l->cap * sizeof(*l->f));
		if (!l->f)
			abort();
	}
	l->f[l->n++] = (struct found){b, id};
}

static void follows(void *arg, uint32_t id)
{
	struct search *x = arg;

	if (x->calm)
		ways_add(&x->ways, x->from, id);
}

/* The state at work is one to keep. False: no room. */
static bool arrive(void *arg, uint32_t *name)
{
	struct search *x = arg;
	struct digest d;
	struct blob *b;
	uint32_t id;
	bool isnew;

	if (model.sound)
		sound_before(&x->w);
	b = pack(&x->w, &d);
	if (!b)
		abort();
	id = store_add(&x->st, &d, x->from, x->via, &isnew);
	*name = id;
	x->full |= id == STORE_NONE;
	if (id != STORE_NONE)
		follows(x, id);
	if (model.sound && !sound_after(&x->w, b))
		return free(b), false;
	if (id == STORE_NONE || !isnew)
		return free(b), !x->full;
	if (check_healed(&x->w))
		x->st.e[id].flags = ST_HEALED | (check_converged(&x->w) ? ST_CONVERGED : 0);
	level_add(&x->next, b, id);
	return true;
}

static bool violated(struct search *x)
{
	printf("%s violated: %s\n", x->w.broken, x->w.detail);
	if (!core_broken || model.loud)
		tell(&x->w, &x->st, x->from, x->settle.path, x->settle.n);
	return false;
}

/* False: an invariant is violated, or there is no room. */
static bool expand_one(struct search *x, struct move m, bool healed)
{
	uint32_t id;

	x->via = m;
	x->calm = healed && !MV_IS_FAULT(m.kind);
	x->settle.path[0] = m;
	x->settle.n = 1;
	x->moves++;
	move_make(&x->w, m);
	if (x->w.broken)
		return violated(x);
	if (x->w.e.faults && !model.still)
		return arrive(x, &id) || (x->w.broken && violated(x));
	if (!settle(&x->settle) && x->w.broken)
		return violated(x);
	return !x->full;
}

static bool expand(struct search *x, const struct found *f)
{
	struct move m[MOVES_MAX];
	unsigned int n;
	bool healed;

	unpack(&x->w, f->b);
	healed = check_healed(&x->w);
	n = moves_list(&x->w, m);
	x->from = f->id;
	for (unsigned int i = 0; i < n; i++) {
		if (i)
			unpack(&x->w, f->b);
		if (!expand_one(x, m[i], healed))
			return false;
	}
	return true;
}

static bool level_done(struct search *x)
{
	struct level l = x->now;
	bool ok = true;

	for (uint32_t i = 0; i < l.n; i++) {
		if (ok)
			ok = expand(x, &l.f[i]);
		free(l.f[i].b);
	}
	l.n = 0;
	x->now = x->next;
	x->next = l;
	x->depth++;
	return ok;
}

static bool converges(struct search *x, uint64_t *healed)
{
	uint32_t bad;

	store_no_more(&x->st);
	bad = ways_check(&x->st, &x->ways, healed);
	if (bad == STORE_NONE)
		return true;
	printf("convergence violated: all is healed, and the pair need never become whole\n");
	if (!core_broken || model.loud)
		tell(&x->w, &x->st, bad, NULL, 0);
	return false;
}

static void begin(struct search *x, uint32_t states)
{
	unsigned int broken = core_broken;
	uint32_t id;

	settle_begin(states / 8);
	x->settle = (struct settle){.w = &x->w, .arg = x, .still = arrive, .again = follows};
	if (!store_init(&x->st, states))
		abort();
	x->w.core[0] = cores[0];
	x->w.core[1] = cores[1];
	core_broken = 0; /* it breaks afterwards */
	boot(&x->w);
	core_broken = broken;
	pack_reference(&x->w);
	if (!model.whole)
		world_begin(&x->w);
	arrive(x, &id);
	x->now = x->next;
	x->next = (struct level){0};
}

static void end(struct search *x)
{
	for (uint32_t i = 0; i < x->now.n; i++)
		free(x->now.f[i].b);
	free(x->now.f);
	free(x->next.f);
	settle_end();
	ways_fini(&x->ways);
	store_fini(&x->st);
}

static double seconds_since(const struct timespec *a)
{
	struct timespec b;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	return (b.tv_sec - a->tv_sec) + (b.tv_nsec - a->tv_nsec) / 1e9;
}

static void report(const struct search *x, uint64_t healed, double seconds, bool ok)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	printf("faults %u: %u states, %llu moves, depth %u, all ways of %llu healed states lead to a whole pair, %.1f s, %.1f GB: %s\n",
	       model.faults, x->st.n, (unsigned long long)(x->moves + x->settle.moves), x->depth,
	       (unsigned long long)healed, seconds, u.ru_maxrss / 1048576.0,
	       !ok	 ? "VIOLATION"
	       : x->full ? "NOT COMPLETE, no violation so far (--states)"
			 : "complete, no violation");
}

/* 0: all well; 1: a violation; 2: no room for all states. */
int model_explore(uint32_t states)
{
	static struct search x;
	struct timespec a;
	uint64_t healed = 0;
	bool ok = true;

	x = (struct search){0};
	for (unsigned int s = 0; s < 2 && !cores[s]; s++) {
		cores[s] = core_new(1000 * (s + 1) + 3, NOW);
		if (!cores[s])
			abort();
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	begin(&x, states);
	while (ok && x.now.n) {
		ok = level_done(&x);
		if (model.loud && x.depth % 10 == 0)
			printf("depth %u: %u states, %u at the edge, %.0f s\n", x.depth, x.st.n, x.now.n, seconds_since(&a));
	}
	ok |= x.full;
	if (ok && !x.full)
		ok = converges(&x, &healed);
	report(&x, healed, seconds_since(&a), ok);
	end(&x);
	return !ok ? 1 : x.full ? 2 : 0;
}
