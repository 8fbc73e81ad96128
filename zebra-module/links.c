// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One dump of all links a look: while mlagd is silent that is once a second
 * and at each change, and of thousands of links it takes milliseconds. The
 * record of what was taken down is mlagd's own (kernel_owned.c), read and, by
 * the guard at boot, written the same way.
 */
#include <zebra.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "log.h"
#include "memory.h"

#include "mlagd/kernel_int.h"
#include "zebra-module/links.h"

DEFINE_MGROUP(MLAGD_KERNEL, "mlag links"); /* here what kernel.c is in mlagd */
DEFINE_MTYPE_STATIC(MLAGD_KERNEL, LINKS, "mlag links");

#define LINKS_MAX 65536

struct links {
	char state_dir[PATH_MAX];
	struct nl_req *req;
	struct nl_link *l;
	unsigned int n, cap;
	const struct channel_msg *orders; /* of the look */
	bool refused; /* said already */
};

struct links *links_new(const char *state_dir)
{
	struct links *ls = XCALLOC(MTYPE_LINKS, sizeof(*ls));

	strlcpy(ls->state_dir, state_dir, sizeof(ls->state_dir));
	ls->req = nl_req_new();
	if (ls->req)
		return ls;
	XFREE(MTYPE_LINKS, ls);
	return NULL;
}

void links_free(struct links *ls)
{
	if (!ls)
		return;
	nl_req_free(ls->req);
	XFREE(MTYPE_LINKS, ls->l);
	XFREE(MTYPE_LINKS, ls);
}

/* ------------------------------------------------------------------- look */

static void take(void *arg, const struct nlmsghdr *nlh)
{
	struct links *ls = arg;

	if (ls->n == LINKS_MAX)
		return;
	if (ls->n == ls->cap) {
		ls->cap = ls->cap ? 2 * ls->cap : 64;
		ls->l = XREALLOC(MTYPE_LINKS, ls->l, ls->cap * sizeof(*ls->l));
	}
	if (nl_parse_link(nlh, &ls->l[ls->n], NULL) && ls->l[ls->n].family == AF_UNSPEC)
		ls->n++;
}

static bool dump(struct links *ls)
{
	char buf[MNL_NLMSG_HDRLEN + sizeof(struct ifinfomsg)] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	int ret;

	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	memset(mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg)), 0, sizeof(struct ifinfomsg));
	ls->n = 0;
	ret = nl_req_get(ls->req, nlh, take, ls);
	if (ret < 0 && ret != -EINTR) /* interrupted: an event follows, and with it another look */
		zlog_warn("mlag: cannot read the links: %s", safe_strerror(-ret));
	return ret == 0;
}

static const struct nl_link *by_name(const struct links *ls, const char *name)
{
	for (unsigned int i = 0; name[0] && i < ls->n; i++)
		if (strncmp(ls->l[i].name, name, IFNAMSIZ) == 0)
			return &ls->l[i];
	return NULL;
}

static const struct nl_link *by_index(const struct links *ls, ifindex_t ifindex)
{
	for (unsigned int i = 0; i < ls->n; i++)
		if (ls->l[i].ifindex == ifindex)
			return &ls->l[i];
	return NULL;
}

/* The bond below the peerlink's L3 device, or that itself; NULL: there is none. */
static const struct nl_link *peerlink(const struct links *ls)
{
	const struct nl_link *l3 = ls->orders->n_names ? by_name(ls, ls->orders->name[0]) : NULL;

	return l3 && l3->kind == NL_KIND_VLAN && l3->have & NL_HAVE_LINK ? by_index(ls, l3->link) : l3;
}

static bool is_up(const struct nl_link *l)
{
	return l->flags & IFF_UP;
}

static bool has_carrier(const struct nl_link *l)
{
	return (l->flags & (IFF_UP | NL_IFF_LOWER_UP)) == (IFF_UP | NL_IFF_LOWER_UP);
}

static bool is_lacp(const struct nl_link *l)
{
	return l->kind == NL_KIND_BOND && l->have & NL_HAVE_BOND_MODE && l->bond_mode == NL_BOND_MODE_8023AD;
}

/* Some member of it is so; a link that is no bond stands for itself. */
static bool any_member(const struct links *ls, const struct nl_link *bond, bool (*so)(const struct nl_link *l))
{
	if (bond->kind != NL_KIND_BOND)
		return so(bond);
	for (unsigned int i = 0; is_up(bond) && i < ls->n; i++)
		if (ls->l[i].have & NL_HAVE_MASTER && ls->l[i].master == (uint32_t)bond->ifindex && so(&ls->l[i]))
			return true;
	return false;
}

static bool carries(const struct nl_link *m)
{
	return has_carrier(m) && nl_lacp_active(m) && nl_lacp_partner_ready(m);
}

static bool shows_other_id(const struct nl_link *l)
{
	return is_lacp(l) && l->have & NL_HAVE_ACTOR_SYSTEM &&
	       memcmp(l->actor_system, (uint8_t[NL_MAC_LEN]){0}, NL_MAC_LEN) != 0;
}

/* Bond number i of the orders, as the kernel has it; NULL: it has not. */
static const struct nl_link *bond_at(const struct links *ls, unsigned int i)
{
	return by_name(ls, ls->orders->name[1 + i]);
}

static unsigned int n_bonds(const struct links *ls)
{
	return ls->orders->n_names ? ls->orders->n_names - 1 : 0;
}

/* Walk the record: its members that are down now. */
static bool any_taken(const struct links *ls)
{
	struct kowned *o = kowned_load(ls->state_dir);
	const struct nl_link *m;
	bool found = false;
	ifindex_t ifindex;

	for (unsigned int i = 0; (ifindex = kowned_at(o, i)) && !found; i++) {
		m = by_index(ls, ifindex);
		found = m && !is_up(m);
	}
	kowned_free(o);
	return found;
}

bool links_look(struct links *ls, const struct channel_msg *orders, struct links_facts *facts)
{
	const struct nl_link *pl, *bond;

	ls->orders = orders;
	if (!dump(ls))
		return false;
	memset(facts, 0, sizeof(*facts));
	pl = peerlink(ls);
	facts->peerlink = pl ? pl->ifindex : 0;
	facts->carrier = pl && any_member(ls, pl, has_carrier);
	for (unsigned int i = 0; i < n_bonds(ls); i++) {
		bond = bond_at(ls, i);
		if (!bond)
			continue;
		facts->any_bond = true;
		facts->shared |= shows_other_id(bond);
		if (any_member(ls, bond, is_lacp(bond) ? carries : has_carrier))
			facts->distributing = true;
		else
			facts->some_down = true;
	}
	facts->taken = any_taken(ls);
	return true;
}

bool links_port_works(const struct links *ls, ifindex_t ifindex)
{
	const struct nl_link *l = by_index(ls, ifindex);

	return l && l != peerlink(ls) && l->kind != NL_KIND_VXLAN && any_member(ls, l, is_lacp(l) ? carries : has_carrier);
}

bool links_svi(const struct links *ls, ifindex_t ifindex, uint32_t *bridge, uint16_t *vlan)
{
	const struct nl_link *l = by_index(ls, ifindex);

	if (l && l->kind == NL_KIND_MACVLAN)
		l = by_index(ls, l->link);
	if (!l || (l->kind != NL_KIND_VLAN && l->kind != NL_KIND_BRIDGE))
		return false;
	*bridge = l->kind == NL_KIND_VLAN ? l->link : (uint32_t)l->ifindex;
	*vlan = l->kind == NL_KIND_VLAN ? l->vlan_id : 0;
	return true;
}

struct nl_req *links_req(struct links *ls)
{
	return ls->req;
}

/* -------------------------------------------------------------------- act */

static void refused(void *arg, uint32_t ifindex, int err, const char *text)
{
	struct links *ls = arg;
	const struct nl_link *l = by_index(ls, ifindex);

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
	for (unsigned int i = 0; i < n_bonds(ls); i++) {
		bond = bond_at(ls, i);
		if (bond && shows_other_id(bond))
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
		if (nl_is_our_macvlan(&ls->l[i]) && !is_up(&ls->l[i]))
			add_gateway(ls, &ls->l[i]);
	for (unsigned int i = 0; (ifindex = kowned_at(o, i)); i++) {
		m = by_index(ls, ifindex);
		if (m && !is_up(m) && !(stay_down && stay_down(ifindex)))
			add_admin(ls, ifindex, true);
	}
	kowned_free(o);
	return nl_batch_commit(ls->req);
}

/* Members of the bonds that are up: into the record, or into a batch. */
static void for_each_up(struct links *ls, struct kowned *record)
{
	const struct nl_link *bond;

	for (unsigned int b = 0; b < n_bonds(ls); b++) {
		bond = bond_at(ls, b);
		for (unsigned int i = 0; bond && is_lacp(bond) && i < ls->n; i++) {
			const struct nl_link *m = &ls->l[i];

			if (!(m->have & NL_HAVE_MASTER) || m->master != (uint32_t)bond->ifindex || !is_up(m))
				continue;
			if (record)
				kowned_add(record, m->ifindex, m->name);
			else
				add_admin(ls, m->ifindex, false);
		}
	}
}

unsigned int links_take_down(struct links *ls)
{
	struct kowned *o = kowned_load(ls->state_dir);
	bool recorded;

	for_each_up(ls, o);
	recorded = kowned_save(o);
	kowned_free(o);
	if (!recorded)
		return 0;
	nl_batch_begin(ls->req, refused, ls);
	for_each_up(ls, NULL);
	return nl_batch_commit(ls->req);
}
