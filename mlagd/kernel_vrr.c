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
 * wanted and what is actual meet in kernel_vrr_need.c alone, link events bring
 * us back.
 */
#include <zebra.h>

#include "mlagd/kernel_vrr.h"

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KVRR, "Kernel virtual router");

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

/* ------------------------------------------------------------------- answers */

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
