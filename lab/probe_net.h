// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The prober's sockets: hosts, which are network namespaces of one kernel, and
 * the flows between them. One process serves all hosts, since on a guest with
 * one processor four processes that wake a thousand times a second would be
 * most of the load that is measured. A socket stays in the namespace in which
 * it was made.
 */
#ifndef LAB_PROBE_NET_H
#define LAB_PROBE_NET_H

#include <netinet/in.h>
#include <stdint.h>

#include "probe_stat.h"

#define PROBE_HOSTS_MAX	     8
#define PROBE_HOST_FLOWS_MAX 8
#define PROBE_SEND_PORT	     7000 /* the source port of everything */

struct probe_flow {
	uint32_t id; /* the flow's number and port, the same at both ends */
	int fd;	     /* where the other end's datagrams arrive */
	struct sockaddr_in peer;
	uint32_t tx; /* next number to send */
	uint32_t tx_errors;
	struct probe_stat st;
};

struct probe_host {
	char name[32];
	int fd; /* from where this host sends */
	unsigned int flows_n;
	struct probe_flow flows[PROBE_HOST_FLOWS_MAX];
};

struct probe_net {
	uint32_t run;
	int64_t real_to_mono; /* what to add to a kernel timestamp, ns */
	unsigned int hosts_n;
	struct probe_host hosts[PROBE_HOSTS_MAX];
};

/* CLOCK_MONOTONIC in ns. */
uint64_t probe_now_ns(void);

/* Notes how the kernel's timestamps relate to the monotonic clock, now. */
void probe_net_set_clock(struct probe_net *net);

/*
 * Adds the host @spec, NAME:INODE, where INODE is that of its network
 * namespace (`stat -L -c %i /proc/self/ns/net` on it), and makes its sending
 * socket. Returns NULL, or what is wrong.
 */
const char *probe_net_add_host(struct probe_net *net, char *spec);

/*
 * Adds to the latest host the flow @spec, ADDRESS:PORT of its other end; the
 * same port is opened here. Returns NULL, or what is wrong.
 */
const char *probe_net_add_flow(struct probe_net *net, char *spec);

/* Sends the next number of every flow; one that cannot be sent stays used. */
void probe_net_send(struct probe_net *net, uint64_t now_ns);

/* Takes everything that has arrived into the flows' accounts. */
void probe_net_receive(struct probe_net *net);

/* A whole decimal number in [min, max], or -1. */
long probe_number(const char *text, long min, long max);

#endif /* LAB_PROBE_NET_H */
