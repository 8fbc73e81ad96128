// SPDX-License-Identifier: GPL-2.0-or-later
/* See kernel_addr.h: addresses in a tree by interface, as a dump and events tell them. */
#include <zebra.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "log.h"

#include "mlagd/kernel_addr.h"
#include "mlagd/kernel_int.h"

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KADDR, "Kernel address");
DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KADDRS, "Kernel addresses");

#define ADDR_RCVBUF (4 << 20)

static int kaddr_cmp(const struct kaddr *a, const struct kaddr *b)
{
	int d = numcmp(a->ifindex, b->ifindex);

	d = d ? d : numcmp(a->p.family, b->p.family);
	d = d ? d : numcmp(a->p.prefixlen, b->p.prefixlen);
	/* not prefix_cmp(): it masks host bits, and addresses of one subnet must stay apart */
	return d ? d : memcmp(&a->p.u, &b->p.u, nl_addr_len(a->p.family));
}

DECLARE_RBTREE_UNIQ(kaddr_tree, struct kaddr, item, kaddr_cmp);

struct kaddrs {
	struct kernel *k;
	struct nl_stream *stream;
	struct kaddr_tree_head tree;
	bool relisten;
};

static void to_prefix(const struct nl_addr *a, struct prefix *p)
{
	memset(p, 0, sizeof(*p));
	p->family = a->family;
	p->prefixlen = a->plen;
	memcpy(&p->u, a->addr, nl_addr_len(a->family));
}

static void drop(struct kaddrs *s, struct kaddr *a)
{
	kaddr_tree_del(&s->tree, a);
	XFREE(MTYPE_KADDR, a);
}

static void on_msg(void *arg, const struct nlmsghdr *nlh)
{
	struct kaddrs *s = arg;
	struct kaddr ref = {}, *a;

	if (!nl_parse_addr(nlh, &ref.a))
		return;
	ref.ifindex = ref.a.ifindex;
	to_prefix(&ref.a, &ref.p);
	a = kaddr_tree_find(&s->tree, &ref);
	if (ref.a.del) {
		if (a)
			drop(s, a);
		return;
	}
	if (!a) {
		a = XCALLOC(MTYPE_KADDR, sizeof(*a));
		a->ifindex = ref.ifindex;
		a->p = ref.p;
		kaddr_tree_add(&s->tree, a);
	}
	a->a = ref.a;
	a->seen = true;
}

static bool dump(struct kaddrs *s)
{
	char buf[NL_BATCH_MSG_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh;
	struct ifaddrmsg *ifa;
	struct kaddr *a;
	int ret, tries = 5;

	frr_each (kaddr_tree, &s->tree, a)
		a->seen = false;
	do {
		nlh = mnl_nlmsg_put_header(buf);
		nlh->nlmsg_type = RTM_GETADDR;
		nlh->nlmsg_flags = NLM_F_DUMP;
		ifa = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifa));
		ifa->ifa_family = AF_UNSPEC;
		ret = nl_req_get(s->k->req, nlh, on_msg, s);
	} while (ret == -EINTR && --tries);
	if (ret < 0) {
		zlog_warn("reading the kernel's addresses failed: %s", strerror(-ret));
		return false;
	}
	frr_each_safe (kaddr_tree, &s->tree, a)
		if (!a->seen)
			drop(s, a);
	return true;
}

static void on_overrun(void *arg)
{
	((struct kaddrs *)arg)->relisten = true;
}

static void on_turn(void *arg)
{
	struct kaddrs *s = arg;

	if (s->relisten) {
		s->relisten = false;
		zlog_warn("address events were lost: reading all addresses anew");
		nl_stream_drain(s->stream);
		dump(s);
	}
	kernel_evaluate_soon(s->k);
}

static const struct nl_stream_ops stream_ops = {
	.name = "addresses",
	.msg = on_msg,
	.turn = on_turn,
	.overrun = on_overrun,
};

struct kaddrs *kaddr_new(struct kernel *k)
{
	static const unsigned int groups[] = {RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, 0};
	struct kaddrs *s = XCALLOC(MTYPE_KADDRS, sizeof(*s));

	s->k = k;
	kaddr_tree_init(&s->tree);
	s->stream = nl_stream_new(k->loop, NETLINK_ROUTE, groups, ADDR_RCVBUF, &stream_ops, s);
	if (!s->stream || !dump(s)) {
		kaddr_free(s);
		return NULL;
	}
	return s;
}

void kaddr_free(struct kaddrs *s)
{
	struct kaddr *a;

	if (!s)
		return;
	nl_stream_free(s->stream);
	while ((a = kaddr_tree_pop(&s->tree)))
		XFREE(MTYPE_KADDR, a);
	kaddr_tree_fini(&s->tree);
	XFREE(MTYPE_KADDRS, s);
}

/* ---------------------------------------------------------------- questions */

struct kaddr *kaddr_find(struct kaddrs *s, ifindex_t ifindex, const struct prefix *p)
{
	struct kaddr ref = {.ifindex = ifindex, .p = *p};

	return kaddr_tree_find(&s->tree, &ref);
}

struct kaddr *kaddr_next(struct kaddrs *s, ifindex_t ifindex, struct kaddr *at)
{
	struct kaddr ref = {.ifindex = ifindex};

	at = at ? kaddr_tree_next(&s->tree, at) : kaddr_tree_find_gteq(&s->tree, &ref);
	return at && at->ifindex == ifindex ? at : NULL;
}

/* ----------------------------------------------------------------- requests */

static struct nlmsghdr *message(struct kernel *k, uint16_t type, uint16_t flags, ifindex_t ifindex,
				const struct prefix *p)
{
	struct nlmsghdr *nlh = nl_batch_msg(k->req, type, flags);
	struct ifaddrmsg *ifa = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifa));

	ifa->ifa_family = p->family;
	ifa->ifa_prefixlen = p->prefixlen;
	ifa->ifa_index = ifindex;
	if (p->family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&p->u.prefix6))
		ifa->ifa_scope = RT_SCOPE_LINK;
	mnl_attr_put(nlh, IFA_LOCAL, nl_addr_len(p->family), &p->u);
	mnl_attr_put(nlh, IFA_ADDRESS, nl_addr_len(p->family), &p->u);
	return nlh;
}

void kaddr_batch_add(struct kernel *k, ifindex_t ifindex, const struct prefix *p, uint32_t flags, uint32_t priority)
{
	struct nlmsghdr *nlh = message(k, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, ifindex, p);

	mnl_attr_put_u32(nlh, IFA_FLAGS, flags);
	if (priority)
		mnl_attr_put_u32(nlh, IFA_RT_PRIORITY, priority);
	nl_batch_add(k->req, ifindex);
}

void kaddr_batch_del(struct kernel *k, ifindex_t ifindex, const struct prefix *p)
{
	message(k, RTM_DELADDR, 0, ifindex, p);
	nl_batch_add(k->req, ifindex);
}

/* What the kernel lets one set anew; secondary, tentative and the like are its own. */
#define KEPT_FLAGS (IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN)

void kaddr_batch_rank(struct kernel *k, const struct kaddr *a, uint32_t priority)
{
	struct nlmsghdr *nlh = message(k, RTM_NEWADDR, NLM_F_REPLACE, a->ifindex, &a->p);

	mnl_attr_put_u32(nlh, IFA_FLAGS, a->a.flags & KEPT_FLAGS);
	mnl_attr_put_u32(nlh, IFA_RT_PRIORITY, priority);
	nl_batch_add(k->req, a->ifindex);
}

void kaddr_catch_up(struct kaddrs *s)
{
	nl_stream_drain(s->stream);
}
