// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `show mlag` and its bonds: facts -> JSON, with the names of cli.md. Pure: no
 * clock, no daemon state; what is not known is null, never left out.
 */
#include <zebra.h>

#include "mlagd/show.h"
#include "mlagd/wire/wire.h"

static struct json_object *texts_json(const char *const *texts, unsigned int n)
{
	struct json_object *list = json_object_new_array();

	for (unsigned int i = 0; i < n; i++)
		json_array_string_add(list, texts[i]);
	return list;
}

static struct json_object *bond_json(const struct show_bond *b)
{
	struct json_object *obj = json_object_new_object();
	enum core_hold hold = b->view.wanted.hold;

	show_add_string(obj, "interface", b->ifname);
	show_add_string(obj, "peerInterface", b->view.peer.present ? b->view.peer.ifname : NULL);
	json_object_int_add(obj, "mlagId", b->mlag_id);
	json_object_boolean_add(obj, "dualConnected", b->view.dual_connected);
	json_object_boolean_add(obj, "distributing", b->view.local.distributing);
	json_object_boolean_add(obj, "lacpBypass", b->view.bypass);
	json_object_boolean_add(obj, "bpdusSilenced", b->view.wanted.quiet);
	json_object_object_add(obj, "bpdusDropped", b->view.wanted.quiet ? json_object_new_int64((int64_t)b->bpdus) : NULL);
	json_object_boolean_add(obj, "sharedId", b->view.local.shared_id);
	json_object_object_add(obj, "conflicts", texts_json(b->conflicts, b->n_conflicts));
	/* what is wanted down and is not (the record cannot be written, say) is not called down */
	show_add_string(obj, "protoDownReason",
		   hold == CORE_HOLD_NONE || b->view.local.carrier ? NULL : core_hold_name(hold));
	show_add_mac(obj, "partner", b->view.local.partner.b);
	show_add_mac(obj, "peerPartner", b->view.peer.partner.b);
	return obj;
}

struct json_object *show_json_interfaces(const struct show_facts *f)
{
	struct json_object *list = json_object_new_array();

	for (unsigned int i = 0; i < f->n_bonds; i++)
		json_object_array_add(list, bond_json(&f->bonds[i]));
	return list;
}

/* Ports that go down with the bonds (D5). */
static struct json_object *orphans_json(const struct show_facts *f)
{
	struct json_object *list = json_object_new_array(), *obj;

	for (unsigned int i = 0; i < f->n_orphans; i++) {
		obj = json_object_new_object();
		show_add_string(obj, "interface", f->orphans[i].ifname);
		json_object_boolean_add(obj, "suspended", f->orphans[i].suspended);
		show_add_string(obj, "conflict", f->orphans[i].conflict);
		json_object_array_add(list, obj);
	}
	return list;
}

static void add_local(struct json_object *obj, const struct show_facts *f)
{
	json_object_boolean_add(obj, "enable", f->enable);
	json_object_boolean_add(obj, "debug", f->debug);
	show_add_string(obj, "version", PACKAGE_VERSION);
	json_object_int_add(obj, "protocolVersion", WIRE_VERSION);
	show_add_mac(obj, "systemMac", f->conf->system_mac.octet);
	json_object_int_add(obj, "priority", f->conf->priority);
	show_add_mac(obj, "localId", f->core.self.id.b);
	show_add_string(obj, "localRole", core_role_name(f->core.self.role));
	json_object_boolean_add(obj, "inService", f->core.self.in_service);
	json_object_boolean_add(obj, "fenced", f->core.self.fenced);
	json_object_boolean_add(obj, "acting", f->core.self.acting);
	json_object_boolean_add(obj, "maintenance", f->conf->maintenance);
	json_object_boolean_add(obj, "shutdown", f->conf->shutdown);
}

static void add_peer(struct json_object *obj, const struct show_facts *f)
{
	const struct mc_member *peer = &f->core.peer;
	bool known = f->core.peer_known;

	json_object_boolean_add(obj, "peerAlive", f->core.peer_alive);
	show_add_mac(obj, "peerId", peer->id.b);
	show_add_string(obj, "peerRole", core_role_name(known ? peer->role : MC_ROLE_NONE));
	json_object_object_add(obj, "peerPriority", known ? json_object_new_int(peer->priority) : NULL);
	show_add_string(obj, "peerInterface", f->conf->peer_link);
	show_add_address(obj, "peerIp", &f->peer_address);
	json_object_boolean_add(obj, "peerInService", known && peer->in_service);
	show_add_string(obj, "peerVersion", f->peer_version);
	/* a hello of another one is not even read */
	json_object_object_add(obj, "peerProtocolVersion",
			       f->peer_version && f->peer_version[0] ? json_object_new_int(WIRE_VERSION) : NULL);
}

/* The backup that is fresh, else the first configured one. */
static const struct conf_backup *backup_shown(const struct show_facts *f)
{
	for (unsigned int i = 0; i < f->conf->n_backups; i++)
		if (f->core.path_fresh[1 + i])
			return &f->conf->backup[i];
	return f->conf->n_backups ? &f->conf->backup[0] : NULL;
}

static void add_backup(struct json_object *obj, const struct show_facts *f)
{
	const struct conf_backup *b = backup_shown(f);

	if (b)
		show_add_address(obj, "backupIp", &b->addr);
	else
		show_add_string(obj, "backupIp", NULL);
	json_object_boolean_add(obj, "backupActive", f->core.backup.state == CORE_ST_UP);
	show_add_string(obj, "backupReason", f->core.backup.reason);
}

static void add_ipv4(struct json_object *obj, const char *key, struct in_addr ip)
{
	struct ipaddr addr = {.ipa_type = ip.s_addr ? IPADDR_V4 : IPADDR_NONE, .ipaddr_v4 = ip};

	show_add_address(obj, key, &addr);
}

static void add_anycast(struct json_object *obj, const struct show_facts *f)
{
	struct in_addr peer = {};

	if (f->core.peer_known)
		memcpy(&peer, f->core.peer.anycast_ip, sizeof(peer));
	add_ipv4(obj, "anycastIp", f->conf->anycast_ip);
	add_ipv4(obj, "peerAnycastIp", peer);
	json_object_boolean_add(obj, "anycastIpConflict", f->core.anycast_differs);
}

/* zebra's advice says more than that it is not heard (B6). */
static struct core_condition witness(const struct show_facts *f)
{
	unsigned int first = 1 + f->conf->n_backups;
	struct core_condition w = f->core.witness;

	for (unsigned int i = first; i < first + f->conf->n_witnesses && i < CORE_PATHS_MAX; i++)
		if (w.state != CORE_ST_UP && w.state != CORE_ST_UNAUTHENTICATED && f->paths[i].advice)
			w.reason = f->paths[i].advice;
	return w;
}

struct json_object *show_json_mlag(const struct show_facts *f)
{
	struct json_object *obj = json_object_new_object();
	struct core_condition w = witness(f);

	add_local(obj, f);
	add_peer(obj, f);
	add_backup(obj, f);
	add_anycast(obj, f);
	json_object_int_add(obj, "initDelay", f->conf->init_delay_s);
	show_add_condition(obj, "peerState", &f->core.peer_state, f->wall_offset_ms);
	show_add_condition(obj, "peerlinkState", &f->core.peerlink, f->wall_offset_ms);
	json_object_object_add(obj, "peerlinkConflicts", texts_json(f->peerlink_conflicts, f->n_peerlink_conflicts));
	show_add_condition(obj, "backupState", &f->core.backup, f->wall_offset_ms);
	show_add_condition(obj, "witnessState", &w, f->wall_offset_ms);
	show_add_string(obj, "bfdState", f->bfd);
	show_add_condition(obj, "syncState", &f->core.sync, f->wall_offset_ms);
	show_add_condition(obj, "zebraModuleState", &f->core.module, f->wall_offset_ms);
	json_object_object_add(obj, "orphanPorts", orphans_json(f));
	json_object_object_add(obj, "interfaces", show_json_interfaces(f));
	return obj;
}
