// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the peer says of groups and router ports, and what its word is worth when
 * a session begins and ends. What follows from it is decided in mdb.c.
 */
#include "mlagd/core/mdb_int.h"

static void withdrawn(struct mdbt *t, struct gent *e, bool keep)
{
	bool mine = e->flags & GE_OURS && e->key.mlag_id && mdb_usable(t, e);

	e->flags &= ~(GE_PEER | GE_STALE | GE_FOUND);
	if (keep && mdb_shared(t, e) && !(e->flags & (GE_LOCAL | GE_FIXED)))
		e->flags |= GE_HEARD;
	else if (mine && !(e->flags & GE_HEARD)) {
		e->flags |= GE_CHECK;
		t->questions++;
	}
}

/* It was heard to leave there, and is kept there until we say whether it is still heard here. */
static void left_there(struct mdbt *t, struct gent *e)
{
	e->flags = (e->flags & ~(GE_PEER | GE_STALE | GE_FOUND)) | GE_ASKED;
	e->asked_at = 0;
	t->questions++;
}

void mdbt_peer(struct mdbt *t, const struct mc_group *g)
{
	struct gent *e = g->del && !g->left ? mdb_find(t, g) : mdb_get(t, g);

	if (!e || mdb_on_peerlink(e))
		return;
	if (g->del && g->left && g->mlag_id)
		left_there(t, e);
	else if (g->del) {
		withdrawn(t, e, g->keep);
		e->flags |= g->keep ? GE_RENEW : 0; /* as if its report had come in here now */
	} else if (mdb_with_peerlink(t, e))
		e->flags = (e->flags & ~(GE_STALE | GE_FOUND | GE_CHECK)) | GE_PEER;
	mdb_changed(t, e);
}

static void begin_session(struct mdbt *t, struct gent *e, core_ms now)
{
	(void)now;
	if (e->flags & GE_ASKED && e->flags & GE_OURS)
		e->flags |= GE_HEARD; /* who asked does not know of it any more: it may age */
	e->flags &= ~(GE_SAID | GE_LEFT | GE_KEEP | GE_ASKED | GE_REPLY);
	if (e->flags & GE_PEER)
		e->flags |= GE_STALE;
	mdb_changed(t, e);
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
	mdb_changed(t, e);
}

void mdbt_peer_sync_end(struct mdbt *t)
{
	t->synced = true;
	mdb_each(t, drop_stale, 0);
}

static void flush(struct mdbt *t, struct gent *e, core_ms now)
{
	(void)now;
	if (e->flags & (GE_PEER | GE_ASKED))
		withdrawn(t, e, e->flags & GE_OURS);
	e->flags &= ~(GE_SAID | GE_LEFT | GE_KEEP | GE_ASKED | GE_REPLY);
	mdb_changed(t, e);
}

void mdbt_peer_flush(struct mdbt *t)
{
	t->synced = false;
	mdb_each(t, flush, 0);
}
