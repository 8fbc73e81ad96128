// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table of our own in nftables' bridge family for what layer 3 must not send
 * or take over the peerlink; beside filter.h's, which is about bonds.
 */
#ifndef MLAGD_L3_FILTER_H
#define MLAGD_L3_FILTER_H

#include <zebra.h>
#include "prefix.h"

struct l3_filter;

struct l3_filter_wish {
	const char *const *peerlinks; /* the peerlink, and the VLAN devices on it that are bridge ports */
	unsigned int n_peerlinks;
	const struct ethaddr *macs; /* virtual routers': none leaves as a source address */
	unsigned int n_macs;
	const struct prefix *addrs; /* no ARP question or neighbour solicitation for these comes in */
	unsigned int n_addrs;
	const char *const *vxlans; /* ports: nothing from the peerlink leaves there */
	unsigned int n_vxlans;
	bool apart; /* this member is a VTEP of its own: nothing from vxlans goes to the peerlink either */
};

/* What nft is told for a wish; to be freed with l3_filter_text_free(). */
char *l3_filter_text(const struct l3_filter_wish *w);
void l3_filter_text_free(char *text);

/* NULL: libnftables cannot be had. */
struct l3_filter *l3_filter_new(void);
/* Leaves the kernel as it is. */
void l3_filter_free(struct l3_filter *f);
/* The table is not as wished, as far as is known; says nothing to the kernel. */
bool l3_filter_differs(struct l3_filter *f, const struct l3_filter_wish *wish);
/* One transaction, none if nothing differs; an empty wish takes the table away. False: refused, logged. */
bool l3_filter_set(struct l3_filter *f, const struct l3_filter_wish *wish);
/* Somebody changed nftables: see whether the table is still what was made. */
void l3_filter_recheck(struct l3_filter *f);

#endif
