// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What may happen next in a state, and making it happen. Steps (something on
 * its way arrives, in any order) come first, then time, which passes only when
 * nothing is on its way; then healing, at any moment and free; then faults.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

bool model_coarse;

#define QUIET_TICKS 5 /* restart-time less a start, a session and a synchronisation */

void world_begin(struct world *w, unsigned int faults)
{
	struct core *c0 = w->core[0], *c1 = w->core[1];
	bool told = w->told;

	memset(w, 0, sizeof(*w));
	w->told = told;
	w->core[0] = c0;
	w->core[1] = c1;
	w->e.pl_cable = w->e.backup = true;
	w->e.faults = faults;
	for (unsigned int s = 0; s < 2; s++) {
		w->core[s]->incarnation = 1000 * (s + 1) + 3;
		w->e.s[s].leg.cable = true;
		w->e.s[s].leg.hold = true;
		w->e.s[s].leg.joined = 3;
		w->e.s[s].next = -1;
	}
}

static bool stream_ready(const struct world *w, unsigned int s)
{
	return w->e.s[s].n_stream && (net_usable(w) || w->stream[s][0].kind != IT_MSG);
}

/* What this side takes next; late comes what a fault has made late. */
static unsigned int steps(const struct world *w, unsigned int s, struct move *m)
{
	const struct side *d = &w->e.s[s];

	if (!d->alive)
		return 0;
	if (d->due_applied) /* the funnel's own next event: before anything from outside */
		return *m = (struct move){MV_APPLIED, s, 0}, 1;
	if (d->due_peerlink)
		return *m = (struct move){MV_PEERLINK, s, 0}, 1;
	if (d->due_bond)
		return *m = (struct move){MV_BOND, s, 0}, 1;
	for (unsigned int i = 0; i < d->n_bag; i++)
		if (!w->bag[s][i].late)
			return *m = (struct move){MV_DGRAM, s, i}, 1;
	if (!d->late && stream_ready(w, s))
		return *m = (struct move){MV_STREAM, s, 0}, 1;
	if (d->due_synced)
		return *m = (struct move){MV_SYNCED, s, 0}, 1;
	return 0;
}

bool world_still(const struct world *w)
{
	struct move m[MOVES_MAX];

	return steps(w, 0, m) == 0 && steps(w, 1, m) == 0;
}

static unsigned int heals(const struct world *w, struct move *m)
{
	unsigned int n = 0;

	for (unsigned int s = 0; s < 2; s++) {
		if (!w->e.s[s].powered)
			m[n++] = (struct move){MV_POWER_ON, s, 0};
		else if (!w->e.s[s].alive)
			m[n++] = (struct move){MV_START, s, 0};
		if (!w->e.s[s].leg.cable)
			m[n++] = (struct move){MV_LEG_BACK, s, 0};
	}
	if (!w->e.pl_cable)
		m[n++] = (struct move){MV_PL_BACK, 0, 0};
	if (!w->e.backup)
		m[n++] = (struct move){MV_BK_BACK, 0, 0};
	return n;
}

static unsigned int faults(const struct world *w, struct move *m)
{
	struct move next;
	unsigned int n = 0;

	if (w->e.pl_cable)
		m[n++] = (struct move){MV_PL_CUT, 0, 0};
	if (w->e.backup)
		m[n++] = (struct move){MV_BK_CUT, 0, 0};
	for (unsigned int s = 0; s < 2; s++) {
		const struct side *d = &w->e.s[s];

		if (d->alive)
			m[n++] = (struct move){MV_CRASH, s, 0};
		if (d->alive && w->e.s[!s].n_stream)
			m[n++] = (struct move){MV_CRASH_RST, s, 0};
		if (d->powered)
			m[n++] = (struct move){MV_POWER_OFF, s, 0};
		if (d->powered && d->leg.cable)
			m[n++] = (struct move){MV_LEG_CUT, s, 0};
		if (steps(w, s, &next) == 0)
			continue;
		if (next.kind == MV_DGRAM) { /* what is lost is lost when it is due, not before */
			m[n++] = (struct move){MV_LOSE, s, next.i};
			m[n++] = (struct move){MV_LATE, s, next.i};
		} else if (next.kind == MV_STREAM) {
			m[n++] = (struct move){MV_SLOW, s, 0};
		}
	}
	return n;
}

/* A late datagram may come at any tick. */
static unsigned int late(const struct world *w, unsigned int s, struct move *m)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < w->e.s[s].n_bag; i++)
		if (w->bag[s][i].late)
			m[n++] = (struct move){MV_DGRAM, s, i};
	return n;
}

unsigned int moves_list(const struct world *w, struct move *m)
{
	unsigned int n = steps(w, 0, m);

	if (n == 0 || !model_coarse)
		n += steps(w, 1, m + n);
	if (n == 0) {
		m[n++] = (struct move){MV_TICK, 0, 0};
		n += late(w, 0, m + n);
		n += late(w, 1, m + n);
		n += heals(w, m + n);
	}
	if (w->e.faults)
		n += faults(w, m + n);
	return n;
}

static void tick(struct world *w)
{
	struct core_event ev = {.type = CORE_EV_TIMER};

	check_tick(w);
	canon_age(w);
	for (unsigned int s = 0; s < 2; s++) {
		struct side *m = &w->e.s[s];

		m->late = false;
		for (unsigned int i = 0; i < m->n_bag; i++)
			if (w->bag[s][i].late)
				w->bag[s][i].late--;
		if (m->leg.timer && --m->leg.timer == 0) {
			m->leg.distributing = true;
			m->due_bond = m->alive;
		}
		if (m->pl_timer && --m->pl_timer == 0) {
			m->pl_usable = true;
			m->due_peerlink = m->alive;
		}
	}
	net_connect(w);
	net_steady(w, 0);
	net_steady(w, 1);
	for (unsigned int s = 0; s < 2; s++)
		if (w->e.s[s].alive && w->e.s[s].next == 0)
			side_event(w, s, &ev);
}

static void crash(struct world *w, unsigned int s, bool reset)
{
	uint8_t quiet = check_converged(w) && world_still(w) ? QUIET_TICKS : 0;

	side_crash(w, s, reset);
	w->e.quiet = quiet;
}

static void step(struct world *w, struct move m)
{
	struct core_event ev = {.type = CORE_EV_MAC_SYNCED};
	struct side *d = &w->e.s[m.side];

	switch (m.kind) {
	case MV_APPLIED:
		d->due_applied = false;
		ev.type = CORE_EV_APPLIED;
		ev.applied = core_wanted(w->core[m.side])->generation;
		side_event(w, m.side, &ev);
		break;
	case MV_BOND:
		side_leg_report(w, m.side, false);
		break;
	case MV_PEERLINK:
		net_peerlink_report(w, m.side);
		break;
	case MV_SYNCED:
		d->due_synced = false;
		side_event(w, m.side, &ev);
		break;
	case MV_STREAM:
		net_stream(w, m.side);
		break;
	case MV_DGRAM:
		net_dgram(w, m.side, m.i, true);
		break;
	case MV_TICK:
		tick(w);
		break;
	}
}

static void outside(struct world *w, struct move m)
{
	struct side *d = &w->e.s[m.side];

	switch (m.kind) {
	case MV_START:
		side_start(w, m.side);
		break;
	case MV_POWER_ON:
	case MV_POWER_OFF:
		side_power(w, m.side, m.kind == MV_POWER_ON);
		break;
	case MV_LEG_BACK:
	case MV_LEG_CUT:
		d->leg.cable = m.kind == MV_LEG_BACK;
		leg_physical(d);
		break;
	case MV_PL_BACK:
	case MV_PL_CUT:
		w->e.pl_cable = m.kind == MV_PL_BACK;
		net_peerlink_changed(w);
		break;
	case MV_BK_BACK:
	case MV_BK_CUT:
		w->e.backup = m.kind == MV_BK_BACK;
		break;
	case MV_CRASH:
	case MV_CRASH_RST:
		crash(w, m.side, m.kind == MV_CRASH_RST);
		break;
	case MV_LOSE:
		net_dgram(w, m.side, m.i, false);
		break;
	case MV_LATE:
		w->bag[m.side][m.i].late = LATE_TICKS;
		break;
	case MV_SLOW:
		d->late = true;
		break;
	}
}

void move_make(struct world *w, struct move m)
{
	w->broken = NULL;
	if (MV_IS_FAULT(m.kind)) {
		w->e.faults--;
		w->e.quiet = 0;
	}
	if (m.kind <= MV_TICK)
		step(w, m);
	else
		outside(w, m);
	if (check_converged(w))
		w->e.quiet = 0;
	check_state(w);
}

const char *move_name(struct move m, char *buf, size_t len)
{
	static const char *const names[] = {
		"leaf%u: wanted is in the kernel", "leaf%u: is told of its bond", "leaf%u: is told of the peerlink",
		"leaf%u: the peer's MACs are in the kernel", "leaf%u: takes the next session message",
		"leaf%u: a datagram arrives", "half a second passes", "leaf%u: mlagd starts", "leaf%u: power on",
		"leaf%u: the host's link is back", "peerlink back", "backup back", "FAULT peerlink cut", "FAULT backup cut",
		"FAULT leaf%u: mlagd dies", "FAULT leaf%u: mlagd dies, what it had just said is lost",
		"FAULT leaf%u: power off", "FAULT leaf%u: the host's link is cut", "FAULT leaf%u: a datagram to it is lost",
		"FAULT leaf%u: a datagram to it is late",
		"FAULT leaf%u: the session to it is slow"};

	snprintf(buf, len, names[m.kind], m.side + 1);
	return buf;
}
