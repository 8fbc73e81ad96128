// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A socket has one filter. What is there is read, and a few instructions are put
 * before it: jumps are relative, so it need not be understood.
 */
#include <zebra.h>
#include <string.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>

#include "zebra-module/fdbsock.h"

#define NO_FDB	6  /* instructions before */
#define OWN_MAX 64 /* zebra's filter: 10 in FRR 10.7 */

static struct sock_filter own[OWN_MAX]; /* as it was found */
static unsigned int n_own;

static bool attach(int sock, struct sock_filter *code, unsigned int n)
{
	struct sock_fprog prog = {.len = n, .filter = code};

	return setsockopt(sock, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) == 0;
}

bool fdbsock_spare(int sock)
{
	struct sock_filter code[NO_FDB + OWN_MAX] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_type)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWNEIGH), 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELNEIGH), 0, 3),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, NLMSG_HDRLEN), /* ndm_family */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_BRIDGE, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	socklen_t n = OWN_MAX; /* of instructions, for this option */

	if (getsockopt(sock, SOL_SOCKET, SO_GET_FILTER, own, &n) != 0)
		return false;
	n_own = n;
	if (n_own == 0) /* none: everything is let in */
		own[n_own++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, UINT32_MAX);
	memcpy(code + NO_FDB, own, n_own * sizeof(own[0]));
	return attach(sock, code, NO_FDB + n_own);
}

bool fdbsock_restore(int sock)
{
	return attach(sock, own, n_own);
}
