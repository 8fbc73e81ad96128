// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Discovery (B2): two members at the ends of a veth pair in a network namespace
 * of the test's own, who know nothing of each other but the link. Skipped where
 * neither root nor user namespaces are to be had.
 */
#ifdef HAVE_CONFIG_H
#include "config.h" /* _GNU_SOURCE, before any header */
#endif

/* the kernel's headers before libfrr's, which fill in for what is missing */
#include <sys/socket.h>
#include <net/if.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include "tests/unit/peer_bench.h"

#include <fcntl.h>
#include <net/if_arp.h>
#include <sched.h>
#include <sys/ioctl.h>

static struct member a, b;
static bool have_namespace;

/* Sends one request and takes the kernel's acknowledgement. */
static void rtnl_ask(struct nlmsghdr *nlh)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_ROUTE);
	uint8_t buf[8192];
	ssize_t n;

	assert_non_null(nl);
	nlh->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	assert_true(mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) > 0);
	n = mnl_socket_recvfrom(nl, buf, sizeof(buf));
	assert_true(n > 0);
	assert_int_equal(mnl_cb_run(buf, (size_t)n, 0, 0, NULL, NULL), MNL_CB_STOP);
	mnl_socket_close(nl);
}

static void veth_add(const char *one, const char *other)
{
	uint8_t buf[1024];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nlattr *info, *data, *end;

	nlh->nlmsg_type = RTM_NEWLINK;
	nlh->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, one);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	end = mnl_attr_nest_start(nlh, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, other);
	mnl_attr_nest_end(nlh, end);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	rtnl_ask(nlh);
}

static void link_del(const char *name)
{
	uint8_t buf[256];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi;

	nlh->nlmsg_type = RTM_DELLINK;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_index = (int)if_nametoindex(name);
	rtnl_ask(nlh);
}

static void link_ioctl(const char *name, unsigned long request, struct ifreq *ifr)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	strlcpy(ifr->ifr_name, name, sizeof(ifr->ifr_name));
	assert_int_equal(ioctl(fd, request, ifr), 0);
	close(fd);
}

static void link_set(const char *name, bool up)
{
	struct ifreq ifr = { .ifr_flags = up ? IFF_UP : 0 };

	link_ioctl(name, SIOCSIFFLAGS, &ifr);
}

static void link_set_mac(const char *name, const uint8_t *mac)
{
	struct ifreq ifr = { .ifr_hwaddr.sa_family = ARPHRD_ETHER };

	memcpy(ifr.ifr_hwaddr.sa_data, mac, 6);
	link_ioctl(name, SIOCSIFHWADDR, &ifr);
}

static void links_make(void)
{
	veth_add("mlag0", "mlag1");
	link_set("mlag0", true);
	link_set("mlag1", true);
}

/* Addresses are usable at once, where the namespace lets us say so. */
static void no_duplicate_detection(void)
{
	int fd = open("/proc/sys/net/ipv6/conf/default/accept_dad", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, "0", 1) != 1)
		print_message("duplicate address detection stays on: slower\n");
	close(fd);
}

static int group_setup(void **state)
{
	(void)state;
	have_namespace = unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
	if (!have_namespace) {
		print_message("no network namespace of our own: %s\n", strerror(errno));
		return 0;
	}
	link_set("lo", true);
	no_duplicate_detection();
	return 0;
}

static int setup(void **state)
{
	(void)state;
	if (!have_namespace)
		return 0;
	bench_start();
	links_make();
	member_start_on(&a, 0, "mlag0", 1);
	member_start_on(&b, 1, "mlag1", 2);
	return 0;
}

static int teardown(void **state)
{
	if (!have_namespace)
		return 0;
	bench_stop(state);
	link_del("mlag0");
	return 0;
}

#define needs_namespace()                                                                          \
	do {                                                                                       \
		if (!have_namespace)                                                               \
			skip();                                                                    \
	} while (0)

static bool paired(unsigned int times)
{
	return a.msgs[MC_MSG_HELLO] == times && b.msgs[MC_MSG_HELLO] == times &&
	       !IS_IPADDR_NONE(peer_address(a.peer)) && !IS_IPADDR_NONE(peer_address(b.peer));
}

static void members_find_each_other(void **state)
{
	(void)state;
	needs_namespace();
	bench_until(paired(1));
	assert_true(IN6_IS_ADDR_LINKLOCAL(&peer_address(a.peer)->ipaddr_v6));
	assert_true(IN6_IS_ADDR_LINKLOCAL(&peer_address(b.peer)->ipaddr_v6));
	assert_true(ipaddr_cmp(peer_address(a.peer), peer_address(b.peer)) != 0);
	assert_int_equal(peer_stats(a.peer)->own_reflection, 0);
	assert_int_equal(peer_stats(a.peer)->bad_hoplimit, 0);
	peer_probe_now(a.peer, 1, 5);
	bench_until(a.answered[0] == 5);
}

/* Hellos to ff02::1 carry codes as well, and each hears the other at its own address. */
static void members_with_a_key_find_each_other(void **state)
{
	(void)state;
	needs_namespace();
	bench_until(paired(1));
	assert_true(a.peer->session.codes.on);
	assert_int_equal(peer_stats(a.peer)->bad_auth + peer_stats(b.peer)->bad_auth, 0);
	peer_probe_now(a.peer, 1, 5);
	bench_until(a.answered[0] == 5);
}

static int setup_keyed(void **state)
{
	bench_key = "secret";
	return setup(state);
}

static int teardown_keyed(void **state)
{
	bench_key = "";
	return teardown(state);
}

/* b's device gets another MAC and so another link-local address; nobody is told. */
static void a_new_address_of_the_peer_is_picked_up(void **state)
{
	static const uint8_t mac[] = { 0x02, 0xaa, 0xbb, 0xcc, 0xdd, 0xee };
	struct ipaddr before;

	(void)state;
	needs_namespace();
	bench_until(paired(1));
	before = *peer_address(a.peer);
	link_set("mlag1", false);
	link_set_mac("mlag1", mac);
	link_set("mlag1", true);
	bench_until(paired(2));
	assert_true(ipaddr_cmp(&before, peer_address(a.peer)) != 0);
	assert_int_equal(peer_address(a.peer)->ipaddr_v6.s6_addr[15], 0xee);
}

/* The device goes and comes back under another index, as the edge would tell it. */
static void a_device_made_anew_is_used(void **state)
{
	ifindex_t before;

	(void)state;
	needs_namespace();
	bench_until(paired(1));
	before = a.peer->ifindex;
	link_del("mlag0");
	peer_link_changed(a.peer, false);
	peer_link_changed(b.peer, false);
	peer_configure(a.peer, &a.conf, 0);
	peer_configure(b.peer, &b.conf, 0);
	bench_until(a.downs == 1 && b.downs == 1);
	assert_int_equal(peer_path_error(a.peer, 0), ENODEV);
	links_make();
	peer_configure(a.peer, &a.conf, (ifindex_t)if_nametoindex("mlag0"));
	peer_configure(b.peer, &b.conf, (ifindex_t)if_nametoindex("mlag1"));
	assert_int_not_equal(a.peer->ifindex, before);
	peer_link_changed(a.peer, true);
	peer_link_changed(b.peer, true);
	bench_until(paired(2));
}

/* Another member on the link: not the peer while ours is heard, the peer when it is silent. */
static void another_member_waits_for_silence(void **state)
{
	struct member c;
	struct ipaddr first;

	(void)state;
	needs_namespace();
	bench_until(paired(1));
	first = *peer_address(a.peer);
	member_stop(&b);
	bench_until(a.downs == 1);
	link_set("mlag1", false);
	link_set_mac("mlag1", (const uint8_t[]){ 0x02, 0, 0, 0, 0x77, 0x77 });
	link_set("mlag1", true);
	member_start_on(&c, 1, "mlag1", 3);
	bench_until(peer_stats(a.peer)->bad_source > 0);
	assert_int_equal(ipaddr_cmp(&first, peer_address(a.peer)), 0);
	bench_until(a.ups == 2 && c.msgs[MC_MSG_HELLO] == 1);
	assert_int_equal(peer_address(a.peer)->ipaddr_v6.s6_addr[15], 0x77);
	member_stop(&c);
}

#define link_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		link_test(members_find_each_other),
		cmocka_unit_test_setup_teardown(members_with_a_key_find_each_other, setup_keyed,
						teardown_keyed),
		link_test(a_new_address_of_the_peer_is_picked_up),
		link_test(a_device_made_anew_is_used),
		link_test(another_member_waits_for_silence),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
