// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The FDB read anew, with a kernel that is a table in this test: its dump steps
 * over entries, as a real one does while others are deleted; questions are
 * answered truly. Nothing that the kernel has is ever reported as gone.
 */
#include <zebra.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "mlagd/kernel_fdb.h"

#define BRIDGE 1
#define BOND   2
#define ORPHAN 3
#define VLAN   10
#define MACS   8
#define STORM  5000

DEFINE_MGROUP(MLAGD_KERNEL, "kernel");

static struct klink bridge = {.l.ifindex = BRIDGE, .l.have = NL_HAVE_AGEING, .l.ageing = 30000, .l.vlan_filtering = true};
static struct kbond bond1 = {.mlag_id = 1};
static struct klink bond = {.l.ifindex = BOND, .bond = &bond1}, orphan = {.l.ifindex = ORPHAN};

/* ------------------------------------------------ the kernel, as it is */

static ifindex_t has[MACS]; /* where address i stands, 0 nowhere */
static bool hidden[MACS];   /* from the dump */
static int refuse;	    /* errno of each answer */
static unsigned int dumps, questions;

static const struct nl_stream_ops *events, *dump;

static bool extern_learn[MACS]; /* address i is */

static const struct nlmsghdr *message(uint16_t type, unsigned int i, ifindex_t port)
{
	static char buf[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ndmsg *ndm;

	nlh->nlmsg_type = type;
	ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));
	ndm->ndm_family = AF_BRIDGE;
	ndm->ndm_ifindex = port;
	ndm->ndm_state = NUD_REACHABLE;
	ndm->ndm_flags = extern_learn[i] ? NTF_EXT_LEARNED : 0;
	mnl_attr_put(nlh, NDA_LLADDR, 6, (uint8_t[6]){2, 0, 0, 0, 0, i});
	mnl_attr_put_u16(nlh, NDA_VLAN, VLAN);
	mnl_attr_put_u32(nlh, NDA_MASTER, BRIDGE);
	return nlh;
}

static void play_dump(struct kernel *k)
{
	for (unsigned int i = 0; i < MACS; i++)
		if (has[i] && !hidden[i])
			dump->msg(k, message(RTM_NEWNEIGH, i, has[i]));
	dump->done(k, 0);
}

/* ---------------------------------------------- what kernel_fdb* stand on */

struct klink *klink_bridge(const struct klink *l)
{
	return &bridge;
}

struct klink *kernel_peerlink(const struct kernel *k)
{
	return NULL;
}

struct klink *klink_find(const struct kernel *k, ifindex_t ifindex)
{
	return ifindex == BRIDGE ? &bridge : ifindex == BOND ? &bond : ifindex == ORPHAN ? &orphan : NULL;
}

/* The one bridge knows VLANs; the way to the peer is a port that bears nothing here. */
static struct klink way;

struct klink *kbridge_way(const struct kernel *k, const struct klink *l)
{
	return l == &bridge ? &way : NULL;
}

struct klink *kbridge_of_vlan(const struct kernel *k, uint16_t vlan)
{
	return &bridge;
}

bool kbridge_any(const struct kernel *k)
{
	return true;
}

ifindex_t kbridge_only(const struct kernel *k)
{
	return BRIDGE;
}

uint16_t kway_vlan(const struct klink *l)
{
	return 0;
}

bool klink_is_way(const struct kernel *k, const struct klink *l)
{
	return l == &way;
}

const struct klink *klink_base(const struct klink *l)
{
	return l;
}

bool kbond_present(const struct kernel *k, const struct kbond *b)
{
	return true;
}

void kernel_evaluate_soon(struct kernel *k)
{
}

struct nl_stream *nl_stream_new(struct event_loop *loop, int protocol, const unsigned int *groups, int rcvbuf,
				const struct nl_stream_ops *ops, void *arg)
{
	*(groups ? &events : &dump) = ops;
	return (struct nl_stream *)ops; /* never looked into */
}

void nl_stream_free(struct nl_stream *s)
{
}

void nl_stream_spare(struct nl_stream *s, const ifindex_t *ports, unsigned int n)
{
}

void nl_stream_pause(struct nl_stream *s, bool pause)
{
}

bool nl_stream_dump(struct nl_stream *s, struct nlmsghdr *nlh)
{
	dumps++;
	return true;
}

static struct {
	nl_failed_cb failed;
	void (*answer)(void *arg, uint32_t cookie, const struct nlmsghdr *nlh);
	void *arg;
	char buf[NL_BATCH_MSG_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
} batch;

void nl_batch_begin(struct nl_req *r, nl_failed_cb failed, void *arg)
{
	batch.failed = failed;
	batch.arg = arg;
}

void nl_batch_answers(struct nl_req *r, void (*answer)(void *arg, uint32_t cookie, const struct nlmsghdr *nlh))
{
	batch.answer = answer;
}

struct nlmsghdr *nl_batch_msg(struct nl_req *r, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(batch.buf);

	nlh->nlmsg_type = type;
	return nlh;
}

/* As rtnl_fdb_get() reads it: the bridge in NDA_MASTER, address and VLAN. */
void nl_batch_add(struct nl_req *r, uint32_t cookie)
{
	const struct nlmsghdr *nlh = (const void *)batch.buf;
	unsigned int i = MACS, vlan = 0, master = 0;
	const struct nlattr *a;

	assert_int_equal(nlh->nlmsg_type, RTM_GETNEIGH);
	mnl_attr_for_each (a, nlh, sizeof(struct ndmsg)) {
		if (mnl_attr_get_type(a) == NDA_LLADDR)
			i = ((const uint8_t *)mnl_attr_get_payload(a))[5];
		else if (mnl_attr_get_type(a) == NDA_VLAN)
			vlan = mnl_attr_get_u16(a);
		else if (mnl_attr_get_type(a) == NDA_MASTER)
			master = mnl_attr_get_u32(a);
	}
	assert_int_equal(vlan, VLAN);
	assert_int_equal(master, BRIDGE);
	assert_true(i < MACS);
	questions++;
	if (refuse)
		batch.failed(batch.arg, cookie, -refuse, "");
	else if (has[i])
		batch.answer(batch.arg, cookie, message(RTM_NEWNEIGH, i, has[i]));
	else
		batch.failed(batch.arg, cookie, -ENOENT, "");
}

unsigned int nl_batch_commit(struct nl_req *r)
{
	return 0;
}

/* ----------------------------------------------------- what it reports */

static int32_t told[MACS]; /* mlag id, 0 an orphan port, -1 gone */
static unsigned int news;

static void on_fdb(void *arg, const struct mc_mac *mac, uint16_t vlan, uint16_t where, enum kernel_fdb_news what)
{
	told[mac->b[5]] = what == KFDB_LEARNED ? where : -1;
	news++;
}

static const struct kernel_ops ops = {.fdb = on_fdb};

/* ---------------------------------------------------------------- tests */

static void until_dump(struct kernel *k, unsigned int n)
{
	struct event ev;

	while (dumps < n && event_fetch(k->loop, &ev))
		event_call(&ev);
	assert_int_equal(dumps, n);
}

static void until_read(struct kernel *k)
{
	struct event ev;

	while (kfdb_busy(k) && event_fetch(k->loop, &ev))
		event_call(&ev);
}

/* All addresses have been learned on the bond, and are known. */
static int setup(void **state)
{
	struct kernel *k = calloc(1, sizeof(*k));

	assert_non_null(k);
	k->loop = event_master_create("test");
	k->ops = &ops;
	dumps = questions = refuse = 0;
	assert_true(kfdb_init(k));
	for (unsigned int i = 0; i < MACS; i++) {
		has[i] = BOND;
		hidden[i] = extern_learn[i] = false;
		events->msg(k, message(RTM_NEWNEIGH, i, BOND));
		assert_int_equal(told[i], 1);
	}
	news = 0;
	*state = k;
	return 0;
}

static int teardown(void **state)
{
	struct kernel *k = *state;

	kfdb_fini(k);
	event_master_free(k->loop);
	free(k);
	return 0;
}

static void what_the_dump_missed_is_asked_for(void **state)
{
	struct kernel *k = *state;

	has[1] = 0;	 /* gone */
	hidden[2] = true; /* missed */
	has[3] = ORPHAN; /* moved, and missed */
	hidden[3] = true;
	kfdb_resync_soon(k);
	until_dump(k, 1);
	play_dump(k);
	until_read(k);
	assert_int_equal(questions, 3);
	assert_int_equal(told[1], -1);
	assert_int_equal(told[2], 1);
	assert_int_equal(told[3], 0);
	assert_int_equal(news, 2); /* nothing of what is as it was */
}

static void no_answer_is_no_end(void **state)
{
	struct kernel *k = *state;

	hidden[2] = true;
	refuse = EAGAIN;
	kfdb_resync_soon(k);
	until_dump(k, 1);
	play_dump(k);
	until_dump(k, 2); /* again, from the start */
	refuse = 0;
	has[2] = 0;
	play_dump(k);
	until_read(k);
	assert_int_equal(told[2], -1);
	assert_int_equal(news, 1);
}

static void a_second_reason_begins_anew(void **state)
{
	struct kernel *k = *state;

	hidden[2] = true;
	kfdb_resync_soon(k);
	until_dump(k, 1);
	kfdb_resync_soon(k); /* while it is being read */
	play_dump(k);
	until_dump(k, 2);
	assert_int_equal(questions, 0);
	hidden[2] = false;
	play_dump(k);
	until_read(k);
	assert_int_equal(news, 0);
}

static void lost_events_wait_for_calm(void **state)
{
	struct kernel *k = *state;
	struct event ev;

	events->overrun(k);
	for (unsigned int n = 0; n < STORM; n++)
		events->msg(k, message(RTM_NEWNEIGH, 0, n % 2 ? BOND : ORPHAN));
	assert_int_equal(news, STORM); /* events are news, meanwhile */
	assert_true(event_fetch(k->loop, &ev) != NULL);
	event_call(&ev); /* the first look: not over */
	assert_int_equal(dumps, 0);
	assert_true(kfdb_busy(k));
	until_dump(k, 1);
	play_dump(k);
	until_read(k);
	assert_int_equal(k->stats.fdb_overruns, 1);
	assert_int_equal(k->stats.fdb_reads, 1);
}

/* It was said before we wrote, and is read after it: the kernel is asked, and has ours. */
static void older_news_is_doubted(void **state)
{
	struct kernel *k = *state;
	struct kfdb_entry *e = kfdb_find(k->fdb, &(struct mc_mac){.b = {2, 0, 0, 0, 0, 1}}, VLAN);

	e->ours = true; /* as kernel_fdb() notes it */
	e->written = k->fdb->read;
	events->msg(k, message(RTM_NEWNEIGH, 1, ORPHAN));
	events->msg(k, message(RTM_NEWNEIGH, 2, ORPHAN)); /* nothing was written here */
	assert_int_equal(told[2], 0);
	extern_learn[1] = true;
	events->turn(k);
	assert_int_equal(questions, 1);
	assert_int_equal(news, 1);
	assert_true(e->ours);
	extern_learn[1] = false; /* it moves after what we wrote */
	has[1] = ORPHAN;
	events->msg(k, message(RTM_NEWNEIGH, 1, ORPHAN));
	events->turn(k);
	assert_int_equal(questions, 2);
	assert_int_equal(told[1], 0);
	e->ours = true;
	e->ifindex = BOND;
	e->where = 1;
	events->empty(k); /* no older ones are left */
	events->msg(k, message(RTM_NEWNEIGH, 1, ORPHAN));
	events->turn(k);
	assert_int_equal(questions, 2);
	assert_int_equal(news, 3);
	assert_false(e->ours);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_the_dump_missed_is_asked_for, setup, teardown),
		cmocka_unit_test_setup_teardown(no_answer_is_no_end, setup, teardown),
		cmocka_unit_test_setup_teardown(a_second_reason_begins_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(lost_events_wait_for_calm, setup, teardown),
		cmocka_unit_test_setup_teardown(older_news_is_doubted, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
