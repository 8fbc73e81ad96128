// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tracked uplinks (D6): has any of them carrier, and while none has, is
 * there another way, over the peerlink's L3 device? Carrier comes by itself;
 * routes are asked for, those over that one device, and only meanwhile. What
 * follows is the core's.
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

struct found {
	const struct kuplinks *u;
	bool any;
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

/* A route by way of somebody: the kernel gives those over the one device only. */
static void on_route(void *arg, const struct nlmsghdr *nlh)
{
	struct found *f = arg;
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a;
	bool by_way = false, witness = false;

	if (nlh->nlmsg_type != RTM_NEWROUTE || nlh->nlmsg_len < NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(*rtm)) ||
	    rtm->rtm_type != RTN_UNICAST || rtm->rtm_flags & RTM_F_CLONED)
		return;
	mnl_attr_for_each(a, nlh, sizeof(*rtm)) {
		uint16_t type = mnl_attr_get_type(a);

		by_way |= type == RTA_GATEWAY || type == RTA_VIA || type == RTA_MULTIPATH;
		if (type == RTA_DST &&
		    mnl_attr_get_payload_len(a) == (rtm->rtm_family == AF_INET ? IPV4_MAX_BYTELEN : IPV6_MAX_BYTELEN))
			witness = is_witness(f->u, rtm, mnl_attr_get_payload(a));
	}
	f->any |= by_way && !witness;
}

static bool detour(struct kernel *k, const struct kuplinks *u)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};
	ifindex_t l3 = klink_index(kernel_l3(k));
	struct found f = {.u = u};
	char buf[128];

	for (unsigned int i = 0; i < array_size(families) && l3 && !f.any; i++) {
		struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
		struct rtmsg *rtm;

		nlh->nlmsg_type = RTM_GETROUTE;
		nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
		rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
		rtm->rtm_family = families[i];
		mnl_attr_put_u32(nlh, RTA_OIF, l3);
		nl_req_get(k->req, nlh, on_route, &f);
	}
	return f.any;
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

static void look(struct event *t)
{
	kuplink_report(EVENT_ARG(t));
}

void kuplink_report(struct kernel *k)
{
	struct kuplinks *u = k->uplinks;
	struct core_uplinks now = {.up = any_carrier(k, u)};

	if (now.up)
		u->looks = 0;
	else
		now.detour = detour(k, u);
	event_cancel(&u->t_look);
	if (!now.up)
		event_add_timer_msec(k->loop, look, k, u->looks++ < LOOKS ? LOOK_MS : LOOK_SLOW_MS, &u->t_look);
	if (u->reported && now.up == u->last.up && now.detour == u->last.detour)
		return;
	u->reported = true;
	u->last = now;
	if (k->ops->uplinks)
		k->ops->uplinks(k->arg, &now);
}

void kuplink_configure(struct kernel *k, const struct conf *c)
{
	struct kuplinks *u = k->uplinks;

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
