// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules 9 and 10: no bond distributes, no uplink is left; and rule 5's host routes. */
#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

static enum core_hold hold(const struct bench *b)
{
	return bench_wanted(b, 1)->hold;
}

static void begin(struct bench *b, enum mc_role role)
{
	bench_new(b, role == MC_ROLE_PRIMARY);
	bench_in_service(b, role);
	bench_alive(b, 1000);
}

static void legs(struct bench *b, bool up)
{
	bench_leg(b, 0, up);
	bench_leg(b, 1, up);
}

static void cut(struct bench *b)
{
	bench_peerlink(b, false, false);
}

/* --------------------------------------------------------------- rule 9 */

static void rule9_no_bond_distributes_attracts_no_routes(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_PRIMARY);
	legs(&b, false);
	assert_false(core_wanted(b.core)->hold_routes); /* a host may be choosing its aggregator anew */
	bench_alive(&b, IDLE_MS);
	assert_true(core_wanted(b.core)->hold_routes);
	assert_true(bench_self(&b).idle);
	assert_true(bench_self(&b).in_service);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	bench_leg(&b, 0, true);
	assert_false(core_wanted(b.core)->hold_routes);
	assert_false(bench_self(&b).idle);
	bench_free(&b);
}

static void rule9_one_bond_is_enough(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	bench_leg(&b, 1, false);
	bench_alive(&b, 5000);
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

static void rule9_the_peer_reaches_nobody_either(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	b.peer.idle = true;
	legs(&b, false);
	bench_alive(&b, 5000);
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

static void rule9_a_lone_survivor_attracts(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_PRIMARY);
	legs(&b, false);
	bench_alive(&b, IDLE_MS);
	cut(&b);
	bench_wait(&b, 10000); /* nothing heard: orphans and hosts without LACP have nobody else */
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

static void rule9_apart_the_peer_is_heard(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_PRIMARY);
	legs(&b, false);
	cut(&b);
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

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	b.peer.idle = true;
	bench_probe(&b, BACKUP, b.asked);
	bench_wait(&b, 2000);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	b.peer.idle = false;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(hold(&b), CORE_HOLD_SPLIT);
	b.peer.idle = true;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule9_no_bonds_at_all_attracts(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	b.bond[0].present = b.bond[1].present = false;
	legs(&b, false);
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

	begin(&b, MC_ROLE_SECONDARY);
	for (unsigned int i = 0; i < 20; i++) {
		legs(&b, i % 2);
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

/* -------------------------------------------------------------- rule 10 */

static void rule10_the_secondary_steps_aside_first(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	bench_uplinks(&b, false, false);
	assert_false(bench_self(&b).uplinks_up);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	bench_alive(&b, BARE_MS);
	assert_int_equal(hold(&b), CORE_HOLD_UPLINKS);
	assert_true(core_wanted(b.core)->hold_routes);
	assert_true(core_wanted(b.core)->fenced);
	assert_false(bench_self(&b).in_service);
	legs(&b, false);
	bench_alive(&b, 30000); /* it stays so, the session and synchronisation too */
	assert_int_equal(hold(&b), CORE_HOLD_UPLINKS);
	bench_uplinks(&b, true, false);
	bench_alive(&b, 1000);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	assert_true(bench_self(&b).shared_id);
	bench_free(&b);
}

static void rule10_the_primary_gives_the_secondary_time(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_PRIMARY);
	bench_uplinks(&b, false, false);
	bench_alive(&b, BARE_MS + 100);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	bench_alive(&b, BARE_PRIMARY_MS);
	assert_int_equal(hold(&b), CORE_HOLD_UPLINKS);
	bench_free(&b);
}

static void rule10_a_spine_outage_empties_no_rack(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	b.peer.uplinks_up = false;
	bench_state(&b);
	bench_uplinks(&b, false, false);
	bench_alive(&b, 10000);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

static void rule10_a_dead_peer_empties_no_rack(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	bench_uplinks(&b, false, false);
	bench_alive(&b, BARE_MS);
	assert_int_equal(hold(&b), CORE_HOLD_UPLINKS);
	legs(&b, false);
	cut(&b);
	bench_wait(&b, LEASE_MS);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

static void rule10_not_on_the_peerlinks_word_alone(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	for (unsigned int i = 0; i < 5; i++) { /* the backup is silent */
		bench_state(&b);
		bench_wait(&b, 1000);
	}
	bench_uplinks(&b, false, false);
	for (unsigned int i = 0; i < 5; i++) {
		bench_state(&b);
		bench_wait(&b, 1000);
	}
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void d6_a_way_over_the_peerlink_keeps_forwarding(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	bench_uplinks(&b, false, true);
	bench_alive(&b, 10000);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	bench_uplinks(&b, false, false);
	bench_alive(&b, 1000);
	assert_int_equal(hold(&b), CORE_HOLD_UPLINKS);
	bench_free(&b);
}

/* "primary loses its uplinks, then a cut", both sides of it */
static void rule10_apart_a_primary_without_uplinks_steps_back(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_PRIMARY);
	bench_uplinks(&b, false, true); /* a detour while there is a peerlink */
	cut(&b);
	assert_int_equal(b.out.probe_paths, 1u << BACKUP);
	assert_int_equal(hold(&b), CORE_HOLD_NONE); /* not before proof */
	b.peer.acting = true;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(hold(&b), CORE_HOLD_UPLINKS);
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_wait(&b, LEASE_MS);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule10_apart_no_fence_before_a_primary_without_uplinks(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	b.peer.uplinks_up = false;
	bench_probe(&b, BACKUP, b.asked);
	bench_wait(&b, 500);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	b.peer.uplinks_up = true;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(hold(&b), CORE_HOLD_SPLIT);
	bench_free(&b);
}

static void rule10_apart_a_fence_ends_when_the_peer_loses_its_uplinks(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(hold(&b), CORE_HOLD_SPLIT);
	b.peer.uplinks_up = false;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
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
	assert_int_equal(hold(&b), CORE_HOLD_UPLINKS);
	bench_uplinks(&b, true, false);
	bench_alive(&b, 1000);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

/* ----------------------------------- rule 8: no way out, no rejoining */

static void routeless(struct bench *b, bool is)
{
	bench_event(b, (struct core_event){.type = CORE_EV_UPLINKS, .uplinks = {.up = true, .routeless = is}});
}

static void heal(struct bench *b)
{
	b->peer.acting = false;
	b->peer.in_service = b->peer.shared_id = b->peer.settled = true;
	bench_peerlink(b, true, true);
	bench_session(b, true);
	bench_hello(b);
	bench_port(b, 1, 1, true);
	bench_port(b, 2, 1, true);
	bench_sync(b);
	bench_msg(b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 1}});
	for (uint16_t id = 1; id <= 2; id++)
		if (bench_wanted(b, id)->hold == CORE_HOLD_NONE)
			bench_port_ack(b, id);
}

/* Cut and proof, and the peerlink is back before routing is. */
static void healed_without_routes(struct bench *b)
{
	begin(b, MC_ROLE_SECONDARY);
	cut(b);
	bench_probe(b, BACKUP, b->asked);
	assert_int_equal(hold(b), CORE_HOLD_SPLIT);
	legs(b, false);
	routeless(b, true);
	heal(b);
	bench_alive(b, 5000);
	assert_int_equal(hold(b), CORE_HOLD_SPLIT);
}

static void rule8_who_rejoins_waits_for_a_route_out(void **state)
{
	struct bench b;

	healed_without_routes(&b);
	assert_true(core_wanted(b.core)->hold_routes);
	routeless(&b, false);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	assert_true(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

static void rule8_a_way_over_the_peerlink_will_do(void **state)
{
	struct bench b;

	healed_without_routes(&b);
	bench_event(&b, (struct core_event){.type = CORE_EV_UPLINKS,
					    .uplinks = {.up = true, .routeless = true, .detour = true}});
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule8_routes_that_never_come_are_not_waited_for(void **state)
{
	struct bench b;

	healed_without_routes(&b);
	bench_alive(&b, b.cfg.reload_delay_ms);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule8_a_peer_without_uplinks_is_joined(void **state)
{
	struct bench b;

	healed_without_routes(&b);
	b.peer.uplinks_up = false;
	bench_state(&b);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule8_a_peer_that_goes_meanwhile_is_not_waited_for(void **state)
{
	struct bench b;

	healed_without_routes(&b);
	cut(&b);
	bench_wait(&b, LEASE_MS);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

/* Legs are up under the own id, hosts have the other member: they stay there. */
static void rule8_who_acted_alone_keeps_its_id_without_a_route_out(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_wait(&b, 5000);
	bench_uplinks(&b, false, false);
	heal(&b);
	for (unsigned int i = 0; i < 10; i++) { /* and no backup to prove anything */
		bench_wait(&b, 1000);
		bench_state(&b);
	}
	assert_false(bench_wanted(&b, 1)->shared_id);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
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

	begin(&b, MC_ROLE_SECONDARY);
	b.cfg.init_until = true;
	bench_config(&b);
	cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	legs(&b, false);
	heal(&b);
	bench_alive(&b, 5000);
	assert_int_equal(hold(&b), CORE_HOLD_SPLIT);
	bench_routes(&b, true);
	assert_int_equal(hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule11_uplinks_that_flap_are_bounded(void **state)
{
	struct bench b;
	unsigned int fences = 0;

	begin(&b, MC_ROLE_SECONDARY);
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
	assert_int_equal(hold(&b), CORE_HOLD_UPLINKS); /* the peer serves */
	bench_free(&b);
}

/* --------------------------------------------------------------- rule 5 */

static void rule5_a_leg_lost_while_the_peer_restarts_announces_hosts_only(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
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

	begin(&b, MC_ROLE_SECONDARY);
	bench_leg(&b, 0, false);
	bench_port_ack(&b, 1);
	bench_leg(&b, 1, false); /* said, and not acknowledged */
	bench_leg(&b, 1, true);
	bench_port_ack(&b, 2);
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
		cmocka_unit_test(rule8_who_rejoins_waits_for_a_route_out),
		cmocka_unit_test(rule8_a_way_over_the_peerlink_will_do),
		cmocka_unit_test(rule8_routes_that_never_come_are_not_waited_for),
		cmocka_unit_test(rule8_a_peer_without_uplinks_is_joined),
		cmocka_unit_test(rule8_a_peer_that_goes_meanwhile_is_not_waited_for),
		cmocka_unit_test(rule8_who_acted_alone_keeps_its_id_without_a_route_out),
		cmocka_unit_test(rule8_a_primary_waits_for_its_routes),
		cmocka_unit_test(b9_init_until_counts_for_a_rejoin_too),
		cmocka_unit_test(rule11_uplinks_that_flap_are_bounded),
		cmocka_unit_test(rule5_a_leg_lost_while_the_peer_restarts_announces_hosts_only),
		cmocka_unit_test(rule5_a_leg_the_peer_redirects_keeps_the_prefix),
		cmocka_unit_test(rule5_a_restart_with_a_leg_down_announces_hosts_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
