// SPDX-License-Identifier: GPL-2.0-or-later
/* See nl_addr.h. */
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "mlagd/nl_addr.h"
#include "mlagd/nl_walk.h"

/* IFA_LOCAL is one's own end where IFA_ADDRESS is the other's; IPv6 mostly has the latter alone. */
static bool take(struct nl_addr *a, const struct nlattr *attr, bool *local)
{
	uint16_t len = mnl_attr_get_payload_len(attr), type = mnl_attr_get_type(attr);
	struct ifa_cacheinfo ci;

	if (type == IFA_FLAGS && len >= sizeof(a->flags))
		memcpy(&a->flags, mnl_attr_get_payload(attr), sizeof(a->flags));
	else if (type == IFA_RT_PRIORITY && len >= sizeof(a->priority))
		memcpy(&a->priority, mnl_attr_get_payload(attr), sizeof(a->priority));
	else if (type == IFA_CACHEINFO && len >= sizeof(ci)) {
		memcpy(&ci, mnl_attr_get_payload(attr), sizeof(ci));
		a->valid = ci.ifa_valid;
	}
	if ((type != IFA_ADDRESS && type != IFA_LOCAL) || len != nl_addr_len(a->family))
		return false;
	if (type == IFA_ADDRESS && *local)
		return true;
	*local = type == IFA_LOCAL;
	memcpy(a->addr, mnl_attr_get_payload(attr), len);
	return true;
}

bool nl_parse_addr(const struct nlmsghdr *nlh, struct nl_addr *a)
{
	const struct ifaddrmsg *ifa;
	const struct nlattr *attr;
	bool found = false, local = false;

	if ((nlh->nlmsg_type != RTM_NEWADDR && nlh->nlmsg_type != RTM_DELADDR) ||
	    !nl_has_header(nlh, sizeof(*ifa)))
		return false;
	ifa = mnl_nlmsg_get_payload(nlh);
	*a = (struct nl_addr){
		.del = nlh->nlmsg_type == RTM_DELADDR,
		.family = ifa->ifa_family,
		.plen = ifa->ifa_prefixlen,
		.scope = ifa->ifa_scope,
		.flags = ifa->ifa_flags,
		.ifindex = ifa->ifa_index,
		.valid = UINT32_MAX,
	};
	if ((a->family != AF_INET && a->family != AF_INET6) || a->plen > 8 * nl_addr_len(a->family))
		return false;
	nl_for_each_attr (attr, nlh, sizeof(*ifa))
		found |= take(a, attr, &local);
	return found && a->ifindex > 0;
}
