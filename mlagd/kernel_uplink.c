// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tracked uplinks (D6): has any of them carrier, does any route lead out
 * over one that has, and if not, is there another way, over the peerlink's L3
 * device? Carrier comes by itself; routes are asked for, and only until there
 * are some. What follows is the core's.
 */
#include <zebra.h>
#include <linux/rtnetlink.h>

#include "mlagd/kernel_int.h"

#define LOOK_MS	     100  /* routing finds its new way soon, or */
#define LOOK_SLOW_MS 1000 /* after a number of looks, late */
#define LOOKS	     20

struct kuplinks {
	char name[CONF_UPLINKS_MAX][IFNAMSIZ];
	unsigned int n;
	struct ipaddr witness[CONF_WITNESSES_MAX];
	unsigned int n_witnesses;
	bool reported;
	struct core_uplinks last;
	unsigned int looks;
	struct event *t_look;
};

/* What leads to the peer's loopback leads no further. */
static bool is_witness(const struct kuplinks *u, const struct rtmsg *rtm, const void *dst)
{
	for (unsigned int i = 0; i < u->n_witnesses; i++) {
		const struct ipaddr *w = &u->witness[i];
		size_t len = IS_IPADDR_V4(w) ? IPV4_MAX_BYTELEN : IPV6_MAX_BYTELEN;

		if (rtm->rtm_family == (IS_IPADDR_V4(w) ? AF_INET : AF_INET6) && rtm->rtm_dst_len == 8 * len &&
		    memcmp(&w->ip, dst, len) == 0)
			return true;
	}
	return false;
}

/* A route by way of somebody; that an uplink's neighbour calls itself a router says nothing of what it reaches. */
static bool is_way(void *arg, const struct nlmsghdr *nlh)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a;
	bool by_way = false, witness = false;

	if (nlh->nlmsg_type != RTM_NEWROUTE || nlh->nlmsg_len < NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(*rtm)) ||
	    rtm->rtm_type != RTN_UNICAST || rtm->rtm_flags & RTM_F_CLONED || rtm->rtm_protocol == RTPROT_RA)
		return false;
	mnl_attr_for_each(a, nlh, sizeof(*rtm)) {
		uint16_t type = mnl_attr_get_type(a);

		by_way |= type == RTA_GATEWAY || type == RTA_VIA || type == RTA_MULTIPATH;
		if (type == RTA_DST &&
		    mnl_attr_get_payload_len(a) == (rtm->rtm_family == AF_INET ? IPV4_MAX_BYTELEN : IPV6_MAX_BYTELEN))
			witness = is_witness(arg, rtm, mnl_attr_get_payload(a));
	}
	return by_way && !witness;
}

/* The kernel gives the routes over the one device only. */
static bool way_over(struct kuplinks *u, ifindex_t dev)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};
	bool found = false;
	char buf[128];

	for (unsigned int i = 0; i < array_size(families) && dev && !found; i++) {
		struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
		struct rtmsg *rtm;

		nlh->nlmsg_type = RTM_GETROUTE;
		nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
		rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
		rtm->rtm_family = families[i];
		mnl_attr_put_u32(nlh, RTA_OIF, dev);
		found = nl_req_find(nlh, is_way, u);
	}
	return found;
}

static bool is_uplink(const struct kuplinks *u, const struct klink *l)
{
	for (unsigned int i = 0; i < u->n; i++)
		if (strmatch(u->name[i], l->l.name))
			return true;
	return false;
}

/* An uplink, its bond, or a VLAN on one of these: what routes can stand on. */
static const struct klink *uplink_below(const struct kernel *k, const struct klink *l)
{
	const struct klink *m;

	if (l && l->l.kind == NL_KIND_VLAN && l->l.have & NL_HAVE_LINK && !(l->l.have & NL_HAVE_NETNSID))
		l = klink_find(k, (ifindex_t)l->l.link);
	if (!l || is_uplink(k->uplinks, l))
		return l;
	frr_each (kmembers_const, &l->members, m)
		if (l->l.kind == NL_KIND_BOND && is_uplink(k->uplinks, m))
			return l;
	return NULL;
}

/* No route leads out. Where an uplink is a bridge's port none has to. */
static bool routeless(struct kernel *k)
{
	struct klink *l;

	frr_each (klinks, &k->links, l) {
		const struct klink *uplink = uplink_below(k, l);

		if (!uplink || !klink_any_carrier(uplink))
			continue;
		if (uplink->master && uplink->master->l.kind == NL_KIND_BRIDGE)
			return false;
		if (way_over(k->uplinks, klink_index(l)))
			return false;
	}
	return true;
}

static bool any_carrier(const struct kernel *k, const struct kuplinks *u)
{
	for (unsigned int i = 0; i < u->n; i++) {
		const struct klink *l = klink_find_name(k, u->name[i]);

		if (l && klink_any_carrier(l))
			return true;
	}
	return u->n == 0;
}

static void look(struct event *t);

static void look_now(struct kernel *k, bool up)
{
	struct kuplinks *u = k->uplinks;
	struct core_uplinks now = {.up = up, .routeless = up && u->n && routeless(k)};

	if (!up || now.routeless)
		now.detour = way_over(u, klink_index(kernel_l3(k)));
	event_cancel(&u->t_look);
	/* a short loss of carrier leaves routes that are about to go */
	if (u->n && (!up || now.routeless || u->looks < LOOKS))
		event_add_timer_msec(k->loop, look, k, u->looks++ < LOOKS ? LOOK_MS : LOOK_SLOW_MS, &u->t_look);
	if (u->reported && memcmp(&now, &u->last, sizeof(now)) == 0)
		return;
	u->reported = true;
	u->last = now;
	if (k->ops->uplinks)
		k->ops->uplinks(k->arg, &now);
}

static void look(struct event *t)
{
	struct kernel *k = EVENT_ARG(t);

	look_now(k, any_carrier(k, k->uplinks));
}

void kuplink_report(struct kernel *k)
{
	struct kuplinks *u = k->uplinks;
	bool up = any_carrier(k, u);

	if (u->reported && u->last.up == up)
		return;
	u->looks = 0;
	look_now(k, up);
}

void kuplink_configure(struct kernel *k, const struct conf *c)
{
	struct kuplinks *u = k->uplinks;

	u->reported = false;
	u->n = c->present ? c->n_uplinks : 0;
	for (unsigned int i = 0; i < u->n; i++)
		strlcpy(u->name[i], c->uplinks[i], sizeof(u->name[i]));
	u->n_witnesses = c->present ? c->n_witnesses : 0;
	for (unsigned int i = 0; i < u->n_witnesses; i++)
		u->witness[i] = c->witnesses[i].addr;
}

void kuplink_init(struct kernel *k)
{
	k->uplinks = XCALLOC(MTYPE_KERNEL, sizeof(*k->uplinks));
}

void kuplink_fini(struct kernel *k)
{
	if (k->uplinks)
		event_cancel(&k->uplinks->t_look);
	XFREE(MTYPE_KERNEL, k->uplinks);
}
