// SPDX-License-Identifier: GPL-2.0-or-later
/* Neighbours of two members (C8): what is told, what is installed, how an entry ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mlagd/core/neigh.h"

static struct mc_neigh host(uint8_t n, uint8_t mac)
{
	return (struct mc_neigh){.vlan = 10, .addr = {10, 1, 10, n}, .mac = {{2, 0, 0, 0, 0, mac}}};
}

/* Two members whose kernels take what they are told. */
static void settle(struct neight *t[2])
{
	struct neigh_op op;
	struct mc_neigh n;
	bool busy = true;

	for (unsigned int turn = 0; busy; turn++) {
		assert_true(turn < 100000); /* it comes to rest */
		busy = false;
		for (int i = 0; i < 2; i++) {
			while (neight_take_ops(t[i], &op, 1)) {
				neight_kernel(t[i], &op.n, op.what == NEIGH_INSTALL ? NEIGH_OURS : NEIGH_LEARNED);
				busy = true;
			}
			while (neight_take_msgs(t[i], &n, 1)) {
				neight_peer(t[!i], &n);
				busy = true;
			}
		}
	}
}

static void heard(struct neight *t[2], int i, struct mc_neigh n, enum neigh_seen seen)
{
	neight_kernel(t[i], &n, seen);
	settle(t);
}

static size_t entries(const struct neight *t)
{
	struct neight_stats s;

	neight_stats(t, &s);
	return s.entries;
}

static int setup(void **state)
{
	struct neight **t = calloc(2, sizeof(struct neight *));

	for (int i = 0; i < 2; i++) {
		t[i] = neight_new(1000);
		neight_session_up(t[i]);
		neight_peer_sync_end(t[i]);
	}
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct neight **t = *state;

	neight_free(t[0]);
	neight_free(t[1]);
	free(t);
	return 0;
}

static void learned_on_one_stands_on_the_other(void **state)
{
	struct neight **t = *state;
	struct neigh_op op;
	struct mc_neigh n = host(1, 1), m;

	neight_kernel(t[0], &n, NEIGH_LEARNED);
	assert_int_equal(neight_take_msgs(t[0], &m, 1), 1);
	assert_false(m.del);
	neight_peer(t[1], &m);
	assert_int_equal(neight_take_ops(t[1], &op, 1), 1);
	assert_int_equal(op.what, NEIGH_INSTALL);
	assert_memory_equal(&op.n.mac, &n.mac, sizeof(n.mac));
	assert_int_equal(neight_take_msgs(t[1], &m, 1), 0); /* what is the peer's is not told back */
}

static void ends_when_neither_hears_it(void **state)
{
	struct neight **t = *state;

	heard(t, 0, host(1, 1), NEIGH_LEARNED);
	heard(t, 0, host(1, 1), NEIGH_DELETED);
	assert_int_equal(entries(t[0]), 0);
	assert_int_equal(entries(t[1]), 1); /* the kernel is to ask it */
	heard(t, 1, host(1, 1), NEIGH_GONE);
	assert_int_equal(entries(t[1]), 0);
}

static void stays_with_who_still_hears_it(void **state)
{
	struct neight **t = *state;
	struct neight_stats s;

	heard(t, 0, host(1, 1), NEIGH_LEARNED);
	heard(t, 0, host(1, 1), NEIGH_DELETED);
	heard(t, 1, host(1, 1), NEIGH_CONFIRMED);
	neight_stats(t[0], &s);
	assert_int_equal(s.peer, 1);
	neight_stats(t[1], &s);
	assert_int_equal(s.local, 1);
}

static void a_new_mac_is_followed(void **state)
{
	struct neight **t = *state;
	struct mc_neigh n = host(1, 2);
	struct neigh_op op;

	heard(t, 0, host(1, 1), NEIGH_CONFIRMED);
	heard(t, 1, host(1, 1), NEIGH_CONFIRMED);
	neight_kernel(t[0], &n, NEIGH_CONFIRMED);
	assert_int_equal(neight_take_msgs(t[0], &n, 1), 1);
	neight_peer(t[1], &n);
	assert_int_equal(neight_take_ops(t[1], &op, 1), 1);
	assert_int_equal(op.n.mac.b[5], 2);
}

/* The host has told this member its new MAC, on an entry that bears our mark. */
static void a_new_mac_heard_on_ours_is_news(void **state)
{
	struct neight **t = *state;
	struct neigh_op op;
	struct mc_neigh n = host(1, 2);

	heard(t, 0, host(1, 1), NEIGH_CONFIRMED);
	neight_kernel(t[1], &n, NEIGH_OURS);
	assert_int_equal(neight_take_ops(t[1], &op, 1), 1);
	assert_int_equal(op.what, NEIGH_GIVE_BACK);
	assert_int_equal(op.n.mac.b[5], 2);
	assert_int_equal(neight_take_msgs(t[1], &n, 1), 1);
	assert_int_equal(n.mac.b[5], 2);
	neight_peer(t[0], &n);
	assert_int_equal(neight_take_ops(t[0], &op, 1), 1);
	assert_int_equal(op.what, NEIGH_INSTALL);
	assert_int_equal(op.n.mac.b[5], 2);
}

static void one_that_does_not_answer_is_not_put_back(void **state)
{
	struct neight **t = *state;
	struct neigh_op op;
	struct mc_neigh n = host(1, 1);

	heard(t, 0, n, NEIGH_LEARNED);
	neight_kernel(t[1], &n, NEIGH_GONE);
	assert_int_equal(neight_take_ops(t[1], &op, 1), 0);
}

static void one_that_was_flushed_is_put_back(void **state)
{
	struct neight **t = *state;
	struct neigh_op op;
	struct mc_neigh n = host(1, 1);

	heard(t, 0, n, NEIGH_LEARNED);
	neight_kernel(t[1], &n, NEIGH_DELETED);
	assert_int_equal(neight_take_ops(t[1], &op, 1), 1);
	assert_int_equal(op.what, NEIGH_INSTALL);
	neight_read_begin(t[1]);
	neight_read_end(t[1]); /* and one that a reading does not find */
	assert_int_equal(neight_take_ops(t[1], &op, 1), 1);
}

static void an_operators_entry_stays(void **state)
{
	struct neight **t = *state;
	struct neigh_op op;
	struct mc_neigh n = host(1, 9);

	neight_kernel(t[1], &n, NEIGH_FIXED);
	heard(t, 0, host(1, 1), NEIGH_LEARNED);
	assert_int_equal(neight_take_ops(t[1], &op, 1), 0);
	assert_int_equal(neight_take_msgs(t[1], &n, 1), 0);
}

static void sync_drops_what_is_not_said_again(void **state)
{
	struct neight **t = *state;
	struct neigh_op op;

	heard(t, 0, host(1, 1), NEIGH_LEARNED);
	neight_session_up(t[1]);
	assert_int_equal(neight_take_ops(t[1], &op, 1), 0);
	neight_peer_sync_end(t[1]);
	assert_int_equal(neight_take_ops(t[1], &op, 1), 1);
	assert_int_equal(op.what, NEIGH_GIVE_BACK);
}

static void restart_changes_nothing_before_the_peer_has_spoken(void **state)
{
	struct neight *t = neight_new(10);
	struct mc_neigh n = host(1, 1);
	struct neigh_op op;

	(void)state;
	neight_kernel(t, &n, NEIGH_OURS);
	assert_int_equal(neight_take_ops(t, &op, 1), 0);
	neight_session_up(t);
	neight_peer(t, &n);
	neight_peer_sync_end(t);
	assert_int_equal(neight_take_ops(t, &op, 1), 0);
	neight_free(t);
}

static void memory_is_bounded(void **state)
{
	struct neight *t = neight_new(10);
	struct neight_stats s;

	(void)state;
	for (unsigned int i = 0; i < 100; i++)
		neight_peer(t, &(struct mc_neigh){.vlan = 10, .addr = {10, 0, 0, i}});
	neight_stats(t, &s);
	assert_int_equal(s.entries, 10);
	assert_int_equal(s.refused, 90);
	neight_free(t);
}

static void anything_in_any_order_comes_to_rest(void **state)
{
	struct neight **t = *state;
	struct neight_stats a, b;

	srandom(7);
	for (unsigned int i = 0; i < 20000; i++) {
		struct mc_neigh n = host(random() % 32, random() % 3);

		n.v6 = random() & 1;
		n.virt = random() & 1;
		neight_kernel(t[random() & 1], &n, random() % 3 ? NEIGH_CONFIRMED : random() % 2 ? NEIGH_DELETED : NEIGH_GONE);
		if (random() % 4 == 0)
			settle(t);
	}
	settle(t);
	neight_stats(t[0], &a);
	neight_stats(t[1], &b);
	assert_true(a.peer <= b.local && b.peer <= a.local);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(learned_on_one_stands_on_the_other),
		TEST(ends_when_neither_hears_it),
		TEST(stays_with_who_still_hears_it),
		TEST(a_new_mac_is_followed),
		TEST(a_new_mac_heard_on_ours_is_news),
		TEST(one_that_does_not_answer_is_not_put_back),
		TEST(one_that_was_flushed_is_put_back),
		TEST(an_operators_entry_stays),
		TEST(sync_drops_what_is_not_said_again),
		TEST(restart_changes_nothing_before_the_peer_has_spoken),
		TEST(memory_is_bounded),
		TEST(anything_in_any_order_comes_to_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
