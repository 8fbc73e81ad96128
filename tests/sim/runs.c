// SPDX-License-Identifier: GPL-2.0-or-later
/* Many seeds, and rules broken on purpose, which must be caught: the test of the test. */
#include <stdio.h>
#include <time.h>

#include "tests/sim/scenario.h"

#define FAULTS_MS 180000
#define MANY	  300 /* seeds in which everything that is judged has come about */

/* One seed: boot, break, heal. True when all held. */
static bool one_seed(uint64_t seed, bool trace, uint64_t *steps)
{
	struct sim s;
	bool ok;

	sim_begin(&s, seed, trace);
	sim_run(&s, s.now + 60000, SIM_SETTLED_MS);
	s.faults = true;
	sim_push(&s, s.now + 1, K_FAULT, 0)->life = 0;
	if (!s.broken)
		sim_run(&s, s.now + FAULTS_MS, 0);
	if (!s.broken) {
		fault_heal_all(&s);
		sim_run(&s, s.now + SIM_HEAL_MS, SIM_SETTLED_MS);
	}
	ok = !s.broken;
	if (!ok && !core_broken)
		printf("seed %llu: %s violated at %lld ms: %s\nreproduce: sim --seed %llu --trace\n",
		       (unsigned long long)seed, s.broken, (long long)s.now, s.detail, (unsigned long long)seed);
	else if (!ok && trace)
		printf("%s: %s\n", s.broken, s.detail);
	if (!ok && core_broken)
		printf("rule broken on purpose: seed %llu shows %s (%s)\n", (unsigned long long)seed, s.broken,
		       s.detail);
	*steps += s.steps;
	sim_end(&s);
	return ok;
}

bool runs_many(uint64_t from, uint64_t n, bool trace)
{
	struct timespec a, b;
	uint64_t steps = 0;
	double t;

	clock_gettime(CLOCK_MONOTONIC, &a);
	for (uint64_t i = from; i < from + n; i++)
		if (!one_seed(i, trace, &steps))
			return false;
	clock_gettime(CLOCK_MONOTONIC, &b);
	t = (b.tv_sec - a.tv_sec) + (b.tv_nsec - a.tv_nsec) / 1e9;
	printf("%llu seeds, %llu steps, no violation, %.1f s\n", (unsigned long long)n, (unsigned long long)steps, t);
	return n < MANY || core_broken || check_met_all();
}

int runs_prove(uint64_t seeds)
{
	static const unsigned int rules[] = {1, 2, 3, 4, 5, 8, 9, 10, 11};
	int missed = 0;

	for (unsigned int i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		core_broken = 1u << rules[i];
		printf("rule %u: ", rules[i]);
		if (rules[i] == 10 ? scenarios_run(1, 3, "", false) == 0 : runs_many(1, seeds, false)) {
			printf("rule %u broken and nobody noticed\n", rules[i]);
			missed++;
		}
	}
	core_broken = 0;
	return missed || scenarios_prove() ? 1 : 0;
}

