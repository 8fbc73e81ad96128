// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bridges of the pair (C10). The peerlink itself is a port of one: it knows
 * VLANs, or has one, untagged. Beside it, or instead, there may be bridges that
 * know none, one for each VLAN, whose ports are VLAN devices: peerlink.10,
 * bond1.10. To the peer such a bridge has the VLAN of its port on the peerlink,
 * so that either member may have it in either way.
 *
 * Facts read off the table of links; nothing is kept or changed.
 */
#include <zebra.h>

#include "mlagd/kernel_int.h"

const struct klink *klink_base(const struct klink *l)
{
	return l->lower && l->lower->l.kind != NL_KIND_BRIDGE ? l->lower : l;
}

struct klink *kernel_bridge(const struct kernel *k)
{
	struct klink *pl = kernel_peerlink(k);

	return pl ? klink_bridge(pl) : NULL;
}

/* Of two VLAN devices of the peerlink in one bridge, which is a mistake, the lower VLAN's. */
struct klink *kbridge_way(const struct kernel *k, const struct klink *bridge)
{
	struct klink *pl = kernel_peerlink(k), *m, *way = NULL;

	if (!bridge || !pl || bridge->l.kind != NL_KIND_BRIDGE)
		return NULL;
	if (pl->master == bridge)
		return pl;
	if (bridge->l.vlan_filtering)
		return NULL;
	frr_each (kmembers, (struct kmembers_head *)&bridge->members, m)
		if (m->lower == pl && (!way || m->l.vlan_id < way->l.vlan_id))
			way = m;
	return way;
}

bool klink_is_way(const struct kernel *k, const struct klink *l)
{
	return klink_base(l) == kernel_peerlink(k) && kbridge_way(k, klink_bridge(l)) == l;
}

bool kbridge_any(const struct kernel *k)
{
	const struct klink *pl = kernel_peerlink(k), *u;

	if (!pl)
		return false;
	frr_each (kuppers_const, &pl->uppers, u)
		if (klink_is_way(k, u))
			return true;
	return klink_bridge(pl) != NULL;
}

ifindex_t kbridge_only(const struct kernel *k)
{
	const struct klink *pl = kernel_peerlink(k), *u, *bridge = NULL;
	unsigned int n = 0;

	if (!pl)
		return 0;
	frr_each (kuppers_const, &pl->uppers, u)
		if (klink_is_way(k, u)) {
			bridge = klink_bridge(u);
			n++;
		}
	if (klink_bridge(pl)) {
		bridge = klink_bridge(pl);
		n++;
	}
	return n == 1 ? bridge->l.ifindex : 0;
}

uint16_t kway_vlan(const struct klink *way)
{
	return way->lower ? way->l.vlan_id : 0;
}

/* A bridge of its own comes first: the kernel takes its tagged frames out before a bridge sees the peerlink's. */
struct klink *kbridge_of_vlan(const struct kernel *k, uint16_t vlan)
{
	struct klink *pl = kernel_peerlink(k), *u, *bridge;

	if (!pl)
		return NULL;
	frr_each (kuppers, &pl->uppers, u)
		if (u->l.vlan_id == vlan && klink_is_way(k, u))
			return klink_bridge(u);
	bridge = klink_bridge(pl);
	return bridge && (bridge->l.vlan_filtering || vlan == 0) ? bridge : NULL;
}

struct klink *kport_of(const struct kernel *k, struct klink *base, uint16_t vlan)
{
	const struct klink *bridge = kbridge_of_vlan(k, vlan);
	struct klink *u;

	if (!base || !bridge)
		return NULL;
	if (base->master == bridge)
		return base;
	frr_each (kuppers, &base->uppers, u)
		if (u->master == bridge)
			return u;
	return NULL;
}

static bool is_port(const struct klink *l, bool up)
{
	const struct klink *bridge = klink_bridge(l);

	return bridge && (!up || klink_up(bridge));
}

struct klink *kport_any(struct klink *base, bool up)
{
	struct klink *u;

	if (is_port(base, up))
		return base;
	frr_each (kuppers, &base->uppers, u)
		if (is_port(u, up))
			return u;
	return NULL;
}
