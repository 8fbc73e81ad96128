// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An event as a notification (D8): it goes through libfrr's hook, and every
 * leaf of it is one of the model's, with a value that the model takes.
 */
#include <zebra.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "libyang/libyang.h"
#include "hook.h"
#include "linklist.h"
#include "northbound.h"
#include "yang.h"

#include "mlagd/nb.h"

static struct mlagd daemon_;
static struct lyd_node *sent;
static unsigned int n_sent;

struct mlagd *mlagd_get(void)
{
	return &daemon_;
}

static int load(void **state)
{
	yang_init(true, false, false);
	daemon_.core = core_new(1, 0);
	return daemon_.core && yang_module_load("frr-interface", NULL) && yang_module_load("frr-mlag", NULL) ? 0 : -1;
}

static int unload(void **state)
{
	core_free(daemon_.core);
	yang_terminate();
	return 0;
}

static int on_notification(const char *xpath, struct list *args)
{
	struct yang_data *data;
	struct listnode *node;

	n_sent++;
	for (ALL_LIST_ELEMENTS_RO(args, node, data))
		assert_int_equal(lyd_new_path(sent, ly_native_ctx, data->xpath, data->value, LYD_NEW_PATH_UPDATE,
					      sent ? NULL : &sent),
				 LY_SUCCESS);
	return 0;
}

static void leaf_is(const char *name, const char *value)
{
	assert_string_equal(yang_dnode_get_string(sent, "/frr-mlag:event/%s", name), value);
}

static void test_event(void **state)
{
	const struct mlagd_event event = {
		.wall = {.tv_sec = 1700000000, .tv_usec = 42000},
		.note = {.what = "fence", .why = "the peer is in service", .effect = "bonds down"},
	};

	nb_notify_event(&event);
	assert_int_equal(n_sent, 1);
	leaf_is("time", "2023-11-14T22:13:20.042Z");
	leaf_is("what", "fence");
	leaf_is("why", "the peer is in service");
	leaf_is("effect", "bonds down");
	leaf_is("local-role", "none");
	lyd_free_all(sent);
	sent = NULL;
}

/* What an event has nothing to say about is left out. */
static void test_without_effect(void **state)
{
	const struct mlagd_event event = {.note = {.what = "peer up", .why = "heard"}};

	nb_notify_event(&event);
	assert_false(yang_dnode_exists(sent, "/frr-mlag:event/effect"));
	leaf_is("why", "heard");
	lyd_free_all(sent);
	sent = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_without_effect),
	};

	hook_register(nb_notification_send, on_notification);
	return cmocka_run_group_tests(tests, load, unload);
}
