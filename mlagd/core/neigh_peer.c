// SPDX-License-Identifier: GPL-2.0-or-later
/* What the peer says of neighbours, and how long its word lasts. */
#include "mlagd/core/neigh_int.h"

void neight_peer(struct neight *t, const struct mc_neigh *n)
{
	struct nent *e = n->del ? table_find(&t->table, n) : neigh_get(t, n);

	if (!e)
		return;
	if (n->del) {
		neigh_set_peer(t, e, false);
	} else {
		neigh_set_peer(t, e, true);
		e->peer = n->mac;
		e->peer_router = n->router;
		/* said after all it knew: the host has another address now */
		if (t->synced && e->flags & NE_LOCAL && neigh_mac_differs(&e->key.mac, &n->mac))
			neigh_set_local(t, e, false);
	}
	neigh_changed(t, e);
}

static void begin_session(struct neight *t, struct nent *e)
{
	e->flags &= ~NE_SAID;
	if (e->flags & NE_PEER)
		e->flags |= NE_STALE;
	neigh_changed(t, e);
}

void neight_session_up(struct neight *t)
{
	t->synced = false;
	neigh_each(t, begin_session);
}

static void drop_stale(struct neight *t, struct nent *e)
{
	if (!(e->flags & NE_STALE))
		return;
	neigh_set_peer(t, e, false);
	neigh_changed(t, e);
}

void neight_peer_sync_end(struct neight *t)
{
	t->synced = true;
	neigh_each(t, drop_stale);
}

static void flush(struct neight *t, struct nent *e)
{
	neigh_set_peer(t, e, false);
	e->flags &= ~NE_SAID;
	neigh_changed(t, e);
}

void neight_peer_flush(struct neight *t)
{
	t->synced = false;
	neigh_each(t, flush);
}
