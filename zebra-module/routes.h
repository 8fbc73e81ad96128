// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zebra's side of a hold: withdraws the routes of held interfaces, keeps them
 * withdrawn, gives them back. Requirement D1, D2; failure.md "Fence".
 */
#ifndef FRR_MLAG_ROUTES_H
#define FRR_MLAG_ROUTES_H

#include <stdbool.h>

#include "zebra-module/hold.h"

struct event_loop;

/*
 * Watch zebra for whatever would bring a held route back (and undo it), on
 * its own event loop. set is module.c's and outlives zebra; moved() is called,
 * from the loop, when routes were processed while routes_watch(true).
 */
void routes_init(struct event_loop *loop, struct hold_set *set, void (*moved)(void));
/* zebra's structures are ready: from here on moved() misses nothing. */
void routes_start(void);
void routes_watch(bool on);

/*
 * A change of the set stands between these two: zebra then processes all of it
 * in one go and at once, static routes over the interfaces included. Returns
 * whether there was anything to do.
 */
void routes_begin(void);
bool routes_end(void);
/* Bring the whole set into force: what is not withdrawn yet is. Idempotent. */
void routes_hold(void);
/* Give the routes of one interface back. */
void routes_release(const struct hold_if *old);
/* zebra has processed the withdrawal: no route straight out of a held interface is in use. */
bool routes_gone(void);

#endif
