// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SVIs: VLAN devices on the bridge of the pair (or the bridge itself where it
 * knows no VLANs) and the macvlans on them. Which of them MLAG bonds depend
 * on, which addresses are therefore our own, and what is wrong with a bond in
 * an operator's words.
 */
#include <zebra.h>

#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KSVIS, "Kernel SVIs");

/* l is an SVI on bridge; its VLAN, 0 for a bridge that knows none. */
static bool is_svi(const struct klink *bridge, const struct klink *l, uint16_t *vlan)
{
	if (!bridge)
		return false;
	*vlan = 0;
	if (!bridge->l.vlan_filtering)
		return l == bridge;
	if (l->l.kind != NL_KIND_VLAN || !(l->l.have & NL_HAVE_LINK) || l->l.have & NL_HAVE_NETNSID ||
	    l->l.link != (uint32_t)bridge->l.ifindex)
		return false;
	*vlan = l->l.vlan_id;
	return true;
}

/* VLANs that some MLAG bond carries. */
static void bond_vlans(const struct kernel *k, struct nl_vlans *v)
{
	const struct kbond *b;
	unsigned int i;

	memset(v, 0, sizeof(*v));
	frr_each (kbonds_const, &k->bonds, b) {
		if (!kbond_present(k, b) || !b->link->vlans)
			continue;
		for (i = 0; i < array_size(v->bits); i++)
			v->bits[i] |= b->link->vlans->bits[i];
	}
}

static bool any_bond(const struct kernel *k)
{
	const struct kbond *b;

	frr_each (kbonds_const, &k->bonds, b)
		if (kbond_present(k, b))
			return true;
	return false;
}

/* Without the peerlink's device its bridge is that of the bonds: to step back then is to withdraw the same routes. */
static const struct klink *bonds_bridge(const struct kernel *k)
{
	const struct klink *bridge = kernel_bridge(k);
	const struct kbond *b;

	frr_each (kbonds_const, &k->bonds, b)
		if (!bridge && kbond_present(k, b))
			bridge = klink_bridge(b->link);
	return bridge;
}

/* l is an SVI that MLAG bonds depend on. */
static bool needed(const struct klink *bridge, const struct nl_vlans *v, const struct klink *l)
{
	uint16_t vlan;

	return is_svi(bridge, l, &vlan) && (vlan == 0 || nl_vlan_has(v, vlan));
}

bool ksvi_is(const struct kernel *k, const struct klink *l, uint16_t *vlan)
{
	return is_svi(bonds_bridge(k), l, vlan);
}

bool ksvi_needed(const struct kernel *k, const struct klink *l, uint16_t *vlan)
{
	struct nl_vlans v;

	if (!ksvi_is(k, l, vlan) || !any_bond(k))
		return false;
	bond_vlans(k, &v);
	return *vlan == 0 || nl_vlan_has(&v, *vlan);
}

static int index_cmp(const void *a, const void *b)
{
	return numcmp(*(const ifindex_t *)a, *(const ifindex_t *)b);
}

unsigned int kernel_svis(const struct kernel *k, ifindex_t *ifindexes, unsigned int max)
{
	const struct klink *l, *lower, *bridge = bonds_bridge(k);
	struct nl_vlans v;
	unsigned int n = 0;

	if (!bridge || !any_bond(k))
		return 0;
	bond_vlans(k, &v);
	frr_each (klinks_const, &k->links, l) {
		lower = l;
		if (l->l.kind == NL_KIND_MACVLAN && !(l->l.have & NL_HAVE_NETNSID))
			lower = klink_find(k, l->l.link);
		if (n < max && lower && needed(bridge, &v, lower))
			ifindexes[n++] = l->l.ifindex;
	}
	qsort(ifindexes, n, sizeof(*ifindexes), index_cmp);
	return n;
}

static bool is_excluded(const struct kernel *k, ifindex_t ifindex)
{
	const struct klink *l = klink_find(k, ifindex);
	uint16_t vlan;

	if (l && l->l.kind == NL_KIND_MACVLAN)
		l = klink_find(k, l->l.link);
	return l && ksvi_is(k, l, &vlan) && kvrr_excluded(k->vrrs, vlan);
}

unsigned int kernel_svis_excluded(const struct kernel *k, ifindex_t *ifindexes, unsigned int n)
{
	unsigned int first = 0;

	for (unsigned int i = 0; i < n; i++) {
		ifindex_t ifindex = ifindexes[i];

		if (!is_excluded(k, ifindex))
			continue;
		memmove(&ifindexes[first + 1], &ifindexes[first], (i - first) * sizeof(*ifindexes));
		ifindexes[first++] = ifindex;
	}
	return first;
}

/* ---------------------------------------------------------- own addresses */

static void self_set(struct kernel *k, struct klink *l, bool on, uint16_t vlan)
{
	struct mc_mac mac;

	memcpy(mac.b, l->l.address, sizeof(mac.b));
	if (l->self_reported && (!on || vlan != l->self_vlan || memcmp(&mac, &l->self_mac, sizeof(mac)) != 0)) {
		k->ops->fdb(k->arg, &l->self_mac, l->self_vlan, 0, KFDB_GONE);
		l->self_reported = false;
	}
	if (!on || l->self_reported)
		return;
	l->self_reported = true;
	l->self_mac = mac;
	l->self_vlan = vlan;
	k->ops->fdb(k->arg, &mac, vlan, 0, KFDB_SELF);
}

void ksvi_link_gone(struct kernel *k, struct klink *l)
{
	self_set(k, l, false, 0);
}

/* Frames of the VLAN cross the peerlink: else the peer could not have an entry there. */
static bool crosses(const struct kernel *k, uint16_t vlan)
{
	const struct klink *pl = kernel_peerlink(k);

	return vlan == 0 || (pl && pl->vlans && nl_vlan_has(pl->vlans, vlan));
}

/*
 * The SVI's own address is told to the peer; that of a macvlan on it (the
 * virtual gateway's) is both members' and must not be.
 */
static void report_self(struct kernel *k)
{
	const struct klink *bridge = kernel_bridge(k);
	struct klink *l;
	uint16_t vlan;

	frr_each (klinks, &k->links, l) {
		bool on = kbonds_count(&k->bonds) > 0 && is_svi(bridge, l, &vlan) && klink_up(l) && klink_up(bridge) &&
			  crosses(k, vlan);

		if (on || l->self_reported)
			self_set(k, l, on, on ? vlan : 0);
	}
}

static void report_svis(struct kernel *k)
{
	static ifindex_t now[KERNEL_SVIS_MAX];
	unsigned int n = kernel_svis(k, now, array_size(now));

	if (n == k->n_svis && (n == 0 || memcmp(now, k->svis, n * sizeof(*now)) == 0))
		return;
	k->svis = XREALLOC(MTYPE_KSVIS, k->svis, MAX(n, 1U) * sizeof(*now));
	memcpy(k->svis, now, n * sizeof(*now));
	k->n_svis = n;
	k->ops->svis(k->arg);
}

void ksvi_report(struct kernel *k)
{
	report_self(k);
	report_svis(k);
}

void ksvi_fini(struct kernel *k)
{
	XFREE(MTYPE_KSVIS, k->svis);
}

/* -------------------------------------------------------------- conflicts */

static struct kbond *bond_by_name(const struct kernel *k, const char *ifname)
{
	struct kbond *b;

	frr_each (kbonds, (struct kbonds_head *)&k->bonds, b)
		if (strcmp(b->ifname, ifname) == 0)
			return b;
	return NULL;
}

static bool has_members(const struct klink *l)
{
	return kmembers_const_first(&l->members) != NULL;
}

unsigned int kernel_bond_conflicts(const struct kernel *k, const char *ifname, const char **conflicts, unsigned int max)
{
	const struct klink *l = klink_find_name(k, ifname);
	const struct kbond *b = bond_by_name(k, ifname);
	bool lacp = l && nl_is_lacp(&l->l);
	const struct {
		bool holds;
		const char *text;
	} all[] = {
		{!l, "no such interface"},
		{l && l->l.kind != NL_KIND_BOND, "interface is not a bond"},
		{l && l->l.kind == NL_KIND_BOND && !lacp, "bond mode is not 802.3ad"},
		{l && l == kernel_peerlink(k), "bond is the peerlink"},
		{l && !klink_bridge(l), "bond is in no bridge"},
		{l && klink_bridge(l) && kernel_bridge(k) && klink_bridge(l) != kernel_bridge(k),
		 "bond is in another bridge than the peerlink"},
		{lacp && !has_members(l), "bond has no members"},
		{lacp && l->l.have & NL_HAVE_LACP_RATE && l->l.lacp_rate == 0, "slow LACP rate"},
		{l && !filter_name_ok(ifname), "interface name cannot be used in a filter"},
		{b && b->refused, "kernel refused a change, see the log"},
	};
	unsigned int i, n = 0;

	for (i = 0; i < array_size(all); i++)
		if (all[i].holds && n < max)
			conflicts[n++] = all[i].text;
	return n;
}
