// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything of zebra's inside that the module relies on and that differs, or
 * may differ, between FRR versions. zebra has no interface for modules beyond
 * its hooks: the rest are its own exported functions and structures, so a
 * version that this was not read against is refused at compile time here, and
 * at load time in module.c.
 *
 * The gate. zebra can keep an interface out of routing although the kernel
 * has it up: the check against a prescribed topology (PTM, a daemon that
 * plain Linux does not have). While ptm_enable is set and ptm_status is down,
 * if_up() stops early, connected_announce() adds no route, nexthops over the
 * interface are inactive, and clients are told the same in every interface
 * message. So a link flap, a new address or a client that connects during a
 * hold need nothing from us. What slips past (an interface that zebra learns
 * anew, `no link-detect`) shows in the rib_update hook.
 */
#ifndef FRR_MLAG_COMPAT_H
#define FRR_MLAG_COMPAT_H

#include <zebra.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "hook.h"
#include "if.h"
#include "libfrr.h"
#include "prefix.h"
#include "srcdest_table.h"
#include "stream.h"
#include "table.h"
#include "version.h"
#include "vrf.h"
#include "workqueue.h"

#include "zebra/connected.h"
#include "zebra/interface.h"
#include "zebra/redistribute.h"
#include "zebra/rib.h"
#include "zebra/zapi_msg.h"
#include "zebra/zebra_dplane.h"
#include "zebra/zebra_evpn.h"
#include "zebra/zebra_mlag.h"
#include "zebra/zebra_nhg.h"
#include "zebra/zebra_ns.h"
#include "zebra/zebra_ptm.h"
#include "zebra/zebra_router.h"
#include "zebra/zebra_vrf.h"
#include "zebra/zebra_vxlan.h"
#include "zebra/zserv.h"

#include "zebra-module/hold.h"

_Static_assert(__builtin_strncmp(FRR_VER_SHORT, "10.7.", 5) == 0, "the zebra module is written for FRRouting 10.7");

/* The interface of that name that zebra knows in the kernel now, whatever its VRF; NULL. */
static inline struct interface *compat_ifp_by_name(const char *name)
{
	return if_lookup_by_name_per_ns(zebra_ns_lookup(NS_DEFAULT), name);
}

static inline struct interface *compat_ifp_by_index(ifindex_t ifindex)
{
	return if_lookup_by_index_per_ns(zebra_ns_lookup(NS_DEFAULT), ifindex);
}

static inline unsigned int compat_ifp_downs(const struct interface *ifp)
{
	return ((const struct zebra_if *)ifp->info)->down_count;
}

/* `shutdown` stands in zebra's configuration of the interface. */
static inline bool compat_shutdown(const struct interface *ifp)
{
	return ((const struct zebra_if *)ifp->info)->shutdown == IF_ZEBRA_DATA_ON;
}

static inline bool compat_stays_down(ifindex_t ifindex)
{
	const struct interface *ifp = compat_ifp_by_index(ifindex);

	return ifp && compat_shutdown(ifp);
}

/* Every interface that zebra knows, of any VRF. */
static inline void compat_for_each_ifp(void (*func)(const struct interface *ifp))
{
	struct interface *ifp;
	struct vrf *vrf;

	RB_FOREACH (vrf, vrf_id_head, &vrfs_by_id)
		FOR_ALL_INTERFACES (vrf, ifp)
			func(ifp);
}

static inline bool compat_gate_closed(const struct interface *ifp)
{
	return ifp->ptm_enable == ZEBRA_IF_PTM_ENABLE_ON && ifp->ptm_status == ZEBRA_PTM_STATUS_DOWN;
}

/* Close the gate; how it was goes into e. Not when it is closed already. */
static inline void compat_gate_close(struct interface *ifp, struct hold_if *e)
{
	e->was_enable = ifp->ptm_enable;
	e->was_status = ifp->ptm_status;
	ifp->ptm_enable = ZEBRA_IF_PTM_ENABLE_ON;
	ifp->ptm_status = ZEBRA_PTM_STATUS_DOWN;
}

static inline void compat_gate_open(struct interface *ifp, const struct hold_if *e)
{
	ifp->ptm_enable = e->was_enable;
	ifp->ptm_status = e->was_status;
}

/*
 * Have EVPN look at an SVI again. Behind a closed gate it takes an SVI that
 * comes up for none, finds none for a VNI that it meets, whose MAC/IP routes
 * then are of no VRF, and installs no neighbours of other VTEPs.
 */
static inline void compat_svi_again(struct interface *ifp)
{
	struct zebra_if *zif = ifp->info;

	if (IS_ZEBRA_IF_BRIDGE(ifp))
		zebra_vxlan_svi_up(ifp, ifp);
	else if (IS_ZEBRA_IF_VLAN(ifp) && zif->link)
		zebra_vxlan_svi_up(ifp, zif->link);
}

static inline bool compat_mlag_wants(const struct zserv *client)
{
	return client->mlag_updates_interested;
}

/* How many daemons want to hear of MLAG. */
static inline unsigned int compat_mlag_interested(void)
{
	struct zserv *client;
	unsigned int n = 0;

	frr_each (zserv_client_list, &zrouter.client_list, client)
		n += compat_mlag_wants(client);
	return n;
}

/* Tell the role to everybody, and with the peer's state to those that want to hear of MLAG. */
static inline void compat_mlag_status(enum mlag_role role, bool peer_up, const char *peerlink)
{
	char rif[IFNAMSIZ] = {};
	struct zserv *client;

	strlcpy(rif, peerlink, sizeof(rif));
	if (zrouter.mlag_info.role != role) {
		zrouter.mlag_info.role = role;
		zsend_capabilities_all_clients();
	}
	frr_each (zserv_client_list, &zrouter.client_list, client) {
		struct stream *s;

		if (!compat_mlag_wants(client))
			continue;
		s = stream_new(ZEBRA_SMALL_PACKET_SIZE);
		zclient_create_header(s, ZEBRA_MLAG_FORWARD_MSG, VRF_DEFAULT);
		stream_putl(s, MLAG_STATUS_UPDATE);
		stream_putw(s, sizeof(rif) + 8);
		stream_putw(s, 1);
		stream_put(s, rif, sizeof(rif));
		stream_putl(s, role);
		stream_putl(s, peer_up ? MLAG_STATE_RUNNING : MLAG_STATE_DOWN);
		stream_putw_at(s, 0, stream_get_endp(s));
		zserv_send_message(client, s);
	}
}

/*
 * A connected route to one host behind svi, for clients alone: routes of that
 * type are never put into the kernel. It leaves through what is below the SVI,
 * the bridge or a port of it, since the SVI itself counts as down while it is held.
 */
static inline void compat_host_route(const struct interface *svi, const struct interface *through, const struct prefix *p,
				     bool add)
{
	struct nexthop nh = {
		.type = NEXTHOP_TYPE_IFINDEX,
		.ifindex = through->ifindex,
		.vrf_id = through->vrf->vrf_id,
	};
	struct zebra_vrf *zvrf = svi->vrf->info;
	struct prefix host = *p;

	if (!zvrf)
		return;
	if (add)
		rib_add(family2afi(p->family), SAFI_UNICAST, svi->vrf->vrf_id, ZEBRA_ROUTE_CONNECT, 0, 0, &host, NULL, &nh,
			0, zvrf->table_id, 0, 0, 0, 0, false, false);
	else
		rib_delete(family2afi(p->family), SAFI_UNICAST, svi->vrf->vrf_id, ZEBRA_ROUTE_CONNECT, 0, 0, &host, NULL,
			   &nh, 0, zvrf->table_id, 0, 0, false);
}

/* Have zebra resolve and select this route again. */
static inline void compat_re_again(struct route_node *rn, struct route_entry *re)
{
	SET_FLAG(re->status, ROUTE_ENTRY_CHANGED);
	rib_queue_add(rn);
}

/* Whether re may resolve over more than connected routes; returns whether that is a change. */
static inline bool compat_re_may_recurse(struct route_entry *re, bool may)
{
	if (CHECK_FLAG(re->flags, ZEBRA_FLAG_ALLOW_RECURSION) == (may ? ZEBRA_FLAG_ALLOW_RECURSION : 0))
		return false;
	re->flags ^= ZEBRA_FLAG_ALLOW_RECURSION;
	return true;
}

/* The gateway of a nexthop as a host prefix; false: it has none. */
static inline bool compat_nh_gateway(const struct nexthop *nh, struct prefix *host)
{
	memset(host, 0, sizeof(*host));
	switch (nh->type) {
	case NEXTHOP_TYPE_IPV4:
	case NEXTHOP_TYPE_IPV4_IFINDEX:
		host->family = AF_INET;
		host->prefixlen = IPV4_MAX_BITLEN;
		host->u.prefix4 = nh->gate.ipv4;
		return true;
	case NEXTHOP_TYPE_IPV6:
	case NEXTHOP_TYPE_IPV6_IFINDEX:
		host->family = AF_INET6;
		host->prefixlen = IPV6_MAX_BITLEN;
		host->u.prefix6 = nh->gate.ipv6;
		return !IN6_IS_ADDR_LINKLOCAL(&nh->gate.ipv6);
	case NEXTHOP_TYPE_IFINDEX:
	case NEXTHOP_TYPE_BLACKHOLE:
		break;
	}
	return false;
}

/* A static route that zebra has resolved over something else than a connected route. */
static inline bool compat_re_static_recursive(const struct route_entry *re)
{
	const struct nexthop *nh = re->nhe ? re->nhe->nhg.nexthop : NULL;

	for (; re->type == ZEBRA_ROUTE_STATIC && nh; nh = nh->next)
		if (CHECK_FLAG(nh->flags, NEXTHOP_FLAG_RECURSIVE))
			return true;
	return false;
}

/* The interface that re's first nexthop leaves through. */
static inline ifindex_t compat_re_ifindex(const struct route_entry *re)
{
	const struct nexthop *nh = re->nhe ? re->nhe->nhg.nexthop : NULL;

	return nh ? nh->ifindex : IFINDEX_INTERNAL;
}

/* A route straight out of an interface: made by zebra of an address, or by the kernel. */
static inline bool compat_re_of_link(const struct route_entry *re)
{
	const struct nexthop *nh = re->nhe ? re->nhe->nhg.nexthop : NULL;

	return nh && nh->type == NEXTHOP_TYPE_IFINDEX &&
	       (re->type == ZEBRA_ROUTE_CONNECT || re->type == ZEBRA_ROUTE_LOCAL || re->type == ZEBRA_ROUTE_KERNEL);
}

/* zebra has heard that the device's tunnels start at source; also where there is no such device any more. */
static inline bool compat_vxlan_source(ifindex_t ifindex, struct in_addr source)
{
	const struct interface *ifp = compat_ifp_by_index(ifindex);
	const struct zebra_if *zif = ifp ? ifp->info : NULL;

	return !zif || !IS_ZEBRA_IF_VXLAN(ifp) ||
	       (IS_IPADDR_V4(&zif->l2info.vxl.vtep_ip) && zif->l2info.vxl.vtep_ip.ipaddr_v4.s_addr == source.s_addr);
}

static inline void compat_unflood(struct hash_bucket *bucket, void *n)
{
	struct zebra_evpn *evpn = bucket->data;
	struct ipaddr own = evpn->local_vtep_ip;

	if (!zebra_evpn_vtep_find(evpn, &own))
		return;
	zebra_vxlan_remote_vtep_del(zebra_vrf_get_evpn_id(), evpn->vni, &own);
	++*(unsigned int *)n;
}

/* Take the tunnels' own address out of the VNIs' flood lists; in how many it was. */
static inline unsigned int compat_unflood_own(void)
{
	unsigned int n = 0;

	hash_iterate(zebra_vrf_get_evpn()->evpn_table, compat_unflood, &n);
	return n;
}

static inline bool compat_unread(struct zserv *client)
{
	int bytes = 0;

	return stream_fifo_count_safe(client->obuf_fifo) || (ioctl(client->sock, SIOCOUTQ, &bytes) == 0 && bytes);
}

static inline bool compat_untaken(struct zserv *client)
{
	int bytes = 0;

	return stream_fifo_count_safe(client->ibuf_fifo) || (ioctl(client->sock, SIOCINQ, &bytes) == 0 && bytes);
}

static inline bool compat_any_bgp(bool (*is)(struct zserv *client))
{
	struct zserv *client;

	frr_each (zserv_client_list, &zrouter.client_list, client)
		if (client->proto == ZEBRA_ROUTE_BGP && is(client))
			return true;
	return false;
}

/* Every bgpd has read what zebra had to say. What zebra's thread for it has in hand that moment is not seen: ask twice. */
static inline bool compat_bgp_has_read(void)
{
	return !compat_any_bgp(compat_unread);
}

/* zebra has taken all that a bgpd has said, and has brought it to the kernel. */
static inline bool compat_bgp_is_done(void)
{
	return !compat_any_bgp(compat_untaken) && zebra_rib_meta_queue_size() == 0 && dplane_get_in_queue_len() == 0;
}

/*
 * zebra lets changes of routes gather for some ms before it processes them.
 * Set that time, returns what it was: a fence is not to wait for it.
 */
static inline unsigned int compat_rib_gather_ms(unsigned int ms)
{
	unsigned int was = zrouter.ribq->spec.hold;

	zrouter.ribq->spec.hold = ms;
	return was;
}

/* Call done() each time zebra has emptied its queue of routes to process. False: somebody else has that place. */
static inline bool compat_rib_idle(void (*done)(struct work_queue *wq))
{
	if (zrouter.ribq->spec.completion_func)
		return false;
	zrouter.ribq->spec.completion_func = done;
	return true;
}

#endif
