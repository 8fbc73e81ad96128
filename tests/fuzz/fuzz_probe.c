// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a probe datagram. What is accepted must be in range, which the
 * writer checks on its own, and must come back the same when written and read
 * again. What is refused must leave the result untouched.
 */
#include <assert.h>
#include <string.h>

#include "mlagd/wire/auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A trailer that is read stands whole within the datagram, and comes back the same. */
static void trailer(const uint8_t *data, size_t size)
{
	uint8_t copy[WIRE_PROBE_MAX];
	struct wire_trailer t;

	if (wire_trailer_read(data, size, &t) != WIRE_OK || size > sizeof(copy))
		return;
	assert(size >= WIRE_TRAILER_LEN);
	memset(copy, 0xa5, sizeof(copy));
	memcpy(copy, data, size - WIRE_TRAILER_LEN);
	if (size - WIRE_TRAILER_LEN < 6)
		return;
	assert(wire_trailer_write(&t, copy, size - WIRE_TRAILER_LEN, sizeof(copy)) == (ssize_t)size);
	/* all but the reserved byte, and the code */
	assert(memcmp(copy, data, size - WIRE_TRAILER_LEN + 3) == 0);
	assert(memcmp(copy + size - 60, data + size - 60, 28) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t first[WIRE_PROBE_MAX], second[WIRE_PROBE_MAX];
	struct mc_probe p, untouched;
	ssize_t len;
	int error;

	trailer(data, size);
	memset(&p, 0x5a, sizeof(p));
	untouched = p;
	error = wire_probe_read(data, size, &p);
	if (error != WIRE_OK) {
		assert(strcmp(wire_error_name(error), "unknown error") != 0);
		assert(memcmp(&p, &untouched, sizeof(p)) == 0);
		return 0;
	}
	len = wire_probe_write(&p, first, sizeof(first));
	assert(len > 0 && (size_t)len <= size);
	assert(wire_probe_read(first, (size_t)len, &p) == WIRE_OK);
	assert(wire_probe_write(&p, second, sizeof(second)) == len);
	assert(memcmp(first, second, (size_t)len) == 0);
	return 0;
}
