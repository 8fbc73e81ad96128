// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Streams: read as far as the turn's budget goes, then let the event loop do
 * something else; a full buffer (ENOBUFS) is said, never hidden.
 */
#include <zebra.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>

#include "log.h"
#include "memory.h"
#include "privs.h"

#include "mlagd/nl.h"
#include "mlagd/nl_parse.h"

DEFINE_MGROUP(MLAGD_NL, "mlagd netlink");
DEFINE_MTYPE_STATIC(MLAGD_NL, NL_STREAM, "Netlink stream");

/* A dump comes in few large datagrams, of 32 KB at most; events in many small ones; addresses in crowds of tiny ones. */
#define DUMP_BUF     32768
#define DUMP_BUFS    2
#define EVENT_BUF    4096
#define EVENT_BUFS   32
#define CROWD_BUF    512
#define CROWD_BUFS   512
#define TURN_READS   4	 /* of so many datagrams each */
#define DRAIN_READS  512
#define REST_MS	     5 /* behind a crowd: who is woken by each of them does all the rest for each */

struct nl_stream {
	struct event_loop *loop;
	struct mnl_socket *sock;
	struct event *t_read;
	const struct nl_stream_ops *ops;
	void *arg;
	bool paused, resting;
	bool came, all; /* in this turn: something; what was there is read */
	bool dumping;
	bool dump_changed; /* NLM_F_DUMP_INTR was seen */
	uint32_t seq;
	unsigned int n_bufs;
	struct mmsghdr *msgs;
	struct iovec *iov;
	char *buf;
};

static void stream_read(struct event *t);

static void stream_arm(struct nl_stream *s)
{
	if (!s->paused)
		event_add_read(s->loop, stream_read, s, mnl_socket_get_fd(s->sock), &s->t_read);
}

static void stream_finish(struct nl_stream *s, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	int err = 0;

	if (nlh->nlmsg_type == NLMSG_ERROR && mnl_nlmsg_get_payload_len(nlh) >= sizeof(*e))
		err = e->error;
	else if (s->dump_changed)
		err = -EINTR;
	s->dumping = false;
	if (s->ops->done)
		s->ops->done(s->arg, err);
}

static void stream_take(struct nl_stream *s, const void *buf, size_t size)
{
	const struct nlmsghdr *nlh;

	for (nlh = nl_msg_first(buf, size); nlh; nlh = nl_msg_next(nlh, buf, size)) {
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			s->dump_changed = true;
		if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR)
			stream_finish(s, nlh);
		else if (nlh->nlmsg_type >= NLMSG_MIN_TYPE)
			s->ops->msg(s->arg, nlh);
	}
}

static void stream_lost(struct nl_stream *s, int err)
{
	if (err != ENOBUFS)
		zlog_warn("netlink %s: %s", s->ops->name, strerror(err));
	if (s->ops->overrun)
		s->ops->overrun(s->arg);
}

/* As many datagrams as there are, up to n_bufs; false when there was none. */
static bool stream_recv(struct nl_stream *s)
{
	int i, n = recvmmsg(mnl_socket_get_fd(s->sock), s->msgs, s->n_bufs, MSG_DONTWAIT, NULL);

	if (n < 0 && errno == EINTR)
		return false;
	if (n < 0 && errno != EAGAIN) {
		stream_lost(s, errno);
		return true;
	}
	for (i = 0; i < n; i++) {
		if (s->msgs[i].msg_hdr.msg_flags & MSG_TRUNC)
			stream_lost(s, EMSGSIZE);
		else
			stream_take(s, s->iov[i].iov_base, s->msgs[i].msg_len);
	}
	s->came |= n > 0;
	s->all = n < (int)s->n_bufs;
	if (s->all && s->ops->empty)
		s->ops->empty(s->arg);
	return n > 0;
}

static void stream_read(struct event *t)
{
	struct nl_stream *s = EVENT_ARG(t);
	unsigned int i;

	s->came = s->all = s->resting = false;
	/* a piece of a long dump costs the kernel tens of ms: no more of them than a turn has time for */
	for (i = 0; i < TURN_READS && !s->paused && stream_recv(s) && !event_should_yield(t); i++)
		;
	if (s->ops->turn)
		s->ops->turn(s->arg);
	if (s->ops->crowds && s->came && s->all)
		nl_stream_look(s);
	else
		stream_arm(s);
}

void nl_stream_drain(struct nl_stream *s)
{
	unsigned int i;

	for (i = 0; i < DRAIN_READS && stream_recv(s); i++)
		;
}

static void make_bufs(struct nl_stream *s, unsigned int n, size_t size)
{
	unsigned int i;

	s->n_bufs = n;
	s->buf = XCALLOC(MTYPE_NL_STREAM, n * size);
	s->msgs = XCALLOC(MTYPE_NL_STREAM, n * sizeof(*s->msgs));
	s->iov = XCALLOC(MTYPE_NL_STREAM, n * sizeof(*s->iov));
	for (i = 0; i < n; i++) {
		s->iov[i].iov_base = s->buf + i * size;
		s->iov[i].iov_len = size;
		s->msgs[i].msg_hdr.msg_iov = &s->iov[i];
		s->msgs[i].msg_hdr.msg_iovlen = 1;
	}
}

struct mnl_socket *nl_open(int protocol, const unsigned int *groups, int flags, int rcvbuf)
{
	struct mnl_socket *sock = mnl_socket_open2(protocol, SOCK_CLOEXEC | flags);
	int fd, one = 1;

	if (!sock)
		return NULL;
	fd = mnl_socket_get_fd(sock);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf, sizeof(rcvbuf)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
	mnl_socket_setsockopt(sock, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(sock, NETLINK_CAP_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(sock, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	if (mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0)
		goto fail;
	for (; groups && *groups; groups++) {
		int g = *groups;

		if (mnl_socket_setsockopt(sock, NETLINK_ADD_MEMBERSHIP, &g, sizeof(g)) < 0)
			goto fail;
	}
	return sock;
fail:
	mnl_socket_close(sock);
	return NULL;
}

struct nl_stream *nl_stream_new(struct event_loop *loop, int protocol, const unsigned int *groups, int rcvbuf,
				const struct nl_stream_ops *ops, void *arg)
{
	struct mnl_socket *sock = NULL;
	struct nl_stream *s;
	int err = 0;

	frr_with_privs (lib_privs) {
		sock = nl_open(protocol, groups, SOCK_NONBLOCK, rcvbuf);
		err = errno;
	}
	if (!sock) {
		zlog_err("netlink %s: cannot open: %s", ops->name, strerror(err));
		return NULL;
	}
	s = XCALLOC(MTYPE_NL_STREAM, sizeof(*s));
	s->loop = loop;
	s->sock = sock;
	s->ops = ops;
	s->arg = arg;
	if (groups && ops->crowds)
		make_bufs(s, CROWD_BUFS, CROWD_BUF);
	else if (groups)
		make_bufs(s, EVENT_BUFS, EVENT_BUF);
	else
		make_bufs(s, DUMP_BUFS, DUMP_BUF);
	stream_arm(s);
	return s;
}

void nl_stream_free(struct nl_stream *s)
{
	if (!s)
		return;
	event_cancel(&s->t_read);
	mnl_socket_close(s->sock);
	XFREE(MTYPE_NL_STREAM, s->buf);
	XFREE(MTYPE_NL_STREAM, s->msgs);
	XFREE(MTYPE_NL_STREAM, s->iov);
	XFREE(MTYPE_NL_STREAM, s);
}

void nl_stream_filter(struct nl_stream *s, struct sock_filter *code, unsigned short n)
{
	struct sock_fprog prog = {.len = n, .filter = code};

	if (setsockopt(mnl_socket_get_fd(s->sock), SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) < 0)
		zlog_warn("netlink %s: no filter: %s", s->ops->name, strerror(errno));
}

void nl_stream_pause(struct nl_stream *s, bool pause)
{
	s->paused = pause;
	s->resting = false;
	if (pause)
		event_cancel(&s->t_read);
	else
		nl_stream_look(s);
}

void nl_stream_look(struct nl_stream *s)
{
	if (s->paused || s->resting)
		return;
	s->resting = true;
	event_cancel(&s->t_read);
	event_add_timer_msec(s->loop, stream_read, s, REST_MS, &s->t_read);
}

bool nl_stream_dump(struct nl_stream *s, struct nlmsghdr *nlh)
{
	ssize_t n = -1;
	int err = 0;

	nlh->nlmsg_seq = ++s->seq;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	s->dump_changed = false;
	s->dumping = true;
	frr_with_privs (lib_privs) {
		n = mnl_socket_sendto(s->sock, nlh, nlh->nlmsg_len);
		err = errno;
	}
	if (n < 0)
		zlog_warn("netlink %s: dump refused: %s", s->ops->name, strerror(err));
	return n >= 0;
}
