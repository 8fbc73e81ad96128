// SPDX-License-Identifier: GPL-2.0-or-later
/* Leaving by the operator's will: `mlag shutdown` (A7), `maintenance` (D7); and B9, waiting to come up. */
#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

static void maintain(struct bench *b, bool on)
{
	b->cfg.maintenance = on;
	bench_config(b);
}

/* The peer's filter lets through what is for both hosts. */
static void redirected(struct bench *b)
{
	bench_port_ack(b, 1);
	bench_port_ack(b, 2);
}

/* To the end: legs are down. */
static void drained(struct bench *b)
{
	maintain(b, true);
	bench_alive(b, DRAIN_MS);
	bench_legs(b, false);
}

/* The peer takes over: our request was answered by its own. */
static void peer_takes_over(struct bench *b)
{
	bench_msg(b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 4}});
	b->peer.role = MC_ROLE_PRIMARY;
	bench_state(b);
}

/* --------------------------------------------------------- shutdown */

static void a7_shutdown_hands_over_first(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_PRIMARY);
	b.cfg.shutdown = true;
	bench_config(&b);
	assert_true(bench_said(&b, MC_MSG_STATE)->state.shutting_down);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 4}});
	assert_non_null(bench_said(&b, MC_MSG_ROLE_ACK));
	assert_int_equal(bench_hold(&b), CORE_HOLD_SHUTDOWN);
	assert_false(bench_self(&b).in_service);
	bench_free(&b);
}

static void a7_goodbye_only_when_legs_are_down(void **state)
{
	struct bench b;
	struct core_event applied = {.type = CORE_EV_APPLIED};

	bench_serving(&b, MC_ROLE_SECONDARY);
	b.apply = false;
	b.cfg.shutdown = true;
	bench_config(&b);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SHUTDOWN);
	assert_null(bench_said(&b, MC_MSG_GOODBYE));
	applied.applied = core_wanted(b.core)->generation;
	bench_event(&b, applied);
	assert_non_null(bench_said(&b, MC_MSG_GOODBYE));
	bench_free(&b);
}

static void a7_handover_does_not_wait_for_ever(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_PRIMARY);
	b.cfg.shutdown = true;
	bench_config(&b);
	bench_wait(&b, HANDOVER_MS);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SHUTDOWN);
	bench_free(&b);
}

/* Who changes their mind before the peer has closed it: what this session still brings counts for nothing. */
static void a7_goodbye_ends_the_session_here_too(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	b.cfg.shutdown = true;
	bench_config(&b);
	bench_leg(&b, 0, false);
	b.cfg.shutdown = false;
	bench_config(&b);
	bench_state(&b);
	bench_wait(&b, 20000);
	assert_int_not_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_false(bench_self(&b).shared_id);
	bench_free(&b);
}

static void a7_goodbye_closes_also_before_hello(void **state)
{
	struct bench b;

	bench_new(&b, false);
	bench_peerlink(&b, true, true);
	bench_bond(&b, 0);
	bench_wait(&b, QUIET);
	bench_session(&b, true);
	b.apply = false;
	b.cfg.shutdown = true;
	bench_config(&b);
	bench_event(&b, (struct core_event){.type = CORE_EV_APPLIED, .applied = core_wanted(b.core)->generation});
	assert_true(b.out.drop_session);
	bench_free(&b);
}

/* ----------------------------------------------------------- maintenance */

static void d7_role_then_routes_then_legs(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_PRIMARY);
	maintain(&b, true);
	assert_true(bench_said(&b, MC_MSG_STATE)->state.shutting_down);
	assert_false(core_wanted(b.core)->hold_routes);
	peer_takes_over(&b);
	assert_int_equal(bench_self(&b).role, MC_ROLE_SECONDARY);
	assert_true(core_wanted(b.core)->hold_routes);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_true(bench_self(&b).in_service); /* what is still on its way here is delivered */
	bench_alive(&b, DRAIN_MS - 1);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_alive(&b, 1);
	assert_int_equal(bench_hold(&b), CORE_HOLD_MAINTENANCE);
	assert_false(bench_self(&b).in_service);
	bench_free(&b);
}

/* The gate, the peer's filter, the detour, and only then the id by which the host leaves: nothing is lost or doubled. */
static void d7_hosts_are_led_away_first(void **state)
{
	const struct mc_msg *m;
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	maintain(&b, true);
	m = bench_said(&b, MC_MSG_PORT);
	assert_non_null(m);
	assert_true(m->port.present && m->port.carrier && !m->port.distributing);
	assert_true(bench_wanted(&b, 1)->gated && bench_wanted(&b, 1)->usable && bench_wanted(&b, 1)->shared_id);
	bench_port_ack(&b, 1);
	assert_false(bench_wanted(&b, 1)->usable);
	assert_true(bench_wanted(&b, 2)->usable && bench_wanted(&b, 1)->shared_id);
	bench_port_ack(&b, 2);
	assert_false(bench_wanted(&b, 2)->usable || bench_wanted(&b, 1)->shared_id || bench_self(&b).acting);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_leg(&b, 0, false); /* the host has left; alone it may come back, and is not served here any more */
	bench_leg(&b, 0, true);
	assert_false(bench_wanted(&b, 1)->usable);
	bench_free(&b);
}

static void d7_a_bond_of_this_member_alone_is_served_to_the_end(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_port(&b, 2, 9, false);
	maintain(&b, true);
	redirected(&b);
	assert_false(bench_wanted(&b, 1)->usable);
	assert_true(bench_wanted(&b, 2)->usable);
	bench_free(&b);
}

static void d7_taken_back_while_draining(void **state)
{
	const struct mc_msg *m;
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	maintain(&b, true);
	redirected(&b);
	maintain(&b, false);
	m = bench_said(&b, MC_MSG_PORT);
	assert_true(m && m->port.distributing);
	assert_true(bench_wanted(&b, 1)->usable && bench_wanted(&b, 1)->gated);
	bench_port_ack(&b, 1);
	bench_port_ack(&b, 2);
	bench_alive(&b, SWITCH_MS);
	assert_true(bench_wanted(&b, 1)->shared_id && !bench_wanted(&b, 1)->gated);
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

static void d7_the_session_is_kept(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	drained(&b);
	for (unsigned int i = 0; i < 60; i++) {
		bench_alive(&b, 1000);
		assert_null(bench_said(&b, MC_MSG_GOODBYE));
		assert_false(b.out.drop_session);
	}
	bench_session(&b, false);
	bench_session(&b, true); /* and a new one is taken */
	assert_false(b.out.drop_session);
	assert_non_null(bench_said(&b, MC_MSG_HELLO));
	bench_free(&b);
}

static void d7_back_by_the_way_of_every_member(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	drained(&b);
	bench_alive(&b, 30000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_MAINTENANCE);
	maintain(&b, false);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE); /* synchronised all the time: at once */
	assert_true(bench_wanted(&b, 1)->shared_id);
	assert_true(core_wanted(b.core)->hold_routes);
	bench_legs(&b, true);
	bench_port_ack(&b, 1);
	bench_port_ack(&b, 2);
	bench_alive(&b, SWITCH_MS);
	assert_false(core_wanted(b.core)->hold_routes);
	assert_true(bench_self(&b).in_service);
	bench_free(&b);
}

static void d7_alone_there_is_nobody_to_wait_for(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_PRIMARY);
	bench_cut(&b);
	maintain(&b, true);
	assert_int_equal(bench_hold(&b), CORE_HOLD_MAINTENANCE);
	bench_free(&b);
}

static void d7_a_restart_of_mlagd_stays_in_maintenance(void **state)
{
	struct bench b;

	bench_new(&b, false);
	b.bond[0].held = true;
	maintain(&b, true);
	bench_bond(&b, 0);
	bench_peerlink(&b, true, true);
	bench_wait(&b, QUIET);
	assert_int_equal(bench_hold(&b), CORE_HOLD_MAINTENANCE);
	bench_free(&b);
}

static void d7_then_a_shutdown_says_goodbye(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	maintain(&b, true);
	bench_alive(&b, DRAIN_MS);
	assert_int_equal(bench_hold(&b), CORE_HOLD_MAINTENANCE);
	b.cfg.shutdown = true;
	b.apply = false;
	bench_config(&b);
	assert_non_null(bench_said(&b, MC_MSG_GOODBYE));
	assert_int_equal(bench_hold(&b), CORE_HOLD_SHUTDOWN);
	bench_free(&b);
}

/* ------------------------------------------------------------ init-until */

static void boot_until(struct bench *b)
{
	bench_new(b, false);
	b->cfg.init_until = true;
	bench_config(b);
	bench_bond(b, 0);
	bench_bond(b, 1);
	bench_peerlink(b, true, true);
	bench_wait(b, QUIET);
	b->peer.in_service = b->peer.shared_id = b->peer.settled = true;
	b->peer.fenced = false;
	b->peer.role = MC_ROLE_PRIMARY;
	bench_session(b, true);
	bench_hello(b);
	bench_sync(b);
	bench_msg(b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 1}});
}

static void b9_routes_first(void **state)
{
	struct bench b;

	boot_until(&b);
	bench_alive(&b, 60000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_INIT);
	bench_routes(&b, true);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_routes(&b, false); /* a gate for coming up, not for staying */
	bench_alive(&b, 5000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void b9_not_before_init_delay(void **state)
{
	struct bench b;

	boot_until(&b);
	bench_routes(&b, true);
	assert_int_equal(bench_hold(&b), CORE_HOLD_INIT);
	bench_alive(&b, b.cfg.init_delay_ms);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void b9_no_longer_than_reload_delay(void **state)
{
	struct bench b;

	boot_until(&b);
	bench_alive(&b, b.cfg.reload_delay_ms - 1000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_INIT);
	bench_alive(&b, 2000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_int_equal(bench_ever_noted(&b, "init-until given up"), 1);
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a7_shutdown_hands_over_first),
		cmocka_unit_test(a7_goodbye_only_when_legs_are_down),
		cmocka_unit_test(a7_handover_does_not_wait_for_ever),
		cmocka_unit_test(a7_goodbye_ends_the_session_here_too),
		cmocka_unit_test(a7_goodbye_closes_also_before_hello),
		cmocka_unit_test(d7_role_then_routes_then_legs),
		cmocka_unit_test(d7_hosts_are_led_away_first),
		cmocka_unit_test(d7_a_bond_of_this_member_alone_is_served_to_the_end),
		cmocka_unit_test(d7_taken_back_while_draining),
		cmocka_unit_test(d7_the_session_is_kept),
		cmocka_unit_test(d7_back_by_the_way_of_every_member),
		cmocka_unit_test(d7_alone_there_is_nobody_to_wait_for),
		cmocka_unit_test(d7_a_restart_of_mlagd_stays_in_maintenance),
		cmocka_unit_test(d7_then_a_shutdown_says_goodbye),
		cmocka_unit_test(b9_routes_first),
		cmocka_unit_test(b9_not_before_init_delay),
		cmocka_unit_test(b9_no_longer_than_reload_delay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
