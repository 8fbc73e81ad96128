// SPDX-License-Identifier: GPL-2.0-or-later
/* What the parsers of rtnetlink messages share: from a whole message (nl_msg_first) to its attributes. */
#ifndef MLAGD_NL_WALK_H
#define MLAGD_NL_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include <libmnl/libmnl.h>

/* The attributes that lie wholly between `from` and `to`. */
#define nl_for_each_between(a, from, to)                                                                               \
	for ((a) = (const struct nlattr *)(from); mnl_attr_ok(a, (int)((const char *)(to) - (const char *)(a)));       \
	     (a) = mnl_attr_next(a))

/*
 * Those behind the family's header, of so many bytes. mnl_attr_for_each() rounds
 * the message's length up; this walk ends where the message does.
 */
#define nl_for_each_attr(a, nlh, header)                                                                               \
	nl_for_each_between(a, mnl_nlmsg_get_payload_offset(nlh, header), (const char *)(nlh) + (nlh)->nlmsg_len)

/* The message is long enough for the family's header, of so many bytes. */
static inline bool nl_has_header(const struct nlmsghdr *nlh, size_t header)
{
	return nlh->nlmsg_len >= NLMSG_HDRLEN + NLMSG_ALIGN(header);
}

#endif
