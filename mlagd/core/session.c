// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The session: HELLO, everything known, SYNC_END, SYNC_ACK; then changes. It
 * lives from the peer's accepted HELLO on. When it is lost while the peerlink
 * has carrier, the peer is restarting and nothing changes for its restart-time
 * (rule 5). What was said in one session counts for nothing in the next.
 */
#include <string.h>

#include "mlagd/core/core_int.h"

bool session_live(const struct core *c)
{
	return c->sess_up && c->hello;
}

bool session_synced(const struct core *c)
{
	return session_live(c) && c->sync_rx && c->mac_synced && c->sync_acked;
}

bool session_restarting(const struct core *c)
{
	return !session_live(c) && !c->cut && !c->gone && c->restart_until != CORE_NEVER;
}

static void session_clear(struct core *c)
{
	c->sess_up = c->hello = false;
	c->sync_rx = c->sync_tx = c->mac_synced = c->sync_acked = false;
	c->ack_said = false;
	role_reset(c);
}

static void session_begin(struct core *c, struct core_out *out)
{
	struct mc_msg *m;

	session_clear(c);
	c->sess_up = true;
	c->sess_no++;
	c->last_rx = c->sess_at = c->now;
	m = out_msg(out, MC_MSG_HELLO);
	core_self(c, &m->hello.m);
	memcpy(&c->said, &m->hello.m, sizeof(c->said));
}

void session_event(struct core *c, struct core_out *out, bool up, bool goodbye, bool bfd)
{
	if (!up) {
		if (c->sess_up)
			c->lost_by_bfd = bfd;
		session_lost(c, out, goodbye);
		return;
	}
	if (c->phase == PH_OFF || leave_for_good(c) || !c->pl.carrier) {
		session_lost(c, out, false); /* an older one goes with it */
		out->drop_session = true;
		return;
	}
	if (session_live(c))
		session_lost(c, out, false);
	c->lost_by_bfd = false;
	session_begin(c, out);
}

static void said_goodbye(struct core *c, struct core_out *out)
{
	c->gone = true;
	c->peer.in_service = false;
	c->restart_until = CORE_NEVER;
	port_peer_gone(c);
	out_note(c, out, "peer stopped", why_text(WHY_GOODBYE), "its entries are released, filters open");
}

void session_lost(struct core *c, struct core_out *out, bool goodbye)
{
	bool was_live = session_live(c);

	if (!c->sess_up)
		return;
	session_clear(c);
	if (!was_live)
		return;
	if (goodbye) {
		said_goodbye(c, out);
	} else if (!c->cut && !leave_for_good(c) && c->phase != PH_OFF) {
		c->restart_until = c->now + c->peer.restart_time_ms;
		c->alarmed = false;
		out_note(c, out, "peer restarting", why_text(c->lost_by_bfd ? WHY_BFD : WHY_SESSION_LOST),
			 "role, LACP id, filter and entries stay for its restart-time");
	}
}

/* The peer's HELLO: is it one that we may pair with? */
static bool hello_refused(struct core *c, const struct mc_member *m)
{
	c->foreign_why = m->incarnation == 0 ? WHY_REFLECTION : peer_foreign(c, m);
	c->foreign_at = CORE_NEVER;
	if (c->foreign_why == WHY_NONE)
		return false;
	c->foreign_at = c->now;
	return true;
}

static void hello(struct core *c, struct core_out *out, const struct mc_member *m)
{
	if (hello_refused(c, m)) {
		out_note(c, out, "session refused", why_text(c->foreign_why), "closed");
		session_clear(c);
		out->drop_session = true;
		return;
	}
	peer_take(c, m);
	c->hello = c->synced_once = true;
	c->cut = c->presumed = c->gone = false;
	c->restart_until = CORE_NEVER;
	port_session(c);
	out_note(c, out, "session up", "peer has said hello", "synchronising");
}

void session_msg(struct core *c, struct core_out *out, const struct mc_msg *m)
{
	if (!c->sess_up)
		return;
	c->last_rx = c->now;
	if (m->type == MC_MSG_HELLO && !c->hello)
		hello(c, out, &m->hello.m);
	if (!c->hello)
		return;
	switch (m->type) {
	case MC_MSG_STATE:
		if (m->state.incarnation == c->peer.incarnation || BROKEN(BREAK_STATE_LIFE))
			peer_take(c, &m->state);
		break;
	case MC_MSG_ROLE_REQUEST:
		role_request(c, out, m->role.term);
		break;
	case MC_MSG_ROLE_ACK:
		role_acked(c, out, m->role.term);
		break;
	case MC_MSG_PORT:
		port_heard(c, &m->port);
		break;
	case MC_MSG_PORT_ACK:
		port_acked(c, m->port_ack.mlag_id, m->port_ack.seq);
		break;
	case MC_MSG_SYNC_END:
		port_sync_end(c);
		c->sync_rx = true;
		c->blind = false;
		break;
	case MC_MSG_SYNC_ACK:
		c->sync_acked = true;
		break;
	case MC_MSG_GOODBYE:
		session_lost(c, out, true);
		out->drop_session = true;
		break;
	default:
		break;
	}
}

void session_mac_synced(struct core *c)
{
	if (c->sync_rx)
		c->mac_synced = true;
}

/* Probes keep a session that lives; one that has brought no HELLO they do not. */
core_ms session_deadline(const struct core *c)
{
	return (c->hello ? c->last_rx : c->sess_at) + peer_dead_ms(c);
}

/* Silence, and the end of restart-time. */
void session_tick(struct core *c, struct core_out *out)
{
	if (c->sess_up && c->now >= session_deadline(c)) {
		out->drop_session = true;
		session_lost(c, out, false);
	}
	if (!session_restarting(c) || c->presumed || c->now < c->restart_until)
		return;
	if (!peer_serves_elsewhere(c)) {
		c->presumed = true;
		split_begin(c);
		out_note(c, out, "peer lost", why_text(WHY_RESTART_OVER), "as if the peerlink were cut");
	} else if (!c->alarmed) {
		c->alarmed = true;
		out_note(c, out, "ALARM: peer unreachable", why_text(WHY_RESTART_OVER),
			 "in service by another witness: all stays as it is");
	}
}

static void say_state(struct core *c, struct core_out *out)
{
	struct mc_member self;

	core_self(c, &self);
	if (memcmp(&self, &c->said, sizeof(self)) == 0)
		return;
	memcpy(&out_msg(out, MC_MSG_STATE)->state, &self, sizeof(self));
	memcpy(&c->said, &self, sizeof(self));
}

void session_say(struct core *c, struct core_out *out)
{
	if (!session_live(c))
		return;
	say_state(c, out);
	port_say(c, out);
	if (!c->sync_tx) {
		c->sync_tx = true;
		out_msg(out, MC_MSG_SYNC_END);
	}
	if (c->mac_synced && !c->ack_said) {
		c->ack_said = true;
		out_msg(out, MC_MSG_SYNC_ACK);
	}
	if (c->ack_role)
		out_msg(out, MC_MSG_ROLE_ACK)->role.term = c->ack_term;
	if (c->ask_role)
		out_msg(out, MC_MSG_ROLE_REQUEST)->role.term = c->asked;
	c->ack_role = c->ask_role = false;
}
