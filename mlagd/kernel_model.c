// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of links, kept by RTM_NEWLINK and RTM_DELLINK, and the facts that
 * can be read off it. It never writes to the kernel and decides nothing.
 *
 * Two things the kernel does not tell by an event: that the LACP partner has
 * begun to collect and distribute (the port became active before), and who the
 * partner of a bond is now. kernel_report.c asks again for those.
 */
#include <zebra.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "jhash.h"
#include "log.h"

#include "mlagd/kernel_int.h"

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KLINK, "Kernel link");
DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KVLANS, "Kernel bridge port VLANs");

int klink_index_cmp(const struct klink *a, const struct klink *b)
{
	return numcmp(a->l.ifindex, b->l.ifindex);
}

uint32_t klink_index_hash(const struct klink *l)
{
	return jhash_1word(l->l.ifindex, 0x6d6c6167);
}

int klink_name_cmp(const struct klink *a, const struct klink *b)
{
	return strcmp(a->l.name, b->l.name);
}

uint32_t klink_name_hash(const struct klink *l)
{
	return jhash(l->l.name, strlen(l->l.name), 0x6d6c6167);
}

int kbond_cmp(const struct kbond *a, const struct kbond *b)
{
	return numcmp(a->mlag_id, b->mlag_id);
}

uint32_t kbond_hash(const struct kbond *b)
{
	return jhash_1word(b->mlag_id, 0x6d6c6167);
}

struct klink *klink_find(const struct kernel *k, ifindex_t ifindex)
{
	struct klink ref = {.l.ifindex = ifindex};

	return ifindex > 0 ? klinks_find((struct klinks_head *)&k->links, &ref) : NULL;
}

struct klink *klink_find_name(const struct kernel *k, const char *name)
{
	struct klink ref = {};

	strlcpy(ref.l.name, name, sizeof(ref.l.name));
	return name[0] ? knames_find((struct knames_head *)&k->names, &ref) : NULL;
}

struct kbond *kbond_find(const struct kernel *k, uint16_t mlag_id)
{
	struct kbond ref = {.mlag_id = mlag_id};

	return kbonds_find((struct kbonds_head *)&k->bonds, &ref);
}

/* -------------------------------------------------------------- the table */

static void attach(struct kernel *k, struct klink *l)
{
	struct kbond *b;

	frr_each (kbonds, &k->bonds, b)
		if (strcmp(b->ifname, l->l.name) == 0) {
			b->link = l;
			l->bond = b;
		}
}

static void set_master(struct kernel *k, struct klink *l)
{
	struct klink *master = l->l.have & NL_HAVE_MASTER ? klink_find(k, l->l.master) : NULL;

	if (l->master == master)
		return;
	if (l->master)
		kmembers_del(&l->master->members, l);
	l->master = master;
	if (master)
		kmembers_add_tail(&master->members, l);
	if (!master)
		XFREE(MTYPE_KVLANS, l->vlans);
}

static struct klink *lower_of(const struct kernel *k, const struct klink *l)
{
	if (l->l.kind != NL_KIND_VLAN || !(l->l.have & NL_HAVE_LINK) || l->l.have & NL_HAVE_NETNSID)
		return NULL;
	return klink_find(k, (ifindex_t)l->l.link);
}

static void set_lower(struct kernel *k, struct klink *l)
{
	struct klink *lower = lower_of(k, l);

	if (l->lower == lower)
		return;
	if (l->lower)
		kuppers_del(&l->lower->uppers, l);
	l->lower = lower;
	if (lower)
		kuppers_add_tail(&lower->uppers, l);
}

static void unname(struct kernel *k, struct klink *l)
{
	if (l->l.name[0] && knames_find(&k->names, l) == l)
		knames_del(&k->names, l);
	if (l->bond)
		l->bond->link = NULL;
	l->bond = NULL;
}

static void link_drop(struct kernel *k, struct klink *l)
{
	struct klink *m;

	ksvi_link_gone(k, l);
	unname(k, l);
	while ((m = kmembers_pop(&l->members)))
		m->master = NULL;
	while ((m = kuppers_pop(&l->uppers)))
		m->lower = NULL;
	if (l->master)
		kmembers_del(&l->master->members, l);
	if (l->lower)
		kuppers_del(&l->lower->uppers, l);
	klinks_del(&k->links, l);
	XFREE(MTYPE_KVLANS, l->vlans);
	XFREE(MTYPE_KLINK, l);
}

/* A name that another link still bears was renamed away: that event is on its way. */
static void set_name(struct kernel *k, struct klink *l)
{
	struct klink *other = knames_find(&k->names, l);

	if (other)
		unname(k, other);
	knames_add(&k->names, l);
	attach(k, l);
}

static struct klink *link_new(struct kernel *k, ifindex_t ifindex)
{
	struct klink *l = XCALLOC(MTYPE_KLINK, sizeof(*l));

	l->l.ifindex = ifindex;
	kmembers_init(&l->members);
	kuppers_init(&l->uppers);
	klinks_add(&k->links, l);
	return l;
}

/* Masters may be told after their members, and links after what stands on them: then those come again here. */
static void adopt_relations(struct kernel *k, const struct klink *fresh)
{
	struct klink *l;

	frr_each (klinks, &k->links, l) {
		if (!l->master && l->l.have & NL_HAVE_MASTER && l->l.master == (uint32_t)fresh->l.ifindex)
			set_master(k, l);
		if (!l->lower && lower_of(k, l) == fresh)
			set_lower(k, l);
	}
}

static bool slave_changed(const struct nl_link *a, const struct nl_link *b)
{
	return a->slave_state != b->slave_state || a->actor_port_state != b->actor_port_state ||
	       a->partner_port_state != b->partner_port_state || a->slave_aggregator != b->slave_aggregator;
}

static void link_update(struct kernel *k, const struct nl_link *n)
{
	struct klink *l = klink_find(k, n->ifindex);
	bool fresh = !l;
	struct nl_link was;

	if (!l)
		l = link_new(k, n->ifindex);
	was = l->l;
	if (!(n->have & NL_HAVE_NAME) || strcmp(was.name, n->name) != 0)
		unname(k, l);
	l->l = *n;
	l->seen = true;
	/* shown only when the event was caused with CAP_NET_ADMIN */
	if (!(n->have & NL_HAVE_ACTOR_SYSTEM) && was.have & NL_HAVE_ACTOR_SYSTEM) {
		memcpy(l->l.actor_system, was.actor_system, sizeof(was.actor_system));
		l->l.have |= NL_HAVE_ACTOR_SYSTEM;
	}
	if (n->have & NL_HAVE_NAME && strcmp(was.name, n->name) != 0)
		set_name(k, l);
	set_master(k, l);
	set_lower(k, l);
	if (l->master && l->master->bond && slave_changed(&was, n))
		l->master->bond->refresh = true;
	if (fresh)
		adopt_relations(k, l);
}

/* The bridge's word on one of its ports. */
static void port_update(struct kernel *k, const struct nl_link *n, const struct nl_vlans *v)
{
	struct klink *l = klink_find(k, n->ifindex);

	if (!l || n->del)
		return;
	if (n->have & NL_HAVE_LEARNING) {
		l->l.learning = n->learning;
		l->l.flood = n->flood;
	}
	if (n->have & NL_HAVE_PORT_STATE)
		l->l.port_state = n->port_state;
	/* left out when there is none */
	if (n->have & NL_HAVE_LEARNING)
		l->l.backup_port = n->have & NL_HAVE_BACKUP_PORT ? n->backup_port : 0;
	if (!(n->have & NL_HAVE_VLANS))
		return;
	if (!l->vlans)
		l->vlans = XCALLOC(MTYPE_KVLANS, sizeof(*l->vlans));
	*l->vlans = *v;
}

void kmodel_msg(void *arg, const struct nlmsghdr *nlh)
{
	struct kernel *k = arg;
	struct nl_link n;
	struct nl_vlans v;
	struct klink *l;

	if (!nl_parse_link(nlh, &n, &v))
		return;
	if (n.family == AF_BRIDGE)
		port_update(k, &n, &v);
	else if (!n.del)
		link_update(k, &n);
	else if ((l = klink_find(k, n.ifindex)))
		link_drop(k, l);
}

static int dump(struct kernel *k, uint8_t family, uint32_t mask)
{
	char buf[NL_BATCH_MSG_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh;
	struct ifinfomsg *ifi;
	int ret, tries = 5;

	do {
		nlh = mnl_nlmsg_put_header(buf);
		nlh->nlmsg_type = RTM_GETLINK;
		nlh->nlmsg_flags = NLM_F_DUMP;
		ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
		ifi->ifi_family = family;
		mnl_attr_put_u32(nlh, IFLA_EXT_MASK, mask);
		ret = nl_req_get(k->req, nlh, kmodel_msg, k);
	} while (ret == -EINTR && --tries);
	return ret;
}

bool kmodel_dump(struct kernel *k)
{
	struct klink *l;
	int ret;

	frr_each (klinks, &k->links, l)
		l->seen = false;
	ret = dump(k, AF_UNSPEC, RTEXT_FILTER_SKIP_STATS);
	if (ret == 0)
		ret = dump(k, AF_BRIDGE, RTEXT_FILTER_BRVLAN_COMPRESSED);
	if (ret < 0) {
		zlog_warn("reading the kernel's links failed: %s", strerror(-ret));
		return false;
	}
	frr_each_safe (klinks, &k->links, l)
		if (!l->seen)
			link_drop(k, l);
	return true;
}

void kmodel_refresh(struct kernel *k, ifindex_t ifindex)
{
	char buf[NL_BATCH_MSG_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi;

	nlh->nlmsg_type = RTM_GETLINK;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_index = ifindex;
	mnl_attr_put_u32(nlh, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	nl_req_get(k->req, nlh, kmodel_msg, k);
}

void kmodel_init(struct kernel *k)
{
	klinks_init(&k->links);
	knames_init(&k->names);
	kbonds_init(&k->bonds);
}

void kmodel_fini(struct kernel *k)
{
	struct klink *l;

	frr_each_safe (klinks, &k->links, l) {
		l->self_reported = false; /* nobody is to be told now */
		link_drop(k, l);
	}
	klinks_fini(&k->links);
	knames_fini(&k->names);
	kbonds_fini(&k->bonds);
}
