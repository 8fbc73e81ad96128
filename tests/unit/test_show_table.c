// SPDX-License-Identifier: GPL-2.0-or-later
/* The same objects as a person reads them: tables of any length, and every command has one (G3, G4). */
#include <zebra.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "buffer.h"
#include "vty.h"

#include "mlagd/show_table.h"
#include "tests/unit/show_bench.h"

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

	facts_peered(&f);
	facts_conf.n_witnesses = 1;
	str2ipaddr("10.0.0.2", &facts_conf.witnesses[0].addr);
	str2ipaddr("10.0.0.1", &facts_conf.witnesses[0].source);
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
			assert_string_equal(field_text(json_object_array_get_idx(all, 7), "name"), "a|b");
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

	const struct mc_router ours = {.vlan = 4001, .mac = {{0x44, 0x38, 0x39, 0, 0, 1}}}, peers = {.vlan = 4001, .mac = {{2}}};
	struct routert *routers = routert_new();

	assert_non_null(routers);
	routert_local_begin(routers);
	routert_local(routers, &ours);
	routert_local_end(routers);
	routert_peer(routers, &peers);
	routert_peer_sync_end(routers);
	show_vrrs(vty, false, NULL, routers);
	routert_free(routers);
	show_vteps(vty, false, NULL);
	out = printed(vty);
	has(out, "10.1.10.1/24, 2001:db8:10::1/64");
	has(out, "no   the SVI has no address of its own");
	has(out, "yes  the peer's SVI of this L3 VNI has another MAC");
	has(out, "10.0.1.12");
	XFREE(MTYPE_TMP, out);
	vty_close(vty);
}

static void test_everything_can_be_printed(void **state)
{
	struct peer_stats p = {};
	struct show_counters c = {.peer = &p};
	struct vty *vty = vty_new();
	struct json_object *json;
	struct show_facts f;
	char *out;

	facts_unknown(&f);
	json = show_json_mlag(&f);
	show_text_mlag(vty, json);
	json_object_free(json);
	json = show_json_statistics(&c);
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
		cmocka_unit_test(test_paths_as_a_table),
		cmocka_unit_test(test_long_list),
		cmocka_unit_test(test_layer3_as_tables),
		cmocka_unit_test(test_everything_can_be_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
