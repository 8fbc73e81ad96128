// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options, and the test of the test.
 *
 *   model --faults N     every state with up to N faults; 0 all well, 1 violation, 2 not complete
 *         --whole        from a pair that is whole instead of two that are switched off
 *         --coarse       when both members have something to take, leaf1 goes first
 *         --states MAX   room for so many
 *         --break RULE   a rule of the core is broken (once the pair is whole): must be caught
 *         --prove        breaks every rule in turn; 0 if each is caught
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

extern unsigned int core_broken;

static int prove(unsigned int faults, uint32_t states)
{
	static const unsigned int rules[] = {1, 2, 3, 4, 5, 8, 9, BREAK_ADOPT};
	int missed = 0;

	for (unsigned int i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		core_broken = 1u << rules[i];
		printf("rule %u broken on purpose: ", rules[i]);
		if (model_explore(faults, states, false) != 1) {
			printf("rule %u broken and NOT noticed\n", rules[i]);
			missed++;
		}
	}
	core_broken = 0;
	printf("rule 11 is not for the model to catch (damping is left out of it): the simulator does\n");
	return missed ? 1 : 0;
}

int main(int argc, char **argv)
{
	unsigned int faults = 1;
	uint32_t states = 8000000;
	bool proving = false, loud = false;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc; i++) {
		const char *v = i + 1 < argc ? argv[i + 1] : "0";

		if (!strcmp(argv[i], "--faults"))
			faults = strtoul(v, NULL, 10), i++;
		else if (!strcmp(argv[i], "--states"))
			states = strtoul(v, NULL, 10), i++;
		else if (!strcmp(argv[i], "--break"))
			core_broken |= 1u << (strtoul(v, NULL, 10) & 31), i++;
		else if (!strcmp(argv[i], "--prove"))
			proving = true;
		else if (!strcmp(argv[i], "--coarse"))
			model_coarse = true;
		else if (!strcmp(argv[i], "--whole"))
			model_whole = true;
		else if (!strcmp(argv[i], "--loud"))
			loud = true;
		else
			return fprintf(stderr, "model [--faults N] [--states MAX] [--coarse] [--whole] [--loud] [--break RULE] [--prove]\n"), 2;
	}
	return proving ? prove(faults, states) : model_explore(faults, states, loud);
}
