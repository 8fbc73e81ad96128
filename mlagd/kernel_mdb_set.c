// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Groups and router ports to the kernel (C7). Groups are temporary, so that the
 * bridge itself ends them when a leave comes in, or when mlagd is gone for good.
 */
#include <zebra.h>
#include <linux/if_bridge.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "log.h"

#include "mlagd/kernel_mdb.h"

static const struct klink *device_of(const struct kernel *k, const struct mc_group *g)
{
	const struct kbond *b = g->mlag_id ? kbond_find(k, g->mlag_id) : NULL;

	if (b)
		return kport_of(k, b->link, g->vlan);
	return g->port == MDBT_PEERLINK ? kport_of(k, kernel_peerlink(k), g->vlan) : klink_find(k, g->port);
}

static void refused(void *arg, uint32_t i, int err, const char *text)
{
	struct kernel *k = arg;

	if (i != UINT32_MAX)
		k->ops->mdb_refused(k->arg, i);
	/* it is the bridge's own by now; or what was to go, or where it stood, is gone already */
	if (err == -EEXIST || err == -ENOENT || err == -ENODEV || i != UINT32_MAX)
		return;
	if (!k->mdb->refused)
		zlog_warn("the kernel refused a multicast group: %s%s%s", strerror(-err), text[0] ? ": " : "", text);
	k->mdb->refused = true;
}

static void add_router(struct kernel *k, const struct mdb_op *op, const struct klink *l)
{
	uint8_t type = op->what == MDB_REMOVE ? MDB_RTR_TYPE_TEMP_QUERY : MDB_RTR_TYPE_TEMP;

	kernel_add_port_u8(k, l->l.ifindex, IFLA_BRPORT_MULTICAST_ROUTER, type, UINT32_MAX);
}

/* The bridge's own is never replaced, one of ours is to be renewed. */
static uint16_t flags_of(const struct mdb_op *op)
{
	if (op->what == MDB_REMOVE)
		return 0;
	return NLM_F_CREATE | (op->what == MDB_INSTALL ? NLM_F_EXCL : NLM_F_REPLACE);
}

static void add_group(struct kernel *k, const struct mdb_op *op, const struct klink *l, uint32_t cookie)
{
	const struct mc_group *g = &op->g;
	bool remove = op->what == MDB_REMOVE, v6 = g->kind == MC_GROUP_IPV6;
	struct nlmsghdr *nlh = nl_batch_msg(k->req, remove ? RTM_DELMDB : RTM_NEWMDB, flags_of(op));
	struct br_port_msg *bpm = mnl_nlmsg_put_extra_header(nlh, sizeof(*bpm));
	const struct klink *bridge = klink_bridge(l);
	struct br_mdb_entry e = {.ifindex = l->l.ifindex, .state = MDB_TEMPORARY};
	struct nlattr *nest;

	bpm->family = AF_BRIDGE;
	bpm->ifindex = bridge->l.ifindex;
	e.vid = bridge == kernel_bridge(k) ? g->vlan : 0;
	e.addr.proto = htons(v6 ? ETH_P_IPV6 : ETH_P_IP);
	memcpy(&e.addr.u, g->addr, v6 ? 16 : 4);
	mnl_attr_put(nlh, MDBA_SET_ENTRY, sizeof(e), &e);
	nest = mnl_attr_nest_start(nlh, MDBA_SET_ENTRY_ATTRS);
	if (g->has_source)
		mnl_attr_put(nlh, MDBE_ATTR_SOURCE, v6 ? 16 : 4, g->source);
	if (!remove)
		mnl_attr_put_u8(nlh, MDBE_ATTR_RTPROT, KERNEL_PROTO);
	if (g->has_source || !remove)
		mnl_attr_nest_end(nlh, nest);
	else
		mnl_attr_nest_cancel(nlh, nest);
	nl_batch_add(k->req, remove ? cookie : UINT32_MAX);
}

void kernel_mdb(struct kernel *k, const struct mdb_op *ops, unsigned int n)
{
	nl_batch_begin(k->req, refused, k);
	for (unsigned int i = 0; i < n; i++) {
		const struct klink *l = device_of(k, &ops[i].g);

		if (!l || !klink_bridge(l) || !kmdb_snoops(k, l))
			continue;
		if (ops[i].g.kind == MC_GROUP_ROUTER)
			add_router(k, &ops[i], l);
		else
			add_group(k, &ops[i], l, i);
	}
	nl_batch_commit(k->req);
}
