// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rooms of layer 3 in the order in which they are entered, and the filter
 * that two of them share. The shared VTEP is the devices' source as long as the
 * gateway serves, with the legs, and attracts traffic as long as routes do.
 */
#include <zebra.h>

#include "mlagd/kernel_addr.h"
#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"
#include "mlagd/l3_filter.h"

#define GATEWAYS_MAX 4094
#define VXLANS_MAX   4094
#define WAYS_MAX     4094

/* The order of the links changes. */
static int name_cmp(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* vxlan devices that are ports of the pair's bridges. */
static unsigned int list_vxlans(const struct kernel *k, const char **names)
{
	const struct klink *l;
	unsigned int n = 0;

	frr_each (klinks_const, &k->links, l)
		if (l->l.kind == NL_KIND_VXLAN && n < VXLANS_MAX && kbridge_way(k, klink_bridge(l)))
			names[n++] = l->l.name;
	qsort(names, n, sizeof(*names), name_cmp);
	return n;
}

/* The peerlink, also while it is gone, and the VLAN devices on it that are ports of the pair's bridges. */
static unsigned int list_ways(const struct kernel *k, const char **names)
{
	const struct klink *pl = kernel_peerlink(k), *u;
	unsigned int n = 0;

	names[n++] = k->pl_name;
	if (pl)
		frr_each (kuppers_const, &pl->uppers, u)
			if (n < WAYS_MAX && klink_is_way(k, u))
				names[n++] = u->l.name;
	qsort(names + 1, n - 1, sizeof(*names), name_cmp);
	return n;
}

/* Valid until the next call, or the next link event. */
static const struct l3_filter_wish *wish(const struct kernel *k)
{
	static struct ethaddr macs[GATEWAYS_MAX];
	static struct prefix addrs[GATEWAYS_MAX];
	static const char *vxlans[VXLANS_MAX], *ways[WAYS_MAX];
	static struct l3_filter_wish w;

	w = (struct l3_filter_wish){.peerlinks = ways, .macs = macs, .addrs = addrs, .vxlans = vxlans};
	w.n_peerlinks = list_ways(k, ways);
	if (!k->managing)
		return &w;
	kvrr_list(k->vrrs, macs, &w.n_macs, addrs, &w.n_addrs, GATEWAYS_MAX);
	w.n_vxlans = list_vxlans(k, vxlans);
	w.apart = kvtep_apart(k->vteps);
	return &w;
}

bool kl3_differs(const struct kernel *k)
{
	return k->addrs && (kvrr_differs(k->vrrs) || kvtep_differs(k->vteps) || kdemote_differs(k) ||
			    l3_filter_differs(k->l3_filter, wish(k)));
}

void kl3_withdraw(struct kernel *k, const struct core_wanted *w)
{
	kvtep_withdraw(k->vteps, w->manage && w->gateway, w->manage && w->shared_vtep);
}

void kl3_local(struct kernel *k, const struct core_wanted *w)
{
	kdemote_apply(k, w->manage && w->hold_routes);
	kvtep_source(k->vteps);
	l3_filter_set(k->l3_filter, wish(k));
	kvrr_apply(k->vrrs, w->manage, w->manage && w->gateway);
}

void kl3_attract(struct kernel *k)
{
	kvtep_apply(k->vteps);
}

void kl3_nft_changed(struct kernel *k)
{
	l3_filter_recheck(k->l3_filter);
}

void kl3_configure(struct kernel *k, const struct conf *c)
{
	kvrr_configure(k->vrrs, c);
	kvtep_configure(k->vteps, c);
}

bool kl3_init(struct kernel *k, const char *state_dir)
{
	k->vrrs = kvrr_new(k);
	k->vteps = kvtep_new(k, state_dir);
	k->l3_filter = l3_filter_new();
	return k->l3_filter != NULL;
}

void kl3_fini(struct kernel *k)
{
	kvrr_free(k->vrrs);
	kvtep_free(k->vteps);
	l3_filter_free(k->l3_filter);
}
