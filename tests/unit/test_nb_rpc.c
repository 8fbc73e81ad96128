// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The RPCs of the model (G2), called through libfrr's northbound with the whole
 * daemon behind them but its main(): maintenance is configuration afterwards.
 */
#include <zebra.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "libyang/libyang.h"
#include "command.h"
#include "debug.h"
#include "if.h"
#include "lib_vty.h"
#include "northbound.h"
#include "northbound_cli.h"
#include "vrf.h"
#include "vty.h"
#include "yang.h"

#include "mlagd/nb.h"

#define LEAF "/frr-mlag:mlag/maintenance"

static const struct frr_yang_module_info *const modules[] = {&frr_interface_info, &frr_vrf_info, &frr_mlag_info};

static int load(void **state)
{
	struct event_loop *loop = event_master_create("test");

	mlagd_get()->loop = loop; /* it is never run: what is scheduled waits */
	cmd_init(1);
	vty_init(loop, false);
	lib_cmd_init();
	debug_init();
	nb_init(loop, modules, array_size(modules), false, false);
	return 0;
}

static int call(const char *value, char *errmsg, size_t len)
{
	const char *xpath = "/frr-mlag:maintenance";
	struct lyd_node *input = NULL, *output = NULL;
	int ret;

	assert_int_equal(lyd_new_path(NULL, ly_native_ctx, xpath, NULL, 0, &input), LY_SUCCESS);
	assert_int_equal(lyd_new_path(NULL, ly_native_ctx, xpath, NULL, 0, &output), LY_SUCCESS);
	assert_int_equal(lyd_new_path(input, ly_native_ctx, "enabled", value, 0, NULL), LY_SUCCESS);
	ret = nb_callback_rpc(nb_node_find(xpath), xpath, input, output, errmsg, len);
	lyd_free_all(input);
	lyd_free_all(output);
	return ret;
}

static void configure_mlag(void)
{
	struct nb_context context = {.client = NB_CLIENT_CLI};
	char errmsg[BUFSIZ] = "";

	assert_int_equal(nb_candidate_edit_config_change(vty_shared_candidate_config, NB_OP_CREATE, "/frr-mlag:mlag",
							 NULL, false),
			 NB_CHANGE_OK);
	assert_int_equal(nb_candidate_commit(context, vty_shared_candidate_config, false, NULL, NULL, errmsg,
					     sizeof(errmsg)),
			 NB_OK);
}

static void test_maintenance(void **state)
{
	char errmsg[BUFSIZ] = "";

	assert_int_equal(call("true", errmsg, sizeof(errmsg)), NB_ERR);
	assert_string_equal(errmsg, "maintenance: MLAG is not configured (D7)");
	configure_mlag();
	assert_false(yang_dnode_get_bool(running_config->dnode, LEAF));
	assert_int_equal(call("true", errmsg, sizeof(errmsg)), NB_OK);
	assert_true(yang_dnode_get_bool(running_config->dnode, LEAF));
	assert_true(yang_dnode_get_bool(vty_shared_candidate_config->dnode, LEAF));
	assert_int_equal(call("true", errmsg, sizeof(errmsg)), NB_OK); /* no change is no error */
	assert_int_equal(call("false", errmsg, sizeof(errmsg)), NB_OK);
	assert_false(yang_dnode_get_bool(running_config->dnode, LEAF));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_maintenance),
	};

	return cmocka_run_group_tests(tests, load, NULL);
}
