// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who acts while mlagd is dead, or hangs and does not answer: the module in zebra and the guard, around the
 * real rules (zebra-module/deadman.c). They have mlagd's last orders, look at
 * the kernel, and know nothing of the peer. zebra itself does not die here.
 */
#include "tests/model/model.h"
#include "zebra-module/deadman.h"

#define LEASE_MS_OF_A_FENCE 1000 /* mlagd/attest.c */
#define DELAY_MS	    4000 /* reload-delay and restart-time, as in world.c */

/* Holds with the same lease are one, by mlagd/attest.c. */
uint8_t deadman_lease_class(enum core_hold hold)
{
	switch (hold) {
	case CORE_HOLD_NONE:
	case CORE_HOLD_SPLIT:
	case CORE_HOLD_BOOT:
		return hold;
	case CORE_HOLD_UPLINKS:
		return CORE_HOLD_SPLIT;
	case CORE_HOLD_INIT:
	case CORE_HOLD_JOIN:
		return CORE_HOLD_BOOT;
	default:
		return CORE_HOLD_SHUTDOWN;
	}
}

static uint32_t lease(uint8_t class)
{
	switch (class) {
	case CORE_HOLD_NONE:
		return CHANNEL_LEASE_NONE;
	case CORE_HOLD_SPLIT:
		return LEASE_MS_OF_A_FENCE;
	case CORE_HOLD_BOOT:
		return DELAY_MS;
	default:
		return CHANNEL_LEASE_FOREVER;
	}
}

static struct deadman_out decide(const struct side *m)
{
	const struct leg *l = &m->leg;
	struct deadman_in in = {
		.orders = {.role = m->last_role, .managing = 1, .keepalive_ms = TICK_MS, .restart_ms = DELAY_MS,
			   .reload_ms = DELAY_MS, .lease_ms = lease(m->last_hold)},
		.boot = m->boot, .module = !m->boot, .routing = true, .heard_ms = m->dead_ticks * TICK_MS,
		.asked_ms = DEADMAN_NEVER, .moved_ms = DEADMAN_NEVER, .carrier = m->pl_carrier, .shared = l->shared, .taken = l->hold,
		.any_bond = true, .distributing = l->distributing, .some_down = !l->distributing,
	};

	if (m->hung) {
		in.connected = true;
		in.asked_ms = deadman_doubts(&in) || !m->pl_carrier ? DEADMAN_ANSWER_MS : DEADMAN_NEVER;
	}
	return deadman_decide(&in);
}

/* What zebra announces as the module has it. */
static bool routes(const struct leg *l, enum deadman_routes r)
{
	return r == DEADMAN_ROUTES_ORDERED ? l->routes : r == DEADMAN_ROUTES_RELEASE;
}

bool deadman_due(const struct world *w, unsigned int s)
{
	const struct side *m = &w->e.s[s];
	struct deadman_out out;

	if (side_runs(m) || !m->powered || (core_broken & (1u << 6)))
		return false;
	out = decide(m);
	return (out.own_id && m->leg.shared) || (out.give_back && m->leg.hold) ||
	       (out.silent && routes(&m->leg, out.routes) != m->leg.routes);
}

void deadman_act(struct world *w, unsigned int s)
{
	struct side *m = &w->e.s[s];
	struct deadman_out out = decide(m);
	struct leg was = m->leg;

	if (out.own_id)
		leg_own_id(m);
	if (out.give_back)
		m->leg.hold = m->leg.split = false;
	m->leg.routes = routes(&m->leg, out.routes);
	leg_physical(m);
	w->did |= DID_SHOW;
	check_applied(w, s, &was);
}
