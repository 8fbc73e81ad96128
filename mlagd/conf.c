// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration's storage: defaults and the set of MLAG bonds. What is
 * allowed in it is decided by yang/frr-mlag.yang before it gets here.
 */
#include <zebra.h>

#include "memory.h"

#include "mlagd/conf.h"

DEFINE_MGROUP(MLAGD_CONF, "mlagd configuration");
DEFINE_MTYPE_STATIC(MLAGD_CONF, CONF_BOND, "configured MLAG bond");

int conf_bond_cmp(const struct conf_bond *a, const struct conf_bond *b)
{
	return strcmp(a->ifname, b->ifname);
}

void conf_init(struct conf *c)
{
	memset(c, 0, sizeof(*c));
	conf_bonds_init(&c->bonds);
	c->peer_ip.ipa_type = IPADDR_NONE;
	c->priority = 32768;
	c->keepalive_ms = 1000;
	c->multiplier = 3;
	c->init_delay_s = 10;
	c->reload_delay_s = 300;
	c->restart_time_s = 120;
}

void conf_fini(struct conf *c)
{
	struct conf_bond *b;

	while ((b = conf_bonds_pop(&c->bonds)))
		XFREE(MTYPE_CONF_BOND, b);
	conf_bonds_fini(&c->bonds);
}

bool conf_enough_to_go_on(const struct conf *c)
{
	return c->present && c->has_system_mac && c->peer_link[0];
}

bool conf_complete(const struct conf *c)
{
	return conf_enough_to_go_on(c) && c->n_backups > 0;
}

struct conf_bond *conf_bond_find(struct conf *c, const char *ifname)
{
	struct conf_bond key = {};

	strlcpy(key.ifname, ifname, sizeof(key.ifname));
	return conf_bonds_find(&c->bonds, &key);
}

struct conf_bond *conf_bond_add(struct conf *c, const char *ifname, uint16_t mlag_id)
{
	struct conf_bond *b = conf_bond_find(c, ifname);

	if (!b) {
		b = XCALLOC(MTYPE_CONF_BOND, sizeof(*b));
		strlcpy(b->ifname, ifname, sizeof(b->ifname));
		conf_bonds_add(&c->bonds, b);
	}
	b->mlag_id = mlag_id;
	return b;
}
