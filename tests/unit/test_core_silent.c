// SPDX-License-Identifier: GPL-2.0-or-later
/* Rule 5: the session is lost, the peerlink is not; when silence ends it (B3), and what a cut on top of it means. */
#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

static void rule5_session_lost_nothing_changes_for_restart_time(void **state)
{
	struct bench b;
	uint64_t generation;

	bench_serving(&b, MC_ROLE_SECONDARY);
	generation = core_wanted(b.core)->generation;
	bench_session(&b, false);
	bench_wait(&b, b.peer.restart_time_ms - 1);
	assert_int_equal(core_wanted(b.core)->generation, generation);
	assert_true(core_wanted(b.core)->accept_macs);
	bench_free(&b);
}

static void b3_silence_ends_the_session_not_more(void **state)
{
	struct bench b;
	uint64_t generation;

	bench_serving(&b, MC_ROLE_SECONDARY);
	generation = core_wanted(b.core)->generation;
	b.peer.keepalive_ms = 500; /* the peer's interval counts, not ours */
	bench_state(&b);
	b.now += 1499;
	bench_event(&b, (struct core_event){.type = CORE_EV_TIMER});
	assert_false(b.out.drop_session);
	b.now += 1;
	bench_event(&b, (struct core_event){.type = CORE_EV_TIMER});
	assert_true(b.out.drop_session);
	assert_int_equal(core_wanted(b.core)->generation, generation);
	bench_free(&b);
}

static void b3_probes_on_the_peerlink_keep_the_session(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	for (unsigned int i = 0; i < 10; i++) {
		b.now += 2900;
		bench_probe(&b, CORE_PATH_PEERLINK, 0);
		assert_false(b.out.drop_session);
	}
	bench_free(&b);
}

static void b3_a_session_without_hello_ends(void **state)
{
	struct bench b;
	bool dropped = false;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_session(&b, false);
	bench_session(&b, true);
	for (unsigned int i = 0; i < 31; i++) {
		b.now += 100;
		bench_probe(&b, CORE_PATH_PEERLINK, 0);
		dropped |= b.out.drop_session;
	}
	assert_true(dropped);
	bench_free(&b);
}

static void rule5_over_without_proof_own_id(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_session(&b, false);
	bench_wait(&b, b.peer.restart_time_ms);
	assert_false(bench_wanted(&b, 1)->shared_id);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_true(bench_wanted(&b, 1)->dual); /* carrier is there: the filter stays */
	bench_free(&b);
}

/* Its mlagd was dead for long and is back, the peerlink has carrier: the session comes before a fence does. */
static void rule2_no_fence_while_a_session_may_come(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_session(&b, false);
	bench_wait(&b, b.peer.restart_time_ms);
	b.peer.incarnation = 0x23;
	b.peer.role = MC_ROLE_NONE;
	b.peer.priority = 1;
	for (unsigned int i = 0; i < 29; i++) {
		bench_probe(&b, BACKUP, b.asked);
		assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
		for (unsigned int k = 0; k < 10; k++) {
			bench_wait(&b, 100);
			bench_probe(&b, BACKUP, b.asked);
		}
	}
	for (unsigned int k = 0; k < 20; k++) { /* ten dead times, and there is none */
		bench_wait(&b, 100);
		bench_probe(&b, BACKUP, b.asked);
	}
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	bench_free(&b);
}

static void rule2_carrier_lost_meanwhile_fences_at_once(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_session(&b, false);
	bench_wait(&b, b.peer.restart_time_ms);
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	bench_free(&b);
}

static void rule5_over_with_proof_stays_frozen(void **state)
{
	struct bench b;
	uint64_t generation;
	bool alarm = false;

	bench_serving(&b, MC_ROLE_SECONDARY);
	generation = core_wanted(b.core)->generation;
	bench_session(&b, false);
	for (unsigned int i = 0; i < b.peer.restart_time_ms / 1000 + 5; i++) {
		bench_probe(&b, BACKUP, 0);
		b.now += 1000;
		bench_event(&b, (struct core_event){.type = CORE_EV_TIMER});
		alarm |= bench_noted(&b, "ALARM: peer unreachable");
	}
	assert_int_equal(core_wanted(b.core)->generation, generation);
	assert_true(alarm);
	bench_wait(&b, 4000); /* proof lapses: rule 3 after all */
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

static void rule5_over_the_primary_keeps_the_shared_id(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_PRIMARY);
	bench_session(&b, false);
	bench_wait(&b, 300000);
	assert_true(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

static void rule5_carrier_lost_meanwhile_is_rule3_at_once(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_session(&b, false);
	bench_wait(&b, 5000);
	bench_cut(&b);
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

static void c6_silent_and_cut_releases_the_peers_entries(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_PRIMARY);
	bench_cut(&b);
	bench_probe(&b, BACKUP, 0);
	bench_wait(&b, 2900);
	assert_true(core_wanted(b.core)->accept_macs);
	bench_wait(&b, 200);
	assert_false(core_wanted(b.core)->accept_macs);
	bench_free(&b);
}

static void c6_goodbye_releases_at_once(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_PRIMARY);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_GOODBYE});
	assert_false(core_wanted(b.core)->accept_macs);
	assert_false(bench_wanted(&b, 1)->dual);
	assert_false(bench_wanted(&b, 1)->gated);
	assert_true(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule5_session_lost_nothing_changes_for_restart_time),
		cmocka_unit_test(b3_silence_ends_the_session_not_more),
		cmocka_unit_test(b3_probes_on_the_peerlink_keep_the_session),
		cmocka_unit_test(b3_a_session_without_hello_ends),
		cmocka_unit_test(rule5_over_without_proof_own_id),
		cmocka_unit_test(rule2_no_fence_while_a_session_may_come),
		cmocka_unit_test(rule2_carrier_lost_meanwhile_fences_at_once),
		cmocka_unit_test(rule5_over_with_proof_stays_frozen),
		cmocka_unit_test(rule5_over_the_primary_keeps_the_shared_id),
		cmocka_unit_test(rule5_carrier_lost_meanwhile_is_rule3_at_once),
		cmocka_unit_test(c6_silent_and_cut_releases_the_peers_entries),
		cmocka_unit_test(c6_goodbye_releases_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
