// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The vtysh plugin believes nothing: this program exports a table as vtysh
 * does, once right and then wrong in one way after the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <cmocka.h>

#include "vtysh/slot.h"

/* As FRR 10.7's vtysh/vtysh.h has it. */
struct vtysh_client {
	int fd;
	const char *name;
	int flag;
	char path[MAXPATHLEN];
	struct vtysh_client *next;
	void *log_reader;
	int log_fd;
	uint32_t lost_msgs;
};

extern struct vtysh_client vtysh_client[5];
struct vtysh_client vtysh_client[5];

static int fill(void **state)
{
	static const char *const names[] = {"zebra", "bgpd", "sharpd", "staticd", "watchfrr"};

	memset(vtysh_client, 0, sizeof(vtysh_client));
	for (unsigned int i = 0; i < 5; i++) {
		vtysh_client[i].fd = -1;
		vtysh_client[i].name = names[i];
		vtysh_client[i].flag = 1 << i;
	}
	return 0;
}

static void test_takes_the_slot(void **state)
{
	struct vtysh_slot slot;

	assert_null(vtysh_slot_take(&slot));
	assert_int_equal(slot.flag, 1 << 2);
	assert_int_equal(slot.library, 1 << 1);
	assert_string_equal(vtysh_client[2].name, "mlagd");
	assert_string_equal(vtysh_client[3].name, "staticd");
}

static void is_left_alone(void)
{
	struct vtysh_client before[5];
	struct vtysh_slot slot;

	memcpy(before, vtysh_client, sizeof(before));
	assert_non_null(vtysh_slot_take(&slot));
	assert_memory_equal(before, vtysh_client, sizeof(before));
}

static void test_name_elsewhere(void **state)
{
	char *heap = strdup("staticd");

	vtysh_client[3].name = heap;
	is_left_alone();
	vtysh_client[3].name = (const char *)8;
	is_left_alone();
	vtysh_client[3].name = NULL;
	is_left_alone();
	free(heap);
}

static void test_name_is_no_name(void **state)
{
	vtysh_client[3].name = "a sentence, no daemon";
	is_left_alone();
}

static void test_flags(void **state)
{
	vtysh_client[3].flag = 3;
	is_left_alone();
	vtysh_client[3].flag = vtysh_client[0].flag;
	is_left_alone();
	vtysh_client[3].flag = 0;
	is_left_alone();
}

static void test_in_use(void **state)
{
	vtysh_client[0].path[0] = '/';
	is_left_alone();
}

static void test_missing(void **state)
{
	vtysh_client[2].name = "other";
	is_left_alone();
	fill(NULL);
	vtysh_client[1].name = "other";
	is_left_alone();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_takes_the_slot, fill), cmocka_unit_test_setup(test_name_elsewhere, fill),
		cmocka_unit_test_setup(test_name_is_no_name, fill), cmocka_unit_test_setup(test_flags, fill),
		cmocka_unit_test_setup(test_in_use, fill),	     cmocka_unit_test_setup(test_missing, fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
