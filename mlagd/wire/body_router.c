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

static bool entry_write(struct wire_out *out, const void *entry)
{
	const struct mc_router *r = entry;

	if (!router_ok(r))
		return false;
	wire_put16(out, r->vlan);
	wire_put8(out, (r->del ? ROUTER_DEL : 0) | (r->virt ? ROUTER_VIRT : 0));
	wire_put8(out, 0);
	wire_put_mac(out, &r->mac);
	return true;
}

static bool entry_read(struct wire_in *in, void *entry)
{
	struct mc_router *r = entry;
	uint8_t flags;

	r->vlan = wire_get16(in);
	flags = wire_get8(in);
	wire_get8(in);
	wire_get_mac(in, &r->mac);
	r->del = flags & ROUTER_DEL;
	r->virt = flags & ROUTER_VIRT;
	return router_ok(r);
}

static const struct wire_list list = {
	MC_ROUTER_BATCH, WIRE_ROUTER_ENTRY_LEN, sizeof(struct mc_router), entry_read, entry_write,
};

int wire_router_write(struct wire_out *out, const struct mc_msg *m)
{
	return wire_list_write(out, &list, m->routers.e, m->routers.n);
}

int wire_router_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	(void)macs;
	return wire_list_read(in, &list, m->routers.e, &m->routers.n);
}
