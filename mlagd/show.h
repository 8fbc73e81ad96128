// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the operator is shown (G3, G4, cli.md). Facts are gathered from the
 * core and the edges (show.c), made into JSON by pure functions, and printed as
 * tables from that same JSON, so both say the same. A file for each subject:
 *
 *   show_json.c, show_text.c  `show mlag` and its bonds
 *   show_path.c   backup      show_event.c  events
 *   show_mac.c    mac         show_stats.c  statistics
 *   show_l3.c     vrr, vtep
 *   show_value.c  values, show_table.c lists, for all of them
 */
#ifndef MLAGD_SHOW_H
#define MLAGD_SHOW_H

#include <zebra.h>
#include "json.h"
#include "vty.h"

#include "mlagd/mlagd.h"
#include "mlagd/show_value.h"

#define SHOW_CONFLICTS_MAX 8

/* One MLAG id: of the configuration, of the peer, or of both. */
struct show_bond {
	uint16_t mlag_id;
	char ifname[IFNAMSIZ];	    /* "" not configured here */
	uint64_t bpdus;		    /* kept from leaving there (C9); gathered for the commands alone */
	struct core_view_bond view; /* zero: the core does not know it (yet) */
	unsigned int n_conflicts;
	const char *conflicts[SHOW_CONFLICTS_MAX];
};

/* One path to the peer, beside what the core knows of it. */
struct show_path {
	core_ms since; /* heard without a gap, CORE_NEVER unknown */
	int error;     /* errno of sending, 0 none */
	const char *advice; /* what zebra says against it, NULL nothing; static */
	uint64_t sent, received;
};

/* Everything `show mlag` says, gathered at one moment. */
struct show_facts {
	const struct conf *conf;
	struct core_view core;
	struct ipaddr peer_address;
	const char *peer_version;
	const char *bfd; /* its state, NULL not configured; static */
	bool enable, debug;
	int64_t wall_offset_ms; /* wall clock minus the core's clock */
	struct show_path paths[CORE_PATHS_MAX];
	unsigned int n_peerlink_conflicts;
	const char *peerlink_conflicts[SHOW_CONFLICTS_MAX];
	unsigned int n_bonds;
	struct show_bond *bonds; /* ascending mlag id */
	unsigned int n_orphans;
	struct kernel_orphan orphans[CONF_ORPHANS_MAX]; /* as configured */
};

/* The counters of all edges (G7). */
struct show_counters {
	const struct peer_stats *peer;
	struct mact_stats macs;
	struct neight_stats neighs;
	struct mdbt_stats groups;
	struct kernel_stats kernel;
};

/* Gather now; bonds is given back by show_facts_fini(). */
void show_facts(struct show_facts *f);
void show_facts_fini(struct show_facts *f);

/* Pure, a new object the caller frees. */
struct json_object *show_json_mlag(const struct show_facts *f);
struct json_object *show_json_interfaces(const struct show_facts *f);
struct json_object *show_json_paths(const struct show_facts *f);
struct json_object *show_json_events(const struct mlagd_event *ring, uint64_t n_events);
struct json_object *show_json_statistics(const struct show_counters *c);
/* One address; where it lives is given as in mact_walk(). */
struct json_object *show_json_mac(const struct mc_mac *mac, uint16_t vlan, int32_t local, int32_t peer, bool self);

struct kernel_vrr;
struct kernel_vtep;
struct json_object *show_json_vrr(const struct kernel_vrr *r);
struct json_object *show_json_vtep(const struct kernel_vtep *v);

/* The MAC table as a list, for it is too long for one object; returns a CMD_ code. */
int show_macs(struct vty *vty, bool json, const struct mact *t);
struct json_object *show_json_group(const struct mc_group *g, bool local, bool peer);
int show_groups(struct vty *vty, bool json, const struct mdbt *t);
struct json_object *show_json_neigh(const struct mc_neigh *n, bool local, bool peer);
int show_neighs(struct vty *vty, bool json, const struct neight *t);
/* Likewise one after the other from the kernel. */
int show_vrrs(struct vty *vty, bool json, struct kernel *k, const struct routert *routers);
int show_vteps(struct vty *vty, bool json, struct kernel *k);

/* The same objects as tables. */
void show_text_mlag(struct vty *vty, struct json_object *json);
void show_text_interfaces(struct vty *vty, struct json_object *list);
void show_text_paths(struct vty *vty, struct json_object *list);
void show_text_events(struct vty *vty, struct json_object *list);
void show_text_statistics(struct vty *vty, struct json_object *json);

/* The commands; they return a CMD_ code. */
int show_mlag(struct vty *vty, bool json);
int show_mlag_interface(struct vty *vty, bool json);
int show_mlag_backup(struct vty *vty, bool json);
int show_mlag_mac(struct vty *vty, bool json);
int show_mlag_neighbor(struct vty *vty, bool json);
int show_mlag_mdb(struct vty *vty, bool json);
int show_mlag_vrr(struct vty *vty, bool json);
int show_mlag_vtep(struct vty *vty, bool json);
int show_mlag_events(struct vty *vty, bool json);
int show_mlag_statistics(struct vty *vty, bool json);

#endif
