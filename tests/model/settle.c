// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a state in which no fault can strike and something is on its way, to every
 * state in which nothing is: all orders of both members' steps, without keeping
 * what lies between. Where both have a step, and one's cannot be overtaken,
 * overtakes nothing and shows nothing (no kernel, role, phase or session
 * changes by it), only that one is taken: the other's comes to the same after it.
 * Where a crossroads leads is remembered, over the whole search: every invariant
 * has been asked on the ways from there, and what lies beyond does not depend on how one came.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

#define REACH 7 /* still states that are kept of a crossroads; of one that leads to more, nothing */

/* Crossroads passed, and the still states that they lead to. A cache: what is overwritten is walked again. */
struct reach {
	struct digest d;
	uint32_t n, id[REACH];
};

static struct reach *passed;
static uint32_t passed_mask;

void settle_begin(uint32_t room)
{
	uint32_t n = 1024;

	while (n < room)
		n *= 2;
	free(passed);
	passed = calloc(n, sizeof(*passed));
	if (!passed)
		abort();
	passed_mask = n - 1;
}

void settle_end(void)
{
	free(passed);
	passed = NULL;
}

static void reach_add(struct reach *r, uint32_t id)
{
	for (uint32_t i = 0; i < r->n && i < REACH; i++)
		if (r->id[i] == id)
			return;
	if (r->n < REACH)
		r->id[r->n] = id;
	r->n += r->n <= REACH;
}

static void make(struct settle *s, struct move m)
{
	if (s->n == sizeof(s->path) / sizeof(s->path[0]))
		abort();
	s->path[s->n++] = m;
	s->moves++;
	move_make(s->w, m);
}

/*
 * Nothing that the other member does could come before it, or after it make a
 * difference: a datagram may overtake what the session brings, and what is said
 * in the session comes before MV_SYNCED and a late timer.
 */
static bool independent(const struct world *w, struct move m)
{
	const struct side *o = &w->e.s[!m.side];

	if (m.kind == MV_MODULE || (w->did & (DID_DGRAM | DID_SHOW | DID_TAKE)))
		return false;
	if (!(w->did & DID_MSG))
		return true;
	for (unsigned int i = 0; i < o->n_stream; i++)
		if (w->stream[!m.side][i].kind == IT_MSG && w->stream[!m.side][i].m.type == MC_MSG_SYNC_END)
			return false;
	return !o->due_synced && !o->due_timer;
}

static bool go(struct settle *s, struct reach *r);

/* Is it made, all is well, and the other member's step not needed? */
static bool enough(struct settle *s, struct move m)
{
	s->w->did = 0;
	make(s, m);
	return !s->w->broken && independent(s->w, m);
}

static void back_to(struct settle *s, const struct blob *here, unsigned int n)
{
	s->n = n;
	unpack(s->w, here);
}

/* Both have a step: one of them where that is enough, else first the one and then the other. */
static bool crossroads(struct settle *s, const struct blob *here, const struct move *m, struct reach *r)
{
	unsigned int n = s->n;

	for (unsigned int side = 0; side < 2; side++) {
		if (side)
			back_to(s, here, n);
		if (enough(s, m[side]) || s->w->broken)
			return !s->w->broken && go(s, r);
	}
	if (!go(s, r))
		return false;
	back_to(s, here, n);
	make(s, m[0]);
	return !s->w->broken && go(s, r);
}

/* As crossroads(), or as it was when somebody came by before. */
static bool cross(struct settle *s, const struct move *m, struct reach *r)
{
	struct reach *was, q = {.n = 0};
	struct blob *here = pack(s->w, &q.d);
	bool ok = true;

	if (!here)
		abort();
	was = &passed[q.d.h[1] & passed_mask];
	if (was->n && memcmp(&was->d, &q.d, sizeof(q.d)) == 0) {
		q = *was;
		for (uint32_t i = 0; i < q.n; i++)
			s->again(s->arg, q.id[i]);
	} else {
		ok = crossroads(s, here, m, &q);
		if (ok && q.n <= REACH)
			*was = q;
	}
	free(here);
	for (uint32_t i = 0; i < q.n && i < REACH; i++)
		reach_add(r, q.id[i]);
	if (q.n > REACH)
		r->n = q.n;
	return ok;
}

static bool go(struct settle *s, struct reach *r)
{
	struct move m[2];
	unsigned int n = s->n, has[2];
	uint32_t id = 0;
	bool ok = true;

	for (;;) {
		for (unsigned int side = 0; side < 2; side++)
			has[side] = moves_steps(s->w, side, &m[side]);
		if (has[0] == has[1])
			break;
		make(s, m[!has[0]]);
		if (s->w->broken)
			return false;
	}
	if (has[0]) {
		ok = cross(s, m, r);
	} else {
		ok = s->still(s->arg, &id);
		reach_add(r, id);
	}
	if (ok)
		s->n = n;
	return ok;
}

bool settle(struct settle *s)
{
	struct reach r = {.n = 0};

	return go(s, &r);
}
