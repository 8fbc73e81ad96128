// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The prober's sockets; see probe_net.h. It sends and takes what came, gives
 * each arrival its kernel's time, and leaves the counting to probe_stat.c. It
 * changes nothing in a namespace but its own sockets.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* recvmmsg(), setns() */
#endif
#include "probe_net.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "probe_packet.h"

#define BATCH	 64
#define NS_PER_S UINT64_C(1000000000)

static uint64_t ns_of(const struct timespec *ts)
{
	return (uint64_t)ts->tv_sec * NS_PER_S + (uint64_t)ts->tv_nsec;
}

uint64_t probe_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ns_of(&ts);
}

void probe_net_set_clock(struct probe_net *net)
{
	struct timespec ts;
	uint64_t mono = probe_now_ns();

	clock_gettime(CLOCK_REALTIME, &ts);
	net->real_to_mono = (int64_t)(mono - ns_of(&ts));
}

long probe_number(const char *text, long min, long max)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(text, &end, 10);
	return errno || end == text || *end || v < min || v > max ? -1 : v;
}

/* Opens the network namespace with that inode, through any process in it; -1 if there is none. */
static int open_namespace(long inode)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char path[300];
	struct stat st;
	int fd = -1;

	while (proc && fd < 0 && (entry = readdir(proc))) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/ns/net", entry->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0 && (fstat(fd, &st) || st.st_ino != (ino_t)inode)) {
			close(fd);
			fd = -1;
		}
	}
	if (proc)
		closedir(proc);
	return fd;
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

/* The process stays in the latest host's namespace: its flows' sockets come next. */
const char *probe_net_add_host(struct probe_net *net, char *spec)
{
	char *inode = strchr(spec, ':');
	struct probe_host *host = &net->hosts[net->hosts_n];
	int ns, rc;

	if (net->hosts_n == PROBE_HOSTS_MAX)
		return "too many hosts";
	if (!inode || inode == spec || inode - spec >= (long)sizeof(host->name) ||
	    strspn(spec, "abcdefghijklmnopqrstuvwxyz0123456789-_") != (size_t)(inode - spec))
		return "not NAME:INODE";
	*inode++ = '\0';
	ns = open_namespace(probe_number(inode, 1, LONG_MAX));
	if (ns < 0)
		return "no such network namespace";
	rc = setns(ns, CLONE_NEWNET);
	close(ns);
	host->fd = rc ? -1 : open_socket(PROBE_SEND_PORT);
	if (host->fd < 0)
		return strerror(errno);
	snprintf(host->name, sizeof(host->name), "%s", spec);
	net->hosts_n++;
	return NULL;
}

const char *probe_net_add_flow(struct probe_net *net, char *spec)
{
	struct probe_host *host = &net->hosts[net->hosts_n - 1];
	char *port_text = strchr(spec, ':');
	struct probe_flow *flow;
	long port;

	if (!net->hosts_n || host->flows_n == PROBE_HOST_FLOWS_MAX)
		return net->hosts_n ? "too many flows" : "a flow before its host";
	flow = &host->flows[host->flows_n];
	if (!port_text)
		return "not ADDRESS:PORT";
	*port_text++ = '\0';
	port = probe_number(port_text, PROBE_SEND_PORT + 1, 65535);
	if (port < 0 || inet_pton(AF_INET, spec, &flow->peer.sin_addr) != 1)
		return "an address or port out of range";
	flow->id = (uint32_t)port;
	flow->peer.sin_family = AF_INET;
	flow->peer.sin_port = htons((uint16_t)port);
	flow->fd = open_socket((uint16_t)port);
	if (flow->fd < 0)
		return strerror(errno);
	host->flows_n++;
	return NULL;
}

static void send_host(const struct probe_net *net, struct probe_host *host, uint64_t now_ns)
{
	static uint8_t buf[PROBE_HOST_FLOWS_MAX][PROBE_PACKET_LEN];
	struct mmsghdr msgs[PROBE_HOST_FLOWS_MAX] = { 0 };
	struct iovec iov[PROBE_HOST_FLOWS_MAX];
	unsigned int sent = 0;
	int n;

	for (unsigned int i = 0; i < host->flows_n; i++) {
		struct probe_flow *flow = &host->flows[i];

		probe_packet_write(buf[i], &(struct probe_packet){ .run = net->run,
								   .flow = flow->id,
								   .seq = flow->tx++,
								   .tx_ns = now_ns });
		iov[i] = (struct iovec){ .iov_base = buf[i], .iov_len = sizeof(buf[i]) };
		msgs[i].msg_hdr = (struct msghdr){ .msg_name = &flow->peer,
						   .msg_namelen = sizeof(flow->peer),
						   .msg_iov = &iov[i],
						   .msg_iovlen = 1 };
	}
	while (sent < host->flows_n) {
		n = sendmmsg(host->fd, msgs + sent, host->flows_n - sent, 0);
		if (n > 0)
			sent += (unsigned int)n;
		else
			host->flows[sent++].tx_errors++;
	}
}

void probe_net_send(struct probe_net *net, uint64_t now_ns)
{
	for (unsigned int i = 0; i < net->hosts_n; i++)
		send_host(net, &net->hosts[i], now_ns);
}

/* The kernel's arrival time on the monotonic clock; @now if it has none or it is absurd. */
static uint64_t arrival_ns(const struct probe_net *net, struct msghdr *msg, uint64_t tx_ns,
			   uint64_t now)
{
	struct timespec ts;
	uint64_t at;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		at = ns_of(&ts) + (uint64_t)net->real_to_mono;
		if (at >= tx_ns && at <= now)
			return at;
	}
	return now;
}

static void take(const struct probe_net *net, struct probe_flow *flow, struct msghdr *msg,
		 const uint8_t *buf, size_t len, uint64_t now)
{
	struct probe_packet pkt;
	const struct sockaddr_in *from = msg->msg_name;

	if (!probe_packet_read(buf, len, &pkt) || pkt.run != net->run || pkt.flow != flow->id ||
	    from->sin_addr.s_addr != flow->peer.sin_addr.s_addr)
		return;
	probe_stat_arrived(&flow->st, pkt.seq, pkt.tx_ns, arrival_ns(net, msg, pkt.tx_ns, now));
}

static void receive_flow(const struct probe_net *net, struct probe_flow *flow)
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
			msgs[i].msg_hdr = (struct msghdr){ .msg_name = &from[i],
							   .msg_namelen = sizeof(from[i]),
							   .msg_iov = &iov[i],
							   .msg_iovlen = 1,
							   .msg_control = control[i],
							   .msg_controllen = sizeof(control[i]) };
		}
		n = recvmmsg(flow->fd, msgs, BATCH, MSG_DONTWAIT, NULL);
		now = n > 0 ? probe_now_ns() : 0;
		for (int i = 0; i < n; i++)
			take(net, flow, &msgs[i].msg_hdr, buf[i], msgs[i].msg_len, now);
	} while (n == BATCH);
}

void probe_net_receive(struct probe_net *net)
{
	for (unsigned int i = 0; i < net->hosts_n; i++)
		for (unsigned int k = 0; k < net->hosts[i].flows_n; k++)
			receive_flow(net, &net->hosts[i].flows[k]);
}
