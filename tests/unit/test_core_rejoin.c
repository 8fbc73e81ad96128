// SPDX-License-Identifier: GPL-2.0-or-later
/* Rule 8 for who was away and comes back without a way out: hosts stay with the other until there is one. */
#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

static void routeless(struct bench *b, bool is)
{
	bench_event(b, (struct core_event){.type = CORE_EV_UPLINKS, .uplinks = {.up = true, .routeless = is}});
}

static void heal(struct bench *b)
{
	b->peer.acting = false;
	b->peer.in_service = b->peer.shared_id = b->peer.settled = true;
	bench_peerlink(b, true, true);
	bench_meet(b);
	for (uint16_t id = 1; id <= 2; id++)
		if (bench_wanted(b, id)->hold == CORE_HOLD_NONE)
			bench_port_ack(b, id);
}

/* Cut and proof, and the peerlink is back before routing is. */
static void healed_without_routes(struct bench *b)
{
	bench_serving_heard(b, MC_ROLE_SECONDARY);
	bench_cut(b);
	bench_probe(b, BACKUP, b->asked);
	assert_int_equal(bench_hold(b), CORE_HOLD_SPLIT);
	bench_legs(b, false);
	routeless(b, true);
	heal(b);
	bench_alive(b, 5000);
	assert_int_equal(bench_hold(b), CORE_HOLD_SPLIT);
}

static void rule8_who_rejoins_waits_for_a_route_out(void **state)
{
	struct bench b;

	healed_without_routes(&b);
	assert_true(core_wanted(b.core)->hold_routes);
	routeless(&b, false);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_true(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

static void rule8_a_way_over_the_peerlink_will_do(void **state)
{
	struct bench b;

	healed_without_routes(&b);
	bench_event(&b, (struct core_event){.type = CORE_EV_UPLINKS,
					    .uplinks = {.up = true, .routeless = true, .detour = true}});
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule8_routes_that_never_come_are_not_waited_for(void **state)
{
	struct bench b;

	healed_without_routes(&b);
	bench_alive(&b, b.cfg.reload_delay_ms);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule8_a_peer_without_uplinks_is_joined(void **state)
{
	struct bench b;

	healed_without_routes(&b);
	b.peer.uplinks_up = false;
	bench_state(&b);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule8_a_peer_that_goes_meanwhile_is_not_waited_for(void **state)
{
	struct bench b;

	healed_without_routes(&b);
	bench_cut(&b);
	bench_wait(&b, LEASE_MS);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

/* Legs are up under the own id, hosts have the other member: they stay there. */
static void rule8_who_acted_alone_keeps_its_id_without_a_route_out(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_wait(&b, 5000);
	bench_uplinks(&b, false, false);
	heal(&b);
	for (unsigned int i = 0; i < 10; i++) { /* and no backup to prove anything */
		bench_wait(&b, 1000);
		bench_state(&b);
	}
	assert_false(bench_wanted(&b, 1)->shared_id);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	routeless(&b, true);
	bench_alive(&b, 1000);
	assert_false(bench_wanted(&b, 1)->shared_id);
	routeless(&b, false);
	assert_true(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

/* FRR was stopped here, the other acts: hosts stay there until this member is of use again. */
static void rule8_a_primary_waits_for_its_routes(void **state)
{
	struct bench b;

	bench_new(&b, true);
	for (unsigned int i = 0; i < 2; i++) {
		b.bond[i].was_up = true;
		bench_leg(&b, i, true);
		b.bond[i].was_up = false;
	}
	bench_peerlink(&b, true, true);
	routeless(&b, true);
	bench_wait(&b, QUIET);
	assert_true(bench_self(&b).acting);
	b.peer.fenced = false;
	b.peer.in_service = b.peer.acting = b.peer.settled = true;
	bench_session(&b, true);
	bench_hello(&b);
	bench_port(&b, 1, 1, true);
	bench_port(&b, 2, 1, true);
	bench_sync(&b);
	bench_role_ack(&b);
	bench_port_ack(&b, 1);
	bench_port_ack(&b, 2);
	bench_alive(&b, 5000);
	assert_int_equal(bench_self(&b).role, MC_ROLE_PRIMARY);
	assert_false(bench_wanted(&b, 1)->shared_id);
	routeless(&b, false);
	assert_true(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

static void b9_init_until_counts_for_a_rejoin_too(void **state)
{
	struct bench b;

	bench_serving_heard(&b, MC_ROLE_SECONDARY);
	b.cfg.init_until = true;
	bench_config(&b);
	bench_cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	bench_legs(&b, false);
	heal(&b);
	bench_alive(&b, 5000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	bench_routes(&b, true);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule8_who_rejoins_waits_for_a_route_out),
		cmocka_unit_test(rule8_a_way_over_the_peerlink_will_do),
		cmocka_unit_test(rule8_routes_that_never_come_are_not_waited_for),
		cmocka_unit_test(rule8_a_peer_without_uplinks_is_joined),
		cmocka_unit_test(rule8_a_peer_that_goes_meanwhile_is_not_waited_for),
		cmocka_unit_test(rule8_who_acted_alone_keeps_its_id_without_a_route_out),
		cmocka_unit_test(rule8_a_primary_waits_for_its_routes),
		cmocka_unit_test(b9_init_until_counts_for_a_rejoin_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
