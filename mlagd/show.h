// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the operator is shown (G3, G4, cli.md). Facts are gathered from the
 * core and the edges (show.c), made into JSON by pure functions (show_json.c),
 * and printed as tables from that same JSON (show_text.c), so both say the same.
 */
#ifndef MLAGD_SHOW_H
#define MLAGD_SHOW_H

#include <zebra.h>
#include "json.h"
#include "vty.h"

#include "mlagd/mlagd.h"

#define SHOW_CONFLICTS_MAX 8
#define SHOW_STAMP_LEN	   40 /* RFC 3339 with milliseconds, and its NUL */

/* One MLAG id: of the configuration, of the peer, or of both. */
struct show_bond {
	uint16_t mlag_id;
	char ifname[IFNAMSIZ];	    /* "" not configured here */
	struct core_view_bond view; /* zero: the core does not know it (yet) */
	unsigned int n_conflicts;
	const char *conflicts[SHOW_CONFLICTS_MAX];
};

/* Everything `show mlag` says, gathered at one moment. */
struct show_facts {
	const struct conf *conf;
	struct core_view core;
	struct ipaddr peer_address;
	const char *peer_version;
	bool enable, debug;
	int64_t wall_offset_ms; /* wall clock minus the core's clock */
	unsigned int n_bonds;
	struct show_bond *bonds; /* ascending mlag id */
};

/* Gather now; bonds is given back by show_facts_fini(). */
void show_facts(struct show_facts *f);
void show_facts_fini(struct show_facts *f);

/* RFC 3339 in UTC with milliseconds, of milliseconds since the epoch; returns buf. */
const char *show_stamp(int64_t wall_ms, char buf[SHOW_STAMP_LEN]);

/* show_json.c: pure, a new object the caller frees. */
struct json_object *show_json_mlag(const struct show_facts *f);
struct json_object *show_json_interfaces(const struct show_facts *f);
struct json_object *show_json_backups(const struct show_facts *f);
struct json_object *show_json_events(const struct mlagd_event *ring, uint64_t n_events);
struct json_object *show_json_statistics(const struct peer_stats *p, const struct mact_stats *m);
/* One address; where it lives is given as in mact_walk(). */
struct json_object *show_json_mac(const struct mc_mac *mac, uint16_t vlan, int32_t local, int32_t peer, bool self);

/* show_text.c: the same objects as tables. */
void show_text_mlag(struct vty *vty, struct json_object *json);
void show_text_interfaces(struct vty *vty, struct json_object *list);
void show_text_backups(struct vty *vty, struct json_object *list);
void show_text_events(struct vty *vty, struct json_object *list);
void show_text_statistics(struct vty *vty, struct json_object *json);
void show_text_mac_head(struct vty *vty);
void show_text_mac(struct vty *vty, struct json_object *entry);

/* The commands; they return a CMD_ code. */
int show_mlag(struct vty *vty, bool json);
int show_mlag_interface(struct vty *vty, bool json);
int show_mlag_backup(struct vty *vty, bool json);
int show_mlag_mac(struct vty *vty, bool json);
int show_mlag_events(struct vty *vty, bool json);
int show_mlag_statistics(struct vty *vty, bool json);

#endif
