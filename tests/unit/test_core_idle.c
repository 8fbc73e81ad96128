// SPDX-License-Identifier: GPL-2.0-or-later
/* Rule 9: no bond distributes, so nothing is attracted; and rule 5's host routes beside a peer that restarts. */
#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

/* --------------------------------------------------------------- rule 9 */

static void rule9_no_bond_distributes_attracts_no_routes(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_PRIMARY);
	bench_legs(&b, false);
	assert_false(core_wanted(b.core)->hold_routes); /* a host may be choosing its aggregator anew */
	bench_alive(&b, IDLE_MS);
	assert_true(core_wanted(b.core)->hold_routes);
	assert_true(bench_self(&b).idle);
	assert_true(bench_self(&b).in_service);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_leg(&b, 0, true);
	assert_false(core_wanted(b.core)->hold_routes);
	assert_false(bench_self(&b).idle);
	bench_free(&b);
}

static void rule9_one_bond_is_enough(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	bench_leg(&b, 1, false);
	bench_alive(&b, 5000);
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

static void rule9_the_peer_reaches_nobody_either(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	b.peer.idle = true;
	bench_legs(&b, false);
	bench_alive(&b, 5000);
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

static void rule9_a_lone_survivor_attracts(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_PRIMARY);
	bench_legs(&b, false);
	bench_alive(&b, IDLE_MS);
	bench_cut(&b);
	bench_wait(&b, 10000); /* nothing heard: orphans and hosts without LACP have nobody else */
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

static void rule9_apart_the_peer_is_heard(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_PRIMARY);
	bench_legs(&b, false);
	bench_cut(&b);
	bench_wait(&b, IDLE_MS);
	b.peer.acting = true;
	bench_probe(&b, BACKUP, 0);
	assert_true(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

/* The primary reaches no host: to be fenced before it would leave the rack without either. */
static void rule9_no_fence_before_an_idle_peer(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	b.peer.idle = true;
	bench_probe(&b, BACKUP, b.asked);
	bench_wait(&b, 2000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	b.peer.idle = false;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	b.peer.idle = true;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule9_no_bonds_at_all_attracts(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	b.bond[0].present = b.bond[1].present = false;
	bench_legs(&b, false);
	bench_alive(&b, 5000);
	assert_false(core_wanted(b.core)->hold_routes);
	assert_false(bench_self(&b).idle);
	bench_free(&b);
}

static void rule11_routes_that_come_and_go_stay_away(void **state)
{
	struct bench b;
	unsigned int changes = 0;
	bool was = false;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	for (unsigned int i = 0; i < 20; i++) {
		bench_legs(&b, i % 2);
		bench_alive(&b, 2000);
		changes += core_wanted(b.core)->hold_routes != was;
		was = core_wanted(b.core)->hold_routes;
	}
	assert_true(changes < 2 * DAMP_BACK_MAX);
	assert_true(was);
	b.peer.in_service = false; /* safer is only what the peer stands in for */
	bench_alive(&b, 1000);
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

/* --------------------------------------------------------------- rule 5 */

static void rule5_a_leg_lost_while_the_peer_restarts_announces_hosts_only(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	bench_session(&b, false);
	assert_false(core_wanted(b.core)->host_routes);
	bench_leg(&b, 0, false);
	assert_true(core_wanted(b.core)->host_routes);
	assert_false(core_wanted(b.core)->hold_routes);
	bench_leg(&b, 0, true);
	assert_false(core_wanted(b.core)->host_routes);
	bench_free(&b);
}

static void rule5_a_leg_the_peer_redirects_keeps_the_prefix(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	bench_leg(&b, 0, false);
	bench_port_ack(&b, 1);
	bench_leg(&b, 1, false); /* said, and not acknowledged */
	bench_leg(&b, 1, true);
	bench_port_ack(&b, 2);
	bench_session(&b, false);
	assert_false(core_wanted(b.core)->host_routes);
	bench_free(&b);
}

/* Since then a cut has closed its filter, and it dies before it says that it has opened it. */
static void rule5_what_was_acknowledged_in_another_session_is_void(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_PRIMARY);
	bench_leg(&b, 0, false);
	bench_port_ack(&b, 1);
	bench_cut(&b);
	bench_session(&b, false);
	bench_peerlink(&b, true, true);
	bench_session(&b, true);
	bench_hello(&b);
	assert_false(core_wanted(b.core)->host_routes);
	bench_session(&b, false);
	assert_true(core_wanted(b.core)->host_routes);
	bench_session(&b, true);
	bench_hello(&b);
	bench_sync(&b);
	bench_port_ack(&b, 1);
	bench_session(&b, false);
	assert_false(core_wanted(b.core)->host_routes);
	bench_free(&b);
}

/* A restart does not know whether the peer has heard of a leg that is down. */
static void rule5_a_restart_with_a_leg_down_announces_hosts_only(void **state)
{
	for (unsigned int down = 0; down < 2; down++) {
		struct bench b;

		bench_new(&b, true);
		b.bond[0].was_up = b.bond[0].shared_id = b.bond[0].was_dual = true;
		b.bond[0].carrier = b.bond[0].distributing = !down;
		bench_bond(&b, 0);
		bench_peerlink(&b, true, true);
		bench_event(&b, (struct core_event){.type = CORE_EV_READY});
		assert_int_equal(core_wanted(b.core)->host_routes, down);
		bench_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule9_no_bond_distributes_attracts_no_routes),
		cmocka_unit_test(rule9_one_bond_is_enough),
		cmocka_unit_test(rule9_the_peer_reaches_nobody_either),
		cmocka_unit_test(rule9_a_lone_survivor_attracts),
		cmocka_unit_test(rule9_apart_the_peer_is_heard),
		cmocka_unit_test(rule9_no_fence_before_an_idle_peer),
		cmocka_unit_test(rule9_no_bonds_at_all_attracts),
		cmocka_unit_test(rule11_routes_that_come_and_go_stay_away),
		cmocka_unit_test(rule5_a_leg_lost_while_the_peer_restarts_announces_hosts_only),
		cmocka_unit_test(rule5_a_leg_the_peer_redirects_keeps_the_prefix),
		cmocka_unit_test(rule5_what_was_acknowledged_in_another_session_is_void),
		cmocka_unit_test(rule5_a_restart_with_a_leg_down_announces_hosts_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
