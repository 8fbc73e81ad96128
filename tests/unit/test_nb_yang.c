// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The model judges: what yang/frr-mlag.yang takes, what it refuses and in which
 * words (A1, A3, A6, B2, B4). Runs libyang on the text that mlagd carries.
 */
#include <zebra.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "libyang/libyang.h"
#include "yang.h"

static struct yang_module_embed embed = {
	.mod_name = "frr-mlag",
	.mod_rev = "",
	.sub_mod_name = "",
	.sub_mod_rev = "",
	.data =
#include "yang/frr-mlag.yang.h"
	,
	.format = LYS_IN_YANG,
};

static unsigned int complaints;

static void complain(LY_LOG_LEVEL level, const char *msg, const char *data_path, const char *schema_path,
		     uint64_t line)
{
	if (level > LY_LLWRN)
		return;
	complaints++;
	print_message("libyang: %s (%s)\n", msg, schema_path ? schema_path : "");
}

static int load(void **state)
{
	yang_module_embed(&embed);
	yang_init(true, false, false);
	if (!yang_module_load("frr-interface", NULL))
		return -1;
	ly_log_level(LY_LLWRN);
	ly_set_log_clb(complain);
	return yang_module_load("frr-mlag", NULL) ? 0 : -1;
}

static int unload(void **state)
{
	yang_terminate();
	return 0;
}

/* Errors and warnings while the model was read. */
static void test_model_is_clean(void **state)
{
	assert_int_equal(complaints, 0);
}

static LY_ERR parse(const char *json, struct lyd_node **tree)
{
	return lyd_parse_data_mem(ly_native_ctx, json, LYD_JSON, LYD_PARSE_STRICT | LYD_PARSE_NO_STATE,
				  LYD_VALIDATE_NO_STATE, tree);
}

static void takes(const char *json)
{
	struct lyd_node *tree = NULL;

	if (parse(json, &tree) != LY_SUCCESS)
		fail_msg("refused: %s", json);
	lyd_free_all(tree);
}

/* Refused, and one of the errors has these words. */
static void refuses(const char *json, const char *words)
{
	struct lyd_node *tree = NULL;
	const struct ly_err_item *e;
	bool said = false;

	ly_err_clean(ly_native_ctx, NULL);
	if (parse(json, &tree) == LY_SUCCESS)
		fail_msg("taken: %s", json);
	for (e = ly_err_first(ly_native_ctx); e; e = e->next)
		said = said || strstr(e->msg, words);
	if (!said)
		fail_msg("refused without \"%s\": %s", words, json);
	ly_err_clean(ly_native_ctx, NULL);
}

#define MLAG(leaves) "{\"frr-mlag:mlag\":{" leaves "}}"

static void test_system_mac(void **state)
{
	takes(MLAG("\"system-mac\":\"44:38:39:ff:00:aa\""));
	takes(MLAG("\"system-mac\":\"02:00:00:00:00:01\""));
	refuses(MLAG("\"system-mac\":\"01:00:5e:00:00:01\""), "multicast bit is set (A3)");
	refuses(MLAG("\"system-mac\":\"FF:ff:ff:ff:ff:ff\""), "multicast bit is set (A3)");
	refuses(MLAG("\"system-mac\":\"00:00:00:00:00:00\""), "must not be 00:00:00:00:00:00 (A3)");
}

static void test_peer_ip(void **state)
{
	takes(MLAG("\"peer-ip\":\"linklocal\""));
	takes(MLAG("\"peer-ip\":\"169.254.1.2\""));
	takes(MLAG("\"peer-ip\":\"2001:db8::2\""));
	refuses(MLAG("\"peer-ip\":\"169.254.0.1\""), "169.254.0.1, BGP unnumbered owns it (B2)");
	refuses(MLAG("\"peer-ip\":\"somewhere\""), "somewhere");
	refuses(MLAG("\"peer-ip\":\"0.0.0.0\""), "not this host or none (B2)");
	refuses(MLAG("\"peer-ip\":\"127.0.0.1\""), "not this host or none (B2)");
	refuses(MLAG("\"peer-ip\":\"::\""), "not this host or none (B2)");
	refuses(MLAG("\"peer-ip\":\"224.0.0.1\""), "must be a unicast address (B2)");
	refuses(MLAG("\"peer-ip\":\"255.255.255.255\""), "must be a unicast address (B2)");
	refuses(MLAG("\"peer-ip\":\"FF02::1\""), "must be a unicast address (B2)");
}

static void test_peer_link(void **state)
{
	takes(MLAG("\"peer-link\":\"peerlink.4094\""));
	takes(MLAG("\"peer-link\":\"abcdefghijklmno\""));
	refuses(MLAG("\"peer-link\":\"abcdefghijklmnop\""), "1 to 15 characters (B1)");
	refuses(MLAG("\"peer-link\":\"\""), "1 to 15 characters (B1)");
	refuses(MLAG("\"peer-link\":\"a/b\""), "name of an interface");
}

static void test_backup_is_somebody_else(void **state)
{
	takes(MLAG("\"backup\":[{\"address\":\"fd00::2\"},{\"address\":\"10.0.0.2\"},{\"address\":\"fec0::1\"}]"));
	refuses(MLAG("\"backup\":[{\"address\":\"0.0.0.0\"}]"), "not this host or none (B4)");
	refuses(MLAG("\"backup\":[{\"address\":\"::1\"}]"), "not this host or none (B4)");
	refuses(MLAG("\"backup\":[{\"address\":\"224.0.0.9\"}]"), "must be a unicast address (B4)");
	refuses(MLAG("\"backup\":[{\"address\":\"ff02::1\"}]"), "must be a unicast address (B4)");
	refuses(MLAG("\"backup\":[{\"address\":\"fe80::1\"}]"), "must not be link-local");
}

static void test_key(void **state)
{
	takes(MLAG("\"authentication\":{\"key\":\"aZ9!~/#\"}"));
	refuses(MLAG("\"authentication\":{\"key\":\"two words\"}"), "printable ASCII characters without space");
	refuses(MLAG("\"authentication\":{\"key\":\"\"}"), "string \"\" length is not allowed");
	refuses(MLAG("\"authentication\":{\"key\":\""
		     "0123456789012345678901234567890123456789012345678901234567890123x\"}"),
		"0123");
}

static void test_backup_is_not_the_peer(void **state)
{
	takes(MLAG("\"peer-ip\":\"169.254.1.2\",\"backup\":[{\"address\":\"192.168.200.2\"}]"));
	refuses(MLAG("\"peer-ip\":\"169.254.1.2\",\"backup\":[{\"address\":\"169.254.1.2\"}]"), "(B4)");
	refuses(MLAG("\"backup\":[{\"address\":\"2001:DB8:0::2\"}],\"peer-ip\":\"2001:db8::2\""), "(B4)");
}

static void test_ranges(void **state)
{
	takes(MLAG("\"priority\":0,\"init-delay\":900,\"reload-delay\":3600,\"restart-time\":1"));
	refuses(MLAG("\"priority\":70000"), "70000");
	refuses(MLAG("\"timers\":{\"keepalive\":49}"), "49");
	refuses(MLAG("\"timers\":{\"multiplier\":1}"), "1");
	refuses(MLAG("\"init-delay\":901"), "901");
	refuses(MLAG("\"restart-time\":0"), "0");
	refuses(MLAG("\"backup\":[{\"address\":\"192.168.200.2\",\"port\":0}]"), "0");
}

#define BOND(name, id) "{\"name\":\"" name "\",\"frr-mlag:mlag\":{\"id\":" id "}}"
#define BONDS(list)    "{\"frr-interface:lib\":{\"interface\":[" list "]}}"

static void test_mlag_id(void **state)
{
	takes(BONDS(BOND("bond1", "1") "," BOND("bond2", "65535")));
	takes(BONDS("{\"name\":\"eth0\"}," BOND("bond1", "1")));
	refuses(BONDS(BOND("bond1", "7") "," BOND("bond2", "7")), "must be unique");
	refuses(BONDS(BOND("bond1", "0")), "0");
	refuses(BONDS(BOND("bond1", "65536")), "65536");
}

static void defaults_of(const struct lyd_node *mlag)
{
	assert_string_equal(yang_dnode_get_string(mlag, "peer-ip"), "linklocal");
	assert_int_equal(yang_dnode_get_uint16(mlag, "priority"), 32768);
	assert_int_equal(yang_dnode_get_uint32(mlag, "timers/keepalive"), 1000);
	assert_int_equal(yang_dnode_get_uint8(mlag, "timers/multiplier"), 3);
	assert_int_equal(yang_dnode_get_uint16(mlag, "init-delay"), 10);
	assert_int_equal(yang_dnode_get_uint16(mlag, "reload-delay"), 300);
	assert_int_equal(yang_dnode_get_uint16(mlag, "restart-time"), 120);
	assert_false(yang_dnode_get_bool(mlag, "shutdown"));
}

static void test_defaults(void **state)
{
	struct lyd_node *tree = NULL;

	assert_int_equal(parse(MLAG("\"backup\":[{\"address\":\"192.168.200.2\"}]"), &tree), LY_SUCCESS);
	defaults_of(yang_dnode_get(tree, "/frr-mlag:mlag"));
	assert_int_equal(yang_dnode_get_uint16(tree, "/frr-mlag:mlag/backup/port"), 5342);
	lyd_free_all(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model_is_clean),
		cmocka_unit_test(test_system_mac),
		cmocka_unit_test(test_peer_ip),
		cmocka_unit_test(test_peer_link),
		cmocka_unit_test(test_backup_is_somebody_else),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_backup_is_not_the_peer),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_mlag_id),
		cmocka_unit_test(test_defaults),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
