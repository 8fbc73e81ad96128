// SPDX-License-Identifier: GPL-2.0-or-later
/* Which bridges are the pair's, by which ports (C10), and what is wrong with the peer-link (B1). */
#include <zebra.h>

#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "tests/unit/kernel_bench.h"

/* ------------------------------------------------------ bridges of the pair */

enum { BR30 = 21, PEERLINK_30, BOND1_30, BR40, PEERLINK_40 };

/* A bridge for VLAN 30, told before what its ports stand on; and a peerlink that is in no bridge itself. */
static void c10_bridge_for_a_vlan(void **state)
{
	struct kbench *b = *state;
	struct kernel *k = &b->k;
	struct klink *bond = b->bond.link;
	uint16_t vlan = 0;

	strlcpy(k->peer_link, "peerlink", sizeof(k->peer_link));
	kbench_make(k, PEERLINK_30, "peerlink.30", "vlan", BR30, PEERLINK, 30);
	kbench_make(k, BOND1_30, "bond1.30", "vlan", BR30, BOND1, 30);
	kbench_make(k, BR30, "br30", "bridge", 0, 0, 0);
	assert_false(kbridge_any(k));
	kbench_make(k, PEERLINK, "peerlink", "bond", 0, 0, 0);
	assert_null(kernel_bridge(k));
	assert_ptr_equal(kbridge_way(k, klink_find(k, BR30)), klink_find(k, PEERLINK_30));
	assert_int_equal(kway_vlan(klink_find(k, PEERLINK_30)), 30);
	assert_int_equal(kbridge_only(k), BR30);
	assert_ptr_equal(kport_of(k, bond, 30), klink_find(k, BOND1_30));
	assert_null(kport_of(k, bond, 0));
	assert_null(kbridge_way(k, klink_bridge(bond)));
	assert_true(ksvi_is(k, klink_find(k, BR30), &vlan));
	assert_int_equal(vlan, 30);
	assert_false(ksvi_is(k, klink_find(k, BOND1_30), &vlan));
}

/* Beside one that knows VLANs: each VLAN has its ports; one whose bridge knows VLANs is no bridge of the pair. */
static void c10_beside_a_bridge_that_knows_vlans(void **state)
{
	struct kbench *b = *state;
	struct kernel *k = &b->k;
	struct klink *bond = b->bond.link, *aware = klink_bridge(bond);

	strlcpy(k->peer_link, "peerlink", sizeof(k->peer_link));
	kbench_make(k, PEERLINK, "peerlink", "bond", aware->l.ifindex, 0, 0);
	kbench_make(k, BR40, "br40", "bridge", 0, 0, 1);
	kbench_make(k, PEERLINK_40, "peerlink.40", "vlan", BR40, PEERLINK, 40);
	assert_int_equal(kbridge_only(k), aware->l.ifindex);
	kbench_make(k, BR30, "br30", "bridge", 0, 0, 0);
	kbench_make(k, PEERLINK_30, "peerlink.30", "vlan", BR30, PEERLINK, 30);
	kbench_make(k, BOND1_30, "bond1.30", "vlan", BR30, BOND1, 30);
	assert_int_equal(kbridge_only(k), 0);
	assert_ptr_equal(kport_of(k, bond, 30), klink_find(k, BOND1_30));
	assert_ptr_equal(kport_of(k, bond, 10), bond);
	assert_ptr_equal(kport_of(k, klink_find(k, PEERLINK), 30), klink_find(k, PEERLINK_30));
	assert_null(kbridge_way(k, klink_find(k, BR40)));
	kbench_make(k, BOND1_30, "bond1.30", "vlan", 0, BOND1, 30);
	assert_null(kport_of(k, bond, 30)); /* not the bond itself, where VLAN 30 is another */
}

/* ------------------------------------------------------------ the peer-link */

enum { PEERLINK_4094 = 30, VLAN4094 };

/* The bridge's word on a port's VLANs, tagged and the one for what is untagged; 0 none. */
static void port_vlans(struct kernel *k, ifindex_t ifindex, uint16_t tagged, uint16_t pvid)
{
	char buf[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	struct nlattr *spec = mnl_attr_nest_start(nlh, IFLA_AF_SPEC);
	struct bridge_vlan_info info[] = {{.vid = tagged}, {.flags = BRIDGE_VLAN_INFO_PVID, .vid = pvid}};

	nlh->nlmsg_type = RTM_NEWLINK;
	ifi->ifi_family = AF_BRIDGE;
	ifi->ifi_index = ifindex;
	for (unsigned int i = 0; i < array_size(info); i++)
		if (info[i].vid)
			mnl_attr_put(nlh, IFLA_BRIDGE_VLAN_INFO, sizeof(info[i]), &info[i]);
	mnl_attr_nest_end(nlh, spec);
	kmodel_msg(k, nlh);
}

/* Exactly this conflict, NULL none. */
static void conflict_is(const struct kernel *k, const char *text)
{
	const char *all[8];
	unsigned int n = kernel_peerlink_conflicts(k, all, array_size(all));

	assert_int_equal(n, text ? 1 : 0);
	if (text)
		assert_string_equal(all[0], text);
}

/* B1: each mistake is a conflict as long as it is there; in words of its own. */
static void b1_peerlink_conflicts(void **state)
{
	struct kbench *b = *state;
	struct kernel *k = &b->k;
	ifindex_t bridge = klink_index(klink_bridge(b->bond.link));

	conflict_is(k, NULL); /* nothing configured */
	strlcpy(k->peer_link, "peerlink.4094", sizeof(k->peer_link));
	conflict_is(k, "no such interface");
	kbench_make(k, PEERLINK, "peerlink", "bond", bridge, 0, 0);
	port_vlans(k, PEERLINK, 10, 1);
	kbench_make(k, PEERLINK_4094, "peerlink.4094", "vlan", 0, PEERLINK, 4094);
	conflict_is(k, NULL);
	port_vlans(k, PEERLINK, 4094, 1);
	conflict_is(k, "VLAN of the peer-link is in the bridge");
	port_vlans(k, PEERLINK, 10, 0);
	conflict_is(k, "peerlink has no VLAN in the bridge for untagged frames");
	port_vlans(k, PEERLINK, 10, 1);
	port_vlans(k, BOND1, 4094, 1);
	conflict_is(k, "VLAN of the peer-link is in the bridge");
	port_vlans(k, BOND1, 10, 1);
	port_vlans(k, bridge, 4094, 1);
	conflict_is(k, "VLAN of the peer-link is in the bridge");
	port_vlans(k, bridge, 10, 1);
	conflict_is(k, NULL);
	kbench_make(k, PEERLINK_4094, "peerlink.4094", "vlan", bridge, PEERLINK, 4094);
	conflict_is(k, "peer-link is a port of a bridge");
	kbench_make(k, PEERLINK_4094, "peerlink.4094", "vlan", 0, PEERLINK, 4094);
	kbench_make(k, PEERLINK, "peerlink", "bond", 0, 0, 0);
	conflict_is(k, "peerlink is in no bridge");
}

/* B1: what can be told where it is typed; an interface that is not there may come. */
static void b1_peer_link_is_refused(void **state)
{
	struct kbench *b = *state;
	struct kernel *k = &b->k;
	ifindex_t bridge = klink_index(klink_bridge(b->bond.link));

	kbench_make(k, PEERLINK, "peerlink", "bond", bridge, 0, 0);
	kbench_make(k, PEERLINK_4094, "peerlink.4094", "vlan", 0, PEERLINK, 4094);
	kbench_make(k, VLAN4094, "vlan4094", "vlan", 0, bridge, 4094);
	assert_null(kernel_peer_link_refused(k, "peerlink.4094"));
	assert_null(kernel_peer_link_refused(k, "nosuch.4094"));
	assert_string_equal(kernel_peer_link_refused(k, "vlan4094"), "peer-link is an SVI");
	assert_string_equal(kernel_peer_link_refused(k, "peerlink"), "peer-link is a port of a bridge");
	assert_string_equal(kernel_peer_link_refused(k, "br_default"), "peer-link is a bridge");
	port_vlans(k, PEERLINK, 4094, 0);
	assert_string_equal(kernel_peer_link_refused(k, "peerlink.4094"), "VLAN of the peer-link is in the bridge");
	port_vlans(k, PEERLINK, 10, 0);
	assert_null(kernel_peer_link_refused(k, "peerlink.4094")); /* mended elsewhere than on this line */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(c10_bridge_for_a_vlan),
		KERNEL_TEST(c10_beside_a_bridge_that_knows_vlans),
		KERNEL_TEST(b1_peerlink_conflicts),
		KERNEL_TEST(b1_peer_link_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
