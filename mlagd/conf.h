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

#define CONF_BACKUPS_MAX    8
#define CONF_WITNESSES_MAX  4
#define CONF_UPLINKS_MAX    16
#define CONF_INIT_UNTIL_MAX 16
#define CONF_ORPHANS_MAX    64
#define CONF_VRR_ADDRS_MAX  16 /* of one SVI, both families together */
#define CONF_KEY_MAX	    64
#define CONF_NAME_MAX	    63 /* of a BFD profile, of a key chain */

struct conf_backup {
	struct ipaddr addr;
	char vrf[VRF_NAMSIZ + 1]; /* "" default VRF */
	uint16_t port;		  /* default 5342 */
};

/* The peer's loopback, probed through the fabric (B6). */
struct conf_witness {
	struct ipaddr addr;
	struct ipaddr source; /* IPADDR_NONE: the kernel's choice; else of addr's family */
};

/* A route that has to be in the RIB before the bonds come up (B9). */
struct conf_init_until {
	struct prefix prefix;
	char vrf[VRF_NAMSIZ + 1]; /* "" default VRF */
};

/* BFD as one more source of liveness on the peerlink (B10). */
struct conf_bfd {
	bool on;
	char profile[CONF_NAME_MAX + 1]; /* "" bfdd's defaults */
};

PREDECL_RBTREE_UNIQ(conf_bonds);

/* `interface X / mlag id N` */
struct conf_bond {
	struct conf_bonds_item item;
	char ifname[IFNAMSIZ];
	uint16_t mlag_id; /* 1..65535 */
	bool lacp_bypass; /* A8 */
};
int conf_bond_cmp(const struct conf_bond *a, const struct conf_bond *b);
DECLARE_RBTREE_UNIQ(conf_bonds, struct conf_bond, item, conf_bond_cmp);

PREDECL_RBTREE_UNIQ(conf_svis);

/* `interface X / mlag vrr ...`: an SVI with a virtual router (E1, E2) */
struct conf_svi {
	struct conf_svis_item item;
	char ifname[IFNAMSIZ];
	struct prefix addrs[CONF_VRR_ADDRS_MAX]; /* host bits kept, each address once, sorted */
	unsigned int n_addrs;
	bool has_mac;
	struct ethaddr mac; /* used when has_mac, else conf.vrr_mac */
};
int conf_svi_cmp(const struct conf_svi *a, const struct conf_svi *b);
DECLARE_RBTREE_UNIQ(conf_svis, struct conf_svi, item, conf_svi_cmp);

struct conf {
	bool present; /* a `mlag` block exists */
	bool has_system_mac;
	struct ethaddr system_mac;
	char peer_link[IFNAMSIZ];   /* e.g. peerlink.4094, "" none */
	struct ipaddr peer_ip;	    /* IPADDR_NONE: linklocal, found by discovery */
	struct conf_backup backup[CONF_BACKUPS_MAX];
	unsigned int n_backups;
	struct conf_witness witnesses[CONF_WITNESSES_MAX];
	unsigned int n_witnesses;
	uint16_t priority;	    /* 32768 */
	uint32_t keepalive_ms;	    /* 1000 */
	uint8_t multiplier;	    /* 3 */
	uint32_t init_delay_s;	    /* 10 */
	uint32_t reload_delay_s;    /* 300 */
	uint32_t restart_time_s;    /* 120 */
	struct conf_init_until init_until[CONF_INIT_UNTIL_MAX];
	unsigned int n_init_until;
	struct conf_bfd bfd;
	char auth_key[CONF_KEY_MAX + 1];   /* "" none (B11); never together with key_chain */
	char key_chain[CONF_NAME_MAX + 1]; /* "" none: the keys of this chain, by their lifetimes */
	struct in_addr anycast_ip;	   /* 0.0.0.0: no shared VTEP (E6) */
	struct ethaddr vrr_mac;		   /* 00:00:5e:00:01:01, `vrr fabric-id` or `vrr mac` applied (E2) */
	uint8_t exclude_vlans[4096 / 8];   /* bitmap, see conf_vlan_excluded() (D5) */
	char orphans[CONF_ORPHANS_MAX][IFNAMSIZ]; /* ports that go down with the bonds (D5) */
	unsigned int n_orphans;
	char uplinks[CONF_UPLINKS_MAX][IFNAMSIZ]; /* D6 */
	unsigned int n_uplinks;
	bool maintenance; /* D7 */
	bool shutdown;
	struct conf_bonds_head bonds;
	struct conf_svis_head svis;
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
struct conf_svi *conf_svi_find(struct conf *c, const char *ifname);
/* Find it, or make one without addresses; ifname shorter than IFNAMSIZ. */
struct conf_svi *conf_svi_add(struct conf *c, const char *ifname);

/* The VLANs of "10,20-30" into a bitmap of 4096 bits; false: not such a list, or not within 1..4094. */
bool conf_vlans_parse(const char *text, uint8_t vlans[4096 / 8]);
/* The SVI of this VLAN stays up on a fenced member (D5); vid 0..4095. */
static inline bool conf_vlan_excluded(const struct conf *c, uint16_t vid)
{
	return c->exclude_vlans[vid / 8] & (1U << vid % 8);
}

#endif
