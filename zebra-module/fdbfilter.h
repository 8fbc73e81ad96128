// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeps FDB events away from a zebra that has no use for them. */
#ifndef FRR_MLAG_FDBFILTER_H
#define FRR_MLAG_FDBFILTER_H

/* Once, before zebra's dataplane runs. */
void fdbfilter_init(void);
/* Compare: while EVPN is off the filter is to be there. From zebra's main thread, again and again. */
void fdbfilter_check(void);

#endif
