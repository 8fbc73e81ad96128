// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules 2 to 4: the peerlink is lost; with and without proof that the peer is in service. */
#include <string.h>

#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

static void rule3_own_id_in_the_same_step(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	b.apply = false;
	bench_cut(&b);
	assert_false(bench_wanted(&b, 1)->shared_id);
	assert_false(bench_wanted(&b, 2)->shared_id);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_true(b.out.drop_session);
	assert_true(b.out.state_changed);
	assert_int_equal(bench_self(&b).role, MC_ROLE_SECONDARY);
	bench_free(&b);
}

static void rule3_asks_five_times_at_10_ms_then_every_100(void **state)
{
	struct bench b;
	core_ms begin_at, when[8];

	bench_serving(&b, MC_ROLE_SECONDARY);
	begin_at = b.now;
	bench_cut(&b);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	bench_wait(&b, 10000);
	assert_true(bench_self(&b).in_service);
	assert_true(bench_self(&b).acting);
	assert_false(bench_self(&b).fenced);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	assert_string_equal(why_noted(&b, "no proof of the peer"), "nobody has answered on any other path");
	bench_free(&b);

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	b.now++;
	bench_probe(&b, BACKUP, 0);
	assert_string_equal(why_noted(&b, "no proof of the peer"), "the peer is heard, but what it said may be older than the loss");
	bench_free(&b);

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	b.now++;
	b.peer.in_service = false;
	bench_probe(&b, BACKUP, b.asked);
	assert_string_equal(why_noted(&b, "no proof of the peer"), "the peer says that it is not in service, or reaches no host");
	bench_free(&b);

	bench_serving(&b, MC_ROLE_SECONDARY);
	b.cfg.first_witness = BACKUP;
	bench_config(&b);
	bench_cut(&b);
	b.now++;
	bench_probe(&b, BACKUP, b.asked);
	assert_string_equal(why_noted(&b, "no proof of the peer"),
			    "only witnesses are heard, and without authentication they prove nothing");
	bench_free(&b);

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	assert_int_equal(bench_wanted(&b, 2)->hold, CORE_HOLD_SPLIT);
	assert_int_equal(core_wanted(b.core)->hold, CORE_HOLD_SPLIT); /* D5: of orphan ports that go with the bonds */
	assert_true(core_wanted(b.core)->hold_routes);
	assert_false(bench_self(&b).in_service);
	assert_true(bench_noted(&b, "fence"));
	bench_legs(&b, false);
	assert_true(bench_self(&b).fenced);
	bench_free(&b);
}

static void rule2_a_heartbeat_sent_before_the_loss_is_no_proof(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	bench_probe(&b, BACKUP, 0);
	bench_wait(&b, HEARTBEAT_LATE_MS);
	bench_probe(&b, BACKUP, 0); /* may have been on its way all the time */
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

/* One-way loss: the peer hears no question of ours, its heartbeats come every second. */
static void rule2_a_heartbeat_sent_after_the_loss_is_proof(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	bench_wait(&b, HEARTBEAT_LATE_MS + 1);
	assert_true(bench_self(&b).acting);
	bench_probe(&b, BACKUP, 0);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	for (unsigned int i = 0; i < 5; i++) { /* and holds between two of them, one of them late */
		bench_wait(&b, i == 2 ? 1900 : 1000);
		assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
		bench_probe(&b, BACKUP, 0);
	}
	bench_wait(&b, LEASE_MS + 1000 - 1);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	bench_wait(&b, 1);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

/* Heartbeats prolong nothing while answers come: a dead peer is noticed within a second. */
static void rule2_the_lease_ends_a_second_after_the_last_answer(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	for (unsigned int i = 0; i < 30; i++) {
		bench_probe(&b, BACKUP, b.asked);
		bench_wait(&b, ASK_MS);
	}
	bench_probe(&b, BACKUP, 0);
	bench_wait(&b, LEASE_MS - 1);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	bench_wait(&b, 1);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

/* Our processor was busy for longer than the lease: nobody was asked, so nobody could answer. */
static void late(struct bench *b, core_ms ms)
{
	b->now += ms;
	bench_event(b, (struct core_event){.type = CORE_EV_TIMER});
}

static void rule2_who_did_not_ask_asks_before_a_release(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	for (unsigned int i = 0; i < 3; i++) {
		uint32_t asked = b.asked;

		late(&b, 2 * LEASE_MS);
		assert_true(b.asked > asked);
		bench_wait(&b, UNANSWERED_MS - 1);
		assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
		bench_probe(&b, BACKUP, b.asked);
	}
	bench_wait(&b, LEASE_MS - 1);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	bench_wait(&b, 1);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

/* A peer that is dead is found also by who is late every time. */
static void rule2_who_is_always_late_asks_once_more(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	late(&b, 2 * LEASE_MS);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	late(&b, ASK_MS + UNANSWERED_MS + 1);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule2_a_reply_to_an_older_request_is_no_proof(void **state)
{
	struct bench b;
	uint32_t old;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	old = b.asked;
	bench_peerlink(&b, true, true);
	bench_cut(&b);
	assert_true(b.asked > old);
	bench_probe(&b, BACKUP, old);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_probe(&b, BACKUP, b.asked + 1); /* never asked */
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule2_a_reply_over_the_peerlink_is_no_proof(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	bench_probe(&b, CORE_PATH_PEERLINK, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule2_a_reply_not_in_service_is_no_proof(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	b.peer.in_service = false;
	bench_probe(&b, BACKUP, b.asked);
	bench_wait(&b, 500);
	assert_true(bench_self(&b).acting);
	bench_free(&b);
}

static void rule2_the_former_life_of_the_peer_is_no_proof(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	b.peer.incarnation = 0x33;
	b.peer.in_service = false;
	bench_probe(&b, BACKUP, 0);
	b.peer.incarnation = 0x22;
	b.peer.in_service = true;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule2_lease_lapses_after_1_s(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	bench_legs(&b, false);
	bench_wait(&b, LEASE_MS - 1);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	bench_wait(&b, 1);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_false(bench_wanted(&b, 1)->shared_id);
	assert_true(core_wanted(b.core)->hold_routes); /* until hosts' bonds have settled */
	bench_legs(&b, true);
	bench_wait(&b, SWITCH_MS);
	assert_true(bench_self(&b).acting);
	assert_false(core_wanted(b.core)->hold_routes);
	bench_free(&b);
}

static void rule2_any_fresh_word_renews_the_lease(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	bench_legs(&b, false);
	for (unsigned int i = 0; i < 5; i++) {
		bench_wait(&b, LEASE_MS - 1);
		bench_probe(&b, BACKUP, 0);
		assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	}
	bench_wait(&b, 1500);
	bench_probe(&b, CORE_PATH_PEERLINK, 0); /* not this one */
	bench_wait(&b, 500);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule2_peer_not_in_service_releases_at_once(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	bench_legs(&b, false);
	b.peer.in_service = false;
	bench_probe(&b, BACKUP, 0);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_false(bench_wanted(&b, 1)->shared_id);
	bench_free(&b);
}

static void rule2_neither_primary_the_better_stays(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	b.peer.role = MC_ROLE_NONE; /* its mlagd restarted */
	b.peer.priority = 9000;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	b.peer.priority = 1;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	bench_free(&b);
}

static void rule2_apart_uplinks_count_before_priority(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	b.peer.role = MC_ROLE_SECONDARY;
	b.peer.priority = 1;
	b.peer.uplinks_up = false;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void rule4_primary_keeps_the_shared_id(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_PRIMARY);
	bench_cut(&b);
	assert_true(bench_wanted(&b, 1)->shared_id);
	assert_int_equal(b.out.probe_paths, 0);
	bench_probe(&b, BACKUP, 0);
	bench_wait(&b, 200000);
	assert_true(bench_wanted(&b, 1)->shared_id);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_true(bench_self(&b).in_service);
	assert_int_equal(bench_self(&b).role, MC_ROLE_PRIMARY);
	bench_free(&b);
}

/* Proof that comes and goes may fence three times a minute, then it is held. */
static void rule11_fences_are_bounded(void **state)
{
	struct bench b;
	unsigned int fences = 0;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
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
		bench_cut(&b);
		bench_probe(&b, 2, b.asked);
		assert_int_equal(bench_hold(&b), key ? CORE_HOLD_SPLIT : CORE_HOLD_NONE);
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
		cmocka_unit_test(rule2_who_did_not_ask_asks_before_a_release),
		cmocka_unit_test(rule2_who_is_always_late_asks_once_more),
		cmocka_unit_test(rule2_lease_lapses_after_1_s),
		cmocka_unit_test(rule2_any_fresh_word_renews_the_lease),
		cmocka_unit_test(rule2_peer_not_in_service_releases_at_once),
		cmocka_unit_test(rule2_neither_primary_the_better_stays),
		cmocka_unit_test(rule2_apart_uplinks_count_before_priority),
		cmocka_unit_test(rule4_primary_keeps_the_shared_id),
		cmocka_unit_test(rule11_fences_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
