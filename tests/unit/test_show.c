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

#include "buffer.h"
#include "json.h"
#include "vty.h"

#include "mlagd/kernel_l3.h"
#include "mlagd/show.h"
#include "mlagd/show_table.h"

static struct conf conf;

static struct json_object *member(struct json_object *obj, const char *key)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(obj, key, &value))
		fail_msg("no \"%s\"", key);
	return value;
}

static const char *text(struct json_object *obj, const char *key)
{
	return json_object_get_string(member(obj, key));
}

static int number(struct json_object *obj, const char *key)
{
	assert_true(json_object_is_type(member(obj, key), json_type_int));
	return json_object_get_int(member(obj, key));
}

static bool truth(struct json_object *obj, const char *key)
{
	assert_true(json_object_is_type(member(obj, key), json_type_boolean));
	return json_object_get_boolean(member(obj, key));
}

static void is_null(struct json_object *obj, const char *key)
{
	if (member(obj, key))
		fail_msg("\"%s\" is %s, not null", key, text(obj, key));
}

static void unknown(struct show_facts *f)
{
	memset(f, 0, sizeof(*f));
	memset(&conf, 0, sizeof(conf));
	f->conf = &conf;
	for (unsigned int i = 0; i < CORE_PATHS_MAX; i++)
		f->core.path_heard[i] = CORE_NEVER;
}

static void test_every_field_is_there(void **state)
{
	static const char *const keys[] = {
		"enable",     "debug",	       "systemMac",	"priority",	 "localId",	 "localRole",
		"peerAlive",  "peerId",	       "peerRole",	"peerPriority",	 "peerInterface", "peerIp",
		"backupIp",   "backupActive",  "backupReason",	"anycastIp",	 "initDelay",	 "peerState",
		"peerlinkState", "backupState", "witnessState", "syncState",	 "inService",	 "peerInService",
		"fenced",     "acting",	       "interfaces",
	};
	static const char *const states[] = {"peerState", "peerlinkState", "backupState", "witnessState", "syncState"};
	struct json_object *json;
	struct show_facts f;

	unknown(&f);
	json = show_json_mlag(&f);
	for (unsigned int i = 0; i < array_size(keys); i++)
		member(json, keys[i]);
	for (unsigned int i = 0; i < array_size(states); i++) {
		assert_string_equal(text(member(json, states[i]), "state"), "unconfigured");
		assert_non_null(member(member(json, states[i]), "since"));
		is_null(member(json, states[i]), "reason");
	}
	json_object_free(json);
}

static void test_unknown_is_null(void **state)
{
	static const char *const nulls[] = {"systemMac", "localId",  "peerId",	     "peerPriority", "peerInterface",
					    "peerIp",	 "backupIp", "backupReason", "anycastIp"};
	struct json_object *json;
	struct show_facts f;

	unknown(&f);
	json = show_json_mlag(&f);
	for (unsigned int i = 0; i < array_size(nulls); i++)
		is_null(json, nulls[i]);
	assert_string_equal(text(json, "localRole"), "none");
	assert_string_equal(text(json, "peerRole"), "none");
	assert_false(truth(json, "peerAlive"));
	assert_int_equal(json_object_array_length(member(json, "interfaces")), 0);
	json_object_free(json);
}

static void configure(void)
{
	conf.present = conf.has_system_mac = true;
	memcpy(conf.system_mac.octet, "\x44\x38\x39\xff\x00\xaa", 6);
	strlcpy(conf.peer_link, "peerlink.4094", sizeof(conf.peer_link));
	conf.n_backups = 2;
	str2ipaddr("192.168.200.2", &conf.backup[0].addr);
	str2ipaddr("2001:db8::2", &conf.backup[1].addr);
	strlcpy(conf.backup[1].vrf, "mgmt", sizeof(conf.backup[1].vrf));
	conf.backup[0].port = conf.backup[1].port = 5342;
	conf.priority = 1000;
	conf.init_delay_s = 10;
}

static void peered(struct show_facts *f)
{
	unknown(f);
	configure();
	f->enable = true;
	f->wall_offset_ms = 1700000000000;
	f->core.self = (struct mc_member){.id = {{0x44, 0x38, 0x39, 0, 0, 1}}, .role = MC_ROLE_PRIMARY, .in_service = true};
	f->core.peer_known = f->core.peer_alive = true;
	f->core.peer = (struct mc_member){.id = {{0x44, 0x38, 0x39, 0, 0, 2}},
					  .role = MC_ROLE_SECONDARY,
					  .priority = 2000,
					  .in_service = true};
	f->core.peer_state = (struct core_condition){CORE_ST_UP, 1234, NULL};
	f->core.backup = (struct core_condition){CORE_ST_UP, 0, NULL};
	f->core.path_fresh[2] = true;
	f->core.path_heard[2] = 5000;
	str2ipaddr("fe80::2", &f->peer_address);
}

static void test_peered(void **state)
{
	struct json_object *json;
	struct show_facts f;

	peered(&f);
	json = show_json_mlag(&f);
	assert_true(truth(json, "enable"));
	assert_string_equal(text(json, "systemMac"), "44:38:39:ff:00:aa");
	assert_int_equal(number(json, "priority"), 1000);
	assert_string_equal(text(json, "localId"), "44:38:39:00:00:01");
	assert_string_equal(text(json, "localRole"), "primary");
	assert_string_equal(text(json, "peerId"), "44:38:39:00:00:02");
	assert_string_equal(text(json, "peerRole"), "secondary");
	assert_int_equal(number(json, "peerPriority"), 2000);
	assert_string_equal(text(json, "peerInterface"), "peerlink.4094");
	assert_string_equal(text(json, "peerIp"), "fe80::2");
	assert_true(truth(json, "inService"));
	assert_true(truth(json, "peerInService"));
	assert_true(truth(json, "backupActive"));
	assert_string_equal(text(json, "backupIp"), "2001:db8::2"); /* the one that is fresh */
	assert_string_equal(text(member(json, "peerState"), "state"), "up");
	assert_string_equal(text(member(json, "peerState"), "since"), "2023-11-14T22:13:21.234Z");
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

	peered(&f);
	f.bonds = bonds;
	f.n_bonds = 2;
	bonds[0].view.dual_connected = true;
	bonds[0].view.wanted.hold = CORE_HOLD_SPLIT;
	bonds[1].view.wanted.hold = CORE_HOLD_SPLIT;
	bonds[1].view.local.carrier = true; /* wanted down, and it is not */
	bonds[1].view.peer.present = true;
	strlcpy(bonds[1].view.peer.ifname, "bond2", MC_IFNAME_LEN);
	list = show_json_interfaces(&f);
	b = json_object_array_get_idx(list, 0);
	assert_string_equal(text(b, "interface"), "bond1");
	is_null(b, "peerInterface");
	assert_int_equal(number(b, "mlagId"), 1);
	assert_true(truth(b, "dualConnected"));
	assert_string_equal(json_object_get_string(json_object_array_get_idx(member(b, "conflicts"), 0)),
			    "not in a bridge");
	assert_string_equal(text(b, "protoDownReason"), "split");
	b = json_object_array_get_idx(list, 1);
	is_null(b, "interface");
	assert_string_equal(text(b, "peerInterface"), "bond2");
	is_null(b, "protoDownReason");
	json_object_free(list);
}

static void test_backups(void **state)
{
	struct json_object *list, *p;
	struct show_facts f;

	peered(&f);
	list = show_json_paths(&f);
	assert_int_equal(json_object_array_length(list), 3);
	p = json_object_array_get_idx(list, 1);
	is_null(p, "lastHeard");
	is_null(p, "vrf");
	p = json_object_array_get_idx(list, 2);
	assert_string_equal(text(p, "lastHeard"), "2023-11-14T22:13:25.000Z");
	assert_string_equal(text(p, "vrf"), "mgmt");
	assert_true(truth(p, "active"));
	json_object_free(list);
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
	assert_string_equal(text(json_object_array_get_idx(list, 0), "what"), "event 3");
	assert_string_equal(text(json_object_array_get_idx(list, MLAGD_EVENTS - 1), "what"), "event 1002");
	is_null(json_object_array_get_idx(list, 0), "why");
	json_object_free(list);
}

static void test_statistics(void **state)
{
	struct peer_stats p = {.bad_length = 4};
	struct mact_stats m = {.entries = 7};
	struct kernel_stats k = {.fdb_overruns = 5, .has_filter = true, .filter = {.dual = 6}};
	struct json_object *json;

	p.tx[MC_MSG_ROLE_REQUEST] = 2;
	p.probe_rx[1] = 9;
	json = show_json_statistics(&p, &m, &k);
	assert_int_equal(number(member(member(json, "messages"), "roleRequest"), "sent"), 2);
	assert_int_equal(json_object_array_length(member(json, "probes")), 1);
	assert_int_equal(number(json_object_array_get_idx(member(json, "probes"), 0), "received"), 9);
	assert_int_equal(number(member(json, "refused"), "badLength"), 4);
	assert_int_equal(number(member(json, "macs"), "entries"), 7);
	assert_int_equal(number(member(json, "kernel"), "fdbOverruns"), 5);
	assert_int_equal(number(member(json, "filterDrops"), "dual"), 6);
	json_object_free(json);
	k.has_filter = false;
	json = show_json_statistics(&p, &m, &k);
	is_null(json, "filterDrops");
	json_object_free(json);
}

static void test_mac(void **state)
{
	const struct mc_mac mac = {{2, 0, 0, 0, 0, 1}};
	struct json_object *json = show_json_mac(&mac, 10, MACT_NOWHERE, 3, false);

	assert_string_equal(text(json, "mac"), "02:00:00:00:00:01");
	assert_int_equal(number(json, "vlan"), 10);
	is_null(json, "localMlagId");
	assert_int_equal(number(json, "peerMlagId"), 3);
	json_object_free(json);
}

/* What the kernel has, as show_vrrs() and show_vteps() ask for it. */
static struct prefix gateway[2];

bool kernel_vrr_show(struct kernel *k, unsigned int i, struct kernel_vrr *out)
{
	*out = (struct kernel_vrr){.svi = "vlan10", .device = "vlan10-v0", .vlan = 10, .addrs = gateway, .n_addrs = 2};
	memcpy(out->mac.octet, "\x00\x00\x5e\x00\x01\x01", 6);
	out->conflict = i == 1 ? "the SVI has no address of its own" : NULL;
	out->up = i == 0;
	return i < 2;
}

bool kernel_vtep_show(struct kernel *k, unsigned int i, struct kernel_vtep *out)
{
	*out = (struct kernel_vtep){.ifname = "vxlan48", .on_loopback = true};
	inet_pton(AF_INET, "10.0.1.12", &out->anycast);
	inet_pton(AF_INET, i == 0 ? "10.0.1.12" : "10.10.10.1", &out->local);
	inet_pton(AF_INET, "10.10.10.1", &out->own);
	return i < 2;
}

static void test_vrr(void **state)
{
	struct json_object *json;
	struct kernel_vrr r;

	str2prefix("10.1.10.1/24", &gateway[0]);
	str2prefix("2001:db8:10::1/64", &gateway[1]);
	kernel_vrr_show(NULL, 0, &r);
	json = show_json_vrr(&r);
	assert_string_equal(text(json, "interface"), "vlan10");
	assert_string_equal(text(json, "mac"), "00:00:5e:00:01:01");
	assert_string_equal(json_object_get_string(json_object_array_get_idx(member(json, "addresses"), 0)),
			    "10.1.10.1/24");
	assert_true(truth(json, "up"));
	is_null(json, "vrf");
	is_null(json, "conflict");
	json_object_free(json);
}

static void test_vtep(void **state)
{
	struct json_object *json;
	struct kernel_vtep v;

	kernel_vtep_show(NULL, 0, &v);
	json = show_json_vtep(&v);
	assert_true(truth(json, "shared"));
	assert_string_equal(text(json, "ownIp"), "10.10.10.1");
	json_object_free(json);
	kernel_vtep_show(NULL, 1, &v);
	json = show_json_vtep(&v);
	assert_false(truth(json, "shared"));
	json_object_free(json);
	v = (struct kernel_vtep){.ifname = "vxlan48"};
	json = show_json_vtep(&v);
	is_null(json, "anycastIp");
	assert_false(truth(json, "shared"));
	json_object_free(json);
}

/* ------------------------------------------------------------------- tables */

static char *printed(struct vty *vty)
{
	char *out = buffer_getstr(vty->obuf);

	buffer_reset(vty->obuf);
	return out;
}

static void has(const char *out, const char *words)
{
	if (!strstr(out, words))
		fail_msg("no \"%s\" in:\n%s", words, out);
}

static void test_paths_as_a_table(void **state)
{
	struct vty *vty = vty_new();
	struct json_object *list;
	struct show_facts f;
	char *out;

	peered(&f);
	conf.n_witnesses = 1;
	str2ipaddr("10.0.0.2", &conf.witnesses[0].addr);
	str2ipaddr("10.0.0.1", &conf.witnesses[0].source);
	f.paths[1].error = ENETUNREACH;
	f.paths[2].since = 1000;
	f.paths[2].received = 77;
	list = show_json_paths(&f);
	show_text_paths(vty, list);
	out = printed(vty);
	has(out, "Kind");
	has(out, "vrf mgmt port 5342");
	has(out, "source 10.0.0.1");
	has(out, "down (Network is unreachable)");
	has(out, "unknown (never heard)");
	has(out, "2023-11-14T22:13:21.000Z  2023-11-14T22:13:25.000Z");
	has(out, "77");
	XFREE(MTYPE_TMP, out);
	json_object_free(list);
	vty_close(vty);
}

/* More rows than one table holds: titles again, every row once, in JSON as well. */
static void test_long_list(void **state)
{
	static const struct show_column columns[] = {{"Number", "number"}, {"Name", "name"}};
	struct vty *vty = vty_new();
	unsigned int titles = 0, rows = 0;
	struct json_object *row, *all;
	struct show_list list;
	char *out;

	for (int json = 0; json < 2; json++) {
		show_list_begin(&list, vty, json, columns, array_size(columns));
		for (int i = 0; i < 2500; i++) {
			row = json_object_new_object();
			json_object_int_add(row, "number", i);
			json_object_string_add(row, "name", "a|b");
			show_list_row(&list, row);
		}
		show_list_end(&list);
		out = printed(vty);
		if (json) {
			all = json_tokener_parse(out);
			assert_int_equal(json_object_array_length(all), 2500);
			assert_string_equal(text(json_object_array_get_idx(all, 7), "name"), "a|b");
			json_object_free(all);
		}
		for (const char *p = out; !json && (p = strstr(p, "Number")); p++)
			titles++;
		for (const char *p = out; !json && (p = strstr(p, "a!b")); p++)
			rows++;
		XFREE(MTYPE_TMP, out);
	}
	assert_int_equal(titles, 3);
	assert_int_equal(rows, 2500);
	vty_close(vty);
}

static void test_layer3_as_tables(void **state)
{
	struct vty *vty = vty_new();
	char *out;

	show_vrrs(vty, false, NULL);
	show_vteps(vty, false, NULL);
	out = printed(vty);
	has(out, "10.1.10.1/24, 2001:db8:10::1/64");
	has(out, "no   the SVI has no address of its own");
	has(out, "10.0.1.12");
	XFREE(MTYPE_TMP, out);
	vty_close(vty);
}

static void test_everything_can_be_printed(void **state)
{
	struct peer_stats p = {};
	struct mact_stats m = {};
	struct kernel_stats k = {};
	struct vty *vty = vty_new();
	struct json_object *json;
	struct show_facts f;
	char *out;

	unknown(&f);
	json = show_json_mlag(&f);
	show_text_mlag(vty, json);
	json_object_free(json);
	json = show_json_statistics(&p, &m, &k);
	show_text_statistics(vty, json);
	json_object_free(json);
	out = printed(vty);
	has(out, "MLAG is not enabled");
	has(out, "Our Interface");
	has(out, "badHopLimit");
	XFREE(MTYPE_TMP, out);
	vty_close(vty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field_is_there), cmocka_unit_test(test_unknown_is_null),
		cmocka_unit_test(test_peered),		     cmocka_unit_test(test_interfaces),
		cmocka_unit_test(test_backups),		     cmocka_unit_test(test_events),
		cmocka_unit_test(test_statistics),	     cmocka_unit_test(test_mac),
		cmocka_unit_test(test_paths_as_a_table),     cmocka_unit_test(test_long_list),
		cmocka_unit_test(test_vrr),		     cmocka_unit_test(test_vtep),
		cmocka_unit_test(test_layer3_as_tables),
		cmocka_unit_test(test_everything_can_be_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
