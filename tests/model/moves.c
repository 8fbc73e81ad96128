// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What may happen next in a state, and making it happen. Steps (something on
 * its way arrives, in any order) come first, then time, which passes only when
 * nothing is on its way; then healing, at any moment and free; then faults.
 */
#include <stdio.h>
#include <string.h>

#include "tests/model/model.h"

/* What this side takes next; late comes what a fault has made late. */
unsigned int moves_steps(const struct world *w, unsigned int s, struct move *m)
{
	const struct side *d = &w->e.s[s];

	if (!side_runs(d))
		return deadman_due(w, s) ? *m = (struct move){MV_MODULE, s, 0}, 1 : 0;
	if (d->due_routing) /* the funnel's own next events: before anything from outside */
		return *m = (struct move){MV_ROUTING, s, 0}, 1;
	if (d->due_applied)
		return *m = (struct move){MV_APPLIED, s, 0}, 1;
	if (d->due_peerlink)
		return *m = (struct move){MV_PEERLINK, s, 0}, 1;
	if (d->due_bond)
		return *m = (struct move){MV_BOND, s, 0}, 1;
	if (d->due_config)
		return *m = (struct move){MV_CONFIG, s, 0}, 1;
	if (d->due_uplinks)
		return *m = (struct move){MV_UPLINKS, s, 0}, 1;
	if (d->due_routes)
		return *m = (struct move){MV_ROUTES, s, 0}, 1;
	for (unsigned int i = 0; i < d->n_bag; i++)
		if (!w->bag[s][i].late)
			return *m = (struct move){MV_DGRAM, s, i}, 1;
	if (!d->late && net_stream_ready(w, s))
		return *m = (struct move){MV_STREAM, s, 0}, 1;
	if (d->due_synced)
		return *m = (struct move){MV_SYNCED, s, 0}, 1;
	if (d->due_timer)
		return *m = (struct move){MV_TIMER, s, 0}, 1;
	return 0;
}

bool world_still(const struct world *w)
{
	struct move m[2];

	return moves_steps(w, 0, m) == 0 && moves_steps(w, 1, m) == 0;
}

/* A late datagram may come at any tick. */
static unsigned int late(const struct world *w, unsigned int s, struct move *m)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < w->e.s[s].n_bag && side_runs(&w->e.s[s]); i++)
		if (w->bag[s][i].late)
			m[n++] = (struct move){MV_DGRAM, s, i};
	return n;
}

/* Rule 11: the peerlink goes as soon as leaf2 has something to lose, and comes back at once or up to a second later. */
static unsigned int flaps(const struct world *w, struct move *m)
{
	unsigned int n = 0;

	if (!w->e.pl_cable)
		m[n++] = (struct move){MV_PL_BACK, 0, 0};
	if (w->e.faults && w->e.pl_cable && w->e.s[1].leg.shared && w->core[1]->phase == PH_SERVICE)
		m[n++] = (struct move){MV_PL_CUT, 0, 0};
	else if (w->e.pl_cable || NOW - w->core[1]->cut_at < 2 * TICK_MS)
		m[n++] = (struct move){MV_TICK, 0, 0};
	return n;
}

unsigned int moves_list(const struct world *w, struct move *m)
{
	unsigned int n = moves_steps(w, 0, m);

	n += moves_steps(w, 1, m + n);
	if (model.flap)
		return n ? n : flaps(w, m);
	if (n == 0) {
		m[n++] = (struct move){MV_TICK, 0, 0};
		n += late(w, 0, m + n);
		n += late(w, 1, m + n);
		n += heals_list(w, m + n);
	}
	if (w->e.faults && (!model.still || m[0].kind == MV_TICK))
		n += faults_list(w, m + n);
	return n;
}

/* ----------------------------------------------------------------- time */

static void kernel_tick(struct side *m)
{
	if (m->leg.timer && --m->leg.timer <= 1) { /* the host's LACP is heard, and then it is through */
		m->leg.distributing = m->leg.timer == 0;
		m->due_bond = m->alive;
	}
	if (m->pl_timer && --m->pl_timer == 0) {
		m->pl_usable = true;
		m->due_peerlink = m->alive;
	}
}

static void counters_tick(struct side *m)
{
	if (m->powered && !side_runs(m) && m->dead_ticks < 8) /* restart-time and reload-delay are over */
		m->dead_ticks++;
	if (m->alive && side_leaves(m) && m->leave_ticks < HANDOVER_TICKS)
		m->leave_ticks++;
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
		kernel_tick(m);
		if (m->behind && --m->behind == 0)
			m->due_routing = true;
		counters_tick(m);
	}
	net_sessions(w);
	net_steady(w, 0);
	net_steady(w, 1);
	for (unsigned int s = 0; s < 2; s++)
		if (w->e.s[s].alive && w->e.s[s].next == 0)
			side_event(w, s, &ev);
}

/* ---------------------------------------------------------------- steps */

static void applied(struct world *w, unsigned int s)
{
	struct core_event ev = {.type = CORE_EV_APPLIED};

	w->e.s[s].due_applied = false;
	ev.applied = core_wanted(w->core[s])->generation;
	side_event(w, s, &ev);
}

static void synced(struct world *w, unsigned int s)
{
	struct core_event ev = {.type = CORE_EV_MAC_SYNCED};

	w->e.s[s].due_synced = false;
	w->did |= DID_TAKE;
	side_event(w, s, &ev);
}

static void step(struct world *w, struct move m)
{
	struct core_event ev = {.type = CORE_EV_TIMER};

	switch (m.kind) {
	case MV_ROUTING:
		side_routing(w, m.side);
		break;
	case MV_APPLIED:
		applied(w, m.side);
		break;
	case MV_PEERLINK:
		net_peerlink_report(w, m.side);
		break;
	case MV_BOND:
		side_leg_report(w, m.side, false);
		break;
	case MV_CONFIG:
		side_config(w, m.side);
		break;
	case MV_UPLINKS:
		side_uplinks(w, m.side);
		break;
	case MV_ROUTES:
		side_routes(w, m.side);
		break;
	case MV_SYNCED:
		synced(w, m.side);
		break;
	case MV_STREAM:
		net_stream(w, m.side);
		break;
	case MV_DGRAM:
		net_dgram(w, m.side, m.i);
		break;
	case MV_TIMER:
		w->e.s[m.side].due_timer = false;
		w->did |= DID_TAKE;
		side_event(w, m.side, &ev);
		break;
	case MV_MODULE:
		deadman_act(w, m.side);
		break;
	case MV_TICK:
		tick(w);
		break;
	}
}

void move_make(struct world *w, struct move m)
{
	bool was = w->e.quiet && check_converged(w);

	w->broken = NULL;
	if (MV_IS_FAULT(m.kind)) {
		w->e.faults--;
		w->e.quiet = 0;
	}
	if (m.kind <= MV_TICK)
		step(w, m);
	else
		outside(w, m);
	if (w->e.quiet && check_converged(w)) {
		w->e.quiet = 0;
		w->did |= was ? 0 : DID_SHOW;
	}
	check_state(w);
}

const char *move_name(struct move m, char *buf, size_t len)
{
	static const char *const names[] = {
		[MV_ROUTING] = "leaf%u: is told whether routing has followed",
		[MV_APPLIED] = "leaf%u: wanted is in the kernel",
		[MV_PEERLINK] = "leaf%u: is told of the peerlink",
		[MV_BOND] = "leaf%u: is told of its bond",
		[MV_CONFIG] = "leaf%u: is told of its configuration",
		[MV_UPLINKS] = "leaf%u: is told of its uplinks",
		[MV_ROUTES] = "leaf%u: is told of init-until",
		[MV_SYNCED] = "leaf%u: the peer's MACs are in the kernel",
		[MV_STREAM] = "leaf%u: takes the next session message",
		[MV_DGRAM] = "leaf%u: a datagram arrives",
		[MV_TIMER] = "leaf%u: its timers, late",
		[MV_MODULE] = "leaf%u: the dead-man acts",
		[MV_TICK] = "half a second passes",
		[MV_START] = "leaf%u: mlagd starts",
		[MV_RESUME] = "leaf%u: mlagd goes on",
		[MV_POWER_ON] = "leaf%u: power on",
		[MV_LEG_BACK] = "leaf%u: the host's link is back",
		[MV_PL_BACK] = "peerlink back",
		[MV_PATH_BACK] = "path %u carries both ways again",
		[MV_UPLINKS_BACK] = "leaf%u: uplinks back",
		[MV_ROUTES_BACK] = "leaf%u: the routes of init-until are there",
		[MV_FOLLOWED] = "leaf%u: routing has followed",
		[MV_RETURN] = "leaf%u: no shutdown, no maintenance",
		[MV_PL_CUT] = "FAULT peerlink cut",
		[MV_PATH_CUT] = "FAULT path %u cut",
		[MV_DEAF] = "FAULT leaf%u: nothing comes in on path %u",
		[MV_HANG] = "FAULT leaf%u: mlagd is stopped",
		[MV_CRASH] = "FAULT leaf%u: mlagd dies",
		[MV_CRASH_RST] = "FAULT leaf%u: mlagd dies, what it had just said is lost",
		[MV_POWER_OFF] = "FAULT leaf%u: power off",
		[MV_LEG_CUT] = "FAULT leaf%u: the host's link is cut",
		[MV_UPLINKS_LOST] = "FAULT leaf%u: uplinks lost",
		[MV_MAINTENANCE] = "FAULT leaf%u: maintenance is asked for",
		[MV_SHUTDOWN] = "FAULT leaf%u: mlag shutdown is asked for",
		[MV_LOSE] = "FAULT leaf%u: a datagram to it is lost",
		[MV_LATE] = "FAULT leaf%u: a datagram to it is late",
		[MV_SLOW] = "FAULT leaf%u: the session to it is slow",
	};
	bool path = m.kind == MV_PATH_BACK || m.kind == MV_PATH_CUT;

	snprintf(buf, len, names[m.kind], path ? m.i : m.side + 1u, m.i);
	return buf;
}
