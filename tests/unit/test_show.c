// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts -> JSON: every field of cli.md under its name, with its type, null
 * where nothing is known (G3, G4).
 */
#include <zebra.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/unit/show_bench.h"

static void test_every_field_is_there(void **state)
{
	static const char *const keys[] = {
		"enable",     "debug",	       "systemMac",	"priority",	 "localId",	 "localRole",
		"peerAlive",  "peerId",	       "peerRole",	"peerPriority",	 "peerInterface", "peerIp",
		"backupIp",   "backupActive",  "backupReason",	"anycastIp",	 "initDelay",	 "peerState",
		"peerlinkState", "backupState", "witnessState", "syncState", "zebraModuleState", "inService",	 "peerInService",
		"fenced",     "acting",	       "interfaces",	"maintenance",	 "shutdown",	 "bfdState",
		"version",    "protocolVersion", "peerVersion",	"peerProtocolVersion", "peerAnycastIp", "anycastIpConflict",
		"peerlinkConflicts",
		"orphanPorts",
	};
	static const char *const states[] = {"peerState", "peerlinkState", "backupState", "witnessState", "syncState",
					     "zebraModuleState"};
	struct json_object *json;
	struct show_facts f;

	facts_unknown(&f);
	json = show_json_mlag(&f);
	for (unsigned int i = 0; i < array_size(keys); i++)
		field(json, keys[i]);
	for (unsigned int i = 0; i < array_size(states); i++) {
		assert_string_equal(field_text(field(json, states[i]), "state"), "unconfigured");
		assert_non_null(field(field(json, states[i]), "since"));
		field_null(field(json, states[i]), "reason");
	}
	json_object_free(json);
}

static void test_unknown_is_null(void **state)
{
	static const char *const nulls[] = {"systemMac", "localId",  "peerId",	     "peerPriority", "peerInterface",
					    "peerIp",	 "backupIp", "backupReason", "anycastIp", "peerAnycastIp"};
	struct json_object *json;
	struct show_facts f;

	facts_unknown(&f);
	json = show_json_mlag(&f);
	for (unsigned int i = 0; i < array_size(nulls); i++)
		field_null(json, nulls[i]);
	assert_string_equal(field_text(json, "localRole"), "none");
	assert_string_equal(field_text(json, "peerRole"), "none");
	assert_false(field_truth(json, "peerAlive"));
	assert_int_equal(json_object_array_length(field(json, "interfaces")), 0);
	json_object_free(json);
}

static void test_peered(void **state)
{
	struct json_object *json;
	struct show_facts f;

	facts_peered(&f);
	json = show_json_mlag(&f);
	assert_true(field_truth(json, "enable"));
	assert_string_equal(field_text(json, "systemMac"), "44:38:39:ff:00:aa");
	assert_int_equal(field_number(json, "priority"), 1000);
	assert_string_equal(field_text(json, "localId"), "44:38:39:00:00:01");
	assert_string_equal(field_text(json, "localRole"), "primary");
	assert_string_equal(field_text(json, "peerId"), "44:38:39:00:00:02");
	assert_string_equal(field_text(json, "peerRole"), "secondary");
	assert_int_equal(field_number(json, "peerPriority"), 2000);
	assert_string_equal(field_text(json, "peerInterface"), "peerlink.4094");
	assert_string_equal(field_text(json, "peerIp"), "fe80::2");
	assert_true(field_truth(json, "inService"));
	assert_true(field_truth(json, "peerInService"));
	assert_true(field_truth(json, "backupActive"));
	assert_string_equal(field_text(json, "backupIp"), "2001:db8::2"); /* the one that is fresh */
	assert_string_equal(field_text(field(json, "peerState"), "state"), "up");
	assert_string_equal(field_text(field(json, "peerState"), "since"), "2023-11-14T22:13:21.234Z");
	json_object_free(json);
}

static void test_anycast_conflict(void **state)
{
	struct json_object *json;
	struct show_facts f;

	facts_peered(&f);
	f.core.peer.tells_anycast = f.core.anycast_differs = true;
	memcpy(f.core.peer.anycast_ip, (uint8_t[]){10, 0, 1, 34}, 4);
	json = show_json_mlag(&f);
	assert_string_equal(field_text(json, "peerAnycastIp"), "10.0.1.34");
	assert_true(field_truth(json, "anycastIpConflict"));
	json_object_free(json);
}

static void test_interfaces(void **state)
{
	struct show_bond bonds[2] = {
		{.mlag_id = 1, .ifname = "bond1", .n_conflicts = 1, .conflicts = {"not in a bridge"}},
		{.mlag_id = 2},
	};
	struct json_object *list, *b;
	struct show_facts f;

	facts_peered(&f);
	f.bonds = bonds;
	f.n_bonds = 2;
	bonds[0].view.dual_connected = bonds[0].view.wanted.quiet = true;
	bonds[0].bpdus = 7;
	bonds[0].view.wanted.hold = CORE_HOLD_SPLIT;
	bonds[1].view.wanted.hold = CORE_HOLD_SPLIT;
	bonds[1].view.local.carrier = true; /* wanted down, and it is not */
	bonds[1].view.peer.present = true;
	strlcpy(bonds[1].view.peer.ifname, "bond2", MC_IFNAME_LEN);
	list = show_json_interfaces(&f);
	b = json_object_array_get_idx(list, 0);
	assert_string_equal(field_text(b, "interface"), "bond1");
	field_null(b, "peerInterface");
	assert_int_equal(field_number(b, "mlagId"), 1);
	assert_true(field_truth(b, "dualConnected"));
	assert_string_equal(json_object_get_string(json_object_array_get_idx(field(b, "conflicts"), 0)),
			    "not in a bridge");
	assert_string_equal(field_text(b, "protoDownReason"), "split");
	assert_true(field_truth(b, "bpdusSilenced"));
	assert_int_equal(field_number(b, "bpdusDropped"), 7);
	b = json_object_array_get_idx(list, 1);
	field_null(b, "interface");
	assert_false(field_truth(b, "bpdusSilenced"));
	field_null(b, "bpdusDropped");
	assert_string_equal(field_text(b, "peerInterface"), "bond2");
	field_null(b, "protoDownReason");
	json_object_free(list);
}

static void test_backups(void **state)
{
	struct json_object *list, *p;
	struct show_facts f;

	facts_peered(&f);
	list = show_json_paths(&f);
	assert_int_equal(json_object_array_length(list), 3);
	p = json_object_array_get_idx(list, 1);
	field_null(p, "lastHeard");
	field_null(p, "vrf");
	p = json_object_array_get_idx(list, 2);
	assert_string_equal(field_text(p, "lastHeard"), "2023-11-14T22:13:25.000Z");
	assert_string_equal(field_text(p, "vrf"), "mgmt");
	assert_true(field_truth(p, "active"));
	json_object_free(list);
}

/* Why a witness is not heard, as far as zebra knows; of one that is, nothing (B6). */
static void test_witness_advice(void **state)
{
	static const char advice[] = "routed over the peerlink, where it does not count";
	struct json_object *json;
	struct show_facts f;

	facts_peered(&f);
	facts_conf.n_witnesses = 1;
	f.paths[3].advice = advice;
	f.core.witness = (struct core_condition){CORE_ST_UNKNOWN, 0, "no peer heard yet"};
	json = show_json_mlag(&f);
	assert_string_equal(field_text(field(json, "witnessState"), "reason"), advice);
	field_null(field(json, "backupState"), "reason");
	json_object_free(json);
	f.core.witness = (struct core_condition){CORE_ST_UP, 0, NULL};
	json = show_json_mlag(&f);
	field_null(field(json, "witnessState"), "reason");
	json_object_free(json);
}

/* One that is heard and proves nothing is not called up (B6); why is the core's to say, not zebra's. */
static void test_witness_without_a_key(void **state)
{
	struct json_object *json;
	struct show_facts f;

	facts_peered(&f);
	facts_conf.n_witnesses = 1;
	f.paths[3].advice = "routed over the peerlink, where it does not count";
	f.core.path_fresh[3] = true;
	f.core.path_proves[3] = false;
	f.core.witness = (struct core_condition){CORE_ST_UNAUTHENTICATED, 0, "heard, but"};
	json = show_json_paths(&f);
	assert_string_equal(field_text(json_object_array_get_idx(json, 3), "state"), "unauthenticated");
	assert_string_equal(field_text(json_object_array_get_idx(json, 2), "state"), "up");
	json_object_free(json);
	json = show_json_mlag(&f);
	assert_string_equal(field_text(field(json, "witnessState"), "reason"), "heard, but");
	json_object_free(json);
}

/* The ring keeps the newest, oldest first. */
static void test_events(void **state)
{
	static struct mlagd_event ring[MLAGD_EVENTS];
	uint64_t n = MLAGD_EVENTS + 3;
	struct json_object *list;

	for (uint64_t i = 0; i < n; i++)
		snprintf(ring[i % MLAGD_EVENTS].note.what, sizeof(ring[0].note.what), "event %u", (unsigned int)i);
	list = show_json_events(ring, n);
	assert_int_equal(json_object_array_length(list), MLAGD_EVENTS);
	assert_string_equal(field_text(json_object_array_get_idx(list, 0), "what"), "event 3");
	assert_string_equal(field_text(json_object_array_get_idx(list, MLAGD_EVENTS - 1), "what"), "event 1002");
	field_null(json_object_array_get_idx(list, 0), "why");
	json_object_free(list);
}

static void test_statistics(void **state)
{
	struct peer_stats p = {.bad_length = 4};
	struct show_counters c = {
		.peer = &p,
		.macs = {.entries = 7, .resyncs = 3},
		.neighs = {.local = 8},
		.groups = {.peer = 9},
		.kernel = {.fdb_overruns = 5, .has_filter = true, .filter = {.dual = 6, .bpdu = 10}},
	};
	struct json_object *json;

	p.tx[MC_MSG_ROLE_REQUEST] = 2;
	p.probe_rx[1] = 9;
	json = show_json_statistics(&c);
	assert_int_equal(field_number(field(field(json, "messages"), "roleRequest"), "sent"), 2);
	assert_int_equal(json_object_array_length(field(json, "probes")), 1);
	assert_int_equal(field_number(json_object_array_get_idx(field(json, "probes"), 0), "received"), 9);
	assert_int_equal(field_number(field(json, "refused"), "badLength"), 4);
	assert_int_equal(field_number(field(json, "macs"), "entries"), 7);
	assert_int_equal(field_number(field(json, "macs"), "resynced"), 3);
	assert_int_equal(field_number(field(json, "neighbors"), "local"), 8);
	assert_int_equal(field_number(field(json, "groups"), "peer"), 9);
	assert_int_equal(field_number(field(json, "filterDrops"), "bpdu"), 10);
	assert_int_equal(field_number(field(json, "kernel"), "fdbOverruns"), 5);
	assert_int_equal(field_number(field(json, "filterDrops"), "dual"), 6);
	json_object_free(json);
	c.kernel.has_filter = false;
	json = show_json_statistics(&c);
	field_null(json, "filterDrops");
	json_object_free(json);
}

static void test_mac(void **state)
{
	const struct mc_mac mac = {{2, 0, 0, 0, 0, 1}};
	struct json_object *json = show_json_mac(&mac, 10, MACT_NOWHERE, 3, false);

	assert_string_equal(field_text(json, "mac"), "02:00:00:00:00:01");
	assert_int_equal(field_number(json, "vlan"), 10);
	field_null(json, "localMlagId");
	assert_int_equal(field_number(json, "peerMlagId"), 3);
	json_object_free(json);
}

static void test_vrr(void **state)
{
	struct json_object *json;
	struct kernel_vrr r;

	kernel_vrr_show(NULL, 0, &r);
	json = show_json_vrr(&r);
	assert_string_equal(field_text(json, "interface"), "vlan10");
	assert_string_equal(field_text(json, "mac"), "00:00:5e:00:01:01");
	assert_string_equal(json_object_get_string(json_object_array_get_idx(field(json, "addresses"), 0)),
			    "10.1.10.1/24");
	assert_true(field_truth(json, "up"));
	field_null(json, "vrf");
	field_null(json, "conflict");
	json_object_free(json);
}

static void test_vtep(void **state)
{
	struct json_object *json;
	struct kernel_vtep v;

	kernel_vtep_show(NULL, 0, &v);
	json = show_json_vtep(&v);
	assert_true(field_truth(json, "shared"));
	assert_string_equal(field_text(json, "ownIp"), "10.10.10.1");
	json_object_free(json);
	kernel_vtep_show(NULL, 1, &v);
	json = show_json_vtep(&v);
	assert_false(field_truth(json, "shared"));
	json_object_free(json);
	v = (struct kernel_vtep){.ifname = "vxlan48"};
	json = show_json_vtep(&v);
	field_null(json, "anycastIp");
	assert_false(field_truth(json, "shared"));
	json_object_free(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field_is_there),
		cmocka_unit_test(test_unknown_is_null),
		cmocka_unit_test(test_peered),
		cmocka_unit_test(test_anycast_conflict),
		cmocka_unit_test(test_interfaces),
		cmocka_unit_test(test_backups),
		cmocka_unit_test(test_witness_advice),
		cmocka_unit_test(test_witness_without_a_key),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_statistics),
		cmocka_unit_test(test_mac),
		cmocka_unit_test(test_vrr),
		cmocka_unit_test(test_vtep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
