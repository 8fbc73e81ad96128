// SPDX-License-Identifier: GPL-2.0-or-later
/* A MAC table on the bench: addresses by number, one VLAN, and what is due one by one. */
#ifndef MAC_BENCH_H
#define MAC_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mlagd/core/mac.h"

#define VLAN 10

static inline struct mc_mac mac_of(uint32_t n)
{
	return (struct mc_mac){{2, 0, n >> 24, n >> 16, n >> 8, n}};
}

/* Our bridge learns it, and forgets it. */
static inline void local(struct mact *t, uint32_t n, uint16_t id)
{
	struct mc_mac m = mac_of(n);

	mact_local_add(t, &m, VLAN, id, false);
}

static inline void local_gone(struct mact *t, uint32_t n)
{
	struct mc_mac m = mac_of(n);

	mact_local_del(t, &m, VLAN, false);
}

/* The peer has it, or (del) no longer. */
static inline void peer(struct mact *t, uint32_t n, uint16_t id, bool del)
{
	struct mc_mac_entry e = {.mac = mac_of(n), .vlan = VLAN, .mlag_id = id, .del = del};

	mact_peer_batch(t, &e, 1);
}

/* The next change for the kernel; the next word for the peer. */
static inline void expect_op(struct mact *t, uint32_t n, int32_t from, int32_t to)
{
	struct mc_mac m = mac_of(n);
	struct mact_op op;

	assert_int_equal(mact_take_ops(t, &op, 1), 1);
	assert_memory_equal(&op.mac, &m, sizeof(m));
	assert_int_equal(op.vlan, VLAN);
	assert_int_equal(op.from, from);
	assert_int_equal(op.to, to);
}

static inline void expect_no_op(struct mact *t)
{
	struct mact_op op;

	assert_int_equal(mact_take_ops(t, &op, 1), 0);
}

static inline void expect_msg(struct mact *t, uint32_t n, uint16_t id, bool del)
{
	struct mc_mac m = mac_of(n);
	struct mc_mac_entry e;

	assert_int_equal(mact_take_msgs(t, &e, 1), 1);
	assert_memory_equal(&e.mac, &m, sizeof(m));
	assert_int_equal(e.mlag_id, id);
	assert_int_equal(e.del, del);
}

static inline void expect_no_msg(struct mact *t)
{
	struct mc_mac_entry e;

	assert_int_equal(mact_take_msgs(t, &e, 1), 0);
}

/* In a session, with bond 1 up. */
static inline struct mact *mac_table(void)
{
	struct mact *t = mact_new(1000);

	assert_non_null(t);
	mact_session_up(t);
	mact_peer_sync_end(t);
	mact_port_usable(t, 1, true);
	return t;
}

#endif
