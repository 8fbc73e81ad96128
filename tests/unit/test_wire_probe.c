// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The probe's bytes against themselves and against harm: round trip at the
 * ends of its ranges, every truncation and every value out of range refused by
 * name, what later versions append passed over.
 */
#include "tests/unit/wire_samples.h"

static void probe_round_trip(void **state)
{
	const struct mc_probe probes[] = {
		{ .m = member_low },
		{ .seq = UINT32_MAX, .request = true, .m = member_high },
		{ .reply_to = UINT32_MAX, .m = member_high },
	};
	uint8_t buf[WIRE_PROBE_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(probes); i++) {
		struct mc_probe p = { 0 };
		ssize_t len = wire_probe_write(&probes[i], buf, sizeof(buf));

		assert_true(len > 0);
		assert_int_equal(wire_probe_read(buf, (size_t)len, &p), WIRE_OK);
		assert_int_equal(p.seq, probes[i].seq);
		assert_int_equal(p.reply_to, probes[i].reply_to);
		assert_int_equal(p.request, probes[i].request);
		assert_member_equal(&p.m, &probes[i].m);
	}
}

static void probe_each_flag_stands_alone(void **state)
{
	bool *flags[7];
	struct mc_probe p = { .m = member_low }, r;
	uint8_t buf[WIRE_PROBE_MAX];
	ssize_t len;

	(void)state;
	flags[0] = &p.m.in_service;
	flags[1] = &p.m.fenced;
	flags[2] = &p.m.acting;
	flags[3] = &p.m.shared_id;
	flags[4] = &p.m.settled;
	flags[5] = &p.m.uplinks_up;
	flags[6] = &p.m.shutting_down;
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		*flags[i] = true;
		len = wire_probe_write(&p, buf, sizeof(buf));
		assert_true(len > 0);
		assert_int_equal(wire_probe_read(buf, (size_t)len, &r), WIRE_OK);
		assert_member_equal(&r.m, &p.m);
		*flags[i] = false;
	}
}

/* Of a release before it: 42 bytes, and nothing is known of its shared VTEP; of a later one: what is behind is passed over. */
static void probe_block_of_another_release(void **state)
{
	struct mc_probe p = { .m = member_high }, r;
	uint8_t buf[WIRE_PROBE_MAX] = { 0 };
	ssize_t len = wire_probe_write(&p, buf, sizeof(buf));

	(void)state;
	buf[16 + M_LEN + 1] = 45;
	p.m.tells_anycast = false;
	memset(p.m.anycast_ip, 0, sizeof(p.m.anycast_ip));
	assert_int_equal(wire_probe_read(buf, (size_t)len, &r), WIRE_OK);
	assert_member_equal(&r.m, &p.m);
	assert_int_equal(wire_probe_write(&p, buf, sizeof(buf)), len - 4);
	p.m = member_high;
	len = wire_probe_write(&p, buf, sizeof(buf));
	buf[16 + M_LEN + 1] = 60;
	assert_int_equal(wire_probe_read(buf, (size_t)len + 14, &r), WIRE_OK);
	assert_member_equal(&r.m, &p.m);
}

static void probe_truncated_at_every_length(void **state)
{
	const struct mc_probe p = { .seq = 7, .request = true, .m = member_high };
	struct mc_probe r, untouched;
	uint8_t buf[WIRE_PROBE_MAX];
	ssize_t len = wire_probe_write(&p, buf, sizeof(buf));

	(void)state;
	assert_true(len > 0);
	memset(&r, 0x5a, sizeof(r));
	untouched = r;
	for (ssize_t n = 0; n < len; n++) {
		/* a copy of exactly n bytes, so that a sanitizer sees one too many */
		uint8_t *copy = malloc((size_t)n + !n);

		assert_non_null(copy);
		memcpy(copy, buf, (size_t)n);
		assert_int_equal(wire_probe_read(copy, (size_t)n, &r), WIRE_SHORT);
		assert_memory_equal(&r, &untouched, sizeof(r));
		free(copy);
	}
}

static void probe_writer_checks_room(void **state)
{
	const struct mc_probe p = { .m = member_low };
	uint8_t buf[WIRE_PROBE_MAX];
	ssize_t len = wire_probe_write(&p, buf, sizeof(buf));

	(void)state;
	for (ssize_t n = 0; n < len; n++)
		assert_int_equal(wire_probe_write(&p, buf, (size_t)n), WIRE_NO_ROOM);
	assert_int_equal(wire_probe_write(&p, buf, (size_t)len), len);
}

static void probe_trailing_bytes_are_passed_over(void **state)
{
	const struct mc_probe p = { .seq = 1, .m = member_high };
	struct mc_probe r;
	uint8_t buf[WIRE_PROBE_MAX + 1];
	ssize_t len = wire_probe_write(&p, buf, sizeof(buf));

	(void)state;
	memset(buf + len, 0xee, sizeof(buf) - (size_t)len);
	assert_int_equal(wire_probe_read(buf, WIRE_PROBE_MAX, &r), WIRE_OK);
	assert_member_equal(&r.m, &p.m);
	assert_int_equal(wire_probe_read(buf, WIRE_PROBE_MAX + 1, &r), WIRE_BAD_LENGTH);
}

static void probe_harm(const struct harm *h, size_t base, bool request)
{
	struct mc_probe p = { .seq = 7, .request = request, .m = member_high }, r, untouched;
	uint8_t buf[WIRE_PROBE_MAX];
	ssize_t len = wire_probe_write(&p, buf, sizeof(buf));

	assert_true(len > 0);
	memset(&r, 0x5a, sizeof(r));
	untouched = r;
	memcpy(buf + base + h->at, h->bytes, h->len);
	if (wire_probe_read(buf, (size_t)len, &r) != h->error)
		fail_msg("%s: not %s", h->what, wire_error_name(h->error));
	assert_memory_equal(&r, &untouched, sizeof(r));
}

static void probe_values_out_of_range(void **state)
{
	static const struct harm harms[] = {
		{ "wrong magic", 0, 1, { 0 }, WIRE_BAD_VALUE },
		{ "version 0", 4, 1, { 0 }, WIRE_BAD_VERSION },
		{ "version 2", 4, 1, { 2 }, WIRE_BAD_VERSION },
		{ "request without a number", 8, 4, { 0 }, WIRE_BAD_VALUE },
		{ "request that is an answer", 12, 4, { 0, 0, 0, 1 }, WIRE_BAD_VALUE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(harms); i++)
		probe_harm(&harms[i], 0, true);
	for (size_t i = 0; i < ARRAY_LEN(member_harms); i++)
		probe_harm(&member_harms[i], 16, false);
}

static void writers_refuse_what_readers_refuse(void **state)
{
	struct mc_probe p = { .m = member_high };
	uint8_t buf[WIRE_PROBE_MAX];

	(void)state;
	p.request = true;
	assert_int_equal(wire_probe_write(&p, buf, sizeof(buf)), WIRE_BAD_VALUE);
	p.request = false;
	p.m.incarnation = 0;
	assert_int_equal(wire_probe_write(&p, buf, sizeof(buf)), WIRE_BAD_VALUE);
	p.m = member_high;
	p.m.keepalive_ms = 60001;
	assert_int_equal(wire_probe_write(&p, buf, sizeof(buf)), WIRE_BAD_VALUE);
	p.m = member_high;
	p.m.role = (enum mc_role)3;
	assert_int_equal(wire_probe_write(&p, buf, sizeof(buf)), WIRE_BAD_VALUE);
	p.m = member_high;
	memset(&p.m.id, 0, sizeof(p.m.id));
	assert_int_equal(wire_probe_write(&p, buf, sizeof(buf)), WIRE_BAD_VALUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(probe_round_trip),
		cmocka_unit_test(probe_each_flag_stands_alone),
		cmocka_unit_test(probe_block_of_another_release),
		cmocka_unit_test(probe_truncated_at_every_length),
		cmocka_unit_test(probe_writer_checks_room),
		cmocka_unit_test(probe_trailing_bytes_are_passed_over),
		cmocka_unit_test(probe_values_out_of_range),
		cmocka_unit_test(writers_refuse_what_readers_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
