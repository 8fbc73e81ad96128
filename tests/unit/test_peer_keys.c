// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Key chains (B11): which key is valid when, and members that roll theirs, one
 * after the other, in a session that stands. The chains are libfrr's own; both
 * members here are of one process, so each has a chain of its own name.
 */
#include "tests/unit/peer_bench.h"

#include "keychain.h"
#include "qobj.h"

#define LONG_AGO 1000

static struct member a, b;

/* ---- which when ---- */

static const struct peer_keys three = {
	.on = true,
	.n = 3,
	.key = {
		{ .id = 1, .text = "one", .send_start = 10, .send_end = 20, .accept_start = 5, .accept_end = 25 },
		{ .id = 2, .text = "two", .send_start = 20, .send_end = 30, .accept_start = 15, .accept_end = 35 },
		{ .id = 9, .text = "nine", .send_start = 40, .send_end = -1, .accept_start = 38, .accept_end = -1 },
	},
};

static int64_t sends(time_t now, bool want_expired)
{
	bool expired;
	const struct peer_key *k = peer_key_to_send(&three, now, &expired);

	assert_int_equal(expired, want_expired);
	return k ? (int64_t)k->id : -1;
}

static void the_key_to_send_with(void **state)
{
	(void)state;
	assert_int_equal(sends(9, false), -1); /* none yet */
	assert_int_equal(sends(10, false), 1);
	assert_int_equal(sends(20, false), 1); /* both: the first */
	assert_int_equal(sends(21, false), 2);
	assert_int_equal(sends(35, true), 2); /* expired, and no other: it goes on */
	assert_int_equal(sends(40, false), 9);
	assert_int_equal(sends(4000000, false), 9);
}

static void the_keys_to_accept(void **state)
{
	(void)state;
	assert_null(peer_key_to_accept(&three, 1, 4));
	assert_ptr_equal(peer_key_to_accept(&three, 1, 5), &three.key[0]);
	assert_null(peer_key_to_accept(&three, 2, 14));
	assert_ptr_equal(peer_key_to_accept(&three, 1, 16), &three.key[0]);
	assert_ptr_equal(peer_key_to_accept(&three, 2, 16), &three.key[1]);
	assert_null(peer_key_to_accept(&three, 1, 26));
	/* none is valid: the last that was */
	assert_ptr_equal(peer_key_to_accept(&three, 2, 37), &three.key[1]);
	assert_null(peer_key_to_accept(&three, 1, 37));
	assert_null(peer_key_to_accept(&three, 2, 38));
	assert_ptr_equal(peer_key_to_accept(&three, 9, 38), &three.key[2]);
	assert_null(peer_key_to_accept(&three, 3, 16));
}

/* ---- members ---- */

static void key_set(const char *chain, uint32_t id, const char *text, bool send)
{
	struct key *k = key_get(keychain_get(chain), id);

	if (!k->string)
		k->string = XSTRDUP(MTYPE_KEY, text);
	k->send.start = send ? 0 : 1;
	k->send.end = send ? 0 : LONG_AGO;
}

static void use(struct member *m, const char *chain)
{
	strlcpy(m->conf.key_chain, chain, sizeof(m->conf.key_chain));
	peer_configure(m->peer, &m->conf, m->peer->ifindex);
}

static int setup(void **state)
{
	(void)state;
	bench_start();
	bench_key = "";
	member_start(&a, 0, "127.0.0.1", true);
	member_start(&b, 1, "127.0.0.1", true);
	return 0;
}

static int teardown(void **state)
{
	bench_stop(state);
	keychain_delete(keychain_get("left"));
	keychain_delete(keychain_get("right"));
	return 0;
}

static uint32_t key_in_use(struct member *m)
{
	bool expired;

	return peer_key_to_send(&m->peer->auth.keys, time(NULL), &expired)->id;
}

/* Something new goes through in both directions, by probe and by session. */
static void say_and_hear(uint32_t term)
{
	const struct mc_msg m = { .type = MC_MSG_ROLE_REQUEST, .role = { .term = term } };

	a.probes[0] = a.probes[1] = b.probes[0] = b.probes[1] = 0;
	a.n_order = b.n_order = 0;
	assert_true(peer_send(a.peer, &m) && peer_send(b.peer, &m));
	bench_until(a.n_order == 1 && b.n_order == 1 && a.order[0] == term && b.order[0] == term);
	bench_until(a.probes[0] && a.probes[1] && b.probes[0] && b.probes[1]);
}

static void rolled_without_a_drop(void **state)
{
	(void)state;
	key_set("left", 1, "old", true);
	key_set("right", 1, "old", true);
	use(&a, "left");
	use(&b, "right");
	bench_until(a.peer->session.codes.on && a.msgs[MC_MSG_HELLO] && b.msgs[MC_MSG_HELLO] && a.probes[0]);
	a.ups = b.ups = a.downs = b.downs = 0;
	say_and_hear(1);
	/* the first key came to one of them before the other */
	peer_stats_clear(a.peer);
	peer_stats_clear(b.peer);

	/* both learn the new key, then one after the other sends with it, then the old one goes */
	key_set("left", 70000, "new", true);
	use(&a, "left");
	key_set("right", 70000, "new", true);
	use(&b, "right");
	say_and_hear(2);
	key_set("left", 1, "old", false);
	use(&a, "left");
	assert_int_equal(key_in_use(&a), 70000);
	assert_int_equal(key_in_use(&b), 1);
	say_and_hear(3);
	key_set("right", 1, "old", false);
	use(&b, "right");
	assert_int_equal(key_in_use(&b), 70000);
	say_and_hear(4);
	key_delete(keychain_get("left"), key_lookup(keychain_get("left"), 1));
	use(&a, "left");
	key_delete(keychain_get("right"), key_lookup(keychain_get("right"), 1));
	use(&b, "right");
	say_and_hear(5);
	assert_int_equal(a.ups + b.ups + a.downs + b.downs, 0);
	assert_int_equal(peer_stats(a.peer)->bad_auth + peer_stats(b.peer)->bad_auth, 0);
}

static void an_empty_chain_says_nothing(void **state)
{
	(void)state;
	use(&a, "left");
	use(&b, "right");
	bench_until(peer_stats(a.peer)->tx_refused >= 4 && peer_stats(b.peer)->tx_refused >= 4);
	a.probes[0] = a.probes[1] = 0;
	bench_until(peer_stats(a.peer)->tx_refused >= 10);
	assert_int_equal(a.probes[0] + a.probes[1], 0);
	assert_false(peer_session_up(a.peer) && a.peer->session.hello);
}

static void the_same_text_under_another_id_is_another_key(void **state)
{
	(void)state;
	key_set("left", 1, "old", true);
	key_set("right", 2, "old", true);
	use(&a, "left");
	use(&b, "right");
	bench_until(peer_stats(a.peer)->bad_auth >= 3 && peer_stats(b.peer)->bad_auth >= 3);
	assert_false(a.peer->session.codes.on);
}

#define peer_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_key_to_send_with),
		cmocka_unit_test(the_keys_to_accept),
		peer_test(rolled_without_a_drop),
		peer_test(an_empty_chain_says_nothing),
		peer_test(the_same_text_under_another_id_is_another_key),
	};

	qobj_init();
	keychain_init_new(true);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
