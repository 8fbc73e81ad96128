// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One switch: a kernel with one MLAG bond, which goes on when mlagd dies, and
 * mlagd's funnel around a real core. As in mlagd itself what is wanted is in
 * the kernel before anything is said; that it is there is an event of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

static struct core_config config(unsigned int s, const struct side *m)
{
	return (struct core_config){
		.enabled = true,
		.system_mac = {{0x44, 0x38, 0x39, 0xff, 0, 0xaa}},
		.priority = 1000 * (s + 1),
		.keepalive_ms = 500,
		.multiplier = 3,
		.reload_delay_ms = 4000,
		.restart_time_ms = 4000,
		.n_paths = 1 + model.paths,
		.first_witness = 2,
		.authenticated = true,
		.init_until = model.routes,
		.maintenance = m->maintenance,
		.shutdown = m->shutdown,
	};
}

static struct core_out out[2];

void world_begin(struct world *w)
{
	struct core *c0 = w->core[0], *c1 = w->core[1];
	bool told = w->told;

	memset(w, 0, sizeof(*w));
	w->told = told;
	w->core[0] = c0;
	w->core[1] = c1;
	w->e.pl_cable = true;
	w->e.faults = model.faults;
	for (unsigned int s = 0; s < 2; s++) {
		w->core[s]->incarnation = 1000 * (s + 1) + 3;
		w->e.s[s].leg = (struct leg){.cable = true, .hold = true, .joined = 3};
		w->e.s[s].routes_gone = model.routes;
		w->e.s[s].next = -1;
	}
}

bool side_runs(const struct side *m)
{
	return m->alive && !m->hung;
}

bool side_acts(const struct world *w, unsigned int s)
{
	return side_runs(&w->e.s[s]) && w->core[s]->phase != PH_OFF;
}

bool side_leaves(const struct side *m)
{
	return m->maintenance || m->shutdown;
}

/* ------------------------------------------------------------- the kernel */

/* Cable, power or hold changed. */
void leg_physical(struct side *s)
{
	struct leg *l = &s->leg;
	bool carrier = s->powered && l->cable && !l->hold;

	if (carrier == l->carrier)
		return;
	l->carrier = carrier;
	l->distributing = false;
	l->timer = carrier ? LACP_TICKS : 0;
	s->due_bond = s->alive;
}

static void leg_id(struct side *m, bool shared)
{
	struct leg *l = &m->leg;

	if (l->shared != shared && l->carrier) {
		l->distributing = false;
		l->timer = ID_TICKS;
		m->due_bond = m->alive;
	}
	l->shared = shared;
}

void leg_own_id(struct side *m)
{
	leg_id(m, false);
}

/* A source that changes to the shared VTEP leaves routing behind; one that changes back is not waited for. */
static void apply_source(struct side *m, bool shared)
{
	bool was = m->behind;

	if (!shared)
		m->behind = 0;
	else if (!m->leg.source)
		m->behind = FOLLOW_TICKS;
	m->leg.source = shared;
	m->due_routing |= was != (m->behind != 0);
}

static void apply(struct world *w, unsigned int s)
{
	const struct core_wanted *wanted = core_wanted(w->core[s]);
	const struct core_wanted_bond *b = wanted->bonds;
	struct side *m = &w->e.s[s];
	struct leg *l = &m->leg, was = *l;

	m->due_applied = true;
	if (wanted->n_bonds == 0)
		return;
	l->dual = b->dual;
	l->gated = b->gated;
	l->echo = b->echo;
	l->cross = b->cross;
	l->split = wanted->fenced;
	l->routes = !wanted->hold_routes && !wanted->host_routes;
	l->hosts = wanted->host_routes;
	leg_id(m, b->shared_id);
	if (model.follow)
		apply_source(m, wanted->gateway);
	l->hold = b->hold != CORE_HOLD_NONE;
	leg_physical(m);
	if (l->shared && !l->hold && (!was.shared || was.hold)) {
		l->joined = 0;
		if (was.distributing)
			check_joined(w, s);
	}
	if (memcmp(l, &was, sizeof(was)) != 0)
		w->did |= DID_SHOW;
	check_applied(w, s, &was);
}

/* What is wanted has not changed, the kernel has: idempotent. */
static void apply_again(struct world *w, unsigned int s)
{
	const struct core_wanted *wanted = core_wanted(w->core[s]);
	const struct leg *l = &w->e.s[s].leg;

	if (wanted->n_bonds && (l->shared != wanted->bonds->shared_id || l->hold != (wanted->bonds->hold != CORE_HOLD_NONE) ||
				l->routes != (!wanted->hold_routes && !wanted->host_routes)))
		apply(w, s);
}

/* -------------------------------------------------------------- the funnel */

static void tell_side(const struct world *w, unsigned int s)
{
	const struct leg *l = &w->e.s[s].leg;

	for (unsigned int i = 0; w->told && i < out[s].n_note; i++)
		printf("          leaf%u: %s: %s\n", s + 1, out[s].note[i].what, out[s].note[i].why);
	if (w->told && out[s].wanted_changed)
		printf("          leaf%u kernel: hold %d shared-id %d dual %d gated %d echo %d cross %d distributing %d routes %d\n", s + 1,
		       l->hold, l->shared, l->dual, l->gated, l->echo, l->cross, l->distributing, l->routes);
}

static void carry_out(struct world *w, unsigned int s)
{
	struct core_out *o = &out[s];

	for (unsigned int p = 0; p < PATHS && o->state_changed; p++)
		net_probe(w, s, p, 0, 0);
	for (unsigned int p = 0; p < PATHS; p++)
		if (o->probe_paths & (1u << p))
			net_probe(w, s, p, o->probe_seq, 0);
	for (unsigned int i = 0; i < o->n_msg; i++)
		net_send(w, s, &o->msg[i]);
	if (o->drop_session)
		net_close(w, s);
	if (o->n_msg)
		w->did |= DID_MSG;
}

void side_event(struct world *w, unsigned int s, struct core_event *ev)
{
	struct core_out *o = &out[s];
	struct side *m = &w->e.s[s];
	struct core *c = w->core[s];
	enum phase phase = c->phase;
	enum mc_role role = c->role;
	bool live = session_live(c);

	if (!side_runs(m))
		return;
	ev->now = NOW;
	core_step(c, ev, o);
	m->next = o->next == CORE_NEVER ? -1 : (int32_t)(o->next - NOW);
	if (o->wanted_changed)
		apply(w, s);
	tell_side(w, s);
	carry_out(w, s);
	if (phase != c->phase || role != c->role || live != session_live(c))
		w->did |= DID_SHOW;
}

void side_leg_report(struct world *w, unsigned int s, bool adopt)
{
	const struct leg *l = &w->e.s[s].leg;
	struct core_event ev;
	struct core_bond *b = &ev.bond;

	memset(&ev, 0, sizeof(ev));
	ev.type = CORE_EV_BOND;
	b->mlag_id = 1;
	memcpy(b->ifname, "bond1", 6);
	b->present = true;
	b->carrier = l->carrier;
	b->distributing = l->distributing;
	b->collecting = l->carrier && l->timer <= 1;
	b->shared_id = l->shared;
	b->held = l->hold;
	b->held_split = adopt && l->hold && l->split;
	b->was_up = adopt && !l->hold;
	b->was_dual = adopt && l->dual;
	b->was_gated = adopt && l->gated;
	b->was_echo = adopt && l->echo;
	b->partner.b[0] = 2;
	b->partner.b[4] = 1;
	w->e.s[s].due_bond = false;
	side_event(w, s, &ev);
	if (model.hang && side_acts(w, s) && !adopt) /* as the kernel's edge does: what somebody else has changed is set again */
		apply_again(w, s);
}

void side_config(struct world *w, unsigned int s)
{
	struct core_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.type = CORE_EV_CONFIG;
	ev.config = config(s, &w->e.s[s]);
	w->e.s[s].due_config = false;
	if (!side_leaves(&w->e.s[s]))
		w->e.s[s].leave_ticks = 0;
	side_event(w, s, &ev);
}

void side_uplinks(struct world *w, unsigned int s)
{
	struct core_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.type = CORE_EV_UPLINKS;
	ev.uplinks.up = !w->e.s[s].uplinks_lost;
	ev.uplinks.routeless = w->e.s[s].routes_gone;
	w->e.s[s].due_uplinks = false;
	side_event(w, s, &ev);
}

void side_routes(struct world *w, unsigned int s)
{
	struct core_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.type = CORE_EV_ROUTES;
	ev.routes.present = !w->e.s[s].routes_gone;
	w->e.s[s].due_routes = false;
	side_event(w, s, &ev);
}

void side_routing(struct world *w, unsigned int s)
{
	struct core_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.type = CORE_EV_ROUTING;
	ev.routing.behind = w->e.s[s].behind != 0;
	w->e.s[s].due_routing = false;
	side_event(w, s, &ev);
}
