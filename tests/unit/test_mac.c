// SPDX-License-Identifier: GPL-2.0-or-later
/* The MAC table: where an address should stand, what the peer is told, and in which order things may happen (C1, C5, C6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mlagd/core/mac.h"

#define VLAN 10

static struct mc_mac mac_of(uint32_t n)
{
	return (struct mc_mac){{2, 0, n >> 24, n >> 16, n >> 8, n}};
}

static void local(struct mact *t, uint32_t n, uint16_t id)
{
	struct mc_mac m = mac_of(n);

	mact_local_add(t, &m, VLAN, id, false);
}

static void local_gone(struct mact *t, uint32_t n)
{
	struct mc_mac m = mac_of(n);

	mact_local_del(t, &m, VLAN, false);
}

static void peer(struct mact *t, uint32_t n, uint16_t id, bool del)
{
	struct mc_mac_entry e = {.mac = mac_of(n), .vlan = VLAN, .mlag_id = id, .del = del};

	mact_peer_batch(t, &e, 1);
}

static void expect_op(struct mact *t, uint32_t n, int32_t from, int32_t to)
{
	struct mc_mac m = mac_of(n);
	struct mact_op op;

	assert_int_equal(mact_take_ops(t, &op, 1), 1);
	assert_memory_equal(&op.mac, &m, sizeof(m));
	assert_int_equal(op.vlan, VLAN);
	assert_int_equal(op.from, from);
	assert_int_equal(op.to, to);
}

static void expect_no_op(struct mact *t)
{
	struct mact_op op;

	assert_int_equal(mact_take_ops(t, &op, 1), 0);
}

static void expect_msg(struct mact *t, uint32_t n, uint16_t id, bool del)
{
	struct mc_mac m = mac_of(n);
	struct mc_mac_entry e;

	assert_int_equal(mact_take_msgs(t, &e, 1), 1);
	assert_memory_equal(&e.mac, &m, sizeof(m));
	assert_int_equal(e.mlag_id, id);
	assert_int_equal(e.del, del);
}

static void expect_no_msg(struct mact *t)
{
	struct mc_mac_entry e;

	assert_int_equal(mact_take_msgs(t, &e, 1), 0);
}

static struct mact *begin(void)
{
	struct mact *t = mact_new(1000);

	assert_non_null(t);
	mact_session_up(t);
	mact_peer_sync_end(t);
	mact_port_usable(t, 1, true);
	return t;
}

static void c1_peers_address_on_the_same_bond(void **state)
{
	struct mact *t = begin();

	peer(t, 1, 1, false);
	expect_op(t, 1, MACT_NOWHERE, 1);
	expect_no_op(t);
	peer(t, 1, 1, true);
	expect_op(t, 1, 1, MACT_NOWHERE);
	mact_free(t);
}

static void c1_peers_orphan_on_the_peerlink(void **state)
{
	struct mact *t = begin();

	peer(t, 1, 0, false);
	expect_op(t, 1, MACT_NOWHERE, MACT_PEERLINK);
	mact_free(t);
}

static void a5_bond_of_another_host_is_the_peerlink(void **state)
{
	struct mact *t = begin();

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
	struct mact *t = begin();

	peer(t, 1, 65535, false);
	expect_op(t, 1, MACT_NOWHERE, MACT_PEERLINK);
	mact_free(t);
}

static void c5_leg_down_moves_to_the_peerlink_and_back(void **state)
{
	struct mact *t = begin();
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
	struct mact *t = begin();

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
	struct mact *t = begin();
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
	struct mact *t = begin();
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
	struct mact *t = begin();

	local(t, 1, 2);
	expect_no_op(t);
	mact_port_usable(t, 2, false);
	expect_op(t, 1, MACT_NOWHERE, MACT_PEERLINK);
	mact_free(t);
}

static void rule9_on_the_detour_the_peers_word_counts(void **state)
{
	struct mact *t = begin();

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
	struct mact *t = begin();

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
	struct mact *t = begin();

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
	struct mact *t = begin();
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
	struct mact *t = begin();

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
	struct mact *t = begin();

	peer(t, 1, 1, false);
	expect_op(t, 1, MACT_NOWHERE, 1);
	local(t, 1, 1); /* the bridge replaced our entry by its own: nothing to delete */
	expect_no_op(t);
	expect_msg(t, 1, 1, false);
	mact_free(t);
}

static void c1_a_move_to_the_peer_is_followed(void **state)
{
	struct mact *t = begin();

	local(t, 1, 0);
	expect_msg(t, 1, 0, false);
	peer(t, 1, 0, false); /* the station is now behind the peer's orphan port */
	expect_op(t, 1, MACT_NOWHERE, MACT_PEERLINK);
	expect_msg(t, 1, 0, true);
	mact_free(t);
}

static void c1_own_addresses_never_move(void **state)
{
	struct mact *t = begin();
	struct mc_mac m = mac_of(1);

	mact_local_add(t, &m, VLAN, 0, true);
	peer(t, 1, 0, false);
	expect_no_op(t);
	expect_msg(t, 1, 0, false);
	mact_free(t);
}

static void c1_vlans_are_apart(void **state)
{
	struct mact *t = begin();
	struct mc_mac m = mac_of(1);
	struct mact_stats s;

	local(t, 1, 1);
	mact_local_add(t, &m, VLAN + 1, 1, false);
	mact_stats(t, &s);
	assert_int_equal(s.local, 2);
	mact_free(t);
}

static void sync_drops_only_what_was_not_said_again(void **state)
{
	struct mact *t = begin();

	peer(t, 1, 1, false);
	peer(t, 2, 1, false);
	expect_op(t, 1, MACT_NOWHERE, 1);
	expect_op(t, 2, MACT_NOWHERE, 1);
	mact_session_up(t);
	expect_no_op(t);
	peer(t, 1, 1, false);
	mact_peer_sync_end(t);
	expect_op(t, 2, 1, MACT_NOWHERE);
	expect_no_op(t);
	mact_free(t);
}

static void sync_says_every_local_side_again(void **state)
{
	struct mact *t = begin();
	struct mc_mac_entry e[8];

	local(t, 1, 1);
	local(t, 2, 0);
	peer(t, 3, 1, false);
	assert_int_equal(mact_take_msgs(t, e, 8), 2);
	mact_session_up(t);
	assert_int_equal(mact_take_msgs(t, e, 8), 2);
	mact_free(t);
}

/* Before the peer has said everything its word may be the older one. */
static void sync_does_not_move_what_is_local(void **state)
{
	struct mact *t = begin();

	local(t, 1, 0);
	mact_session_up(t);
	peer(t, 1, 1, false);
	expect_no_op(t);
	mact_peer_sync_end(t);
	expect_no_op(t);
	mact_free(t);
}

static void c6_flush_releases_all_of_the_peer(void **state)
{
	struct mact *t = begin();
	struct mact_stats s;

	peer(t, 1, 1, false);
	expect_op(t, 1, MACT_NOWHERE, 1);
	local(t, 2, 1);
	mact_peer_flush(t);
	expect_op(t, 1, 1, 1); /* given back: it ages, and may move to any port */
	mact_stats(t, &s);
	assert_int_equal(s.peer, 0);
	assert_int_equal(s.local, 2);
	mact_free(t);
}

/* B12: what an earlier run left stays until the peer has spoken, then what is unsaid goes. */
static void b12_restart_adopts_its_entries(void **state)
{
	struct mact *t = mact_new(1000);
	struct mc_mac a = mac_of(1), b = mac_of(2), c = mac_of(3);

	mact_kernel_has(t, &a, VLAN, 1);
	mact_kernel_has(t, &b, VLAN, MACT_PEERLINK);
	mact_kernel_has(t, &c, VLAN, 1);
	expect_no_op(t); /* not even before the core has said what a bond can carry */
	mact_port_usable(t, 1, true);
	expect_no_op(t);
	mact_session_up(t);
	peer(t, 1, 1, false);
	peer(t, 2, 0, false);
	expect_no_op(t);
	mact_peer_sync_end(t);
	expect_op(t, 3, 1, MACT_NOWHERE);
	expect_no_op(t);
	mact_free(t);
}

static void resync_repairs_what_the_kernel_lost(void **state)
{
	struct mact *t = begin();
	struct mc_mac m = mac_of(1), stray = mac_of(2);

	peer(t, 1, 1, false);
	expect_op(t, 1, MACT_NOWHERE, 1);
	mact_kernel_has(t, &m, VLAN, MACT_NOWHERE);
	expect_op(t, 1, MACT_NOWHERE, 1);
	mact_kernel_has(t, &m, VLAN, MACT_PEERLINK);
	expect_op(t, 1, MACT_PEERLINK, 1);
	mact_kernel_has(t, &stray, VLAN, 1); /* nobody wants it */
	expect_op(t, 2, 1, MACT_NOWHERE);
	mact_free(t);
}

static void no_trust_nonsense_is_ignored(void **state)
{
	struct mact *t = begin();
	struct mc_mac_entry e = {.mac = {{1, 0, 0x5e, 0, 0, 1}}, .vlan = VLAN, .mlag_id = 1};
	struct mact_stats s;

	mact_peer_batch(t, &e, 1); /* multicast */
	e.mac.b[0] = 2;
	e.vlan = 4095;
	mact_peer_batch(t, &e, 1);
	mact_stats(t, &s);
	assert_int_equal(s.entries, 0);
	mact_free(t);
}

static void no_trust_full_is_refused_and_counted(void **state)
{
	struct mact *t = mact_new(10);
	struct mact_stats s;

	for (uint32_t n = 0; n < 100; n++)
		peer(t, n, 1, false);
	mact_stats(t, &s);
	assert_int_equal(s.entries, 10);
	assert_int_equal(s.refused, 90);
	peer(t, 5, 1, true);
	while (mact_take_ops(t, &(struct mact_op){0}, 1))
		;
	peer(t, 50, 1, false); /* room again */
	mact_stats(t, &s);
	assert_int_equal(s.entries, 10);
	mact_free(t);
}

struct mirror {
	int32_t kernel[64], said[64];
};

static bool check_entry(void *arg, const struct mc_mac *mac, uint16_t vlan, int32_t local_id, int32_t peer_id, bool self)
{
	struct mirror *m = arg;
	int32_t want = peer_id == 1 || peer_id == 2 ? peer_id : MACT_PEERLINK;

	if (local_id != MACT_NOWHERE)
		want = local_id == 3 ? MACT_PEERLINK : MACT_NOWHERE;

	assert_int_equal(m->kernel[mac->b[5]], want);
	assert_int_equal(m->said[mac->b[5]], local_id);
	return true;
}

/* Up to max changes of each kind; each says truly what it changes. */
static void mirror_take(struct mact *t, struct mirror *m, unsigned int max)
{
	struct mact_op ops[64];
	struct mc_mac_entry e[64];
	unsigned int n;

	for (n = mact_take_ops(t, ops, max); n--;) {
		assert_int_equal(m->kernel[ops[n].mac.b[5]], ops[n].from);
		m->kernel[ops[n].mac.b[5]] = ops[n].give_back ? MACT_NOWHERE : ops[n].to;
	}
	for (n = mact_take_msgs(t, e, max); n--;)
		m->said[e[n].mac.b[5]] = e[n].del ? MACT_NOWHERE : e[n].mlag_id;
}

/* Anything in any order: what was taken from the queues adds up to what is. */
static void random_walk_adds_up(void **state)
{
	struct mact *t = mact_new(64);
	struct mirror m;

	memset(&m, 0xff, sizeof(m));
	srandom(1);
	mact_port_usable(t, 1, true);
	mact_port_usable(t, 2, true);
	mact_port_usable(t, 3, false); /* and it stays so */
	mact_session_up(t);
	for (unsigned int i = 0; i < 200000; i++) {
		uint32_t a = random() % 64;
		uint16_t id = random() % 4;

		switch (random() % 8) {
		case 0:
		case 1:
			local(t, a, id);
			m.kernel[a] = MACT_NOWHERE; /* the bridge's own entry replaces ours */
			break;
		case 2:
			local_gone(t, a);
			break;
		case 3:
		case 4:
			peer(t, a, id, false);
			break;
		case 5:
			peer(t, a, 0, true);
			break;
		case 6:
			if (random() % 100 == 0)
				mact_peer_sync_end(t);
			else
				mact_port_usable(t, 2, random() % 2);
			break;
		default:
			mirror_take(t, &m, random() % 8);
		}
	}
	mact_port_usable(t, 2, true);
	mirror_take(t, &m, 64);
	mact_walk(t, check_entry, &m);
	expect_no_op(t);
	expect_no_msg(t);
	mact_free(t);
}

static void many_come_and_go(void **state)
{
	struct mact *t = mact_new(200000);
	struct mact_op ops[500];
	struct mact_stats s;

	for (unsigned int round = 0; round < 3; round++) {
		for (uint32_t n = 0; n < 100000; n++)
			peer(t, n, n % 500, false);
		while (mact_take_ops(t, ops, 500))
			;
		for (uint32_t n = 0; n < 100000; n += 2)
			peer(t, n, 0, true);
		for (uint32_t n = 1; n < 100000; n += 2)
			peer(t, n, 0, true);
		while (mact_take_ops(t, ops, 500))
			;
		mact_stats(t, &s);
		assert_int_equal(s.entries, 0);
		assert_int_equal(s.peer, 0);
	}
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
		cmocka_unit_test(sync_drops_only_what_was_not_said_again),
		cmocka_unit_test(sync_says_every_local_side_again),
		cmocka_unit_test(sync_does_not_move_what_is_local),
		cmocka_unit_test(c6_flush_releases_all_of_the_peer),
		cmocka_unit_test(b12_restart_adopts_its_entries),
		cmocka_unit_test(resync_repairs_what_the_kernel_lost),
		cmocka_unit_test(no_trust_nonsense_is_ignored),
		cmocka_unit_test(no_trust_full_is_refused_and_counted),
		cmocka_unit_test(random_walk_adds_up),
		cmocka_unit_test(many_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
