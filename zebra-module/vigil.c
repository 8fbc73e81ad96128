// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One check() for whatever happens: a word of mlagd's, its end, a change of a
 * link, time. While mlagd is well and the peerlink has carrier that costs no
 * look at the kernel: links are read only when something may hang on them.
 */
#include <zebra.h>
#include <linux/rtnetlink.h>

#include "frrevent.h"
#include "log.h"
#include "monotime.h"

#include "mlagd/nl.h"
#include "mlagd/nl_parse.h"
#include "zebra-module/links.h"
#include "zebra-module/server.h"
#include "zebra-module/vigil.h"

#define LINK_RCVBUF (1 << 20)
#define SPACING_MS  20 /* between looks for links that are not the peerlink's */
#define RETRY_MS    1000

static struct event_loop *loop;
static const struct vigil_ops *ops;
static struct links *links;
static struct nl_stream *stream;
static struct channel_msg orders; /* the last ones */
static bool given;		  /* and they came over this connection: until then mlagd has not read its configuration */
static struct links_facts facts;
static bool stale, boot, silent;
static int64_t heard, asked, moved, due; /* ms; asked, moved 0: nothing is */
static uint64_t question;
static struct event *t_check;

static void check(struct event *event);

static int64_t now_ms(void)
{
	struct timeval tv;

	monotime(&tv);
	return (int64_t)tv.tv_sec * 1000 + tv.tv_usec / 1000;
}

static uint32_t since(int64_t then)
{
	return MIN(now_ms() - then, (int64_t)DEADMAN_NEVER - 1);
}

/* At the latest. */
static void check_in(uint32_t ms)
{
	if (ms == DEADMAN_NEVER || (t_check && due <= now_ms() + ms))
		return;
	due = now_ms() + ms;
	event_cancel(&t_check);
	event_add_timer_msec(loop, check, NULL, ms, &t_check);
}

/* -------------------------------------------------------------- carry out */

static void say(enum channel_type type, uint64_t generation)
{
	static struct channel_msg m;

	m.type = type;
	m.generation = generation;
	server_send(&m);
}

static void act(const struct deadman_out *out)
{
	unsigned int n;

	if (out->take_down && !boot)
		moved = now_ms();
	if (out->take_down && (n = links_take_down(links, boot)))
		zlog_notice("mlag: %u ports held down %s", n,
			    boot ? "until mlagd says otherwise" : "for a moment, for hosts to move: FRR is stopped");
	if (out->own_id && (n = links_own_id(links)))
		zlog_warn("mlag: mlagd is silent%s: %u bonds go to their own LACP id",
			  facts.carrier ? "" : " and the peerlink is lost", n);
	if (out->give_back && (n = links_give_back(links, ops->stay_down)))
		zlog_warn("mlag: mlagd is silent and its lease, or the moment, is over: %u ports go up", n);
	if (out->end) {
		zlog_err("mlag: mlagd hangs: it is ended, for watchfrr to start another");
		server_kill_peer();
	}
	if (out->silent && ops->routes)
		ops->routes(out->routes, &orders);
}

static struct deadman_in known(void)
{
	return (struct deadman_in){
		.orders = orders.orders,
		.boot = boot,
		.module = ops->module,
		.connected = server_connected() && given,
		.routing = !ops->routing || ops->routing(),
		.heard_ms = since(heard),
		.asked_ms = asked ? since(asked) : DEADMAN_NEVER,
		.moved_ms = moved ? since(moved) : DEADMAN_NEVER,
		.carrier = facts.carrier,
		.shared = facts.shared,
		.taken = facts.taken,
		.any_bond = facts.any_bond,
		.distributing = facts.distributing,
		.some_down = facts.some_down,
	};
}

/* All is well, and what was seen is still so. */
static bool nothing_to_see(void)
{
	struct deadman_in in = known();

	return !stale && !boot && facts.carrier && !asked && !deadman_doubts(&in);
}

static void check(struct event *event)
{
	struct deadman_in in;
	struct deadman_out out;

	if (!stream || !orders.orders.managing)
		return;
	if (!nothing_to_see() && !links_look(links, &orders, &facts)) {
		check_in(RETRY_MS);
		return;
	}
	stale = false;
	in = known();
	out = deadman_decide(&in);
	if (out.silent && !silent)
		zlog_warn("mlag: no word of mlagd for %u ms", in.heard_ms);
	silent = out.silent;
	if (out.ask) {
		asked = now_ms();
		say(CHANNEL_PING, ++question);
	}
	act(&out);
	check_in(out.again_ms);
}

struct links *vigil_look(void)
{
	if (!stream || !orders.orders.managing || !links_look(links, &orders, &facts))
		return NULL;
	stale = false;
	return links;
}

/* ------------------------------------------------------------- from mlagd */

/* A word of the mlagd that was silent: it believes that what it said last is so. */
static void spoke(void)
{
	heard = now_ms();
	asked = 0;
	if (silent) {
		silent = false;
		zlog_notice("mlag: mlagd speaks again");
		if (ops->routes)
			ops->routes(DEADMAN_ROUTES_ORDERED, &orders);
	}
	if (ops->word)
		ops->word();
}

static void on_orders(const struct channel_msg *m)
{
	if (boot && !m->orders.managing && links_look(links, &orders, &facts))
		links_give_back(links, ops->stay_down);
	orders = *m;
	given = true;
	boot = false;
	moved = 0;
	stale = true;
	if (ops->orders)
		ops->orders(&orders);
	spoke();
	check_in(0);
}

static void on_msg(const struct channel_msg *m)
{
	if (m->type == CHANNEL_ORDERS)
		on_orders(m);
	else if (given)
		spoke();
	if (m->type != CHANNEL_ORDERS && m->type != CHANNEL_BEAT)
		ops->msg(m);
}

static void on_connected(bool up)
{
	given = false;
	asked = 0;
	ops->connected(up);
	check_in(0);
}

static const struct server_ops server_ops = {.msg = on_msg, .connected = on_connected};

/* -------------------------------------------------------- from the kernel */

/* Only what may change a decision leads to a look: the peerlink's links, and any while mlagd is not there. */
static void on_link(void *arg, const struct nlmsghdr *nlh)
{
	struct nl_link l;

	if (!nl_parse_link(nlh, &l, NULL))
		return;
	if (boot || l.ifindex == facts.peerlink || (l.have & NL_HAVE_MASTER && l.master == (uint32_t)facts.peerlink)) {
		stale = true;
		check_in(0);
	} else if (silent) {
		check_in(SPACING_MS);
	}
}

static void on_overrun(void *arg)
{
	stale = true;
	check_in(0);
}

static const struct nl_stream_ops link_ops = {
	.name = "links",
	.msg = on_link,
	.overrun = on_overrun,
};

void vigil_start(struct event_loop *l, const char *socket_path, const char *state_dir, const struct vigil_ops *o,
		 const struct channel_msg *at_boot, const struct channel_msg *last)
{
	static const unsigned int groups[] = {RTNLGRP_LINK, 0};

	loop = l;
	ops = o;
	heard = now_ms();
	links = links_new(state_dir);
	stream = links ? nl_stream_new(loop, NETLINK_ROUTE, groups, LINK_RCVBUF, &link_ops, NULL) : NULL;
	if (!stream)
		zlog_err("mlag: no netlink socket: nobody acts when mlagd is silent");
	if (stream && (at_boot || last))
		orders = at_boot ? *at_boot : *last;
	boot = stream && at_boot;
	stale = true;
	server_start(loop, socket_path, &server_ops);
	check_in(0);
}

void vigil_stop(void)
{
	event_cancel(&t_check);
	if (stream)
		nl_stream_free(stream);
	stream = NULL;
	links_free(links);
	links = NULL;
}
