// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The session's frames: {u32 length of the whole frame, u16 type, u16 flags,
 * body}. One row of the table below is all there is to know about a type: how
 * long its body may be, who reads it, who writes it. Decides whether a frame
 * is well-formed and its values legal; what a message means is the core's.
 */
#include "mlagd/wire/auth.h"
#include "mlagd/wire/value.h"
#include "mlagd/wire/wire.h"

#define MAC_ENTRY_LEN 12
#define NEIGH_ENTRY_LEN 26
#define MDB_ENTRY_LEN 44
#define BODY_MAX      (WIRE_FRAME_MAX - WIRE_FRAME_HEADER)
#define SMALL_MAX     1024 /* a body without a list, with room for later versions' fields */

enum { PORT_PRESENT = 1 << 0, PORT_CARRIER = 1 << 1, PORT_DISTRIBUTING = 1 << 2, PORT_COLLECTING = 1 << 3, PORT_BYPASS = 1 << 4 };
enum { MAC_DEL = 1 << 0, MAC_SELF = 1 << 1, MAC_AGED = 1 << 2, MAC_KEEP = 1 << 3 };
enum { NEIGH_DEL = 1 << 0, NEIGH_V6 = 1 << 1, NEIGH_VIRT = 1 << 2, NEIGH_ROUTER = 1 << 3 };

enum { MDB_DEL = 1 << 0, MDB_LEFT = 1 << 1, MDB_KEEP = 1 << 2, MDB_V6 = 1 << 3, MDB_ROUTER = 1 << 4, MDB_SOURCE = 1 << 5 };

/* Both return WIRE_OK or an error; room and truncation show in the cursor. */
typedef int (*body_write)(struct wire_out *out, const struct mc_msg *m);
typedef int (*body_read)(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs);

static int hello_write(struct wire_out *out, const struct mc_msg *m)
{
	const struct mc_hello *h = &m->hello;

	if (!wire_member_ok(&h->m) || !wire_text_ok(h->version, sizeof(h->version)))
		return WIRE_BAD_VALUE;
	wire_put16(out, WIRE_VERSION);
	wire_put16(out, 0);
	wire_put32(out, h->capabilities);
	wire_put_text(out, h->version, sizeof(h->version));
	wire_put_member(out, &h->m);
	return WIRE_OK;
}

static int hello_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	struct mc_hello *h = &m->hello;
	int error;

	(void)macs;
	/* first, since nothing behind it is known to stand where we think */
	if (wire_get16(in) != WIRE_VERSION)
		return in->bad ? WIRE_SHORT : WIRE_BAD_VERSION;
	wire_get16(in);
	h->capabilities = wire_get32(in);
	wire_get_bytes(in, h->version, sizeof(h->version));
	error = wire_get_member(in, &h->m);
	if (error)
		return error;
	return wire_text_ok(h->version, sizeof(h->version)) ? WIRE_OK : WIRE_BAD_VALUE;
}

static int state_write(struct wire_out *out, const struct mc_msg *m)
{
	if (!wire_member_ok(&m->state))
		return WIRE_BAD_VALUE;
	wire_put_member(out, &m->state);
	return WIRE_OK;
}

static int state_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	(void)macs;
	return wire_get_member(in, &m->state);
}

static int role_write(struct wire_out *out, const struct mc_msg *m)
{
	wire_put32(out, m->role.term);
	return WIRE_OK;
}

static int role_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	(void)macs;
	m->role.term = wire_get32(in);
	return WIRE_OK;
}

static bool port_ok(const struct mc_port *p)
{
	return p->mlag_id != 0 && !(p->partner.b[0] & 1) &&
	       wire_text_ok(p->ifname, sizeof(p->ifname)) && (!p->present || p->ifname[0] != '\0');
}

static int port_write(struct wire_out *out, const struct mc_msg *m)
{
	const struct mc_port *p = &m->port;

	if (!port_ok(p))
		return WIRE_BAD_VALUE;
	wire_put16(out, p->mlag_id);
	wire_put8(out, (p->present ? PORT_PRESENT : 0) | (p->carrier ? PORT_CARRIER : 0) |
			       (p->distributing ? PORT_DISTRIBUTING : 0) | (p->collecting ? PORT_COLLECTING : 0) |
			       (p->bypass ? PORT_BYPASS : 0));
	wire_put8(out, 0);
	wire_put32(out, p->seq);
	wire_put_mac(out, &p->partner);
	wire_put_text(out, p->ifname, sizeof(p->ifname));
	return WIRE_OK;
}

static int port_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	struct mc_port *p = &m->port;
	uint8_t flags;

	(void)macs;
	p->mlag_id = wire_get16(in);
	flags = wire_get8(in);
	wire_get8(in);
	p->present = flags & PORT_PRESENT;
	p->carrier = flags & PORT_CARRIER;
	p->distributing = flags & PORT_DISTRIBUTING;
	p->collecting = flags & PORT_COLLECTING;
	p->bypass = flags & PORT_BYPASS;
	p->seq = wire_get32(in);
	wire_get_mac(in, &p->partner);
	wire_get_text(in, p->ifname, sizeof(p->ifname));
	return port_ok(p) ? WIRE_OK : WIRE_BAD_VALUE;
}

static int port_ack_write(struct wire_out *out, const struct mc_msg *m)
{
	if (m->port_ack.mlag_id == 0)
		return WIRE_BAD_VALUE;
	wire_put16(out, m->port_ack.mlag_id);
	wire_put16(out, 0);
	wire_put32(out, m->port_ack.seq);
	return WIRE_OK;
}

static int port_ack_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	(void)macs;
	m->port_ack.mlag_id = wire_get16(in);
	wire_get16(in);
	m->port_ack.seq = wire_get32(in);
	return m->port_ack.mlag_id != 0 ? WIRE_OK : WIRE_BAD_VALUE;
}

bool wire_mac_entry_ok(const struct mc_mac_entry *e)
{
	return wire_mac_is_station(&e->mac) && e->vlan <= 4094;
}

static int mac_write(struct wire_out *out, const struct mc_msg *m)
{
	if (m->macs.n < 1 || m->macs.n > MC_MAC_BATCH)
		return WIRE_BAD_VALUE;
	wire_put16(out, (uint16_t)m->macs.n);
	wire_put16(out, MAC_ENTRY_LEN);
	for (unsigned int i = 0; i < m->macs.n; i++) {
		const struct mc_mac_entry *e = &m->macs.e[i];

		if (!wire_mac_entry_ok(e))
			return WIRE_BAD_VALUE;
		wire_put_mac(out, &e->mac);
		wire_put16(out, e->vlan);
		wire_put16(out, e->mlag_id);
		wire_put8(out, (e->del ? MAC_DEL : 0) | (e->self ? MAC_SELF : 0) | (e->aged ? MAC_AGED : 0) |
				       (e->keep ? MAC_KEEP : 0));
		wire_put8(out, 0);
	}
	return WIRE_OK;
}

/* Entries carry their length, so that later versions may append to each. */
static int mac_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	uint16_t n = wire_get16(in);
	uint16_t entry_len = wire_get16(in);

	if (in->bad)
		return WIRE_SHORT;
	if (n < 1 || n > MC_MAC_BATCH || entry_len < MAC_ENTRY_LEN)
		return WIRE_BAD_VALUE;
	for (unsigned int i = 0; i < n; i++) {
		struct wire_in entry = wire_sub(in, entry_len);
		struct mc_mac_entry *e = &macs[i];
		uint8_t flags;

		if (in->bad)
			return WIRE_SHORT;
		wire_get_mac(&entry, &e->mac);
		e->vlan = wire_get16(&entry);
		e->mlag_id = wire_get16(&entry);
		flags = wire_get8(&entry);
		e->del = flags & MAC_DEL;
		e->self = flags & MAC_SELF;
		e->aged = flags & MAC_AGED;
		e->keep = flags & MAC_KEEP;
		if (!wire_mac_entry_ok(e))
			return WIRE_BAD_VALUE;
	}
	m->macs.e = macs;
	m->macs.n = n;
	return WIRE_OK;
}

static int digest_write(struct wire_out *out, const struct mc_msg *m)
{
	if (m->digest.table >= MC_TABLE_MAX)
		return WIRE_BAD_VALUE;
	wire_put8(out, m->digest.table);
	wire_put8(out, MC_BUCKETS);
	wire_put16(out, 0);
	for (unsigned int b = 0; b < MC_BUCKETS; b++)
		wire_put64(out, m->digest.sum[b]);
	return WIRE_OK;
}

/* A table that we do not know is the sender's to keep: refused like any value out of range. */
static int digest_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	unsigned int table = wire_get8(in), buckets = wire_get8(in);

	(void)macs;
	wire_get16(in);
	if (table >= MC_TABLE_MAX || buckets != MC_BUCKETS)
		return WIRE_BAD_VALUE;
	m->digest.table = (enum mc_table)table;
	for (unsigned int b = 0; b < MC_BUCKETS; b++)
		m->digest.sum[b] = wire_get64(in);
	return WIRE_OK;
}

static int resync_write(struct wire_out *out, const struct mc_msg *m)
{
	if (m->digest.table >= MC_TABLE_MAX)
		return WIRE_BAD_VALUE;
	wire_put8(out, m->digest.table);
	wire_put8(out, 0);
	wire_put16(out, 0);
	wire_put64(out, m->digest.buckets);
	return WIRE_OK;
}

static int resync_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	unsigned int table = wire_get8(in);

	(void)macs;
	wire_get8(in);
	wire_get16(in);
	m->digest.buckets = wire_get64(in);
	if (table >= MC_TABLE_MAX)
		return WIRE_BAD_VALUE;
	m->digest.table = (enum mc_table)table;
	return WIRE_OK;
}

static bool neigh_ok(const struct mc_neigh *n)
{
	return n->vlan <= 4094 && (n->del || wire_mac_is_station(&n->mac));
}

static int neigh_write(struct wire_out *out, const struct mc_msg *m)
{
	if (m->neighs.n < 1 || m->neighs.n > MC_NEIGH_BATCH)
		return WIRE_BAD_VALUE;
	wire_put16(out, (uint16_t)m->neighs.n);
	wire_put16(out, NEIGH_ENTRY_LEN);
	for (unsigned int i = 0; i < m->neighs.n; i++) {
		const struct mc_neigh *n = &m->neighs.e[i];

		if (!neigh_ok(n))
			return WIRE_BAD_VALUE;
		wire_put8(out, (n->del ? NEIGH_DEL : 0) | (n->v6 ? NEIGH_V6 : 0) | (n->virt ? NEIGH_VIRT : 0) |
				       (n->router ? NEIGH_ROUTER : 0));
		wire_put8(out, 0);
		wire_put16(out, n->vlan);
		wire_put_mac(out, &n->mac);
		wire_put_bytes(out, n->addr, sizeof(n->addr));
	}
	return WIRE_OK;
}

static int neigh_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	uint16_t n = wire_get16(in), entry_len = wire_get16(in);

	(void)macs;
	if (in->bad)
		return WIRE_SHORT;
	if (n < 1 || n > MC_NEIGH_BATCH || entry_len < NEIGH_ENTRY_LEN)
		return WIRE_BAD_VALUE;
	for (unsigned int i = 0; i < n; i++) {
		struct wire_in entry = wire_sub(in, entry_len);
		struct mc_neigh *e = &m->neighs.e[i];
		uint8_t flags;

		if (in->bad)
			return WIRE_SHORT;
		flags = wire_get8(&entry);
		wire_get8(&entry);
		e->vlan = wire_get16(&entry);
		wire_get_mac(&entry, &e->mac);
		wire_get_bytes(&entry, e->addr, sizeof(e->addr));
		e->del = flags & NEIGH_DEL;
		e->v6 = flags & NEIGH_V6;
		e->virt = flags & NEIGH_VIRT;
		e->router = flags & NEIGH_ROUTER;
		if (!e->v6)
			memset(e->addr + 4, 0, sizeof(e->addr) - 4);
		if (!neigh_ok(e))
			return WIRE_BAD_VALUE;
	}
	m->neighs.n = n;
	return WIRE_OK;
}

static bool is_zero(const uint8_t addr[16])
{
	static const uint8_t zero[16];

	return memcmp(addr, zero, sizeof(zero)) == 0;
}

/* A group that a bridge may be given: multicast, and neither all hosts nor all nodes. */
static bool group_address_ok(const struct mc_group *g)
{
	static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };

	if (g->kind == MC_GROUP_IPV6)
		return g->addr[0] == 0xff && memcmp(g->addr, all_nodes, sizeof(all_nodes)) != 0;
	return (g->addr[0] & 0xf0) == 0xe0 && (g->addr[0] != 224 || g->addr[1] || g->addr[2]);
}

static bool group_ok(const struct mc_group *g)
{
	if (g->vlan > 4094 || (g->mlag_id ? g->port != 0 : g->port < 1 || g->port > INT32_MAX))
		return false;
	if (g->kind == MC_GROUP_ROUTER)
		return !g->has_source && is_zero(g->addr);
	return group_address_ok(g) && (!g->has_source || !is_zero(g->source));
}

static uint8_t group_flags(const struct mc_group *g)
{
	return (g->del ? MDB_DEL : 0) | (g->left ? MDB_LEFT : 0) | (g->keep ? MDB_KEEP : 0) |
	       (g->kind == MC_GROUP_IPV6 ? MDB_V6 : 0) | (g->kind == MC_GROUP_ROUTER ? MDB_ROUTER : 0) |
	       (g->has_source ? MDB_SOURCE : 0);
}

static int mdb_write(struct wire_out *out, const struct mc_msg *m)
{
	if (m->groups.n < 1 || m->groups.n > MC_MDB_BATCH)
		return WIRE_BAD_VALUE;
	wire_put16(out, (uint16_t)m->groups.n);
	wire_put16(out, MDB_ENTRY_LEN);
	for (unsigned int i = 0; i < m->groups.n; i++) {
		const struct mc_group *g = &m->groups.e[i];

		if (!group_ok(g))
			return WIRE_BAD_VALUE;
		wire_put8(out, group_flags(g));
		wire_put8(out, 0);
		wire_put16(out, g->vlan);
		wire_put16(out, g->mlag_id);
		wire_put16(out, 0);
		wire_put32(out, g->port);
		wire_put_bytes(out, g->addr, sizeof(g->addr));
		wire_put_bytes(out, g->source, sizeof(g->source));
	}
	return WIRE_OK;
}

/* What a kind has no use for is zero, whatever was sent. */
static void tidy_group(struct mc_group *g)
{
	size_t size = g->kind == MC_GROUP_IPV6 ? 16 : g->kind == MC_GROUP_IPV4 ? 4 : 0;

	memset(g->addr + size, 0, sizeof(g->addr) - size);
	if (!g->has_source)
		size = 0;
	memset(g->source + size, 0, sizeof(g->source) - size);
}

static int group_read(struct wire_in *in, struct mc_group *g)
{
	uint8_t flags = wire_get8(in);

	wire_get8(in);
	g->vlan = wire_get16(in);
	g->mlag_id = wire_get16(in);
	wire_get16(in);
	g->port = wire_get32(in);
	wire_get_bytes(in, g->addr, sizeof(g->addr));
	wire_get_bytes(in, g->source, sizeof(g->source));
	g->del = flags & MDB_DEL;
	g->left = flags & MDB_LEFT;
	g->keep = flags & MDB_KEEP;
	g->kind = flags & MDB_ROUTER ? MC_GROUP_ROUTER : flags & MDB_V6 ? MC_GROUP_IPV6 : MC_GROUP_IPV4;
	g->has_source = flags & MDB_SOURCE && g->kind != MC_GROUP_ROUTER;
	tidy_group(g);
	return group_ok(g) ? WIRE_OK : WIRE_BAD_VALUE;
}

static int mdb_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	uint16_t n = wire_get16(in), entry_len = wire_get16(in);

	(void)macs;
	if (in->bad)
		return WIRE_SHORT;
	if (n < 1 || n > MC_MDB_BATCH || entry_len < MDB_ENTRY_LEN)
		return WIRE_BAD_VALUE;
	for (unsigned int i = 0; i < n; i++) {
		struct wire_in entry = wire_sub(in, entry_len);
		int error;

		if (in->bad)
			return WIRE_SHORT;
		error = group_read(&entry, &m->groups.e[i]);
		if (error)
			return error;
	}
	m->groups.n = n;
	return WIRE_OK;
}

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
	body_read read;
	body_write write;
	uint32_t capability; /* both members have it, or the type is not used */
} msg_types[MC_MSG_MAX] = {
	[MC_MSG_HELLO] = { "hello", HELLO_MIN, SMALL_MAX, hello_read, hello_write },
	[MC_MSG_STATE] = { "state", 2 + WIRE_MEMBER_MIN, SMALL_MAX, state_read, state_write },
	[MC_MSG_ROLE_REQUEST] = { "role-request", 4, SMALL_MAX, role_read, role_write },
	[MC_MSG_ROLE_ACK] = { "role-ack", 4, SMALL_MAX, role_read, role_write },
	[MC_MSG_PORT] = { "port", 14 + MC_IFNAME_LEN, SMALL_MAX, port_read, port_write },
	[MC_MSG_PORT_ACK] = { "port-ack", 8, SMALL_MAX, port_ack_read, port_ack_write },
	[MC_MSG_MAC] = { "mac", 4 + MAC_ENTRY_LEN, BODY_MAX, mac_read, mac_write },
	[MC_MSG_SYNC_END] = { "sync-end", 0, SMALL_MAX, empty_read, empty_write },
	[MC_MSG_SYNC_ACK] = { "sync-ack", 0, SMALL_MAX, empty_read, empty_write },
	[MC_MSG_GOODBYE] = { "goodbye", 0, SMALL_MAX, empty_read, empty_write },
	[MC_MSG_DIGEST] = { "digest", DIGEST_LEN, SMALL_MAX, digest_read, digest_write, MC_CAP_DIGEST },
	[MC_MSG_RESYNC] = { "resync", RESYNC_LEN, SMALL_MAX, resync_read, resync_write, MC_CAP_DIGEST },
	[MC_MSG_RESYNC_END] = { "resync-end", RESYNC_LEN, SMALL_MAX, resync_read, resync_write, MC_CAP_DIGEST },
	[MC_MSG_NEIGH] = { "neigh", 4 + NEIGH_ENTRY_LEN, SMALL_MAX, neigh_read, neigh_write, MC_CAP_NEIGH },
	[MC_MSG_MDB] = { "mdb", 4 + MDB_ENTRY_LEN, SMALL_MAX, mdb_read, mdb_write, MC_CAP_MDB },
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
