// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules 2 to 5: the peerlink is lost, or only the session; with and without proof. */
#include <string.h>

#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

static void begin(struct bench *b, enum mc_role role)
{
	bench_new(b, role == MC_ROLE_PRIMARY);
	bench_in_service(b, role);
}

static void cut(struct bench *b)
{
	bench_peerlink(b, false, false);
}

static void legs_down(struct bench *b)
{
	bench_leg(b, 0, false);
	bench_leg(b, 1, false);
}

static void rule3_own_id_in_the_same_step(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	b.apply = false;
	cut(&b);
	assert_false(bench_wanted(&b, 1)->shared_id);
	assert_false(bench_wanted(&b, 2)->shared_id);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	assert_true(b.out.drop_session);
	assert_true(b.out.state_changed);
	assert_int_equal(bench_self(&b).role, MC_ROLE_SECONDARY);
	bench_free(&b);
}

static void rule3_asks_five_times_at_10_ms_then_every_100(void **state)
{
	struct bench b;
	core_ms begin_at, when[8];

	begin(&b, MC_ROLE_SECONDARY);
	begin_at = b.now;
	cut(&b);
	for (unsigned int i = 0; i < 8; i++) {
		assert_int_equal(b.out.probe_paths, 1u << BACKUP); /* never the peerlink */
		when[i] = b.now - begin_at;
		do {
			b.now = b.out.next;
			bench_event(&b, (struct core_event){.type = CORE_EV_TIMER});
		} while (!b.out.probe_paths);
	}
	for (unsigned int i = 0; i < 5; i++)
		assert_int_equal(when[i], 10 * i);
	assert_int_equal(when[5], 140);
	assert_int_equal(when[6], 240);
	bench_free(&b);
}

static void rule3_no_proof_acts_alone(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	bench_wait(&b, 10000);
	assert_true(bench_self(&b).in_service);
	assert_true(bench_self(&b).acting);
	assert_false(bench_self(&b).fenced);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

/* On to the step that notes this; returns its reason. */
static const char *why_noted(struct bench *b, const char *what)
{
	for (unsigned int i = 0; i < 20; i++) {
		for (unsigned int n = 0; n < b->out.n_note; n++)
			if (strcmp(b->out.note[n].what, what) == 0)
				return b->out.note[n].why;
		b->now = b->out.next;
		bench_event(b, (struct core_event){.type = CORE_EV_TIMER});
	}
	return "never";
}

static void rule3_says_why_it_goes_on(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	assert_string_equal(why_noted(&b, "no proof of the peer"), "nobody has answered on any other path");
	bench_free(&b);

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	b.now++;
	bench_probe(&b, BACKUP, 0);
	assert_string_equal(why_noted(&b, "no proof of the peer"), "the peer is heard, but what it said may be older than the loss");
	bench_free(&b);

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	b.now++;
	b.peer.in_service = false;
	bench_probe(&b, BACKUP, b.asked);
	assert_string_equal(why_noted(&b, "no proof of the peer"), "the peer says that it is not in service, or reaches no host");
	bench_free(&b);

	begin(&b, MC_ROLE_SECONDARY);
	b.cfg.first_witness = BACKUP;
	bench_config(&b);
	cut(&b);
	b.now++;
	bench_probe(&b, BACKUP, b.asked);
	assert_string_equal(why_noted(&b, "no proof of the peer"),
			    "only witnesses are heard, and without authentication they prove nothing");
	bench_free(&b);

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	b.now++;
	b.peer.uplinks_up = false;
	bench_probe(&b, BACKUP, b.asked);
	assert_string_equal(why_noted(&b, "no fence"), "the peer is in service, but this member ranks better");
	assert_int_equal(bench_ever_noted(&b, "no proof of the peer"), 0);
	bench_free(&b);
}

static void rule2_reply_in_service_fences(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_SPLIT);
	assert_int_equal(bench_wanted(&b, 2)->hold, CORE_HOLD_SPLIT);
	assert_int_equal(core_wanted(b.core)->hold, CORE_HOLD_SPLIT); /* D5: of orphan ports that go with the bonds */
	assert_true(core_wanted(b.core)->hold_routes);
	assert_false(bench_self(&b).in_service);
	assert_true(bench_noted(&b, "fence"));
	legs_down(&b);
	assert_true(bench_self(&b).fenced);
	bench_free(&b);
}

static void rule2_a_heartbeat_sent_before_the_loss_is_no_proof(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	bench_probe(&b, BACKUP, 0);
	bench_wait(&b, HEARTBEAT_LATE_MS);
	bench_probe(&b, BACKUP, 0); /* may have been on its way all the time */
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	bench_free(&b);
}

/* One-way loss: the peer hears no question of ours, its heartbeats come every second. */
static void rule2_a_heartbeat_sent_after_the_loss_is_proof(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	bench_wait(&b, HEARTBEAT_LATE_MS + 1);
	assert_true(bench_self(&b).acting);
	bench_probe(&b, BACKUP, 0);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_SPLIT);
	for (unsigned int i = 0; i < 5; i++) { /* and holds between two of them, one of them late */
		bench_wait(&b, i == 2 ? 1900 : 1000);
		assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_SPLIT);
		bench_probe(&b, BACKUP, 0);
	}
	bench_wait(&b, LEASE_MS + 1000 - 1);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_SPLIT);
	bench_wait(&b, 1);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	bench_free(&b);
}

/* Heartbeats prolong nothing while answers come: a dead peer is noticed within a second. */
static void rule2_the_lease_ends_a_second_after_the_last_answer(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	for (unsigned int i = 0; i < 30; i++) {
		bench_probe(&b, BACKUP, b.asked);
		bench_wait(&b, ASK_MS);
	}
	bench_probe(&b, BACKUP, 0);
	bench_wait(&b, LEASE_MS - 1);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_SPLIT);
	bench_wait(&b, 1);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule2_a_reply_to_an_older_request_is_no_proof(void **state)
{
	struct bench b;
	uint32_t old;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	old = b.asked;
	bench_peerlink(&b, true, true);
	cut(&b);
	assert_true(b.asked > old);
	bench_probe(&b, BACKUP, old);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	bench_probe(&b, BACKUP, b.asked + 1); /* never asked */
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule2_a_reply_over_the_peerlink_is_no_proof(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	bench_probe(&b, CORE_PATH_PEERLINK, b.asked);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule2_a_reply_not_in_service_is_no_proof(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	b.peer.in_service = false;
	bench_probe(&b, BACKUP, b.asked);
	bench_wait(&b, 500);
	assert_true(bench_self(&b).acting);
	bench_free(&b);
}

static void rule2_the_former_life_of_the_peer_is_no_proof(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	b.peer.incarnation = 0x33;
	b.peer.in_service = false;
	bench_probe(&b, BACKUP, 0);
	b.peer.incarnation = 0x22;
	b.peer.in_service = true;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule2_lease_lapses_after_1_s(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	legs_down(&b);
	bench_wait(&b, LEASE_MS - 1);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_SPLIT);
	bench_wait(&b, 1);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	assert_false(bench_wanted(&b, 1)->shared_id);
	assert_true(core_wanted(b.core)->hold_routes); /* until hosts' bonds have settled */
	bench_leg(&b, 0, true);
	bench_leg(&b, 1, true);
	bench_wait(&b, SWITCH_MS);
	assert_true(bench_self(&b).acting);
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

static void rule2_any_fresh_word_renews_the_lease(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	legs_down(&b);
	for (unsigned int i = 0; i < 5; i++) {
		bench_wait(&b, LEASE_MS - 1);
		bench_probe(&b, BACKUP, 0);
		assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_SPLIT);
	}
	bench_wait(&b, 1500);
	bench_probe(&b, CORE_PATH_PEERLINK, 0); /* not this one */
	bench_wait(&b, 500);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule2_peer_not_in_service_releases_at_once(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	legs_down(&b);
	b.peer.in_service = false;
	bench_probe(&b, BACKUP, 0);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

static void rule2_neither_primary_the_better_stays(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	b.peer.role = MC_ROLE_NONE; /* its mlagd restarted */
	b.peer.priority = 9000;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	b.peer.priority = 1;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_SPLIT);
	bench_free(&b);
}

static void rule2_apart_uplinks_count_before_priority(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	b.peer.role = MC_ROLE_SECONDARY;
	b.peer.priority = 1;
	b.peer.uplinks_up = false;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule4_primary_keeps_the_shared_id(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_PRIMARY);
	cut(&b);
	assert_true(bench_wanted(&b, 1)->shared_id);
	assert_int_equal(b.out.probe_paths, 0);
	bench_probe(&b, BACKUP, 0);
	bench_wait(&b, 200000);
	assert_true(bench_wanted(&b, 1)->shared_id);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	assert_true(bench_self(&b).in_service);
	assert_int_equal(bench_self(&b).role, MC_ROLE_PRIMARY);
	bench_free(&b);
}

static void rule5_session_lost_nothing_changes_for_restart_time(void **state)
{
	struct bench b;
	uint64_t generation;

	begin(&b, MC_ROLE_SECONDARY);
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

	begin(&b, MC_ROLE_SECONDARY);
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

	begin(&b, MC_ROLE_SECONDARY);
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

	begin(&b, MC_ROLE_SECONDARY);
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

	begin(&b, MC_ROLE_SECONDARY);
	bench_session(&b, false);
	bench_wait(&b, b.peer.restart_time_ms);
	assert_false(bench_wanted(&b, 1)->shared_id);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	assert_true(bench_wanted(&b, 1)->dual); /* carrier is there: the filter stays */
	bench_free(&b);
}

/* Its mlagd was dead for long and is back, the peerlink has carrier: the session comes before a fence does. */
static void rule2_no_fence_while_a_session_may_come(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	bench_session(&b, false);
	bench_wait(&b, b.peer.restart_time_ms);
	b.peer.incarnation = 0x23;
	b.peer.role = MC_ROLE_NONE;
	b.peer.priority = 1;
	for (unsigned int i = 0; i < 29; i++) {
		bench_probe(&b, BACKUP, b.asked);
		assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
		for (unsigned int k = 0; k < 10; k++) {
			bench_wait(&b, 100);
			bench_probe(&b, BACKUP, b.asked);
		}
	}
	for (unsigned int k = 0; k < 20; k++) { /* ten dead times, and there is none */
		bench_wait(&b, 100);
		bench_probe(&b, BACKUP, b.asked);
	}
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_SPLIT);
	bench_free(&b);
}

static void rule2_carrier_lost_meanwhile_fences_at_once(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	bench_session(&b, false);
	bench_wait(&b, b.peer.restart_time_ms);
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_NONE);
	cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_wanted(&b, 1)->hold, CORE_HOLD_SPLIT);
	bench_free(&b);
}

static void rule5_over_with_proof_stays_frozen(void **state)
{
	struct bench b;
	uint64_t generation;
	bool alarm = false;

	begin(&b, MC_ROLE_SECONDARY);
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

	begin(&b, MC_ROLE_PRIMARY);
	bench_session(&b, false);
	bench_wait(&b, 300000);
	assert_true(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

static void rule5_carrier_lost_meanwhile_is_rule3_at_once(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	bench_session(&b, false);
	bench_wait(&b, 5000);
	cut(&b);
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

static void c6_silent_and_cut_releases_the_peers_entries(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_PRIMARY);
	cut(&b);
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

	begin(&b, MC_ROLE_PRIMARY);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_GOODBYE});
	assert_false(core_wanted(b.core)->accept_macs);
	assert_false(bench_wanted(&b, 1)->dual);
	assert_false(bench_wanted(&b, 1)->gated);
	assert_true(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

/* Proof that comes and goes may fence three times a minute, then it is held. */
static void rule11_fences_are_bounded(void **state)
{
	struct bench b;
	unsigned int fences = 0;

	begin(&b, MC_ROLE_SECONDARY);
	cut(&b);
	for (unsigned int i = 0; i < 20; i++) {
		bench_probe(&b, BACKUP, b.asked);
		fences += bench_noted(&b, "fence");
		bench_wait(&b, LEASE_MS + 100);
	}
	assert_int_equal(fences, DAMP_FENCE_MAX);
	bench_free(&b);
}

/* B6: who has taken the peer's loopback can say anything, where no key tells whose word it is. */
static void b6_a_witness_without_a_key_proves_nothing(void **state)
{
	struct core_view v;
	struct bench b;

	for (unsigned int key = 0; key < 2; key++) {
		bench_new(&b, false);
		b.cfg.n_paths = 3;
		b.cfg.first_witness = 2;
		b.cfg.authenticated = key;
		bench_config(&b);
		bench_in_service(&b, MC_ROLE_SECONDARY);
		bench_peerlink(&b, false, false);
		bench_probe(&b, 2, b.asked);
		assert_int_equal(bench_wanted(&b, 1)->hold, key ? CORE_HOLD_SPLIT : CORE_HOLD_NONE);
		core_view(b.core, b.now, &v);
		assert_int_equal(v.witness.state, key ? CORE_ST_UP : CORE_ST_UNAUTHENTICATED);
		assert_int_equal(v.path_proves[2], key);
		assert_true(v.path_fresh[2] && v.path_proves[BACKUP]);
		bench_wait(&b, 3500);
		bench_probe(&b, 2, b.asked);
		core_view(b.core, b.now, &v);
		assert_int_equal(v.peer_alive, key);
		bench_free(&b);
	}
}

/* Nor does it end a session, whatever incarnation it names. */
static void b6_a_witness_without_a_key_disturbs_nobody(void **state)
{
	struct bench b;

	bench_new(&b, false);
	b.cfg.n_paths = 3;
	b.cfg.first_witness = 2;
	bench_config(&b);
	bench_in_service(&b, MC_ROLE_SECONDARY);
	b.peer.incarnation = 0x33;
	bench_probe(&b, 2, 0);
	assert_false(b.out.drop_session || b.out.wanted_changed);
	bench_probe(&b, BACKUP, 0);
	assert_true(b.out.drop_session);
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(b6_a_witness_without_a_key_proves_nothing),
		cmocka_unit_test(b6_a_witness_without_a_key_disturbs_nobody),
		cmocka_unit_test(rule3_own_id_in_the_same_step),
		cmocka_unit_test(rule3_asks_five_times_at_10_ms_then_every_100),
		cmocka_unit_test(rule3_no_proof_acts_alone),
		cmocka_unit_test(rule3_says_why_it_goes_on),
		cmocka_unit_test(rule2_reply_in_service_fences),
		cmocka_unit_test(rule2_a_heartbeat_sent_before_the_loss_is_no_proof),
		cmocka_unit_test(rule2_a_heartbeat_sent_after_the_loss_is_proof),
		cmocka_unit_test(rule2_the_lease_ends_a_second_after_the_last_answer),
		cmocka_unit_test(rule2_a_reply_to_an_older_request_is_no_proof),
		cmocka_unit_test(rule2_a_reply_over_the_peerlink_is_no_proof),
		cmocka_unit_test(rule2_a_reply_not_in_service_is_no_proof),
		cmocka_unit_test(rule2_the_former_life_of_the_peer_is_no_proof),
		cmocka_unit_test(rule2_lease_lapses_after_1_s),
		cmocka_unit_test(rule2_any_fresh_word_renews_the_lease),
		cmocka_unit_test(rule2_peer_not_in_service_releases_at_once),
		cmocka_unit_test(rule2_neither_primary_the_better_stays),
		cmocka_unit_test(rule2_apart_uplinks_count_before_priority),
		cmocka_unit_test(rule4_primary_keeps_the_shared_id),
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
		cmocka_unit_test(rule11_fences_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
