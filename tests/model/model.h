// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The model: every order of events and faults that two real cores can meet,
 * up to a number of faults, explored state by state. mlagd/core is linked as
 * it is; around it stands the smallest world in which it can be wrong: one
 * MLAG bond, one peerlink, one backup, two switches that lose power, two
 * mlagds that die. doc/model.md says what is left out and why that is sound.
 *
 *   world.c   one switch and its kernel      net.c    session, datagrams, peerlink
 *   moves.c   what may happen next           check.c  invariants, convergence
 *   canon.c   equal states made equal        store.c  states seen, 128-bit digests
 *   explore.c search, traces                pack.c   states as bytes
 *   main.c    options
 */
#ifndef MODEL_H
#define MODEL_H

#include "mlagd/core/core_int.h"

#define TICK_MS	    500	 /* time passes in these steps, when nothing is on its way */
#define NOW	    1000000 /* every state is shifted so that its time is this */
#define LACP_TICKS  3	 /* a leg with carrier distributes after so many */
#define ID_TICKS    1	 /* and after a change of the LACP id */
#define BAG	    8	 /* datagrams on their way to one member */
#define LATE_TICKS  4	 /* a late datagram is on its way for so long at most */
#define STREAM	    16	 /* session items on their way to one member */

struct leg { /* the kernel's state; it outlives mlagd */
	bool cable, hold, split, shared, dual, gated, carrier, distributing;
	uint8_t timer;	/* ticks until it distributes, 0 none */
	uint8_t joined; /* ticks since it was put under the shared id with members up, up to 3 */
};

struct side {
	bool powered, alive, missed_cut;
	bool pl_carrier, pl_usable;
	bool late;    /* what the session brings here comes after the next tick only */
	bool session; /* this side holds the session; both do: it is the same one */
	bool due_applied, due_bond, due_peerlink, due_synced; /* events on their way to the core */
	uint8_t pl_timer, fenced_ticks, dark_ticks, shut_ticks, n_stream, n_bag;
	int32_t next; /* the core's deadline from now, -1 never */
	struct leg leg;
};

struct dgram {
	uint8_t path;
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
	bool pl_cable, backup;
	uint8_t faults; /* left */
	uint8_t quiet;	/* ticks for which a lone crash may change nothing */
	uint8_t echo_ticks;
};

/* The state at work; packed by canon.c. */
struct world {
	struct env e;
	struct item stream[2][STREAM];
	struct dgram bag[2][BAG];
	struct core *core[2];
	const char *broken; /* invariant violated by the last move, NULL none */
	const char *detail;
	bool told; /* tell in words */
};

struct move {
	uint8_t kind, side, i;
};

enum {
	MV_APPLIED, MV_BOND, MV_PEERLINK, MV_SYNCED, MV_STREAM, MV_DGRAM, MV_TICK,
	MV_START, MV_POWER_ON, MV_LEG_BACK, MV_PL_BACK, MV_BK_BACK, /* healing is free */
	MV_PL_CUT, MV_BK_CUT, MV_CRASH, MV_CRASH_RST, MV_POWER_OFF, MV_LEG_CUT, MV_LOSE, MV_LATE, MV_SLOW, /* faults */
};
#define MV_IS_FAULT(k) ((k) >= MV_PL_CUT)
#define MOVES_MAX 96

extern const struct core_config model_config[2];
extern bool model_coarse; /* when both members have something to take, leaf1 goes first */

/* world.c */
bool side_acts(const struct world *w, unsigned int s);
void side_event(struct world *w, unsigned int s, struct core_event *ev);
void side_start(struct world *w, unsigned int s);
void side_crash(struct world *w, unsigned int s, bool reset);
void side_power(struct world *w, unsigned int s, bool on);
void side_leg_report(struct world *w, unsigned int s, bool adopt);
void leg_physical(struct side *s);

/* net.c */
bool net_peerlink(const struct world *w);
bool net_usable(const struct world *w);
void net_peerlink_changed(struct world *w);
void net_peerlink_report(struct world *w, unsigned int s);
void net_probe(struct world *w, unsigned int from, unsigned int path, uint32_t seq, uint32_t reply_to);
void net_steady(struct world *w, unsigned int from);
void net_dgram(struct world *w, unsigned int s, unsigned int i, bool deliver);
void net_send(struct world *w, unsigned int from, const struct mc_msg *m);
void net_stream(struct world *w, unsigned int s);
void net_connect(struct world *w);
void net_close(struct world *w, unsigned int s);

/* moves.c */
void world_begin(struct world *w, unsigned int faults);
unsigned int moves_list(const struct world *w, struct move *m); /* steps, then healing, then faults */
void move_make(struct world *w, struct move m);
const char *move_name(struct move m, char *buf, size_t len);
bool world_still(const struct world *w); /* nothing is on its way: time may pass */

/* check.c */
void check_broken(struct world *w, const char *invariant, const char *detail);
void check_state(struct world *w);
void check_tick(struct world *w);
void check_joined(struct world *w, unsigned int s);
bool check_healed(const struct world *w);
bool check_converged(const struct world *w);

/* canon.c */
void canon_age(struct world *w); /* a tick passes */
void canon(struct world *w);	 /* normalises */

/* pack.c */
struct blob {
	uint32_t len;
	uint8_t b[];
};
struct digest {
	uint64_t h[2];
};
struct blob *canon_pack(struct world *w, struct digest *d); /* normalises w; NULL without memory */
void canon_unpack(struct world *w, const struct blob *b);

/* explore.c */
extern bool model_whole; /* begin with a pair that is whole */
int model_explore(unsigned int faults, uint32_t states, bool loud); /* 0: all well; 1: a violation; 2: no room */

/* store.c */
struct entry {
	struct digest d;
	uint32_t parent, calm; /* whence; whither, when all is healed and no fault comes, NONE: not healed */
	struct move via;
	bool converged, sure; /* sure: the calm way from here ends in convergence */
};
struct store {
	struct entry *e;
	uint32_t n, cap, *slot, slots;
};
bool store_init(struct store *st, uint32_t cap);
void store_fini(struct store *st);
#define STORE_NONE UINT32_MAX
uint32_t store_find(const struct store *st, const struct digest *d);
uint32_t store_add(struct store *st, const struct digest *d, uint32_t parent, struct move via); /* NONE: full */

#endif
