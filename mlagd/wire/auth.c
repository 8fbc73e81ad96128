// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where authentication stands in the bytes: the trailer of a probe, the two
 * frames that open a keyed session, and the code behind each frame after them.
 * Knows lengths and offsets; has no key, computes nothing and judges nobody:
 * peer_auth.c does. Pure.
 */
#include "mlagd/wire/auth.h"
#include "mlagd/wire/cursor.h"

#define PROBE_FLAGS_AT	5
#define FRAME_FLAGS_AT	6
#define HMAC_SHA256	1
#define NONCE_FRAME_LEN (WIRE_FRAME_HEADER + 4 + WIRE_NONCE_LEN)
#define PROOF_FRAME_LEN (WIRE_FRAME_HEADER + WIRE_SEAL_LEN)

_Static_assert(NONCE_FRAME_LEN == WIRE_NONCE_FRAME && PROOF_FRAME_LEN == WIRE_PROOF_FRAME,
	       "lengths as announced");

ssize_t wire_trailer_write(const struct wire_trailer *t, uint8_t *buf, size_t len, size_t size)
{
	struct wire_out out = { .at = buf + len, .end = buf + size };

	if (len <= PROBE_FLAGS_AT)
		return WIRE_SHORT;
	wire_put16(&out, WIRE_TRAILER_LEN);
	wire_put8(&out, HMAC_SHA256);
	wire_put8(&out, 0);
	wire_put32(&out, t->key_id);
	wire_put64(&out, t->nonce);
	wire_put64(&out, t->echo);
	wire_put64(&out, t->counter);
	if (!wire_room(&out, WIRE_CODE_LEN))
		return WIRE_NO_ROOM;
	buf[PROBE_FLAGS_AT] |= WIRE_PROBE_AUTH;
	return out.at - buf;
}

int wire_trailer_read(const uint8_t *buf, size_t len, struct wire_trailer *t)
{
	struct wire_in in = { .at = buf, .end = buf + len };
	uint8_t algorithm;

	if (len <= PROBE_FLAGS_AT || !(buf[PROBE_FLAGS_AT] & WIRE_PROBE_AUTH))
		return WIRE_NO_AUTH;
	if (len < WIRE_TRAILER_LEN)
		return WIRE_SHORT;
	in.at = in.end - WIRE_TRAILER_LEN;
	if (wire_get16(&in) != WIRE_TRAILER_LEN)
		return WIRE_SHORT;
	algorithm = wire_get8(&in);
	wire_get8(&in);
	t->key_id = wire_get32(&in);
	t->nonce = wire_get64(&in);
	t->echo = wire_get64(&in);
	t->counter = wire_get64(&in);
	return algorithm == HMAC_SHA256 ? WIRE_OK : WIRE_BAD_VALUE;
}

static void frame_header(uint8_t *buf, size_t len, unsigned int type)
{
	const uint8_t header[WIRE_FRAME_HEADER] = {
		0, 0, (uint8_t)(len >> 8), (uint8_t)len, (uint8_t)(type >> 8), (uint8_t)type,
	};

	memcpy(buf, header, sizeof(header));
}

void wire_nonce_write(const uint8_t nonce[WIRE_NONCE_LEN], uint8_t buf[WIRE_NONCE_FRAME])
{
	const uint8_t body[4] = { HMAC_SHA256 };

	frame_header(buf, WIRE_NONCE_FRAME, WIRE_TYPE_NONCE);
	memcpy(buf + WIRE_FRAME_HEADER, body, sizeof(body));
	memcpy(buf + WIRE_FRAME_HEADER + sizeof(body), nonce, WIRE_NONCE_LEN);
}

int wire_nonce_read(const uint8_t buf[WIRE_NONCE_FRAME], uint8_t nonce[WIRE_NONCE_LEN])
{
	struct wire_in in = { .at = buf, .end = buf + WIRE_NONCE_FRAME };
	uint32_t len = wire_get32(&in);
	uint16_t type = wire_get16(&in);
	uint8_t algorithm;

	wire_get16(&in);
	if (type != WIRE_TYPE_NONCE)
		return WIRE_NO_AUTH;
	if (len != WIRE_NONCE_FRAME)
		return WIRE_BAD_LENGTH;
	algorithm = wire_get8(&in);
	wire_get8(&in);
	wire_get16(&in);
	wire_get_bytes(&in, nonce, WIRE_NONCE_LEN);
	return algorithm == HMAC_SHA256 ? WIRE_OK : WIRE_BAD_VALUE;
}

void wire_proof_write(uint8_t buf[WIRE_PROOF_FRAME])
{
	frame_header(buf, WIRE_PROOF_FRAME, WIRE_TYPE_PROOF);
}

ssize_t wire_frame_len(const uint8_t *buf, size_t len)
{
	struct wire_in in = { .at = buf, .end = buf + len };
	uint32_t frame_len = wire_get32(&in);

	if (in.bad)
		return 0;
	if (frame_len < WIRE_FRAME_HEADER || frame_len > WIRE_FRAME_MAX)
		return WIRE_BAD_LENGTH;
	return len < frame_len ? 0 : (ssize_t)frame_len;
}

static void set_frame_len(uint8_t *buf, size_t len)
{
	struct wire_out out = { .at = buf, .end = buf + 4 };

	wire_put32(&out, len);
}

ssize_t wire_frame_seal(uint8_t *buf, size_t len, size_t size, uint32_t key_id)
{
	struct wire_out out = { .at = buf + len, .end = buf + size };

	if (len < WIRE_FRAME_HEADER || len > WIRE_FRAME_MAX - WIRE_SEAL_LEN || size < len + WIRE_SEAL_LEN)
		return WIRE_NO_ROOM;
	set_frame_len(buf, len + WIRE_SEAL_LEN);
	buf[FRAME_FLAGS_AT + 1] |= WIRE_FRAME_AUTH;
	wire_put32(&out, key_id);
	return (ssize_t)(len + WIRE_SEAL_LEN);
}

bool wire_frame_sealed(const uint8_t *buf, size_t len, uint32_t *key_id)
{
	struct wire_in in = { .at = buf, .end = buf + len };

	if (len < WIRE_FRAME_HEADER + WIRE_SEAL_LEN || !(buf[FRAME_FLAGS_AT + 1] & WIRE_FRAME_AUTH))
		return false;
	in.at = in.end - WIRE_SEAL_LEN;
	*key_id = wire_get32(&in);
	return true;
}

size_t wire_frame_unseal(uint8_t *buf, size_t len)
{
	set_frame_len(buf, len - WIRE_SEAL_LEN);
	buf[FRAME_FLAGS_AT + 1] &= (uint8_t)~WIRE_FRAME_AUTH;
	return len - WIRE_SEAL_LEN;
}
