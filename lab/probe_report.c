// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Formats what the prober says; see probe_report.h. Reads the account, changes
 * nothing in it. Host names are checked where they come in, so nothing needs quoting.
 */
#include "probe_report.h"

#include <inttypes.h>

void probe_report_begin(FILE *out, uint64_t t_ns, uint64_t stall_ns)
{
	fprintf(out, "{\"t\":%" PRIu64 ",\"stall\":%" PRIu64 ",\"flows\":[", t_ns, stall_ns);
}

static void gaps(FILE *out, const struct probe_bin *bin)
{
	fputs(",\"gaps\":[", out);
	for (unsigned int i = 0; i < bin->gaps_n; i++) {
		const struct probe_gap *g = &bin->gaps[i];

		fprintf(out,
			"%s{\"first\":%" PRIu32 ",\"lost\":%" PRIu32 ",\"merged\":%" PRIu32
			",\"txBefore\":%" PRIu64 ",\"txAfter\":%" PRIu64 ",\"rxBefore\":%" PRIu64
			",\"rxAfter\":%" PRIu64 "}",
			i ? "," : "", g->first, g->lost, g->merged, g->tx_before, g->tx_after,
			g->rx_before, g->rx_after);
	}
	fputs("]", out);
}

static void late(FILE *out, const struct probe_bin *bin)
{
	fprintf(out, ",\"late\":%" PRIu32 ",\"lateSeq\":[", bin->late);
	for (unsigned int i = 0; i < bin->late && i < PROBE_LATE; i++)
		fprintf(out, "%s%" PRIu32, i ? "," : "", bin->late_seq[i]);
	fputs("]", out);
}

void probe_report_flow(FILE *out, const struct probe_report_flow *flow, bool first)
{
	const struct probe_stat *st = flow->st;
	const struct probe_bin *bin = &st->bin;

	fprintf(out,
		"%s{\"host\":\"%s\",\"id\":%" PRIu32 ",\"tx\":%" PRIu32 ",\"txErrors\":%" PRIu32 ",\"rx\":%" PRIu32
		",\"received\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"duplicated\":%" PRIu64,
		first ? "" : ",", flow->host, flow->id, flow->tx, flow->tx_errors, bin->rx, st->received,
		st->lost, st->duplicated);
	if (st->started)
		fprintf(out, ",\"max\":%" PRIu32, st->max);
	if (bin->dup)
		fprintf(out,
			",\"dup\":%" PRIu32 ",\"dupFirst\":%" PRIu32 ",\"dupFrom\":%" PRIu64
			",\"dupUntil\":%" PRIu64,
			bin->dup, bin->dup_first, bin->dup_from, bin->dup_until);
	if (bin->late)
		late(out, bin);
	if (bin->stale)
		fprintf(out, ",\"stale\":%" PRIu32, bin->stale);
	if (bin->gaps_n)
		gaps(out, bin);
	fputs("}", out);
}

void probe_report_floods(FILE *out)
{
	fputs("],\"floods\":[", out);
}

void probe_report_flood(FILE *out, const struct probe_report_flood *flood, bool first)
{
	fprintf(out,
		"%s{\"host\":\"%s\",\"from\":\"%s\",\"tx\":%" PRIu32 ",\"received\":%" PRIu64 ",\"lost\":%" PRIu64
		",\"duplicated\":%" PRIu64 ",\"echoes\":%" PRIu64 "}",
		first ? "" : ",", flood->host, flood->from, flood->tx, flood->st->received, flood->st->lost,
		flood->st->duplicated, flood->echoes);
}

int probe_report_end(FILE *out)
{
	fputs("]}\n", out);
	return fflush(out) || ferror(out) ? -1 : 0;
}
