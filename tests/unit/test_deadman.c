// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The dead-man's decision, rule by rule: what it does while mlagd is silent,
 * and that it does nothing while mlagd is not.
 */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "zebra-module/deadman.h"

#define RESTART 120000
#define RELOAD	300000

/* The secondary in service, mlagd dead for a moment, peerlink there. */
static struct deadman_in dead(void)
{
	return (struct deadman_in){
		.orders = {.role = CHANNEL_ROLE_SECONDARY,
			   .managing = 1,
			   .keepalive_ms = 1000,
			   .restart_ms = RESTART,
			   .reload_ms = RELOAD,
			   .lease_ms = CHANNEL_LEASE_NONE},
		.module = true,
		.routing = true,
		.heard_ms = 50,
		.asked_ms = DEADMAN_NEVER,
		.moved_ms = DEADMAN_NEVER,
		.carrier = true,
		.shared = true,
		.any_bond = true,
		.distributing = true,
	};
}

static struct deadman_in alive(void)
{
	struct deadman_in in = dead();

	in.connected = true;
	return in;
}

static void assert_idle(const struct deadman_out *out)
{
	assert_false(out->ask || out->take_down || out->own_id || out->give_back);
	assert_int_equal(out->routes, DEADMAN_ROUTES_ORDERED);
}

static void test_rule6_alive_is_left_alone(void **state)
{
	struct deadman_in in = alive();
	struct deadman_out out = deadman_decide(&in);

	assert_idle(&out);
	assert_false(out.silent);
	assert_int_equal(out.again_ms, 2950);
	in.carrier = in.distributing = false;
	in.taken = true;
	in.orders.lease_ms = 0;
	out = deadman_decide(&in);
	assert_idle(&out); /* its word is 50 ms old */
	assert_int_equal(out.again_ms, 50);
}

static void test_rule6_asks_before_it_acts(void **state)
{
	struct deadman_in in = alive();
	struct deadman_out out;

	in.carrier = false;
	in.heard_ms = 800;
	out = deadman_decide(&in);
	assert_true(out.ask && !out.own_id && !out.silent);
	assert_int_equal(out.again_ms, DEADMAN_ANSWER_MS);

	in.asked_ms = DEADMAN_ANSWER_MS - 1;
	out = deadman_decide(&in);
	assert_idle(&out);
	assert_int_equal(out.again_ms, 1);

	in.asked_ms = DEADMAN_ANSWER_MS;
	out = deadman_decide(&in);
	assert_true(out.silent && out.own_id && !out.ask);
}

static void test_rule6_overdue_is_asked(void **state)
{
	struct deadman_in in = alive();

	in.heard_ms = 2999;
	assert_false(deadman_decide(&in).ask);
	assert_false(deadman_doubts(&in));
	in.heard_ms = 3000;
	assert_true(deadman_decide(&in).ask);
	assert_true(deadman_doubts(&in));
}

static void test_rule6_cut(void **state)
{
	static const struct {
		uint8_t role;
		bool own;
	} cases[] = {{CHANNEL_ROLE_NONE, true}, {CHANNEL_ROLE_SECONDARY, true}, {CHANNEL_ROLE_PRIMARY, false}};

	for (unsigned int i = 0; i < 3; i++) {
		struct deadman_in in = dead();

		in.orders.role = cases[i].role;
		assert_false(deadman_decide(&in).own_id);
		in.carrier = false;
		assert_int_equal(deadman_decide(&in).own_id, cases[i].own);
		in.shared = false;
		assert_false(deadman_decide(&in).own_id);
	}
}

static void test_rule6_restart_time(void **state)
{
	struct deadman_in in = dead();
	struct deadman_out out;

	in.heard_ms = RESTART - 300;
	out = deadman_decide(&in);
	assert_false(out.own_id);
	assert_int_equal(out.again_ms, 300);
	in.heard_ms = RESTART;
	assert_true(deadman_decide(&in).own_id);
	in.orders.role = CHANNEL_ROLE_PRIMARY;
	in.heard_ms = 100 * RESTART;
	assert_false(deadman_decide(&in).own_id);
}

/* A guard of a stopped FRR: whatever the role, but behind the peer's own verdict. */
static void test_rule7_stopped(void **state)
{
	struct deadman_in in = dead();

	in.module = in.routing = false;
	in.orders.role = CHANNEL_ROLE_PRIMARY;
	in.heard_ms = RESTART + DEADMAN_STOPPED_MS - 1;
	assert_false(deadman_decide(&in).own_id);
	in.heard_ms++;
	assert_true(deadman_decide(&in).own_id);
	in.routing = true;
	assert_false(deadman_decide(&in).own_id);
}

/* Once, for a second, and only what mlagd had up; a guard that died meanwhile gives back. */
static void test_rule7_hosts_are_moved(void **state)
{
	struct deadman_in in = dead();
	struct deadman_out out;

	in.module = in.routing = false;
	in.orders.role = CHANNEL_ROLE_PRIMARY;
	in.heard_ms = RESTART + DEADMAN_STOPPED_MS;
	out = deadman_decide(&in);
	assert_true(out.take_down && out.own_id && !out.give_back);
	assert_int_equal(out.again_ms, DEADMAN_MOVE_MS);

	in.shared = in.distributing = false;
	in.taken = true;
	in.moved_ms = DEADMAN_MOVE_MS - 1;
	out = deadman_decide(&in);
	assert_false(out.take_down || out.give_back);
	assert_int_equal(out.again_ms, 1);
	in.moved_ms++;
	out = deadman_decide(&in);
	assert_true(out.give_back && !out.take_down);
	in.moved_ms = DEADMAN_NEVER;
	assert_true(deadman_decide(&in).give_back);
	in.orders.lease_ms = CHANNEL_LEASE_FOREVER; /* mlag shutdown */
	assert_false(deadman_decide(&in).give_back);

	in.orders.lease_ms = CHANNEL_LEASE_NONE;
	in.taken = false;
	in.shared = true; /* the kernel refused it */
	in.moved_ms = DEADMAN_MOVE_MS;
	out = deadman_decide(&in);
	assert_true(out.own_id && !out.take_down);
}

/* G7: a hung mlagd is ended, by the guard alone; a dead one cannot be. */
static void test_g7_hung(void **state)
{
	struct deadman_in in = alive();

	in.module = false;
	in.asked_ms = DEADMAN_ANSWER_MS;
	in.heard_ms = DEADMAN_HUNG_MS - 1;
	assert_false(deadman_decide(&in).end);
	in.heard_ms++;
	assert_true(deadman_decide(&in).end);
	in.asked_ms = DEADMAN_ANSWER_MS - 1;
	assert_false(deadman_decide(&in).end);
	in.asked_ms = DEADMAN_ANSWER_MS;
	in.module = true;
	assert_false(deadman_decide(&in).end);
	in.module = in.connected = false;
	assert_false(deadman_decide(&in).end);
}

static void test_rule2_lease(void **state)
{
	struct deadman_in in = dead();
	struct deadman_out out;

	in.carrier = in.shared = in.distributing = false;
	in.taken = true;
	in.orders.lease_ms = 1000;
	in.heard_ms = 999;
	out = deadman_decide(&in);
	assert_false(out.give_back);
	assert_int_equal(out.routes, DEADMAN_ROUTES_ORDERED);
	assert_int_equal(out.again_ms, 1);

	in.heard_ms = 1000;
	in.shared = true; /* never up under the shared id */
	out = deadman_decide(&in);
	assert_true(out.give_back && out.own_id);
	assert_int_equal(out.routes, DEADMAN_ROUTES_HOLD);

	in.taken = in.shared = false;
	in.distributing = true;
	out = deadman_decide(&in);
	assert_false(out.give_back || out.own_id);
	assert_int_equal(out.routes, DEADMAN_ROUTES_RELEASE);
}

static void test_rule2_who_gives_back(void **state)
{
	struct deadman_in in = dead();

	in.taken = true;
	in.heard_ms = 10 * RELOAD;
	in.orders.lease_ms = CHANNEL_LEASE_FOREVER; /* mlag shutdown */
	assert_false(deadman_decide(&in).give_back);
	in.orders.lease_ms = 1000;
	assert_true(deadman_decide(&in).give_back);
	in.module = false; /* the guard does not know of `shutdown` */
	assert_false(deadman_decide(&in).give_back);
	in.module = true;
	in.orders.role = CHANNEL_ROLE_PRIMARY; /* one that had no uplinks (rule 10) */
	assert_true(deadman_decide(&in).give_back && deadman_decide(&in).own_id);
}

static void test_rule9_routes(void **state)
{
	struct deadman_in in = dead();

	for (unsigned int primary = 0; primary < 2; primary++) {
		in.orders.role = primary ? CHANNEL_ROLE_PRIMARY : CHANNEL_ROLE_SECONDARY;
		in.any_bond = in.distributing = true;
		assert_int_equal(deadman_decide(&in).routes, DEADMAN_ROUTES_RELEASE);
		in.some_down = true;
		assert_int_equal(deadman_decide(&in).routes, DEADMAN_ROUTES_HOSTS);
		in.distributing = false;
		assert_int_equal(deadman_decide(&in).routes, DEADMAN_ROUTES_HOLD);
		in.some_down = false;
		in.any_bond = false;
		assert_int_equal(deadman_decide(&in).routes, DEADMAN_ROUTES_ORDERED);
	}
	in.any_bond = in.connected = true;
	assert_int_equal(deadman_decide(&in).routes, DEADMAN_ROUTES_ORDERED);
}

static void test_rule8_boot(void **state)
{
	struct deadman_in in = dead();
	struct deadman_out out;

	in.module = in.routing = in.shared = in.distributing = false;
	in.boot = true;
	in.heard_ms = RELOAD - 1;
	out = deadman_decide(&in);
	assert_true(out.take_down && !out.give_back && !out.own_id);
	assert_int_equal(out.again_ms, 1);
	in.heard_ms = RELOAD;
	in.taken = true;
	out = deadman_decide(&in);
	assert_true(!out.take_down && out.give_back);
}

static void test_no_orders(void **state)
{
	struct deadman_in in = dead();
	struct deadman_out out;

	in.carrier = false;
	in.boot = true;
	in.orders.managing = 0;
	out = deadman_decide(&in);
	assert_idle(&out);
	assert_int_equal(out.again_ms, DEADMAN_NEVER);
}

/* Over every input: legs go down only at boot and once for hosts to move, go up only under the own id, and a routing primary keeps its own. */
static void test_invariants(void **state)
{
	static const uint32_t times[] = {0, 99, 100, 1000, 3000, RESTART, RESTART + DEADMAN_STOPPED_MS, RELOAD};
	static const uint32_t leases[] = {1000, RELOAD, CHANNEL_LEASE_FOREVER, CHANNEL_LEASE_NONE};

	for (unsigned int bits = 0; bits < 1 << 13; bits++)
		for (unsigned int t = 0; t < 8 * 4 * 3; t++) {
			struct deadman_in in = dead();
			struct deadman_out out;

			in.orders.role = t % 3;
			in.orders.lease_ms = leases[t / 3 % 4];
			in.heard_ms = times[t / 12];
			in.boot = bits & 1;
			in.connected = bits & 2;
			in.routing = bits & 4;
			in.module = bits & 8;
			in.asked_ms = bits & 16 ? 99 : bits & 32 ? 100 : DEADMAN_NEVER;
			in.carrier = bits & 64;
			in.shared = bits & 128;
			in.taken = bits & 256;
			in.any_bond = bits & 512;
			in.distributing = bits & 1024;
			in.orders.managing = !(bits & 2048);
			in.moved_ms = bits & 4096 ? times[bits % 8] : DEADMAN_NEVER;
			out = deadman_decide(&in);
			assert_false(out.take_down && !in.boot && (in.routing || in.module || in.moved_ms != DEADMAN_NEVER));
			assert_false(out.take_down && out.give_back);
			assert_false(out.give_back && in.shared && !out.own_id);
			assert_false(out.own_id && in.orders.role == CHANNEL_ROLE_PRIMARY && in.routing && !out.give_back);
			assert_false((out.own_id || out.give_back) && !out.silent);
			assert_false(out.ask && out.silent);
			assert_false(in.orders.managing && out.again_ms == DEADMAN_NEVER);
			assert_false(in.orders.managing && !out.silent && out.again_ms == 0);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rule6_alive_is_left_alone), cmocka_unit_test(test_rule6_asks_before_it_acts),
		cmocka_unit_test(test_rule6_overdue_is_asked),	  cmocka_unit_test(test_rule6_cut),
		cmocka_unit_test(test_rule6_restart_time),	  cmocka_unit_test(test_rule7_stopped),
		cmocka_unit_test(test_rule7_hosts_are_moved),
		cmocka_unit_test(test_g7_hung),			  cmocka_unit_test(test_rule2_lease),		  cmocka_unit_test(test_rule2_who_gives_back),
		cmocka_unit_test(test_rule9_routes),		  cmocka_unit_test(test_rule8_boot),
		cmocka_unit_test(test_no_orders),		  cmocka_unit_test(test_invariants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
