// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts read off the table of links: carrier, distributing, which device is
 * the peerlink, whether a bond is held. Pure: no socket, nothing kept.
 */
#include <zebra.h>

#include "mlagd/kernel_int.h"

/* Up, and its own carrier is there. */
static bool has_carrier(const struct klink *l)
{
	return (l->l.flags & (IFF_UP | NL_IFF_LOWER_UP)) == (IFF_UP | NL_IFF_LOWER_UP);
}

struct klink *klink_bridge(const struct klink *l)
{
	return l->master && l->master->l.kind == NL_KIND_BRIDGE ? l->master : NULL;
}

bool klink_any_carrier(const struct klink *l)
{
	const struct klink *m;

	if (l->l.kind != NL_KIND_BOND)
		return has_carrier(l);
	if (!klink_up(l))
		return false;
	frr_each (kmembers_const, &l->members, m)
		if (has_carrier(m))
			return true;
	return false;
}

static bool member_ready(const struct klink *m)
{
	return has_carrier(m) && nl_lacp_active(&m->l) && nl_lacp_partner_ready(&m->l);
}

/* A second or two before the host sends: by then the peer has acknowledged, also on a busy machine. */
static bool member_heard(const struct klink *m)
{
	const uint8_t unheard = NL_LACP_DEFAULTED | NL_LACP_EXPIRED;

	return has_carrier(m) && m->l.have & NL_HAVE_ACTOR_PORT_STATE && !(m->l.actor_port_state & unheard);
}

/* An interface without LACP has what carrier says. */
static bool any_member(const struct klink *l, bool (*is)(const struct klink *m))
{
	const struct klink *m;

	if (!nl_is_lacp(&l->l))
		return klink_any_carrier(l);
	if (!klink_up(l))
		return false;
	frr_each (kmembers_const, &l->members, m)
		if (is(m))
			return true;
	return false;
}

bool klink_distributes(const struct klink *l)
{
	return any_member(l, member_ready);
}

bool klink_collects(const struct klink *l)
{
	return any_member(l, member_heard);
}

bool klink_lone(const struct klink *l)
{
	const struct klink *m;
	bool any = false;

	if (!nl_is_lacp(&l->l) || !klink_up(l))
		return false;
	frr_each (kmembers_const, &l->members, m) {
		if (!has_carrier(m))
			continue;
		if (!(m->l.have & NL_HAVE_ACTOR_PORT_STATE) || !(m->l.actor_port_state & NL_LACP_DEFAULTED) ||
		    m->l.actor_port_state & NL_LACP_EXPIRED)
			return false;
		any = true;
	}
	return any;
}

bool klink_settling(const struct klink *l)
{
	const struct klink *m;

	if (!nl_is_lacp(&l->l))
		return false;
	frr_each (kmembers_const, &l->members, m)
		if (has_carrier(m) && !member_ready(m))
			return true;
	return false;
}

struct klink *kernel_l3(const struct kernel *k)
{
	return klink_find_name(k, k->peer_link);
}

struct klink *kernel_peerlink(const struct kernel *k)
{
	struct klink *l3 = kernel_l3(k);

	if (!l3 || l3->l.kind != NL_KIND_VLAN)
		return l3;
	return l3->l.have & NL_HAVE_LINK && !(l3->l.have & NL_HAVE_NETNSID) ? klink_find(k, l3->l.link) : NULL;
}

const char *korphan_conflict(const struct kernel *k, const struct klink *l)
{
	const struct klink *u;
	bool port = klink_bridge(l);

	if (l == kernel_peerlink(k) || l == kernel_l3(k) || (l->master && l->master == kernel_peerlink(k)))
		return "leads to the peer";
	if (l->master && l->master->l.kind == NL_KIND_BOND)
		return "is a bond's member";
	frr_each (kuppers_const, &l->uppers, u)
		port |= klink_bridge(u) != NULL;
	return port ? NULL : "not in a bridge";
}

/* The peerlink leads to no host: an mlag id on it is a conflict, not an order. */
bool kbond_present(const struct kernel *k, const struct kbond *b)
{
	return b->link && nl_is_lacp(&b->link->l) && b->link != kernel_peerlink(k) && kport_any(b->link, false);
}

bool kbond_shared_id(const struct kernel *k, const struct kbond *b)
{
	return b->link && b->link->l.have & NL_HAVE_ACTOR_SYSTEM &&
	       memcmp(b->link->l.actor_system, k->system_mac.b, sizeof(k->system_mac.b)) == 0;
}

bool kbond_held(const struct kernel *k, const struct kbond *b)
{
	const struct klink *m;
	bool ours = false;

	if (!b->link)
		return false;
	frr_each (kmembers_const, &b->link->members, m) {
		if (klink_up(m))
			return false;
		if (kowned_has(k->owned, m->l.ifindex))
			ours = true;
	}
	return ours;
}
