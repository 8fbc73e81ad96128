// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses to the kernel, in batches. Only entries of ours are ever deleted;
 * what the kernel took is noted in the table, so that its echo is no news.
 */
#include <zebra.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "log.h"

#include "mlagd/kernel_fdb.h"

#define COPY UINT32_MAX /* as a cookie: no change of the caller's */

struct changes {
	struct kernel *k;
	const struct mact_op *ops;
	bool *failed;
	bool *kept; /* what is to be taken away stays: the bridge hears it */
	ifindex_t *place; /* where each op's entry is to stand, 0 nowhere */

	/* the port found last: ops come in crowds to one */
	int32_t to;
	uint16_t vlan;
	ifindex_t port;
};

static void refused(void *arg, uint32_t i, int err, const char *text)
{
	struct changes *c = arg;
	const struct mact_op *op;

	if (i == COPY)
		return; /* there was none */
	op = &c->ops[i];
	if (err == -ENOENT) { /* what was to be taken away is gone already */
		struct kfdb_entry *e = kfdb_find(c->k->fdb, &op->mac, op->vlan);

		if (e)
			e->echo = 0;
		return;
	}
	c->failed[i] = true;
	if (!c->k->fdb->refused)
		zlog_warn("the kernel refused FDB entry " "%02x:%02x:%02x:%02x:%02x:%02x vlan %u: %s%s%s", op->mac.b[0],
			  op->mac.b[1], op->mac.b[2], op->mac.b[3], op->mac.b[4], op->mac.b[5], op->vlan,
			  strerror(-err), text[0] ? ": " : "", text);
	c->k->fdb->refused = true;
}

static ifindex_t find_port(const struct kernel *k, const struct mact_op *op)
{
	const struct kbond *b;

	if (op->to == MACT_PEERLINK)
		return klink_index(kport_of(k, kernel_peerlink(k), op->vlan));
	b = kbond_find(k, op->to);
	return b && kbond_present(k, b) ? klink_index(kport_of(k, b->link, op->vlan)) : 0;
}

static ifindex_t port_of(struct changes *c, const struct mact_op *op)
{
	if (c->to != op->to || c->vlan != op->vlan) {
		c->to = op->to;
		c->vlan = op->vlan;
		c->port = find_port(c->k, op);
	}
	return c->port;
}

/* A bridge that knows no VLANs. */
static bool is_plain(const struct klink *port)
{
	return port && klink_bridge(port) && !port->master->l.vlan_filtering;
}

/* Its entries have none. */
static uint16_t kernel_vlan(const struct kernel *k, const struct mact_op *op, ifindex_t port)
{
	return is_plain(klink_find(k, port)) ? 0 : op->vlan;
}

/* vlan: to the kernel, 0 not named. */
static struct ndmsg *begin_message(struct kernel *k, uint16_t type, const struct mact_op *op, ifindex_t port, uint16_t vlan)
{
	struct nlmsghdr *nlh = nl_batch_msg(k->req, type, type == RTM_NEWNEIGH ? NLM_F_CREATE | NLM_F_REPLACE : 0);
	struct ndmsg *ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));

	ndm->ndm_family = AF_BRIDGE;
	ndm->ndm_ifindex = port;
	ndm->ndm_flags = NTF_MASTER;
	mnl_attr_put(nlh, NDA_LLADDR, sizeof(op->mac.b), op->mac.b);
	if (vlan)
		mnl_attr_put_u16(nlh, NDA_VLAN, vlan);
	return ndm;
}

static void add_message(struct kernel *k, bool del, const struct mact_op *op, ifindex_t port, uint32_t cookie)
{
	struct ndmsg *ndm = begin_message(k, del ? RTM_DELNEIGH : RTM_NEWNEIGH, op, port, kernel_vlan(k, op, port));

	/* reachable and externally learned: neither permanent nor ever aged; without the latter as if learned */
	ndm->ndm_state = NUD_REACHABLE;
	if (!del && !op->give_back)
		ndm->ndm_flags |= NTF_EXT_LEARNED;
	nl_batch_add(k->req, cookie);
}

/*
 * An entry without a VLAN is copied by the kernel to each VLAN that the port has,
 * and every port has VLAN 1 unless told otherwise. In a bridge that knows none
 * copies have no effect and no end: nothing is heard for them, and nobody deletes them.
 */
static void delete_copies(struct kernel *k, const struct mact_op *op, ifindex_t port)
{
	const struct klink *l = klink_find(k, port);

	if (!is_plain(l) || !l->vlans)
		return;
	for (uint16_t vlan = 1; vlan < NL_VLANS - 1; vlan++)
		if (nl_vlan_has(l->vlans, vlan)) {
			begin_message(k, RTM_DELNEIGH, op, port, vlan);
			nl_batch_add(k->req, COPY);
		}
}

/* Replacing an entry does not make it age again: one that is given back is taken away first. */
static void add_change(struct kernel *k, struct kfdb_entry *e, const struct mact_op *op, ifindex_t port, uint32_t cookie)
{
	if (op->to == MACT_NOWHERE) {
		add_message(k, true, op, port, cookie);
		return;
	}
	if (op->give_back && e && e->ours) {
		e->echo = e->ifindex;
		add_message(k, true, op, e->ifindex, cookie);
	}
	add_message(k, false, op, port, cookie);
	delete_copies(k, op, port);
}

/* What is given back where it stands needs no bond of ours: its id, or MLAG itself, may be configured no more. */
static ifindex_t place_of(struct changes *c, const struct mact_op *op, const struct kfdb_entry *e)
{
	return op->give_back && op->from == op->to && e && e->ours ? e->ifindex : port_of(c, op);
}

/* The port to program op i on; 0: nothing to be done, or nowhere to do it. */
static ifindex_t target(struct changes *c, const struct kfdb_entry *e, unsigned int i, bool *nothing)
{
	const struct mact_op *op = &c->ops[i];

	if (op->to == MACT_NOWHERE) {
		*nothing = !e || !e->ours;
		return *nothing ? 0 : e->ifindex;
	}
	c->place[i] = place_of(c, op, e);
	*nothing = e && e->ours != op->give_back && e->ifindex == c->place[i];
	return *nothing ? 0 : c->place[i];
}

static void note(struct kernel *k, const struct mact_op *op, ifindex_t place)
{
	struct kfdb_entry *e = kfdb_find(k->fdb, &op->mac, op->vlan);

	if (op->to == MACT_NOWHERE) {
		if (e && e->ours)
			kfdb_drop(k->fdb, e);
		return;
	}
	e = e ? e : kfdb_make(k->fdb, &op->mac, op->vlan);
	if (!e)
		return;
	e->ifindex = place;
	e->written = k->fdb->read;
	e->ours = !op->give_back;
	e->where = op->to;
	/* a dump that has passed its place must not sweep it */
	e->seen = k->fdb->dump;
}

/*
 * What could not be had counts as one of ours that is lost: the next reading
 * says so, and it is tried again, as when its VLAN has come meanwhile (C12).
 */
static void note_failed(struct kernel *k, const struct mact_op *op, ifindex_t place)
{
	struct kfdb_entry *e = kfdb_find(k->fdb, &op->mac, op->vlan);

	if (op->to == MACT_NOWHERE) {
		if (e && e->ours && !e->ifindex)
			kfdb_drop(k->fdb, e);
		return;
	}
	k->fdb->missing = true;
	if (e || !(e = kfdb_make(k->fdb, &op->mac, op->vlan)))
		return;
	e->ours = true;
	e->where = op->to;
	e->ifindex = place;
	e->seen = k->fdb->dump - 1;
}

/* ------------------------------------------------------------------- votes */

static void answer(void *arg, uint32_t i, const struct nlmsghdr *nlh)
{
	struct changes *c = arg;
	struct nl_fdb f;

	if (nl_parse_fdb(nlh, &f))
		c->kept[i] = f.flags & NTF_EXT_LEARNED && kfdb_heard(c->k, &f);
}

static void unanswered(void *arg, uint32_t i, int err, const char *text)
{
	/* gone, or unknown: nothing speaks for keeping it */
}

/* C3: the peer has aged it. The entry knows when it was heard here, and does not tell unasked. */
static void vote(struct changes *c, unsigned int n)
{
	const struct kfdb_entry *e;

	nl_batch_begin(c->k->req, unanswered, c);
	nl_batch_answers(c->k->req, answer);
	for (unsigned int i = 0; i < n; i++) {
		e = c->ops[i].vote ? kfdb_find(c->k->fdb, &c->ops[i].mac, c->ops[i].vlan) : NULL;
		if (!e || !e->ours)
			continue;
		begin_message(c->k, RTM_GETNEIGH, &c->ops[i], e->ifindex, kernel_vlan(c->k, &c->ops[i], e->ifindex));
		nl_batch_add(c->k->req, i);
	}
	nl_batch_commit(c->k->req);
}

/* ------------------------------------------------------------------ batches */

static unsigned int change(struct changes *c, unsigned int n)
{
	struct kernel *k = c->k;
	unsigned int i, taken = 0;
	bool nothing;

	nl_batch_begin(k->req, refused, c);
	for (i = 0; i < n; i++) {
		struct kfdb_entry *e = kfdb_find(k->fdb, &c->ops[i].mac, c->ops[i].vlan);
		ifindex_t port = target(c, e, i, &nothing);

		if (port)
			add_change(k, e, &c->ops[i], port, i);
		else
			c->failed[i] = !nothing;
	}
	nl_batch_commit(k->req);
	for (i = 0; i < n; i++) {
		if (c->failed[i]) {
			note_failed(k, &c->ops[i], c->place[i]);
			continue;
		}
		note(k, &c->ops[i], c->place[i]);
		taken++;
	}
	return taken;
}

unsigned int kernel_fdb(struct kernel *k, const struct mact_op *wanted, unsigned int n)
{
	bool failed[MC_MAC_BATCH] = {}, kept[MC_MAC_BATCH] = {};
	struct mact_op ops[MC_MAC_BATCH];
	ifindex_t place[MC_MAC_BATCH] = {};
	struct changes c = {.k = k, .ops = ops, .failed = failed, .kept = kept, .place = place, .to = MACT_NOWHERE};
	unsigned int taken;

	if (n > MC_MAC_BATCH)
		return kernel_fdb(k, wanted, MC_MAC_BATCH) + kernel_fdb(k, wanted + MC_MAC_BATCH, n - MC_MAC_BATCH);
	memcpy(ops, wanted, n * sizeof(*ops));
	vote(&c, n);
	for (unsigned int i = 0; i < n; i++)
		if (kept[i]) {
			ops[i].to = ops[i].from;
			ops[i].give_back = true;
		}
	taken = change(&c, n);
	for (unsigned int i = 0; i < n; i++)
		if (kept[i] && !failed[i])
			k->ops->fdb(k->arg, &ops[i].mac, ops[i].vlan, ops[i].to, KFDB_LEARNED);
	nl_stream_look(k->fdb->s_neigh); /* from there on events are newer */
	if (taken == n)
		k->fdb->refused = false;
	return taken;
}
