// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's IPv4 and IPv6 addresses: what is there, and a way to add, take
 * away and re-rank them. What should be there is decided by who asks
 * (kernel_vrr.c, kernel_vtep.c, kernel_demote.c).
 */
#ifndef MLAGD_KERNEL_ADDR_H
#define MLAGD_KERNEL_ADDR_H

#include <zebra.h>
#include "prefix.h"
#include "typesafe.h"

#include "mlagd/nl_addr.h"

struct kernel;
struct kaddrs;

PREDECL_RBTREE_UNIQ(kaddr_tree);

struct kaddr {
	struct kaddr_tree_item item;
	ifindex_t ifindex;
	struct prefix p; /* host bits kept */
	struct nl_addr a;
	bool seen; /* by the running dump */
};

/* Subscribe and read all. NULL: logged. */
struct kaddrs *kaddr_new(struct kernel *k);
void kaddr_free(struct kaddrs *s);

/* The address p, with p's length, on an interface; NULL none. */
struct kaddr *kaddr_find(struct kaddrs *s, ifindex_t ifindex, const struct prefix *p);
/* Walk the addresses of one interface: the first with at NULL, NULL at the end. */
struct kaddr *kaddr_next(struct kaddrs *s, ifindex_t ifindex, struct kaddr *at);

/*
 * Requests, between nl_batch_begin() and nl_batch_commit() of k->req; the
 * interface is their cookie. priority: metric of the connected route, 0 the
 * kernel's default. flags: IFA_F_*.
 */
void kaddr_batch_add(struct kernel *k, ifindex_t ifindex, const struct prefix *p, uint32_t flags, uint32_t priority);
void kaddr_batch_del(struct kernel *k, ifindex_t ifindex, const struct prefix *p);
/* As it is, with another metric. */
void kaddr_batch_rank(struct kernel *k, const struct kaddr *a, uint32_t priority);

/* Take in the events that are waiting, so that the table says what is. */
void kaddr_catch_up(struct kaddrs *s);

#endif
