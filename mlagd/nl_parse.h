// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rtnetlink messages into plain structures. Pure: bytes in, structure out, no
 * socket, no table, no log; every length is checked before it is used, so it
 * is fuzzed as it is. It knows the attributes that MLAG decides on, and skips
 * all others.
 */
#ifndef MLAGD_NL_PARSE_H
#define MLAGD_NL_PARSE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <linux/netlink.h>
#include <net/if.h>

/* What a link is, or what its master is (slave_kind). */
enum nl_kind {
	NL_KIND_OTHER, /* no or unknown IFLA_INFO_KIND */
	NL_KIND_BOND,
	NL_KIND_BRIDGE,
	NL_KIND_VLAN,
	NL_KIND_MACVLAN,
	NL_KIND_VXLAN,
};

/* Which of a link's optional values a message carried: bits of nl_link.have. */
enum nl_have {
	NL_HAVE_NAME = 1 << 0,
	NL_HAVE_ADDRESS = 1 << 1,
	NL_HAVE_PERM_ADDRESS = 1 << 2,
	NL_HAVE_MASTER = 1 << 3,
	NL_HAVE_LINK = 1 << 4,
	NL_HAVE_OPERSTATE = 1 << 5,
	NL_HAVE_CARRIER = 1 << 6,
	NL_HAVE_NETNSID = 1 << 7, /* IFLA_LINK is an ifindex of another namespace */
	NL_HAVE_VLAN_ID = 1 << 8,
	NL_HAVE_BOND_MODE = 1 << 9,
	NL_HAVE_LACP_RATE = 1 << 10,
	NL_HAVE_ACTOR_SYSTEM = 1 << 11, /* only shown to CAP_NET_ADMIN */
	NL_HAVE_AGGREGATOR = 1 << 12,
	NL_HAVE_NUM_PORTS = 1 << 13,
	NL_HAVE_PARTNER = 1 << 14,
	NL_HAVE_SLAVE_STATE = 1 << 15,
	NL_HAVE_MII = 1 << 16,
	NL_HAVE_SLAVE_HWADDR = 1 << 17,
	NL_HAVE_SLAVE_AGGREGATOR = 1 << 18,
	NL_HAVE_ACTOR_PORT_STATE = 1 << 19,
	NL_HAVE_PARTNER_PORT_STATE = 1 << 20,
	NL_HAVE_PORT_STATE = 1 << 21,
	NL_HAVE_LEARNING = 1 << 22,
	NL_HAVE_BACKUP_PORT = 1 << 23,
	NL_HAVE_VLAN_FILTERING = 1 << 24,
	NL_HAVE_AGEING = 1 << 25,
	NL_HAVE_VLANS = 1 << 26,
	NL_HAVE_RECEIVE_ALL = 1 << 27,
	NL_HAVE_ALIAS = 1 << 28,
	NL_HAVE_PROTODOWN = 1 << 29,
	NL_HAVE_VXLAN_LOCAL = 1 << 30, /* an IPv4 source */
};

#define NL_MAC_LEN 6

/* net/if.h has not got it, and linux/if.h quarrels with net/if.h */
#define NL_IFF_LOWER_UP 0x10000

/* 802.3 LACP port state bits, actor's and partner's. */
#define NL_LACP_COLLECTING   0x10
#define NL_LACP_DISTRIBUTING 0x20
#define NL_LACP_DEFAULTED    0x40
#define NL_LACP_EXPIRED	     0x80

#define NL_BOND_MODE_8023AD 4

struct nl_link {
	uint32_t have; /* enum nl_have */
	bool del;
	uint8_t family; /* AF_UNSPEC: the link; AF_BRIDGE: its bridge port alone */
	int32_t ifindex;
	uint32_t flags; /* IFF_* */
	char name[IFNAMSIZ];
	uint8_t address[NL_MAC_LEN];
	uint8_t perm_address[NL_MAC_LEN];
	uint32_t master;
	uint32_t link;
	uint8_t operstate; /* IF_OPER_* */
	uint8_t carrier;
	uint8_t protodown;
	char alias[8]; /* the first bytes of it; shorter ones are left out */
	enum nl_kind kind;
	enum nl_kind slave_kind;
	uint16_t vlan_id;
	uint32_t vxlan_local; /* network order */

	uint8_t bond_mode;
	uint8_t lacp_rate; /* 0 slow, 1 fast */
	uint8_t receive_all; /* all_slaves_active: 1 takes in frames on members that do not collect yet */
	uint8_t actor_system[NL_MAC_LEN];
	uint16_t aggregator; /* the active one */
	uint16_t num_ports;
	uint8_t partner[NL_MAC_LEN];

	uint8_t slave_state; /* 0 active, 1 backup: not in the active aggregator, or disabled */
	uint8_t mii_status;  /* 0 up */
	uint8_t slave_hwaddr[NL_MAC_LEN];
	uint16_t slave_aggregator;
	uint8_t actor_port_state;
	uint16_t partner_port_state;

	uint8_t port_state; /* BR_STATE_* */
	uint8_t learning, flood; /* flood: of unknown unicast; told together */
	uint32_t backup_port; /* ifindex, 0 none */

	uint8_t vlan_filtering;
	uint32_t ageing; /* in USER_HZ */
	/* told with it, if the kernel can snoop: */
	uint8_t mcast_snooping, mcast_asks;
	uint64_t mcast_membership, mcast_querier; /* lifetime of a group, of a router port; in USER_HZ */
	uint64_t mcast_response;		  /* time that listeners have to answer; likewise */
};

/* A bond that speaks LACP (IEEE 802.1AX). */
static inline bool nl_is_lacp(const struct nl_link *l)
{
	return l->kind == NL_KIND_BOND && l->have & NL_HAVE_BOND_MODE && l->bond_mode == NL_BOND_MODE_8023AD;
}

/* A bond's member in the active aggregator, our own end as far as it can be without the partner. */
static inline bool nl_lacp_active(const struct nl_link *m)
{
	const uint32_t needed = NL_HAVE_ACTOR_PORT_STATE | NL_HAVE_PARTNER_PORT_STATE | NL_HAVE_SLAVE_STATE;
	const uint8_t on = NL_LACP_COLLECTING | NL_LACP_DISTRIBUTING;

	return (m->have & needed) == needed && m->slave_state == 0 && (m->actor_port_state & on) == on &&
	       !(m->actor_port_state & NL_LACP_DEFAULTED);
}

/* The partner collects and distributes too. */
static inline bool nl_lacp_partner_ready(const struct nl_link *m)
{
	const uint8_t on = NL_LACP_COLLECTING | NL_LACP_DISTRIBUTING;

	return (m->partner_port_state & on) == on;
}

/* Alias of a device that mlagd made: a virtual router's (E3). As long as nl_link.alias. */
#define NL_ALIAS_OURS "frr-mlag"

static inline bool nl_is_our_macvlan(const struct nl_link *l)
{
	return l->kind == NL_KIND_MACVLAN && l->have & NL_HAVE_ALIAS &&
	       memcmp(l->alias, NL_ALIAS_OURS, sizeof(l->alias)) == 0;
}

#define NL_VLANS 4096

/* VLANs of a bridge port, one bit each. */
struct nl_vlans {
	uint64_t bits[NL_VLANS / 64];
	uint16_t pvid; /* what comes untagged is in this one; 0 it is dropped */
};

static inline bool nl_vlan_has(const struct nl_vlans *v, uint16_t vid)
{
	return vid < NL_VLANS && (v->bits[vid / 64] >> (vid % 64) & 1);
}

/*
 * The message at nlh if it lies wholly within the len bytes there, else NULL.
 * (mnl_nlmsg_ok() takes a length beyond INT_MAX for a negative, hence good one.)
 */
const struct nlmsghdr *nl_msg_first(const void *buf, size_t len);
/* The one behind nlh in the same buffer; NULL: none, or not whole. */
const struct nlmsghdr *nl_msg_next(const struct nlmsghdr *nlh, const void *buf, size_t len);

/*
 * RTM_NEWLINK and RTM_DELLINK. nlh must be whole (nl_msg_first); vlans may be
 * NULL, and is written only if the message carried them (NL_HAVE_VLANS).
 * False: another type, or too short to be one.
 */
bool nl_parse_link(const struct nlmsghdr *nlh, struct nl_link *l, struct nl_vlans *vlans);

struct nl_fdb {
	bool del;
	int32_t ifindex; /* the port, or the bridge itself */
	uint32_t master; /* the bridge, 0 none (a device's own table) */
	uint16_t state;	 /* NUD_* */
	uint8_t flags;	 /* NTF_* */
	uint32_t ext_flags;
	uint16_t vlan; /* 0 none */
	uint32_t idle; /* in USER_HZ: heard last so long ago; UINT32_MAX not told */
	uint8_t mac[NL_MAC_LEN];
};

/* RTM_NEWNEIGH and RTM_DELNEIGH of AF_BRIDGE with an Ethernet address; false: anything else. */
bool nl_parse_fdb(const struct nlmsghdr *nlh, struct nl_fdb *f);

struct nl_neigh {
	bool del;
	uint8_t family; /* AF_INET, AF_INET6 */
	int32_t ifindex;
	uint16_t state; /* NUD_* */
	uint8_t flags;	/* NTF_* */
	uint8_t protocol;
	bool has_mac;
	uint8_t mac[NL_MAC_LEN];
	uint8_t addr[16]; /* IPv4: the first 4, then zeros */
};

/* RTM_NEWNEIGH and RTM_DELNEIGH of IPv4 and IPv6 with an address; false: anything else. */
bool nl_parse_neigh(const struct nlmsghdr *nlh, struct nl_neigh *n);

#endif
