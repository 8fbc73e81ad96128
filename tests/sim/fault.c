// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What breaks and what heals: one fault at a time at random distances, now and
 * then one thing that oscillates, and a lone crash of a healthy pair, which is
 * watched by itself (fail-safe).
 */
#include <stdio.h>

#include "tests/sim/sim.h"

static void say(const struct sim *s, const char *what)
{
	if (s->trace)
		printf("%10lld fault: %s\n", (long long)s->now, what);
}

static void set_peerlink(struct sim *s, bool up)
{
	if (s->pl_cable == up)
		return;
	s->pl_cable = up;
	say(s, up ? "peerlink back" : "peerlink cut");
	net_peerlink_changed(s);
}

static void set_leg(struct sim *s, struct member *m, unsigned int i, bool up)
{
	if (m->leg[i].cable == up)
		return;
	m->leg[i].cable = up;
	if (s->trace)
		printf("%10lld fault: leaf%u bond%u %s\n", (long long)s->now, m->id + 1, i + 1, up ? "back" : "cut");
	leg_physical(s, m, i);
}

static void set_uplinks(struct sim *s, struct member *m, bool up)
{
	if (m->uplinks_lost != up)
		return;
	m->uplinks_lost = !up;
	if (s->trace)
		printf("%10lld fault: leaf%u uplinks %s\n", (long long)s->now, m->id + 1, up ? "back" : "lost");
	member_uplinks(s, m);
}

/* Nothing else is on its way: what happens next is the crash's doing alone. */
static bool calm(const struct sim *s)
{
	for (unsigned int i = 0; i < 2; i++)
		if (s->mem[i].hung || s->mem[i].shutdown || s->mem[i].maintenance || s->mem[i].uplinks_lost || !s->mem[i].pl_usable)
			return false;
	return net_peerlink(s);
}

static void crash(struct sim *s, struct member *m)
{
	char why[100];

	if (!m->alive)
		return;
	if (calm(s) && check_converged(s, why, sizeof(why)))
		check_quiet_begin(s, m);
	member_crash(s, m);
	sim_push(s, s->now + 50 + sim_random(s, sim_random(s, 4) ? 3000 : 20000), K_START, m->id);
}

/* no-flap: one thing alone oscillates for a while. */
static void flap_some(struct sim *s)
{
	bool fast = sim_random(s, 4) == 0;

	s->loss = 0;
	fault_flap_begin(s, sim_random(s, 2), fast ? 25 + sim_random(s, 500) : 100 + sim_random(s, 8000), s->now + 120000);
}

void fault_flap_begin(struct sim *s, bool backup, core_ms half_period, core_ms until)
{
	s->flap_backup = backup;
	s->flap_ms = half_period;
	s->flap_until = until;
	set_peerlink(s, !s->flap_backup);
	for (unsigned int i = 0; i < 2; i++)
		member_power(s, &s->mem[i], true);
	say(s, s->flap_backup ? "backup flaps while the peerlink is cut" : "peerlink flaps");
	sim_push(s, s->now + s->flap_ms, K_FLAP, 0)->life = 0;
}

void fault_flap(struct sim *s)
{
	if (s->now > s->flap_until) {
		s->flap_until = 0;
		return;
	}
	if (s->flap_backup)
		s->backup = !s->backup;
	else
		set_peerlink(s, !s->pl_cable);
	sim_push(s, s->now + s->flap_ms, K_FLAP, 0)->life = 0;
}

static void leave(struct sim *s, struct member *m)
{
	unsigned int how = sim_random(s, 3);

	member_leave(s, m, how == 1, how == 2);
}

static void one_fault(struct sim *s)
{
	struct member *m = &s->mem[sim_random(s, 2)];

	switch (sim_random(s, 16)) {
	case 0:
	case 1:
		set_peerlink(s, false);
		break;
	case 2:
	case 3:
		set_peerlink(s, true);
		break;
	case 4:
		s->backup = !s->backup;
		say(s, s->backup ? "backup back" : "backup cut");
		break;
	case 5:
	case 6:
		crash(s, m);
		break;
	case 7:
		member_power(s, m, !m->powered);
		break;
	case 8:
	case 9:
		set_leg(s, m, sim_random(s, BONDS), sim_random(s, 2));
		break;
	case 12:
		if (m->alive && !m->hung) {
			member_hang(s, m, true);
			sim_push(s, s->now + 1 + sim_random(s, 20000), K_RESUME, m->id);
		}
		break;
	case 13:
		set_uplinks(s, m, m->uplinks_lost);
		break;
	case 14: /* the backup in one direction */
		m->deaf = !m->deaf;
		say(s, m->deaf ? "backup carries nothing one way" : "backup carries both ways");
		break;
	case 15: /* so with the peerlink */
		net_mute(s, m, !m->mute, sim_random(s, 2));
		if (s->trace)
			printf("%10lld fault: leaf%u %s over the peerlink\n", (long long)s->now, m->id + 1,
			       m->mute_lacp ? "loses all that it sends" : m->mute ? "loses all but LACP" : "loses nothing");
		break;
	case 10:
		s->slow = sim_random(s, 3) ? 0 : sim_random(s, 300);
		s->loss = sim_random(s, 3) ? 0 : sim_random(s, 60);
		break;
	case 11:
		if (sim_random(s, 4) == 0)
			leave(s, m);
		else
			m->crash_in = 1 + sim_random(s, 4);
		break;
	}
}

void fault_next(struct sim *s)
{
	static const unsigned int spacing[] = {30, 300, 3000, 15000};

	if (!s->faults)
		return;
	if (!s->quiet && !s->flap_until)
		sim_random(s, 100) ? one_fault(s) : flap_some(s);
	member_learn(s, &s->mem[sim_random(s, 2)]);
	for (unsigned int i = 0; i < 2; i++) /* watchfrr */
		if (s->mem[i].powered && !s->mem[i].alive)
			sim_push(s, s->now + 2000 + sim_random(s, 5000), K_START, i);
	sim_push(s, s->now + 1 + sim_random(s, spacing[sim_random(s, 4)]), K_FAULT, 0)->life = 0;
}

void fault_heal_all(struct sim *s)
{
	say(s, "---- everything heals");
	s->faults = false;
	s->loss = s->slow = 0;
	s->flap_until = 0;
	s->backup = true;
	set_peerlink(s, true);
	for (unsigned int i = 0; i < 2; i++) {
		struct member *m = &s->mem[i];

		m->crash_in = 0;
		m->deaf = false;
		net_mute(s, m, false, false);
		set_uplinks(s, m, true);
		member_power(s, m, true);
		if (m->shutdown || m->maintenance)
			member_leave(s, m, false, false);
		for (unsigned int k = 0; k < BONDS; k++)
			set_leg(s, m, k, true);
		sim_push(s, s->now + 5000, K_START, i);
	}
}
