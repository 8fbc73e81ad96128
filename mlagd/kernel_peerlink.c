// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is wrong with the peer-link, in an operator's words (B1, B2). It is a
 * way to the peer beside the bridge, whatever STP does there: no bridge, no SVI,
 * no port of a bridge, and its VLAN is nowhere in the bridge. The bond under it
 * is a port of the bridge, with a VLAN for what is untagged. Part of it is
 * refused where it is typed; all of it may come later, and is a conflict then.
 *
 * Facts read off the tables of links and addresses; nothing is kept or changed.
 */
#include <zebra.h>

#include "mlagd/kernel_addr.h"
#include "mlagd/kernel_int.h"

static bool is_bridge(const struct kernel *k, const struct klink *l3)
{
	return l3->l.kind == NL_KIND_BRIDGE;
}

static bool is_on_bridge(const struct kernel *k, const struct klink *l3)
{
	return l3->lower && l3->lower->l.kind == NL_KIND_BRIDGE;
}

static bool is_port(const struct kernel *k, const struct klink *l3)
{
	return klink_bridge(l3) != NULL;
}

static bool has_vlan(const struct klink *port, uint16_t vlan)
{
	return port->vlans && nl_vlan_has(port->vlans, vlan);
}

/* Some port of the bridge that the bond is in, or the bridge itself. */
static bool vlan_in_bridge(const struct kernel *k, const struct klink *l3)
{
	const struct klink *pl = klink_base(l3), *bridge = klink_bridge(pl), *port;

	if (pl == l3 || !bridge || !bridge->l.vlan_filtering)
		return false;
	frr_each (kmembers_const, &bridge->members, port)
		if (has_vlan(port, l3->l.vlan_id))
			return true;
	return has_vlan(bridge, l3->l.vlan_id);
}

static bool no_untagged(const struct kernel *k, const struct klink *l3)
{
	const struct klink *pl = klink_base(l3), *bridge = klink_bridge(pl);

	return bridge && bridge->l.vlan_filtering && pl->vlans && !pl->vlans->pvid;
}

/* Though MLAG bonds are in one. */
static bool in_no_bridge(const struct kernel *k, const struct klink *l3)
{
	const struct kbond *b;

	if (kbridge_any(k))
		return false;
	frr_each (kbonds_const, &k->bonds, b)
		if (kbond_present(k, b))
			return true;
	return false;
}

static const struct {
	bool (*holds)(const struct kernel *k, const struct klink *l3);
	bool refused; /* where it is typed */
	const char *text;
} faults[] = {
	{is_bridge, true, "peer-link is a bridge"},
	{is_on_bridge, true, "peer-link is an SVI"},
	{is_port, true, "peer-link is a port of a bridge"},
	{vlan_in_bridge, true, "VLAN of the peer-link is in the bridge"},
	{no_untagged, false, "peerlink has no VLAN in the bridge for untagged frames"},
	{in_no_bridge, false, "peerlink is in no bridge"},
};

const char *kernel_peer_link_refused(const struct kernel *k, const char *ifname)
{
	const struct klink *l3 = klink_find_name(k, ifname);

	for (unsigned int i = 0; l3 && i < array_size(faults); i++)
		if (faults[i].refused && faults[i].holds(k, l3))
			return faults[i].text;
	return NULL;
}

/* l has the address itself (own), or a subnet that it is in. */
static bool has_address(const struct kernel *k, const struct klink *l, const struct prefix *host, bool own)
{
	struct kaddr *a = NULL;

	while ((a = kaddr_next(k->addrs, l->l.ifindex, a)))
		if (a->p.family == host->family &&
		    (own ? memcmp(&a->p.u, &host->u, nl_addr_len(host->family)) == 0 : prefix_match(&a->p, host)))
			return true;
	return false;
}

const char *kernel_peer_ip_refused(const struct kernel *k, const struct ipaddr *ip)
{
	const struct klink *l;
	struct prefix host = {.family = ipaddr_family(ip), .prefixlen = IPADDRSZ(ip) * 8};

	if (IS_IPADDR_NONE(ip) || !k->addrs)
		return NULL;
	memcpy(&host.u, &ip->ip, IPADDRSZ(ip));
	frr_each (klinks_const, &k->links, l) {
		if (has_address(k, l, &host, true))
			return "peer-ip is an address of this member";
		if ((is_bridge(k, l) || is_on_bridge(k, l)) && has_address(k, l, &host, false))
			return "peer-ip is in a subnet of the bridge or of an SVI";
	}
	return NULL;
}

unsigned int kernel_peerlink_conflicts(const struct kernel *k, const char **conflicts, unsigned int max)
{
	const struct klink *l3 = kernel_l3(k);
	const char *ip = kernel_peer_ip_refused(k, &k->peer_ip);
	unsigned int n = 0;

	if (k->peer_link[0] && !l3 && n < max)
		conflicts[n++] = "no such interface";
	for (unsigned int i = 0; l3 && i < array_size(faults); i++)
		if (faults[i].holds(k, l3) && n < max)
			conflicts[n++] = faults[i].text;
	if (ip && n < max)
		conflicts[n++] = ip;
	return n;
}
