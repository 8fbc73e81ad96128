// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lab's prober counts what it should: losses, duplicates, late arrivals,
 * silences, the bounds of its memory, and its datagram's layout. Every figure
 * that the demo and the benches print rests on this.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "lab/probe_packet.h"
#include "lab/probe_stat.h"

#define MS UINT64_C(1000000)

static struct probe_stat st;

static int reset(void **state)
{
	(void)state;
	memset(&st, 0, sizeof(st));
	return 0;
}

/* Number @seq of a flow that sends one a millisecond, one half on the way. */
static enum probe_verdict arrive(uint32_t seq)
{
	uint64_t tx = 1000 * MS + seq * MS;

	return probe_stat_arrived(&st, seq, tx, tx + MS / 2);
}

static void arrive_range(uint32_t from, uint32_t until)
{
	for (uint32_t seq = from; seq <= until; seq++)
		assert_int_equal(arrive(seq), PROBE_NEW);
}

static void test_undisturbed(void **state)
{
	(void)state;
	arrive_range(0, 20000);
	assert_int_equal(st.received, 20001);
	assert_int_equal(st.lost, 0);
	assert_int_equal(st.duplicated, 0);
	assert_int_equal(st.bin.gaps_n, 0);
}

static void test_what_was_sent_before_the_first_is_not_missed(void **state)
{
	(void)state;
	arrive_range(500, 510);
	assert_int_equal(st.lost, 0);
	assert_int_equal(arrive(499), PROBE_STALE);
	assert_int_equal(st.lost, 0);
	assert_int_equal(st.received, 11);
}

static void test_gap_has_bounds_and_times(void **state)
{
	const struct probe_gap *gap = &st.bin.gaps[0];

	(void)state;
	arrive_range(0, 9);
	assert_int_equal(arrive(110), PROBE_AFTER_GAP);
	assert_int_equal(st.lost, 100);
	assert_int_equal(st.bin.gaps_n, 1);
	assert_int_equal(gap->first, 10);
	assert_int_equal(gap->lost, 100);
	assert_int_equal(gap->tx_before, 1009 * MS);
	assert_int_equal(gap->tx_after, 1110 * MS);
	assert_int_equal(gap->rx_after - gap->rx_before, 101 * MS);
}

static void test_late_is_neither_lost_nor_twice(void **state)
{
	(void)state;
	arrive_range(0, 9);
	arrive(12);
	assert_int_equal(st.lost, 2);
	assert_int_equal(arrive(11), PROBE_WAS_LATE);
	assert_int_equal(st.lost, 1);
	assert_int_equal(st.bin.late, 1);
	assert_int_equal(st.bin.late_seq[0], 11);
	assert_int_equal(arrive(11), PROBE_DUPLICATE);
	assert_int_equal(st.lost, 1);
	assert_int_equal(st.received, 12);
}

static void test_every_duplicate_counts(void **state)
{
	(void)state;
	arrive_range(0, 99);
	for (uint32_t seq = 50; seq < 60; seq++)
		assert_int_equal(arrive(seq), PROBE_DUPLICATE);
	assert_int_equal(arrive(50), PROBE_DUPLICATE);
	assert_int_equal(st.duplicated, 11);
	assert_int_equal(st.bin.dup, 11);
	assert_int_equal(st.bin.dup_first, 50);
	assert_int_equal(st.received, 100);
}

static void test_jump_beyond_the_window(void **state)
{
	(void)state;
	arrive_range(0, 9);
	assert_int_equal(arrive(10 + 3 * PROBE_WINDOW), PROBE_AFTER_GAP);
	assert_int_equal(st.lost, 3 * PROBE_WINDOW);
	assert_int_equal(arrive(9), PROBE_STALE);
	/* the window's memory of the numbers before the jump is gone, not stale */
	assert_int_equal(arrive(9 + 3 * PROBE_WINDOW), PROBE_WAS_LATE);
	assert_int_equal(st.lost, 3 * PROBE_WINDOW - 1);
}

static void test_window_edges(void **state)
{
	(void)state;
	arrive_range(0, PROBE_WINDOW);
	assert_int_equal(arrive(0), PROBE_STALE);
	assert_int_equal(arrive(1), PROBE_DUPLICATE);
	assert_int_equal(st.bin.stale, 1);
	assert_int_equal(st.duplicated, 1);
}

static void test_numbers_wrap(void **state)
{
	(void)state;
	for (uint32_t seq = UINT32_MAX - 5; seq != 5; seq++)
		assert_int_equal(arrive(seq), PROBE_NEW);
	assert_int_equal(arrive(7), PROBE_AFTER_GAP);
	assert_int_equal(arrive(UINT32_MAX), PROBE_DUPLICATE);
	assert_int_equal(arrive(6), PROBE_WAS_LATE);
	assert_int_equal(st.lost, 1);
}

static void test_silence_without_loss_is_recorded(void **state)
{
	(void)state;
	arrive_range(0, 9);
	probe_stat_arrived(&st, 10, 1010 * MS, 1010 * MS + 300 * MS);
	assert_int_equal(st.lost, 0);
	assert_int_equal(st.bin.gaps_n, 1);
	assert_int_equal(st.bin.gaps[0].lost, 0);
}

static void test_gaps_beyond_the_list_are_merged_not_dropped(void **state)
{
	const struct probe_gap *last = &st.bin.gaps[PROBE_GAPS - 1];
	uint32_t listed = 0;

	(void)state;
	for (uint32_t seq = 0; seq <= 2 * (PROBE_GAPS + 40); seq += 2)
		arrive(seq);
	assert_int_equal(st.lost, PROBE_GAPS + 40);
	assert_int_equal(st.bin.gaps_n, PROBE_GAPS);
	for (unsigned int i = 0; i < st.bin.gaps_n; i++)
		listed += st.bin.gaps[i].lost;
	assert_int_equal(listed, st.lost);
	assert_int_equal(last->merged, 40);
	assert_int_equal(last->tx_after, 1000 * MS + 2 * (PROBE_GAPS + 40) * MS);
}

static void test_next_bin_keeps_totals_and_window(void **state)
{
	(void)state;
	arrive_range(0, 9);
	arrive(9);
	arrive(12);
	probe_stat_next_bin(&st);
	assert_int_equal(st.bin.rx, 0);
	assert_int_equal(st.bin.gaps_n, 0);
	assert_int_equal(st.received, 11);
	assert_int_equal(arrive(12), PROBE_DUPLICATE);
	assert_int_equal(arrive(10), PROBE_WAS_LATE);
	assert_int_equal(st.duplicated, 2);
	assert_int_equal(st.lost, 1);
}

static void test_packet_round_trip(void **state)
{
	const struct probe_packet in = { 1, 0xfffffffe, 0x80000001, UINT64_C(0x123456789abcdef0) };
	struct probe_packet out = { 0 };
	uint8_t buf[PROBE_PACKET_LEN];

	(void)state;
	probe_packet_write(buf, &in);
	assert_true(probe_packet_read(buf, sizeof(buf), &out));
	assert_int_equal(out.run, in.run);
	assert_int_equal(out.flow, in.flow);
	assert_int_equal(out.seq, in.seq);
	assert_true(out.tx_ns == in.tx_ns);
}

static void test_packet_refuses_what_is_not_one(void **state)
{
	struct probe_packet out = { .seq = 77 };
	uint8_t buf[PROBE_PACKET_LEN] = { 0 };

	(void)state;
	assert_false(probe_packet_read(buf, sizeof(buf), &out));
	probe_packet_write(buf, &out);
	assert_false(probe_packet_read(buf, 23, &out));
	assert_true(probe_packet_read(buf, 24, &out));
	assert_int_equal(out.seq, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_undisturbed, reset),
		cmocka_unit_test_setup(test_what_was_sent_before_the_first_is_not_missed, reset),
		cmocka_unit_test_setup(test_gap_has_bounds_and_times, reset),
		cmocka_unit_test_setup(test_late_is_neither_lost_nor_twice, reset),
		cmocka_unit_test_setup(test_every_duplicate_counts, reset),
		cmocka_unit_test_setup(test_jump_beyond_the_window, reset),
		cmocka_unit_test_setup(test_window_edges, reset),
		cmocka_unit_test_setup(test_numbers_wrap, reset),
		cmocka_unit_test_setup(test_silence_without_loss_is_recorded, reset),
		cmocka_unit_test_setup(test_gaps_beyond_the_list_are_merged_not_dropped, reset),
		cmocka_unit_test_setup(test_next_bin_keeps_totals_and_window, reset),
		cmocka_unit_test(test_packet_round_trip),
		cmocka_unit_test(test_packet_refuses_what_is_not_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
