// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How an mlagd and a switch begin and end. mlagd adopts what it finds in its
 * kernel; a switch that lost power comes back with its legs held (rule 7). What
 * a dead mlagd had told zebra's module stays known (deadman.c).
 */
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

/* A new core in the place of the old one, in memory that pack.c can compare. */
static void core_renew(struct core *c, unsigned int s)
{
	struct core *fresh = core_new(1000 * (s + 1) + c->incarnation % 1000 + 1, NOW);

	if (!fresh)
		abort();
	memcpy(c, fresh, offsetof(struct core, port));
	memset(&c->port[0], 0, sizeof(c->port[0]));
	c->wanted.bonds = c->wb;
	core_free(fresh);
}

void side_start(struct world *w, unsigned int s)
{
	struct side *m = &w->e.s[s];
	struct core_event ev;

	core_renew(w->core[s], s);
	m->alive = true;
	m->boot = false;
	m->dead_ticks = m->last_role = m->last_hold = 0;
	side_config(w, s);
	side_leg_report(w, s, true);
	net_peerlink_report(w, s);
	side_uplinks(w, s);
	side_routes(w, s);
	memset(&ev, 0, sizeof(ev));
	ev.type = CORE_EV_READY;
	side_event(w, s, &ev);
}

static void last_orders(struct world *w, unsigned int s)
{
	const struct core_wanted *wanted = core_wanted(w->core[s]);

	w->e.s[s].last_role = w->core[s]->role;
	w->e.s[s].last_hold = deadman_lease_class(wanted->n_bonds ? wanted->bonds[0].hold : CORE_HOLD_NONE);
}

/*
 * SIGSTOP, and SIGCONT: it reads what came meanwhile, its kernel first, its
 * timers last (peer_poll() comes before silence is judged).
 */
void side_hang(struct world *w, unsigned int s, bool hang)
{
	struct side *m = &w->e.s[s];

	m->hung = hang;
	if (hang) {
		last_orders(w, s);
		return;
	}
	m->dead_ticks = m->last_role = m->last_hold = 0;
	m->due_bond = m->due_timer = true;
}

/* mlagd dies; with reset what it had sent and the peer had not read is lost. */
void side_crash(struct world *w, unsigned int s, bool reset)
{
	struct side *m = &w->e.s[s];

	if (!m->alive)
		return;
	if (reset)
		w->e.s[!s].n_stream = 0;
	net_close(w, s);
	if (m->due_peerlink && !m->pl_carrier)
		m->missed_cut = true; /* it was not told in time */
	last_orders(w, s);
	m->hung = m->due_timer = false;
	m->alive = m->due_applied = m->due_bond = m->due_peerlink = m->due_synced = false;
	m->due_config = m->due_uplinks = m->due_routes = m->due_routing = false;
	m->behind = 0; /* the next one does not ask: it finds the source as it should be */
	m->n_stream = m->n_bag = m->leave_ticks = 0;
	m->fenced_ticks = m->dark_ticks = m->shut_ticks = m->idle_ticks = m->bare_ticks = 0;
	m->next = -1;
}

void side_power(struct world *w, unsigned int s, bool on)
{
	struct side *m = &w->e.s[s];
	struct leg *l = &m->leg;

	if (!on)
		m->pl_usable = false; /* nobody hears of it */
	side_crash(w, s, false);
	m->powered = m->boot = on;
	m->dead_ticks = m->last_role = m->last_hold = 0;
	m->pl_carrier = m->pl_usable = m->missed_cut = false;
	m->pl_timer = 0;
	m->routes_gone = model.routes;
	*l = (struct leg){.cable = l->cable, .hold = true, .joined = 3}; /* held before networking comes (rule 7) */
	net_peerlink_changed(w);
}
