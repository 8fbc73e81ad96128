// SPDX-License-Identifier: GPL-2.0-or-later
/* B12: mlagd starts beside a kernel that it has left; what it finds there stays as it is. */
#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

static void adopt(struct bench *b, bool shared, bool dual)
{
	bench_new(b, false);
	for (unsigned int i = 0; i < 2; i++) {
		b->bond[i].carrier = b->bond[i].distributing = b->bond[i].was_up = true;
		b->bond[i].shared_id = shared;
		b->bond[i].was_dual = dual;
		bench_bond(b, i);
	}
	bench_wait(b, QUIET);
}

/* The peer may not know of our restart, and lets its host's own cross on (D2). */
static void b12_what_is_kept_from_going_back_is_until_the_peer_speaks(void **state)
{
	struct bench b;

	bench_new(&b, false);
	b.bond[0].carrier = b.bond[0].distributing = b.bond[0].was_up = b.bond[0].shared_id = b.bond[0].was_echo = true;
	bench_bond(&b, 0);
	bench_peerlink(&b, true, true);
	bench_wait(&b, QUIET);
	assert_true(bench_wanted(&b, 1)->echo);
	bench_session(&b, true);
	bench_hello(&b);
	assert_true(bench_wanted(&b, 1)->echo);
	bench_port(&b, 1, 1, false);
	assert_false(bench_wanted(&b, 1)->echo);
	bench_free(&b);
}

static void b12_restart_changes_nothing(void **state)
{
	struct bench b;

	for (unsigned int n = 0; n < 4; n++) {
		bool shared = n & 1, dual = n & 2;

		adopt(&b, shared, dual);
		bench_peerlink(&b, true, true);
		bench_wait(&b, 100000);
		for (uint16_t id = 1; id <= 2; id++) {
			assert_int_equal(bench_wanted(&b, id)->hold, CORE_HOLD_NONE);
			assert_int_equal(bench_wanted(&b, id)->shared_id, shared);
			assert_int_equal(bench_wanted(&b, id)->dual, dual);
			assert_false(bench_wanted(&b, id)->gated);
		}
		assert_false(core_wanted(b.core)->hold_routes);
		assert_true(core_wanted(b.core)->accept_macs);
		assert_true(bench_self(&b).in_service);
		bench_free(&b);
	}
}

static void b12_a_gate_is_kept_over_a_restart(void **state)
{
	struct bench b;

	bench_new(&b, false);
	b.bond[0].carrier = b.bond[0].distributing = b.bond[0].was_up = b.bond[0].shared_id = true;
	b.bond[0].was_gated = true;
	bench_bond(&b, 0);
	bench_wait(&b, QUIET);
	assert_true(bench_wanted(&b, 1)->gated);
	bench_peerlink(&b, true, true);
	assert_true(bench_wanted(&b, 1)->gated);
	bench_free(&b);
}

/* Configuration comes in pieces: nothing is held, said or given back before the last one. */
static void b12_a_start_waits_for_its_bonds(void **state)
{
	struct bench b;

	bench_new(&b, false);
	bench_peerlink(&b, true, true);
	for (unsigned int i = 0; i < 3; i++) {
		bench_wait(&b, QUIET - 1);
		assert_false(core_wanted(b.core)->manage);
		assert_int_equal(bench_self(&b).incarnation, 0);
		bench_session(&b, true);
		assert_true(b.out.drop_session);
		b.bond[i].carrier = b.bond[i].distributing = b.bond[i].was_up = b.bond[i].shared_id = true;
		bench_bond(&b, i);
	}
	bench_wait(&b, QUIET);
	assert_true(bench_self(&b).in_service);
	assert_int_equal(bench_wanted(&b, 3)->hold, CORE_HOLD_NONE);
	bench_free(&b);
}

static void b12_a_start_that_is_complete_does_not_wait(void **state)
{
	struct bench b;

	bench_new(&b, false);
	b.bond[0].was_up = b.bond[0].shared_id = b.bond[0].carrier = b.bond[0].distributing = true;
	bench_bond(&b, 0);
	bench_cut(&b); /* cut while mlagd was not there */
	assert_int_equal(bench_self(&b).incarnation, 0);
	bench_event(&b, (struct core_event){.type = CORE_EV_READY});
	assert_int_not_equal(bench_self(&b).incarnation, 0);
	assert_false(bench_wanted(&b, 1)->shared_id); /* rule 3, in this very step */
	assert_int_equal(b.out.probe_paths, 1u << BACKUP);
	bench_free(&b);
}

static void b12_ready_without_configuration_is_nothing(void **state)
{
	struct bench b;

	bench_new(&b, false);
	b.cfg.enabled = false;
	bench_config(&b);
	bench_event(&b, (struct core_event){.type = CORE_EV_READY});
	assert_int_equal(bench_self(&b).incarnation, 0);
	assert_int_equal(b.out.next, CORE_NEVER);
	bench_free(&b);
}

static void b12_what_was_found_outlives_the_next_event(void **state)
{
	struct bench b;

	adopt(&b, true, true);
	bench_peerlink(&b, true, true);
	b.bond[0].was_up = b.bond[0].was_dual = false;
	bench_bond(&b, 0);
	assert_true(bench_wanted(&b, 1)->dual);
	bench_free(&b);
}

static void b12_dead_half_way_is_the_own_id(void **state)
{
	struct bench b;

	bench_new(&b, false);
	for (unsigned int i = 0; i < 2; i++) {
		b.bond[i].carrier = b.bond[i].distributing = b.bond[i].was_up = true;
		b.bond[i].shared_id = i == 0;
		bench_bond(&b, i);
	}
	bench_wait(&b, QUIET);
	assert_false(bench_wanted(&b, 1)->shared_id);
	assert_false(bench_wanted(&b, 2)->shared_id);
	bench_free(&b);
}

static void rule3_restart_without_carrier_is_own_id_at_once(void **state)
{
	struct bench b;

	adopt(&b, true, true);
	bench_cut(&b);
	assert_false(bench_wanted(&b, 1)->shared_id);
	assert_int_equal(b.out.probe_paths, 1u << BACKUP);
	bench_free(&b);
}

static void rule2_restart_of_a_fenced_member_asks_first(void **state)
{
	struct bench b;

	bench_new(&b, false);
	b.bond[0].held = b.bond[0].held_split = true;
	bench_bond(&b, 0);
	bench_cut(&b);
	b.now = b.out.next;
	bench_event(&b, (struct core_event){.type = CORE_EV_TIMER});
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	assert_int_equal(b.out.probe_paths, 1u << BACKUP);
	bench_wait(&b, LEASE_MS);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE); /* nobody answered */
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(b12_what_is_kept_from_going_back_is_until_the_peer_speaks),
		cmocka_unit_test(b12_restart_changes_nothing),
		cmocka_unit_test(b12_a_gate_is_kept_over_a_restart),
		cmocka_unit_test(b12_a_start_waits_for_its_bonds),
		cmocka_unit_test(b12_a_start_that_is_complete_does_not_wait),
		cmocka_unit_test(b12_ready_without_configuration_is_nothing),
		cmocka_unit_test(b12_what_was_found_outlives_the_next_event),
		cmocka_unit_test(b12_dead_half_way_is_the_own_id),
		cmocka_unit_test(rule3_restart_without_carrier_is_own_id_at_once),
		cmocka_unit_test(rule2_restart_of_a_fenced_member_asks_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
