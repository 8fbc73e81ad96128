// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON -> what a person reads. The tables are printed from the very objects
 * that `json` prints, so they cannot say anything else.
 */
#include <zebra.h>

#include "json.h"
#include "vty.h"

#include "mlagd/show.h"

static struct json_object *get(struct json_object *obj, const char *key)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(obj, key, &value);
	return value;
}

/* The value as text, "-" for null. */
static const char *str(struct json_object *obj, const char *key)
{
	struct json_object *value = get(obj, key);

	return value ? json_object_get_string(value) : "-";
}

static bool truth(struct json_object *obj, const char *key)
{
	return json_object_get_boolean(get(obj, key));
}

static const char *yesno(struct json_object *obj, const char *key)
{
	return truth(obj, key) ? "yes" : "no";
}

static void row(struct vty *vty, const char *name, const char *value)
{
	vty_out(vty, "%30s: %s\n", name, value);
}

static void state_row(struct vty *vty, const char *name, struct json_object *state)
{
	struct json_object *reason = get(state, "reason");

	vty_out(vty, "%30s: %s since %s", name, str(state, "state"), str(state, "since"));
	if (reason)
		vty_out(vty, " (%s)", json_object_get_string(reason));
	vty_out(vty, "\n");
}

static void member_row(struct vty *vty, const char *name, struct json_object *json, const char *keys[3])
{
	vty_out(vty, "%30s: %s %s %s\n", name, str(json, keys[0]), str(json, keys[1]), str(json, keys[2]));
}

static void service_row(struct vty *vty, struct json_object *json)
{
	vty_out(vty, "%30s: %s%s%s (peer: %s)\n", "In service", yesno(json, "inService"),
		truth(json, "fenced") ? ", fenced" : "", truth(json, "acting") ? ", acting alone" : "",
		yesno(json, "peerInService"));
}

void show_text_mlag(struct vty *vty, struct json_object *json)
{
	static const char *ours[] = {"priority", "localId", "localRole"};
	static const char *peers[] = {"peerPriority", "peerId", "peerRole"};

	if (!truth(json, "enable"))
		vty_out(vty, "MLAG is not enabled: it needs system-mac, peer-link and at least one backup\n");
	vty_out(vty, "The peer is %s\n", truth(json, "peerAlive") ? "alive" : "not alive");
	member_row(vty, "Our Priority, ID, and Role", json, ours);
	member_row(vty, "Peer Priority, ID, and Role", json, peers);
	vty_out(vty, "%30s: %s %s\n", "Peer Interface and IP", str(json, "peerInterface"), str(json, "peerIp"));
	vty_out(vty, "%30s: %s (%s)\n", "Backup IP", str(json, "backupIp"),
		truth(json, "backupActive") ? "active" : "not active");
	row(vty, "System MAC", str(json, "systemMac"));
	row(vty, "Anycast IP", str(json, "anycastIp"));
	row(vty, "Init Delay (seconds)", str(json, "initDelay"));
	row(vty, "Debug", truth(json, "debug") ? "on" : "off");
	service_row(vty, json);
	state_row(vty, "Peer", get(json, "peerState"));
	state_row(vty, "Peerlink", get(json, "peerlinkState"));
	state_row(vty, "Backup", get(json, "backupState"));
	state_row(vty, "Witness", get(json, "witnessState"));
	state_row(vty, "Synchronisation", get(json, "syncState"));
	vty_out(vty, "\n");
	show_text_interfaces(vty, get(json, "interfaces"));
}

static void conflicts_text(struct json_object *list, char *buf, size_t size)
{
	strlcpy(buf, json_object_array_length(list) ? "" : "-", size);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		if (i)
			strlcat(buf, ", ", size);
		strlcat(buf, json_object_get_string(json_object_array_get_idx(list, i)), size);
	}
}

void show_text_interfaces(struct vty *vty, struct json_object *list)
{
	char conflicts[256];

	vty_out(vty, "%-16s  %-16s  %-7s  %-14s  %-28s  %s\n", "Our Interface", "Peer Interface", "MLAG Id",
		"Dual-Connected", "Conflicts", "Proto-Down Reason");
	vty_out(vty, "%-16s  %-16s  %-7s  %-14s  %-28s  %s\n", "----------------", "----------------", "-------",
		"--------------", "----------------------------", "-----------------");
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *b = json_object_array_get_idx(list, i);

		conflicts_text(get(b, "conflicts"), conflicts, sizeof(conflicts));
		vty_out(vty, "%-16s  %-16s  %-7s  %-14s  %-28s  %s\n", str(b, "interface"), str(b, "peerInterface"),
			str(b, "mlagId"), yesno(b, "dualConnected"), conflicts, str(b, "protoDownReason"));
	}
}

void show_text_backups(struct vty *vty, struct json_object *list)
{
	vty_out(vty, "%-40s  %-16s  %-16s  %-5s  %-6s  %s\n", "Address", "Interface", "VRF", "Port", "Active",
		"Last heard");
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *p = json_object_array_get_idx(list, i);

		vty_out(vty, "%-40s  %-16s  %-16s  %-5s  %-6s  %s\n", str(p, "address"), str(p, "interface"),
			str(p, "vrf"), str(p, "port"), yesno(p, "active"), str(p, "lastHeard"));
	}
}

void show_text_events(struct vty *vty, struct json_object *list)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *e = json_object_array_get_idx(list, i);

		vty_out(vty, "%s  %s\n    why: %s\n    effect: %s\n", str(e, "time"), str(e, "what"), str(e, "why"),
			str(e, "effect"));
	}
}

/* An object of numbers, one a line. */
static void counters(struct vty *vty, const char *title, struct json_object *obj)
{
	vty_out(vty, "%s\n", title);
	json_object_object_foreach(obj, key, value)
		vty_out(vty, "  %-20s %s\n", key, json_object_get_string(value));
}

void show_text_statistics(struct vty *vty, struct json_object *json)
{
	struct json_object *messages = get(json, "messages"), *probes = get(json, "probes");

	vty_out(vty, "%-22s %12s %12s\n", "Message", "sent", "received");
	json_object_object_foreach(messages, key, pair)
		vty_out(vty, "  %-20s %12s %12s\n", key, str(pair, "sent"), str(pair, "received"));
	for (size_t i = 0; i < json_object_array_length(probes); i++) {
		struct json_object *p = json_object_array_get_idx(probes, i);

		vty_out(vty, "  probe on path %-6s %12s %12s\n", str(p, "path"), str(p, "sent"), str(p, "received"));
	}
	counters(vty, "Refused", get(json, "refused"));
	counters(vty, "Addresses", get(json, "macs"));
}

/* A side of an address as a place. */
static const char *place(struct json_object *entry, const char *key, char *buf, size_t size)
{
	struct json_object *where = get(entry, key);

	if (!where)
		return "-";
	if (json_object_get_int(where) == 0)
		return truth(entry, "self") ? "own" : "orphan";
	snprintf(buf, size, "id %d", json_object_get_int(where));
	return buf;
}

void show_text_mac_head(struct vty *vty)
{
	vty_out(vty, "%-17s  %-4s  %-10s  %s\n", "MAC", "VLAN", "Local", "Peer");
}

void show_text_mac(struct vty *vty, struct json_object *entry)
{
	char local[16], peer[16];

	vty_out(vty, "%-17s  %-4s  %-10s  %s\n", str(entry, "mac"), str(entry, "vlan"),
		place(entry, "localMlagId", local, sizeof(local)), place(entry, "peerMlagId", peer, sizeof(peer)));
}
