// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel as the dead-man needs it: facts about the peerlink, the MLAG
 * bonds and their members, read anew each time, and the three changes that it
 * may make. Remembers nothing between two looks.
 */
#ifndef FRR_MLAG_LINKS_H
#define FRR_MLAG_LINKS_H

#include <zebra.h>
#include "if.h"

#include "zebra-module/channel.h"

struct links;
struct nl_req;

struct links_facts {
	bool carrier, shared, taken, any_bond, distributing, some_down; /* as in struct deadman_in */
	ifindex_t peerlink; /* its bond, 0 there is none */
};

/* state_dir: where mlagd records which members it took down. NULL: logged. */
struct links *links_new(const char *state_dir);
void links_free(struct links *ls);
/* Read all links; orders name what to look at. False: logged, facts are undefined. */
bool links_look(struct links *ls, const struct channel_msg *orders, struct links_facts *facts);

/* On what the last look saw; each says how many changes the kernel took. */

/* Each MLAG bond that shows another LACP id: its own. */
unsigned int links_own_id(struct links *ls);
/* Virtual routers' devices, then members that mlagd's record names and that are down: up, unless stay_down (may be NULL) says that it is configured so. */
unsigned int links_give_back(struct links *ls, bool (*stay_down)(ifindex_t member));
/* Members of MLAG bonds that are up, and orphan ports of the orders too (D5): down, recorded first as mlagd does. */
unsigned int links_take_down(struct links *ls, bool orphans);

/* l is a port that works: not the peerlink, and it distributes (a bond) or has carrier. */
bool links_port_works(const struct links *ls, ifindex_t ifindex);
/* The bridge and the VLAN (0: the bridge knows none) of an SVI, or of a macvlan on one. False: it is none. */
bool links_svi(const struct links *ls, ifindex_t ifindex, uint32_t *bridge, uint16_t *vlan);
/* For other questions to the kernel. */
struct nl_req *links_req(struct links *ls);

#endif
