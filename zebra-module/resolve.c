// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What stays in zebra's table when the routes of an interface's addresses are
 * withdrawn, and would take their place.
 *
 * Static routes. With the connected route withdrawn, the gateway of a static
 * route is still reachable: through the spine and the other member, which
 * announce the same subnet. zebra would resolve the static route over that, go
 * on announcing it, and send the traffic that it attracts back where it came
 * from. So while a gateway's subnet is held, its static routes may resolve over
 * a connected route only: the flag that permits more is taken from them, and
 * given back with the release. That is followed through static routes that
 * resolve over such static routes. staticd sends its routes with the flag, always.
 *
 * Routes of the kernel's own to the same subnet (left in the table when zebra
 * heard of the route before the address, or made for an address that has
 * none): the gate makes them inactive as soon as zebra looks at them again.
 */
#include "zebra-module/compat.h"
#include "zebra-module/resolve.h"

#include "memory.h"

struct found {
	struct route_node *rn;
	struct route_entry *re;
	bool covered; /* a gateway is in a held subnet, or behind a route that is withdrawn for that */
	bool lost;    /* all gateways are */
};

struct list_of {
	struct found *all;
	unsigned int n, room;
};

static void add(struct list_of *l, struct route_node *rn, struct route_entry *re)
{
	if (l->n == l->room) {
		l->room = l->room ? 2 * l->room : 64;
		l->all = XREALLOC(MTYPE_TMP, l->all, l->room * sizeof(*l->all));
	}
	l->all[l->n++] = (struct found){.rn = rn, .re = re};
}

bool resolve_through_held(const struct hold_set *set, const struct route_entry *re)
{
	struct interface *ifp = compat_ifp_by_index(compat_re_ifindex(re));

	return ifp && hold_find(set, ifp->name);
}

/* Collect the static routes; of the others those that a change of the set concerns are processed again. */
static void walk(struct route_table *table, const struct hold_set *set, bool all, struct list_of *l)
{
	struct route_entry *re;

	for (struct route_node *rn = route_top(table); rn; rn = srcdest_route_next(rn))
		RNODE_FOREACH_RE (rn, re) {
			if (CHECK_FLAG(re->status, ROUTE_ENTRY_REMOVED))
				continue;
			if (re->type == ZEBRA_ROUTE_STATIC)
				add(l, rn, re);
			else if (all && compat_re_of_link(re) &&
				 (!CHECK_FLAG(re->flags, ZEBRA_FLAG_SELECTED) || resolve_through_held(set, re)))
				compat_re_again(rn, re);
		}
}

static bool in_held_subnet(const struct hold_set *set, vrf_id_t vrf_id, const struct prefix *host)
{
	struct connected *ifc;

	for (unsigned int i = 0; i < set->n; i++) {
		struct interface *ifp = compat_ifp_by_name(set->ifs[i].name);

		if (!ifp || ifp->vrf->vrf_id != vrf_id)
			continue;
		frr_each (if_connected, ifp->connected, ifc)
			if (CONNECTED_PREFIX(ifc)->family == host->family && prefix_match(CONNECTED_PREFIX(ifc), host))
				return true;
	}
	return false;
}

static bool behind_lost(const struct list_of *l, vrf_id_t vrf_id, const struct prefix *host)
{
	for (unsigned int i = 0; i < l->n; i++)
		if (l->all[i].lost && l->all[i].re->vrf_id == vrf_id && l->all[i].rn->p.family == host->family &&
		    prefix_match(&l->all[i].rn->p, host))
			return true;
	return false;
}

/* Look at one route again; whether that found it lost. */
static bool judge(const struct hold_set *set, const struct list_of *l, struct found *f)
{
	const struct nexthop *nh;
	struct prefix host;
	bool any = false, other = false;

	for (nh = f->re->nhe->nhg.nexthop; nh; nh = nh->next) {
		if (compat_nh_gateway(nh, &host) &&
		    (in_held_subnet(set, nh->vrf_id, &host) || behind_lost(l, nh->vrf_id, &host)))
			any = true;
		else
			other = true;
	}
	f->covered = any;
	if (f->lost || !any || other)
		return false;
	f->lost = true;
	return true;
}

/* Each round finds what depends on the round before; at most as many as there are routes. */
static void judge_all(const struct hold_set *set, struct list_of *l)
{
	bool more = set->n > 0;

	while (more) {
		more = false;
		for (unsigned int i = 0; i < l->n; i++)
			more |= judge(set, l, &l->all[i]);
	}
}

void resolve_again(const struct hold_set *set, bool all)
{
	struct zebra_router_table *zrt;
	struct list_of l = {};

	RB_FOREACH (zrt, zebra_router_table_head, &zrouter.tables)
		if (zrt->safi == SAFI_UNICAST)
			walk(zrt->table, set, all, &l);
	judge_all(set, &l);

	for (unsigned int i = 0; i < l.n; i++)
		if (compat_re_may_recurse(l.all[i].re, !l.all[i].covered) || all)
			compat_re_again(l.all[i].rn, l.all[i].re);
	XFREE(MTYPE_TMP, l.all);
}
