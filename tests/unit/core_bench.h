// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A core on the bench: one real core, and by hand what its kernel and its peer
 * would say. `us` has id 02::1, the peer 02::2; priorities decide who is better.
 */
#ifndef CORE_BENCH_H
#define CORE_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mlagd/core/core.h"

#define BACKUP 1
#define QUIET  500 /* the core waits so long for more configuration */

struct bench {
	struct core *core;
	struct core_out out; /* of the last step */
	core_ms now;
	struct core_config cfg;
	struct mc_member peer; /* what the peer will say of itself */
	struct core_bond bond[3];
	uint32_t asked;	       /* seq of the last request probe */
	uint32_t term;	       /* of the last ROLE_REQUEST */
	uint32_t seq[3];       /* of the last PORT we said, by bond */
	char noted[64][48];    /* what was noted, the newest 64 */
	unsigned int n_noted;
	bool apply;	       /* wanted is applied at once (default) */
};

/* Configured, nothing else known; us_first: we rank better by priority. */
void bench_new(struct bench *b, bool us_first);
void bench_free(struct bench *b);

void bench_event(struct bench *b, struct core_event ev);
void bench_wait(struct bench *b, core_ms ms); /* time passes, timers are served */
void bench_config(struct bench *b);
void bench_peerlink(struct bench *b, bool carrier, bool usable);
void bench_cut(struct bench *b); /* the peerlink: no carrier */
void bench_bond(struct bench *b, unsigned int i); /* say bond[i] as it stands */
void bench_leg(struct bench *b, unsigned int i, bool up);
void bench_legs(struct bench *b, bool up); /* of the two bonds that bench_in_service() says */
void bench_uplinks(struct bench *b, bool up, bool detour);
void bench_routes(struct bench *b, bool present); /* of init-until */
void bench_session(struct bench *b, bool up);
void bench_msg(struct bench *b, struct mc_msg m);
void bench_hello(struct bench *b);
void bench_state(struct bench *b); /* the peer's STATE as b->peer stands */
void bench_alive(struct bench *b, core_ms ms); /* time passes, with STATE and heartbeats of the peer */
void bench_port(struct bench *b, uint16_t id, uint32_t seq, bool distributing);
void bench_sync(struct bench *b); /* the rest of a synchronisation */
void bench_meet(struct bench *b); /* a session: both legs of the peer distribute, all is synchronised, it asks to be primary */
void bench_probe(struct bench *b, uint8_t path, uint32_t reply_to);
/* The peer's word that our last request, role or port, is granted. */
void bench_role_ack(struct bench *b);
void bench_port_ack(struct bench *b, uint16_t id);

/* Synchronised with a peer in service; we have just joined and are in service as `role`. */
void bench_in_service(struct bench *b, enum mc_role role);
/* A new bench in service as `role`, for which it has the priority. */
void bench_serving(struct bench *b, enum mc_role role);
void bench_serving_heard(struct bench *b, enum mc_role role); /* and the peer is heard on the backup too */

struct mc_member bench_self(const struct bench *b);
const struct core_wanted_bond *bench_wanted(const struct bench *b, uint16_t id);
enum core_hold bench_hold(const struct bench *b); /* why bond 1 is held */
const struct mc_msg *bench_said(const struct bench *b, enum mc_msg_type type);
bool bench_noted(const struct bench *b, const char *what); /* in the last step */
unsigned int bench_ever_noted(const struct bench *b, const char *what); /* how often, of the newest 64 */

#endif
