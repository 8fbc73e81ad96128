// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The peer's transport against strangers and broken peers: a plain socket
 * plays the other side and says what no member would. It must be counted,
 * refused or cut off, and a good member must be served afterwards.
 */
#include "tests/unit/peer_bench.h"

#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>

static struct member b; /* the one under test: the listening side */
static unsigned int refusals[MC_REFUSED_MAX];

static void on_refused(void *arg, enum mc_refusal why)
{
	(void)arg;
	refusals[why]++;
}

static int setup(void **state)
{
	(void)state;
	bench_start();
	member_start(&b, 1, "127.0.0.1", true);
	b.ops.refused = on_refused;
	memset(refusals, 0, sizeof(refusals));
	return 0;
}

static void say(int fd, const void *bytes, size_t len)
{
	assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* Connects as the peer and says hello. */
static int join_with(uint64_t incarnation, uint32_t capabilities)
{
	unsigned int ups = b.ups, hellos = b.msgs[MC_MSG_HELLO];
	uint8_t buf[512];
	size_t len = bench_hello_of(buf, sizeof(buf), incarnation, capabilities);
	int fd = bench_connect(1, "127.0.0.1", 255);

	bench_until(b.ups == ups + 1);
	say(fd, buf, len);
	bench_until(b.msgs[MC_MSG_HELLO] == hellos + 1);
	return fd;
}

static int join_as(uint64_t incarnation)
{
	return join_with(incarnation, 0);
}

/* A real member comes and is served: nothing of what was before is left. */
static void assert_still_serves(void)
{
	struct member a;
	unsigned int hellos = b.msgs[MC_MSG_HELLO];

	member_start(&a, 0, "127.0.0.1", false);
	bench_until(a.msgs[MC_MSG_HELLO] == 1 && b.msgs[MC_MSG_HELLO] == hellos + 1);
	member_stop(&a);
}

static size_t msg_frame(uint8_t *buf, size_t size, enum mc_msg_type type)
{
	const struct mc_msg m = { .type = type };
	ssize_t len = wire_msg_write(&m, buf, size);

	assert_true(len > 0);
	return (size_t)len;
}

/* ---- the stream ---- */

static void frames_may_come_in_pieces(void **state)
{
	uint8_t buf[512];
	size_t len = bench_hello(buf, sizeof(buf), 7);
	int fd = bench_connect(1, "127.0.0.1", 255);

	(void)state;
	bench_until(b.ups == 1);
	len += msg_frame(buf + len, sizeof(buf) - len, MC_MSG_SYNC_END);
	for (size_t i = 0; i < len; i++) {
		unsigned int before = b.msgs[MC_MSG_HELLO] + b.msgs[MC_MSG_SYNC_END];
		size_t in_len = b.peer->session.in_len;

		say(fd, buf + i, 1);
		bench_until(b.peer->session.in_len == in_len + 1 ||
			    b.msgs[MC_MSG_HELLO] + b.msgs[MC_MSG_SYNC_END] == before + 1);
	}
	assert_int_equal(b.msgs[MC_MSG_HELLO], 1);
	assert_int_equal(b.msgs[MC_MSG_SYNC_END], 1);
	assert_string_equal(b.version, "raw");
	assert_int_equal(b.downs, 0);
	close(fd);
	bench_until(b.downs == 1);
	assert_int_equal(b.goodbyes, 0);
}

static void many_frames_may_come_at_once(void **state)
{
	static uint8_t buf[4000 * WIRE_FRAME_HEADER];
	size_t len = 0, done = 0;
	int fd;

	(void)state;
	while (len + WIRE_FRAME_HEADER <= sizeof(buf))
		len += msg_frame(buf + len, sizeof(buf) - len, MC_MSG_SYNC_ACK);
	fd = join_as(7);
	while (done < len) {
		ssize_t n = send(fd, buf + done, len - done, MSG_NOSIGNAL);

		if (n > 0)
			done += (size_t)n;
		else
			assert_true(errno == EAGAIN && bench_turn());
	}
	bench_until(b.msgs[MC_MSG_SYNC_ACK] == 4000);
	close(fd);
}

static void a_broken_length_ends_the_session(void **state)
{
	static const uint8_t frames[][8] = {
		{ 0, 0, 0, 0 }, { 0, 0, 0, 7 }, { 0, 0, 0x40, 1 }, { 0xff, 0xff, 0xff, 0xff }
	};

	(void)state;
	for (unsigned int i = 0; i < array_size(frames); i++) {
		int fd = join_as(7);

		say(fd, frames[i], sizeof(frames[i]));
		bench_until(b.downs == i + 1);
		assert_int_equal(peer_stats(b.peer)->bad_length, i + 1);
		close(fd);
	}
	assert_still_serves();
}

/* Its kernel knows nothing of the session, its word of the end was lost, and nothing is on its way that would be repeated. */
static void a_session_that_the_peer_has_forgotten_ends(void **state)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = socket(AF_INET, SOCK_STREAM, 0), peer = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	struct pollfd own = {.events = POLLIN};
	socklen_t len = sizeof(sin);
	bool may;

	(void)state;
	assert_int_equal(bind(listener, (struct sockaddr *)&sin, len), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&sin, &len), 0);
	assert_int_equal(connect(peer, (struct sockaddr *)&sin, len), 0);
	own.fd = accept(listener, NULL, NULL);
	assert_int_equal(peer_tcp_tune(own.fd, 1000), 0);
	may = setsockopt(peer, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)) == 0;
	close(peer); /* without a word */
	if (may)
		assert_int_equal(poll(&own, 1, 60000), 1);
	close(own.fd);
	close(listener);
	if (!may)
		skip(); /* not root */
}

static void the_first_word_must_be_hello(void **state)
{
	uint8_t buf[512], unknown[WIRE_FRAME_HEADER] = { 0, 0, 0, 8, 0x12, 0x34 };
	size_t len = msg_frame(buf, sizeof(buf), MC_MSG_SYNC_END);
	int fd = bench_connect(1, "127.0.0.1", 255);

	(void)state;
	bench_until(b.ups == 1);
	say(fd, unknown, sizeof(unknown));
	say(fd, buf, len);
	bench_until(b.downs == 1);
	assert_int_equal(b.msgs[MC_MSG_SYNC_END], 0);
	assert_int_equal(peer_stats(b.peer)->unknown, 1);
	close(fd);
	assert_still_serves();
}

static void another_version_is_refused(void **state)
{
	uint8_t buf[512];
	size_t len = bench_hello(buf, sizeof(buf), 7);
	int fd = bench_connect(1, "127.0.0.1", 255);

	(void)state;
	bench_until(b.ups == 1);
	buf[WIRE_FRAME_HEADER + 1] = 2;
	say(fd, buf, len);
	bench_until(b.downs == 1);
	assert_int_equal(peer_stats(b.peer)->bad_version, 1);
	assert_int_equal(refusals[MC_REFUSED_VERSION], 1); /* and said as a state (B12) */
	assert_int_equal(b.msgs[MC_MSG_HELLO], 0);
	close(fd);
	assert_still_serves();
}

static void a_bad_value_or_unknown_type_is_skipped(void **state)
{
	static const uint8_t bad_port_ack[] = { 0, 0, 0, 16, 0, MC_MSG_PORT_ACK, 0, 0,
						0, 0, 0, 0,  0, 0,		 0, 1 };
	static const uint8_t unknown[] = { 0, 0, 0, 9, 0x7f, 0xff, 0, 0, 0xee };
	uint8_t end[WIRE_FRAME_HEADER];
	int fd = join_as(7);

	(void)state;
	say(fd, bad_port_ack, sizeof(bad_port_ack));
	say(fd, unknown, sizeof(unknown));
	say(fd, end, msg_frame(end, sizeof(end), MC_MSG_SYNC_END));
	bench_until(b.msgs[MC_MSG_SYNC_END] == 1);
	assert_int_equal(b.msgs[MC_MSG_PORT_ACK], 0);
	assert_int_equal(peer_stats(b.peer)->bad_value, 1);
	assert_int_equal(peer_stats(b.peer)->unknown, 1);
	assert_int_equal(b.downs, 0);
	close(fd);
}

/* The last words are heard even when the connection is reset behind them. */
static void goodbye_before_a_reset_counts(void **state)
{
	const struct linger at_once = { .l_onoff = 1 };
	uint8_t bye[WIRE_FRAME_HEADER];
	int fd = join_as(7);

	(void)state;
	say(fd, bye, msg_frame(bye, sizeof(bye), MC_MSG_GOODBYE));
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), 0);
	close(fd);
	/* ours goes the same moment: sending fails first, what was said is still read */
	b.self.acting = true;
	assert_true(peer_send(b.peer, &(struct mc_msg){ .type = MC_MSG_STATE, .state = b.self }));
	bench_until(b.downs == 1);
	assert_int_equal(b.goodbyes, 1);
	assert_int_equal(b.msgs[MC_MSG_GOODBYE], 1);
}

static void a_new_connection_replaces_the_old(void **state)
{
	int first = join_as(7), second;
	char byte;

	(void)state;
	second = join_as(8);
	assert_int_equal(b.downs, 1);
	assert_int_equal(b.ups, 2);
	assert_true(peer_session_up(b.peer));
	/* the first one has been closed at its other end, behind b's hello */
	for (;;) {
		ssize_t n = recv(first, &byte, 1, 0);

		if (n == 0 || (n < 0 && errno == ECONNRESET))
			break;
		assert_int_equal(n, 1);
	}
	close(first);
	close(second);
}

static void a_stranger_cannot_connect(void **state)
{
	int own = join_as(7), fd = bench_connect(1, "127.0.0.2", 255);

	(void)state;
	bench_until(peer_stats(b.peer)->bad_source == 1);
	assert_int_equal(b.downs, 0);
	close(fd);
	close(own);
}

static int tcp_state(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len), 0);
	return info.tcpi_state;
}

/* From beyond the link: not even the handshake is answered. */
static void a_lower_hop_limit_cannot_connect(void **state)
{
	int far = bench_connect(1, "127.0.0.1", 254), near = join_as(7);

	(void)state;
	assert_int_equal(tcp_state(near), TCP_ESTABLISHED);
	assert_int_equal(tcp_state(far), TCP_SYN_SENT);
	assert_int_equal(b.ups, 1);
	close(far);
	close(near);
}

static uint32_t random_next(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* Well-formed lengths around random bodies, then plain noise: it ends or it waits, it never harms. */
static void noise_is_survived(void **state)
{
	uint32_t seed = 20261121;
	uint8_t buf[2048];

	(void)state;
	for (unsigned int round = 0; round < 100; round++) {
		int fd = join_as(7);
		size_t len = WIRE_FRAME_HEADER + random_next(&seed) % 256, n = 0;

		while (n + len < sizeof(buf)) {
			for (size_t i = 0; i < len; i++)
				buf[n + i] = (uint8_t)random_next(&seed);
			memcpy(buf + n, (uint8_t[]){ 0, 0, (uint8_t)(len >> 8), (uint8_t)len, 0 }, 5);
			buf[n + 5] %= MC_MSG_MAX + 2;
			n += len;
		}
		for (; n < sizeof(buf); n++)
			buf[n] = (uint8_t)random_next(&seed);
		say(fd, buf, sizeof(buf));
		close(fd);
		bench_until(b.downs == b.ups);
	}
	assert_still_serves();
}

/* ---- datagrams ---- */

static size_t probe_bytes(uint8_t *buf, unsigned int side, uint64_t incarnation, uint32_t seq)
{
	struct mc_probe p = { .seq = seq, .request = seq != 0 };
	ssize_t len;

	bench_member(&p.m, side, incarnation);
	len = wire_probe_write(&p, buf, WIRE_PROBE_MAX);
	assert_true(len > 0);
	return (size_t)len;
}

static void bad_datagrams_are_counted_by_name(void **state)
{
	const struct peer_stats *s = peer_stats(b.peer);
	uint8_t buf[WIRE_PROBE_MAX + 100] = { 0 };
	int fd = bench_udp(1, "127.0.0.1", 255);
	size_t len = probe_bytes(buf, 0, 7, 0);

	(void)state;
	say(fd, buf, len - 1);
	say(fd, buf, sizeof(buf));
	bench_until(s->bad_length == 2);
	say(fd, "", 0);
	bench_until(s->bad_length == 3);
	assert_int_equal(refusals[MC_REFUSED_VERSION], 0);
	buf[4] = 9;
	say(fd, buf, len);
	bench_until(s->bad_version == 1);
	assert_int_equal(refusals[MC_REFUSED_VERSION], 1);
	buf[0] = 'X';
	say(fd, buf, len);
	bench_until(s->bad_value == 1);
	assert_int_equal(b.probes[0], 0);
	assert_true(IS_IPADDR_NONE(peer_address(b.peer)));
	close(fd);
}

static void only_the_peer_on_the_link_is_heard(void **state)
{
	const struct peer_stats *s = peer_stats(b.peer);
	uint8_t buf[WIRE_PROBE_MAX];
	size_t len = probe_bytes(buf, 0, 7, 1);
	int stranger = bench_udp(1, "127.0.0.2", 255), far = bench_udp(1, "127.0.0.1", 254);

	(void)state;
	say(stranger, buf, len);
	bench_until(s->bad_source == 1);
	say(far, buf, len);
	bench_until(s->bad_hoplimit == 1);
	assert_int_equal(b.probes[0], 0);
	/* nor are they answered */
	assert_int_equal(recv(stranger, buf, sizeof(buf), 0), -1);
	assert_int_equal(recv(far, buf, sizeof(buf), 0), -1);
	close(stranger);
	close(far);
}

static void the_answer_repeats_the_number(void **state)
{
	struct mc_probe answer;
	uint8_t buf[WIRE_PROBE_MAX];
	size_t len = probe_bytes(buf, 0, 7, 4711);
	int fd = bench_udp(1, "127.0.0.1", 255);
	ssize_t n = -1;

	(void)state;
	say(fd, buf, len);
	bench_until(b.probes[0] == 1);
	n = recv(fd, buf, sizeof(buf), 0);
	assert_true(n > 0);
	assert_int_equal(wire_probe_read(buf, (size_t)n, &answer), WIRE_OK);
	assert_int_equal(answer.reply_to, 4711);
	assert_false(answer.request);
	assert_int_equal(answer.m.incarnation, b.self.incarnation);
	close(fd);
}

static void own_words_come_back(void **state)
{
	const struct peer_stats *s = peer_stats(b.peer);
	uint8_t buf[WIRE_PROBE_MAX];
	int fd = bench_udp(1, "127.0.0.1", 255);

	(void)state;
	say(fd, buf, probe_bytes(buf, 1, b.self.incarnation, 0));
	bench_until(s->own_reflection == 1);
	assert_int_equal(b.probes[0], 1); /* for the core to say; it has our incarnation */
	/* the same id under another incarnation is a clone (A10): said, but no peer */
	say(fd, buf, probe_bytes(buf, 1, 999, 5));
	bench_until(s->own_reflection == 2);
	assert_int_equal(b.probes[0], 2);
	assert_true(IS_IPADDR_NONE(peer_address(b.peer)));
	assert_int_equal(recv(fd, buf, sizeof(buf), 0), -1);
	close(fd);
}

/* B4: on loopback all arrives on the "peerlink", so nothing counts unless the edge says so. */
static void a_heartbeat_over_the_peerlink_does_not_count(void **state)
{
	const struct peer_stats *s = peer_stats(b.peer);
	struct member a;

	(void)state;
	b.ops.independent = NULL;
	member_start(&a, 0, "127.0.0.1", true);
	bench_until(s->over_peerlink >= 3);
	assert_int_equal(b.probes[1], 0);
	b.ops.independent = a.ops.independent;
	bench_until(b.probes[1] >= 3);
	member_stop(&a);
}

/* B12: a type that needs a capability is used when both have it, and only then. */
static void an_older_member_gets_what_it_knows(void **state)
{
	static const struct mc_msg resync = { .type = MC_MSG_RESYNC }, term = { .type = MC_MSG_ROLE_ACK };
	uint8_t buf[64];
	ssize_t len = wire_msg_write(&resync, buf, sizeof(buf));
	int fd;

	(void)state;
	assert_true(len > 0);
	b.capabilities = MC_CAP_DIGEST;
	fd = join_as(7);
	assert_false(peer_send(b.peer, &resync));
	assert_true(peer_send(b.peer, &term));
	say(fd, buf, (size_t)len); /* not agreed, so passed over like one that is not known */
	say(fd, buf, msg_frame(buf, sizeof(buf), MC_MSG_SYNC_END));
	bench_until(b.msgs[MC_MSG_SYNC_END] == 1);
	assert_int_equal(b.msgs[MC_MSG_RESYNC], 0);
	assert_int_equal(peer_stats(b.peer)->refused[MC_MSG_RESYNC], 1);
	assert_int_equal(b.downs, 0);
	close(fd);
}

/* A later release: capabilities, types and bytes behind the known ones that nobody here has heard of. */
static void a_newer_member_is_understood(void **state)
{
	static const struct mc_msg resync = { .type = MC_MSG_RESYNC };
	static const uint8_t strange[] = { 0, 0, 0, 12, 0, 200, 0, 0, 1, 2, 3, 4 };
	uint8_t buf[64] = { 0 };
	ssize_t len = wire_msg_write(&resync, buf, sizeof(buf));
	int fd;

	(void)state;
	assert_true(len > 0);
	b.capabilities = MC_CAP_DIGEST;
	fd = join_with(7, UINT32_MAX);
	assert_true(peer_send(b.peer, &resync));
	say(fd, strange, sizeof(strange));
	buf[3] = (uint8_t)(len + 5); /* five bytes more than we know */
	say(fd, buf, (size_t)len + 5);
	bench_until(b.msgs[MC_MSG_RESYNC] == 1);
	assert_int_equal(peer_stats(b.peer)->unknown, 1);
	assert_int_equal(b.downs, 0);
	close(fd);
}

#define peer_test(f) cmocka_unit_test_setup_teardown(f, setup, bench_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		peer_test(frames_may_come_in_pieces),
		peer_test(many_frames_may_come_at_once),
		peer_test(a_broken_length_ends_the_session),
		cmocka_unit_test(a_session_that_the_peer_has_forgotten_ends),
		peer_test(the_first_word_must_be_hello),
		peer_test(another_version_is_refused),
		peer_test(a_bad_value_or_unknown_type_is_skipped),
		peer_test(an_older_member_gets_what_it_knows),
		peer_test(a_newer_member_is_understood),
		peer_test(goodbye_before_a_reset_counts),
		peer_test(a_new_connection_replaces_the_old),
		peer_test(a_stranger_cannot_connect),
		peer_test(a_lower_hop_limit_cannot_connect),
		peer_test(noise_is_survived),
		peer_test(bad_datagrams_are_counted_by_name),
		peer_test(only_the_peer_on_the_link_is_heard),
		peer_test(the_answer_repeats_the_number),
		peer_test(own_words_come_back),
		peer_test(a_heartbeat_over_the_peerlink_does_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
