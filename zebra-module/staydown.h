// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rule 12: which interfaces zebra's configuration says `shutdown` of. The
 * kernel sends no event for that when the fence has taken them down already,
 * so mlagd is told here.
 */
#ifndef FRR_MLAG_STAYDOWN_H
#define FRR_MLAG_STAYDOWN_H

/* Tell mlagd, if it has not been told exactly this. Cheap: once a beat. */
void stay_down_say(void);
/* Another mlagd: it knows nothing. */
void stay_down_forget(void);

#endif
