// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The session's frames: {u32 length of the whole frame, u16 type, u16 flags,
 * body}. One row of the table below is all there is to know about a type: how
 * long its body may be, who reads it, who writes it (body_*.c). Decides whether
 * a frame is well-formed; what a message means is the core's.
 */
#include "mlagd/wire/auth.h"
#include "mlagd/wire/body.h"
#include "mlagd/wire/wire.h"

#define BODY_MAX  (WIRE_FRAME_MAX - WIRE_FRAME_HEADER)
#define SMALL_MAX 1024 /* a body without a list, with room for later versions' fields */

static int empty_write(struct wire_out *out, const struct mc_msg *m)
{
	(void)out;
	(void)m;
	return WIRE_OK;
}

static int empty_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	(void)in;
	(void)m;
	(void)macs;
	return WIRE_OK;
}

#define DIGEST_LEN (4 + 8 * MC_BUCKETS)
#define RESYNC_LEN 12
#define HELLO_MIN (8 + WIRE_VERSION_LEN + 2 + WIRE_MEMBER_MIN)

static const struct msg_type {
	const char *name;
	size_t min, max; /* of the body; beyond max is refused, not skipped in silence */
	wire_body_read read;
	wire_body_write write;
	uint32_t capability; /* both members have it, or the type is not used */
} msg_types[MC_MSG_MAX] = {
	[MC_MSG_HELLO] = { "hello", HELLO_MIN, SMALL_MAX, wire_hello_read, wire_hello_write },
	[MC_MSG_STATE] = { "state", 2 + WIRE_MEMBER_MIN, SMALL_MAX, wire_state_read, wire_state_write },
	[MC_MSG_ROLE_REQUEST] = { "role-request", 4, SMALL_MAX, wire_role_read, wire_role_write },
	[MC_MSG_ROLE_ACK] = { "role-ack", 4, SMALL_MAX, wire_role_read, wire_role_write },
	[MC_MSG_PORT] = { "port", 14 + MC_IFNAME_LEN, SMALL_MAX, wire_port_read, wire_port_write },
	[MC_MSG_PORT_ACK] = { "port-ack", 8, SMALL_MAX, wire_port_ack_read, wire_port_ack_write },
	[MC_MSG_MAC] = { "mac", 4 + WIRE_MAC_ENTRY_LEN, BODY_MAX, wire_mac_read, wire_mac_write },
	[MC_MSG_SYNC_END] = { "sync-end", 0, SMALL_MAX, empty_read, empty_write },
	[MC_MSG_SYNC_ACK] = { "sync-ack", 0, SMALL_MAX, empty_read, empty_write },
	[MC_MSG_GOODBYE] = { "goodbye", 0, SMALL_MAX, empty_read, empty_write },
	[MC_MSG_DIGEST] = { "digest", DIGEST_LEN, SMALL_MAX, wire_digest_read, wire_digest_write, MC_CAP_DIGEST },
	[MC_MSG_RESYNC] = { "resync", RESYNC_LEN, SMALL_MAX, wire_resync_read, wire_resync_write, MC_CAP_DIGEST },
	[MC_MSG_RESYNC_END] = { "resync-end", RESYNC_LEN, SMALL_MAX, wire_resync_read, wire_resync_write, MC_CAP_DIGEST },
	[MC_MSG_NEIGH] = { "neigh", 4 + WIRE_NEIGH_ENTRY_LEN, SMALL_MAX, wire_neigh_read, wire_neigh_write, MC_CAP_NEIGH },
	[MC_MSG_MDB] = { "mdb", 4 + WIRE_MDB_ENTRY_LEN, SMALL_MAX, wire_mdb_read, wire_mdb_write, MC_CAP_MDB },
	[MC_MSG_ROUTER] = { "router", 4 + WIRE_ROUTER_ENTRY_LEN, SMALL_MAX, wire_router_read, wire_router_write, MC_CAP_ROUTER },
};

static const struct msg_type *msg_type(unsigned int type)
{
	return type < MC_MSG_MAX && msg_types[type].read ? &msg_types[type] : NULL;
}

const char *wire_msg_name(enum mc_msg_type type)
{
	const struct msg_type *t = msg_type(type);

	return t ? t->name : "unknown";
}

uint32_t wire_msg_capability(unsigned int type)
{
	const struct msg_type *t = msg_type(type);

	return t ? t->capability : 0;
}

bool wire_msg_limits(unsigned int type, size_t *min, size_t *max)
{
	const struct msg_type *t = msg_type(type);

	if (!t)
		return false;
	*min = t->min;
	*max = t->max;
	return true;
}

const char *wire_error_name(int error)
{
	switch (error) {
	case WIRE_OK:
		return "ok";
	case WIRE_SHORT:
		return "truncated";
	case WIRE_BAD_LENGTH:
		return "bad length";
	case WIRE_BAD_VERSION:
		return "protocol version differs";
	case WIRE_BAD_VALUE:
		return "value out of range";
	case WIRE_UNKNOWN:
		return "unknown type";
	case WIRE_NO_ROOM:
		return "no room";
	case WIRE_NO_AUTH:
		return "no authentication";
	case WIRE_AUTH:
		return "authentication, and no key here";
	}
	return "unknown error";
}

ssize_t wire_msg_write(const struct mc_msg *m, uint8_t *buf, size_t size)
{
	struct wire_out out = { .at = buf, .end = buf + (size < WIRE_FRAME_MAX ? size : WIRE_FRAME_MAX) };
	struct wire_out header = out;
	const struct msg_type *t = msg_type(m->type);
	int error;

	if (!t)
		return WIRE_UNKNOWN;
	wire_room(&out, WIRE_FRAME_HEADER);
	error = t->write(&out, m);
	if (error)
		return error;
	if (out.bad)
		return WIRE_NO_ROOM;
	wire_put32(&header, (uint32_t)(out.at - buf));
	wire_put16(&header, (uint16_t)m->type);
	wire_put16(&header, 0);
	return out.at - buf;
}

static int body_parse(struct wire_in *in, unsigned int type, struct mc_msg *m,
		      struct mc_mac_entry *macs)
{
	const struct msg_type *t = msg_type(type);
	struct mc_msg r;
	int error;

	if (!t)
		return WIRE_UNKNOWN;
	if (wire_in_left(in) < t->min)
		return WIRE_SHORT;
	if (wire_in_left(in) > t->max)
		return WIRE_BAD_VALUE;
	memset(&r, 0, sizeof(r));
	r.type = (enum mc_msg_type)type;
	error = t->read(in, &r, macs);
	if (!error && in->bad)
		error = WIRE_SHORT;
	if (!error)
		*m = r;
	return error;
}

ssize_t wire_msg_read(const uint8_t *buf, size_t len, struct mc_msg *m, struct mc_mac_entry *macs,
		      int *error)
{
	ssize_t frame_len = wire_frame_len(buf, len);
	struct wire_in in;
	unsigned int type;

	*error = frame_len < 0 ? WIRE_BAD_LENGTH : WIRE_SHORT;
	if (frame_len <= 0)
		return frame_len;
	in = (struct wire_in){ .at = buf + 4, .end = buf + frame_len };
	type = wire_get16(&in);
	if ((wire_get16(&in) & WIRE_FRAME_AUTH) || type == WIRE_TYPE_NONCE)
		*error = WIRE_AUTH; /* other flags: none yet, ignored */
	else
		*error = body_parse(&in, type, m, macs);
	return frame_len;
}
