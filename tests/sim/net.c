// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What lies between the members: the peerlink with carrier and LACP, datagram
 * paths that lose and reorder, and a session that is reliable and ordered,
 * waits while the peerlink is down, and can be over for one side only.
 */
#include <stdio.h>
#include <string.h>

#include "tests/sim/sim.h"

/* Carrier, physically. */
bool net_peerlink(const struct sim *s)
{
	return s->pl_cable && s->mem[0].powered && s->mem[1].powered;
}

/* Cable or power changed: each kernel notices in its own time. */
void net_peerlink_changed(struct sim *s)
{
	for (unsigned int i = 0; i < 2; i++)
		sim_push(s, s->now + 1 + sim_random(s, 3), K_PEERLINK, i);
}

static bool lacp_lost(const struct sim *s)
{
	return s->mem[0].mute_lacp || s->mem[1].mute_lacp;
}

/* One-way loss. LACP needs both ways: each kernel misses it after three frames, and begins anew when they come again. */
void net_mute(struct sim *s, struct member *m, bool mute, bool lacp)
{
	bool was = lacp_lost(s);

	m->mute = mute;
	m->mute_lacp = mute && lacp;
	for (unsigned int i = 0; i < 2 && was != lacp_lost(s); i++) {
		core_ms at = s->now + LACP_MS + sim_random(s, 1000);

		if (was)
			s->mem[i].pl_usable_at = at;
		sim_push(s, at, K_PEERLINK, i);
	}
}

void net_peerlink_report(struct sim *s, struct member *m)
{
	struct core_event ev = {.type = CORE_EV_PEERLINK};

	ev.peerlink.carrier = m->pl_carrier;
	ev.peerlink.usable = m->pl_usable;
	ev.peerlink.mac.b[0] = 2;
	ev.peerlink.mac.b[5] = m->id + 1;
	member_event(s, m, &ev);
}

void net_peerlink_seen(struct sim *s, struct member *m)
{
	bool carrier = net_peerlink(s), usable;

	if (!m->powered)
		return;
	if (carrier && !m->pl_carrier) {
		m->pl_usable_at = s->now + LACP_MS + sim_random(s, 300);
		sim_push(s, m->pl_usable_at, K_PEERLINK, m->id);
	}
	usable = carrier && m->pl_carrier && s->now >= m->pl_usable_at && !lacp_lost(s);
	if (carrier == m->pl_carrier && usable == m->pl_usable)
		return;
	if (!carrier && !member_acts(m))
		m->missed_cut = true;
	m->pl_usable = usable;
	m->pl_carrier = carrier;
	net_peerlink_report(s, m);
}

static bool usable(const struct sim *s)
{
	return net_peerlink(s) && s->mem[0].pl_usable && s->mem[1].pl_usable;
}

/* Broken on purpose (BREAK_WORD): whoever has lost its uplinks does not say so. */
static void silence(struct mc_member *m)
{
	m->uplinks_up |= (core_broken & (1u << BREAK_WORD)) != 0;
}

static void says(const struct member *m, struct mc_member *self)
{
	core_self(m->core, self);
	silence(self);
}

void net_probe(struct sim *s, struct member *from, unsigned int path, uint32_t seq, uint32_t reply_to)
{
	struct member *to = member_other(s, from);
	struct item *it;
	struct mc_member self;

	says(from, &self);
	if (!self.incarnation)
		return;
	if (path == CORE_PATH_PEERLINK ? !usable(s) || from->mute : !(s->backup && to->powered && !to->deaf))
		return;
	if (sim_random(s, 100) < s->loss)
		return;
	it = sim_push(s, s->now + 1 + sim_random(s, 15), K_PROBE, to->id);
	it->probe.path = path;
	it->probe.p.seq = seq;
	it->probe.p.reply_to = reply_to;
	it->probe.p.request = seq != 0;
	it->probe.p.m = self;
}

void net_send(struct sim *s, struct member *from, const struct mc_msg *m)
{
	struct member *to = member_other(s, from);
	struct chunk *c = &to->in[to->in_tail % STREAM_MAX];

	if (!from->epoch)
		return;
	if (to->in_tail - to->in_head == STREAM_MAX) {
		net_close(s, from);
		return;
	}
	to->in_tail++;
	c->at = s->now + 1 + sim_random(s, 3) + (s->slow ? sim_random(s, s->slow) : 0);
	if (c->at < to->in_last)
		c->at = to->in_last;
	to->in_last = c->at;
	c->epoch = from->epoch;
	c->m = *m;
	if (m->type == MC_MSG_HELLO || m->type == MC_MSG_STATE)
		silence(m->type == MC_MSG_HELLO ? &c->m.hello.m : &c->m.state);
	if (m->type == MC_MSG_MAC)
		memcpy(c->e, m->macs.e, m->macs.n * sizeof(c->e[0]));
	sim_push(s, c->at, K_STREAM, to->id);
}

static void take(struct sim *s, struct member *to, struct chunk *c)
{
	struct core_event ev = {.type = CORE_EV_MSG, .msg = &c->m};

	if (c->m.type == MC_MSG_MAC) {
		if (core_wanted(to->core)->accept_macs)
			mact_peer_batch(to->mact, c->e, c->m.macs.n);
		return;
	}
	if (c->m.type == MC_MSG_SYNC_END) {
		mact_peer_sync_end(to->mact);
		sim_push(s, s->now + 1 + sim_random(s, 5), K_SYNCED, to->id)->session.epoch = to->epoch;
	}
	member_event(s, to, &ev);
}

/* All that is due, in order; nothing while the peerlink is down, or carries nothing this way: TCP retransmits. */
void net_deliver(struct sim *s, struct member *to)
{
	struct chunk c;

	while (to->in_head != to->in_tail && to->in[to->in_head % STREAM_MAX].at <= s->now) {
		c = to->in[to->in_head % STREAM_MAX];
		if (c.epoch == to->epoch && to->alive && (!usable(s) || member_other(s, to)->mute)) {
			sim_push(s, s->now + 50, K_STREAM, to->id);
			return;
		}
		to->in_head++;
		if (c.epoch == to->epoch && to->alive)
			take(s, to, &c);
	}
}

static void session_at(struct sim *s, struct member *m, core_ms at, uint32_t epoch, bool up)
{
	struct item *it = sim_push(s, at, K_SESSION, m->id);

	it->session.epoch = epoch;
	it->session.up = up;
	if (up && m->in_last < at)
		m->in_last = at;
}

void net_connect(struct sim *s)
{
	struct member *a = &s->mem[0], *b = &s->mem[1];

	sim_push(s, s->now + 100 + sim_random(s, 200), K_CONNECT, 0)->life = 0;
	if (!member_acts(a) || !member_acts(b) || !usable(s) || a->mute || b->mute || (a->epoch && b->epoch))
		return;
	s->epoch++;
	a->epoch = b->epoch = 0; /* a side that still held the old one is superseded */
	session_at(s, a, s->now + 1, s->epoch, true);
	session_at(s, b, s->now + 1 + sim_random(s, 3), s->epoch, true);
}

/* One side ends it; the other hears of it if the link carries the word. */
void net_close(struct sim *s, struct member *m)
{
	struct member *o = member_other(s, m);

	if (m->epoch && usable(s) && !m->mute && o->epoch == m->epoch) {
		core_ms at = s->now + 3;

		if (at < o->in_last)
			at = o->in_last;
		session_at(s, o, at, m->epoch, false);
	}
	m->epoch = 0;
}
