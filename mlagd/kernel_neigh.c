// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Neighbours of SVIs, from the kernel and to it (C8). Ours are marked: learned
 * externally, with a protocol number of our own. Interfaces are named to the
 * table by VLAN, so that the peer understands them. What is lost or changes its
 * meaning leads to a new reading of all of them.
 *
 * It also has the kernel glean: from gratuitous ARP and from unsolicited
 * neighbour advertisements, since the question may have been the peer's.
 */
#include <zebra.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "log.h"

#include "mlagd/kernel_int.h"
#include "mlagd/sysctl.h"

#define NEIGH_RCVBUF (8 << 20)
#define VALID	     (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE)

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KNEIGH, "Kernel neighbours");

struct kneigh {
	struct nl_stream *s;
	struct event *t_read;
	uint64_t svis; /* digest of what the SVIs are */
	bool refused;  /* a change was, and said */
};

/* ------------------------------------------------------ interfaces by VLAN */

static bool macvlan_on(const struct kernel *k, const struct klink *l, uint16_t *vlan)
{
	const struct klink *lower;

	if (l->l.kind != NL_KIND_MACVLAN || l->l.have & NL_HAVE_NETNSID)
		return false;
	lower = klink_find(k, l->l.link);
	return lower && ksvi_is(k, lower, vlan);
}

/* l is an SVI of the pair, or the virtual router's device on one. */
static bool named(const struct kernel *k, const struct klink *l, struct mc_neigh *n)
{
	n->virt = false;
	if (ksvi_is(k, l, &n->vlan))
		return true;
	n->virt = true;
	return macvlan_on(k, l, &n->vlan);
}

static const struct klink *device_of(const struct kernel *k, const struct mc_neigh *n)
{
	struct mc_neigh is = {};
	const struct klink *l;

	frr_each (klinks_const, &k->links, l)
		if (named(k, l, &is) && is.vlan == n->vlan && is.virt == n->virt)
			return l;
	return NULL;
}

/* An address of this member's own is nobody's neighbour. */
static bool is_self(const struct kernel *k, const struct mc_neigh *n)
{
	struct mc_neigh is = {};
	const struct klink *l;

	frr_each (klinks_const, &k->links, l)
		if (memcmp(l->l.address, n->mac.b, sizeof(n->mac.b)) == 0 && named(k, l, &is) && is.vlan == n->vlan)
			return true;
	return false;
}

/* ---------------------------------------------------------- from the kernel */

static enum neigh_seen seen_as(const struct nl_neigh *m)
{
	if (m->del)
		return NEIGH_DELETED;
	if (m->state & NUD_PERMANENT || (m->state & NUD_NOARP && m->has_mac))
		return NEIGH_FIXED; /* an operator's, or zebra's of a host behind another VTEP */
	if (!(m->state & VALID) || !m->has_mac)
		return NEIGH_GONE;
	if (m->flags & NTF_EXT_LEARNED)
		return m->protocol == KERNEL_PROTO ? NEIGH_OURS : NEIGH_FIXED;
	return m->state & NUD_REACHABLE ? NEIGH_CONFIRMED : NEIGH_LEARNED;
}

static bool group(const struct mc_neigh *n)
{
	return n->mac.b[0] & 1 || (n->v6 ? n->addr[0] == 0xff : (n->addr[0] & 0xf0) == 0xe0);
}

static void neigh_msg(void *arg, const struct nlmsghdr *nlh)
{
	struct kernel *k = arg;
	struct mc_neigh n = {};
	const struct klink *l;
	struct nl_neigh m;

	if (!nl_parse_neigh(nlh, &m))
		return;
	l = klink_find(k, m.ifindex);
	if (!l || !named(k, l, &n))
		return;
	n.v6 = m.family == AF_INET6;
	n.router = m.flags & NTF_ROUTER;
	memcpy(n.addr, m.addr, sizeof(n.addr));
	memcpy(n.mac.b, m.mac, sizeof(n.mac.b));
	if (!group(&n))
		k->ops->neigh(k->arg, &n, seen_as(&m));
}

static void read_all(struct event *t)
{
	struct kernel *k = EVENT_ARG(t);
	char buf[NL_BATCH_MSG_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	int ret;

	nl_stream_drain(k->neigh->s); /* what is older than the dump goes before it */
	nlh->nlmsg_type = RTM_GETNEIGH;
	nlh->nlmsg_flags = NLM_F_DUMP;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ndmsg));
	k->ops->neigh_read(k->arg, true);
	ret = nl_req_get(k->req, nlh, neigh_msg, k);
	if (ret == 0)
		k->ops->neigh_read(k->arg, false);
	else
		event_add_timer(k->loop, read_all, k, 1, &k->neigh->t_read);
}

static void read_soon(struct kernel *k)
{
	if (!k->neigh->t_read)
		event_add_event(k->loop, read_all, k, 0, &k->neigh->t_read);
}

static void lost(void *arg)
{
	zlog_warn("neighbour events were lost: reading them anew");
	read_soon(arg);
}

static const struct nl_stream_ops neigh_ops = {.name = "neighbours", .msg = neigh_msg, .overrun = lost};

/* ------------------------------------------------------------ to the kernel */

static void refused(void *arg, uint32_t i, int err, const char *text)
{
	struct kernel *k = arg;

	if (err == -ENOENT || err == -ENODEV)
		return; /* what was to be given back, or where it stood, is gone already */
	if (!k->neigh->refused)
		zlog_warn("the kernel refused a neighbour: %s%s%s", strerror(-err), text[0] ? ": " : "", text);
	k->neigh->refused = true;
}

/* Given back: stale, so the kernel asks the host before it uses or forgets it. */
static void add_op(struct kernel *k, const struct neigh_op *op, ifindex_t ifindex, uint32_t cookie)
{
	bool install = op->what == NEIGH_INSTALL;
	struct nlmsghdr *nlh = nl_batch_msg(k->req, RTM_NEWNEIGH, NLM_F_REPLACE | (install ? NLM_F_CREATE : 0));
	struct ndmsg *ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));

	ndm->ndm_family = op->n.v6 ? AF_INET6 : AF_INET;
	ndm->ndm_ifindex = ifindex;
	ndm->ndm_state = install ? NUD_REACHABLE : NUD_STALE;
	ndm->ndm_flags = (install ? NTF_EXT_LEARNED : 0) | (op->n.router ? NTF_ROUTER : 0);
	mnl_attr_put(nlh, NDA_DST, op->n.v6 ? 16 : 4, op->n.addr);
	mnl_attr_put(nlh, NDA_LLADDR, sizeof(op->n.mac.b), op->n.mac.b);
	mnl_attr_put_u8(nlh, NDA_PROTOCOL, install ? KERNEL_PROTO : RTPROT_KERNEL);
	nl_batch_add(k->req, cookie);
}

void kernel_neigh(struct kernel *k, const struct neigh_op *ops, unsigned int n)
{
	nl_batch_begin(k->req, refused, k);
	for (unsigned int i = 0; i < n; i++) {
		const struct klink *l = device_of(k, &ops[i].n);

		if (l && klink_up(l) && !is_self(k, &ops[i].n))
			add_op(k, &ops[i], l->l.ifindex, i);
	}
	nl_batch_commit(k->req);
}

/* ---------------------------------------------------------------- gleaning */

static void glean(const struct klink *l, bool on)
{
	if (on) {
		sysctl_set("ipv4/conf/%s/arp_accept", l->l.name, "1");
		sysctl_set("ipv6/conf/%s/accept_untracked_na", l->l.name, "1");
	} else {
		sysctl_reset("ipv4/conf/%s/arp_accept", l->l.name);
		sysctl_reset("ipv6/conf/%s/accept_untracked_na", l->l.name);
	}
}

void kneigh_report(struct kernel *k)
{
	struct mc_neigh n = {};
	uint64_t svis = k->managing;
	struct klink *l;

	frr_each (klinks, &k->links, l) {
		if (!named(k, l, &n) || !klink_up(l))
			continue;
		/* a sum: the order of the links says nothing */
		svis += (uint64_t)(l->l.ifindex + 1) * 0x9e3779b97f4a7c15ULL ^ ((uint64_t)n.vlan << 1 | n.virt);
		if (l->gleans != k->managing && (k->managing || l->gleans))
			glean(l, k->managing);
		l->gleans = k->managing;
	}
	if (svis == k->neigh->svis)
		return;
	k->neigh->svis = svis;
	read_soon(k);
}

/* -------------------------------------------------------------------- life */

bool kneigh_init(struct kernel *k)
{
	static const unsigned int groups[] = {RTNLGRP_NEIGH, 0};

	k->neigh = XCALLOC(MTYPE_KNEIGH, sizeof(*k->neigh));
	k->neigh->s = nl_stream_new(k->loop, NETLINK_ROUTE, groups, NEIGH_RCVBUF, &neigh_ops, k);
	if (k->neigh->s)
		nl_stream_no_bridge(k->neigh->s);
	return k->neigh->s != NULL;
}

void kneigh_fini(struct kernel *k)
{
	if (!k->neigh)
		return;
	event_cancel(&k->neigh->t_read);
	nl_stream_free(k->neigh->s);
	XFREE(MTYPE_KNEIGH, k->neigh);
}
