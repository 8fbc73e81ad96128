// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sequences that failure.md names, each by its name: what breaks, when, and
 * who must serve then, in the middle of it. The invariants hold all the time,
 * and once all is healed the pair must converge. Each is run with many seeds,
 * which move everything that the script leaves open: delays, and who is first.
 */
#include <stdio.h>
#include <string.h>

#include "tests/sim/sim.h"

enum what {
	END, OFF, ON, CRASH, START, HANG, RESUME, PL_CUT, PL_BACK, BK_CUT, BK_BACK, DEAF, HEARS, LEG_CUT, LEGS_CUT, LEGS_BACK,
	UP_LOST, UP_BACK, STOP, LEAVE, RETURN, /* mlag shutdown, maintenance, neither any more */
	ROUTES_LOST, ROUTES_BACK, /* uplinks have carrier, and no route leads out over them */
	SERVES, /* in service, and its bonds are offered */
	SHARED, /* and under the pair's id */
	OWN,	/* and under its own */
	DARK,	/* its bonds are held down */
	HOSTS,	/* announces the hosts that it reaches, and no prefixes */
};

struct act {
	core_ms after;
	enum what what;
	unsigned int m; /* P: primary when whole, S: secondary */
};

enum { P, S };

struct scenario {
	const char *name;
	bool cold; /* does not begin with a pair that is whole */
	struct act act[24];
};

#define CUT_A_WHILE {0, PL_CUT, 0}, {5000, SHARED, P}, {0, DARK, S}

static const struct scenario scenarios[] = {
	{"power-off of the primary", false, {{0, OFF, P}, {10000, OWN, S}, {60000, OWN, S}}},
	{"power-off of the secondary", false, {{0, OFF, S}, {10000, SHARED, P}, {60000, SHARED, P}}},
	{"the secondary's mlagd crashes, then the primary powers off", false,
	 {{0, CRASH, S}, {500, OFF, P}, {3000, START, S}, {10000, OWN, S}}},
	{"cut, then the secondary's mlagd crashes while probing", false,
	 {{0, PL_CUT, 0}, {15, CRASH, S}, {2000, START, S}, {5000, SHARED, P}, {0, DARK, S}}},
	{"cut, fence, then the primary powers off", false, {CUT_A_WHILE, {0, OFF, P}, {10000, OWN, S}}},
	{"cut, fence, then the secondary's mlagd is killed: fenced on a lease, not booting", false,
	 {CUT_A_WHILE, {0, CRASH, S}, {2000, START, S}, {3000, DARK, S}, {0, OFF, P}, {10000, OWN, S}}},
	{"both mlagd crash on one input, then a cut", false,
	 {{0, CRASH, P}, {0, CRASH, S}, {1000, PL_CUT, 0}, {2000, START, P}, {100, START, S}, {10000, SERVES, P}, {0, DARK, S}}},
	{"the primary loses its uplinks, then a cut", false,
	 {{0, UP_LOST, P}, {10000, DARK, P}, {0, SERVES, S}, {0, PL_CUT, 0}, {10000, SERVES, S}, {0, DARK, P}}},
	{"a cut, and the primary loses its uplinks", false,
	 {CUT_A_WHILE, {0, UP_LOST, P}, {15000, SERVES, S}, {0, DARK, P}}},
	{"secondary without uplinks, then the primary powers off", false,
	 {{0, UP_LOST, S}, {10000, DARK, S}, {0, SHARED, P}, {0, OFF, P}, {10000, OWN, S}}},
	{"spine outage", false,
	 {{0, UP_LOST, P}, {5, UP_LOST, S}, {500, SHARED, P}, {0, SHARED, S}, {20000, SHARED, P}, {0, SHARED, S}}},
	{"spine outage, the second leaf later", false,
	 {{0, UP_LOST, S}, {5000, DARK, S}, {0, UP_LOST, P}, {10000, SHARED, P}, {0, SHARED, S}}},
	{"no backup, then a cut", false,
	 {{0, BK_CUT, 0}, {10000, PL_CUT, 0}, {10000, SHARED, P}, {0, OWN, S}}},
	{"the primary's mlagd dead, then one of its legs fails", false,
	 {{0, CRASH, P}, {1000, LEGS_CUT, P}, {5000, SHARED, S}, {0, START, P}, {10000, SHARED, S}}},
	{"the primary's legs all fail, then a cut", false,
	 {{0, LEGS_CUT, P}, {5000, SHARED, S}, {0, PL_CUT, 0}, {10000, OWN, S}}},
	{"the secondary's mlagd stopped, then a cut", false,
	 {{0, HANG, S}, {1000, PL_CUT, 0}, {3000, SHARED, P}, {0, RESUME, S}, {10000, SHARED, P}, {0, DARK, S}}},
	{"leaf01 dead, then leaf02's mlagd crash-loops", false,
	 {{0, OFF, P}, {10000, OWN, S}, {0, CRASH, S}, {1000, START, S}, {300, CRASH, S}, {1000, START, S}, {300, CRASH, S},
	  {2000, START, S}, {10000, OWN, S}}},
	{"systemctl stop frr on the primary", false, {{0, CRASH, P}, {70000, SERVES, S}, {0, START, P}}},
	{"systemctl stop frr on the secondary", false, {{0, CRASH, S}, {70000, SHARED, P}, {0, START, S}}},
	{"returning primary in init-delay, then a cut", false,
	 {{0, OFF, P}, {30000, ON, P}, {7000, PL_CUT, 0}, {60000, SERVES, S}, {0, DARK, P}}},
	{"power restored with a broken peerlink", true,
	 {{0, OFF, P}, {0, OFF, S}, {0, PL_CUT, 0}, {100, ON, P}, {200, ON, S}, {25000, OWN, P}, {0, DARK, S}, {20000, OWN, P},
	  {0, DARK, S}, {0, OFF, P}, {30000, OWN, S}}},
	{"power restored with a broken peerlink, the better one without uplinks", true,
	 {{0, OFF, P}, {0, OFF, S}, {0, PL_CUT, 0}, {0, UP_LOST, P}, {100, ON, P}, {200, ON, S}, {25000, OWN, S}, {0, DARK, P}}},
	{"secondary isolated from management and uplinks", false,
	 {{0, BK_CUT, 0}, {0, UP_LOST, S}, {10000, SHARED, P}, {0, PL_CUT, 0}, {10000, SHARED, P}, {0, OWN, S}}},
	{"secondary isolated, and its routes return after all else", false,
	 {{0, BK_CUT, 0}, {0, UP_LOST, S}, {10000, SHARED, P}, {0, PL_CUT, 0}, {10000, OWN, S}, {0, PL_BACK, 0}, {5000, OWN, S},
	  {0, ROUTES_LOST, S}, {0, UP_BACK, S}, {0, BK_BACK, 0}, {5000, OWN, S}, {0, SHARED, P}, {0, ROUTES_BACK, S},
	  {15000, SHARED, S}, {0, SHARED, P}}},
	{"cut, fence, and routes return after the peerlink", false,
	 {CUT_A_WHILE, {0, ROUTES_LOST, S}, {0, PL_BACK, 0}, {10000, DARK, S}, {0, SHARED, P}, {0, ROUTES_BACK, S},
	  {15000, SHARED, S}, {0, SHARED, P}}},
	{"a cold boot, and routing takes its time", false,
	 {{0, OFF, S}, {0, ROUTES_LOST, S}, {10000, ON, S}, {45000, DARK, S}, {0, SHARED, P}, {0, ROUTES_BACK, S},
	  {15000, SHARED, S}}},
	{"the primary's mlagd dead for longer than restart-time, and it comes back", false,
	 {{0, CRASH, P}, {65000, OWN, S}, {0, START, P}, {1000, SERVES, S}, {15000, SHARED, S}, {0, SHARED, P}}},
	{"heartbeat, then peerlink 1 s apart", false, {{0, BK_CUT, 0}, {1000, PL_CUT, 0}, {10000, SHARED, P}, {0, OWN, S}}},
	{"heartbeat, then peerlink 10 s apart", false, {{0, BK_CUT, 0}, {10000, PL_CUT, 0}, {10000, SHARED, P}, {0, OWN, S}}},
	{"heartbeat, then peerlink 40 s apart", false, {{0, BK_CUT, 0}, {40000, PL_CUT, 0}, {10000, SHARED, P}, {0, OWN, S}}},
	{"peerlink, then heartbeat 1 s apart", false, {{0, PL_CUT, 0}, {1000, BK_CUT, 0}, {10000, SHARED, P}, {0, OWN, S}}},
	{"peerlink, then heartbeat 10 s apart", false, {CUT_A_WHILE, {5000, BK_CUT, 0}, {10000, SHARED, P}, {0, OWN, S}}},
	{"peerlink, then heartbeat 40 s apart", false, {CUT_A_WHILE, {35000, BK_CUT, 0}, {10000, SHARED, P}, {0, OWN, S}}},
	{"one-way loss, questions lost: heartbeats are proof", false,
	 {{0, DEAF, P}, {5000, PL_CUT, 0}, {5000, SHARED, P}, {0, DARK, S}, {30000, DARK, S}, {0, OFF, P}, {10000, OWN, S}}},
	{"one-way loss, answers lost: nothing is heard", false,
	 {{0, DEAF, S}, {5000, PL_CUT, 0}, {10000, SHARED, P}, {0, OWN, S}}},
	/* found by the model */
	{"maintenance of one, and the other comes back from a shutdown", false,
	 {{0, LEAVE, P}, {10000, DARK, P}, {0, SERVES, S}, {0, STOP, S}, {5000, DARK, S}, {0, RETURN, S}, {90000, SERVES, S},
	  {0, DARK, P}}},
	{"both shut down, and back before either has closed the session", false,
	 {{0, STOP, P}, {0, STOP, S}, {2002, RETURN, P}, {1, RETURN, S}, {90000, SHARED, P}, {0, SHARED, S}}},
	{"both mlagds dead, a host's link cut, one mlagd back", false,
	 {{0, CRASH, P}, {0, CRASH, S}, {100, LEG_CUT, P}, {100, START, P}, {2000, HOSTS, P}, {0, START, S}, {15000, SHARED, P},
	  {0, SHARED, S}}},
	{"shutdown of the primary, then the secondary's mlagd crashes", false,
	 {{0, STOP, P}, {5000, DARK, P}, {0, SHARED, S}, {0, CRASH, S}, {3000, START, S}, {10000, SHARED, S}}},
};

static void uplinks(struct sim *s, struct member *m, bool up)
{
	m->uplinks_lost = !up;
	member_uplinks(s, m);
}

static void cable(struct sim *s, bool *which, bool up)
{
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
	[DARK] = "down", [HOSTS] = "announcing hosts alone",
};

static bool holds(const struct member *m, enum what what, bool offered, bool serves)
{
	switch (what) {
	case DARK:
		return !offered;
	case SERVES:
		return serves;
	case HOSTS:
		return serves && core_wanted(m->core)->host_routes;
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
		m->routeless = a->what == ROUTES_LOST;
		member_uplinks(s, m);
		break;
	case STOP:
	case LEAVE:
	case RETURN:
		member_leave(s, m, a->what == LEAVE, a->what == STOP);
		break;
	default:
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

static bool one(const struct scenario *sc, uint64_t seed, bool trace)
{
	struct sim s;
	bool ok;

	sim_begin(&s, seed, trace);
	configure(&s);
	if (!sc->cold)
		sim_run(&s, s.now + 60000, SIM_SETTLED_MS);
	for (const struct act *a = sc->act; a->what != END && !s.broken; a++) {
		sim_run(&s, s.now + a->after, 0);
		if (!s.broken)
			act(&s, a);
	}
	for (unsigned int i = 0; i < 2 && !s.broken; i++) {
		s.mem[i].deaf = s.mem[i].routeless = false;
		uplinks(&s, &s.mem[i], true);
		member_hang(&s, &s.mem[i], false);
	}
	if (!s.broken) {
		fault_heal_all(&s);
		sim_run(&s, s.now + SIM_HEAL_MS, SIM_SETTLED_MS);
	}
	ok = !s.broken;
	if (!ok)
		printf("scenario \"%s\", seed %llu: %s violated at %lld ms: %s\n", sc->name, (unsigned long long)seed, s.broken,
		       (long long)s.now, s.detail);
	sim_end(&s);
	return ok;
}

int scenarios_run(uint64_t from, uint64_t n, bool trace)
{
	unsigned int failed = 0, count = sizeof(scenarios) / sizeof(scenarios[0]);

	for (unsigned int i = 0; i < count; i++) {
		bool ok = true;

		for (uint64_t seed = from; seed < from + n && ok; seed++)
			ok = one(&scenarios[i], seed, trace);
		failed += !ok;
	}
	printf("%u scenarios, %llu seeds each, %u failed\n", count, (unsigned long long)n, failed);
	return failed ? 1 : 0;
}
