// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which messages about neighbours the kernel need not hand to a stream at all: what
 * is left out here wakes nobody. A filter reads in network order what the kernel
 * wrote in its own.
 */
#include <zebra.h>
#include <linux/filter.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "mlagd/nl.h"

/* In a message about a neighbour. */
#define AT_TYPE	  offsetof(struct nlmsghdr, nlmsg_type)
#define AT_FAMILY NLMSG_HDRLEN
#define AT_DEVICE (NLMSG_HDRLEN + offsetof(struct ndmsg, ndm_ifindex))
#define AT_STATE  (NLMSG_HDRLEN + offsetof(struct ndmsg, ndm_state))
#define AT_FLAGS  (NLMSG_HDRLEN + offsetof(struct ndmsg, ndm_flags))
#define TAKE	  BPF_STMT(BPF_RET | BPF_K, UINT32_MAX)
#define LEAVE	  BPF_STMT(BPF_RET | BPF_K, 0)

void nl_stream_no_bridge(struct nl_stream *s)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, AT_FAMILY),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_BRIDGE, 0, 1),
		LEAVE,
		TAKE,
	};

	nl_stream_filter(s, code, array_size(code));
}

void nl_stream_spare(struct nl_stream *s, const ifindex_t *ports, unsigned int n)
{
	const struct sock_filter head[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, AT_FAMILY),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_BRIDGE, 1, 0),
		LEAVE,
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, AT_FLAGS),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NTF_EXT_LEARNED, 1, 0),
		TAKE,
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, AT_TYPE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWNEIGH), 1, 0),
		TAKE,
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, AT_STATE),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, htons(NUD_PERMANENT | NUD_NOARP), 0, 1),
		TAKE,
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_DEVICE),
	};
	struct sock_filter code[array_size(head) + 2 * NL_SPARED_MAX + 1], *c = code + array_size(head);

	memcpy(code, head, sizeof(head));
	for (unsigned int i = 0; i < n && i < NL_SPARED_MAX; i++) {
		*c++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(ports[i]), 0, 1);
		*c++ = (struct sock_filter)LEAVE;
	}
	*c++ = (struct sock_filter)TAKE;
	nl_stream_filter(s, code, c - code);
}
