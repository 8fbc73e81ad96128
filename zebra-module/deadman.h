// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is to be done while mlagd is silent (failure.md rules 6 and 7), as a
 * pure function: what is known in, orders out. It has no clock, no socket, no
 * libfrr. The module in zebra and the guard both act on it.
 */
#ifndef FRR_MLAG_DEADMAN_H
#define FRR_MLAG_DEADMAN_H

#include "zebra-module/channel.h"

#define DEADMAN_ANSWER_MS  100	/* a PING unanswered for so long: mlagd is silent */
#define DEADMAN_FRESH_MS   100	/* a word so young needs no PING */
#define DEADMAN_LOOK_MS	   1000 /* while mlagd is silent: the kernel does not tell each change of LACP */
#define DEADMAN_STOPPED_MS 2000 /* FRR stopped: so much later than the peer's own verdict on us */
#define DEADMAN_MOVE_MS	   1000	/* hosts that lose carrier for so long have chosen the other member, if there is one */
#define DEADMAN_HUNG_MS	   30000 /* hung for so long: ended, since nobody else does */
#define DEADMAN_NEVER	   UINT32_MAX

struct deadman_in {
	struct channel_orders orders; /* the last ones; managing 0: none */
	bool boot;	   /* the machine booted, and mlagd has given no orders since (guard alone) */
	bool connected;	   /* mlagd's end of the channel is open */
	bool module;	   /* the module in zebra asks, else the guard */
	bool routing;	   /* zebra runs */
	uint32_t heard_ms; /* since mlagd's last word, or since the start of who asks */
	uint32_t asked_ms; /* since a PING that is not answered, DEADMAN_NEVER none */
	uint32_t moved_ms; /* since members were taken down for hosts to move, DEADMAN_NEVER they have not been */
	bool carrier;	   /* some member of the peerlink has carrier */
	bool shared;	   /* some MLAG bond shows another LACP id than its own */
	bool taken;	   /* a member is down that mlagd's record says it took down */
	bool any_bond;	   /* there are MLAG bonds */
	bool distributing; /* and some distributes */
	bool some_down;	   /* and some does not */
};

enum deadman_routes {
	DEADMAN_ROUTES_ORDERED, /* as mlagd said last */
	DEADMAN_ROUTES_HOLD,
	DEADMAN_ROUTES_HOSTS, /* of the hosts that are still reached here, instead of the prefixes */
	DEADMAN_ROUTES_RELEASE,
};

struct deadman_out {
	bool ask;	/* send a PING */
	bool silent;	/* mlagd is */
	bool take_down; /* members of the bonds that are up: as mlagd would at boot (rule 8), or for hosts to move (rule 7) */
	bool own_id;	/* all bonds to their own LACP id, before give_back */
	bool end;	/* kill the mlagd that hangs: watchfrr then starts another */
	bool give_back; /* bring up the members that were taken down */
	enum deadman_routes routes;
	uint32_t again_ms; /* look again after this, DEADMAN_NEVER only when something happens */
};

/* mlagd counts as silent, or its word is overdue: what the kernel shows may matter now. */
bool deadman_doubts(const struct deadman_in *in);

/* What is to be done now (rules 6 and 7); to be asked again after again_ms, and when anything of `in` changes. */
struct deadman_out deadman_decide(const struct deadman_in *in);

#endif
