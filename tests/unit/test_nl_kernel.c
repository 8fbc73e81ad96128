// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel edge without a kernel: recorded netlink messages make the table
 * of links, facts and "what is still to be done" are read off it; the record
 * of members taken down survives what it must and nothing else.
 */
#include <zebra.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/stat.h>

#include "mlagd/kernel_int.h"

#define BOND1 8
#define SWP1  2

static const struct mc_mac system_mac = {{0x44, 0x38, 0x39, 0xff, 0x00, 0xaa}};

static void ignore_fdb(void *arg, const struct mc_mac *mac, uint16_t vlan, uint16_t where, enum kernel_fdb_news news)
{
}

static const struct kernel_ops ops = {.fdb = ignore_fdb};

struct bench {
	struct kernel k;
	struct kbond bond;
	char dir[64];
};

static void feed(struct kernel *k, const char *name)
{
	static char buf[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
	const char *srcdir = getenv("srcdir");
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/netlink/%s", srcdir ? srcdir : ".", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_true(fread(buf, 1, sizeof(buf), f) > NLMSG_HDRLEN);
	fclose(f);
	kmodel_msg(k, (const struct nlmsghdr *)buf);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	strlcpy(b->dir, "/tmp/test_nl_kernel.XXXXXX", sizeof(b->dir));
	assert_non_null(mkdtemp(b->dir));
	b->k.ops = &ops;
	b->k.system_mac = system_mac;
	kmodel_init(&b->k);
	b->k.owned = kowned_load(b->dir);
	b->bond.mlag_id = 1;
	strlcpy(b->bond.ifname, "bond1", sizeof(b->bond.ifname));
	kbonds_add(&b->k.bonds, &b->bond);
	/* members before their master, master before its bridge: the order of a dump is the ifindex's */
	feed(&b->k, "link_swp1");
	feed(&b->k, "link_bond1");
	feed(&b->k, "link_br_default");
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	char path[128];

	snprintf(path, sizeof(path), "%s/mlagd-owned.json", b->dir);
	unlink(path);
	assert_int_equal(rmdir(b->dir), 0); /* nothing half-written is left */
	kbonds_del(&b->k.bonds, &b->bond);
	kowned_free(b->k.owned);
	kmodel_fini(&b->k);
	free(b);
	return 0;
}

static void set_up(struct kernel *k, ifindex_t ifindex, bool up)
{
	struct klink *l = klink_find(k, ifindex);

	assert_non_null(l);
	l->l.flags = up ? l->l.flags | IFF_UP : l->l.flags & ~(IFF_UP | NL_IFF_LOWER_UP);
}

static void facts(void **state)
{
	struct bench *b = *state;

	assert_ptr_equal(b->bond.link, klink_find(&b->k, BOND1));
	assert_true(kbond_present(&b->k, &b->bond));
	assert_true(kbond_shared_id(&b->k, &b->bond));
	assert_true(klink_any_carrier(b->bond.link));
	assert_true(klink_distributes(b->bond.link));
	assert_false(kbond_held(&b->k, &b->bond));
}

static void last_member_loses_carrier(void **state)
{
	struct bench *b = *state;

	feed(&b->k, "link_swp1_down");
	/* the bond itself still shows carrier: its word comes a miimon later */
	assert_true(b->bond.link->l.flags & NL_IFF_LOWER_UP);
	assert_false(klink_any_carrier(b->bond.link));
	assert_false(klink_distributes(b->bond.link));
}

/* Up is not distributing: each condition of its own. */
static void distributing(void **state)
{
	struct bench *b = *state;
	struct klink *m = klink_find(&b->k, SWP1);

	m->l.partner_port_state &= ~NL_LACP_COLLECTING;
	assert_false(klink_distributes(b->bond.link));
	assert_true(klink_settling(b->bond.link)); /* the kernel will not say when: it is asked */
	feed(&b->k, "link_swp1");
	assert_false(klink_settling(b->bond.link));
	assert_true(klink_collects(b->bond.link));
	m->l.actor_port_state |= NL_LACP_DEFAULTED;
	assert_false(klink_distributes(b->bond.link));
	assert_false(klink_collects(b->bond.link)); /* in sync with nobody: the peer would wait for it for ever */
	feed(&b->k, "link_swp1");
	m->l.actor_port_state |= NL_LACP_EXPIRED;
	assert_false(klink_collects(b->bond.link));
	feed(&b->k, "link_swp1");
	m->l.actor_port_state &= ~NL_LACP_DISTRIBUTING; /* active already, and no event will come */
	assert_true(klink_settling(b->bond.link));
	feed(&b->k, "link_swp1_down");
	assert_false(klink_settling(b->bond.link));
	feed(&b->k, "link_swp1");
	m->l.slave_state = 1;
	assert_false(klink_distributes(b->bond.link));
	assert_true(klink_any_carrier(b->bond.link));
}

static void held_is_taken_by_us(void **state)
{
	struct bench *b = *state;

	set_up(&b->k, SWP1, false);
	assert_false(kbond_held(&b->k, &b->bond)); /* an admin's */
	kowned_add(b->k.owned, SWP1, "swp1");
	assert_true(kbond_held(&b->k, &b->bond));
	set_up(&b->k, SWP1, true);
	assert_false(kbond_held(&b->k, &b->bond));
}

static void needs(void **state)
{
	struct bench *b = *state;
	struct kernel *k = &b->k;
	struct klink *l = b->bond.link, *m = klink_find(k, SWP1);

	k->managing = b->bond.has_want = true;
	b->bond.want = (struct core_wanted_bond){.mlag_id = 1, .shared_id = true};
	assert_false(kneeds_shared_id(k, l) || kneeds_own_id(k, l) || kneeds_taking(k, l));
	b->bond.want.shared_id = false;
	assert_true(kneeds_own_id(k, l));
	b->bond.want.hold = CORE_HOLD_SPLIT;
	assert_true(kneeds_taking(k, l));
	assert_false(kmember_free(k, m));
	set_up(k, SWP1, false);
	assert_false(kneeds_taking(k, l));
	b->bond.want.hold = CORE_HOLD_NONE;
	assert_true(kmember_free(k, m));
}

/* Nothing is given back that the core has not spoken of: a restart changes nothing. */
static void silent_core_changes_nothing(void **state)
{
	struct bench *b = *state;
	struct kernel *k = &b->k;

	k->managing = true;
	assert_false(kneeds_own_id(k, b->bond.link) || kneeds_shared_id(k, b->bond.link));
	assert_false(kmember_free(k, klink_find(k, SWP1)));
	k->managing = false; /* MLAG is taken away: now it is */
	assert_true(kneeds_own_id(k, b->bond.link));
	assert_true(kmember_free(k, klink_find(k, SWP1)));
}

/* An id given to the peerlink itself: it is nobody's MLAG bond, and has no system id of ours. */
static void peerlink_is_no_mlag_bond(void **state)
{
	struct bench *b = *state;
	struct klink *l = b->bond.link;

	b->k.managing = b->bond.has_want = true;
	b->bond.want = (struct core_wanted_bond){.mlag_id = b->bond.mlag_id, .shared_id = true};
	assert_true(kbond_present(&b->k, &b->bond));
	assert_false(kneeds_own_id(&b->k, l));
	strlcpy(b->k.peer_link, l->l.name, sizeof(b->k.peer_link));
	assert_ptr_equal(kernel_peerlink(&b->k), l);
	assert_false(kbond_present(&b->k, &b->bond));
	assert_false(kneeds_shared_id(&b->k, l));
	assert_true(kneeds_own_id(&b->k, l)); /* what it was given before is taken away */
}

/* B4, B6: the peerlink, its bridge, an SVI and a virtual router on it; not a port beside it. */
static void way_over_the_peerlink(void **state)
{
	struct bench *b = *state;
	struct klink *bond = b->bond.link;

	feed(&b->k, "link_vlan10");
	feed(&b->k, "link_vlan10_v0");
	assert_non_null(klink_find_name(&b->k, "vlan10-v0"));
	assert_false(kernel_over_peerlink(&b->k, BOND1));
	assert_false(kernel_over_peerlink(&b->k, klink_index(klink_find_name(&b->k, "vlan10"))));
	strlcpy(b->k.peer_link, bond->l.name, sizeof(b->k.peer_link));
	assert_true(kernel_over_peerlink(&b->k, BOND1));
	assert_true(kernel_over_peerlink(&b->k, SWP1)); /* its member */
	assert_true(kernel_over_peerlink(&b->k, klink_index(klink_bridge(bond))));
	assert_true(kernel_over_peerlink(&b->k, klink_index(klink_find_name(&b->k, "vlan10"))));
	assert_true(kernel_over_peerlink(&b->k, klink_index(klink_find_name(&b->k, "vlan10-v0"))));
	assert_true(kernel_over_peerlink(&b->k, 4711)); /* unknown */
}

static void link_goes_and_comes(void **state)
{
	char buf[64] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct bench *b = *state;
	struct ifinfomsg *ifi;

	nlh->nlmsg_type = RTM_DELLINK;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_index = BOND1;
	kmodel_msg(&b->k, nlh);
	assert_null(b->bond.link);
	assert_false(kbond_present(&b->k, &b->bond));
	assert_null(klink_find(&b->k, SWP1)->master);
	feed(&b->k, "link_bond1");
	assert_true(kbond_present(&b->k, &b->bond));
	assert_ptr_equal(klink_find(&b->k, SWP1)->master, b->bond.link);
}

/* ------------------------------------------------------ bridges of the pair */

enum { PEERLINK = 20, BR30, PEERLINK_30, BOND1_30, BR40, PEERLINK_40 };

/* kind "vlan" on `lower`, "bridge" (vid: it knows VLANs) or "bond", 802.3ad; a port of `master`, 0 none. */
static void make(struct kernel *k, ifindex_t ifindex, const char *name, const char *kind, ifindex_t master, ifindex_t lower,
		 uint16_t vid)
{
	char buf[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	struct nlattr *info, *data;

	nlh->nlmsg_type = RTM_NEWLINK;
	ifi->ifi_index = ifindex;
	ifi->ifi_flags = IFF_UP;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	if (master)
		mnl_attr_put_u32(nlh, IFLA_MASTER, master);
	if (lower)
		mnl_attr_put_u32(nlh, IFLA_LINK, lower);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, kind);
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	if (lower)
		mnl_attr_put_u16(nlh, IFLA_VLAN_ID, vid);
	else if (strcmp(kind, "bridge") == 0)
		mnl_attr_put_u8(nlh, IFLA_BR_VLAN_FILTERING, !!vid);
	else
		mnl_attr_put_u8(nlh, IFLA_BOND_MODE, NL_BOND_MODE_8023AD);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	kmodel_msg(k, nlh);
}

/* A bridge for VLAN 30, told before what its ports stand on; and a peerlink that is in no bridge itself. */
static void c10_bridge_for_a_vlan(void **state)
{
	struct bench *b = *state;
	struct kernel *k = &b->k;
	struct klink *bond = b->bond.link;
	uint16_t vlan = 0;

	strlcpy(k->peer_link, "peerlink", sizeof(k->peer_link));
	make(k, PEERLINK_30, "peerlink.30", "vlan", BR30, PEERLINK, 30);
	make(k, BOND1_30, "bond1.30", "vlan", BR30, BOND1, 30);
	make(k, BR30, "br30", "bridge", 0, 0, 0);
	assert_false(kbridge_any(k));
	make(k, PEERLINK, "peerlink", "bond", 0, 0, 0);
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
	struct bench *b = *state;
	struct kernel *k = &b->k;
	struct klink *bond = b->bond.link, *aware = klink_bridge(bond);

	strlcpy(k->peer_link, "peerlink", sizeof(k->peer_link));
	make(k, PEERLINK, "peerlink", "bond", aware->l.ifindex, 0, 0);
	make(k, BR40, "br40", "bridge", 0, 0, 1);
	make(k, PEERLINK_40, "peerlink.40", "vlan", BR40, PEERLINK, 40);
	assert_int_equal(kbridge_only(k), aware->l.ifindex);
	make(k, BR30, "br30", "bridge", 0, 0, 0);
	make(k, PEERLINK_30, "peerlink.30", "vlan", BR30, PEERLINK, 30);
	make(k, BOND1_30, "bond1.30", "vlan", BR30, BOND1, 30);
	assert_int_equal(kbridge_only(k), 0);
	assert_ptr_equal(kport_of(k, bond, 30), klink_find(k, BOND1_30));
	assert_ptr_equal(kport_of(k, bond, 10), bond);
	assert_ptr_equal(kport_of(k, klink_find(k, PEERLINK), 30), klink_find(k, PEERLINK_30));
	assert_null(kbridge_way(k, klink_find(k, BR40)));
	make(k, BOND1_30, "bond1.30", "vlan", 0, BOND1, 30);
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
	struct bench *b = *state;
	struct kernel *k = &b->k;
	ifindex_t bridge = klink_index(klink_bridge(b->bond.link));

	conflict_is(k, NULL); /* nothing configured */
	strlcpy(k->peer_link, "peerlink.4094", sizeof(k->peer_link));
	conflict_is(k, "no such interface");
	make(k, PEERLINK, "peerlink", "bond", bridge, 0, 0);
	port_vlans(k, PEERLINK, 10, 1);
	make(k, PEERLINK_4094, "peerlink.4094", "vlan", 0, PEERLINK, 4094);
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
	make(k, PEERLINK_4094, "peerlink.4094", "vlan", bridge, PEERLINK, 4094);
	conflict_is(k, "peer-link is a port of a bridge");
	make(k, PEERLINK_4094, "peerlink.4094", "vlan", 0, PEERLINK, 4094);
	make(k, PEERLINK, "peerlink", "bond", 0, 0, 0);
	conflict_is(k, "peerlink is in no bridge");
}

/* B1: what can be told where it is typed; an interface that is not there may come. */
static void b1_peer_link_is_refused(void **state)
{
	struct bench *b = *state;
	struct kernel *k = &b->k;
	ifindex_t bridge = klink_index(klink_bridge(b->bond.link));

	make(k, PEERLINK, "peerlink", "bond", bridge, 0, 0);
	make(k, PEERLINK_4094, "peerlink.4094", "vlan", 0, PEERLINK, 4094);
	make(k, VLAN4094, "vlan4094", "vlan", 0, bridge, 4094);
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

/* ------------------------------------------- orphan ports that go with the bonds */

enum { ORPHAN = 50, ORPHAN_BOND, ORPHAN_MEMBER, ROUTED };

static void name_orphan(struct kernel *k, const char *name)
{
	strlcpy(k->orphans[k->n_orphans++], name, IFNAMSIZ);
}

/* As a bond's members: down while these are held, free when they are; an admin's down is not taken. */
static void d5_orphan_goes_with_the_bonds(void **state)
{
	struct bench *b = *state;
	struct kernel *k = &b->k;

	make(k, ORPHAN, "swp3", "", klink_index(klink_bridge(b->bond.link)), 0, 0);
	k->managing = true;
	k->hold = CORE_HOLD_SPLIT;
	assert_false(kneeds_down(k, klink_find(k, ORPHAN))); /* not named */
	name_orphan(k, "swp3");
	assert_true(kneeds_down(k, klink_find(k, ORPHAN)));
	assert_false(kmember_free(k, klink_find(k, ORPHAN)));
	set_up(k, ORPHAN, false);
	assert_false(kneeds_down(k, klink_find(k, ORPHAN)));
	k->hold = CORE_HOLD_NONE;
	assert_true(kmember_free(k, klink_find(k, ORPHAN)));
	k->hold = CORE_HOLD_SPLIT;
	k->n_orphans = 0; /* named no more */
	assert_true(kmember_free(k, klink_find(k, ORPHAN)));
}

static void d5_of_an_orphan_bond_the_members_go(void **state)
{
	struct bench *b = *state;
	struct kernel *k = &b->k;

	make(k, ORPHAN_BOND, "bond9", "bond", klink_index(klink_bridge(b->bond.link)), 0, 0);
	make(k, ORPHAN_MEMBER, "swp9", "", ORPHAN_BOND, 0, 0);
	name_orphan(k, "bond9");
	k->managing = true;
	k->hold = CORE_HOLD_SPLIT;
	assert_false(kneeds_down(k, klink_find(k, ORPHAN_BOND)));
	assert_true(kneeds_down(k, klink_find(k, ORPHAN_MEMBER)));
	assert_false(kmember_free(k, klink_find(k, ORPHAN_MEMBER)));
	k->hold = CORE_HOLD_NONE;
	assert_true(kmember_free(k, klink_find(k, ORPHAN_MEMBER)));
}

/* What is no bridge's port, leads to the peer, or is an MLAG bond's member is left to itself, and said. */
static void d5_what_is_no_orphan_port(void **state)
{
	struct bench *b = *state;
	struct kernel *k = &b->k;
	struct kernel_orphan o;

	make(k, PEERLINK, "peerlink", "bond", klink_index(klink_bridge(b->bond.link)), 0, 0);
	make(k, ROUTED, "swp51", "", 0, 0, 0);
	strlcpy(k->peer_link, "peerlink", sizeof(k->peer_link));
	k->managing = b->bond.has_want = true;
	k->hold = CORE_HOLD_SPLIT; /* and none of the bond */
	name_orphan(k, "swp51");
	name_orphan(k, "peerlink");
	name_orphan(k, "swp1");
	name_orphan(k, "nothing");
	assert_false(kneeds_down(k, klink_find(k, ROUTED)));
	assert_false(kneeds_down(k, klink_find(k, PEERLINK)));
	assert_false(kneeds_down(k, klink_find(k, SWP1)));
	assert_true(kernel_orphan_show(k, 0, &o));
	assert_string_equal(o.conflict, "not in a bridge");
	assert_true(kernel_orphan_show(k, 1, &o));
	assert_string_equal(o.conflict, "leads to the peer");
	assert_true(kernel_orphan_show(k, 2, &o));
	assert_string_equal(o.conflict, "is a bond's member");
	assert_true(kernel_orphan_show(k, 3, &o));
	assert_string_equal(o.conflict, "no such interface");
	assert_false(kernel_orphan_show(k, 4, &o));
}

/* ------------------------------------------------------------- the record */

static void record_survives(void **state)
{
	struct bench *b = *state;
	struct kowned *again;

	kowned_add(b->k.owned, 5, "swp5");
	kowned_add(b->k.owned, 6, "swp6");
	kowned_add(b->k.owned, 5, "swp5");
	kowned_del(b->k.owned, 6);
	kowned_set_fenced(b->k.owned, true);
	assert_true(kowned_save(b->k.owned));
	again = kowned_load(b->dir);
	assert_true(kowned_has(again, 5));
	assert_true(kowned_fenced(again));
	assert_false(kowned_has(again, 6));
	assert_int_equal(kowned_at(again, 0), 5);
	assert_int_equal(kowned_at(again, 1), 0);
	kowned_free(again);
}

static void overwrite(const struct bench *b, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/mlagd-owned.json", b->dir);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	fclose(f);
}

static void strange_records(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"null",
		"{\"bootId\": 7, \"membersDown\": 7}",
		"{\"bootId\": \"of another boot\", \"netns\": 1, \"membersDown\": [{\"ifindex\": 5, \"ifName\": \"swp5\"}]}",
	};
	struct bench *b = *state;
	struct kowned *o;
	unsigned int i;

	for (i = 0; i < array_size(texts); i++) {
		overwrite(b, texts[i]);
		o = kowned_load(b->dir);
		assert_int_equal(kowned_at(o, 0), 0);
		kowned_free(o);
	}
}

static void record_cannot_be_written(void **state)
{
	struct bench *b = *state;
	struct kowned *o = kowned_load("/proc/no/such/directory");

	kowned_add(o, 5, "swp5");
	assert_false(kowned_save(o));
	assert_false(kowned_save(o)); /* still due */
	kowned_free(o);
	assert_true(kowned_save(b->k.owned));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(facts),
		TEST(last_member_loses_carrier),
		TEST(distributing),
		TEST(held_is_taken_by_us),
		TEST(needs),
		TEST(silent_core_changes_nothing),
		TEST(peerlink_is_no_mlag_bond),
		TEST(way_over_the_peerlink),
		TEST(link_goes_and_comes),
		TEST(c10_bridge_for_a_vlan),
		TEST(c10_beside_a_bridge_that_knows_vlans),
		TEST(b1_peerlink_conflicts),
		TEST(b1_peer_link_is_refused),
		TEST(d5_orphan_goes_with_the_bonds),
		TEST(d5_of_an_orphan_bond_the_members_go),
		TEST(d5_what_is_no_orphan_port),
		TEST(record_survives),
		TEST(strange_records),
		TEST(record_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
