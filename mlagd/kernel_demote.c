// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * While the routes of an SVI are held back, the kernel's own connected route
 * would still win on this member (metric 0) against what zebra has from the
 * other (metric 20): packets would go to legs that are down. So the addresses'
 * metric is raised, behind every routing protocol, and taken back with the hold.
 *
 * The metric itself says that it is ours; nothing is recorded.
 */
#include <zebra.h>

#include "log.h"

#include "mlagd/kernel_addr.h"
#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"

#define DEMOTED 1000000000

/* One that expires is renewed by somebody else, metric and all. */
static bool demotable(const struct kaddr *a)
{
	return a->a.valid == UINT32_MAX &&
	       !(a->p.family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&a->p.u.prefix6)) &&
	       (a->a.priority == 0 || a->a.priority == DEMOTED || a->p.family == AF_INET6);
}

static bool differs(const struct kaddr *a, bool hold)
{
	return demotable(a) && hold != (a->a.priority == DEMOTED);
}

static bool any_differs(const struct kernel *k, const struct klink *svi, bool hold)
{
	struct kaddr *a = NULL;

	while ((a = kaddr_next(k->addrs, svi->l.ifindex, a)))
		if (differs(a, hold))
			return true;
	return false;
}

/* SVIs themselves: the macvlans on them have no connected routes. */
static bool is_held(const struct kernel *k, const struct klink *l)
{
	uint16_t vlan;

	return k->hold_routes && ksvi_needed(k, l, &vlan) && !kvrr_excluded(k->vrrs, vlan);
}

bool kdemote_differs(const struct kernel *k)
{
	const struct klink *l;
	uint16_t vlan;

	if (k->demote_refused)
		return false;
	frr_each (klinks_const, &k->links, l)
		if (ksvi_is(k, l, &vlan) && any_differs(k, l, is_held(k, l)))
			return true;
	return false;
}

static void refused(void *arg, uint32_t ifindex, int err, const char *text)
{
	struct kernel *k = arg;
	const struct klink *l = klink_find(k, ifindex);

	k->demote_refused = true;
	zlog_warn("%s: the metric of its addresses cannot be changed: %s%s%s", l ? l->l.name : "?", strerror(-err),
		  text[0] ? ": " : "", text);
}

void kdemote_apply(struct kernel *k, bool hold_routes)
{
	const struct klink *l;
	uint16_t vlan;

	k->demote_refused = k->demote_refused && k->hold_routes == hold_routes;
	k->hold_routes = hold_routes;
	if (!kdemote_differs(k))
		return;
	nl_batch_begin(k->req, refused, k);
	frr_each (klinks_const, &k->links, l) {
		struct kaddr *a = NULL;

		if (!ksvi_is(k, l, &vlan))
			continue;
		while ((a = kaddr_next(k->addrs, l->l.ifindex, a)))
			if (differs(a, is_held(k, l)))
				kaddr_batch_rank(k, a, is_held(k, l) ? DEMOTED : 0);
	}
	nl_batch_commit(k->req);
	kaddr_catch_up(k->addrs);
}
