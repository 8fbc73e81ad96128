// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `show mlag` as a person reads it, printed from the very object that `json`
 * prints.
 */
#include <zebra.h>

#include "vty.h"

#include "mlagd/show.h"
#include "mlagd/show_table.h"

static void row(struct vty *vty, const char *name, const char *value)
{
	vty_out(vty, "%30s: %s\n", name, value);
}

static void state_row(struct vty *vty, const char *name, struct json_object *state)
{
	struct json_object *reason = show_get(state, "reason");

	vty_out(vty, "%30s: %s since %s", name, show_str(state, "state"), show_str(state, "since"));
	if (reason)
		vty_out(vty, " (%s)", json_object_get_string(reason));
	vty_out(vty, "\n");
}

static void member_row(struct vty *vty, const char *name, struct json_object *json, const char *keys[3])
{
	vty_out(vty, "%30s: %s %s %s\n", name, show_str(json, keys[0]), show_str(json, keys[1]), show_str(json, keys[2]));
}

static void service_row(struct vty *vty, struct json_object *json)
{
	vty_out(vty, "%30s: %s%s%s%s%s (peer: %s)\n", "In service", show_yesno(json, "inService"),
		show_truth(json, "fenced") ? ", fenced" : "", show_truth(json, "acting") ? ", acting alone" : "",
		show_truth(json, "maintenance") ? ", maintenance" : "", show_truth(json, "shutdown") ? ", shutdown" : "",
		show_yesno(json, "peerInService"));
}

/* A row each: there is none as a rule. */
static void conflict_rows(struct vty *vty, struct json_object *list)
{
	for (size_t i = 0; i < json_object_array_length(list); i++)
		row(vty, "Peerlink Conflict", json_object_get_string(json_object_array_get_idx(list, i)));
}

static void orphan_rows(struct vty *vty, struct json_object *list)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *port = json_object_array_get_idx(list, i), *conflict = show_get(port, "conflict");

		vty_out(vty, "%30s: %s%s%s%s\n", "Orphan Port", show_str(port, "interface"),
			show_truth(port, "suspended") ? ", suspended" : "", conflict ? ", CONFLICT: " : "",
			conflict ? json_object_get_string(conflict) : "");
	}
}

void show_text_mlag(struct vty *vty, struct json_object *json)
{
	static const char *ours[] = {"priority", "localId", "localRole"};
	static const char *peers[] = {"peerPriority", "peerId", "peerRole"};

	if (!show_truth(json, "enable"))
		vty_out(vty, "MLAG is not enabled: it needs system-mac, peer-link and at least one backup\n");
	vty_out(vty, "The peer is %s\n", show_truth(json, "peerAlive") ? "alive" : "not alive");
	member_row(vty, "Our Priority, ID, and Role", json, ours);
	member_row(vty, "Peer Priority, ID, and Role", json, peers);
	vty_out(vty, "%30s: %s %s\n", "Peer Interface and IP", show_str(json, "peerInterface"), show_str(json, "peerIp"));
	vty_out(vty, "%30s: %s (%s)\n", "Backup IP", show_str(json, "backupIp"),
		show_truth(json, "backupActive") ? "active" : "not active");
	row(vty, "System MAC", show_str(json, "systemMac"));
	vty_out(vty, "%30s: %s%s%s\n", "Anycast IP", show_str(json, "anycastIp"),
		show_truth(json, "anycastIpConflict") ? ", CONFLICT: the peer's is " : "",
		show_truth(json, "anycastIpConflict") ? show_str(json, "peerAnycastIp") : "");
	row(vty, "Init Delay (seconds)", show_str(json, "initDelay"));
	row(vty, "Debug", show_truth(json, "debug") ? "on" : "off");
	vty_out(vty, "%30s: %s, protocol %s (peer: %s, %s)\n", "Version", show_str(json, "version"),
		show_str(json, "protocolVersion"), show_str(json, "peerVersion"), show_str(json, "peerProtocolVersion"));
	service_row(vty, json);
	state_row(vty, "Peer", show_get(json, "peerState"));
	state_row(vty, "Peerlink", show_get(json, "peerlinkState"));
	conflict_rows(vty, show_get(json, "peerlinkConflicts"));
	state_row(vty, "Backup", show_get(json, "backupState"));
	state_row(vty, "Witness", show_get(json, "witnessState"));
	if (show_get(json, "bfdState"))
		row(vty, "BFD", show_str(json, "bfdState"));
	state_row(vty, "Synchronisation", show_get(json, "syncState"));
	state_row(vty, "Zebra Module", show_get(json, "zebraModuleState"));
	orphan_rows(vty, show_get(json, "orphanPorts"));
	vty_out(vty, "\n");
	show_text_interfaces(vty, show_get(json, "interfaces"));
}

void show_text_interfaces(struct vty *vty, struct json_object *list)
{
	static const struct show_column columns[] = {
		{"Our Interface", "interface"},
		{"Peer Interface", "peerInterface"},
		{"MLAG Id", "mlagId"},
		{"Dual-Connected", "dualConnected"},
		{"BPDUs Dropped", "bpdusDropped"},
		{"Proto-Down Reason", "protoDownReason"},
		{"Conflicts", "conflicts"},
	};

	show_table(vty, list, columns, array_size(columns));
}
