// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * E15: stock zebra and pimd have a place for the role of a member and for its
 * peer's state, which a closed mlagd fills elsewhere. Here it is filled from
 * the orders, so that pimd shows and uses it.
 */
#ifndef FRR_MLAG_ROLE_H
#define FRR_MLAG_ROLE_H

#include "zebra-module/channel.h"

/* Answer daemons that ask for MLAG's state; once, when zebra starts. */
void role_init(void);
/* New orders of mlagd's. */
void role_orders(const struct channel_msg *orders);
/* Has another daemon asked since? Cheap: once a beat. */
void role_again(void);

#endif
