// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel of one switch: MLAG bonds, their LACP and filters. It goes on when
 * mlagd dies, and tells the next one what it finds.
 */
#include <stdio.h>
#include <string.h>

#include "tests/sim/sim.h"

void leg_report(struct sim *s, struct member *m, unsigned int i, bool adopt)
{
	struct leg *l = &m->leg[i];
	struct core_event ev = {.type = CORE_EV_BOND};
	struct core_bond *b = &ev.bond;

	b->mlag_id = i + 1;
	snprintf(b->ifname, sizeof(b->ifname), "bond%u", i + 1);
	b->present = true;
	b->carrier = l->carrier;
	b->distributing = l->distributing;
	b->collecting = l->heard_at != CORE_NEVER && s->now >= l->heard_at;
	b->shared_id = l->shared;
	b->held = l->hold;
	b->held_split = adopt && l->hold && l->split;
	b->was_up = adopt && !l->hold;
	b->was_dual = adopt && l->dual;
	b->was_gated = adopt && l->gated;
	b->was_echo = adopt && l->echo;
	b->partner.b[0] = 2;
	b->partner.b[4] = i + 1;
	member_event(s, m, &ev);
}

/* Cable, power or hold changed. */
void leg_physical(struct sim *s, struct member *m, unsigned int i)
{
	struct leg *l = &m->leg[i];
	bool carrier = m->powered && l->cable && !l->hold;

	if (carrier == l->carrier)
		return;
	l->carrier = carrier;
	l->distributing = false;
	l->dist_at = carrier ? s->now + LACP_MS + (core_ms)sim_random(s, 300) : CORE_NEVER;
	l->heard_at = carrier ? s->now + (core_ms)sim_random(s, LACP_HEARD_MS) : CORE_NEVER;
	if (carrier) {
		sim_push(s, l->heard_at, K_LEG, m->id)->bond = i;
		sim_push(s, l->dist_at, K_LEG, m->id)->bond = i;
	}
	sim_push(s, s->now, K_LEG, m->id)->bond = i;
}

void leg_moved(struct sim *s, struct member *m, unsigned int i)
{
	struct leg *l = &m->leg[i];

	if (l->dist_at != CORE_NEVER && s->now >= l->dist_at) {
		l->distributing = true;
		l->dist_at = CORE_NEVER;
	}
	leg_report(s, m, i, false);
}

static void flip(struct sim *s, struct member *m)
{
	m->flips[m->n_flips++ % 32] = s->now;
}

static enum mc_role core_role(const struct member *m)
{
	struct mc_member self;

	core_self(m->core, &self);
	return self.role;
}

void leg_apply(struct sim *s, struct member *m, unsigned int i, const struct core_wanted_bond *w)
{
	struct leg *l = &m->leg[i];
	bool hold = w->hold != CORE_HOLD_NONE;

	if (s->trace && (l->shared != w->shared_id || l->dual != w->dual || l->gated != w->gated || l->hold != hold ||
			 l->echo != w->echo || l->cross != w->cross))
		printf("%10lld leaf%u bond%u: hold %s shared %d dual %d gated %d echo %d cross %d\n", (long long)s->now, m->id + 1,
		       i + 1, core_hold_name(w->hold), w->shared_id, w->dual, w->gated, w->echo, w->cross);
	m->moves += l->shared != w->shared_id || l->hold != hold;
	m->changes += l->shared != w->shared_id || l->dual != w->dual || l->gated != w->gated || l->hold != hold;
	if (l->shared && !l->hold && !hold && core_role(m) == MC_ROLE_PRIMARY)
		check_met(MET_RULE4);
	if (l->shared && !l->hold && !w->shared_id && !hold && core_role(m) == MC_ROLE_PRIMARY)
		check_violation(s, "no-orphan", "a primary gives up the shared id (rule 4)");
	if (w->shared_id && !hold && (!l->shared || l->hold)) {
		l->joined = s->now;
		check_joined(s, m, i);
	}
	l->dual = w->dual;
	l->gated = w->gated;
	l->echo = w->echo;
	l->cross = w->cross;
	l->split = w->hold == CORE_HOLD_SPLIT;
	if (l->shared != w->shared_id) {
		l->shared = w->shared_id;
		if (l->carrier) {
			l->distributing = false;
			l->dist_at = s->now + LACP_ID_MS;
			sim_push(s, l->dist_at, K_LEG, m->id)->bond = i;
			sim_push(s, s->now, K_LEG, m->id)->bond = i;
		}
	}
	if (l->hold != hold) {
		l->hold = hold;
		if (i == 0)
			flip(s, m);
		leg_physical(s, m, i);
	}
}
