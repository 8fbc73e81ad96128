// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Equal states made equal, in place: times become distances from now
 * (canon_time.c), counters distances from their head; lives of a member become
 * this one, the one before, an older one. doc/model.md says why that is sound.
 */
#include <string.h>

#include "tests/model/model.h"

#define HEAD	100 /* where the newest of every counter is put */

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
	bool gone;
};

/* A number of who said it; who has died since can be answered nothing. */
static uint32_t said(uint32_t v, const struct shifts *h, uint32_t shift)
{
	return h->gone && v ? HEAD : behind(v, shift);
}

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
		m->role.term = said(m->role.term, &h[from], h[from].term);
		break;
	case MC_MSG_ROLE_ACK:
		m->role.term = behind(m->role.term, h[!from].term);
		break;
	case MC_MSG_PORT:
		m->port.seq = said(m->port.seq, &h[from], h[from].seq);
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
		p->seq = said(p->seq, &h[!to], h[!to].ask);
		p->reply_to = behind(p->reply_to, h[to].ask);
	}
}

static void least(uint32_t *first, uint32_t number, uint32_t from)
{
	if (number >= from && number < *first)
		*first = number;
}

/* Which questions count is asked of their answers alone: of those that are on their way. */
static void canon_asked(struct world *w, unsigned int s)
{
	uint32_t first = HEAD + 1;

	for (unsigned int i = 0; i < w->e.s[s].n_bag; i++)
		least(&first, w->bag[s][i].p.reply_to, w->core[s]->ask_first);
	for (unsigned int i = 0; i < w->e.s[!s].n_bag; i++)
		least(&first, w->bag[!s][i].p.seq, w->core[s]->ask_first);
	w->core[s]->ask_first = first;
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
	c->wb[0].echo = b.echo;
	c->wb[0].rising = b.rising;
	c->wb[0].cross = b.cross;
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
	core_ms next;

	canon_paths(w);
	memset(h, 0, sizeof(h));
	for (unsigned int s = 0; s < 2; s++) {
		const struct core *c = w->core[s];

		cur[s] = c->incarnation; /* of a dead one, too */
		if (w->e.s[s].alive)
			h[s] = (struct shifts){c->port[0].seq - HEAD, c->term - HEAD, c->ask_seq - HEAD, false};
		else
			h[s].gone = true;
	}
	for (unsigned int s = 0; s < 2; s++) {
		struct core *c = w->core[s];

		canon_net(w, s, h, cur);
		if (!w->e.s[s].alive) {
			c->incarnation = life(s, cur[s], cur[s]);
			continue;
		}
		canon_times(w, s);
		if (c->port[0].ack_seq)
			c->port[0].ack_seq = behind(c->port[0].ack_seq, h[!s].seq);
		canon_counters(c, &h[s]);
		canon_member(&c->peer, !s, cur);
		canon_member(&c->said, s, cur);
		canon_member(&c->announced, s, cur);
		c->prev_incarnation = life(!s, c->prev_incarnation, cur[!s]);
		c->incarnation = life(s, c->incarnation, cur[s]);
		canon_wanted(c);
		next = core_next(c);
		if (!w->e.s[s].hung && !w->e.s[s].due_timer) /* who runs is not late */
			c->due = next;
		w->e.s[s].next = next == CORE_NEVER ? -1 : (int32_t)(next - NOW);
	}
	for (unsigned int s = 0; s < 2; s++)
		if (w->e.s[s].alive)
			canon_asked(w, s);
}
