// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What arrives on the probes' paths. Decides whether a datagram may count at
 * all: its source, its hop limit, the way it came (B4), that it is not our own
 * word come back, and who the peer on the peerlink is (B2). Answers requests at
 * once. Never judges what a probe means: that goes to the callback.
 */
#include <zebra.h>

#include "log.h"
#include "printfrr.h"

#include "mlagd/peer_int.h"

#define READS_PER_EVENT 32

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

static int refuse_source(struct peer *p, const struct peer_sock *s, const struct datagram *d)
{
	p->stats.bad_source++;
	if (peer_refused(p, PEER_REFUSE_SOURCE))
		zlog_warn("mlag: a probe from %pIA on %s is not from a configured address, ignored",
			  &d->source, s->peerlink ? s->dev : "the backups' socket");
	return -1;
}

static int refuse_hoplimit(struct peer *p, const struct datagram *d)
{
	p->stats.bad_hoplimit++;
	if (peer_refused(p, PEER_REFUSE_HOPLIMIT))
		zlog_warn("mlag: a probe from %pIA came with hop limit %d, not from this link, ignored",
			  &d->source, d->hoplimit);
	return -1;
}

static bool arrival_counts(const struct peer *p, ifindex_t arrival)
{
	if (arrival == 0)
		return false;
	if (p->ops->independent)
		return p->ops->independent(p->arg, arrival);
	return arrival != p->ifindex;
}

static int peerlink_path(struct peer *p, const struct peer_sock *s, const struct datagram *d)
{
	bool known = IS_IPADDR_NONE(&p->peer_ip)
			     ? IS_IPADDR_V6(&d->source) &&
				       IN6_IS_ADDR_LINKLOCAL(&d->source.ipaddr_v6)
			     : ipaddr_cmp(&d->source, &p->peer_ip) == 0;

	if (!known)
		return refuse_source(p, s, d);
	return d->hoplimit == PEER_HOPLIMIT ? 0 : refuse_hoplimit(p, d);
}

static int backup_path(struct peer *p, const struct peer_sock *s, const struct datagram *d)
{
	for (unsigned int i = 1; i < p->n_paths; i++) {
		if (p->path[i].sock != s || ipaddr_cmp(&p->path[i].addr, &d->source) != 0)
			continue;
		if (arrival_counts(p, d->arrival))
			return (int)i;
		p->stats.over_peerlink++;
		if (peer_refused(p, PEER_REFUSE_ARRIVAL))
			zlog_warn("mlag: the heartbeat of %pIA comes over the peerlink and does not count",
				  &d->source);
		return -1;
	}
	return refuse_source(p, s, d);
}

static bool probe_decode(struct peer *p, const struct datagram *d, struct mc_probe *probe)
{
	int error = wire_probe_read(d->buf, d->len, probe);

	if (error == WIRE_OK)
		return true;
	if (error == WIRE_BAD_VERSION)
		p->stats.bad_version++;
	else if (error == WIRE_BAD_VALUE)
		p->stats.bad_value++;
	else
		p->stats.bad_length++;
	if (peer_refused(p, PEER_REFUSE_WIRE))
		zlog_warn("mlag: a probe from %pIA is refused: %s", &d->source, wire_error_name(error));
	return false;
}

/*
 * Our own words come back, or another member has our id (A10). The first are
 * dropped; the second is passed on, for the core to name, but is no peer.
 */
static bool is_reflection(struct peer *p, const struct mc_probe *probe, bool *pass)
{
	bool own = p->has_self && probe->m.incarnation == p->self.incarnation;
	bool same_id = p->has_self && memcmp(&probe->m.id, &p->self.id, sizeof(p->self.id)) == 0;

	*pass = same_id && !own;
	if (!own && !same_id)
		return false;
	p->stats.own_reflection++;
	if (peer_refused(p, PEER_REFUSE_SELF))
		zlog_warn("mlag: %s", own ? "our own probe came back: a loop on the path?"
					  : "another member has our local id (the peerlink's MAC)");
	return true;
}

/*
 * Is this the peer? The first one heard is; another one only from the same
 * address, or under the same id (its address has changed), or when the one we
 * had is silent. *reborn: it has a new incarnation.
 */
static bool peerlink_heard(struct peer *p, const struct datagram *d, const struct mc_probe *probe,
			   bool *reborn)
{
	struct peer_heard *h = &p->heard;
	bool same_addr = ipaddr_cmp(&h->addr, &d->source) == 0;
	bool same_id = memcmp(&h->id, &probe->m.id, sizeof(h->id)) == 0;

	if (!same_addr && !same_id && peer_heard_fresh(p))
		return false;
	if (!same_addr)
		zlog_info("mlag: peer found on %s: %pIA", p->dev, &d->source);
	*reborn = h->incarnation != probe->m.incarnation;
	h->addr = d->source;
	h->incarnation = probe->m.incarnation;
	h->id = probe->m.id;
	h->at = peer_now();
	h->silent_after = (int64_t)probe->m.keepalive_ms * probe->m.multiplier;
	return true;
}

static void probe_answer(struct peer *p, unsigned int i, const struct datagram *d, uint32_t seq,
			 uint64_t echo)
{
	const struct mc_probe answer = { .reply_to = seq, .m = p->self };

	if (p->has_self)
		peer_path_sendto(p, i, &d->from, d->from_len, &answer, echo);
}

static void datagram_handle(struct peer *p, struct peer_sock *s, const struct datagram *d)
{
	int path = s->peerlink ? peerlink_path(p, s, d) : backup_path(p, s, d);
	bool reborn = false, pass;
	enum peer_auth_verdict verdict;
	struct mc_probe probe;
	uint64_t echo = 0;

	if (path < 0 || !probe_decode(p, d, &probe))
		return;
	verdict = peer_auth_check(p, (unsigned int)path, &d->source, &d->dest,
				  (uint16_t)(s->port + p->port_shift), d->buf, d->len, &probe, &echo);
	if (verdict == PEER_AUTH_REFUSED)
		return;
	if (verdict == PEER_AUTH_GREETING) {
		probe_answer(p, (unsigned int)path, d, probe.request ? probe.seq : 0, echo);
		return;
	}
	if (is_reflection(p, &probe, &pass)) {
		if (pass)
			p->ops->probe(p->arg, (uint8_t)path, &probe);
		return;
	}
	if (path == 0 && !peerlink_heard(p, d, &probe, &reborn)) {
		refuse_source(p, s, d);
		return;
	}
	p->stats.probe_rx[path]++;
	if (probe.request)
		probe_answer(p, (unsigned int)path, d, probe.seq, echo);
	if (path == 0)
		peer_session_heard(p, reborn);
	p->ops->probe(p->arg, (uint8_t)path, &probe);
}

void peer_sock_readable(struct event *event)
{
	struct peer_sock *s = EVENT_ARG(event);
	struct peer *p = s->peer;
	int fd = s->fd;
	struct datagram d;

	event_add_read(p->loop, peer_sock_readable, s, fd, &s->t_read);
	for (unsigned int i = 0; i < READS_PER_EVENT; i++) {
		if (!datagram_read(fd, &d))
			return;
		datagram_handle(p, s, &d);
		/* a callback may have taken the socket away */
		if (s->peer != p || s->fd != fd)
			return;
	}
}
