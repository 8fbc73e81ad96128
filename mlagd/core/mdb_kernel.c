// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel says of groups and router ports: an entry came, aged, left;
 * and a reading of all of them, which alone tells when a listener was heard
 * last. What follows from it is decided in mdb.c.
 */
#include "mlagd/core/mdb_int.h"

#define HEARD_AFTER_MS 1000 /* a timer started so long after ours was set was started by a listener */
#define LEFT_MS	       4000 /* two questions of a second each follow a leave, and that takes time to be told: heard before it, or not */
#define LEAVE_MS       2000 /* what was heard so short ago was heard after the leave */
#define LATE_MS	       2000 /* an answer may be read so late */
#define AGED_MS	       5000 /* so near its end it has aged, not left */

/* Never earlier than was known: while the bridge asks after a leave, the timer has two seconds to go and says nothing. */
static void heard(struct gent *e, core_ms age, core_ms now)
{
	core_ms at = age == MDBT_NO_AGE ? now : now - age;

	e->flags &= ~GE_LEAVES;
	if (!(e->flags & (GE_LOCAL | GE_OURS)) || at > e->heard_at)
		e->heard_at = at;
	else if (at < e->heard_at - HEARD_AFTER_MS)
		e->flags |= GE_LEAVES;
}

static void learned(struct gent *e)
{
	e->flags &= ~(GE_OURS | GE_FIXED | GE_HEARD | GE_CHECK | GE_RENEW | GE_ECHO | GE_KEEP);
	e->flags |= GE_LOCAL;
}

static void ours(struct mdbt *t, struct gent *e, core_ms age, core_ms now)
{
	heard(e, age, now);
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
}

static core_ms lifetime(const struct mdbt *t, const struct gent *e)
{
	return e->key.kind == MC_GROUP_ROUTER ? t->life_router : t->life_group;
}

/* The bridge has let go of it while it could not have aged: a leave came in on our leg. */
static bool has_left(const struct mdbt *t, const struct gent *e, core_ms now)
{
	return t->synced && e->flags & (GE_LOCAL | GE_OURS) && e->key.kind != MC_GROUP_ROUTER && mdb_shared(t, e) &&
	       now - e->heard_at < lifetime(t, e) - AGED_MS;
}

/*
 * Our bridge has asked on our leg alone. Who answers by the other leg is known
 * to the peer, and gets nothing from here until it stands here again: so it does
 * at once, on the word that the peer has not said yet.
 */
static void gone(struct mdbt *t, struct gent *e, core_ms now)
{
	if (e->flags & GE_ECHO) {
		e->flags &= ~GE_ECHO;
		return;
	}
	if (has_left(t, e, now) && mdb_with_peerlink(t, e))
		e->flags = (e->flags & ~(GE_STALE | GE_FOUND)) | GE_PEER | GE_LEFT;
	e->flags &= ~(GE_LOCAL | GE_FIXED | GE_OURS | GE_HEARD | GE_CHECK | GE_RENEW);
}

/* Sources alone are wanted from now on, and have entries of their own. */
static void sources_only(struct gent *e)
{
	e->flags &= ~(GE_LOCAL | GE_FIXED | GE_OURS | GE_HEARD | GE_CHECK | GE_RENEW | GE_ECHO);
}

static void lost(struct gent *e)
{
	if (e->key.mlag_id)
		mdb_leg_gone(e);
	e->flags &= ~(GE_LOCAL | GE_FIXED | GE_OURS | GE_HEARD | GE_RENEW | GE_ECHO);
}

void mdbt_kernel(struct mdbt *t, const struct mc_group *g, enum mdb_seen seen, core_ms age, core_ms now)
{
	bool ended = seen == MDB_GONE || seen == MDB_LOST || seen == MDB_SOURCES;
	struct gent *e = ended ? mdb_find(t, g) : mdb_get(t, g);

	if (!e)
		return;
	e->flags &= ~GE_UNSEEN;
	if (seen == MDB_GONE)
		gone(t, e, now);
	else if (seen == MDB_LOST)
		lost(e);
	else if (seen == MDB_SOURCES)
		sources_only(e);
	else if (seen == MDB_OURS)
		ours(t, e, age, now);
	else if (seen == MDB_LEARNED) {
		heard(e, age, now);
		learned(e);
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
 * followed it, since what is told takes time; and so young an entry of ours hides
 * one. The bridge that asked ends with a question to everybody: who is still
 * there is heard again.
 */
static bool is_doubtful(const struct mdbt *t, const struct gent *e, core_ms now)
{
	bool shows = e->flags & GE_LOCAL || heard_here(e);
	core_ms since = shows ? e->heard_at : e->set_at;

	if (!t->answer || now >= e->asked_at + t->answer + LATE_MS || !(e->flags & (GE_LOCAL | GE_OURS)))
		return false;
	return since > e->asked_at - LEFT_MS && (!shows || since <= e->asked_at - LEAVE_MS);
}

static void wait_for_answer(struct mdbt *t, const struct gent *e)
{
	core_ms end = e->asked_at + t->answer + LATE_MS;

	if (!t->look_at || end < t->look_at)
		t->look_at = end;
}

/* Of the bridge's own of one source the kernel tells no timer: taken for heard, until it ends by itself. */
static bool is_heard(const struct mdbt *t, const struct gent *e)
{
	if (e->flags & GE_LOCAL && e->key.has_source)
		return true;
	return (e->flags & GE_LOCAL || heard_here(e)) && e->heard_at > e->asked_at - (t->answer ? LEAVE_MS : LEFT_MS);
}

static void answer_left(struct mdbt *t, struct gent *e, core_ms now)
{
	if (!(e->flags & GE_ASKED))
		return;
	if (!e->asked_at)
		e->asked_at = now;
	if (is_doubtful(t, e, now)) {
		wait_for_answer(t, e);
		return;
	}
	e->flags = (e->flags & ~GE_ASKED) | GE_REPLY;
	if (!is_heard(t, e))
		e->flags = (e->flags & ~GE_HEARD) | (e->flags & GE_LOCAL ? GE_DROP : 0);
}

static void renew(struct mdbt *t, struct gent *e, core_ms now)
{
	if (!(e->flags & GE_OURS) || e->flags & GE_LEAVES || now - e->heard_at < lifetime(t, e) / 2)
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
