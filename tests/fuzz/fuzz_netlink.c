// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as what a netlink socket gave: messages are cut out of them as the
 * reader does, and parsed. Whatever comes, what is parsed must be in range.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size ? size : 1); /* aligned as a socket's buffer is, and its end is watched */
	const struct nlmsghdr *nlh;
	struct nl_vlans vlans;
	struct nl_link l;
	struct nl_fdb f;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	for (nlh = nl_msg_first(copy, size); nlh; nlh = nl_msg_next(nlh, copy, size)) {
		if (nl_parse_link(nlh, &l, &vlans))
			check_link(&l);
		if (nl_parse_fdb(nlh, &f))
			assert(f.vlan < 4096);
		nl_parse_mdb(nlh, check_mdb, NULL);
	}
	free(copy);
	return 0;
}
