// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What this member says of its bonds, and the handshake: our leg stays gated until
 * the peer has said that its filter is closed, and we say so of ours only when it
 * is in the kernel.
 */
#include <string.h>

#include "mlagd/core/core_int.h"

/* What the peer is to know of our leg: one that is being drained counts as down (D7). */
static bool offered(const struct core *c, const struct port *p)
{
	return p->local.present && p->local.distributing && !leave_drains(c);
}

void port_resay(struct core *c)
{
	for (unsigned int i = 0; i < c->n_ports; i++) {
		struct port *p = &c->port[i];

		p->dirty = p->local.present;
		p->acked = p->told = p->calm = false;
		p->seq++;
		if (offered(c, p)) {
			p->rise_seq = p->seq;
			p->rise_at = c->now;
		}
	}
}

void port_acked(struct core *c, uint16_t id, uint32_t seq)
{
	struct port *p = port_find(c, id);

	if (p && seq == p->seq && !p->dirty) {
		p->told = true;
		p->calm = p->local.collecting;
	}
	if (p && offered(c, p) && seq >= p->rise_seq && seq <= p->seq && !p->dirty)
		p->acked = true;
}

void port_session(struct core *c)
{
	for (unsigned int i = 0; i < c->n_ports; i++) {
		struct port *p = &c->port[i];

		p->dirty = p->local.present;
		p->ack_due = false;
		p->told &= BROKEN(BREAK_TOLD); /* a cut has closed the peer's filter again, and it may die before it opens it */
		p->calm = false; /* it may be another life, that keeps nothing from coming back */
		if (!p->local.distributing)
			p->acked = false;
	}
}

static bool port_needed(const struct port *p)
{
	return p->local.present || (p->heard && p->peer.present) || p->dirty || p->ack_due;
}

/* Forget ids that neither member has. */
static void port_sweep(struct core *c)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->n_ports; i++)
		if (port_needed(&c->port[i])) {
			if (n != i)
				c->port[n] = c->port[i];
			n++;
		}
	c->n_ports = n;
}

static void say_port(const struct core *c, struct core_out *out, struct port *p)
{
	struct mc_port *mp = &out_msg(out, MC_MSG_PORT)->port;

	mp->mlag_id = p->local.mlag_id;
	mp->seq = p->seq;
	mp->present = p->local.present;
	mp->carrier = p->local.present && p->local.carrier;
	mp->distributing = offered(c, p);
	mp->collecting = p->local.present && p->local.collecting;
	mp->bypass = mp->distributing && p->bypass;
	mp->partner = p->local.partner;
	memcpy(mp->ifname, p->local.ifname, sizeof(mp->ifname));
	p->dirty = false;
}

/* What changed, and what is owed once it is in the kernel. */
void port_say(struct core *c, struct core_out *out)
{
	for (unsigned int i = 0; i < c->n_ports; i++) {
		struct port *p = &c->port[i];
		struct mc_port_ack *ack;

		if (p->dirty)
			say_port(c, out, p);
		if (!p->ack_due)
			continue;
		if (p->ack_gen == 0)
			p->ack_gen = c->wanted.generation;
		if (c->applied < p->ack_gen)
			continue;
		p->ack_due = false;
		ack = &out_msg(out, MC_MSG_PORT_ACK)->port_ack;
		ack->mlag_id = p->local.mlag_id;
		ack->seq = p->ack_seq;
	}
	port_sweep(c);
}
