// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What only shows in the small: deadlines that are asked for and not just hit
 * upon, and words of another life. Found by breaking the core (tests/mutants.sh).
 */
#include "tests/unit/core_bench.h"

/* Nothing happens but the timers that the core asks for; until `until` at the latest. */
static void timers_alone(struct bench *b, core_ms until, bool (*reached)(struct bench *b))
{
	while (!reached(b) && b->out.next <= until) {
		b->now = b->out.next;
		bench_event(b, (struct core_event){.type = CORE_EV_TIMER});
	}
}

static bool own_id(struct bench *b)
{
	return !bench_wanted(b, 1)->shared_id;
}

static bool released(struct bench *b)
{
	return bench_hold(b) == CORE_HOLD_NONE;
}

/* The peer is silent everywhere, so no other deadline is near. */
static void rule5_restart_time_asks_for_a_timer(void **state)
{
	struct bench b;
	core_ms over;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_wait(&b, 500);
	bench_session(&b, false);
	over = b.now + b.peer.restart_time_ms;
	timers_alone(&b, over, own_id);
	assert_true(own_id(&b));
	assert_int_equal(b.now, over);
	bench_free(&b);
}

/* Asking every 100 ms would find it too, but later. */
static void rule2_lease_asks_for_a_timer(void **state)
{
	struct bench b;
	core_ms over;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_cut(&b);
	b.now += 7;
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	over = b.now + 1000;
	timers_alone(&b, over + 500, released);
	assert_int_equal(b.now, over);
	bench_free(&b);
}

static void rule1_state_of_another_life_is_ignored(void **state)
{
	struct bench b;
	struct core_view v;

	bench_serving(&b, MC_ROLE_SECONDARY);
	b.peer.incarnation = 0x99;
	b.peer.in_service = false;
	bench_state(&b);
	core_view(b.core, b.now, &v);
	assert_int_equal(v.peer.incarnation, 0x22);
	assert_true(v.peer.in_service);
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule5_restart_time_asks_for_a_timer),
		cmocka_unit_test(rule2_lease_asks_for_a_timer),
		cmocka_unit_test(rule1_state_of_another_life_is_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
