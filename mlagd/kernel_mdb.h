// SPDX-License-Identifier: GPL-2.0-or-later
/* Shared by kernel_mdb.c and kernel_mdb_set.c. */
#ifndef MLAGD_KERNEL_MDB_H
#define MLAGD_KERNEL_MDB_H

#include "mlagd/kernel_int.h"

struct kmdb {
	struct nl_stream *s;
	struct event *t_look;
	uint64_t ports; /* digest of what the ports are */
	bool reading;
	bool refused; /* a change was, and said */
};

/* l is a port of a bridge of the pair, or one itself, and that snoops. NULL: no. */
bool kmdb_snoops(const struct kernel *k, const struct klink *l);

#endif
