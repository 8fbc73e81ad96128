// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Routes that zebra has, beside those that it makes of addresses, and that
 * stand or fall with held interfaces. Requirement D1, invariant no-blackhole.
 */
#ifndef FRR_MLAG_RESOLVE_H
#define FRR_MLAG_RESOLVE_H

#include <stdbool.h>

#include "zebra-module/hold.h"

struct route_entry;

/*
 * Let the routes of all tables resolve as the set says (see resolve.c), and
 * have zebra process those for which that changed; with all set, every one
 * that may be concerned, since interfaces were held or released.
 */
void resolve_again(const struct hold_set *set, bool all);

/* Whether the route leaves through a held interface. */
bool resolve_through_held(const struct hold_set *set, const struct route_entry *re);

#endif
