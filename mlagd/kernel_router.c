// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * By which MAC this machine routes on each VLAN of the pair's bridge: the
 * virtual router's, or the SVI's own where it stands for an L3 VNI. The kernel
 * does not know which VNI is one; it is taken for one when it is in a VRF, has
 * no address but link-local ones, and a vxlan device carries its VLAN. Reported
 * whole each time; who differs from whom is core/router.h's.
 */
#include <zebra.h>

#include "mlagd/kernel_addr.h"
#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"

#define ROUTERS_MAX 4095 /* one a VLAN */

static bool has_address(const struct kernel *k, const struct klink *svi)
{
	struct kaddr *a = NULL;

	while ((a = kaddr_next(k->addrs, svi->l.ifindex, a)))
		if (a->p.family == AF_INET || !IN6_IS_ADDR_LINKLOCAL(&a->p.u.prefix6))
			return true;
	return false;
}

/* Of a bridge that knows no VLANs each vxlan port carries its one. */
static bool in_a_tunnel(const struct klink *svi, uint16_t vlan)
{
	const struct klink *bridge = ksvi_bridge(svi), *l;

	frr_each (kmembers_const, &bridge->members, l)
		if (l->l.kind == NL_KIND_VXLAN && (!bridge->l.vlan_filtering || (l->vlans && nl_vlan_has(l->vlans, vlan))))
			return true;
	return false;
}

static bool router_of(const struct kernel *k, const struct klink *l, struct mc_router *r)
{
	struct ethaddr mac;

	*r = (struct mc_router){};
	if (!ksvi_is(k, l, &r->vlan))
		return false;
	r->virt = kvrr_mac(k->vrrs, l->l.name, &mac);
	if (!r->virt && (!l->master || has_address(k, l) || !in_a_tunnel(l, r->vlan)))
		return false;
	memcpy(r->mac.b, r->virt ? mac.octet : l->l.address, sizeof(r->mac.b));
	return true;
}

void krouter_report(struct kernel *k)
{
	static struct mc_router all[ROUTERS_MAX];
	const struct klink *l;
	unsigned int n = 0;

	if (!k->ops->routers)
		return;
	frr_each (klinks_const, &k->links, l)
		if (n < ROUTERS_MAX && router_of(k, l, &all[n]))
			n++;
	k->ops->routers(k->arg, all, n);
}

bool kernel_router_show(struct kernel *k, unsigned int i, struct kernel_vrr *out)
{
	const struct klink *l;
	struct mc_router r;

	*out = (struct kernel_vrr){};
	frr_each (klinks_const, &k->links, l) {
		if (!router_of(k, l, &r) || r.virt || i--)
			continue;
		strlcpy(out->svi, l->l.name, sizeof(out->svi));
		strlcpy(out->vrf, l->master->l.name, sizeof(out->vrf));
		out->vlan = r.vlan;
		memcpy(out->mac.octet, r.mac.b, sizeof(out->mac.octet));
		out->up = klink_up(l);
		return true;
	}
	return false;
}
