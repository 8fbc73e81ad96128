// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reader and writer of the channel's packets, shared by mlagd, the module and
 * the guard. Knows the layout alone; no socket, no libfrr, and nothing is
 * trusted: a packet is either exactly as long as it says, or refused.
 *
 *   version u8 | type u8 | n u16 | n_ifs u32 | generation u64      n: names of ORDERS, hosts of HOLD
 *   ORDERS: struct channel_orders | name char[16] * n
 *   FOLLOW: source u32
 *   ifindex u32 * n_ifs
 */
#include <string.h>

#include "zebra-module/channel.h"

struct channel_header {
	uint8_t version;
	uint8_t type;
	uint16_t n;
	uint32_t n_ifs;
	uint64_t generation;
};

_Static_assert(sizeof(struct channel_header) == 16, "no padding on the channel");
_Static_assert(sizeof(struct channel_orders) == 20, "no padding in the orders");

/* What a type carries: the most of each. */
static const struct {
	bool orders, source;
	uint32_t names_max, ifs_max;
} kinds[] = {
	[CHANNEL_HOLD] = {.ifs_max = CHANNEL_IFS_MAX},
	[CHANNEL_DONE] = {},
	[CHANNEL_ORDERS] = {.orders = true, .names_max = CHANNEL_NAMES_MAX, .ifs_max = CHANNEL_IFS_MAX},
	[CHANNEL_BEAT] = {},
	[CHANNEL_PING] = {},
	[CHANNEL_SHUTDOWN] = {.ifs_max = CHANNEL_IFS_MAX},
	[CHANNEL_FOLLOW] = {.source = true, .ifs_max = CHANNEL_IFS_MAX},
	[CHANNEL_FOLLOWED] = {},
};

static bool kind_ok(unsigned int type, uint32_t n_names, uint32_t n_ifs)
{
	return type >= CHANNEL_HOLD && type <= CHANNEL_FOLLOWED && n_names <= kinds[type].names_max &&
	       n_ifs <= kinds[type].ifs_max;
}

static size_t body_len(unsigned int type, uint32_t n_names, uint32_t n_ifs)
{
	return (kinds[type].orders ? sizeof(struct channel_orders) : 0) +
	       (kinds[type].source ? sizeof(((struct channel_msg *)0)->source) : 0) + n_names * CHANNEL_NAME_LEN + n_ifs * 4;
}

/* A name, then NULs to its end: one way only to write each. */
static bool name_ok(const char name[CHANNEL_NAME_LEN])
{
	size_t len = strnlen(name, CHANNEL_NAME_LEN);

	for (size_t i = len; i < CHANNEL_NAME_LEN; i++)
		if (name[i])
			return false;
	return len < CHANNEL_NAME_LEN;
}

static bool content_ok(const struct channel_msg *m)
{
	if (m->n_hosts > (m->type == CHANNEL_HOLD ? m->n_ifs : 0))
		return false;
	if (!kinds[m->type].orders)
		return true;
	for (uint32_t i = 0; i < m->n_names; i++)
		if (!name_ok(m->name[i]))
			return false;
	return m->orders.role <= CHANNEL_ROLE_SECONDARY && m->orders.managing <= 1 && m->orders.peer_up <= 1 &&
	       (m->orders.n_orphans == 0 || m->orders.n_orphans < m->n_names);
}

ssize_t channel_write(const struct channel_msg *m, uint8_t *buf, size_t size)
{
	struct channel_header h = {
		.version = CHANNEL_VERSION,
		.type = m->type,
		.n = m->type == CHANNEL_HOLD ? m->n_hosts : m->n_names,
		.n_ifs = m->n_ifs,
		.generation = m->generation,
	};
	size_t at = sizeof(h);

	if (!kind_ok(m->type, m->n_names, m->n_ifs) || size < at + body_len(m->type, m->n_names, m->n_ifs) ||
	    !content_ok(m))
		return -1;

	memcpy(buf, &h, sizeof(h));
	if (kinds[m->type].orders) {
		memcpy(buf + at, &m->orders, sizeof(m->orders));
		at += sizeof(m->orders);
	}
	memcpy(buf + at, m->name, m->n_names * CHANNEL_NAME_LEN);
	at += m->n_names * CHANNEL_NAME_LEN;
	if (kinds[m->type].source) {
		memcpy(buf + at, &m->source, sizeof(m->source));
		at += sizeof(m->source);
	}
	memcpy(buf + at, m->ifindex, m->n_ifs * 4);
	return at + m->n_ifs * 4;
}

bool channel_read(const uint8_t *buf, size_t len, struct channel_msg *m)
{
	struct channel_header h;
	size_t at = sizeof(h);

	if (len < sizeof(h))
		return false;
	memcpy(&h, buf, sizeof(h));
	m->type = h.type;
	m->generation = h.generation;
	m->n_names = h.type == CHANNEL_HOLD ? 0 : h.n;
	m->n_hosts = h.type == CHANNEL_HOLD ? h.n : 0;
	if (h.version != CHANNEL_VERSION || !kind_ok(h.type, m->n_names, h.n_ifs) ||
	    len != at + body_len(h.type, m->n_names, h.n_ifs))
		return false;

	m->n_ifs = h.n_ifs;
	if (kinds[h.type].orders) {
		memcpy(&m->orders, buf + at, sizeof(m->orders));
		at += sizeof(m->orders);
	}
	memcpy(m->name, buf + at, m->n_names * CHANNEL_NAME_LEN);
	at += m->n_names * CHANNEL_NAME_LEN;
	m->source = 0;
	if (kinds[h.type].source) {
		memcpy(&m->source, buf + at, sizeof(m->source));
		at += sizeof(m->source);
	}
	memcpy(m->ifindex, buf + at, h.n_ifs * 4);
	return content_ok(m);
}
