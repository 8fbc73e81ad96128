// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of the TCP session on the peerlink. A new connection from the peer
 * replaces the old one, whose other end has crashed. Knows when a session begins
 * and ends and tells each end from the event loop, always before the next
 * beginning. How connections come about is peer_connect.c's, bytes are
 * peer_stream.c's, decisions the core's.
 */
#include <zebra.h>

#include "log.h"
#include "printfrr.h"

#include "mlagd/peer_int.h"

#define HELLO_DEADLINE_MS 5000
#define STABLE_MS	  2000 /* a session that lived so long was no mistake */

/* ---- the end ---- */

void peer_session_tell_down(struct peer *p)
{
	struct peer_session *s = &p->session;

	event_cancel(&s->t_down);
	if (!s->down_pending)
		return;
	s->down_pending = false;
	p->ops->session(p->arg, false, s->down_goodbye);
}

static void session_down_event(struct event *event)
{
	peer_session_tell_down(EVENT_ARG(event));
}

static void session_release(struct peer *p)
{
	struct peer_session *s = &p->session;

	peer_stream_stop(p);
	event_cancel(&s->t_read);
	event_cancel(&s->t_write);
	event_cancel(&s->t_deadline);
	peer_hand_stop_own(p);
	explicit_bzero(&s->codes, sizeof(s->codes));
	close(s->fd);
	s->fd = -1;
	s->generation++;
}

void peer_session_close(struct peer *p, const char *why)
{
	struct peer_session *s = &p->session;
	bool was_up = s->up;

	if (s->fd < 0)
		return;
	/* one that came to nothing is tried again and again */
	if (was_up && (s->hello || peer_refused(p, PEER_REFUSE_SESSION)))
		zlog_info("mlag: session with %pIA is over: %s", &s->remote, why);
	session_release(p);
	s->up = false;
	if (was_up) {
		s->down_pending = true;
		s->down_goodbye = s->goodbye;
		event_add_event(p->loop, session_down_event, p, 0, &s->t_down);
		if (peer_now() - s->up_at >= STABLE_MS)
			s->backoff = 0;
	}
	peer_connect_later(p);
}

/* ---- the beginning ---- */

static void session_deadline(struct event *event)
{
	struct peer *p = EVENT_ARG(event);

	peer_session_close(p, "no hello came");
}

void peer_session_begin(struct peer *p, int fd, const struct ipaddr *remote, const struct peer_codes *codes)
{
	struct peer_session *s = &p->session;

	event_cancel(&s->t_retry);
	s->fd = fd;
	s->up = true;
	s->up_at = peer_now();
	s->remote = *remote;
	s->goodbye = s->broken = s->hello = s->starved = false;
	s->incarnation = 0;
	s->can_here = s->can_there = 0;
	s->connect_error = 0;
	s->codes = codes ? *codes : (struct peer_codes){ 0 };
	p->stats.sessions++;
	event_add_timer_msec(p->loop, session_deadline, p, HELLO_DEADLINE_MS, &s->t_deadline);
	peer_stream_start(p);
	p->ops->session(p->arg, true, false);
}

void peer_session_replace(struct peer *p, int fd, const struct ipaddr *from, const struct peer_codes *codes)
{
	peer_session_close(p, "the peer has connected anew");
	peer_session_tell_down(p);
	/* that callback may have changed the configuration */
	if (p->session.fd >= 0 || p->session.listen_fd < 0)
		close(fd);
	else
		peer_session_begin(p, fd, from, codes);
}

void peer_session_proved(struct peer *p, int fd, bool own, const struct ipaddr *remote,
			 const struct peer_codes *codes)
{
	if (own)
		peer_session_begin(p, fd, remote, codes);
	else
		peer_session_replace(p, fd, remote, codes);
}

void peer_session_heard(struct peer *p, bool reborn)
{
	struct peer_session *s = &p->session;

	if (s->up && s->hello && s->incarnation != p->heard.incarnation)
		peer_session_close(p, "the peer has started anew");
	else if (s->up && ipaddr_cmp(&s->remote, &p->heard.addr) != 0)
		peer_session_close(p, "the peer's address has changed");
	if (reborn) {
		s->backoff = 0;
		event_cancel(&s->t_retry);
	}
	peer_connect(p);
}

void peer_session_link(struct peer *p)
{
	struct peer_session *s = &p->session;

	event_cancel(&s->t_retry);
	if (!p->running) {
		peer_hands_stop(p);
		peer_session_close(p, "the peerlink is down");
	}
	s->backoff = 0;
}

void peer_session_init(struct peer *p)
{
	p->session.fd = -1;
	p->session.listen_fd = -1;
}

void peer_session_fini(struct peer *p)
{
	struct peer_session *s = &p->session;

	peer_unlisten(p);
	event_cancel(&s->t_retry);
	event_cancel(&s->t_down);
	s->down_pending = false;
	if (s->fd < 0)
		return;
	peer_stream_flush(p);
	session_release(p);
	s->up = false;
}
