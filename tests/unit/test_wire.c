// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The session's frames against themselves and against harm: every message
 * survives the round trip at the ends of its ranges, every truncation and
 * every value out of range is refused by name, and what later versions append
 * is passed over.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/wire_samples.h"

static struct mc_mac_entry two_macs[] = {
	{ .mac = { { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55 } } },
	{ .mac = { { 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff } },
	  .vlan = 4094,
	  .mlag_id = 65535,
	  .del = true,
	  .self = true },
};
static struct mc_mac_entry full_batch[MC_MAC_BATCH];

static const struct mc_msg msgs[] = {
	{ .type = MC_MSG_HELLO, .hello = { .m = member_low, .version = "" } },
	{ .type = MC_MSG_HELLO,
	  .hello = { .m = member_high,
		     .capabilities = UINT32_MAX,
		     .version = "1234567890123456789012345678901" } },
	{ .type = MC_MSG_STATE, .state = member_low },
	{ .type = MC_MSG_STATE, .state = member_high },
	{ .type = MC_MSG_ROLE_REQUEST, .role = { .term = 0 } },
	{ .type = MC_MSG_ROLE_REQUEST, .role = { .term = UINT32_MAX } },
	{ .type = MC_MSG_ROLE_ACK, .role = { .term = 1 } },
	{ .type = MC_MSG_PORT, .port = { .mlag_id = 1 } },
	{ .type = MC_MSG_PORT,
	  .port = { .mlag_id = 65535,
		    .seq = UINT32_MAX,
		    .present = true,
		    .carrier = true,
		    .distributing = true,
		    .collecting = true,
		    .bypass = true,
		    .partner = { { 0x02, 1, 2, 3, 4, 5 } },
		    .ifname = "bond-of-15-char" } },
	{ .type = MC_MSG_PORT_ACK, .port_ack = { .mlag_id = 1 } },
	{ .type = MC_MSG_PORT_ACK, .port_ack = { .mlag_id = 65535, .seq = UINT32_MAX } },
	{ .type = MC_MSG_MAC, .macs = { .e = two_macs, .n = 1 } },
	{ .type = MC_MSG_MAC, .macs = { .e = two_macs, .n = 2 } },
	{ .type = MC_MSG_MAC, .macs = { .e = full_batch, .n = MC_MAC_BATCH } },
	{ .type = MC_MSG_SYNC_END },
	{ .type = MC_MSG_SYNC_ACK },
	{ .type = MC_MSG_GOODBYE },
	{ .type = MC_MSG_DIGEST, .digest = { .table = MC_TABLE_MAC, .sum = { 1, [MC_BUCKETS - 1] = UINT64_MAX } } },
	{ .type = MC_MSG_NEIGH,
	  .neighs = { .n = 2,
		      .e = { { .vlan = 4094, .addr = { 10, 1, 10, 101 }, .mac = { { 0x02, 0, 0, 0, 0, 1 } }, .virt = true },
			     { .v6 = true, .del = true, .router = true, .addr = { 0xfe, 0x80, [15] = 1 } } } } },
	{ .type = MC_MSG_MDB,
	  .groups = { .n = 3,
		      .e = { { .vlan = 4094, .mlag_id = 65535, .addr = { 239, 1, 1, 1 } },
			     { .port = INT32_MAX,
			       .kind = MC_GROUP_IPV6,
			       .has_source = true,
			       .del = true,
			       .keep = true,
			       .addr = { 0xff, 0x3e, [15] = 1 },
			       .source = { 0x20, 1 } },
			     { .mlag_id = 1, .kind = MC_GROUP_ROUTER, .del = true, .left = true } } } },
	{ .type = MC_MSG_ROUTER,
	  .routers = { .n = 2,
		       .e = { { .vlan = 4094, .virt = true, .mac = { { 0, 0, 0x5e, 0, 1, 1 } } }, { .vlan = 10, .del = true } } } },
	{ .type = MC_MSG_RESYNC, .digest = { .buckets = 1 } },
	{ .type = MC_MSG_RESYNC_END, .digest = { .buckets = UINT64_MAX } },
};

static int fill_batch(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < MC_MAC_BATCH; i++) {
		full_batch[i].mac.b[0] = 0x02;
		full_batch[i].mac.b[4] = (uint8_t)(i >> 8);
		full_batch[i].mac.b[5] = (uint8_t)i;
		full_batch[i].vlan = (uint16_t)i;
		full_batch[i].mlag_id = (uint16_t)(65535 - i);
		full_batch[i].del = i & 1;
		full_batch[i].aged = i & 2;
		full_batch[i].keep = i & 4;
	}
	return 0;
}

static void assert_port_equal(const struct mc_port *a, const struct mc_port *b)
{
	assert_int_equal(a->mlag_id, b->mlag_id);
	assert_int_equal(a->seq, b->seq);
	assert_int_equal(a->present, b->present);
	assert_int_equal(a->carrier, b->carrier);
	assert_int_equal(a->distributing, b->distributing);
	assert_int_equal(a->collecting, b->collecting);
	assert_int_equal(a->bypass, b->bypass);
	assert_memory_equal(&a->partner, &b->partner, sizeof(a->partner));
	assert_string_equal(a->ifname, b->ifname);
}

static void assert_group_equal(const struct mc_group *a, const struct mc_group *b)
{
	assert_int_equal(a->vlan, b->vlan);
	assert_int_equal(a->mlag_id, b->mlag_id);
	assert_int_equal(a->port, b->port);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->has_source, b->has_source);
	assert_int_equal(a->del, b->del);
	assert_int_equal(a->left, b->left);
	assert_int_equal(a->keep, b->keep);
	assert_memory_equal(a->addr, b->addr, sizeof(a->addr));
	assert_memory_equal(a->source, b->source, sizeof(a->source));
}

static void assert_macs_equal(const struct mc_msg *a, const struct mc_msg *b)
{
	assert_int_equal(a->macs.n, b->macs.n);
	for (unsigned int i = 0; i < a->macs.n; i++) {
		const struct mc_mac_entry *x = &a->macs.e[i], *y = &b->macs.e[i];

		assert_memory_equal(&x->mac, &y->mac, sizeof(x->mac));
		assert_int_equal(x->vlan, y->vlan);
		assert_int_equal(x->mlag_id, y->mlag_id);
		assert_int_equal(x->del, y->del);
		assert_int_equal(x->self, y->self);
		assert_int_equal(x->aged, y->aged);
		assert_int_equal(x->keep, y->keep);
	}
}

static void assert_router_equal(const struct mc_router *a, const struct mc_router *b)
{
	assert_int_equal(a->vlan, b->vlan);
	assert_int_equal(a->virt, b->virt);
	assert_int_equal(a->del, b->del);
	assert_memory_equal(&a->mac, &b->mac, 6);
}

static void assert_neigh_equal(const struct mc_neigh *a, const struct mc_neigh *b)
{
	assert_int_equal(a->vlan, b->vlan);
	assert_int_equal(a->v6, b->v6);
	assert_int_equal(a->virt, b->virt);
	assert_int_equal(a->del, b->del);
	assert_int_equal(a->router, b->router);
	assert_memory_equal(a->addr, b->addr, 16);
	assert_memory_equal(&a->mac, &b->mac, 6);
}

static void assert_msg_equal(const struct mc_msg *a, const struct mc_msg *b)
{
	assert_int_equal(a->type, b->type);
	switch (a->type) {
	case MC_MSG_HELLO:
		assert_member_equal(&a->hello.m, &b->hello.m);
		assert_int_equal(a->hello.capabilities, b->hello.capabilities);
		assert_string_equal(a->hello.version, b->hello.version);
		break;
	case MC_MSG_STATE:
		assert_member_equal(&a->state, &b->state);
		break;
	case MC_MSG_ROLE_REQUEST:
	case MC_MSG_ROLE_ACK:
		assert_int_equal(a->role.term, b->role.term);
		break;
	case MC_MSG_PORT:
		assert_port_equal(&a->port, &b->port);
		break;
	case MC_MSG_PORT_ACK:
		assert_int_equal(a->port_ack.mlag_id, b->port_ack.mlag_id);
		assert_int_equal(a->port_ack.seq, b->port_ack.seq);
		break;
	case MC_MSG_MAC:
		assert_macs_equal(a, b);
		break;
	case MC_MSG_ROUTER:
		assert_int_equal(a->routers.n, b->routers.n);
		for (unsigned int i = 0; i < a->routers.n; i++)
			assert_router_equal(&a->routers.e[i], &b->routers.e[i]);
		break;
	case MC_MSG_MDB:
		assert_int_equal(a->groups.n, b->groups.n);
		for (unsigned int i = 0; i < a->groups.n; i++)
			assert_group_equal(&a->groups.e[i], &b->groups.e[i]);
		break;
	case MC_MSG_NEIGH:
		assert_int_equal(a->neighs.n, b->neighs.n);
		for (unsigned int i = 0; i < a->neighs.n; i++)
			assert_neigh_equal(&a->neighs.e[i], &b->neighs.e[i]);
		break;
	case MC_MSG_DIGEST:
	case MC_MSG_RESYNC:
	case MC_MSG_RESYNC_END:
		assert_int_equal(a->digest.table, b->digest.table);
		assert_true(a->digest.buckets == b->digest.buckets);
		assert_memory_equal(a->digest.sum, b->digest.sum, sizeof(a->digest.sum));
		break;
	default:
		break;
	}
}

static void set_frame_len(uint8_t *buf, size_t len)
{
	buf[0] = (uint8_t)(len >> 24);
	buf[1] = (uint8_t)(len >> 16);
	buf[2] = (uint8_t)(len >> 8);
	buf[3] = (uint8_t)len;
}

/* Reads exactly len bytes from a copy of that size, so that a sanitizer sees one too many. */
static ssize_t read_copy(const uint8_t *buf, size_t len, struct mc_msg *m,
			 struct mc_mac_entry *macs, int *error)
{
	uint8_t *copy = malloc(len + !len);
	ssize_t n;

	assert_non_null(copy);
	memcpy(copy, buf, len);
	n = wire_msg_read(copy, len, m, macs, error);
	free(copy);
	return n;
}

static void msg_round_trip(void **state)
{
	static struct mc_mac_entry macs[MC_MAC_BATCH];
	static uint8_t buf[WIRE_FRAME_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(msgs); i++) {
		struct mc_msg m;
		int error;
		ssize_t len = wire_msg_write(&msgs[i], buf, sizeof(buf));

		assert_true(len >= WIRE_FRAME_HEADER);
		assert_int_equal(read_copy(buf, (size_t)len, &m, macs, &error), len);
		assert_int_equal(error, WIRE_OK);
		assert_msg_equal(&m, &msgs[i]);
	}
}

static void msg_every_type_is_tested(void **state)
{
	bool seen[MC_MSG_MAX] = { false };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(msgs); i++)
		seen[msgs[i].type] = true;
	for (unsigned int t = 1; t < MC_MSG_MAX; t++) {
		assert_true(seen[t]);
		assert_string_not_equal(wire_msg_name((enum mc_msg_type)t), "unknown");
	}
	assert_string_equal(wire_msg_name((enum mc_msg_type)0), "unknown");
	assert_string_equal(wire_msg_name(MC_MSG_MAX), "unknown");
	assert_string_equal(wire_msg_name((enum mc_msg_type)-1), "unknown");
}

/* A stream that has only begun: more is asked for, nothing is touched. */
static void msg_waits_for_the_whole_frame(void **state)
{
	static struct mc_mac_entry macs[MC_MAC_BATCH];
	static uint8_t buf[WIRE_FRAME_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(msgs); i++) {
		struct mc_msg m, untouched;
		int error;
		ssize_t len = wire_msg_write(&msgs[i], buf, sizeof(buf));

		memset(&m, 0x5a, sizeof(m));
		untouched = m;
		for (ssize_t n = 0; n < len; n++)
			assert_int_equal(read_copy(buf, (size_t)n, &m, macs, &error), 0);
		assert_memory_equal(&m, &untouched, sizeof(m));
	}
}

/* A frame whose length is honest but whose body ends early is refused at every length. */
static void msg_body_truncated_at_every_length(void **state)
{
	static struct mc_mac_entry macs[MC_MAC_BATCH];
	static uint8_t buf[WIRE_FRAME_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(msgs); i++) {
		struct mc_msg m, untouched;
		int error;
		ssize_t len = wire_msg_write(&msgs[i], buf, sizeof(buf));

		memset(&m, 0x5a, sizeof(m));
		untouched = m;
		for (ssize_t n = WIRE_FRAME_HEADER; n < len; n++) {
			set_frame_len(buf, (size_t)n);
			assert_int_equal(read_copy(buf, (size_t)n, &m, macs, &error), n);
			assert_int_equal(error, WIRE_SHORT);
			assert_memory_equal(&m, &untouched, sizeof(m));
		}
	}
}

static void msg_trailing_bytes_are_passed_over(void **state)
{
	static struct mc_mac_entry macs[MC_MAC_BATCH];
	static uint8_t buf[WIRE_FRAME_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(msgs); i++) {
		struct mc_msg m;
		int error;
		ssize_t len = wire_msg_write(&msgs[i], buf, sizeof(buf));

		memset(buf + len, 0xee, 9);
		set_frame_len(buf, (size_t)len + 9);
		assert_int_equal(read_copy(buf, (size_t)len + 9, &m, macs, &error), len + 9);
		assert_int_equal(error, WIRE_OK);
		assert_msg_equal(&m, &msgs[i]);
	}
}

/* A later version's member block and MAC entry are longer; the known fields are taken. */
static void msg_grown_blocks_are_understood(void **state)
{
	static const uint8_t grown_mac[] = {
		0, 0, 0, 40, 0, MC_MSG_MAC, 0, 0, 0, 2, 0, 14, /* two entries of 14 bytes */
		0, 1, 2, 3, 4, 5, 0, 10, 0, 1, 0, 0, 0xee, 0xee,
		0, 1, 2, 3, 4, 6, 0, 20, 0, 2, 1, 0, 0xee, 0xee,
	};
	struct mc_mac_entry macs[MC_MAC_BATCH];
	uint8_t buf[256];
	struct mc_msg m;
	int error;
	ssize_t len;

	(void)state;
	assert_int_equal(wire_msg_read(grown_mac, sizeof(grown_mac), &m, macs, &error), 40);
	assert_int_equal(error, WIRE_OK);
	assert_int_equal(m.macs.n, 2);
	assert_int_equal(m.macs.e[1].vlan, 20);
	assert_int_equal(m.macs.e[1].mac.b[5], 6);
	assert_true(m.macs.e[1].del);

	len = wire_msg_write(&msgs[3], buf, sizeof(buf));
	assert_true(len > 0);
	memset(buf + len, 0xee, 6);
	set_frame_len(buf, (size_t)len + 6);
	buf[WIRE_FRAME_HEADER + 1] = (uint8_t)(buf[WIRE_FRAME_HEADER + 1] + 6);
	assert_int_equal(wire_msg_read(buf, (size_t)len + 6, &m, macs, &error), len + 6);
	assert_int_equal(error, WIRE_OK);
	assert_member_equal(&m.state, &member_high);
}

static void msg_writer_checks_room(void **state)
{
	static uint8_t buf[WIRE_FRAME_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(msgs); i++) {
		ssize_t len = wire_msg_write(&msgs[i], buf, sizeof(buf));

		for (ssize_t n = 0; n < len; n++)
			assert_int_equal(wire_msg_write(&msgs[i], buf, (size_t)n), WIRE_NO_ROOM);
		assert_int_equal(wire_msg_write(&msgs[i], buf, (size_t)len), len);
	}
}

static void msg_impossible_lengths_break_the_stream(void **state)
{
	static const uint32_t lengths[] = { 0, 1, WIRE_FRAME_HEADER - 1, WIRE_FRAME_MAX + 1,
					    0x7fffffff, 0x80000000, UINT32_MAX };
	uint8_t buf[WIRE_FRAME_HEADER] = { 0 };
	struct mc_mac_entry macs[MC_MAC_BATCH];
	struct mc_msg m;
	int error;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		set_frame_len(buf, lengths[i]);
		assert_int_equal(wire_msg_read(buf, 4, &m, macs, &error), WIRE_BAD_LENGTH);
		assert_int_equal(wire_msg_read(buf, sizeof(buf), &m, macs, &error), WIRE_BAD_LENGTH);
	}
}

static void msg_unknown_types_are_skipped(void **state)
{
	static const uint16_t types[] = { 0, MC_MSG_MAX, 255, 256 + MC_MSG_STATE, 65535 };
	uint8_t buf[64];
	struct mc_mac_entry macs[MC_MAC_BATCH];
	struct mc_msg m;
	int error;
	ssize_t len;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		uint8_t *next = buf + WIRE_FRAME_HEADER + 5;

		memset(buf, 0xee, sizeof(buf));
		set_frame_len(buf, WIRE_FRAME_HEADER + 5);
		buf[4] = (uint8_t)(types[i] >> 8);
		buf[5] = (uint8_t)types[i];
		len = wire_msg_write(&msgs[4], next, sizeof(buf) - (size_t)(next - buf));
		assert_true(len > 0);
		assert_int_equal(wire_msg_read(buf, sizeof(buf), &m, macs, &error),
				 WIRE_FRAME_HEADER + 5);
		assert_int_equal(error, WIRE_UNKNOWN);
		assert_int_equal(wire_msg_read(next, (size_t)len, &m, macs, &error), len);
		assert_int_equal(error, WIRE_OK);
	}
}

static void msg_harm(const struct mc_msg *good, const struct harm *h, size_t base)
{
	static struct mc_mac_entry macs[MC_MAC_BATCH];
	static uint8_t buf[WIRE_FRAME_MAX];
	struct mc_msg m, untouched;
	int error;
	ssize_t len = wire_msg_write(good, buf, sizeof(buf));

	assert_true(len > 0);
	memset(&m, 0x5a, sizeof(m));
	untouched = m;
	memcpy(buf + WIRE_FRAME_HEADER + base + h->at, h->bytes, h->len);
	assert_int_equal(read_copy(buf, (size_t)len, &m, macs, &error), len);
	if (error != h->error)
		fail_msg("%s, %s: %s instead of %s", wire_msg_name(good->type), h->what,
			 wire_error_name(error), wire_error_name(h->error));
	assert_memory_equal(&m, &untouched, sizeof(m));
}

static void msg_values_out_of_range(void **state)
{
	static const struct harm hello[] = {
		{ "version 0", 0, 2, { 0, 0 }, WIRE_BAD_VERSION },
		{ "version 2", 0, 2, { 0, 2 }, WIRE_BAD_VERSION },
		{ "text without NUL", 8 + 31, 1, { 'x' }, WIRE_BAD_VALUE },
		{ "text not printable", 8, 1, { 0x1b }, WIRE_BAD_VALUE },
	};
	static const struct harm port[] = {
		{ "id 0", 0, 2, { 0, 0 }, WIRE_BAD_VALUE },
		{ "multicast partner", 8, 1, { 1 }, WIRE_BAD_VALUE },
		{ "name without NUL", 14 + 15, 1, { 'x' }, WIRE_BAD_VALUE },
		{ "name with a slash", 14, 1, { '/' }, WIRE_BAD_VALUE },
		{ "name with a space", 14, 1, { ' ' }, WIRE_BAD_VALUE },
		{ "name with DEL", 14, 1, { 0x7f }, WIRE_BAD_VALUE },
		{ "name beyond ASCII", 14, 1, { 0xc3 }, WIRE_BAD_VALUE },
		{ "present without a name", 14, 1, { 0 }, WIRE_BAD_VALUE },
	};
	static const struct harm ack[] = { { "id 0", 0, 2, { 0, 0 }, WIRE_BAD_VALUE } };
	static const struct harm mac[] = {
		{ "no entries", 0, 2, { 0, 0 }, WIRE_BAD_VALUE },
		{ "501 entries", 0, 2, { 0x01, 0xf5 }, WIRE_BAD_VALUE },
		{ "more entries than bytes", 0, 2, { 0, 3 }, WIRE_SHORT },
		{ "entry too small", 2, 2, { 0, 11 }, WIRE_BAD_VALUE },
		{ "entry of no size", 2, 2, { 0, 0 }, WIRE_BAD_VALUE },
		{ "entry beyond the end", 2, 2, { 0xff, 0xff }, WIRE_SHORT },
		{ "zero address", 4, 6, { 0 }, WIRE_BAD_VALUE },
		{ "multicast address", 4, 1, { 1 }, WIRE_BAD_VALUE },
		{ "broadcast in the second", 16, 6, { 255, 255, 255, 255, 255, 255 }, WIRE_BAD_VALUE },
		{ "VLAN 4095", 10, 2, { 0x0f, 0xff }, WIRE_BAD_VALUE },
		{ "VLAN 65535 in the second", 22, 2, { 0xff, 0xff }, WIRE_BAD_VALUE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hello); i++)
		msg_harm(&msgs[1], &hello[i], 0);
	for (size_t i = 0; i < ARRAY_LEN(port); i++)
		msg_harm(&msgs[8], &port[i], 0);
	for (size_t i = 0; i < ARRAY_LEN(ack); i++)
		msg_harm(&msgs[10], &ack[i], 0);
	for (size_t i = 0; i < ARRAY_LEN(mac); i++)
		msg_harm(&msgs[12], &mac[i], 0);
	for (size_t i = 0; i < ARRAY_LEN(member_harms); i++) {
		msg_harm(&msgs[1], &member_harms[i], 8 + 32);
		msg_harm(&msgs[3], &member_harms[i], 0);
	}
}

static void msg_group_values_out_of_range(void **state)
{
	static const struct harm mdb[] = {
		{ "no entries", 0, 2, { 0, 0 }, WIRE_BAD_VALUE },
		{ "17 entries", 0, 2, { 0, 17 }, WIRE_BAD_VALUE },
		{ "entry too small", 2, 2, { 0, 43 }, WIRE_BAD_VALUE },
		{ "entry beyond the end", 2, 2, { 0xff, 0xff }, WIRE_SHORT },
		{ "VLAN 4095", 6, 2, { 0x0f, 0xff }, WIRE_BAD_VALUE },
		{ "a port of a bond", 12, 4, { 0, 0, 0, 1 }, WIRE_BAD_VALUE },
		{ "no port of an orphan", 4 + 44 + 8, 4, { 0 }, WIRE_BAD_VALUE },
		{ "port of 32 bits", 4 + 44 + 8, 4, { 0xff, 0xff, 0xff, 0xff }, WIRE_BAD_VALUE },
		{ "unicast group", 16, 1, { 10 }, WIRE_BAD_VALUE },
		{ "all hosts", 16, 4, { 224, 0, 0, 1 }, WIRE_BAD_VALUE },
		{ "unicast IPv6 group", 4 + 44 + 12, 1, { 0x20 }, WIRE_BAD_VALUE },
		{ "no source", 4 + 44 + 28, 2, { 0, 0 }, WIRE_BAD_VALUE },
	};
	const struct mc_msg *groups = msgs;

	(void)state;
	while (groups->type != MC_MSG_MDB)
		groups++;
	for (size_t i = 0; i < ARRAY_LEN(mdb); i++)
		msg_harm(groups, &mdb[i], 0);
}

static void msg_router_values_out_of_range(void **state)
{
	static const struct harm router[] = {
		{ "no entries", 0, 2, { 0, 0 }, WIRE_BAD_VALUE },
		{ "65 entries", 0, 2, { 0, 65 }, WIRE_BAD_VALUE },
		{ "entry too small", 2, 2, { 0, 9 }, WIRE_BAD_VALUE },
		{ "entry beyond the end", 2, 2, { 0xff, 0xff }, WIRE_SHORT },
		{ "VLAN 4095", 4, 2, { 0x0f, 0xff }, WIRE_BAD_VALUE },
		{ "zero MAC", 8, 6, { 0 }, WIRE_BAD_VALUE },
		{ "multicast MAC", 8, 1, { 1 }, WIRE_BAD_VALUE },
		{ "no MAC, and not withdrawn", 4 + 10 + 2, 1, { 0 }, WIRE_BAD_VALUE },
	};
	const struct mc_msg *routers = msgs;

	(void)state;
	while (routers->type != MC_MSG_ROUTER)
		routers++;
	for (size_t i = 0; i < ARRAY_LEN(router); i++)
		msg_harm(routers, &router[i], 0);
}

/* A body far longer than its type can need is refused, not carried along. */
static void msg_bloated_small_body_is_refused(void **state)
{
	static uint8_t buf[WIRE_FRAME_MAX];
	struct mc_mac_entry macs[MC_MAC_BATCH];
	struct mc_msg m;
	int error;

	(void)state;
	assert_true(wire_msg_write(&msgs[14], buf, sizeof(buf)) > 0);
	set_frame_len(buf, WIRE_FRAME_HEADER + 1024);
	assert_int_equal(wire_msg_read(buf, sizeof(buf), &m, macs, &error), WIRE_FRAME_HEADER + 1024);
	assert_int_equal(error, WIRE_OK);
	set_frame_len(buf, WIRE_FRAME_HEADER + 1025);
	assert_int_equal(wire_msg_read(buf, sizeof(buf), &m, macs, &error), WIRE_FRAME_HEADER + 1025);
	assert_int_equal(error, WIRE_BAD_VALUE);
}

static void msg_writers_refuse_what_readers_refuse(void **state)
{
	struct mc_mac_entry bad = { .mac = { { 1, 0, 0x5e, 0, 0, 1 } }, .vlan = 1 };
	const struct mc_msg refused[] = {
		{ .type = MC_MSG_PORT, .port = { .mlag_id = 0 } },
		{ .type = MC_MSG_PORT, .port = { .mlag_id = 1, .present = true } },
		{ .type = MC_MSG_PORT, .port = { .mlag_id = 1, .ifname = "tab\there" } },
		{ .type = MC_MSG_PORT_ACK, .port_ack = { .mlag_id = 0 } },
		{ .type = MC_MSG_MAC, .macs = { .e = two_macs, .n = 0 } },
		{ .type = MC_MSG_MAC, .macs = { .e = full_batch, .n = MC_MAC_BATCH + 1 } },
		{ .type = MC_MSG_MAC, .macs = { .e = &bad, .n = 1 } },
		{ .type = MC_MSG_STATE },
	};
	struct mc_msg endless = msgs[8];
	static uint8_t buf[WIRE_FRAME_MAX];
	struct mc_msg unknown = { .type = MC_MSG_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		assert_int_equal(wire_msg_write(&refused[i], buf, sizeof(buf)), WIRE_BAD_VALUE);
	memset(endless.port.ifname, 'x', sizeof(endless.port.ifname));
	assert_int_equal(wire_msg_write(&endless, buf, sizeof(buf)), WIRE_BAD_VALUE);
	assert_int_equal(wire_msg_write(&unknown, buf, sizeof(buf)), WIRE_UNKNOWN);
	assert_false(wire_mac_entry_ok(&bad));
	assert_true(wire_mac_entry_ok(&two_macs[1]));
}

/* The table of doc/protocol.md is the reader's and writer's own, row by row. */
static void the_document_says_the_same(void **state)
{
	const char *srcdir = getenv("srcdir");
	bool said[MC_MSG_MAX] = { false };
	char path[512], line[1024];
	bool table = false;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/doc/protocol.md", srcdir ? srcdir : ".");
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		unsigned int type, min, max, bit;
		size_t least, most;
		char name[32];
		int n = sscanf(line, "| %u | %31s | %u..%u | %u |", &type, name, &min, &max, &bit);

		table = table || strncmp(line, "## Session", 10) == 0; /* others before it are of fields */
		if (!table || n < 4)
			continue;
		assert_true(wire_msg_limits(type, &least, &most));
		assert_string_equal(name, wire_msg_name((enum mc_msg_type)type));
		assert_int_equal(min, least);
		assert_int_equal(max, most);
		assert_int_equal(n == 5 ? 1u << bit : 0, wire_msg_capability(type));
		said[type] = true;
	}
	fclose(f);
	for (unsigned int type = MC_MSG_HELLO; type < MC_MSG_MAX; type++)
		assert_true(said[type]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_document_says_the_same),
		cmocka_unit_test(msg_round_trip),
		cmocka_unit_test(msg_every_type_is_tested),
		cmocka_unit_test(msg_waits_for_the_whole_frame),
		cmocka_unit_test(msg_body_truncated_at_every_length),
		cmocka_unit_test(msg_trailing_bytes_are_passed_over),
		cmocka_unit_test(msg_grown_blocks_are_understood),
		cmocka_unit_test(msg_writer_checks_room),
		cmocka_unit_test(msg_impossible_lengths_break_the_stream),
		cmocka_unit_test(msg_unknown_types_are_skipped),
		cmocka_unit_test(msg_values_out_of_range),
		cmocka_unit_test(msg_group_values_out_of_range),
		cmocka_unit_test(msg_router_values_out_of_range),
		cmocka_unit_test(msg_bloated_small_body_is_refused),
		cmocka_unit_test(msg_writers_refuse_what_readers_refuse),
	};

	return cmocka_run_group_tests(tests, fill_batch, NULL);
}
