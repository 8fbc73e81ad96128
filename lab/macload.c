// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses by the hundred thousand, for lab/lab bench mac. It is the loader (entries as a bridge learns them, without
 * the frames, which would cost more than what is measured) and the ceiling: `copy` is what a program that does nothing
 * else needs to read a bridge's addresses and to write them to a port, in batches as large as a datagram takes.
 *
 *    macload load DEVICE VLAN SET COUNT   as if learned by the bridge on DEVICE; what stands elsewhere moves
 *    macload drop DEVICE VLAN SET COUNT   taken away
 *    both: [RATE]                         no more than so many a second
 *    macload copy BRIDGE DEVICE SET       read BRIDGE's, write those of SET to DEVICE, externally learned as mlagd's are
 *    macload count BRIDGE DEVICE SET      how many stand there
 *
 * Address number I of SET is 02:SET:I, I in four bytes. Prints one JSON object: entries, and begin and end in nanoseconds
 * of CLOCK_MONOTONIC. Exit status 1 when the kernel refused any. It knows netlink and nothing of mlagd.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH	65536 /* bytes of requests in one datagram */
#define ANSWERS 65536
#define RCVBUF	(4 << 20)
#define PACE	500 /* entries between two rests */
#define NS	1000000000LL

struct loader {
	struct mnl_socket *sock;
	struct mnl_nlmsg_batch *batch;
	struct nlmsghdr *last; /* of the batch */
	uint32_t seq, n;
	uint32_t failed;
	char out[2 * BATCH] __attribute__((aligned(8)));
	char in[ANSWERS] __attribute__((aligned(8)));
};

/* What is done with each address of a dump. */
struct walk {
	struct loader *to; /* NULL: counted only */
	uint32_t device;
	uint8_t set;
	uint32_t found;
};

static void die(const char *what)
{
	fprintf(stderr, "macload: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint32_t number(const char *text, uint32_t max)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (end == text || *end || n > max) {
		fprintf(stderr, "macload: not a number up to %u: %s\n", max, text);
		exit(2);
	}
	return n;
}

static uint32_t device(const char *name)
{
	uint32_t index = if_nametoindex(name);

	if (!index)
		die(name);
	return index;
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS + t.tv_nsec;
}

static void rest(long long until)
{
	struct timespec t = {.tv_sec = until / NS, .tv_nsec = until % NS};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

static struct mnl_socket *open_socket(void)
{
	struct mnl_socket *sock = mnl_socket_open(NETLINK_ROUTE);
	int one = 1, size = RCVBUF;

	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0)
		die("netlink");
	mnl_socket_setsockopt(sock, NETLINK_CAP_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(sock, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	setsockopt(mnl_socket_get_fd(sock), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return sock;
}

/* ---------------------------------------------------------------- changes */

static void loader_open(struct loader *l)
{
	l->sock = open_socket();
	l->batch = mnl_nlmsg_batch_start(l->out, BATCH);
	l->seq = l->n = l->failed = 0;
}

/* Errors come unasked, the ack of the last message behind them. */
static void take_answers(struct loader *l)
{
	const struct nlmsghdr *h;
	bool over = false;

	while (!over) {
		ssize_t got = mnl_socket_recvfrom(l->sock, l->in, sizeof(l->in));
		int left = (int)got;

		if (got < 0)
			die("netlink answer");
		for (h = (void *)l->in; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
			const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);

			if (h->nlmsg_type != NLMSG_ERROR)
				continue;
			l->failed += e->error != 0;
			over |= h->nlmsg_seq == l->last->nlmsg_seq;
		}
	}
}

static void flush(struct loader *l)
{
	if (l->n == 0)
		return;
	l->last->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(l->sock, mnl_nlmsg_batch_head(l->batch), mnl_nlmsg_batch_size(l->batch)) < 0)
		die("netlink request");
	take_answers(l);
	l->n = 0;
}

static void change(struct loader *l, uint16_t type, uint32_t port, uint16_t vlan, const uint8_t *mac, uint8_t flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(mnl_nlmsg_batch_current(l->batch));
	struct ndmsg *ndm = mnl_nlmsg_put_extra_header(h, sizeof(*ndm));

	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | (type == RTM_NEWNEIGH ? NLM_F_CREATE | NLM_F_REPLACE : 0);
	h->nlmsg_seq = ++l->seq;
	ndm->ndm_family = AF_BRIDGE;
	ndm->ndm_ifindex = (int)port;
	ndm->ndm_flags = NTF_MASTER | flags;
	ndm->ndm_state = NUD_REACHABLE;
	mnl_attr_put(h, NDA_LLADDR, 6, mac);
	if (vlan)
		mnl_attr_put_u16(h, NDA_VLAN, vlan);
	if (!mnl_nlmsg_batch_next(l->batch)) { /* it did not fit: the others go, it becomes the first */
		flush(l);
		mnl_nlmsg_batch_reset(l->batch);
		h = mnl_nlmsg_batch_head(l->batch);
	}
	l->last = h;
	l->n++;
}

static void make_mac(uint8_t *mac, uint8_t set, uint32_t i)
{
	const uint8_t made[6] = {0x02, set, (uint8_t)(i >> 24), (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};

	memcpy(mac, made, sizeof(made));
}

static uint32_t change_all(struct loader *l, uint16_t type, char **args)
{
	uint32_t port = device(args[0]), vlan = number(args[1], 4094), set = number(args[2], 255);
	uint32_t count = number(args[3], 1u << 24), rate = args[4] ? number(args[4], 1u << 24) : 0;
	long long begin = now();
	uint8_t mac[6];

	for (uint32_t i = 0; i < count; i++) {
		make_mac(mac, (uint8_t)set, i);
		change(l, type, port, (uint16_t)vlan, mac, type == RTM_NEWNEIGH ? NTF_USE : 0); /* the way frames take */
		if (rate && (i + 1) % PACE == 0) {
			flush(l);
			mnl_nlmsg_batch_reset(l->batch);
			rest(begin + (i + 1) * NS / rate);
		}
	}
	flush(l);
	return count;
}

/* ------------------------------------------------------------------ dumps */

static int attribute(const struct nlattr *a, void *arg)
{
	const struct nlattr **found = arg;

	if (mnl_attr_get_type(a) == NDA_LLADDR || mnl_attr_get_type(a) == NDA_VLAN)
		found[mnl_attr_get_type(a)] = a;
	return MNL_CB_OK;
}

static int entry(const struct nlmsghdr *h, void *arg)
{
	const struct nlattr *found[NDA_VLAN + 1] = {};
	const struct ndmsg *ndm = mnl_nlmsg_get_payload(h);
	struct walk *w = arg;
	const uint8_t *mac;

	mnl_attr_parse(h, sizeof(*ndm), attribute, found);
	if (ndm->ndm_flags & NTF_SELF) /* a vxlan device's own table, beside its bridge's */
		return MNL_CB_OK;
	if (!found[NDA_LLADDR] || mnl_attr_get_payload_len(found[NDA_LLADDR]) != 6)
		return MNL_CB_OK;
	mac = mnl_attr_get_payload(found[NDA_LLADDR]);
	if (mac[0] != 0x02 || mac[1] != w->set || (!w->to && (uint32_t)ndm->ndm_ifindex != w->device))
		return MNL_CB_OK;
	w->found++;
	if (w->to)
		change(w->to, RTM_NEWNEIGH, w->device, found[NDA_VLAN] ? mnl_attr_get_u16(found[NDA_VLAN]) : 0, mac,
		       NTF_EXT_LEARNED);
	return MNL_CB_OK;
}

/* One dump of a bridge; each entry as it is read. */
static void walk_bridge(uint32_t bridge, struct walk *w)
{
	static char buf[ANSWERS] __attribute__((aligned(8)));
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct mnl_socket *sock = open_socket();
	struct ndmsg *ndm;
	ssize_t got;
	int more;

	h->nlmsg_type = RTM_GETNEIGH;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	ndm = mnl_nlmsg_put_extra_header(h, sizeof(*ndm));
	ndm->ndm_family = AF_BRIDGE;
	mnl_attr_put_u32(h, NDA_MASTER, bridge);
	if (mnl_socket_sendto(sock, h, h->nlmsg_len) < 0)
		die("netlink dump");
	do {
		got = mnl_socket_recvfrom(sock, buf, sizeof(buf));
		more = got < 0 ? (int)got : mnl_cb_run(buf, (size_t)got, 0, 0, entry, w);
	} while (more > MNL_CB_STOP);
	if (more < 0)
		die("netlink dump");
	mnl_socket_close(sock);
}

/* ------------------------------------------------------------------- life */

static uint32_t walk(struct loader *to, char **args)
{
	struct walk w = {.to = to, .device = device(args[1]), .set = (uint8_t)number(args[2], 255)};

	walk_bridge(device(args[0]), &w);
	if (to)
		flush(to);
	return w.found;
}

int main(int argc, char **argv)
{
	static struct loader l;
	const char *what = argc > 1 ? argv[1] : "";
	bool load = !strcmp(what, "load"), drop = !strcmp(what, "drop"), copy = !strcmp(what, "copy");
	uint32_t n;
	long long begin;

	if ((argc != (load || drop ? 6 : 5) && (argc != 7 || !(load || drop))) || !(load || drop || copy || !strcmp(what, "count"))) {
		fprintf(stderr, "macload: see the head of macload.c\n");
		return 2;
	}
	loader_open(&l);
	begin = now();
	if (load || drop)
		n = change_all(&l, load ? RTM_NEWNEIGH : RTM_DELNEIGH, argv + 2);
	else
		n = walk(copy ? &l : NULL, argv + 2);
	printf("{\"entries\": %u, \"failed\": %u, \"begin\": %lld, \"end\": %lld}\n", n, l.failed, begin, now());
	return l.failed > 0;
}
