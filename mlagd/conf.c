// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration's storage: defaults and the sets of MLAG bonds and of SVIs. What is
 * allowed in it is decided by yang/frr-mlag.yang before it gets here.
 */
#include <zebra.h>

#include "memory.h"

#include "mlagd/conf.h"

DEFINE_MGROUP(MLAGD_CONF, "mlagd configuration");
DEFINE_MTYPE_STATIC(MLAGD_CONF, CONF_BOND, "configured MLAG bond");
DEFINE_MTYPE_STATIC(MLAGD_CONF, CONF_SVI, "configured virtual router");

int conf_bond_cmp(const struct conf_bond *a, const struct conf_bond *b)
{
	return strcmp(a->ifname, b->ifname);
}

int conf_svi_cmp(const struct conf_svi *a, const struct conf_svi *b)
{
	return strcmp(a->ifname, b->ifname);
}

void conf_init(struct conf *c)
{
	static const struct ethaddr vrr_mac = {{0x00, 0x00, 0x5e, 0x00, 0x01, 0x01}};

	memset(c, 0, sizeof(*c));
	conf_bonds_init(&c->bonds);
	conf_svis_init(&c->svis);
	c->peer_ip.ipa_type = IPADDR_NONE;
	c->priority = 32768;
	c->keepalive_ms = 1000;
	c->multiplier = 3;
	c->init_delay_s = 10;
	c->reload_delay_s = 300;
	c->restart_time_s = 120;
	c->vrr_mac = vrr_mac;
}

void conf_fini(struct conf *c)
{
	struct conf_bond *b;
	struct conf_svi *svi;

	while ((b = conf_bonds_pop(&c->bonds)))
		XFREE(MTYPE_CONF_BOND, b);
	conf_bonds_fini(&c->bonds);
	while ((svi = conf_svis_pop(&c->svis)))
		XFREE(MTYPE_CONF_SVI, svi);
	conf_svis_fini(&c->svis);
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

struct conf_svi *conf_svi_find(struct conf *c, const char *ifname)
{
	struct conf_svi key = {};

	strlcpy(key.ifname, ifname, sizeof(key.ifname));
	return conf_svis_find(&c->svis, &key);
}

struct conf_svi *conf_svi_add(struct conf *c, const char *ifname)
{
	struct conf_svi *svi = conf_svi_find(c, ifname);

	if (!svi) {
		svi = XCALLOC(MTYPE_CONF_SVI, sizeof(*svi));
		strlcpy(svi->ifname, ifname, sizeof(svi->ifname));
		conf_svis_add(&c->svis, svi);
	}
	return svi;
}

/* One "10" or "20-30" at the head of text; returns what follows it, NULL if it is neither. */
static const char *vlan_range(const char *text, unsigned long *first, unsigned long *last)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return NULL;
	*first = *last = strtoul(text, &end, 10);
	if (*end == '-') {
		if (!isdigit((unsigned char)end[1]))
			return NULL;
		*last = strtoul(end + 1, &end, 10);
	}
	return *first >= 1 && *first <= *last && *last <= 4094 ? end : NULL;
}

bool conf_vlans_parse(const char *text, uint8_t vlans[4096 / 8])
{
	unsigned long first, last;

	memset(vlans, 0, 4096 / 8);
	for (;; text++) {
		text = vlan_range(text, &first, &last);
		if (!text)
			return false;
		for (unsigned long vid = first; vid <= last; vid++)
			vlans[vid / 8] |= 1U << vid % 8;
		if (*text != ',')
			return *text == '\0';
	}
}
