// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * probe: numbered datagrams at 1 ms spacing between the hosts of the lab, both
 * ways, and an exact account of what became of them.
 *
 *   probe [-i MICROSECONDS] [-r RUN] { -n HOST:INODE { -f ADDRESS:PORT }... [ -b DEVICE ] }...
 *
 * Run in the guest, outside the nodes; a host is named with the inode of its
 * network namespace, then its flows, and the device on which it floods (probe_flood.h). A flow has the same port at both ends, and
 * each end sends numbers of its own, so a loss is known for its direction. All
 * nodes share one CLOCK_MONOTONIC; arrival times are the kernel's own, so that
 * a prober that waits for the processor does not look like a network that lost
 * something. It runs ahead of everything else (SCHED_FIFO; it needs a twentieth
 * of the guest), and when it could not send nevertheless it says how long.
 *
 * It decides nothing: no pass, no fail. It says "ready" on standard output when
 * all sockets are bound, writes its account there (probe_report.h) until
 * SIGTERM or SIGINT, and never touches an interface, a route or a process.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "probe_flood.h"
#include "probe_net.h"
#include "probe_report.h"

#define BIN_NS	      UINT64_C(100000000)
#define FLOOD_TICKS   10		/* a flooded frame every so many ticks */
#define RECEIVE_TICKS 20		/* what arrived is taken every so many ticks */
#define BEHIND_NS     UINT64_C(50000000) /* later than this, what was missed is not made up for */
#define NS_PER_S      UINT64_C(1000000000)

static struct probe_net net;
static struct probe_flood flood;
static uint64_t interval_ns = 1000000;
static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

/* Sleeps until @due, and returns what time it is then. */
static uint64_t sleep_until(uint64_t due)
{
	struct timespec ts = { .tv_sec = (time_t)(due / NS_PER_S),
			       .tv_nsec = (long)(due % NS_PER_S) };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
	return probe_now_ns();
}

static void report_floods(void)
{
	bool first = true;

	probe_report_floods(stdout);
	for (unsigned int i = 0; i < net.hosts_n; i++) {
		struct probe_flood_host *to = &flood.hosts[i];

		for (unsigned int k = 0; to->fd >= 0 && k < net.hosts_n; k++) {
			if (flood.hosts[k].fd < 0)
				continue;
			probe_report_flood(stdout,
					   &(struct probe_report_flood){ .host = net.hosts[i].name,
									 .from = net.hosts[k].name,
									 .tx = flood.hosts[k].tx,
									 .echoes = i == k ? to->echoes : 0,
									 .st = &to->from[k] },
					   first);
			probe_stat_next_bin(&to->from[k]);
			first = false;
		}
	}
}

static int report(uint64_t stall_ns)
{
	bool first = true;

	probe_report_begin(stdout, probe_now_ns(), stall_ns);
	for (unsigned int i = 0; i < net.hosts_n; i++) {
		for (unsigned int k = 0; k < net.hosts[i].flows_n; k++) {
			struct probe_flow *flow = &net.hosts[i].flows[k];

			probe_report_flow(stdout,
					  &(struct probe_report_flow){ .host = net.hosts[i].name,
								       .id = flow->id,
								       .tx = flow->tx,
								       .tx_errors = flow->tx_errors,
								       .st = &flow->st },
					  first);
			probe_stat_next_bin(&flow->st);
			first = false;
		}
	}
	report_floods();
	return probe_report_end(stdout);
}

static int run(void)
{
	uint64_t now = probe_now_ns(), due = now, bin_end = now + BIN_NS, stall_ns = 0, before;

	for (unsigned int n = 0; !stop; n++) {
		before = now;
		now = sleep_until(due);
		stall_ns = now - before > stall_ns ? now - before : stall_ns;
		due = now > due + BEHIND_NS ? now : due + interval_ns;
		probe_net_send(&net, now);
		if (n % FLOOD_TICKS == 0)
			probe_flood_send(&flood, &net, now);
		if (n % RECEIVE_TICKS && now < bin_end)
			continue;
		probe_net_receive(&net);
		probe_flood_receive(&flood, &net);
		if (now < bin_end)
			continue;
		probe_net_set_clock(&net);
		bin_end = now + BIN_NS;
		if (report(stall_ns))
			return 1;
		stall_ns = 0;
	}
	probe_net_receive(&net);
	return report(stall_ns) ? 1 : 0;
}

static int usage(const char *why)
{
	fprintf(stderr,
		"probe: %s\n"
		"usage: probe [-i MICROSECONDS] [-r RUN] { -n HOST:INODE { -f ADDRESS:PORT }... [ -b DEVICE ] }...\n",
		why);
	return 2;
}

static const char *option(int opt)
{
	long v;

	switch (opt) {
	case 'i':
		v = probe_number(optarg, 100, 10000000);
		interval_ns = (uint64_t)v * 1000;
		return v < 0 ? "no interval from 100 to 10000000" : NULL;
	case 'r':
		v = probe_number(optarg, 0, INT32_MAX);
		net.run = (uint32_t)v;
		return v < 0 ? "no run from 0 to 2147483647" : NULL;
	case 'n':
		return probe_net_add_host(&net, optarg);
	case 'f':
		return probe_net_add_flow(&net, optarg);
	case 'b':
		return probe_flood_add(&flood, &net, optarg);
	default:
		return "unknown option";
	}
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	const char *wrong;
	int opt;

	probe_flood_init(&flood);
	while ((opt = getopt(argc, argv, "i:r:n:f:b:")) != -1) {
		wrong = option(opt);
		if (wrong)
			return usage(wrong);
	}
	if (optind < argc || !net.hosts_n)
		return usage(optind < argc ? "unexpected argument" : "no host given");
	if (sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 10 })) {
		perror("probe: SCHED_FIFO");
		return 1;
	}
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	probe_net_set_clock(&net);
	puts("ready");
	fflush(stdout);
	return run();
}
