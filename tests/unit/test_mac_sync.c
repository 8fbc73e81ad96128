// SPDX-License-Identifier: GPL-2.0-or-later
/* Two MAC tables that talk: ageing as a vote (C3), legs handed over (C5), the digest (C2), what is not ours (C11). */
#include "tests/unit/mac_bench.h"

/* Two members, each with a kernel that does what it is told; heard: a vote finds traffic. */
struct pair {
	struct mact *t[2];
	bool heard;
	unsigned int msgs, lose; /* lose: every so many entries is lost on the way */
};

static bool kernel_turn(struct pair *p, int i)
{
	struct mact_op op;

	if (!mact_take_ops(p->t[i], &op, 1))
		return false;
	if (op.vote && p->heard)
		mact_local_add(p->t[i], &op.mac, op.vlan, op.from, false);
	return true;
}

static bool peer_turn(struct pair *p, int i)
{
	struct mc_mac_entry e;

	if (!mact_take_msgs(p->t[i], &e, 1))
		return false;
	p->msgs++;
	if (!p->lose || p->msgs % p->lose)
		mact_peer_batch(p->t[!i], &e, 1);
	return true;
}

/* Until nothing is left to be done; that it comes to rest is part of every test. */
static void settle(struct pair *p)
{
	for (unsigned int turn = 0; turn < 1000000; turn++) {
		bool busy = false;

		for (int i = 0; i < 2; i++) {
			busy |= kernel_turn(p, i);
			busy |= peer_turn(p, i);
		}
		if (!busy)
			return;
	}
	fail_msg("the two never agree");
}

static void resync(struct pair *p, int i)
{
	uint64_t sum[MC_BUCKETS], buckets;

	mact_digest(p->t[i], sum);
	buckets = mact_compare(p->t[!i], sum);
	mact_resay(p->t[i], buckets);
	settle(p);
	mact_resaid(p->t[!i], buckets);
	settle(p);
}

static void usable(struct pair *p, int i, uint16_t id, bool on)
{
	mact_port_usable(p->t[i], id, on);
	mact_peer_usable(p->t[!i], id, on);
	settle(p);
}

static int setup(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	for (int i = 0; i < 2; i++) {
		p->t[i] = mact_new(200000);
		assert_non_null(p->t[i]);
		mact_session_up(p->t[i]);
		mact_peer_sync_end(p->t[i]);
	}
	for (int i = 0; i < 2; i++)
		for (uint16_t id = 1; id < 4; id++)
			usable(p, i, id, true);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct pair *p = *state;

	mact_free(p->t[0]);
	mact_free(p->t[1]);
	free(p);
	return 0;
}

static void learn(struct pair *p, int i, uint32_t n, uint16_t id)
{
	struct mc_mac m = mac_of(n);

	mact_local_add(p->t[i], &m, VLAN, id, false);
	settle(p);
}

static void lose(struct pair *p, int i, uint32_t n, bool aged)
{
	struct mc_mac m = mac_of(n);

	mact_local_del(p->t[i], &m, VLAN, aged);
	settle(p);
}

struct sides {
	struct mc_mac mac;
	int32_t local, peer;
};

static bool find(void *arg, const struct mc_mac *mac, uint16_t vlan, int32_t local, int32_t peer, bool self)
{
	struct sides *s = arg;

	if (memcmp(mac, &s->mac, sizeof(*mac)) != 0)
		return true;
	s->local = local;
	s->peer = peer;
	return false;
}

static void expect(struct pair *p, int i, uint32_t n, int32_t local, int32_t peer)
{
	struct sides s = {mac_of(n), MACT_NOWHERE, MACT_NOWHERE};

	mact_walk(p->t[i], find, &s);
	assert_int_equal(s.local, local);
	assert_int_equal(s.peer, peer);
}

static void expect_nothing_left(struct pair *p)
{
	struct mact_stats s;

	for (int i = 0; i < 2; i++) {
		mact_stats(p->t[i], &s);
		assert_int_equal(s.entries, 0);
	}
}

static void c3_aged_on_one_heard_on_the_other_stays(void **state)
{
	struct pair *p = *state;

	learn(p, 0, 1, 1);
	p->heard = true;
	lose(p, 0, 1, true);
	expect(p, 1, 1, 1, MACT_NOWHERE);
	expect(p, 0, 1, MACT_NOWHERE, 1);
	p->heard = false;
	lose(p, 1, 1, true);
	expect_nothing_left(p);
}

static void c3_aged_on_both_goes(void **state)
{
	struct pair *p = *state;

	learn(p, 0, 1, 1);
	learn(p, 1, 1, 1);
	lose(p, 0, 1, true);
	expect(p, 1, 1, 1, MACT_NOWHERE);
	lose(p, 1, 1, true);
	expect_nothing_left(p);
}

/* What was cleared or has moved to a VTEP is not kept for having been heard. */
static void c3_only_age_is_voted_on(void **state)
{
	struct pair *p = *state;
	struct mc_mac m = mac_of(1);

	p->heard = true;
	learn(p, 0, 1, 1);
	lose(p, 0, 1, false);
	expect_nothing_left(p);
	learn(p, 0, 1, 1);
	mact_foreign(p->t[0], &m, VLAN, true);
	settle(p);
	expect(p, 1, 1, MACT_NOWHERE, MACT_NOWHERE);
}

static void c3_an_orphans_address_has_no_second_vote(void **state)
{
	struct pair *p = *state;

	p->heard = true;
	learn(p, 0, 1, 0);
	lose(p, 0, 1, true);
	expect_nothing_left(p);
}

static void c3_costs_one_exchange_an_ageing_time(void **state)
{
	struct pair *p = *state;

	learn(p, 0, 1, 1);
	p->msgs = 0;
	p->heard = true;
	for (int i = 0; i < 100; i++)
		lose(p, i & 1, 1, true);
	assert_true(p->msgs <= 200);
}

static void c5_a_leg_that_goes_hands_over(void **state)
{
	struct pair *p = *state;

	learn(p, 0, 1, 1);
	usable(p, 0, 1, false);
	expect(p, 0, 1, MACT_NOWHERE, 1);
	expect(p, 1, 1, 1, MACT_NOWHERE);
	usable(p, 0, 1, true);
	lose(p, 1, 1, true); /* the other member sees to its age */
	expect_nothing_left(p);
}

static void c5_both_legs_down_grow_old(void **state)
{
	struct pair *p = *state;

	usable(p, 1, 1, false);
	learn(p, 0, 1, 1);
	usable(p, 0, 1, false);
	expect(p, 0, 1, 1, MACT_NOWHERE);
	for (int i = 0; i < 3; i++) {
		mact_tick(p->t[0]);
		settle(p);
	}
	expect_nothing_left(p);
}

static void c5_legs_that_flap_come_to_rest(void **state)
{
	struct pair *p = *state;
	struct mact_stats a, b;

	srandom(5);
	for (uint32_t n = 0; n < 200; n++)
		learn(p, n & 1, n, 1 + n % 3);
	for (unsigned int i = 0; i < 500; i++)
		usable(p, random() & 1, 1 + random() % 3, random() & 1);
	for (uint16_t id = 1; id < 4; id++) {
		usable(p, 0, id, true);
		usable(p, 1, id, true);
	}
	mact_stats(p->t[0], &a);
	mact_stats(p->t[1], &b);
	assert_int_equal(a.local, b.peer);
	assert_int_equal(b.local, a.peer);
	assert_true(a.local + b.local <= 200);
	resync(p, 0);
	resync(p, 1);
	mact_stats(p->t[0], &a);
	mact_stats(p->t[1], &b);
	assert_int_equal(a.resyncs, 0); /* nobody had missed anything */
	assert_int_equal(b.resyncs, 0);
}

static void c6_what_a_bond_can_serve_stays_as_its_own(void **state)
{
	struct pair *p = *state;
	struct mact_op op;

	learn(p, 0, 1, 1);
	learn(p, 0, 2, 0);
	mact_peer_flush(p->t[1]);
	assert_int_equal(mact_take_ops(p->t[1], &op, 1), 1);
	assert_int_equal(op.to, 1);
	assert_true(op.give_back);
	assert_int_equal(mact_take_ops(p->t[1], &op, 1), 1);
	assert_int_equal(op.from, MACT_PEERLINK);
	assert_int_equal(op.to, MACT_NOWHERE);
	assert_false(op.give_back);
	expect(p, 1, 1, 1, MACT_NOWHERE);
	expect(p, 1, 2, MACT_NOWHERE, MACT_NOWHERE);
}

static void c2_the_digest_finds_and_repairs_what_was_lost(void **state)
{
	struct pair *p = *state;
	struct mact_stats a, b;

	for (uint32_t n = 0; n < 5000; n++)
		learn(p, n & 1, n, n % 4);
	p->lose = 1000;
	for (uint32_t n = 5000; n < 9000; n++)
		learn(p, n & 1, n, n % 4);
	for (uint32_t n = 0; n < 2000; n++)
		lose(p, n & 1, n, false);
	p->lose = 0;
	mact_stats(p->t[0], &a);
	mact_stats(p->t[1], &b);
	assert_int_not_equal(a.local + b.local, a.peer + b.peer);
	p->msgs = 0;
	resync(p, 0);
	resync(p, 1);
	assert_true(p->msgs < 3000); /* of 7000: only buckets that differ */
	mact_stats(p->t[0], &a);
	mact_stats(p->t[1], &b);
	assert_int_equal(a.local, b.peer);
	assert_int_equal(b.local, a.peer);
	p->msgs = 0;
	resync(p, 0);
	resync(p, 1);
	assert_int_equal(p->msgs, 0);
	assert_true(a.resyncs > 0 && a.peer > 0);
	mact_stats_clear(p->t[0]);
	mact_stats(p->t[0], &b);
	assert_int_equal(b.resyncs, 0);
	assert_int_equal(b.peer, a.peer); /* what is known is no counter */
}

/* Said again is not news: it moves nothing. */
static void c2_a_resync_moves_nothing(void **state)
{
	struct pair *p = *state;
	struct mc_mac m = mac_of(1);
	uint64_t sum[MC_BUCKETS] = {}, buckets;

	learn(p, 0, 1, 1);
	mact_foreign(p->t[1], &m, VLAN, true); /* meanwhile it went to a VTEP, says EVPN there */
	settle(p);
	memset(sum, 0xff, sizeof(sum));
	buckets = mact_compare(p->t[1], sum);
	assert_true(buckets == UINT64_MAX);
	mact_resay(p->t[0], buckets);
	settle(p);
	assert_int_equal(mact_take_ops(p->t[1], &(struct mact_op){}, 1), 0);
	mact_resaid(p->t[1], buckets);
	settle(p);
	expect(p, 1, 1, MACT_NOWHERE, 1);
}

static void remote_gives_way_to_a_move_alone(void **state)
{
	struct pair *p = *state;
	struct mc_mac m = mac_of(1);
	struct mact_op op;

	mact_foreign(p->t[1], &m, VLAN, true);
	mact_session_up(p->t[1]);
	mact_local_add(p->t[0], &m, VLAN, 1, false);
	settle(p);
	mact_peer_sync_end(p->t[1]);
	expect(p, 1, 1, MACT_NOWHERE, 1);
	mact_local_del(p->t[1], &m, VLAN, false); /* EVPN's entry goes: ours takes its place */
	assert_int_equal(mact_take_ops(p->t[1], &op, 1), 1);
	assert_int_equal(op.to, 1);
	mact_foreign(p->t[1], &m, VLAN, true);
	settle(p);
	mact_local_add(p->t[0], &m, VLAN, 2, false); /* and a move back is followed */
	assert_int_equal(peer_turn(p, 0), true);
	assert_int_equal(mact_take_ops(p->t[1], &op, 1), 1);
	assert_int_equal(op.to, 2);
}

/* What EVPN had behind the peer, and zebra has put back after ours had taken its place. */
static void e6_behind_our_own_tunnel_is_the_peers(void **state)
{
	struct pair *p = *state;
	struct mc_mac m = mac_of(1), elsewhere = mac_of(2);
	struct mact_op op;

	mact_foreign(p->t[1], &elsewhere, VLAN, true);
	learn(p, 0, 1, 1);
	mact_foreign(p->t[1], &m, VLAN, true);
	settle(p);
	assert_int_equal(mact_take_ops(p->t[1], &op, 1), 0);
	mact_tunnel_shared(p->t[1]);
	assert_int_equal(mact_take_ops(p->t[1], &op, 1), 1);
	assert_memory_equal(&op.mac, &m, sizeof(m));
	assert_int_equal(op.to, 1);
	assert_int_equal(mact_take_ops(p->t[1], &op, 1), 0); /* who is behind another's stays there */
}

static void c11_a_static_entry_is_never_replaced(void **state)
{
	struct pair *p = *state;
	struct mc_mac m = mac_of(1);
	struct mact_stats s;

	mact_foreign(p->t[1], &m, VLAN, false);
	settle(p);
	mact_stats(p->t[0], &s);
	assert_int_equal(s.peer, 0); /* nor told */
	mact_local_add(p->t[0], &m, VLAN, 1, false);
	assert_true(peer_turn(p, 0));
	assert_int_equal(mact_take_ops(p->t[1], &(struct mact_op){}, 1), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(c3_aged_on_one_heard_on_the_other_stays),
		TEST(c3_aged_on_both_goes),
		TEST(c3_only_age_is_voted_on),
		TEST(c3_an_orphans_address_has_no_second_vote),
		TEST(c3_costs_one_exchange_an_ageing_time),
		TEST(c5_a_leg_that_goes_hands_over),
		TEST(c5_both_legs_down_grow_old),
		TEST(c5_legs_that_flap_come_to_rest),
		TEST(c6_what_a_bond_can_serve_stays_as_its_own),
		TEST(c2_the_digest_finds_and_repairs_what_was_lost),
		TEST(c2_a_resync_moves_nothing),
		TEST(remote_gives_way_to_a_move_alone),
		TEST(e6_behind_our_own_tunnel_is_the_peers),
		TEST(c11_a_static_entry_is_never_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
