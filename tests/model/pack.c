// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A state as bytes, to be kept and compared, and back. Only what is in use is
 * packed: of a core with one bond, one port of 512; of a dead one, nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

#define CORE_HEAD offsetof(struct core, wb)

static void digest(const struct blob *b, struct digest *d)
{
	unsigned __int128 x;
	uint64_t h0 = 0x9e3779b97f4a7c15ULL ^ b->len, h1 = 0xc2b2ae3d27d4eb4fULL, v;

	for (uint32_t i = 0; i < b->len; i += 8) { /* padded to 8 */
		memcpy(&v, b->b + i, 8);
		x = (unsigned __int128)(h0 ^ v) * 0xa0761d6478bd642fULL;
		h0 = (uint64_t)x ^ (uint64_t)(x >> 64) ^ h1;
		x = (unsigned __int128)(h1 ^ v ^ 0x8ebc6af09c88c6e3ULL) * 0xe7037ed1a0b428dbULL;
		h1 = (uint64_t)x ^ (uint64_t)(x >> 64) ^ (h0 << 23 | h0 >> 41);
	}
	d->h[0] = h0;
	d->h[1] = h1;
}

/* The parts of a state one after the other, through f. */
static void parts(struct world *w, void (*f)(uint8_t **at, void *part, size_t len), uint8_t **at)
{
	f(at, &w->e, sizeof(w->e));
	for (unsigned int s = 0; s < 2; s++) {
		f(at, w->stream[s], w->e.s[s].n_stream * sizeof(struct item));
		f(at, w->bag[s], w->e.s[s].n_bag * sizeof(struct dgram));
		if (!w->e.s[s].alive)
			continue;
		f(at, w->core[s], CORE_HEAD);
		f(at, &w->core[s]->n_ports, sizeof(unsigned int));
		f(at, &w->core[s]->wb[0], sizeof(w->core[s]->wb[0]));
		f(at, &w->core[s]->port[0], sizeof(w->core[s]->port[0]));
	}
}

static void save(uint8_t **at, void *part, size_t len)
{
	memcpy(*at, part, len);
	*at += len;
}

static void load(uint8_t **at, void *part, size_t len)
{
	memcpy(part, *at, len);
	*at += len;
}

struct blob *canon_pack(struct world *w, struct digest *d)
{
	static uint8_t room[65536];
	uint8_t *at = room;
	struct blob *b;

	canon(w);
	w->core[0]->wanted.bonds = w->core[1]->wanted.bonds = NULL;
	parts(w, save, &at);
	memset(at, 0, 8);
	b = malloc(sizeof(*b) + (at - room) + 8);
	if (!b)
		return NULL;
	b->len = (uint32_t)(at - room + 7) & ~7u;
	memcpy(b->b, room, b->len);
	for (unsigned int s = 0; s < 2; s++)
		w->core[s]->wanted.bonds = w->core[s]->wb;
	digest(b, d);
	return b;
}

void canon_unpack(struct world *w, const struct blob *b)
{
	uint8_t *at = (uint8_t *)b->b;

	parts(w, load, &at);
	for (unsigned int s = 0; s < 2; s++) {
		w->core[s]->wanted.bonds = w->core[s]->wb;
		if (!w->e.s[s].alive)
			w->core[s]->incarnation = 1000 * (s + 1) + 3;
	}
}
