// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SVIs: VLAN devices on a bridge of the pair (or the bridge itself where it
 * knows no VLANs) and the macvlans on them. Which of them MLAG bonds depend
 * on, which addresses are therefore our own, and what is wrong with a bond in
 * an operator's words.
 */
#include <zebra.h>

#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KSVIS, "Kernel SVIs");

const struct klink *ksvi_bridge(const struct klink *svi)
{
	return svi->l.kind == NL_KIND_VLAN ? svi->lower : svi;
}

/* A port of an MLAG bond in a bridge. */
static const struct klink *bond_port(const struct kernel *k, const struct klink *bridge)
{
	const struct klink *m, *base;

	frr_each (kmembers_const, &bridge->members, m) {
		base = klink_base(m);
		if (base->bond && kbond_present(k, base->bond))
			return m;
	}
	return NULL;
}

/* Without the peerlink's device a bridge of the pair is one of the bonds': to step back then is to withdraw the same routes. */
static bool of_the_pair(const struct kernel *k, const struct klink *bridge, bool strict, uint16_t *vlan)
{
	const struct klink *port = kbridge_way(k, bridge);

	if (!port && !strict && !kbridge_any(k))
		port = bond_port(k, bridge);
	if (port)
		*vlan = kway_vlan(port);
	return port != NULL;
}

/* strict: of a bridge that has a port to the peer. */
static bool is_svi(const struct kernel *k, const struct klink *l, bool strict, uint16_t *vlan)
{
	const struct klink *bridge = ksvi_bridge(l);

	if (!bridge || bridge->l.kind != NL_KIND_BRIDGE || (l == bridge) == !!bridge->l.vlan_filtering ||
	    !of_the_pair(k, bridge, strict, vlan))
		return false;
	if (l != bridge)
		*vlan = l->l.vlan_id;
	return true;
}

static void add_vlan(struct nl_vlans *v, uint16_t vlan)
{
	v->bits[vlan / 64] |= UINT64_C(1) << vlan % 64;
}

/* VLANs that some MLAG bond carries. */
static void bond_vlans(const struct kernel *k, struct nl_vlans *v)
{
	const struct kbond *b;
	const struct klink *u;
	uint16_t vlan;

	memset(v, 0, sizeof(*v));
	frr_each (kbonds_const, &k->bonds, b) {
		if (!kbond_present(k, b))
			continue;
		for (unsigned int i = 0; b->link->vlans && i < array_size(v->bits); i++)
			v->bits[i] |= b->link->vlans->bits[i];
		frr_each (kuppers_const, &b->link->uppers, u)
			if (klink_bridge(u) && of_the_pair(k, u->master, false, &vlan))
				add_vlan(v, vlan);
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

/* l is an SVI that MLAG bonds depend on. */
static bool needed(const struct kernel *k, const struct nl_vlans *v, const struct klink *l)
{
	uint16_t vlan;

	return is_svi(k, l, false, &vlan) && (vlan == 0 || nl_vlan_has(v, vlan));
}

bool ksvi_is(const struct kernel *k, const struct klink *l, uint16_t *vlan)
{
	return is_svi(k, l, false, vlan);
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
	const struct klink *l, *lower;
	struct nl_vlans v;
	unsigned int n = 0;

	if (!any_bond(k))
		return 0;
	bond_vlans(k, &v);
	frr_each (klinks_const, &k->links, l) {
		lower = l;
		if (l->l.kind == NL_KIND_MACVLAN && !(l->l.have & NL_HAVE_NETNSID))
			lower = klink_find(k, l->l.link);
		if (n < max && lower && needed(k, &v, lower))
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

/* Frames of an SVI's VLAN cross the peerlink: else the peer could not have an entry there. */
static bool crosses(const struct kernel *k, const struct klink *svi, uint16_t vlan)
{
	const struct klink *pl = kernel_peerlink(k);

	return svi->l.kind == NL_KIND_BRIDGE || (pl && pl->vlans && nl_vlan_has(pl->vlans, vlan));
}

/*
 * The SVI's own address is told to the peer; that of a macvlan on it (the
 * virtual gateway's) is both members' and must not be.
 */
static void report_self(struct kernel *k)
{
	struct klink *l;
	uint16_t vlan;

	frr_each (klinks, &k->links, l) {
		bool on = kbonds_count(&k->bonds) > 0 && is_svi(k, l, true, &vlan) && klink_up(l) &&
			  klink_up(ksvi_bridge(l)) && crosses(k, l, vlan);

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

/* Some port of it is in a bridge without a port to the peer. */
static bool beside_the_pair(const struct kernel *k, const struct klink *l)
{
	const struct klink *u;

	if (!kbridge_any(k))
		return false;
	frr_each (kuppers_const, &l->uppers, u)
		if (klink_bridge(u) && !kbridge_way(k, u->master))
			return true;
	return klink_bridge(l) && !kbridge_way(k, l->master);
}

static bool has_members(const struct klink *l)
{
	return kmembers_const_first(&l->members) != NULL;
}

unsigned int kernel_bond_conflicts(const struct kernel *k, const char *ifname, const char **conflicts, unsigned int max)
{
	struct klink *l = klink_find_name(k, ifname);
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
		{l && !kport_any(l, false), "bond is in no bridge"},
		{l && beside_the_pair(k, l), "bond is in another bridge than the peerlink"},
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
