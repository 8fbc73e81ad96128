// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules 2 to 5: what a member does when the peerlink is lost. Each rule is a
 * predicate on the state as it stands; split_decide() acts on them in order.
 * Going to the own id needs no proof and comes first; a fence needs proof and
 * is a lease. Never touches role: without a session nobody is promoted.
 */
#include <stdio.h>

#include "mlagd/core/core_int.h"

/* The peerlink counts as lost: by carrier, or because rule 5's patience is over. */
bool split_lost(const struct core *c)
{
	if (BROKEN(5) && session_restarting(c))
		return true;
	return c->cut || c->presumed;
}

/*
 * Apart, uplinks come first, then who is primary; where neither is, both
 * compare, and come to the same result.
 */
static bool peer_ranks(const struct core *c)
{
	struct mc_member self;

	core_self(c, &self);
	if (self.uplinks_up != c->peer.uplinks_up && !BROKEN(10))
		return c->peer.uplinks_up;
	if (c->peer.role == MC_ROLE_PRIMARY || c->role == MC_ROLE_PRIMARY)
		return c->role != MC_ROLE_PRIMARY;
	return rank_better(&c->peer, &self, true);
}

/* Said since the loss, and not long ago. */
static bool proven(const struct core *c)
{
	return c->proof && c->peer.in_service && !c->peer.idle && c->serves_at != CORE_NEVER && c->now - c->serves_at < LEASE_MS;
}

/*
 * Restart-time is over and the peer is heard again: its mlagd is back, and with
 * the peerlink's carrier a session is about to be. A fence now would take hosts
 * from a member that may be alone in reaching them.
 */
core_ms split_session_by(const struct core *c)
{
	return c->back_at == CORE_NEVER ? CORE_NEVER : c->back_at + ELECT_MANY * peer_dead_ms(c);
}

static bool session_may_come(const struct core *c)
{
	return c->presumed && !c->cut && c->now < split_session_by(c);
}

/* Rule 2: a fence needs proof, from a peer that ranks better. */
static bool rule2_fence(const struct core *c)
{
	if (BROKEN(2))
		return split_lost(c) && legs_up(c) && c->role != MC_ROLE_PRIMARY;
	return split_lost(c) && legs_up(c) && proven(c) && peer_ranks(c) && !session_may_come(c) &&
	       !damp_held(&c->damp_fence, c->now);
}

/*
 * Answers come every 100 ms, so a second without is the end. Where our
 * questions are lost only heartbeats are left, at the peer's own pace. Where we
 * did not ask for so long the silence is ours: one more question, and its answer's time.
 */
core_ms split_lease_until(const struct core *c)
{
	bool unanswered = c->lease_at - c->answered_at > UNANSWERED_MS;
	core_ms until = c->lease_at + LEASE_MS + (unanswered ? (core_ms)c->peer.keepalive_ms : 0);

	if (c->late_at != CORE_NEVER && until < c->late_at + UNANSWERED_MS)
		until = c->late_at + UNANSWERED_MS;
	return until;
}

/* Rule 2: and lives only as long as proof does. */
static bool rule2_release(const struct core *c)
{
	if (c->phase != PH_FENCED || BROKEN(2))
		return false;
	if (session_live(c))
		return !c->peer.in_service;
	return (c->denied && !BROKEN(BREAK_DENIED)) || (c->met && !peer_ranks(c)) || c->now >= split_lease_until(c);
}

/* Rule 3: own id first, unconditionally; rule 4: not a primary. */
static bool rule3_own_id(const struct core *c)
{
	return split_lost(c) && (c->role != MC_ROLE_PRIMARY || BROKEN(4)) && c->shared && !BROKEN(3);
}

/* Rule 3: asked for are proof before a fence, and its renewal while it lasts. */
bool split_asking(const struct core *c)
{
	if (c->phase == PH_FENCED)
		return !session_live(c);
	return split_lost(c) && (c->role != MC_ROLE_PRIMARY || aside_no_uplinks(c)) && legs_up(c);
}

void split_begin(struct core *c)
{
	c->cut_at = c->answered_at = c->now;
	c->proof = false;
	c->ask_first = c->ask_seq + 1;
	c->ask_n = 0;
	c->ask_at = c->now;
}

/* A word off the peerlink since the loss, whatever it said. */
static bool heard_since(const struct core *c, bool proving)
{
	for (unsigned int i = CORE_PATH_PEERLINK + 1; i < c->cfg.n_paths; i++)
		if (c->heard[i] != CORE_NEVER && c->heard[i] > c->cut_at && path_proves(c, i) == proving)
			return true;
	return false;
}

static const char *unproven_why(const struct core *c)
{
	if (heard_since(c, true) && c->denied)
		return "the peer says that it is not in service, or reaches no host";
	if (heard_since(c, true))
		return "the peer is heard, but what it said may be older than the loss";
	if (heard_since(c, false))
		return "only witnesses are heard, and without authentication they prove nothing";
	return "nobody has answered on any other path";
}

/* When the fast asks are over, for who has to find out why this member stayed alone. */
static void tell_alone(struct core *c, struct core_out *out)
{
	char effect[96];
	unsigned int fresh = 0;

	for (unsigned int i = CORE_PATH_PEERLINK + 1; i < c->cfg.n_paths; i++)
		fresh += c->heard[i] != CORE_NEVER && c->cut_at - c->heard[i] < peer_dead_ms(c);
	snprintf(effect, sizeof(effect), "forwards on under %s LACP id; other paths heard lately: %u of %u",
		 c->shared ? "the pair's" : "the own", fresh, c->cfg.n_paths - 1);
	if (!proven(c))
		out_note(c, out, "no proof of the peer", unproven_why(c), effect);
	else if (damp_held(&c->damp_fence, c->now))
		out_note(c, out, "no fence", "it was released too often, so none for a while", effect);
	else if (!peer_ranks(c))
		out_note(c, out, "no fence", "the peer is in service, but this member ranks better", effect);
}

static void ask(struct core *c, struct core_out *out)
{
	if (!split_asking(c) || c->now < c->ask_at || c->cfg.n_paths < 2)
		return;
	if (c->ask_n == ASK_FAST_N && c->phase != PH_FENCED)
		tell_alone(c, out);
	c->ask_n++;
	c->ask_at = c->now + (c->ask_n < ASK_FAST_N ? ASK_FAST_MS : ASK_MS);
	out->probe_paths = ((1u << c->cfg.n_paths) - 1) & ~(1u << CORE_PATH_PEERLINK);
	c->ask_seq = c->ask_seq == UINT32_MAX ? 1 : c->ask_seq + 1;
	out->probe_seq = c->ask_seq;
	/* once for a proof: who is always late must find a dead peer too */
	if (c->phase == PH_FENCED && core_late(c, UNANSWERED_MS) && c->late_at == CORE_NEVER && !BROKEN(BREAK_LATE))
		c->late_at = c->now;
}

static void own_id(struct core *c, struct core_out *out)
{
	join_share(c, false);
	damp_count(&c->damp_back, c->now, DAMP_BACK_MAX);
	out_note(c, out, "own LACP id", c->cut ? why_text(WHY_NO_CARRIER) : why_text(WHY_RESTART_OVER),
		 "hosts keep one member; asking whether the peer is in service");
}

void split_lease(struct core *c, core_ms proven_at)
{
	c->lease_at = proven_at;
	c->late_at = CORE_NEVER;
}

void split_fence(struct core *c, enum core_hold hold)
{
	split_lease(c, c->now);
	c->denied = false;
	c->fence_hold = hold;
	join_hold(c, PH_FENCED);
}

static void fence(struct core *c, struct core_out *out)
{
	split_fence(c, aside_no_uplinks(c) ? CORE_HOLD_UPLINKS : CORE_HOLD_SPLIT);
	out_note(c, out, "fence", "the peer is proven in service and the peerlink is lost",
		 "bond members down, routes withdrawn, renewed while proof lasts");
}

static void fence_bare(struct core *c, struct core_out *out)
{
	split_fence(c, CORE_HOLD_UPLINKS);
	damp_count(&c->damp_back, c->now, DAMP_BACK_MAX);
	out_note(c, out, "fence", "own uplinks are lost, the peer is proven in service with uplinks",
		 "bond members down, routes withdrawn, renewed while proof lasts");
}

static void fence_differing(struct core *c, struct core_out *out)
{
	split_fence(c, CORE_HOLD_ANYCAST);
	damp_count(&c->damp_back, c->now, DAMP_BACK_MAX);
	out_note(c, out, "fence", "vxlan anycast-ip differs from that of the primary, which is in service",
		 "bond members down, routes withdrawn, until it is the same");
}

static void release(struct core *c, struct core_out *out)
{
	damp_count(&c->damp_fence, c->now, DAMP_FENCE_MAX);
	out_note(c, out, "fence released",
		 c->denied || session_live(c) ? "the peer says that it is not in service"
		 : !peer_ranks(c)	      ? "the peer has lost its uplinks"
					      : "no proof any more",
		 "members up under the own LACP id, alone");
	c->proof = false;
	c->ask_first = c->ask_seq + 1;
	join_legs(c);
}

/* Proof renews the lease: the peer's word in the session, or fresh off the peerlink. */
static void renew(struct core *c)
{
	if (c->phase != PH_FENCED)
		return;
	if (session_live(c) && c->peer.in_service) {
		split_lease(c, c->now);
		c->answered_at = c->now;
	} else if (!session_live(c) && c->serves_at != CORE_NEVER && c->serves_at > c->lease_at)
		split_lease(c, c->serves_at);
}

void split_decide(struct core *c, struct core_out *out)
{
	if (rule3_own_id(c))
		own_id(c, out);
	stamp_while(&c->back_at, c->presumed && !c->cut && proven(c), c->now);
	ask(c, out);
	if (rule2_fence(c))
		fence(c, out);
	else if (rule10_fence(c))
		fence_bare(c, out);
	else if (differ_fence(c))
		fence_differing(c, out);
	renew(c);
	if (rule2_release(c))
		release(c, out);
}
