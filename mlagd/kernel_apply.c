// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Wanted against actual. kernel_need.c says what is still to be done to a bond,
 * a member, a port; this does it, kind by kind, one batch a kind, and nothing
 * where nothing differs. Order inside one call (failure.md):
 *
 *   stepping back   own LACP ids, held bonds' addresses, shared VTEP address, then members down,
 *                   and orphan ports that go with them (D5)
 *   then            connected routes, gateways, egress filter, bridge port settings
 *   coming forward  shared ids, then members up; not without the filter
 *   last            sources of vxlan devices, with the shared address
 *
 * Only ports that are recorded as taken by us are ever brought up: an
 * admin's own "down" is never undone.
 */
#include <zebra.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "log.h"

#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"

/* ---------------------------------------------------------------- batches */

static void complain(struct kernel *k, uint32_t ifindex, int err, const char *text)
{
	const struct klink *l = klink_find(k, ifindex);
	struct kbond *b = NULL;

	if (l)
		b = l->bond ? l->bond : l->master ? l->master->bond : NULL;
	if (!b || !b->was_refused)
		zlog_warn("%s: the kernel refused a change: %s%s%s", l ? l->l.name : "?", strerror(-err),
			  text[0] ? ": " : "", text);
	if (b)
		b->refused = true;
}

/* A LACP id or a member: what is wanted is not in force. */
static void refused(void *arg, uint32_t ifindex, int err, const char *text)
{
	struct kernel *k = arg;

	if (err == -ENODEV)
		return; /* gone: that event is on its way */
	k->failed = true;
	complain(k, ifindex, err, text);
}

/* A port's setting: failover is slower without it, nothing is unsafe, and nobody need wait for it. */
static void setting_refused(void *arg, uint32_t ifindex, int err, const char *text)
{
	if (err != -ENODEV)
		complain(arg, ifindex, err, text);
}

static struct nlmsghdr *link_msg(struct kernel *k, uint16_t type, uint8_t family, ifindex_t ifindex)
{
	struct nlmsghdr *nlh = nl_batch_msg(k->req, type, 0);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));

	ifi->ifi_family = family;
	ifi->ifi_index = ifindex;
	return nlh;
}

/* One attribute of a bond. */
static void add_bond_attr(struct kernel *k, const struct klink *l, uint16_t attr, size_t size, const void *value)
{
	struct nlmsghdr *nlh = link_msg(k, RTM_NEWLINK, AF_UNSPEC, l->l.ifindex);
	struct nlattr *info = mnl_attr_nest_start(nlh, IFLA_LINKINFO), *data;

	mnl_attr_put_str(nlh, IFLA_INFO_KIND, "bond");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put(nlh, attr, size, value);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	nl_batch_add(k->req, l->l.ifindex);
}

static void add_system_id(struct kernel *k, const struct klink *l, const struct mc_mac *mac)
{
	add_bond_attr(k, l, IFLA_BOND_AD_ACTOR_SYSTEM, sizeof(mac->b), mac->b);
}

static void add_admin(struct kernel *k, const struct klink *l, bool up)
{
	struct nlmsghdr *nlh = link_msg(k, RTM_SETLINK, AF_UNSPEC, l->l.ifindex);
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

	ifi->ifi_flags = up ? IFF_UP : 0;
	ifi->ifi_change = IFF_UP;
	nl_batch_add(k->req, l->l.ifindex);
}

void kernel_add_port_u8(struct kernel *k, ifindex_t port, uint16_t attr, uint8_t value, uint32_t cookie)
{
	struct nlmsghdr *nlh = link_msg(k, RTM_SETLINK, AF_BRIDGE, port);
	struct nlattr *info = mnl_attr_nest_start(nlh, IFLA_PROTINFO);

	mnl_attr_put_u8(nlh, attr, value);
	mnl_attr_nest_end(nlh, info);
	nl_batch_add(k->req, cookie);
}

static void add_backup_port(struct kernel *k, const struct klink *l, ifindex_t backup)
{
	struct nlmsghdr *nlh = link_msg(k, RTM_SETLINK, AF_BRIDGE, l->l.ifindex);
	struct nlattr *info = mnl_attr_nest_start(nlh, IFLA_PROTINFO);

	mnl_attr_put_u32(nlh, IFLA_BRPORT_BACKUP_PORT, backup);
	mnl_attr_nest_end(nlh, info);
	nl_batch_add(k->req, l->l.ifindex);
}

/* ------------------------------------------------------------------ steps */

static void own_ids(struct kernel *k)
{
	struct klink *l;

	nl_batch_begin(k->req, refused, k);
	frr_each (klinks, &k->links, l)
		if (kneeds_own_id(k, l))
			add_system_id(k, l, &kernel_no_mac);
	nl_batch_commit(k->req);
}

static void shared_ids(struct kernel *k)
{
	struct klink *l;

	nl_batch_begin(k->req, refused, k);
	frr_each (klinks, &k->links, l)
		if (kneeds_shared_id(k, l))
			add_system_id(k, l, &k->system_mac);
	nl_batch_commit(k->req);
}

/* Recorded first; without a record nothing is taken that could not be given back. */
static void take_down(struct kernel *k)
{
	struct klink *m;

	frr_each (klinks, &k->links, m)
		if (kneeds_down(k, m))
			kowned_add(k->owned, m->l.ifindex, m->l.name);
	if (!kowned_save(k->owned)) {
		k->failed = true;
		return;
	}
	nl_batch_begin(k->req, refused, k);
	frr_each (klinks, &k->links, m)
		if (kneeds_down(k, m))
			add_admin(k, m, false);
	nl_batch_commit(k->req);
}

static void bring_up(struct kernel *k)
{
	const struct klink *m;
	ifindex_t ifindex;
	unsigned int i;

	nl_batch_begin(k->req, refused, k);
	for (i = 0; (ifindex = kowned_at(k->owned, i)); i++) {
		m = klink_find(k, ifindex);
		if (m && kmember_free(k, m) && !klink_up(m))
			add_admin(k, m, true);
	}
	nl_batch_commit(k->req);
}

/* What is up, or no longer there, is no longer ours. */
static void forget_given_back(struct kernel *k)
{
	const struct klink *m;
	ifindex_t ifindex;
	unsigned int i = 0;

	while ((ifindex = kowned_at(k->owned, i))) {
		m = klink_find(k, ifindex);
		if (!m || (kmember_free(k, m) && klink_up(m)))
			kowned_del(k->owned, ifindex);
		else
			i++;
	}
	if (!kowned_save(k->owned))
		k->failed = true;
}

static void port_settings(struct kernel *k)
{
	struct klink *l;
	ifindex_t want;
	uint8_t on;

	nl_batch_begin(k->req, setting_refused, k);
	frr_each (klinks, &k->links, l) {
		if (kneeds_receive_all(k, l, &on))
			add_bond_attr(k, l, IFLA_BOND_ALL_SLAVES_ACTIVE, sizeof(on), &on);
		if (kneeds_bond_learning(k, l, &on))
			kernel_add_port_u8(k, l->l.ifindex, IFLA_BRPORT_LEARNING, on, l->l.ifindex);
		if (kneeds_bond_flood(k, l, &on)) {
			l->flood_off = !on;
			kernel_add_port_u8(k, l->l.ifindex, IFLA_BRPORT_UNICAST_FLOOD, on, l->l.ifindex);
		}
		if (kneeds_learning_on(k, l))
			kernel_add_port_u8(k, l->l.ifindex, IFLA_BRPORT_LEARNING, 1, l->l.ifindex);
		if (kneeds_learning_off(k, l)) {
			kernel_add_port_u8(k, l->l.ifindex, IFLA_BRPORT_LEARNING, 0, l->l.ifindex);
			/* what it learned before would lead there, through the peer's filter, until it ages */
			kernel_add_port_u8(k, l->l.ifindex, IFLA_BRPORT_FLUSH, 1, l->l.ifindex);
		}
		l->deaf = k->managing && klink_is_way(k, l);
	}
	frr_each (klinks, &k->links, l)
		if (kneeds_backup_port(k, l, &want))
			add_backup_port(k, l, want);
	nl_batch_commit(k->req);
}

static bool filters(struct kernel *k)
{
	if (!k->managing)
		return filter_remove(k->filter);
	kneeds_filter(k);
	return filter_commit(k->filter);
}

/* ------------------------------------------------------------------ apply */

static void remember(struct kernel *k, const struct core_wanted *w)
{
	const struct klink *pl = kernel_peerlink(k);
	struct core_wanted_bond was;
	struct kbond *b;
	unsigned int i;

	k->has_wanted = true;
	k->managing = w->manage;
	k->hold = w->hold;
	k->failed = false;
	if (pl)
		strlcpy(k->pl_name, pl->l.name, sizeof(k->pl_name));
	frr_each (kbonds, &k->bonds, b) {
		b->was_refused = b->refused;
		b->refused = b->has_want = false;
	}
	for (i = 0; i < w->n_bonds; i++) {
		b = kbond_find(k, w->bonds[i].mlag_id);
		if (!b)
			continue;
		was = b->want;
		b->want = w->bonds[i];
		b->has_want = true;
		kbond_take_sources(k, b, &was);
	}
	frr_each (kbonds, &k->bonds, b)
		if (!b->has_want)
			kbond_forget_sources(b);
}

/*
 * The events of what was just done are in the socket already: with them the
 * table says what is actual. A bond that is itself down sends none for its id.
 */
static void catch_up(struct kernel *k)
{
	ifindex_t stale[CORE_PORTS_MAX];
	const struct klink *l;
	unsigned int i, n = 0;

	nl_stream_drain(k->s_link);
	frr_each (klinks_const, &k->links, l)
		if (n < array_size(stale) && (kneeds_own_id(k, l) || kneeds_shared_id(k, l)))
			stale[n++] = l->l.ifindex;
	for (i = 0; i < n; i++)
		kmodel_refresh(k, stale[i]);
}

/* The peerlink's carrier is gone, and the core has not yet heard: what it wanted is void, coming forward above all. */
static bool cut_unsaid(struct kernel *k)
{
	const struct klink *pl;

	nl_stream_drain(k->s_link);
	pl = kernel_peerlink(k);
	return k->pl_reported && k->pl.carrier && !(pl && klink_any_carrier(pl));
}

bool kernel_apply(struct kernel *k, const struct core_wanted *w)
{
	bool filtered, forward;

	event_cancel(&k->t_reapply);
	forward = !cut_unsaid(k);
	remember(k, w);
	own_ids(k);
	kl3_withdraw(k, w);
	kernel_flush_held(k);
	kowned_set_fenced(k->owned, w->manage && w->fenced);
	take_down(k);
	kl3_local(k, w);
	filtered = filters(k);
	port_settings(k);
	if (filtered && forward) {
		shared_ids(k);
		bring_up(k);
	}
	kl3_attract(k);
	catch_up(k);
	forget_given_back(k);
	kernel_evaluate_soon(k);
	return filtered && forward && !k->failed;
}
