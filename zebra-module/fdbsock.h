// SPDX-License-Identifier: GPL-2.0-or-later
/* The filter of a netlink socket with and without FDB events. Apart from zebra's headers, which quarrel with the kernel's. */
#ifndef FRR_MLAG_FDBSOCK_H
#define FRR_MLAG_FDBSOCK_H

#include <stdbool.h>

/* RTM_*NEIGH of AF_BRIDGE are dropped from now on; the filter that sock has stays behind that. False: errno, nothing changed. */
bool fdbsock_spare(int sock);
/* The filter as fdbsock_spare() found it. False: errno, nothing changed. */
bool fdbsock_restore(int sock);

#endif
