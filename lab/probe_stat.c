// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Accounting of one direction of one flow; see probe_stat.h.
 *
 * The window is a bitmap over the last PROBE_WINDOW numbers up to the highest
 * one. A number above the highest moves it; a number inside it is a duplicate
 * when its bit is set and late when not; a number below it can no longer be
 * told and is counted as stale.
 */
#include "probe_stat.h"

#include <string.h>

static bool seen(const struct probe_stat *st, uint32_t seq)
{
	return st->seen[seq % PROBE_WINDOW / 64] >> (seq % 64) & 1;
}

static void mark(struct probe_stat *st, uint32_t seq, bool on)
{
	uint64_t bit = UINT64_C(1) << (seq % 64);

	if (on)
		st->seen[seq % PROBE_WINDOW / 64] |= bit;
	else
		st->seen[seq % PROBE_WINDOW / 64] &= ~bit;
}

static void start(struct probe_stat *st, uint32_t seq)
{
	st->started = true;
	st->base = seq;
	st->max = seq - 1;
}

/* The window's upper end becomes @seq; the numbers jumped over are unseen. */
static void advance(struct probe_stat *st, uint32_t seq)
{
	uint32_t jump = seq - st->max;

	if (jump >= PROBE_WINDOW) {
		memset(st->seen, 0, sizeof(st->seen));
	} else {
		for (uint32_t n = st->max + 1; n != seq; n++)
			mark(st, n, false);
	}
	mark(st, seq, true);
	st->max = seq;
}

static void record_gap(struct probe_stat *st, const struct probe_gap *gap)
{
	struct probe_bin *bin = &st->bin;
	struct probe_gap *last;

	if (bin->gaps_n < PROBE_GAPS) {
		bin->gaps[bin->gaps_n++] = *gap;
		return;
	}
	last = &bin->gaps[PROBE_GAPS - 1];
	last->lost += gap->lost;
	last->merged++;
	last->tx_after = gap->tx_after;
	last->rx_after = gap->rx_after;
}

static enum probe_verdict arrived_above(struct probe_stat *st, uint32_t seq, uint64_t tx_ns,
					uint64_t rx_ns)
{
	struct probe_gap gap = {
		.first = st->max + 1,
		.lost = seq - st->max - 1,
		.tx_before = st->max_tx,
		.tx_after = tx_ns,
		.rx_before = st->last_rx,
		.rx_after = rx_ns,
	};

	if (st->received && (gap.lost || rx_ns > st->last_rx + PROBE_SILENCE_NS))
		record_gap(st, &gap);
	advance(st, seq);
	st->max_tx = tx_ns;
	st->last_rx = rx_ns;
	st->lost += gap.lost;
	st->received++;
	st->bin.rx++;
	return gap.lost ? PROBE_AFTER_GAP : PROBE_NEW;
}

static enum probe_verdict arrived_twice(struct probe_stat *st, uint32_t seq, uint64_t rx_ns)
{
	if (!st->bin.dup++) {
		st->bin.dup_first = seq;
		st->bin.dup_from = rx_ns;
	}
	st->bin.dup_until = rx_ns;
	st->duplicated++;
	return PROBE_DUPLICATE;
}

static enum probe_verdict arrived_late(struct probe_stat *st, uint32_t seq, uint64_t rx_ns)
{
	mark(st, seq, true);
	if (st->bin.late < PROBE_LATE)
		st->bin.late_seq[st->bin.late] = seq;
	st->bin.late++;
	st->bin.rx++;
	st->received++;
	st->lost--;
	st->last_rx = rx_ns;
	return PROBE_WAS_LATE;
}

enum probe_verdict probe_stat_arrived(struct probe_stat *st, uint32_t seq, uint64_t tx_ns,
				      uint64_t rx_ns)
{
	uint32_t behind;

	if (!st->started)
		start(st, seq);
	if ((int32_t)(seq - st->max) > 0)
		return arrived_above(st, seq, tx_ns, rx_ns);

	behind = st->max - seq;
	if (behind >= PROBE_WINDOW || (int32_t)(seq - st->base) < 0) {
		st->bin.stale++;
		return PROBE_STALE;
	}
	if (seen(st, seq))
		return arrived_twice(st, seq, rx_ns);
	return arrived_late(st, seq, rx_ns);
}

void probe_stat_next_bin(struct probe_stat *st)
{
	memset(&st->bin, 0, sizeof(st->bin));
}
