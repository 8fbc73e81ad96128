// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What zebra and, through it, bfdd tell: routes that are waited for (B9), how
 * the witnesses' addresses are routed (B6, advice alone) and whether BFD hears
 * the peer on the peerlink (B10). A restart of zebra is outlived: everything is
 * asked for again. Decides nothing; routes held back are zmod.c's.
 */
#ifndef MLAGD_ZEBRA_H
#define MLAGD_ZEBRA_H

#include <zebra.h>
#include "frrevent.h"
#include "privs.h"
#include "vrf.h"

#include "mlagd/conf.h"
#include "mlagd/core/core.h"

struct zebra;

/* Called from the event loop, or from within zebra_configure(). */
struct zebra_ops {
	/*
	 * present: every prefix of init-until is in the RIB; lost: zebra has none of them. After each configuration,
	 * and when one of both changes
	 */
	void (*routes)(void *arg, bool present, bool lost);
	/* BFD was up and is down: nothing came from the peer for its detection time */
	void (*bfd_down)(void *arg);
	/* and what it says at each change */
	void (*bfd)(void *arg, enum core_bfd state);
};

struct zebra *zebra_new(struct event_loop *loop, struct zebra_privs_t *privs, const struct zebra_ops *ops, void *arg);
void zebra_free(struct zebra *z);

/* Ask for what is configured and no longer for what is not. peerlink: ifindex of its L3 device, 0 none. */
void zebra_configure(struct zebra *z, const struct conf *c, ifindex_t peerlink);
/* A VRF has come: what is asked in it can be asked now. For vrf_init(). */
void zebra_vrf_enabled(struct zebra *z);
/* Where the peer is on the peerlink (IPADDR_NONE: not found): BFD is asked to watch it, if configured. */
void zebra_peer(struct zebra *z, const struct ipaddr *peer);

/* BFD's state in a word, NULL when it is not configured. */
const char *zebra_bfd_state(const struct zebra *z);
/* Why the witness of this number in the configuration cannot be expected to be heard; NULL: nothing says so. */
const char *zebra_witness_advice(const struct zebra *z, unsigned int i);

#endif
