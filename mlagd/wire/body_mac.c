// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bodies about the MAC table: MAC, DIGEST, RESYNC and RESYNC_END.
 */
#include "mlagd/wire/body.h"
#include "mlagd/wire/wire.h"

enum { MAC_DEL = 1 << 0, MAC_SELF = 1 << 1, MAC_AGED = 1 << 2, MAC_KEEP = 1 << 3 };

bool wire_mac_entry_ok(const struct mc_mac_entry *e)
{
	return wire_mac_is_station(&e->mac) && e->vlan <= 4094;
}

static bool entry_write(struct wire_out *out, const void *entry)
{
	const struct mc_mac_entry *e = entry;

	if (!wire_mac_entry_ok(e))
		return false;
	wire_put_mac(out, &e->mac);
	wire_put16(out, e->vlan);
	wire_put16(out, e->mlag_id);
	wire_put8(out, (e->del ? MAC_DEL : 0) | (e->self ? MAC_SELF : 0) | (e->aged ? MAC_AGED : 0) |
			       (e->keep ? MAC_KEEP : 0));
	wire_put8(out, 0);
	return true;
}

static bool entry_read(struct wire_in *in, void *entry)
{
	struct mc_mac_entry *e = entry;
	uint8_t flags;

	wire_get_mac(in, &e->mac);
	e->vlan = wire_get16(in);
	e->mlag_id = wire_get16(in);
	flags = wire_get8(in);
	e->del = flags & MAC_DEL;
	e->self = flags & MAC_SELF;
	e->aged = flags & MAC_AGED;
	e->keep = flags & MAC_KEEP;
	return wire_mac_entry_ok(e);
}

static const struct wire_list list = {
	MC_MAC_BATCH, WIRE_MAC_ENTRY_LEN, sizeof(struct mc_mac_entry), entry_read, entry_write,
};

int wire_mac_write(struct wire_out *out, const struct mc_msg *m)
{
	return wire_list_write(out, &list, m->macs.e, m->macs.n);
}

int wire_mac_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	m->macs.e = macs;
	return wire_list_read(in, &list, macs, &m->macs.n);
}

int wire_digest_write(struct wire_out *out, const struct mc_msg *m)
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
int wire_digest_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
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

int wire_resync_write(struct wire_out *out, const struct mc_msg *m)
{
	if (m->digest.table >= MC_TABLE_MAX)
		return WIRE_BAD_VALUE;
	wire_put8(out, m->digest.table);
	wire_put8(out, 0);
	wire_put16(out, 0);
	wire_put64(out, m->digest.buckets);
	return WIRE_OK;
}

int wire_resync_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
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
