// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a session's stream: frames are cut out of it as the transport
 * does. What is accepted must be writable again and come back the same; a
 * frame may not be longer than what is there, and a shorter stream may only
 * ask for more.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mlagd/wire/auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Said once more, apart from the library's own checks. */
static void is_in_range(const struct mc_msg *m)
{
	assert(m->type > 0 && m->type < MC_MSG_MAX);
	if (m->type == MC_MSG_HELLO)
		assert(memchr(m->hello.version, '\0', sizeof(m->hello.version)));
	if (m->type == MC_MSG_PORT)
		assert(m->port.mlag_id && memchr(m->port.ifname, '\0', sizeof(m->port.ifname)));
	if (m->type == MC_MSG_MDB)
		assert(m->groups.n >= 1 && m->groups.n <= MC_MDB_BATCH);
	if (m->type != MC_MSG_MAC)
		return;
	assert(m->macs.n >= 1 && m->macs.n <= MC_MAC_BATCH);
	for (unsigned int i = 0; i < m->macs.n; i++)
		assert(m->macs.e[i].vlan < 4095 && !(m->macs.e[i].mac.b[0] & 1));
}

static void comes_back_the_same(const struct mc_msg *m)
{
	static struct mc_mac_entry macs[MC_MAC_BATCH];
	static uint8_t first[WIRE_FRAME_MAX], second[WIRE_FRAME_MAX];
	ssize_t len = wire_msg_write(m, first, sizeof(first));
	struct mc_msg again;
	int error;

	assert(len > 0);
	assert(wire_msg_read(first, (size_t)len, &again, macs, &error) == len);
	assert(error == WIRE_OK && again.type == m->type);
	assert(wire_msg_write(&again, second, sizeof(second)) == len);
	assert(memcmp(first, second, (size_t)len) == 0);
}

/* One byte less than the frame is no frame; a copy, so that a sanitizer watches its end. */
static void shorter_asks_for_more(const uint8_t *frame, size_t len)
{
	static struct mc_mac_entry macs[MC_MAC_BATCH];
	uint8_t *copy = malloc(len - 1);
	struct mc_msg m;
	int error;

	assert(copy);
	memcpy(copy, frame, len - 1);
	assert(wire_msg_read(copy, len - 1, &m, macs, &error) == 0);
	free(copy);
}

/* What says that it ends with a code is cut within its bounds; sealed again it is what it was. */
static void unseals(const uint8_t *frame, size_t len)
{
	uint8_t *copy = malloc(len);
	uint32_t key_id;
	size_t inner;

	assert(copy);
	memcpy(copy, frame, len);
	if (wire_frame_sealed(copy, len, &key_id)) {
		inner = wire_frame_unseal(copy, len);
		assert(inner >= WIRE_FRAME_HEADER && wire_frame_len(copy, inner) == (ssize_t)inner);
		assert(!wire_frame_sealed(copy, inner, &key_id));
		assert(wire_frame_seal(copy, inner, len, key_id) == (ssize_t)len);
		assert(memcmp(copy, frame, len) == 0);
	}
	free(copy);
}

static void handshake(const uint8_t *data, size_t size)
{
	uint8_t nonce[WIRE_NONCE_LEN], frame[WIRE_NONCE_FRAME];

	if (size < sizeof(frame) || wire_nonce_read(data, nonce) != WIRE_OK)
		return;
	wire_nonce_write(nonce, frame);
	assert(memcmp(frame, data, 6) == 0 && memcmp(frame + 12, data + 12, WIRE_NONCE_LEN) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mc_mac_entry macs[MC_MAC_BATCH];
	struct mc_msg m;
	size_t off = 0;
	int error;

	handshake(data, size);
	for (;;) {
		ssize_t len = wire_msg_read(data + off, size - off, &m, macs, &error);

		if (len <= 0) {
			assert(len == 0 || len == WIRE_BAD_LENGTH);
			return 0;
		}
		assert(len >= WIRE_FRAME_HEADER && (size_t)len <= size - off);
		shorter_asks_for_more(data + off, (size_t)len);
		unseals(data + off, (size_t)len);
		if (error == WIRE_OK) {
			is_in_range(&m);
			comes_back_the_same(&m);
		} else {
			assert(strcmp(wire_error_name(error), "unknown error") != 0);
		}
		off += (size_t)len;
	}
}
