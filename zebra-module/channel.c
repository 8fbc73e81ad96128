// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reader and writer of the channel's packets, shared by mlagd and the module.
 * Knows the layout alone; no socket, no libfrr, and nothing is trusted: a
 * packet is either exactly as long as it says, or refused.
 *
 *   version u8 | type u8 | zero u16 | n_ifs u32 | generation u64 | ifindex u32 * n_ifs
 */
#include <string.h>

#include "zebra-module/channel.h"

struct channel_header {
	uint8_t version;
	uint8_t type;
	uint16_t zero;
	uint32_t n_ifs;
	uint64_t generation;
};

_Static_assert(sizeof(struct channel_header) == 16, "no padding on the channel");
_Static_assert(CHANNEL_BUF == sizeof(struct channel_header) + 4 * CHANNEL_IFS_MAX, "buffer holds the largest packet");

static bool known_type(unsigned int type)
{
	return type == CHANNEL_HOLD || type == CHANNEL_DONE;
}

ssize_t channel_write(const struct channel_msg *m, uint8_t *buf, size_t size)
{
	struct channel_header h = {
		.version = CHANNEL_VERSION,
		.type = m->type,
		.n_ifs = m->n_ifs,
		.generation = m->generation,
	};
	size_t list = m->n_ifs * sizeof(m->ifindex[0]);

	if (!known_type(m->type) || m->n_ifs > CHANNEL_IFS_MAX || size < sizeof(h) + list)
		return -1;

	memcpy(buf, &h, sizeof(h));
	memcpy(buf + sizeof(h), m->ifindex, list);
	return sizeof(h) + list;
}

bool channel_read(const uint8_t *buf, size_t len, struct channel_msg *m)
{
	struct channel_header h;
	size_t list;

	if (len < sizeof(h))
		return false;
	memcpy(&h, buf, sizeof(h));

	if (h.version != CHANNEL_VERSION || h.zero != 0 || !known_type(h.type) || h.n_ifs > CHANNEL_IFS_MAX)
		return false;
	list = h.n_ifs * sizeof(m->ifindex[0]);
	if (len != sizeof(h) + list)
		return false;

	m->type = h.type;
	m->generation = h.generation;
	m->n_ifs = h.n_ifs;
	memcpy(m->ifindex, buf + sizeof(h), list);
	return true;
}
