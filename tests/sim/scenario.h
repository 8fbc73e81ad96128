// SPDX-License-Identifier: GPL-2.0-or-later
/* The language in which scenario.c tells its sequences, and play.c plays them. */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include "tests/sim/sim.h"

enum what {
	END,
	OFF, ON, CRASH, START, HANG, RESUME,
	PL_CUT, PL_BACK, BK_CUT, BK_BACK,
	DEAF, HEARS,	 /* nothing arrives here on the backup */
	MUTE, SPEAKS,	 /* nothing that it sends over the peerlink arrives; with LACP's own frames LACP stops */
	MUTE_IP,	 /* the same, but LACP goes on: its frames alone get through */
	PL_FLAP,	 /* the peerlink goes and comes `n` times a second from now on; ends with PL_CUT or PL_BACK */
	PL_SLOW,	 /* messages of the session take up to `n` ms more */
	LEG_CUT, LEGS_CUT, LEGS_BACK,
	UP_LOST, UP_BACK,
	STOP, LEAVE, RETURN,	  /* mlag shutdown, maintenance, neither any more */
	ROUTES_LOST, ROUTES_BACK, /* uplinks have carrier, and no route leads out over them */
	MODULE_LOST, MODULE_BACK, /* zebra, and our module in it */
	PRIORITY,	 /* is configured to be `n` */
	JUMP,		 /* its clock is suddenly `n` ms ahead */
	SOMETIME,	 /* nothing: the next act follows within `n` ms, the seed decides when */
	MARK,		 /* from now on CALM and STEADY count */
	/* what is expected */
	SERVES,	 /* in service, and its bonds are offered */
	SHARED,	 /* and under the pair's id */
	OWN,	 /* and under its own */
	DARK,	 /* its bonds are held down */
	HOSTS,	 /* announces the hosts that it reaches, and no prefixes */
	PRIMARY, /* is primary */
	CALM,	 /* nothing in its kernel has changed since MARK */
	STEADY,	 /* no bond of it has changed its id, or gone up or down: no host notices anything */
};

struct act {
	core_ms after;
	enum what what;
	unsigned int m; /* P: primary when whole, S: secondary */
	unsigned int n;
};

enum { P, S };

struct scenario {
	const char *name;
	bool cold; /* does not begin with a pair that is whole */
	struct act act[24];
};

extern const struct scenario scenarios[];
extern const unsigned int n_scenarios;

/* One run; the invariant violated, or NULL: healed in the end, the pair must converge. core_broken counts from where its script begins. */
const char *scenario_play(const struct scenario *sc, uint64_t seed, bool trace, bool tell);
/* Each whose name holds `only`, with n seeds. 0: all held. */
int scenarios_run(uint64_t from, uint64_t n, const char *only, bool trace);
void scenarios_name(void);
/* Each has to fail when some rule is broken; says by which it does. 0: each does. */
int scenarios_prove(void);

#endif
