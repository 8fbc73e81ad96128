// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Life of the kernel edge: its sockets, its configuration, and what happens
 * when events were lost. Link events have a socket of their own, so that a
 * million addresses never stand in the way of a lost carrier.
 */
#include <zebra.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>

#include "log.h"

#include "mlagd/kernel_addr.h"
#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"

DEFINE_MGROUP(MLAGD_KERNEL, "mlagd kernel");
DEFINE_MTYPE(MLAGD_KERNEL, KERNEL, "Kernel edge");
DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KBOND, "Kernel MLAG bond");

#define LINK_RCVBUF (16 << 20)
#define NFT_RCVBUF  (1 << 20)
#define NFT_REST_MS 100

/* ---------------------------------------------------------------- streams */

static void link_turn(void *arg)
{
	struct kernel *k = arg;

	if (k->relisten) {
		k->relisten = false;
		zlog_warn("link events were lost: reading all links anew");
		nl_stream_drain(k->s_link); /* what is older than the dump goes before it */
		kmodel_dump(k);
	}
	kernel_evaluate(k);
}

static void link_overrun(void *arg)
{
	struct kernel *k = arg;

	k->relisten = true;
	k->stats.link_overruns++;
}

static const struct nl_stream_ops link_ops = {
	.name = "links",
	.msg = kmodel_msg,
	.turn = link_turn,
	.overrun = link_overrun,
};

static void nft_turn(void *arg);
static void nft_rested(struct event *t);

/* Somebody else's nftables transaction may have been a flush of everything. */
static void nft_msg(void *arg, const struct nlmsghdr *nlh)
{
	struct kernel *k = arg;
	const struct nlattr *a;

	if (nlh->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN) ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(struct nfgenmsg))
		return;
	mnl_attr_for_each(a, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(a) == NFTA_GEN_PROC_PID && mnl_attr_validate(a, MNL_TYPE_U32) == 0 &&
		    ntohl(mnl_attr_get_u32(a)) == (uint32_t)getpid())
			return;
	k->nft_changed = true;
}

static void nft_reread(struct event *t)
{
	struct kernel *k = EVENT_ARG(t);

	filter_read(k->filter);
	kl3_nft_changed(k);
	kernel_evaluate(k);
	event_add_timer_msec(k->loop, nft_rested, k, NFT_REST_MS, &k->t_nft);
}

/* Whoever changes nftables all the time is not followed all the time. */
static void nft_rested(struct event *t)
{
	nft_turn(EVENT_ARG(t));
}

static void nft_turn(void *arg)
{
	struct kernel *k = arg;

	if (!k->nft_changed || k->t_nft)
		return;
	k->nft_changed = false;
	event_add_event(k->loop, nft_reread, k, 0, &k->t_nft);
}

static void nft_overrun(void *arg)
{
	struct kernel *k = arg;

	k->nft_changed = true;
	k->stats.nft_overruns++;
}

static const struct nl_stream_ops nft_ops = {
	.name = "nftables",
	.msg = nft_msg,
	.turn = nft_turn,
	.overrun = nft_overrun,
};

static bool open_streams(struct kernel *k)
{
	static const unsigned int link_groups[] = {RTNLGRP_LINK, 0};
	static const unsigned int nft_groups[] = {NFNLGRP_NFTABLES, 0};

	k->req = nl_req_new();
	k->s_link = nl_stream_new(k->loop, NETLINK_ROUTE, link_groups, LINK_RCVBUF, &link_ops, k);
	k->s_nft = nl_stream_new(k->loop, NETLINK_NETFILTER, nft_groups, NFT_RCVBUF, &nft_ops, k);
	k->addrs = k->req ? kaddr_new(k) : NULL;
	return k->req && k->s_link && k->s_nft && k->addrs && kfdb_init(k) && kneigh_init(k) &&
	       kmdb_init(k);
}

/* ----------------------------------------------------------- configuration */

static void bond_forget(struct kernel *k, struct kbond *b)
{
	if (b->link) {
		b->link->bond = NULL;
		b->link->was_bond = true;
	}
	kbonds_del(&k->bonds, b);
	kbond_forget_sources(b);
	XFREE(MTYPE_KBOND, b);
}

static void bond_add(struct kernel *k, const struct conf_bond *c)
{
	struct kbond *b = XCALLOC(MTYPE_KBOND, sizeof(*b));

	b->mlag_id = c->mlag_id;
	strlcpy(b->ifname, c->ifname, sizeof(b->ifname));
	b->link = klink_find_name(k, c->ifname);
	if (b->link)
		b->link->bond = b;
	kbonds_add(&k->bonds, b);
}

static bool is_configured(const struct conf *c, const struct kbond *b)
{
	const struct conf_bond *cb;

	if (c->present)
		frr_each (conf_bonds_const, &c->bonds, cb)
			if (cb->mlag_id == b->mlag_id && strcmp(cb->ifname, b->ifname) == 0)
				return true;
	return false;
}

/* Old ones go first: an id may have moved to another bond, or a bond to another id. */
static void configure_bonds(struct kernel *k, const struct conf *c)
{
	struct core_bond gone[CORE_PORTS_MAX] = {};
	const struct conf_bond *cb;
	unsigned int i, n = 0;
	struct kbond *b;

	frr_each_safe (kbonds, &k->bonds, b) {
		if (is_configured(c, b))
			continue;
		if (b->reported && n < array_size(gone)) {
			gone[n].mlag_id = b->mlag_id;
			strlcpy(gone[n++].ifname, b->ifname, sizeof(gone[0].ifname));
		}
		bond_forget(k, b);
	}
	if (c->present)
		frr_each (conf_bonds_const, &c->bonds, cb) {
			if (!kbond_find(k, cb->mlag_id))
				bond_add(k, cb);
			b = kbond_find(k, cb->mlag_id);
			b->bypass = cb->lacp_bypass;
		}
	for (i = 0; i < n; i++)
		k->ops->bond(k->arg, &gone[i]);
}

void kernel_configure(struct kernel *k, const struct conf *c)
{
	/* kept while there is none: it tells which ids are ours to take away */
	if (c->has_system_mac)
		memcpy(k->system_mac.b, c->system_mac.octet, sizeof(k->system_mac.b));
	strlcpy(k->peer_link, c->present ? c->peer_link : "", sizeof(k->peer_link));
	k->peer_ip = c->peer_ip;
	if (k->peer_link[0]) {
		strlcpy(k->pl_name, k->peer_link, sizeof(k->pl_name));
		k->pl_name[strcspn(k->pl_name, ".")] = '\0';
	}
	k->n_orphans = c->present ? c->n_orphans : 0;
	memcpy(k->orphans, c->orphans, sizeof(k->orphans));
	configure_bonds(k, c);
	kuplink_configure(k, c);
	kl3_configure(k, c);
	if (k->ready)
		kernel_evaluate(k);
}

/* ------------------------------------------------------------------- life */

/* Entries of the record that have had no effect, or lost it while nobody looked. */
static void reconcile_owned(struct kernel *k)
{
	const struct klink *m;
	ifindex_t ifindex;
	unsigned int i = 0;

	while ((ifindex = kowned_at(k->owned, i))) {
		m = klink_find(k, ifindex);
		if (!m || klink_up(m))
			kowned_del(k->owned, ifindex);
		else
			i++;
	}
	kowned_save(k->owned);
}

void kernel_disown(struct kernel *k, const uint32_t *ifindexes, unsigned int n)
{
	const struct klink *l;

	for (unsigned int i = 0; i < n; i++) {
		if (!kowned_has(k->owned, ifindexes[i]))
			continue;
		l = klink_find(k, ifindexes[i]);
		zlog_info("%s is shut down in zebra's configuration: it stays down", l ? l->l.name : "?");
		kowned_del(k->owned, ifindexes[i]);
	}
	kowned_save(k->owned);
}

struct kernel *kernel_new(struct event_loop *loop, const char *state_dir, const struct kernel_ops *ops, void *arg)
{
	struct kernel *k = XCALLOC(MTYPE_KERNEL, sizeof(*k));

	k->loop = loop;
	k->ops = ops;
	k->arg = arg;
	kmodel_init(k);
	kuplink_init(k);
	k->filter = filter_new();
	k->owned = kowned_load(state_dir);
	if (!k->filter || !kl3_init(k, state_dir) || !open_streams(k) || !kmodel_dump(k)) {
		kernel_free(k);
		return NULL;
	}
	reconcile_owned(k);
	filter_read(k->filter);
	k->adopted = filter_present(k->filter);
	kernel_evaluate_soon(k);
	return k;
}

void kernel_free(struct kernel *k)
{
	struct kbond *b;

	if (!k)
		return;
	event_cancel(&k->t_evaluate);
	event_cancel(&k->t_reapply);
	event_cancel(&k->t_settle);
	event_cancel(&k->t_nft);
	event_cancel(&k->t_resort);
	kfdb_fini(k);
	kneigh_fini(k);
	kmdb_fini(k);
	kl3_fini(k);
	kaddr_free(k->addrs);
	nl_stream_free(k->s_link);
	nl_stream_free(k->s_nft);
	nl_req_free(k->req);
	filter_free(k->filter);
	kowned_free(k->owned);
	kuplink_fini(k);
	ksvi_fini(k);
	frr_each_safe (kbonds, &k->bonds, b)
		bond_forget(k, b);
	kmodel_fini(k);
	XFREE(MTYPE_KERNEL, k);
}
