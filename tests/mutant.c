// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The test of the test: linked with a core that can be broken (CORE_BREAK), it
 * breaks what $CORE_MUTANT says (enum core_break, a rule's number) before main.
 * tests/mutants.sh runs every test so and wants it to fail.
 */
#include <stdlib.h>

extern unsigned int core_broken;

__attribute__((constructor)) static void mutate(void)
{
	const char *n = getenv("CORE_MUTANT");

	if (n)
		core_broken = 1u << (strtoul(n, NULL, 10) & 31);
}
