// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How connections come about. Both members listen, the one with the lower local
 * id connects, as soon as it hears the other, and again and again while it
 * fails. Knows who may connect; what becomes of a connection is peer_hand.c's
 * with a key and peer_session.c's without.
 */
#include <zebra.h>

#include "log.h"
#include "printfrr.h"

#include "mlagd/peer_int.h"

#define BACKOFF_MIN_MS	    250
#define BACKOFF_MAX_MS	    4000
#define CONNECT_DEADLINE_MS 3000
#define USER_TIMEOUT_MIN_MS 1000

static void listen_accept(struct event *event);
static void connect_retry(struct event *event);

static uint32_t user_timeout(const struct peer *p)
{
	return MAX(p->keepalive_ms * p->multiplier, (uint32_t)USER_TIMEOUT_MIN_MS);
}

/* ---- listening ---- */

/* With nobody heard any link-local address of this link may be the peer's. */
static bool accept_from(const struct peer *p, const struct ipaddr *from)
{
	if (!p->running || !p->has_self)
		return false;
	if (peer_heard_fresh(p))
		return ipaddr_cmp(from, &p->heard.addr) == 0 &&
		       memcmp(&p->self.id, &p->heard.id, sizeof(p->self.id)) > 0;
	if (!IS_IPADDR_NONE(&p->peer_ip))
		return ipaddr_cmp(from, &p->peer_ip) == 0;
	return IS_IPADDR_V6(from) && IN6_IS_ADDR_LINKLOCAL(&from->ipaddr_v6);
}

static void accept_one(struct peer *p, int fd, const struct sockaddr_storage *ss)
{
	struct ipaddr from;

	if (!peer_from_sockaddr(ss, &from) || !accept_from(p, &from)) {
		p->stats.bad_source++;
		if (peer_refused(p, PEER_REFUSE_SOURCE))
			zlog_warn("mlag: a connection from %pIA is refused: not the peer, or not its turn",
				  &from);
		close(fd);
		return;
	}
	if (peer_tcp_tune(fd, user_timeout(p)) < 0) {
		close(fd);
		return;
	}
	if (p->auth.keys.on)
		peer_hand_start(p, fd, false, &from);
	else
		peer_session_replace(p, fd, &from, NULL);
}

static void listen_accept(struct event *event)
{
	struct peer *p = EVENT_ARG(event);
	struct peer_session *s = &p->session;
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof(ss);
	int fd = accept4(s->listen_fd, (struct sockaddr *)&ss, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	event_add_read(p->loop, listen_accept, p, s->listen_fd, &s->t_accept);
	if (fd >= 0)
		accept_one(p, fd, &ss);
}

void peer_unlisten(struct peer *p)
{
	struct peer_session *s = &p->session;

	event_cancel(&s->t_accept);
	if (s->listen_fd >= 0)
		close(s->listen_fd);
	s->listen_fd = -1;
}

static int listen_open(struct peer *p, int family)
{
	int fd = peer_tcp_open(family, p->dev);

	if (fd < 0)
		return -1;
	if (peer_tcp_listen(fd, family, (uint16_t)(WIRE_PORT + p->port_shift)) < 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

bool peer_listen(struct peer *p)
{
	struct peer_session *s = &p->session;
	bool wanted = p->enabled && p->dev[0] && p->ifindex;
	int family = IS_IPADDR_V4(&p->peer_ip) ? AF_INET : AF_INET6;
	int error;

	if (s->listen_fd >= 0 &&
	    (!wanted || s->listen_family != family || s->listen_ifindex != p->ifindex))
		peer_unlisten(p);
	if (!wanted || s->listen_fd >= 0)
		return true;
	s->listen_fd = listen_open(p, family);
	error = s->listen_fd < 0 ? errno : 0;
	if (error && error != s->listen_error)
		zlog_warn("mlag: cannot listen on %s: %s", p->dev, safe_strerror(error));
	s->listen_error = error;
	if (error)
		return false;
	s->listen_family = family;
	s->listen_ifindex = p->ifindex;
	event_add_read(p->loop, listen_accept, p, s->listen_fd, &s->t_accept);
	return true;
}

/* ---- connecting ---- */

static void backoff_grow(struct peer_session *s)
{
	s->backoff = s->backoff ? MIN(2 * s->backoff, (uint32_t)BACKOFF_MAX_MS) : BACKOFF_MIN_MS;
}

/* The connecting side tries again by itself; the other waits for it. */
void peer_connect_later(struct peer *p)
{
	struct peer_session *s = &p->session;

	backoff_grow(s);
	if (!p->running || s->fd >= 0)
		return;
	event_cancel(&s->t_retry);
	event_add_timer_msec(p->loop, connect_retry, p, s->backoff, &s->t_retry);
}

static void connect_failed(struct peer *p, int error)
{
	struct peer_session *s = &p->session;

	if (error != s->connect_error)
		zlog_info("mlag: cannot connect to %pIA: %s", &p->heard.addr, safe_strerror(error));
	s->connect_error = error;
	if (s->fd >= 0) {
		peer_session_close(p, "not connected");
		return;
	}
	peer_connect_later(p);
}

static void connect_deadline(struct event *event)
{
	connect_failed(EVENT_ARG(event), ETIMEDOUT);
}

static void connect_done(struct event *event)
{
	struct peer *p = EVENT_ARG(event);
	struct peer_session *s = &p->session;
	socklen_t len = sizeof(int);
	int error = 0;

	event_cancel(&s->t_deadline);
	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error) {
		connect_failed(p, error);
		return;
	}
	peer_session_tell_down(p);
	/* that callback may have closed what was about to begin */
	if (s->fd < 0 || s->up)
		return;
	if (p->auth.keys.on)
		peer_hand_start(p, s->fd, true, &s->remote);
	else
		peer_session_begin(p, s->fd, &s->remote, NULL);
}

static int connect_start(struct peer *p)
{
	struct peer_session *s = &p->session;
	struct sockaddr_storage ss;
	socklen_t len = peer_sockaddr(&p->heard.addr, (uint16_t)(WIRE_PORT + p->peer_port_shift),
				      p->ifindex, &ss);
	int fd = peer_tcp_open(ss.ss_family, p->dev);

	if (fd < 0)
		return -1;
	s->fd = fd;
	s->up = false;
	s->remote = p->heard.addr;
	if (peer_tcp_tune(fd, user_timeout(p)) < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&ss, len) < 0 && errno != EINPROGRESS)
		return -1;
	event_add_write(p->loop, connect_done, p, fd, &s->t_write);
	event_add_timer_msec(p->loop, connect_deadline, p, CONNECT_DEADLINE_MS, &s->t_deadline);
	return 0;
}

/* Ours to connect: the lower local id. Equal ids are no pair (A10). */
void peer_connect(struct peer *p)
{
	struct peer_session *s = &p->session;

	if (s->fd >= 0 || event_is_scheduled(s->t_retry) || !p->running || !p->has_self ||
	    !peer_heard_fresh(p))
		return;
	if (memcmp(&p->self.id, &p->heard.id, sizeof(p->self.id)) >= 0)
		return;
	if (connect_start(p) < 0)
		connect_failed(p, errno);
}

static void connect_retry(struct event *event)
{
	peer_connect(EVENT_ARG(event));
}
