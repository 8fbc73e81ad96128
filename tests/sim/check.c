// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The invariants by name (design.md), asserted on the modelled kernels after
 * every step. A bound in time stands where the world needs time: noticing,
 * applying. no-echo has none.
 */
#include <stdio.h>
#include <string.h>

#include "tests/sim/sim.h"

#define ONE_BRAIN_MS 60	   /* notice carrier loss and set the id, or start and do so */
#define TWO_IDS_MS   1000  /* a session comes up and closes the filters */
#define LEASE_SLACK_MS 3000 /* a fence may outlive its proof by the lease and what was on its way */
#define BACK_MS	   1500 /* start, session, synchronisation: part of restart-time */
#define FLAP_MAX 24	   /* changes of hold in a minute */

static uint64_t met[N_MET];

static const char *const met_name[N_MET] = {
	[MET_PRIMARY] = "primary", [MET_APART] = "apart", [MET_ONE_ID] = "one id", [MET_TWO_IDS] = "two ids",
	[MET_RISING] = "rising",
	[MET_RULE4] = "rule 4", [MET_JOIN] = "join", [MET_FENCED] = "fenced", [MET_FLAP] = "flap", [MET_CRASH] = "crash",
	[MET_CONVERGED] = "converged",
};

void check_met(enum met what)
{
	met[what]++;
}

bool check_met_all(void)
{
	bool all = true;

	printf("judged:");
	for (unsigned int i = 0; i < N_MET; i++) {
		printf("%s %s %llu", i ? "," : "", met_name[i], (unsigned long long)met[i]);
		all &= met[i] != 0;
	}
	printf("%s\n", all ? "" : ": AN INVARIANT HAD NOTHING TO JUDGE");
	return all;
}

void check_violation(struct sim *s, const char *invariant, const char *detail)
{
	if (s->broken)
		return;
	s->broken = invariant;
	snprintf(s->detail, sizeof(s->detail), "%s", detail);
	if (!s->trace)
		return;
	printf("%10lld VIOLATION %s: %s\n", (long long)s->now, invariant, detail);
	for (unsigned int i = 0; i < 2 * BONDS; i++) {
		const struct leg *l = &s->mem[i / BONDS].leg[i % BONDS];

		printf("           leaf%u bond%u: hold %d shared %d distributing %d dual %d gated %d echo %d cross %d\n", i / BONDS + 1,
		       i % BONDS + 1, l->hold, l->shared, l->distributing, l->dual, l->gated, l->echo, l->cross);
	}
}

static bool carries(const struct member *m, bool shared)
{
	for (unsigned int i = 0; i < BONDS; i++)
		if (m->leg[i].distributing && (!shared || m->leg[i].shared))
			return true;
	return false;
}

static enum mc_role role(const struct member *m)
{
	struct mc_member self;

	core_self(m->core, &self);
	return self.role;
}

static void one_brain(struct sim *s)
{
	struct member *a = &s->mem[0], *b = &s->mem[1];

	if (!member_acts(a) || !member_acts(b)) {
		s->one_brain_since = CORE_NEVER;
		return;
	}
	if (role(a) == MC_ROLE_PRIMARY || role(b) == MC_ROLE_PRIMARY)
		check_met(MET_PRIMARY);
	if (!net_peerlink(s) && carries(a, false) && carries(b, false) && (carries(a, true) || carries(b, true)))
		check_met(MET_APART);
	if (role(a) == MC_ROLE_PRIMARY && role(b) == MC_ROLE_PRIMARY)
		check_violation(s, "one-brain", "two primaries");
	if (net_peerlink(s) || !carries(a, true) || !carries(b, true))
		s->one_brain_since = CORE_NEVER;
	else if (s->one_brain_since == CORE_NEVER)
		s->one_brain_since = s->now;
	else if (s->now - s->one_brain_since > ONE_BRAIN_MS)
		check_violation(s, "one-brain", "peerlink cut, both carry bonds under the shared id");
}

/* Before it distributes the host's own sources may cross, if the other leg keeps them from coming back (D2). */
static bool rises(const struct leg *l)
{
	return l->gated && l->cross && l->carrier;
}

/* Can a frame that host sent to `from` come back to it from `to`? Or one flooded by `from` arrive twice? */
static bool echoes(const struct leg *from, const struct leg *to)
{
	bool out = from->distributing && !from->gated;

	return (out || (rises(from) && !to->echo)) && to->distributing && !to->dual && !to->gated;
}

/*
 * Under one LACP id the host uses both legs: a frame may come back at once, so
 * there is no grace. Under two ids the host itself keeps one leg and drops what
 * comes in on the other; still, two live mlagds that can speak must not leave it so. Nobody
 * can close what is open when one mlagd slept through a cut and the other died in it, nor when one that starts finds
 * carrier without LACP, as after a cut, and the other sleeps (doc/verdict.md, 10).
 */
static void no_echo(struct sim *s)
{
	struct member *a = &s->mem[0], *b = &s->mem[1];
	bool asleep = (a->blind_start && !member_acts(b)) || (b->blind_start && !member_acts(a));
	bool open = false;

	if (!net_peerlink(s) || !a->pl_usable || !b->pl_usable)
		return;
	for (unsigned int i = 0; i < BONDS; i++) {
		if (a->leg[i].distributing && b->leg[i].distributing)
			check_met(a->leg[i].shared && b->leg[i].shared ? MET_ONE_ID : MET_TWO_IDS);
		if ((rises(&a->leg[i]) && b->leg[i].distributing) || (rises(&b->leg[i]) && a->leg[i].distributing))
			check_met(MET_RISING);
		if ((a->mute || !echoes(&a->leg[i], &b->leg[i])) && (b->mute || !echoes(&b->leg[i], &a->leg[i])))
			continue;
		if (a->leg[i].shared && b->leg[i].shared)
			a->missed_cut |= asleep;
		if (a->leg[i].shared && b->leg[i].shared && !a->missed_cut && !b->missed_cut)
			check_violation(s, "no-echo", "both legs up under one id, no filter on the way back");
		open = true;
	}
	if (!open && a->epoch && a->epoch == b->epoch)
		a->missed_cut = b->missed_cut = a->blind_start = b->blind_start = false;
	if (!open || !member_acts(a) || !member_acts(b) || a->mute || b->mute)
		s->echo_since = CORE_NEVER;
	else if (s->echo_since == CORE_NEVER)
		s->echo_since = s->now;
	else if (s->now - s->echo_since > TWO_IDS_MS)
		check_violation(s, "no-echo", "both legs up under two ids, no filter for long");
}

/* Rule 8: two legs of one host must not move to the shared id at once, or it has none for that time. */
void check_joined(struct sim *s, struct member *m, unsigned int bond)
{
	const struct leg *other = &member_other(s, m)->leg[bond];

	if (other->shared && !other->hold)
		check_met(MET_JOIN);
	if (other->shared && !other->hold && s->now - other->joined < ONE_AT_A_TIME_MS)
		check_violation(s, "no-orphan", "both members join the shared id at once");
}

/* Rule 2: nobody stays fenced by a peer that does not serve. */
static void no_orphan(struct sim *s)
{
	for (unsigned int i = 0; i < 2; i++) {
		struct member *m = &s->mem[i], *o = &s->mem[!i];
		bool fenced = member_acts(m) && m->leg[0].hold && m->leg[0].split;
		bool serves = o->powered && !o->leg[0].hold;

		if (!fenced || serves)
			s->fenced_since[i] = CORE_NEVER;
		else
			check_met(MET_FENCED);
		if (s->fenced_since[i] == CORE_NEVER && fenced && !serves)
			s->fenced_since[i] = s->now;
		else if (s->fenced_since[i] != CORE_NEVER && s->now - s->fenced_since[i] > LEASE_SLACK_MS)
			check_violation(s, "no-orphan", "fenced for long while the peer serves nobody");
	}
}

static void no_flap(struct sim *s)
{
	for (unsigned int i = 0; i < 2; i++) {
		struct member *m = &s->mem[i];
		unsigned int oldest = (m->n_flips - FLAP_MAX) % 32, half = (m->n_flips - FLAP_MAX / 2) % 32;

		if (m->n_flips > FLAP_MAX / 2 && s->now - m->flips[half] < 60000)
			check_met(MET_FLAP);
		if (m->n_flips > FLAP_MAX && s->now - m->flips[oldest] < 60000)
			check_violation(s, "no-flap", "bond members up and down too often in a minute");
	}
}

/* A lone crash of a converged pair: nothing in either kernel may change. */
void check_quiet_begin(struct sim *s, const struct member *m)
{
	s->quiet = true;
	s->quiet_changes = s->mem[0].changes + s->mem[1].changes;
	s->quiet_until = s->now + s->cfg[m->id].restart_time_ms - BACK_MS;
}

static void fail_safe(struct sim *s)
{
	char why[100];

	if (!s->quiet)
		return;
	if (s->mem[0].changes + s->mem[1].changes != s->quiet_changes)
		check_violation(s, "fail-safe", "mlagd restarted within restart-time and something changed");
	if (s->now >= s->quiet_until || (s->mem[0].alive && s->mem[1].alive && check_converged(s, why, sizeof(why)))) {
		s->quiet = false;
		check_met(MET_CRASH);
	}
}

void check_all(struct sim *s)
{
	one_brain(s);
	no_echo(s);
	no_orphan(s);
	no_flap(s);
	fail_safe(s);
}

/* ------------------------------------------------------------- convergence */

struct census {
	const struct mact *other;
	unsigned int n;
};

static bool count_local(void *arg, const struct mc_mac *mac, uint16_t vlan, int32_t local, int32_t peer, bool self)
{
	struct census *c = arg;

	c->n += local != MACT_NOWHERE;
	return true;
}

static bool macs_agree(const struct member *m, const struct member *o)
{
	struct census c = {0};
	struct mact_stats st;

	mact_walk(m->mact, count_local, &c);
	mact_stats(o->mact, &st);
	return c.n == st.peer;
}

bool check_converged(struct sim *s, char *why, size_t len)
{
	struct mc_member a, b;
	struct core_view v;

	snprintf(why, len, "a mlagd is not running");
	if (!s->mem[0].alive || !s->mem[1].alive)
		return false;
	core_self(s->mem[0].core, &a);
	core_self(s->mem[1].core, &b);
	snprintf(why, len, "in service %d %d, shared id %d %d, role %s %s", a.in_service, b.in_service, a.shared_id,
		 b.shared_id, core_role_name(a.role), core_role_name(b.role));
	if (!a.in_service || !b.in_service || !a.shared_id || !b.shared_id)
		return false;
	if (a.role + b.role != MC_ROLE_PRIMARY + MC_ROLE_SECONDARY || a.role == b.role || a.role == MC_ROLE_NONE)
		return false;
	for (unsigned int i = 0; i < 2; i++) {
		struct core_view_bond vb;

		core_view(s->mem[i].core, member_now(s, &s->mem[i]), &v);
		snprintf(why, len, "leaf%u: sync %s", i + 1, core_state_name(v.sync.state));
		if (v.sync.state != CORE_ST_SYNCHRONISED)
			return false;
		for (unsigned int k = 0; k < BONDS; k++) {
			core_view_bond(s->mem[i].core, k, &vb);
			snprintf(why, len, "leaf%u bond%u: dual-connected %d dual %d gated %d", i + 1, k + 1,
				 vb.dual_connected, s->mem[i].leg[k].dual, s->mem[i].leg[k].gated);
			if (!vb.dual_connected || !s->mem[i].leg[k].dual || s->mem[i].leg[k].gated)
				return false;
		}
		snprintf(why, len, "leaf%u: MAC tables disagree", i + 1);
		if (!macs_agree(&s->mem[i], &s->mem[!i]))
			return false;
	}
	return true;
}
