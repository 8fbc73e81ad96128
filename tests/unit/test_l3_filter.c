// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The layer 3 filter as commands for nft: what is asked for is in it, nothing
 * empty is, which nft would refuse, and a device whose name cannot stand in it
 * is not.
 */
#include <zebra.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "mlagd/l3_filter.h"

static const struct ethaddr macs[] = {{{0, 0, 0x5e, 0, 1, 1}}, {{0, 0, 0x5e, 0, 1, 1}}, {{0x44, 0x38, 0x39, 0xff, 0, 0xc}}};
static const char *const ways[] = {"peerlink", "peerlink.10", "p\"; drop"};
static const char *const vxlans[] = {"vxlan48", "v\"; drop"};

static struct prefix address(const char *text)
{
	struct prefix p = {};

	p.family = strchr(text, ':') ? AF_INET6 : AF_INET;
	assert_int_equal(inet_pton(p.family, text, &p.u), 1);
	return p;
}

static unsigned int times(const char *text, const char *what)
{
	unsigned int n = 0;

	while ((text = strstr(text, what))) {
		text += strlen(what);
		n++;
	}
	return n;
}

static void nothing_wished_is_no_table(void **state)
{
	char *text = l3_filter_text(&(struct l3_filter_wish){.peerlinks = ways, .n_peerlinks = 1});

	assert_int_equal(times(text, "chain"), 0);
	assert_int_equal(times(text, "delete table"), 1);
	l3_filter_text_free(text);
}

static void e3_questions_of_both_families(void **state)
{
	struct prefix addrs[] = {address("10.1.10.1"), address("2001:db8:10::1"), address("10.1.20.1")};
	struct l3_filter_wish w = {.peerlinks = ways, .n_peerlinks = 1, .macs = macs, .n_macs = 3, .addrs = addrs, .n_addrs = 3};
	char *text = l3_filter_text(&w);

	assert_int_equal(times(text, "arp daddr ip { 10.1.10.1, 10.1.20.1 }"), 1);
	assert_int_equal(times(text, "icmpv6 taddr { 2001:db8:10::1 }"), 1);
	assert_int_equal(times(text, "00:00:5e:00:01:01"), 1); /* of two SVIs */
	assert_int_equal(times(text, "44:38:39:ff:00:0c"), 1);
	l3_filter_text_free(text);
}

static void e3_a_family_without_addresses_is_left_out(void **state)
{
	struct prefix four = address("10.1.10.1"), six = address("2001:db8:10::1");
	struct l3_filter_wish w = {.peerlinks = ways, .n_peerlinks = 1, .macs = macs, .n_macs = 1, .addrs = &four, .n_addrs = 1};
	char *text = l3_filter_text(&w);

	assert_int_equal(times(text, "icmpv6"), 0);
	l3_filter_text_free(text);
	w.addrs = &six;
	text = l3_filter_text(&w);
	assert_int_equal(times(text, "arp"), 0);
	l3_filter_text_free(text);
	w.n_addrs = 0; /* the router MAC of an L3 VNI alone */
	text = l3_filter_text(&w);
	assert_int_equal(times(text, "from_peer"), 0);
	assert_int_equal(times(text, "to_peer"), 1);
	l3_filter_text_free(text);
}

static void e6_vxlans_and_the_peerlink(void **state)
{
	struct l3_filter_wish w = {.peerlinks = ways, .n_peerlinks = 1, .vxlans = vxlans, .n_vxlans = 2};
	char *text = l3_filter_text(&w);

	assert_int_equal(times(text, "iifname { \"peerlink\" } oifname \"vxlan48\""), 1);
	assert_int_equal(times(text, "iifname \"vxlan48\""), 0);
	assert_int_equal(times(text, "; drop"), 0);
	l3_filter_text_free(text);
	w.apart = true;
	text = l3_filter_text(&w);
	assert_int_equal(times(text, "oifname { \"peerlink\" } iifname \"vxlan48\""), 1);
	l3_filter_text_free(text);
}

static void c10_bridges_without_vlans(void **state)
{
	struct l3_filter_wish w = {.peerlinks = ways, .n_peerlinks = 3, .macs = macs, .n_macs = 1};
	char *text = l3_filter_text(&w);

	assert_int_equal(times(text, "oifname { \"peerlink\", \"peerlink.10\" } ether saddr"), 1);
	assert_int_equal(times(text, "; drop"), 0);
	l3_filter_text_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_wished_is_no_table),
		cmocka_unit_test(e3_questions_of_both_families),
		cmocka_unit_test(e3_a_family_without_addresses_is_left_out),
		cmocka_unit_test(e6_vxlans_and_the_peerlink),
		cmocka_unit_test(c10_bridges_without_vlans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
