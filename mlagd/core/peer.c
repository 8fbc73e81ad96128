// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who the peer is and where it has been heard. Knows probes and paths; decides
 * what counts: our own reflection and a foreign pair's member never do, a
 * former life of the peer does not, and what came over the peerlink is no
 * proof of anything once its carrier is lost. Never touches role or phase.
 */
#include <string.h>

#include "mlagd/core/core_int.h"

bool mac_equal(const struct mc_mac *a, const struct mc_mac *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

/* The peer's own word on how long silence is silence (B3); ours before it has spoken. */
core_ms peer_dead_ms(const struct core *c)
{
	if (c->met && c->peer.keepalive_ms && c->peer.multiplier)
		return (core_ms)c->peer.keepalive_ms * c->peer.multiplier;
	return (core_ms)c->cfg.keepalive_ms * c->cfg.multiplier;
}

static bool recent(const struct core *c, core_ms when, core_ms span)
{
	return when != CORE_NEVER && c->now - when < span;
}

bool path_fresh(const struct core *c, unsigned int path)
{
	return recent(c, c->heard[path], peer_dead_ms(c));
}

/* A witness comes from afar: nothing but a key says whose word it is (B6). */
bool path_proves(const struct core *c, unsigned int path)
{
	bool witness = c->cfg.first_witness && path >= c->cfg.first_witness;

	return !witness || c->cfg.authenticated || BROKEN(BREAK_WITNESS);
}

bool peer_heard_elsewhere(const struct core *c)
{
	for (unsigned int i = 1; i < c->cfg.n_paths; i++)
		if (path_fresh(c, i) && path_proves(c, i))
			return true;
	return false;
}

bool peer_serves_elsewhere(const struct core *c)
{
	return recent(c, c->serves_at, peer_dead_ms(c));
}

bool peer_silent(const struct core *c)
{
	return !path_fresh(c, CORE_PATH_PEERLINK) && !peer_heard_elsewhere(c);
}

void peer_take(struct core *c, const struct mc_member *m)
{
	if (c->met && m->incarnation != c->peer.incarnation) {
		c->prev_incarnation = c->peer.incarnation;
		c->serves_at = CORE_NEVER;
		c->fenced_at = CORE_NEVER;
		c->denied = c->proof = false;
	}
	c->met = true;
	c->peer = *m;
}

static void foreign(struct core *c, struct core_out *out, enum why why, const char *what)
{
	if (!recent(c, c->foreign_at, 10 * peer_dead_ms(c)) || c->foreign_why != why)
		out_note(c, out, what, why_text(why), "ignored");
	c->foreign_at = c->now;
	c->foreign_why = why;
}

/* B11: for the operator alone; nobody knows who that was, so nothing follows from it. */
void peer_turned_away(struct core *c, struct core_out *out, enum mc_refusal fault)
{
	if (c->phase != PH_OFF && (unsigned int)fault < MC_REFUSED_MAX && !session_live(c))
		foreign(c, out, WHY_AUTH_MISSING + fault, "peer refused");
}

enum why peer_foreign(const struct core *c, const struct mc_member *m)
{
	if (m->incarnation == c->incarnation)
		return WHY_REFLECTION;
	if (mac_equal(&m->id, &c->pl.mac))
		return WHY_CLONE;
	return mac_equal(&m->system_mac, &c->cfg.system_mac) ? WHY_NONE : WHY_SYSTEM_MAC;
}

static bool refused(struct core *c, struct core_out *out, const struct mc_member *m)
{
	enum why why = peer_foreign(c, m);

	if (why == WHY_REFLECTION)
		foreign(c, out, why, "own reflection");
	else if (why != WHY_NONE)
		foreign(c, out, why, why == WHY_CLONE ? "clone of this member" : "peer refused");
	else
		return m->incarnation == 0 || (m->incarnation == c->prev_incarnation && !BROKEN(BREAK_FORMER_LIFE));
	return true;
}

static bool answers(const struct core *c, const struct mc_probe *p)
{
	return p->reply_to && p->reply_to >= c->ask_first && p->reply_to <= c->ask_seq;
}

/*
 * Off the peerlink: does the peer say that it is in service and reaches a host, and whether it has said so
 * since the loss: it answers what we asked since, or no network holds a
 * heartbeat back for so long. A path that loses our questions alone is enough.
 */
static void witness(struct core *c, const struct mc_probe *p)
{
	bool serves = p->m.in_service && !p->m.idle;

	c->denied = !serves;
	c->serves_at = serves ? c->now : CORE_NEVER;
	if (answers(c, p))
		c->answered_at = c->now;
	if (!serves)
		c->proof = false;
	else if (answers(c, p) || c->now - c->cut_at > HEARTBEAT_LATE_MS)
		c->proof = true;
}

void peer_probe(struct core *c, struct core_out *out, uint8_t path, const struct mc_probe *p)
{
	if (c->phase == PH_OFF || path >= c->cfg.n_paths || refused(c, out, &p->m))
		return;
	if (!path_proves(c, path)) {
		c->heard[path] = c->now; /* to be shown; who knows who that was */
		return;
	}
	if (session_live(c) && p->m.incarnation != c->peer.incarnation) {
		/* a new life: the session that we hold leads nowhere */
		session_lost(c, out, false);
		out->drop_session = true;
	}
	c->heard[path] = c->now;
	if (path == CORE_PATH_PEERLINK)
		c->last_rx = c->now;
	if (!session_live(c)) {
		peer_take(c, &p->m);
		c->fenced_at = p->m.fenced ? c->now : CORE_NEVER;
	}
	if (path != CORE_PATH_PEERLINK)
		witness(c, p);
}
