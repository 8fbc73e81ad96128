// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A bench for the peer's transport: members on one libfrr event loop over
 * loopback, each with ports of its own, and a recorder for what they report.
 * Waits for events, bounded by a guard timer; needs no root.
 */
#ifndef TESTS_UNIT_PEER_BENCH_H
#define TESTS_UNIT_PEER_BENCH_H

#include <zebra.h>

#include <setjmp.h>
#include <cmocka.h>

#include "mlagd/peer_int.h"

#define BENCH_LOG 4096

/* One member with all that it has reported. */
struct member {
	struct peer *peer;
	struct peer_ops ops;
	struct conf conf;
	struct mc_member self;
	unsigned int ups, downs, goodbyes, writables, probes[PEER_PATHS_MAX], msgs[MC_MSG_MAX];
	uint32_t answered[PEER_PATHS_MAX]; /* last reply_to */
	uint64_t macs;
	uint32_t order[BENCH_LOG]; /* terms and first MACs, as they came */
	unsigned int n_order;
	char version[32];
	bool hello_at_once; /* say HELLO when the session comes up */
	uint32_t capabilities; /* and this in it */
	bool drop_on_msg;   /* close in the callback of the next message */
};

extern struct event_loop *bench_loop;
/* The key of members that are started from now on, "" none. */
extern const char *bench_key;

/* Ports differ from test to test, so that nothing of the last one is in the way. */
void bench_start(void);
/* A teardown: stops the members that still run, too. */
int bench_stop(void **state);
/* side 0 has the lower id and port, side 1 the higher; ip is the other's address. */
void member_start(struct member *m, unsigned int side, const char *ip, bool backup);
/* The same on device dev, where the peer is to be found by hello; id: last byte of the local id. */
void member_start_on(struct member *m, unsigned int side, const char *dev, uint8_t id);
void member_stop(struct member *m);
uint16_t member_port(unsigned int side);

/* Runs the loop until the expression holds; fails after five seconds. */
#define bench_until(expression)                                                                    \
	do {                                                                                       \
		bench_guard(true);                                                                 \
		while (!(expression) && bench_turn())                                              \
			;                                                                          \
		bench_guard(false);                                                                \
		if (!(expression))                                                                 \
			fail_msg("never came true: %s", #expression);                              \
	} while (0)
void bench_guard(bool on);
bool bench_turn(void);

/* A hello of a member with a higher or lower id than ours, as a frame. */
size_t bench_hello(uint8_t *buf, size_t size, uint64_t incarnation);
/* The same of a member with these capabilities. */
size_t bench_hello_of(uint8_t *buf, size_t size, uint64_t incarnation, uint32_t capabilities);
void bench_member(struct mc_member *m, unsigned int side, uint64_t incarnation);

/* A plain socket that speaks from address ip to side's port; ttl as given. */
int bench_connect(unsigned int side, const char *ip, int ttl);
int bench_udp(unsigned int side, const char *ip, int ttl);

#endif
