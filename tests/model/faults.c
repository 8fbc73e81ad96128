// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What comes from outside of both members: what breaks, each one of the budget,
 * what an operator asks for (one of the budget too), and what comes back, free
 * and in any order. What is lost is lost when it is due: nobody looks earlier.
 */
#include <string.h>

#include "tests/model/model.h"

#define QUIET_TICKS 5 /* restart-time less a start, a session and a synchronisation */
#define BIT(path)   (1u << (path))

static unsigned int heals_side(const struct world *w, unsigned int s, struct move *m)
{
	const struct side *d = &w->e.s[s];
	unsigned int n = 0;

	if (!d->powered)
		m[n++] = (struct move){MV_POWER_ON, s, 0};
	else if (!d->alive)
		m[n++] = (struct move){MV_START, s, 0};
	else if (d->hung)
		m[n++] = (struct move){MV_RESUME, s, 0};
	if (!d->leg.cable)
		m[n++] = (struct move){MV_LEG_BACK, s, 0};
	if (d->uplinks_lost)
		m[n++] = (struct move){MV_UPLINKS_BACK, s, 0};
	else if (d->routes_gone && d->powered)
		m[n++] = (struct move){MV_ROUTES_BACK, s, 0};
	if (d->behind)
		m[n++] = (struct move){MV_FOLLOWED, s, 0};
	if (side_leaves(d))
		m[n++] = (struct move){MV_RETURN, s, 0};
	return n;
}

unsigned int heals_list(const struct world *w, struct move *m)
{
	unsigned int n = 0;

	n += heals_side(w, 0, m + n);
	n += heals_side(w, 1, m + n);
	if (!w->e.pl_cable)
		m[n++] = (struct move){MV_PL_BACK, 0, 0};
	for (unsigned int p = 0; p <= model.paths; p++)
		if ((w->e.s[0].deaf | w->e.s[1].deaf) & BIT(p))
			m[n++] = (struct move){MV_PATH_BACK, 0, p};
	return n;
}

/* What is about to be taken may be lost, or come later. */
static unsigned int due(const struct world *w, unsigned int s, struct move *m)
{
	struct move next;
	unsigned int n = 0;

	if (moves_steps(w, s, &next) == 0)
		return 0;
	if (next.kind == MV_STREAM)
		return m[0] = (struct move){MV_SLOW, s, 0}, 1;
	for (unsigned int p = 0; p < PATHS && next.kind == MV_DGRAM; p++)
		if (w->bag[s][next.i].paths & BIT(p)) {
			m[n++] = (struct move){MV_LOSE, s, next.i + p * BAG};
			m[n++] = (struct move){MV_LATE, s, next.i + p * BAG};
		}
	return n;
}

static unsigned int faults_side(const struct world *w, unsigned int s, struct move *m)
{
	const struct side *d = &w->e.s[s];
	unsigned int n = 0;

	if (d->alive)
		m[n++] = (struct move){MV_CRASH, s, 0};
	if (model.hang && side_runs(d))
		m[n++] = (struct move){MV_HANG, s, 0};
	if (d->alive && w->e.s[!s].n_stream)
		m[n++] = (struct move){MV_CRASH_RST, s, 0};
	if (d->powered)
		m[n++] = (struct move){MV_POWER_OFF, s, 0};
	if (d->powered && d->leg.cable)
		m[n++] = (struct move){MV_LEG_CUT, s, 0};
	if (d->powered && !d->uplinks_lost)
		m[n++] = (struct move){MV_UPLINKS_LOST, s, 0};
	if (d->powered && !side_leaves(d)) {
		m[n++] = (struct move){MV_MAINTENANCE, s, 0};
		m[n++] = (struct move){MV_SHUTDOWN, s, 0};
	}
	for (unsigned int p = 0; p <= model.paths; p++)
		if (!(d->deaf & BIT(p)) && (p != CORE_PATH_PEERLINK || net_peerlink(w)))
			m[n++] = (struct move){MV_DEAF, s, p};
	return n + due(w, s, m + n);
}

unsigned int faults_list(const struct world *w, struct move *m)
{
	unsigned int n = 0;

	if (w->e.pl_cable)
		m[n++] = (struct move){MV_PL_CUT, 0, 0};
	for (unsigned int p = 1; p <= model.paths; p++)
		if (!((w->e.s[0].deaf | w->e.s[1].deaf) & BIT(p)))
			m[n++] = (struct move){MV_PATH_CUT, 0, p};
	n += faults_side(w, 0, m + n);
	n += faults_side(w, 1, m + n);
	return n;
}

/* ---------------------------------------------------------- making it so */

static void crash(struct world *w, unsigned int s, bool reset)
{
	uint8_t quiet = check_converged(w) && world_still(w) ? QUIET_TICKS : 0;

	side_crash(w, s, reset);
	w->e.quiet = quiet;
}

/* A lone hang, too, changes nothing within restart-time. */
static void hang(struct world *w, unsigned int s)
{
	w->e.quiet = check_converged(w) && world_still(w) ? QUIET_TICKS : 0;
	side_hang(w, s, true);
}

static void deafen(struct world *w, unsigned int path, bool deaf, unsigned int from, unsigned int to)
{
	for (unsigned int s = from; s <= to; s++) {
		uint8_t *d = &w->e.s[s].deaf;

		*d = deaf ? *d | BIT(path) : *d & ~BIT(path);
	}
}

/* A peerlink that is cut comes back whole. */
static void peerlink(struct world *w, bool up)
{
	w->e.pl_cable = up;
	deafen(w, CORE_PATH_PEERLINK, false, 0, 1);
	net_peerlink_changed(w);
}

static void leave(struct side *m, bool maintenance, bool shutdown)
{
	m->maintenance = maintenance;
	m->shutdown = shutdown;
	m->due_config = m->alive;
}

static void uplinks(struct side *m, bool lost)
{
	m->uplinks_lost = lost;
	m->routes_gone = model.routes;
	m->due_uplinks = m->alive;
	m->due_routes = m->alive && model.routes;
}

/* Cables, paths, what is reached behind them; false: it is none of these. */
static bool wires(struct world *w, struct move m)
{
	struct side *d = &w->e.s[m.side];

	switch (m.kind) {
	case MV_LEG_BACK:
	case MV_LEG_CUT:
		d->leg.cable = m.kind == MV_LEG_BACK;
		leg_physical(d);
		break;
	case MV_PL_BACK:
	case MV_PL_CUT:
		peerlink(w, m.kind == MV_PL_BACK);
		break;
	case MV_PATH_BACK:
	case MV_PATH_CUT:
		deafen(w, m.i, m.kind == MV_PATH_CUT, 0, 1);
		break;
	case MV_DEAF:
		deafen(w, m.i, true, m.side, m.side);
		break;
	case MV_UPLINKS_BACK:
	case MV_UPLINKS_LOST:
		uplinks(d, m.kind == MV_UPLINKS_LOST);
		break;
	case MV_ROUTES_BACK:
		d->routes_gone = false;
		d->due_uplinks = d->due_routes = d->alive;
		break;
	default:
		return false;
	}
	return true;
}

void outside(struct world *w, struct move m)
{
	struct side *d = &w->e.s[m.side];

	if (wires(w, m))
		return;
	switch (m.kind) {
	case MV_START:
		side_start(w, m.side);
		break;
	case MV_POWER_ON:
	case MV_POWER_OFF:
		side_power(w, m.side, m.kind == MV_POWER_ON);
		break;
	case MV_FOLLOWED:
		d->behind = 0;
		d->due_routing = true;
		break;
	case MV_RETURN:
		leave(d, false, false);
		break;
	case MV_MAINTENANCE:
		leave(d, true, false);
		break;
	case MV_SHUTDOWN:
		leave(d, false, true);
		break;
	case MV_HANG:
		hang(w, m.side);
		break;
	case MV_RESUME:
		side_hang(w, m.side, false);
		break;
	case MV_CRASH:
	case MV_CRASH_RST:
		crash(w, m.side, m.kind == MV_CRASH_RST);
		break;
	case MV_LOSE:
	case MV_LATE:
		net_lose(w, m.side, m.i, m.kind == MV_LATE);
		break;
	case MV_SLOW:
		d->late = true;
		break;
	}
}
