// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Equal states made equal, in place: times become distances from now, those
 * too old to matter become one; counters become distances from their head;
 * lives of a member become this one, the one before, an older one. What a rule
 * never reads again in this phase is wiped. doc/model.md says why that is sound.
 */
#include <string.h>

#include "tests/model/model.h"

#define HEAD	100 /* where the newest of every counter is put */
#define OLD_MS	2500 /* above dead, lease, rise and fenced-fresh times */
#define APART_MS 15500 /* above ELECT_MANY dead times */
#define WAYLESS_MS 4500 /* above reload-delay */
#define LEAVE_MS 2500 /* above HANDOVER_MS and DRAIN_MS */
#define LEGS_MS 6500 /* above SETTLE_MS and reload-delay + dead time */

static void past(core_ms *t, core_ms most)
{
	if (*t != CORE_NEVER && *t < NOW - most)
		*t = NOW - most;
}

static void times(struct core *c, void (*f)(core_ms *))
{
	core_ms *t[] = {&c->born,   &c->heard[0],	&c->heard[1],	 &c->heard[2],	&c->serves_at, &c->fenced_at,
			&c->last_rx, &c->sess_at,	&c->restart_until, &c->ask_role_at, &c->cut_at,
			&c->lease_at, &c->ask_at,	&c->start_at,	 &c->start_by,	&c->held_at,
			&c->legs_at, &c->port[0].rise_at, &c->foreign_at, &c->answered_at, &c->idle_at,
			&c->bare_at, &c->wayless_at, &c->back_at, &c->apart_at, &c->pl_up_at, &c->stop_at, &c->drain_at};

	for (unsigned int i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		f(t[i]);
	f(&c->damp_back.begin);
	f(&c->damp_back.until);
}

static void older(core_ms *t)
{
	if (*t != CORE_NEVER)
		*t -= TICK_MS;
}

void canon_age(struct world *w)
{
	for (unsigned int s = 0; s < 2; s++) {
		if (!w->e.s[s].alive)
			continue;
		times(w->core[s], older);
		w->core[s]->now = NOW;
		if (w->e.s[s].next >= 0)
			w->e.s[s].next = w->e.s[s].next > TICK_MS ? w->e.s[s].next - TICK_MS : 0;
	}
}

/* A path beside the peerlink is as good as another: when any was heard last. */
static void heard_elsewhere(struct core *c)
{
	core_ms last = CORE_NEVER;

	for (unsigned int i = 1; i < PATHS; i++)
		if (c->heard[i] != CORE_NEVER && (last == CORE_NEVER || c->heard[i] > last))
			last = c->heard[i];
	past(&last, OLD_MS);
	for (unsigned int i = 1; i <= model.paths; i++)
		c->heard[i] = last;
}

/* Rule 11 makes 120 states of one, so its counters are looked at by themselves (--flap). */
static void canon_damp(struct core *c)
{
	c->damp_fence = c->damp_swap = c->damp_aside = (struct damp){.begin = NOW, .until = NOW - DAMP_WINDOW_MS};
	if (!model.flap)
		c->damp_back = c->damp_fence;
	past(&c->damp_back.begin, c->damp_back.n ? DAMP_WINDOW_MS + TICK_MS : 0);
	past(&c->damp_back.until, 2 * DAMP_WINDOW_MS + TICK_MS);
}

static void canon_times(struct core *c)
{
	c->now = NOW;
	past(&c->born, 0); /* init-delay is 0 */
	heard_elsewhere(c);
	past(&c->heard[0], OLD_MS);
	past(&c->stop_at, LEAVE_MS);
	past(&c->drain_at, LEAVE_MS);
	past(&c->serves_at, OLD_MS);
	past(&c->fenced_at, OLD_MS);
	past(&c->cut_at, OLD_MS);
	past(&c->port[0].rise_at, OLD_MS);
	past(&c->last_rx, c->sess_up ? OLD_MS : 0);
	past(&c->sess_at, c->sess_up && !c->hello ? OLD_MS : 0);
	past(&c->restart_until, 0);
	past(&c->ask_at, 0);
	past(&c->ask_role_at, 0);
	past(&c->lease_at, c->phase == PH_FENCED ? OLD_MS : 0);
	past(&c->answered_at, OLD_MS);
	past(&c->idle_at, OLD_MS);
	past(&c->bare_at, OLD_MS);
	past(&c->apart_at, APART_MS);
	past(&c->back_at, APART_MS);
	past(&c->wayless_at, WAYLESS_MS);
	past(&c->pl_up_at, c->blind && c->pl.carrier ? BLIND_GATE_MS + TICK_MS : 0);
	past(&c->held_at, c->phase == PH_OFF || c->phase == PH_HELD || c->phase == PH_PREP ? LEGS_MS : 0);
	past(&c->legs_at, legs_up(c) ? LEGS_MS : 0);
	past(&c->start_by, c->phase == PH_OFF ? START_MS : 0);
	if (!c->asked)
		c->ask_role_at = NOW;
	if (c->ask_n > ASK_FAST_N + 1)
		c->ask_n = ASK_FAST_N + 1;
	canon_damp(c);
	memset(c->cond, 0, sizeof(c->cond)); /* for show alone */
}

static uint64_t life(unsigned int s, uint64_t v, uint64_t cur)
{
	uint64_t before = cur > v ? cur - v : 0;

	return v ? 1000 * (s + 1) + 3 - (before > 2 ? 2 : before) : 0;
}

static void canon_member(struct mc_member *m, unsigned int s, const uint64_t *cur)
{
	m->incarnation = life(s, m->incarnation, cur[s]);
	m->peer_incarnation = life(!s, m->peer_incarnation, cur[!s]);
}

/* A number behind its head by at most 10; 0 is none. */
static uint32_t behind(uint32_t v, uint32_t shift)
{
	if (v == 0)
		return 0;
	return (int32_t)(v - shift) < HEAD - 10 ? HEAD - 10 : v - shift;
}

struct shifts {
	uint32_t seq, term, ask;
};

static void canon_counters(struct core *c, const struct shifts *h)
{
	struct port *p = &c->port[0];
	uint64_t gen = c->applied > 1 ? c->applied - 1 : 0;

	c->wanted.generation -= gen;
	c->applied -= gen;
	if (c->phase != PH_PREP && !(c->phase == PH_STOPPED && !c->stop_said))
		c->prep_gen = 0;
	if (c->prep_gen)
		c->prep_gen = c->prep_gen > gen + 1 ? c->prep_gen - gen : 1;
	if (!p->ack_due)
		p->ack_gen = 0;
	if (p->ack_gen)
		p->ack_gen = p->ack_gen > gen + 1 ? p->ack_gen - gen : 1;
	if (p->heard)
		p->heard = p->heard == c->sess_no ? 2 : 1;
	c->sess_no = 2;
	c->asked = behind(c->asked, h->term);
	c->term = HEAD;
	c->ack_term = 0; /* said in the step that set it */
	c->ask_first = behind(c->ask_first, h->ask);
	c->ask_seq = HEAD;
	p->seq = HEAD;
	p->rise_seq = behind(p->rise_seq, h->seq);
	p->peer.seq = 0;
	if (!p->ack_due || !session_live(c))
		p->ack_seq = 0;
}

static void canon_msg(struct mc_msg *m, unsigned int from, const struct shifts *h, const uint64_t *cur)
{
	switch (m->type) {
	case MC_MSG_HELLO:
		canon_member(&m->hello.m, from, cur);
		break;
	case MC_MSG_STATE:
		canon_member(&m->state, from, cur);
		break;
	case MC_MSG_ROLE_REQUEST:
		m->role.term = behind(m->role.term, h[from].term);
		break;
	case MC_MSG_ROLE_ACK:
		m->role.term = behind(m->role.term, h[!from].term);
		break;
	case MC_MSG_PORT:
		m->port.seq = behind(m->port.seq, h[from].seq);
		break;
	case MC_MSG_PORT_ACK:
		m->port_ack.seq = behind(m->port_ack.seq, h[!from].seq);
		break;
	default:
		break;
	}
}

static void canon_net(struct world *w, unsigned int to, const struct shifts *h, const uint64_t *cur)
{
	struct side *m = &w->e.s[to];

	for (unsigned int i = 0; i < m->n_stream; i++)
		if (w->stream[to][i].kind == IT_MSG)
			canon_msg(&w->stream[to][i].m, !to, h, cur);
	for (unsigned int i = 0; i < m->n_bag; i++) {
		struct mc_probe *p = &w->bag[to][i].p;

		canon_member(&p->m, !to, cur);
		p->seq = behind(p->seq, h[!to].ask);
		p->reply_to = behind(p->reply_to, h[to].ask);
	}
}

/* Padding is not part of a state. */
static void canon_wanted(struct core *c)
{
	struct core_wanted_bond b = c->wb[0];

	memset(&c->wb[0], 0, sizeof(b));
	if (c->wanted.n_bonds == 0)
		return;
	c->wb[0].mlag_id = b.mlag_id;
	c->wb[0].hold = b.hold;
	c->wb[0].shared_id = b.shared_id;
	c->wb[0].dual = b.dual;
	c->wb[0].gated = b.gated;
	c->wb[0].flood = b.flood;
	c->wb[0].quiet = b.quiet;
	c->wb[0].usable = b.usable;
}

/* The two paths beside the peerlink are alike: which of them is called the first says nothing. */
static unsigned int swapped(unsigned int paths)
{
	return (paths & 1) | (paths & 2) << 1 | (paths & 4) >> 1;
}

static int which_first(const struct world *w)
{
	for (unsigned int s = 0; s < 2; s++)
		if (w->e.s[s].deaf != swapped(w->e.s[s].deaf))
			return (int)w->e.s[s].deaf - (int)swapped(w->e.s[s].deaf);
	for (unsigned int s = 0; s < 2; s++)
		for (unsigned int i = 0; i < w->e.s[s].n_bag; i++)
			if (w->bag[s][i].paths != swapped(w->bag[s][i].paths))
				return (int)w->bag[s][i].paths - (int)swapped(w->bag[s][i].paths);
	return 0;
}

static void canon_paths(struct world *w)
{
	if (model.paths < 2 || which_first(w) <= 0)
		return;
	for (unsigned int s = 0; s < 2; s++) {
		w->e.s[s].deaf = swapped(w->e.s[s].deaf);
		for (unsigned int i = 0; i < w->e.s[s].n_bag; i++)
			w->bag[s][i].paths = swapped(w->bag[s][i].paths);
	}
}

void canon(struct world *w)
{
	struct shifts h[2];
	uint64_t cur[2];

	canon_paths(w);
	memset(h, 0, sizeof(h));
	for (unsigned int s = 0; s < 2; s++) {
		const struct core *c = w->core[s];

		cur[s] = w->e.s[s].alive ? c->incarnation : 1000 * (s + 1) + 3;
		if (w->e.s[s].alive)
			h[s] = (struct shifts){c->port[0].seq - HEAD, c->term - HEAD, c->ask_seq - HEAD};
	}
	for (unsigned int s = 0; s < 2; s++) {
		struct core *c = w->core[s];

		canon_net(w, s, h, cur);
		if (!w->e.s[s].alive) {
			c->incarnation = cur[s];
			continue;
		}
		canon_times(c);
		if (c->port[0].ack_seq)
			c->port[0].ack_seq = behind(c->port[0].ack_seq, h[!s].seq);
		canon_counters(c, &h[s]);
		canon_member(&c->peer, !s, cur);
		canon_member(&c->said, s, cur);
		canon_member(&c->announced, s, cur);
		c->prev_incarnation = life(!s, c->prev_incarnation, cur[!s]);
		c->incarnation = life(s, c->incarnation, cur[s]);
		canon_wanted(c);
	}
}
