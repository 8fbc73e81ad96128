// SPDX-License-Identifier: GPL-2.0-or-later
/* The MAC table over time: synchronisation, restart and flush (C6, B12), bounds (no-trust), and any order of all of it. */
#include "tests/unit/mac_bench.h"

static void sync_drops_only_what_was_not_said_again(void **state)
{
	struct mact *t = mac_table();

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
	struct mact *t = mac_table();
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
	struct mact *t = mac_table();

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
	struct mact *t = mac_table();
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
	struct mact *t = mac_table();
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
	struct mact *t = mac_table();
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
