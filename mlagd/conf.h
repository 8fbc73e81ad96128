// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration as the operator wrote it (cli.md). The northbound fills
 * it, everybody else reads it; defaults are those of yang/frr-mlag.yang.
 */
#ifndef MLAGD_CONF_H
#define MLAGD_CONF_H

#include <zebra.h>
#include "ipaddr.h"
#include "prefix.h"
#include "if.h"
#include "typesafe.h"
#include "vrf.h"

#define CONF_BACKUPS_MAX 8
#define CONF_KEY_MAX	 64

struct conf_backup {
	struct ipaddr addr;
	char vrf[VRF_NAMSIZ + 1]; /* "" default VRF */
	uint16_t port;		  /* default 5342 */
};

PREDECL_RBTREE_UNIQ(conf_bonds);

/* `interface X / mlag id N` */
struct conf_bond {
	struct conf_bonds_item item;
	char ifname[IFNAMSIZ];
	uint16_t mlag_id; /* 1..65535 */
};
int conf_bond_cmp(const struct conf_bond *a, const struct conf_bond *b);
DECLARE_RBTREE_UNIQ(conf_bonds, struct conf_bond, item, conf_bond_cmp);

struct conf {
	bool present; /* a `mlag` block exists */
	bool has_system_mac;
	struct ethaddr system_mac;
	char peer_link[IFNAMSIZ];   /* e.g. peerlink.4094, "" none */
	struct ipaddr peer_ip;	    /* IPADDR_NONE: linklocal, found by discovery */
	struct conf_backup backup[CONF_BACKUPS_MAX];
	unsigned int n_backups;
	uint16_t priority;	    /* 32768 */
	uint32_t keepalive_ms;	    /* 1000 */
	uint8_t multiplier;	    /* 3 */
	uint32_t init_delay_s;	    /* 10 */
	uint32_t reload_delay_s;    /* 300 */
	uint32_t restart_time_s;    /* 120 */
	bool shutdown;
	char auth_key[CONF_KEY_MAX + 1]; /* "" none (B11) */
	struct conf_bonds_head bonds;
};

/* Set every leaf to its default; conf_fini() gives the bonds back. */
void conf_init(struct conf *c);
void conf_fini(struct conf *c);
/* Everything mandatory is there: system-mac (A3), peer-link (B1), at least one backup (B4). */
bool conf_complete(const struct conf *c);
/*
 * What a member that is in service cannot do without: system-mac and peer-link. Its last backup may be
 * taken away (to be replaced by another), since that makes it less safe, but not wrong.
 */
bool conf_enough_to_go_on(const struct conf *c);
struct conf_bond *conf_bond_find(struct conf *c, const char *ifname);
/* Add the bond, or give the one of that name another id; ifname shorter than IFNAMSIZ. */
struct conf_bond *conf_bond_add(struct conf *c, const char *ifname, uint16_t mlag_id);

#endif
