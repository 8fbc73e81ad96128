// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Groups and router ports of two members. An entry is queued once for the
 * kernel and once for the peer; what is to be done is read off it when it is
 * taken. The peerlink has entries of its own, wanted as long as some entry of
 * the peer's can be reached no other way; they are freed when they are taken, so
 * that a walk over all entries frees none but the one it is at.
 *
 * Nobody is kept alive by hearsay: ours is renewed only while the peer says it,
 * and what we say of it then is not that we heard it.
 */
#include <stdlib.h>
#include <string.h>

#include "mlagd/core/mdb_int.h"

#define HEARD_AFTER_MS 1000 /* a timer started so long after ours was set was started by a listener */
#define LEFT_MS	       3000 /* two questions of a second each follow a leave: heard since, or not */
#define AGED_MS	       5000 /* so near its end it has aged, not left */

static bool on_peerlink(const struct gent *e)
{
	return e->key.mlag_id == 0 && e->key.port == MDBT_PEERLINK;
}

static bool usable(const struct mdbt *t, const struct gent *e)
{
	return t->usable[e->key.mlag_id / 64] >> (e->key.mlag_id % 64) & 1;
}

static bool wanted(const struct mdbt *t, const struct gent *e)
{
	if (e->flags & (GE_LOCAL | GE_FIXED))
		return false;
	if (on_peerlink(e))
		return t->peerlink && (e->need || e->flags & GE_PEER);
	return e->key.mlag_id && usable(t, e) && e->flags & (GE_PEER | GE_HEARD | GE_CHECK);
}

/* What we say: somebody was heard here, on a port that works. */
static bool vote(const struct mdbt *t, const struct gent *e)
{
	return !on_peerlink(e) && e->flags & (GE_LOCAL | GE_HEARD) && (!e->key.mlag_id || usable(t, e));
}

static bool op_due(const struct mdbt *t, const struct gent *e)
{
	return e->flags & GE_DROP || wanted(t, e) != !!(e->flags & GE_OURS) ||
	       (e->flags & (GE_OURS | GE_RENEW)) == (GE_OURS | GE_RENEW);
}

static bool msg_due(const struct mdbt *t, const struct gent *e)
{
	return e->flags & GE_LEFT || vote(t, e) != !!(e->flags & GE_SAID);
}

static bool idle(const struct gent *e)
{
	return !e->users && !(e->flags & ~(GE_STALE | GE_UNSEEN | GE_KEEP | GE_RENEW | GE_FOUND | GE_NEEDS));
}

static void set_need(struct mdbt *t, struct gent *e, bool on)
{
	if (!e->pl || on == !!(e->flags & GE_NEEDS))
		return;
	e->pl->need += on ? 1 : -1;
	e->flags = (e->flags & ~GE_NEEDS) | (on ? GE_NEEDS : 0);
	mdb_queue_op(t, e->pl);
}

static void changed(struct mdbt *t, struct gent *e)
{
	set_need(t, e, e->flags & GE_PEER && !(e->key.mlag_id && usable(t, e)));
	if (op_due(t, e))
		mdb_queue_op(t, e);
	if (msg_due(t, e))
		mdb_queue_msg(t, e);
	if (!idle(e))
		return;
	if (on_peerlink(e)) {
		mdb_queue_op(t, e);
		return;
	}
	if (e->pl) {
		e->pl->users--;
		mdb_queue_op(t, e->pl);
	}
	mdb_drop(t, e);
}

/* From now on the peer may have it, so that the peerlink may have to. */
static bool with_peerlink(struct mdbt *t, struct gent *e)
{
	struct mc_group g = e->key;

	if (e->pl || on_peerlink(e))
		return true;
	g.mlag_id = 0;
	g.port = MDBT_PEERLINK;
	e->pl = mdb_get(t, &g);
	if (!e->pl)
		return false;
	e->pl->users++;
	return true;
}

/* ---------------------------------------------------------- from the kernel */

static void learned(struct gent *e)
{
	e->flags &= ~(GE_OURS | GE_FIXED | GE_HEARD | GE_CHECK | GE_RENEW | GE_ECHO | GE_KEEP);
	e->flags |= GE_LOCAL;
}

static void ours(struct mdbt *t, struct gent *e, core_ms age, core_ms now)
{
	e->flags &= ~(GE_LOCAL | GE_FIXED);
	if (!(e->flags & GE_OURS)) {
		e->set_at = now;
		/* of an earlier run: the peer's word, until it has said everything anew; then left to age */
		if (!t->synced && with_peerlink(t, e))
			e->flags |= GE_PEER | GE_STALE | GE_FOUND;
		else if (e->key.mlag_id && !(e->flags & GE_PEER))
			e->flags |= GE_HEARD;
	} else if (age == MDBT_NO_AGE)
		e->set_at = now; /* as late as it can have been */
	e->flags |= GE_OURS;
	e->heard_at = age == MDBT_NO_AGE ? now : now - age;
}

static core_ms lifetime(const struct mdbt *t, const struct gent *e)
{
	return e->key.kind == MC_GROUP_ROUTER ? t->life_router : t->life_group;
}

/* The bridge has let go of ours while it could not have aged: a leave came in on our leg. */
static bool has_left(const struct mdbt *t, const struct gent *e, core_ms now)
{
	return e->key.kind != MC_GROUP_ROUTER && e->key.mlag_id && usable(t, e) && e->flags & GE_PEER &&
	       now - e->set_at < lifetime(t, e) - AGED_MS;
}

static void gone(struct mdbt *t, struct gent *e, core_ms now)
{
	if (e->flags & GE_ECHO) {
		e->flags &= ~GE_ECHO;
		return;
	}
	if (e->flags & GE_OURS && has_left(t, e, now))
		e->flags = (e->flags & ~(GE_PEER | GE_STALE)) | GE_LEFT;
	e->flags &= ~(GE_LOCAL | GE_FIXED | GE_OURS | GE_HEARD | GE_CHECK | GE_RENEW);
}

static void lost(struct gent *e)
{
	if (e->key.mlag_id && e->flags & (GE_LOCAL | GE_HEARD))
		e->flags |= GE_KEEP;
	e->flags &= ~(GE_LOCAL | GE_FIXED | GE_OURS | GE_HEARD | GE_RENEW | GE_ECHO);
}

void mdbt_kernel(struct mdbt *t, const struct mc_group *g, enum mdb_seen seen, core_ms age, core_ms now)
{
	struct gent *e = seen == MDB_GONE || seen == MDB_LOST ? mdb_find(t, g) : mdb_get(t, g);

	if (!e)
		return;
	e->flags &= ~GE_UNSEEN;
	if (seen == MDB_GONE)
		gone(t, e, now);
	else if (seen == MDB_LOST)
		lost(e);
	else if (seen == MDB_OURS)
		ours(t, e, age, now);
	else if (seen == MDB_LEARNED) {
		learned(e);
		e->heard_at = age == MDBT_NO_AGE ? now : now - age;
	} else
		e->flags = (e->flags & ~(GE_LOCAL | GE_OURS | GE_HEARD | GE_CHECK | GE_RENEW)) | GE_FIXED;
	changed(t, e);
}

void mdbt_refused(struct mdbt *t, const struct mc_group *g)
{
	struct gent *e = mdb_find(t, g);

	if (!e)
		return;
	e->flags &= ~GE_ECHO;
	changed(t, e);
}

/* ----------------------------------------------- a reading, and what it says */

static void unsee(struct mdbt *t, struct gent *e, core_ms now)
{
	(void)t;
	(void)now;
	if (e->flags & (GE_LOCAL | GE_OURS | GE_FIXED | GE_ECHO))
		e->flags |= GE_UNSEEN;
}

/* A listener was heard here while ours stood. */
static bool heard_here(const struct gent *e)
{
	return e->flags & GE_OURS && e->key.mlag_id && e->heard_at > e->set_at + HEARD_AFTER_MS;
}

static void answer_left(struct gent *e, core_ms now)
{
	if (!(e->flags & GE_ASKED))
		return;
	e->flags &= ~GE_ASKED;
	if (now - e->heard_at < LEFT_MS && (e->flags & GE_LOCAL || heard_here(e)))
		e->flags &= ~GE_SAID; /* it is said again */
	else if (e->flags & GE_LOCAL)
		e->flags |= GE_DROP;
	else
		e->flags &= ~GE_HEARD;
}

static void renew(struct mdbt *t, struct gent *e, core_ms now)
{
	if (!(e->flags & GE_OURS) || now - e->heard_at < lifetime(t, e) / 2)
		return;
	if (!on_peerlink(e) && !(e->flags & GE_PEER))
		return; /* heard last so long ago: it may age */
	e->flags = (e->flags & ~GE_HEARD) | GE_RENEW;
}

static void settle(struct mdbt *t, struct gent *e, core_ms now)
{
	if (e->flags & GE_UNSEEN) {
		e->flags &= ~GE_UNSEEN;
		lost(e);
	}
	if (heard_here(e))
		e->flags |= GE_HEARD;
	e->flags &= ~GE_CHECK;
	answer_left(e, now);
	renew(t, e, now);
	changed(t, e);
}

void mdbt_read_begin(struct mdbt *t)
{
	mdb_each(t, unsee, 0);
}

void mdbt_read_end(struct mdbt *t, core_ms now)
{
	t->questions = 0;
	mdb_each(t, settle, now);
}

bool mdbt_wants_reading(const struct mdbt *t)
{
	return t->questions > 0;
}

void mdbt_lifetimes(struct mdbt *t, core_ms group, core_ms router)
{
	t->life_group = group;
	t->life_router = router;
}

/* -------------------------------------------------------------------- ports */

static void port_changed(struct mdbt *t, struct gent *e, core_ms now)
{
	(void)now;
	if (e->key.mlag_id != t->walked)
		return;
	if (!usable(t, e)) {
		if (e->flags & (GE_LOCAL | GE_HEARD))
			e->flags |= GE_KEEP;
		e->flags &= ~(GE_HEARD | GE_CHECK);
	}
	changed(t, e);
}

void mdbt_port_usable(struct mdbt *t, uint16_t mlag_id, bool on)
{
	uint64_t *word = &t->usable[mlag_id / 64], bit = UINT64_C(1) << (mlag_id % 64);

	if (mlag_id == 0 || on == !!(*word & bit))
		return;
	*word ^= bit;
	t->walked = mlag_id;
	mdb_each(t, port_changed, 0);
}

static void peerlink_changed(struct mdbt *t, struct gent *e, core_ms now)
{
	(void)now;
	if (on_peerlink(e))
		changed(t, e);
}

void mdbt_peerlink(struct mdbt *t, bool carrier)
{
	if (t->peerlink == carrier)
		return;
	t->peerlink = carrier;
	mdb_each(t, peerlink_changed, 0);
}

/* ------------------------------------------------------------ from the peer */

static void withdrawn(struct mdbt *t, struct gent *e, bool keep)
{
	bool mine = e->flags & GE_OURS && e->key.mlag_id && usable(t, e);

	e->flags &= ~(GE_PEER | GE_STALE | GE_FOUND);
	if (keep && e->key.mlag_id && usable(t, e) && !(e->flags & (GE_LOCAL | GE_FIXED)))
		e->flags |= GE_HEARD;
	else if (mine && !(e->flags & GE_HEARD)) {
		e->flags |= GE_CHECK;
		t->questions++;
	}
}

/* It was heard to leave there: if it is still heard here, that is said again. */
static void left_there(struct mdbt *t, struct gent *e)
{
	if (e->flags & (GE_LOCAL | GE_HEARD)) {
		e->flags |= GE_ASKED;
		t->questions++;
	} else
		e->flags &= ~GE_SAID;
}

void mdbt_peer(struct mdbt *t, const struct mc_group *g)
{
	struct gent *e = g->del ? mdb_find(t, g) : mdb_get(t, g);

	if (!e || on_peerlink(e))
		return;
	if (g->del && g->left)
		left_there(t, e);
	else if (g->del)
		withdrawn(t, e, g->keep);
	else if (with_peerlink(t, e))
		e->flags = (e->flags & ~(GE_STALE | GE_FOUND | GE_CHECK)) | GE_PEER;
	changed(t, e);
}

static void begin_session(struct mdbt *t, struct gent *e, core_ms now)
{
	(void)now;
	e->flags &= ~(GE_SAID | GE_LEFT | GE_KEEP);
	if (e->flags & GE_PEER)
		e->flags |= GE_STALE;
	changed(t, e);
}

void mdbt_session_up(struct mdbt *t)
{
	t->synced = false;
	mdb_each(t, begin_session, 0);
}

static void drop_stale(struct mdbt *t, struct gent *e, core_ms now)
{
	bool found = e->flags & GE_FOUND;

	(void)now;
	if (!(e->flags & GE_STALE))
		return;
	withdrawn(t, e, found);
	changed(t, e);
}

void mdbt_peer_sync_end(struct mdbt *t)
{
	t->synced = true;
	mdb_each(t, drop_stale, 0);
}

static void flush(struct mdbt *t, struct gent *e, core_ms now)
{
	(void)now;
	e->flags &= ~(GE_SAID | GE_LEFT | GE_KEEP | GE_ASKED);
	if (e->flags & GE_PEER)
		withdrawn(t, e, e->flags & GE_OURS);
	changed(t, e);
}

void mdbt_peer_flush(struct mdbt *t)
{
	t->synced = false;
	mdb_each(t, flush, 0);
}

/* ------------------------------------------------------------------- taking */

static bool take_op(struct mdbt *t, struct gent *e, struct mdb_op *op, core_ms now)
{
	op->g = e->key;
	if (e->flags & GE_DROP) {
		e->flags &= ~GE_DROP;
		op->what = MDB_REMOVE;
		return e->flags & GE_LOCAL;
	}
	if (wanted(t, e)) {
		op->what = e->flags & GE_OURS ? MDB_RENEW : MDB_INSTALL;
		e->flags = (e->flags & ~GE_RENEW) | GE_OURS;
		e->set_at = e->heard_at = now;
		return true;
	}
	/* a router port has no event that tells whose it was */
	e->flags = (e->flags & ~(GE_OURS | GE_RENEW)) | (e->key.kind == MC_GROUP_ROUTER ? 0 : GE_ECHO);
	op->what = MDB_REMOVE;
	return true;
}

unsigned int mdbt_take_ops(struct mdbt *t, struct mdb_op *ops, unsigned int max, core_ms now)
{
	unsigned int n = 0;
	struct gent *e;

	while (n < max && (e = mdb_pop_op(t))) {
		if (op_due(t, e) && take_op(t, e, &ops[n], now))
			n++;
		if (on_peerlink(e) && idle(e))
			mdb_drop(t, e);
		else
			changed(t, e);
	}
	return n;
}

unsigned int mdbt_take_msgs(struct mdbt *t, struct mc_group *out, unsigned int max)
{
	unsigned int n = 0;
	struct gent *e;

	while (n < max && (e = mdb_pop_msg(t))) {
		if (msg_due(t, e)) {
			struct mc_group *g = &out[n++];

			*g = e->key;
			g->left = e->flags & GE_LEFT;
			g->del = g->left || !vote(t, e);
			g->keep = g->del && !g->left && e->flags & GE_KEEP;
			e->flags &= ~(GE_LEFT | GE_KEEP);
			if (!g->left)
				e->flags = (e->flags & ~GE_SAID) | (g->del ? 0 : GE_SAID);
		}
		changed(t, e);
	}
	return n;
}

/* ------------------------------------------------------------------ showing */

void mdbt_walk(const struct mdbt *t, bool (*cb)(void *arg, const struct mc_group *g, bool local, bool peer), void *arg)
{
	for (size_t s = 0; s < t->slots; s++)
		for (const struct gent *e = t->slot[s]; e; e = e->next) {
			bool local = vote(t, e), peer = e->flags & GE_PEER && !on_peerlink(e);

			if ((local || peer) && !cb(arg, &e->key, local, peer))
				return;
		}
}

static bool count(void *arg, const struct mc_group *g, bool local, bool peer)
{
	struct mdbt_stats *s = arg;

	(void)g;
	s->local += local;
	s->peer += peer;
	return true;
}

void mdbt_stats(const struct mdbt *t, struct mdbt_stats *s)
{
	*s = (struct mdbt_stats){.entries = t->used, .refused = t->refused};
	mdbt_walk(t, count, s);
}
