// SPDX-License-Identifier: GPL-2.0-or-later
/* What mlagd.c and the files that turn reports into core events share. */
#ifndef MLAGD_MLAGD_INT_H
#define MLAGD_MLAGD_INT_H

#include "mlagd/mlagd.h"

extern const struct kernel_ops from_kernel;
extern const struct peer_ops from_peer;
extern const struct zebra_ops from_zebra;
extern const struct zmod_ops from_zmod, from_guard;

/* The kernel has been read for the first time: with frr.conf read too the start is complete. */
void mlagd_kernel_read(void);
/* init-until's routes were there and all are gone, or some are back: as if all uplinks were (D6). */
void from_kernel_routes(bool lost);

#endif
