// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The invariants by name, as tests/sim has them, on the modelled kernels: those
 * without grace in every state, those with grace whenever nothing is on its
 * way and time is about to pass. And what a healed pair must come to.
 */
#include <string.h>

#include "tests/model/model.h"

#define TWO_IDS_TICKS 2	 /* a session comes up and closes the filters */
#define FENCED_TICKS  6	 /* a fence may outlive its proof by the lease and what was on its way */
#define SHUT_TICKS    3	 /* RISE_MS, and the grain of time */
#define DARK_TICKS    20 /* reload-delay, restart-time, and a turn of each; where routes or routing are waited for, twice so */
#define IDLE_TICKS    4	 /* IDLE_MS, and what was on its way */
#define BARE_TICKS    10 /* BARE_PRIMARY_MS, and two turns of legs that settle */
#define HOLE_TICKS    4	 /* a session that is lost in one direction only ends after three */
#define WINDOW_TICKS  120 /* rule 11: a minute */
#define BACK_MAX      10 /* DAMP_BACK_MAX, half a minute of hold, and once more that many at most */

void check_broken(struct world *w, const char *invariant, const char *detail)
{
	if (w->broken)
		return;
	w->broken = invariant;
	w->detail = detail;
}

static bool echoes(const struct leg *from, const struct leg *to)
{
	bool out = from->distributing && !from->gated, rises = from->carrier && from->gated && from->cross;

	return (out || (rises && !to->echo)) && to->distributing && !to->dual && !to->gated;
}

static bool open_way(const struct world *w)
{
	const struct leg *a = &w->e.s[0].leg, *b = &w->e.s[1].leg;

	return net_usable(w) && (echoes(a, b) || echoes(b, a));
}

static bool offers(const struct side *s)
{
	return s->powered && !s->leg.hold;
}

void check_state(struct world *w)
{
	struct side *a = &w->e.s[0], *b = &w->e.s[1];
	bool act = side_acts(w, 0) && side_acts(w, 1), open = open_way(w);

	if (act && w->core[0]->role == MC_ROLE_PRIMARY && w->core[1]->role == MC_ROLE_PRIMARY)
		check_broken(w, "one-brain", "two primaries");
	if (open && a->leg.shared && b->leg.shared && !a->missed_cut && !b->missed_cut)
		check_broken(w, "no-echo", "both legs up under one id, no filter on the way back");
	if (net_usable(w) && !open && a->session && b->session && act && session_live(w->core[0]) &&
	    session_live(w->core[1]))
		a->missed_cut = b->missed_cut = false;
	if (!open || !act)
		w->e.echo_ticks = 0;
	for (unsigned int s = 0; s < 2; s++)
		if (!side_acts(w, s) || offers(a) || offers(b))
			w->e.s[s].dark_ticks = 0;
}

/* Rule 8: a leg that serves its host moves to the shared id, and the other one has just done so: the host has none. */
void check_joined(struct world *w, unsigned int s)
{
	const struct leg *other = &w->e.s[!s].leg;

	if (other->shared && !other->hold && other->joined <= 1)
		check_broken(w, "no-orphan", "both members join the shared id at once");
}

/* More than `most` ticks on end? */
static bool lasts(uint8_t *ticks, bool is, uint8_t most)
{
	*ticks = is ? *ticks + 1 : 0;
	return *ticks > most;
}

static void check_flaps(struct world *w)
{
	if (w->e.back_n++ == 0)
		w->e.back_ticks = 0;
	if (w->e.back_n > BACK_MAX)
		check_broken(w, "no-flap", "a host's leg changes its LACP id too often in a minute (rule 11)");
}

/* The kernel of s has changed: by its mlagd, or for a dead one. */
void check_applied(struct world *w, unsigned int s, const struct leg *was)
{
	const struct side *m = &w->e.s[s];
	const struct leg *l = &m->leg;
	const struct core *c = w->core[s];
	bool primary = m->alive && c->role == MC_ROLE_PRIMARY, down = l->hold && !was->hold;

	if (w->e.quiet && (l->shared != was->shared || l->dual != was->dual || l->gated != was->gated ||
			   l->hold != was->hold || l->routes != was->routes))
		check_broken(w, "fail-safe", "a lone crash of mlagd changed something within restart-time");
	if (model.flap && s == 1 && was->shared && !l->shared)
		check_flaps(w);
	if (was->hold && !l->hold && m->behind && session_synced(c) && c->peer.in_service) /* who has nobody to leave hosts to rises at once */
		check_broken(w, "no-blackhole", "legs rise before routing has followed (rule 8)");
	if (was->shared && !was->hold && !l->shared && !l->hold && primary && !side_leaves(m))
		check_broken(w, "no-orphan", "a primary gives up the shared id (rule 4)");
	if (!down || !side_leaves(m) || m->uplinks_lost || !session_synced(c) || !c->peer.in_service || m->leave_ticks >= HANDOVER_TICKS)
		return;
	if (side_leaves(&w->e.s[!s]))
		return; /* there is nobody to take over */
	if (primary)
		check_broken(w, "no-orphan", "a primary leaves before the peer has taken over (rule 7)");
	if (was->routes && m->maintenance && !m->shutdown)
		check_broken(w, "no-orphan", "legs go before routes do (rule 7)");
}

/* Synchronised, and still a leg lets nothing through that should. */
static void check_shut(struct world *w, unsigned int s, bool synced)
{
	struct side *m = &w->e.s[s];
	bool alone = !w->e.s[!s].leg.distributing;

	synced &= m->leg.distributing && !side_leaves(m); /* what is drained is gated, and meant so */
	if (synced && alone && m->leg.dual)
		check_broken(w, "no-orphan", "the other leg is down, and the filter keeps the host from being reached");
	if (lasts(&m->shut_ticks, synced && m->leg.gated, SHUT_TICKS))
		check_broken(w, "no-orphan", "a leg is up and stays gated");
}

static bool in_service(const struct world *w, unsigned int s)
{
	return side_acts(w, s) && w->core[s]->phase == PH_SERVICE && !side_leaves(&w->e.s[s]);
}

/* Traffic that comes, and ends here. */
static void check_attracts(struct world *w, unsigned int s, bool synced)
{
	struct side *m = &w->e.s[s], *o = &w->e.s[!s];
	bool peer = in_service(w, !s) && o->leg.distributing && !o->uplinks_lost;
	bool known = synced || (!m->pl_carrier && !o->pl_carrier);
	bool idle = in_service(w, s) && !m->leg.distributing && m->leg.routes;
	bool frozen = side_acts(w, s) && session_restarting(w->core[s]) && !w->core[s]->presumed;

	if (lasts(&m->idle_ticks, idle && synced && peer, IDLE_TICKS))
		check_broken(w, "no-blackhole", "a member that reaches no host attracts routes (rule 9)");
	if (lasts(&m->bare_ticks, side_acts(w, s) && m->uplinks_lost && offers(m) && !side_leaves(m) && peer && known &&
					  net_hears(w, s) && net_hears(w, !s), BARE_TICKS))
		check_broken(w, "no-blackhole", "hosts send to a member without uplinks, and the peer has some (rule 10)");
	if (lasts(&m->hole_ticks, idle && frozen && net_usable(w) && o->leg.distributing && o->leg.dual, HOLE_TICKS))
		check_broken(w, "no-blackhole", "prefixes attract what only the peer reaches, whose filter is closed (rule 5)");
}

/* Nothing is on its way, and time passes. */
void check_tick(struct world *w)
{
	struct side *a = &w->e.s[0], *b = &w->e.s[1];
	bool act = side_acts(w, 0) && side_acts(w, 1);
	bool deaf = (a->deaf | b->deaf) & (1u << CORE_PATH_PEERLINK);
	bool synced = act && net_usable(w) && session_synced(w->core[0]) && session_synced(w->core[1]) && !a->late &&
		      !b->late && !deaf;

	if (!net_peerlink(w) && a->leg.distributing && b->leg.distributing && a->leg.shared && b->leg.shared)
		check_broken(w, "one-brain", "peerlink cut, both carry bonds under the shared id");
	/* while a fault holds the session nothing can end it: such a tick does not count, nor does it end the count */
	if (!a->late && !b->late && lasts(&w->e.echo_ticks, act && open_way(w) && !deaf, TWO_IDS_TICKS))
		check_broken(w, "no-echo", "both legs up under two ids, no filter for long");
	for (unsigned int s = 0; s < 2; s++) {
		struct side *m = &w->e.s[s];
		bool fenced = side_acts(w, s) && m->leg.hold && m->leg.split;

		if (lasts(&m->fenced_ticks, fenced && !offers(&w->e.s[!s]), FENCED_TICKS))
			check_broken(w, "no-orphan", "fenced for long while the peer serves nobody");
		check_shut(w, s, synced);
		check_attracts(w, s, synced);
		if (lasts(&m->dark_ticks, side_acts(w, s) && !side_leaves(m) && !offers(a) && !offers(b), model.routes || model.follow ? 2 * DARK_TICKS : DARK_TICKS))
			check_broken(w, "no-orphan", "a member could serve, and nobody does");
		if (m->leg.joined < 3)
			m->leg.joined++;
	}
	if (w->e.quiet)
		w->e.quiet--;
	if (w->e.back_n && ++w->e.back_ticks > WINDOW_TICKS)
		w->e.back_n = w->e.back_ticks = 0;
}

bool check_healed(const struct world *w)
{
	if (model.flap && w->e.faults) /* there the next cut is bound to come */
		return false;
	for (unsigned int s = 0; s < 2; s++) {
		const struct side *m = &w->e.s[s];

		if (!m->powered || !side_runs(m) || !m->leg.cable || m->deaf || m->uplinks_lost || m->routes_gone ||
		    side_leaves(m))
			return false;
	}
	return w->e.pl_cable;
}

/* One primary, one secondary, both in service under the shared id, filters closed, gates open. */
bool check_converged(const struct world *w)
{
	if (!check_healed(w) || w->core[0]->role + w->core[1]->role != MC_ROLE_PRIMARY + MC_ROLE_SECONDARY)
		return false;
	for (unsigned int s = 0; s < 2; s++) {
		const struct leg *l = &w->e.s[s].leg;

		if (w->core[s]->phase != PH_SERVICE || !w->core[s]->shared || !session_synced(w->core[s]))
			return false;
		if (w->core[s]->role == MC_ROLE_NONE || !role_settled(w->core[s]))
			return false;
		if (l->hold || !l->shared || !l->dual || l->gated || !l->distributing || !l->routes)
			return false;
	}
	return true;
}
