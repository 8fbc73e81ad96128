// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the peer says, as core events; addresses and what keeps tables equal go to
 * macpump.c. It decides nothing.
 */
#include <zebra.h>

#include "log.h"

#include "mlagd/funnel.h"
#include "mlagd/mlagd_int.h"

static void on_probe(void *arg, uint8_t path, const struct mc_probe *p)
{
	struct mlagd *d = arg;

	if (mlagd_debug & MLAGD_DEBUG_HEARTBEAT)
		zlog_debug("probe on path %u: request %d, seq %u, answers %u, in service %d, fenced %d", path, p->request,
			   p->seq, p->reply_to, p->m.in_service, p->m.fenced);
	paths_heard(&d->paths, path, &p->m, mlagd_now());
	if (path == CORE_PATH_PEERLINK) /* a session may be there before it is known by its probes */
		zebra_peer(d->zebra, peer_address(d->peer));
	funnel_run(&(struct core_event){.type = CORE_EV_PROBE, .probe = {.path = path, .p = *p}});
}

static void on_session(void *arg, bool up, bool goodbye)
{
	struct mlagd *d = arg;

	d->peer_hello = false;
	d->peer_capabilities = 0;
	if (up) {
		mact_session_up(d->mact);
		neight_session_up(d->neighs);
		mdbt_session_up(d->groups);
		routert_session_up(d->routers);
	} else
		macpump_session_down();
	funnel_run(&(struct core_event){.type = CORE_EV_SESSION, .session = {.up = up, .goodbye = goodbye}});
}

static void on_msg(void *arg, const struct mc_msg *m)
{
	struct mlagd *d = arg;

	if (mlagd_debug & MLAGD_DEBUG_PEER)
		zlog_debug("%s from the peer", wire_msg_name(m->type));
	switch (m->type) {
	case MC_MSG_MAC:
		if (core_wanted(d->core)->accept_macs)
			mact_peer_batch(d->mact, m->macs.e, m->macs.n);
		macpump_schedule();
		return;
	case MC_MSG_SYNC_END:
		mact_peer_sync_end(d->mact);
		neight_peer_sync_end(d->neighs);
		mdbt_peer_sync_end(d->groups);
		if (d->peer_capabilities & MC_CAP_ROUTER)
			routert_peer_sync_end(d->routers);
		macpump_synced();
		break;
	case MC_MSG_HELLO:
		strlcpy(d->peer_version, m->hello.version, sizeof(d->peer_version));
		d->peer_capabilities = m->hello.capabilities;
		d->peer_hello = true;
		macpump_schedule();
		break;
	default:
		if (macpump_msg(m))
			return;
		break;
	}
	funnel_run(&(struct core_event){.type = CORE_EV_MSG, .msg = m});
}

static void on_writable(void *arg)
{
	macpump_schedule();
}

/* B4, B6: what may have crossed the peerlink witnesses nothing. */
static bool independent(void *arg, ifindex_t arrival)
{
	struct mlagd *d = arg;

	return arrival != d->peerlink_l3 && !kernel_over_peerlink(d->kernel, arrival);
}

static void on_refused(void *arg, enum mc_refusal fault)
{
	funnel_run(&(struct core_event){.type = CORE_EV_REFUSED, .refused = fault});
}

const struct peer_ops from_peer = {
	.probe = on_probe,
	.session = on_session,
	.msg = on_msg,
	.writable = on_writable,
	.independent = independent,
	.refused = on_refused,
};
