// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When the routes of SVIs are held back zebra takes the static routes over them
 * out of the kernel at once, and the way by the other member comes when bgpd has
 * chosen anew, 0.1 to 0.6 s later. A member that steps aside with its legs up
 * (rule 9), or is about to leave, would refuse meanwhile what it can still
 * deliver. So before zebra is told each of these routes is put beside itself as
 * the last resort, behind whatever routing finds. They go with the hold, with
 * the legs, or when routing has had its time.
 *
 * The metric says that they are ours; nothing is recorded.
 */
#include <zebra.h>
#include <linux/rtnetlink.h>

#include "log.h"

#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KRESORT, "Kernel last resorts");

#define LAST_METRIC 0xfe000000 /* the highest byte is the distance that zebra reads off it: behind every daemon's */
#define LAST_S	    30	       /* routing has its new way by then, or there is none */
#define LAST_MAX    4096       /* routes, each 72 bytes; more are not kept */
#define STATICD	    196	       /* as zebra marks static routes in the kernel */

struct last {
	uint8_t family, dst_len, scope, onlink;
	uint16_t by, by_len; /* RTA_GATEWAY or RTA_VIA; 0: hosts on the link itself */
	uint32_t table;
	ifindex_t oif;
	uint8_t dst[IPV6_MAX_BYTELEN], gateway[sizeof(struct rtvia) + IPV6_MAX_BYTELEN];
};

struct lasts {
	const struct kernel *k;
	bool ours; /* asked for are those put here, else those of SVIs */
	unsigned int n, room;
	struct last *all;
};

static bool is_svi(const struct kernel *k, ifindex_t ifindex)
{
	for (unsigned int i = 0; i < k->n_svis; i++)
		if (k->svis[i] == ifindex)
			return true;
	return false;
}

static void read_gateway(struct last *r, const struct nlattr *a)
{
	uint16_t type = mnl_attr_get_type(a), len = mnl_attr_get_payload_len(a);

	if ((type != RTA_GATEWAY && type != RTA_VIA) || len > sizeof(r->gateway))
		return;
	r->by = type;
	r->by_len = len;
	memcpy(r->gateway, mnl_attr_get_payload(a), len);
}

/* Of several ways one over an SVI: enough for a moment. */
static void read_hops(const struct kernel *k, struct last *r, const struct nlattr *hops)
{
	const char *at = mnl_attr_get_payload(hops), *end = at + mnl_attr_get_payload_len(hops);
	const struct nlattr *attr; /* libmnl's name for it */

	while ((size_t)(end - at) >= sizeof(struct rtnexthop)) {
		const struct rtnexthop *hop = (const struct rtnexthop *)at;

		if (hop->rtnh_len < sizeof(*hop) || hop->rtnh_len > end - at)
			return;
		if (is_svi(k, hop->rtnh_ifindex)) {
			r->oif = hop->rtnh_ifindex;
			r->onlink = hop->rtnh_flags & RTNH_F_ONLINK;
			mnl_attr_for_each_payload((const void *)(hop + 1), hop->rtnh_len - sizeof(*hop))
				read_gateway(r, attr);
			return;
		}
		at += MIN((ptrdiff_t)RTNH_ALIGN(hop->rtnh_len), end - at);
	}
}

/* False: no unicast route, or not of the kind asked for. */
static bool read_route(const struct lasts *s, const struct nlmsghdr *nlh, struct last *r)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a;
	uint32_t metric = 0;

	if (nlh->nlmsg_type != RTM_NEWROUTE || nlh->nlmsg_len < NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(*rtm)) ||
	    rtm->rtm_type != RTN_UNICAST || rtm->rtm_flags & RTM_F_CLONED)
		return false;
	*r = (struct last){.family = rtm->rtm_family, .dst_len = rtm->rtm_dst_len, .scope = rtm->rtm_scope,
			   .onlink = rtm->rtm_flags & RTNH_F_ONLINK, .table = rtm->rtm_table};
	mnl_attr_for_each(a, nlh, sizeof(*rtm)) {
		size_t len = mnl_attr_get_payload_len(a);

		switch (mnl_attr_get_type(a)) {
		case RTA_DST:
			memcpy(r->dst, mnl_attr_get_payload(a), MIN(len, sizeof(r->dst)));
			break;
		case RTA_TABLE:
			r->table = len == sizeof(uint32_t) ? mnl_attr_get_u32(a) : r->table;
			break;
		case RTA_OIF:
			r->oif = len == sizeof(uint32_t) ? (ifindex_t)mnl_attr_get_u32(a) : 0;
			break;
		case RTA_PRIORITY:
			metric = len == sizeof(uint32_t) ? mnl_attr_get_u32(a) : 0;
			break;
		case RTA_MULTIPATH:
			read_hops(s->k, r, a);
			break;
		default:
			read_gateway(r, a);
		}
	}
	return s->ours ? metric == LAST_METRIC : is_svi(s->k, r->oif);
}

static void take(void *arg, const struct nlmsghdr *nlh)
{
	struct lasts *s = arg;
	struct last r;

	if (s->n == LAST_MAX || !read_route(s, nlh, &r))
		return;
	if (s->n == s->room) {
		s->room = MAX(2 * s->room, 16U);
		s->all = XREALLOC(MTYPE_KRESORT, s->all, s->room * sizeof(*s->all));
	}
	s->all[s->n++] = r;
}

/* The kernel gives those of one protocol only. */
static void collect(struct kernel *k, struct lasts *s)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};
	char buf[128];

	for (unsigned int i = 0; i < array_size(families); i++) {
		struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
		struct rtmsg *rtm;

		nlh->nlmsg_type = RTM_GETROUTE;
		nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
		rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
		rtm->rtm_family = families[i];
		rtm->rtm_protocol = s->ours ? KERNEL_PROTO : STATICD;
		nl_req_get(k->req, nlh, take, s);
	}
}

static void add_last(struct kernel *k, const struct last *r, bool on)
{
	struct nlmsghdr *nlh = nl_batch_msg(k->req, on ? RTM_NEWROUTE : RTM_DELROUTE, on ? NLM_F_CREATE | NLM_F_EXCL : 0);
	struct rtmsg *rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));

	rtm->rtm_family = r->family;
	rtm->rtm_dst_len = r->dst_len;
	rtm->rtm_protocol = KERNEL_PROTO;
	rtm->rtm_scope = r->scope;
	rtm->rtm_type = RTN_UNICAST;
	rtm->rtm_flags = r->onlink;
	mnl_attr_put_u32(nlh, RTA_TABLE, r->table);
	mnl_attr_put(nlh, RTA_DST, r->family == AF_INET ? IPV4_MAX_BYTELEN : IPV6_MAX_BYTELEN, r->dst);
	mnl_attr_put_u32(nlh, RTA_PRIORITY, LAST_METRIC);
	mnl_attr_put_u32(nlh, RTA_OIF, (uint32_t)r->oif);
	if (r->by)
		mnl_attr_put(nlh, r->by, r->by_len, r->gateway);
	nl_batch_add(k->req, (uint32_t)r->oif);
}

/* Gone, or its device: that was wanted, or is on its way. There already: so be it. */
static void refused(void *arg, uint32_t ifindex, int err, const char *text)
{
	const struct klink *l = klink_find(arg, (ifindex_t)ifindex);

	if (err != -EEXIST && err != -ESRCH && err != -ENODEV && err != -ENETDOWN)
		zlog_warn("a route over %s as the last resort: the kernel refused it: %s%s%s", l ? l->l.name : "?", strerror(-err),
			  text[0] ? ": " : "", text);
}

static void set_all(struct kernel *k, bool on)
{
	struct lasts s = {.k = k, .ours = !on};

	collect(k, &s);
	nl_batch_begin(k->req, refused, k);
	for (unsigned int i = 0; i < s.n; i++)
		add_last(k, &s.all[i], on);
	nl_batch_commit(k->req);
	XFREE(MTYPE_KRESORT, s.all);
}

static void over(struct event *t)
{
	set_all(EVENT_ARG(t), false);
}

void kernel_resort(struct kernel *k, const struct core_wanted *w)
{
	bool wanted = w->manage && w->gateway && (w->hold_routes || w->host_routes);

	if (k->resort_asked && k->resort == wanted)
		return;
	event_cancel(&k->t_resort);
	if (wanted)
		event_add_timer(k->loop, over, k, LAST_S, &k->t_resort);
	set_all(k, wanted);
	k->resort_asked = true;
	k->resort = wanted;
}
