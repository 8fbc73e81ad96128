// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses as netlink tells them: whole, strange, and cut short at every byte
 * in memory of exactly that size (no-trust).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "mlagd/nl_addr.h"

static char buf[512] __attribute__((aligned(NLMSG_ALIGNTO)));

static struct nlmsghdr *begin(uint16_t type, uint8_t family, uint8_t plen, int32_t ifindex)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifaddrmsg *ifa;

	nlh->nlmsg_type = type;
	ifa = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifa));
	ifa->ifa_family = family;
	ifa->ifa_prefixlen = plen;
	ifa->ifa_index = ifindex;
	return nlh;
}

static void put(struct nlmsghdr *nlh, uint16_t type, int family, const char *text)
{
	uint8_t addr[16];

	assert_int_equal(inet_pton(family, text, addr), 1);
	mnl_attr_put(nlh, type, nl_addr_len(family), addr);
}

static void expect_addr(const struct nl_addr *a, const char *text)
{
	uint8_t addr[16];

	assert_int_equal(inet_pton(a->family, text, addr), 1);
	assert_memory_equal(a->addr, addr, nl_addr_len(a->family));
}

static struct nlmsghdr *ipv4(void)
{
	struct ifa_cacheinfo ci = {.ifa_valid = 300};
	struct nlmsghdr *nlh = begin(RTM_NEWADDR, AF_INET, 24, 7);

	put(nlh, IFA_ADDRESS, AF_INET, "10.1.10.9");
	put(nlh, IFA_LOCAL, AF_INET, "10.1.10.2");
	mnl_attr_put_u32(nlh, IFA_FLAGS, IFA_F_NOPREFIXROUTE);
	mnl_attr_put_u32(nlh, IFA_RT_PRIORITY, 1000000000);
	mnl_attr_put(nlh, IFA_CACHEINFO, sizeof(ci), &ci);
	return nlh;
}

static void ipv4_with_all(void **state)
{
	struct nl_addr a;

	assert_true(nl_parse_addr(ipv4(), &a));
	assert_false(a.del);
	assert_int_equal(a.plen, 24);
	assert_int_equal(a.ifindex, 7);
	assert_int_equal(a.flags, IFA_F_NOPREFIXROUTE);
	assert_int_equal(a.priority, 1000000000);
	assert_int_equal(a.valid, 300);
	expect_addr(&a, "10.1.10.2"); /* its own end, not the other's, in either order */
}

static void ipv6_has_one_end(void **state)
{
	struct nlmsghdr *nlh = begin(RTM_DELADDR, AF_INET6, 64, 7);
	struct nl_addr a;

	put(nlh, IFA_ADDRESS, AF_INET6, "2001:db8:10::1");
	assert_true(nl_parse_addr(nlh, &a));
	assert_true(a.del);
	assert_int_equal(a.valid, UINT32_MAX);
	expect_addr(&a, "2001:db8:10::1");
}

static void no_trust_what_is_no_address(void **state)
{
	struct nlmsghdr *nlh;
	struct nl_addr a;

	assert_false(nl_parse_addr(begin(RTM_NEWADDR, AF_INET, 24, 7), &a)); /* none in it */
	nlh = begin(RTM_NEWADDR, AF_INET, 33, 7);
	put(nlh, IFA_LOCAL, AF_INET, "10.1.10.2");
	assert_false(nl_parse_addr(nlh, &a));
	nlh = begin(RTM_NEWADDR, AF_INET6, 129, 7);
	put(nlh, IFA_ADDRESS, AF_INET6, "::1");
	assert_false(nl_parse_addr(nlh, &a));
	nlh = begin(RTM_NEWADDR, AF_INET6, 64, 7);
	put(nlh, IFA_ADDRESS, AF_INET, "10.1.10.2"); /* four bytes for sixteen */
	assert_false(nl_parse_addr(nlh, &a));
	nlh = begin(RTM_NEWADDR, AF_INET, 24, 0);
	put(nlh, IFA_LOCAL, AF_INET, "10.1.10.2");
	assert_false(nl_parse_addr(nlh, &a));
	nlh = begin(RTM_NEWLINK, AF_INET, 24, 7);
	put(nlh, IFA_LOCAL, AF_INET, "10.1.10.2");
	assert_false(nl_parse_addr(nlh, &a));
}

static void no_trust_cut_short_at_every_byte(void **state)
{
	const struct nlmsghdr *whole = ipv4();

	for (uint32_t len = NLMSG_HDRLEN; len < whole->nlmsg_len; len++) {
		struct nlmsghdr *cut = malloc(len);
		struct nl_addr a;

		assert_non_null(cut);
		memcpy(cut, whole, len);
		cut->nlmsg_len = len;
		if (nl_parse_addr(cut, &a))
			assert_true(a.ifindex == 7 && a.plen == 24);
		free(cut);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_with_all),
		cmocka_unit_test(ipv6_has_one_end),
		cmocka_unit_test(no_trust_what_is_no_address),
		cmocka_unit_test(no_trust_cut_short_at_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
