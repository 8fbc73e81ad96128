// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules 9 and 10: a member that is well, but of little use, steps aside for a
 * peer that is of more. With none of its bonds distributing it stops
 * attracting routes; without uplinks it takes its legs down too, since what
 * hosts send it goes nowhere. Both only while the peer is known to serve: a
 * lone member keeps what it has. split.c carries the fence out.
 */
#include "mlagd/core/core_int.h"

static bool any_bond(const struct core *c, bool distributing)
{
	for (unsigned int i = 0; i < c->n_ports; i++)
		if (c->port[i].local.present && (!distributing || c->port[i].local.distributing))
			return true;
	return false;
}

/* Rule 9: in service, and no host of the pair is reached here; not for the blink of a new aggregator. */
bool aside_idle(const struct core *c)
{
	return c->idle_at != CORE_NEVER && c->now - c->idle_at >= IDLE_MS;
}

/* A way over the peerlink's L3 device is one only while the peerlink is. */
bool aside_no_uplinks(const struct core *c)
{
	return !c->uplinks.up && !(c->uplinks.detour && c->pl.usable) && !BROKEN(10);
}

/* Uplinks that have carrier are a way out only when routing says so. */
static bool no_way_out(const struct core *c)
{
	if (c->cfg.init_until && !c->routes_there && c->phase != PH_HELD) /* join_waits() has seen to that */
		return true;
	return aside_no_uplinks(c) || (c->uplinks.routeless && !(c->uplinks.detour && c->pl.usable));
}

/*
 * No-blackhole for who comes (back) beside a member that serves: half of what
 * hosts send would end here. An uplink over which no route ever leads may be
 * meant so, hence no longer than reload-delay.
 */
static bool lacks_way_out(const struct core *c)
{
	if (BROKEN(10) || !any_bond(c, false) || !session_synced(c) || !no_way_out(c))
		return false;
	return c->peer.in_service && !c->peer.idle && !c->peer.shutting_down && c->peer.uplinks_up;
}

bool rule8_no_way_out(const struct core *c)
{
	if (!lacks_way_out(c))
		return false;
	if (!c->uplinks.up)
		return c->role != MC_ROLE_PRIMARY; /* the other waits for it; rule 10 makes it step aside */
	return c->wayless_at == CORE_NEVER || c->now < c->wayless_at + c->cfg.reload_delay_ms;
}

/* In service with its legs up, by its session, or by fresh word off the peerlink without one. */
static bool peer_reaches_hosts(const struct core *c)
{
	if (session_live(c))
		return c->peer.in_service && !c->peer.idle;
	return peer_serves_elsewhere(c);
}

static bool rule9_aside(const struct core *c)
{
	return c->phase == PH_SERVICE && aside_idle(c) && peer_reaches_hosts(c) && !BROKEN(9);
}

/* Rule 10: proof is not from the peerlink, and of a peer that has what we lack. */
bool rule10_aside(const struct core *c)
{
	if (!aside_no_uplinks(c) || !any_bond(c, false))
		return false;
	return peer_serves_elsewhere(c) && c->peer.uplinks_up && c->peer.in_service && !c->peer.idle;
}

/*
 * All of a fabric may go at once; the secondary is first to step aside, so
 * that each knows of the other's uplinks before the last one could.
 */
core_ms aside_uplinks_due(const struct core *c)
{
	if (c->bare_at == CORE_NEVER)
		return CORE_NEVER;
	return c->bare_at + (c->role == MC_ROLE_PRIMARY && !BROKEN(BREAK_TURN) ? BARE_PRIMARY_MS : BARE_MS);
}

/* While the pair is whole: the peer takes all hosts, so it must carry them. */
bool rule10_fence(const struct core *c)
{
	if (!legs_up(c) || !session_synced(c) || !rule10_aside(c) || c->now < aside_uplinks_due(c))
		return false;
	return c->peer.settled && !c->peer.shutting_down;
}

void stamp_while(core_ms *at, bool is, core_ms now)
{
	if (!is)
		*at = CORE_NEVER;
	else if (*at == CORE_NEVER)
		*at = now;
}

/* Rule 11: routes that come and go too often stay away, while the peer serves. */
static bool stays_aside(const struct core *c)
{
	return c->aside && c->phase == PH_SERVICE && peer_reaches_hosts(c) && damp_held(&c->damp_aside, c->now);
}

void aside_decide(struct core *c, struct core_out *out)
{
	bool was = c->aside;

	stamp_while(&c->idle_at, c->phase == PH_SERVICE && any_bond(c, false) && !any_bond(c, true), c->now);
	stamp_while(&c->bare_at, aside_no_uplinks(c), c->now);
	stamp_while(&c->wayless_at, lacks_way_out(c), c->now);
	c->aside = rule9_aside(c) || stays_aside(c);
	if (c->aside && !was) {
		damp_count(&c->damp_aside, c->now, DAMP_BACK_MAX);
		out_note(c, out, "aside", "none of the bonds distributes, and the peer serves", "routes withdrawn");
	} else if (was && !c->aside && c->phase == PH_SERVICE) {
		out_note(c, out, "no longer aside", "a bond distributes, or the peer does not serve", "routes restored");
	}
}
