// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The dead-man's rules, each a predicate, in the order in which they are asked:
 *
 *   1 silent     the channel is closed, or a PING is not answered
 *   2 own id     not primary, and the peerlink is lost or restart-time is over;
 *                or FRR is stopped (rule 7), whatever the role; a primary's
 *                hosts, which would stay, are moved by a second without carrier
 *   3 give back  the lease of what was taken down has lapsed; under the own id
 *   4 routes     rule 9: a member none of whose bonds distributes attracts
 *                nobody; rule 5: one some of whose bonds do not, its reachable
 *                hosts alone, as nobody asks the peer to let a detour through
 *
 * Else it never takes legs down, but at a boot of the machine, before mlagd
 * (rule 8). A primary that is not fenced is left alone while zebra runs (rule 4).
 */
#include "zebra-module/deadman.h"

#define OVERDUE_MS 1000 /* beyond two keepalives */

static bool silent(const struct deadman_in *in)
{
	return !in->connected || (in->asked_ms != DEADMAN_NEVER && in->asked_ms >= DEADMAN_ANSWER_MS);
}

static bool primary(const struct deadman_in *in)
{
	return in->orders.role == CHANNEL_ROLE_PRIMARY;
}

static bool restart_over(const struct deadman_in *in)
{
	return in->heard_ms >= in->orders.restart_ms;
}

/* Later than a peer that waits as long, so that hosts move to a member that routes. */
static bool stopped(const struct deadman_in *in)
{
	return !in->routing && !in->boot && in->heard_ms >= DEADMAN_STOPPED_MS &&
	       in->heard_ms - DEADMAN_STOPPED_MS >= in->orders.restart_ms;
}

/*
 * Of two members under their own ids a host may keep the one that it has, or
 * the first of its ports: this one, which does not route. Whether the other one
 * serves nobody here can ask. A host that has it goes there for a moment's loss
 * of carrier, and stays; one that has not comes back.
 */
static bool move_due(const struct deadman_in *in)
{
	return stopped(in) && !in->module && in->shared && in->orders.lease_ms == CHANNEL_LEASE_NONE &&
	       in->moved_ms == DEADMAN_NEVER;
}

/* Where mlagd holds nothing, what is down is down for the move; also for a guard that died meanwhile. */
static bool move_over(const struct deadman_in *in)
{
	return stopped(in) && !in->module && in->taken && in->orders.lease_ms == CHANNEL_LEASE_NONE &&
	       in->moved_ms >= DEADMAN_MOVE_MS;
}

/* Rules 3 and 5, for a member that cannot ask anybody. */
static bool own_id_due(const struct deadman_in *in)
{
	return in->shared && ((!primary(in) && (!in->carrier || restart_over(in))) || stopped(in));
}

static uint32_t lease(const struct deadman_in *in)
{
	return in->boot ? in->orders.reload_ms : in->orders.lease_ms;
}

static bool lapsed(const struct deadman_in *in)
{
	return lease(in) < CHANNEL_LEASE_FOREVER && in->heard_ms >= lease(in);
}

/* The guard does not know what is configured to stay down (rule 12), so it gives back only what it took itself. */
static bool give_back_due(const struct deadman_in *in)
{
	return in->taken && lapsed(in) && (in->module || in->boot);
}

static enum deadman_routes routes(const struct deadman_in *in)
{
	if (!in->any_bond || (lease(in) != CHANNEL_LEASE_NONE && !lapsed(in)))
		return DEADMAN_ROUTES_ORDERED;
	if (!in->distributing)
		return DEADMAN_ROUTES_HOLD;
	return in->some_down ? DEADMAN_ROUTES_HOSTS : DEADMAN_ROUTES_RELEASE;
}

/*
 * FRR's scripts stop a daemon by a signal that its own loop is to act on, so a
 * hung one is never restarted (tried: 15 minutes). The guard ends it, in one place.
 */
static bool end_due(const struct deadman_in *in)
{
	return !in->module && in->connected && in->heard_ms >= DEADMAN_HUNG_MS;
}

static uint32_t sooner(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t until(const struct deadman_in *in, uint32_t ms)
{
	return ms > in->heard_ms ? ms - in->heard_ms : 0;
}

/* It may be busy, so by itself this is only a reason to ask. */
static uint32_t overdue_ms(const struct deadman_in *in)
{
	return 2 * in->orders.keepalive_ms + OVERDUE_MS;
}

bool deadman_doubts(const struct deadman_in *in)
{
	return silent(in) || in->heard_ms >= overdue_ms(in);
}

/* mlagd counts as alive. Is there a doubt that matters? */
static struct deadman_out ask(const struct deadman_in *in)
{
	uint32_t overdue = overdue_ms(in);
	struct deadman_out out = {.again_ms = until(in, overdue)};
	bool due = own_id_due(in) || give_back_due(in);

	if (in->asked_ms != DEADMAN_NEVER)
		out.again_ms = DEADMAN_ANSWER_MS - in->asked_ms;
	else if (due && in->heard_ms < DEADMAN_FRESH_MS)
		out.again_ms = until(in, DEADMAN_FRESH_MS);
	else if (due || in->heard_ms >= overdue)
		out = (struct deadman_out){.ask = true, .again_ms = DEADMAN_ANSWER_MS};
	return out;
}

struct deadman_out deadman_decide(const struct deadman_in *in)
{
	struct deadman_out out = {.again_ms = DEADMAN_NEVER};

	if (!in->orders.managing)
		return out;
	if (in->boot && !lapsed(in))
		return (struct deadman_out){.take_down = true, .again_ms = until(in, lease(in))};
	if (!silent(in))
		return ask(in);
	out.silent = true;
	out.end = end_due(in);
	out.take_down = move_due(in);
	out.give_back = !out.take_down && (give_back_due(in) || move_over(in));
	out.own_id = own_id_due(in) || (out.give_back && in->shared);
	out.routes = routes(in);
	out.again_ms = DEADMAN_LOOK_MS;
	if (out.take_down)
		out.again_ms = DEADMAN_MOVE_MS;
	else if (in->moved_ms < DEADMAN_MOVE_MS)
		out.again_ms = DEADMAN_MOVE_MS - in->moved_ms;
	if (!restart_over(in))
		out.again_ms = sooner(out.again_ms, until(in, in->orders.restart_ms));
	if (lease(in) < CHANNEL_LEASE_FOREVER && !lapsed(in))
		out.again_ms = sooner(out.again_ms, until(in, lease(in)));
	return out;
}
