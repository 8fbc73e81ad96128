// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writing and reading of the probe's datagram; see probe_packet.h.
 * Pure: octets to a struct and back.
 */
#include "probe_packet.h"

#include <string.h>

#define MAGIC 0x6d6c7062u /* "mlpb" */

enum { OFF_MAGIC = 0, OFF_RUN = 4, OFF_FLOW = 8, OFF_SEQ = 12, OFF_TX = 16, END = 24 };

static void put32(uint8_t *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> (24 - 8 * i));
}

static uint32_t get32(const uint8_t *at)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++)
		v = v << 8 | at[i];
	return v;
}

void probe_packet_write(uint8_t *buf, const struct probe_packet *p)
{
	memset(buf, 0, PROBE_PACKET_LEN);
	put32(buf + OFF_MAGIC, MAGIC);
	put32(buf + OFF_RUN, p->run);
	put32(buf + OFF_FLOW, p->flow);
	put32(buf + OFF_SEQ, p->seq);
	put32(buf + OFF_TX, (uint32_t)(p->tx_ns >> 32));
	put32(buf + OFF_TX + 4, (uint32_t)p->tx_ns);
}

bool probe_packet_read(const uint8_t *buf, size_t len, struct probe_packet *p)
{
	if (len < END || get32(buf + OFF_MAGIC) != MAGIC)
		return false;
	p->run = get32(buf + OFF_RUN);
	p->flow = get32(buf + OFF_FLOW);
	p->seq = get32(buf + OFF_SEQ);
	p->tx_ns = (uint64_t)get32(buf + OFF_TX) << 32 | get32(buf + OFF_TX + 4);
	return true;
}
