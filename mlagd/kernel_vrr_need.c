// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a virtual router may do, and what of it still differs from that: its
 * device, its settings, its addresses, one by one. Only read here; doing it is
 * kernel_vrr_apply.c's.
 */
#include <zebra.h>

#include "mlagd/kernel_vrr.h"

struct klink *kvrr_device(const struct kvrrs *v, const struct kvrr *r, const struct klink *svi)
{
	struct klink *l = klink_find_name(v->k, r->device);

	return l && l->l.kind == NL_KIND_MACVLAN && l->l.link == (uint32_t)svi->l.ifindex ? l : NULL;
}

/* E1: the SVI has an address of its own in the subnet of p, */
static bool has_own(const struct kvrrs *v, const struct klink *svi, const struct prefix *p)
{
	struct kaddr *a = NULL;

	while ((a = kaddr_next(v->k->addrs, svi->l.ifindex, a)))
		if (a->p.family == p->family && prefix_match(&a->p, p))
			return true;
	return false;
}

/* and p is not one. */
static bool is_own(const struct kvrrs *v, const struct klink *svi, const struct prefix *p)
{
	struct kaddr *a = NULL;

	while ((a = kaddr_next(v->k->addrs, svi->l.ifindex, a)))
		if (a->p.family == p->family && memcmp(&a->p.u, &p->u, nl_addr_len(p->family)) == 0)
			return true;
	return false;
}

static bool can_serve(const struct kvrrs *v, const struct klink *svi, const struct prefix *p)
{
	return has_own(v, svi, p) && !is_own(v, svi, p);
}

const char *kvrr_blocked(const struct kvrrs *v, const struct kvrr *r)
{
	const struct klink *svi = klink_find_name(v->k, r->svi);
	uint16_t vlan;

	if (!svi)
		return "no such interface";
	if (!ksvi_is(v->k, svi, &vlan))
		return "interface is not an SVI of the peerlink's bridge";
	if (strlen(r->svi) + strlen(VRR_SUFFIX) >= IFNAMSIZ)
		return "interface name is too long for a virtual router's device";
	if (klink_find_name(v->k, r->device) && !kvrr_device(v, r, svi))
		return "the virtual router's device name is taken by another interface";
	return r->refused ? "kernel refused a change, see the log" : NULL;
}

/* E4: VRRP beside it is said, and nothing taken from the hosts: which of both is to go is an operator's to say. */
const char *kvrr_conflict(const struct kvrrs *v, const struct kvrr *r)
{
	const struct klink *svi = klink_find_name(v->k, r->svi);
	const char *blocked = kvrr_blocked(v, r);

	if (!blocked && kernel_vrrp_device(v->k))
		return "VRRP is in use on this switch, and both exclude each other";
	for (unsigned int i = 0; !blocked && i < r->n_addrs; i++) {
		if (is_own(v, svi, &r->addrs[i]))
			return "a virtual address is the SVI's own address";
		if (!has_own(v, svi, &r->addrs[i]))
			return "the SVI has no address of its own in the subnet of a virtual address";
	}
	return blocked;
}

bool kvrr_excluded(const struct kvrrs *v, uint16_t vlan)
{
	return v->exclude[vlan / 8] >> (vlan % 8) & 1;
}

/* A MAC alone (E3), or some address that this member can route for. */
static bool anything_to_serve(const struct kvrrs *v, const struct kvrr *r, const struct klink *svi)
{
	for (unsigned int i = 0; i < r->n_addrs; i++)
		if (can_serve(v, svi, &r->addrs[i]))
			return true;
	return r->n_addrs == 0;
}

/*
 * A router MAC alone stays up on a member that steps back: it attracts nothing,
 * and without it zebra would announce what still has the shared next hop with
 * this member's own MAC. Remote VTEPs keep one MAC a next hop, the last one they
 * heard; what is for the pair would go to the other member under it (E9).
 */
bool kvrr_serves(const struct kvrrs *v, const struct kvrr *r)
{
	uint16_t vlan = 0;
	const struct klink *svi = klink_find_name(v->k, r->svi);

	if (kvrr_blocked(v, r) || !ksvi_is(v->k, svi, &vlan) || !anything_to_serve(v, r, svi))
		return false;
	return v->serve || (v->managed && r->n_addrs == 0) || kvrr_excluded(v, vlan);
}

bool kvrr_wants_address(const struct kvrrs *v, const struct kvrr *r, const struct prefix *p)
{
	const struct klink *svi = klink_find_name(v->k, r->svi);

	for (unsigned int i = 0; svi && i < r->n_addrs; i++)
		if (r->addrs[i].family == p->family && r->addrs[i].prefixlen == p->prefixlen &&
		    memcmp(&r->addrs[i].u, &p->u, nl_addr_len(p->family)) == 0)
			return can_serve(v, svi, p);
	return false;
}

/* The kernel makes a link-local address of the MAC by itself, the same on both: it is the virtual router's too. */
bool kvrr_is_surplus(const struct kvrrs *v, const struct kvrr *r, const struct kaddr *a)
{
	if (a->p.family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&a->p.u.prefix6))
		return false;
	return !kvrr_wants_address(v, r, &a->p);
}

bool kvrr_addresses_differ(const struct kvrrs *v, const struct kvrr *r, const struct klink *dev)
{
	struct kaddr *a = NULL;

	for (unsigned int i = 0; i < r->n_addrs; i++)
		if (kvrr_wants_address(v, r, &r->addrs[i]) && !kaddr_find(v->k->addrs, dev->l.ifindex, &r->addrs[i]))
			return true;
	while ((a = kaddr_next(v->k->addrs, dev->l.ifindex, a)))
		if (kvrr_is_surplus(v, r, a))
			return true;
	return false;
}

/* MAC, VRF and our mark. */
bool kvrr_link_differs(const struct kvrr *r, const struct klink *dev, const struct klink *svi)
{
	return memcmp(dev->l.address, &r->mac, sizeof(r->mac)) != 0 || dev->master != svi->master ||
	       !nl_is_our_macvlan(&dev->l);
}

bool kvrr_is_set_up(const struct kvrrs *v, const struct kvrr *r, const struct klink *dev, const struct klink *svi)
{
	return r->done_svi == svi->l.ifindex && r->done_device == dev->l.ifindex &&
	       r->done_bridge == klink_index(ksvi_bridge(svi)) && memcmp(&r->done_mac, &r->mac, sizeof(r->mac)) == 0;
}

bool kvrr_admin_differs(const struct klink *dev, bool up)
{
	return klink_up(dev) != up || !!dev->l.protodown == up;
}

static bool differs(const struct kvrrs *v, const struct kvrr *r)
{
	const struct klink *svi = klink_find_name(v->k, r->svi), *dev;
	bool up = kvrr_serves(v, r);

	if (kvrr_blocked(v, r))
		return false; /* whatever ends it is an event */
	dev = kvrr_device(v, r, svi);
	if (!dev || kvrr_link_differs(r, dev, svi) || !kvrr_is_set_up(v, r, dev, svi) || kvrr_admin_differs(dev, up) ||
	    r->local != (up ? KVRR_LOCAL_ON : KVRR_LOCAL_OFF))
		return true;
	return up && kvrr_addresses_differ(v, r, dev);
}

static struct kvrr *by_device(const struct kvrrs *v, const struct klink *dev)
{
	struct kvrr *r;

	frr_each (kvrr_tree, (struct kvrr_tree_head *)&v->tree, r)
		if (strcmp(r->device, dev->l.name) == 0 && klink_find_name(v->k, r->svi))
			return r;
	return NULL;
}

/* Ours, and configured no more. */
bool kvrr_is_left_over(const struct kvrrs *v, const struct klink *l)
{
	return nl_is_our_macvlan(&l->l) && !by_device(v, l);
}

bool kvrr_differs(const struct kvrrs *v)
{
	const struct klink *l;
	const struct kvrr *r;

	frr_each (kvrr_tree_const, &v->tree, r)
		if (differs(v, r))
			return true;
	frr_each (klinks_const, &v->k->links, l)
		if (kvrr_is_left_over(v, l))
			return true;
	return false;
}
