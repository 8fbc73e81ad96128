// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The model: every order of events and faults that two real cores can meet,
 * up to a number of faults, explored state by state. mlagd/core and the
 * dead-man are linked as they are; around them stands the smallest world in
 * which they can be wrong: one MLAG bond, one peerlink, one or two other paths
 * (a backup, the fabric), uplinks, two switches that lose power, two mlagds
 * that die. doc/model.md says what is left out and why that is sound.
 *
 *   world.c   one switch and its kernel      life.c     its beginnings and ends
 *   net.c     session, datagrams, peerlink
 *   deadman.c zebra's module and the guard   moves.c    what may happen next, faults.c: what breaks
 *   check.c   invariants                     canon.c    equal states made equal, canon_time.c
 *   sound.c   and whether they are
 *   pack.c    states as bytes                store.c    states seen
 *   explore.c the search                     settle.c   from one still state to the next
 *   converge.c what healed pairs come to     tell.c     traces in words
 *   main.c    options
 */
#ifndef MODEL_H
#define MODEL_H

#include "mlagd/core/core_int.h"

#define TICK_MS	    500	 /* time passes in these steps, when nothing is on its way */
#define NOW	    1000000 /* every state is shifted so that its time is this */
#define HANDOVER_TICKS 4 /* HANDOVER_MS */
#define LACP_TICKS  3	 /* a leg with carrier distributes after so many */
#define ID_TICKS    1	 /* and after a change of the LACP id */
#define BAG	    32	 /* datagrams on their way to one member */
#define HUNG_BAG    4	 /* what the socket of a hung mlagd keeps: the oldest */
#define FOLLOW_TICKS 6	 /* routing is behind the shared VTEP for so long at most */
#define LATE_TICKS  4	 /* a late datagram is on its way for so long at most */
#define STREAM	    24	 /* session items on their way to one member */
#define PATHS	    3	 /* the peerlink, and at most two others */

struct leg { /* the kernel's state; it outlives mlagd */
	bool cable, hold, split, shared, dual, gated, echo, cross, carrier, distributing;
	bool source;	    /* the shared VTEP is the tunnels' source; kept where --follow asks what follows it */
	bool routes, hosts; /* zebra announces prefixes; or hosts reached here alone */
	uint8_t timer;	/* ticks until it distributes, 0 none; the host's LACP is heard in the last of them */
	uint8_t joined; /* ticks since it was put under the shared id with members up, up to 3 */
};

struct side {
	bool powered, alive, missed_cut;
	bool hung; /* alive, and stopped: its kernel and its sockets go on, it does not */
	bool pl_carrier, pl_usable;
	bool late;    /* what the session brings here comes after the next tick only */
	bool session; /* this side holds the session; both do: it is the same one */
	bool due_applied, due_bond, due_peerlink, due_synced, due_config, due_uplinks, due_routes, due_routing; /* on their way to the core */
	bool due_timer; /* its time came while it was hung */
	bool boot;	/* the machine came up, and mlagd has given no orders since */
	bool uplinks_lost, routes_gone, maintenance, shutdown;
	uint8_t behind; /* ticks until routing has followed the shared VTEP, at the latest; 0: it has */
	uint8_t deaf;	/* a bit per path: nothing comes in on it */
	uint8_t leave_ticks; /* since leaving was asked for, and not taken back, up to HANDOVER_TICKS */
	uint8_t dead_ticks, last_role, last_hold; /* of a dead mlagd: how long ago, its last role and lease (deadman.c) */
	uint8_t pl_timer, fenced_ticks, dark_ticks, shut_ticks, idle_ticks, bare_ticks, hole_ticks, n_stream, n_bag;
	int32_t next; /* the core's deadline from now, -1 never */
	struct leg leg;
};

struct dgram {
	uint8_t paths; /* a bit each: copies of one datagram, on paths that are alike */
	uint8_t late; /* so many ticks more it may still be on its way, 0: it is due */
	struct mc_probe p;
};

enum { IT_UP, IT_DOWN, IT_MSG };

struct item {
	int kind;
	struct mc_msg m;
};

struct env {
	struct side s[2];
	bool pl_cable;
	uint8_t faults; /* left */
	uint8_t quiet;	/* ticks for which a lone crash may change nothing */
	uint8_t echo_ticks;
	uint8_t back_n, back_ticks; /* rule 11: steps back of leaf2, and ticks since the first of them */
};

/* The state at work; packed by pack.c. */
struct world {
	struct env e;
	struct item stream[2][STREAM];
	struct dgram bag[2][BAG];
	struct core *core[2];
	const char *broken; /* invariant violated by the last move, NULL none */
	const char *detail;
	bool told;  /* tell in words */
	unsigned int did; /* what the other member or an invariant could notice of the last moves: enum did */
};

enum did {
	DID_DGRAM = 1, /* said something that may overtake the session */
	DID_MSG = 2,   /* said something in the session */
	DID_SHOW = 4,  /* changed a kernel, a role, a phase, a session */
	DID_TAKE = 8,  /* took what the session brought: a datagram could have come before it */
};

struct move {
	uint8_t kind, side, i;
};

enum {
	MV_ROUTING, MV_APPLIED, MV_PEERLINK, MV_BOND, MV_CONFIG, MV_UPLINKS, MV_ROUTES, MV_SYNCED, MV_STREAM, MV_DGRAM, MV_TIMER, MV_MODULE, MV_TICK,
	/* healing is free */
	MV_START, MV_RESUME, MV_POWER_ON, MV_LEG_BACK, MV_PL_BACK, MV_PATH_BACK, MV_UPLINKS_BACK, MV_ROUTES_BACK, MV_FOLLOWED, MV_RETURN,
	/* faults */
	MV_PL_CUT, MV_PATH_CUT, MV_DEAF, MV_HANG, MV_CRASH, MV_CRASH_RST, MV_POWER_OFF, MV_LEG_CUT, MV_UPLINKS_LOST, MV_MAINTENANCE,
	MV_SHUTDOWN, MV_LOSE, MV_LATE, MV_SLOW, /* i of these: which datagram, and times BAG which path */
};
#define MV_IS_FAULT(k) ((k) >= MV_PL_CUT)
#define MOVES_MAX 128

/* What is explored: main.c's options. */
struct model {
	unsigned int faults, paths; /* paths: besides the peerlink, 1 or 2 */
	bool whole;  /* begin with a pair that is whole */
	bool still;  /* faults strike when nothing is on its way */
	bool routes; /* init-until is configured */
	bool follow; /* routing may follow the shared VTEP late */
	bool hang;   /* mlagd may be stopped, too */
	bool flap;   /* the peerlink alone, again and again, with rule 11's counters */
	bool sound;  /* canon() is tested on every state */
	bool loud;
};
extern struct model model;
extern unsigned int core_broken;

/* world.c */
void world_begin(struct world *w);
bool side_runs(const struct side *m); /* alive and not hung */
bool side_acts(const struct world *w, unsigned int s); /* and through with its start */
bool side_leaves(const struct side *m); /* by the operator's will */
void side_event(struct world *w, unsigned int s, struct core_event *ev);
void side_config(struct world *w, unsigned int s);
void side_uplinks(struct world *w, unsigned int s);
void side_routes(struct world *w, unsigned int s);
void side_routing(struct world *w, unsigned int s);
void side_leg_report(struct world *w, unsigned int s, bool adopt);
void leg_physical(struct side *s);
void leg_own_id(struct side *s);

/* life.c */
void side_start(struct world *w, unsigned int s);
void side_crash(struct world *w, unsigned int s, bool reset);
void side_hang(struct world *w, unsigned int s, bool hang);
void side_power(struct world *w, unsigned int s, bool on);

/* deadman.c */
uint8_t deadman_lease_class(enum core_hold hold);
bool deadman_due(const struct world *w, unsigned int s);
void deadman_act(struct world *w, unsigned int s);

/* net.c */
bool net_peerlink(const struct world *w);
bool net_usable(const struct world *w);
bool net_hears(const struct world *w, unsigned int to); /* its peer, off the peerlink */
void net_peerlink_changed(struct world *w);
void net_peerlink_report(struct world *w, unsigned int s);
void net_probe(struct world *w, unsigned int from, unsigned int path, uint32_t seq, uint32_t reply_to);
void net_steady(struct world *w, unsigned int from);
void net_dgram(struct world *w, unsigned int s, unsigned int i);
void net_lose(struct world *w, unsigned int s, unsigned int i, bool late);
void net_send(struct world *w, unsigned int from, const struct mc_msg *m);
bool net_stream_ready(const struct world *w, unsigned int s);
void net_stream(struct world *w, unsigned int s);
void net_sessions(struct world *w);
void net_close(struct world *w, unsigned int s);

/* moves.c */
unsigned int moves_steps(const struct world *w, unsigned int s, struct move *m); /* what this side takes next, 0 or 1 */
unsigned int moves_list(const struct world *w, struct move *m); /* steps, then healing, then faults */
void move_make(struct world *w, struct move m);
const char *move_name(struct move m, char *buf, size_t len);
bool world_still(const struct world *w); /* nothing is on its way: time may pass */

/* faults.c */
unsigned int faults_list(const struct world *w, struct move *m);
unsigned int heals_list(const struct world *w, struct move *m);
void outside(struct world *w, struct move m);

/* check.c */
void check_broken(struct world *w, const char *invariant, const char *detail);
void check_state(struct world *w);
void check_tick(struct world *w);
void check_joined(struct world *w, unsigned int s);
void check_applied(struct world *w, unsigned int s, const struct leg *was);
bool check_healed(const struct world *w);
bool check_converged(const struct world *w);

/* canon.c */
void canon(struct world *w); /* normalises */

/* canon_time.c */
void canon_age(struct world *w); /* a tick passes */
void canon_times(struct world *w, unsigned int s);

/* pack.c */
struct blob {
	uint32_t len; /* in bytes, a multiple of 8 */
	uint64_t b[];
};
struct digest {
	uint32_t h[3];
};
void pack_reference(const struct world *w); /* what most states resemble; before the first is packed */
struct blob *pack(struct world *w, struct digest *d); /* normalises w; NULL without memory */
void unpack(struct world *w, const struct blob *b);

/* sound.c */
void sound_before(const struct world *w); /* as it came */
bool sound_after(struct world *w, const struct blob *b); /* and made canonical; false: not the same, see w->broken */

/* store.c */
struct entry {
	struct digest d;
	uint32_t parent;
	struct move via;
	uint8_t flags;
};
enum { ST_HEALED = 1, ST_CONVERGED = 2 };
struct store {
	struct entry *e;
	uint32_t n, cap, *slot, slots;
};
#define STORE_NONE UINT32_MAX
bool store_init(struct store *st, uint32_t cap);
void store_fini(struct store *st);
void store_no_more(struct store *st); /* nothing is looked up any more: its memory is given back */
/* The id of d, new or not; STORE_NONE: full. */
uint32_t store_add(struct store *st, const struct digest *d, uint32_t parent, struct move via, bool *isnew);

/* explore.c */
struct search;
int model_explore(uint32_t states); /* 0: all well; 1: a violation; 2: no room */

/* settle.c: a state with no fault left goes on to where time passes, in every order */
struct settle {
	struct world *w;
	struct move path[4 * STREAM + 8 * BAG];
	unsigned int n;
	uint64_t moves;
	void *arg;
	bool (*still)(void *arg, uint32_t *id); /* what this state is called; false: enough */
	void (*again)(void *arg, uint32_t id);	/* one that was named before */
};
void settle_begin(uint32_t room); /* of so many crossroads it is kept where they lead */
void settle_end(void);
bool settle(struct settle *s); /* false: enough, or s->w->broken */

/* converge.c */
struct ways { /* what may follow what, of healed states, without faults */
	uint32_t (*e)[2];
	size_t n, cap;
};
void ways_add(struct ways *y, uint32_t from, uint32_t to);
uint32_t ways_check(struct store *st, struct ways *y, uint64_t *healed); /* a state from which it may never be whole, or STORE_NONE */
void ways_fini(struct ways *y);

/* tell.c */
void boot(struct world *w); /* from power on to a pair that is whole and stays so */
void tell(struct world *w, const struct store *st, uint32_t to, const struct move *last, unsigned int n);

#endif
