// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What arrives on the probes' paths, in the thread of peer_live.c. Decides
 * whether a datagram may count at all: its source, its hop limit, its code, that
 * it is not our own word come back. Answers requests at once, and posts its
 * verdict to the main loop, which counts, knows the peer and judges the way it
 * came (peer_heard.c). Never judges what a probe means.
 */
#include <zebra.h>

#include "mlagd/peer_int.h"

#define READS_PER_TURN 32

struct datagram {
	struct sockaddr_storage from;
	socklen_t from_len;
	struct ipaddr source, dest;
	ifindex_t arrival; /* 0 unknown */
	int hoplimit;	   /* -1 unknown */
	uint8_t buf[WIRE_PROBE_MAX + 1];
	size_t len;
};

static void datagram_ancillary(struct msghdr *msg, struct datagram *d)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof(info));
			d->arrival = (ifindex_t)info.ipi6_ifindex;
			SET_IPADDR_V6(&d->dest);
			d->dest.ipaddr_v6 = info.ipi6_addr;
		} else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof(info));
			d->arrival = (ifindex_t)info.ipi_ifindex;
			SET_IPADDR_V4(&d->dest);
			d->dest.ipaddr_v4 = info.ipi_addr;
		} else if ((c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT) ||
			   (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL)) {
			memcpy(&d->hoplimit, CMSG_DATA(c), sizeof(d->hoplimit));
		}
	}
}

static bool datagram_read(int fd, struct datagram *d)
{
	union {
		struct cmsghdr align;
		uint8_t bytes[256];
	} control;
	struct iovec iov = { .iov_base = d->buf, .iov_len = sizeof(d->buf) };
	struct msghdr msg = {
		.msg_name = &d->from,
		.msg_namelen = sizeof(d->from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(fd, &msg, 0);

	if (n < 0)
		return false;
	d->len = (size_t)n;
	d->from_len = msg.msg_namelen;
	d->arrival = 0;
	d->hoplimit = -1;
	memset(&d->dest, 0, sizeof(d->dest));
	datagram_ancillary(&msg, d);
	return peer_from_sockaddr(&d->from, &d->source);
}

/* The path a datagram belongs to, or why to none. */
static enum peer_verdict path_of(const struct peer *p, const struct peer_sock *s, const struct datagram *d,
				 uint8_t *path, int *detail)
{
	bool linklocal = IS_IPADDR_V6(&d->source) && IN6_IS_ADDR_LINKLOCAL(&d->source.ipaddr_v6);

	*path = 0;
	if (s->peerlink) {
		if (IS_IPADDR_NONE(&p->peer_ip) ? !linklocal : ipaddr_cmp(&d->source, &p->peer_ip) != 0)
			return PEER_BAD_SOURCE;
		*detail = d->hoplimit;
		return d->hoplimit == PEER_HOPLIMIT ? PEER_GOOD : PEER_BAD_HOPLIMIT;
	}
	for (unsigned int i = 1; i < p->n_paths; i++) {
		if (p->path[i].sock != s || ipaddr_cmp(&p->path[i].addr, &d->source) != 0)
			continue;
		*path = (uint8_t)i;
		return PEER_GOOD;
	}
	return PEER_BAD_SOURCE;
}

/* Our own words come back, or another member has our id (A10). */
static enum peer_verdict reflection(const struct peer *p, const struct mc_member *m)
{
	if (!p->has_self)
		return PEER_GOOD;
	if (m->incarnation == p->self.incarnation)
		return PEER_OWN;
	return memcmp(&m->id, &p->self.id, sizeof(p->self.id)) == 0 ? PEER_CLONE : PEER_GOOD;
}

static enum peer_verdict judge(struct peer *p, const struct peer_sock *s, const struct datagram *d,
			       struct peer_record *r, uint64_t *echo)
{
	enum peer_verdict v = path_of(p, s, d, &r->path, &r->detail);

	if (v != PEER_GOOD)
		return v;
	r->detail = wire_probe_read(d->buf, d->len, &r->probe);
	if (r->detail != WIRE_OK)
		return PEER_BAD_WIRE;
	v = peer_auth_check(p, r->path, &d->dest, (uint16_t)(s->port + p->port_shift), d->buf, d->len, &r->probe,
			    echo, &r->detail);
	if (v == PEER_GOOD)
		v = reflection(p, &r->probe.m);
	if (v == PEER_GOOD && r->path == 0 && peer_heard_stranger(p, &d->source, &r->probe.m))
		v = PEER_BAD_SOURCE;
	return v;
}

/* Nobody answers for a main loop that hangs. */
static void answer(struct peer *p, unsigned int path, const struct datagram *d, uint32_t seq, uint64_t echo)
{
	const struct mc_probe probe = { .reply_to = seq, .m = p->self };

	if (p->has_self && peer_now() - p->live.attested <= peer_live_bound(p))
		peer_path_sendto(p, path, &d->from, d->from_len, &probe, echo);
}

static void datagram_handle(struct peer *p, const struct peer_sock *s, const struct datagram *d)
{
	struct peer_record r = { .source = d->source, .arrival = d->arrival, .peerlink = s->peerlink };
	uint64_t echo = 0;

	r.verdict = judge(p, s, d, &r, &echo);
	if (r.verdict == PEER_GREETING || (r.verdict == PEER_GOOD && r.probe.request))
		answer(p, r.path, d, r.probe.request ? r.probe.seq : 0, echo);
	if (r.verdict != PEER_GREETING)
		peer_live_post(p, &r);
}

void peer_sock_read(struct peer *p, struct peer_sock *s)
{
	struct datagram d;

	for (unsigned int i = 0; i < READS_PER_TURN && datagram_read(s->fd, &d); i++)
		datagram_handle(p, s, &d);
}
