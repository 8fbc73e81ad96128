// SPDX-License-Identifier: GPL-2.0-or-later
/* Rule 10: no uplink is left, whoever else has some. */
#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

static void rule10_the_secondary_steps_aside_first(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	bench_uplinks(&b, false, false);
	assert_false(bench_self(&b).uplinks_up);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_alive(&b, BARE_MS);
	assert_int_equal(bench_hold(&b), CORE_HOLD_UPLINKS);
	assert_true(core_wanted(b.core)->hold_routes);
	assert_true(core_wanted(b.core)->fenced);
	assert_false(bench_self(&b).in_service);
	bench_legs(&b, false);
	bench_alive(&b, 30000); /* it stays so, the session and synchronisation too */
	assert_int_equal(bench_hold(&b), CORE_HOLD_UPLINKS);
	bench_uplinks(&b, true, false);
	bench_alive(&b, 1000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_true(bench_self(&b).shared_id);
	bench_free(&b);
}

static void rule10_the_primary_gives_the_secondary_time(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_PRIMARY);
	bench_uplinks(&b, false, false);
	bench_alive(&b, BARE_MS + 100);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_alive(&b, BARE_PRIMARY_MS);
	assert_int_equal(bench_hold(&b), CORE_HOLD_UPLINKS);
	bench_free(&b);
}

static void rule10_a_spine_outage_empties_no_rack(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	b.peer.uplinks_up = false;
	bench_state(&b);
	bench_uplinks(&b, false, false);
	bench_alive(&b, 10000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

static void rule10_a_dead_peer_empties_no_rack(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	bench_uplinks(&b, false, false);
	bench_alive(&b, BARE_MS);
	assert_int_equal(bench_hold(&b), CORE_HOLD_UPLINKS);
	bench_legs(&b, false);
	bench_cut(&b);
	bench_wait(&b, LEASE_MS);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

static void rule10_not_on_the_peerlinks_word_alone(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	for (unsigned int i = 0; i < 5; i++) { /* the backup is silent */
		bench_state(&b);
		bench_wait(&b, 1000);
	}
	bench_uplinks(&b, false, false);
	for (unsigned int i = 0; i < 5; i++) {
		bench_state(&b);
		bench_wait(&b, 1000);
	}
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void d6_a_way_over_the_peerlink_keeps_forwarding(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	bench_uplinks(&b, false, true);
	bench_alive(&b, 10000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_uplinks(&b, false, false);
	bench_alive(&b, 1000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_UPLINKS);
	bench_free(&b);
}

/* "primary loses its uplinks, then a cut", both sides of it */
static void rule10_apart_a_primary_without_uplinks_steps_back(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_PRIMARY);
	bench_uplinks(&b, false, true); /* a detour while there is a peerlink */
	bench_cut(&b);
	assert_int_equal(b.out.probe_paths, 1u << BACKUP);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE); /* not before proof */
	b.peer.acting = true;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_UPLINKS);
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_wait(&b, LEASE_MS);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule10_apart_no_fence_before_a_primary_without_uplinks(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	b.peer.uplinks_up = false;
	bench_probe(&b, BACKUP, b.asked);
	bench_wait(&b, 500);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	b.peer.uplinks_up = true;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	bench_free(&b);
}

static void rule10_apart_a_fence_ends_when_the_peer_loses_its_uplinks(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	b.peer.uplinks_up = false;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

static void rule10_without_uplinks_nobody_joins(void **state)
{
	struct bench b;

	bench_new(&b, false);
	bench_bond(&b, 0);
	bench_bond(&b, 1);
	bench_uplinks(&b, false, false);
	bench_peerlink(&b, true, true);
	bench_wait(&b, QUIET);
	b.peer.in_service = b.peer.shared_id = b.peer.settled = true;
	b.peer.fenced = false;
	b.peer.role = MC_ROLE_PRIMARY;
	bench_session(&b, true);
	bench_hello(&b);
	bench_sync(&b);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 1}});
	bench_alive(&b, 20000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_UPLINKS);
	bench_uplinks(&b, true, false);
	bench_alive(&b, 1000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule11_uplinks_that_flap_are_bounded(void **state)
{
	struct bench b;
	unsigned int fences = 0;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	for (unsigned int i = 0; i < 12; i++) {
		bench_uplinks(&b, false, false);
		for (unsigned int k = 0; k < BARE_MS / 100 + 3; k++) {
			bench_alive(&b, 100);
			fences += bench_noted(&b, "fence");
		}
		bench_uplinks(&b, true, false);
		bench_alive(&b, 2000);
	}
	assert_true(fences <= DAMP_BACK_MAX);
	assert_int_equal(bench_hold(&b), CORE_HOLD_UPLINKS); /* the peer serves */
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule10_the_secondary_steps_aside_first),
		cmocka_unit_test(rule10_the_primary_gives_the_secondary_time),
		cmocka_unit_test(rule10_a_spine_outage_empties_no_rack),
		cmocka_unit_test(rule10_a_dead_peer_empties_no_rack),
		cmocka_unit_test(rule10_not_on_the_peerlinks_word_alone),
		cmocka_unit_test(d6_a_way_over_the_peerlink_keeps_forwarding),
		cmocka_unit_test(rule10_apart_a_primary_without_uplinks_steps_back),
		cmocka_unit_test(rule10_apart_no_fence_before_a_primary_without_uplinks),
		cmocka_unit_test(rule10_apart_a_fence_ends_when_the_peer_loses_its_uplinks),
		cmocka_unit_test(rule10_without_uplinks_nobody_joins),
		cmocka_unit_test(rule11_uplinks_that_flap_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
