// SPDX-License-Identifier: GPL-2.0-or-later
/* What zebra.c and zebra_bfd.c share: one client of zebra, for routes and, through it, for bfdd. */
#ifndef MLAGD_ZEBRA_INT_H
#define MLAGD_ZEBRA_INT_H

#include "mlagd/zebra.h"

#define WATCHES_MAX (CONF_INIT_UNTIL_MAX + CONF_WITNESSES_MAX)

/* One prefix whose route zebra is asked for. */
struct watch {
	struct prefix prefix;
	char vrf[VRF_NAMSIZ + 1]; /* "" default VRF */
	bool witness;		  /* else of init-until */
	vrf_id_t asked;		  /* VRF_UNKNOWN: not asked yet */
	bool answered;
	bool exact;	    /* this prefix itself has a route that works */
	bool routed;	    /* some route leads there */
	bool over_peerlink; /* and every next hop of it is on the peerlink */
};

struct zebra {
	const struct zebra_ops *ops;
	void *arg;
	struct zclient *client;
	struct watch watch[WATCHES_MAX];
	unsigned int n;
	ifindex_t peerlink;
	bool present_told, lost_told;

	struct conf_bfd bfd;
	char dev[IFNAMSIZ];
	struct ipaddr peer;
	struct bfd_session_params *session; /* NULL: not wanted, or nobody to watch */
};

/* Ask bfdd for what is configured, and no longer for what is not. */
void zebra_bfd_apply(struct zebra *z);
void zebra_bfd_free(struct zebra *z);

#endif
