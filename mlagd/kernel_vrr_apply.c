// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Virtual routers as netlink and settings, in the order that serves: device,
 * settings, addresses, then up; and down before anything is changed.
 */
#include <zebra.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "log.h"

#include "mlagd/kernel_vrr.h"
#include "mlagd/sysctl.h"

static void refused(void *arg, uint32_t svi, int err, const char *text)
{
	struct kvrrs *v = arg;
	const struct klink *l = klink_find(v->k, svi);
	struct kvrr *r;

	zlog_warn("virtual router on %s: the kernel refused a change: %s%s%s", l ? l->l.name : "an interface that is gone",
		  strerror(-err), text[0] ? ": " : "", text);
	frr_each (kvrr_tree, &v->tree, r)
		if (l && strcmp(r->svi, l->l.name) == 0)
			r->refused = true;
}

static struct nlmsghdr *link_msg(struct kvrrs *v, uint16_t type, uint16_t flags, ifindex_t ifindex,
				 struct ifinfomsg **ifi)
{
	struct nlmsghdr *nlh = nl_batch_msg(v->k->req, type, flags);

	*ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(**ifi));
	(*ifi)->ifi_index = ifindex;
	return nlh;
}

static void add_create(struct kvrrs *v, const struct kvrr *r, const struct klink *svi)
{
	struct ifinfomsg *ifi;
	struct nlmsghdr *nlh = link_msg(v, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, &ifi);
	struct nlattr *info, *data;

	mnl_attr_put_strz(nlh, IFLA_IFNAME, r->device);
	mnl_attr_put_u32(nlh, IFLA_LINK, svi->l.ifindex);
	mnl_attr_put(nlh, IFLA_ADDRESS, sizeof(r->mac), &r->mac);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_str(nlh, IFLA_INFO_KIND, "macvlan");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u32(nlh, IFLA_MACVLAN_MODE, MACVLAN_MODE_PRIVATE);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	nl_batch_add(v->k->req, svi->l.ifindex);
}

/*
 * The alias too: the kernel takes none while it makes a device. A new MAC takes
 * it down: only coming up gives it the link-local address that is made of it.
 */
static void add_link(struct kvrrs *v, const struct kvrr *r, const struct klink *dev, const struct klink *svi)
{
	struct ifinfomsg *ifi;
	struct nlmsghdr *nlh = link_msg(v, RTM_NEWLINK, 0, dev->l.ifindex, &ifi);

	if (memcmp(dev->l.address, &r->mac, sizeof(r->mac)) != 0)
		ifi->ifi_change = IFF_UP;
	mnl_attr_put(nlh, IFLA_ADDRESS, sizeof(r->mac), &r->mac);
	mnl_attr_put_str(nlh, IFLA_IFALIAS, NL_ALIAS_OURS);
	mnl_attr_put_u32(nlh, IFLA_MASTER, klink_index(svi->master));
	nl_batch_add(v->k->req, svi->l.ifindex);
}

static void add_admin(struct kvrrs *v, const struct klink *dev, bool up)
{
	struct ifinfomsg *ifi;
	struct nlmsghdr *nlh = link_msg(v, RTM_NEWLINK, 0, dev->l.ifindex, &ifi);

	ifi->ifi_flags = up ? IFF_UP : 0;
	ifi->ifi_change = IFF_UP;
	mnl_attr_put_u8(nlh, IFLA_PROTO_DOWN, !up);
	nl_batch_add(v->k->req, dev->l.link);
}

/* The bridge takes in frames to the virtual MAC, or, without the entry, floods them to the member that serves. */
static void add_local_entry(struct kvrrs *v, const struct kvrr *r, const struct klink *svi, uint16_t vlan, bool on)
{
	struct nlmsghdr *nlh = nl_batch_msg(v->k->req, on ? RTM_NEWNEIGH : RTM_DELNEIGH,
					    on ? NLM_F_CREATE | NLM_F_REPLACE : 0);
	struct ndmsg *ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));

	ndm->ndm_family = AF_BRIDGE;
	ndm->ndm_ifindex = klink_index(ksvi_bridge(svi));
	ndm->ndm_state = on ? NUD_PERMANENT : 0;
	ndm->ndm_flags = NTF_SELF;
	mnl_attr_put(nlh, NDA_LLADDR, sizeof(r->mac), &r->mac);
	if (vlan)
		mnl_attr_put_u16(nlh, NDA_VLAN, vlan);
	nl_batch_add(v->k->req, svi->l.ifindex);
}

/* Taken away where it may never have been. */
static void not_there(void *arg, uint32_t svi, int err, const char *text)
{
	if (err != -ENOENT)
		refused(arg, svi, err, text);
}

static void set_local_entries(struct kvrrs *v, bool on)
{
	struct kvrr *r;
	uint16_t vlan;

	nl_batch_begin(v->k->req, on ? refused : not_there, v);
	frr_each (kvrr_tree, &v->tree, r) {
		const struct klink *svi = klink_find_name(v->k, r->svi);

		if (!svi || kvrr_serves(v, r) != on || !ksvi_is(v->k, svi, &vlan) ||
		    r->local == (on ? KVRR_LOCAL_ON : KVRR_LOCAL_OFF))
			continue;
		add_local_entry(v, r, svi, svi->l.kind == NL_KIND_VLAN ? vlan : 0, on);
		r->local = on ? KVRR_LOCAL_ON : KVRR_LOCAL_OFF;
	}
	nl_batch_commit(v->k->req);
}

static void add_addresses(struct kvrrs *v, const struct kvrr *r, const struct klink *dev)
{
	struct kaddr *a = NULL;

	for (unsigned int i = 0; i < r->n_addrs; i++)
		if (kvrr_wants_address(v, r, &r->addrs[i]) && !kaddr_find(v->k->addrs, dev->l.ifindex, &r->addrs[i]))
			kaddr_batch_add(v->k, dev->l.ifindex, &r->addrs[i],
					IFA_F_NOPREFIXROUTE | (r->addrs[i].family == AF_INET6 ? IFA_F_NODAD : 0), 0);
	while ((a = kaddr_next(v->k->addrs, dev->l.ifindex, a)))
		if (kvrr_is_surplus(v, r, a))
			kaddr_batch_del(v->k, dev->l.ifindex, &a->p);
}

static const struct {
	const char *path;
	const char *value;
	bool svi; /* on the SVI too */
} settings[] = {
	{"ipv4/conf/%s/arp_ignore", "1", true},	  /* an address is answered for by its own device alone */
	{"ipv4/conf/%s/arp_announce", "2", true}, /* and questions are asked from it alone */
	{"ipv4/conf/%s/arp_notify", "1", false},  /* gratuitous ARP when it comes up */
	{"ipv4/conf/%s/rp_filter", "0", false},	  /* answers leave through the SVI; and an L3 VNI has no address to check by */
	{"ipv6/conf/%s/accept_dad", "0", false},
	{"ipv6/conf/%s/ndisc_notify", "1", false},
	{"ipv6/conf/%s/keep_addr_on_down", "1", false},
};

static void settle_device(const struct kvrr *r)
{
	for (unsigned int i = 0; i < array_size(settings); i++) {
		sysctl_set(settings[i].path, r->device, settings[i].value);
		if (settings[i].svi)
			sysctl_set(settings[i].path, r->svi, settings[i].value);
	}
}

void kvrr_unsettle(const char *svi)
{
	for (unsigned int i = 0; i < array_size(settings); i++)
		if (settings[i].svi)
			sysctl_reset(settings[i].path, svi);
}

/* One turn of one virtual router, its device being there. */
static void equip(struct kvrrs *v, struct kvrr *r)
{
	const struct klink *svi = klink_find_name(v->k, r->svi), *dev;

	if (kvrr_blocked(v, r) || !(dev = kvrr_device(v, r, svi)))
		return;
	if (kvrr_link_differs(r, dev, svi))
		add_link(v, r, dev, svi);
	if (!kvrr_is_set_up(v, r, dev, svi)) {
		settle_device(r);
		r->local = KVRR_LOCAL_UNKNOWN;
		r->done_svi = svi->l.ifindex;
		r->done_device = dev->l.ifindex;
		r->done_bridge = klink_index(ksvi_bridge(svi));
		r->done_mac = r->mac;
	}
	if (kvrr_serves(v, r) && kvrr_addresses_differ(v, r, dev))
		add_addresses(v, r, dev);
}

/* IPv6 addresses come only onto a device that is up, and go when it goes down. */
static void raise_or_lower(struct kvrrs *v, bool up)
{
	const struct klink *svi, *dev;
	struct kvrr *r;

	nl_batch_begin(v->k->req, refused, v);
	frr_each (kvrr_tree, &v->tree, r) {
		svi = klink_find_name(v->k, r->svi);
		dev = svi ? kvrr_device(v, r, svi) : NULL;
		if (dev && kvrr_serves(v, r) == up && kvrr_admin_differs(dev, up))
			add_admin(v, dev, up);
	}
	nl_batch_commit(v->k->req);
	nl_stream_drain(v->k->s_link);
}

static void make_devices(struct kvrrs *v)
{
	const struct klink *svi, *l;
	struct kvrr *r;

	nl_batch_begin(v->k->req, refused, v);
	frr_each (klinks_const, &v->k->links, l)
		if (kvrr_is_left_over(v, l)) {
			struct ifinfomsg *ifi;

			link_msg(v, RTM_DELLINK, 0, l->l.ifindex, &ifi);
			nl_batch_add(v->k->req, l->l.link);
		}
	frr_each (kvrr_tree, &v->tree, r) {
		if (kvrr_blocked(v, r))
			continue;
		svi = klink_find_name(v->k, r->svi);
		if (!kvrr_device(v, r, svi))
			add_create(v, r, svi);
	}
	nl_batch_commit(v->k->req);
	nl_stream_drain(v->k->s_link);
}

void kvrr_apply(struct kvrrs *v, bool managed, bool serve)
{
	struct kvrr *r;

	if (v->serve != serve)
		frr_each (kvrr_tree, &v->tree, r)
			r->refused = false; /* said; another try with another wish */
	v->serve = serve;
	v->managed = managed;
	if (!kvrr_differs(v))
		return;
	raise_or_lower(v, false);
	set_local_entries(v, false);
	make_devices(v);
	for (int turn = 0; turn < 2; turn++) { /* addresses of IPv6 follow the device's coming up */
		nl_batch_begin(v->k->req, refused, v);
		frr_each (kvrr_tree, &v->tree, r)
			equip(v, r);
		nl_batch_commit(v->k->req);
		nl_stream_drain(v->k->s_link);
		kaddr_catch_up(v->k->addrs);
		if (turn == 0)
			raise_or_lower(v, true);
	}
	set_local_entries(v, true);
}
