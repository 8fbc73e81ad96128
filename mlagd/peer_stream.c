// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The session's bytes. What arrives is collected in a buffer of two frames and
 * cut into messages, one read a turn; what leaves stands in one queue, in
 * order, of bounded length, where the bulk (MACs) may take only a part. Decides
 * that a broken stream ends; who is told and what a message means is elsewhere.
 */
#include <zebra.h>

#include "log.h"
#include "memory.h"
#include "network.h"
#include "printfrr.h"

#include "mlagd/peer_int.h"

DEFINE_MGROUP(PEER, "mlag peer");
DEFINE_MTYPE(PEER, PEER_QUEUE, "mlag peer send queue");

#define QUEUE_MAX  (1024 * 1024) /* all that may wait, in bytes */
#define QUEUE_HIGH (128 * 1024)	 /* no more bulk above */
#define QUEUE_LOW  (32 * 1024)	 /* bulk may be queued again below */
#define SEND_CHUNK (256 * 1024)	 /* one turn of the loop */

static void stream_readable(struct event *event);
static void stream_writable(struct event *event);

/* ---- queue ---- */

static size_t queue_len(const struct peer_queue *q)
{
	return q->tail - q->head;
}

/* Room for one frame behind the tail; moves what waits to the front before it grows. */
static bool queue_reserve(struct peer_queue *q, size_t n)
{
	size_t len = queue_len(q);

	if (len + n > QUEUE_MAX)
		return false;
	if (q->size - q->tail >= n)
		return true;
	if (q->head) {
		memmove(q->buf, q->buf + q->head, len);
		q->head = 0;
		q->tail = len;
	}
	if (q->size - q->tail < n) {
		q->size = MIN(MAX(2 * q->size, len + n), (size_t)QUEUE_MAX);
		q->buf = XREALLOC(MTYPE_PEER_QUEUE, q->buf, q->size);
	}
	return true;
}

static void queue_clear(struct peer_queue *q)
{
	q->head = q->tail = 0;
}

/* ---- sending ---- */

bool peer_writable(const struct peer *p)
{
	const struct peer_session *s = &p->session;

	return s->up && !s->broken && queue_len(&s->out) < QUEUE_HIGH;
}

/* A member of another release may not know this type: it is used where both have said that they do (B12). */
static bool agreed(const struct peer_session *s, unsigned int type)
{
	return (wire_msg_capability(type) & ~(s->can_here & s->can_there)) == 0;
}

bool peer_send(struct peer *p, const struct mc_msg *m)
{
	struct peer_session *s = &p->session;
	struct peer_queue *q = &s->out;
	ssize_t len;

	if (!s->up || s->broken)
		return false;
	if (!agreed(s, m->type))
		return false;
	if (m->type == MC_MSG_MAC && !peer_writable(p)) {
		s->starved = true;
		return false;
	}
	if (!queue_reserve(q, WIRE_FRAME_MAX))
		return false;
	len = wire_msg_write(m, q->buf + q->tail, q->size - q->tail);
	if (len > 0 && s->codes.on)
		len = peer_auth_seal(p, &s->codes, q->buf + q->tail, (size_t)len, q->size - q->tail);
	if (len < 0) {
		p->stats.tx_refused++;
		zlog_err("mlag: a %s message of ours cannot be sent: %s", wire_msg_name(m->type),
			 wire_error_name((int)len));
		return false;
	}
	if (m->type == MC_MSG_HELLO)
		s->can_here = m->hello.capabilities;
	q->tail += (size_t)len;
	p->stats.tx[m->type]++;
	event_add_write(p->loop, stream_writable, p, s->fd, &s->t_write);
	return true;
}

/* How the stream ended is read, not written: the peer's last words may still be there. */
static void send_some(struct peer_session *s)
{
	struct peer_queue *q = &s->out;
	ssize_t n;

	if (queue_len(q) == 0)
		return;
	n = send(s->fd, q->buf + q->head, MIN(queue_len(q), (size_t)SEND_CHUNK), MSG_NOSIGNAL);
	if (n < 0 && ERRNO_IO_RETRY(errno))
		return;
	if (n < 0) {
		s->broken = true;
		queue_clear(q);
		return;
	}
	q->head += (size_t)n;
	if (queue_len(q) == 0)
		queue_clear(q);
}

static void stream_writable(struct event *event)
{
	struct peer *p = EVENT_ARG(event);
	struct peer_session *s = &p->session;

	send_some(s);
	if (queue_len(&s->out) > 0)
		event_add_write(p->loop, stream_writable, p, s->fd, &s->t_write);
	if (s->starved && !s->broken && queue_len(&s->out) < QUEUE_LOW) {
		s->starved = false;
		p->ops->writable(p->arg);
	}
}

void peer_stream_flush(struct peer *p)
{
	if (p->session.up && !p->session.broken)
		send_some(&p->session);
}

/* ---- receiving ---- */

static void complain(struct peer *p, int error)
{
	if (error == WIRE_BAD_VERSION)
		p->stats.bad_version++;
	else if (error == WIRE_BAD_VALUE)
		p->stats.bad_value++;
	else if (error == WIRE_UNKNOWN)
		p->stats.unknown++;
	else
		p->stats.bad_length++;
	if (peer_refused(p, PEER_REFUSE_STREAM - error))
		zlog_warn("mlag: a message of the peer is refused: %s", wire_error_name(error));
}

/* HELLO comes first, or this is not a peer of ours. */
static void frame_handle(struct peer *p, const struct mc_msg *m, unsigned int type, int error)
{
	struct peer_session *s = &p->session;

	if (error == WIRE_AUTH) {
		peer_session_close(p, wire_error_name(error));
		peer_auth_refuse(p, MC_REFUSED_NO_KEY, &s->remote);
		return;
	}
	if (!error && s->hello && !agreed(s, type))
		error = WIRE_UNKNOWN;
	if (error) {
		complain(p, error);
		if (error == WIRE_BAD_VERSION)
			peer_refusal_tell(p, MC_REFUSED_VERSION);
		p->stats.refused[type < MC_MSG_MAX ? type : 0]++;
	}
	if (error == WIRE_UNKNOWN)
		return;
	if (!s->hello && (error || m->type != MC_MSG_HELLO)) {
		if (!error)
			complain(p, WIRE_BAD_VALUE);
		peer_session_close(p, error == WIRE_BAD_VERSION ? wire_error_name(error)
								: "it did not begin with a good hello");
		return;
	}
	if (error)
		return;
	if (m->type == MC_MSG_HELLO) {
		if (!s->hello)
			zlog_info("mlag: session with %pIA stands, it runs %s", &s->remote,
				  m->hello.version);
		s->hello = true;
		s->incarnation = m->hello.m.incarnation;
		s->can_there = m->hello.capabilities;
		event_cancel(&s->t_deadline);
	}
	if (m->type == MC_MSG_GOODBYE)
		s->goodbye = true;
	p->stats.rx[m->type]++;
	p->ops->msg(p->arg, m);
}

/* True when the frame at off is whole and has the right code, which is taken off; *skip: its length as sent. */
static bool frame_open(struct peer *p, size_t off, size_t *len, size_t *skip)
{
	struct peer_session *s = &p->session;
	ssize_t n = wire_frame_len(s->in + off, s->in_len - off);

	*len = s->in_len - off; /* without a key, and what is impossible: wire_msg_read() says it */
	*skip = 0;
	if (!s->codes.on || n <= 0)
		return true;
	*skip = (size_t)n;
	*len = peer_auth_open(p, &s->codes, s->in + off, (size_t)n);
	if (*len)
		return true;
	peer_session_close(p, "a frame has not the right code");
	peer_auth_refuse(p, MC_REFUSED_WRONG_KEY, &s->remote);
	return false;
}

/* Cuts all whole frames; what remains of one moves to the front. */
static void cut_frames(struct peer *p)
{
	struct peer_session *s = &p->session;
	uint32_t generation = s->generation;
	size_t off = 0, len, skip;
	unsigned int type;
	struct mc_msg m;
	ssize_t n;
	int error;

	for (;;) {
		if (!frame_open(p, off, &len, &skip))
			return;
		n = wire_msg_read(s->in + off, len, &m, s->macs, &error);
		if (n < 0) {
			complain(p, (int)n);
			peer_session_close(p, "the stream is broken");
			return;
		}
		if (n == 0)
			break;
		type = wire_frame_type(s->in + off);
		off += skip ? skip : (size_t)n;
		frame_handle(p, &m, type, error);
		if (s->generation != generation)
			return;
	}
	s->in_len -= off;
	memmove(s->in, s->in + off, s->in_len);
}

static void stream_readable(struct event *event)
{
	struct peer *p = EVENT_ARG(event);
	struct peer_session *s = &p->session;
	ssize_t n = read(s->fd, s->in + s->in_len, sizeof(s->in) - s->in_len);

	if (n < 0 && !ERRNO_IO_RETRY(errno)) {
		peer_session_close(p, safe_strerror(errno));
		return;
	}
	if (n == 0) {
		peer_session_close(p, s->goodbye ? "the peer has said goodbye" : "the peer has closed it");
		return;
	}
	event_add_read(p->loop, stream_readable, p, s->fd, &s->t_read);
	if (n > 0) {
		s->in_len += (size_t)n;
		cut_frames(p);
	}
}

void peer_stream_start(struct peer *p)
{
	struct peer_session *s = &p->session;

	s->in_len = 0;
	queue_clear(&s->out);
	event_add_read(p->loop, stream_readable, p, s->fd, &s->t_read);
}

void peer_stream_stop(struct peer *p)
{
	struct peer_queue *q = &p->session.out;

	XFREE(MTYPE_PEER_QUEUE, q->buf);
	memset(q, 0, sizeof(*q));
	p->session.in_len = 0;
}
