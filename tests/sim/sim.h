// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulator: two real cores and two real MAC tables, joined by links that
 * lose, delay and break, over two modelled kernels, under a virtual clock.
 * A seed decides everything that happens, so a failure is repeated exactly.
 *
 *   queue.c   virtual time      net.c    paths, session, peerlink
 *   leg.c     one switch: its kernel
 *   member.c  and its mlagd: the funnel around a core
 *   scenario.c  failure.md's sequences by name, in scenario.h's words; play.c plays them
 *   fault.c   what breaks       check.c  the invariants
 *   runs.c    seeds, and rules broken on purpose
 *   main.c    one run, and options
 */
#ifndef SIM_H
#define SIM_H

#include "mlagd/core/core.h"
#include "mlagd/core/mac.h"

#define BONDS	   2
#define PATHS	   2 /* peerlink, one backup */
#define MACS_A_MSG 16
#define LACP_MS	   2600
#define LACP_ID_MS 400
#define LACP_HEARD_MS 1000 /* after carrier, at most */
#define ONE_AT_A_TIME_MS 900 /* rule 8: below the core's own waiting time */
#define STREAM_MAX 4096
#define BREAK_WORD     15	 /* beside the core's, a rule of the world: what a member says of its uplinks is what it knows of them */
#define SIM_HEAL_MS    1500000 /* above every delay and the longest damping (rule 11) */
#define SIM_SETTLED_MS 5000    /* how long a converged pair must stay so */

enum kind {
	K_TIMER,   /* a core asked to be called */
	K_STEADY,  /* keepalive interval */
	K_PROBE,   /* a datagram arrives */
	K_STREAM,  /* session messages may arrive */
	K_SESSION, /* transport up or down, as one side sees it */
	K_CONNECT, /* the edges try to connect */
	K_SYNCED,  /* the peer's MACs are in the kernel */
	K_ROUTING, /* routing falls behind the shared VTEP, or has followed */
	K_APPLIED, /* wanted is in the kernel */
	K_LEG,	   /* a bond's LACP state moves */
	K_PEERLINK,/* a side notices the peerlink's state */
	K_START,   /* mlagd starts */
	K_RESUME,  /* a hung mlagd goes on */
	K_FAULT,   /* something breaks or heals */
	K_FLAP,	   /* what oscillates changes over */
};

struct item {
	core_ms at;
	uint64_t order;
	enum kind kind;
	uint8_t m;
	uint32_t life; /* of the member it is for; void when it has had a new one */
	union {
		struct {
			uint8_t path;
			struct mc_probe p;
		} probe;
		struct {
			uint32_t epoch;
			bool up, goodbye;
		} session;
		uint64_t generation;
		struct {
			uint32_t nth; /* change of the source */
			bool behind;
		} routing;
		unsigned int bond;
	};
};

extern unsigned int core_broken; /* bit n: rule n of the core is broken on purpose */

struct leg {
	bool cable, hold, split, shared, dual, gated; /* the kernel's state */
	bool echo, cross;			      /* of the host's own sources, likewise */
	bool carrier, distributing;
	core_ms heard_at; /* when the host's LACP is heard, CORE_NEVER without carrier */
	core_ms joined;	 /* when mlagd last put it under the shared id, members up */
	core_ms dist_at; /* when LACP is through, CORE_NEVER not on the way */
};

struct chunk { /* one session message on its way */
	core_ms at;
	uint32_t epoch;
	struct mc_msg m;
	struct mc_mac_entry e[MACS_A_MSG];
};

struct member {
	unsigned int id;
	bool powered, alive, shutdown, maintenance;
	bool uplinks_lost, routeless;
	core_ms clock; /* its own clock is ahead of the world's by so much: each counts from its boot */
	bool deaf; /* nothing arrives here on the backup */
	bool mute; /* nothing that it sends over the peerlink arrives, */
	bool mute_lacp; /* and LACP's frames do not either */
	bool hung; /* mlagd is stopped: its kernel and sockets go on, it does not */
	uint32_t life;
	struct core *core;
	struct mact *mact;
	struct core_out out;
	struct leg leg[BONDS];
	bool missed_cut;	    /* the peerlink went while its mlagd did not run; until a session has closed what was open */
	bool blind_start;	    /* its mlagd has found the peerlink with carrier and without LACP; likewise until then */
	bool pl_carrier, pl_usable; /* as its kernel has it */
	core_ms timer, pl_usable_at;
	uint32_t epoch; /* of the session as this side has it, 0 none */
	struct chunk *in; /* ring of what is on its way here */
	unsigned int in_head, in_tail;
	core_ms in_last;
	unsigned int changes; /* kernel fields changed by mlagd, ever */
	unsigned int moves;   /* of them those of an id, or of legs up or down */
	unsigned int mark, mark_moves; /* both as they were at a scenario's MARK */
	core_ms flips[32];    /* last changes of hold: no-flap */
	unsigned int n_flips;
	bool source;	     /* the shared VTEP is the tunnels' source, in the kernel */
	uint32_t n_sources;  /* how often that has changed */
	unsigned int crash_in; /* die in the middle of the n-th apply from now, 0 never */
};

struct sim {
	uint64_t rng, seed;
	core_ms now;
	struct item *heap;
	unsigned int n_heap, cap_heap;
	uint64_t order, steps;
	struct member mem[2];
	struct core_config cfg[2];
	bool pl_cable, backup;
	unsigned int loss; /* percent of datagrams */
	unsigned int slow; /* a message of the session takes up to so much more */
	uint32_t epoch;
	bool trace, faults;
	const char *broken; /* the invariant violated, NULL none */
	char detail[160];
	core_ms one_brain_since, echo_since, fenced_since[2];
	core_ms flap_until, flap_ms; /* something oscillates: 0 nothing */
	bool flap_backup;
	bool quiet; /* a lone crash is being watched: nothing else may happen */
	unsigned int quiet_changes;
	core_ms quiet_until;
};

/* runs.c */
/* True when all seeds hold, and every invariant had something to judge. */
bool runs_many(uint64_t from, uint64_t n, bool trace);
/* Breaks every rule in turn; 0 only if each is caught. */
int runs_prove(uint64_t seeds);

/* main.c */
void sim_begin(struct sim *s, uint64_t seed, bool trace);
/* Until `until`, or until the pair has been converged for `settled` (0: does not count). */
void sim_run(struct sim *s, core_ms until, core_ms settled);
void sim_end(struct sim *s);

/* queue.c */
uint64_t sim_random(struct sim *s, uint64_t n); /* 0..n-1 */
struct item *sim_push(struct sim *s, core_ms at, enum kind kind, unsigned int m); /* fill the rest at once */
bool sim_pop(struct sim *s, struct item *it);

/* net.c */
bool net_peerlink(const struct sim *s);
void net_peerlink_changed(struct sim *s);
void net_mute(struct sim *s, struct member *m, bool mute, bool lacp);
void net_peerlink_report(struct sim *s, struct member *m);
void net_peerlink_seen(struct sim *s, struct member *m);
void net_probe(struct sim *s, struct member *from, unsigned int path, uint32_t seq, uint32_t reply_to);
void net_send(struct sim *s, struct member *from, const struct mc_msg *m);
void net_deliver(struct sim *s, struct member *to);
void net_connect(struct sim *s);
void net_close(struct sim *s, struct member *m);

/* member.c */
bool member_acts(const struct member *m);
core_ms member_now(const struct sim *s, const struct member *m); /* by its own clock */
void member_jump(struct sim *s, struct member *m, core_ms ahead);
struct member *member_other(struct sim *s, struct member *m);
void member_event(struct sim *s, struct member *m, const struct core_event *ev);
void member_start(struct sim *s, struct member *m);
void member_crash(struct sim *s, struct member *m);
void member_power(struct sim *s, struct member *m, bool on);
void member_hang(struct sim *s, struct member *m, bool hang);
void member_leave(struct sim *s, struct member *m, bool maintenance, bool shutdown);
void member_uplinks(struct sim *s, struct member *m); /* it is told of its uplinks */
void member_steady(struct sim *s, struct member *m);
void member_learn(struct sim *s, struct member *m);
void leg_report(struct sim *s, struct member *m, unsigned int i, bool adopt);
void leg_apply(struct sim *s, struct member *m, unsigned int i, const struct core_wanted_bond *w);
void leg_moved(struct sim *s, struct member *m, unsigned int bond);
void leg_physical(struct sim *s, struct member *m, unsigned int bond);

/* fault.c */
void fault_next(struct sim *s);
void fault_flap(struct sim *s);
void fault_flap_begin(struct sim *s, bool backup, core_ms half_period, core_ms until);
void fault_heal_all(struct sim *s);

/* check.c */
void check_all(struct sim *s);
bool check_converged(struct sim *s, char *why, size_t len);
void check_quiet_begin(struct sim *s, const struct member *m);
void check_joined(struct sim *s, struct member *m, unsigned int bond);
void check_violation(struct sim *s, const char *invariant, const char *detail);

/* What an invariant judges has come about; counted, since one that never has anything to judge proves nothing. */
enum met {
	MET_PRIMARY,	/* one-brain: two live members, one of them primary */
	MET_APART,	/* and: peerlink cut, both carry bonds, one under the shared id */
	MET_ONE_ID,	/* no-echo: both legs of a host distribute under one id */
	MET_TWO_IDS,	/* and under two, with a peerlink between them */
	MET_RISING,	/* and one of them crosses before it distributes */
	MET_RULE4,	/* no-orphan: a primary with legs under the shared id applies what it wants */
	MET_JOIN,	/* a leg joins the shared id, the other is there */
	MET_FENCED,	/* fenced while the peer serves nobody */
	MET_FLAP,	/* no-flap: half as many changes as are too many */
	MET_CRASH,	/* fail-safe: a lone crash was watched to its end */
	MET_CONVERGED,	/* convergence: waited for, and reached */
	N_MET,
};
void check_met(enum met what);
/* Prints how often; false when something was never met. */
bool check_met_all(void);

#endif
