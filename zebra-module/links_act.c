// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The three changes that the dead-man may make, each a batch from what the last
 * look saw. The record of what was taken down is mlagd's own (kernel_owned.c),
 * read and, by the guard at boot, written the same way.
 */
#include <zebra.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "log.h"

#include "zebra-module/links_int.h"

static void refused(void *arg, uint32_t ifindex, int err, const char *text)
{
	struct links *ls = arg;
	const struct nl_link *l = links_at(ls, ifindex);

	if (err != -ENODEV && !ls->refused)
		zlog_warn("mlag: %s: the kernel refused a change: %s %s", l ? l->name : "?", safe_strerror(-err), text);
	ls->refused |= err != -ENODEV;
}

static struct nlmsghdr *link_msg(struct links *ls, uint16_t type, ifindex_t ifindex)
{
	struct nlmsghdr *nlh = nl_batch_msg(ls->req, type, 0);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));

	memset(ifi, 0, sizeof(*ifi));
	ifi->ifi_index = ifindex;
	return nlh;
}

static void add_own_id(struct links *ls, const struct nl_link *l)
{
	struct nlmsghdr *nlh = link_msg(ls, RTM_NEWLINK, l->ifindex);
	struct nlattr *info = mnl_attr_nest_start(nlh, IFLA_LINKINFO), *data;

	mnl_attr_put_str(nlh, IFLA_INFO_KIND, "bond");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put(nlh, IFLA_BOND_AD_ACTOR_SYSTEM, NL_MAC_LEN, (uint8_t[NL_MAC_LEN]){0});
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	nl_batch_add(ls->req, l->ifindex);
}

static void add_admin(struct links *ls, ifindex_t ifindex, bool up)
{
	struct nlmsghdr *nlh = link_msg(ls, RTM_SETLINK, ifindex);
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

	ifi->ifi_flags = up ? IFF_UP : 0;
	ifi->ifi_change = IFF_UP;
	nl_batch_add(ls->req, ifindex);
}

unsigned int links_own_id(struct links *ls)
{
	const struct nl_link *bond;

	nl_batch_begin(ls->req, refused, ls);
	for (unsigned int i = 0; i < links_n_bonds(ls); i++) {
		bond = links_bond(ls, i);
		if (bond && links_shows_other_id(bond))
			add_own_id(ls, bond);
	}
	return nl_batch_commit(ls->req);
}

/* Up, and the bridge takes in what is for it. */
static void add_gateway(struct links *ls, const struct nl_link *l)
{
	struct nlmsghdr *nlh = link_msg(ls, RTM_NEWLINK, l->ifindex);
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct ndmsg *ndm;
	uint32_t bridge;
	uint16_t vlan;

	ifi->ifi_flags = ifi->ifi_change = IFF_UP;
	mnl_attr_put_u8(nlh, IFLA_PROTO_DOWN, 0);
	nl_batch_add(ls->req, l->ifindex);
	if (!links_svi(ls, l->ifindex, &bridge, &vlan))
		return;
	nlh = nl_batch_msg(ls->req, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
	ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));
	memset(ndm, 0, sizeof(*ndm));
	ndm->ndm_family = AF_BRIDGE;
	ndm->ndm_ifindex = bridge;
	ndm->ndm_state = NUD_PERMANENT;
	ndm->ndm_flags = NTF_SELF;
	mnl_attr_put(nlh, NDA_LLADDR, NL_MAC_LEN, l->address);
	if (vlan)
		mnl_attr_put_u16(nlh, NDA_VLAN, vlan);
	nl_batch_add(ls->req, l->ifindex);
}

unsigned int links_give_back(struct links *ls, bool (*stay_down)(ifindex_t member))
{
	struct kowned *o = kowned_load(ls->state_dir);
	const struct nl_link *m;
	ifindex_t ifindex;

	nl_batch_begin(ls->req, refused, ls);
	for (unsigned int i = 0; kowned_at(o, 0) && i < ls->n; i++)
		if (nl_is_our_macvlan(&ls->l[i]) && !links_is_up(&ls->l[i]))
			add_gateway(ls, &ls->l[i]);
	for (unsigned int i = 0; (ifindex = kowned_at(o, i)); i++) {
		m = links_at(ls, ifindex);
		if (m && !links_is_up(m) && !(stay_down && stay_down(ifindex)))
			add_admin(ls, ifindex, true);
	}
	kowned_free(o);
	return nl_batch_commit(ls->req);
}

/* Into the record, or into the batch. */
static void take(struct links *ls, const struct nl_link *m, struct kowned *record)
{
	if (!links_is_up(m))
		return;
	if (record)
		kowned_add(record, m->ifindex, m->name);
	else
		add_admin(ls, m->ifindex, false);
}

static void take_members(struct links *ls, const struct nl_link *bond, struct kowned *record)
{
	for (unsigned int i = 0; i < ls->n; i++)
		if (ls->l[i].have & NL_HAVE_MASTER && ls->l[i].master == (uint32_t)bond->ifindex)
			take(ls, &ls->l[i], record);
}

static void take_all(struct links *ls, bool orphans, struct kowned *record)
{
	const struct nl_link *l;

	for (unsigned int i = 0; i < links_n_bonds(ls); i++) {
		l = links_bond(ls, i);
		if (l && nl_is_lacp(l))
			take_members(ls, l, record);
	}
	for (unsigned int i = 0; orphans && i < ls->orders->orders.n_orphans; i++) {
		l = links_orphan(ls, i);
		if (l && l->kind == NL_KIND_BOND)
			take_members(ls, l, record);
		else if (l)
			take(ls, l, record);
	}
}

unsigned int links_take_down(struct links *ls, bool orphans)
{
	struct kowned *o = kowned_load(ls->state_dir);
	bool recorded;

	take_all(ls, orphans, o);
	recorded = kowned_save(o);
	kowned_free(o);
	if (!recorded)
		return 0;
	nl_batch_begin(ls->req, refused, ls);
	take_all(ls, orphans, NULL);
	return nl_batch_commit(ls->req);
}
