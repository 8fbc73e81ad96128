// SPDX-License-Identifier: GPL-2.0-or-later
/* What RTM_NEWNEIGH and RTM_DELNEIGH carry: addresses of a bridge, neighbours of IPv4 and IPv6. See nl_parse.h. */
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "mlagd/nl_parse.h"
#include "mlagd/nl_walk.h"

bool nl_parse_fdb(const struct nlmsghdr *nlh, struct nl_fdb *f)
{
	const struct ndmsg *ndm;
	const struct nlattr *a;
	struct nda_cacheinfo ci;
	bool has_mac = false;

	if ((nlh->nlmsg_type != RTM_NEWNEIGH && nlh->nlmsg_type != RTM_DELNEIGH) || !nl_has_header(nlh, sizeof(*ndm)))
		return false;
	ndm = mnl_nlmsg_get_payload(nlh);
	if (ndm->ndm_family != AF_BRIDGE)
		return false;
	memset(f, 0, sizeof(*f));
	f->del = nlh->nlmsg_type == RTM_DELNEIGH;
	f->ifindex = ndm->ndm_ifindex;
	f->state = ndm->ndm_state;
	f->flags = ndm->ndm_flags;
	f->idle = UINT32_MAX;
	nl_for_each_attr (a, nlh, sizeof(*ndm)) {
		uint16_t len = mnl_attr_get_payload_len(a);

		if (mnl_attr_get_type(a) == NDA_LLADDR && len == sizeof(f->mac)) {
			memcpy(f->mac, mnl_attr_get_payload(a), sizeof(f->mac));
			has_mac = true;
		} else if (mnl_attr_get_type(a) == NDA_VLAN && len >= sizeof(uint16_t))
			f->vlan = mnl_attr_get_u16(a);
		else if (mnl_attr_get_type(a) == NDA_MASTER && len >= sizeof(uint32_t))
			f->master = mnl_attr_get_u32(a);
		else if (mnl_attr_get_type(a) == NDA_FLAGS_EXT && len >= sizeof(uint32_t))
			f->ext_flags = mnl_attr_get_u32(a);
		else if (mnl_attr_get_type(a) == NDA_CACHEINFO && len >= sizeof(ci)) {
			memcpy(&ci, mnl_attr_get_payload(a), sizeof(ci));
			f->idle = ci.ndm_updated;
		}
	}
	return has_mac && f->vlan < 4096;
}

bool nl_parse_neigh(const struct nlmsghdr *nlh, struct nl_neigh *n)
{
	const struct ndmsg *ndm;
	const struct nlattr *a;
	size_t size;
	bool has_addr = false;

	if ((nlh->nlmsg_type != RTM_NEWNEIGH && nlh->nlmsg_type != RTM_DELNEIGH) || !nl_has_header(nlh, sizeof(*ndm)))
		return false;
	ndm = mnl_nlmsg_get_payload(nlh);
	if (ndm->ndm_family != AF_INET && ndm->ndm_family != AF_INET6)
		return false;
	memset(n, 0, sizeof(*n));
	n->del = nlh->nlmsg_type == RTM_DELNEIGH;
	n->family = ndm->ndm_family;
	n->ifindex = ndm->ndm_ifindex;
	n->state = ndm->ndm_state;
	n->flags = ndm->ndm_flags;
	size = n->family == AF_INET6 ? 16 : 4;
	nl_for_each_attr (a, nlh, sizeof(*ndm)) {
		uint16_t len = mnl_attr_get_payload_len(a);

		if (mnl_attr_get_type(a) == NDA_DST && len == size) {
			memcpy(n->addr, mnl_attr_get_payload(a), size);
			has_addr = true;
		} else if (mnl_attr_get_type(a) == NDA_LLADDR && len == sizeof(n->mac)) {
			memcpy(n->mac, mnl_attr_get_payload(a), sizeof(n->mac));
			n->has_mac = true;
		} else if (mnl_attr_get_type(a) == NDA_PROTOCOL && len >= 1)
			n->protocol = mnl_attr_get_u8(a);
	}
	return has_addr;
}
