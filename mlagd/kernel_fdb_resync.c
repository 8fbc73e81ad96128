// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The whole FDB read anew: at the start, when ports change their meaning, and
 * after events were lost. Knows how the kernel is to be asked; what an entry
 * means is kernel_fdb.c's.
 *
 * A dump is no snapshot. The kernel makes it in pieces of 32 KB and finds its
 * place again by counting, so each entry deleted before that place makes it step
 * over another. What a dump did not show is therefore asked for by name, and only
 * what the kernel then does not know is gone.
 *
 * From the dump's first piece to the last answer the events wait in their
 * socket, so they are always newer than what was read. Lost events mean a storm,
 * and a dump amid it would lose events again: it waits until they have become
 * few, for a bounded time.
 */
#include <zebra.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "log.h"

#include "mlagd/kernel_fdb.h"

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KFDB_UNSEEN, "Kernel FDB entries to be asked for");

#define NEIGH_RCVBUF (64 << 20) /* a limit, not an allocation */
#define DUMP_RCVBUF  (1 << 20)
#define DUMP_TRIES   5
#define ASK_PER_TURN 500  /* their answers lie in the socket together */
#define CALM_MS	     100
#define CALM_EVENTS  1000 /* fewer in that time: the storm is over */
#define STORM_LOOKS  100  /* no longer is its end waited for */

/* A dump or what follows it is over. */
static void finish(struct kernel *k, int err)
{
	struct kfdb *t = k->fdb;

	t->dumping = false;
	XFREE(MTYPE_KFDB_UNSEEN, t->unseen);
	if (err && ++t->tries < DUMP_TRIES)
		t->again = true;
	else if (err)
		zlog_warn("reading the FDB failed: %s", strerror(-err));
	if (t->again) {
		kfdb_resync_soon(k);
		return;
	}
	t->tries = 0;
	nl_stream_pause(t->s_neigh, false);
	kernel_evaluate_soon(k);
}

/* ----------------------------------------------- what the dump did not show */

static void unanswered(void *arg, uint32_t i, int err, const char *text)
{
	struct kernel *k = arg;
	struct kfdb_entry *e = kfdb_find(k->fdb, &k->fdb->unseen[i].mac, k->fdb->unseen[i].vlan);

	if (err == -ENOENT && e)
		kfdb_gone(k, e, true);
	else if (err != -ENOENT)
		k->fdb->ask_err = err;
}

/* Unless it was read, or written by us, since the dump began. False: nothing to be asked. */
static bool ask_for(struct kernel *k, uint32_t i)
{
	const struct kfdb_key *key = &k->fdb->unseen[i];
	struct kfdb_entry *e = kfdb_find(k->fdb, &key->mac, key->vlan);

	if (!e || e->seen == k->fdb->dump)
		return false;
	if (kfdb_ask(k, key, i))
		return true;
	kfdb_gone(k, e, true);
	return false;
}

static void ask_some(struct kernel *k)
{
	struct kfdb *t = k->fdb;
	unsigned int n = 0;

	kfdb_ask_begin(k, unanswered);
	for (; n < ASK_PER_TURN && t->asked < t->n_unseen; t->asked++)
		n += ask_for(k, t->asked);
	kfdb_ask_end(k);
}

static void ask(struct event *ev)
{
	struct kernel *k = EVENT_ARG(ev);
	struct kfdb *t = k->fdb;

	if (!t->again)
		ask_some(k);
	if (t->again || t->ask_err || t->asked == t->n_unseen)
		finish(k, t->ask_err);
	else
		event_add_event(k->loop, ask, k, 0, &t->t_ask);
}

/* With no bridge there are no entries. */
static void all_gone(struct kernel *k)
{
	struct kfdb_entry *e;

	frr_each_safe (kfdb_entries, &k->fdb->entries, e)
		kfdb_gone(k, e, true);
}

static void list_unseen(struct kfdb *t)
{
	struct kfdb_entry *e;

	t->unseen = XCALLOC(MTYPE_KFDB_UNSEEN, (kfdb_entries_count(&t->entries) + 1) * sizeof(*t->unseen));
	t->n_unseen = t->asked = 0;
	t->ask_err = 0;
	frr_each (kfdb_entries, &t->entries, e)
		if (e->seen != t->dump)
			t->unseen[t->n_unseen++] = (struct kfdb_key){.mac = e->mac, .vlan = e->vlan};
}

/* ------------------------------------------------------------------- dump */

static void dump_done(void *arg, int err)
{
	struct kernel *k = arg;

	if (err || k->fdb->again) {
		finish(k, err);
		return;
	}
	list_unseen(k->fdb);
	event_add_event(k->loop, ask, k, 0, &k->fdb->t_ask);
}

static void dump_lost(void *arg)
{
	dump_done(arg, -ENOBUFS);
}

static const struct nl_stream_ops dump_ops = {
	.name = "FDB dump",
	.msg = kfdb_msg,
	.turn = kfdb_turn,
	.overrun = dump_lost,
	.done = dump_done,
};

/* Of the one bridge, or where there are several of all. */
static bool start_dump(struct kernel *k)
{
	char buf[NL_BATCH_MSG_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	ifindex_t only = kbridge_only(k);
	struct ndmsg *ndm;

	nlh->nlmsg_type = RTM_GETNEIGH;
	ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));
	ndm->ndm_family = AF_BRIDGE;
	if (only)
		mnl_attr_put_u32(nlh, NDA_MASTER, only);
	return nl_stream_dump(k->fdb->s_dump, nlh);
}

/* ----------------------------------------------------------------- events */

static void all_read(void *arg)
{
	struct kernel *k = arg;

	if (++k->fdb->read == 0)
		k->fdb->read = 1;
}

void kfdb_spare(struct kernel *k)
{
	ifindex_t ports[NL_SPARED_MAX];

	nl_stream_spare(k->fdb->s_neigh, ports, kfdb_our_ports(k, ports, array_size(ports)));
}

static void event_msg(void *arg, const struct nlmsghdr *nlh)
{
	struct kernel *k = arg;

	k->fdb->heard++;
	kfdb_msg(arg, nlh);
}

static void neigh_lost(void *arg)
{
	struct kernel *k = arg;

	k->fdb->lost = true;
	k->stats.fdb_overruns++;
	kfdb_resync_soon(k);
}

static const struct nl_stream_ops neigh_ops = {
	.name = "FDB events",
	.crowds = true,
	.msg = event_msg,
	.empty = all_read,
	.turn = kfdb_turn,
	.overrun = neigh_lost,
};

static bool open_neigh(struct kernel *k)
{
	static const unsigned int groups[] = {RTNLGRP_NEIGH, 0};

	k->fdb->s_neigh = nl_stream_new(k->loop, NETLINK_ROUTE, groups, NEIGH_RCVBUF, &neigh_ops, k);
	if (k->fdb->s_neigh)
		kfdb_spare(k);
	return k->fdb->s_neigh != NULL;
}

/* What is left in a socket that lost events is older than the dump: a new socket has none of it. */
static bool reopen_neigh(struct kernel *k)
{
	zlog_warn("FDB events were lost: reading the FDB anew");
	k->fdb->lost = false;
	nl_stream_free(k->fdb->s_neigh);
	return open_neigh(k);
}

/* ----------------------------------------------------------------- resync */

static void resync(struct event *ev)
{
	struct kernel *k = EVENT_ARG(ev);
	struct kfdb *t = k->fdb;

	t->again = t->missing = false;
	if (t->lost && !reopen_neigh(k)) {
		t->lost = true;
		event_add_timer(k->loop, resync, k, 1, &t->t_resync);
		return;
	}
	t->dump++;
	k->stats.fdb_reads++;
	nl_stream_pause(t->s_neigh, true);
	if (!kbridge_any(k)) {
		all_gone(k);
		finish(k, 0);
		return;
	}
	t->dumping = start_dump(k);
	if (!t->dumping)
		finish(k, -EIO);
}

/* Meanwhile the events are news as ever. */
static void await_calm(struct event *ev)
{
	struct kernel *k = EVENT_ARG(ev);
	struct kfdb *t = k->fdb;

	if (t->heard < CALM_EVENTS || ++t->looks >= STORM_LOOKS) {
		resync(ev);
		return;
	}
	t->heard = 0;
	event_add_timer_msec(k->loop, await_calm, k, CALM_MS, &t->t_resync);
}

void kfdb_resync_soon(struct kernel *k)
{
	struct kfdb *t = k->fdb;

	if (t->dumping) {
		t->again = true;
	} else if (t->t_resync) {
		return;
	} else if (t->lost) {
		nl_stream_pause(t->s_neigh, false);
		t->heard = t->looks = 0;
		event_add_timer_msec(k->loop, await_calm, k, CALM_MS, &t->t_resync);
	} else {
		event_add_event(k->loop, resync, k, 0, &t->t_resync);
	}
}

bool kfdb_busy(const struct kernel *k)
{
	return k->fdb->dumping || k->fdb->t_resync;
}

/* ------------------------------------------------------------------- life */

bool kfdb_resync_init(struct kernel *k)
{
	k->fdb->s_dump = nl_stream_new(k->loop, NETLINK_ROUTE, NULL, DUMP_RCVBUF, &dump_ops, k);
	return k->fdb->s_dump && open_neigh(k);
}

void kfdb_resync_fini(struct kernel *k)
{
	event_cancel(&k->fdb->t_resync);
	event_cancel(&k->fdb->t_ask);
	nl_stream_free(k->fdb->s_neigh);
	nl_stream_free(k->fdb->s_dump);
	XFREE(MTYPE_KFDB_UNSEEN, k->fdb->unseen);
}
