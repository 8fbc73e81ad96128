// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What mlagd leaves behind for the case that it falls silent (failure.md rules
 * 6, 7): attests that its main loop runs, and hands over what is to be done
 * otherwise, to its module in zebra and to the guard.
 */
#ifndef MLAGD_ATTEST_H
#define MLAGD_ATTEST_H

#include "mlagd/mlagd.h"

/* After each step of the core; changed: what it wants, or says of itself, has. */
void attest_step(bool changed);
/* Say the orders anew if they have changed. */
void attest_update(void);
/* The configuration has been read to its end. */
void attest_configured(void);
void attest_fini(void);

#endif
