// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * RTM_NEWADDR and RTM_DELADDR into plain structures. Pure and length-checked,
 * as nl_parse.h, which has the walk over a buffer.
 */
#ifndef MLAGD_NL_ADDR_H
#define MLAGD_NL_ADDR_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/netlink.h>

struct nl_addr {
	bool del;
	uint8_t family;	   /* AF_INET, AF_INET6 */
	uint8_t plen;	   /* 0..32, 0..128 */
	uint8_t scope;	   /* RT_SCOPE_* */
	int32_t ifindex;
	uint32_t flags;	   /* IFA_F_* */
	uint32_t priority; /* metric of the connected route, 0 the kernel's own */
	uint8_t addr[16];  /* 4 bytes of it for AF_INET */
	uint32_t valid;	   /* seconds this address remains, UINT32_MAX for ever */
};

static inline unsigned int nl_addr_len(uint8_t family)
{
	return family == 2 /* AF_INET */ ? 4 : 16;
}

/* False: another type, another family, no address, or too short to be one. */
bool nl_parse_addr(const struct nlmsghdr *nlh, struct nl_addr *a);

#endif
