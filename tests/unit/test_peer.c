// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The peer's transport for real, member against member over loopback: they
 * find together, talk in order, part with and without goodbye, and answer
 * requests on every path. What a stranger can do to it is test_peer_harm.c.
 */
#include "tests/unit/peer_bench.h"

static struct member a, b;

static int setup(void **state)
{
	(void)state;
	bench_start();
	return 0;
}

static void start_pair(const char *ip, bool backup)
{
	member_start(&a, 0, ip, backup);
	member_start(&b, 1, ip, backup);
	bench_until(a.msgs[MC_MSG_HELLO] && b.msgs[MC_MSG_HELLO]);
}

static void assert_paired_once(void)
{
	assert_int_equal(a.ups, 1);
	assert_int_equal(b.ups, 1);
	assert_int_equal(a.downs + b.downs, 0);
	assert_string_equal(a.version, "bench");
	assert_true(peer_session_up(a.peer) && peer_session_up(b.peer));
	assert_int_equal(peer_stats(a.peer)->sessions, 1);
	assert_int_equal(peer_stats(b.peer)->sessions, 1);
}

static void pair_over_ipv4(void **state)
{
	(void)state;
	start_pair("127.0.0.1", false);
	assert_paired_once();
	assert_true(IS_IPADDR_V4(peer_address(a.peer)));
}

static void pair_over_ipv6(void **state)
{
	(void)state;
	start_pair("::1", false);
	assert_paired_once();
	bench_until(IS_IPADDR_V6(peer_address(b.peer)));
}

static void probes_come_at_the_interval(void **state)
{
	int64_t since;
	unsigned int from;

	(void)state;
	start_pair("127.0.0.1", true);
	since = peer_now();
	from = b.probes[1];
	bench_until(b.probes[1] >= from + 10);
	/* ten intervals of 50 ms, less what was on its way */
	assert_true(peer_now() - since >= 400);
	assert_true(b.probes[0] >= 9);
}

static void requests_are_answered_on_every_path(void **state)
{
	(void)state;
	start_pair("127.0.0.1", true);
	bench_until(a.probes[1] && b.probes[1]);
	peer_probe_now(a.peer, 1U << 1, 77);
	bench_until(a.answered[1] == 77);
	assert_int_equal(a.answered[0], 0);
	peer_probe_now(a.peer, 3, UINT32_MAX);
	bench_until(a.answered[0] == UINT32_MAX && a.answered[1] == UINT32_MAX);
	assert_int_equal(b.answered[0], 0);
}

static void announced_at_once(void **state)
{
	unsigned int from;
	int64_t since;

	(void)state;
	a.peer = b.peer = NULL;
	start_pair("127.0.0.1", false);
	a.conf.keepalive_ms = 60000;
	peer_configure(a.peer, &a.conf, a.peer->ifindex);
	from = b.probes[0];
	bench_until(b.probes[0] > from);
	from = b.probes[0];
	since = peer_now();
	a.self.acting = true;
	peer_set_self(a.peer, &a.self, true);
	bench_until(b.probes[0] > from);
	assert_true(peer_now() - since < 1000);
}

static void goodbye_is_told(void **state)
{
	const struct mc_msg goodbye = { .type = MC_MSG_GOODBYE };

	(void)state;
	start_pair("127.0.0.1", false);
	assert_true(peer_send(a.peer, &goodbye));
	peer_drop_session(a.peer);
	/* never from within our own call */
	assert_int_equal(a.downs, 0);
	assert_false(peer_send(a.peer, &goodbye));
	bench_until(a.downs == 1 && b.downs == 1);
	assert_int_equal(b.goodbyes, 1);
	assert_int_equal(a.goodbyes, 0);
	assert_int_equal(b.msgs[MC_MSG_GOODBYE], 1);
	bench_until(a.ups == 2 && b.ups == 2);
}

static void a_dropped_session_comes_again(void **state)
{
	(void)state;
	start_pair("127.0.0.1", false);
	for (unsigned int i = 1; i <= 2; i++) {
		peer_drop_session(i & 1 ? b.peer : a.peer);
		bench_until(a.downs == i && b.downs == i);
		bench_until(a.msgs[MC_MSG_HELLO] == i + 1 && b.msgs[MC_MSG_HELLO] == i + 1);
	}
	assert_int_equal(a.goodbyes + b.goodbyes, 0);
}

static void link_down_ends_the_session(void **state)
{
	(void)state;
	start_pair("127.0.0.1", false);
	peer_link_changed(a.peer, false);
	assert_false(peer_session_up(a.peer));
	bench_until(a.downs == 1 && b.downs == 1);
	assert_int_equal(b.goodbyes, 0);
	/* b still probes, a must not connect while its link is down */
	bench_until(a.probes[0] > 20);
	assert_int_equal(a.ups, 1);
	peer_link_changed(a.peer, true);
	bench_until(a.ups == 2 && b.ups == 2);
}

static void a_restarted_peer_is_a_new_one(void **state)
{
	(void)state;
	start_pair("127.0.0.1", false);
	member_stop(&b);
	bench_until(a.downs == 1);
	assert_int_equal(a.goodbyes, 0);
	member_start(&b, 1, "127.0.0.1", false);
	b.self.incarnation = 4711;
	peer_set_self(b.peer, &b.self, true);
	bench_until(a.ups == 2 && b.msgs[MC_MSG_HELLO] && a.msgs[MC_MSG_HELLO] == 2);
}

/* Bulk stops at its mark, control still goes, and all of it arrives in order. */
static void order_is_kept_and_bulk_is_bounded(void **state)
{
	static struct mc_mac_entry e[MC_MAC_BATCH];
	struct mc_msg bulk = { .type = MC_MSG_MAC, .macs = { .e = e, .n = MC_MAC_BATCH } };
	struct mc_msg control = { .type = MC_MSG_ROLE_REQUEST };
	unsigned int sent = 0;

	(void)state;
	for (unsigned int i = 0; i < MC_MAC_BATCH; i++)
		e[i].mac.b[5] = 2;
	start_pair("127.0.0.1", false);
	while (peer_writable(a.peer)) {
		e[0].vlan = (uint16_t)sent++;
		assert_true(peer_send(a.peer, &bulk));
		control.role.term = sent++;
		assert_true(peer_send(a.peer, &control));
		assert_true(sent < 1000);
	}
	assert_false(peer_send(a.peer, &bulk));
	control.role.term = sent++;
	assert_true(peer_send(a.peer, &control));
	bench_until(b.n_order == sent);
	for (unsigned int i = 0; i < sent; i++)
		assert_int_equal(b.order[i], i);
	assert_int_equal(a.writables, 1);
	assert_true(peer_writable(a.peer));
	assert_int_equal(b.macs, (uint64_t)(sent / 2) * MC_MAC_BATCH);
}

static void queue_has_an_end(void **state)
{
	struct mc_msg control = { .type = MC_MSG_ROLE_REQUEST };
	unsigned int sent = 0;

	(void)state;
	start_pair("127.0.0.1", false);
	while (peer_send(a.peer, &control))
		assert_true(++sent < 1000000);
	assert_true(sent > 10000);
	bench_until(b.msgs[MC_MSG_ROLE_REQUEST] == sent);
	assert_true(peer_send(a.peer, &control));
}

static void values_out_of_range_are_not_sent(void **state)
{
	const struct mc_msg bad = { .type = MC_MSG_PORT_ACK };

	(void)state;
	start_pair("127.0.0.1", false);
	assert_false(peer_send(a.peer, &bad));
	assert_int_equal(peer_stats(a.peer)->tx_refused, 1);
	assert_true(peer_session_up(a.peer));
}

static void a_callback_may_end_the_session(void **state)
{
	struct mc_msg control = { .type = MC_MSG_ROLE_REQUEST };

	(void)state;
	start_pair("127.0.0.1", false);
	b.drop_on_msg = true;
	for (unsigned int i = 0; i < 10; i++)
		assert_true(peer_send(a.peer, &control));
	bench_until(b.downs == 1);
	assert_int_equal(b.msgs[MC_MSG_ROLE_REQUEST], 1);
}

static void backups_follow_the_configuration(void **state)
{
	struct peer_sock *kept;
	int fd;

	(void)state;
	start_pair("127.0.0.1", true);
	fd = a.peer->path[1].sock->fd;
	kept = a.peer->path[1].sock;
	/* a second one on the same port shares the socket; the first stays as it was */
	str2ipaddr("127.0.0.9", &a.conf.backup[1].addr);
	a.conf.backup[1].port = a.conf.backup[0].port;
	a.conf.n_backups = 2;
	peer_configure(a.peer, &a.conf, a.peer->ifindex);
	assert_ptr_equal(a.peer->path[2].sock, kept);
	assert_int_equal(kept->fd, fd);
	/* one in a VRF that does not exist waits, and says why */
	strlcpy(a.conf.backup[1].vrf, "no-such-vrf", sizeof(a.conf.backup[1].vrf));
	peer_configure(a.peer, &a.conf, a.peer->ifindex);
	assert_int_equal(peer_path_error(a.peer, 2), ENODEV);
	assert_int_equal(peer_path_error(a.peer, 1), 0);
	/* a new peer-ip family moves the peerlink's socket and ends the session */
	a.conf.n_backups = 0;
	str2ipaddr("::1", &a.conf.peer_ip);
	peer_configure(a.peer, &a.conf, a.peer->ifindex);
	assert_int_equal(peer_path_error(a.peer, 1), ENODEV);
	bench_until(a.downs == 1);
	assert_true(IS_IPADDR_NONE(peer_address(a.peer)));
	str2ipaddr("::1", &b.conf.peer_ip);
	peer_configure(b.peer, &b.conf, b.peer->ifindex);
	bench_until(a.ups == 2 && b.ups == 2);
}

static void no_configuration_no_sockets(void **state)
{
	(void)state;
	start_pair("127.0.0.1", true);
	assert_true(peer_send(a.peer, &(struct mc_msg){ .type = MC_MSG_GOODBYE }));
	a.conf.present = false;
	peer_configure(a.peer, &a.conf, a.peer->ifindex);
	bench_until(a.downs == 1 && b.downs == 1);
	assert_int_equal(b.goodbyes, 1); /* what was said before is still sent */
	for (unsigned int i = 0; i < PEER_PATHS_MAX; i++)
		assert_int_equal(a.peer->sock[i].fd, -1);
	assert_int_equal(a.peer->session.listen_fd, -1);
	a.conf.present = true;
	peer_configure(a.peer, &a.conf, a.peer->ifindex);
	bench_until(a.ups == 2 && b.ups == 2);
}

#define peer_test(f) cmocka_unit_test_setup_teardown(f, setup, bench_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		peer_test(pair_over_ipv4),
		peer_test(pair_over_ipv6),
		peer_test(probes_come_at_the_interval),
		peer_test(requests_are_answered_on_every_path),
		peer_test(announced_at_once),
		peer_test(goodbye_is_told),
		peer_test(a_dropped_session_comes_again),
		peer_test(link_down_ends_the_session),
		peer_test(a_restarted_peer_is_a_new_one),
		peer_test(order_is_kept_and_bulk_is_bounded),
		peer_test(queue_has_an_end),
		peer_test(values_out_of_range_are_not_sent),
		peer_test(a_callback_may_end_the_session),
		peer_test(backups_follow_the_configuration),
		peer_test(no_configuration_no_sockets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
