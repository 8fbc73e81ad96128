// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The model's tree -> struct conf, as a whole. Reads a tree that has been
 * judged; knows no defaults of its own, since the tree carries the model's.
 */
#include <zebra.h>

#include "northbound.h"
#include "vrf.h"
#include "yang.h"

#include "mlagd/nb.h"

/* A leaf that may be absent, into an array of chars. */
#define READ_TEXT(to, dnode, path)                                                                                     \
	do {                                                                                                           \
		if (yang_dnode_exists(dnode, path))                                                                    \
			yang_dnode_get_string_buf(to, sizeof(to), dnode, path);                                        \
	} while (0)

static int each_backup(const struct lyd_node *dnode, void *arg)
{
	struct conf *c = arg;
	struct conf_backup *b = &c->backup[c->n_backups];

	if (c->n_backups == CONF_BACKUPS_MAX)
		return YANG_ITER_STOP;
	c->n_backups++;
	yang_dnode_get_ip(&b->addr, dnode, "address");
	READ_TEXT(b->vrf, dnode, "vrf");
	b->port = yang_dnode_get_uint16(dnode, "port");
	return YANG_ITER_CONTINUE;
}

static int each_witness(const struct lyd_node *dnode, void *arg)
{
	struct conf *c = arg;
	struct conf_witness *w = &c->witnesses[c->n_witnesses];

	if (c->n_witnesses == CONF_WITNESSES_MAX)
		return YANG_ITER_STOP;
	c->n_witnesses++;
	yang_dnode_get_ip(&w->addr, dnode, "address");
	w->source.ipa_type = IPADDR_NONE;
	if (yang_dnode_exists(dnode, "source"))
		yang_dnode_get_ip(&w->source, dnode, "source");
	return YANG_ITER_CONTINUE;
}

static int each_init_until(const struct lyd_node *dnode, void *arg)
{
	struct conf *c = arg;
	struct conf_init_until *u = &c->init_until[c->n_init_until];

	if (c->n_init_until == CONF_INIT_UNTIL_MAX)
		return YANG_ITER_STOP;
	c->n_init_until++;
	yang_dnode_get_prefix(&u->prefix, dnode, "prefix");
	READ_TEXT(u->vrf, dnode, "vrf");
	if (strmatch(u->vrf, VRF_DEFAULT_NAME))
		u->vrf[0] = '\0';
	return YANG_ITER_CONTINUE;
}

static int each_uplink(const struct lyd_node *dnode, void *arg)
{
	struct conf *c = arg;

	if (c->n_uplinks == CONF_UPLINKS_MAX)
		return YANG_ITER_STOP;
	yang_dnode_get_string_buf(c->uplinks[c->n_uplinks++], IFNAMSIZ, dnode, NULL);
	return YANG_ITER_CONTINUE;
}

static int each_orphan(const struct lyd_node *dnode, void *arg)
{
	struct conf *c = arg;

	if (c->n_orphans == CONF_ORPHANS_MAX)
		return YANG_ITER_STOP;
	yang_dnode_get_string_buf(c->orphans[c->n_orphans++], IFNAMSIZ, dnode, NULL);
	return YANG_ITER_CONTINUE;
}

static void read_lists(struct conf *c, const struct lyd_node *dnode)
{
	yang_dnode_iterate(each_backup, c, dnode, "backup");
	yang_dnode_iterate(each_witness, c, dnode, "witness");
	yang_dnode_iterate(each_init_until, c, dnode, "init-until");
	yang_dnode_iterate(each_orphan, c, dnode, "orphan-port");
	yang_dnode_iterate(each_uplink, c, dnode, "uplink");
}

static void read_options(struct conf *c, const struct lyd_node *dnode)
{
	c->bfd.on = yang_dnode_exists(dnode, "bfd");
	READ_TEXT(c->bfd.profile, dnode, "bfd/profile");
	READ_TEXT(c->auth_key, dnode, "authentication/key");
	READ_TEXT(c->key_chain, dnode, "authentication/key-chain");
	if (yang_dnode_exists(dnode, "vxlan/anycast-ip"))
		yang_dnode_get_ipv4(&c->anycast_ip, dnode, "vxlan/anycast-ip");
	if (yang_dnode_exists(dnode, "vrr/fabric-id"))
		c->vrr_mac.octet[5] = yang_dnode_get_uint8(dnode, "vrr/fabric-id");
	if (yang_dnode_exists(dnode, "vrr/mac"))
		yang_dnode_get_mac(&c->vrr_mac, dnode, "vrr/mac");
	if (yang_dnode_exists(dnode, "exclude-vlan"))
		conf_vlans_parse(yang_dnode_get_string(dnode, "exclude-vlan"), c->exclude_vlans);
}

static void read_mlag(struct conf *c, const struct lyd_node *dnode)
{
	c->present = true;
	c->has_system_mac = yang_dnode_exists(dnode, "system-mac");
	if (c->has_system_mac)
		yang_dnode_get_mac(&c->system_mac, dnode, "system-mac");
	READ_TEXT(c->peer_link, dnode, "peer-link");
	if (!strmatch(yang_dnode_get_string(dnode, "peer-ip"), "linklocal"))
		yang_dnode_get_ip(&c->peer_ip, dnode, "peer-ip");
	c->priority = yang_dnode_get_uint16(dnode, "priority");
	c->keepalive_ms = yang_dnode_get_uint32(dnode, "timers/keepalive");
	c->multiplier = yang_dnode_get_uint8(dnode, "timers/multiplier");
	c->init_delay_s = yang_dnode_get_uint16(dnode, "init-delay");
	c->reload_delay_s = yang_dnode_get_uint16(dnode, "reload-delay");
	c->restart_time_s = yang_dnode_get_uint16(dnode, "restart-time");
	c->maintenance = yang_dnode_get_bool(dnode, "maintenance");
	c->shutdown = yang_dnode_get_bool(dnode, "shutdown");
	read_lists(c, dnode);
	read_options(c, dnode);
}

/* ---------------------------------------------------------------- interfaces */

static int each_bond(const struct lyd_node *dnode, void *arg)
{
	const char *ifname = yang_dnode_get_string(dnode, "name");
	struct conf_bond *b;

	if (strlen(ifname) >= IFNAMSIZ)
		return YANG_ITER_CONTINUE;
	b = conf_bond_add(arg, ifname, yang_dnode_get_uint16(dnode, "frr-mlag:mlag/id"));
	b->lacp_bypass = yang_dnode_get_bool(dnode, "frr-mlag:mlag/lacp-bypass");
	return YANG_ITER_CONTINUE;
}

static int each_vrr_address(const struct lyd_node *dnode, void *arg)
{
	struct conf_svi *svi = arg;
	struct prefix *p = &svi->addrs[svi->n_addrs];

	if (svi->n_addrs == CONF_VRR_ADDRS_MAX)
		return YANG_ITER_STOP;
	svi->n_addrs++;
	nb_read_vrr_address(p, dnode);
	return YANG_ITER_CONTINUE;
}

static int address_order(const void *a, const void *b)
{
	return prefix_cmp(a, b);
}

static int each_svi(const struct lyd_node *dnode, void *arg)
{
	const char *ifname = yang_dnode_get_string(dnode, "name");
	struct conf_svi *svi;

	if (strlen(ifname) >= IFNAMSIZ)
		return YANG_ITER_CONTINUE;
	svi = conf_svi_add(arg, ifname);
	yang_dnode_iterate(each_vrr_address, svi, dnode, "frr-mlag:mlag/vrr/address");
	qsort(svi->addrs, svi->n_addrs, sizeof(svi->addrs[0]), address_order);
	svi->has_mac = yang_dnode_exists(dnode, "frr-mlag:mlag/vrr/mac");
	if (svi->has_mac)
		yang_dnode_get_mac(&svi->mac, dnode, "frr-mlag:mlag/vrr/mac");
	return YANG_ITER_CONTINUE;
}

void nb_read_vrr_address(struct prefix *p, const struct lyd_node *dnode)
{
	struct ipaddr addr;

	memset(p, 0, sizeof(*p));
	yang_dnode_get_ip(&addr, dnode, "address");
	p->family = IS_IPADDR_V4(&addr) ? AF_INET : AF_INET6;
	p->prefixlen = yang_dnode_get_uint8(dnode, "prefix-length");
	if (p->family == AF_INET)
		p->u.prefix4 = addr.ipaddr_v4;
	else
		p->u.prefix6 = addr.ipaddr_v6;
}

void nb_read(struct conf *c, const struct lyd_node *root)
{
	if (yang_dnode_exists(root, "/frr-mlag:mlag"))
		read_mlag(c, yang_dnode_get(root, "/frr-mlag:mlag"));
	yang_dnode_iterate(each_bond, c, root, "/frr-interface:lib/interface[frr-mlag:mlag/id]");
	yang_dnode_iterate(each_svi, c, root, "/frr-interface:lib/interface[frr-mlag:mlag/vrr/address or frr-mlag:mlag/vrr/mac]");
}
