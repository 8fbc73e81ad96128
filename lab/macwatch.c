// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When the addresses that macload loads come and go on a bridge port, for lab/lab bench mac.
 *
 *    macwatch DEVICE SET COUNT new|gone
 *
 * Prints "ready", and when all it looks at have been seen one JSON object: how many, and when the first and the last came, in
 * nanoseconds of CLOCK_MONOTONIC. It looks at SAMPLES addresses, evenly spread by their numbers, so that watching costs
 * next to nothing: who wants to know that all are there counts them (macload count).
 *
 * A filter in the kernel leaves only the sample. It runs in real time (SCHED_FIFO), so a stamp is late by no more than the
 * kernel's work on the batch that the address was in.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SAMPLES 256 /* at least, of what is more */
#define RCVBUF	(4 << 20)

/* Of a message about an address, as the bridge makes it: the address is its first attribute. */
#define AT_TYPE	  offsetof(struct nlmsghdr, nlmsg_type)
#define AT_FAMILY NLMSG_HDRLEN
#define AT_DEVICE (NLMSG_HDRLEN + offsetof(struct ndmsg, ndm_ifindex))
#define AT_NTF	  (NLMSG_HDRLEN + offsetof(struct ndmsg, ndm_flags))
#define AT_MAC	  (NLMSG_HDRLEN + sizeof(struct ndmsg) + sizeof(struct nlattr))
#define AT_END	  (AT_MAC + 6)

static void die(const char *what)
{
	fprintf(stderr, "macwatch: %s: %s\n", what, strerror(errno));
	exit(1);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* One number in how many is looked at: a power of two. */
static uint32_t spacing(uint32_t count)
{
	uint32_t n = 1;

	while (count / n / 2 >= SAMPLES)
		n *= 2;
	return n;
}

/* What is looked at: the sample, on this device, said of the bridge and not of the device itself. */
static void filter(int fd, uint16_t type, uint32_t device, uint8_t set, uint32_t space)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, AT_TYPE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(type), 0, 11),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, AT_FAMILY),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_BRIDGE, 0, 9),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_DEVICE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(device), 0, 7),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, AT_NTF),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NTF_SELF, 5, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, AT_MAC),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x0200u | set, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_MAC + 2),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, space - 1, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = {.len = sizeof(code) / sizeof(*code), .filter = code};

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) < 0)
		die("filter");
}

/* Filtered before it is bound: nothing else ever comes in. */
static int open_listener(uint16_t type, uint32_t device, uint8_t set, uint32_t space)
{
	struct sockaddr_nl to = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_NEIGH};
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), size = RCVBUF;

	if (fd < 0)
		die("netlink");
	filter(fd, type, device, set, space);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0 ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		die("netlink");
	return fd;
}

/* Number of the next one. */
static uint32_t next(int fd)
{
	uint8_t data[512];
	uint32_t i;

	while (recv(fd, data, sizeof(data), 0) < (ssize_t)AT_END)
		if (errno == ENOBUFS)
			die("lost");
	memcpy(&i, data + AT_MAC + 2, sizeof(i));
	return ntohl(i);
}

static void watch(int fd, uint32_t count, uint32_t space)
{
	uint32_t wanted = (count + space - 1) / space, seen = 0;
	bool *known = calloc(wanted, sizeof(*known));
	long long first = 0, last = 0;

	if (!known)
		die("memory");
	while (seen < wanted) {
		uint32_t i = next(fd);

		if (i >= count || known[i / space])
			continue;
		known[i / space] = true;
		seen++;
		last = now();
		first = first ? first : last;
	}
	free(known);
	printf("{\"seen\": %u, \"first\": %lld, \"last\": %lld}\n", seen, first, last);
}

int main(int argc, char **argv)
{
	const struct sched_param param = {.sched_priority = 1};
	uint32_t device, count;
	uint16_t type;
	int fd;

	if (argc != 5) {
		fprintf(stderr, "macwatch DEVICE SET COUNT new|gone\n");
		return 2;
	}
	device = if_nametoindex(argv[1]);
	count = (uint32_t)strtoul(argv[3], NULL, 10);
	type = !strcmp(argv[4], "gone") ? RTM_DELNEIGH : RTM_NEWNEIGH;
	if (!device || !count)
		die(argv[1]);
	fd = open_listener(type, device, (uint8_t)strtoul(argv[2], NULL, 10), spacing(count));
	if (sched_setscheduler(0, SCHED_FIFO, &param) < 0)
		die("SCHED_FIFO");
	if (write(1, "ready\n", 6) != 6)
		return 1;
	watch(fd, count, spacing(count));
	return 0;
}
