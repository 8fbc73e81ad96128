// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The authentication's bytes (B11, doc/protocol.md "Authentication"): where a
 * code (HMAC-SHA-256) stands and what else is said beside it. The code itself
 * is room here, the last WIRE_CODE_LEN bytes of what it covers.
 */
#ifndef MLAGD_WIRE_AUTH_H
#define MLAGD_WIRE_AUTH_H

#include <stdbool.h>

#include "mlagd/wire/wire.h"

#define WIRE_CODE_LEN	 32
#define WIRE_NONCE_LEN	 24 /* the sender's incarnation, then 16 bytes of chance */
#define WIRE_SEAL_LEN	 (4 + WIRE_CODE_LEN) /* behind a frame: key id, code */
#define WIRE_TRAILER_LEN (32 + WIRE_CODE_LEN)
#define WIRE_PROBE_AUTH	 0x02 /* flag of a probe: it ends with a trailer */
#define WIRE_FRAME_AUTH	 0x01 /* flag of a frame: it ends with a key id and a code */
/* The transport's own frames; messages count up from 1. */
#define WIRE_TYPE_NONCE	 240
#define WIRE_TYPE_PROOF	 241
#define WIRE_NONCE_FRAME (WIRE_FRAME_HEADER + 4 + WIRE_NONCE_LEN)
#define WIRE_PROOF_FRAME (WIRE_FRAME_HEADER + WIRE_SEAL_LEN)

/* What stands at the end of an authenticated probe, before its code. */
struct wire_trailer {
	uint32_t key_id;  /* which key the code is made with; 0 of `authentication key` */
	uint64_t nonce;	  /* the sender's, to be repeated by the other; not 0 */
	uint64_t echo;	  /* the receiver's, as last heard; 0 none */
	uint64_t counter; /* rises with each probe that the sender sends */
};

/*
 * Append a trailer to the probe of len bytes, with room for the code at its end,
 * and set the probe's flag. Returns the whole length, WIRE_SHORT or WIRE_NO_ROOM.
 */
ssize_t wire_trailer_write(const struct wire_trailer *t, uint8_t *buf, size_t len, size_t size);
/* WIRE_OK, WIRE_NO_AUTH (none there), WIRE_SHORT, or WIRE_BAD_VALUE (another algorithm). */
int wire_trailer_read(const uint8_t *buf, size_t len, struct wire_trailer *t);

/* The first frame of a keyed session, both ways: what the codes of this session are bound to. */
void wire_nonce_write(const uint8_t nonce[WIRE_NONCE_LEN], uint8_t buf[WIRE_NONCE_FRAME]);
/* WIRE_OK, WIRE_NO_AUTH (another frame), WIRE_BAD_LENGTH or WIRE_BAD_VALUE (another algorithm). */
int wire_nonce_read(const uint8_t buf[WIRE_NONCE_FRAME], uint8_t nonce[WIRE_NONCE_LEN]);
/* The second: nothing but its key id and code, for which room is left at the end. */
void wire_proof_write(uint8_t buf[WIRE_PROOF_FRAME]);

/* Length of the first frame, 0 when more bytes are needed, WIRE_BAD_LENGTH when the stream is broken. */
ssize_t wire_frame_len(const uint8_t *buf, size_t len);
/* Turn the frame of len bytes into one with a key id and room for a code; its new length or WIRE_NO_ROOM. */
ssize_t wire_frame_seal(uint8_t *buf, size_t len, size_t size, uint32_t key_id);
/* The frame says that it ends with a code, and is long enough for it; *key_id: of which key. */
bool wire_frame_sealed(const uint8_t *buf, size_t len, uint32_t *key_id);
/* Back to the plain frame, once its code has been found right; returns its length. */
size_t wire_frame_unseal(uint8_t *buf, size_t len);

#endif
