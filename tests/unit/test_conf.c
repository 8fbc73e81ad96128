// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration's storage: lists of VLANs (D5), bonds and virtual routers
 * by name (A1, E1), and what is enough to go on with (B4).
 */
#include <zebra.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "mlagd/conf.h"

static void test_vlan_lists(void **state)
{
	struct conf c;

	conf_init(&c);
	assert_true(conf_vlans_parse("10,20-22,4094", c.exclude_vlans));
	for (unsigned int vid = 0; vid < 4096; vid++)
		assert_int_equal(conf_vlan_excluded(&c, vid), vid == 10 || (vid >= 20 && vid <= 22) || vid == 4094);
	assert_true(conf_vlans_parse("1", c.exclude_vlans));
	assert_false(conf_vlan_excluded(&c, 10));
	conf_fini(&c);
}

static void test_not_vlan_lists(void **state)
{
	static const char *const wrong[] = {"", ",", "10,", ",10", "10-", "-10", "0", "4095", "30-20", "10-4095", "1 2",
					    "+1", "10;20", "99999999999999999999", "1-99999999999999999999"};
	uint8_t vlans[4096 / 8];

	for (unsigned int i = 0; i < array_size(wrong); i++)
		if (conf_vlans_parse(wrong[i], vlans))
			fail_msg("\"%s\" was taken", wrong[i]);
}

static void test_sets_by_name(void **state)
{
	struct conf c;

	conf_init(&c);
	assert_null(conf_svi_find(&c, "vlan10"));
	assert_ptr_equal(conf_svi_add(&c, "vlan10"), conf_svi_add(&c, "vlan10"));
	assert_int_equal(conf_svis_count(&c.svis), 1);
	conf_bond_add(&c, "bond1", 1);
	conf_bond_add(&c, "bond1", 2);
	assert_int_equal(conf_bonds_count(&c.bonds), 1);
	assert_int_equal(conf_bond_find(&c, "bond1")->mlag_id, 2);
	conf_fini(&c);
}

static void test_complete(void **state)
{
	struct conf c;

	conf_init(&c);
	assert_false(conf_enough_to_go_on(&c));
	c.present = c.has_system_mac = true;
	strlcpy(c.peer_link, "peerlink.4094", sizeof(c.peer_link));
	assert_true(conf_enough_to_go_on(&c));
	assert_false(conf_complete(&c));
	c.n_backups = 1;
	assert_true(conf_complete(&c));
	conf_fini(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vlan_lists),
		cmocka_unit_test(test_not_vlan_lists),
		cmocka_unit_test(test_sets_by_name),
		cmocka_unit_test(test_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
