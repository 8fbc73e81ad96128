// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which way something came in. What enters by a device above the peerlink, or
 * above a bridge that the peerlink is a port of, may have crossed the peerlink,
 * so it witnesses nothing about the peer (B4, B6). Reads the model of links,
 * asks and changes nothing.
 */
#include <zebra.h>

#include "mlagd/kernel_int.h"

#define STACK_MAX 8 /* devices on devices; what is deeper is not believed */

static bool over_peerlink(const struct kernel *k, const struct klink *l, unsigned int depth)
{
	const struct klink *peerlink = kernel_peerlink(k), *port;

	if (!l || depth == 0 || l == peerlink || (peerlink && l->master == peerlink))
		return true;
	if (l->l.kind == NL_KIND_BRIDGE) {
		frr_each (kmembers_const, &l->members, port)
			if (over_peerlink(k, port, depth - 1))
				return true;
		return false;
	}
	if ((l->l.kind != NL_KIND_VLAN && l->l.kind != NL_KIND_MACVLAN) || !(l->l.have & NL_HAVE_LINK))
		return false;
	return l->l.have & NL_HAVE_NETNSID || over_peerlink(k, klink_find(k, (ifindex_t)l->l.link), depth - 1);
}

bool kernel_over_peerlink(const struct kernel *k, ifindex_t arrival)
{
	return over_peerlink(k, klink_find(k, arrival), STACK_MAX);
}
