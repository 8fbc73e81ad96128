// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Shared by kernel_vrr.c (which virtual routers there are), kernel_vrr_need.c
 * (what is still to be done for each) and kernel_vrr_apply.c (doing it). Nobody
 * else includes it.
 */
#ifndef MLAGD_KERNEL_VRR_H
#define MLAGD_KERNEL_VRR_H

#include "mlagd/kernel_addr.h"
#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"

#define VRR_SUFFIX "-v0"

PREDECL_RBTREE_UNIQ(kvrr_tree);

struct kvrr {
	struct kvrr_tree_item item;
	char svi[IFNAMSIZ];
	char device[IFNAMSIZ];
	struct ethaddr mac;
	struct prefix addrs[CONF_VRR_ADDRS_MAX];
	unsigned int n_addrs;
	bool refused; /* by the kernel in the last apply */

	/* done for these; another index means another device */
	ifindex_t done_svi, done_device, done_bridge;
	struct ethaddr done_mac;
	enum { KVRR_LOCAL_UNKNOWN, KVRR_LOCAL_ON, KVRR_LOCAL_OFF } local; /* the bridge's entry of the MAC */
};

static inline int kvrr_cmp(const struct kvrr *a, const struct kvrr *b)
{
	return strcmp(a->svi, b->svi);
}

DECLARE_RBTREE_UNIQ(kvrr_tree, struct kvrr, item, kvrr_cmp);

struct kvrrs {
	struct kernel *k;
	struct kvrr_tree_head tree;
	uint8_t exclude[4096 / 8];
	bool serve;
	bool managed;
};

/* Why nothing of it can be served, in an operator's words; NULL: it can. */
const char *kvrr_blocked(const struct kvrrs *v, const struct kvrr *r);
/* The same, or why some address of it cannot be (E1). */
const char *kvrr_conflict(const struct kvrrs *v, const struct kvrr *r);
/* This member is to answer for it, */
bool kvrr_serves(const struct kvrrs *v, const struct kvrr *r);
/* and for this address: it is configured, and in no conflict. */
bool kvrr_wants_address(const struct kvrrs *v, const struct kvrr *r, const struct prefix *p);
/* Its macvlan on the SVI; NULL none. */
struct klink *kvrr_device(const struct kvrrs *v, const struct kvrr *r, const struct klink *svi);
bool kvrr_link_differs(const struct kvrr *r, const struct klink *dev, const struct klink *svi);
bool kvrr_is_set_up(const struct kvrrs *v, const struct kvrr *r, const struct klink *dev, const struct klink *svi);
bool kvrr_addresses_differ(const struct kvrrs *v, const struct kvrr *r, const struct klink *dev);
/* On the device, and not wanted. */
bool kvrr_is_surplus(const struct kvrrs *v, const struct kvrr *r, const struct kaddr *a);
/* Up or down, and protodown. */
bool kvrr_admin_differs(const struct klink *dev, bool up);
/* Settings of an SVI that has no virtual router any more: what a new interface would have. */
void kvrr_unsettle(const char *svi);
/* A device of ours, configured no more. */
bool kvrr_is_left_over(const struct kvrrs *v, const struct klink *l);

#endif
