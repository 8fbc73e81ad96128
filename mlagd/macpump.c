// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Moves MAC entries between the MAC table, the kernel and the peer, so many a
 * turn of the event loop that a million of them starve nobody. Keeps the two
 * ends of a synchronisation in order: our SYNC_END behind our entries, the
 * core's word that the peer's are in force behind theirs.
 */
#include <zebra.h>

#include "log.h"

#include "mlagd/funnel.h"

#define OPS_PER_TURN 5000 /* FDB changes: about 5 ms of netlink */

static struct event *t_drain;
static bool sync_end_due, synced_due;

/* Wanted FDB changes to the kernel; true while there are more. */
static bool to_kernel(struct mlagd *d)
{
	struct mact_op ops[MC_MAC_BATCH];
	unsigned int n, total = 0;

	while ((n = mact_take_ops(d->mact, ops, MC_MAC_BATCH)) > 0) {
		kernel_fdb(d->kernel, ops, n);
		if (mlagd_debug & MLAGD_DEBUG_MAC)
			zlog_debug("%u FDB entries changed", n);
		total += n;
		if (total >= OPS_PER_TURN)
			return true;
	}
	return false;
}

/* Local sightings to the peer, as far as the transport takes them. */
static void to_peer(struct mlagd *d)
{
	struct mc_mac_entry e[MC_MAC_BATCH];
	struct mc_msg m = {.type = MC_MSG_MAC};

	while (peer_writable(d->peer)) {
		m.macs.n = mact_take_msgs(d->mact, e, MC_MAC_BATCH);
		if (m.macs.n == 0)
			break;
		m.macs.e = e;
		peer_send(d->peer, &m);
	}
	if (sync_end_due && peer_writable(d->peer)) {
		sync_end_due = false;
		m.type = MC_MSG_SYNC_END;
		peer_send(d->peer, &m);
	}
}

void macpump_kernel_now(void)
{
	if (to_kernel(mlagd_get()))
		macpump_schedule();
}

static void drain(struct event *t)
{
	struct mlagd *d = mlagd_get();

	if (to_kernel(d))
		macpump_schedule();
	else if (synced_due) {
		synced_due = false;
		funnel_run(&(struct core_event){.type = CORE_EV_MAC_SYNCED});
	}
	to_peer(d);
}

void macpump_schedule(void)
{
	if (!t_drain)
		event_add_event(mlagd_get()->loop, drain, NULL, 0, &t_drain);
}

void macpump_sync_end(void)
{
	sync_end_due = true;
	macpump_schedule();
}

void macpump_synced(void)
{
	synced_due = true;
	macpump_schedule();
}

void macpump_session_down(void)
{
	sync_end_due = synced_due = false;
}

void macpump_fini(void)
{
	event_cancel(&t_drain);
}
