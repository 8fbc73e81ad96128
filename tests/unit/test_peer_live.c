// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Liveness on its own thread: a main loop that is away for a while is spoken
 * for, at the keepalive and in answers; one that is away for longer than the
 * bound falls silent, and is heard again when it turns. The test is the main
 * loop, so it is away whenever it waits by itself, on a socket beside the bench.
 */
#include "tests/unit/peer_bench.h"

#include <poll.h>

static struct member a;
static int other; /* the peer's end of a's backup */

static void open_other(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)(member_port(1) + 100)) };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)(member_port(0) + 100)) };

	other = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	at.sin_addr.s_addr = to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(other, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(connect(other, (struct sockaddr *)&to, sizeof(to)), 0);
}

static int setup(void **state)
{
	(void)state;
	bench_start();
	open_other();
	member_start(&a, 0, "127.0.0.1", true); /* keepalive 50 ms, bound 1 s */
	return 0;
}

static int teardown(void **state)
{
	close(other);
	return bench_stop(state);
}

/* The next probe of a's within ms, without a turn of its main loop; false: none. */
static bool next_probe(int ms, struct mc_probe *p)
{
	struct pollfd fd = { .fd = other, .events = POLLIN };
	uint8_t buf[WIRE_PROBE_MAX];
	ssize_t n;

	if (poll(&fd, 1, ms) != 1)
		return false;
	n = recv(other, buf, sizeof(buf), 0);
	assert_true(n > 0);
	assert_int_equal(wire_probe_read(buf, (size_t)n, p), WIRE_OK);
	return true;
}

static void drain(void)
{
	struct mc_probe p;

	while (next_probe(0, &p))
		;
}

static void ask(uint32_t seq, uint16_t priority)
{
	struct mc_probe p = { .seq = seq, .request = seq != 0 };
	uint8_t buf[WIRE_PROBE_MAX];
	ssize_t n;

	bench_member(&p.m, 1, 900);
	p.m.priority = priority;
	n = wire_probe_write(&p, buf, sizeof(buf));
	assert_true(n > 0);
	assert_int_equal(send(other, buf, (size_t)n, 0), n);
}

static bool answered_within(uint32_t seq, int64_t ms)
{
	int64_t end = peer_now() + ms;
	struct mc_probe p;

	ask(seq, 1);
	for (int64_t left = ms; left > 0; left = end - peer_now())
		if (next_probe((int)left, &p) && p.reply_to == seq)
			return true;
	return false;
}

static void a_busy_main_loop_is_spoken_for(void **state)
{
	int64_t start, last, gap = 0, now;
	unsigned int n = 0;
	struct mc_probe p;

	(void)state;
	bench_until(event_is_scheduled(a.peer->live.t_attest) && bench_turn());
	drain();
	start = last = peer_now();
	while ((now = peer_now()) < start + 300) {
		if (!next_probe((int)(start + 300 - now), &p))
			break;
		now = peer_now();
		gap = MAX(gap, now - last);
		last = now;
		n++;
	}
	print_message("300 ms without the main loop: %u probes, 50 ms apart, longest gap %" PRId64 " ms\n", n, gap);
	assert_true(n >= 4 && n <= 8);
	assert_true(answered_within(77, 200));
}

static void what_was_heard_meanwhile_is_not_lost(void **state)
{
	(void)state;
	bench_until(a.peer->live.thread);
	for (uint32_t seq = 1; seq <= 4; seq++)
		assert_true(answered_within(seq, 500)); /* so the thread has them */
	assert_int_equal(a.probes[1], 0);
	peer_poll(a.peer);
	assert_int_equal(a.probes[1], 4);
}

static void a_main_loop_that_hangs_is_silent(void **state)
{
	int64_t start, last;
	struct mc_probe p;

	(void)state;
	assert_int_equal(peer_live_bound(a.peer), 1000);
	bench_until(bench_turn());
	drain();
	start = last = peer_now();
	while (peer_now() < start + 1600)
		if (next_probe((int)(start + 1600 - peer_now()), &p))
			last = peer_now();
	assert_true(last - start >= 500 && last - start <= 1150);
	assert_false(answered_within(5, 200));
	/* and heard again as soon as it turns */
	bench_until(bench_turn());
	a.probes[1] = 0;
	bench_until(peer_now() - a.peer->live.attested < 200);
	drain();
	assert_true(next_probe(300, &p));
	assert_true(answered_within(6, 200));
}

static uint16_t last_priority;

static void note_priority(void *arg, uint8_t path, const struct mc_probe *p)
{
	(void)arg;
	if (path == 1)
		last_priority = p->m.priority;
}

static void the_oldest_give_way(void **state)
{
	(void)state;
	a.ops.probe = note_priority;
	for (uint16_t i = 1; i <= PEER_RECORDS + 100; i++) {
		ask(0, i);
		if (i % 32 == 0)
			assert_true(answered_within(i, 5000)); /* so that no socket's buffer is the bound */
	}
	ask(0, 4711);
	assert_true(answered_within(1, 5000));
	ask(0, 4712);
	assert_true(answered_within(2, 5000));
	peer_poll(a.peer);
	assert_int_equal(last_priority, 1); /* the request, which came last */
	assert_true(peer_stats(a.peer)->overrun > 90);
}

#define peer_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		peer_test(a_busy_main_loop_is_spoken_for),
		peer_test(what_was_heard_meanwhile_is_not_lost),
		peer_test(a_main_loop_that_hangs_is_silent),
		peer_test(the_oldest_give_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
