// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Datagrams as fast as they go, and round trips one by one, for lab/lab bench l2.
 *
 *    l2load serve PORT                      counts what comes to PORT, and sends back what asks for it
 *    l2load flood ADDRESS PORT SOURCE MS    sends to it for so long from port SOURCE, then asks how many came
 *    l2load trips ADDRESS PORT SOURCE N     N round trips, each once the one before is back
 *
 * Prints one JSON object: sent, received and nanoseconds from the first datagram to the answer; or round trips in nanoseconds,
 * sorted. serve prints "ready" and goes on until it is ended. What is lost on the way is counted by who reads both.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SIZE       256 /* bytes in a datagram */
#define TRIPS_MAX  100000
#define RCVBUF     (16 << 20)
#define PATIENCE_S 2
#define NS	   1000000000LL

enum kind { COUNT = 1, ASK, TRIP };

struct datagram {
	uint32_t kind;
	uint32_t number; /* ASK's answer: how many were counted; it starts anew from there */
	uint8_t rest[SIZE - 8];
};

static void die(const char *what)
{
	fprintf(stderr, "l2load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS + t.tv_nsec;
}

static int open_socket(const char *port)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
	int fd = socket(AF_INET, SOCK_DGRAM, 0), size = RCVBUF;

	if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof(here)) < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return fd;
}

static int open_client(char **args)
{
	struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(args[1]))};
	const struct timeval wait = {.tv_sec = PATIENCE_S};
	int fd = open_socket(args[2]);

	if (inet_pton(AF_INET, args[0], &there.sin_addr) != 1)
		die(args[0]);
	if (connect(fd, (struct sockaddr *)&there, sizeof(there)) < 0)
		die("connect");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	return fd;
}

static int serve(const char *port)
{
	int fd = open_socket(port);
	struct datagram d;
	uint32_t counted = 0;

	if (write(1, "ready\n", 6) != 6)
		return 1;
	for (;;) {
		struct sockaddr_in from;
		socklen_t len = sizeof(from);

		if (recvfrom(fd, &d, sizeof(d), 0, (struct sockaddr *)&from, &len) != (ssize_t)sizeof(d))
			continue;
		counted += d.kind == COUNT;
		if (d.kind == COUNT)
			continue;
		if (d.kind == ASK) {
			d.number = counted;
			counted = 0;
		}
		sendto(fd, &d, sizeof(d), 0, (struct sockaddr *)&from, len);
	}
}

/* Behind what was sent before it, on the same way. */
static uint32_t ask(int fd)
{
	struct datagram d = {.kind = ASK};

	for (;;) {
		if (send(fd, &d, sizeof(d), 0) < 0)
			die("send");
		if (recv(fd, &d, sizeof(d), 0) == (ssize_t)sizeof(d))
			return d.number;
		if (errno != EAGAIN)
			die("answer");
	}
}

static int flood(char **args)
{
	struct datagram d = {.kind = COUNT};
	int fd = open_client(args);
	uint32_t sent = 0, received;
	long long begin, until;

	ask(fd); /* from zero, and addresses are resolved */
	begin = now();
	until = begin + atoll(args[3]) * 1000000;
	while (now() < until)
		for (unsigned int i = 0; i < 16; i++)
			sent += send(fd, &d, sizeof(d), 0) == (ssize_t)sizeof(d);
	received = ask(fd);
	printf("{\"sent\": %u, \"received\": %u, \"ns\": %lld}\n", sent, received, now() - begin);
	return 0;
}

static int compare(const void *a, const void *b)
{
	const long long *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int trips(char **args)
{
	static long long took[TRIPS_MAX];
	struct datagram d = {.kind = TRIP}, back = {};
	int fd = open_client(args), n = atoi(args[3]), lost = 0, got = 0;

	ask(fd);
	for (int i = 0; i < n && n <= TRIPS_MAX; i++) {
		long long begin = now();

		d.number = (uint32_t)i + 1;
		send(fd, &d, sizeof(d), 0);
		while (recv(fd, &back, sizeof(back), 0) == (ssize_t)sizeof(back) && back.number != d.number)
			;
		if (back.number == d.number)
			took[got++] = now() - begin;
		else
			lost++;
	}
	qsort(took, (size_t)got, sizeof(*took), compare);
	printf("{\"lost\": %d, \"median\": %lld, \"p99\": %lld}\n", lost, took[got / 2], took[got - 1 - got / 100]);
	return got == 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "serve"))
		return serve(argv[2]);
	if (argc == 6 && !strcmp(argv[1], "flood"))
		return flood(argv + 2);
	if (argc == 6 && !strcmp(argv[1], "trips"))
		return trips(argv + 2);
	fprintf(stderr, "l2load: see the head of l2load.c\n");
	return 2;
}
