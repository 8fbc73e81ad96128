// SPDX-License-Identifier: GPL-2.0-or-later
/* Two members with different shared VTEPs: the primary serves, the other waits until they are the same (E6, F2). */
#include <string.h>

#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

static bool said_to_differ(const struct bench *b)
{
	struct core_view v;

	core_view(b->core, b->now, &v);
	return v.anycast_differs;
}

static void ours(struct bench *b, uint8_t last)
{
	memcpy(b->cfg.anycast_ip, (uint8_t[]){10, 0, 1, last}, 4);
	bench_config(b);
}

static void theirs(struct bench *b, uint8_t last)
{
	b->peer.tells_anycast = true;
	memcpy(b->peer.anycast_ip, (uint8_t[]){10, 0, 1, last}, 4);
	bench_state(b);
}

/* In service with the same address, as `role`. */
static void begin(struct bench *b, enum mc_role role)
{
	bench_new(b, role == MC_ROLE_PRIMARY);
	ours(b, 12);
	bench_in_service(b, role);
	theirs(b, 12);
	bench_alive(b, 1000);
	assert_false(said_to_differ(b));
}

static void the_secondary_steps_back_and_comes_back(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	theirs(&b, 34);
	assert_true(said_to_differ(&b));
	assert_true(bench_noted(&b, "conflict"));
	bench_alive(&b, DIFFER_MS - 1000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_alive(&b, 2000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_ANYCAST);
	assert_true(core_wanted(b.core)->hold_routes);
	assert_false(core_wanted(b.core)->shared_vtep);
	bench_legs(&b, false);
	bench_alive(&b, 30000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_ANYCAST);
	ours(&b, 34);
	bench_alive(&b, 1000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_true(bench_self(&b).shared_id);
	bench_free(&b);
}

static void one_after_the_other_is_no_fence(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	theirs(&b, 34);
	bench_alive(&b, DIFFER_MS - 1000);
	ours(&b, 34);
	assert_true(bench_noted(&b, "conflict ends"));
	bench_alive(&b, 2 * DIFFER_MS);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_false(said_to_differ(&b));
	bench_free(&b);
}

static void none_against_one_differs_too(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	memset(b.cfg.anycast_ip, 0, sizeof(b.cfg.anycast_ip));
	bench_config(&b);
	assert_true(said_to_differ(&b));
	bench_alive(&b, DIFFER_MS + 1000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_ANYCAST);
	bench_free(&b);
}

static void the_primary_serves_on(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_PRIMARY);
	theirs(&b, 34);
	bench_alive(&b, 3 * DIFFER_MS);
	assert_true(said_to_differ(&b));
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_true(core_wanted(b.core)->shared_vtep);
	bench_free(&b);
}

/* An older release says nothing of it. */
static void what_is_not_said_does_not_differ(void **state)
{
	struct bench b;

	bench_new(&b, false);
	ours(&b, 12);
	bench_in_service(&b, MC_ROLE_SECONDARY);
	bench_alive(&b, 3 * DIFFER_MS);
	assert_false(said_to_differ(&b));
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void the_peer_leaves_and_the_other_serves(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	theirs(&b, 34);
	bench_alive(&b, DIFFER_MS + 1000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_ANYCAST);
	b.peer.in_service = false;
	b.peer.fenced = true;
	bench_alive(&b, 1000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

/* Fenced by it, then the primary goes for good: the lease ends as any other's. */
static void the_peer_dies_and_the_other_serves(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	theirs(&b, 34);
	bench_alive(&b, DIFFER_MS + 1000);
	bench_cut(&b);
	bench_wait(&b, LEASE_MS + 2000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_false(bench_self(&b).shared_id);
	bench_free(&b);
}

/* Nobody but the session says that the peer serves: if the peerlink goes, nobody does. */
static void no_fence_without_word_off_the_peerlink(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	theirs(&b, 34);
	for (unsigned int i = 0; i < 20; i++) {
		bench_state(&b);
		bench_wait(&b, 1000);
	}
	assert_true(said_to_differ(&b));
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

/* Coming up beside a primary that serves: it does not join first, to leave at once. */
static void who_comes_waits(void **state)
{
	struct bench b;

	bench_new(&b, false);
	ours(&b, 12);
	bench_peerlink(&b, true, true);
	bench_bond(&b, 0);
	bench_wait(&b, QUIET);
	b.peer.in_service = b.peer.shared_id = b.peer.settled = true;
	b.peer.fenced = false;
	b.peer.role = MC_ROLE_PRIMARY;
	bench_session(&b, true);
	bench_hello(&b);
	theirs(&b, 34);
	bench_sync(&b);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 1}});
	bench_alive(&b, 15000);
	assert_int_equal(bench_hold(&b), CORE_HOLD_ANYCAST);
	assert_int_equal(bench_ever_noted(&b, "joining"), 0);
	theirs(&b, 12);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	assert_int_equal(bench_ever_noted(&b, "joining"), 1);
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_secondary_steps_back_and_comes_back),
		cmocka_unit_test(one_after_the_other_is_no_fence),
		cmocka_unit_test(none_against_one_differs_too),
		cmocka_unit_test(the_primary_serves_on),
		cmocka_unit_test(what_is_not_said_does_not_differ),
		cmocka_unit_test(the_peer_leaves_and_the_other_serves),
		cmocka_unit_test(the_peer_dies_and_the_other_serves),
		cmocka_unit_test(no_fence_without_word_off_the_peerlink),
		cmocka_unit_test(who_comes_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
