// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The key (B11), member against member over loopback: with the same key they
 * pair as without; with another, or with one on one side alone, nothing that is
 * said counts, and both say why. Recorded probes and a stranger on the
 * session's port change nothing. The pieces (wire/auth.h) stand first.
 */
#include "tests/unit/peer_bench.h"

#include <net/if.h>

static struct member a, b;
static unsigned int faults[2][MC_REFUSED_MAX];

static void on_fault_a(void *arg, enum mc_refusal fault)
{
	(void)arg;
	faults[0][fault]++;
}

static void on_fault_b(void *arg, enum mc_refusal fault)
{
	(void)arg;
	faults[1][fault]++;
}

static int setup(void **state)
{
	(void)state;
	memset(faults, 0, sizeof(faults));
	bench_start();
	return 0;
}

static void set_key(struct member *m, const char *key)
{
	strlcpy(m->conf.auth_key, key, sizeof(m->conf.auth_key));
	peer_configure(m->peer, &m->conf, m->peer->ifindex);
}

static void start(const char *key_a, const char *key_b)
{
	bench_key = key_a;
	member_start(&a, 0, "127.0.0.1", true);
	a.ops.refused = on_fault_a;
	bench_key = key_b;
	member_start(&b, 1, "127.0.0.1", true);
	b.ops.refused = on_fault_b;
}

static void start_paired(const char *key)
{
	start(key, key);
	bench_until(a.msgs[MC_MSG_HELLO] && b.msgs[MC_MSG_HELLO] && a.probes[1] && b.probes[1]);
}

static void assert_nothing_counts(void)
{
	assert_int_equal(a.probes[0] + a.probes[1] + b.probes[0] + b.probes[1], 0);
	assert_int_equal(a.ups + b.ups, 0);
	assert_true(IS_IPADDR_NONE(peer_address(a.peer)));
	assert_true(IS_IPADDR_NONE(peer_address(b.peer)));
}

/* ---- the bytes ---- */

static void trailer_stands_at_the_end(void **state)
{
	const struct wire_trailer t = { .key_id = 0x12345678, .nonce = 1, .echo = UINT64_MAX, .counter = 42 };
	uint8_t buf[WIRE_PROBE_MAX];
	struct mc_probe p = { .seq = 9, .request = true }, q;
	struct wire_trailer r;
	ssize_t len, n;

	(void)state;
	bench_member(&p.m, 0, 5);
	len = wire_probe_write(&p, buf, sizeof(buf));
	assert_true(len > 0);
	assert_int_equal(wire_trailer_read(buf, (size_t)len, &r), WIRE_NO_AUTH);
	for (size_t room = (size_t)len; room < (size_t)len + WIRE_TRAILER_LEN; room++)
		assert_int_equal(wire_trailer_write(&t, buf, (size_t)len, room), WIRE_NO_ROOM);
	n = wire_trailer_write(&t, buf, (size_t)len, sizeof(buf));
	assert_int_equal(n, len + WIRE_TRAILER_LEN);
	assert_int_equal(wire_trailer_read(buf, (size_t)n, &r), WIRE_OK);
	assert_memory_equal(&r, &t, sizeof(r));
	/* the probe is read as ever */
	assert_int_equal(wire_probe_read(buf, (size_t)n, &q), WIRE_OK);
	assert_true(q.request && q.seq == 9 && q.m.incarnation == 5);
	for (size_t cut = 6; cut < WIRE_TRAILER_LEN; cut++)
		assert_int_equal(wire_trailer_read(buf, cut, &r), WIRE_SHORT);
	buf[n - WIRE_TRAILER_LEN + 2] = 2;
	assert_int_equal(wire_trailer_read(buf, (size_t)n, &r), WIRE_BAD_VALUE);
}

static void frames_of_the_handshake(void **state)
{
	uint8_t nonce[WIRE_NONCE_LEN], back[WIRE_NONCE_LEN], frame[WIRE_NONCE_FRAME];
	struct mc_mac_entry macs[MC_MAC_BATCH];
	struct mc_msg m;
	int error;

	(void)state;
	peer_auth_nonce(nonce, sizeof(nonce));
	wire_nonce_write(nonce, frame);
	assert_int_equal(wire_frame_len(frame, sizeof(frame)), WIRE_NONCE_FRAME);
	assert_int_equal(wire_nonce_read(frame, back), WIRE_OK);
	assert_memory_equal(back, nonce, sizeof(nonce));
	/* to a member without a key it is a frame with a name */
	assert_int_equal(wire_msg_read(frame, sizeof(frame), &m, macs, &error), sizeof(frame));
	assert_int_equal(error, WIRE_AUTH);
	frame[3]++;
	assert_int_equal(wire_nonce_read(frame, back), WIRE_BAD_LENGTH);
	frame[5] = MC_MSG_HELLO;
	assert_int_equal(wire_nonce_read(frame, back), WIRE_NO_AUTH);
}

/* A frame opens once, in its place, in its direction, in its session, with its key, unharmed. */
static void a_frame_opens_in_its_place_alone(void **state)
{
	const struct mc_msg msg = { .type = MC_MSG_ROLE_REQUEST, .role = { .term = 77 } };
	struct peer_codes tx = { .on = true, .own = "one", .peer = "two" };
	const struct peer_codes rx = { .on = true, .own = "two", .peer = "one" };
	uint8_t sent[64], frame[64];
	struct peer_codes try;
	ssize_t plain, n;

	(void)state;
	start("secret", "other");
	plain = wire_msg_write(&msg, sent, sizeof(sent));
	n = peer_auth_seal(a.peer, &tx, sent, (size_t)plain, sizeof(sent));
	assert_int_equal(n, plain + WIRE_SEAL_LEN);
	assert_int_equal(tx.tx, 1);
#define OPEN(who, codes) (memcpy(frame, sent, sizeof(frame)), try = (codes), peer_auth_open(who, &try, frame, (size_t)n))
	assert_int_equal(OPEN(a.peer, rx), plain);
	assert_int_equal(wire_frame_len(frame, (size_t)plain), plain);
	assert_int_equal(try.rx, 1);
	memcpy(frame, sent, sizeof(frame));
	assert_int_equal(peer_auth_open(a.peer, &try, frame, (size_t)n), 0); /* again */
	assert_int_equal(OPEN(b.peer, rx), 0);
	assert_int_equal(OPEN(a.peer, ((struct peer_codes){ .own = "one", .peer = "two" })), 0);
	assert_int_equal(OPEN(a.peer, ((struct peer_codes){ .own = "two", .peer = "six" })), 0);
	assert_int_equal(OPEN(a.peer, ((struct peer_codes){ .own = "six", .peer = "one" })), 0);
	for (ssize_t i = 0; i < n * 8; i++) {
		memcpy(frame, sent, sizeof(frame));
		frame[i / 8] ^= (uint8_t)(1U << (i % 8));
		try = rx;
		assert_int_equal(peer_auth_open(a.peer, &try, frame, (size_t)n), 0);
	}
	for (size_t cut = 0; cut < (size_t)n; cut++) {
		uint8_t *copy = malloc(cut + 1);

		memcpy(copy, sent, cut);
		try = rx;
		assert_int_equal(peer_auth_open(a.peer, &try, copy, cut), 0);
		free(copy);
	}
}

/* ---- pairs ---- */

static void the_same_key_pairs(void **state)
{
	unsigned int from;

	(void)state;
	start_paired("secret");
	peer_probe_now(a.peer, 3, 77);
	bench_until(a.answered[0] == 77 && a.answered[1] == 77);
	from = b.probes[1];
	bench_until(b.probes[1] > from + 5 && b.probes[0] > 5);
	assert_int_equal(a.downs + b.downs, 0);
	assert_int_equal(peer_stats(a.peer)->bad_auth + peer_stats(b.peer)->bad_auth, 0);
	assert_int_equal(peer_stats(a.peer)->replayed + peer_stats(b.peer)->replayed, 0);
	assert_true(a.peer->session.codes.on && b.peer->session.codes.on);
}

static void bulk_goes_through_a_keyed_session(void **state)
{
	static struct mc_mac_entry e[MC_MAC_BATCH];
	struct mc_msg bulk = { .type = MC_MSG_MAC, .macs = { .e = e, .n = MC_MAC_BATCH } };
	unsigned int sent = 0;

	(void)state;
	for (unsigned int i = 0; i < MC_MAC_BATCH; i++)
		e[i].mac.b[5] = 2;
	start_paired("secret");
	for (; peer_writable(a.peer); sent++) {
		e[0].vlan = (uint16_t)sent;
		assert_true(peer_send(a.peer, &bulk));
	}
	assert_true(sent > 10);
	bench_until(b.macs == (uint64_t)sent * MC_MAC_BATCH);
	for (unsigned int i = 0; i < sent; i++)
		assert_int_equal(b.order[i], i);
}

static void another_key_is_refused_by_name(void **state)
{
	(void)state;
	start("secret", "secreT");
	bench_until(faults[0][MC_REFUSED_WRONG_KEY] > 3 && faults[1][MC_REFUSED_WRONG_KEY] > 3);
	assert_nothing_counts();
	assert_true(peer_stats(a.peer)->bad_auth > 3);
}

static void a_key_on_one_side_is_refused_by_both(void **state)
{
	(void)state;
	start("secret", "");
	bench_until(faults[0][MC_REFUSED_NO_CODE] > 3 && faults[1][MC_REFUSED_NO_KEY] > 3);
	assert_nothing_counts();
	assert_true(peer_stats(a.peer)->bad_auth > 3 && peer_stats(b.peer)->bad_auth > 3);
	assert_int_equal(faults[0][MC_REFUSED_WRONG_KEY] + faults[1][MC_REFUSED_WRONG_KEY], 0);
}

static void a_key_may_be_changed_live(void **state)
{
	(void)state;
	start_paired("secret");
	set_key(&a, "another");
	bench_until(a.downs == 1 && b.downs == 1);
	assert_int_equal(a.goodbyes + b.goodbyes, 0);
	bench_until(faults[0][MC_REFUSED_WRONG_KEY] && faults[1][MC_REFUSED_WRONG_KEY]);
	assert_int_equal(a.ups + b.ups, 2);
	set_key(&b, "another");
	bench_until(a.msgs[MC_MSG_HELLO] == 2 && b.msgs[MC_MSG_HELLO] == 2);
	/* and away with it */
	set_key(&b, "");
	set_key(&a, "");
	bench_until(a.msgs[MC_MSG_HELLO] == 3 && b.msgs[MC_MSG_HELLO] == 3);
	assert_false(a.peer->session.codes.on);
}

static void a_restarted_peer_is_believed_at_once(void **state)
{
	uint64_t nonce;

	(void)state;
	start_paired("secret");
	nonce = a.peer->auth.nonce;
	member_stop(&b);
	bench_until(a.downs == 1);
	member_start(&b, 1, "127.0.0.1", true);
	b.self.incarnation = 4711;
	peer_set_self(b.peer, &b.self, true);
	bench_until(a.ups == 2 && b.msgs[MC_MSG_HELLO] && a.msgs[MC_MSG_HELLO] == 2);
	assert_int_equal(a.peer->auth.incarnation, 4711);
	/* what was said to its life before is worth nothing now */
	assert_true(a.peer->auth.nonce != nonce);
}

/* ---- strangers ---- */

static void say(int fd, const void *bytes, size_t len)
{
	assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* What a would send to b on the peerlink, as an eavesdropper has it. */
static size_t record(uint8_t *buf, uint16_t port, uint64_t echo)
{
	struct mc_probe p = { .m = a.self };
	struct ipaddr ip;
	struct sockaddr_storage to;
	ssize_t n = wire_probe_write(&p, buf, WIRE_PROBE_MAX);

	str2ipaddr("127.0.0.1", &ip);
	peer_sockaddr(&ip, port, 0, &to);
	n = peer_auth_sign(a.peer, &to, echo, buf, (size_t)n, WIRE_PROBE_MAX);
	assert_true(n > 0);
	return (size_t)n;
}

static void a_probe_counts_once_and_on_its_path(void **state)
{
	uint8_t buf[WIRE_PROBE_MAX];
	const struct peer_stats *s;
	unsigned int before;
	int fd;
	size_t len;

	(void)state;
	start_paired("secret");
	s = peer_stats(b.peer);
	fd = bench_udp(1, "127.0.0.1", 255);
	/* nobody else speaks from here on */
	a.conf.keepalive_ms = 60000;
	peer_configure(a.peer, &a.conf, a.peer->ifindex);
	len = record(buf, member_port(1), b.peer->auth.nonce);
	say(fd, buf, len);
	bench_until(b.peer->auth.window[0].top == a.peer->auth.counter);
	peer_poll(b.peer); /* what the thread has taken is counted */
	before = b.probes[0];
	say(fd, buf, len);
	bench_until(s->replayed == 1);
	/* made for another port, so for another path */
	len = record(buf, (uint16_t)(member_port(1) + 100), b.peer->auth.nonce);
	say(fd, buf, len);
	bench_until(s->bad_auth == 1);
	/* any bit of it */
	len = record(buf, member_port(1), b.peer->auth.nonce);
	buf[len - 1] ^= 1;
	say(fd, buf, len);
	bench_until(s->bad_auth == 2);
	buf[len - 1] ^= 1;
	buf[8] ^= 1;
	say(fd, buf, len);
	bench_until(s->bad_auth == 3);
	/* cut off behind the member block: bytes that are no trailer */
	say(fd, buf, len - WIRE_CODE_LEN);
	bench_until(s->bad_auth == 4);
	assert_int_equal(b.probes[0], before);
	assert_int_equal(faults[1][MC_REFUSED_NO_CODE], 0);
	close(fd);
}

/* Said before our life, or to nobody: answered, so that the other learns our nonce, and no more. */
static void an_old_probe_is_answered_and_does_not_count(void **state)
{
	uint8_t buf[WIRE_PROBE_MAX];
	struct wire_trailer t;
	struct mc_probe answer;
	ssize_t n = -1;
	size_t len;
	int fd;

	(void)state;
	bench_key = "secret";
	member_start(&b, 1, "127.0.0.1", true);
	/* a stands beside, its words go through our hands */
	member_start(&a, 0, "127.0.0.3", false);
	fd = bench_udp(1, "127.0.0.1", 255);
	len = record(buf, member_port(1), b.peer->auth.nonce ^ 1);
	say(fd, buf, len);
	bench_guard(true);
	while ((n = recv(fd, buf, sizeof(buf), 0)) < 0 && bench_turn())
		;
	bench_guard(false);
	assert_true(n > 0);
	assert_int_equal(wire_probe_read(buf, (size_t)n, &answer), WIRE_OK);
	assert_int_equal(wire_trailer_read(buf, (size_t)n, &t), WIRE_OK);
	assert_true(t.echo == a.peer->auth.nonce);
	assert_true(t.nonce == b.peer->auth.nonce);
	assert_int_equal(b.probes[0], 0);
	assert_true(IS_IPADDR_NONE(peer_address(b.peer)));
	close(fd);
}

static void a_stranger_does_not_end_the_session(void **state)
{
	uint8_t hello[512], nonce[WIRE_NONCE_FRAME], proof[WIRE_PROOF_FRAME] = { 0 }, back[256];
	size_t len = bench_hello(hello, sizeof(hello), 7);
	int plain, echo, guess;
	int64_t since;
	ssize_t n;

	(void)state;
	start_paired("secret");
	since = peer_now();
	plain = bench_connect(1, "127.0.0.1", 255);
	echo = bench_connect(1, "127.0.0.1", 255);
	guess = bench_connect(1, "127.0.0.1", 255);
	bench_until(b.peer->hand[1].fd >= 0 && b.peer->hand[2].fd >= 0 && b.peer->hand[3].fd >= 0);
	say(plain, hello, len);
	bench_until(faults[1][MC_REFUSED_NO_CODE] == 1);
	/* its own nonce, of another connection: with two of them it could prove itself to itself */
	n = recv(guess, back, sizeof(back), 0);
	assert_int_equal(n, WIRE_NONCE_FRAME);
	say(echo, back, (size_t)n);
	bench_until(peer_stats(b.peer)->bad_auth == 2);
	wire_nonce_write((const uint8_t *)"0123456789abcdef01234567", nonce);
	wire_proof_write(proof);
	say(guess, nonce, sizeof(nonce));
	say(guess, proof, sizeof(proof));
	bench_until(peer_stats(b.peer)->bad_auth == 3);
	/* for what they said, not for having waited */
	assert_true(peer_now() - since < 2000);
	assert_int_equal(a.downs + b.downs, 0);
	assert_int_equal(b.ups, 1);
	close(plain);
	close(echo);
	close(guess);
}

/* One that does not prove itself gives way to those that come; the peer's still gets through. */
static void many_strangers_do_not_keep_the_peer_out(void **state)
{
	int fd[PEER_HANDS + 2];

	(void)state;
	bench_key = "secret";
	member_start(&b, 1, "127.0.0.1", true);
	for (unsigned int i = 0; i < array_size(fd); i++)
		fd[i] = bench_connect(1, "127.0.0.1", 255);
	bench_until(b.peer->hand[1].fd >= 0 && b.peer->hand[2].fd >= 0 && b.peer->hand[3].fd >= 0);
	member_start(&a, 0, "127.0.0.1", true);
	bench_until(a.msgs[MC_MSG_HELLO] && b.msgs[MC_MSG_HELLO]);
	for (unsigned int i = 0; i < array_size(fd); i++)
		close(fd[i]);
}

#define peer_test(f) cmocka_unit_test_setup_teardown(f, setup, bench_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trailer_stands_at_the_end),
		cmocka_unit_test(frames_of_the_handshake),
		peer_test(a_frame_opens_in_its_place_alone),
		peer_test(the_same_key_pairs),
		peer_test(bulk_goes_through_a_keyed_session),
		peer_test(another_key_is_refused_by_name),
		peer_test(a_key_on_one_side_is_refused_by_both),
		peer_test(a_key_may_be_changed_live),
		peer_test(a_restarted_peer_is_believed_at_once),
		peer_test(a_probe_counts_once_and_on_its_path),
		peer_test(an_old_probe_is_answered_and_does_not_count),
		peer_test(a_stranger_does_not_end_the_session),
		peer_test(many_strangers_do_not_keep_the_peer_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
