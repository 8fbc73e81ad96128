// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The session's frames against harm: every truncation and every value out of
 * range is refused by name, nothing of such a frame is taken, and what a reader
 * refuses no writer writes.
 */
#include "tests/unit/wire_msgs.h"

static void is_short_at_every_length(const struct mc_msg *sample, uint8_t *buf, size_t len)
{
	struct mc_msg m, untouched;
	int error;

	(void)sample;
	memset(&m, 0x5a, sizeof(m));
	untouched = m;
	for (size_t n = WIRE_FRAME_HEADER; n < len; n++) {
		set_frame_len(buf, n);
		assert_int_equal(read_copy(buf, n, &m, &error), n);
		assert_int_equal(error, WIRE_SHORT);
		assert_memory_equal(&m, &untouched, sizeof(m));
	}
}

/* A frame whose length is honest but whose body ends early is refused. */
static void msg_body_truncated_at_every_length(void **state)
{
	(void)state;
	each_frame(is_short_at_every_length);
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

static void msg_harm(const struct mc_msg *good, const struct harm *h, size_t base)
{
	static uint8_t buf[WIRE_FRAME_MAX];
	struct mc_msg m, untouched;
	int error;
	ssize_t len = wire_msg_write(good, buf, sizeof(buf));

	assert_true(len > 0);
	memset(&m, 0x5a, sizeof(m));
	untouched = m;
	memcpy(buf + WIRE_FRAME_HEADER + base + h->at, h->bytes, h->len);
	assert_int_equal(read_copy(buf, (size_t)len, &m, &error), len);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(msg_body_truncated_at_every_length),
		cmocka_unit_test(msg_impossible_lengths_break_the_stream),
		cmocka_unit_test(msg_values_out_of_range),
		cmocka_unit_test(msg_group_values_out_of_range),
		cmocka_unit_test(msg_router_values_out_of_range),
		cmocka_unit_test(msg_bloated_small_body_is_refused),
		cmocka_unit_test(msg_writers_refuse_what_readers_refuse),
	};

	return cmocka_run_group_tests(tests, fill_batch, NULL);
}
