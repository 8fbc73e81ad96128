// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options, and the test of the test.
 *
 *   model --faults N     every state with up to N faults; 0 all well, 1 violation, 2 not complete
 *         --paths N      besides the peerlink: 1 (a backup) or 2 (and the fabric)
 *         --whole        from a pair that is whole instead of two that are switched off
 *         --routes       init-until is configured
 *         --follow       routing may follow the shared VTEP late
 *         --hang         mlagd may be stopped and go on, too
 *         --flap         the peerlink alone is cut, N times, whenever it hurts; rule 11 counts
 *         --still        faults strike when nothing is on its way, not between any two steps
 *         --sound        of every way to a state: does the same follow as after the canonical one? (one path)
 *         --states MAX   room for so many
 *         --break RULE   a rule of the core is broken (once the pair is whole): must be caught
 *         --prove        breaks every rule in turn; 0 if each is caught
 *         --loud         progress, and the way to a violation also of a broken rule
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

#define FLAPS 12 /* more than rule 11 lets through in a minute */

struct model model = {.faults = 1, .paths = 1};

/* Is it caught, and within so many faults? */
static bool caught(unsigned int rule, uint32_t states)
{
	core_broken = 1u << rule;
	printf("rule %u broken on purpose: ", rule);
	if (model_explore(states) == 1)
		return true;
	printf("rule %u broken and NOT noticed\n", rule);
	return false;
}

static int prove(uint32_t states)
{
	static const unsigned int rules[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, BREAK_ADOPT, BREAK_HOST_ROUTES};
	bool all = true;

	for (unsigned int i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		all &= caught(rules[i], states);
	model.flap = true;
	model.faults = FLAPS;
	all &= caught(11, states);
	model.flap = false;
	model.follow = true;
	model.faults = 1;
	all &= caught(BREAK_BEHIND, states);
	return all ? 0 : 1;
}

static unsigned long number(char *const *arg, int *i)
{
	return arg[*i + 1] ? strtoul(arg[++*i], NULL, 10) : 0;
}

static int usage(void)
{
	fprintf(stderr, "model [--faults N] [--paths 1|2] [--whole] [--routes] [--follow] [--hang] [--flap] [--still] [--sound] [--states MAX] [--loud] "
			"[--break RULE] [--prove]\n");
	return 2;
}

int main(int argc, char **argv)
{
	uint32_t states = 8000000;
	bool proving = false;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--faults"))
			model.faults = number(argv, &i);
		else if (!strcmp(argv[i], "--paths"))
			model.paths = number(argv, &i);
		else if (!strcmp(argv[i], "--states"))
			states = number(argv, &i);
		else if (!strcmp(argv[i], "--break"))
			core_broken |= 1u << (number(argv, &i) & 31);
		else if (!strcmp(argv[i], "--prove"))
			proving = true;
		else if (!strcmp(argv[i], "--whole"))
			model.whole = true;
		else if (!strcmp(argv[i], "--routes"))
			model.routes = true;
		else if (!strcmp(argv[i], "--follow"))
			model.follow = true;
		else if (!strcmp(argv[i], "--hang"))
			model.hang = true;
		else if (!strcmp(argv[i], "--flap"))
			model.flap = true;
		else if (!strcmp(argv[i], "--still"))
			model.still = true;
		else if (!strcmp(argv[i], "--sound"))
			model.sound = true;
		else if (!strcmp(argv[i], "--loud"))
			model.loud = true;
		else
			return usage();
	}
	if (model.paths < 1 || model.paths >= PATHS || (model.sound && model.paths > 1))
		return usage();
	return proving ? prove(states) : model_explore(states);
}
