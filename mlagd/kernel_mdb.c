// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Multicast groups and router ports of the pair's bridges, from the kernel (C7).
 * Ours among groups bear our protocol number, among router ports they are those
 * of the type "temp". Which port is which is told by mlag id, so that the peer
 * understands it.
 *
 * Renewals of an entry are not told by the kernel: all are read now and then,
 * and when the table has a question.
 */
#include <zebra.h>
#include <linux/if_bridge.h>
#include <linux/rtnetlink.h>

#include "jhash.h"
#include "log.h"

#include "mlagd/kernel_mdb.h"
#include "mlagd/nl_parse_mdb.h"

#define MDB_RCVBUF  (8 << 20)
#define LOOK_MS	    20	/* questions of so long are answered together */
#define LOOKS	    8	/* in the lifetime of a group */
#define HZ_MS	    10	/* the kernel's unit of time towards user space */

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KMDB, "Kernel multicast groups");

/* The bridge that l is a port of, or is; NULL none. */
static const struct klink *bridge_at(const struct klink *l)
{
	return l->l.kind == NL_KIND_BRIDGE ? l : klink_bridge(l);
}

bool kmdb_snoops(const struct kernel *k, const struct klink *l)
{
	const struct klink *bridge = l ? bridge_at(l) : NULL;

	return kbridge_way(k, bridge) && bridge->l.mcast_snooping;
}

/* Where l is among the ports of the pair's bridges, with the VLAN unless entries name it; false: it is none, or EVPN's. */
static bool named(const struct kernel *k, const struct klink *l, struct mc_group *g)
{
	const struct klink *way = l ? kbridge_way(k, bridge_at(l)) : NULL;
	const struct kbond *b;

	if (!way || l->l.kind == NL_KIND_VXLAN)
		return false;
	b = klink_base(l)->bond;
	g->mlag_id = b && kbond_present(k, b) ? b->mlag_id : 0;
	g->port = g->mlag_id ? 0 : l == way ? MDBT_PEERLINK : (uint32_t)l->l.ifindex;
	g->vlan = kway_vlan(way);
	return true;
}

/* ---------------------------------------------------------- from the kernel */

static enum mdb_seen router_seen(const struct nl_mdb *m)
{
	return m->type == MDB_RTR_TYPE_PERM ? MDB_FIXED : m->type == MDB_RTR_TYPE_TEMP ? MDB_OURS : MDB_LEARNED;
}

/* An entry goes with its port, or with snooping; link events may be on their way still. */
static bool goes_alone(struct kernel *k, ifindex_t ifindex)
{
	const struct klink *l;

	nl_stream_drain(k->s_link);
	kernel_evaluate_soon(k);
	l = klink_find(k, ifindex);
	return kmdb_snoops(k, l) && klink_any_carrier(l);
}

static enum mdb_seen group_seen(struct kernel *k, const struct nl_mdb *m)
{
	if (m->del)
		return goes_alone(k, m->ifindex) ? MDB_GONE : MDB_LOST;
	if (m->permanent)
		return MDB_FIXED;
	if (m->protocol == KERNEL_PROTO)
		return MDB_OURS;
	if (m->protocol != RTPROT_KERNEL)
		return MDB_FIXED;
	return !m->has_source && m->mode == NL_MDB_INCLUDE ? MDB_SOURCES : MDB_LEARNED;
}

static int64_t age_of(const struct kernel *k, const struct nl_mdb *m)
{
	const struct klink *bridge = klink_find(k, (ifindex_t)m->bridge);
	uint64_t life = m->router ? bridge->l.mcast_querier : bridge->l.mcast_membership;

	if (!k->mdb->reading || !m->has_timer)
		return MDBT_NO_AGE;
	return life > m->timer ? (int64_t)(life - m->timer) * HZ_MS : 0;
}

static void look_soon(struct kernel *k, unsigned int ms);

static void take(void *arg, const struct nl_mdb *m)
{
	struct kernel *k = arg;
	struct mc_group g = {};

	if (m->blocked || !kbridge_way(k, klink_find(k, (ifindex_t)m->bridge)))
		return;
	if (m->router && !m->has_type) {
		look_soon(k, LOOK_MS); /* an event says which port only */
		return;
	}
	if (!named(k, klink_find(k, m->ifindex), &g))
		return;
	if (!g.vlan)
		g.vlan = m->vlan;
	g.kind = m->router ? MC_GROUP_ROUTER : m->v6 ? MC_GROUP_IPV6 : MC_GROUP_IPV4;
	g.has_source = m->has_source;
	memcpy(g.addr, m->group, sizeof(g.addr));
	memcpy(g.source, m->source, sizeof(g.source));
	k->ops->mdb(k->arg, &g, m->router ? router_seen(m) : group_seen(k, m), age_of(k, m));
}

static void mdb_msg(void *arg, const struct nlmsghdr *nlh)
{
	nl_parse_mdb(nlh, take, arg);
}

/* ------------------------------------------------------------------ reading */

static int dump(struct kernel *k)
{
	char buf[NL_BATCH_MSG_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct br_port_msg *bpm;
	int ret;

	nlh->nlmsg_type = RTM_GETMDB;
	nlh->nlmsg_flags = NLM_F_DUMP;
	bpm = mnl_nlmsg_put_extra_header(nlh, sizeof(*bpm));
	bpm->family = AF_BRIDGE;
	k->mdb->reading = true;
	ret = nl_req_get(k->req, nlh, mdb_msg, k);
	k->mdb->reading = false;
	return ret;
}

struct times {
	int64_t group, router, answer; /* ms */
};

static int64_t shorter(int64_t a, uint64_t ticks)
{
	int64_t ms = (int64_t)ticks * HZ_MS;

	return a < 0 || ms < a ? ms : a;
}

/* The shortest of the bridges': an entry is looked after too early rather than too late. If one does not ask: no answer. */
static struct times times(const struct kernel *k)
{
	struct times t = {.group = -1, .router = -1};
	const struct klink *l;
	bool asks = true;

	frr_each (klinks_const, &k->links, l) {
		if (!kbridge_way(k, l))
			continue;
		t.group = shorter(t.group, l->l.mcast_membership);
		t.router = shorter(t.router, l->l.mcast_querier);
		t.answer = MAX(t.answer, (int64_t)l->l.mcast_response * HZ_MS);
		asks &= l->l.mcast_asks || !l->l.mcast_snooping;
	}
	return (struct times){MAX(t.group, 0), MAX(t.router, 0), asks ? t.answer : 0};
}

static void read_all(struct event *ev)
{
	struct kernel *k = EVENT_ARG(ev);
	struct times t = times(k);
	int64_t again = 0;
	int ret = 0;

	nl_stream_drain(k->mdb->s); /* what is older than the dump goes before it */
	k->ops->mdb_read(k->arg, true, t.group, t.router, t.answer);
	if (kbridge_any(k))
		ret = dump(k);
	if (ret == 0)
		again = k->ops->mdb_read(k->arg, false, t.group, t.router, t.answer);
	look_soon(k, ret || t.group <= 0 ? 1000 : MIN(MAX(t.group / LOOKS, 1000), 60000));
	if (again)
		look_soon(k, again);
}

/* The next reading is so far away at most. */
static void look_soon(struct kernel *k, unsigned int ms)
{
	if (k->mdb->t_look && event_timer_remain_msec(k->mdb->t_look) <= ms)
		return;
	event_cancel(&k->mdb->t_look);
	event_add_timer_msec(k->loop, read_all, k, ms, &k->mdb->t_look);
}

void kernel_mdb_look(struct kernel *k)
{
	look_soon(k, LOOK_MS);
}

static void lost(void *arg)
{
	zlog_warn("events of multicast groups were lost: reading them anew");
	look_soon(arg, 0);
}

static const struct nl_stream_ops mdb_ops = {.name = "multicast groups", .msg = mdb_msg, .overrun = lost};

void kmdb_report(struct kernel *k)
{
	struct mc_group g = {};
	const struct klink *l;
	uint64_t ports = 0;

	frr_each (klinks_const, &k->links, l)
		if (named(k, l, &g)) {
			uint32_t a = jhash_3words(l->l.ifindex, g.mlag_id, g.port, g.vlan << 1 | kmdb_snoops(k, l));

			/* a sum: the order of the links says nothing */
			ports += (uint64_t)jhash_1word(a, 2) << 32 | a;
		}
	if (ports == k->mdb->ports)
		return;
	k->mdb->ports = ports;
	look_soon(k, 0);
}

/* -------------------------------------------------------------------- life */

bool kmdb_init(struct kernel *k)
{
	static const unsigned int groups[] = {RTNLGRP_MDB, 0};

	k->mdb = XCALLOC(MTYPE_KMDB, sizeof(*k->mdb));
	k->mdb->s = nl_stream_new(k->loop, NETLINK_ROUTE, groups, MDB_RCVBUF, &mdb_ops, k);
	return k->mdb->s != NULL;
}

void kmdb_fini(struct kernel *k)
{
	if (!k->mdb)
		return;
	event_cancel(&k->mdb->t_look);
	nl_stream_free(k->mdb->s);
	XFREE(MTYPE_KMDB, k->mdb);
}
