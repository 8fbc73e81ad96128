// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The channel between mlagd and those who act when it is silent: its module in
 * zebra, and the guard (doc/zebra.md). SOCK_SEQPACKET unix sockets in FRR's
 * run directory, each made by the one who listens; mlagd connects. One message
 * a packet, host byte order (same machine), lengths checked on both sides.
 * mlagd sends whole sets each time, so messages can be repeated or lost with
 * the connection and nothing is left over.
 */
#ifndef FRR_MLAG_CHANNEL_H
#define FRR_MLAG_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CHANNEL_SOCKET	     "mlag-zebra.sock"
#define CHANNEL_GUARD_SOCKET "mlag-guard.sock"
#define CHANNEL_VERSION	     5
#define CHANNEL_IFS_MAX	     4096 /* SVIs and macvlans on them */
#define CHANNEL_NAMES_MAX    577  /* the peerlink's L3 device, the MLAG bonds, the orphan ports */
#define CHANNEL_NAME_LEN     16	  /* as IFNAMSIZ, with at least one NUL */
#define CHANNEL_BUF	     (16 + 20 + CHANNEL_NAME_LEN * CHANNEL_NAMES_MAX + 4 * CHANNEL_IFS_MAX) /* bytes of the largest packet */

enum channel_type {
	CHANNEL_HOLD = 1, /* mlagd -> module: exactly these interfaces' routes are withdrawn */
	CHANNEL_DONE,	  /* module -> mlagd: generation is in force */
	CHANNEL_ORDERS,	  /* mlagd -> both: what to do when mlagd is silent, and on what */
	CHANNEL_BEAT,	  /* mlagd -> both: its main loop runs; generation: of the PING answered, 0 unasked */
	CHANNEL_PING,	  /* both -> mlagd: say a BEAT */
	CHANNEL_SHUTDOWN, /* module -> mlagd: ifindex[] is `shutdown` in zebra's configuration (rule 12) */
	CHANNEL_FOLLOW,	  /* mlagd -> module: say FOLLOWED when routing has followed these vxlan devices' source; the last one counts */
	CHANNEL_FOLLOWED, /* module -> mlagd: it has; generation: of the FOLLOW answered */
};

/* How long after mlagd's last word what it took down is given back (rule 2). */
#define CHANNEL_LEASE_NONE    UINT32_MAX	/* nothing is taken down */
#define CHANNEL_LEASE_FOREVER (UINT32_MAX - 1) /* a person wanted it down */

/* The role as in mlagd/core/msg.h. */
enum channel_role { CHANNEL_ROLE_NONE, CHANNEL_ROLE_PRIMARY, CHANNEL_ROLE_SECONDARY };

struct channel_orders {
	uint8_t role;	  /* enum channel_role */
	uint8_t managing; /* 0: MLAG is not configured, nothing is to be done ever */
	uint8_t peer_up;  /* there is a session with the peer */
	uint8_t n_orphans; /* of the names, the last: ports that are held down with the bonds (D5) */
	uint32_t keepalive_ms; /* a BEAT comes this often */
	uint32_t restart_ms;   /* silence that is still a restart (B9) */
	uint32_t reload_ms;    /* after a boot of the machine, legs wait this long for mlagd (B8) */
	uint32_t lease_ms;
};

struct channel_msg {
	enum channel_type type;
	uint64_t generation;	      /* mlagd's for HOLD and FOLLOW, repeated in DONE, FOLLOWED; of a PING, repeated in BEAT */
	struct channel_orders orders; /* ORDERS alone */
	uint32_t n_names;	      /* ORDERS: name[0] the peerlink's L3 device ("" none), the MLAG bonds, n_orphans orphan ports */
	uint32_t n_hosts;	      /* HOLD: of so many, the first, hosts still reached here are announced one by one */
	uint32_t source;	      /* FOLLOW alone: IPv4 address, network byte order */
	uint32_t n_ifs;		      /* HOLD: wanted, ORDERS: SVIs, SHUTDOWN, FOLLOW: vxlan devices; else 0 */
	char name[CHANNEL_NAMES_MAX][CHANNEL_NAME_LEN];
	uint32_t ifindex[CHANNEL_IFS_MAX];
};

/* Write m into buf; returns its length in bytes, -1 when it does not fit or is no message. */
ssize_t channel_write(const struct channel_msg *m, uint8_t *buf, size_t size);
/* Read one packet; false (and *m undefined) when it is malformed. */
bool channel_read(const uint8_t *buf, size_t len, struct channel_msg *m);

#endif
