// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Questions about the kernel as it is, for what is typed (nb_check.c) and for
 * show. An interface that is not there is nothing to complain about: it may
 * come.
 */
#include <zebra.h>

#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"

bool kernel_is_no_svi(const struct kernel *k, const char *ifname)
{
	const struct klink *l = klink_find_name(k, ifname), *lower;

	if (!l)
		return false;
	if (l->l.kind == NL_KIND_BRIDGE)
		return l->l.vlan_filtering;
	if (l->l.kind != NL_KIND_VLAN || !(l->l.have & NL_HAVE_LINK) || l->l.have & NL_HAVE_NETNSID)
		return true;
	lower = klink_find(k, l->l.link);
	return lower && lower->l.kind != NL_KIND_BRIDGE;
}

/* RFC 9568: 00-00-5E-00-01-{VRID} for IPv4, 00-00-5E-00-02-{VRID} for IPv6. */
static bool is_vrrp(const struct klink *l)
{
	static const uint8_t iana[] = {0x00, 0x00, 0x5e, 0x00};
	size_t len = strlen(l->l.name);
	bool ours = len > 3 && strcmp(l->l.name + len - 3, "-v0") == 0;

	return l->l.kind == NL_KIND_MACVLAN && !ours && memcmp(l->l.address, iana, sizeof(iana)) == 0 &&
	       (l->l.address[4] == 1 || l->l.address[4] == 2);
}

const char *kernel_vrrp_device(const struct kernel *k)
{
	const struct klink *l;

	frr_each (klinks_const, &k->links, l)
		if (is_vrrp(l))
			return l->l.name;
	return NULL;
}

bool kernel_vrr_show(struct kernel *k, unsigned int i, struct kernel_vrr *out)
{
	return kvrr_show(k->vrrs, i, out);
}

bool kernel_vtep_show(struct kernel *k, unsigned int i, struct kernel_vtep *out)
{
	return kvtep_show(k->vteps, i, out);
}

unsigned int kernel_sources_moved(struct kernel *k, ifindex_t *ifindexes, unsigned int max)
{
	return kvtep_moved(k->vteps, ifindexes, max);
}

bool kernel_may_detour(const struct kernel *k)
{
	return k->pl.carrier && !kvtep_own(k->vteps);
}

/* Of a bond its members are taken. */
static bool suspended(const struct kernel *k, const struct klink *l)
{
	const struct klink *m;

	if (l->l.kind != NL_KIND_BOND)
		return !klink_up(l) && kowned_has(k->owned, l->l.ifindex);
	frr_each (kmembers_const, &l->members, m)
		if (!klink_up(m) && kowned_has(k->owned, m->l.ifindex))
			return true;
	return false;
}

bool kernel_orphan_show(const struct kernel *k, unsigned int i, struct kernel_orphan *out)
{
	const struct klink *l;

	if (i >= k->n_orphans)
		return false;
	memset(out, 0, sizeof(*out));
	strlcpy(out->ifname, k->orphans[i], sizeof(out->ifname));
	l = klink_find_name(k, out->ifname);
	out->suspended = l && suspended(k, l);
	out->conflict = l ? korphan_conflict(k, l) : "no such interface";
	return true;
}

/* ---------------------------------------------------------------- counters */

/* Since the last clear; the kernel's counter begins anew with the table. */
static uint64_t since(uint64_t now, uint64_t base)
{
	return now >= base ? now - base : now;
}

void kernel_stats(struct kernel *k, struct kernel_stats *stats)
{
	struct filter_stats f = {};

	*stats = k->stats;
	stats->has_filter = filter_stats(k->filter, &f);
	stats->filter = (struct filter_stats){
		.dual = since(f.dual, k->filter_base.dual),
		.gated_in = since(f.gated_in, k->filter_base.gated_in),
		.gated_out = since(f.gated_out, k->filter_base.gated_out),
		.gated_local = since(f.gated_local, k->filter_base.gated_local),
		.bpdu = since(f.bpdu, k->filter_base.bpdu),
		.own_query = since(f.own_query, k->filter_base.own_query),
	};
}

void kernel_bpdus_read(struct kernel *k)
{
	filter_read(k->filter);
}

uint64_t kernel_bpdus_dropped(const struct kernel *k, const char *ifname)
{
	const struct klink *l = klink_find_name(k, ifname), *u;
	uint64_t n = filter_quiet_drops(k->filter, ifname);

	if (l)
		frr_each (kuppers_const, &l->uppers, u)
			n += filter_quiet_drops(k->filter, u->l.name);
	return n;
}

void kernel_stats_clear(struct kernel *k)
{
	memset(&k->stats, 0, sizeof(k->stats));
	if (!filter_stats(k->filter, &k->filter_base))
		memset(&k->filter_base, 0, sizeof(k->filter_base));
}
