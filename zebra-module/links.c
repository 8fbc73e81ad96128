// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One dump of all links a look: while mlagd is silent that is once a second
 * and at each change, and of thousands of links it takes milliseconds.
 */
#include <zebra.h>
#include <linux/rtnetlink.h>

#include "log.h"
#include "memory.h"

#include "zebra-module/links_int.h"

DEFINE_MGROUP(MLAGD_KERNEL, "mlag links"); /* here what kernel.c is in mlagd */
DEFINE_MTYPE_STATIC(MLAGD_KERNEL, LINKS, "mlag links");

#define LINKS_MAX 65536

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

static const struct nl_link *links_named(const struct links *ls, const char *name)
{
	for (unsigned int i = 0; name[0] && i < ls->n; i++)
		if (strncmp(ls->l[i].name, name, IFNAMSIZ) == 0)
			return &ls->l[i];
	return NULL;
}

const struct nl_link *links_at(const struct links *ls, ifindex_t ifindex)
{
	for (unsigned int i = 0; i < ls->n; i++)
		if (ls->l[i].ifindex == ifindex)
			return &ls->l[i];
	return NULL;
}

/* The bond below the peerlink's L3 device, or that itself; NULL: there is none. */
static const struct nl_link *peerlink(const struct links *ls)
{
	const struct nl_link *l3 = ls->orders->n_names ? links_named(ls, ls->orders->name[0]) : NULL;

	return l3 && l3->kind == NL_KIND_VLAN && l3->have & NL_HAVE_LINK ? links_at(ls, l3->link) : l3;
}

static bool has_carrier(const struct nl_link *l)
{
	return (l->flags & (IFF_UP | NL_IFF_LOWER_UP)) == (IFF_UP | NL_IFF_LOWER_UP);
}

/* Some member of it is so; a link that is no bond stands for itself. */
static bool any_member(const struct links *ls, const struct nl_link *bond, bool (*so)(const struct nl_link *l))
{
	if (bond->kind != NL_KIND_BOND)
		return so(bond);
	for (unsigned int i = 0; links_is_up(bond) && i < ls->n; i++)
		if (ls->l[i].have & NL_HAVE_MASTER && ls->l[i].master == (uint32_t)bond->ifindex && so(&ls->l[i]))
			return true;
	return false;
}

static bool carries(const struct nl_link *m)
{
	return has_carrier(m) && nl_lacp_active(m) && nl_lacp_partner_ready(m);
}

bool links_shows_other_id(const struct nl_link *l)
{
	return nl_is_lacp(l) && l->have & NL_HAVE_ACTOR_SYSTEM &&
	       memcmp(l->actor_system, (uint8_t[NL_MAC_LEN]){0}, NL_MAC_LEN) != 0;
}

/* Bond number i of the orders, as the kernel has it; NULL: it has not. */
const struct nl_link *links_bond(const struct links *ls, unsigned int i)
{
	return links_named(ls, ls->orders->name[1 + i]);
}

unsigned int links_n_bonds(const struct links *ls)
{
	return ls->orders->n_names ? ls->orders->n_names - 1 - ls->orders->orders.n_orphans : 0;
}

const struct nl_link *links_orphan(const struct links *ls, unsigned int i)
{
	return links_named(ls, ls->orders->name[ls->orders->n_names - ls->orders->orders.n_orphans + i]);
}

/* Walk the record: its members that are down now. */
static bool any_taken(const struct links *ls)
{
	struct kowned *o = kowned_load(ls->state_dir);
	const struct nl_link *m;
	bool found = false;
	ifindex_t ifindex;

	for (unsigned int i = 0; (ifindex = kowned_at(o, i)) && !found; i++) {
		m = links_at(ls, ifindex);
		found = m && !links_is_up(m);
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
	for (unsigned int i = 0; i < links_n_bonds(ls); i++) {
		bond = links_bond(ls, i);
		if (!bond)
			continue;
		facts->any_bond = true;
		facts->shared |= links_shows_other_id(bond);
		if (any_member(ls, bond, nl_is_lacp(bond) ? carries : has_carrier))
			facts->distributing = true;
		else
			facts->some_down = true;
	}
	facts->taken = any_taken(ls);
	return true;
}

bool links_port_works(const struct links *ls, ifindex_t ifindex)
{
	const struct nl_link *l = links_at(ls, ifindex);

	if (l && l->kind == NL_KIND_VLAN) /* a port of a bridge that knows no VLANs */
		l = links_at(ls, l->link);
	return l && l != peerlink(ls) && l->kind != NL_KIND_VXLAN && any_member(ls, l, nl_is_lacp(l) ? carries : has_carrier);
}

bool links_svi(const struct links *ls, ifindex_t ifindex, uint32_t *bridge, uint16_t *vlan)
{
	const struct nl_link *l = links_at(ls, ifindex);

	if (l && l->kind == NL_KIND_MACVLAN)
		l = links_at(ls, l->link);
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
