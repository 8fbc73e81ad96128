// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the prober says: one JSON object a line, one line a bin (100 ms).
 *
 *   {"t":NS,"stall":NS,"flows":[{"host":TEXT,"id":N,"tx":N,"txErrors":N,"rx":N,"received":N,"max":N,
 *     "lost":N,"duplicated":N,"dup":N,"dupFirst":N,"dupFrom":NS,"dupUntil":NS,
 *     "late":N,"lateSeq":[N...],"stale":N,
 *     "gaps":[{"first":N,"lost":N,"merged":N,"txBefore":NS,"txAfter":NS,
 *              "rxBefore":NS,"rxAfter":NS}...]}...],
 *   "floods":[{"host":TEXT,"from":TEXT,"tx":N,"received":N,"lost":N,"duplicated":N,"echoes":N}...]}
 *
 * NS is nanoseconds, "t" and all times CLOCK_MONOTONIC; "stall" is the longest
 * time in the bin in which the prober sent nothing. "host" is the flow's end that
 * speaks here: it sent up to "tx" and counts what the other end sent. "tx" is the number of the next
 * datagram to send, "received", "lost" and "duplicated" are totals, the others
 * belong to the bin; "max" and what has nothing to say is left out. "floods" are totals
 * of the frames that "from" flooded and "host" got; "echoes" only where both are one.
 */
#ifndef LAB_PROBE_REPORT_H
#define LAB_PROBE_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "probe_stat.h"

struct probe_report_flow {
	const char *host; /* needs no quoting in JSON */
	uint32_t id;
	uint32_t tx;
	uint32_t tx_errors;
	const struct probe_stat *st;
};

/* Begins a line for the bin that ends at @t_ns. */
void probe_report_begin(FILE *out, uint64_t t_ns, uint64_t stall_ns);

/* Adds one flow; @first says that it is the line's first. */
void probe_report_flow(FILE *out, const struct probe_report_flow *flow, bool first);

struct probe_report_flood {
	const char *host;
	const char *from;
	uint32_t tx; /* next number that @from floods */
	uint64_t echoes;
	const struct probe_stat *st;
};

/* Ends the flows and begins the flooded frames. */
void probe_report_floods(FILE *out);

/* Adds what one host got of another's flooded frames. */
void probe_report_flood(FILE *out, const struct probe_report_flood *flood, bool first);

/* Ends the line and hands it to the reader. Returns -1 when that failed. */
int probe_report_end(FILE *out);

#endif /* LAB_PROBE_REPORT_H */
