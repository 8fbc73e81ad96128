// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bridge's multicast database (RTM_NEWMDB, RTM_DELMDB, and RTM_GETMDB as
 * which a dump comes) into plain entries. Pure, every length checked, fuzzed.
 */
#ifndef MLAGD_NL_PARSE_MDB_H
#define MLAGD_NL_PARSE_MDB_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/netlink.h>

#define NL_MDB_INCLUDE 1 /* mode: only sources that are listed, so nobody wants them all */

/* One port of one group, or one port with a multicast router behind it. */
struct nl_mdb {
	bool del;
	bool router;
	bool v6;
	bool permanent;	 /* an operator's */
	bool blocked;	 /* sources: not wanted, or there only because somebody wants all */
	bool has_source; /* the group from this source alone */
	bool has_timer, has_type;
	int32_t bridge, ifindex; /* ifindex: of the port, or of the bridge itself */
	uint16_t vlan;		 /* 0 none */
	uint8_t protocol;	 /* RTPROT_* */
	uint8_t mode;		 /* of a group without source: 0, or NL_MDB_INCLUDE */
	uint8_t type;		 /* of a router port: MDB_RTR_TYPE_* */
	uint32_t timer;		 /* left to live, in USER_HZ; 0: none, or over */
	uint8_t group[16], source[16]; /* IPv4: the first 4, then zeros */
};

/*
 * Each entry of the message to cb, but those of groups that are no IP address.
 * False: another message, or too short to be one.
 */
bool nl_parse_mdb(const struct nlmsghdr *nlh, void (*cb)(void *arg, const struct nl_mdb *m), void *arg);

#endif
