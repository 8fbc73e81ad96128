// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The session's frames against themselves: every message survives the round
 * trip at the ends of its ranges, a frame that is not whole is waited for, and
 * what later versions append is passed over.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/wire_msgs.h"

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

static void survives(const struct mc_msg *sample, uint8_t *buf, size_t len)
{
	struct mc_msg m;
	int error;

	assert_int_equal(read_copy(buf, len, &m, &error), len);
	assert_int_equal(error, WIRE_OK);
	assert_msg_equal(&m, sample);
}

static void msg_round_trip(void **state)
{
	(void)state;
	each_frame(survives);
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

static void is_waited_for(const struct mc_msg *sample, uint8_t *buf, size_t len)
{
	struct mc_msg m, untouched;
	int error;

	(void)sample;
	memset(&m, 0x5a, sizeof(m));
	untouched = m;
	for (size_t n = 0; n < len; n++)
		assert_int_equal(read_copy(buf, n, &m, &error), 0);
	assert_memory_equal(&m, &untouched, sizeof(m));
}

/* A stream that has only begun: more is asked for, nothing is touched. */
static void msg_waits_for_the_whole_frame(void **state)
{
	(void)state;
	each_frame(is_waited_for);
}

static void may_be_longer(const struct mc_msg *sample, uint8_t *buf, size_t len)
{
	memset(buf + len, 0xee, 9);
	set_frame_len(buf, len + 9);
	survives(sample, buf, len + 9);
}

static void msg_trailing_bytes_are_passed_over(void **state)
{
	(void)state;
	each_frame(may_be_longer);
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

static void needs_its_room(const struct mc_msg *sample, uint8_t *buf, size_t len)
{
	for (size_t n = 0; n < len; n++)
		assert_int_equal(wire_msg_write(sample, buf, n), WIRE_NO_ROOM);
	assert_int_equal(wire_msg_write(sample, buf, len), len);
}

static void msg_writer_checks_room(void **state)
{
	(void)state;
	each_frame(needs_its_room);
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
		cmocka_unit_test(msg_trailing_bytes_are_passed_over),
		cmocka_unit_test(msg_grown_blocks_are_understood),
		cmocka_unit_test(msg_writer_checks_room),
		cmocka_unit_test(msg_unknown_types_are_skipped),
	};

	return cmocka_run_group_tests(tests, fill_batch, NULL);
}
