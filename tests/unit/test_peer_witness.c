// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fabric witnesses (B6), member against member, each with a loopback address of
 * its own: probes go from address to address on the paths behind the backups,
 * requests are answered there, and what may have crossed the peerlink does not
 * count.
 */
#include "tests/unit/peer_bench.h"

#define WITNESS 2 /* behind the peerlink and one backup */

static struct member a, b;

static void witness(struct member *m, const char *addr, const char *source)
{
	m->conf.n_witnesses = 1;
	str2ipaddr(addr, &m->conf.witnesses[0].addr);
	if (source)
		str2ipaddr(source, &m->conf.witnesses[0].source);
	peer_configure(m->peer, &m->conf, m->peer->ifindex);
}

static int setup(void **state)
{
	(void)state;
	bench_start();
	member_start(&a, 0, "127.0.0.1", true);
	member_start(&b, 1, "127.0.0.1", true);
	return 0;
}

static void loopback_to_loopback(void **state)
{
	uint64_t refused;

	(void)state;
	witness(&a, "127.0.1.2", "127.0.1.1");
	witness(&b, "127.0.1.1", "127.0.1.2");
	bench_until(a.probes[WITNESS] && b.probes[WITNESS]); /* what came before b knew of it is over */
	refused = peer_stats(a.peer)->bad_source + peer_stats(b.peer)->bad_source;
	bench_until(a.probes[WITNESS] >= 3 && b.probes[WITNESS] >= 3);
	assert_int_equal(peer_path_error(a.peer, WITNESS), 0);
	peer_probe_now(a.peer, 1U << WITNESS, 77);
	bench_until(a.answered[WITNESS] == 77);
	assert_int_equal(a.answered[0] + a.answered[1], 0);
	/* the other paths are as before */
	bench_until(a.probes[0] >= 3 && a.probes[1] >= 3);
	assert_int_equal(peer_stats(a.peer)->bad_source + peer_stats(b.peer)->bad_source, refused);
}

/* The peer speaks from an address that is not the one configured here. */
static void from_another_source_does_not_count(void **state)
{
	(void)state;
	witness(&a, "127.0.1.2", "127.0.1.1");
	witness(&b, "127.0.1.1", "127.0.1.3");
	bench_until(peer_stats(a.peer)->bad_source >= 3);
	assert_int_equal(a.probes[WITNESS], 0);
}

static void an_address_that_is_not_here_yet(void **state)
{
	(void)state;
	witness(&a, "127.0.1.2", "192.0.2.1");
	assert_int_equal(peer_path_error(a.peer, WITNESS), EADDRNOTAVAIL);
	witness(&a, "127.0.1.2", "127.0.1.1");
	assert_int_equal(peer_path_error(a.peer, WITNESS), 0);
}

static bool no_arrival(void *arg, ifindex_t arrival)
{
	(void)arg;
	(void)arrival;
	return false;
}

static void over_the_peerlink_it_does_not_count(void **state)
{
	(void)state;
	a.ops.independent = no_arrival;
	witness(&a, "127.0.1.2", "127.0.1.1");
	witness(&b, "127.0.1.1", "127.0.1.2");
	bench_until(peer_stats(a.peer)->over_peerlink >= 6 && b.probes[WITNESS] >= 3);
	assert_int_equal(a.probes[1] + a.probes[WITNESS], 0);
}

#define peer_test(f) cmocka_unit_test_setup_teardown(f, setup, bench_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		peer_test(loopback_to_loopback),
		peer_test(from_another_source_does_not_count),
		peer_test(an_address_that_is_not_here_yet),
		peer_test(over_the_peerlink_it_does_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
