// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel behind one small interface: links, bonds, bridge ports, FDB,
 * filters. Upwards it reports what is actual, as events; downwards it is told
 * what is wanted and changes only what differs, in one batch. The software
 * bridge's way (nft sets, members down, backup_port) stands here, so that a
 * switch ASIC's way can stand beside it.
 */
#ifndef MLAGD_KERNEL_H
#define MLAGD_KERNEL_H

#include <zebra.h>
#include "frrevent.h"

#include "mlagd/conf.h"
#include "mlagd/core/core.h"
#include "mlagd/core/mac.h"
#include "mlagd/core/mdb.h"
#include "mlagd/core/neigh.h"
#include "mlagd/filter.h"

struct kernel;

/* What has become of an address on our bridge. */
enum kernel_fdb_news {
	KFDB_LEARNED, /* on an MLAG bond or an orphan port */
	KFDB_SELF,    /* our own */
	KFDB_REMOTE,  /* behind a VTEP: EVPN's */
	KFDB_STATIC,  /* an operator's (C11) */
	KFDB_GONE,    /* flushed, cleared, moved out of sight */
	KFDB_AGED,    /* gone for want of traffic (C3), or for a reason unseen */
};

struct kernel_ops {
	/* the peerlink bond under conf->peer_link changed; l3 = the device itself (ifindex 0: none) */
	void (*peerlink)(void *arg, const struct core_peerlink *pl, ifindex_t l3, bool l3_running);
	/* an MLAG bond of conf changed (present=false: gone or unconfigured) */
	void (*bond)(void *arg, const struct core_bond *b);
	/* addresses of the host on this bond, as both members know it: into macs up to max; returns how many, max + 1: more. NULL: none */
	unsigned int (*sources)(void *arg, uint16_t mlag_id, struct mc_mac *macs, unsigned int max);
	/* the tracked uplinks as a whole changed (D6); NULL: not wanted */
	void (*uplinks)(void *arg, const struct core_uplinks *u);
	/* what our bridge knows of an address changed; where: bond id, 0 orphan port or own */
	void (*fdb)(void *arg, const struct mc_mac *mac, uint16_t vlan, uint16_t where, enum kernel_fdb_news news);
	/* a neighbour on an SVI is now so (C8) */
	void (*neigh)(void *arg, const struct mc_neigh *n, enum neigh_seen seen);
	/* all neighbours are about to be told (begin), or have been */
	void (*neigh_read)(void *arg, bool begin);
	/* a multicast group or router port is now so (C7); age: see mdbt_kernel() */
	void (*mdb)(void *arg, const struct mc_group *g, enum mdb_seen seen, int64_t age);
	/*
	 * All of them are about to be told (begin), or have been; ms: see mdbt_lifetimes(), mdbt_answer().
	 * Returns in how many ms they are to be read again, 0 whenever it suits.
	 */
	int64_t (*mdb_read)(void *arg, bool begin, int64_t group, int64_t router, int64_t answer);
	/* removal i of the last kernel_mdb() has changed nothing */
	void (*mdb_refused)(void *arg, unsigned int i);
	/* the MACs that this member routes by, all n of them (E9); mostly as they were. NULL: not told */
	void (*routers)(void *arg, const struct mc_router *all, unsigned int n);
	/* the set of SVIs that MLAG bonds depend on changed (see kernel_svis) */
	void (*svis)(void *arg);
	/* first dump is complete: everything actual has been reported once */
	void (*ready)(void *arg);
	/* what is actual differs from what was applied (somebody else changed it, or a change was refused before): call kernel_apply() again */
	void (*reapply)(void *arg);
	/* events were lost and everything has been read anew; FDB of ours is to be compared: see mact_kernel_has */
	void (*fdb_ours)(void *arg, const struct mc_mac *mac, uint16_t vlan, int32_t where);
};

/* state_dir: where ownership is recorded (members taken down by us), survives mlagd, not the machine. */
struct kernel *kernel_new(struct event_loop *loop, const char *state_dir, const struct kernel_ops *ops, void *arg);
/* Leaves the kernel as it is: what is to be given back is wanted by the core before (failure.md rule 7). */
void kernel_free(struct kernel *k);

/* The configuration, all of it, each time it changes; what follows for facts is reported before this returns. */
void kernel_configure(struct kernel *k, const struct conf *c);

/*
 * Make the kernel as wanted: LACP system ids, members up or down, backup_port,
 * learning off on the peerlink, filter sets. Idempotent, cheap when nothing
 * differs. Order inside one call: see kernel_apply.c. Returns false when
 * something was refused; it is logged, and tried again on the next change.
 */
bool kernel_apply(struct kernel *k, const struct core_wanted *w);
/*
 * Before zebra is told to hold the SVIs' routes back while legs stay up: what it takes out of the kernel stays there as
 * the last resort, at most 30 s; when that is no longer wanted, it goes. At most 4096 static routes. A refusal is logged.
 */
void kernel_resort(struct kernel *k, const struct core_wanted *w);

/* Of the members taken down these are to stay so by configuration (failure.md rule 12): they are no longer ours to give back. */
void kernel_disown(struct kernel *k, const uint32_t *ifindexes, unsigned int n);

/* Apply FDB changes in batches; returns how many the kernel took. What a vote keeps is reported as learned. */
unsigned int kernel_fdb(struct kernel *k, const struct mact_op *ops, unsigned int n);

/* Neighbours to the kernel, in one batch (C8). */
void kernel_neigh(struct kernel *k, const struct neigh_op *ops, unsigned int n);

/* Multicast groups and router ports to the kernel, in one batch (C7). */
void kernel_mdb(struct kernel *k, const struct mdb_op *ops, unsigned int n);
/* Read all of them within milliseconds, with their ages. */
void kernel_mdb_look(struct kernel *k);

/* The bridge's ageing time in ms, 0: no bridge, or it never ages. */
uint32_t kernel_ageing(const struct kernel *k);
/* If the FDB may differ from what we know of it, since changes were refused: read it anew (C2). */
void kernel_fdb_check(struct kernel *k);

/*
 * Entries may stand on the peerlink: it has carrier, and this member is no VTEP
 * of its own, or EVPN would announce the peer's hosts from there.
 */
bool kernel_may_detour(const struct kernel *k);

/* SVIs (and macvlans on them) of VLANs that MLAG bonds carry; up to max written, count returned. */
unsigned int kernel_svis(const struct kernel *k, ifindex_t *ifindexes, unsigned int max);
/* Of these n, those of excluded VLANs come first, else as they were; how many they are (D5). */
unsigned int kernel_svis_excluded(const struct kernel *k, ifindex_t *ifindexes, unsigned int n);

/*
 * What arrives on this device may have crossed the peerlink: it is the peerlink or stands above
 * it, or above a bridge that has it as a port (SVI, virtual router), or it is not known (B4, B6).
 */
bool kernel_over_peerlink(const struct kernel *k, ifindex_t arrival);

/* For show: conflicts of a bond in words ("not in a bridge", ...), up to max; static texts. */
unsigned int kernel_bond_conflicts(const struct kernel *k, const char *ifname, const char **conflicts, unsigned int max);

/* BPDUs kept from leaving on a bond (C9), since the bonds on which the peer speaks changed last; as of kernel_bpdus_read(). */
uint64_t kernel_bpdus_dropped(const struct kernel *k, const char *ifname);
void kernel_bpdus_read(struct kernel *k);

/* Likewise of the peer-link as configured (B1, B2). */
unsigned int kernel_peerlink_conflicts(const struct kernel *k, const char **conflicts, unsigned int max);
/* Why this interface cannot be the peer-link (B1), this address not the peer's (B2); NULL it can, or is not there yet. Static. */
const char *kernel_peer_link_refused(const struct kernel *k, const char *ifname);
const char *kernel_peer_ip_refused(const struct kernel *k, const struct ipaddr *ip);
/* A port that goes down with the bonds (D5), for show. */
struct kernel_orphan {
	char ifname[IFNAMSIZ];
	bool suspended;	      /* taken down by us, and down */
	const char *conflict; /* why it is no such port, NULL it is one; static */
};
/* Number i of conf->orphans; false beyond the end. */
bool kernel_orphan_show(const struct kernel *k, unsigned int i, struct kernel_orphan *out);

/* Counters for show mlag statistics, since start or the last clear. */
struct kernel_stats {
	uint64_t link_overruns, fdb_overruns, nft_overruns; /* events were lost: read anew */
	uint64_t fdb_reads;				    /* times the whole FDB was read */
	bool has_filter;				    /* the next can be read */
	struct filter_stats filter;			    /* frames dropped, by rule */
};
void kernel_stats(struct kernel *k, struct kernel_stats *stats);
void kernel_stats_clear(struct kernel *k);

/* The vxlan devices with the shared source, up to max written, if one has got it since this was asked last; else 0. */
unsigned int kernel_sources_moved(struct kernel *k, ifindex_t *ifindexes, unsigned int max);

/* Number i of the virtual routers and of the vxlan devices (kernel_l3.h); false beyond the end. */
struct kernel_vrr;
struct kernel_vtep;
bool kernel_vrr_show(struct kernel *k, unsigned int i, struct kernel_vrr *out);
/* Number i of the SVIs that stand for an L3 VNI with their own MAC (no device, no addresses); false beyond the end. */
bool kernel_router_show(struct kernel *k, unsigned int i, struct kernel_vrr *out);
bool kernel_vtep_show(struct kernel *k, unsigned int i, struct kernel_vtep *out);

/* The interface exists and is no SVI: neither a VLAN device on a bridge nor a bridge that knows no VLANs (E1). */
bool kernel_is_no_svi(const struct kernel *k, const char *ifname);
/* A macvlan with a MAC of VRRP that is not one of our virtual routers (vlanN-v0), NULL none (E4); valid until the next event. */
const char *kernel_vrrp_device(const struct kernel *k);

#endif
