// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One switch: a kernel with one MLAG bond, which goes on when mlagd dies, and
 * mlagd's funnel around a real core. As in mlagd itself what is wanted is in
 * the kernel before anything is said; that it is there is an event of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

const struct core_config model_config[2] = {
	{.enabled = true, .system_mac = {{0x44, 0x38, 0x39, 0xff, 0, 0xaa}}, .priority = 1000, .keepalive_ms = 500,
	 .multiplier = 3, .reload_delay_ms = 4000, .restart_time_ms = 4000, .n_paths = 2},
	{.enabled = true, .system_mac = {{0x44, 0x38, 0x39, 0xff, 0, 0xaa}}, .priority = 2000, .keepalive_ms = 500,
	 .multiplier = 3, .reload_delay_ms = 4000, .restart_time_ms = 4000, .n_paths = 2},
};

static struct core_out out[2];

/* Alive and through with its start. */
bool side_acts(const struct world *w, unsigned int s)
{
	return w->e.s[s].alive && w->core[s]->phase != PH_OFF;
}

/* Cable, power or hold changed. */
void leg_physical(struct side *s)
{
	struct leg *l = &s->leg;
	bool carrier = s->powered && l->cable && !l->hold;

	if (carrier == l->carrier)
		return;
	l->carrier = carrier;
	l->distributing = false;
	l->timer = carrier ? LACP_TICKS : 0;
	s->due_bond = s->alive;
}

static void apply(struct world *w, unsigned int s)
{
	const struct core_wanted *wanted = core_wanted(w->core[s]);
	const struct core_wanted_bond *b = wanted->bonds;
	struct side *m = &w->e.s[s];
	struct leg *l = &m->leg;
	bool hold;

	m->due_applied = true;
	if (wanted->n_bonds == 0)
		return;
	hold = b->hold != CORE_HOLD_NONE;
	if (w->e.quiet && (l->shared != b->shared_id || l->dual != b->dual || l->gated != b->gated || l->hold != hold))
		check_broken(w, "fail-safe", "a lone crash of mlagd changed something within restart-time");
	if (l->shared && !b->shared_id && !hold && w->core[s]->role == MC_ROLE_PRIMARY)
		check_broken(w, "no-orphan", "a primary gives up the shared id (rule 4)");
	if (b->shared_id && !hold && (!l->shared || l->hold)) {
		l->joined = 0;
		check_joined(w, s);
	}
	l->dual = b->dual;
	l->gated = b->gated;
	l->split = b->hold == CORE_HOLD_SPLIT;
	if (l->shared != b->shared_id && l->carrier) {
		l->distributing = false;
		l->timer = ID_TICKS;
		m->due_bond = true;
	}
	l->shared = b->shared_id;
	l->hold = hold;
	leg_physical(m);
}

static void tell(const struct world *w, unsigned int s)
{
	const struct leg *l = &w->e.s[s].leg;

	for (unsigned int i = 0; w->told && i < out[s].n_note; i++)
		printf("          leaf%u: %s: %s\n", s + 1, out[s].note[i].what, out[s].note[i].why);
	if (w->told && out[s].wanted_changed)
		printf("          leaf%u kernel: hold %d shared-id %d dual %d gated %d distributing %d\n", s + 1, l->hold,
		       l->shared, l->dual, l->gated, l->distributing);
}

void side_event(struct world *w, unsigned int s, struct core_event *ev)
{
	struct core_out *o = &out[s];
	struct side *m = &w->e.s[s];

	if (!m->alive)
		return;
	ev->now = NOW;
	core_step(w->core[s], ev, o);
	m->next = o->next == CORE_NEVER ? -1 : (int32_t)(o->next - NOW);
	if (o->wanted_changed)
		apply(w, s);
	tell(w, s);
	for (unsigned int p = 0; p < 2 && o->state_changed; p++)
		net_probe(w, s, p, 0, 0);
	for (unsigned int p = 0; p < 2; p++)
		if (o->probe_paths & (1u << p))
			net_probe(w, s, p, o->probe_seq, 0);
	for (unsigned int i = 0; i < o->n_msg; i++)
		net_send(w, s, &o->msg[i]);
	if (o->drop_session)
		net_close(w, s);
}

void side_leg_report(struct world *w, unsigned int s, bool adopt)
{
	const struct leg *l = &w->e.s[s].leg;
	struct core_event ev;
	struct core_bond *b = &ev.bond;

	memset(&ev, 0, sizeof(ev));
	ev.type = CORE_EV_BOND;
	b->mlag_id = 1;
	memcpy(b->ifname, "bond1", 6);
	b->present = true;
	b->carrier = l->carrier;
	b->distributing = l->distributing;
	b->shared_id = l->shared;
	b->held = l->hold;
	b->held_split = adopt && l->hold && l->split;
	b->was_up = adopt && !l->hold;
	b->was_dual = adopt && l->dual;
	b->was_gated = adopt && l->gated;
	b->partner.b[0] = 2;
	b->partner.b[4] = 1;
	w->e.s[s].due_bond = false;
	side_event(w, s, &ev);
}

/* A new core in the place of the old one, in memory that canon.c can compare. */
static void core_renew(struct core *c, unsigned int s)
{
	struct core *fresh = core_new(1000 * (s + 1) + c->incarnation % 1000 + 1, NOW);

	if (!fresh)
		abort();
	memcpy(c, fresh, offsetof(struct core, port));
	memset(&c->port[0], 0, sizeof(c->port[0]));
	c->wanted.bonds = c->wb;
	core_free(fresh);
}

void side_start(struct world *w, unsigned int s)
{
	struct side *m = &w->e.s[s];
	struct core_event ev;

	core_renew(w->core[s], s);
	m->alive = true;
	memset(&ev, 0, sizeof(ev));
	ev.type = CORE_EV_CONFIG;
	ev.config = model_config[s];
	side_event(w, s, &ev);
	side_leg_report(w, s, true);
	net_peerlink_report(w, s);
	memset(&ev, 0, sizeof(ev));
	ev.type = CORE_EV_READY;
	side_event(w, s, &ev);
}

/* mlagd dies; with reset what it had sent and the peer had not read is lost. */
void side_crash(struct world *w, unsigned int s, bool reset)
{
	struct side *m = &w->e.s[s];

	if (!m->alive)
		return;
	if (reset)
		w->e.s[!s].n_stream = 0;
	net_close(w, s);
	if (m->due_peerlink && !m->pl_carrier)
		m->missed_cut = true; /* it was not told in time */
	m->alive = m->due_applied = m->due_bond = m->due_peerlink = m->due_synced = false;
	m->n_stream = m->n_bag = 0;
	m->next = -1;
}

void side_power(struct world *w, unsigned int s, bool on)
{
	struct side *m = &w->e.s[s];
	struct leg *l = &m->leg;

	if (!on)
		m->pl_usable = false; /* nobody hears of it */
	side_crash(w, s, false);
	m->powered = on;
	m->pl_carrier = m->pl_usable = m->missed_cut = false;
	m->pl_timer = 0;
	*l = (struct leg){.cable = l->cable, .hold = true, .joined = 3}; /* held before networking comes (rule 7) */
	net_peerlink_changed(w);
}
