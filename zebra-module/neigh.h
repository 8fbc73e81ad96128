// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which hosts this member still reaches by itself: neighbours of SVIs whose
 * address the bridge knows behind a port of its own that works. Read from the
 * kernel each time, bounded, nothing remembered. Rule 5, D5.
 */
#ifndef FRR_MLAG_NEIGH_H
#define FRR_MLAG_NEIGH_H

#include <zebra.h>
#include "if.h"
#include "prefix.h"

#include "zebra-module/links.h"

#define NEIGH_HOSTS_MAX 16384
#define NEIGH_FDB_MAX	(256 * 1024)

struct neigh_host {
	ifindex_t svi;	   /* that it is a neighbour on */
	ifindex_t through; /* below that: the bridge, or the port of one that knows no VLANs */
	struct prefix p;   /* a host prefix */
};

/*
 * Hosts on the n_svis interfaces of svis, sorted, each once; at most max
 * written. -1: the kernel could not be read (logged). ls has been looked at.
 */
int neigh_reached(struct links *ls, const ifindex_t *svis, unsigned int n_svis, struct neigh_host *out,
		  unsigned int max);
int neigh_host_cmp(const struct neigh_host *a, const struct neigh_host *b);

#endif
