// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What both tests of the session's frames share: a message of every type at the
 * ends of its ranges, and how to read it from a buffer that ends where it does.
 */
#ifndef TESTS_UNIT_WIRE_MSGS_H
#define TESTS_UNIT_WIRE_MSGS_H

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

static inline void set_frame_len(uint8_t *buf, size_t len)
{
	buf[0] = (uint8_t)(len >> 24);
	buf[1] = (uint8_t)(len >> 16);
	buf[2] = (uint8_t)(len >> 8);
	buf[3] = (uint8_t)len;
}

/* Reads exactly len bytes from a copy of that size, so that a sanitizer sees one too many. */
static inline ssize_t read_copy(const uint8_t *buf, size_t len, struct mc_msg *m, int *error)
{
	static struct mc_mac_entry macs[MC_MAC_BATCH];
	uint8_t *copy = malloc(len + !len);
	ssize_t n;

	assert_non_null(copy);
	memcpy(copy, buf, len);
	n = wire_msg_read(copy, len, m, macs, error);
	free(copy);
	return n;
}

/* Each of msgs as a frame, in a buffer of WIRE_FRAME_MAX. */
static inline void each_frame(void (*check)(const struct mc_msg *sample, uint8_t *buf, size_t len))
{
	static uint8_t buf[WIRE_FRAME_MAX];

	for (size_t i = 0; i < ARRAY_LEN(msgs); i++) {
		ssize_t len = wire_msg_write(&msgs[i], buf, sizeof(buf));

		assert_true(len >= WIRE_FRAME_HEADER);
		check(&msgs[i], buf, (size_t)len);
	}
}

#endif
