// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Moves MAC entries between the MAC table, the kernel and the peer, so many a
 * turn of the event loop that a million of them starve nobody. Keeps the two
 * ends of a synchronisation in order: our SYNC_END behind our entries, the
 * core's word that the peer's are in force behind theirs. At 45 % of the bridge's
 * ageing time it has the two tables compared (C2), and when the shared VTEP comes
 * into service it has taken back what would lead there from here (E6).
 */
#include <zebra.h>

#include "log.h"

#include "mlagd/funnel.h"

#define OPS_PER_TURN 5000 /* FDB changes: about 5 ms of netlink */
#define TICK_MS	     5000 /* how often it is looked whether 45 % of the ageing time are over */
#define TUNNEL_LOOKS 3	  /* at once, and where EVPN is slow a tick or two later */

static struct event *t_drain, *t_tick, *t_tunnel;
static unsigned int tunnel_looks;
static bool sync_end_due, synced_due;
static bool said_all;		/* our SYNC_END of this session is out */
static uint64_t resync_end_due; /* buckets said anew, or about to be */
static int64_t last_tick;
static struct mdb_op mdb_ops[64];

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

/* Neighbours: few beside addresses, so all that are due. */
static void neighs_to_kernel(struct mlagd *d)
{
	struct neigh_op ops[64];
	unsigned int n;

	if (core_wanted(d->core)->manage && !kernel_may_detour(d->kernel))
		return; /* kept for later: a host whose address may not stand here */
	while ((n = neight_take_ops(d->neighs, ops, array_size(ops))) > 0)
		kernel_neigh(d->kernel, ops, n);
}

/* Multicast groups likewise. */
static void groups_to_kernel(struct mlagd *d)
{
	unsigned int n;

	if (!core_wanted(d->core)->manage)
		return;
	while ((n = mdbt_take_ops(d->groups, mdb_ops, array_size(mdb_ops), mlagd_now())) > 0)
		kernel_mdb(d->kernel, mdb_ops, n);
	if (mdbt_wants_reading(d->groups))
		kernel_mdb_look(d->kernel);
}

void macpump_mdb_refused(unsigned int i)
{
	mdbt_refused(mlagd_get()->groups, &mdb_ops[i].g);
}

static void groups_to_peer(struct mlagd *d)
{
	struct mc_msg m = {.type = MC_MSG_MDB};

	if (!(d->peer_capabilities & MC_CAP_MDB))
		return;
	while (peer_writable(d->peer)) {
		m.groups.n = mdbt_take_msgs(d->groups, m.groups.e, MC_MDB_BATCH);
		if (m.groups.n == 0)
			return;
		peer_send(d->peer, &m);
	}
}

static void routers_to_peer(struct mlagd *d)
{
	struct mc_msg m = {.type = MC_MSG_ROUTER};

	if (!(d->peer_capabilities & MC_CAP_ROUTER))
		return;
	while (peer_writable(d->peer)) {
		m.routers.n = routert_take_msgs(d->routers, m.routers.e, MC_ROUTER_BATCH);
		if (m.routers.n == 0)
			return;
		peer_send(d->peer, &m);
	}
}

static void neighs_to_peer(struct mlagd *d)
{
	struct mc_msg m = {.type = MC_MSG_NEIGH};

	if (!(d->peer_capabilities & MC_CAP_NEIGH))
		return;
	while (peer_writable(d->peer)) {
		m.neighs.n = neight_take_msgs(d->neighs, m.neighs.e, MC_NEIGH_BATCH);
		if (m.neighs.n == 0)
			return;
		peer_send(d->peer, &m);
	}
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
	neighs_to_peer(d);
	groups_to_peer(d);
	routers_to_peer(d);
	if (sync_end_due && d->peer_hello && peer_writable(d->peer)) {
		sync_end_due = false;
		said_all = true;
		m.type = MC_MSG_SYNC_END;
		peer_send(d->peer, &m);
	}
	if (resync_end_due && peer_writable(d->peer)) {
		m = (struct mc_msg){.type = MC_MSG_RESYNC_END, .digest.buckets = resync_end_due};
		resync_end_due = 0;
		peer_send(d->peer, &m);
	}
}

void macpump_kernel_now(void)
{
	if (to_kernel(mlagd_get()))
		macpump_schedule();
}

void macpump_flushed(void)
{
	neighs_to_kernel(mlagd_get());
	macpump_kernel_now();
	macpump_schedule();
}

static void drain(struct event *t)
{
	struct mlagd *d = mlagd_get();

	neighs_to_kernel(d);
	groups_to_kernel(d);
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
	sync_end_due = synced_due = said_all = false;
	resync_end_due = 0;
}

/* ------------------------------------------------------------ resync (C2) */

static void say_digest(struct mlagd *d)
{
	struct mc_msg m = {.type = MC_MSG_DIGEST, .digest.table = MC_TABLE_MAC};

	if (!said_all || !(d->peer_capabilities & MC_CAP_DIGEST))
		return;
	mact_digest(d->mact, m.digest.sum);
	peer_send(d->peer, &m);
}

static void tick(struct event *t)
{
	struct mlagd *d = mlagd_get();
	uint32_t ageing = kernel_ageing(d->kernel);

	if (ageing && mlagd_now() - last_tick >= (int64_t)ageing * 45 / 100) {
		last_tick = mlagd_now();
		kernel_fdb_check(d->kernel);
		mact_tick(d->mact);
		say_digest(d);
		macpump_schedule();
	}
	event_add_timer_msec(d->loop, tick, NULL, TICK_MS, &t_tick);
}

/*
 * zebra installs what is behind VTEPs anew when our tunnel address changes, some of it after bgpd has taken it
 * back and we have put ours there: then nobody takes it away any more, and it points at ourselves.
 */
static void tunnel_look(struct event *t)
{
	struct mlagd *d = mlagd_get();

	mact_tunnel_shared(d->mact);
	macpump_schedule();
	if (--tunnel_looks)
		event_add_timer_msec(d->loop, tunnel_look, NULL, TICK_MS, &t_tunnel);
}

void macpump_tunnel(bool shared)
{
	static bool was;

	if (shared == was)
		return;
	was = shared;
	event_cancel(&t_tunnel);
	tunnel_looks = TUNNEL_LOOKS;
	if (shared)
		event_add_event(mlagd_get()->loop, tunnel_look, NULL, 0, &t_tunnel);
}

static void compare(struct mlagd *d, const struct mc_digest *digest)
{
	struct mc_msg m = {.type = MC_MSG_RESYNC, .digest.table = digest->table};

	if (!core_wanted(d->core)->accept_macs)
		return;
	m.digest.buckets = mact_compare(d->mact, digest->sum);
	if (!m.digest.buckets)
		return;
	zlog_info("addresses differ from what the peer has said, in %d of %d buckets: asking for them again",
		  __builtin_popcountll(m.digest.buckets), MC_BUCKETS);
	peer_send(d->peer, &m);
}

bool macpump_msg(const struct mc_msg *m)
{
	struct mlagd *d = mlagd_get();

	switch (m->type) {
	case MC_MSG_DIGEST:
		compare(d, &m->digest);
		break;
	case MC_MSG_RESYNC:
		mact_resay(d->mact, m->digest.buckets);
		resync_end_due |= m->digest.buckets;
		break;
	case MC_MSG_RESYNC_END:
		mact_resaid(d->mact, m->digest.buckets);
		break;
	case MC_MSG_NEIGH:
		for (unsigned int i = 0; core_wanted(d->core)->accept_macs && i < m->neighs.n; i++)
			neight_peer(d->neighs, &m->neighs.e[i]);
		break;
	case MC_MSG_MDB:
		for (unsigned int i = 0; core_wanted(d->core)->accept_macs && i < m->groups.n; i++)
			mdbt_peer(d->groups, &m->groups.e[i]);
		break;
	case MC_MSG_ROUTER:
		for (unsigned int i = 0; i < m->routers.n; i++)
			routert_peer(d->routers, &m->routers.e[i]);
		break;
	default:
		return false;
	}
	macpump_schedule();
	return true;
}

void macpump_init(void)
{
	last_tick = mlagd_now();
	event_add_timer_msec(mlagd_get()->loop, tick, NULL, TICK_MS, &t_tick);
}

void macpump_fini(void)
{
	event_cancel(&t_drain);
	event_cancel(&t_tick);
	event_cancel(&t_tunnel);
}
