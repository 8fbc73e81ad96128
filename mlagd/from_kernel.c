// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel reports, as core events: the peerlink, bonds, uplinks; and what
 * goes to the tables of addresses, neighbours and groups past the core. It decides nothing.
 */
#include <zebra.h>

#include "log.h"

#include "mlagd/funnel.h"
#include "mlagd/mlagd_int.h"

static struct core_uplinks uplinks = {.up = true}; /* by carrier */
static bool routes_lost;

static void on_peerlink(void *arg, const struct core_peerlink *pl, ifindex_t l3, bool l3_running)
{
	struct mlagd *d = arg;

	if (mlagd_debug & MLAGD_DEBUG_NETLINK)
		zlog_debug("peerlink: carrier %d, usable %d, device %d running %d", pl->carrier, pl->usable, l3, l3_running);
	mact_peerlink(d->mact, kernel_may_detour(d->kernel)); /* a mark, carried out behind the core's */
	mdbt_peerlink(d->groups, pl->carrier);
	/* the core first: losing the peerlink is the one moment that cannot wait */
	funnel_run(&(struct core_event){.type = CORE_EV_PEERLINK, .peerlink = *pl});
	if (l3 != d->peerlink_l3) {
		d->peerlink_l3 = l3;
		peer_configure(d->peer, &d->conf, l3);
		zebra_configure(d->zebra, &d->conf, l3);
	}
	peer_link_changed(d->peer, l3_running);
}

static void on_bond(void *arg, const struct core_bond *b)
{
	if (mlagd_debug & MLAGD_DEBUG_NETLINK)
		zlog_debug("%s: present %d, carrier %d, distributing %d, shared id %d, held %d", b->ifname, b->present,
			   b->carrier, b->distributing, b->shared_id, b->held);
	funnel_run(&(struct core_event){.type = CORE_EV_BOND, .bond = *b});
}

struct sources {
	uint16_t mlag_id;
	struct mc_mac *macs;
	unsigned int n, max;
};

static bool source(void *arg, const struct mc_mac *mac, uint16_t vlan, int32_t local, int32_t peer, bool self)
{
	struct sources *s = arg;

	if (local != s->mlag_id && peer != s->mlag_id)
		return true;
	if (s->n < s->max)
		s->macs[s->n] = *mac;
	return s->n++ < s->max;
}

static unsigned int on_sources(void *arg, uint16_t mlag_id, struct mc_mac *macs, unsigned int max)
{
	struct mlagd *d = arg;
	struct sources s = {.mlag_id = mlag_id, .macs = macs, .max = max};

	mact_walk(d->mact, source, &s);
	return s.n;
}

static void on_fdb(void *arg, const struct mc_mac *mac, uint16_t vlan, uint16_t where, enum kernel_fdb_news news)
{
	struct mlagd *d = arg;

	switch (news) {
	case KFDB_LEARNED:
	case KFDB_SELF:
		mact_local_add(d->mact, mac, vlan, where, news == KFDB_SELF);
		break;
	case KFDB_REMOTE:
	case KFDB_STATIC:
		mact_foreign(d->mact, mac, vlan, news == KFDB_REMOTE);
		break;
	case KFDB_GONE:
	case KFDB_AGED:
		mact_local_del(d->mact, mac, vlan, news == KFDB_AGED);
		break;
	}
	macpump_schedule();
}

/*
 * An entry of an earlier run of ours stands in the kernel. It counts as the
 * peer's word until the peer has said everything anew, so a restart moves none.
 */
static void on_fdb_ours(void *arg, const struct mc_mac *mac, uint16_t vlan, int32_t where)
{
	struct mlagd *d = arg;

	mact_kernel_has(d->mact, mac, vlan, where);
	macpump_schedule();
}

/* What wanted is applied to has changed: the affected SVIs, or somebody undid a part of it. */
static void on_reapply(void *arg)
{
	funnel_reapply();
}

static void on_kernel_ready(void *arg)
{
	funnel_kernel_ready();
	mlagd_kernel_read();
}

/* Routes that are lost are so over the peerlink too. */
static void tell_uplinks(void)
{
	struct core_uplinks u = uplinks;

	u.lost = routes_lost;
	u.up &= !u.lost;
	u.detour &= !u.lost;
	if (mlagd_debug & MLAGD_DEBUG_NETLINK)
		zlog_debug("uplinks: up %d, routeless %d, detour %d, lost %d", u.up, u.routeless, u.detour, u.lost);
	funnel_run(&(struct core_event){.type = CORE_EV_UPLINKS, .uplinks = u});
}

static void on_uplinks(void *arg, const struct core_uplinks *u)
{
	uplinks = *u;
	tell_uplinks();
}

void from_kernel_routes(bool lost)
{
	if (lost == routes_lost)
		return;
	routes_lost = lost;
	tell_uplinks();
}

static void on_neigh(void *arg, const struct mc_neigh *n, enum neigh_seen seen)
{
	struct mlagd *d = arg;

	neight_kernel(d->neighs, n, seen);
	macpump_schedule();
}

static void on_neigh_read(void *arg, bool begin)
{
	struct mlagd *d = arg;

	if (begin)
		neight_read_begin(d->neighs);
	else
		neight_read_end(d->neighs);
	macpump_schedule();
}

static void on_mdb(void *arg, const struct mc_group *g, enum mdb_seen seen, int64_t age)
{
	struct mlagd *d = arg;

	mdbt_kernel(d->groups, g, seen, age, mlagd_now());
	macpump_schedule();
}

static int64_t on_mdb_read(void *arg, bool begin, int64_t group, int64_t router, int64_t answer)
{
	struct mlagd *d = arg;

	mdbt_lifetimes(d->groups, group, router);
	mdbt_answer(d->groups, answer);
	if (begin)
		mdbt_read_begin(d->groups);
	else
		mdbt_read_end(d->groups, mlagd_now());
	macpump_schedule();
	return mdbt_reads_again(d->groups, mlagd_now());
}

static void on_mdb_refused(void *arg, unsigned int i)
{
	macpump_mdb_refused(i);
}

static void on_routers(void *arg, const struct mc_router *all, unsigned int n)
{
	struct mlagd *d = arg;

	routert_local_begin(d->routers);
	for (unsigned int i = 0; i < n; i++)
		routert_local(d->routers, &all[i]);
	if (routert_local_end(d->routers))
		macpump_schedule();
}

const struct kernel_ops from_kernel = {
	.routers = on_routers,
	.mdb = on_mdb,
	.mdb_read = on_mdb_read,
	.mdb_refused = on_mdb_refused,
	.neigh = on_neigh,
	.neigh_read = on_neigh_read,
	.peerlink = on_peerlink,
	.bond = on_bond,
	.sources = on_sources,
	.uplinks = on_uplinks,
	.fdb = on_fdb,
	.fdb_ours = on_fdb_ours,
	.svis = on_reapply,
	.reapply = on_reapply,
	.ready = on_kernel_ready,
};
