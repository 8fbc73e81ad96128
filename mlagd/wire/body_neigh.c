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

static bool entry_write(struct wire_out *out, const void *entry)
{
	const struct mc_neigh *n = entry;

	if (!neigh_ok(n))
		return false;
	wire_put8(out, (n->del ? NEIGH_DEL : 0) | (n->v6 ? NEIGH_V6 : 0) | (n->virt ? NEIGH_VIRT : 0) |
			       (n->router ? NEIGH_ROUTER : 0));
	wire_put8(out, 0);
	wire_put16(out, n->vlan);
	wire_put_mac(out, &n->mac);
	wire_put_bytes(out, n->addr, sizeof(n->addr));
	return true;
}

static bool entry_read(struct wire_in *in, void *entry)
{
	uint8_t flags = wire_get8(in);
	struct mc_neigh *n = entry;

	wire_get8(in);
	n->vlan = wire_get16(in);
	wire_get_mac(in, &n->mac);
	wire_get_bytes(in, n->addr, sizeof(n->addr));
	n->del = flags & NEIGH_DEL;
	n->v6 = flags & NEIGH_V6;
	n->virt = flags & NEIGH_VIRT;
	n->router = flags & NEIGH_ROUTER;
	if (!n->v6)
		memset(n->addr + 4, 0, sizeof(n->addr) - 4);
	return neigh_ok(n);
}

static const struct wire_list list = {
	MC_NEIGH_BATCH, WIRE_NEIGH_ENTRY_LEN, sizeof(struct mc_neigh), entry_read, entry_write,
};

int wire_neigh_write(struct wire_out *out, const struct mc_msg *m)
{
	return wire_list_write(out, &list, m->neighs.e, m->neighs.n);
}

int wire_neigh_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	(void)macs;
	return wire_list_read(in, &list, m->neighs.e, &m->neighs.n);
}
