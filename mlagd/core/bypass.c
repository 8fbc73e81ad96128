// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LACP bypass (A8): a host that does not speak LACP yet is served by one member
 * at a time, and sees one link only, so that it cannot choose the other. The
 * primary serves if its leg has carrier, else the secondary; who serves goes on
 * until its leg goes or the host speaks LACP on either. The other member's leg is
 * held down meanwhile. It knows one bond; what serving means is port.c's.
 */
#include "mlagd/core/core_int.h"

/* The peer's word of this id, while its leg may be what it says. */
static const struct mc_port *other(const struct core *c, const struct port *p)
{
	return p->heard && !c->gone && p->peer.present && (session_live(c) || session_restarting(c)) ? &p->peer : NULL;
}

static bool may_serve(const struct core *c, const struct port *p)
{
	const struct mc_port *peer = other(c, p);
	bool first = c->role == MC_ROLE_PRIMARY;

	if (!p->local.present || !p->local.may_bypass || !p->local.lone || !legs_up(c) || c->now < p->lone_at + BYPASS_MS)
		return false;
	if (!peer)
		return true;
	if (peer->distributing) /* by LACP, or in our place: then the primary goes on, or whoever began */
		return peer->bypass && p->bypass && first;
	return p->bypass || first || !peer->carrier;
}

/* A restart changes nothing: a leg found down stays so until the peer has said why, or might have. */
bool bypass_found(const struct core *c, const struct port *p)
{
	return c->adopted && p->local.may_bypass && p->local.held && !p->heard && c->now < c->born + BYPASS_FOUND_MS;
}

bool bypass_held(const struct core *c, const struct port *p)
{
	const struct mc_port *peer = other(c, p);

	return bypass_found(c, p) || (peer && peer->bypass && !p->local.distributing);
}

bool bypass_waits(const struct core *c, const struct port *p)
{
	return p->local.present && p->local.may_bypass && p->local.lone && !p->bypass && c->now < p->lone_at + BYPASS_MS;
}

void bypass_decide(struct core *c, struct core_out *out)
{
	for (unsigned int i = 0; i < c->n_ports; i++) {
		struct port *p = &c->port[i];
		bool serve = may_serve(c, p);

		if (serve == p->bypass)
			continue;
		port_bypass(c, p, serve);
		out_note(c, out, serve ? "lacp-bypass begins" : "lacp-bypass ends",
			 serve ? "its host does not speak LACP" : "the other leg is used, or it is not wanted any more",
			 p->local.ifname);
	}
}
