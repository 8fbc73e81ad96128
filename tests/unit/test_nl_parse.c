// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The netlink parser against messages recorded from Linux 7.2 (bonds, bridge
 * and hosts as in the lab; they are the fuzzer's seeds too), and against the
 * same messages cut short at every byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "mlagd/nl_parse.h"
#include "mlagd/nl_parse_mdb.h"

static const char *const samples[] = {
	"link_bond1", "link_swp1", "link_swp1_down", "link_br_default", "link_vlan10", "link_vlan10_v0",
	"link_del",   "port_peerlink", "fdb_dyn",	 "fdb_ext",	    "fdb_local",   "fdb_del",
	"mdb_new",    "mdb_del",       "mdb_fixed6",	 "mdb_router",	    "mdb_dump",	  "mdb_source",
};

/* A recorded message, in memory of exactly its size. */
static struct nlmsghdr *load(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[512];
	void *msg;
	long size;
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/netlink/%s", srcdir ? srcdir : ".", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size = ftell(f);
	assert_true(size >= (long)sizeof(struct nlmsghdr));
	rewind(f);
	msg = malloc(size);
	assert_non_null(msg);
	assert_int_equal(fread(msg, 1, size, f), size);
	fclose(f);
	assert_int_equal(((struct nlmsghdr *)msg)->nlmsg_len, size);
	return msg;
}

static void link_of(const char *name, struct nl_link *l, struct nl_vlans *v)
{
	struct nlmsghdr *nlh = load(name);

	assert_true(nl_parse_link(nlh, l, v));
	free(nlh);
}

static void fdb_of(const char *name, struct nl_fdb *f)
{
	struct nlmsghdr *nlh = load(name);

	assert_true(nl_parse_fdb(nlh, f));
	free(nlh);
}

static void bond(void **state)
{
	static const uint8_t system[] = {0x44, 0x38, 0x39, 0xff, 0x00, 0xaa};
	static const uint8_t partner[] = {0xd6, 0xe7, 0x73, 0x5f, 0x17, 0x6f};
	struct nl_link l;

	link_of("link_bond1", &l, NULL);
	assert_false(l.del);
	assert_int_equal(l.ifindex, 8);
	assert_string_equal(l.name, "bond1");
	assert_int_equal(l.kind, NL_KIND_BOND);
	assert_int_equal(l.slave_kind, NL_KIND_BRIDGE);
	assert_int_equal(l.master, 7);
	assert_int_equal(l.bond_mode, NL_BOND_MODE_8023AD);
	assert_int_equal(l.lacp_rate, 1);
	assert_int_equal(l.num_ports, 1);
	assert_memory_equal(l.actor_system, system, sizeof(system));
	assert_memory_equal(l.partner, partner, sizeof(partner));
	assert_int_equal(l.backup_port, 10);
	assert_int_equal(l.learning, 1);
	assert_true(l.flags & NL_IFF_LOWER_UP);
}

static void member(void **state)
{
	const uint8_t both = NL_LACP_COLLECTING | NL_LACP_DISTRIBUTING;
	struct nl_link l;

	link_of("link_swp1", &l, NULL);
	assert_int_equal(l.slave_kind, NL_KIND_BOND);
	assert_int_equal(l.master, 8);
	assert_int_equal(l.slave_state, 0);
	assert_int_equal(l.mii_status, 0);
	assert_int_equal(l.actor_port_state & both, both);
	assert_int_equal(l.partner_port_state & both, both);
	assert_true(l.have & NL_HAVE_NETNSID);
	assert_int_equal(l.carrier, 1);
}

static void member_down(void **state)
{
	struct nl_link l;

	link_of("link_swp1_down", &l, NULL);
	assert_string_equal(l.name, "swp1");
	assert_int_equal(l.master, 8);
	assert_false(l.flags & NL_IFF_LOWER_UP);
	assert_true(l.flags & IFF_UP);
	assert_true(l.have & NL_HAVE_CARRIER);
	assert_int_equal(l.carrier, 0);
}

static void bridge(void **state)
{
	struct nl_link l;

	link_of("link_br_default", &l, NULL);
	assert_int_equal(l.kind, NL_KIND_BRIDGE);
	assert_int_equal(l.vlan_filtering, 1);
	assert_int_equal(l.ageing, 30000);
	assert_false(l.have & NL_HAVE_MASTER);
}

static void svi_and_gateway(void **state)
{
	struct nl_link svi, gw;

	link_of("link_vlan10", &svi, NULL);
	assert_int_equal(svi.kind, NL_KIND_VLAN);
	assert_int_equal(svi.vlan_id, 10);
	assert_int_equal(svi.link, 7);
	assert_false(svi.have & NL_HAVE_NETNSID);
	link_of("link_vlan10_v0", &gw, NULL);
	assert_int_equal(gw.kind, NL_KIND_MACVLAN);
	assert_int_equal(gw.link, svi.ifindex);
	assert_int_equal(gw.address[5], 1);
}

static void deleted(void **state)
{
	struct nl_link l;

	link_of("link_del", &l, NULL);
	assert_true(l.del);
	assert_string_equal(l.name, "vlan20-v0");
}

static void port_vlans(void **state)
{
	struct nl_vlans v;
	struct nl_link l;
	unsigned int vid, n = 0;

	link_of("port_peerlink", &l, &v);
	assert_int_equal(l.family, AF_BRIDGE);
	assert_string_equal(l.name, "peerlink");
	assert_true(l.have & NL_HAVE_VLANS);
	for (vid = 0; vid < NL_VLANS; vid++)
		n += nl_vlan_has(&v, vid);
	assert_int_equal(n, 103);
	assert_true(nl_vlan_has(&v, 1) && nl_vlan_has(&v, 10) && nl_vlan_has(&v, 20));
	assert_true(nl_vlan_has(&v, 100) && nl_vlan_has(&v, 199));
	assert_false(nl_vlan_has(&v, 99) || nl_vlan_has(&v, 200) || nl_vlan_has(&v, 4094));
}

static void fdb(void **state)
{
	struct nl_fdb f;

	fdb_of("fdb_dyn", &f);
	assert_int_equal(f.ifindex, 8);
	assert_int_equal(f.master, 7);
	assert_int_equal(f.vlan, 10);
	assert_false(f.del || f.flags & NTF_EXT_LEARNED);
	fdb_of("fdb_ext", &f);
	assert_int_equal(f.ifindex, 10);
	assert_int_equal(f.vlan, 20);
	assert_true(f.flags & NTF_EXT_LEARNED);
	assert_int_equal(f.mac[5], 1);
	fdb_of("fdb_local", &f);
	assert_true(f.state & NUD_PERMANENT);
	fdb_of("fdb_del", &f);
	assert_true(f.del);
	assert_int_equal(f.ifindex, 10);
}

struct seen {
	unsigned int n, groups, routers, ours;
	struct nl_mdb last;
};

static void see(void *arg, const struct nl_mdb *m)
{
	struct seen *s = arg;

	s->n++;
	s->routers += m->router;
	s->groups += !m->router;
	s->ours += m->protocol == 200;
	s->last = *m;
	assert_true(m->ifindex > 0 && m->bridge > 0);
}

static void mdb_of(const char *name, struct seen *s)
{
	struct nlmsghdr *nlh = load(name);

	memset(s, 0, sizeof(*s));
	assert_true(nl_parse_mdb(nlh, see, s));
	free(nlh);
}

static void mdb(void **state)
{
	struct seen s;

	mdb_of("mdb_new", &s);
	assert_int_equal(s.n, 1);
	assert_false(s.last.del || s.last.permanent || s.last.v6 || s.last.has_source || s.last.router);
	assert_int_equal(s.last.protocol, 200);
	assert_int_equal(s.last.vlan, 10);
	assert_memory_equal(s.last.group, ((uint8_t[16]){239, 1, 1, 7}), 16);
	assert_true(s.last.has_timer);
	mdb_of("mdb_del", &s);
	assert_true(s.n == 1 && s.last.del);
	mdb_of("mdb_fixed6", &s);
	assert_true(s.n == 1 && s.last.permanent && s.last.v6);
	assert_memory_equal(s.last.group, ((uint8_t[16]){0xff, 0x3e, [15] = 7}), 16);
	mdb_of("mdb_source", &s);
	assert_true(s.last.has_source);
	assert_memory_equal(s.last.source, ((uint8_t[16]){10, 1, 10, 9}), 16);
	mdb_of("mdb_router", &s);
	assert_true(s.routers == 1 && !s.last.has_type);
	mdb_of("mdb_dump", &s);
	assert_true(s.groups > 20 && s.routers == 1);
	assert_int_equal(s.last.type, 3);
}

/* Each is refused by the other's parser. */
static void other_types(void **state)
{
	struct nlmsghdr *link = load("link_bond1"), *neigh = load("fdb_dyn");
	struct nl_link l;
	struct nl_fdb f;

	assert_false(nl_parse_fdb(link, &f));
	assert_false(nl_parse_mdb(link, see, NULL) || nl_parse_mdb(neigh, see, NULL));
	assert_false(nl_parse_link(neigh, &l, NULL));
	((struct ndmsg *)mnl_nlmsg_get_payload(neigh))->ndm_family = AF_INET;
	assert_false(nl_parse_fdb(neigh, &f));
	free(link);
	free(neigh);
}

/* Cut at every byte, in memory of that size: ASan sees a read beyond it. */
static void cut_short(void **state)
{
	struct nl_vlans v;
	struct nl_link l;
	struct nl_fdb f;
	struct seen s = {};
	unsigned int i;
	uint32_t len;

	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct nlmsghdr *whole = load(samples[i]);

		for (len = sizeof(*whole); len < whole->nlmsg_len; len++) {
			struct nlmsghdr *cut = malloc(len);

			assert_non_null(cut);
			memcpy(cut, whole, len);
			cut->nlmsg_len = len;
			if (nl_parse_link(cut, &l, &v))
				assert_true(len >= NLMSG_LENGTH(sizeof(struct ifinfomsg)));
			nl_parse_mdb(cut, see, &s);
			if (nl_parse_fdb(cut, &f))
				assert_true(len >= NLMSG_LENGTH(sizeof(struct ndmsg)));
			free(cut);
		}
		free(whole);
	}
}

static struct nlmsghdr *new_link(char *buf)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi;

	nlh->nlmsg_type = RTM_NEWLINK;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_index = 1;
	return nlh;
}

/* Attributes of the wrong size are left out, not half read. */
static void wrong_sizes(void **state)
{
	char buf[1024] __attribute__((aligned(4)));
	struct nlmsghdr *nlh = new_link(buf);
	struct nl_link l;

	mnl_attr_put(nlh, IFLA_MASTER, 2, "\1\2");
	mnl_attr_put(nlh, IFLA_ADDRESS, 4, "abcd");
	mnl_attr_put(nlh, IFLA_IFNAME, 16, "0123456789abcdef");
	mnl_attr_put(nlh, IFLA_LINKINFO, 0, "");
	assert_true(nl_parse_link(nlh, &l, NULL));
	assert_int_equal(l.have, 0);
	assert_int_equal(l.name[0], 0);
	assert_int_equal(l.kind, NL_KIND_OTHER);
}

/* A range whose ends are the wrong way round, or beyond the last VLAN, sets nothing outside. */
static void wrong_ranges(void **state)
{
	const struct bridge_vlan_info from = {.flags = 8, .vid = 4000}, to = {.flags = 16, .vid = 65535},
				      back = {.flags = 16, .vid = 5};
	char buf[1024] __attribute__((aligned(4)));
	struct nlmsghdr *nlh = new_link(buf);
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct nlattr *spec;
	struct nl_vlans v;
	struct nl_link l;

	ifi->ifi_family = AF_BRIDGE;
	spec = mnl_attr_nest_start(nlh, IFLA_AF_SPEC);
	mnl_attr_put(nlh, IFLA_BRIDGE_VLAN_INFO, sizeof(from), &from);
	mnl_attr_put(nlh, IFLA_BRIDGE_VLAN_INFO, sizeof(back), &back);
	mnl_attr_put(nlh, IFLA_BRIDGE_VLAN_INFO, sizeof(from), &from);
	mnl_attr_put(nlh, IFLA_BRIDGE_VLAN_INFO, sizeof(to), &to);
	mnl_attr_nest_end(nlh, spec);
	assert_true(nl_parse_link(nlh, &l, &v));
	assert_false(nl_vlan_has(&v, 5) || nl_vlan_has(&v, 3999) || nl_vlan_has(&v, 4096));
	assert_true(nl_vlan_has(&v, 4000) && nl_vlan_has(&v, 4095));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bond),		   cmocka_unit_test(member),	  cmocka_unit_test(member_down),
		cmocka_unit_test(bridge),	   cmocka_unit_test(svi_and_gateway), cmocka_unit_test(deleted),
		cmocka_unit_test(port_vlans),	   cmocka_unit_test(fdb),	  cmocka_unit_test(mdb),
		 cmocka_unit_test(other_types),
		cmocka_unit_test(cut_short),	   cmocka_unit_test(wrong_sizes), cmocka_unit_test(wrong_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
