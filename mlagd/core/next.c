// SPDX-License-Identifier: GPL-2.0-or-later
/* When time alone may change something: the earliest deadline still ahead. */
#include "mlagd/core/core_int.h"

static void at(const struct core *c, core_ms *next, core_ms when)
{
	if (when != CORE_NEVER && when > c->now && when < *next)
		*next = when;
}

static void at_join(const struct core *c, core_ms *next)
{
	at(c, next, join_init_until(c));
	if (c->phase == PH_HELD) {
		at(c, next, c->held_at + c->cfg.reload_delay_ms);
		at(c, next, join_alone_at(c));
		at(c, next, role_elect_at(c));
	}
	if (legs_up(c)) {
		at(c, next, c->legs_at + SWITCH_MS);
		at(c, next, c->legs_at + SETTLE_MS);
	}
	if (c->stop_at != CORE_NEVER)
		at(c, next, c->stop_at + HANDOVER_MS);
	if (c->drain_at != CORE_NEVER)
		at(c, next, c->drain_at + DRAIN_MS);
	at(c, next, c->damp_back.until);
	at(c, next, c->damp_fence.until);
	at(c, next, c->damp_swap.until);
	at(c, next, c->damp_aside.until);
	at(c, next, aside_uplinks_due(c));
	at(c, next, differ_due(c));
	if (c->wayless_at != CORE_NEVER)
		at(c, next, c->wayless_at + c->cfg.reload_delay_ms);
	if (c->idle_at != CORE_NEVER)
		at(c, next, c->idle_at + IDLE_MS);
}

/* Freshness of what was heard decays by time. */
static void at_paths(const struct core *c, core_ms *next)
{
	for (unsigned int i = 0; i < c->cfg.n_paths; i++)
		if (c->heard[i] != CORE_NEVER)
			at(c, next, c->heard[i] + peer_dead_ms(c));
	if (c->serves_at != CORE_NEVER)
		at(c, next, c->serves_at + peer_dead_ms(c));
	if (c->fenced_at != CORE_NEVER) {
		at(c, next, c->fenced_at + FENCED_FRESH_MS);
		at(c, next, c->fenced_at + (core_ms)c->peer.keepalive_ms * 3 / 2);
	}
	at(c, next, split_session_by(c));
	if (split_lost(c))
		at(c, next, c->cut_at + peer_dead_ms(c));
}

static void at_ports(const struct core *c, core_ms *next)
{
	if (c->blind && c->pl.carrier)
		at(c, next, c->pl_up_at + BLIND_GATE_MS);
	for (unsigned int i = 0; i < c->n_ports; i++) {
		if (bypass_waits(c, &c->port[i]))
			at(c, next, c->port[i].lone_at + BYPASS_MS);
		if (bypass_found(c, &c->port[i]))
			at(c, next, c->born + BYPASS_FOUND_MS);
	}
	for (unsigned int i = 0; i < c->n_ports && session_live(c); i++)
		if (c->port[i].local.distributing && !c->port[i].acked)
			at(c, next, c->port[i].rise_at + RISE_MS);
}

core_ms core_next(const struct core *c)
{
	core_ms next = CORE_NEVER;

	if (c->phase == PH_OFF)
		return c->start_at;
	at_join(c, &next);
	at_paths(c, &next);
	at_ports(c, &next);
	for (unsigned int i = 0; i < TELL_MAX; i++)
		at(c, &next, c->told.damp[i].until);
	if (c->sess_up)
		at(c, &next, session_deadline(c));
	if (c->asked)
		at(c, &next, c->ask_role_at);
	if (!BROKEN(BREAK_RESTART_TIMER))
		at(c, &next, c->restart_until);
	if (split_asking(c))
		at(c, &next, c->ask_at);
	if (c->phase == PH_FENCED && !BROKEN(BREAK_LEASE_TIMER))
		at(c, &next, split_lease_until(c));
	return next;
}
