// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The core's one entrance. An event is first taken in, then everything is
 * decided anew from the state as it then stands, until nothing moves; then it
 * is said what is wanted, to whom, and when to be called again. So no rule
 * depends on which event brought a state about.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "mlagd/core/core_int.h"

#ifdef CORE_BREAK
unsigned int core_broken;
#endif

struct core *core_new(uint64_t incarnation, core_ms now)
{
	struct core *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->wanted.bonds = c->wb;
	c->incarnation = incarnation;
	c->now = c->born = c->held_at = now;
	c->serves_at = c->fenced_at = c->foreign_at = CORE_NEVER;
	c->late_at = c->restart_until = c->stop_at = c->drain_at = c->start_at = c->due = CORE_NEVER;
	c->back_at = c->idle_at = c->bare_at = c->wayless_at = c->apart_at = c->differ_at = CORE_NEVER;
	c->damp_back.until = c->damp_fence.until = c->damp_swap.until = c->damp_aside.until = now - DAMP_WINDOW_MS;
	c->ask_first = 1;
	c->uplinks.up = true;
	c->cut_at = now;
	for (unsigned int i = 0; i < CORE_PATHS_MAX; i++)
		c->heard[i] = CORE_NEVER;
	for (unsigned int i = 0; i < COND_MAX; i++)
		c->cond[i].since = now;
	core_self(c, &c->announced);
	return c;
}

void core_free(struct core *core)
{
	free(core);
}

struct core *core_clone(const struct core *core)
{
	struct core *c = malloc(sizeof(*c));

	if (c)
		core_copy(c, core);
	return c;
}

void core_copy(struct core *to, const struct core *from)
{
	memcpy(to, from, offsetof(struct core, port) + from->n_ports * sizeof(from->port[0]));
	to->wanted.bonds = to->wb;
}

static void take_config(struct core *c, struct core_out *out, const struct core_config *cfg)
{
	bool was = c->cfg.enabled;
	bool other = was && cfg->enabled && !mac_equal(&c->cfg.system_mac, &cfg->system_mac);

	c->cfg = *cfg;
	if (c->cfg.n_paths > CORE_PATHS_MAX)
		c->cfg.n_paths = CORE_PATHS_MAX;
	for (unsigned int i = c->cfg.n_paths; i < CORE_PATHS_MAX; i++)
		c->heard[i] = CORE_NEVER;
	join_config(c, out, was);
	if (other && c->sess_up) {
		session_lost(c, out, false);
		out->drop_session = true;
	}
}

static void take_peerlink(struct core *c, struct core_out *out, const struct core_peerlink *pl)
{
	bool lost = !pl->carrier && (!c->pl_known || c->pl.carrier);

	if (c->pl_known && c->pl.carrier != pl->carrier)
		out_note(c, out, pl->carrier ? "peerlink up" : "peerlink down",
			 pl->carrier ? "a member has carrier" : why_text(WHY_NO_CARRIER), "");
	if (!c->pl_known && !pl->usable)
		c->blind = true;
	if (pl->carrier && !c->pl.carrier)
		c->pl_up_at = c->now;
	c->pl = *pl;
	c->pl_known = true;
	if (!lost)
		return;
	c->blind = true;
	if (c->phase == PH_OFF)
		return;
	c->cut = true;
	if (c->sess_up) {
		session_lost(c, out, false);
		out->drop_session = true;
	}
	split_begin(c);
}

static void take_uplinks(struct core *c, struct core_out *out, const struct core_uplinks *u)
{
	if (c->phase != PH_OFF && c->uplinks.up != u->up)
		out_note(c, out, u->up ? "uplinks up" : "uplinks down",
			 u->up	   ? "a tracked uplink has carrier, and leads somewhere"
			 : u->lost ? "none of init-until's routes is there"
				   : "no tracked uplink has carrier",
			 "");
	c->uplinks = *u;
}

static void take(struct core *c, const struct core_event *ev, struct core_out *out)
{
	switch (ev->type) {
	case CORE_EV_CONFIG:
		take_config(c, out, &ev->config);
		break;
	case CORE_EV_PEERLINK:
		take_peerlink(c, out, &ev->peerlink);
		break;
	case CORE_EV_BOND:
		port_event(c, out, &ev->bond);
		break;
	case CORE_EV_SESSION:
		session_event(c, out, ev->session.up, ev->session.goodbye, ev->session.bfd);
		break;
	case CORE_EV_MSG:
		session_msg(c, out, ev->msg);
		break;
	case CORE_EV_PROBE:
		peer_probe(c, out, ev->probe.path, &ev->probe.p);
		break;
	case CORE_EV_MAC_SYNCED:
		session_mac_synced(c);
		break;
	case CORE_EV_APPLIED:
		if (ev->applied > c->applied)
			c->applied = ev->applied;
		break;
	case CORE_EV_UPLINKS:
		take_uplinks(c, out, &ev->uplinks);
		break;
	case CORE_EV_ROUTES:
		c->routes_there = ev->routes.present;
		break;
	case CORE_EV_ROUTING:
		join_routing(c, out, ev->routing.behind);
		break;
	case CORE_EV_REFUSED:
		peer_turned_away(c, out, ev->refused);
		break;
	case CORE_EV_BFD:
		c->bfd = ev->bfd;
		break;
	case CORE_EV_MODULE:
		c->module = ev->module;
		break;
	case CORE_EV_READY:
		join_ready(c);
		break;
	case CORE_EV_TIMER:
		break;
	}
}

/* Until nothing moves; each phase can advance once a round, so it ends. */
static void decide(struct core *c, struct core_out *out)
{
	enum phase phase;
	enum mc_role role;
	bool shared, changed;
	unsigned int rounds = 0;

	do {
		phase = c->phase;
		role = c->role;
		shared = c->shared;
		session_tick(c, out);
		role_decide(c);
		bypass_decide(c, out);
		differ_decide(c, out);
		split_decide(c, out);
		join_decide(c, out);
		aside_decide(c, out);
		changed = wanted_make(c);
		out->wanted_changed |= changed;
	} while ((phase != c->phase || role != c->role || shared != c->shared) && ++rounds < 8);
}

static void announce(struct core *c, struct core_out *out)
{
	struct mc_member self;

	core_self(c, &self);
	if (memcmp(&self, &c->announced, sizeof(self)) == 0)
		return;
	memcpy(&c->announced, &self, sizeof(self));
	out->state_changed = true;
}

bool core_late(const struct core *c, core_ms by)
{
	return c->due != CORE_NEVER && c->now > c->due + by;
}

void core_step(struct core *c, const struct core_event *ev, struct core_out *out)
{
	out_reset(out);
	if (ev->now > c->now)
		c->now = ev->now;
	join_woken(c);
	take(c, ev, out);
	join_begin(c);
	if (c->phase == PH_OFF)
		out->wanted_changed = wanted_make(c);
	else
		decide(c, out);
	session_say(c, out);
	announce(c, out);
	view_update(c);
	tell_changes(c, out);
	out->next = c->due = core_next(c);
}
