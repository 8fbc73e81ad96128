// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Virtual routers (E1-E3, E5): for each SVI with `mlag vrr address` a macvlan
 * SVI-v0 that carries the virtual MAC and addresses. Both members have the
 * same, so what is for the gateway is routed by whichever member gets it.
 *
 * Besides the device it takes: a local FDB entry on the bridge (or frames to
 * the virtual MAC flood, and both route them), ARP answered by the macvlan
 * alone, no second connected route (NOPREFIXROUTE), no DAD (the other member
 * has the address by design), and nothing of it on the peerlink (l3_filter.c).
 * A device is ours by its alias, so a restart knows what to take away.
 *
 * When this member does not serve, the device is down and protodown; what is
 * wanted and what is actual meet here alone, link events bring us back.
 */
#include <zebra.h>

#include "mlagd/kernel_vrr.h"
#include "mlagd/sysctl.h"

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KVRR, "Kernel virtual router");

/* --------------------------------------------------------------- questions */

bool kvrr_is_device(const struct klink *l)
{
	return nl_is_our_macvlan(&l->l);
}

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
	       !kvrr_is_device(dev);
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
	return kvrr_is_device(l) && !by_device(v, l);
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

void kvrr_list(const struct kvrrs *v, struct ethaddr *macs, unsigned int *n_macs, struct prefix *addrs,
	       unsigned int *n_addrs, unsigned int max)
{
	const struct kvrr *r;

	*n_macs = *n_addrs = 0;
	frr_each (kvrr_tree_const, &v->tree, r) {
		if (kvrr_blocked(v, r))
			continue;
		if (*n_macs < max)
			macs[(*n_macs)++] = r->mac;
		for (unsigned int i = 0; i < r->n_addrs && *n_addrs < max; i++)
			if (kvrr_wants_address(v, r, &r->addrs[i]))
				addrs[(*n_addrs)++] = r->addrs[i];
	}
}

bool kvrr_mac(const struct kvrrs *v, const char *svi, struct ethaddr *mac)
{
	struct kvrr ref = {}, *r;

	strlcpy(ref.svi, svi, sizeof(ref.svi));
	r = kvrr_tree_find((struct kvrr_tree_head *)&v->tree, &ref);
	if (!r || kvrr_blocked(v, r))
		return false;
	*mac = r->mac;
	return true;
}

/* ------------------------------------------------------------ configuration */

static void forget_all(struct kvrrs *v, const struct conf *c)
{
	struct kvrr *r;

	while ((r = kvrr_tree_pop(&v->tree))) {
		if (c && !conf_svi_find((struct conf *)c, r->svi))
			kvrr_unsettle(r->svi);
		XFREE(MTYPE_KVRR, r);
	}
}

void kvrr_configure(struct kvrrs *v, const struct conf *c)
{
	const struct conf_svi *s;
	struct kvrr *r;

	forget_all(v, c);
	memcpy(v->exclude, c->exclude_vlans, sizeof(v->exclude));
	if (c->present)
		frr_each (conf_svis_const, &c->svis, s) {
			if (s->n_addrs == 0 && !s->has_mac) /* a MAC alone: the router MAC of an L3 VNI (E3) */
				continue;
			r = XCALLOC(MTYPE_KVRR, sizeof(*r));
			strlcpy(r->svi, s->ifname, sizeof(r->svi));
			snprintf(r->device, sizeof(r->device), "%.*s" VRR_SUFFIX, (int)(IFNAMSIZ - sizeof(VRR_SUFFIX)), s->ifname);
			r->mac = s->has_mac ? s->mac : c->vrr_mac;
			memcpy(r->addrs, s->addrs, sizeof(r->addrs));
			r->n_addrs = s->n_addrs;
			kvrr_tree_add(&v->tree, r);
		}
}

struct kvrrs *kvrr_new(struct kernel *k)
{
	struct kvrrs *v = XCALLOC(MTYPE_KVRR, sizeof(*v));

	v->k = k;
	kvrr_tree_init(&v->tree);
	return v;
}

void kvrr_free(struct kvrrs *v)
{
	if (!v)
		return;
	forget_all(v, NULL);
	kvrr_tree_fini(&v->tree);
	XFREE(MTYPE_KVRR, v);
}

/* --------------------------------------------------------------------- show */

bool kvrr_show(struct kvrrs *v, unsigned int i, struct kernel_vrr *out)
{
	const struct klink *svi, *dev, *at;
	struct kvrr *r;

	for (r = kvrr_tree_first(&v->tree); r && i; r = kvrr_tree_next(&v->tree, r))
		i--;
	if (!r)
		return false;
	svi = klink_find_name(v->k, r->svi);
	dev = svi ? kvrr_device(v, r, svi) : NULL;
	*out = (struct kernel_vrr){.mac = r->mac, .addrs = r->addrs, .n_addrs = r->n_addrs, .conflict = kvrr_conflict(v, r)};
	strlcpy(out->svi, r->svi, sizeof(out->svi));
	strlcpy(out->device, r->device, sizeof(out->device));
	at = dev ? dev : svi;
	if (at && at->master)
		strlcpy(out->vrf, at->master->l.name, sizeof(out->vrf));
	if (svi)
		ksvi_is(v->k, svi, &out->vlan);
	out->up = dev && !kvrr_admin_differs(dev, true) && !kvrr_link_differs(r, dev, svi) && !kvrr_addresses_differ(v, r, dev);
	return true;
}
