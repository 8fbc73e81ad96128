// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts -> JSON, with the names of cli.md (camelCase, as in FRR). Pure: no
 * clock, no daemon state; what is not known is null, never left out.
 */
#include <zebra.h>

#include "json.h"
#include "printfrr.h"

#include "mlagd/show.h"

/* ------------------------------------------------------------------- values */

static void add_string(struct json_object *obj, const char *key, const char *value)
{
	json_object_object_add(obj, key, value && value[0] ? json_object_new_string(value) : NULL);
}

static void add_mac(struct json_object *obj, const char *key, const uint8_t mac[6])
{
	char buf[18];

	snprintf(buf, sizeof(buf), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	add_string(obj, key, strcmp(buf, "00:00:00:00:00:00") == 0 ? NULL : buf);
}

static void add_address(struct json_object *obj, const char *key, const struct ipaddr *addr)
{
	char buf[INET6_ADDRSTRLEN];

	add_string(obj, key, addr->ipa_type == IPADDR_NONE ? NULL : ipaddr2str(addr, buf, sizeof(buf)));
}

const char *show_stamp(int64_t wall_ms, char buf[SHOW_STAMP_LEN])
{
	time_t s = wall_ms / 1000;
	struct tm tm;
	size_t n;

	n = strftime(buf, SHOW_STAMP_LEN, "%Y-%m-%dT%H:%M:%S", gmtime_r(&s, &tm));
	snprintf(buf + n, SHOW_STAMP_LEN - n, ".%03uZ", (unsigned int)(wall_ms % 1000));
	return buf;
}

static void add_condition(struct json_object *obj, const char *key, const struct core_condition *c, int64_t offset)
{
	struct json_object *state = json_object_new_object();
	char buf[SHOW_STAMP_LEN];

	add_string(state, "state", core_state_name(c->state));
	add_string(state, "since", show_stamp(c->since + offset, buf));
	add_string(state, "reason", c->reason);
	json_object_object_add(obj, key, state);
}

/* ---------------------------------------------------------------- show mlag */

static struct json_object *bond_json(const struct show_bond *b)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *conflicts = json_object_new_array();
	enum core_hold hold = b->view.wanted.hold;

	for (unsigned int i = 0; i < b->n_conflicts; i++)
		json_array_string_add(conflicts, b->conflicts[i]);
	add_string(obj, "interface", b->ifname);
	add_string(obj, "peerInterface", b->view.peer.present ? b->view.peer.ifname : NULL);
	json_object_int_add(obj, "mlagId", b->mlag_id);
	json_object_boolean_add(obj, "dualConnected", b->view.dual_connected);
	json_object_boolean_add(obj, "distributing", b->view.local.distributing);
	json_object_boolean_add(obj, "sharedId", b->view.local.shared_id);
	json_object_object_add(obj, "conflicts", conflicts);
	/* what is wanted down and is not (the record cannot be written, say) is not called down */
	add_string(obj, "protoDownReason",
		   hold == CORE_HOLD_NONE || b->view.local.carrier ? NULL : core_hold_name(hold));
	add_mac(obj, "partner", b->view.local.partner.b);
	add_mac(obj, "peerPartner", b->view.peer.partner.b);
	return obj;
}

struct json_object *show_json_interfaces(const struct show_facts *f)
{
	struct json_object *list = json_object_new_array();

	for (unsigned int i = 0; i < f->n_bonds; i++)
		json_object_array_add(list, bond_json(&f->bonds[i]));
	return list;
}

static void add_local(struct json_object *obj, const struct show_facts *f)
{
	json_object_boolean_add(obj, "enable", f->enable);
	json_object_boolean_add(obj, "debug", f->debug);
	add_mac(obj, "systemMac", f->conf->system_mac.octet);
	json_object_int_add(obj, "priority", f->conf->priority);
	add_mac(obj, "localId", f->core.self.id.b);
	add_string(obj, "localRole", core_role_name(f->core.self.role));
	json_object_boolean_add(obj, "inService", f->core.self.in_service);
	json_object_boolean_add(obj, "fenced", f->core.self.fenced);
	json_object_boolean_add(obj, "acting", f->core.self.acting);
}

static void add_peer(struct json_object *obj, const struct show_facts *f)
{
	const struct mc_member *peer = &f->core.peer;
	bool known = f->core.peer_known;

	json_object_boolean_add(obj, "peerAlive", f->core.peer_alive);
	add_mac(obj, "peerId", peer->id.b);
	add_string(obj, "peerRole", core_role_name(known ? peer->role : MC_ROLE_NONE));
	json_object_object_add(obj, "peerPriority", known ? json_object_new_int(peer->priority) : NULL);
	add_string(obj, "peerInterface", f->conf->peer_link);
	add_address(obj, "peerIp", &f->peer_address);
	json_object_boolean_add(obj, "peerInService", known && peer->in_service);
	add_string(obj, "peerVersion", f->peer_version);
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
		add_address(obj, "backupIp", &b->addr);
	else
		add_string(obj, "backupIp", NULL);
	json_object_boolean_add(obj, "backupActive", f->core.backup.state == CORE_ST_UP);
	add_string(obj, "backupReason", f->core.backup.reason);
}

struct json_object *show_json_mlag(const struct show_facts *f)
{
	struct json_object *obj = json_object_new_object();

	add_local(obj, f);
	add_peer(obj, f);
	add_backup(obj, f);
	add_string(obj, "anycastIp", NULL); /* no shared VTEP yet */
	json_object_int_add(obj, "initDelay", f->conf->init_delay_s);
	add_condition(obj, "peerState", &f->core.peer_state, f->wall_offset_ms);
	add_condition(obj, "peerlinkState", &f->core.peerlink, f->wall_offset_ms);
	add_condition(obj, "backupState", &f->core.backup, f->wall_offset_ms);
	add_condition(obj, "witnessState", &f->core.witness, f->wall_offset_ms);
	add_condition(obj, "syncState", &f->core.sync, f->wall_offset_ms);
	json_object_object_add(obj, "interfaces", show_json_interfaces(f));
	return obj;
}

/* --------------------------------------------------------------- the others */

static struct json_object *path_json(const struct show_facts *f, unsigned int path)
{
	struct json_object *obj = json_object_new_object();
	core_ms heard = f->core.path_heard[path];
	char buf[SHOW_STAMP_LEN];

	if (path == CORE_PATH_PEERLINK) {
		add_address(obj, "address", &f->peer_address);
		add_string(obj, "interface", f->conf->peer_link);
		add_string(obj, "vrf", NULL);
		add_string(obj, "port", NULL);
	} else {
		const struct conf_backup *b = &f->conf->backup[path - 1];

		add_address(obj, "address", &b->addr);
		add_string(obj, "interface", NULL);
		add_string(obj, "vrf", b->vrf);
		json_object_int_add(obj, "port", b->port);
	}
	json_object_boolean_add(obj, "active", f->core.path_fresh[path]);
	add_string(obj, "lastHeard", heard == CORE_NEVER ? NULL : show_stamp(heard + f->wall_offset_ms, buf));
	return obj;
}

struct json_object *show_json_backups(const struct show_facts *f)
{
	struct json_object *list = json_object_new_array();

	for (unsigned int i = 0; i <= f->conf->n_backups && i < CORE_PATHS_MAX; i++)
		json_object_array_add(list, path_json(f, i));
	return list;
}

struct json_object *show_json_events(const struct mlagd_event *ring, uint64_t n_events)
{
	struct json_object *list = json_object_new_array();
	uint64_t first = n_events > MLAGD_EVENTS ? n_events - MLAGD_EVENTS : 0;
	char buf[SHOW_STAMP_LEN];

	for (uint64_t i = first; i < n_events; i++) {
		const struct mlagd_event *e = &ring[i % MLAGD_EVENTS];
		struct json_object *obj = json_object_new_object();

		add_string(obj, "time", show_stamp((int64_t)e->wall.tv_sec * 1000 + e->wall.tv_usec / 1000, buf));
		add_string(obj, "what", e->note.what);
		add_string(obj, "why", e->note.why);
		add_string(obj, "effect", e->note.effect);
		json_object_array_add(list, obj);
	}
	return list;
}

/* role-request -> roleRequest */
static const char *camel(const char *name, char *buf, size_t size)
{
	size_t n = 0;

	for (; *name && n + 1 < size; name++)
		if (*name != '-')
			buf[n++] = *name;
		else if (name[1])
			buf[n++] = toupper((unsigned char)*++name);
	buf[n] = '\0';
	return buf;
}

static struct json_object *messages_json(const struct peer_stats *p)
{
	struct json_object *obj = json_object_new_object();
	char key[32];

	for (unsigned int type = MC_MSG_HELLO; type < MC_MSG_MAX; type++) {
		struct json_object *pair = json_object_new_object();

		json_object_int_add(pair, "sent", p->tx[type]);
		json_object_int_add(pair, "received", p->rx[type]);
		json_object_object_add(obj, camel(wire_msg_name(type), key, sizeof(key)), pair);
	}
	return obj;
}

static struct json_object *probes_json(const struct peer_stats *p)
{
	struct json_object *list = json_object_new_array();

	for (unsigned int path = 0; path < array_size(p->probe_tx); path++) {
		struct json_object *obj;

		if (p->probe_tx[path] == 0 && p->probe_rx[path] == 0)
			continue;
		obj = json_object_new_object();
		json_object_int_add(obj, "path", path);
		json_object_int_add(obj, "sent", p->probe_tx[path]);
		json_object_int_add(obj, "received", p->probe_rx[path]);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *refusals_json(const struct peer_stats *p)
{
	struct json_object *obj = json_object_new_object();

	json_object_int_add(obj, "badLength", p->bad_length);
	json_object_int_add(obj, "badVersion", p->bad_version);
	json_object_int_add(obj, "badValue", p->bad_value);
	json_object_int_add(obj, "unknownType", p->unknown);
	json_object_int_add(obj, "badSource", p->bad_source);
	json_object_int_add(obj, "badHopLimit", p->bad_hoplimit);
	json_object_int_add(obj, "badAuth", p->bad_auth);
	json_object_int_add(obj, "replayed", p->replayed);
	json_object_int_add(obj, "ownReflection", p->own_reflection);
	return obj;
}

struct json_object *show_json_statistics(const struct peer_stats *p, const struct mact_stats *m)
{
	struct json_object *obj = json_object_new_object(), *macs = json_object_new_object();

	json_object_object_add(obj, "messages", messages_json(p));
	json_object_object_add(obj, "probes", probes_json(p));
	json_object_object_add(obj, "refused", refusals_json(p));
	json_object_int_add(macs, "entries", m->entries);
	json_object_int_add(macs, "local", m->local);
	json_object_int_add(macs, "peer", m->peer);
	json_object_int_add(macs, "refused", m->refused);
	json_object_object_add(obj, "macs", macs);
	return obj;
}

/* A side of an address: mlag id, 0 for an orphan port, null when that side does not have it. */
static void add_side(struct json_object *obj, const char *key, int32_t where)
{
	json_object_object_add(obj, key, where == MACT_NOWHERE ? NULL : json_object_new_int(where));
}

struct json_object *show_json_mac(const struct mc_mac *mac, uint16_t vlan, int32_t local, int32_t peer, bool self)
{
	struct json_object *obj = json_object_new_object();

	add_mac(obj, "mac", mac->b);
	json_object_int_add(obj, "vlan", vlan);
	add_side(obj, "localMlagId", local);
	add_side(obj, "peerMlagId", peer);
	json_object_boolean_add(obj, "self", self);
	return obj;
}
