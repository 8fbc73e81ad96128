// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Links. One table a nesting level says which attribute goes where and how long
 * it must be at least; one walker reads them all. What a table does not name is
 * skipped, what is too short is left out.
 */
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "mlagd/nl_parse.h"
#include "mlagd/nl_walk.h"

const struct nlmsghdr *nl_msg_first(const void *buf, size_t len)
{
	const struct nlmsghdr *nlh = buf;

	if (len < sizeof(*nlh) || nlh->nlmsg_len < sizeof(*nlh) || nlh->nlmsg_len > len)
		return NULL;
	return nlh;
}

const struct nlmsghdr *nl_msg_next(const struct nlmsghdr *nlh, const void *buf, size_t len)
{
	size_t at = (const char *)nlh - (const char *)buf + NLMSG_ALIGN((size_t)nlh->nlmsg_len);

	return at < len ? nl_msg_first((const char *)buf + at, len - at) : NULL;
}

struct field {
	uint16_t type;
	uint16_t len;
	uint32_t have;
	size_t off;
};

#define F(t, member, bit) {t, sizeof(((struct nl_link *)0)->member), bit, offsetof(struct nl_link, member)}

static const struct field link_fields[] = {
	F(IFLA_ADDRESS, address, NL_HAVE_ADDRESS),
	F(IFLA_PERM_ADDRESS, perm_address, NL_HAVE_PERM_ADDRESS),
	F(IFLA_MASTER, master, NL_HAVE_MASTER),
	F(IFLA_LINK, link, NL_HAVE_LINK),
	F(IFLA_OPERSTATE, operstate, NL_HAVE_OPERSTATE),
	F(IFLA_CARRIER, carrier, NL_HAVE_CARRIER),
	F(IFLA_PROTO_DOWN, protodown, NL_HAVE_PROTODOWN),
	F(IFLA_IFALIAS, alias, NL_HAVE_ALIAS),
	{IFLA_LINK_NETNSID, 0, NL_HAVE_NETNSID, 0},
	{0},
};

static const struct field bond_fields[] = {
	F(IFLA_BOND_MODE, bond_mode, NL_HAVE_BOND_MODE),
	F(IFLA_BOND_AD_LACP_RATE, lacp_rate, NL_HAVE_LACP_RATE),
	F(IFLA_BOND_ALL_SLAVES_ACTIVE, receive_all, NL_HAVE_RECEIVE_ALL),
	F(IFLA_BOND_AD_ACTOR_SYSTEM, actor_system, NL_HAVE_ACTOR_SYSTEM),
	{0},
};

static const struct field ad_info_fields[] = {
	F(IFLA_BOND_AD_INFO_AGGREGATOR, aggregator, NL_HAVE_AGGREGATOR),
	F(IFLA_BOND_AD_INFO_NUM_PORTS, num_ports, NL_HAVE_NUM_PORTS),
	F(IFLA_BOND_AD_INFO_PARTNER_MAC, partner, NL_HAVE_PARTNER),
	{0},
};

static const struct field bond_slave_fields[] = {
	F(IFLA_BOND_SLAVE_STATE, slave_state, NL_HAVE_SLAVE_STATE),
	F(IFLA_BOND_SLAVE_MII_STATUS, mii_status, NL_HAVE_MII),
	F(IFLA_BOND_SLAVE_PERM_HWADDR, slave_hwaddr, NL_HAVE_SLAVE_HWADDR),
	F(IFLA_BOND_SLAVE_AD_AGGREGATOR_ID, slave_aggregator, NL_HAVE_SLAVE_AGGREGATOR),
	F(IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE, actor_port_state, NL_HAVE_ACTOR_PORT_STATE),
	F(IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE, partner_port_state, NL_HAVE_PARTNER_PORT_STATE),
	{0},
};

static const struct field brport_fields[] = {
	F(IFLA_BRPORT_STATE, port_state, NL_HAVE_PORT_STATE),
	F(IFLA_BRPORT_LEARNING, learning, NL_HAVE_LEARNING),
	F(IFLA_BRPORT_UNICAST_FLOOD, flood, NL_HAVE_LEARNING),
	F(IFLA_BRPORT_BACKUP_PORT, backup_port, NL_HAVE_BACKUP_PORT),
	{0},
};

static const struct field bridge_fields[] = {
	F(IFLA_BR_VLAN_FILTERING, vlan_filtering, NL_HAVE_VLAN_FILTERING),
	F(IFLA_BR_AGEING_TIME, ageing, NL_HAVE_AGEING),
	F(IFLA_BR_MCAST_SNOOPING, mcast_snooping, NL_HAVE_AGEING),
	F(IFLA_BR_MCAST_MEMBERSHIP_INTVL, mcast_membership, NL_HAVE_AGEING),
	F(IFLA_BR_MCAST_QUERIER_INTVL, mcast_querier, NL_HAVE_AGEING),
	F(IFLA_BR_MCAST_QUERIER, mcast_asks, NL_HAVE_AGEING),
	F(IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, mcast_response, NL_HAVE_AGEING),
	{0},
};

static const struct field vlan_fields[] = {
	F(IFLA_VLAN_ID, vlan_id, NL_HAVE_VLAN_ID),
	{0},
};

static const struct field vxlan_fields[] = {
	F(IFLA_VXLAN_LOCAL, vxlan_local, NL_HAVE_VXLAN_LOCAL),
	{0},
};

static const struct field no_fields[] = {{0}};

static const struct {
	const char *name;
	const struct field *data;
	const struct field *slave_data;
} kinds[] = {
	[NL_KIND_OTHER] = {"", no_fields, no_fields},
	[NL_KIND_BOND] = {"bond", bond_fields, bond_slave_fields},
	[NL_KIND_BRIDGE] = {"bridge", bridge_fields, brport_fields},
	[NL_KIND_VLAN] = {"vlan", vlan_fields, no_fields},
	[NL_KIND_MACVLAN] = {"macvlan", no_fields, no_fields},
	[NL_KIND_VXLAN] = {"vxlan", vxlan_fields, no_fields},
};

static void take(struct nl_link *l, const struct nlattr *a, const struct field *fields)
{
	const struct field *f;

	for (f = fields; f->have; f++) {
		if (f->type != mnl_attr_get_type(a) || mnl_attr_get_payload_len(a) < f->len)
			continue;
		if (f->len)
			memcpy((char *)l + f->off, mnl_attr_get_payload(a), f->len);
		l->have |= f->have;
	}
}

static void take_nested(struct nl_link *l, const struct nlattr *nest, const struct field *fields)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest)
		take(l, a, fields);
}

static enum nl_kind kind_of(const struct nlattr *a)
{
	size_t len = strnlen(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a));
	unsigned int i;

	for (i = NL_KIND_BOND; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].name) == len && !memcmp(kinds[i].name, mnl_attr_get_payload(a), len))
			return i;
	return NL_KIND_OTHER;
}

static void take_bond(struct nl_link *l, const struct nlattr *data)
{
	const struct nlattr *a;

	take_nested(l, data, bond_fields);
	mnl_attr_for_each_nested(a, data)
		if (mnl_attr_get_type(a) == IFLA_BOND_AD_INFO)
			take_nested(l, a, ad_info_fields);
}

/* Kinds may stand behind their data, so they are read first. */
static void take_linkinfo(struct nl_link *l, const struct nlattr *info)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, info) {
		if (mnl_attr_get_type(a) == IFLA_INFO_KIND)
			l->kind = kind_of(a);
		else if (mnl_attr_get_type(a) == IFLA_INFO_SLAVE_KIND)
			l->slave_kind = kind_of(a);
	}
	mnl_attr_for_each_nested(a, info) {
		if (mnl_attr_get_type(a) == IFLA_INFO_SLAVE_DATA)
			take_nested(l, a, kinds[l->slave_kind].slave_data);
		else if (mnl_attr_get_type(a) != IFLA_INFO_DATA)
			continue;
		else if (l->kind == NL_KIND_BOND)
			take_bond(l, a);
		else
			take_nested(l, a, kinds[l->kind].data);
	}
}

static void set_range(struct nl_vlans *v, unsigned int from, unsigned int to)
{
	for (; from <= to && from < NL_VLANS; from++)
		v->bits[from / 64] |= UINT64_C(1) << (from % 64);
}

static void take_vlans(struct nl_link *l, const struct nlattr *spec, struct nl_vlans *v)
{
	struct bridge_vlan_info info;
	const struct nlattr *a;
	unsigned int begin = 0;

	memset(v, 0, sizeof(*v));
	l->have |= NL_HAVE_VLANS;
	mnl_attr_for_each_nested(a, spec) {
		if (mnl_attr_get_type(a) != IFLA_BRIDGE_VLAN_INFO || mnl_attr_get_payload_len(a) < sizeof(info))
			continue;
		memcpy(&info, mnl_attr_get_payload(a), sizeof(info));
		if (info.flags & BRIDGE_VLAN_INFO_PVID)
			v->pvid = info.vid;
		if (info.flags & BRIDGE_VLAN_INFO_RANGE_BEGIN) {
			begin = info.vid;
			continue;
		}
		set_range(v, info.flags & BRIDGE_VLAN_INFO_RANGE_END && begin ? begin : info.vid, info.vid);
		begin = 0;
	}
}

static void take_name(struct nl_link *l, const struct nlattr *a)
{
	size_t len = strnlen(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a));

	if (len == 0 || len >= sizeof(l->name))
		return;
	memcpy(l->name, mnl_attr_get_payload(a), len);
	l->name[len] = '\0';
	l->have |= NL_HAVE_NAME;
}

bool nl_parse_link(const struct nlmsghdr *nlh, struct nl_link *l, struct nl_vlans *vlans)
{
	const struct ifinfomsg *ifi;
	const struct nlattr *a;

	if ((nlh->nlmsg_type != RTM_NEWLINK && nlh->nlmsg_type != RTM_DELLINK) || !nl_has_header(nlh, sizeof(*ifi)))
		return false;
	ifi = mnl_nlmsg_get_payload(nlh);
	memset(l, 0, sizeof(*l));
	l->del = nlh->nlmsg_type == RTM_DELLINK;
	l->family = ifi->ifi_family;
	l->ifindex = ifi->ifi_index;
	l->flags = ifi->ifi_flags;
	nl_for_each_attr (a, nlh, sizeof(*ifi)) {
		take(l, a, link_fields);
		if (mnl_attr_get_type(a) == IFLA_IFNAME)
			take_name(l, a);
		else if (mnl_attr_get_type(a) == IFLA_LINKINFO)
			take_linkinfo(l, a);
		else if (mnl_attr_get_type(a) == IFLA_PROTINFO && l->family == AF_BRIDGE)
			take_nested(l, a, brport_fields);
		else if (mnl_attr_get_type(a) == IFLA_AF_SPEC && l->family == AF_BRIDGE && vlans)
			take_vlans(l, a, vlans);
	}
	return l->ifindex > 0;
}
