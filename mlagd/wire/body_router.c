// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The body of ROUTER: by which MAC a member routes on each VLAN.
 */
#include "mlagd/wire/body.h"
#include "mlagd/wire/wire.h"

enum { ROUTER_DEL = 1 << 0, ROUTER_VIRT = 1 << 1 };

static bool router_ok(const struct mc_router *r)
{
	return r->vlan <= 4094 && (r->del || wire_mac_is_station(&r->mac));
}

int wire_router_write(struct wire_out *out, const struct mc_msg *m)
{
	if (m->routers.n < 1 || m->routers.n > MC_ROUTER_BATCH)
		return WIRE_BAD_VALUE;
	wire_put16(out, (uint16_t)m->routers.n);
	wire_put16(out, WIRE_ROUTER_ENTRY_LEN);
	for (unsigned int i = 0; i < m->routers.n; i++) {
		const struct mc_router *r = &m->routers.e[i];

		if (!router_ok(r))
			return WIRE_BAD_VALUE;
		wire_put16(out, r->vlan);
		wire_put8(out, (r->del ? ROUTER_DEL : 0) | (r->virt ? ROUTER_VIRT : 0));
		wire_put8(out, 0);
		wire_put_mac(out, &r->mac);
	}
	return WIRE_OK;
}

int wire_router_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	uint16_t n = wire_get16(in), entry_len = wire_get16(in);

	(void)macs;
	if (in->bad)
		return WIRE_SHORT;
	if (n < 1 || n > MC_ROUTER_BATCH || entry_len < WIRE_ROUTER_ENTRY_LEN)
		return WIRE_BAD_VALUE;
	for (unsigned int i = 0; i < n; i++) {
		struct wire_in entry = wire_sub(in, entry_len);
		struct mc_router *r = &m->routers.e[i];
		uint8_t flags;

		if (in->bad)
			return WIRE_SHORT;
		r->vlan = wire_get16(&entry);
		flags = wire_get8(&entry);
		wire_get8(&entry);
		wire_get_mac(&entry, &r->mac);
		r->del = flags & ROUTER_DEL;
		r->virt = flags & ROUTER_VIRT;
		if (!router_ok(r))
			return WIRE_BAD_VALUE;
	}
	m->routers.n = n;
	return WIRE_OK;
}
