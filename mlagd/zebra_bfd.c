// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * BFD on the peerlink (B10). It is bfdd's, asked for by libfrr through zebra; here
 * is only the wish for a session with the peer, and bfdd's word about it. That it
 * goes down from up is told; what follows is the core's.
 */
#include <zebra.h>

#include "bfd.h"
#include "log.h"

#include "mlagd/zebra_int.h"

static enum core_bfd state_of(enum bfd_session_state state)
{
	return state == BSS_UP ? CORE_BFD_UP : state == BSS_DOWN ? CORE_BFD_DOWN : CORE_BFD_UNWATCHED;
}

static void bfd_update(struct bfd_session_params *bsp, const struct bfd_session_status *status, void *arg)
{
	struct zebra *z = arg;

	zlog_info("BFD on %s: %s", z->dev, bfd_get_status_str(status->state));
	/* a bfdd that ends says admin down: that is no word about the peer */
	if (status->previous_state == BSS_UP && status->state == BSS_DOWN)
		z->ops->bfd_down(z->arg);
	z->ops->bfd(z->arg, state_of(status->state));
}

static void bfd_address(struct zebra *z)
{
	if (IS_IPADDR_V4(&z->peer))
		bfd_sess_set_ipv4_addrs(z->session, NULL, &z->peer.ipaddr_v4);
	else
		bfd_sess_set_ipv6_addrs(z->session, NULL, &z->peer.ipaddr_v6);
}

void zebra_bfd_apply(struct zebra *z)
{
	if (!z->bfd.on || IS_IPADDR_NONE(&z->peer) || !z->dev[0]) {
		if (z->session)
			bfd_sess_free(&z->session);
		return;
	}
	if (!z->session)
		z->session = bfd_sess_new(bfd_update, z);
	bfd_sess_set_hop_count(z->session, 1);
	bfd_sess_set_interface(z->session, z->dev);
	bfd_sess_set_profile(z->session, z->bfd.profile[0] ? z->bfd.profile : NULL);
	bfd_address(z);
	bfd_sess_install(z->session);
}

void zebra_peer(struct zebra *z, const struct ipaddr *peer)
{
	if (ipaddr_cmp(&z->peer, peer) == 0)
		return;
	z->peer = *peer;
	zebra_bfd_apply(z);
}

const char *zebra_bfd_state(const struct zebra *z)
{
	if (!z->bfd.on)
		return NULL;
	if (!z->session)
		return "no peer";
	switch (bfd_sess_status(z->session)) {
	case BSS_UP:
		return "up";
	case BSS_DOWN:
		return "down";
	case BSS_ADMIN_DOWN:
		return "admin-down";
	case BSS_UNKNOWN:
		break;
	}
	return "unknown";
}

void zebra_bfd_free(struct zebra *z)
{
	if (z->session)
		bfd_sess_free(&z->session);
}
