// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rule 1: who is primary. One comparison that both members can make from the
 * same facts, over a session or off the peerlink; primary is taken only by a request and its acknowledgement in a
 * live session, given up freely. Never touches the data plane.
 */
#include <string.h>

#include "mlagd/core/core_int.h"

static bool serving(const struct mc_member *m)
{
	return m->in_service && !m->shutting_down;
}

/*
 * Rule 1 as a comparison, in this order:
 *  1. in service beats not
 *  2. who stays beats who is told to leave (else the one waits for the other, which never comes up)
 *  3. apart (no peerlink): uplinks beat none
 *  4. lower priority
 *  5. lower id
 */
bool rank_better(const struct mc_member *a, const struct mc_member *b, bool apart)
{
	if (serving(a) != serving(b))
		return serving(a);
	if (a->shutting_down != b->shutting_down)
		return b->shutting_down;
	if (apart && a->uplinks_up != b->uplinks_up && !BROKEN(BREAK_APART))
		return a->uplinks_up;
	if (a->priority != b->priority)
		return a->priority < b->priority;
	return memcmp(a->id.b, b->id.b, sizeof(a->id.b)) < 0;
}

core_ms role_elect_at(const struct core *c)
{
	if (c->apart_at == CORE_NEVER)
		return CORE_NEVER;
	return c->apart_at + peer_dead_ms(c) * (c->pl.carrier ? ELECT_MANY : 1);
}

/*
 * Two that come up and hear each other off the peerlink only: the better one
 * serves alone, under its own id, the other waits. Where the peerlink has
 * carrier a session may still come.
 */
bool role_elected(const struct core *c)
{
	struct mc_member self;

	if (c->phase != PH_HELD || c->apart_at == CORE_NEVER || join_waits(c) || c->now < role_elect_at(c) ||
	    BROKEN(BREAK_ELECTED))
		return false;
	core_self(c, &self);
	return !c->peer.in_service && (c->peer.shutting_down || rank_better(&self, &c->peer, true));
}

/* Acknowledged in this session: one primary, one secondary, and both know. */
bool role_settled(const struct core *c)
{
	return session_live(c) && (c->role == MC_ROLE_PRIMARY ? c->confirmed : c->locked);
}

void role_reset(struct core *c)
{
	c->confirmed = c->locked = false;
	c->asked = 0;
	c->ask_role = c->ack_role = false;
}

static bool better(const struct core *c)
{
	struct mc_member self;

	core_self(c, &self);
	return rank_better(&self, &c->peer, false);
}

void role_request(struct core *c, struct core_out *out, uint32_t term)
{
	if (better(c))
		return; /* the peer has not heard our STATE yet; it will ask no more, or we shall */
	if (c->role != MC_ROLE_SECONDARY)
		out_note(c, out, "role secondary", "the peer ranks better and asked", "");
	if (!BROKEN(1))
		c->role = MC_ROLE_SECONDARY;
	c->confirmed = false;
	c->locked = true;
	c->asked = 0;
	c->ask_role = false;
	c->ack_role = true;
	c->ack_term = term;
}

void role_acked(struct core *c, struct core_out *out, uint32_t term)
{
	if (c->asked == 0 || term != c->asked)
		return;
	if (c->role != MC_ROLE_PRIMARY) {
		if (c->peer.role == MC_ROLE_PRIMARY || c->locked)
			damp_count(&c->damp_swap, c->now, DAMP_SWAP_MAX);
		out_note(c, out, "role primary", "ranks better, acknowledged by the peer", "");
	}
	c->role = MC_ROLE_PRIMARY;
	c->confirmed = true;
	c->locked = false;
	c->asked = 0;
}

/* Ask while we rank better and it is not acknowledged; withdraw the question when we do not. */
void role_decide(struct core *c)
{
	if (!session_live(c))
		return;
	if (!better(c) || (c->role == MC_ROLE_PRIMARY && c->confirmed)) {
		c->asked = 0;
		c->ask_role = false;
		return;
	}
	if (c->locked && serving(&c->peer) && damp_held(&c->damp_swap, c->now))
		return; /* rule 11: a working pair is not swapped for ever */
	if (c->asked && c->now < c->ask_role_at)
		return;
	c->asked = ++c->term;
	c->ask_role = true;
	c->ask_role_at = c->now + c->cfg.keepalive_ms;
}
