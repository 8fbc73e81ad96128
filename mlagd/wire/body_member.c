// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bodies about the members and their bonds: HELLO, STATE, ROLE_REQUEST and
 * ROLE_ACK, PORT and PORT_ACK.
 */
#include "mlagd/wire/body.h"
#include "mlagd/wire/wire.h"

enum { PORT_PRESENT = 1 << 0, PORT_CARRIER = 1 << 1, PORT_DISTRIBUTING = 1 << 2, PORT_COLLECTING = 1 << 3, PORT_BYPASS = 1 << 4 };

int wire_hello_write(struct wire_out *out, const struct mc_msg *m)
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

int wire_hello_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
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

int wire_state_write(struct wire_out *out, const struct mc_msg *m)
{
	if (!wire_member_ok(&m->state))
		return WIRE_BAD_VALUE;
	wire_put_member(out, &m->state);
	return WIRE_OK;
}

int wire_state_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	(void)macs;
	return wire_get_member(in, &m->state);
}

int wire_role_write(struct wire_out *out, const struct mc_msg *m)
{
	wire_put32(out, m->role.term);
	return WIRE_OK;
}

int wire_role_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
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

int wire_port_write(struct wire_out *out, const struct mc_msg *m)
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

int wire_port_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
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

int wire_port_ack_write(struct wire_out *out, const struct mc_msg *m)
{
	if (m->port_ack.mlag_id == 0)
		return WIRE_BAD_VALUE;
	wire_put16(out, m->port_ack.mlag_id);
	wire_put16(out, 0);
	wire_put32(out, m->port_ack.seq);
	return WIRE_OK;
}

int wire_port_ack_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs)
{
	(void)macs;
	m->port_ack.mlag_id = wire_get16(in);
	wire_get16(in);
	m->port_ack.seq = wire_get32(in);
	return m->port_ack.mlag_id != 0 ? WIRE_OK : WIRE_BAD_VALUE;
}
