// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel says of neighbours: what it has found out itself, and what became of those that we gave it. */
#include "mlagd/core/neigh_int.h"

static void learned(struct neight *t, struct nent *e, const struct mc_neigh *n, bool confirmed)
{
	e->flags &= ~(NE_OURS | NE_FIXED);
	if (e->flags & NE_RELEASED && !confirmed)
		return;
	e->flags &= ~NE_RELEASED;
	e->key.mac = n->mac;
	e->key.router = n->router;
	neigh_set_local(t, e, true);
}

static void deleted(struct neight *t, struct nent *e)
{
	neigh_set_local(t, e, false);
	e->flags &= ~(NE_OURS | NE_FIXED | NE_RELEASED);
}

static void gone(struct neight *t, struct nent *e)
{
	/* of ours one that does not answer is not put back on the same word */
	if (e->flags & NE_OURS)
		neigh_set_peer(t, e, false);
	deleted(t, e);
}

/*
 * The kernel hears a host without taking our mark off its entry. Another MAC
 * than those that we gave is what the host has said here: the newest there is.
 */
static bool heard_anew(const struct nent *e, const struct mc_neigh *n)
{
	return e->flags & NE_OURS && neigh_mac_differs(&e->ours, &n->mac) && neigh_mac_differs(&e->before, &n->mac);
}

static void ours(struct neight *t, struct nent *e, const struct mc_neigh *n)
{
	if (heard_anew(e, n)) {
		e->ours = e->key.mac = n->mac;
		neigh_set_local(t, e, true);
		return;
	}
	/* of an earlier run: the peer's word, until it has said everything anew */
	if (!(e->flags & (NE_PEER | NE_OURS)) && !t->synced) {
		neigh_set_peer(t, e, true);
		e->peer = n->mac;
		e->flags |= NE_STALE;
	}
	neigh_set_local(t, e, false);
	e->flags = (e->flags & ~(NE_FIXED | NE_RELEASED)) | NE_OURS;
	e->ours = n->mac;
}

void neight_kernel(struct neight *t, const struct mc_neigh *n, enum neigh_seen seen)
{
	struct nent *e = seen == NEIGH_GONE || seen == NEIGH_DELETED ? table_find(&t->table, n) : neigh_get(t, n);

	if (!e)
		return;
	e->flags &= ~NE_UNSEEN;
	if (seen == NEIGH_DELETED)
		deleted(t, e);
	else if (seen == NEIGH_GONE)
		gone(t, e);
	else if (seen == NEIGH_OURS)
		ours(t, e, n);
	else if (seen == NEIGH_FIXED) {
		neigh_set_local(t, e, false);
		e->flags = (e->flags & ~(NE_OURS | NE_RELEASED)) | NE_FIXED;
	} else
		learned(t, e, n, seen == NEIGH_CONFIRMED);
	neigh_changed(t, e);
}

static void unsee(struct neight *t, struct nent *e)
{
	(void)t;
	if (e->flags & (NE_LOCAL | NE_OURS | NE_FIXED | NE_RELEASED))
		e->flags |= NE_UNSEEN;
}

/* Deleted while nobody looked, ours too: that is no answer of the host's, so the peer's word still counts. */
static void sweep(struct neight *t, struct nent *e)
{
	if (!(e->flags & NE_UNSEEN))
		return;
	e->flags &= ~NE_UNSEEN;
	deleted(t, e);
	neigh_changed(t, e);
}

void neight_read_begin(struct neight *t)
{
	neigh_each(t, unsee);
}

void neight_read_end(struct neight *t)
{
	neigh_each(t, sweep);
}
