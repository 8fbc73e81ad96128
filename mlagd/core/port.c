// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One MLAG bond: what both members know of it, and what follows for the egress
 * filter (C4) and the gate that keeps a frame from being doubled while a leg
 * comes up. What is said of it, and acknowledged, is port_say.c's. Knows nothing
 * of roles or rules 2 to 8.
 */
#include <string.h>

#include "mlagd/core/core_int.h"

struct port *port_find(struct core *c, uint16_t id)
{
	for (unsigned int i = 0; i < c->n_ports; i++)
		if (c->port[i].local.mlag_id == id)
			return &c->port[i];
	return NULL;
}

/* In ascending order of id; NULL when the table is full or the id is none. */
static struct port *port_make(struct core *c, uint16_t id)
{
	struct port *p = port_find(c, id);
	unsigned int i = 0;

	if (p)
		return p;
	if (id == 0 || c->n_ports == CORE_PORTS_MAX)
		return NULL;
	while (i < c->n_ports && c->port[i].local.mlag_id < id)
		i++;
	memmove(&c->port[i + 1], &c->port[i], (c->n_ports - i) * sizeof(c->port[0]));
	c->n_ports++;
	memset(&c->port[i], 0, sizeof(c->port[i]));
	c->port[i].local.mlag_id = id;
	return &c->port[i];
}

static bool port_differs(const struct core_bond *a, const struct core_bond *b)
{
	return a->present != b->present || a->carrier != b->carrier || a->distributing != b->distributing ||
	       a->collecting != b->collecting || a->lone != b->lone ||
	       !mac_equal(&a->partner, &b->partner) || strncmp(a->ifname, b->ifname, MC_IFNAME_LEN) != 0;
}

static void port_changed(struct core *c, struct port *p, const struct core_bond *old)
{
	if (!port_differs(old, &p->local))
		return;
	p->told &= c->phase == PH_OFF;
	p->seq++;
	p->dirty = true;
	if (p->local.distributing && !old->distributing) {
		p->rise_seq = p->seq;
		p->rise_at = c->now;
	}
}

static void port_fallen(struct core *c, struct port *p)
{
	if (!p->local.present || (!p->local.distributing && session_live(c)))
		p->acked = false;
	p->calm &= p->local.present && p->local.collecting;
}

/* As if LACP had said so, or had not (A8). */
void port_bypass(struct core *c, struct port *p, bool on)
{
	struct core_bond old = p->local;

	p->bypass = p->local.distributing = p->local.collecting = on;
	port_changed(c, p, &old);
	p->seq += !p->dirty;
	p->dirty = true;
	port_fallen(c, p);
}

/* Serving ends with what it was for; the rest of what LACP says is as the kernel has it. */
static void port_lone(struct core *c, struct core_out *out, struct port *p, const struct core_bond *old)
{
	if (p->bypass && !(p->local.lone && p->local.present)) {
		p->bypass = false;
		out_note(c, out, "lacp-bypass ends", "its host speaks LACP, or its leg is gone", p->local.ifname);
	}
	if (p->local.lone && !old->lone) /* found at the start: it has been so */
		p->lone_at = c->phase == PH_OFF ? c->now - BYPASS_MS : c->now;
	p->local.distributing |= p->bypass;
	p->local.collecting |= p->bypass;
}

void port_event(struct core *c, struct core_out *out, const struct core_bond *b)
{
	struct port *p = port_make(c, b->mlag_id);
	struct core_bond old;

	if (!p) {
		out_note(c, out, "bond refused", "mlag id out of range, or too many", b->ifname);
		return;
	}
	old = p->local;
	p->local = *b;
	p->local.ifname[MC_IFNAME_LEN - 1] = '\0';
	if (old.present) { /* how it was found is said once */
		p->local.was_up = old.was_up;
		p->local.was_dual = old.was_dual;
		p->local.was_gated = old.was_gated;
		p->local.was_echo = old.was_echo;
		p->local.held_split = old.held_split;
	}
	if (!old.present && b->present && c->phase == PH_OFF && b->was_up) {
		p->adopted = true;
		p->told = b->distributing; /* of one that is down nobody knows what the peer has heard */
		p->acked = b->distributing && !b->was_gated;
	}
	port_lone(c, out, p, &old);
	port_changed(c, p, &old);
	port_fallen(c, p);
	if (old.shared_id && b->present && !b->shared_id && c->shared && legs_up(c))
		join_share(c, true); /* the dead-man has been here; that is undone, and the host begins anew (rule 8) */
	if (old.present)
		return;
	p->ack_gen = 0; /* what was to be acknowledged before there was a filter to close */
	join_more(c);
}

void port_heard(struct core *c, const struct mc_port *mp)
{
	struct port *p = port_make(c, mp->mlag_id);

	if (!p)
		return;
	p->peer = *mp;
	p->heard = c->sess_no;
	p->ack_due = true;
	p->ack_seq = mp->seq;
	p->ack_gen = 0;
}

void port_sync_end(struct core *c)
{
	for (unsigned int i = 0; i < c->n_ports; i++)
		if (c->port[i].heard != c->sess_no) {
			c->port[i].heard = c->sess_no;
			c->port[i].peer.present = c->port[i].peer.distributing = c->port[i].peer.collecting = false;
		}
}

void port_peer_gone(struct core *c)
{
	for (unsigned int i = 0; i < c->n_ports; i++) {
		c->port[i].peer.carrier = c->port[i].peer.distributing = c->port[i].peer.collecting = false;
		c->port[i].peer.bypass = false;
		c->port[i].acked = false;
	}
}

void port_unack(struct core *c)
{
	for (unsigned int i = 0; i < c->n_ports; i++)
		c->port[i].acked = false;
}

static bool peer_fenced(const struct core *c)
{
	core_ms span = (core_ms)c->peer.keepalive_ms * 3 / 2;

	if (span < FENCED_FRESH_MS)
		span = FENCED_FRESH_MS;
	return c->fenced_at != CORE_NEVER && c->fenced_at > c->cut_at && c->now - c->fenced_at < span;
}

/* The peer has said in this session what there is to say of this id. */
static bool peer_spoke(const struct core *c, const struct port *p)
{
	return session_live(c) && (p->heard == c->sess_no || c->sync_rx);
}

bool port_apart(const struct core *c, const struct port *p)
{
	static const struct mc_mac none;
	const struct mc_mac *here = &p->local.partner, *there = &p->peer.partner;

	return session_live(c) && p->heard == c->sess_no && p->local.distributing && p->peer.distributing &&
	       !mac_equal(here, &none) && !mac_equal(there, &none) && !mac_equal(here, there);
}

/*
 * Is the peer's leg of this id up, as far as we must assume? Its word of this
 * session; blind after a cut: yes, unless it says that all its legs are down;
 * while it restarts: as it was.
 */
static bool peer_leg(const struct core *c, const struct port *p)
{
	if (c->gone)
		return false;
	if (peer_spoke(c, p))
		return p->heard == c->sess_no && p->peer.present && p->peer.distributing && !port_apart(c, p);
	if (c->blind && !BROKEN(BREAK_BLIND))
		return !peer_fenced(c);
	if (!p->heard)
		return p->adopted ? p->local.was_dual && !BROKEN(BREAK_ADOPT) : true;
	return p->peer.present && p->peer.distributing;
}

bool port_dual(const struct core *c, const struct port *p)
{
	return p->local.present && peer_leg(c, p);
}

/*
 * Until the peer has said that its filter is closed. A leg that is down is
 * gated before it comes up: nobody may be alive then to do it. One that has
 * just come up is gated whatever the peer's leg was: it may be coming up at the
 * same moment. Without a session the peer's leg is taken for up, but under the
 * own id, which no host aggregates with the peer's, nothing needs a gate. Nor
 * does a leg that is up while the peerlink has no carrier; with carrier it may
 * distribute before we hear of it. A peer that does not speak then (its switch
 * is back, its mlagd is not) came up with its legs down, so that has an end.
 */
static bool gated_unheard(const struct core *c, const struct port *p)
{
	if (!c->shared)
		return false;
	if (!p->local.distributing || !c->pl_known)
		return true;
	return c->pl.carrier && !(c->blind && c->now >= c->pl_up_at + BLIND_GATE_MS);
}

bool port_gated(const struct core *c, const struct port *p)
{
	if (!p->local.present || p->acked || c->gone || BROKEN(9))
		return false;
	if (!peer_spoke(c, p) || (c->pl_known && !c->pl.usable))
		return gated_unheard(c, p);
	return !p->local.distributing || c->now < p->rise_at + RISE_MS || peer_leg(c, p);
}

/*
 * What the host sends on the peer's leg, while that does not yet distribute,
 * comes over the peerlink through a filter that is still open for what others
 * send to the host: flooded, it would go back to it. The peer's last word stands
 * until its next: its kernel goes on without it, and it may not know of our restart.
 */
bool port_echo(const struct port *p)
{
	if (!p->heard)
		return p->local.present && p->adopted && p->local.was_echo;
	return p->local.present && p->peer.present && p->peer.collecting && !p->peer.distributing;
}

/* The same on our leg. One that distributes at once is gated as ever: the peer had nothing to acknowledge before. */
bool port_rising(const struct core *c, const struct port *p)
{
	return p->local.collecting && peer_spoke(c, p) && port_gated(c, p) && (!p->local.distributing || p->calm);
}

/* The peer has a leg that takes over. */
static bool peer_takes(const struct core *c, const struct port *p)
{
	return session_live(c) && p->heard == c->sess_no && p->peer.present && p->peer.distributing && !port_apart(c, p);
}

/* One that is drained is left when the peer lets the detour through, and then for good: a host may come back to it alone. */
bool port_usable(const struct core *c, const struct port *p)
{
	return p->local.distributing && !(leave_drains(c) && peer_takes(c, p) && (p->told || !c->shared));
}

bool port_all_redirected(const struct core *c)
{
	for (unsigned int i = 0; i < c->n_ports; i++)
		if (c->port[i].local.distributing && peer_takes(c, &c->port[i]) && !c->port[i].told)
			return false;
	return true;
}

bool port_any_gated(const struct core *c)
{
	for (unsigned int i = 0; i < c->n_ports; i++)
		if (c->port[i].local.distributing && port_gated(c, &c->port[i]))
			return true;
	return false;
}
