// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Leaving by the operator's will: `mlag shutdown` (A7) and `maintenance` (D7).
 * The peer takes the role first, and whatever it ranks; then routes go, then
 * legs. After a shutdown goodbye is said and the session refused; under
 * maintenance it is kept, so that the way back is join.c's, without a
 * loss. Neither is undone by anything but configuration.
 *
 * A leg that just went down would lose what its host sends until the host has
 * noticed. So maintenance first calls it down: the peer opens its filter, what
 * is for the host goes over the peerlink; then the own id, by which the host
 * itself leaves the leg while all that it still sends here is delivered.
 */
#include "mlagd/core/core_int.h"

bool leave_wanted(const struct core *c)
{
	return c->cfg.shutdown || c->cfg.maintenance;
}

bool leave_for_good(const struct core *c)
{
	return c->phase == PH_STOPPED && c->cfg.shutdown;
}

/* The peer is worth waiting for, and has not taken over yet. */
static bool handing_over(const struct core *c)
{
	if (c->role != MC_ROLE_PRIMARY || BROKEN(7))
		return false;
	return session_live(c) && c->peer.in_service && c->now < c->stop_at + HANDOVER_MS;
}

/* The fabric is given time to send nothing here any more; a shutdown does not wait for it. */
static bool draining(const struct core *c)
{
	return !c->cfg.shutdown && c->phase == PH_SERVICE && session_live(c) && c->peer.in_service &&
	       c->now < c->drain_at + DRAIN_MS;
}

bool leave_routes(const struct core *c)
{
	return c->drain_at != CORE_NEVER;
}

bool leave_drains(const struct core *c)
{
	return c->drain_at != CORE_NEVER && c->phase == PH_SERVICE && !c->cfg.shutdown;
}

static void drain(struct core *c)
{
	c->drain_at = c->now;
	if (leave_drains(c))
		port_resay(c);
}

static void legs_down(struct core *c, struct core_out *out)
{
	join_hold(c, PH_STOPPED);
	c->prep_gen = 0;
	c->stop_said = false;
	if (c->cfg.shutdown)
		out_note(c, out, "shutdown", "configuration", "bond members down, then goodbye");
	else
		out_note(c, out, "maintenance", "configuration", "drained; bond members down, the session is kept");
}

/* With that the session is over: who comes back at once waits for a new one. */
static void goodbye(struct core *c, struct core_out *out)
{
	c->stop_said = true;
	if (session_live(c))
		out_msg(out, MC_MSG_GOODBYE);
	out->drop_session |= c->sess_up; /* behind it */
	session_lost(c, out, false);
	c->role = MC_ROLE_NONE;
}

void leave_decide(struct core *c, struct core_out *out)
{
	if (c->stop_at == CORE_NEVER) {
		c->stop_at = c->now;
		if (legs_up(c) && !c->cfg.shutdown)
			out_note(c, out, "draining", "maintenance", "the peer takes over, then routes go, then bonds");
	}
	if (c->drain_at == CORE_NEVER && !handing_over(c))
		drain(c);
	if (leave_drains(c) && c->shared && port_all_redirected(c))
		join_share(c, false);
	if (c->phase != PH_STOPPED) {
		if (c->drain_at != CORE_NEVER && !draining(c))
			legs_down(c, out);
	} else if (c->cfg.shutdown && !c->stop_said && c->prep_gen && c->applied >= c->prep_gen) {
		goodbye(c, out);
	}
}

/* Configuration has changed: back, on the way of every member that comes up. */
void leave_config(struct core *c, struct core_out *out)
{
	bool drained;

	if (leave_wanted(c))
		return;
	drained = leave_drains(c);
	c->stop_at = c->drain_at = CORE_NEVER;
	if (drained)
		port_resay(c);
	if (c->phase != PH_STOPPED)
		return;
	c->phase = PH_HELD;
	c->held_at = c->now;
	out_note(c, out, "coming back", "configuration", "bond members down until it is this member's turn");
}
