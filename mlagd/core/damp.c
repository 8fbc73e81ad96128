// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rule 11: a counter per window. Beyond the maximum the transition is held for
 * 30 s, doubled each time it happens again, forgotten after a quiet window.
 */
#include "mlagd/core/core_int.h"

bool damp_held(const struct damp *d, core_ms now)
{
	return now < d->until && !BROKEN(11);
}

void damp_count(struct damp *d, core_ms now, unsigned int max)
{
	if (d->n == 0 || now - d->begin > DAMP_WINDOW_MS) {
		if (now - d->until > 2 * DAMP_WINDOW_MS)
			d->level = 0;
		d->begin = now;
		d->n = 0;
	}
	if (++d->n < max)
		return;
	d->until = now + ((core_ms)DAMP_HOLD_MS << d->level);
	if (d->level < DAMP_LEVELS)
		d->level++;
	d->n = 0;
}
