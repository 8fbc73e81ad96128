// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What both members must have alike for the pair to be one, and have not (F1,
 * F2): today the shared VTEP's address (E6). Two addresses are two VTEPs: each
 * floods to the same hosts, and remote ones see a host's address move for
 * ever. So one member alone serves, the primary; the other steps back as it
 * does without uplinks (rule 10), on the same lease. Knows configuration as
 * both say it; split.c and join.c carry out what follows.
 */
#include <string.h>

#include "mlagd/core/core_int.h"

bool differ_anycast(const struct core *c)
{
	return c->met && c->peer.tells_anycast &&
	       memcmp(c->peer.anycast_ip, c->cfg.anycast_ip, sizeof(c->cfg.anycast_ip)) != 0;
}

/* The primary takes all hosts: by its session, and, as for every fence, by fresh word off the peerlink too. */
static bool primary_serves(const struct core *c)
{
	return session_synced(c) && role_settled(c) && c->role == MC_ROLE_SECONDARY && peer_serves_elsewhere(c) &&
	       c->peer.in_service && !c->peer.idle && !c->peer.shutting_down;
}

bool differ_waits(const struct core *c)
{
	return differ_anycast(c) && primary_serves(c);
}

/* An operator changes one member after the other; that is not worth a fence. */
core_ms differ_due(const struct core *c)
{
	return c->differ_at == CORE_NEVER ? CORE_NEVER : c->differ_at + DIFFER_MS;
}

bool differ_fence(const struct core *c)
{
	return legs_up(c) && differ_waits(c) && c->peer.settled && c->now >= differ_due(c) && !BROKEN(BREAK_ANYCAST);
}

void differ_decide(struct core *c, struct core_out *out)
{
	bool was = c->differ_at != CORE_NEVER, is = session_live(c) && differ_anycast(c);

	stamp_while(&c->differ_at, is, c->now);
	if (is && !was)
		out_note(c, out, "conflict", "vxlan anycast-ip differs from the peer's",
			 "the secondary's bond members go down unless it ends");
	else if (was && session_live(c) && !is)
		out_note(c, out, "conflict ends", "vxlan anycast-ip is the peer's too", "");
}
