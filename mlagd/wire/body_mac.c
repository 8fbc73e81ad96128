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

int wire_mac_write(struct wire_out *out, const struct mc_msg *m)
{
	if (m->macs.n < 1 || m->macs.n > MC_MAC_BATCH)
		return WIRE_BAD_VALUE;
	wire_put16(out, (uint16_t)m->macs.n);
	wire_put16(out, WIRE_MAC_ENTRY_LEN);
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
int wire_mac_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	uint16_t n = wire_get16(in);
	uint16_t entry_len = wire_get16(in);

	if (in->bad)
		return WIRE_SHORT;
	if (n < 1 || n > MC_MAC_BATCH || entry_len < WIRE_MAC_ENTRY_LEN)
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
