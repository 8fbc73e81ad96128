// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rule 8: coming up, and the shared id. A member holds its legs until it is
 * synchronised and it is its turn, or until it has waited reload-delay and
 * hears nobody in service. The shared id is taken by one member at a time: the
 * primary first, the other when the primary's hosts have settled. Also
 * adoption (a restart finds its legs up).
 *
 *   HELD -> PREP -> JOIN -> SERVICE          FENCED -> PREP (healed)
 *     \ reload-delay: JOIN, own id           FENCED -> JOIN, own id (released)
 */
#include "mlagd/core/core_int.h"

bool legs_up(const struct core *c)
{
	return c->phase == PH_JOIN || c->phase == PH_SERVICE;
}

core_ms join_init_until(const struct core *c)
{
	return c->born + c->cfg.init_delay_ms;
}

/* B7, B9: init-delay, then the prefixes of init-until; no longer than reload-delay. */
bool join_waits(const struct core *c)
{
	if (c->now < join_init_until(c))
		return true;
	return c->cfg.init_until && !c->routes_there && c->now < c->held_at + c->cfg.reload_delay_ms &&
	       !BROKEN(BREAK_INIT_UNTIL);
}

static bool join_damped(const struct core *c)
{
	return damp_held(&c->damp_back, c->now);
}

/* Every bond distributes, or had its time to. */
bool join_settled(const struct core *c)
{
	if (c->now >= c->legs_at + SETTLE_MS)
		return true;
	if (c->now < c->legs_at + SWITCH_MS)
		return false;
	for (unsigned int i = 0; i < c->n_ports; i++)
		if (c->port[i].local.present && !c->port[i].local.distributing)
			return false;
	return true;
}

void join_hold(struct core *c, enum phase phase)
{
	c->phase = phase;
	c->shared = false;
	port_unack(c);
}

void join_legs(struct core *c)
{
	c->phase = PH_JOIN;
	c->legs_at = c->now;
}

void join_share(struct core *c, bool shared)
{
	c->shared = shared;
	c->legs_at = c->now;
}

/*
 * Stopped, and going on: the dead-man may have moved hosts to the own id, and
 * it is set back before we hear of either. They begin anew, as after a start.
 */
void join_woken(struct core *c)
{
	if (core_late(c, LATE_MS) && c->shared && legs_up(c) && !BROKEN(BREAK_WOKEN))
		join_share(c, true);
}

static bool peer_carries(const struct core *c)
{
	return c->peer.in_service && !c->peer.shutting_down && c->peer.shared_id && c->peer.settled;
}

/* Rule 8: one at a time. The primary while the other is down, the other when the primary has settled. */
static bool rule8_may_join(const struct core *c)
{
	if (BROKEN(8))
		return session_live(c) && c->now >= join_init_until(c);
	if (!session_synced(c) || !role_settled(c) || join_damped(c) || leave_wanted(c))
		return false;
	if (!c->pl.usable) /* a session can live before the peerlink carries anything else */
		return false;
	if (c->phase == PH_HELD && join_waits(c))
		return false;
	return peer_carries(c) || (c->role == MC_ROLE_PRIMARY && c->peer.fenced);
}

/* In service under the own id: to the shared one, when every filter stands. */
static bool rule8_may_share(const struct core *c)
{
	if (BROKEN(8))
		return !c->shared && session_live(c);
	if (c->shared || !session_synced(c) || !role_settled(c) || join_damped(c))
		return false;
	if (port_any_gated(c) || c->applied < c->wanted.generation || rule8_no_way_out(c) || differ_waits(c))
		return false;
	return peer_carries(c) || (c->role == MC_ROLE_PRIMARY && !c->peer.shared_id);
}

/* A better peer that is also waiting is given time to go first. */
core_ms join_alone_at(const struct core *c)
{
	struct mc_member self;
	core_ms at = c->held_at + c->cfg.reload_delay_ms;

	core_self(c, &self);
	if (c->met && !peer_silent(c) && rank_better(&c->peer, &self, true))
		at += peer_dead_ms(c);
	return at;
}

static bool rule8_alone(const struct core *c)
{
	bool heard = peer_serves_elsewhere(c) || (path_fresh(c, CORE_PATH_PEERLINK) && c->peer.in_service);

	if (c->phase != PH_HELD || session_live(c) || leave_wanted(c) || heard)
		return false;
	return c->now >= join_alone_at(c) || role_elected(c);
}

/* A restart finds legs up, or held by a fence: that is continued, not begun. */
static void join_adopt(struct core *c, const struct port *p)
{
	if (!p->local.present)
		return;
	if (p->local.was_up && c->phase == PH_SERVICE)
		c->shared &= p->local.shared_id; /* it died half-way: the own id is always safe */
	if (p->local.was_up && (c->phase == PH_HELD || c->phase == PH_FENCED)) {
		c->shared = p->local.shared_id;
		c->phase = PH_SERVICE;
		c->legs_at = c->now; /* when they came up is not known */
		c->restart_until = c->now + c->cfg.restart_time_ms;
		c->adopted = true;
	} else if (p->local.held_split && c->phase == PH_HELD) {
		split_fence(c, CORE_HOLD_SPLIT);
		c->restart_until = c->now + c->cfg.restart_time_ms;
		c->adopted = true;
	}
}

static void disable(struct core *c, struct core_out *out)
{
	if (session_live(c))
		out_msg(out, MC_MSG_GOODBYE);
	c->phase = PH_OFF;
	c->shared = false;
	c->role = MC_ROLE_NONE;
	session_lost(c, out, false);
	c->restart_until = CORE_NEVER;
	c->cut = c->presumed = c->adopted = false;
	out_note(c, out, "MLAG off", "configuration", "everything taken is given back");
}

/*
 * Configuration comes in line by line, bonds last. To act on a part of it would
 * be to hold bonds that are in service, or to say that one is not.
 */
void join_more(struct core *c)
{
	c->start_at = CORE_NEVER;
	if (c->phase == PH_OFF && c->cfg.enabled)
		c->start_at = c->now + QUIET_MS < c->start_by ? c->now + QUIET_MS : c->start_by;
}

/* A start-up file has an end; what is typed, or pasted, has none (QUIET_MS). */
void join_ready(struct core *c)
{
	if (c->phase == PH_OFF && c->cfg.enabled)
		c->start_at = c->now;
}

void join_begin(struct core *c)
{
	if (c->phase != PH_OFF || c->now < c->start_at)
		return;
	c->start_at = CORE_NEVER;
	c->phase = PH_HELD;
	c->cut = c->pl_known && !c->pl.carrier;
	c->blind = c->pl_known && !c->pl.usable; /* it may have been cut while we were not there to see it */
	if (c->cut)
		split_begin(c);
	for (unsigned int i = 0; i < c->n_ports; i++)
		join_adopt(c, &c->port[i]);
}

void join_config(struct core *c, struct core_out *out, bool was_enabled)
{
	if (was_enabled && !c->cfg.enabled) {
		disable(c, out);
	} else if (!was_enabled && c->cfg.enabled) {
		c->held_at = c->now;
		c->start_by = c->now + START_MS;
	}
	join_more(c);
	leave_config(c, out);
}

static void prepare(struct core *c, struct core_out *out)
{
	c->from = c->phase;
	c->phase = PH_PREP;
	c->shared = true;
	c->prep_gen = 0;
	out_note(c, out, "joining", "synchronised with the peer", "filters and LACP id first, then members up");
}

/* Session lost before the legs went up: back to where we came from. */
static void unprepare(struct core *c, struct core_out *out)
{
	split_lease(c, c->now);
	join_hold(c, c->from);
	out_note(c, out, "join abandoned", "the session was lost", "bond members stay down");
}

/* E6, no-blackhole: legs that rise before routing has followed attract what nothing routes yet. */
static bool prepared(const struct core *c)
{
	return c->prep_gen && c->applied >= c->prep_gen && (!c->behind || BROKEN(BREAK_BEHIND));
}

void join_routing(struct core *c, struct core_out *out, bool behind)
{
	if (behind && c->phase == PH_PREP)
		out_note(c, out, "waiting for routing", "zebra and bgpd take in the shared VTEP", "bond members stay down");
	c->behind = behind;
}

static void serve(struct core *c, struct core_out *out)
{
	c->phase = PH_SERVICE;
	out_note(c, out, "in service", c->shared ? "hosts' bonds have settled" : "alone, under the own LACP id",
		 "routes restored");
}

/* To join would be to step aside at once; on a lease, since the peer may go meanwhile. */
static void stay_down(struct core *c, struct core_out *out)
{
	bool uplinks = rule10_aside(c) || rule8_no_way_out(c);

	split_fence(c, uplinks ? CORE_HOLD_UPLINKS : CORE_HOLD_ANYCAST);
	if (uplinks)
		out_note(c, out, c->uplinks.up ? "no route out" : "no uplinks", "the peer is in service with uplinks",
			 "bond members stay down");
	else
		out_note(c, out, "conflict", "vxlan anycast-ip differs from that of the primary, which is in service",
			 "bond members stay down");
}

/* B9: said once, how the wait for init-until has ended. */
static void join_routes(struct core *c, struct core_out *out)
{
	bool waits = c->phase == PH_HELD && c->cfg.init_until && join_waits(c);

	if (c->waits && !waits && c->phase == PH_HELD && c->cfg.init_until)
		out_note(c, out, c->routes_there ? "init-until met" : "init-until given up",
			 c->routes_there ? "every prefix is there" : "reload-delay is over and a prefix is missing",
			 "members may come up");
	c->waits = waits;
}

/* Coming up, no session, and the peer is heard elsewhere: since when? */
static void join_apart(struct core *c)
{
	if (c->phase != PH_HELD || session_live(c) || !peer_heard_elsewhere(c))
		c->apart_at = CORE_NEVER;
	else if (c->apart_at == CORE_NEVER)
		c->apart_at = c->now;
}

void join_decide(struct core *c, struct core_out *out)
{
	join_apart(c); /* also while leaving: who comes back waits anew */
	if (leave_wanted(c)) {
		leave_decide(c, out);
		return;
	}
	join_routes(c, out);
	if ((c->phase == PH_HELD || c->phase == PH_FENCED) && rule8_may_join(c)) {
		if (!rule10_aside(c) && !rule8_no_way_out(c) && !differ_waits(c))
			prepare(c, out);
		else if (c->phase == PH_HELD)
			stay_down(c, out);
	} else if (rule8_alone(c)) {
		out_note(c, out, "coming up alone",
			 role_elected(c) ? "ranks better than the peer, which is heard off the peerlink only"
					 : "reload-delay is over and nobody in service is heard",
			 "members up under the own LACP id");
		join_legs(c);
	} else if (c->phase == PH_PREP) {
		if (!session_synced(c) && !BROKEN(8) && !BROKEN(BREAK_ABANDON))
			unprepare(c, out);
		else if (prepared(c) || BROKEN(8))
			join_legs(c);
	} else if (c->phase == PH_JOIN && join_settled(c) &&
		   (!port_any_gated(c) || c->now >= c->legs_at + SETTLE_MS)) {
		serve(c, out);
	}
	if (legs_up(c) && rule8_may_share(c)) {
		join_share(c, true);
		out_note(c, out, "shared LACP id", "synchronised, this member's turn", "hosts aggregate both members");
	}
}
