// SPDX-License-Identifier: GPL-2.0-or-later
/* Rule 8 (coming up, the shared id), D2 (order of recovery). */
#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

static void live(struct bench *b)
{
	bench_session(b, true);
	bench_hello(b);
	bench_sync(b);
}

/* Time passes with the session alive. */
static void alive(struct bench *b, core_ms ms)
{
	for (; ms > 0; ms -= 1000) {
		bench_wait(b, ms < 1000 ? ms : 1000);
		bench_state(b);
	}
}

static void begin(struct bench *b, bool us_first)
{
	bench_new(b, us_first);
	bench_bond(b, 0);
	bench_bond(b, 1);
	bench_peerlink(b, true, true);
	bench_wait(b, QUIET);
}

/* Up for so long that only the peer's word is missing: its session is there, and nothing synchronised. */
static void meets_one_in_service(struct bench *b)
{
	begin(b, false);
	b->peer.in_service = b->peer.shared_id = b->peer.settled = true;
	b->peer.fenced = false;
	bench_wait(b, 12000);
	bench_session(b, true);
	bench_hello(b);
}

static void rule8_boot_is_held(void **state)
{
	struct bench b;

	begin(&b, true);
	assert_int_equal(bench_hold(&b), CORE_HOLD_INIT);
	assert_true(core_wanted(b.core)->hold_routes);
	bench_wait(&b, 10000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_BOOT);
	bench_wait(&b, 280000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_BOOT);
	assert_false(bench_self(&b).in_service);
	bench_free(&b);
}

static void rule8_no_bonds_hold_no_routes(void **state)
{
	struct bench b;

	bench_new(&b, true);
	bench_peerlink(&b, true, true);
	bench_wait(&b, QUIET);
	assert_true(core_wanted(b.core)->manage);
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

static void rule8_reload_delay_alone_under_own_id(void **state)
{
	struct bench b;

	begin(&b, true);
	bench_wait(&b, 300000 - QUIET);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_false(bench_wanted(&b, 1)->shared_id);
	assert_true(core_wanted(b.core)->hold_routes);
	bench_legs(&b, true);
	bench_wait(&b, SWITCH_MS);
	assert_true(bench_self(&b).acting);
	assert_false(core_wanted(b.core)->hold_routes);
	assert_int_equal(bench_self(&b).role, MC_ROLE_NONE);
	bench_free(&b);
}

static void rule8_reload_delay_but_one_in_service_is_heard(void **state)
{
	struct bench b;

	begin(&b, true);
	bench_cut(&b);
	b.peer.in_service = true;
	for (unsigned int i = 0; i < 310; i++) {
		bench_wait(&b, 1000);
		bench_probe(&b, BACKUP, 0);
	}
	assert_int_equal(bench_hold(&b), CORE_HOLD_BOOT);
	bench_wait(&b, 4000); /* heard no more */
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule8_two_waiting_the_better_goes_first(void **state)
{
	struct bench b;

	begin(&b, false);
	for (unsigned int i = 0; i < 302; i++) {
		bench_wait(&b, 1000);
		bench_probe(&b, BACKUP, 0);
	}
	assert_int_equal(bench_hold(&b), CORE_HOLD_BOOT);
	bench_wait(&b, 3000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule8_init_delay_counts_from_start(void **state)
{
	struct bench b;

	begin(&b, true);
	bench_wait(&b, 8000 - QUIET);
	live(&b);
	bench_role_ack(&b);
	assert_int_equal(bench_hold(&b), CORE_HOLD_INIT);
	alive(&b, 1999);
	assert_int_equal(bench_hold(&b), CORE_HOLD_INIT);
	alive(&b, 1);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

/* The primary of two that boot goes first; the other waits until it has settled. */
static void rule8_fresh_pair_primary_first(void **state)
{
	struct bench b;

	begin(&b, true);
	live(&b);
	bench_role_ack(&b);
	alive(&b, 10000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_true(bench_wanted(&b, 1)->shared_id);
	bench_legs(&b, true);
	bench_port_ack(&b, 1);
	bench_port_ack(&b, 2);
	alive(&b, SWITCH_MS);
	assert_true(bench_self(&b).in_service);
	assert_true(bench_self(&b).settled);
	bench_free(&b);
}

static void rule8_secondary_waits_for_the_primary_to_settle(void **state)
{
	struct bench b;

	begin(&b, false);
	live(&b);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 1}});
	alive(&b, 15000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_JOIN);
	b.peer.in_service = b.peer.shared_id = true;
	b.peer.fenced = false;
	bench_state(&b);
	alive(&b, 3000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_JOIN);
	b.peer.settled = true;
	bench_state(&b);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

/* Stopped for a while, it finds its bond under the own id, and the edge sets the shared one again. */
static void rule8_what_the_dead_man_did_is_undone_in_turn(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	b.bond[0].shared_id = true;
	bench_bond(&b, 0);
	bench_alive(&b, SWITCH_MS + 1000);
	assert_true(bench_self(&b).settled);
	b.bond[0].shared_id = false;
	bench_bond(&b, 0);
	assert_true(bench_wanted(&b, 1)->shared_id);
	assert_false(bench_self(&b).settled);
	b.bond[0].shared_id = true;
	bench_bond(&b, 0);
	bench_alive(&b, SWITCH_MS);
	assert_true(bench_self(&b).settled);
	bench_free(&b);
}

/* Stopped for longer: what was done to its id, and set again, it may not have heard of at all. */
static void rule8_who_was_stopped_takes_no_host_for_settled(void **state)
{
	for (unsigned int late = 0; late < 2; late++) {
		struct bench b;

		bench_serving(&b, MC_ROLE_PRIMARY);
		bench_alive(&b, SWITCH_MS + 1000);
		assert_true(bench_self(&b).settled);
		b.now = b.out.next + (late ? LATE_MS + 1 : LATE_MS / 2);
		bench_probe(&b, BACKUP, 0);
		assert_int_equal(bench_self(&b).settled, !late);
		assert_true(bench_wanted(&b, 1)->shared_id);
		bench_wait(&b, SWITCH_MS);
		assert_true(bench_self(&b).settled);
		bench_free(&b);
	}
}

static void rule8_not_before_synchronised(void **state)
{
	struct bench b;

	meets_one_in_service(&b);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 1}});
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_SYNC_END});
	assert_int_equal(bench_hold(&b), CORE_HOLD_BOOT);
	bench_event(&b, (struct core_event){.type = CORE_EV_MAC_SYNCED});
	assert_non_null(bench_said(&b, MC_MSG_SYNC_ACK));
	assert_int_equal(bench_hold(&b), CORE_HOLD_BOOT);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_SYNC_ACK});
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

/* D2: id and filter are in the kernel before the members go up, and only then. */
static void d2_filter_and_id_before_members(void **state)
{
	struct bench b;
	struct core_event applied = {.type = CORE_EV_APPLIED};

	meets_one_in_service(&b);
	bench_port(&b, 1, 1, true);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 1}});
	b.apply = false;
	bench_sync(&b);
	assert_int_equal(bench_hold(&b), CORE_HOLD_JOIN);
	assert_true(bench_wanted(&b, 1)->shared_id);
	assert_true(bench_wanted(&b, 1)->dual);
	assert_true(bench_wanted(&b, 1)->gated);
	applied.applied = core_wanted(b.core)->generation - 1;
	bench_event(&b, applied);
	assert_int_equal(bench_hold(&b), CORE_HOLD_JOIN);
	applied.applied = core_wanted(b.core)->generation;
	bench_event(&b, applied);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_true(bench_wanted(&b, 1)->gated);
	bench_free(&b);
}

/* E6, no-blackhole: members wait until routing has followed the shared VTEP; the filters of others do not. */
static void e6_routing_before_members(void **state)
{
	struct core_event routing = {.type = CORE_EV_ROUTING, .routing = {.behind = true}};
	struct bench b;

	meets_one_in_service(&b);
	bench_port(&b, 1, 1, true);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 1}});
	b.apply = false;
	bench_sync(&b);
	bench_event(&b, routing);
	assert_true(bench_noted(&b, "waiting for routing"));
	b.apply = true;
	bench_event(&b, (struct core_event){.type = CORE_EV_APPLIED, .applied = core_wanted(b.core)->generation});
	bench_alive(&b, 30000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_JOIN);
	assert_true(core_wanted(b.core)->gateway);
	routing.routing.behind = false;
	bench_event(&b, routing);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void d2_routes_only_when_settled_and_ungated(void **state)
{
	struct bench b;

	meets_one_in_service(&b);
	bench_port(&b, 1, 1, true);
	bench_port(&b, 2, 1, true);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 1}});
	bench_sync(&b);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_leg(&b, 0, true);
	alive(&b, 2000);
	assert_true(core_wanted(b.core)->hold_routes); /* bond2 does not distribute */
	bench_leg(&b, 1, true);
	bench_port_ack(&b, 1);
	assert_true(core_wanted(b.core)->hold_routes); /* bond2 is gated */
	bench_port_ack(&b, 2);
	assert_false(core_wanted(b.core)->hold_routes);
	assert_true(bench_self(&b).in_service);
	bench_free(&b);
}

static void d2_a_host_without_lacp_does_not_hold_up_the_rest(void **state)
{
	struct bench b;

	begin(&b, true);
	live(&b);
	bench_role_ack(&b);
	alive(&b, 10000);
	bench_leg(&b, 0, true);
	b.bond[1].carrier = true;
	bench_bond(&b, 1);
	alive(&b, SETTLE_MS);
	assert_true(bench_self(&b).in_service);
	bench_free(&b);
}

/* Alone in service under the own id: as primary to the shared one, while the other's legs are down. */
static void rule8_acting_goes_shared_first(void **state)
{
	struct bench b;

	begin(&b, true);
	bench_wait(&b, 300000);
	bench_legs(&b, true);
	bench_wait(&b, 2000);
	assert_true(bench_self(&b).acting);
	live(&b);
	bench_port_ack(&b, 1);
	bench_port_ack(&b, 2);
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_role_ack(&b);
	assert_true(bench_wanted(&b, 1)->shared_id);
	assert_false(bench_self(&b).settled);
	alive(&b, SWITCH_MS);
	assert_true(bench_self(&b).settled);
	bench_free(&b);
}

static void rule8_session_lost_before_members_up(void **state)
{
	struct bench b;

	begin(&b, false);
	b.peer.in_service = b.peer.shared_id = b.peer.settled = true;
	bench_wait(&b, 12000);
	b.apply = false;
	bench_session(&b, true);
	bench_hello(&b);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 1}});
	bench_sync(&b);
	assert_true(bench_wanted(&b, 1)->shared_id);
	bench_session(&b, false);
	assert_false(bench_wanted(&b, 1)->shared_id);
	assert_int_equal(bench_hold(&b), CORE_HOLD_BOOT);
	bench_free(&b);
}

/* ------------------------------------------------------------------- off */

static void unconfigured_gives_everything_back(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	b.cfg.enabled = false;
	bench_config(&b);
	assert_non_null(bench_said(&b, MC_MSG_GOODBYE));
	assert_false(core_wanted(b.core)->manage);
	assert_int_equal(core_wanted(b.core)->n_bonds, 0);
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

static void a_clone_shares_nothing(void **state)
{
	struct bench b;
	struct core *copy;
	uint64_t generation;

	bench_serving(&b, MC_ROLE_SECONDARY);
	copy = core_clone(b.core);
	generation = core_wanted(copy)->generation;
	bench_cut(&b);
	assert_int_equal(core_wanted(copy)->generation, generation);
	assert_true(core_wanted(copy)->bonds[0].shared_id);
	assert_false(core_wanted(b.core)->bonds[0].shared_id);
	core_free(copy);
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule8_boot_is_held),
		cmocka_unit_test(rule8_no_bonds_hold_no_routes),
		cmocka_unit_test(rule8_reload_delay_alone_under_own_id),
		cmocka_unit_test(rule8_reload_delay_but_one_in_service_is_heard),
		cmocka_unit_test(rule8_two_waiting_the_better_goes_first),
		cmocka_unit_test(rule8_init_delay_counts_from_start),
		cmocka_unit_test(rule8_fresh_pair_primary_first),
		cmocka_unit_test(rule8_secondary_waits_for_the_primary_to_settle),
		cmocka_unit_test(rule8_what_the_dead_man_did_is_undone_in_turn),
		cmocka_unit_test(rule8_who_was_stopped_takes_no_host_for_settled),
		cmocka_unit_test(rule8_not_before_synchronised),
		cmocka_unit_test(d2_filter_and_id_before_members),
		cmocka_unit_test(e6_routing_before_members),
		cmocka_unit_test(d2_routes_only_when_settled_and_ungated),
		cmocka_unit_test(d2_a_host_without_lacp_does_not_hold_up_the_rest),
		cmocka_unit_test(rule8_acting_goes_shared_first),
		cmocka_unit_test(rule8_session_lost_before_members_up),
		cmocka_unit_test(unconfigured_gives_everything_back),
		cmocka_unit_test(a_clone_shares_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
