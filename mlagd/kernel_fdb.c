// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses as the kernel tells them. A table remembers what has been reported of each
 * (vlan, mac) on the pair's bridges, so that refreshed entries are not reported
 * again, and so that after lost events the differences alone are. A bridge that
 * knows no VLANs is one to the peer (C10), which its entries do not name.
 *
 * Ours are the entries with NTF_EXT_LEARNED on MLAG bonds and on the peerlink:
 * installed by kernel_fdb(), of this run or an earlier one. A local sighting
 * clears that flag in the kernel, which is how one becomes local. What was said
 * before we wrote and is read after it would undo what we noted: there the kernel
 * is asked how it is. The bridge
 * keeps no protocol number, so flag and port are the owner's mark: entries of
 * an operator (static, C11) and those on vxlan devices (EVPN's) are reported as
 * such, and are not ours to change.
 *
 * When and how all of it is read anew: kernel_fdb_resync.c.
 */
#include <zebra.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "jhash.h"
#include "log.h"

#include "mlagd/kernel_fdb.h"

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KFDB, "Kernel FDB");
DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KFDB_ENTRY, "Kernel FDB entry");
DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KFDB_DOUBT, "Kernel FDB entries in doubt");

#define ENTRIES_MAX (2U << 20)
#define USER_HZ	    100 /* the kernel's unit of time towards user space */
#define NOT_A_PORT  (-2) /* of no interest: no port of our bridge */

int kfdb_entry_cmp(const struct kfdb_entry *a, const struct kfdb_entry *b)
{
	return a->vlan != b->vlan ? numcmp(a->vlan, b->vlan) : memcmp(&a->mac, &b->mac, sizeof(a->mac));
}

uint32_t kfdb_entry_hash(const struct kfdb_entry *e)
{
	return jhash(&e->mac, sizeof(e->mac), e->vlan);
}

/* Where entries on this port live: mlag id, 0 an orphan port, MACT_NOWHERE the peerlink, KFDB_AT_VTEP, NOT_A_PORT. */
static int32_t port_where(const struct kernel *k, const struct klink *l)
{
	const struct klink *way = l ? kbridge_way(k, klink_bridge(l)) : NULL;
	const struct kbond *b;

	if (!way)
		return NOT_A_PORT;
	if (l->l.kind == NL_KIND_VXLAN)
		return KFDB_AT_VTEP;
	if (l == way)
		return MACT_NOWHERE;
	b = klink_base(l)->bond;
	return b && kbond_present(k, b) ? b->mlag_id : 0;
}

/* -------------------------------------------------------------- the table */

struct kfdb_entry *kfdb_find(struct kfdb *t, const struct mc_mac *mac, uint16_t vlan)
{
	struct kfdb_entry ref = {.mac = *mac, .vlan = vlan};

	return kfdb_entries_find(&t->entries, &ref);
}

struct kfdb_entry *kfdb_make(struct kfdb *t, const struct mc_mac *mac, uint16_t vlan)
{
	struct kfdb_entry *e;

	if (kfdb_entries_count(&t->entries) >= ENTRIES_MAX) {
		if (!t->full)
			zlog_warn("more than %u addresses: the rest is not synchronised", ENTRIES_MAX);
		t->full = true;
		return NULL;
	}
	e = XCALLOC(MTYPE_KFDB_ENTRY, sizeof(*e));
	e->mac = *mac;
	e->vlan = vlan;
	e->where = NOT_A_PORT;
	kfdb_entries_add(&t->entries, e);
	return e;
}

void kfdb_drop(struct kfdb *t, struct kfdb_entry *e)
{
	kfdb_entries_del(&t->entries, e);
	t->full = false;
	XFREE(MTYPE_KFDB_ENTRY, e);
}

uint32_t kernel_ageing(const struct kernel *k)
{
	const struct klink *l;
	uint32_t least = 0;

	frr_each (klinks_const, &k->links, l)
		if (l->l.have & NL_HAVE_AGEING && kbridge_way(k, l) && (!least || l->l.ageing < least))
			least = l->l.ageing;
	return least * (1000 / USER_HZ);
}

bool kfdb_heard(const struct kernel *k, const struct nl_fdb *f)
{
	const struct klink *bridge = klink_find(k, (ifindex_t)f->master);

	return bridge && bridge->l.have & NL_HAVE_AGEING && f->idle < bridge->l.ageing;
}

void kfdb_gone(struct kernel *k, struct kfdb_entry *e, bool aged)
{
	const struct kfdb_entry was = *e;

	kfdb_drop(k->fdb, e);
	if (was.ours)
		k->ops->fdb_ours(k->arg, &was.mac, was.vlan, MACT_NOWHERE);
	else
		k->ops->fdb(k->arg, &was.mac, was.vlan, MAX(was.where, 0), aged ? KFDB_AGED : KFDB_GONE);
}

static enum kernel_fdb_news news_of(int32_t where)
{
	return where == KFDB_AT_VTEP ? KFDB_REMOTE : where == KFDB_AT_ADMIN ? KFDB_STATIC : KFDB_LEARNED;
}

/* Learned, or somebody else's. */
static void not_ours(struct kernel *k, struct kfdb_entry *e, const struct nl_fdb *f, const struct mc_mac *mac, int32_t where)
{
	bool same;

	e = e ? e : kfdb_make(k->fdb, mac, f->vlan);
	if (!e)
		return;
	same = !e->ours && e->where == where;
	e->ours = false;
	e->where = where;
	e->ifindex = f->ifindex;
	e->seen = k->fdb->dump;
	if (!same)
		k->ops->fdb(k->arg, mac, f->vlan, MAX(where, 0), news_of(where));
}

/*
 * One of ours, found by a dump or on a question. Events of ours are echoes of what
 * kernel_fdb() has noted already, as far as they come here at all (kfdb_spare).
 */
static void ours(struct kernel *k, struct kfdb_entry *e, const struct nl_fdb *f, const struct mc_mac *mac, int32_t where)
{
	if (e && e->ours && e->ifindex == f->ifindex) {
		e->seen = k->fdb->dump;
		return;
	}
	if (!k->fdb->dumping && !k->fdb->answers && (!e || e->ours || e->echo))
		return;
	if (e)
		kfdb_gone(k, e, false);
	e = kfdb_make(k->fdb, mac, f->vlan);
	if (!e)
		return;
	e->ours = true;
	e->where = where;
	e->ifindex = f->ifindex;
	e->seen = k->fdb->dump;
	k->ops->fdb_ours(k->arg, mac, f->vlan, where);
}

static void deleted(struct kernel *k, struct kfdb_entry *e, const struct nl_fdb *f)
{
	if (e && e->echo == f->ifindex)
		e->echo = 0;
	else if (e && e->ifindex == f->ifindex)
		kfdb_gone(k, e, !kfdb_heard(k, f));
}

/* Messages come in crowds from one port. Links do not change amid a turn. */
static const struct kfdb_port *port_of(struct kernel *k, const struct nl_fdb *f)
{
	struct kfdb_port *p = &k->fdb->port;
	const struct klink *bridge, *way;

	if (p->ifindex == f->ifindex && p->master == f->master)
		return p;
	bridge = klink_find(k, (ifindex_t)f->master);
	way = kbridge_way(k, bridge);
	*p = (struct kfdb_port){.ifindex = f->ifindex, .master = f->master, .counts = way != NULL};
	if (way) {
		p->filters = bridge->l.vlan_filtering;
		p->vlan = kway_vlan(way);
		p->where = port_where(k, klink_find(k, f->ifindex));
	}
	return p;
}

void kfdb_turn(void *arg)
{
	struct kernel *k = arg;

	kfdb_settle(k);
	k->fdb->port.ifindex = 0;
}

unsigned int kfdb_our_ports(const struct kernel *k, ifindex_t *ports, unsigned int max)
{
	const struct klink *l;
	unsigned int n = 0;

	frr_each (klinks_const, &k->links, l) {
		int32_t where = port_where(k, l);

		if (n < max && (where > 0 || where == MACT_NOWHERE))
			ports[n++] = l->l.ifindex;
	}
	return n;
}

/* Where the message says that the address is, NOT_A_PORT: nowhere that matters; our: by our doing. */
static int32_t place_of(const struct nl_fdb *f, int32_t where, bool *our)
{
	*our = false;
	if (f->state & NUD_PERMANENT || where == NOT_A_PORT)
		return NOT_A_PORT; /* a port's own address */
	if (where == KFDB_AT_VTEP)
		return where;
	if (f->state & NUD_NOARP)
		return KFDB_AT_ADMIN;
	*our = f->flags & NTF_EXT_LEARNED;
	if (*our)
		return where == MACT_NOWHERE ? MACT_PEERLINK : where ? where : NOT_A_PORT;
	return where >= 0 ? where : NOT_A_PORT;
}

/* It may have been said before we wrote what it contradicts. */
static bool doubted(struct kernel *k, const struct kfdb_entry *e, const struct nl_fdb *f, int32_t where, bool our)
{
	struct kfdb *t = k->fdb;

	if (!e || t->answers || e->written != t->read || (e->ours == our && e->where == where && e->ifindex == f->ifindex))
		return false;
	if (t->n_doubts == KFDB_DOUBTS)
		kfdb_settle(k);
	return true;
}

void kfdb_msg(void *arg, const struct nlmsghdr *nlh)
{
	const struct kfdb_port *port;
	struct kernel *k = arg;
	struct kfdb_entry *e;
	struct mc_mac mac;
	struct nl_fdb f;
	int32_t where;
	bool our;

	if (!nl_parse_fdb(nlh, &f))
		return;
	port = port_of(k, &f);
	if (!port->counts || (f.vlan && !port->filters))
		return; /* of no bridge of the pair, or without effect: a VLAN in a bridge that knows none */
	f.vlan = port->vlan ? port->vlan : f.vlan;
	memcpy(mac.b, f.mac, sizeof(mac.b));
	e = kfdb_find(k->fdb, &mac, f.vlan);
	where = place_of(&f, port->where, &our);
	if (f.del)
		deleted(k, e, &f);
	else if (doubted(k, e, &f, where, our))
		k->fdb->doubts[k->fdb->n_doubts++] = (struct kfdb_key){.mac = mac, .vlan = f.vlan};
	else if (where == NOT_A_PORT && e)
		kfdb_gone(k, e, false);
	else if (where != NOT_A_PORT && our)
		ours(k, e, &f, &mac, where);
	else if (where != NOT_A_PORT)
		not_ours(k, e, &f, &mac, where);
}

void kernel_fdb_check(struct kernel *k)
{
	if (k->fdb->missing)
		kfdb_resync_soon(k);
}

/* Of the bonds' ports and of those to the peer. */
static uint64_t vlans_digest(const struct kernel *k)
{
	const struct klink *l;
	uint64_t sum = 0;

	frr_each (klinks_const, &k->links, l)
		if (l->vlans && (klink_base(l)->bond || klink_is_way(k, l))) {
			uint32_t a = jhash(l->vlans->bits, sizeof(l->vlans->bits), l->l.ifindex);

			sum += (uint64_t)jhash_1word(a, 2) << 32 | a;
		}
	return sum;
}

void kfdb_ports_changed(struct kernel *k)
{
	const struct klink *l, *way;
	uint64_t ports = 0, vlans = vlans_digest(k);

	frr_each (klinks_const, &k->links, l)
		if ((way = kbridge_way(k, klink_bridge(l)))) {
			uint32_t a = jhash_3words(l->l.ifindex, port_where(k, l), l->master->l.ifindex, kway_vlan(way));

			/* a sum: the order of the links says nothing */
			ports += (uint64_t)jhash_1word(a, 2) << 32 | a;
		}
	if (ports != k->fdb->ports)
		kfdb_spare(k);
	if (ports != k->fdb->ports || (vlans != k->fdb->vlans && k->fdb->missing))
		kfdb_resync_soon(k);
	k->fdb->ports = ports;
	k->fdb->vlans = vlans;
}

/* ------------------------------------------------------------------- life */

bool kfdb_init(struct kernel *k)
{
	k->fdb = XCALLOC(MTYPE_KFDB, sizeof(*k->fdb));
	k->fdb->read = 1;
	k->fdb->doubts = XCALLOC(MTYPE_KFDB_DOUBT, KFDB_DOUBTS * sizeof(*k->fdb->doubts));
	kfdb_entries_init(&k->fdb->entries);
	return kfdb_resync_init(k);
}

void kfdb_fini(struct kernel *k)
{
	struct kfdb *t = k->fdb;
	struct kfdb_entry *e;

	if (!t)
		return;
	kfdb_resync_fini(k);
	while ((e = kfdb_entries_pop(&t->entries)))
		XFREE(MTYPE_KFDB_ENTRY, e);
	kfdb_entries_fini(&t->entries);
	XFREE(MTYPE_KFDB_DOUBT, t->doubts);
	XFREE(MTYPE_KFDB, t);
	k->fdb = NULL;
}
