// SPDX-License-Identifier: GPL-2.0-or-later
/* A8: a host that does not speak LACP is served by one member at a time. */
#include <string.h>

#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

static void begin(struct bench *b, enum mc_role role)
{
	bench_serving(b, role);
	b->bond[0].may_bypass = true;
}

/* Our leg has carrier, and nobody there speaks LACP. */
static void lone(struct bench *b)
{
	b->bond[0].carrier = b->bond[0].lone = true;
	b->bond[0].distributing = b->bond[0].collecting = false;
	bench_bond(b, 0);
}

static void peer_says(struct bench *b, bool carrier, bool distributing, bool bypass)
{
	static uint32_t seq = 100;
	struct mc_port p = {.mlag_id = 1, .present = true, .seq = seq++, .ifname = "bond1"};

	p.carrier = carrier;
	p.distributing = p.collecting = distributing;
	p.bypass = bypass;
	bench_msg(b, (struct mc_msg){.type = MC_MSG_PORT, .port = p});
}

static bool serves(const struct bench *b)
{
	struct core_view_bond v;

	assert_true(core_view_bond(b->core, 0, &v));
	assert_int_equal(v.bypass, v.wanted.usable && b->bond[0].lone);
	return v.bypass;
}

static void the_primary_serves(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_PRIMARY);
	peer_says(&b, true, false, false);
	lone(&b);
	assert_false(serves(&b)); /* a moment's state proves nothing */
	bench_alive(&b, BYPASS_MS + 1);
	assert_true(serves(&b));
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void and_says_so(void **state)
{
	const struct mc_msg *m;
	struct bench b;

	begin(&b, MC_ROLE_PRIMARY);
	peer_says(&b, true, false, false);
	lone(&b);
	b.now += BYPASS_MS;
	bench_event(&b, (struct core_event){.type = CORE_EV_TIMER});
	m = bench_said(&b, MC_MSG_PORT);
	assert_true(m && m->port.bypass && m->port.distributing);
	b.bond[0].lone = false;
	b.bond[0].distributing = b.bond[0].collecting = true;
	bench_bond(&b, 0); /* its host speaks LACP */
	m = bench_said(&b, MC_MSG_PORT);
	assert_true(m && !m->port.bypass && m->port.distributing);
	bench_free(&b);
}

static void not_without_being_told_to(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_PRIMARY);
	b.bond[0].may_bypass = false;
	lone(&b);
	bench_alive(&b, 5 * BYPASS_MS);
	assert_false(serves(&b));
	bench_free(&b);
}

static void the_secondary_holds_its_leg(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	peer_says(&b, true, false, false);
	lone(&b);
	bench_alive(&b, 5 * BYPASS_MS);
	assert_false(serves(&b));
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	peer_says(&b, true, true, true);
	assert_int_equal(bench_hold(&b), CORE_HOLD_BYPASS);
	assert_int_equal(bench_wanted(&b, 2)->hold, CORE_HOLD_NONE);
	peer_says(&b, true, true, false); /* its host speaks LACP now */
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_free(&b);
}

static void the_secondary_serves_where_the_primary_has_no_leg(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	peer_says(&b, false, false, false);
	lone(&b);
	bench_alive(&b, BYPASS_MS + 1);
	assert_true(serves(&b));
	peer_says(&b, true, false, false); /* the primary's leg comes: who serves goes on */
	assert_true(serves(&b));
	bench_free(&b);
}

static void the_primary_does_not_take_it_away(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_PRIMARY);
	peer_says(&b, true, true, true);
	lone(&b);
	bench_alive(&b, 5 * BYPASS_MS);
	assert_false(serves(&b));
	assert_int_equal(bench_hold(&b), CORE_HOLD_BYPASS);
	bench_free(&b);
}

/* Each was alone when it began. */
static void of_two_the_primary_goes_on(void **state)
{
	static const enum mc_role roles[] = {MC_ROLE_PRIMARY, MC_ROLE_SECONDARY};

	for (unsigned int i = 0; i < 2; i++) {
		struct bench b;

		begin(&b, roles[i]);
		peer_says(&b, false, false, false);
		lone(&b);
		bench_alive(&b, BYPASS_MS + 1);
		assert_true(serves(&b));
		peer_says(&b, true, true, true);
		assert_int_equal(serves(&b), roles[i] == MC_ROLE_PRIMARY);
		assert_int_equal(bench_hold(&b),
				 roles[i] == MC_ROLE_PRIMARY ? CORE_HOLD_NONE : CORE_HOLD_BYPASS);
		bench_free(&b);
	}
}

static void lacp_on_the_other_leg_ends_it(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_PRIMARY);
	peer_says(&b, true, false, false);
	lone(&b);
	bench_alive(&b, BYPASS_MS + 1);
	assert_true(serves(&b));
	peer_says(&b, true, true, false);
	assert_false(serves(&b));
	bench_free(&b);
}

static void the_peer_gone_we_serve(void **state)
{
	struct bench b;

	begin(&b, MC_ROLE_SECONDARY);
	peer_says(&b, true, true, true);
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE); /* distributes still, by LACP */
	lone(&b);
	assert_int_equal(bench_hold(&b), CORE_HOLD_BYPASS);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_GOODBYE});
	assert_int_equal(bench_hold(&b), CORE_HOLD_NONE);
	bench_wait(&b, BYPASS_MS + 1);
	assert_true(serves(&b));
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_primary_serves),
		cmocka_unit_test(and_says_so),
		cmocka_unit_test(not_without_being_told_to),
		cmocka_unit_test(the_secondary_holds_its_leg),
		cmocka_unit_test(the_secondary_serves_where_the_primary_has_no_leg),
		cmocka_unit_test(the_primary_does_not_take_it_away),
		cmocka_unit_test(of_two_the_primary_goes_on),
		cmocka_unit_test(lacp_on_the_other_leg_ends_it),
		cmocka_unit_test(the_peer_gone_we_serve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
