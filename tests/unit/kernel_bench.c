// SPDX-License-Identifier: GPL-2.0-or-later
/* See kernel_bench.h. */
#include <zebra.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "tests/unit/kernel_bench.h"

static const struct mc_mac system_mac = {{0x44, 0x38, 0x39, 0xff, 0x00, 0xaa}};

static void ignore_fdb(void *arg, const struct mc_mac *mac, uint16_t vlan, uint16_t where, enum kernel_fdb_news news)
{
}

static const struct kernel_ops ops = {.fdb = ignore_fdb};

void kbench_feed(struct kernel *k, const char *name)
{
	static char buf[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
	const char *srcdir = getenv("srcdir");
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/netlink/%s", srcdir ? srcdir : ".", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_true(fread(buf, 1, sizeof(buf), f) > NLMSG_HDRLEN);
	fclose(f);
	kmodel_msg(k, (const struct nlmsghdr *)buf);
}

int kbench_setup(void **state)
{
	struct kbench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	strlcpy(b->dir, "/tmp/kernel_bench.XXXXXX", sizeof(b->dir));
	assert_non_null(mkdtemp(b->dir));
	b->k.ops = &ops;
	b->k.system_mac = system_mac;
	kmodel_init(&b->k);
	b->k.owned = kowned_load(b->dir);
	b->bond.mlag_id = 1;
	strlcpy(b->bond.ifname, "bond1", sizeof(b->bond.ifname));
	kbonds_add(&b->k.bonds, &b->bond);
	/* members before their master, master before its bridge: the order of a dump is the ifindex's */
	kbench_feed(&b->k, "link_swp1");
	kbench_feed(&b->k, "link_bond1");
	kbench_feed(&b->k, "link_br_default");
	*state = b;
	return 0;
}

int kbench_teardown(void **state)
{
	struct kbench *b = *state;
	char path[128];

	snprintf(path, sizeof(path), "%s/mlagd-owned.json", b->dir);
	unlink(path);
	assert_int_equal(rmdir(b->dir), 0); /* nothing half-written is left */
	kbonds_del(&b->k.bonds, &b->bond);
	kowned_free(b->k.owned);
	kmodel_fini(&b->k);
	free(b);
	return 0;
}

void kbench_set_up(struct kernel *k, ifindex_t ifindex, bool up)
{
	struct klink *l = klink_find(k, ifindex);

	assert_non_null(l);
	l->l.flags = up ? l->l.flags | IFF_UP : l->l.flags & ~(IFF_UP | NL_IFF_LOWER_UP);
}

void kbench_make(struct kernel *k, ifindex_t ifindex, const char *name, const char *kind, ifindex_t master, ifindex_t lower,
		 uint16_t vid)
{
	char buf[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	struct nlattr *info, *data;

	nlh->nlmsg_type = RTM_NEWLINK;
	ifi->ifi_index = ifindex;
	ifi->ifi_flags = IFF_UP;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	if (master)
		mnl_attr_put_u32(nlh, IFLA_MASTER, master);
	if (lower)
		mnl_attr_put_u32(nlh, IFLA_LINK, lower);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, kind);
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	if (lower)
		mnl_attr_put_u16(nlh, IFLA_VLAN_ID, vid);
	else if (strcmp(kind, "bridge") == 0)
		mnl_attr_put_u8(nlh, IFLA_BR_VLAN_FILTERING, !!vid);
	else
		mnl_attr_put_u8(nlh, IFLA_BOND_MODE, NL_BOND_MODE_8023AD);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	kmodel_msg(k, nlh);
}
