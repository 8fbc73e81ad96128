// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What became of one direction of one flow: received, missing, late, twice.
 *
 * Pure: it is given number and times of each datagram that arrived and keeps
 * the account. It has no socket, clock or output in it, so loss and duplicate
 * accounting is unit-tested without a network (tests/unit/test_probe_stat.c).
 *
 * Two accounts are kept. The totals run from the first datagram on. The bin
 * holds what happened since probe_stat_next_bin(), with the single gaps, for
 * a reader that wants to know when it happened. Memory is constant: where a
 * bin has more gaps than it can list, the last one is widened and says so.
 */
#ifndef LAB_PROBE_STAT_H
#define LAB_PROBE_STAT_H

#include <stdbool.h>
#include <stdint.h>

#define PROBE_WINDOW	 8192	    /* numbers remembered: 8 s at 1 ms */
#define PROBE_GAPS	 32	    /* gaps listed per bin */
#define PROBE_LATE	 64	    /* late numbers listed per bin */
#define PROBE_SILENCE_NS 10000000u  /* silence worth a record even without loss */

/* A hole between two datagrams that followed each other in arrival. */
struct probe_gap {
	uint32_t first;	    /* first missing number */
	uint32_t lost;	    /* how many are missing; 0: only silence */
	uint32_t merged;    /* gaps that were folded into this one */
	uint64_t tx_before; /* when the last one before the hole was sent, ns */
	uint64_t tx_after;
	uint64_t rx_before; /* and when it arrived */
	uint64_t rx_after;
};

struct probe_bin {
	uint32_t rx; /* arrived for the first time */
	uint32_t dup;
	uint32_t stale; /* older than the window: twice or late, nobody knows */
	uint32_t late;	/* arrived after a higher number */
	uint32_t dup_first; /* number, arrival of the first and the last duplicate */
	uint64_t dup_from;
	uint64_t dup_until;
	uint32_t late_seq[PROBE_LATE]; /* the first ones of .late */
	unsigned int gaps_n;
	struct probe_gap gaps[PROBE_GAPS];
};

struct probe_stat {
	bool started;
	uint32_t base; /* first number that arrived: nothing before it is missed */
	uint32_t max;  /* highest number that arrived */
	uint64_t max_tx;
	uint64_t last_rx;
	uint64_t received; /* distinct datagrams */
	uint64_t duplicated;
	uint64_t lost; /* missing now; a late one is taken off again */
	struct probe_bin bin;
	uint64_t seen[PROBE_WINDOW / 64];
};

enum probe_verdict {
	PROBE_NEW,
	PROBE_AFTER_GAP,
	PROBE_DUPLICATE,
	PROBE_WAS_LATE,
	PROBE_STALE,
};

/*
 * Accounts for one arrival: number @seq, sent at @tx_ns, arrived at @rx_ns,
 * both nanoseconds of the same clock. Numbers are compared modulo 2^32.
 */
enum probe_verdict probe_stat_arrived(struct probe_stat *st, uint32_t seq, uint64_t tx_ns,
				      uint64_t rx_ns);

/* Empties the bin; the totals and the window stay. */
void probe_stat_next_bin(struct probe_stat *st);

#endif /* LAB_PROBE_STAT_H */
