// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The addresses of a bond's host while a leg to it rises (D2): taken down once, when that begins.
 * The peer has said them before it asks in turn, so both members know about the same. What
 * an earlier run kept in the filter is kept on. How they stand there: kernel_need.c.
 */
#include <zebra.h>

#include "mlagd/kernel_int.h"

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KSOURCES, "Kernel bond's sources");

static struct mc_mac found[KSOURCES_MAX];

/* Of the bonds beside b that are in the same state. */
static unsigned int other_sources(const struct kernel *k, const struct kbond *b, bool echo)
{
	const struct kbond *o;
	unsigned int n = 0;

	frr_each (kbonds_const, &k->bonds, o)
		if (o != b && (echo ? o->want.echo : o->want.rising))
			n += o->n_sources;
	return n;
}

/* The first n of found. */
static void keep_sources(struct kbond *b, unsigned int n)
{
	size_t kept = MIN(n, KSOURCES_MAX) * sizeof(*found);

	b->sources = XMALLOC(MTYPE_KSOURCES, kept + 1);
	memcpy(b->sources, found, kept);
	b->n_sources = n;
}

static void ask_sources(struct kernel *k, struct kbond *b)
{
	keep_sources(b, k->ops->sources ? k->ops->sources(k->arg, b->mlag_id, found, KSOURCES_MAX) : 0);
}

bool kbond_find_sources(const struct kernel *k, struct kbond *b)
{
	unsigned int n = filter_sources(k->filter, FILTER_ECHO, b->ifname, found[0].b, KSOURCES_MAX);

	if (n)
		keep_sources(b, n);
	return n > 0;
}

void kbond_take_sources(struct kernel *k, struct kbond *b, const struct core_wanted_bond *was)
{
	unsigned int n;

	if (!b->want.echo && !b->want.rising) {
		kbond_forget_sources(b);
		return;
	}
	if (!b->sources)
		ask_sources(k, b);
	n = b->n_sources;
	if (b->want.echo && !was->echo) {
		n += other_sources(k, b, true);
		b->echo_list = n <= KSOURCES_MAX;
		b->no_flood = n > KSOURCES_FLOOD;
	}
	if (b->want.rising && !was->rising)
		b->cross_list = b->n_sources + other_sources(k, b, false) <= KSOURCES_CROSS;
}

void kbond_forget_sources(struct kbond *b)
{
	XFREE(MTYPE_KSOURCES, b->sources);
	b->n_sources = 0;
}
