// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a state in which no fault can strike and something is on its way, to every
 * state in which nothing is: all orders of both members' steps, without keeping
 * what lies between. Where both have a step, and one's cannot be overtaken,
 * overtakes nothing and shows nothing (no kernel, role, phase or session
 * changes by it), only that one is taken: the other's comes to the same after it.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

#define SEEN 8192 /* a cache: what is forgotten is looked at again */

static struct digest seen[SEEN];
static uint32_t seen_in[SEEN], round_no;

/* A crossroads: was it passed before, from the same beginning? */
static bool passed(const struct digest *d)
{
	uint32_t i = d->h[1] & (SEEN - 1);

	if (seen_in[i] == round_no && memcmp(&seen[i], d, sizeof(*d)) == 0)
		return true;
	seen[i] = *d;
	seen_in[i] = round_no;
	return false;
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
 * in the session comes before MV_SYNCED.
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
	return !o->due_synced;
}

static bool go(struct settle *s);

/* One of two at a crossroads, and all that follows. Is the other one not needed? */
static bool branch(struct settle *s, struct move m, bool *enough)
{
	unsigned int n = s->n;
	bool ok;

	s->w->did = 0;
	make(s, m);
	*enough = independent(s->w, m);
	ok = !s->w->broken && go(s);
	if (ok)
		s->n = n;
	return ok;
}

static bool crossroads(struct settle *s, struct move a, struct move b)
{
	struct digest d;
	struct blob *here = pack(s->w, &d);
	bool ok = true, enough = false;

	if (!here)
		abort();
	if (!passed(&d)) {
		unpack(s->w, here); /* so that both ways begin with the same */
		ok = branch(s, a, &enough);
		if (ok && !enough) {
			unpack(s->w, here);
			ok = branch(s, b, &enough);
		}
	}
	free(here);
	return ok;
}

static bool go(struct settle *s)
{
	struct move a, b;
	unsigned int n = s->n;
	bool ok;

	for (;;) {
		unsigned int na = moves_steps(s->w, 0, &a), nb = moves_steps(s->w, 1, &b);

		if (na && nb && !model.coarse) {
			ok = crossroads(s, a, b);
			break;
		}
		if (!na && !nb) {
			ok = s->still(s->arg);
			break;
		}
		make(s, na ? a : b);
		if (s->w->broken)
			return false;
	}
	if (ok)
		s->n = n;
	return ok;
}

bool settle(struct settle *s)
{
	if (++round_no == 0) {
		memset(seen_in, 0, sizeof(seen_in));
		round_no = 1;
	}
	return go(s);
}
