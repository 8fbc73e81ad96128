// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A new connection, while a key is configured: each side sends a nonce, then
 * the proof that it has the key, a code over both. Only when the other's proof
 * is right does the connection become the session; until then a session that
 * stands goes on, so nobody without the key can end it. Reads not one byte
 * more than these two frames.
 */
#include <zebra.h>

#include "network.h"

#include "mlagd/peer_int.h"

#define HAND_DEADLINE_MS 5000
#define INCARNATION_LEN	 8 /* of a nonce: who says it */

static void hand_readable(struct event *event);

static void hand_clear(struct peer_hand *h)
{
	event_cancel(&h->t_read);
	event_cancel(&h->t_deadline);
	explicit_bzero(&h->codes, sizeof(h->codes));
	h->fd = -1;
}

static void hand_stop(struct peer_hand *h)
{
	if (h->fd >= 0 && !h->own)
		close(h->fd);
	hand_clear(h);
}

void peer_hands_init(struct peer *p)
{
	for (unsigned int i = 0; i < PEER_HANDS; i++)
		p->hand[i].fd = -1;
}

void peer_hand_stop_own(struct peer *p)
{
	hand_stop(&p->hand[0]);
}

void peer_hands_stop(struct peer *p)
{
	for (unsigned int i = 0; i < PEER_HANDS; i++)
		hand_stop(&p->hand[i]);
}

/* It came to nothing; our own connection is tried again later. */
static void hand_fails(struct peer_hand *h, const char *why)
{
	struct peer *p = h->peer;
	bool own = h->own;

	hand_stop(h);
	if (own)
		peer_session_close(p, why);
}

static void hand_refused(struct peer_hand *h, enum mc_refusal fault)
{
	struct peer *p = h->peer;
	struct ipaddr remote = h->remote;

	hand_fails(h, "not authenticated");
	peer_auth_refuse(p, fault, &remote);
}

static void hand_deadline(struct event *event)
{
	hand_refused(EVENT_ARG(event), MC_REFUSED_NO_CODE);
}

/* A few bytes into an empty buffer: what does not fit at once is a broken connection. */
static bool hand_send(struct peer_hand *h, const uint8_t *frame, size_t len)
{
	return send(h->fd, frame, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool send_nonce(struct peer_hand *h)
{
	uint8_t frame[WIRE_NONCE_FRAME];

	wire_nonce_write(h->codes.own, frame);
	return hand_send(h, frame, sizeof(frame));
}

static bool send_proof(struct peer_hand *h)
{
	uint8_t frame[WIRE_PROOF_FRAME];

	wire_proof_write(frame);
	return peer_auth_seal(h->peer, &h->codes, frame, WIRE_FRAME_HEADER, sizeof(frame)) > 0 &&
	       hand_send(h, frame, sizeof(frame));
}

static void take_nonce(struct peer_hand *h)
{
	int error = wire_nonce_read(h->in, h->codes.peer);

	if (error == WIRE_NO_AUTH) {
		hand_refused(h, MC_REFUSED_NO_CODE);
		return;
	}
	/* our own, of whichever connection: somebody wants to give us our own proof */
	if (error || memcmp(h->codes.peer, h->codes.own, INCARNATION_LEN) == 0) {
		hand_refused(h, MC_REFUSED_WRONG_KEY);
		return;
	}
	h->nonced = true;
	if (!send_proof(h))
		hand_fails(h, "not connected");
}

static void take_proof(struct peer_hand *h)
{
	struct peer *p = h->peer;
	struct ipaddr remote = h->remote;
	struct peer_codes codes;
	int fd = h->fd;
	bool own = h->own;

	if (!peer_auth_open(p, &h->codes, h->in + WIRE_NONCE_FRAME, WIRE_PROOF_FRAME)) {
		hand_refused(h, MC_REFUSED_WRONG_KEY);
		return;
	}
	codes = h->codes;
	codes.on = true;
	hand_clear(h);
	peer_session_proved(p, fd, own, &remote, &codes);
	explicit_bzero(&codes, sizeof(codes));
}

static void hand_readable(struct event *event)
{
	struct peer_hand *h = EVENT_ARG(event);
	size_t want = h->nonced ? sizeof(h->in) : WIRE_NONCE_FRAME;
	ssize_t n = read(h->fd, h->in + h->len, want - h->len);

	if (n == 0 || (n < 0 && !ERRNO_IO_RETRY(errno))) {
		hand_fails(h, "the peer has closed it before it was authenticated");
		return;
	}
	event_add_read(h->peer->loop, hand_readable, h, h->fd, &h->t_read);
	if (n < 0)
		return;
	h->len += (size_t)n;
	if (h->len < want)
		return;
	if (h->nonced)
		take_proof(h);
	else
		take_nonce(h);
}

/* Ours has its place; of the others the oldest gives way. */
static struct peer_hand *hand_get(struct peer *p, bool own)
{
	struct peer_hand *oldest = &p->hand[1];

	if (own)
		return &p->hand[0];
	for (unsigned int i = 1; i < PEER_HANDS; i++) {
		if (p->hand[i].fd < 0)
			return &p->hand[i];
		if (p->hand[i].since < oldest->since)
			oldest = &p->hand[i];
	}
	return oldest;
}

void peer_hand_start(struct peer *p, int fd, bool own, const struct ipaddr *remote)
{
	const uint64_t incarnation = htobe64(p->self.incarnation);
	struct peer_hand *h = hand_get(p, own);

	hand_stop(h);
	*h = (struct peer_hand){ .peer = p, .fd = fd, .own = own, .remote = *remote, .since = peer_now() };
	memcpy(h->codes.own, &incarnation, INCARNATION_LEN);
	peer_auth_nonce(h->codes.own + INCARNATION_LEN, WIRE_NONCE_LEN - INCARNATION_LEN);
	event_add_read(p->loop, hand_readable, h, fd, &h->t_read);
	event_add_timer_msec(p->loop, hand_deadline, h, HAND_DEADLINE_MS, &h->t_deadline);
	if (!send_nonce(h))
		hand_fails(h, "not connected");
}
