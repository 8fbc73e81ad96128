// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The shared VTEP address while it stands on no interface, so that nobody
 * announces it. Two cases, each a few words to the kernel's routing:
 *
 *   coming forward   it is our own (a route of type local), or the vxlan
 *                    devices could not send from it; no routing daemon looks there
 *   cut off          spines go on sending what is for it until BGP has told
 *                    them, and our own way to it, to the other member, leads
 *                    back to them: each packet would go round until its TTL is
 *                    over, at the cost of those that are to tell them. What
 *                    others send is dropped; what we send ourselves goes
 *
 * Nothing is read back: who takes these away by hand ends a state of seconds.
 */
#include <zebra.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "log.h"

#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"

#define RULE_OURS   5342 /* preference: behind the local table, before VRFs' rule */
#define RULE_OTHERS 5343

static void refused(void *arg, uint32_t cookie, int err, const char *text)
{
	if (err != -EEXIST && err != -ESRCH && err != -ENOENT)
		zlog_warn("shared VTEP: the kernel refused a %s: %s%s%s", cookie ? "rule" : "route", strerror(-err),
			  text[0] ? ": " : "", text);
}

static void add_route(struct kernel *k, struct in_addr addr, bool on)
{
	struct nlmsghdr *nlh = nl_batch_msg(k->req, on ? RTM_NEWROUTE : RTM_DELROUTE, on ? NLM_F_CREATE | NLM_F_EXCL : 0);
	struct rtmsg *rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
	const struct klink *lo = klink_find_name(k, "lo");

	rtm->rtm_family = AF_INET;
	rtm->rtm_dst_len = IPV4_MAX_BITLEN;
	rtm->rtm_table = RT_TABLE_LOCAL;
	rtm->rtm_protocol = KERNEL_PROTO;
	rtm->rtm_scope = RT_SCOPE_HOST;
	rtm->rtm_type = RTN_LOCAL;
	mnl_attr_put(nlh, RTA_DST, sizeof(addr), &addr);
	mnl_attr_put_u32(nlh, RTA_OIF, lo ? lo->l.ifindex : 1);
	mnl_attr_put_u32(nlh, RTA_PRIORITY, RULE_OURS); /* beside the one of an address on loopback */
	nl_batch_add(k->req, 0);
}

/* iif: the device that a packet came in by, loopback for our own; NULL: any. */
static void add_rule(struct kernel *k, struct in_addr addr, bool on, uint32_t preference, const char *iif, uint8_t action)
{
	struct nlmsghdr *nlh = nl_batch_msg(k->req, on ? RTM_NEWRULE : RTM_DELRULE, on ? NLM_F_CREATE | NLM_F_EXCL : 0);
	struct fib_rule_hdr *frh = mnl_nlmsg_put_extra_header(nlh, sizeof(*frh));

	frh->family = AF_INET;
	frh->dst_len = IPV4_MAX_BITLEN;
	frh->action = action;
	frh->table = action == FR_ACT_TO_TBL ? RT_TABLE_MAIN : RT_TABLE_UNSPEC;
	mnl_attr_put(nlh, FRA_DST, sizeof(addr), &addr);
	mnl_attr_put_u32(nlh, FRA_PRIORITY, preference);
	mnl_attr_put_u8(nlh, FRA_PROTOCOL, KERNEL_PROTO);
	if (iif)
		mnl_attr_put_strz(nlh, FRA_IIFNAME, iif);
	nl_batch_add(k->req, 1);
}

static void set_local(struct kernel *k, struct in_addr addr, bool on)
{
	nl_batch_begin(k->req, refused, NULL);
	add_route(k, addr, on);
	nl_batch_commit(k->req);
}

static void set_refused(struct kernel *k, struct in_addr addr, bool on)
{
	nl_batch_begin(k->req, refused, NULL);
	add_rule(k, addr, on, RULE_OURS, "lo", FR_ACT_TO_TBL);
	add_rule(k, addr, on, RULE_OTHERS, NULL, FR_ACT_BLACKHOLE);
	nl_batch_commit(k->req);
}

/* With the peerlink, that is the way to the other member: what comes by here may be meant to. */
static bool cut_off(const struct kernel *k, bool local)
{
	return !local && !k->pl.carrier;
}

bool kvway_differs(const struct kvway *w, const struct kernel *k, struct in_addr addr, bool local)
{
	if (!addr.s_addr)
		return w->asked;
	return !w->asked || w->addr.s_addr != addr.s_addr || w->local != local || w->refused != cut_off(k, local);
}

void kvway_apply(struct kvway *w, struct kernel *k, struct in_addr addr, bool local)
{
	if (!kvway_differs(w, k, addr, local))
		return;
	if (w->asked && w->addr.s_addr != addr.s_addr) {
		set_local(k, w->addr, false);
		set_refused(k, w->addr, false);
		w->asked = false;
	}
	if (!addr.s_addr)
		return;
	if (!w->asked || w->local != local)
		set_local(k, addr, local);
	if (!w->asked || w->refused != cut_off(k, local))
		set_refused(k, addr, cut_off(k, local));
	*w = (struct kvway){.addr = addr, .asked = true, .local = local, .refused = cut_off(k, local)};
}
