// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Does routing follow? When the vxlan devices get the shared source, zebra and
 * bgpd take the VRFs' routes out and in again (doc/design.md, "Layer 3 in the
 * kernel"); the core hears from when until when that lasts and keeps legs down
 * so long (CORE_EV_ROUTING). Decides nothing but when to stop asking.
 */
#ifndef MLAGD_FOLLOW_H
#define MLAGD_FOLLOW_H

#include "mlagd/core/core.h"

/* w has been put into the kernel. */
void follow_applied(const struct core_wanted *w);
/* The module in zebra says that routing has followed. */
void follow_done(void);
void follow_fini(void);

#endif
