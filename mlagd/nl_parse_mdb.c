// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See nl_parse_mdb.h. An entry is a structure with attributes behind it inside
 * one attribute, which libmnl's walks do not know: the walk here starts behind
 * the structure and ends where the attribute does.
 */
#include <string.h>
#include <arpa/inet.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/if_bridge.h>
#include <linux/if_ether.h>
#include <linux/rtnetlink.h>

#include "mlagd/nl_parse_mdb.h"
#include "mlagd/nl_walk.h"

static const char *end_of(const struct nlattr *a)
{
	return (const char *)mnl_attr_get_payload(a) + mnl_attr_get_payload_len(a);
}

static void take_u8(const struct nlattr *a, uint8_t *to)
{
	if (mnl_attr_get_payload_len(a) >= sizeof(*to))
		*to = mnl_attr_get_u8(a);
}

static void take_timer(const struct nlattr *a, struct nl_mdb *m)
{
	if (mnl_attr_get_payload_len(a) < sizeof(m->timer))
		return;
	m->timer = mnl_attr_get_u32(a);
	m->has_timer = true;
}

static void take_source(const struct nlattr *a, struct nl_mdb *m)
{
	size_t size = m->v6 ? 16 : 4;

	if (mnl_attr_get_payload_len(a) != size)
		return;
	memcpy(m->source, mnl_attr_get_payload(a), size);
	m->has_source = true;
}

static void take_info(const struct nlattr *a, struct nl_mdb *m)
{
	switch (mnl_attr_get_type(a)) {
	case MDBA_MDB_EATTR_TIMER:
		take_timer(a, m);
		break;
	case MDBA_MDB_EATTR_GROUP_MODE:
		take_u8(a, &m->mode);
		break;
	case MDBA_MDB_EATTR_SOURCE:
		take_source(a, m);
		break;
	case MDBA_MDB_EATTR_RTPROT:
		take_u8(a, &m->protocol);
		break;
	}
}

static bool take_entry(const struct nlattr *info, struct nl_mdb *m)
{
	struct br_mdb_entry e;
	const struct nlattr *a;

	if (mnl_attr_get_payload_len(info) < sizeof(e))
		return false;
	memcpy(&e, mnl_attr_get_payload(info), sizeof(e));
	if (e.addr.proto != htons(ETH_P_IP) && e.addr.proto != htons(ETH_P_IPV6))
		return false;
	m->v6 = e.addr.proto == htons(ETH_P_IPV6);
	memcpy(m->group, &e.addr.u, m->v6 ? 16 : 4);
	m->ifindex = e.ifindex;
	m->vlan = e.vid;
	m->permanent = e.state == MDB_PERMANENT;
	m->blocked = e.flags & (MDB_FLAGS_STAR_EXCL | MDB_FLAGS_BLOCKED);
	m->protocol = RTPROT_KERNEL; /* the bridge's own membership has none */
	nl_for_each_between (a, (const char *)mnl_attr_get_payload(info) + MNL_ALIGN(sizeof(e)), end_of(info))
		take_info(a, m);
	return m->vlan < 4096;
}

static bool take_router(const struct nlattr *port, struct nl_mdb *m)
{
	const struct nlattr *a;
	uint32_t ifindex;

	if (mnl_attr_get_payload_len(port) < sizeof(ifindex))
		return false;
	memcpy(&ifindex, mnl_attr_get_payload(port), sizeof(ifindex));
	m->router = true;
	m->ifindex = ifindex;
	nl_for_each_between (a, (const char *)mnl_attr_get_payload(port) + MNL_ALIGN(sizeof(ifindex)), end_of(port)) {
		if (mnl_attr_get_type(a) == MDBA_ROUTER_PATTR_TIMER)
			take_timer(a, m);
		else if (mnl_attr_get_type(a) == MDBA_ROUTER_PATTR_TYPE && mnl_attr_get_payload_len(a) >= 1) {
			m->type = mnl_attr_get_u8(a);
			m->has_type = true;
		}
	}
	return true;
}

struct sink {
	void (*cb)(void *arg, const struct nl_mdb *m);
	void *arg;
	struct nl_mdb blank;
};

static void groups(const struct nlattr *mdb, const struct sink *s)
{
	const struct nlattr *entry, *info;

	mnl_attr_for_each_nested(entry, mdb) {
		if (mnl_attr_get_type(entry) != MDBA_MDB_ENTRY)
			continue;
		mnl_attr_for_each_nested(info, entry) {
			struct nl_mdb m = s->blank;

			if (mnl_attr_get_type(info) == MDBA_MDB_ENTRY_INFO && take_entry(info, &m))
				s->cb(s->arg, &m);
		}
	}
}

static void routers(const struct nlattr *list, const struct sink *s)
{
	const struct nlattr *port;

	mnl_attr_for_each_nested(port, list) {
		struct nl_mdb m = s->blank;

		if (mnl_attr_get_type(port) == MDBA_ROUTER_PORT && take_router(port, &m))
			s->cb(s->arg, &m);
	}
}

bool nl_parse_mdb(const struct nlmsghdr *nlh, void (*cb)(void *arg, const struct nl_mdb *m), void *arg)
{
	struct sink s = {.cb = cb, .arg = arg};
	const struct nlattr *a;
	struct br_port_msg bpm;

	if (nlh->nlmsg_type != RTM_NEWMDB && nlh->nlmsg_type != RTM_DELMDB && nlh->nlmsg_type != RTM_GETMDB)
		return false;
	if (!nl_has_header(nlh, sizeof(bpm)))
		return false;
	memcpy(&bpm, mnl_nlmsg_get_payload(nlh), sizeof(bpm));
	if (bpm.family != AF_BRIDGE && nlh->nlmsg_type != RTM_GETMDB)
		return false; /* a dump leaves it empty */
	s.blank.del = nlh->nlmsg_type == RTM_DELMDB;
	s.blank.bridge = bpm.ifindex;
	nl_for_each_attr (a, nlh, sizeof(bpm)) {
		if (mnl_attr_get_type(a) == MDBA_MDB)
			groups(a, &s);
		else if (mnl_attr_get_type(a) == MDBA_ROUTER)
			routers(a, &s);
	}
	return true;
}
