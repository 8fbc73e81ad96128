// SPDX-License-Identifier: GPL-2.0-or-later
/* Inside of the daemon: the funnel (funnel.c) and the MAC pump (macpump.c). */
#ifndef MLAGD_FUNNEL_H
#define MLAGD_FUNNEL_H

#include "mlagd/mlagd.h"

/* Feed one event to the core, its time stamped here, and carry out what follows. Safe to call from within. */
void funnel_run(const struct core_event *ev);
/* The kernel's first dump is in: from now on wanted is applied. */
void funnel_kernel_ready(void);
/* Something that apply depends on beside the core has changed (SVIs): apply again. */
void funnel_reapply(void);
void funnel_fini(void);

/* There may be MAC entries to move to the kernel or the peer. */
void macpump_schedule(void);
/* Put into the kernel now what is due there, as much as one turn may: before the peer hears what follows from it. */
void macpump_kernel_now(void);
/* The peer's word is void: the same for neighbours too, while the kernel's edge still knows which interfaces are the pair's. */
void macpump_flushed(void);
/* The core's SYNC_END is due: it goes out behind the MACs queued now. */
void macpump_sync_end(void);
/* The peer's SYNC_END came: the core hears CORE_EV_MAC_SYNCED once its MACs are in the kernel. */
void macpump_synced(void);
/* The session is over: what it was owed is owed no more. */
void macpump_session_down(void);
/* The kernel has refused to remove group i of the batch it was given last. */
void macpump_mdb_refused(unsigned int i);
/* Our tunnels end at the shared address (E6), or not. */
void macpump_tunnel(bool shared);
/* DIGEST, RESYNC, RESYNC_END, NEIGH, MDB; false: another message. */
bool macpump_msg(const struct mc_msg *m);
void macpump_init(void);
void macpump_fini(void);

#endif
