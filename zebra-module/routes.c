// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A held interface looks to zebra, and to every daemon behind it, as if it
 * were down, while the kernel's interface stays up: its addresses are told
 * away, its connected and local routes removed, static routes over it resolved
 * again (resolve.c). The gate (compat.h) keeps it so.
 *
 * Never touches the kernel, never calls zebra's if_down() (that would also
 * take EVPN's and the next-hop groups' view of the link down).
 */
#include "zebra-module/compat.h"
#include "zebra-module/resolve.h"
#include "zebra-module/routes.h"

#include "frrevent.h"
#include "log.h"

static struct event_loop *loop;
static struct hold_set *set;
static void (*moved_cb)(void);
static bool watching;
static bool changed; /* since routes_begin() */
static unsigned int gather_ms;
static struct event *t_again;
static struct event *t_moved;

static void down(struct interface *ifp, struct hold_if *e)
{
	compat_gate_close(ifp, e);
	e->downs = compat_ifp_downs(ifp);
	zebra_interface_down_update(ifp);
}

static void withdraw(struct interface *ifp, struct hold_if *e)
{
	struct connected *ifc;

	if (!compat_gate_closed(ifp)) {
		down(ifp, e);
		changed = true;
	}
	frr_each (if_connected, ifp->connected, ifc) {
		if (!CHECK_FLAG(ifc->conf, ZEBRA_IFC_REAL) || CHECK_FLAG(ifc->conf, ZEBRA_IFC_DOWN))
			continue;
		zebra_interface_address_delete_update(ifp, ifc);
		connected_down(ifp, ifc);
		changed = true;
	}
	e->applied = true;
}

void routes_begin(void)
{
	gather_ms = compat_rib_gather_ms(0);
	changed = false;
}

bool routes_end(void)
{
	resolve_again(set, changed);
	compat_rib_gather_ms(gather_ms);
	return changed;
}

void routes_hold(void)
{
	for (unsigned int i = 0; i < set->n; i++) {
		struct interface *ifp = compat_ifp_by_name(set->ifs[i].name);

		if (ifp)
			withdraw(ifp, &set->ifs[i]);
	}
}

/* The link never went down meanwhile: only what withdraw() took comes back. */
static void restore(struct interface *ifp)
{
	struct connected *ifc;

	zebra_interface_up_update(ifp);
	frr_each (if_connected, ifp->connected, ifc) {
		if (CHECK_FLAG(ifc->conf, ZEBRA_IFC_REAL))
			zebra_interface_address_add_update(ifp, ifc);
		connected_up(ifp, ifc);
	}
	compat_svi_again(ifp);
}

void routes_release(const struct hold_if *old)
{
	struct interface *ifp = compat_ifp_by_name(old->name);

	if (!ifp || !old->applied || !compat_gate_closed(ifp))
		return;
	compat_gate_open(ifp, old);
	if (!if_is_operative(ifp))
		return;
	changed = true;
	if (compat_ifp_downs(ifp) == old->downs)
		restore(ifp);
	else
		if_up(ifp, true); /* all that zebra's if_down() undid, not only routes */
}

/* Is a route to p through ifp still in use? Until zebra has processed its removal it is. */
static bool present(struct interface *ifp, const struct prefix *p)
{
	struct route_table *table = zebra_vrf_table(family2afi(p->family), SAFI_UNICAST, ifp->vrf->vrf_id);
	struct route_node *rn = table ? route_node_lookup(table, p) : NULL;
	struct route_entry *re;
	bool found = false;

	if (!rn)
		return false;
	RNODE_FOREACH_RE (rn, re)
		found |= compat_re_of_link(re) && compat_re_ifindex(re) == ifp->ifindex &&
			 CHECK_FLAG(re->flags, ZEBRA_FLAG_SELECTED);
	route_unlock_node(rn);
	return found;
}

static bool if_gone(struct interface *ifp)
{
	struct connected *ifc;

	frr_each (if_connected, ifp->connected, ifc) {
		struct prefix net = *CONNECTED_PREFIX(ifc), host = *ifc->address;

		apply_mask(&net);
		host.prefixlen = host.family == AF_INET ? IPV4_MAX_BITLEN : IPV6_MAX_BITLEN;
		if (present(ifp, &net) || present(ifp, &host))
			return false;
	}
	return true;
}

bool routes_gone(void)
{
	for (unsigned int i = 0; i < set->n; i++) {
		struct interface *ifp = compat_ifp_by_name(set->ifs[i].name);

		if (ifp && !if_gone(ifp))
			return false;
	}
	return true;
}

static void again(struct event *event)
{
	routes_begin();
	routes_hold();
	if (routes_end())
		zlog_info("mlag: an interface came anew during the hold, its routes are withdrawn");
}

static void moved(struct event *event)
{
	moved_cb();
}

static void moved_soon(void)
{
	if (watching)
		event_add_event(loop, moved, NULL, 0, &t_moved);
}

static void on_rib_idle(struct work_queue *wq)
{
	moved_soon();
}

/* A route of a held interface is about to be used: it slipped past the gate; or a static one that may have. */
static bool slipped(struct route_node *rn)
{
	struct route_entry *re;

	RNODE_FOREACH_RE (rn, re) {
		if (CHECK_FLAG(re->status, ROUTE_ENTRY_REMOVED))
			continue;
		if ((compat_re_of_link(re) && resolve_through_held(set, re)) || compat_re_static_recursive(re))
			return true;
	}
	return false;
}

static int on_rib_update(struct route_node *rn, const char *reason)
{
	if (set->n && slipped(rn))
		event_add_event(loop, again, NULL, 0, &t_again);
	moved_soon();
	return 0;
}

static int on_if_add(struct interface *ifp)
{
	struct hold_if *e = hold_find(set, ifp->name);

	if (e) {
		e->applied = false;
		event_add_event(loop, again, NULL, 0, &t_again);
	}
	return 0;
}

void routes_init(struct event_loop *l, struct hold_set *s, void (*cb)(void))
{
	loop = l;
	set = s;
	moved_cb = cb;
	hook_register(if_add, on_if_add);
	hook_register(rib_update, on_rib_update);
}

void routes_start(void)
{
	if (!compat_rib_idle(on_rib_idle))
		zlog_warn("mlag: zebra's queue is watched by somebody else, confirmations may come late");
}

void routes_watch(bool on)
{
	watching = on;
}
