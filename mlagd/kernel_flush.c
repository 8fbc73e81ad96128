// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A step of a fence (failure.md): addresses on the bonds that are about
 * to fall leave the FDB, so that EVPN withdraws them (type-2) before the tunnel
 * address changes. Left alone they would outlive the fence, since a port with a
 * backup port keeps its entries, and be announced from this member's own VTEP,
 * which cannot deliver.
 *
 * One message a port, however many addresses. An operator's entries (C11) and
 * the ports' own stay. Where no vxlan device is in the bridge nobody announces
 * addresses, and none is flushed.
 */
#include <zebra.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "log.h"

#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"

static bool has_vxlan(const struct klink *bridge)
{
	const struct klink *l;

	frr_each (kmembers_const, &bridge->members, l)
		if (l->l.kind == NL_KIND_VXLAN)
			return true;
	return false;
}

/* A frame that is still under way must not bring its address back. */
static void add_deaf(struct kernel *k, const struct klink *port)
{
	kernel_add_port_u8(k, port->l.ifindex, IFLA_BRPORT_LEARNING, 0, port->l.ifindex);
}

/* Entries that are neither permanent nor static: ndm_state 0 under the mask of both. */
static void add_flush(struct kernel *k, const struct klink *port)
{
	struct nlmsghdr *nlh = nl_batch_msg(k->req, RTM_DELNEIGH, NLM_F_BULK);
	struct ndmsg *ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));

	ndm->ndm_family = AF_BRIDGE;
	ndm->ndm_ifindex = port->l.ifindex;
	ndm->ndm_flags = NTF_MASTER;
	mnl_attr_put_u16(nlh, NDA_NDM_STATE_MASK, NUD_PERMANENT | NUD_NOARP);
	nl_batch_add(k->req, port->l.ifindex);
}

static void refused(void *arg, uint32_t ifindex, int err, const char *text)
{
	const struct klink *l = klink_find(arg, ifindex);

	if (err != -ENODEV)
		zlog_warn("%s: its addresses cannot be flushed: %s%s%s", l ? l->l.name : "?", strerror(-err),
			  text[0] ? ": " : "", text);
}

void kernel_flush_held(struct kernel *k)
{
	struct klink *l;

	nl_batch_begin(k->req, refused, k);
	frr_each (klinks, &k->links, l)
		if (klink_bridge(l) && kneeds_taking(k, klink_base(l)) && kbridge_way(k, l->master) && has_vxlan(l->master)) {
			add_deaf(k, l);
			add_flush(k, l);
		}
	nl_batch_commit(k->req);
}
