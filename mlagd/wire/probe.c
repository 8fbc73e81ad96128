// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The probe's bytes: {u32 magic, u8 version, u8 flags, u16 reserved, u32 seq,
 * u32 reply_to, member block}. What follows the member block is later
 * versions' and passed over. Pure, one datagram in, one structure out.
 */
#include "mlagd/wire/value.h"
#include "mlagd/wire/wire.h"

#define PROBE_MAGIC   0x4d4c4147 /* "MLAG" */
#define PROBE_REQUEST 0x01

/* A request needs a number to be answered by, and an answer asks for none: no echo without end. */
static bool probe_ok(const struct mc_probe *p)
{
	return !p->request || (p->seq != 0 && p->reply_to == 0);
}

ssize_t wire_probe_write(const struct mc_probe *p, uint8_t *buf, size_t size)
{
	struct wire_out out = { .at = buf, .end = buf + size };

	if (!probe_ok(p) || !wire_member_ok(&p->m))
		return WIRE_BAD_VALUE;
	wire_put32(&out, PROBE_MAGIC);
	wire_put8(&out, WIRE_VERSION);
	wire_put8(&out, p->request ? PROBE_REQUEST : 0);
	wire_put16(&out, 0);
	wire_put32(&out, p->seq);
	wire_put32(&out, p->reply_to);
	wire_put_member(&out, &p->m);
	return out.bad ? WIRE_NO_ROOM : out.at - buf;
}

int wire_probe_read(const uint8_t *buf, size_t len, struct mc_probe *p)
{
	struct wire_in in = { .at = buf, .end = buf + len };
	struct mc_probe r = { 0 };
	uint32_t magic;
	uint8_t version;
	int error;

	if (len > WIRE_PROBE_MAX)
		return WIRE_BAD_LENGTH;
	magic = wire_get32(&in);
	version = wire_get8(&in);
	r.request = wire_get8(&in) & PROBE_REQUEST;
	wire_get16(&in);
	if (in.bad)
		return WIRE_SHORT;
	if (magic != PROBE_MAGIC)
		return WIRE_BAD_VALUE;
	if (version != WIRE_VERSION)
		return WIRE_BAD_VERSION;
	r.seq = wire_get32(&in);
	r.reply_to = wire_get32(&in);
	error = wire_get_member(&in, &r.m);
	if (error)
		return error;
	if (!probe_ok(&r))
		return WIRE_BAD_VALUE;
	*p = r;
	return WIRE_OK;
}
