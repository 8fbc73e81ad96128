// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mlagd on one switch: its funnel around a real core (apply, then tell), its
 * life, and what an operator does with it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/sim.h"

static void mlagd_free(struct member *m)
{
	core_free(m->core);
	mact_free(m->mact);
	core_out_fini(&m->out);
	m->core = NULL;
	m->mact = NULL;
}

struct member *member_other(struct sim *s, struct member *m)
{
	return &s->mem[!m->id];
}

/* Alive, not hung, and through with its start (a core that starts waits for its configuration). */
bool member_acts(const struct member *m)
{
	struct mc_member self;

	if (!m->alive || m->hung)
		return false;
	core_self(m->core, &self);
	return self.incarnation != 0;
}

core_ms member_now(const struct sim *s, const struct member *m)
{
	return s->now + m->clock;
}

/* As after a pause of a virtual machine: all that it waits for is due at once. */
void member_jump(struct sim *s, struct member *m, core_ms ahead)
{
	m->clock += ahead;
	member_event(s, m, &(struct core_event){.type = CORE_EV_TIMER});
}

/* --------------------------------------------------------------- the funnel */

static void routing(struct sim *s, struct member *m, core_ms in, bool behind)
{
	struct item *it = sim_push(s, s->now + in, K_ROUTING, m->id);

	it->routing.nth = m->n_sources;
	it->routing.behind = behind;
}

/* Routing follows a source that becomes the shared VTEP at once, within seconds, or half a minute later. */
static void apply_source(struct sim *s, struct member *m, bool shared)
{
	if (m->source == shared)
		return;
	m->source = shared;
	m->n_sources++;
	if (shared && s->faults && sim_random(s, 2)) {
		routing(s, m, 0, true);
		routing(s, m, 1 + sim_random(s, sim_random(s, 4) ? 3000 : 30000), false);
	} else {
		routing(s, m, 0, false);
	}
}

/* False: it died half-way. */
static bool apply(struct sim *s, struct member *m)
{
	const struct core_wanted *w = core_wanted(m->core);

	for (unsigned int i = 0; i < w->n_bonds; i++) {
		if (i == 1 && m->crash_in && --m->crash_in == 0) {
			member_crash(s, m);
			return false;
		}
		leg_apply(s, m, w->bonds[i].mlag_id - 1, &w->bonds[i]);
	}
	apply_source(s, m, w->gateway);
	sim_push(s, s->now + sim_random(s, 5), K_APPLIED, m->id)->generation = w->generation;
	if (!w->accept_macs)
		mact_peer_flush(m->mact);
	return true;
}

static void send_macs(struct sim *s, struct member *m)
{
	struct mc_mac_entry e[MACS_A_MSG];
	struct mc_msg msg = {.type = MC_MSG_MAC, .macs = {.e = e}};
	struct mact_op ops[64];

	while (mact_take_ops(m->mact, ops, 64))
		;
	while (m->epoch && (msg.macs.n = mact_take_msgs(m->mact, e, MACS_A_MSG)) > 0)
		net_send(s, m, &msg);
}

static void trace_out(const struct sim *s, const struct member *m)
{
	for (unsigned int i = 0; i < m->out.n_note; i++)
		printf("%10lld leaf%u %s: %s; %s\n", (long long)s->now, m->id + 1, m->out.note[i].what,
		       m->out.note[i].why, m->out.note[i].effect);
}

static void carry_out(struct sim *s, struct member *m)
{
	struct core_out *o = &m->out;
	struct core_view_bond b;
	core_ms next;

	if (s->trace)
		trace_out(s, m);
	if (o->wanted_changed && !apply(s, m))
		return;
	if (o->state_changed)
		for (unsigned int p = 0; p < PATHS; p++)
			net_probe(s, m, p, 0, 0);
	for (unsigned int p = 0; p < PATHS; p++)
		if (o->probe_paths & (1u << p))
			net_probe(s, m, p, o->probe_seq, 0);
	for (unsigned int i = 0; i < o->n_msg; i++) {
		if (o->msg[i].type == MC_MSG_SYNC_END)
			send_macs(s, m);
		net_send(s, m, &o->msg[i]);
	}
	if (o->drop_session)
		net_close(s, m);
	for (unsigned int i = 0; core_view_bond(m->core, i, &b); i++)
		mact_port_usable(m->mact, b.local.mlag_id, b.wanted.usable);
	send_macs(s, m);
	if (o->next != CORE_NEVER) {
		next = o->next - m->clock;
		m->timer = next < s->now ? s->now : next;
		sim_push(s, m->timer, K_TIMER, m->id);
	}
}

void member_event(struct sim *s, struct member *m, const struct core_event *ev)
{
	struct core_event now = *ev;

	if (!m->alive || m->hung)
		return;
	now.now = member_now(s, m);
	core_step(m->core, &now, &m->out);
	s->steps++;
	carry_out(s, m);
}

/* ------------------------------------------------------------------- life */

void member_start(struct sim *s, struct member *m)
{
	struct core_event ev = {.type = CORE_EV_CONFIG};

	if (m->alive || !m->powered)
		return;
	m->life++;
	mlagd_free(m);
	m->core = core_new(sim_random(s, UINT32_MAX) + 1, member_now(s, m));
	m->mact = mact_new(10000);
	if (!m->core || !m->mact)
		abort();
	m->alive = true;
	m->epoch = 0;
	m->n_flips = 0;
	m->blind_start |= m->pl_carrier && !m->pl_usable;
	memset(m->flips, 0xff, sizeof(m->flips));
	if (s->trace)
		printf("%10lld leaf%u mlagd starts\n", (long long)s->now, m->id + 1);
	ev.config = s->cfg[m->id];
	ev.config.shutdown = m->shutdown;
	ev.config.maintenance = m->maintenance;
	member_event(s, m, &ev);
	for (unsigned int i = 0; i < BONDS; i++)
		leg_report(s, m, i, true);
	ev = (struct core_event){.type = CORE_EV_PEERLINK};
	ev.peerlink.carrier = m->pl_carrier;
	ev.peerlink.usable = m->pl_usable;
	ev.peerlink.mac.b[0] = 2;
	ev.peerlink.mac.b[5] = m->id + 1;
	member_event(s, m, &ev);
	member_uplinks(s, m);
	member_event(s, m, &(struct core_event){.type = CORE_EV_READY});
	if (m->alive)
		sim_push(s, s->now, K_STEADY, m->id);
}

void member_crash(struct sim *s, struct member *m)
{
	if (!m->alive)
		return;
	if (s->trace)
		printf("%10lld leaf%u mlagd dies\n", (long long)s->now, m->id + 1);
	net_close(s, m);
	m->hung = false;
	m->alive = false; /* memory is freed at the next start: we may be inside of it */
	m->life++;
	m->crash_in = 0;
}

void member_power(struct sim *s, struct member *m, bool on)
{
	if (m->powered == on)
		return;
	if (s->trace)
		printf("%10lld leaf%u power %s\n", (long long)s->now, m->id + 1, on ? "on" : "off");
	if (!on)
		member_crash(s, m);
	m->powered = on;
	m->pl_carrier = m->pl_usable = m->source = false;
	for (unsigned int i = 0; i < BONDS; i++) {
		struct leg *l = &m->leg[i];

		l->hold = true; /* held before networking brings it up (rule 7) */
		l->split = l->shared = l->dual = l->gated = l->echo = l->cross = l->carrier = l->distributing = false;
		l->dist_at = l->heard_at = CORE_NEVER;
		l->joined = -ONE_AT_A_TIME_MS;
	}
	net_peerlink_changed(s);
	m->clock = (core_ms)sim_random(s, 1000) - s->now;
	if (on)
		sim_push(s, s->now + 500 + sim_random(s, 4000), K_START, m->id);
}

/* What its kernel did meanwhile it reads at once when it goes on. */
void member_hang(struct sim *s, struct member *m, bool hang)
{
	if (!m->alive || m->hung == hang)
		return;
	if (s->trace)
		printf("%10lld leaf%u mlagd %s\n", (long long)s->now, m->id + 1, hang ? "hangs" : "goes on");
	m->hung = hang;
	if (hang)
		return;
	member_leave(s, m, m->maintenance, m->shutdown);
	net_peerlink_report(s, m);
	member_uplinks(s, m);
	for (unsigned int i = 0; i < BONDS && m->alive; i++)
		leg_report(s, m, i, false);
	member_event(s, m, &(struct core_event){.type = CORE_EV_TIMER});
}

/* `maintenance`, `mlag shutdown`, or neither. */
void member_leave(struct sim *s, struct member *m, bool maintenance, bool shutdown)
{
	struct core_event ev = {.type = CORE_EV_CONFIG};

	if (s->trace && (m->shutdown != shutdown || m->maintenance != maintenance))
		printf("%10lld leaf%u is told: %s\n", (long long)s->now, m->id + 1,
		       shutdown ? "mlag shutdown" : maintenance ? "maintenance" : "no mlag shutdown, no maintenance");
	m->shutdown = shutdown;
	m->maintenance = maintenance;
	ev.config = s->cfg[m->id];
	ev.config.shutdown = shutdown;
	ev.config.maintenance = maintenance;
	member_event(s, m, &ev);
}

void member_uplinks(struct sim *s, struct member *m)
{
	struct core_event ev = {.type = CORE_EV_UPLINKS};

	ev.uplinks.up = !m->uplinks_lost;
	ev.uplinks.routeless = ev.uplinks.up && m->routeless;
	member_event(s, m, &ev);
}

void member_steady(struct sim *s, struct member *m)
{
	for (unsigned int p = 0; p < PATHS; p++)
		net_probe(s, m, p, 0, 0);
	sim_push(s, s->now + s->cfg[m->id].keepalive_ms, K_STEADY, m->id);
}

/* An address shows up, moves or goes on one member's bridge. */
void member_learn(struct sim *s, struct member *m)
{
	struct mc_mac mac = {{2, 0, 0, 0, 1, (uint8_t)sim_random(s, 40)}};

	if (!m->alive || m->hung)
		return;
	if (sim_random(s, 4) == 0)
		mact_local_del(m->mact, &mac, 10, sim_random(s, 2));
	else
		mact_local_add(m->mact, &mac, 10, sim_random(s, BONDS + 1), false);
	send_macs(s, m);
}
