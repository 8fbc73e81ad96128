// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel edge on the bench: links are made of recorded netlink messages, or
 * of ones made here; nothing is sent. bond1 with its member swp1 stands in
 * br_default, which knows VLANs.
 */
#ifndef KERNEL_BENCH_H
#define KERNEL_BENCH_H

#include <zebra.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "mlagd/kernel_int.h"

#define BOND1	 8 /* ifindexes */
#define SWP1	 2
#define PEERLINK 20 /* none of the start's */

struct kbench {
	struct kernel k;
	struct kbond bond;
	char dir[64];
};

#define KERNEL_TEST(f) cmocka_unit_test_setup_teardown(f, kbench_setup, kbench_teardown)

int kbench_setup(void **state);
int kbench_teardown(void **state);
/* A message of tests/fuzz/corpus/netlink. */
void kbench_feed(struct kernel *k, const char *name);
void kbench_set_up(struct kernel *k, ifindex_t ifindex, bool up);
/* kind "vlan" on `lower`, "bridge" (vid: it knows VLANs) or "bond", 802.3ad; a port of `master`, 0 none. */
void kbench_make(struct kernel *k, ifindex_t ifindex, const char *name, const char *kind, ifindex_t master, ifindex_t lower,
		       uint16_t vid);

#endif
