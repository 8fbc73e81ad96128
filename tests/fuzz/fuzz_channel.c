// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a packet of the channel and as a hold file: nothing is read
 * past its end, and what is accepted is written again byte for byte.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "zebra-module/channel.h"
#include "zebra-module/hold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_packet(const uint8_t *data, size_t size)
{
	static struct channel_msg m;
	static uint8_t buf[CHANNEL_BUF];

	if (!channel_read(data, size, &m))
		return;
	if (channel_write(&m, buf, sizeof(buf)) != (ssize_t)size || memcmp(buf, data, size) != 0)
		abort();
}

static void fuzz_file(const uint8_t *data, size_t size)
{
	static struct hold_set set;
	static char buf[HOLD_FILE_MAX];

	if (!hold_parse(&set, (const char *)data, size)) {
		if (set.n)
			abort();
		return;
	}
	if (hold_print(&set, buf, sizeof(buf)) != (ssize_t)size || memcmp(buf, data, size) != 0)
		abort();
	for (unsigned int i = 0; i < set.n; i++)
		if (hold_find(&set, set.ifs[i].name) != &set.ifs[i])
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_packet(data, size);
	fuzz_file(data, size);
	return 0;
}
