// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an address costs at ten thousand and at a million: bytes, and time for
 * learning, telling and programming it. Built without sanitizers, since it
 * measures. Fails when an entry needs more than 64 bytes, or when one of a
 * million costs more than ten times one of ten thousand (caches take their
 * share; a walk of the table for each would be a hundred times).
 */
#include <malloc.h>
#include <stdio.h>
#include <time.h>

#include "mlagd/core/mac.h"

struct cost {
	double ns, bytes;
};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static struct cost measure(uint32_t n)
{
	static struct mact_op ops[500];
	static struct mc_mac_entry e[MC_MAC_BATCH];
	struct mact *t = mact_new(n);
	size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
	double begin = seconds();
	struct cost c;

	mact_session_up(t);
	for (uint32_t i = 0; i < n;) {
		unsigned int k = 0;

		for (; k < MC_MAC_BATCH && i < n; k++, i++)
			e[k] = (struct mc_mac_entry){.mac = {{2, 0, 0, i >> 16, i >> 8, i}}, .vlan = 10, .mlag_id = i % 48};
		mact_peer_batch(t, e, k);
		while (mact_take_ops(t, ops, 500))
			;
	}
	mact_session_up(t);
	while (mact_take_msgs(t, e, MC_MAC_BATCH))
		;
	c.ns = (seconds() - begin) * 1e9 / n;
	c.bytes = (double)(mallinfo2().uordblks + mallinfo2().hblkhd - before) / n;
	mact_free(t);
	return c;
}

int main(void)
{
	struct cost small = measure(10000), large = measure(1000000);

	printf("10k: %.0f ns, %.0f bytes each; 1M: %.0f ns, %.0f bytes each\n", small.ns, small.bytes, large.ns,
	       large.bytes);
	return large.bytes <= 64 && large.ns < 10 * small.ns ? 0 : 1;
}
