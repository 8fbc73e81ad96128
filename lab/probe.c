// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lab-probe: numbered datagrams at 1 ms spacing, both ways, and an exact
 * account of what became of them.
 *
 *   lab-probe [-i MICROSECONDS] [-r RUN] [-o FILE] -f ID:LOCALPORT:PEER:PEERPORT ...
 *
 * One process a host; both ends of a flow give it the same ID. Each end sends
 * its own numbers and accounts for the other's, so a loss is known for its
 * direction. All nodes of the lab are namespaces of one kernel and share
 * CLOCK_MONOTONIC; arrival times are the kernel's own, so that a prober that
 * waits for the CPU does not look like a network that lost something.
 *
 * It decides nothing: no pass, no fail. It says "ready" on standard output when
 * all sockets are bound, writes its account (probe_report.h) until SIGTERM or
 * SIGINT, and never touches an interface, a route or another process.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* recvmmsg() */
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "probe_packet.h"
#include "probe_report.h"
#include "probe_stat.h"

#define FLOWS_MAX   16
#define BIN_NS	    100000000u
#define DRAIN_TICKS 8		/* sockets are emptied every so many ticks */
#define BEHIND_NS   50000000u	/* later than this, what was missed is not made up for */
#define BATCH	    64
#define NS_PER_S    1000000000u

struct flow {
	uint32_t id;
	int fd;
	struct sockaddr_in peer;
	uint32_t tx;
	uint32_t tx_errors;
	struct probe_stat st;
};

struct prober {
	uint64_t interval_ns;
	uint32_t run;
	FILE *out;
	unsigned int flows_n;
	struct flow flows[FLOWS_MAX];
	int64_t real_to_mono; /* what to add to a kernel timestamp, ns */
};

static struct prober prober = { .interval_ns = 1000000 };
static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static uint64_t ns_of(const struct timespec *ts)
{
	return (uint64_t)ts->tv_sec * NS_PER_S + (uint64_t)ts->tv_nsec;
}

static uint64_t now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ns_of(&ts);
}

static void set_clock_offset(struct prober *p)
{
	uint64_t mono = now_ns(CLOCK_MONOTONIC);

	p->real_to_mono = (int64_t)(mono - now_ns(CLOCK_REALTIME));
}

/* A whole decimal number in [min, max], or -1. */
static long number(const char *text, long min, long max)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(text, &end, 10);
	return errno || end == text || *end || v < min || v > max ? -1 : v;
}

static int open_socket(uint16_t port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(port) };
	int on = 1, size = 1 << 20;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&sin, sizeof(sin))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* ID:LOCALPORT:PEER:PEERPORT. Returns what is wrong with it, or NULL. */
static const char *add_flow(struct prober *p, char *spec)
{
	char *part[4];
	long id, lport, pport;
	struct flow *f = &p->flows[p->flows_n];

	if (p->flows_n == FLOWS_MAX)
		return "too many flows";
	for (int i = 0; i < 4; i++)
		part[i] = strsep(&spec, ":");
	if (!part[3] || spec)
		return "not ID:LOCALPORT:PEER:PEERPORT";
	id = number(part[0], 0, INT32_MAX);
	lport = number(part[1], 1, 65535);
	pport = number(part[3], 1, 65535);
	if (id < 0 || lport < 0 || pport < 0 || inet_pton(AF_INET, part[2], &f->peer.sin_addr) != 1)
		return "a number or address out of range";
	f->id = (uint32_t)id;
	f->peer.sin_family = AF_INET;
	f->peer.sin_port = htons((uint16_t)pport);
	f->fd = open_socket((uint16_t)lport);
	if (f->fd < 0)
		return strerror(errno);
	p->flows_n++;
	return NULL;
}

/* A number that could not be sent stays used: the other end misses it. */
static void send_all(struct prober *p, uint64_t now)
{
	uint8_t buf[PROBE_PACKET_LEN];
	struct probe_packet pkt = { .run = p->run, .tx_ns = now };

	for (unsigned int i = 0; i < p->flows_n; i++) {
		struct flow *f = &p->flows[i];

		pkt.flow = f->id;
		pkt.seq = f->tx++;
		probe_packet_write(buf, &pkt);
		if (sendto(f->fd, buf, sizeof(buf), 0, (struct sockaddr *)&f->peer,
			   sizeof(f->peer)) < 0)
			f->tx_errors++;
	}
}

/* The kernel's arrival time on the monotonic clock; @now if it has none or it is absurd. */
static uint64_t arrival_ns(const struct prober *p, struct msghdr *msg, uint64_t tx_ns, uint64_t now)
{
	struct timespec ts;
	uint64_t at;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		at = ns_of(&ts) + (uint64_t)p->real_to_mono;
		if (at >= tx_ns && at <= now)
			return at;
	}
	return now;
}

static void take(struct prober *p, struct flow *f, struct msghdr *msg, const uint8_t *buf,
		 size_t len, uint64_t now)
{
	struct probe_packet pkt;
	const struct sockaddr_in *from = msg->msg_name;

	if (!probe_packet_read(buf, len, &pkt) || pkt.run != p->run || pkt.flow != f->id ||
	    from->sin_addr.s_addr != f->peer.sin_addr.s_addr)
		return;
	probe_stat_arrived(&f->st, pkt.seq, pkt.tx_ns, arrival_ns(p, msg, pkt.tx_ns, now));
}

static void drain(struct prober *p, struct flow *f)
{
	static struct mmsghdr msgs[BATCH];
	static struct iovec iov[BATCH];
	static uint8_t buf[BATCH][PROBE_PACKET_LEN];
	static uint8_t control[BATCH][CMSG_SPACE(sizeof(struct timespec))];
	static struct sockaddr_in from[BATCH];
	uint64_t now;
	int n;

	do {
		for (int i = 0; i < BATCH; i++) {
			iov[i] = (struct iovec){ .iov_base = buf[i], .iov_len = sizeof(buf[i]) };
			msgs[i].msg_hdr = (struct msghdr){
				.msg_name = &from[i],
				.msg_namelen = sizeof(from[i]),
				.msg_iov = &iov[i],
				.msg_iovlen = 1,
				.msg_control = control[i],
				.msg_controllen = sizeof(control[i]),
			};
		}
		n = recvmmsg(f->fd, msgs, BATCH, MSG_DONTWAIT, NULL);
		now = now_ns(CLOCK_MONOTONIC);
		for (int i = 0; i < n; i++)
			take(p, f, &msgs[i].msg_hdr, buf[i], msgs[i].msg_len, now);
	} while (n == BATCH);
}

static void drain_all(struct prober *p)
{
	for (unsigned int i = 0; i < p->flows_n; i++)
		drain(p, &p->flows[i]);
}

static int report(struct prober *p)
{
	probe_report_begin(p->out, now_ns(CLOCK_MONOTONIC));
	for (unsigned int i = 0; i < p->flows_n; i++) {
		struct flow *f = &p->flows[i];

		probe_report_flow(p->out,
				  &(struct probe_report_flow){ .id = f->id,
							       .tx = f->tx,
							       .tx_errors = f->tx_errors,
							       .st = &f->st },
				  i == 0);
		probe_stat_next_bin(&f->st);
	}
	return probe_report_end(p->out);
}

/* Sleeps until @due, and returns what time it is then. */
static uint64_t sleep_until(uint64_t due)
{
	struct timespec ts = { .tv_sec = (time_t)(due / NS_PER_S),
			       .tv_nsec = (long)(due % NS_PER_S) };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
	return now_ns(CLOCK_MONOTONIC);
}

static int run(struct prober *p)
{
	uint64_t due = now_ns(CLOCK_MONOTONIC);
	uint64_t bin_end = due + BIN_NS;
	uint64_t now;

	for (unsigned int n = 0; !stop; n++) {
		now = sleep_until(due);
		due = now > due + BEHIND_NS ? now : due + p->interval_ns;
		send_all(p, now);
		if (n % DRAIN_TICKS && due < bin_end)
			continue;
		drain_all(p);
		if (due < bin_end)
			continue;
		set_clock_offset(p);
		bin_end = due + BIN_NS;
		if (report(p))
			return 1;
	}
	drain_all(p);
	return report(p) ? 1 : 0;
}

static int usage(const char *why)
{
	fprintf(stderr,
		"lab-probe: %s\n"
		"usage: lab-probe [-i MICROSECONDS] [-r RUN] [-o FILE] -f ID:LOCALPORT:PEER:PEERPORT ...\n",
		why);
	return 2;
}

static const char *parse(struct prober *p, int argc, char **argv)
{
	const char *wrong = NULL;
	long v;
	int opt;

	while ((opt = getopt(argc, argv, "i:r:o:f:")) != -1) {
		if (opt == 'i' && (v = number(optarg, 100, 10000000)) > 0)
			p->interval_ns = (uint64_t)v * 1000;
		else if (opt == 'r' && (v = number(optarg, 0, INT32_MAX)) >= 0)
			p->run = (uint32_t)v;
		else if (opt == 'o' && (p->out = fopen(optarg, "we")))
			continue;
		else if (opt == 'f' && !(wrong = add_flow(p, optarg)))
			continue;
		else
			return wrong ? wrong : opt == 'o' ? strerror(errno) : "bad option";
	}
	return optind < argc ? "unexpected argument" : p->flows_n ? NULL : "no flow given";
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	const char *wrong;

	prober.out = stdout;
	wrong = parse(&prober, argc, argv);
	if (wrong)
		return usage(wrong);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	set_clock_offset(&prober);
	puts("ready");
	fflush(stdout);
	return run(&prober);
}
