// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The body of MDB: groups listened to, and router ports.
 */
#include "mlagd/wire/body.h"
#include "mlagd/wire/wire.h"

enum { MDB_DEL = 1 << 0, MDB_LEFT = 1 << 1, MDB_KEEP = 1 << 2, MDB_V6 = 1 << 3, MDB_ROUTER = 1 << 4, MDB_SOURCE = 1 << 5 };

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

static bool entry_write(struct wire_out *out, const void *entry)
{
	const struct mc_group *g = entry;

	if (!group_ok(g))
		return false;
	wire_put8(out, group_flags(g));
	wire_put8(out, 0);
	wire_put16(out, g->vlan);
	wire_put16(out, g->mlag_id);
	wire_put16(out, 0);
	wire_put32(out, g->port);
	wire_put_bytes(out, g->addr, sizeof(g->addr));
	wire_put_bytes(out, g->source, sizeof(g->source));
	return true;
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

static bool entry_read(struct wire_in *in, void *entry)
{
	uint8_t flags = wire_get8(in);
	struct mc_group *g = entry;

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
	return group_ok(g);
}

static const struct wire_list list = {
	MC_MDB_BATCH, WIRE_MDB_ENTRY_LEN, sizeof(struct mc_group), entry_read, entry_write,
};

int wire_mdb_write(struct wire_out *out, const struct mc_msg *m)
{
	return wire_list_write(out, &list, m->groups.e, m->groups.n);
}

int wire_mdb_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	(void)macs;
	return wire_list_read(in, &list, m->groups.e, &m->groups.n);
}
