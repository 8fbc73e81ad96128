// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What follows from the state: what the kernel and zebra should look like, and
 * what this member says of itself. Computed anew after each event; nothing is
 * decided here.
 */
#include <string.h>

#include "mlagd/core/core_int.h"

enum core_hold wanted_hold(const struct core *c)
{
	switch (c->phase) {
	case PH_HELD:
		if (join_waits(c))
			return CORE_HOLD_INIT;
		return session_synced(c) ? CORE_HOLD_JOIN : CORE_HOLD_BOOT;
	case PH_PREP:
		return c->from == PH_FENCED ? c->fence_hold : CORE_HOLD_JOIN;
	case PH_FENCED:
		return c->fence_hold;
	case PH_STOPPED:
		return c->cfg.shutdown ? CORE_HOLD_SHUTDOWN : CORE_HOLD_MAINTENANCE;
	default:
		return CORE_HOLD_NONE;
	}
}

/* C6: the peer's entries are void after its goodbye, or when it is silent and the peerlink is lost. */
static bool accept_macs(const struct core *c)
{
	if (session_live(c))
		return true;
	if (c->gone || !(c->synced_once || c->adopted))
		return false;
	return !(split_lost(c) && peer_silent(c) && c->now - c->cut_at >= peer_dead_ms(c));
}

/*
 * Rule 5: a leg went down, and the peer cannot be asked to let through what we
 * would redirect. A prefix would attract what this member no longer delivers.
 */
static bool host_routes(const struct core *c)
{
	if (!session_restarting(c) || c->presumed || c->phase != PH_SERVICE || BROKEN(BREAK_HOST_ROUTES))
		return false;
	for (unsigned int i = 0; i < c->n_ports; i++)
		if (c->port[i].local.present && !c->port[i].local.distributing && !c->port[i].told)
			return true;
	return false;
}

static bool set_bool(bool *p, bool v)
{
	bool changed = *p != v;

	*p = v;
	return changed;
}

static bool make_bond(struct core_wanted_bond *w, const struct core *c, const struct port *p, enum core_hold hold)
{
	struct core_wanted_bond now = {
		.mlag_id = p->local.mlag_id,
		.hold = hold == CORE_HOLD_NONE && bypass_held(c, p) ? CORE_HOLD_BYPASS : hold,
		.shared_id = c->shared,
		.dual = port_dual(c, p),
		.gated = port_gated(c, p),
		.quiet = port_dual(c, p) && c->role == MC_ROLE_SECONDARY,
		.flood = !port_gated(c, p),
		.echo = port_echo(p),
		.rising = port_rising(c, p),
		.cross = port_rising(c, p) && p->calm,
		.apart = port_apart(c, p),
		.usable = port_usable(c, p),
	};
	bool changed = w->mlag_id != now.mlag_id || w->hold != now.hold || w->shared_id != now.shared_id ||
		       w->dual != now.dual || w->gated != now.gated || w->flood != now.flood || w->quiet != now.quiet || w->apart != now.apart ||
		       w->usable != now.usable || w->echo != now.echo || w->rising != now.rising || w->cross != now.cross;

	*w = now;
	return changed;
}

static bool make_bonds(struct core *c)
{
	enum core_hold hold = wanted_hold(c);
	unsigned int n = 0;
	bool changed = false;

	for (unsigned int i = 0; i < c->n_ports && c->phase != PH_OFF; i++)
		if (c->port[i].local.present)
			changed |= make_bond(&c->wb[n++], c, &c->port[i], hold);
	changed |= n != c->wanted.n_bonds;
	c->wanted.n_bonds = n;
	return changed;
}

/* Failure.md's order of recovery: the gateway is there before the legs are, and goes with them. */
static bool may_route(const struct core *c)
{
	return c->wanted.n_bonds == 0 || c->phase == PH_PREP || legs_up(c);
}

/* Where there is no MLAG bond nothing is held. */
static bool set_hold(struct core *c)
{
	enum core_hold hold = c->wanted.n_bonds ? wanted_hold(c) : CORE_HOLD_NONE;
	bool changed = c->wanted.hold != hold;

	c->wanted.hold = hold;
	return changed;
}

bool wanted_make(struct core *c)
{
	struct core_wanted *w = &c->wanted;
	bool changed = make_bonds(c);
	bool up = c->phase == PH_SERVICE || c->phase == PH_OFF;

	changed |= set_hold(c);
	changed |= set_bool(&w->manage, c->phase != PH_OFF);
	changed |= set_bool(&w->hold_routes, (!up || c->aside || leave_routes(c)) && w->n_bonds > 0);
	changed |= set_bool(&w->host_routes, host_routes(c));
	changed |= set_bool(&w->shared_vtep, w->manage && !w->hold_routes);
	changed |= set_bool(&w->gateway, w->manage && may_route(c));
	changed |= set_bool(&w->fenced, c->phase == PH_FENCED);
	changed |= set_bool(&w->accept_macs, c->phase != PH_OFF && accept_macs(c));
	if (changed)
		w->generation++;
	if ((c->phase == PH_PREP || c->phase == PH_STOPPED) && c->prep_gen == 0)
		c->prep_gen = w->generation;
	return changed;
}

const struct core_wanted *core_wanted(const struct core *c)
{
	return &c->wanted;
}

/* Only what is so is said: the peer opens its filter on this word. */
static bool all_legs_down(const struct core *c)
{
	if (c->phase == PH_OFF || legs_up(c))
		return false;
	for (unsigned int i = 0; i < c->n_ports; i++)
		if (c->port[i].local.present && c->port[i].local.carrier)
			return false;
	return true;
}

void core_self(const struct core *c, struct mc_member *m)
{
	memset(m, 0, sizeof(*m));
	m->incarnation = c->phase == PH_OFF ? 0 : c->incarnation;
	m->peer_incarnation = c->met ? c->peer.incarnation : 0;
	m->id = c->pl.mac;
	m->system_mac = c->cfg.system_mac;
	m->priority = c->cfg.priority;
	m->role = c->role;
	m->in_service = c->phase == PH_SERVICE;
	m->fenced = all_legs_down(c);
	m->acting = c->phase == PH_SERVICE && !c->shared && !leave_drains(c);
	m->shared_id = c->shared;
	m->settled = legs_up(c) && join_settled(c);
	m->idle = aside_idle(c);
	m->uplinks_up = c->uplinks.up;
	m->shutting_down = leave_wanted(c);
	m->keepalive_ms = c->cfg.keepalive_ms;
	m->multiplier = c->cfg.multiplier;
	m->restart_time_ms = c->cfg.restart_time_ms;
	m->tells_anycast = true;
	memcpy(m->anycast_ip, c->cfg.anycast_ip, sizeof(m->anycast_ip));
}
