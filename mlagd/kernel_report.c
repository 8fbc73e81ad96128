// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts to callbacks. After each turn of link events everything that can be
 * reported is computed anew and compared with what was said last; the peerlink
 * comes first, since losing it is what cannot wait. It decides nothing.
 */
#include <zebra.h>

#include "log.h"
#include "monotime.h"

#include "mlagd/kernel_int.h"

#define SETTLE_MS	20 /* a host may send 100 ms after our LACP is in sync */
#define SETTLE_SLOW_MS	1000
#define SETTLE_TRIES	250
#define REAPPLY_EVERY_MS 1000

static int64_t now_ms(void)
{
	struct timeval tv;

	monotime(&tv);
	return (int64_t)tv.tv_sec * 1000 + tv.tv_usec / 1000;
}

static bool peerlink_equal(const struct core_peerlink *a, const struct core_peerlink *b)
{
	return a->carrier == b->carrier && a->usable == b->usable && memcmp(&a->mac, &b->mac, sizeof(a->mac)) == 0;
}

static void report_peerlink(struct kernel *k)
{
	const struct klink *pl = kernel_peerlink(k), *l3 = kernel_l3(k);
	bool running = l3 && klink_up(l3) && l3->l.flags & IFF_RUNNING;
	ifindex_t index = klink_index(l3);
	struct core_peerlink now = {.mac = k->pl.mac}; /* who we are outlives the device: backups are spoken on */

	if (pl) {
		now.carrier = klink_any_carrier(pl);
		now.usable = now.carrier && running && klink_distributes(pl);
		memcpy(now.mac.b, pl->l.address, sizeof(now.mac.b));
	}
	if (k->pl_reported && peerlink_equal(&now, &k->pl) && index == k->l3 && running == k->l3_running)
		return;
	k->pl_reported = true;
	k->pl = now;
	k->l3 = index;
	k->l3_running = running;
	k->ops->peerlink(k->arg, &now, index, running);
}

static bool bond_equal(const struct core_bond *a, const struct core_bond *b)
{
	return a->mlag_id == b->mlag_id && a->present == b->present && a->carrier == b->carrier &&
	       a->distributing == b->distributing && a->collecting == b->collecting && a->lone == b->lone &&
	       a->may_bypass == b->may_bypass && a->shared_id == b->shared_id && a->held == b->held &&
	       a->was_up == b->was_up && a->was_dual == b->was_dual && a->was_gated == b->was_gated &&
	       a->was_echo == b->was_echo &&
	       strcmp(a->ifname, b->ifname) == 0 && memcmp(&a->partner, &b->partner, sizeof(a->partner)) == 0;
}

static void bond_now(const struct kernel *k, const struct kbond *b, struct core_bond *now)
{
	memset(now, 0, sizeof(*now));
	now->mlag_id = b->mlag_id;
	strlcpy(now->ifname, b->ifname, sizeof(now->ifname));
	now->present = kbond_present(k, b);
	if (!now->present)
		return;
	now->carrier = klink_any_carrier(b->link);
	now->distributing = klink_distributes(b->link);
	now->collecting = klink_collects(b->link);
	now->shared_id = kbond_shared_id(k, b);
	now->may_bypass = b->bypass;
	now->lone = b->bypass && klink_lone(b->link);
	now->held = kbond_held(k, b);
	now->was_up = b->was_up;
	now->was_dual = b->was_dual;
	now->was_gated = b->was_gated;
	now->was_echo = b->was_echo;
	now->held_split = b->was_fenced;
	if (now->distributing)
		memcpy(now->partner.b, b->link->l.partner, sizeof(now->partner.b));
}

static void adopt_port(const struct kbond *b, struct klink *port)
{
	port->flood_off = b->was_gated && port->l.have & NL_HAVE_LEARNING && !port->l.flood;
}

/* What an earlier run left, seen before this run changes anything. */
static void adopt(struct kernel *k, struct kbond *b)
{
	struct klink *u;

	if (!k->adopted || k->has_wanted)
		return;
	b->was_up = kbond_present(k, b) && !kbond_held(k, b) && klink_up(b->link) && kport_any(b->link, true);
	b->was_dual = filter_has(k->filter, FILTER_DUAL, b->ifname);
	b->was_fenced = kbond_held(k, b) && kowned_fenced(k->owned);
	b->was_gated = filter_has(k->filter, FILTER_GATED, b->ifname);
	b->was_echo = kbond_find_sources(k, b);
	if (!b->link)
		return;
	adopt_port(b, b->link);
	frr_each (kuppers, &b->link->uppers, u)
		adopt_port(b, u);
}

/* The callback may come back with kernel_apply(): nothing is held across it. */
static void report_bond(struct kernel *k, struct kbond *b)
{
	struct core_bond now;

	if (!b->reported)
		adopt(k, b);
	bond_now(k, b, &now);
	if (b->reported && bond_equal(&now, &b->last))
		return;
	b->reported = true;
	b->last = now;
	k->settle_tries = 0;
	k->ops->bond(k->arg, &now);
}

/* Partner's word and partner's name come without an event: ask for them. */
static void refresh(struct kernel *k)
{
	struct kbond *b;

	frr_each (kbonds, &k->bonds, b) {
		if (!b->refresh)
			continue;
		b->refresh = false;
		if (b->link)
			kmodel_refresh(k, b->link->l.ifindex);
	}
}

static void refresh_members(struct kernel *k, const struct klink *l)
{
	ifindex_t members[64];
	const struct klink *m;
	unsigned int i, n = 0;

	if (!klink_settling(l))
		return;
	frr_each (kmembers_const, &l->members, m)
		if (n < array_size(members))
			members[n++] = m->l.ifindex;
	for (i = 0; i < n; i++)
		kmodel_refresh(k, members[i]);
}

static void settle(struct event *t)
{
	struct kernel *k = EVENT_ARG(t);
	struct klink *pl = kernel_peerlink(k);
	struct kbond *b;

	if (pl)
		refresh_members(k, pl);
	frr_each (kbonds, &k->bonds, b)
		if (b->link)
			refresh_members(k, b->link);
	kernel_evaluate(k);
}

static bool anything_settles(const struct kernel *k)
{
	const struct klink *pl = kernel_peerlink(k);
	const struct kbond *b;

	if (pl && klink_settling(pl))
		return true;
	frr_each (kbonds_const, &k->bonds, b)
		if (b->link && klink_settling(b->link))
			return true;
	return false;
}

static void arm_settle(struct kernel *k)
{
	if (!anything_settles(k)) {
		event_cancel(&k->t_settle);
		k->settle_tries = 0;
		return;
	}
	if (!k->t_settle)
		event_add_timer_msec(k->loop, settle, k,
				     k->settle_tries++ < SETTLE_TRIES ? SETTLE_MS : SETTLE_SLOW_MS, &k->t_settle);
}

static void report_all(struct kernel *k)
{
	struct kbond *b;

	report_peerlink(k);
	kuplink_report(k);
	refresh(k);
	frr_each (kbonds, &k->bonds, b)
		report_bond(k, b);
	ksvi_report(k);
	kfdb_ports_changed(k);
	kneigh_report(k);
	kmdb_report(k);
	krouter_report(k);
}

static void report_ready(struct kernel *k)
{
	if (k->ready || kfdb_busy(k))
		return;
	k->ready = true;
	k->ops->ready(k->arg);
}

static void reapply_soon(struct kernel *k);

void kernel_evaluate(struct kernel *k)
{
	if (k->evaluating) {
		kernel_evaluate_soon(k);
		return;
	}
	k->evaluating = true;
	report_all(k);
	report_ready(k);
	arm_settle(k);
	k->evaluating = false;
	if (k->has_wanted && kernel_deviates(k))
		reapply_soon(k);
}

static void evaluate_event(struct event *t)
{
	kernel_evaluate(EVENT_ARG(t));
}

void kernel_evaluate_soon(struct kernel *k)
{
	if (!k->t_evaluate)
		event_add_event(k->loop, evaluate_event, k, 0, &k->t_evaluate);
}

static void reapply(struct event *t)
{
	struct kernel *k = EVENT_ARG(t);

	k->last_reapply = now_ms();
	k->ops->reapply(k->arg);
	if (k->has_wanted && kernel_deviates(k))
		reapply_soon(k);
}

/* kernel_apply() again: the first deviation is mended at once; whoever keeps changing it back is met once a second. */
static void reapply_soon(struct kernel *k)
{
	int64_t due = k->last_reapply + REAPPLY_EVERY_MS - now_ms();

	if (k->ops->reapply && !k->t_reapply)
		event_add_timer_msec(k->loop, reapply, k, k->last_reapply ? MAX(due, 0) : 0, &k->t_reapply);
}
