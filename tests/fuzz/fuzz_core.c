// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as the life of one core (core_feed.c). After each event: what holds
 * whatever the peer says and whenever. Three kinds of it:
 *  - shape: what is wanted is consistent, counted and bounded (core_shape.c);
 *  - rules that no message may talk a member out of (1, 2, 3, C4);
 *  - no-trust: what is not the peer's word leaves the core as time alone would.
 * A copy of the core goes through the same, so that a core shares nothing.
 */
#include <assert.h>
#include <string.h>

#include "tests/fuzz/core_feed.h"
#include "tests/fuzz/core_shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LEASE_MS 1000 /* rule 2 */
#define LATE_MS	 1000 /* no network holds a datagram back for longer */
#define ANSWER_MS 300 /* rule 2: what who was late gives the peer to answer */

static struct core *twin; /* takes the core's place in what might be */

/* What is remembered of the core from outside. */
struct witness {
	struct core_wanted wanted;
	struct core_wanted_bond bond[CORE_PORTS_MAX];
	enum mc_role role;
	bool carrier, fenced, joining, proven, session, peer_here;
	bool elsewhere; /* the last word off the peerlink: in service. Counts in a session, also from before a cut (rule 10) */
	core_ms lost_at; /* the peerlink's carrier */
	core_ms serves_at; /* last word off the peerlink, or in a session: in service */
	core_ms due, late_at; /* the step that was asked for; since the last word, the first that came late */
	uint32_t first_asked, term; /* since the peerlink went; said in this session */
	uint64_t peer_life, former_life;
	uint64_t dual_gen[4], applied; /* ids 1..3: since when the filter has been wanted closed */
};

static void check_changed(struct witness *w, const struct core *core, const struct core_out *o)
{
	const struct core_wanted *now = core_wanted(core);
	bool changed = !shape_same_wanted(now, &w->wanted);

	assert(now->generation >= w->wanted.generation && (!changed || o->wanted_changed));
	assert(o->wanted_changed == (now->generation != w->wanted.generation));
}

/* ------------------------------------------------------------------ rules */

/* Rule 1: primary is what the peer acknowledged to our last question, and nothing else makes it. */
static void check_role(const struct witness *w, const struct mc_member *self, const struct core_event *ev)
{
	if (self->role != MC_ROLE_PRIMARY || w->role == MC_ROLE_PRIMARY)
		return;
	assert(ev->type == CORE_EV_MSG && ev->msg->type == MC_MSG_ROLE_ACK);
	assert(w->session && ev->msg->role.term == w->term && w->term != 0);
}

static core_ms keepalive(const struct core *core, core_ms now)
{
	struct core_view v;

	core_view(core, now, &v);
	return v.peer.keepalive_ms;
}

static bool in_session(const struct core *core, core_ms now, uint64_t *life)
{
	struct core_view v;

	core_view(core, now, &v);
	*life = v.peer_known ? v.peer.incarnation : 0;
	return v.sync.state == CORE_ST_SYNCHRONISING || v.sync.state == CORE_ST_SYNCHRONISED;
}

/* Rule 2: no fence but on proof, and none outlives it. Rule 3: no shared id but a primary's. */
static void check_split(struct witness *w, const struct core *core, const struct mc_member *self,
			const struct core_event *ev)
{
	const struct core_wanted *now = core_wanted(core);
	bool fenced = now->fenced;
	bool found = !w->wanted.manage; /* by a restart: on a lease of its own */
	bool down = w->wanted.hold != CORE_HOLD_NONE; /* and stays so: nobody loses a leg by it */
	uint64_t life;

	if (fenced && !w->fenced)
		assert(found || w->joining || w->proven || (w->session && (w->elsewhere || down)));
	if (fenced && !w->fenced)
		w->serves_at = ev->now;
	if (fenced && !w->session && !in_session(core, ev->now, &life)) /* a session is proof, also one that begins */
		assert(ev->now - w->serves_at < LEASE_MS + keepalive(core, ev->now) ||
		       (w->late_at > w->serves_at && ev->now - w->late_at < ANSWER_MS));
	if (now->n_bonds && !w->carrier && self->role != MC_ROLE_PRIMARY)
		assert(!self->shared_id);
	w->fenced = fenced;
	w->joining = now->n_bonds && !now->fenced && self->shared_id && now->hold == CORE_HOLD_SPLIT;
}

/* C4: an acknowledgement is a closed filter in the kernel. Ids 1..3, for the peer's leg that is up. */
static void check_acks(const struct witness *w, const struct core *core, const struct core_out *o)
{
	struct core_view_bond b;

	for (unsigned int i = 0; i < o->n_msg; i++) {
		uint16_t id = o->msg[i].port_ack.mlag_id;

		if (o->msg[i].type != MC_MSG_PORT_ACK || id >= 4)
			continue;
		for (unsigned int k = 0; core_view_bond(core, k, &b); k++)
			if (b.local.mlag_id == id && b.local.present && b.peer.present && b.peer.distributing)
				assert(b.wanted.dual && w->applied >= w->dual_gen[id]);
	}
}

/* --------------------------------------------------------------- no-trust */

/* Not the peer's word at all: the system MAC of another pair, ourselves, nobody, a former life, no session. */
static bool hostile(const struct witness *w, const struct core_event *ev, const struct core_config *cfg)
{
	const struct mc_member *m = &ev->probe.p.m;

	if (ev->type == CORE_EV_REFUSED)
		return true;
	if (ev->type == CORE_EV_MSG)
		return !w->peer_here;
	if (ev->type != CORE_EV_PROBE)
		return false;
	return memcmp(&m->system_mac, &cfg->system_mac, sizeof(m->system_mac)) != 0 || m->incarnation == 0 ||
	       m->incarnation == FEED_INCARNATION || ev->probe.path >= cfg->n_paths ||
	       ev->probe.path >= CORE_PATHS_MAX || (w->former_life && m->incarnation == w->former_life);
}

/* What leaves the core as if something without a meaning had come in its place. */
static const struct core_event *as_if(const struct witness *w, const struct core_event *ev,
				      const struct core_config *cfg, struct core_event *other)
{
	static const struct mc_msg nothing = {.type = MC_MSG_MAX};

	*other = (struct core_event){.type = CORE_EV_TIMER, .now = ev->now};
	if (hostile(w, ev, cfg))
		return other;
	if (ev->type != CORE_EV_MSG || ev->msg->type != MC_MSG_STATE || !w->session ||
	    ev->msg->state.incarnation == w->peer_life)
		return ev;
	other->type = CORE_EV_MSG;
	other->msg = &nothing;
	return other;
}

/* What time alone changes, it changes at a deadline that was asked for: just before that nothing moves. */
static void check_next(const struct core *core, const struct core_out *o, core_ms now)
{
	static struct core_out out;
	struct core_event ev = {.type = CORE_EV_TIMER};

	core_copy(twin, core);
	ev.now = o->next == CORE_NEVER ? now + 3600000 : o->next - 1;
	core_step(twin, &ev, &out);
	assert(shape_same(core, twin) && !out.n_msg && !out.probe_paths && !out.drop_session);
}

/* ------------------------------------------------------------------- life */

/* What the event says, from outside, before the core has it. */
static void before(struct witness *w, const struct core_event *ev, uint32_t asked)
{
	const struct mc_probe *p = &ev->probe.p;

	if (ev->type == CORE_EV_SESSION)
		w->peer_here = ev->session.up;
	if (ev->type == CORE_EV_PEERLINK) {
		if (w->carrier && !ev->peerlink.carrier)
			w->first_asked = asked + 1, w->proven = false, w->lost_at = ev->now;
		w->carrier = ev->peerlink.carrier;
	}
	if (ev->type == CORE_EV_APPLIED && ev->applied > w->applied)
		w->applied = ev->applied;
	if (ev->type != CORE_EV_PROBE || ev->probe.path == CORE_PATH_PEERLINK)
		return;
	w->elsewhere = p->m.in_service && !p->m.idle;
	if (!w->elsewhere)
		return;
	w->serves_at = ev->now;
	if (p->reply_to && p->reply_to >= w->first_asked && p->reply_to <= asked)
		w->proven = true;
	if (ev->now - w->lost_at > LATE_MS) /* no heartbeat is older */
		w->proven = true;
}

/* And what the core has made of it. */
static void after(struct witness *w, const struct core *core, const struct core_out *o, const struct core_event *ev)
{
	const struct core_wanted *now = core_wanted(core);
	struct mc_member self;
	uint64_t life;
	bool session = in_session(core, ev->now, &life);

	core_self(core, &self);
	if (life != w->peer_life)
		w->former_life = w->peer_life, w->peer_life = life;
	if (session || w->session)
		w->serves_at = ev->now;
	w->due = o->next;
	if (!session)
		w->term = 0;
	w->session = session;
	w->peer_here &= !o->drop_session;
	w->role = self.role;
	for (unsigned int i = 0; i < o->n_msg; i++)
		if (o->msg[i].type == MC_MSG_ROLE_REQUEST)
			w->term = o->msg[i].role.term;
	for (unsigned int i = 0; i < now->n_bonds && now->bonds[i].mlag_id < 4; i++) { /* ascending */
		uint16_t id = now->bonds[i].mlag_id;
		bool was = false;

		for (unsigned int k = 0; k < w->wanted.n_bonds; k++)
			was |= w->bond[k].mlag_id == id && w->bond[k].dual;
		if (now->bonds[i].dual && !was)
			w->dual_gen[id] = now->generation;
	}
	memcpy(w->bond, now->bonds, now->n_bonds * sizeof(w->bond[0]));
	w->wanted = *now;
	w->wanted.bonds = w->bond;
}

static void one(struct feed *f, struct witness *w, struct core *core, struct core_out *out, const struct core_event *ev)
{
	static struct core_out other_out;
	struct core_event other;
	const struct core_event *like = as_if(w, ev, &f->cfg, &other);
	struct mc_member self;

	core_copy(twin, core);
	if (w->due != CORE_NEVER && ev->now > w->due + ANSWER_MS && w->late_at <= w->serves_at)
		w->late_at = ev->now;
	if (!hostile(w, ev, &f->cfg))
		before(w, ev, f->asked);
	core_step(core, ev, out);
	core_step(twin, like, &other_out);
	assert(shape_same(core, twin) && (like != ev || other_out.next == out->next));
	core_self(core, &self);
	check_changed(w, core, out);
	shape_wanted(core_wanted(core), &self);
	shape_out(core, out, ev, &f->cfg);
	check_role(w, &self, ev);
	check_split(w, core, &self, ev);
	check_acks(w, core, out);
	check_next(core, out, ev->now);
	after(w, core, out, ev);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct core_out out;
	static struct witness w;
	struct core *core = core_new(FEED_INCARNATION, 1000);
	struct core_event ev;
	struct feed f;

	if (!twin)
		twin = core_new(FEED_INCARNATION, 1000);
	assert(core && twin);
	memset(&w, 0, sizeof(w));
	w.carrier = true; /* unknown */
	w.due = CORE_NEVER;
	w.wanted.bonds = w.bond;
	feed_begin(&f, data, size);
	for (unsigned int i = 0; i < FEED_EVENTS_MAX && feed_next(&f, &ev); i++) {
		one(&f, &w, core, &out, &ev);
		feed_answer(&f, core, &out);
	}
	core_free(core);
	return 0;
}
