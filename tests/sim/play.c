// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plays what scenario.c tells: act after act on a pair that is whole, and what
 * is expected of whom in between. Knows no sequence.
 */
#include <stdio.h>
#include <string.h>

#include "tests/sim/scenario.h"

static void uplinks(struct sim *s, struct member *m, bool up)
{
	m->uplinks_lost = !up;
	member_uplinks(s, m);
}

static void cable(struct sim *s, bool *which, bool up)
{
	s->flap_until = 0;
	*which = up;
	if (which == &s->pl_cable)
		net_peerlink_changed(s);
}

static void legs(struct sim *s, struct member *m, unsigned int n, bool up)
{
	for (unsigned int i = 0; i < n; i++) {
		m->leg[i].cable = up;
		leg_physical(s, m, i);
	}
}

static const char *const expected[] = {
	[SERVES] = "in service", [SHARED] = "in service under the shared id", [OWN] = "in service under its own id",
	[DARK] = "down", [HOSTS] = "announcing hosts alone", [PRIMARY] = "primary", [CALM] = "as it was", [STEADY] = "where it was",
};

static bool holds(const struct member *m, enum what what, bool offered, bool serves)
{
	struct mc_member self = {0};

	switch (what) {
	case DARK:
		return !offered;
	case SERVES:
		return serves;
	case HOSTS:
		return serves && core_wanted(m->core)->host_routes;
	case PRIMARY:
		core_self(m->core, &self);
		return serves && self.role == MC_ROLE_PRIMARY;
	case CALM:
		return m->changes == m->mark;
	case STEADY:
		return m->moves == m->mark_moves;
	default:
		return serves && m->leg[0].shared == (what == SHARED);
	}
}

static void expect(struct sim *s, const struct act *a)
{
	const struct member *m = &s->mem[a->m];
	struct mc_member self = {0};
	bool offered = !m->leg[0].hold && !m->leg[1].hold;
	char text[100];

	if (m->core)
		core_self(m->core, &self);
	snprintf(text, sizeof(text), "leaf%u is not %s: hold %d, shared id %d, in service %d", a->m + 1, expected[a->what],
		 !offered, m->leg[0].shared, self.in_service);
	if (!holds(m, a->what, offered, offered && m->alive && self.in_service))
		check_violation(s, "scenario", text);
}

static void route(struct sim *s, struct member *m, bool lost)
{
	m->routeless = lost;
	member_uplinks(s, m);
}

/* zebra, which has the module in it. */
static void module(struct sim *s, struct member *m, bool up)
{
	struct core_event ev = {.type = CORE_EV_MODULE};

	ev.module = up ? CORE_MODULE_UP : CORE_MODULE_MISSING;
	member_event(s, m, &ev);
}

static void mark(struct sim *s)
{
	for (unsigned int i = 0; i < 2; i++) {
		s->mem[i].mark = s->mem[i].changes;
		s->mem[i].mark_moves = s->mem[i].moves;
	}
}

/* What its operator does, and time; false: it is none of that. */
static bool told(struct sim *s, struct member *m, const struct act *a)
{
	switch (a->what) {
	case STOP:
	case LEAVE:
	case RETURN:
		member_leave(s, m, a->what == LEAVE, a->what == STOP);
		return true;
	case PRIORITY:
		s->cfg[m->id].priority = a->n;
		member_leave(s, m, m->maintenance, m->shutdown);
		return true;
	case JUMP:
		member_jump(s, m, a->n);
		return true;
	case SOMETIME:
		sim_run(s, s->now + sim_random(s, a->n), 0);
		return true;
	case MARK:
		mark(s);
		return true;
	default:
		return false;
	}
}

/* What befalls the peerlink besides a cut; false: it is none of that. */
static bool impaired(struct sim *s, struct member *m, const struct act *a)
{
	switch (a->what) {
	case MUTE:
	case MUTE_IP:
	case SPEAKS:
		net_mute(s, m, a->what != SPEAKS, a->what == MUTE);
		return true;
	case PL_FLAP:
		fault_flap_begin(s, false, 500 / a->n, CORE_NEVER);
		return true;
	case PL_SLOW:
		s->slow = a->n;
		return true;
	default:
		return false;
	}
}

static void act(struct sim *s, const struct act *a)
{
	struct member *m = &s->mem[a->m];

	switch (a->what) {
	case OFF:
	case ON:
		member_power(s, m, a->what == ON);
		break;
	case CRASH:
		member_crash(s, m);
		break;
	case START:
		member_start(s, m);
		break;
	case HANG:
	case RESUME:
		member_hang(s, m, a->what == HANG);
		break;
	case PL_CUT:
	case PL_BACK:
		cable(s, &s->pl_cable, a->what == PL_BACK);
		break;
	case BK_CUT:
	case BK_BACK:
		cable(s, &s->backup, a->what == BK_BACK);
		break;
	case DEAF:
	case HEARS:
		m->deaf = a->what == DEAF;
		break;
	case LEG_CUT:
		legs(s, m, 1, false);
		break;
	case LEGS_CUT:
	case LEGS_BACK:
		legs(s, m, BONDS, a->what == LEGS_BACK);
		break;
	case UP_LOST:
	case UP_BACK:
		uplinks(s, m, a->what == UP_BACK);
		break;
	case ROUTES_LOST:
	case ROUTES_BACK:
		route(s, m, a->what == ROUTES_LOST);
		break;
	case MODULE_LOST:
	case MODULE_BACK:
		module(s, m, a->what == MODULE_BACK);
		break;
	default:
		if (!told(s, m, a) && !impaired(s, m, a))
			expect(s, a);
		break;
	}
}

static void configure(struct sim *s)
{
	for (unsigned int i = 0; i < 2; i++) {
		s->cfg[i].priority = 1000 * (i + 1);
		s->cfg[i].keepalive_ms = 1000;
		s->cfg[i].init_delay_ms = 10000;
		s->cfg[i].reload_delay_ms = 60000;
		s->cfg[i].restart_time_ms = 60000;
	}
}

static void heal(struct sim *s)
{
	for (unsigned int i = 0; i < 2; i++) {
		s->mem[i].deaf = s->mem[i].routeless = false;
		uplinks(s, &s->mem[i], true);
		module(s, &s->mem[i], true);
		member_hang(s, &s->mem[i], false);
	}
	fault_heal_all(s);
}

const char *scenario_play(const struct scenario *sc, uint64_t seed, bool trace, bool tell)
{
	unsigned int broken = core_broken;
	struct sim s;

	core_broken = sc->cold ? broken : 0;
	sim_begin(&s, seed, trace);
	configure(&s);
	if (!sc->cold)
		sim_run(&s, s.now + 60000, SIM_SETTLED_MS);
	core_broken = broken;
	for (const struct act *a = sc->act; a->what != END && !s.broken; a++) {
		sim_run(&s, s.now + a->after, 0);
		if (!s.broken)
			act(&s, a);
	}
	if (!s.broken)
		heal(&s);
	if (!s.broken)
		sim_run(&s, s.now + SIM_HEAL_MS, SIM_SETTLED_MS);
	if (s.broken && tell)
		printf("scenario \"%s\", seed %llu: %s violated at %lld ms: %s\n", sc->name, (unsigned long long)seed, s.broken,
		       (long long)s.now, s.detail);
	sim_end(&s);
	return s.broken;
}

void scenarios_name(void)
{
	for (unsigned int i = 0; i < n_scenarios; i++)
		printf("%s\n", scenarios[i].name);
}

int scenarios_run(uint64_t from, uint64_t n, const char *only, bool trace)
{
	unsigned int failed = 0, count = 0;

	for (unsigned int i = 0; i < n_scenarios; i++) {
		bool ok = true;

		if (!strstr(scenarios[i].name, only))
			continue;
		count++;
		for (uint64_t seed = from; seed < from + n && ok; seed++)
			ok = !scenario_play(&scenarios[i], seed, trace, true);
		failed += !ok;
	}
	printf("%u scenarios, %llu seeds each, %u failed\n", count, (unsigned long long)n, failed);
	return failed || !count ? 1 : 0;
}

/* The first rule without which it fails in its midst; else one without which the pair does not converge after it; 0: none. */
static unsigned int fails_by(const struct scenario *sc)
{
	unsigned int late = 0;

	for (unsigned int rule = 1; rule < 32; rule++) {
		core_broken = 1u << rule;
		for (uint64_t seed = 1; seed <= 3; seed++) {
			const char *broken = scenario_play(sc, seed, false, false);

			if (broken && strcmp(broken, "convergence") != 0)
				return rule;
			if (broken && !late)
				late = rule;
		}
	}
	return late;
}

int scenarios_prove(void)
{
	unsigned int missed = 0;

	for (unsigned int i = 0; i < n_scenarios; i++) {
		unsigned int rule = fails_by(&scenarios[i]);

		if (rule)
			printf("scenario \"%s\" fails with rule %u broken\n", scenarios[i].name, rule);
		else
			printf("scenario \"%s\" CANNOT FAIL\n", scenarios[i].name);
		missed += !rule;
	}
	core_broken = 0;
	return missed ? 1 : 0;
}
