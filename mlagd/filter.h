// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The egress filter (C4): a table of our own in nftables' bridge family, made
 * through libnftables. Sets of names steer it; a bond and the peerlink stand in
 * them with the VLAN devices on them, which are ports of bridges that know no VLANs:
 *
 *   peerlink  what leads to the peer
 *   dual   bonds whose other half is up at the peer: what came in over the
 *          peerlink does not leave there
 *   gated  bonds the peer has not yet acknowledged: no broadcast or multicast
 *          leaves there, and none that comes in there goes to the peerlink
 *   echo   bond . source: the host's own, who sends on the peer's leg before that one
 *          distributes; over the peerlink such a frame does not come back to it
 *   cross  bond . source: on this member's leg, likewise; these go to the peerlink, and
 *   rising bonds of which nothing else does
 * Our bridge's own IGMP and MLD queries do not leave to the peerlink: each member
 * asks for itself, so that each sees to the leaves on its own legs (C7).
 *
 *   quiet  bonds on which the peer speaks STP (C9): no BPDU of ours leaves there
 *
 * It knows names and sets; which bond belongs where is decided elsewhere.
 */
#ifndef MLAGD_FILTER_H
#define MLAGD_FILTER_H

#include <stdbool.h>
#include <stdint.h>

enum filter_set {
	FILTER_PEERLINK,
	FILTER_DUAL,
	FILTER_GATED,
	FILTER_RISING,
	FILTER_QUIET,
	FILTER_ECHO, /* from here on of sources */
	FILTER_CROSS,
	FILTER_SETS,
};

struct filter;

/* Knows nothing of the kernel before filter_read(). NULL: libnftables cannot be had. */
struct filter *filter_new(void);
/* Leaves the kernel as it is. */
void filter_free(struct filter *f);

/*
 * Read what is in the kernel: at start, and when somebody else has changed
 * nftables. A table that is not whole (rules gone, another layout) counts as
 * absent for filter_set(), which then makes it anew.
 */
void filter_read(struct filter *f);
/* A table of ours was there when it was read or set last. */
bool filter_present(const struct filter *f);
bool filter_has(const struct filter *f, enum filter_set set, const char *ifname);

/* Sources that stand with a name in FILTER_ECHO or FILTER_CROSS: up to max, 6 bytes each, into macs; returns how many there are. */
unsigned int filter_sources(const struct filter *f, enum filter_set set, const char *ifname, uint8_t *macs, unsigned int max);

/* What a bond's name must look like to stand in a set. */
bool filter_name_ok(const char *ifname);

/* The wanted sets, built up by name between begin and commit. */
void filter_begin(struct filter *f);
void filter_want(struct filter *f, enum filter_set set, const char *ifname);
/* mac: 6 bytes; set is FILTER_ECHO or FILTER_CROSS. */
void filter_want_source(struct filter *f, enum filter_set set, const char *ifname, const uint8_t *mac);
/* The wanted sets differ from what is in the kernel. */
bool filter_differs(const struct filter *f);
/* One transaction, none if nothing differs. False: refused, logged once; nothing has changed then. */
bool filter_commit(struct filter *f);
/* Take the table away. */
bool filter_remove(struct filter *f);

/* Frames dropped by each rule since the table was made; false: cannot be read. */
struct filter_stats {
	uint64_t dual;	      /* from the peerlink to a dual-connected bond, or back to the host that sent it */
	uint64_t gated_in;    /* group addressed, from a gated bond to the peerlink; from a rising one any */
	uint64_t gated_out;   /* likewise, bridged to a gated bond */
	uint64_t gated_local; /* likewise, from this member itself to a gated bond */
	uint64_t own_query;   /* our bridge's own IGMP or MLD query, to the peerlink */
	uint64_t bpdu;	      /* of our own STP, to a bond on which the peer speaks */
};
bool filter_stats(struct filter *f, struct filter_stats *stats);
/* BPDUs dropped there, as read last, since the bonds in the set changed; 0: it is not in the set. */
uint64_t filter_quiet_drops(const struct filter *f, const char *ifname);

#endif
