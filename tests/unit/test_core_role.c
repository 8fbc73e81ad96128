// SPDX-License-Identifier: GPL-2.0-or-later
/* Rule 1: the comparison as a table, then request, acknowledgement and lock. */
#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

struct rank_case {
	bool service_a, service_b, uplinks_a, uplinks_b, apart;
	uint16_t priority_a, priority_b;
	bool a_wins;
	bool a_leaves;
};

static void rule1_comparison(void **state)
{
	static const struct rank_case cases[] = {
		{1, 0, 1, 1, false, 9, 1, true},    /* in service beats priority */
		{0, 1, 1, 1, false, 1, 9, false},
		{1, 1, 1, 0, true, 9, 1, true},	    /* apart, uplinks beat priority */
		{1, 1, 1, 0, false, 9, 1, false},   /* joined, they do not count */
		{1, 0, 0, 1, true, 9, 1, true},	    /* in service beats uplinks */
		{1, 1, 1, 1, false, 1, 9, true},    /* lower priority */
		{0, 0, 1, 1, false, 9, 1, false},
		{1, 1, 1, 1, false, 5, 5, true},    /* lower id */
		{0, 0, 1, 1, false, 1, 9, false, true}, /* who is told to leave is no reason to wait */
		{0, 0, 1, 0, true, 1, 9, false, true},
		{1, 0, 1, 1, false, 1, 9, false, true},
	};

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct rank_case *k = &cases[i];
		struct mc_member a = {.in_service = k->service_a, .uplinks_up = k->uplinks_a,
				      .shutting_down = k->a_leaves, .priority = k->priority_a, .id = {{2, 0, 0, 0, 0, 1}}};
		struct mc_member b = {.in_service = k->service_b, .uplinks_up = k->uplinks_b,
				      .priority = k->priority_b, .id = {{2, 0, 0, 0, 0, 2}}};

		assert_int_equal(rank_better(&a, &b, k->apart), k->a_wins);
		assert_int_equal(rank_better(&b, &a, k->apart), !k->a_wins);
	}
}

static void begin(struct bench *b, bool us_first)
{
	bench_new(b, us_first);
	bench_peerlink(b, true, true);
	bench_bond(b, 0);
	bench_wait(b, QUIET);
	bench_session(b, true);
	bench_hello(b);
}

static void rule1_primary_only_after_ack(void **state)
{
	struct bench b;

	begin(&b, true);
	assert_non_null(bench_said(&b, MC_MSG_ROLE_REQUEST));
	assert_int_equal(bench_self(&b).role, MC_ROLE_NONE);
	bench_role_ack(&b);
	assert_int_equal(bench_self(&b).role, MC_ROLE_PRIMARY);
	bench_free(&b);
}

static void rule1_ack_of_another_term_counts_for_nothing(void **state)
{
	struct bench b;

	begin(&b, true);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_ACK, .role = {.term = 77}});
	assert_int_equal(bench_self(&b).role, MC_ROLE_NONE);
	bench_free(&b);
}

static void rule1_worse_does_not_ask_but_acks(void **state)
{
	struct bench b;
	const struct mc_msg *m;

	begin(&b, false);
	assert_null(bench_said(&b, MC_MSG_ROLE_REQUEST));
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 5}});
	m = bench_said(&b, MC_MSG_ROLE_ACK);
	assert_non_null(m);
	assert_int_equal(m->role.term, 5);
	assert_int_equal(bench_self(&b).role, MC_ROLE_SECONDARY);
	bench_free(&b);
}

static void rule1_better_ignores_a_request(void **state)
{
	struct bench b;

	begin(&b, true);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 5}});
	assert_null(bench_said(&b, MC_MSG_ROLE_ACK));
	assert_int_equal(bench_self(&b).role, MC_ROLE_NONE);
	bench_free(&b);
}

static void rule1_old_session_counts_for_nothing(void **state)
{
	struct bench b;
	uint32_t term;

	begin(&b, true);
	term = bench_said(&b, MC_MSG_ROLE_REQUEST)->role.term;
	bench_session(&b, false);
	bench_session(&b, true);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_ACK, .role = {.term = term}});
	assert_int_equal(bench_self(&b).role, MC_ROLE_NONE); /* not even a hello yet */
	bench_hello(&b);
	assert_true(bench_said(&b, MC_MSG_ROLE_REQUEST)->role.term != term);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_ACK, .role = {.term = term}});
	assert_int_equal(bench_self(&b).role, MC_ROLE_NONE);
	bench_free(&b);
}

static void rule1_question_is_withdrawn(void **state)
{
	struct bench b;
	uint32_t term;

	begin(&b, true);
	term = bench_said(&b, MC_MSG_ROLE_REQUEST)->role.term;
	b.peer.in_service = true; /* ranks better now */
	bench_state(&b);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_ACK, .role = {.term = term}});
	assert_int_equal(bench_self(&b).role, MC_ROLE_NONE);
	bench_free(&b);
}

static void rule1_carrier_lost_nobody_is_promoted(void **state)
{
	struct bench b;
	uint32_t term;

	begin(&b, true);
	term = bench_said(&b, MC_MSG_ROLE_REQUEST)->role.term;
	bench_cut(&b);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_ACK, .role = {.term = term}});
	assert_int_equal(bench_self(&b).role, MC_ROLE_NONE);
	bench_free(&b);
}

static void a7_session_lost_role_stays(void **state)
{
	struct bench b;

	begin(&b, true);
	bench_role_ack(&b);
	bench_session(&b, false);
	assert_int_equal(bench_self(&b).role, MC_ROLE_PRIMARY);
	bench_free(&b);
}

static void rule1_swap_leaves_the_data_plane_alone(void **state)
{
	struct bench b;
	struct core_wanted_bond was;
	const struct core_wanted_bond *is;

	bench_serving(&b, MC_ROLE_PRIMARY);
	was = *bench_wanted(&b, 1);
	b.peer.priority = 1;
	bench_state(&b);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 9}});
	assert_int_equal(bench_self(&b).role, MC_ROLE_SECONDARY);
	is = bench_wanted(&b, 1);
	assert_true(is->hold == was.hold && is->shared_id == was.shared_id && is->dual == was.dual);
	assert_true(is->gated == was.gated && is->flood == was.flood && is->usable == was.usable);
	assert_true(is->quiet && !was.quiet); /* C9: the primary speaks STP */
	bench_free(&b);
}

static void rule11_swaps_are_bounded(void **state)
{
	struct bench b;
	unsigned int promotions = 0;

	bench_serving(&b, MC_ROLE_PRIMARY);
	for (unsigned int i = 0; i < 10; i++) {
		b.peer.priority = 1;
		bench_state(&b);
		bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = i + 100}});
		b.peer.role = MC_ROLE_PRIMARY;
		b.peer.priority = 9000;
		bench_state(&b);
		if (!bench_said(&b, MC_MSG_ROLE_REQUEST))
			break;
		bench_role_ack(&b);
		promotions++;
	}
	assert_int_equal(promotions, DAMP_SWAP_MAX - 1); /* one was coming into service */
	bench_free(&b);
}

/* ------------------------------------------------- without a session */

static void boot_apart(struct bench *b, bool us_first)
{
	bench_new(b, us_first);
	bench_bond(b, 0);
	bench_cut(b);
	bench_wait(b, QUIET);
}

static enum core_hold heartbeats(struct bench *b, unsigned int seconds)
{
	while (seconds--) {
		bench_probe(b, BACKUP, 0);
		bench_wait(b, 1000);
	}
	return bench_hold(b);
}

static void rule1_apart_the_better_comes_up_after_init_delay(void **state)
{
	struct bench b;

	boot_apart(&b, true);
	assert_int_equal(heartbeats(&b, b.cfg.init_delay_ms / 1000 - 2), CORE_HOLD_INIT);
	assert_int_equal(heartbeats(&b, 3), CORE_HOLD_NONE);
	assert_false(bench_wanted(&b, 1)->shared_id);
	assert_true(core_wanted(b.core)->hold_routes); /* until hosts' bonds have settled */
	assert_int_equal(bench_self(&b).role, MC_ROLE_NONE); /* without a session nobody is promoted */
	bench_free(&b);
}

static void rule1_apart_the_other_stays_down(void **state)
{
	struct bench b;

	boot_apart(&b, false);
	assert_int_equal(heartbeats(&b, 20), CORE_HOLD_BOOT);
	b.peer.in_service = b.peer.acting = true;
	b.peer.fenced = false;
	assert_int_equal(heartbeats(&b, 600), CORE_HOLD_BOOT);
	bench_wait(&b, 4000); /* it is heard no more: reload-delay was over long ago */
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule1_apart_uplinks_before_priority(void **state)
{
	struct bench b;

	boot_apart(&b, false);
	b.peer.uplinks_up = false;
	assert_int_equal(heartbeats(&b, 15), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule1_apart_nobody_heard_waits_for_reload_delay(void **state)
{
	struct bench b;

	boot_apart(&b, true);
	bench_wait(&b, 60000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_BOOT);
	bench_free(&b);
}

/* A peerlink with carrier is given the time that LACP and a session take. */
static void rule1_apart_with_carrier_a_session_is_waited_for(void **state)
{
	struct bench b;

	bench_new(&b, true);
	bench_bond(&b, 0);
	bench_peerlink(&b, true, true);
	bench_wait(&b, QUIET);
	assert_int_equal(heartbeats(&b, 29), CORE_HOLD_BOOT);
	assert_int_equal(heartbeats(&b, 3), CORE_HOLD_NONE);
	bench_free(&b);
}

/* A shutdown meanwhile: the wait begins anew, whatever was heard before. */
static void rule1_apart_a_session_is_waited_for_after_a_shutdown(void **state)
{
	struct bench b;

	bench_new(&b, true);
	bench_bond(&b, 0);
	bench_peerlink(&b, true, true);
	bench_wait(&b, QUIET);
	assert_int_equal(heartbeats(&b, 5), CORE_HOLD_INIT);
	b.cfg.shutdown = true;
	bench_config(&b);
	heartbeats(&b, 40);
	b.cfg.shutdown = false;
	bench_config(&b);
	assert_int_not_equal(heartbeats(&b, 29), CORE_HOLD_NONE);
	assert_int_equal(heartbeats(&b, 3), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule1_apart_a_peer_that_shuts_down_is_not_waited_for(void **state)
{
	struct bench b;

	boot_apart(&b, false);
	b.peer.shutting_down = true;
	assert_int_equal(heartbeats(&b, 15), CORE_HOLD_NONE);
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule1_comparison),
		cmocka_unit_test(rule1_primary_only_after_ack),
		cmocka_unit_test(rule1_ack_of_another_term_counts_for_nothing),
		cmocka_unit_test(rule1_worse_does_not_ask_but_acks),
		cmocka_unit_test(rule1_better_ignores_a_request),
		cmocka_unit_test(rule1_old_session_counts_for_nothing),
		cmocka_unit_test(rule1_question_is_withdrawn),
		cmocka_unit_test(rule1_carrier_lost_nobody_is_promoted),
		cmocka_unit_test(a7_session_lost_role_stays),
		cmocka_unit_test(rule1_swap_leaves_the_data_plane_alone),
		cmocka_unit_test(rule1_apart_the_better_comes_up_after_init_delay),
		cmocka_unit_test(rule1_apart_the_other_stays_down),
		cmocka_unit_test(rule1_apart_uplinks_before_priority),
		cmocka_unit_test(rule1_apart_nobody_heard_waits_for_reload_delay),
		cmocka_unit_test(rule1_apart_with_carrier_a_session_is_waited_for),
		cmocka_unit_test(rule1_apart_a_session_is_waited_for_after_a_shutdown),
		cmocka_unit_test(rule1_apart_a_peer_that_shuts_down_is_not_waited_for),
		cmocka_unit_test(rule11_swaps_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
