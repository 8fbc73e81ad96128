// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The channel's packets and the module's held set: what is written is read
 * back, what is not exactly a packet or a hold file is refused, and replacing
 * a set keeps, adds and gives back what it should.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "zebra-module/channel.h"
#include "zebra-module/hold.h"

static struct channel_msg in, out;
static uint8_t buf[CHANNEL_BUF + 1];
static struct hold_set set;

static ssize_t write_hold(unsigned int n)
{
	in = (struct channel_msg){.type = CHANNEL_HOLD, .generation = 0x1122334455667788, .n_ifs = n};
	for (unsigned int i = 0; i < n; i++)
		in.ifindex[i] = 1000 + i;
	return channel_write(&in, buf, sizeof(buf));
}

static void test_round_trip(void **state)
{
	static const unsigned int counts[] = {0, 1, 2, CHANNEL_IFS_MAX};

	for (unsigned int i = 0; i < 4; i++) {
		ssize_t len = write_hold(counts[i]);

		assert_int_equal(len, 16 + 4 * counts[i]);
		assert_true(channel_read(buf, len, &out));
		assert_int_equal(out.type, CHANNEL_HOLD);
		assert_true(out.generation == in.generation);
		assert_int_equal(out.n_ifs, counts[i]);
		assert_memory_equal(out.ifindex, in.ifindex, 4 * counts[i]);
	}
}

static void test_write_refuses(void **state)
{
	assert_int_equal(write_hold(2), 24);
	assert_int_equal(channel_write(&in, buf, 23), -1);
	assert_int_equal(channel_write(&in, buf, 24), 24);
	in.n_ifs = CHANNEL_IFS_MAX + 1;
	assert_int_equal(channel_write(&in, buf, sizeof(buf)), -1);
	in.n_ifs = 0;
	in.type = 0;
	assert_int_equal(channel_write(&in, buf, sizeof(buf)), -1);
}

/* Every length but the right one, and every single wrong byte of the header but the generation's. */
static void test_read_refuses(void **state)
{
	ssize_t len = write_hold(3);

	for (ssize_t l = 0; l <= len + 1; l++)
		assert_int_equal(channel_read(buf, l, &out), l == len);
	for (unsigned int at = 0; at < 8; at++) {
		uint8_t good = buf[at];

		/* a list is what SHUTDOWN carries too, hosts may be all or some of it; any other change must be noticed */
		for (unsigned int v = 0; v < 256; v++) {
			buf[at] = v;
			assert_int_equal(channel_read(buf, len, &out),
					 v == good || (at == 1 && v == CHANNEL_SHUTDOWN) || (at == 2 && v <= in.n_ifs));
		}
		buf[at] = good;
	}
}

/* Of a hold's interfaces the first n_hosts announce hosts (D5); nothing else has any. */
static void test_hosts(void **state)
{
	ssize_t len;

	write_hold(3);
	in.n_hosts = 2;
	len = channel_write(&in, buf, sizeof(buf));
	assert_int_equal(len, 28);
	assert_true(channel_read(buf, len, &out));
	assert_int_equal(out.n_hosts, 2);
	assert_int_equal(out.n_ifs, 3);
	assert_int_equal(out.n_names, 0);
	in.n_hosts = 4;
	assert_int_equal(channel_write(&in, buf, sizeof(buf)), -1);
	in.type = CHANNEL_SHUTDOWN;
	in.n_hosts = 1;
	assert_int_equal(channel_write(&in, buf, sizeof(buf)), -1);
}

static ssize_t write_orders(void)
{
	in = (struct channel_msg){.type = CHANNEL_ORDERS, .n_names = 2, .n_ifs = 1, .ifindex = {7}};
	in.orders = (struct channel_orders){.role = CHANNEL_ROLE_PRIMARY, .managing = 1, .restart_ms = 120000,
					    .lease_ms = CHANNEL_LEASE_NONE};
	strcpy(in.name[0], "peerlink.4094");
	strcpy(in.name[1], "abcdefghijklmno");
	return channel_write(&in, buf, sizeof(buf));
}

static void test_orders(void **state)
{
	ssize_t len = write_orders();

	assert_int_equal(len, 16 + 20 + 2 * 16 + 4);
	assert_true(channel_read(buf, len, &out));
	assert_memory_equal(&out.orders, &in.orders, sizeof(in.orders));
	assert_int_equal(out.n_names, 2);
	assert_string_equal(out.name[1], "abcdefghijklmno");
	assert_int_equal(out.n_ifs, 1);
	assert_int_equal(out.ifindex[0], 7);
	for (ssize_t l = 0; l <= len + 1; l++)
		assert_int_equal(channel_read(buf, l, &out), l == len);
}

/* A source stands before the devices, also where there are none. */
static void test_follow(void **state)
{
	ssize_t len;

	in = (struct channel_msg){.type = CHANNEL_FOLLOW, .generation = 9, .source = 0x0c01000a, .n_ifs = 2, .ifindex = {7, 8}};
	len = channel_write(&in, buf, sizeof(buf));
	assert_int_equal(len, 16 + 4 + 8);
	assert_true(channel_read(buf, len, &out));
	assert_int_equal(out.type, CHANNEL_FOLLOW);
	assert_true(out.generation == 9);
	assert_int_equal(out.source, in.source);
	assert_int_equal(out.n_ifs, 2);
	assert_int_equal(out.ifindex[1], 8);
	for (ssize_t l = 0; l <= len + 1; l++)
		assert_int_equal(channel_read(buf, l, &out), l == len);
	in = (struct channel_msg){.type = CHANNEL_FOLLOWED, .generation = 9, .n_ifs = 1};
	assert_int_equal(channel_write(&in, buf, sizeof(buf)), -1);
	in.n_ifs = 0;
	assert_int_equal(channel_write(&in, buf, sizeof(buf)), 16);
}

/* A role, a flag or a name that cannot be. */
static void test_orders_refused(void **state)
{
	ssize_t len = write_orders();

	for (unsigned int at = 16; at < 20; at++) {
		uint8_t good = buf[at];

		buf[at] = 3;
		assert_false(channel_read(buf, len, &out));
		buf[at] = good;
	}
	buf[36 + 15] = 'x'; /* behind the name's NUL */
	assert_false(channel_read(buf, len, &out));
	buf[36 + 15] = 0;
	buf[52 + 15] = 'x'; /* no NUL at all */
	assert_false(channel_read(buf, len, &out));
	buf[52 + 15] = 0;
	assert_true(channel_read(buf, len, &out));

	write_orders();
	in.name[1][15] = 'x';
	assert_int_equal(channel_write(&in, buf, sizeof(buf)), -1);
	write_orders();
	in.orders.n_orphans = 2; /* the peerlink is none */
	assert_int_equal(channel_write(&in, buf, sizeof(buf)), -1);
	in.orders.n_orphans = 1;
	assert_true(channel_write(&in, buf, sizeof(buf)) > 0);
	in.n_names = CHANNEL_NAMES_MAX + 1;
	assert_int_equal(channel_write(&in, buf, sizeof(buf)), -1);
}

/* --------------------------------------------------------------- the set */

static char gone_names[8][IFNAMSIZ];
static unsigned int n_gone;

static void gone(const struct hold_if *old)
{
	assert_null(hold_find(&set, old->name));
	strcpy(gone_names[n_gone++], old->name);
}

static void replace(const char *a, const char *b, const char *c)
{
	const char *given[] = {a, b, c};
	char names[3][IFNAMSIZ] = {};
	unsigned int n = 0;

	for (unsigned int i = 0; i < 3; i++)
		if (given[i])
			strcpy(names[n++], given[i]);
	n_gone = 0;
	assert_true(hold_replace(&set, names, n, gone));
}

static void test_replace(void **state)
{
	set.n = 0;
	replace("vlan20", "vlan10", "vlan20");
	assert_int_equal(set.n, 2);
	assert_int_equal(n_gone, 0);
	assert_false(hold_find(&set, "vlan10")->applied);
	hold_find(&set, "vlan10")->applied = true;
	hold_find(&set, "vlan10")->downs = 7;

	replace("vlan10", "vlan30", NULL);
	assert_int_equal(set.n, 2);
	assert_true(hold_find(&set, "vlan10")->applied);
	assert_int_equal(hold_find(&set, "vlan10")->downs, 7);
	assert_false(hold_find(&set, "vlan30")->applied);
	assert_null(hold_find(&set, "vlan20"));
	assert_int_equal(n_gone, 1);
	assert_string_equal(gone_names[0], "vlan20");

	replace(NULL, NULL, NULL);
	assert_int_equal(set.n, 0);
	assert_int_equal(n_gone, 2);
	assert_null(hold_find(&set, "vlan10"));
}

static void test_print_parse(void **state)
{
	char text[64];
	ssize_t len;

	set.n = 0;
	replace("vlan20", "vlan10-v0", "vlan10");
	len = hold_print(&set, text, sizeof(text));
	assert_int_equal(len, 12 + 7 + 10 + 7);
	assert_memory_equal(text, "mlag-hold 1\nvlan10\nvlan10-v0\nvlan20\n", len);
	assert_int_equal(hold_print(&set, text, len - 1), -1);
	assert_int_equal(hold_print(&set, text, 11), -1);

	set.n = 0;
	assert_true(hold_parse(&set, text, len));
	assert_int_equal(set.n, 3);
	assert_string_equal(set.ifs[1].name, "vlan10-v0");
	assert_false(set.ifs[1].applied);
}

static void test_parse_refuses(void **state)
{
	static const char *const bad[] = {
		"",
		"mlag-hold 1",
		"mlag-hold 2\nvlan10\n",
		"mlag-hold 1\nvlan10",
		"mlag-hold 1\n\n",
		"mlag-hold 1\nvlan 10\n",
		"mlag-hold 1\n../vlan10\n",
		"mlag-hold 1\nabcdefghijklmnop\n",
		"mlag-hold 1\nvlan20\nvlan10\n",
		"mlag-hold 1\nvlan10\nvlan10\n",
	};

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		set.n = 1;
		assert_false(hold_parse(&set, bad[i], strlen(bad[i])));
		assert_int_equal(set.n, 0);
	}
	assert_true(hold_parse(&set, "mlag-hold 1\n", 12));
	assert_false(hold_parse(&set, "mlag-hold 1\nvl\0n\n", 17));
	assert_true(hold_parse(&set, "mlag-hold 1\nabcdefghijklmno\n", 28));
}

static void test_file(void **state)
{
	char dir[] = "/tmp/test_channel.XXXXXX", path[64], beside[70];

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/" HOLD_FILE, dir);
	snprintf(beside, sizeof(beside), "%s.new", path);

	set.n = 5;
	assert_int_equal(hold_load(&set, path), 0);
	assert_int_equal(set.n, 0);

	replace("vlan10", "vlan20", NULL);
	assert_int_equal(hold_save(&set, path), 0);
	assert_int_not_equal(access(beside, F_OK), 0);
	set.n = 0;
	assert_int_equal(hold_load(&set, path), 0);
	assert_int_equal(set.n, 2);

	assert_int_equal(truncate(path, 15), 0);
	assert_int_equal(hold_load(&set, path), -1);
	assert_int_equal(errno, EBADMSG);
	assert_int_equal(set.n, 0);

	assert_int_equal(hold_save(&set, path), 0);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(hold_save(&set, path), 0);
	assert_int_equal(rmdir(dir), 0);

	replace("vlan10", NULL, NULL);
	assert_int_equal(hold_save(&set, path), -1);
	assert_int_equal(errno, ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),    cmocka_unit_test(test_write_refuses),
		cmocka_unit_test(test_read_refuses),  cmocka_unit_test(test_replace),
		cmocka_unit_test(test_print_parse),   cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_file),	      cmocka_unit_test(test_orders),
		cmocka_unit_test(test_follow),
		cmocka_unit_test(test_orders_refused), cmocka_unit_test(test_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
