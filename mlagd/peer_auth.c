// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The key (B11). Gives codes to what leaves and decides of what arrives whether
 * it was made by somebody with the key (the code), now (it repeats our nonce),
 * for this path (address and port are under the code) and for the first time
 * (its number). Knows nothing of what a probe says but who says it, and changes
 * nothing for a word that is not proved.
 */
#include <zebra.h>
#include <sys/random.h>

#include "log.h"
#include "printfrr.h"
#include "sha256.h"

#include "mlagd/peer_int.h"

#define WINDOW_BITS 64 /* so far may probes of one path overtake each other */

void peer_auth_nonce(void *nonce, size_t len)
{
	ssize_t n;

	do
		n = getrandom(nonce, len, 0);
	while (n < 0 && errno == EINTR);
	/* so few bytes come whole once the kernel is seeded; without them nothing is safe */
	assert(n == (ssize_t)len);
}

static void nonce_renew(struct peer_auth *a)
{
	do
		peer_auth_nonce(&a->nonce, sizeof(a->nonce));
	while (a->nonce == 0);
}

/* The own counter goes on: a peer that keeps its key has seen its numbers. */
bool peer_auth_configure(struct peer *p, const struct peer_keys *keys)
{
	struct peer_auth *a = &p->auth;
	uint64_t counter = a->counter;
	bool same = peer_keys_overlap(&a->keys, keys);

	if (!same) {
		explicit_bzero(a, sizeof(*a));
		a->counter = counter;
		nonce_renew(a);
	}
	a->keys = *keys;
	return !same;
}

/* Rarely, from the main loop: somebody has to give the chain another key. */
void peer_auth_watch(struct peer *p)
{
	bool expired;
	const struct peer_key *k = peer_key_to_send(&p->auth.keys, time(NULL), &expired);

	if (!p->auth.keys.on || (k && !expired) || !peer_refused(p, PEER_REFUSE_KEYS))
		return;
	if (k)
		zlog_warn("mlag: the last key to send with, %u, has expired and stays in use until there is another",
			  k->id);
	else
		zlog_err("mlag: the key chain has no key to send with: nothing can be said to the peer");
}

/* ---- refusals ---- */

static const char *const fault_names[] = {
	[MC_REFUSED_NO_CODE] = "does not authenticate, and a key is configured here",
	[MC_REFUSED_WRONG_KEY] = "has a different key or one that is not valid now, or has been tampered with",
	[MC_REFUSED_NO_KEY] = "authenticates, and no key is configured here",
};

void peer_auth_refuse(struct peer *p, enum mc_refusal fault, const struct ipaddr *from)
{
	p->stats.bad_auth++;
	if (peer_refused(p, PEER_REFUSE_AUTH + fault))
		zlog_warn("mlag: unauthenticated: what comes from %pIA %s, ignored", from,
			  fault_names[fault]);
	peer_refusal_tell(p, fault);
}

static bool code_equal(const uint8_t *a, const uint8_t *b)
{
	uint8_t differ = 0;

	for (unsigned int i = 0; i < WIRE_CODE_LEN; i++)
		differ |= a[i] ^ b[i];
	return differ == 0;
}

/* ---- probes ---- */

/* Label, destination and everything before the code. */
static void probe_code(const struct peer_key *key, const struct ipaddr *to, uint16_t port,
		       const uint8_t *buf, size_t len, uint8_t code[WIRE_CODE_LEN])
{
	uint8_t where[8 + 1 + 16 + 2] = "mlag-udp";
	HMAC_SHA256_CTX ctx;

	where[8] = IS_IPADDR_V4(to) ? 4 : 6;
	if (IS_IPADDR_V4(to))
		memcpy(where + 9, &to->ipaddr_v4, sizeof(to->ipaddr_v4));
	else
		memcpy(where + 9, &to->ipaddr_v6, sizeof(to->ipaddr_v6));
	where[25] = (uint8_t)(port >> 8);
	where[26] = (uint8_t)port;
	HMAC__SHA256_Init(&ctx, key->text, key->len);
	HMAC__SHA256_Update(&ctx, where, sizeof(where));
	HMAC__SHA256_Update(&ctx, buf, len);
	HMAC__SHA256_Final(code, &ctx);
}

static uint16_t port_of(const struct sockaddr_storage *ss)
{
	return ntohs(ss->ss_family == AF_INET ? ((const struct sockaddr_in *)ss)->sin_port
					      : ((const struct sockaddr_in6 *)ss)->sin6_port);
}

ssize_t peer_auth_sign(struct peer *p, const struct sockaddr_storage *to, uint64_t echo,
		       uint8_t *buf, size_t len, size_t size)
{
	struct peer_auth *a = &p->auth;
	bool expired;
	const struct peer_key *key = peer_key_to_send(&a->keys, time(NULL), &expired);
	struct wire_trailer t = { .nonce = a->nonce, .echo = echo };
	struct ipaddr ip;
	ssize_t n;

	if (!a->keys.on)
		return (ssize_t)len;
	if (!key)
		return WIRE_NO_AUTH;
	if (!peer_from_sockaddr(to, &ip))
		return WIRE_BAD_VALUE;
	t.key_id = key->id;
	t.counter = ++a->counter;
	n = wire_trailer_write(&t, buf, len, size);
	if (n > 0)
		probe_code(key, &ip, port_of(to), buf, (size_t)n - WIRE_CODE_LEN,
			   buf + n - WIRE_CODE_LEN);
	return n;
}

/* Accepts each number once, and none too far behind. */
static bool window_take(struct peer_window *w, uint64_t n)
{
	uint64_t back;

	if (n > w->top) {
		w->seen = n - w->top < WINDOW_BITS ? w->seen << (n - w->top) | 1 : 1;
		w->top = n;
		return true;
	}
	back = w->top - n;
	if (n == 0 || back >= WINDOW_BITS || (w->seen & (UINT64_C(1) << back)))
		return false;
	w->seen |= UINT64_C(1) << back;
	return true;
}

/*
 * Another life of the peer, or another member while the one before is silent.
 * A new nonce of ours makes all that was ever said to the old one worthless.
 */
static bool life_begins(struct peer_auth *a, const struct mc_member *m)
{
	if (a->incarnation && memcmp(&a->id, &m->id, sizeof(a->id)) != 0 &&
	    peer_now() - a->at <= a->silent_after)
		return false;
	if (a->incarnation)
		nonce_renew(a);
	memset(a->window, 0, sizeof(a->window));
	a->incarnation = m->incarnation;
	a->id = m->id;
	return true;
}

static enum peer_verdict take_proved(struct peer *p, unsigned int path, const struct wire_trailer *t,
				     const struct mc_member *m)
{
	struct peer_auth *a = &p->auth;
	bool begins = a->incarnation != m->incarnation;

	if (begins && !life_begins(a, m))
		return PEER_BAD_SOURCE;
	if (!window_take(&a->window[path], t->counter))
		return PEER_REPLAYED;
	a->peer_nonce = t->nonce;
	a->at = peer_now();
	a->silent_after = (int64_t)m->keepalive_ms * m->multiplier;
	if (begins) /* it learns our nonce at once */
		peer_paths_send(p);
	return PEER_GOOD;
}

static enum peer_verdict unproved(enum mc_refusal why, int *fault)
{
	*fault = why;
	return PEER_UNAUTHENTICATED;
}

enum peer_verdict peer_auth_check(struct peer *p, unsigned int path, const struct ipaddr *to, uint16_t port,
				  const uint8_t *buf, size_t len, const struct mc_probe *probe, uint64_t *echo,
				  int *fault)
{
	struct peer_auth *a = &p->auth;
	uint8_t code[WIRE_CODE_LEN];
	const struct peer_key *key;
	struct wire_trailer t;
	int error = wire_trailer_read(buf, len, &t);

	if (!a->keys.on)
		return error == WIRE_NO_AUTH ? PEER_GOOD : unproved(MC_REFUSED_NO_KEY, fault);
	if (error == WIRE_NO_AUTH)
		return unproved(MC_REFUSED_NO_CODE, fault);
	if (error || t.nonce == 0)
		return unproved(MC_REFUSED_WRONG_KEY, fault);
	key = peer_key_to_accept(&a->keys, t.key_id, time(NULL));
	if (!key)
		return unproved(MC_REFUSED_WRONG_KEY, fault);
	probe_code(key, to, port, buf, len - WIRE_CODE_LEN, code);
	if (!code_equal(code, buf + len - WIRE_CODE_LEN))
		return unproved(MC_REFUSED_WRONG_KEY, fault);
	if (p->has_self && probe->m.incarnation == p->self.incarnation)
		return PEER_OWN;
	*echo = t.nonce;
	if (t.echo != a->nonce)
		return PEER_GREETING;
	return take_proved(p, path, &t, &probe->m);
}

/* ---- the session ---- */

static void frame_code(const struct peer_key *key, const uint8_t *from, const uint8_t *to, uint64_t number,
		       const uint8_t *buf, size_t len, uint8_t code[WIRE_CODE_LEN])
{
	const uint64_t n = htobe64(number);
	HMAC_SHA256_CTX ctx;

	HMAC__SHA256_Init(&ctx, key->text, key->len);
	HMAC__SHA256_Update(&ctx, "mlag-tcp", 8);
	HMAC__SHA256_Update(&ctx, from, WIRE_NONCE_LEN);
	HMAC__SHA256_Update(&ctx, to, WIRE_NONCE_LEN);
	HMAC__SHA256_Update(&ctx, &n, sizeof(n));
	HMAC__SHA256_Update(&ctx, buf, len);
	HMAC__SHA256_Final(code, &ctx);
}

ssize_t peer_auth_seal(const struct peer *p, struct peer_codes *codes, uint8_t *buf, size_t len,
		       size_t size)
{
	bool expired;
	const struct peer_key *key = peer_key_to_send(&p->auth.keys, time(NULL), &expired);
	ssize_t n = key ? wire_frame_seal(buf, len, size, key->id) : WIRE_NO_AUTH;

	if (n > 0)
		frame_code(key, codes->own, codes->peer, codes->tx++, buf, (size_t)n - WIRE_CODE_LEN,
			   buf + n - WIRE_CODE_LEN);
	return n;
}

size_t peer_auth_open(const struct peer *p, struct peer_codes *codes, uint8_t *buf, size_t len)
{
	uint8_t code[WIRE_CODE_LEN];
	const struct peer_key *key;
	uint32_t id;

	if (!wire_frame_sealed(buf, len, &id))
		return 0;
	key = peer_key_to_accept(&p->auth.keys, id, time(NULL));
	if (!key)
		return 0;
	frame_code(key, codes->peer, codes->own, codes->rx++, buf, len - WIRE_CODE_LEN, code);
	if (!code_equal(code, buf + len - WIRE_CODE_LEN))
		return 0;
	return wire_frame_unseal(buf, len);
}
