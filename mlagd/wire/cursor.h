// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A cursor over bytes that came from, or go to, somebody else. Every access is
 * checked against the end; the first one that does not fit marks the cursor
 * bad, and from then on reads give zero and writes do nothing. So a reader can
 * take all its fields in a row and ask once, at its one exit, whether they
 * were really there. Numbers are big-endian. Knows no message.
 */
#ifndef MLAGD_WIRE_CURSOR_H
#define MLAGD_WIRE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct wire_in {
	const uint8_t *at;
	const uint8_t *end;
	bool bad; /* something was asked for beyond the end */
};

struct wire_out {
	uint8_t *at;
	uint8_t *end;
	bool bad; /* something did not fit */
};

static inline size_t wire_in_left(const struct wire_in *in)
{
	return (size_t)(in->end - in->at);
}

/* The next n bytes, NULL (and bad) when there are fewer. */
static inline const uint8_t *wire_take(struct wire_in *in, size_t n)
{
	const uint8_t *p = in->at;

	if (in->bad || wire_in_left(in) < n) {
		in->bad = true;
		return NULL;
	}
	in->at += n;
	return p;
}

static inline uint64_t wire_get(struct wire_in *in, size_t n)
{
	const uint8_t *p = wire_take(in, n);
	uint64_t v = 0;

	for (size_t i = 0; p && i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static inline uint8_t wire_get8(struct wire_in *in)
{
	return (uint8_t)wire_get(in, 1);
}

static inline uint16_t wire_get16(struct wire_in *in)
{
	return (uint16_t)wire_get(in, 2);
}

static inline uint32_t wire_get32(struct wire_in *in)
{
	return (uint32_t)wire_get(in, 4);
}

static inline uint64_t wire_get64(struct wire_in *in)
{
	return wire_get(in, 8);
}

/* Copies n bytes to dst; dst is zeroed when they are not there. */
static inline void wire_get_bytes(struct wire_in *in, void *dst, size_t n)
{
	const uint8_t *p = wire_take(in, n);

	if (p)
		memcpy(dst, p, n);
	else
		memset(dst, 0, n);
}

/* A cursor over the next n bytes alone; both are bad when there are fewer. */
static inline struct wire_in wire_sub(struct wire_in *in, size_t n)
{
	const uint8_t *p = wire_take(in, n);

	if (!p)
		return (struct wire_in){ .at = in->end, .end = in->end, .bad = true };
	return (struct wire_in){ .at = p, .end = p + n };
}

/* Room for n bytes to be written, NULL (and bad) when it is not there. */
static inline uint8_t *wire_room(struct wire_out *out, size_t n)
{
	uint8_t *p = out->at;

	if (out->bad || (size_t)(out->end - out->at) < n) {
		out->bad = true;
		return NULL;
	}
	out->at += n;
	return p;
}

static inline void wire_put(struct wire_out *out, uint64_t v, size_t n)
{
	uint8_t *p = wire_room(out, n);

	for (size_t i = n; p && i > 0; i--, v >>= 8)
		p[i - 1] = (uint8_t)v;
}

static inline void wire_put8(struct wire_out *out, uint8_t v)
{
	wire_put(out, v, 1);
}

static inline void wire_put16(struct wire_out *out, uint16_t v)
{
	wire_put(out, v, 2);
}

static inline void wire_put32(struct wire_out *out, uint32_t v)
{
	wire_put(out, v, 4);
}

static inline void wire_put64(struct wire_out *out, uint64_t v)
{
	wire_put(out, v, 8);
}

static inline void wire_put_bytes(struct wire_out *out, const void *src, size_t n)
{
	uint8_t *p = wire_room(out, n);

	if (p)
		memcpy(p, src, n);
}

#endif
