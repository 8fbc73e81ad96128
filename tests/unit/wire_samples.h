// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What both wire tests share: members at the two ends of every range, how to
 * compare them, and the list of harms that a member block must be refused for.
 */
#ifndef TESTS_UNIT_WIRE_SAMPLES_H
#define TESTS_UNIT_WIRE_SAMPLES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mlagd/wire/wire.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

static const struct mc_member member_low = {
	.incarnation = 1,
	.id = { { 0x02, 0, 0, 0, 0, 1 } },
	.system_mac = { { 0x44, 0x38, 0x39, 0xff, 0, 0 } },
	.keepalive_ms = 50,
	.multiplier = 2,
	.restart_time_ms = 1000,
};

static const struct mc_member member_high = {
	.incarnation = UINT64_MAX,
	.peer_incarnation = 0x0123456789abcdef,
	.id = { { 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff } },
	.system_mac = { { 0x44, 0x38, 0x39, 0xff, 0xff, 0xff } },
	.priority = 65535,
	.role = MC_ROLE_SECONDARY,
	.in_service = true,
	.fenced = true,
	.acting = true,
	.shared_id = true,
	.settled = true,
	.uplinks_up = true,
	.shutting_down = true,
	.idle = true,
	.keepalive_ms = 60000,
	.multiplier = 50,
	.restart_time_ms = 900000,
	.tells_anycast = true,
	.anycast_ip = { 223, 255, 255, 254 },
};

static inline void assert_member_equal(const struct mc_member *a, const struct mc_member *b)
{
	assert_int_equal(a->incarnation, b->incarnation);
	assert_int_equal(a->peer_incarnation, b->peer_incarnation);
	assert_memory_equal(&a->id, &b->id, sizeof(a->id));
	assert_memory_equal(&a->system_mac, &b->system_mac, sizeof(a->system_mac));
	assert_int_equal(a->priority, b->priority);
	assert_int_equal(a->role, b->role);
	assert_int_equal(a->in_service, b->in_service);
	assert_int_equal(a->fenced, b->fenced);
	assert_int_equal(a->acting, b->acting);
	assert_int_equal(a->shared_id, b->shared_id);
	assert_int_equal(a->settled, b->settled);
	assert_int_equal(a->uplinks_up, b->uplinks_up);
	assert_int_equal(a->shutting_down, b->shutting_down);
	assert_int_equal(a->idle, b->idle);
	assert_int_equal(a->keepalive_ms, b->keepalive_ms);
	assert_int_equal(a->multiplier, b->multiplier);
	assert_int_equal(a->restart_time_ms, b->restart_time_ms);
	assert_int_equal(a->tells_anycast, b->tells_anycast);
	assert_memory_equal(a->anycast_ip, b->anycast_ip, sizeof(a->anycast_ip));
}

/* One byte string put over a good datagram or frame, and the error it must give. */
struct harm {
	const char *what;
	size_t at;
	size_t len;
	uint8_t bytes[8];
	int error;
};

/* Offsets within a member block, counted from its length field. */
enum {
	M_LEN = 0,
	M_INCARNATION = 2,
	M_ID = 18,
	M_SYSTEM_MAC = 24,
	M_ROLE = 32,
	M_MULTIPLIER = 33,
	M_KEEPALIVE = 36,
	M_RESTART = 40,
};

static const struct harm member_harms[] = {
	{ "block shorter than version 1", M_LEN, 2, { 0, 41 }, WIRE_SHORT },
	{ "block beyond the end", M_LEN, 2, { 0xff, 0xff }, WIRE_SHORT },
	{ "no incarnation", M_INCARNATION, 8, { 0 }, WIRE_BAD_VALUE },
	{ "zero id", M_ID, 6, { 0 }, WIRE_BAD_VALUE },
	{ "multicast id", M_ID, 1, { 1 }, WIRE_BAD_VALUE },
	{ "zero system MAC", M_SYSTEM_MAC, 6, { 0 }, WIRE_BAD_VALUE },
	{ "multicast system MAC", M_SYSTEM_MAC, 1, { 0x45 }, WIRE_BAD_VALUE },
	{ "role 3", M_ROLE, 1, { 3 }, WIRE_BAD_VALUE },
	{ "role 255", M_ROLE, 1, { 255 }, WIRE_BAD_VALUE },
	{ "multiplier 1", M_MULTIPLIER, 1, { 1 }, WIRE_BAD_VALUE },
	{ "multiplier 51", M_MULTIPLIER, 1, { 51 }, WIRE_BAD_VALUE },
	{ "keepalive 49", M_KEEPALIVE, 4, { 0, 0, 0, 49 }, WIRE_BAD_VALUE },
	{ "keepalive 60001", M_KEEPALIVE, 4, { 0, 0, 0xea, 0x61 }, WIRE_BAD_VALUE },
	{ "restart-time 999", M_RESTART, 4, { 0, 0, 0x03, 0xe7 }, WIRE_BAD_VALUE },
	{ "restart-time 900001", M_RESTART, 4, { 0, 0x0d, 0xbb, 0xa1 }, WIRE_BAD_VALUE },
};

#endif
