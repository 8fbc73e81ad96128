// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * States for an operator: peer, peerlink, backup, witness, sync and zebra's
 * module, each with its reason and its beginning (G3). Derived from the state
 * after each step; nothing here flows back into a decision.
 */
#include <string.h>

#include "mlagd/core/core_int.h"

static void set(struct core *c, unsigned int which, enum core_state state, enum why why)
{
	struct condition *d = &c->cond[which];

	if (d->state != state)
		d->since = c->now;
	d->state = state;
	d->why = why;
}

static bool foreign_heard(const struct core *c)
{
	return c->foreign_at != CORE_NEVER && c->now - c->foreign_at < 2 * peer_dead_ms(c);
}

static enum core_state foreign_state(const struct core *c)
{
	return c->foreign_why >= WHY_AUTH_MISSING && c->foreign_why <= WHY_AUTH_NO_KEY ? CORE_ST_UNAUTHENTICATED
										       : CORE_ST_MISMATCH;
}

static void view_peer(struct core *c)
{
	if (session_live(c))
		set(c, COND_PEER, session_synced(c) ? CORE_ST_SYNCHRONISED : CORE_ST_SYNCHRONISING, WHY_NONE);
	else if (c->gone)
		set(c, COND_PEER, CORE_ST_STOPPED, WHY_GOODBYE);
	else if (foreign_heard(c))
		set(c, COND_PEER, foreign_state(c), c->foreign_why);
	else if (c->presumed)
		set(c, COND_PEER, CORE_ST_DOWN, WHY_RESTART_OVER);
	else if (c->cut && c->met && peer_silent(c))
		set(c, COND_PEER, CORE_ST_SILENT, WHY_NO_PROBE);
	else if (c->cut)
		set(c, COND_PEER, CORE_ST_DOWN, WHY_NO_CARRIER);
	else if (session_restarting(c))
		set(c, COND_PEER, CORE_ST_RESTARTING, c->lost_by_bfd ? WHY_BFD : WHY_SESSION_LOST);
	else
		set(c, COND_PEER, CORE_ST_UNKNOWN, WHY_NEVER_HEARD);
}

static void view_peerlink(struct core *c)
{
	if (!c->pl_known)
		set(c, COND_PEERLINK, CORE_ST_UNKNOWN, WHY_NONE);
	else if (!c->pl.carrier)
		set(c, COND_PEERLINK, CORE_ST_DOWN, WHY_NO_CARRIER);
	else if (!c->pl.usable)
		set(c, COND_PEERLINK, CORE_ST_DOWN, WHY_NOT_DISTRIBUTING);
	else
		set(c, COND_PEERLINK, CORE_ST_UP, WHY_NONE);
}

/* Paths from first to end - 1: one that is fresh is enough. */
static void view_paths(struct core *c, unsigned int which, unsigned int first, unsigned int end, enum why none)
{
	bool ever = false, fresh = false;

	for (unsigned int i = first; i < end; i++) {
		ever |= c->heard[i] != CORE_NEVER;
		fresh |= path_fresh(c, i);
	}
	if (first >= end)
		set(c, which, CORE_ST_UNCONFIGURED, none);
	else if (fresh && !path_proves(c, first))
		set(c, which, CORE_ST_UNAUTHENTICATED, WHY_ADVICE);
	else if (fresh)
		set(c, which, CORE_ST_UP, WHY_NONE);
	else if (ever)
		set(c, which, CORE_ST_SILENT, WHY_NO_PROBE);
	else
		set(c, which, CORE_ST_UNKNOWN, WHY_NEVER_HEARD);
}

static void view_elsewhere(struct core *c)
{
	unsigned int n = c->cfg.n_paths, first = c->cfg.first_witness;

	if (first == 0 || first > n)
		first = n;
	view_paths(c, COND_BACKUP, 1, first, WHY_NO_BACKUP);
	view_paths(c, COND_WITNESS, first, n, WHY_NO_WITNESS);
}

static void view_sync(struct core *c)
{
	if (session_synced(c))
		set(c, COND_SYNC, CORE_ST_SYNCHRONISED, WHY_NONE);
	else if (session_live(c))
		set(c, COND_SYNC, CORE_ST_SYNCHRONISING, WHY_NONE);
	else if (session_restarting(c))
		set(c, COND_SYNC, CORE_ST_RESTARTING, c->lost_by_bfd ? WHY_BFD : WHY_SESSION_LOST);
	else if (c->gone)
		set(c, COND_SYNC, CORE_ST_STOPPED, WHY_GOODBYE);
	else
		set(c, COND_SYNC, CORE_ST_DOWN, c->cut ? WHY_NO_CARRIER : WHY_NEVER_HEARD);
}

bool view_dual(const struct core *c, const struct port *p)
{
	static const struct mc_mac none;

	if (!session_live(c) && !session_restarting(c))
		return false;
	return p->heard && p->local.present && p->peer.present && p->local.distributing && p->peer.distributing &&
	       !mac_equal(&p->local.partner, &none) && mac_equal(&p->local.partner, &p->peer.partner);
}

static void view_module(struct core *c)
{
	if (c->module == CORE_MODULE_UNKNOWN)
		set(c, COND_MODULE, CORE_ST_UNKNOWN, WHY_NONE);
	else if (c->module == CORE_MODULE_UP)
		set(c, COND_MODULE, CORE_ST_UP, WHY_NONE);
	else
		set(c, COND_MODULE, CORE_ST_DOWN, WHY_NO_MODULE);
}

void view_update(struct core *c)
{
	if (c->phase == PH_OFF) {
		for (unsigned int i = 0; i < COND_MAX; i++)
			set(c, i, CORE_ST_UNCONFIGURED, WHY_NONE);
		return;
	}
	view_peer(c);
	view_peerlink(c);
	view_elsewhere(c);
	view_sync(c);
	view_module(c);
}

static struct core_condition condition(const struct core *c, unsigned int which)
{
	const struct condition *d = &c->cond[which];

	return (struct core_condition){.state = d->state, .since = d->since, .reason = why_text(d->why)};
}

void core_view(const struct core *core, core_ms now, struct core_view *v)
{
	struct core c; /* freshness is a matter of the caller's now */

	core_copy(&c, core);
	if (now > c.now)
		c.now = now;
	memset(v, 0, sizeof(*v));
	core_self(&c, &v->self);
	v->peer_known = c.met;
	v->peer = c.peer;
	v->peer_alive = session_live(&c) || peer_heard_elsewhere(&c);
	v->peer.in_service = v->peer_alive && c.peer.in_service; /* of a silent peer nobody knows */
	v->anycast_differs = c.phase != PH_OFF && differ_anycast(&c);
	v->peer_state = condition(&c, COND_PEER);
	v->peerlink = condition(&c, COND_PEERLINK);
	v->backup = condition(&c, COND_BACKUP);
	v->witness = condition(&c, COND_WITNESS);
	v->sync = condition(&c, COND_SYNC);
	v->module = condition(&c, COND_MODULE);
	for (unsigned int i = 0; i < CORE_PATHS_MAX; i++) {
		v->path_fresh[i] = i < c.cfg.n_paths && path_fresh(&c, i);
		v->path_proves[i] = path_proves(&c, i);
		v->path_heard[i] = c.heard[i];
	}
	v->init_until = c.phase == PH_HELD && c.now < join_init_until(&c) ? join_init_until(&c) : CORE_NEVER;
	v->n_bonds = c.n_ports;
}

bool core_view_bond(const struct core *c, unsigned int i, struct core_view_bond *b)
{
	const struct port *p = &c->port[i];

	if (i >= c->n_ports)
		return false;
	memset(b, 0, sizeof(*b));
	b->local = p->local;
	if (p->heard)
		b->peer = p->peer;
	for (unsigned int k = 0; k < c->wanted.n_bonds; k++)
		if (c->wb[k].mlag_id == p->local.mlag_id)
			b->wanted = c->wb[k];
	b->dual_connected = view_dual(c, p);
	b->bypass = p->bypass;
	return true;
}
