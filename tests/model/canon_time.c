// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The times of a core made canonical, in place: distances from now, and none
 * older than the longest span it is compared over, since nobody can tell them
 * apart. What a phase does not read is wiped. explore.c's --sound asks of every
 * state whether what follows is the same as without.
 */
#include <string.h>

#include "tests/model/model.h"

#define DEAD_MS	 1500 /* what is heard, and the peer's "my legs are down" */
#define LEASE_OLD_MS 2000 /* LEASE_MS and a keepalive; and nobody has answered for so long */
#define APART_MS 15000 /* ELECT_MANY dead times */
#define WAYLESS_MS 4000 /* reload-delay */
#define ALONE_MS 5500 /* reload-delay, and a better peer's dead time */

static void past(core_ms *t, core_ms most)
{
	if (*t != CORE_NEVER && *t < NOW - most)
		*t = NOW - most;
}

static void times(struct core *c, void (*f)(core_ms *))
{
	core_ms *t[] = {&c->born,   &c->heard[0],	&c->heard[1],	 &c->heard[2],	&c->serves_at, &c->fenced_at,
			&c->last_rx, &c->sess_at,	&c->restart_until, &c->ask_role_at, &c->cut_at,
			&c->lease_at, &c->ask_at,	&c->start_at,	 &c->start_by,	&c->held_at,
			&c->legs_at, &c->port[0].rise_at, &c->foreign_at, &c->answered_at, &c->idle_at,
			&c->bare_at, &c->wayless_at, &c->back_at, &c->apart_at, &c->pl_up_at, &c->stop_at, &c->drain_at, &c->differ_at, &c->due, &c->late_at};

	for (unsigned int i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		f(t[i]);
	f(&c->damp_back.begin);
	f(&c->damp_back.until);
}

static void older(core_ms *t)
{
	if (*t != CORE_NEVER)
		*t -= TICK_MS;
}

void canon_age(struct world *w)
{
	for (unsigned int s = 0; s < 2; s++) {
		if (!w->e.s[s].alive)
			continue;
		times(w->core[s], older);
		w->core[s]->now = NOW;
		if (w->e.s[s].next >= 0)
			w->e.s[s].next = w->e.s[s].next > TICK_MS ? w->e.s[s].next - TICK_MS : 0;
	}
}

/* A path beside the peerlink is as good as another: when any was heard last. */
static void heard_elsewhere(struct core *c)
{
	core_ms last = CORE_NEVER;

	for (unsigned int i = 1; i < PATHS; i++)
		if (c->heard[i] != CORE_NEVER && (last == CORE_NEVER || c->heard[i] > last))
			last = c->heard[i];
	past(&last, DEAD_MS);
	for (unsigned int i = 1; i <= model.paths; i++)
		c->heard[i] = last;
}

/* Rule 11 makes 120 states of one, so its counters are looked at by themselves (--flap). */
static void canon_damp(struct core *c)
{
	c->damp_fence = c->damp_swap = c->damp_aside = (struct damp){.begin = NOW, .until = NOW - DAMP_WINDOW_MS};
	if (!model.flap)
		c->damp_back = c->damp_fence;
	past(&c->damp_back.begin, c->damp_back.n ? DAMP_WINDOW_MS + TICK_MS : 0);
	past(&c->damp_back.until, 2 * DAMP_WINDOW_MS + TICK_MS);
}

/*
 * Since when the legs are up, or under this id: for how long a leg that does not
 * distribute is waited for. One that does stays so when no fault is left, unless
 * its core says otherwise, which begins the time anew.
 */
static core_ms legs_most(const struct world *w, unsigned int s)
{
	const struct core *c = w->core[s];

	if (!legs_up(c))
		return 0;
	if (c->phase == PH_SERVICE && !w->e.faults && c->port[0].local.distributing && w->e.s[s].leg.distributing)
		return SWITCH_MS;
	return SETTLE_MS;
}

static void canon_phase(const struct world *w, struct core *c, unsigned int s)
{
	bool held = c->phase == PH_OFF || c->phase == PH_HELD || (c->phase == PH_PREP && c->from == PH_HELD);

	past(&c->held_at, held ? ALONE_MS : 0);
	past(&c->legs_at, legs_most(w, s));
	past(&c->lease_at, c->phase == PH_FENCED ? LEASE_OLD_MS : 0);
	past(&c->late_at, UNANSWERED_MS);
	if (c->phase != PH_FENCED)
		c->late_at = CORE_NEVER;
	if (c->phase == PH_OFF)
		past(&c->start_by, START_MS);
	else
		c->start_by = NOW;
}

void canon_times(struct world *w, unsigned int s)
{
	struct core *c = w->core[s];

	c->now = NOW;
	past(&c->born, 0); /* init-delay is 0 */
	heard_elsewhere(c);
	past(&c->heard[0], DEAD_MS);
	past(&c->stop_at, HANDOVER_MS);
	past(&c->drain_at, DRAIN_MS);
	past(&c->serves_at, DEAD_MS);
	past(&c->fenced_at, DEAD_MS);
	past(&c->cut_at, DEAD_MS);
	past(&c->port[0].rise_at, RISE_MS);
	past(&c->last_rx, c->sess_up ? DEAD_MS : 0);
	past(&c->sess_at, c->sess_up && !c->hello ? DEAD_MS : 0);
	past(&c->restart_until, 0);
	past(&c->ask_at, 0);
	past(&c->ask_role_at, 0);
	past(&c->answered_at, LEASE_OLD_MS);
	past(&c->idle_at, IDLE_MS);
	past(&c->bare_at, BARE_PRIMARY_MS);
	past(&c->apart_at, APART_MS);
	past(&c->back_at, APART_MS);
	past(&c->wayless_at, WAYLESS_MS);
	past(&c->pl_up_at, c->blind && c->pl.carrier ? BLIND_GATE_MS : 0);
	past(&c->due, LATE_MS + 1);
	canon_phase(w, c, s);
	if (!c->asked)
		c->ask_role_at = NOW;
	if (c->ask_n > ASK_FAST_N + 1)
		c->ask_n = ASK_FAST_N + 1;
	canon_damp(c);
	memset(c->cond, 0, sizeof(c->cond)); /* for show alone */
	memset(&c->told, 0, sizeof(c->told));
	c->port[0].legs_told = LEGS_NONE;
}
