// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel is asked how single FDB entries are: those that a dump did not show
 * (kernel_fdb_resync.c), and those of which an event says what may have been true
 * before we wrote. An answer goes the way of an event, but is believed.
 */
#include <zebra.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "mlagd/kernel_fdb.h"

static void answered(void *arg, uint32_t i, const struct nlmsghdr *nlh)
{
	kfdb_msg(arg, nlh);
}

void kfdb_ask_begin(struct kernel *k, nl_failed_cb failed)
{
	k->fdb->answers = true;
	nl_batch_begin(k->req, failed, k);
	nl_batch_answers(k->req, answered);
}

bool kfdb_ask(struct kernel *k, const struct kfdb_key *key, uint32_t i)
{
	const struct klink *bridge = kbridge_of_vlan(k, key->vlan);
	struct nlmsghdr *nlh;
	struct ndmsg *ndm;

	if (!bridge)
		return false;
	nlh = nl_batch_msg(k->req, RTM_GETNEIGH, 0);
	ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));
	ndm->ndm_family = AF_BRIDGE;
	mnl_attr_put(nlh, NDA_LLADDR, sizeof(key->mac.b), key->mac.b);
	if (key->vlan && bridge->l.vlan_filtering) /* others know none */
		mnl_attr_put_u16(nlh, NDA_VLAN, key->vlan);
	mnl_attr_put_u32(nlh, NDA_MASTER, bridge->l.ifindex);
	nl_batch_add(k->req, i);
	return true;
}

void kfdb_ask_end(struct kernel *k)
{
	nl_batch_commit(k->req);
	k->fdb->answers = false;
	k->fdb->port.ifindex = 0;
}

/* What the kernel has no longer, its own event says: why it went is in there. */
static void unsettled(void *arg, uint32_t i, int err, const char *text)
{
	if (err != -ENOENT)
		kfdb_resync_soon(arg);
}

void kfdb_settle(struct kernel *k)
{
	struct kfdb *t = k->fdb;

	if (!t->n_doubts)
		return;
	kfdb_ask_begin(k, unsettled);
	for (unsigned int i = 0; i < t->n_doubts; i++)
		kfdb_ask(k, &t->doubts[i], i);
	kfdb_ask_end(k);
	t->n_doubts = 0;
}
