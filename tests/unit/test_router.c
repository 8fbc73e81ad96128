// SPDX-License-Identifier: GPL-2.0-or-later
/* One router MAC a pair (E9): what is said, once, and what differs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mlagd/core/router.h"

#define A {{0x44, 0x38, 0x39, 0xff, 0, 0x0c}}
#define B {{0x44, 0x38, 0x39, 0, 0, 2}}

static const struct mc_router virt = {.vlan = 4001, .virt = true, .mac = A}, other = {.vlan = 4001, .virt = true, .mac = B};
static const struct mc_router svi = {.vlan = 4001, .mac = A}, other_svi = {.vlan = 4001, .mac = B};
static struct routert *t;
static struct mc_router out[8];

static int begin(void **state)
{
	t = routert_new();
	return t ? 0 : -1;
}

static int end(void **state)
{
	routert_free(t);
	return 0;
}

static void ours(const struct mc_router *r)
{
	routert_local_begin(t);
	if (r)
		routert_local(t, r);
	routert_local_end(t);
}

static void peers(const struct mc_router *r)
{
	routert_session_up(t);
	if (r)
		routert_peer(t, r);
	routert_peer_sync_end(t);
}

static void each_change_is_said_once(void **state)
{
	struct mc_router vlan0 = {.mac = B};

	routert_local_begin(t);
	routert_local(t, &virt);
	routert_local(t, &vlan0);
	assert_true(routert_local_end(t));
	assert_int_equal(routert_take_msgs(t, out, 1), 1);
	assert_int_equal(out[0].vlan, 0);
	assert_int_equal(routert_take_msgs(t, out, 8), 1);
	assert_int_equal(out[0].vlan, 4001);
	assert_true(out[0].virt);
	assert_int_equal(routert_take_msgs(t, out, 8), 0);
	routert_local_begin(t);
	routert_local(t, &virt);
	routert_local(t, &vlan0);
	assert_false(routert_local_end(t));
	ours(&other); /* a new MAC, and the other one is gone */
	assert_int_equal(routert_take_msgs(t, out, 8), 2);
	assert_true(out[0].del);
	assert_memory_equal(&out[1].mac, &other.mac, sizeof(other.mac));
}

static void a_session_says_all_anew(void **state)
{
	ours(&virt);
	assert_int_equal(routert_take_msgs(t, out, 8), 1);
	routert_session_up(t);
	assert_int_equal(routert_take_msgs(t, out, 8), 1);
	ours(NULL);
	routert_session_up(t); /* what is not there is not said */
	assert_int_equal(routert_take_msgs(t, out, 8), 0);
}

static void the_same_is_no_conflict(void **state)
{
	ours(&virt);
	assert_null(routert_conflict(t, 4001)); /* nothing said yet */
	peers(&virt);
	assert_null(routert_conflict(t, 4001));
	assert_null(routert_conflict(t, 10));
	ours(&svi);
	peers(&svi);
	assert_null(routert_conflict(t, 4001));
	peers(NULL); /* no L3 VNI there */
	assert_null(routert_conflict(t, 4001));
}

static void what_differs_is_told(void **state)
{
	ours(&virt);
	peers(&other);
	assert_string_equal(routert_conflict(t, 4001), "the peer's virtual router has another MAC");
	peers(&other_svi);
	assert_string_equal(routert_conflict(t, 4001), "the peer has no virtual router on this VLAN");
	peers(NULL);
	assert_string_equal(routert_conflict(t, 4001), "the peer has no virtual router on this VLAN");
	ours(&svi);
	peers(&other_svi);
	assert_string_equal(routert_conflict(t, 4001), "the peer's SVI of this L3 VNI has another MAC");
	peers(&virt);
	assert_string_equal(routert_conflict(t, 4001), "the peer has a virtual router on this VLAN");
}

static void the_peer_takes_back(void **state)
{
	struct mc_router gone = {.vlan = 4001, .del = true};

	ours(&svi);
	peers(&other_svi);
	assert_non_null(routert_conflict(t, 4001));
	routert_peer(t, &gone);
	assert_null(routert_conflict(t, 4001));
}

static void vlans_beyond_the_end(void **state)
{
	struct mc_router r = {.vlan = 65535, .virt = true, .mac = A};

	ours(&r);
	peers(&r);
	assert_int_equal(routert_take_msgs(t, out, 8), 0);
	assert_null(routert_conflict(t, 65535));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_change_is_said_once, begin, end),
		cmocka_unit_test_setup_teardown(a_session_says_all_anew, begin, end),
		cmocka_unit_test_setup_teardown(the_same_is_no_conflict, begin, end),
		cmocka_unit_test_setup_teardown(what_differs_is_told, begin, end),
		cmocka_unit_test_setup_teardown(the_peer_takes_back, begin, end),
		cmocka_unit_test_setup_teardown(vlans_beyond_the_end, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
