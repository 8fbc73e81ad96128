// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the guard keeps on disk: mlagd's last orders, for a restart of the guard
 * (run directory) and for the next boot of the machine (state directory), and
 * the names of the SVIs, which zebra is to start with held after a boot.
 */
#ifndef FRR_MLAG_GUARD_STATE_H
#define FRR_MLAG_GUARD_STATE_H

#include "zebra-module/channel.h"

#define GUARD_ORDERS "mlag-orders"

enum guard_start {
	GUARD_NEW,	/* nothing is known */
	GUARD_RESTARTED, /* the machine has not booted since these orders */
	GUARD_BOOTED,	/* it has */
};

/* Read what is kept. orders is written unless GUARD_NEW. A file that is none counts as missing, and is said. */
enum guard_start guard_state_load(const char *run_dir, const char *state_dir, struct channel_msg *orders);
/* Keep these; orders that manage nothing remove all. False: logged. */
bool guard_state_save(const char *run_dir, const char *state_dir, const struct channel_msg *orders);
/* After a boot: have zebra start with the SVIs of before held. False: logged. */
bool guard_state_hold(const char *run_dir, const char *state_dir);

#endif
