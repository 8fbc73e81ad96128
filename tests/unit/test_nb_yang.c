// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The model judges: what yang/frr-mlag.yang takes, what it refuses and in which
 * words (A1, A3, A6, B1, B2, B4, B6, B11, D5, D6, E1, E2, E6). Runs libyang on the text that mlagd carries.
 */
#include <zebra.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "libyang/libyang.h"
#include "yang.h"

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
	refuses(MLAG("\"authentication\":{\"key\":\"two words\"}"), "without space");
	refuses(MLAG("\"authentication\":{\"key\":\"\"}"), "1 to 64 printable");
	refuses(MLAG("\"authentication\":{\"key\":\""
		     "0123456789012345678901234567890123456789012345678901234567890123x\"}"),
		"1 to 64 printable");
}

static void test_backup_is_not_the_peer(void **state)
{
	takes(MLAG("\"peer-ip\":\"169.254.1.2\",\"backup\":[{\"address\":\"192.168.200.2\"}]"));
	refuses(MLAG("\"peer-ip\":\"169.254.1.2\",\"backup\":[{\"address\":\"169.254.1.2\"}]"), "(B4)");
	refuses(MLAG("\"backup\":[{\"address\":\"2001:DB8:0::2\"}],\"peer-ip\":\"2001:db8::2\""), "(B4)");
}

static void test_witness(void **state)
{
	takes(MLAG("\"witness\":[{\"address\":\"10.0.0.2\",\"source\":\"10.0.0.1\"},{\"address\":\"2001:db8::2\"}]"));
	refuses(MLAG("\"peer-ip\":\"10.0.0.2\",\"witness\":[{\"address\":\"10.0.0.2\"}]"), "must not be the peer-ip");
	refuses(MLAG("\"backup\":[{\"address\":\"10.0.0.2\"}],\"witness\":[{\"address\":\"10.0.0.2\"}]"),
		"one path asked twice is one path (B6)");
	refuses(MLAG("\"witness\":[{\"address\":\"10.0.0.2\",\"source\":\"2001:db8::1\"}]"), "same family");
	refuses(MLAG("\"witness\":[{\"address\":\"10.0.0.2\",\"source\":\"10.0.0.2\"}]"), "not the peer's (B6)");
	refuses(MLAG("\"witness\":[{\"address\":\"10.0.0.2\",\"source\":\"224.0.0.2\"}]"), "must be a unicast address");
	refuses(MLAG("\"witness\":[{\"address\":\"10.0.0.2\",\"source\":\"127.0.0.1\"}]"), "that others can reach");
	refuses(MLAG("\"witness\":[{\"address\":\"127.0.0.2\"}]"), "not this host or none (B6)");
	refuses(MLAG("\"witness\":[{\"address\":\"ff02::2\"}]"), "must be a unicast address (B6)");
	refuses(MLAG("\"witness\":[{\"address\":\"fe80::2\"}]"), "must not be link-local");
	refuses(MLAG("\"witness\":[{\"address\":\"10.0.0.2\"},{\"address\":\"10.0.0.3\"},{\"address\":\"10.0.0.4\"},"
		     "{\"address\":\"10.0.0.5\"},{\"address\":\"10.0.0.6\"}]"),
		"Too many");
}

static void test_one_authentication(void **state)
{
	takes(MLAG("\"authentication\":{\"key-chain\":\"pair\"}"));
	refuses(MLAG("\"authentication\":{\"key-chain\":\"\"}"), "1 to 63 characters");
	refuses(MLAG("\"bfd\":{\"profile\":\"\"}"), "1 to 63 characters");
	refuses(MLAG("\"authentication\":{\"key-chain\":\"pair\",\"key\":\"x\"}"), "not both (B11)");
}

static void test_init_until(void **state)
{
	takes(MLAG("\"init-until\":[{\"prefix\":\"10.0.0.0/8\",\"vrf\":\"default\"},"
		   "{\"prefix\":\"10.0.0.0/8\",\"vrf\":\"RED\"},{\"prefix\":\"::/0\",\"vrf\":\"default\"}]"));
	refuses(MLAG("\"init-until\":[{\"prefix\":\"10.0.0.0/33\",\"vrf\":\"default\"}]"), "10.0.0.0/33");
}

static void test_uplink(void **state)
{
	takes(MLAG("\"peer-link\":\"peerlink.4094\",\"uplink\":[\"swp51\",\"swp52\"]"));
	refuses(MLAG("\"peer-link\":\"peerlink.4094\",\"uplink\":[\"peerlink.4094\"]"), "leads to the peer (D6)");
	refuses(MLAG("\"uplink\":[\"a-name-that-is-too-long\"]"), "1 to 15 characters (D6)");
}

static void test_exclude_vlan(void **state)
{
	takes(MLAG("\"exclude-vlan\":\"1\""));
	takes(MLAG("\"exclude-vlan\":\"10,20-30,4094\""));
	refuses(MLAG("\"exclude-vlan\":\"0\""), "within 1 to 4094");
	refuses(MLAG("\"exclude-vlan\":\"4095\""), "within 1 to 4094");
	refuses(MLAG("\"exclude-vlan\":\"10,\""), "within 1 to 4094");
	refuses(MLAG("\"exclude-vlan\":\"10-\""), "within 1 to 4094");
	refuses(MLAG("\"exclude-vlan\":\"all\""), "within 1 to 4094");
}

static void test_anycast_ip(void **state)
{
	takes(MLAG("\"vxlan\":{\"anycast-ip\":\"10.0.1.12\"}"));
	refuses(MLAG("\"vxlan\":{\"anycast-ip\":\"224.0.0.1\"}"), "unicast address that others can reach (E6)");
	refuses(MLAG("\"vxlan\":{\"anycast-ip\":\"127.0.0.1\"}"), "unicast address that others can reach (E6)");
	refuses(MLAG("\"vxlan\":{\"anycast-ip\":\"0.0.0.0\"}"), "unicast address that others can reach (E6)");
	refuses(MLAG("\"vxlan\":{\"anycast-ip\":\"10.0.1.12\"},\"witness\":[{\"address\":\"10.0.1.12\"}]"),
		"belongs to both members");
	refuses(MLAG("\"vxlan\":{\"anycast-ip\":\"10.0.1.12\"},\"backup\":[{\"address\":\"10.0.1.12\"}]"),
		"belongs to both members");
}

static void test_vrr_mac(void **state)
{
	takes(MLAG("\"vrr\":{\"fabric-id\":255}"));
	takes(MLAG("\"vrr\":{\"mac\":\"00:00:5e:00:01:07\"}"));
	refuses(MLAG("\"vrr\":{\"fabric-id\":0}"), "0");
	refuses(MLAG("\"vrr\":{\"fabric-id\":256}"), "256");
	refuses(MLAG("\"vrr\":{\"fabric-id\":1,\"mac\":\"00:00:5e:00:01:07\"}"), "not both (E2)");
	refuses(MLAG("\"vrr\":{\"mac\":\"01:00:5e:00:00:01\"}"), "multicast bit is set (E2)");
	refuses(MLAG("\"vrr\":{\"mac\":\"00:00:00:00:00:00\"}"), "must not be 00:00:00:00:00:00 (E2)");
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

#define VRR(name, rest)	   "{\"name\":\"" name "\",\"frr-mlag:mlag\":{" rest "}}"
#define ADDR(addr, length) "\"vrr\":{\"address\":[{\"address\":\"" addr "\",\"prefix-length\":" length "}]}"
#define WITH_MLAG(leaves, list)                                                                                        \
	"{\"frr-mlag:mlag\":{" leaves "},\"frr-interface:lib\":{\"interface\":[" list "]}}"

static void test_orphan_port(void **state)
{
	takes(MLAG("\"peer-link\":\"peerlink.4094\",\"orphan-port\":[\"swp3\",\"swp4\"]"));
	takes(MLAG("\"peer-link\":\"peerlink.4094\",\"orphan-port\":[\"peer\"]"));
	refuses(MLAG("\"peer-link\":\"peerlink.4094\",\"orphan-port\":[\"peerlink.4094\"]"), "leads to the peer (D5)");
	refuses(MLAG("\"peer-link\":\"peerlink.4094\",\"orphan-port\":[\"peerlink\"]"), "leads to the peer (D5)");
	refuses(MLAG("\"uplink\":[\"swp51\",\"swp52\"],\"orphan-port\":[\"swp52\"]"), "no host is behind it (D5)");
	refuses(MLAG("\"orphan-port\":[\"a-name-that-is-too-long\"]"), "1 to 15 characters (D5)");
	refuses(MLAG("\"orphan-port\":[\"\"]"), "1 to 15 characters (D5)");
	refuses(MLAG("\"orphan-port\":[\"a/b\"]"), "1 to 15 characters (D5)");
	takes(WITH_MLAG("\"orphan-port\":[\"bond3\"]", BOND("bond1", "1") ",{\"name\":\"bond3\"}"));
	refuses(WITH_MLAG("\"orphan-port\":[\"bond3\",\"bond1\"]", BOND("bond1", "1")), "held down anyway (D5)");
}

static void test_vrr_address(void **state)
{
	takes(BONDS(VRR("vlan10", ADDR("10.1.10.1", "24"))));
	takes(BONDS(VRR("vlan10", ADDR("2001:db8:10::1", "64")) "," VRR("vlan20", ADDR("10.1.10.1", "24"))));
	refuses(BONDS(VRR("vlan10", ADDR("10.1.10.1", "33"))), "an IPv4 prefix has 32 bits (E1)");
	refuses(BONDS(VRR("vlan10", ADDR("10.1.10.1", "0"))), "0");
	refuses(BONDS(VRR("vlan10", ADDR("2001:db8::1", "129"))), "129");
	refuses(BONDS(VRR("vlan10", "\"vrr\":{\"address\":[{\"address\":\"10.1.10.1\"}]}")), "prefix-length");
	refuses(BONDS(VRR("vlan10", ADDR("224.0.0.1", "24"))), "must be a unicast address (E1)");
	refuses(BONDS(VRR("vlan10", ADDR("ff02::1", "64"))), "must be a unicast address (E1)");
	refuses(BONDS(VRR("vlan10", ADDR("127.0.0.1", "8"))), "that hosts can reach (E1)");
	refuses(BONDS(VRR("bond1", "\"id\":1," ADDR("10.1.10.1", "24"))), "not on an MLAG bond (E1)");
	refuses(WITH_MLAG("\"peer-link\":\"peerlink.4094\"", VRR("peerlink.4094", ADDR("10.1.10.1", "24"))),
		"not on the peer-link (E1)");
	refuses(WITH_MLAG("\"vxlan\":{\"anycast-ip\":\"10.0.1.12\"}", VRR("vlan10", ADDR("10.0.1.12", "24"))),
		"must not be the vxlan anycast-ip (E1)");
}

static void test_vrr_mac_of_an_svi(void **state)
{
	takes(BONDS(VRR("vlan10", "\"vrr\":{\"mac\":\"00:00:5e:00:01:0a\"}")));
	refuses(BONDS(VRR("vlan10", "\"vrr\":{\"mac\":\"03:00:5e:00:01:0a\"}")), "multicast bit is set (E2)");
	refuses(BONDS(VRR("vlan10", "\"vrr\":{\"mac\":\"00:00:00:00:00:00\"}")), "must not be 00:00:00:00:00:00 (E2)");
	refuses(BONDS(VRR("bond1", "\"id\":1,\"vrr\":{\"mac\":\"00:00:5e:00:01:0a\"}")), "not on an MLAG bond (E1)");
}

static void test_nothing_on_the_peer_link(void **state)
{
	takes(WITH_MLAG("\"peer-link\":\"peerlink.4094\"", VRR("bond1", "\"id\":1,\"lacp-bypass\":true")));
	refuses(WITH_MLAG("\"peer-link\":\"peerlink\"", BOND("peerlink", "1")), "not be given to the peer-link");
	refuses(WITH_MLAG("\"peer-link\":\"peerlink\"", VRR("peerlink", "\"lacp-bypass\":true")),
		"lacp-bypass must not be given to the peer-link (A8)");
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
	assert_false(yang_dnode_get_bool(mlag, "maintenance"));
}

/* What has no default is not there until it is configured. */
static void absent(const struct lyd_node *mlag)
{
	static const char *const paths[] = {"system-mac", "peer-link", "witness", "init-until", "bfd",
					    "authentication/key", "authentication/key-chain", "vxlan/anycast-ip",
					    "vrr/fabric-id", "vrr/mac", "exclude-vlan", "orphan-port", "uplink"};

	for (unsigned int i = 0; i < array_size(paths); i++)
		if (yang_dnode_exists(mlag, paths[i]))
			fail_msg("%s has a default", paths[i]);
}

static void test_defaults(void **state)
{
	struct lyd_node *tree = NULL;

	assert_int_equal(parse(MLAG("\"backup\":[{\"address\":\"192.168.200.2\"}]"), &tree), LY_SUCCESS);
	defaults_of(yang_dnode_get(tree, "/frr-mlag:mlag"));
	absent(yang_dnode_get(tree, "/frr-mlag:mlag"));
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
		cmocka_unit_test(test_witness),
		cmocka_unit_test(test_one_authentication),
		cmocka_unit_test(test_init_until),
		cmocka_unit_test(test_uplink),
		cmocka_unit_test(test_orphan_port),
		cmocka_unit_test(test_exclude_vlan),
		cmocka_unit_test(test_anycast_ip),
		cmocka_unit_test(test_vrr_mac),
		cmocka_unit_test(test_vrr_address),
		cmocka_unit_test(test_vrr_mac_of_an_svi),
		cmocka_unit_test(test_nothing_on_the_peer_link),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_mlag_id),
		cmocka_unit_test(test_defaults),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
