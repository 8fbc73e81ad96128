// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The body of NEIGH: ARP and ND entries of SVIs.
 */
#include "mlagd/wire/body.h"
#include "mlagd/wire/wire.h"

enum { NEIGH_DEL = 1 << 0, NEIGH_V6 = 1 << 1, NEIGH_VIRT = 1 << 2, NEIGH_ROUTER = 1 << 3 };

static bool neigh_ok(const struct mc_neigh *n)
{
	return n->vlan <= 4094 && (n->del || wire_mac_is_station(&n->mac));
}

int wire_neigh_write(struct wire_out *out, const struct mc_msg *m)
{
	if (m->neighs.n < 1 || m->neighs.n > MC_NEIGH_BATCH)
		return WIRE_BAD_VALUE;
	wire_put16(out, (uint16_t)m->neighs.n);
	wire_put16(out, WIRE_NEIGH_ENTRY_LEN);
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

int wire_neigh_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	uint16_t n = wire_get16(in), entry_len = wire_get16(in);

	(void)macs;
	if (in->bad)
		return WIRE_SHORT;
	if (n < 1 || n > MC_NEIGH_BATCH || entry_len < WIRE_NEIGH_ENTRY_LEN)
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
