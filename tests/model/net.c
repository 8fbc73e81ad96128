// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What lies between the members: a peerlink with carrier and LACP; datagrams,
 * which overtake each other as they like, on the peerlink and on paths beside
 * it; a session, reliable and ordered, which waits while the peerlink carries
 * nothing to a member, and may be over for one side only.
 */
#include <string.h>

#include "tests/model/model.h"

#define BIT(path) (1u << (path))

bool net_peerlink(const struct world *w)
{
	return w->e.pl_cable && w->e.s[0].powered && w->e.s[1].powered;
}

bool net_usable(const struct world *w)
{
	return net_peerlink(w) && w->e.s[0].pl_usable && w->e.s[1].pl_usable;
}

/* Each kernel has it at once, each mlagd in its own time. */
void net_peerlink_changed(struct world *w)
{
	bool carrier = net_peerlink(w);

	for (unsigned int s = 0; s < 2; s++) {
		struct side *m = &w->e.s[s];

		if (!m->powered || m->pl_carrier == carrier)
			continue;
		m->pl_carrier = carrier;
		m->pl_usable = false;
		m->pl_timer = carrier ? LACP_TICKS : 0;
		m->due_peerlink = m->alive;
		if (!carrier && !side_acts(w, s))
			m->missed_cut = true;
	}
}

void net_peerlink_report(struct world *w, unsigned int s)
{
	struct core_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.type = CORE_EV_PEERLINK;
	ev.peerlink.carrier = w->e.s[s].pl_carrier;
	ev.peerlink.usable = w->e.s[s].pl_usable;
	ev.peerlink.mac.b[0] = 2;
	ev.peerlink.mac.b[5] = s + 1;
	w->e.s[s].due_peerlink = false;
	side_event(w, s, &ev);
}

static bool path_open(const struct world *w, unsigned int path, unsigned int to)
{
	const struct side *m = &w->e.s[to];

	if (path > model.paths || (m->deaf & BIT(path)))
		return false;
	return path == CORE_PATH_PEERLINK ? net_usable(w) : m->powered;
}

bool net_hears(const struct world *w, unsigned int to)
{
	return path_open(w, 1, to) || path_open(w, 2, to);
}

/* ---------------------------------------------------------------- datagrams */

/* Copies on paths that are alike are one; so is what was said last, said again. */
static bool merged(struct world *w, unsigned int to, const struct dgram *d)
{
	for (unsigned int i = w->e.s[to].n_bag; i-- > 0;) {
		struct dgram *o = &w->bag[to][i];

		if (o->late || (o->paths & BIT(CORE_PATH_PEERLINK)) != (d->paths & BIT(CORE_PATH_PEERLINK)))
			continue;
		if (memcmp(&o->p, &d->p, sizeof(d->p)) != 0)
			return false;
		o->paths |= d->paths;
		return true;
	}
	return false;
}

void net_probe(struct world *w, unsigned int from, unsigned int path, uint32_t seq, uint32_t reply_to)
{
	struct side *to = &w->e.s[!from];
	struct dgram d;

	w->did |= DID_DGRAM;
	if (!side_acts(w, from) || !to->alive || !path_open(w, path, !from))
		return;
	memset(&d, 0, sizeof(d));
	d.paths = BIT(path);
	d.p.seq = seq;
	d.p.reply_to = reply_to;
	d.p.request = seq != 0;
	core_self(w->core[from], &d.p.m);
	if (merged(w, !from, &d))
		return;
	if (to->hung && to->n_bag >= HUNG_BAG)
		return;
	if (to->n_bag == BAG) {
		check_broken(w, "bound", "more datagrams are on their way than there is room for");
		return;
	}
	w->bag[!from][to->n_bag++] = d;
}

static void probe_in(struct world *w, unsigned int s, const struct dgram *d)
{
	struct core_event ev;

	if (!w->e.s[s].alive)
		return;
	for (unsigned int path = 0; path < PATHS; path++)
		if (d->p.request && (d->paths & BIT(path)))
			net_probe(w, s, path, 0, d->p.seq);
	for (unsigned int path = 0; path < PATHS; path++) {
		if (!(d->paths & BIT(path)))
			continue;
		memset(&ev, 0, sizeof(ev));
		ev.type = CORE_EV_PROBE;
		ev.probe.path = path;
		ev.probe.p = d->p;
		side_event(w, s, &ev);
	}
}

/* Heartbeats, all paths, at once: nothing else is on its way when time passes. */
void net_steady(struct world *w, unsigned int from)
{
	struct dgram d;

	for (unsigned int path = 0; path < PATHS; path++) {
		if (!side_acts(w, from) || !path_open(w, path, !from))
			continue;
		if (w->e.s[!from].hung) {
			net_probe(w, from, path, 0, 0);
			continue;
		}
		memset(&d, 0, sizeof(d));
		d.paths = BIT(path);
		core_self(w->core[from], &d.p.m);
		probe_in(w, !from, &d);
	}
}

static void drop(struct world *w, unsigned int s, unsigned int i)
{
	struct side *m = &w->e.s[s];

	memmove(&w->bag[s][i], &w->bag[s][i + 1], (--m->n_bag - i) * sizeof(w->bag[s][0]));
}

void net_dgram(struct world *w, unsigned int s, unsigned int i)
{
	struct dgram d = w->bag[s][i];

	drop(w, s, i);
	probe_in(w, s, &d);
}

/* One copy of several is lost, or comes later than the others. */
void net_lose(struct world *w, unsigned int s, unsigned int i, bool late)
{
	struct side *m = &w->e.s[s];
	unsigned int at = i % BAG, path = i / BAG;
	struct dgram d = w->bag[s][at];

	w->bag[s][at].paths &= ~BIT(path);
	if (w->bag[s][at].paths == 0)
		drop(w, s, at);
	if (late && m->n_bag == BAG)
		check_broken(w, "bound", "more datagrams are on their way than there is room for");
	if (!late || m->n_bag == BAG)
		return;
	d.paths = BIT(path);
	d.late = LATE_TICKS;
	w->bag[s][m->n_bag++] = d;
}

/* ------------------------------------------------------------------ session */

static void push(struct world *w, unsigned int s, int kind, const struct mc_msg *m)
{
	struct side *to = &w->e.s[s];
	struct item *it = &w->stream[s][to->n_stream];

	if (to->n_stream == STREAM) {
		check_broken(w, "bound", "more session messages are on their way than there is room for");
		return;
	}
	to->n_stream++;
	memset(it, 0, sizeof(*it));
	it->kind = kind;
	if (m)
		it->m = *m;
}

void net_send(struct world *w, unsigned int from, const struct mc_msg *m)
{
	if (w->e.s[from].session && w->e.s[!from].session)
		push(w, !from, IT_MSG, m);
}

static bool carries(const struct world *w, unsigned int to)
{
	return path_open(w, CORE_PATH_PEERLINK, to);
}

bool net_stream_ready(const struct world *w, unsigned int s)
{
	return w->e.s[s].n_stream && (w->stream[s][0].kind != IT_MSG || carries(w, s));
}

void net_stream(struct world *w, unsigned int s)
{
	struct side *m = &w->e.s[s];
	struct item it = w->stream[s][0];
	struct core_event ev;

	memmove(&w->stream[s][0], &w->stream[s][1], --m->n_stream * sizeof(it));
	memset(&ev, 0, sizeof(ev));
	ev.type = it.kind == IT_MSG ? CORE_EV_MSG : CORE_EV_SESSION;
	if (it.kind == IT_MSG)
		ev.msg = &it.m;
	else
		ev.session.up = it.kind == IT_UP;
	w->did |= it.kind == IT_MSG ? DID_TAKE : DID_TAKE | DID_SHOW;
	if (it.kind == IT_DOWN)
		m->session = m->due_synced = false;
	if (it.kind == IT_MSG && it.m.type == MC_MSG_SYNC_END)
		m->due_synced = true;
	side_event(w, s, &ev);
}

/* A side that still held an old session is superseded. One that has said goodbye is not asked. */
static void net_connect(struct world *w)
{
	if (!side_acts(w, 0) || !side_acts(w, 1) || !carries(w, 0) || !carries(w, 1))
		return;
	if ((w->e.s[0].session && w->e.s[1].session) || leave_for_good(w->core[0]) || leave_for_good(w->core[1]))
		return;
	for (unsigned int s = 0; s < 2; s++) {
		w->e.s[s].session = true;
		w->e.s[s].due_synced = w->e.s[s].late = false;
		w->e.s[s].n_stream = 0;
		push(w, s, IT_UP, NULL);
	}
}

/* Who holds a session that the other has not is told by the other's TCP, as soon as the link carries that. */
static void net_forgotten(struct world *w, unsigned int s)
{
	const struct side *m = &w->e.s[s], *o = &w->e.s[!s];
	bool told = m->n_stream && w->stream[s][m->n_stream - 1].kind == IT_DOWN;

	if (m->session && !o->session && o->powered && !told && carries(w, 0) && carries(w, 1))
		push(w, s, IT_DOWN, NULL);
}

void net_sessions(struct world *w)
{
	net_forgotten(w, 0);
	net_forgotten(w, 1);
	net_connect(w);
}

/* One side ends it; the other hears of it if the link carries the word. */
void net_close(struct world *w, unsigned int s)
{
	struct side *m = &w->e.s[s], *o = &w->e.s[!s];

	w->did |= DID_SHOW | DID_MSG;
	if (m->session && o->session && carries(w, !s))
		push(w, !s, IT_DOWN, NULL);
	m->session = m->due_synced = m->late = false;
	m->n_stream = 0;
}
