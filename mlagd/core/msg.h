// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What two members say to each other, as plain structures. The wire library
 * turns them into bytes and back; the core reads and makes them. Nothing here
 * knows a socket, a byte order or a clock.
 *
 * Two kinds of talk:
 *  - the probe: one datagram that says all about a member. It is the hello and
 *    the keepalive on the peerlink, the heartbeat on a backup and the question
 *    asked when the peerlink is gone. Unreliable, idempotent, newest wins.
 *  - session messages: a reliable, ordered stream over the peerlink.
 */
#ifndef MLAGD_CORE_MSG_H
#define MLAGD_CORE_MSG_H

#include <stdbool.h>
#include <stdint.h>

#define MC_IFNAME_LEN 16 /* as IFNAMSIZ, with its terminating NUL */

struct mc_mac {
	uint8_t b[6];
};

enum mc_role { MC_ROLE_NONE = 0, MC_ROLE_PRIMARY = 1, MC_ROLE_SECONDARY = 2 };

/* The state of a member, as it says itself; body of every probe, of HELLO and of STATE. */
struct mc_member {
	uint64_t incarnation;	    /* random, new at each start of mlagd, never 0 */
	uint64_t peer_incarnation;  /* the peer's that we heard last, 0 none: shows one-way loss */
	struct mc_mac id;	    /* local id: MAC of the peerlink (A6) */
	struct mc_mac system_mac;   /* A3 */
	uint16_t priority;	    /* A6 */
	enum mc_role role;
	bool in_service;	    /* peered or alone by right, legs offered to hosts */
	bool fenced;		    /* all its legs are held down: fence (rule 2) or coming up (rule 8) */
	bool acting;		    /* forwards alone, under the own id */
	bool shared_id;		    /* LACP id of the bonds is the pair's system MAC */
	bool settled;		    /* every bond that has carrier distributes, or had its time to */
	bool uplinks_up;	    /* D6; true while none is tracked */
	bool idle;		    /* in service, and none of its bonds distributes: reaches no host of the pair */
	bool shutting_down;	    /* `mlag shutdown`/`maintenance`: says goodbye */
	uint32_t keepalive_ms;	    /* B3: own interval, 50..60000 */
	uint8_t multiplier;	    /* B3: 2..50 */
	uint32_t restart_time_ms;   /* 1000..900000 */
	bool tells_anycast;	    /* false: of a release that does not say the next */
	uint8_t anycast_ip[4];	    /* shared VTEP as configured (E6), all 0 none */
};

/* One datagram. A reply repeats the seq of the request it answers. */
struct mc_probe {
	uint32_t seq;	   /* request: sender's own, rises by one; steady probe, reply: 0 */
	uint32_t reply_to; /* seq of the request answered, 0: this is no reply */
	bool request;	   /* wants a reply at once */
	struct mc_member m;
};

enum mc_msg_type {
	MC_MSG_HELLO = 1,    /* first on a session, both ways */
	MC_MSG_STATE,	     /* member state, at each change */
	MC_MSG_ROLE_REQUEST, /* "I want to be primary"; .role.term */
	MC_MSG_ROLE_ACK,     /* the asked one is secondary and stays so; same term */
	MC_MSG_PORT,	     /* one MLAG bond, at each change, all at session start */
	MC_MSG_PORT_ACK,     /* "my filter towards this id is as your PORT .seq demands" */
	MC_MSG_MAC,	     /* a batch of MAC entries; handled by core/mac.h */
	MC_MSG_SYNC_END,     /* all ports and MACs known at session start have been sent: goes out behind the queued MACs */
	MC_MSG_SYNC_ACK,     /* the peer's SYNC_END has been applied here */
	MC_MSG_GOODBYE,	     /* deliberate end: shutdown or maintenance */
	MC_MSG_DIGEST,	     /* sums of all that has been said so far of one table (C2); only with MC_CAP_DIGEST */
	MC_MSG_RESYNC,	     /* "say these buckets anew": their sums differ */
	MC_MSG_RESYNC_END,   /* they have been said anew: what was not in them is not so */
	MC_MSG_NEIGH,	     /* a batch of neighbours, see core/neigh.h; only with MC_CAP_NEIGH */
	MC_MSG_MDB,	     /* a batch of multicast groups and router ports, see core/mdb.h; only with MC_CAP_MDB */
	MC_MSG_ROUTER,	     /* a batch of router MACs, see core/router.h; only with MC_CAP_ROUTER */
	MC_MSG_MAX,
};

#define MC_CAP_DIGEST (1u << 0) /* understands DIGEST, RESYNC and RESYNC_END */
#define MC_CAP_NEIGH  (1u << 1) /* NEIGH */
#define MC_CAP_MDB    (1u << 2) /* MDB */
#define MC_CAP_ROUTER (1u << 3) /* ROUTER */

struct mc_hello {
	struct mc_member m;
	uint32_t capabilities; /* bits MC_CAP_*, unknown bits ignored */
	char version[32];      /* package version, for show and F1 */
};

/* One MLAG bond of the sender. */
struct mc_port {
	uint16_t mlag_id;	/* 1..65535 (A1) */
	uint32_t seq;		/* rises with each change; repeated in PORT_ACK */
	bool present;		/* false: the id is no longer configured */
	bool carrier;		/* bond has carrier */
	bool distributing;	/* at least one member is distributing (LACP) */
	bool collecting;	/* or the host is heard on one (LACP): it sends there, or soon may */
	bool bypass;		/* distributing, but to a host that does not speak LACP (A8) */
	struct mc_mac partner;	/* LACP partner system MAC, zero unknown (A5) */
	char ifname[MC_IFNAME_LEN];
};

struct mc_port_ack {
	uint16_t mlag_id;
	uint32_t seq;
};

/* One MAC entry of the sender (C1). */
struct mc_mac_entry {
	struct mc_mac mac;
	uint16_t vlan;	  /* 1..4094, 0 for a bridge that knows no VLANs */
	uint16_t mlag_id; /* bond it lives behind; 0: orphan port or the sender itself */
	bool del;	  /* withdrawn: aged out or moved away */
	bool aged;	  /* with del: for want of traffic here; who has heard it itself may keep it (C3) */
	bool keep;	  /* with del: my leg to it is down, yours is not: keep it as your own (C5) */
	bool self;	  /* the sender's own address (SVI); never ages */
};

/* Why nothing of what something says that calls itself the peer is taken (B11). */
enum mc_refusal {
	MC_REFUSED_NO_CODE, /* it does not authenticate, and a key is configured here */
	MC_REFUSED_WRONG_KEY,	 /* it has another key */
	MC_REFUSED_NO_KEY,	 /* it authenticates, and no key is configured here */
	MC_REFUSED_VERSION,	 /* it speaks another version of the protocol (B12) */
	MC_REFUSED_MAX,
};

#define MC_MAC_BATCH 500 /* entries in one MC_MSG_MAC at most */

#define MC_NEIGH_BATCH 16 /* entries in one MC_MSG_NEIGH at most */

/* One neighbour on an SVI of the sender (C8). */
struct mc_neigh {
	uint16_t vlan; /* of the SVI, 0: a bridge that knows no VLANs */
	bool virt;     /* on the virtual router's device of the SVI */
	bool v6;
	bool router;   /* ND: it is a router */
	bool del;      /* withdrawn */
	uint8_t addr[16]; /* IPv4: the first 4, then zeros */
	struct mc_mac mac;
};

#define MC_MDB_BATCH 16 /* entries in one MC_MSG_MDB at most */

enum mc_group_kind { MC_GROUP_IPV4, MC_GROUP_IPV6, MC_GROUP_ROUTER };

/* Somebody behind a port of the sender listens to a group, or is a multicast router (C7). */
struct mc_group {
	uint16_t vlan;	  /* 0: a bridge that knows no VLANs; a router: of all */
	uint16_t mlag_id; /* bond it is behind; 0: an orphan port or the sender itself */
	uint32_t port;	  /* with mlag_id 0 which: a number of the sender's, 1..INT32_MAX; else 0 */
	enum mc_group_kind kind;
	bool has_source;  /* source alone is listened to (IGMPv3, MLDv2) */
	bool del;	  /* withdrawn */
	bool left;	  /* with del: it left on my leg; withdraw yours unless it is heard */
	bool keep;	  /* with del: my leg to it is down, yours is not: keep it as your own (C5) */
	uint8_t addr[16], source[16]; /* IPv4: the first 4, then zeros */
};

#define MC_ROUTER_BATCH 64 /* entries in one MC_MSG_ROUTER at most */

/* By which MAC the sender routes on a VLAN (E9). */
struct mc_router {
	uint16_t vlan; /* 0: a bridge that knows no VLANs */
	bool virt;     /* a virtual router's; else the own one of an SVI that stands for an L3 VNI */
	bool del;      /* withdrawn */
	struct mc_mac mac;
};

#define MC_BUCKETS 64 /* a table's digest: entries by 6 bits of their hash */

enum mc_table { MC_TABLE_MAC = 0, MC_TABLE_MAX };

/* DIGEST: all. RESYNC, RESYNC_END: table and buckets. */
struct mc_digest {
	enum mc_table table;
	uint64_t buckets; /* bit per bucket */
	uint64_t sum[MC_BUCKETS];
};

struct mc_msg {
	enum mc_msg_type type;
	union {
		struct mc_hello hello;
		struct mc_member state;
		struct {
			uint32_t term;
		} role;
		struct mc_port port;
		struct mc_port_ack port_ack;
		struct mc_digest digest;
		struct {
			unsigned int n; /* 1..MC_NEIGH_BATCH */
			struct mc_neigh e[MC_NEIGH_BATCH];
		} neighs;
		struct {
			unsigned int n; /* 1..MC_MDB_BATCH */
			struct mc_group e[MC_MDB_BATCH];
		} groups;
		struct {
			unsigned int n; /* 1..MC_ROUTER_BATCH */
			struct mc_router e[MC_ROUTER_BATCH];
		} routers;
		struct {
			const struct mc_mac_entry *e; /* not owned */
			unsigned int n;		      /* 1..MC_MAC_BATCH */
		} macs;
	};
};

#endif
