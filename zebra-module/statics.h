// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Static routes whose gateway lives on a held interface. Requirement D1,
 * invariant no-blackhole.
 */
#ifndef FRR_MLAG_STATICS_H
#define FRR_MLAG_STATICS_H

#include <stdbool.h>

#include "zebra-module/hold.h"

/*
 * Let the static routes of all tables resolve as the set says (see
 * statics.c), and have zebra process those for which that changed; with all
 * set, every static route, since what they resolve through has changed.
 */
void statics_sync(const struct hold_set *set, bool all);

#endif
