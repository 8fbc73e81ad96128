// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A state as bytes, to be kept and compared, and back. Only what is in use is
 * packed: of a core with one bond, one port of 512; of a dead one, nothing; of
 * a message, its type's body. What is as in the reference becomes zero, and of
 * zeros only the place is kept. The digest is taken of what is left.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

#define CORE_HEAD offsetof(struct core, wb)
#define ROOM	  8192 /* words */

/* Words to write or to read, in order. */
struct raw {
	uint64_t w[ROOM];
	unsigned int n;
};

static struct core *reference[2];
static struct env reference_env;

void pack_reference(const struct world *w)
{
	for (unsigned int s = 0; s < 2; s++) {
		free(reference[s]);
		reference[s] = core_clone(w->core[s]);
		if (!reference[s])
			abort();
		reference[s]->wanted.bonds = NULL;
	}
	reference_env = w->e;
}

static void save(struct raw *r, const void *part, const void *like, size_t len)
{
	unsigned int words = (len + 7) / 8;
	uint64_t x[words], y[words];

	x[words - 1] = y[words - 1] = 0;
	memcpy(x, part, len);
	memcpy(y, like, len);
	for (unsigned int i = 0; i < words; i++)
		r->w[r->n + i] = x[i] ^ y[i];
	r->n += words;
}

static void load(struct raw *r, void *part, const void *like, size_t len)
{
	unsigned int words = (len + 7) / 8;
	uint64_t x[words];

	x[words - 1] = 0;
	memcpy(x, like, len);
	for (unsigned int i = 0; i < words; i++)
		x[i] ^= r->w[r->n + i];
	memcpy(part, x, len);
	r->n += words;
}

/* Where the body of a message is, and how long. */
static size_t body(struct mc_msg *m, void **at)
{
	switch (m->type) {
	case MC_MSG_HELLO:
		return *at = &m->hello.m, sizeof(m->hello.m);
	case MC_MSG_STATE:
		return *at = &m->state, sizeof(m->state);
	case MC_MSG_ROLE_REQUEST:
	case MC_MSG_ROLE_ACK:
		return *at = &m->role, sizeof(m->role);
	case MC_MSG_PORT:
		return *at = &m->port, sizeof(m->port);
	case MC_MSG_PORT_ACK:
		return *at = &m->port_ack, sizeof(m->port_ack);
	default:
		return 0;
	}
}

typedef void (*part_f)(struct raw *r, void *part, const void *like, size_t len);

static void save_part(struct raw *r, void *part, const void *like, size_t len)
{
	save(r, part, like, len);
}

static void load_part(struct raw *r, void *part, const void *like, size_t len)
{
	load(r, part, like, len);
}

static void item(struct raw *r, struct item *it, part_f f, bool fresh)
{
	static const uint8_t none[sizeof(struct mc_msg)];
	uint32_t head[2] = {it->kind, it->m.type};
	void *at;
	size_t len;

	f(r, head, none, sizeof(head));
	if (fresh)
		memset(it, 0, sizeof(*it));
	it->kind = head[0];
	it->m.type = head[1];
	len = body(&it->m, &at);
	if (len)
		f(r, at, none, len);
}

/* The parts of a state one after the other, through f. */
static void parts(struct world *w, struct raw *r, part_f f, bool fresh)
{
	static const struct dgram none;

	f(r, &w->e, &reference_env, sizeof(w->e));
	for (unsigned int s = 0; s < 2; s++) {
		struct core *c = w->core[s], *like = reference[s];

		if (!w->e.s[s].alive)
			continue;
		f(r, c, like, CORE_HEAD);
		f(r, &c->n_ports, &like->n_ports, sizeof(c->n_ports));
		f(r, &c->wb[0], &like->wb[0], sizeof(c->wb[0]));
		f(r, &c->port[0], &like->port[0], sizeof(c->port[0]));
	}
	for (unsigned int s = 0; s < 2; s++) {
		for (unsigned int i = 0; i < w->e.s[s].n_stream; i++)
			item(r, &w->stream[s][i], f, fresh);
		for (unsigned int i = 0; i < w->e.s[s].n_bag; i++)
			f(r, &w->bag[s][i], &none, sizeof(none));
	}
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	unsigned __int128 x = (unsigned __int128)a * b;

	return (uint64_t)x ^ (uint64_t)(x >> 64);
}

static void digest(const uint64_t *w, unsigned int n, struct digest *d)
{
	uint64_t h0 = 0x9e3779b97f4a7c15ULL ^ n, h1 = 0xc2b2ae3d27d4eb4fULL;

	for (unsigned int i = 0; i < n; i++) {
		h0 = mix(h0 ^ w[i], 0xa0761d6478bd642fULL) + h1;
		h1 = mix(h1 ^ w[i] ^ 0x8ebc6af09c88c6e3ULL, 0xe7037ed1a0b428dbULL) ^ (h0 << 23 | h0 >> 41);
	}
	d->h[0] = (uint32_t)h0;
	d->h[1] = (uint32_t)(h0 >> 32);
	d->h[2] = (uint32_t)(h1 ^ h1 >> 32);
}

/* Its length; then a bit per word that is not zero; then these. */
static unsigned int squeeze(const struct raw *r, uint64_t *to)
{
	unsigned int n = 1 + (r->n + 63) / 64;

	to[0] = r->n;
	for (unsigned int at = 0; at < r->n; at += 64) {
		unsigned int end = r->n - at < 64 ? r->n - at : 64;
		uint64_t map = 0;

		for (unsigned int i = 0; i < end; i++)
			map |= (uint64_t)(r->w[at + i] != 0) << i;
		to[1 + at / 64] = map;
		for (; map; map &= map - 1)
			to[n++] = r->w[at + __builtin_ctzll(map)];
	}
	return n;
}

static void unsqueeze(const uint64_t *from, struct raw *r)
{
	unsigned int words = from[0], n = 1 + (words + 63) / 64;

	memset(r->w, 0, words * sizeof(r->w[0]));
	for (unsigned int at = 0; at < words; at += 64)
		for (uint64_t map = from[1 + at / 64]; map; map &= map - 1)
			r->w[at + __builtin_ctzll(map)] = from[n++];
	r->n = 0;
}

struct blob *pack(struct world *w, struct digest *d)
{
	static struct raw raw;
	static uint64_t room[ROOM + ROOM / 64 + 1];
	unsigned int n;
	struct blob *b;

	canon(w);
	w->core[0]->wanted.bonds = w->core[1]->wanted.bonds = NULL;
	raw.n = 0;
	parts(w, &raw, save_part, false);
	n = squeeze(&raw, room);
	b = malloc(sizeof(*b) + n * 8);
	if (!b)
		return NULL;
	b->len = n * 8;
	memcpy(b->b, room, b->len);
	for (unsigned int s = 0; s < 2; s++)
		w->core[s]->wanted.bonds = w->core[s]->wb;
	digest(room, n, d);
	return b;
}

void unpack(struct world *w, const struct blob *b)
{
	static struct raw raw;

	unsqueeze(b->b, &raw);
	parts(w, &raw, load_part, true);
	for (unsigned int s = 0; s < 2; s++) {
		w->core[s]->wanted.bonds = w->core[s]->wb;
		if (!w->e.s[s].alive)
			w->core[s]->incarnation = 1000 * (s + 1) + 3;
	}
}
