// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * By which MAC this member routes on each VLAN, and by which the peer does: a
 * virtual router's, or an SVI's own where it stands for an L3 VNI. For hosts
 * and remote VTEPs the pair is one router only if both are the same (E9). Pure;
 * it tells what differs and decides nothing.
 */
#ifndef MLAGD_CORE_ROUTER_H
#define MLAGD_CORE_ROUTER_H

#include "mlagd/core/msg.h"

struct routert;

/* A table without entries; NULL only without memory. Bounded: one entry a VLAN and member. */
struct routert *routert_new(void);
void routert_free(struct routert *t);

/* All of this member's entries anew: begin, each one, end. Entries with .del are passed over. */
void routert_local_begin(struct routert *t);
void routert_local(struct routert *t, const struct mc_router *r);
bool routert_local_end(struct routert *t); /* true: some are to be said */

/* A session begins: all is to be said, and what the peer said before is void. Its end leaves what it said. */
void routert_session_up(struct routert *t);
void routert_peer(struct routert *t, const struct mc_router *r);
/* The peer has said all: what it has not named it does not have. */
void routert_peer_sync_end(struct routert *t);

/* Up to max messages that are due, in order; each once. */
unsigned int routert_take_msgs(struct routert *t, struct mc_router *out, unsigned int max);

/* What is wrong with this VLAN (0: a bridge that knows none), in an operator's words, static; NULL nothing, or the peer has not said. */
const char *routert_conflict(const struct routert *t, uint16_t vlan);

#endif
