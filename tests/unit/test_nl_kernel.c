// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel edge without a kernel: recorded netlink messages make the table
 * of links, facts and "what is still to be done" are read off it: bonds, and
 * the orphan ports that go with them (D5).
 */
#include <zebra.h>

#include <linux/rtnetlink.h>

#include "tests/unit/kernel_bench.h"

static void facts(void **state)
{
	struct kbench *b = *state;

	assert_ptr_equal(b->bond.link, klink_find(&b->k, BOND1));
	assert_true(kbond_present(&b->k, &b->bond));
	assert_true(kbond_shared_id(&b->k, &b->bond));
	assert_true(klink_any_carrier(b->bond.link));
	assert_true(klink_distributes(b->bond.link));
	assert_false(kbond_held(&b->k, &b->bond));
}

static void last_member_loses_carrier(void **state)
{
	struct kbench *b = *state;

	kbench_feed(&b->k, "link_swp1_down");
	/* the bond itself still shows carrier: its word comes a miimon later */
	assert_true(b->bond.link->l.flags & NL_IFF_LOWER_UP);
	assert_false(klink_any_carrier(b->bond.link));
	assert_false(klink_distributes(b->bond.link));
}

/* Up is not distributing: each condition of its own. */
static void distributing(void **state)
{
	struct kbench *b = *state;
	struct klink *m = klink_find(&b->k, SWP1);

	m->l.partner_port_state &= ~NL_LACP_COLLECTING;
	assert_false(klink_distributes(b->bond.link));
	assert_true(klink_settling(b->bond.link)); /* the kernel will not say when: it is asked */
	kbench_feed(&b->k, "link_swp1");
	assert_false(klink_settling(b->bond.link));
	assert_true(klink_collects(b->bond.link));
	m->l.actor_port_state |= NL_LACP_DEFAULTED;
	assert_false(klink_distributes(b->bond.link));
	assert_false(klink_collects(b->bond.link)); /* in sync with nobody: the peer would wait for it for ever */
	kbench_feed(&b->k, "link_swp1");
	m->l.actor_port_state |= NL_LACP_EXPIRED;
	assert_false(klink_collects(b->bond.link));
	kbench_feed(&b->k, "link_swp1");
	m->l.actor_port_state &= ~NL_LACP_DISTRIBUTING; /* active already, and no event will come */
	assert_true(klink_settling(b->bond.link));
	kbench_feed(&b->k, "link_swp1_down");
	assert_false(klink_settling(b->bond.link));
	kbench_feed(&b->k, "link_swp1");
	m->l.slave_state = 1;
	assert_false(klink_distributes(b->bond.link));
	assert_true(klink_any_carrier(b->bond.link));
}

static void held_is_taken_by_us(void **state)
{
	struct kbench *b = *state;

	kbench_set_up(&b->k, SWP1, false);
	assert_false(kbond_held(&b->k, &b->bond)); /* an admin's */
	kowned_add(b->k.owned, SWP1, "swp1");
	assert_true(kbond_held(&b->k, &b->bond));
	kbench_set_up(&b->k, SWP1, true);
	assert_false(kbond_held(&b->k, &b->bond));
}

static void needs(void **state)
{
	struct kbench *b = *state;
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
	kbench_set_up(k, SWP1, false);
	assert_false(kneeds_taking(k, l));
	b->bond.want.hold = CORE_HOLD_NONE;
	assert_true(kmember_free(k, m));
}

/* Nothing is given back that the core has not spoken of: a restart changes nothing. */
static void silent_core_changes_nothing(void **state)
{
	struct kbench *b = *state;
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
	struct kbench *b = *state;
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
	struct kbench *b = *state;
	struct klink *bond = b->bond.link;

	kbench_feed(&b->k, "link_vlan10");
	kbench_feed(&b->k, "link_vlan10_v0");
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
	struct kbench *b = *state;
	struct ifinfomsg *ifi;

	nlh->nlmsg_type = RTM_DELLINK;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_index = BOND1;
	kmodel_msg(&b->k, nlh);
	assert_null(b->bond.link);
	assert_false(kbond_present(&b->k, &b->bond));
	assert_null(klink_find(&b->k, SWP1)->master);
	kbench_feed(&b->k, "link_bond1");
	assert_true(kbond_present(&b->k, &b->bond));
	assert_ptr_equal(klink_find(&b->k, SWP1)->master, b->bond.link);
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
	struct kbench *b = *state;
	struct kernel *k = &b->k;

	kbench_make(k, ORPHAN, "swp3", "", klink_index(klink_bridge(b->bond.link)), 0, 0);
	k->managing = true;
	k->hold = CORE_HOLD_SPLIT;
	assert_false(kneeds_down(k, klink_find(k, ORPHAN))); /* not named */
	name_orphan(k, "swp3");
	assert_true(kneeds_down(k, klink_find(k, ORPHAN)));
	assert_false(kmember_free(k, klink_find(k, ORPHAN)));
	kbench_set_up(k, ORPHAN, false);
	assert_false(kneeds_down(k, klink_find(k, ORPHAN)));
	k->hold = CORE_HOLD_NONE;
	assert_true(kmember_free(k, klink_find(k, ORPHAN)));
	k->hold = CORE_HOLD_SPLIT;
	k->n_orphans = 0; /* named no more */
	assert_true(kmember_free(k, klink_find(k, ORPHAN)));
}

static void d5_of_an_orphan_bond_the_members_go(void **state)
{
	struct kbench *b = *state;
	struct kernel *k = &b->k;

	kbench_make(k, ORPHAN_BOND, "bond9", "bond", klink_index(klink_bridge(b->bond.link)), 0, 0);
	kbench_make(k, ORPHAN_MEMBER, "swp9", "", ORPHAN_BOND, 0, 0);
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
	struct kbench *b = *state;
	struct kernel *k = &b->k;
	struct kernel_orphan o;

	kbench_make(k, PEERLINK, "peerlink", "bond", klink_index(klink_bridge(b->bond.link)), 0, 0);
	kbench_make(k, ROUTED, "swp51", "", 0, 0, 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(facts),
		KERNEL_TEST(last_member_loses_carrier),
		KERNEL_TEST(distributing),
		KERNEL_TEST(held_is_taken_by_us),
		KERNEL_TEST(needs),
		KERNEL_TEST(silent_core_changes_nothing),
		KERNEL_TEST(peerlink_is_no_mlag_bond),
		KERNEL_TEST(way_over_the_peerlink),
		KERNEL_TEST(link_goes_and_comes),
		KERNEL_TEST(d5_orphan_goes_with_the_bonds),
		KERNEL_TEST(d5_of_an_orphan_bond_the_members_go),
		KERNEL_TEST(d5_what_is_no_orphan_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
