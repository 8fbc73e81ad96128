// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Host routes in place of withdrawn prefixes: for as long as they are wanted,
 * zebra has a connected route for each host that this member still reaches
 * (neigh.h), so that whoever redistributes connected routes attracts traffic
 * for these alone. The kernel gets none of them. Rule 5, D5.
 */
#ifndef FRR_MLAG_HOSTS_H
#define FRR_MLAG_HOSTS_H

#include <zebra.h>
#include "if.h"

struct event_loop;

void hosts_init(struct event_loop *loop);
/* Exactly the hosts on these interfaces from now on, followed as they come and go; n 0: none. */
void hosts_want(const uint32_t *svis, unsigned int n);
/* zebra ends, its routes with it: forget what it was given. */
void hosts_end(void);

#endif
