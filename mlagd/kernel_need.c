// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Predicates: what is still to be done to a bond, a member or a port so that
 * actual becomes wanted. apply acts on them, and whether anything deviates is
 * asked of the same ones, so the two cannot disagree. Nothing is changed here.
 */
#include <zebra.h>

#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"

const struct mc_mac kernel_no_mac;

/* What the core wants of the MLAG bond l; NULL: nothing, or it is no MLAG bond. */
static const struct core_wanted_bond *wanted(const struct kernel *k, const struct klink *l)
{
	return k->managing && l->bond && l->bond->has_want && l != kernel_peerlink(k) ? &l->bond->want : NULL;
}

static bool wants_hold(const struct kernel *k, const struct klink *l)
{
	const struct core_wanted_bond *w = wanted(k, l);

	return w && w->hold != CORE_HOLD_NONE;
}

static bool has_lacp(const struct klink *l)
{
	return nl_is_lacp(&l->l) && l->l.have & NL_HAVE_ACTOR_SYSTEM;
}

static bool has_system_id(const struct klink *l, const struct mc_mac *mac)
{
	return memcmp(l->l.actor_system, mac->b, sizeof(mac->b)) == 0;
}

static bool is_given_id(const struct kernel *k, const struct klink *l)
{
	return memcmp(&k->system_mac, &kernel_no_mac, sizeof(kernel_no_mac)) != 0 && has_system_id(l, &k->system_mac);
}

/* No MLAG bond (any more): only the id that we gave is taken away. One the core has not spoken of keeps its id. */
bool kneeds_own_id(const struct kernel *k, const struct klink *l)
{
	const struct core_wanted_bond *w = wanted(k, l);

	if (!has_lacp(l))
		return false;
	if (k->managing && l->bond && l != kernel_peerlink(k))
		return w && !w->shared_id && !has_system_id(l, &kernel_no_mac);
	return is_given_id(k, l);
}

bool kneeds_shared_id(const struct kernel *k, const struct klink *l)
{
	const struct core_wanted_bond *w = wanted(k, l);

	return w && w->shared_id && has_lacp(l) && !has_system_id(l, &k->system_mac);
}

bool kneeds_taking(const struct kernel *k, const struct klink *l)
{
	const struct klink *m;

	if (!wants_hold(k, l))
		return false;
	frr_each (kmembers_const, &l->members, m)
		if (klink_up(m))
			return true;
	return false;
}

/* A port goes with the bond that it is a member of, else by itself. */
static const struct klink *leg_of(const struct klink *m)
{
	return m->master && m->master->l.kind == NL_KIND_BOND ? m->master : m;
}

/* D5: its host is attached to this member alone, and is to look for another one with the hosts of the bonds. */
static bool is_orphan(const struct kernel *k, const struct klink *l)
{
	for (unsigned int i = 0; i < k->n_orphans; i++)
		if (strmatch(k->orphans[i], l->l.name))
			return !l->bond && !korphan_conflict(k, l);
	return false;
}

static bool held(const struct kernel *k, const struct klink *leg)
{
	return wants_hold(k, leg) || (k->managing && k->hold != CORE_HOLD_NONE && is_orphan(k, leg));
}

bool kneeds_down(const struct kernel *k, const struct klink *m)
{
	return klink_up(m) && m->l.kind != NL_KIND_BOND && held(k, leg_of(m));
}

/* A member of ours that nothing holds any more. A bond not heard of yet keeps what it has. */
bool kmember_free(const struct kernel *k, const struct klink *m)
{
	const struct klink *leg = leg_of(m);

	if (!k->managing || leg == kernel_peerlink(k))
		return true;
	if (!leg->bond)
		return !held(k, leg);
	return wanted(k, leg) && !wants_hold(k, leg);
}

static bool anything_free(const struct kernel *k)
{
	const struct klink *m;
	ifindex_t ifindex;
	unsigned int i;

	for (i = 0; (ifindex = kowned_at(k->owned, i)); i++) {
		m = klink_find(k, ifindex);
		if (!m || kmember_free(k, m))
			return true;
	}
	return false;
}

/* The backup port that l is to have; false: leave it as it is. */
bool kneeds_backup_port(const struct kernel *k, const struct klink *l, ifindex_t *want)
{
	const struct klink *base = klink_base(l), *way;

	if ((!base->bond && !base->was_bond) || base == kernel_peerlink(k) || !(way = kbridge_way(k, klink_bridge(l))))
		return false;
	*want = k->managing && base->bond ? way->l.ifindex : 0;
	if (*want)
		return l->l.backup_port != (uint32_t)*want;
	return l->l.backup_port == (uint32_t)way->l.ifindex;
}

/*
 * The host may send as soon as it has heard us, up to 100 ms before our own LACP
 * machine collects: such frames are taken in, not dropped (D2).
 */
bool kneeds_receive_all(const struct kernel *k, const struct klink *l, uint8_t *want)
{
	if ((!l->bond && !l->was_bond) || !(l->l.have & NL_HAVE_RECEIVE_ALL))
		return false;
	*want = k->managing && l->bond;
	return l->l.receive_all != *want;
}

/*
 * A host may be heard on a leg before that leg can answer. Learning its address
 * there would undo the detour with each frame, so the bridge learns on usable legs only.
 */
bool kneeds_bond_learning(const struct kernel *k, const struct klink *l, uint8_t *want)
{
	const struct klink *base = klink_base(l);
	const struct core_wanted_bond *w = wanted(k, base);

	if ((!base->bond && !base->was_bond) || !klink_bridge(l) || !(l->l.have & NL_HAVE_LEARNING))
		return false;
	if (k->managing && base->bond && !w)
		return false; /* the core has not spoken of it yet */
	*want = !w || (w->usable && w->hold == CORE_HOLD_NONE);
	return l->l.learning != *want;
}

/* What is flooded must not leave both legs. nft drops groups, but cannot tell an unknown address from a known one. */
bool kneeds_bond_flood(const struct kernel *k, const struct klink *l, uint8_t *want)
{
	const struct klink *base = klink_base(l);
	const struct core_wanted_bond *w = wanted(k, base);

	if ((!base->bond && !l->flood_off) || !klink_bridge(l) || !(l->l.have & NL_HAVE_LEARNING))
		return false;
	if (k->managing && base->bond && !w)
		return false; /* the core has not spoken of it yet */
	*want = !w || (w->flood && !(w->echo && base->bond->no_flood));
	return l->l.flood != *want && (!*want || l->flood_off);
}

bool kneeds_learning_off(const struct kernel *k, const struct klink *l)
{
	return k->managing && klink_is_way(k, l) && l->l.have & NL_HAVE_LEARNING && l->l.learning;
}

/* A port that led to the peer learns again. */
bool kneeds_learning_on(const struct kernel *k, const struct klink *l)
{
	return l->deaf && (!k->managing || !klink_is_way(k, l)) && klink_bridge(l) && l->l.have & NL_HAVE_LEARNING &&
	       !l->l.learning;
}

/* By all names under which frames of it come and go; its own also while it is gone. */
static void put_names(const struct kernel *k, enum filter_set set, const char *ifname, const struct klink *link)
{
	const struct klink *u;

	filter_want(k->filter, set, ifname);
	if (link)
		frr_each (kuppers_const, &link->uppers, u)
			if (u != kernel_l3(k))
				filter_want(k->filter, set, u->l.name);
}

static void put_sources(const struct kernel *k, enum filter_set set, const struct kbond *b, const char *ifname)
{
	for (unsigned int i = 0; i < b->n_sources; i++)
		filter_want_source(k->filter, set, ifname, b->sources[i].b);
}

static void put_host(const struct kernel *k, enum filter_set set, const struct kbond *b)
{
	const struct klink *u;

	put_sources(k, set, b, b->ifname);
	if (b->link)
		frr_each (kuppers_const, &b->link->uppers, u)
			put_sources(k, set, b, u->l.name);
}

static void put_rising(const struct kernel *k, const struct kbond *b)
{
	if (b->want.echo && b->echo_list)
		put_host(k, FILTER_ECHO, b);
	if (!b->want.rising || !b->cross_list)
		return; /* the peer does not flood there, and groups wait at the gate */
	put_names(k, FILTER_RISING, b->ifname, b->link);
	if (b->want.cross)
		put_host(k, FILTER_CROSS, b);
}

void kneeds_filter(const struct kernel *k)
{
	const struct kbond *b;

	filter_begin(k->filter);
	put_names(k, FILTER_PEERLINK, k->pl_name, kernel_peerlink(k));
	frr_each (kbonds_const, &k->bonds, b) {
		if (b->has_want && b->want.dual)
			put_names(k, FILTER_DUAL, b->ifname, b->link);
		if (b->has_want && b->want.gated)
			put_names(k, FILTER_GATED, b->ifname, b->link);
		if (b->has_want && b->want.quiet)
			put_names(k, FILTER_QUIET, b->ifname, b->link);
		if (b->has_want)
			put_rising(k, b);
	}
}

bool kernel_deviates(const struct kernel *k)
{
	const struct klink *l;
	ifindex_t want;
	uint8_t on;

	frr_each (klinks_const, &k->links, l)
		if (kneeds_own_id(k, l) || kneeds_shared_id(k, l) || kneeds_down(k, l) ||
		    kneeds_backup_port(k, l, &want) || kneeds_receive_all(k, l, &on) ||
		    kneeds_bond_learning(k, l, &on) || kneeds_bond_flood(k, l, &on) || kneeds_learning_off(k, l) ||
		    kneeds_learning_on(k, l))
			return true;
	if (kl3_differs(k))
		return true;
	if (anything_free(k))
		return true;
	if (!k->managing)
		return filter_present(k->filter);
	kneeds_filter(k);
	return filter_differs(k->filter);
}
