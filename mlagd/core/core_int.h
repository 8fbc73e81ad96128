// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Inside of the core: its whole state, flat, and who may change what. Each
 * file owns one subject; they meet only in this structure. There is one
 * pointer (wanted.bonds, into the structure itself), so that a copy is memory
 * copied and a digest is memory read.
 *
 *   core.c     one event in: absorb, decide, say      session.c  session, sync, restarting
 *   peer.c     who the peer is, probes, paths          role.c     rule 1: election
 *   split.c    rules 2-5: own id, fence, release       join.c     rule 8: coming up, shared id
 *   leave.c    shutdown, maintenance            damp.c     rule 11
 *   aside.c    rules 9 and 10: no legs, no uplinks
 *   differ.c   what both must have alike and have not
 *   bypass.c   one bond whose host speaks no LACP
 *   port.c     one bond: filter, gate, handshake       wanted.c   what follows for kernel and peer
 *   view.c     states for an operator                  out.c      growable outputs; names.c
 *   tell.c     changes that an operator is told
 */
#ifndef MLAGD_CORE_INT_H
#define MLAGD_CORE_INT_H

#include "mlagd/core/core.h"

/* What is broken on purpose, to prove that tests notice: rules by their numbers 1..11, then parts of rules. */
enum core_break {
	BREAK_WITNESS = 12,	  /* a fabric witness without a key proves (B6) */
	BREAK_BEHIND,		  /* legs rise before routing has followed (rule 8) */
	BREAK_LATE,		  /* not having asked counts as not being answered (rule 2) */
	BREAK_RESTART_TIMER = 16, /* restart-time (rule 5) asks for no timer */
	BREAK_LEASE_TIMER,	  /* nor does a fence's lease (rule 2) */
	BREAK_DENIED,		  /* "not in service" does not release a fence (rule 2) */
	BREAK_ABANDON,		  /* a join goes on without its session (rule 8) */
	BREAK_BLIND,		  /* what was said before a cut counts after it (C4) */
	BREAK_ADOPT,		  /* a restart forgets the filter that it finds (rule 5, C4) */
	BREAK_STATE_LIFE,	  /* STATE of another life is believed (rule 1) */
	BREAK_FORMER_LIFE,	  /* so is a probe of the former life (rule 2) */
	BREAK_WOKEN,		  /* who was stopped takes its hosts for settled (rule 8) */
	BREAK_TOLD,		  /* what was acknowledged in another session counts (rule 5) */
	BREAK_HOST_ROUTES,	  /* prefixes stay where only a restarting peer reaches the host (rule 5) */
	BREAK_INIT_UNTIL,	  /* init-until is not waited for (rule 8) */
	BREAK_APART,		  /* apart, uplinks do not rank (rule 1) */
	BREAK_ELECTED,		  /* of two that come up apart neither serves (rule 1) */
	BREAK_TURN,		  /* all uplinks go: both members step aside at once (rule 10) */
	BREAK_ANYCAST,		  /* two shared VTEPs are no matter (F2) */
	BREAK_MAX,
};

#ifdef CORE_BREAK
extern unsigned int core_broken; /* bit n: rule or part n */
#define BROKEN(rule) ((core_broken & (1u << (rule))) != 0)
#else
#define BROKEN(rule) false
#endif

#define FENCED_FRESH_MS 1500 /* "my legs are down" is believed this long, or 1.5 keepalives */
#define LEASE_MS	1000  /* a fence lives this long after the last proof (rule 2): ten asks */
#define UNANSWERED_MS	300   /* heard, but not in answer, for so long: heartbeats are what is left */
#define HEARTBEAT_LATE_MS 1000 /* no network holds a datagram back for longer */
#define ASK_FAST_MS	10    /* rule 3: spacing of the first asks */
#define ASK_FAST_N	5
#define ASK_MS		100
#define SETTLE_MS	6000  /* a host without LACP never distributes: two LACP start-ups */
#define RISE_MS	1000  /* a leg that came up waits this long for the peer's word, then looks at the peer's leg */
#define BYPASS_MS	1000  /* after the port's own wait of 3 s: what it was before its carrier came shows up to 0.1 s */
#define BYPASS_FOUND_MS 5000 /* a session after a restart, and time to spare */
#define IDLE_MS		1000  /* a host that chooses its aggregator anew takes 0.4 s */
#define BARE_MS		1000  /* routing finds a way over the peerlink by then; without one the secondary steps aside, */
#define BARE_PRIMARY_MS 2000  /* and the primary after this */
#define DIFFER_MS	10000 /* one member is configured after the other */
#define ELECT_MANY	10    /* dead times for which carrier without a session is taken for a start */
#define LATE_MS		1000  /* no timer of a process that runs is so late */
#define QUIET_MS	500   /* nobody says so: after the last piece of configuration the start is complete */
#define START_MS	5000  /* and at the latest */
#define BLIND_GATE_MS	10000 /* from carrier to the peer's word: LACP, a session, and time to spare */
#define SWITCH_MS	1000  /* after a change of the LACP id nobody believes the old port states */
#define HANDOVER_MS	2000  /* a shutdown waits this long for the peer to take over */
#define DRAIN_MS	2000  /* maintenance: from routes withdrawn to legs down */
#define DAMP_WINDOW_MS	60000 /* rule 11 */
#define DAMP_HOLD_MS	30000 /* first hold, doubled up to DAMP_LEVELS times */
#define DAMP_LEVELS	4
#define DAMP_BACK_MAX	5 /* steps back per window, then the way forward is held */
#define DAMP_FENCE_MAX	3 /* released fences per window, then no new fence */
#define DAMP_SWAP_MAX	3 /* promotions over a primary per window, then no new one */
#define TELL_MANY	16 /* notes of one kind per window, then none of it */

enum phase {
	PH_OFF,	    /* MLAG not configured, or its configuration still coming in: touches and says nothing */
	PH_HELD,    /* rule 8: coming up, legs down */
	PH_PREP,    /* synchronised: id and filters are being set, legs still down */
	PH_JOIN,    /* legs up, hosts' bonds settling, attracts no route yet */
	PH_SERVICE, /* in service */
	PH_FENCED,  /* rule 2: legs down on a lease */
	PH_STOPPED, /* mlag shutdown, maintenance */
};

/* Rule 11: how often in this window, and until when it is held. */
struct damp {
	core_ms begin, until;
	uint8_t n, level;
};

/* A bond to an operator: which of its legs distribute. */
enum legs { LEGS_NONE, LEGS_OURS, LEGS_BOTH };

struct port {
	struct core_bond local; /* present=false: only the peer has this id */
	struct mc_port peer;
	uint32_t heard;		/* session in which the peer's word came, 0 never */
	uint32_t seq;		/* of our PORT as it stands */
	uint32_t rise_seq;	/* of the PORT that said our leg came up */
	core_ms rise_at;	/* and when it was */
	core_ms lone_at;	/* since when local.lone */
	bool bypass;		/* we serve a host without LACP on it: it counts as distributing */
	bool dirty;		/* our PORT is to be said */
	bool acked;		/* the peer's filter towards this leg is closed */
	bool told;		/* the peer has acknowledged our PORT as it stands: it redirects */
	bool calm;		/* the peer keeps what the host sends on our rising leg from going back to it */
	bool adopted;		/* came with the start: was_dual and was_echo count until the peer speaks */
	enum legs legs_told;	/* for tell.c alone */
	bool ack_due;		/* PORT_ACK owed, when ack_gen is in the kernel */
	uint32_t ack_seq;
	uint64_t ack_gen;
};

enum why { /* reasons of conditions, see names.c */
	WHY_NONE,
	WHY_NO_CARRIER,
	WHY_NOT_DISTRIBUTING,
	WHY_NO_PROBE,
	WHY_GOODBYE,
	WHY_SESSION_LOST,
	WHY_BFD,
	WHY_RESTART_OVER,
	WHY_SYSTEM_MAC,
	WHY_REFLECTION,
	WHY_CLONE,
	WHY_AUTH_MISSING, /* these four as enum mc_refusal */
	WHY_AUTH_WRONG,
	WHY_AUTH_NO_KEY,
	WHY_VERSION,
	WHY_NO_BACKUP,
	WHY_NO_WITNESS,
	WHY_NEVER_HEARD,
	WHY_NO_MODULE,
	WHY_ADVICE,
	WHY_MAX,
};

enum { COND_PEER, COND_PEERLINK, COND_BACKUP, COND_WITNESS, COND_SYNC, COND_MODULE, COND_MAX };

struct condition {
	enum core_state state;
	enum why why;
	core_ms since;
};

/* What an operator was told last: tell.c. */
enum { TELL_PATHS, TELL_BONDS, TELL_MODULE, TELL_MAX };

struct told {
	uint32_t paths; /* bit per path: heard */
	enum core_bfd bfd;
	enum core_module module;
	bool synced, vtep, gateway;
	struct damp damp[TELL_MAX];
};

struct core {
	struct core_wanted wanted; /* .bonds = wb below */
	uint64_t incarnation, applied;
	core_ms now, born;
	core_ms due; /* the next step was asked for by then, CORE_NEVER: by no time */
	struct core_config cfg;
	struct core_peerlink pl;
	bool pl_known;
	core_ms pl_up_at; /* its carrier came */
	struct core_uplinks uplinks;
	bool routes_there, waits; /* B9 */
	bool behind; /* routing has not followed the shared VTEP */

	/* the peer: peer.c */
	bool met;		   /* peer below has been heard */
	struct mc_member peer;
	uint64_t prev_incarnation; /* its former life: late datagrams of it are void */
	core_ms heard[CORE_PATHS_MAX];
	core_ms serves_at;	   /* last word off the peerlink that said "in service" */
	bool denied;		   /* the last word off the peerlink said "not in service" */
	core_ms fenced_at;	   /* last word on any path without a session: "my legs are down" */
	core_ms foreign_at;	   /* last probe with another system MAC, our own id or not the right key */
	enum why foreign_why;

	/* the session: session.c */
	bool sess_up, hello, sync_rx, sync_tx, mac_synced, sync_acked;
	bool synced_once;	   /* a session has been live in this run */
	bool gone;		   /* ended by GOODBYE */
	bool blind;		   /* carrier was lost since the last synchronisation */
	bool alarmed;
	bool lost_by_bfd;	   /* how the last session ended (B10) */
	uint32_t sess_no;
	core_ms last_rx, sess_at, restart_until;
	struct mc_member said;	   /* what this session's peer was last told */
	bool ack_said;		   /* SYNC_ACK has gone out */
	struct mc_member announced;

	/* rule 1: role.c */
	enum mc_role role;
	bool confirmed, locked;	   /* acknowledged to us / by us, in this session */
	uint32_t term, asked, ack_term;
	bool ask_role, ack_role;   /* to be sent at the end of this step */
	core_ms ask_role_at;
	struct damp damp_swap;

	/* rules 2-5: split.c */
	bool cut, presumed;	   /* carrier lost / restart-time over without proof; until a session lives */
	core_ms cut_at;
	core_ms back_at;	   /* presumed, with carrier: since when there is proof of the peer again */
	core_ms lease_at;	   /* of a fence: last proof */
	core_ms answered_at;	   /* last answer to a request of ours, never before cut_at */
	core_ms late_at;	   /* asked late, by our own fault, with no proof since; CORE_NEVER: not so */
	enum core_hold fence_hold; /* why we are fenced */
	bool proof;		   /* the peer has said "in service" since then, off the peerlink */
	uint32_t ask_seq, ask_first, ask_n;
	core_ms ask_at;
	struct damp damp_back, damp_fence;

	/* rules 9 and 10: aside.c */
	core_ms idle_at, bare_at;  /* since when no bond distributes, no uplink is left */
	core_ms wayless_at;	   /* beside a peer that has a way out: since when there is none here */
	bool aside;		   /* routes are held for it */
	core_ms differ_at;	   /* since when the peer is configured otherwise: differ.c */
	struct damp damp_aside;

	/* rule 8: join.c */
	enum phase phase, from;	   /* from: where PREP returns to */
	bool shared, adopted;	   /* adopted: was in service when this mlagd started */
	core_ms start_at, start_by; /* the configuration is taken for complete; at the latest */
	core_ms held_at, legs_at, stop_at, drain_at;
	core_ms apart_at;	   /* coming up: since when the peer is heard, but off the peerlink only */
	uint64_t prep_gen;
	bool stop_said;

	struct condition cond[COND_MAX];
	enum core_bfd bfd;	   /* these three for an operator alone */
	enum core_module module;
	struct told told;
	unsigned int n_ports;
	struct core_wanted_bond wb[CORE_PORTS_MAX];
	struct port port[CORE_PORTS_MAX]; /* ascending id; last, so a copy ends where they end */
};

/* out.c */
void out_reset(struct core_out *out);
struct mc_msg *out_msg(struct core_out *out, enum mc_msg_type type);
void out_note(const struct core *c, struct core_out *out, const char *what, const char *why, const char *effect);
void out_note_path(const struct core *c, struct core_out *out, uint8_t path, const char *what, const char *why, const char *effect);

/* peer.c */
bool mac_equal(const struct mc_mac *a, const struct mc_mac *b);
enum why peer_foreign(const struct core *c, const struct mc_member *m); /* A3, A10: not our peer at all; NONE: it may be */
void peer_take(struct core *c, const struct mc_member *m);
void peer_probe(struct core *c, struct core_out *out, uint8_t path, const struct mc_probe *p);
void peer_turned_away(struct core *c, struct core_out *out, enum mc_refusal fault);
core_ms peer_dead_ms(const struct core *c);
bool path_fresh(const struct core *c, unsigned int path);
bool path_proves(const struct core *c, unsigned int path); /* what comes on it counts (B6) */
bool peer_heard_elsewhere(const struct core *c); /* on any path but the peerlink */
bool peer_serves_elsewhere(const struct core *c);
bool peer_silent(const struct core *c); /* on every path */

/* session.c */
bool session_live(const struct core *c);
bool session_synced(const struct core *c);
void session_event(struct core *c, struct core_out *out, bool up, bool goodbye, bool bfd);
void session_lost(struct core *c, struct core_out *out, bool goodbye);
void session_msg(struct core *c, struct core_out *out, const struct mc_msg *m);
void session_mac_synced(struct core *c);
core_ms session_deadline(const struct core *c);
void session_tick(struct core *c, struct core_out *out);
void session_say(struct core *c, struct core_out *out); /* STATE, SYNC_ACK, role messages, in this order */
bool session_restarting(const struct core *c);

/* role.c */
bool rank_better(const struct mc_member *a, const struct mc_member *b, bool apart);
bool role_elected(const struct core *c); /* rule 1 without a session: we come up alone, the peer waits */
core_ms role_elect_at(const struct core *c);
bool role_settled(const struct core *c);
void role_reset(struct core *c);
void role_request(struct core *c, struct core_out *out, uint32_t term);
void role_acked(struct core *c, struct core_out *out, uint32_t term);
void role_decide(struct core *c);

/* aside.c */
bool aside_idle(const struct core *c);
bool aside_no_uplinks(const struct core *c);
bool rule10_aside(const struct core *c);
bool rule10_fence(const struct core *c);
bool rule8_no_way_out(const struct core *c); /* the peer serves, and what hosts sent here would go nowhere */
core_ms aside_uplinks_due(const struct core *c);
void stamp_while(core_ms *at, bool is, core_ms now); /* *at: since when it is so, CORE_NEVER while it is not */
void aside_decide(struct core *c, struct core_out *out);

/* differ.c */
bool differ_anycast(const struct core *c); /* as far as the peer has said (E6) */
bool differ_waits(const struct core *c); /* and it is the primary, and serves: this member does not */
bool differ_fence(const struct core *c);
core_ms differ_due(const struct core *c); /* CORE_NEVER: nothing differs */
void differ_decide(struct core *c, struct core_out *out);

/* core.c */
bool core_late(const struct core *c, core_ms by); /* this step comes later than was asked for: we did not run */

/* split.c */
void split_fence(struct core *c, enum core_hold hold);
void split_lease(struct core *c, core_ms proven_at);
bool split_lost(const struct core *c);
bool split_asking(const struct core *c);
core_ms split_lease_until(const struct core *c);
core_ms split_session_by(const struct core *c); /* CORE_NEVER: none is expected */
void split_begin(struct core *c);
void split_decide(struct core *c, struct core_out *out);

/* join.c */
bool legs_up(const struct core *c);
bool join_settled(const struct core *c);
core_ms join_init_until(const struct core *c);
bool join_waits(const struct core *c); /* init-delay or init-until */
void join_hold(struct core *c, enum phase phase);
void join_legs(struct core *c); /* JOIN begins: members up now */
void join_share(struct core *c, bool shared);
void join_woken(struct core *c); /* mlagd may have been stopped for long: what the hosts did meanwhile is not known */
void join_config(struct core *c, struct core_out *out, bool was_enabled);
void join_more(struct core *c); /* a piece of configuration came */
void join_ready(struct core *c); /* and it was the last one */
void join_routing(struct core *c, struct core_out *out, bool behind);
void join_begin(struct core *c);
void join_decide(struct core *c, struct core_out *out);
core_ms join_alone_at(const struct core *c);

/* leave.c */
bool leave_wanted(const struct core *c);
bool leave_for_good(const struct core *c); /* goodbye: no session any more */
bool leave_routes(const struct core *c); /* routes are given up by now */
bool leave_drains(const struct core *c); /* D7: legs are up, and to the peer they count as down */
void leave_decide(struct core *c, struct core_out *out);
void leave_config(struct core *c, struct core_out *out);

/* port.c */
struct port *port_find(struct core *c, uint16_t id);
void port_event(struct core *c, struct core_out *out, const struct core_bond *b);
void port_bypass(struct core *c, struct port *p, bool on);
void port_heard(struct core *c, const struct mc_port *mp);
void port_acked(struct core *c, uint16_t id, uint32_t seq);
void port_resay(struct core *c); /* draining begins or ends: the peer has to hear and acknowledge it */
/* A5: both legs of this id work, and LACP names two different partners. */
bool port_apart(const struct core *c, const struct port *p);
bool port_usable(const struct core *c, const struct port *p); /* what is for its host leaves here */
bool port_all_redirected(const struct core *c); /* the peer's filter lets through what a drained leg no longer takes */
void port_session(struct core *c); /* session lives: everything is to be said again */
void port_sync_end(struct core *c); /* what the peer has not named it does not have */
void port_peer_gone(struct core *c); /* GOODBYE: its legs are down */
void port_unack(struct core *c); /* our legs go down on our own decision */
bool port_dual(const struct core *c, const struct port *p);
bool port_gated(const struct core *c, const struct port *p);
bool port_echo(const struct port *p);
bool port_rising(const struct core *c, const struct port *p);
bool port_any_gated(const struct core *c);
void port_say(struct core *c, struct core_out *out);

/* bypass.c */
void bypass_decide(struct core *c, struct core_out *out);
bool bypass_held(const struct core *c, const struct port *p); /* our leg is down while the peer serves */
bool bypass_found(const struct core *c, const struct port *p); /* by this run, until born + BYPASS_FOUND_MS */
bool bypass_waits(const struct core *c, const struct port *p); /* until lone_at + BYPASS_MS */

/* wanted.c */
enum core_hold wanted_hold(const struct core *c);
bool wanted_make(struct core *c); /* true: it changed, generation has risen */

/* damp.c, rule 11 */
bool damp_held(const struct damp *d, core_ms now);
void damp_count(struct damp *d, core_ms now, unsigned int max);

/* view.c */
void view_update(struct core *c);
bool view_dual(const struct core *c, const struct port *p); /* A5, while what the peer said is in force */
const char *why_text(enum why why);

/* tell.c */
void tell_changes(struct core *c, struct core_out *out);

/* next.c */
core_ms core_next(const struct core *c);

#endif
