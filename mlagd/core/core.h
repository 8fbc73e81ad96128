// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The core: everything that is decided is decided here. It takes one event
 * with its time and says what is wanted now, what to tell the peer and when it
 * wants to be called again. It has no clock, no socket, no kernel, no log and
 * links against libc alone, so it is unit-tested, simulated and model-checked
 * as it is. failure.md's rules are its specification.
 *
 *   core_step(core, event, out)  ->  out: messages, probes to send now, notes
 *   core_wanted(core)            ->  what the kernel and zebra should look like
 *   core_self(core)              ->  what probes and STATE say about this member
 *
 * The caller applies what is wanted, idempotently, and reports what is actual
 * with the next CORE_EV_BOND / CORE_EV_PEERLINK / CORE_EV_APPLIED.
 */
#ifndef MLAGD_CORE_CORE_H
#define MLAGD_CORE_CORE_H

#include <stddef.h>

#include "mlagd/core/msg.h"

#define CORE_PORTS_MAX	  512 /* MLAG bonds of one member */
#define CORE_PATHS_MAX	  16  /* peerlink + backups + fabric witnesses */
#define CORE_PATH_PEERLINK 0  /* paths 1.. are backups, then witnesses */

/* All times: milliseconds of one monotonic clock of the caller's. */
typedef int64_t core_ms;
#define CORE_NEVER INT64_MAX

struct core_config {
	bool enabled; /* everything mandatory is configured */
	bool shutdown;
	struct mc_mac system_mac;
	uint16_t priority;
	uint32_t keepalive_ms;
	uint8_t multiplier;
	uint32_t init_delay_ms;
	uint32_t reload_delay_ms;
	uint32_t restart_time_ms;
	uint8_t n_paths;       /* 1 + backups + witnesses */
	uint8_t first_witness; /* paths from here to n_paths - 1 are fabric witnesses; n_paths (or 0): none */
	bool maintenance;      /* D7: drained, legs down, session kept */
	uint8_t anycast_ip[4]; /* shared VTEP (E6), all 0 none: both members have the same */
	bool authenticated;    /* a key is configured (B11): without, the word of a witness counts for nothing (B6) */
	bool gateway;	       /* some SVI has a virtual router (E1) */
	bool init_until;       /* B9: some prefix is configured: CORE_EV_ROUTES says when it is there */
};

enum core_ev_type {
	CORE_EV_CONFIG,	  /* configuration as a whole, at start and at each change */
	CORE_EV_PEERLINK, /* the peerlink bond, at start and at each change */
	CORE_EV_BOND,	  /* one MLAG bond: configured, changed, or present=false */
	CORE_EV_SESSION,  /* transport connected or lost */
	CORE_EV_MSG,	  /* a session message, in order */
	CORE_EV_PROBE,	  /* a datagram, on a path */
	CORE_EV_MAC_SYNCED, /* peer's SYNC_END has gone through the MAC table and the kernel */
	CORE_EV_APPLIED,  /* generation `applied` of wanted is in the kernel (zebra may lag: CORE_EV_ROUTING) */
	CORE_EV_UPLINKS,   /* D6: the tracked uplinks as a whole, at start and at each change; up before the first */
	CORE_EV_ROUTES,	   /* B9: the prefixes of init-until as a whole, at start and at each change; absent before */
	CORE_EV_REFUSED, /* a stranger, or a peer with another key or version, was turned away; at most now and then */
	CORE_EV_BFD,	 /* what bfdd says of the peer, at each change; the session that ends by it is told apart (B10) */
	CORE_EV_MODULE,	 /* the module in zebra came, went, or has not come for a while */
	CORE_EV_ROUTING, /* zebra and bgpd fall behind the shared VTEP that is in the kernel, or have followed; followed before */
	CORE_EV_READY,	   /* the start is complete: all that its configuration names has been reported */
	CORE_EV_TIMER,	  /* nothing but time has passed */
};

struct core_peerlink {
	bool carrier;	   /* some member of the bond has carrier */
	bool usable;	   /* and it distributes, and the L3 device runs */
	struct mc_mac mac; /* local id */
};

struct core_bond {
	uint16_t mlag_id;
	char ifname[MC_IFNAME_LEN];
	bool present;	    /* configured here and exists */
	bool carrier;
	bool distributing;
	bool collecting;    /* its LACP is heard: the host sends on it, or soon may */
	bool may_bypass;    /* configured: a host without LACP is served (A8) */
	bool lone;	    /* it has carrier, and nobody there speaks LACP */
	bool shared_id;	    /* actual: carries the system MAC as LACP system id */
	bool held;	    /* actual: its members were taken down by us (and are down) */
	bool held_split;    /* at adoption: and by a fence, as recorded (core_wanted.fenced) */
	bool was_up;	    /* at adoption: ours, not held, in a running bridge */
	bool was_dual;	    /* at adoption: in the kernel's egress filter (core_wanted_bond.dual) */
	bool was_gated;	    /* at adoption: in the kernel's gate (core_wanted_bond.gated) */
	bool was_echo;	    /* at adoption: sources of its host are kept back there (core_wanted_bond.echo) */
	struct mc_mac partner;
};

struct core_uplinks {
	bool up;	/* some tracked uplink has carrier, or none is tracked; and not all routes are lost */
	bool routeless; /* and no route leads out over any: routing has not converged */
	bool detour;	/* a routed path over the peerlink's L3 device exists */
	bool lost;	/* none of the routes of init-until is there: carrier alone leads nowhere */
};

enum core_bfd { CORE_BFD_UNWATCHED, CORE_BFD_UP, CORE_BFD_DOWN };
enum core_module { CORE_MODULE_UNKNOWN, CORE_MODULE_UP, CORE_MODULE_MISSING };

struct core_event {
	enum core_ev_type type;
	core_ms now;
	union {
		struct core_config config;
		struct core_peerlink peerlink;
		struct core_bond bond;
		struct {
			bool up;
			bool goodbye; /* ended by the peer's GOODBYE */
			bool bfd;     /* ended because BFD hears nothing of the peer any more (B10) */
		} session;
		const struct mc_msg *msg;
		struct {
			uint8_t path;
			struct mc_probe p;
		} probe;
		uint64_t applied; /* wanted generation */
		struct core_uplinks uplinks;
		struct {
			bool present; /* every one is in the RIB */
		} routes;
		struct {
			bool behind;
		} routing;
		enum mc_refusal refused;
		enum core_bfd bfd;
		enum core_module module;
	};
};

/* Why a bond is held; names go to protoDownReason and events. */
enum core_hold {
	CORE_HOLD_NONE,
	CORE_HOLD_BOOT,	    /* rule 8: not yet peered and synchronised */
	CORE_HOLD_INIT,	    /* init-delay (B7) */
	CORE_HOLD_JOIN,	    /* the other member joins first */
	CORE_HOLD_SPLIT,    /* fenced: peerlink lost, peer proven in service */
	CORE_HOLD_UPLINKS,  /* fenced: own uplinks lost, peer proven in service with uplinks (D6) */
	CORE_HOLD_ANYCAST,  /* fenced: the primary is in service with another shared VTEP (E6, F2) */
	CORE_HOLD_SHUTDOWN, /* `mlag shutdown` */
	CORE_HOLD_MAINTENANCE, /* `maintenance` (D7) */
	CORE_HOLD_BYPASS, /* this bond alone: the peer serves its host, which does not speak LACP (A8) */
	CORE_HOLD_MAX,
};

struct core_wanted_bond {
	uint16_t mlag_id;
	enum core_hold hold; /* not NONE: members down */
	bool shared_id;	     /* LACP system id: the system MAC, else the bond's own */
	bool dual;	     /* egress filter: drop peerlink -> this bond (C4) */
	bool gated;	     /* drop groups this bond -> peerlink, anything -> this bond: peer has not acknowledged */
	bool quiet;	     /* the peer speaks STP on it, we do not (C9) */
	bool flood;	     /* frames to unknown addresses may leave there; off where gated */
	bool echo;	     /* the host sends, or is about to, on the peer's leg: what has a source of its does not come back to it here */
	bool rising;	     /* the host sends, or is about to, on ours: to the peerlink goes only what the peer keeps from echoing */
	bool cross;	     /* and it does so: it has acknowledged */
	bool apart;	     /* the peer's bond of this id leads to another host (A5): nothing of it stands on ours */
	bool usable;	     /* distributes: known addresses may stand on it, and the bridge learns on it */
};

struct core_wanted {
	uint64_t generation;   /* rises when anything below changes; 0: nothing is wanted yet, apply nothing */
	bool manage;	       /* false: MLAG is not enabled, give everything back */
	enum core_hold hold;   /* of the bonds; with them go the orphan ports that are told to (D5) */
	bool hold_routes;      /* zebra: withdraw the routes of the affected SVIs */
	bool host_routes;      /* zebra: of the affected SVIs announce only hosts still reached here (rule 5, D5) */
	bool fenced;	       /* rule 2: the hold is a lease that zebra's module may end (rule 6) */
	bool shared_vtep;      /* the anycast VTEP address is ours too (E6): with the routes */
	bool gateway;	       /* answer as the virtual router (E3): with the legs */
	bool accept_macs;      /* synced entries are valid; false: release them (C6) */
	unsigned int n_bonds;
	const struct core_wanted_bond *bonds; /* owned by the core, valid until the next step */
};

/* Something an operator wants to read: time, what, why, effect (D8). */
struct core_note {
	core_ms when;
	char what[48];	/* e.g. "peerlink down", "fence" */
	char why[96];
	char effect[96];
	uint8_t path;	/* the backup or witness it is about, 0 none */
};

/* Growable outputs of one step; zero it once, reuse it, free with core_out_fini(). */
struct core_out {
	struct mc_msg *msg;
	unsigned int n_msg, cap_msg;
	struct core_note *note;
	unsigned int n_note, cap_note;
	uint32_t probe_paths;	/* bit per path: send a request probe now */
	uint32_t probe_seq;	/* with this seq (never 0); steady probes and replies have seq 0 */
	bool drop_session;	/* close the transport: refused or superseded */
	bool state_changed;	/* core_self() changed: tell it on all paths now */
	bool wanted_changed;
	core_ms next;		/* call with CORE_EV_TIMER at this time, CORE_NEVER none */
};

/* States for `show mlag`, each with its reason and its beginning (G3). */
enum core_state {
	CORE_ST_UNCONFIGURED,
	CORE_ST_UNKNOWN,
	CORE_ST_UP,
	CORE_ST_DOWN,
	CORE_ST_RESTARTING,
	CORE_ST_STOPPED,
	CORE_ST_SILENT,
	CORE_ST_UNAUTHENTICATED,
	CORE_ST_MISMATCH,
	CORE_ST_SYNCHRONISING,
	CORE_ST_SYNCHRONISED,
	CORE_ST_MAX,
};

struct core_condition {
	enum core_state state;
	core_ms since;
	const char *reason; /* static text, NULL none */
};

struct core_view_bond {
	struct core_bond local;
	struct mc_port peer; /* present=false: unknown to the peer */
	struct core_wanted_bond wanted;
	bool dual_connected; /* A5 */
	bool bypass;	     /* this member serves a host without LACP on it (A8) */
};

struct core_view {
	struct mc_member self;
	bool peer_known;      /* peer below has been heard in this run */
	struct mc_member peer;
	bool peer_alive;      /* session up, or proof fresh */
	struct core_condition peer_state, peerlink, backup, witness, sync, module;
	bool path_fresh[CORE_PATHS_MAX];
	bool path_proves[CORE_PATHS_MAX];   /* what is heard there counts */
	core_ms path_heard[CORE_PATHS_MAX]; /* CORE_NEVER: never */
	bool anycast_differs; /* the peer has another shared VTEP, or one of the two has none (E6) */
	core_ms init_until;   /* end of init-delay, CORE_NEVER none running */
	unsigned int n_bonds;
};

struct core;

/* A new core at rest; incarnation must not be 0. NULL only without memory. */
struct core *core_new(uint64_t incarnation, core_ms now);
void core_free(struct core *core);
/* A copy that shares nothing, for the model checker and the fuzzer; or in place of another. */
struct core *core_clone(const struct core *core);
void core_copy(struct core *to, const struct core *from);

/* One event in, outputs replaced in out (its buffers are reused). */
void core_step(struct core *core, const struct core_event *ev, struct core_out *out);
void core_out_fini(struct core_out *out);

/* What is to be so now; valid until the next step, its generation is what CORE_EV_APPLIED names. */
const struct core_wanted *core_wanted(const struct core *core);
/* What this member says of itself now; incarnation 0: nothing is to be said (not configured, or just starting). */
void core_self(const struct core *core, struct mc_member *self);
void core_view(const struct core *core, core_ms now, struct core_view *view);
/* Bond number i of n_bonds in ascending mlag id; false beyond the end. */
bool core_view_bond(const struct core *core, unsigned int i, struct core_view_bond *bond);

/* Names as they stand in cli.md and in logs. */
const char *core_role_name(enum mc_role role);
const char *core_state_name(enum core_state state);
const char *core_hold_name(enum core_hold hold);

#endif
