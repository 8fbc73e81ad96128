// SPDX-License-Identifier: GPL-2.0-or-later
/* What links.c (looking) and links_act.c (changing) share: the links of the last look. */
#ifndef FRR_MLAG_LINKS_INT_H
#define FRR_MLAG_LINKS_INT_H

#include "mlagd/kernel_int.h"
#include "zebra-module/links.h"

struct links {
	char state_dir[PATH_MAX];
	struct nl_req *req;
	struct nl_link *l;
	unsigned int n, cap;
	const struct channel_msg *orders; /* of the look */
	bool refused; /* said already */
};

/* NULL: there is none. */
const struct nl_link *links_at(const struct links *ls, ifindex_t ifindex);
/* Bond number i of the orders, as the kernel has it; NULL: it has not. */
const struct nl_link *links_bond(const struct links *ls, unsigned int i);
unsigned int links_n_bonds(const struct links *ls);
/* Number i of the orders' n_orphans orphan ports; NULL likewise. */
const struct nl_link *links_orphan(const struct links *ls, unsigned int i);
bool links_shows_other_id(const struct nl_link *l);
static inline bool links_is_up(const struct nl_link *l)
{
	return l->flags & IFF_UP;
}

#endif
