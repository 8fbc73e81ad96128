// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The daemon: owns the core and the edges and is the one funnel between them.
 * Whatever arrives becomes one core event; what the core says then is sent,
 * applied and logged here, and nowhere else.
 */
#ifndef MLAGD_MLAGD_H
#define MLAGD_MLAGD_H

#include <zebra.h>
#include "frrevent.h"
#include "memory.h"

#include "mlagd/conf.h"
#include "mlagd/core/core.h"
#include "mlagd/core/mac.h"
#include "mlagd/core/router.h"
#include "mlagd/kernel.h"
#include "mlagd/paths.h"
#include "mlagd/peer.h"
#include "mlagd/zebra.h"
#include "mlagd/zmod.h"

DECLARE_MGROUP(MLAGD);

#define MLAGD_VTY_PORT 2625 /* free in /etc/services' FRR range */
#define MLAGD_EVENTS	1000 /* remembered for show mlag events */

struct mlagd_event {
	struct timeval wall; /* when, CLOCK_REALTIME */
	struct core_note note;
};

struct mlagd {
	struct event_loop *loop;
	struct conf conf; /* written by the northbound alone */
	bool enabled;	  /* it was complete once, and is enough to go on since */
	struct core *core;
	struct mact *mact;
	struct neight *neighs;
	struct mdbt *groups;
	struct routert *routers;
	struct kernel *kernel;
	struct peer *peer;
	struct zmod *zmod;  /* the module in zebra */
	struct zmod *guard; /* acts when mlagd and zebra are dead (doc/zebra.md) */
	struct zebra *zebra;
	struct paths paths;
	ifindex_t peerlink_l3; /* 0: not there */
	uint64_t incarnation;
	struct mlagd_event events[MLAGD_EVENTS]; /* ring, newest at (n_events - 1) % MLAGD_EVENTS */
	uint64_t n_events;
	char peer_version[32];
	uint32_t peer_capabilities; /* MC_CAP_*, of its HELLO in this session */
	bool peer_hello;	    /* which has come */
};

/* Made once in main; for the northbound and vty callbacks, which get no context of their own. */
struct mlagd *mlagd_get(void);

/* privs: those of the daemon, for its connection to zebra. */
void mlagd_init(struct event_loop *loop, struct zebra_privs_t *privs);
/* For vrf_init(). */
int mlagd_vrf_enabled(struct vrf *vrf);
/* The configuration changed as a whole (northbound's apply_finish, and once after start). */
void mlagd_configure(void);
/* frr.conf is being read: what is configured is half there. */
bool mlagd_reading(void);
/* Leave everything as it is in the kernel (failure.md rule 7). */
void mlagd_fini(void);

/* CLOCK_MONOTONIC in ms, the core's clock. */
core_ms mlagd_now(void);

/* Debug switches (debug mlag ...). */
extern unsigned long mlagd_debug;
#define MLAGD_DEBUG_PEER      (1UL << 0)
#define MLAGD_DEBUG_HEARTBEAT (1UL << 1)
#define MLAGD_DEBUG_NETLINK   (1UL << 2)
#define MLAGD_DEBUG_MAC	      (1UL << 3)
#define MLAGD_DEBUG_ZEBRA     (1UL << 4)
#define MLAGD_DEBUG_CORE      (1UL << 5)
#define MLAGD_DEBUG_ALL	      (~0UL)

#endif
