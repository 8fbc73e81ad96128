// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a probe datagram. What is accepted must be in range, which the
 * writer checks on its own, and must come back the same when written and read
 * again. What is refused must leave the result untouched.
 */
#include <assert.h>
#include <string.h>

#include "mlagd/wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t first[WIRE_PROBE_MAX], second[WIRE_PROBE_MAX];
	struct mc_probe p, untouched;
	ssize_t len;
	int error;

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
