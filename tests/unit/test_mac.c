// SPDX-License-Identifier: GPL-2.0-or-later
/* The MAC table: where an address should stand, and what the peer is told of it (C1, C5). */
#include "tests/unit/mac_bench.h"

static void c1_peers_address_on_the_same_bond(void **state)
{
	struct mact *t = mac_table();

	peer(t, 1, 1, false);
	expect_op(t, 1, MACT_NOWHERE, 1);
	expect_no_op(t);
	peer(t, 1, 1, true);
	expect_op(t, 1, 1, MACT_NOWHERE);
	mact_free(t);
}

static void c1_peers_orphan_on_the_peerlink(void **state)
{
	struct mact *t = mac_table();

	peer(t, 1, 0, false);
	expect_op(t, 1, MACT_NOWHERE, MACT_PEERLINK);
	mact_free(t);
}

static void a5_bond_of_another_host_is_the_peerlink(void **state)
{
	struct mact *t = mac_table();

	peer(t, 1, 1, false);
	expect_op(t, 1, MACT_NOWHERE, 1);
	mact_port_apart(t, 1, true);
	expect_op(t, 1, 1, MACT_PEERLINK);
	local(t, 2, 1);
	expect_no_op(t);
	expect_msg(t, 2, 1, false);
	peer(t, 2, 1, false); /* it has moved from one host to the other */
	expect_op(t, 2, MACT_NOWHERE, MACT_PEERLINK);
	mact_port_apart(t, 1, false);
	expect_op(t, 1, MACT_PEERLINK, 1);
	expect_op(t, 2, MACT_PEERLINK, 1);
	mact_free(t);
}

static void c1_bond_that_we_do_not_have_is_the_peerlink(void **state)
{
	struct mact *t = mac_table();

	peer(t, 1, 65535, false);
	expect_op(t, 1, MACT_NOWHERE, MACT_PEERLINK);
	mact_free(t);
}

static void c5_leg_down_moves_to_the_peerlink_and_back(void **state)
{
	struct mact *t = mac_table();
	struct mact_op ops[4];

	for (uint32_t n = 0; n < 4; n++)
		peer(t, n, 1, false);
	assert_int_equal(mact_take_ops(t, ops, 4), 4);
	mact_port_usable(t, 1, false);
	assert_int_equal(mact_take_ops(t, ops, 4), 4);
	for (uint32_t n = 0; n < 4; n++) {
		assert_int_equal(ops[n].from, 1);
		assert_int_equal(ops[n].to, MACT_PEERLINK);
	}
	mact_port_usable(t, 1, true);
	assert_int_equal(mact_take_ops(t, ops, 4), 4);
	assert_int_equal(ops[3].to, 1);
	mact_free(t);
}

static void no_blackhole_nothing_stands_on_a_dead_peerlink(void **state)
{
	struct mact *t = mac_table();

	peer(t, 1, 0, false);
	expect_op(t, 1, MACT_NOWHERE, MACT_PEERLINK);
	peer(t, 2, 1, false);
	expect_op(t, 2, MACT_NOWHERE, 1);
	mact_peerlink(t, false);
	expect_op(t, 1, MACT_PEERLINK, MACT_NOWHERE);
	mact_port_usable(t, 1, false);
	expect_op(t, 2, 1, MACT_NOWHERE);
	expect_no_op(t);
	mact_peerlink(t, true);
	expect_op(t, 1, MACT_NOWHERE, MACT_PEERLINK);
	expect_op(t, 2, MACT_NOWHERE, MACT_PEERLINK);
	mact_free(t);
}

/* What we had heard ourselves, with its leg and its detour lost, is nobody's any more: not given back to a dead leg. */
static void no_blackhole_a_lost_detour_is_no_address(void **state)
{
	struct mact *t = mac_table();
	struct mact_op op;

	local(t, 1, 1);
	expect_msg(t, 1, 1, false);
	mact_port_usable(t, 1, false);
	expect_op(t, 1, MACT_NOWHERE, MACT_PEERLINK);
	mact_peerlink(t, false);
	assert_int_equal(mact_take_ops(t, &op, 1), 1);
	assert_int_equal(op.to, MACT_NOWHERE);
	assert_false(op.give_back);
	expect_msg(t, 1, 0, true);
	mact_peerlink(t, true);
	expect_no_op(t);
	mact_free(t);
}

/* backup_port sees carrier alone: from its return until it distributes a bond would swallow what we learned on it. */
static void rule9_learned_entries_take_the_detour_and_are_given_back(void **state)
{
	struct mact *t = mac_table();
	struct mact_op op;

	local(t, 1, 1);
	expect_msg(t, 1, 1, false);
	mact_port_usable(t, 1, false);
	expect_op(t, 1, MACT_NOWHERE, MACT_PEERLINK);
	expect_no_msg(t); /* it is still ours to know */
	mact_port_usable(t, 1, true);
	assert_int_equal(mact_take_ops(t, &op, 1), 1);
	assert_int_equal(op.to, 1);
	assert_true(op.give_back);
	expect_no_op(t);
	mact_free(t);
}

/* B12: what is learned is told at once, what a bond can carry only when the core has decided. */
static void b12_no_detour_before_anybody_has_spoken(void **state)
{
	struct mact *t = mac_table();

	local(t, 1, 2);
	expect_no_op(t);
	mact_port_usable(t, 2, false);
	expect_op(t, 1, MACT_NOWHERE, MACT_PEERLINK);
	mact_free(t);
}

static void rule9_on_the_detour_the_peers_word_counts(void **state)
{
	struct mact *t = mac_table();

	local(t, 1, 1);
	expect_msg(t, 1, 1, false);
	mact_port_usable(t, 1, false);
	expect_op(t, 1, MACT_NOWHERE, MACT_PEERLINK);
	peer(t, 1, 1, false); /* the host has spoken on its other leg */
	expect_no_op(t);
	expect_msg(t, 1, 0, true);
	mact_port_usable(t, 1, true);
	expect_op(t, 1, MACT_PEERLINK, 1);
	mact_free(t);
}

static void c5_a_leg_that_flaps_unseen_costs_nothing(void **state)
{
	struct mact *t = mac_table();

	peer(t, 1, 1, false);
	expect_op(t, 1, MACT_NOWHERE, 1);
	for (unsigned int i = 0; i < 101; i++)
		mact_port_usable(t, 1, i & 1);
	mact_port_usable(t, 1, true);
	expect_no_op(t);
	mact_free(t);
}

static void c1_local_is_told_and_withdrawn(void **state)
{
	struct mact *t = mac_table();

	local(t, 1, 1);
	local(t, 1, 1);
	expect_msg(t, 1, 1, false);
	expect_no_msg(t);
	local(t, 1, 2);
	expect_msg(t, 1, 2, false);
	local_gone(t, 1);
	expect_msg(t, 1, 0, true);
	expect_no_msg(t);
	expect_no_op(t);
	mact_free(t);
}

static void c1_learned_and_gone_before_it_was_told_is_not_told(void **state)
{
	struct mact *t = mac_table();
	struct mact_stats s;

	local(t, 1, 1);
	local_gone(t, 1);
	expect_no_msg(t);
	mact_stats(t, &s);
	assert_int_equal(s.entries, 0);
	mact_free(t);
}

static void c1_local_wins_over_the_same_bond_of_the_peer(void **state)
{
	struct mact *t = mac_table();

	local(t, 1, 1);
	expect_msg(t, 1, 1, false);
	peer(t, 1, 1, false);
	expect_no_op(t);
	local_gone(t, 1); /* aged here, alive there */
	expect_op(t, 1, MACT_NOWHERE, 1);
	expect_msg(t, 1, 0, true);
	mact_free(t);
}

static void c1_learning_takes_the_place_of_ours(void **state)
{
	struct mact *t = mac_table();

	peer(t, 1, 1, false);
	expect_op(t, 1, MACT_NOWHERE, 1);
	local(t, 1, 1); /* the bridge replaced our entry by its own: nothing to delete */
	expect_no_op(t);
	expect_msg(t, 1, 1, false);
	mact_free(t);
}

static void c1_a_move_to_the_peer_is_followed(void **state)
{
	struct mact *t = mac_table();

	local(t, 1, 0);
	expect_msg(t, 1, 0, false);
	peer(t, 1, 0, false); /* the station is now behind the peer's orphan port */
	expect_op(t, 1, MACT_NOWHERE, MACT_PEERLINK);
	expect_msg(t, 1, 0, true);
	mact_free(t);
}

static void c1_own_addresses_never_move(void **state)
{
	struct mact *t = mac_table();
	struct mc_mac m = mac_of(1);

	mact_local_add(t, &m, VLAN, 0, true);
	peer(t, 1, 0, false);
	expect_no_op(t);
	expect_msg(t, 1, 0, false);
	mact_free(t);
}

static void c1_vlans_are_apart(void **state)
{
	struct mact *t = mac_table();
	struct mc_mac m = mac_of(1);
	struct mact_stats s;

	local(t, 1, 1);
	mact_local_add(t, &m, VLAN + 1, 1, false);
	mact_stats(t, &s);
	assert_int_equal(s.local, 2);
	mact_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(c1_peers_address_on_the_same_bond),
		cmocka_unit_test(c1_peers_orphan_on_the_peerlink),
		cmocka_unit_test(a5_bond_of_another_host_is_the_peerlink),
		cmocka_unit_test(c1_bond_that_we_do_not_have_is_the_peerlink),
		cmocka_unit_test(c5_leg_down_moves_to_the_peerlink_and_back),
		cmocka_unit_test(c5_a_leg_that_flaps_unseen_costs_nothing),
		cmocka_unit_test(no_blackhole_nothing_stands_on_a_dead_peerlink),
		cmocka_unit_test(no_blackhole_a_lost_detour_is_no_address),
		cmocka_unit_test(rule9_learned_entries_take_the_detour_and_are_given_back),
		cmocka_unit_test(b12_no_detour_before_anybody_has_spoken),
		cmocka_unit_test(rule9_on_the_detour_the_peers_word_counts),
		cmocka_unit_test(c1_local_is_told_and_withdrawn),
		cmocka_unit_test(c1_learned_and_gone_before_it_was_told_is_not_told),
		cmocka_unit_test(c1_local_wins_over_the_same_bond_of_the_peer),
		cmocka_unit_test(c1_learning_takes_the_place_of_ours),
		cmocka_unit_test(c1_a_move_to_the_peer_is_followed),
		cmocka_unit_test(c1_own_addresses_never_move),
		cmocka_unit_test(c1_vlans_are_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
