// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel says of groups and router ports: an entry came, aged, left;
 * and a reading of all of them, which alone tells when a listener was heard
 * last. What follows from it is decided in mdb.c.
 */
#include "mlagd/core/mdb_int.h"

#define HEARD_AFTER_MS 1000 /* a timer started so long after ours was set was started by a listener */
#define LEFT_MS	       3000 /* two questions of a second each follow a leave: heard before it, or not */
#define LEAVE_MS       2000 /* what was heard so short ago was heard after the leave */
#define LATE_MS	       2000 /* an answer may be read so late */
#define AGED_MS	       5000 /* so near its end it has aged, not left */

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
		if (!t->synced && mdb_with_peerlink(t, e))
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
	return e->key.kind != MC_GROUP_ROUTER && e->key.mlag_id && mdb_usable(t, e) && e->flags & GE_PEER &&
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
	mdb_changed(t, e);
}

void mdbt_refused(struct mdbt *t, const struct mc_group *g)
{
	struct gent *e = mdb_find(t, g);

	if (!e)
		return;
	e->flags &= ~GE_ECHO;
	mdb_changed(t, e);
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

/*
 * A report from just before the leave looks like an answer to the question that
 * followed it, since what is told takes time. The bridge that asked ends with a
 * question to everybody: who is still there is heard again.
 */
static bool is_doubtful(const struct mdbt *t, const struct gent *e, core_ms now)
{
	return t->answer && e->heard_at <= e->asked_at - LEAVE_MS && now < e->asked_at + t->answer + LATE_MS;
}

static void wait_for_answer(struct mdbt *t, const struct gent *e)
{
	core_ms end = e->asked_at + t->answer + LATE_MS;

	if (!t->look_at || end < t->look_at)
		t->look_at = end;
}

static void answer_left(struct mdbt *t, struct gent *e, core_ms now)
{
	bool first = !e->asked_at, heard;

	if (!(e->flags & GE_ASKED))
		return;
	if (first)
		e->asked_at = now;
	heard = e->flags & GE_LOCAL || heard_here(e);
	if (heard && e->heard_at > e->asked_at - LEFT_MS && is_doubtful(t, e, now)) {
		wait_for_answer(t, e);
	} else {
		e->flags &= ~GE_ASKED;
		heard &= e->heard_at > e->asked_at - (t->answer ? LEAVE_MS : LEFT_MS);
	}
	if (heard && first)
		e->flags &= ~GE_SAID; /* it is said again */
	else if (!heard && e->flags & GE_LOCAL)
		e->flags |= GE_DROP;
	else if (!heard)
		e->flags &= ~GE_HEARD;
}

static void renew(struct mdbt *t, struct gent *e, core_ms now)
{
	if (!(e->flags & GE_OURS) || now - e->heard_at < lifetime(t, e) / 2)
		return;
	if (!mdb_on_peerlink(e) && !(e->flags & GE_PEER))
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
	answer_left(t, e, now);
	renew(t, e, now);
	mdb_changed(t, e);
}

void mdbt_read_begin(struct mdbt *t)
{
	mdb_each(t, unsee, 0);
}

void mdbt_read_end(struct mdbt *t, core_ms now)
{
	t->questions = 0;
	t->look_at = 0;
	mdb_each(t, settle, now);
}

bool mdbt_wants_reading(const struct mdbt *t)
{
	return t->questions > 0;
}

core_ms mdbt_reads_again(const struct mdbt *t, core_ms now)
{
	return !t->look_at ? 0 : t->look_at > now ? t->look_at - now : 1;
}

void mdbt_answer(struct mdbt *t, core_ms answer)
{
	t->answer = answer;
}

void mdbt_lifetimes(struct mdbt *t, core_ms group, core_ms router)
{
	t->life_group = group;
	t->life_router = router;
}
