// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as what a netlink socket gave: messages are cut out of them as the
 * reader does, and parsed. Whatever comes, what is parsed must be in range.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "mlagd/nl_addr.h"
#include "mlagd/nl_parse.h"
#include "mlagd/nl_parse_mdb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_link(const struct nl_link *l)
{
	assert(l->ifindex > 0);
	assert(memchr(l->name, '\0', sizeof(l->name)));
	assert(l->kind <= NL_KIND_VXLAN && l->slave_kind <= NL_KIND_VXLAN);
}

static void check_mdb(void *arg, const struct nl_mdb *m)
{
	(void)arg;
	assert(m->vlan < 4096);
	assert(m->v6 || (m->group[4] == 0 && m->source[4] == 0));
}

/* What is not part of an IPv4 address stays zero. */
static bool whole(uint8_t family, const uint8_t addr[16])
{
	static const uint8_t none[12];

	return family == AF_INET6 || (family == AF_INET && memcmp(addr + 4, none, sizeof(none)) == 0);
}

static void check_addr(const struct nl_addr *a)
{
	assert(whole(a->family, a->addr) && a->ifindex > 0);
	assert(a->plen <= 8 * nl_addr_len(a->family));
}

static void parse(const struct nlmsghdr *nlh)
{
	struct nl_vlans vlans;
	struct nl_neigh n;
	struct nl_link l;
	struct nl_addr a;
	struct nl_fdb f;

	if (nl_parse_link(nlh, &l, &vlans))
		check_link(&l);
	if (nl_parse_fdb(nlh, &f))
		assert(f.vlan < 4096 && !nl_parse_neigh(nlh, &n));
	if (nl_parse_neigh(nlh, &n))
		assert(whole(n.family, n.addr));
	if (nl_parse_addr(nlh, &a))
		check_addr(&a);
	nl_parse_mdb(nlh, check_mdb, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size ? size : 1); /* aligned as a socket's buffer is, and its end is watched */
	const struct nlmsghdr *nlh;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	for (nlh = nl_msg_first(copy, size); nlh; nlh = nl_msg_next(nlh, copy, size))
		parse(nlh);
	free(copy);
	return 0;
}
