// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The health command (G7): what it makes of the very objects that `show mlag
 * json` prints, and of daemons that answer late, in pieces, too much or not.
 */
#include <zebra.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <pthread.h>
#include <sys/un.h>

#include "health/ask.h"
#include "health/judge.h"
#include "tests/unit/show_bench.h"

/* ---- the verdict ---- */

static struct show_facts f;
static struct show_bond bond;
static struct health_verdict v;

static int setup(void **state)
{
	const struct core_condition up = {CORE_ST_UP}, synced = {CORE_ST_SYNCHRONISED};

	facts_peered(&f);
	f.core.peer_state = f.core.sync = synced;
	f.core.peerlink = f.core.backup = up;
	bond = (struct show_bond){.mlag_id = 1, .ifname = "bond1"};
	bond.view.dual_connected = bond.view.local.carrier = bond.view.local.distributing = bond.view.peer.present = true;
	strlcpy(bond.view.peer.ifname, "bond1", sizeof(bond.view.peer.ifname));
	f.bonds = &bond;
	f.n_bonds = 1;
	return 0;
}

static void expect(enum health level, const char *words)
{
	struct json_object *json = show_json_mlag(&f);

	health_judge(json, &v);
	json_object_put(json);
	if (v.level != level || !strstr(v.text, words))
		fail_msg("%s - %s; expected %s with \"%s\"", health_name(v.level), v.text, health_name(level), words);
}

static void test_well(void **state)
{
	expect(HEALTH_OK, "primary, in service, peer secondary synchronised, 1 bonds");
	f.conf = &facts_conf;
	f.core.witness = (struct core_condition){CORE_ST_UNCONFIGURED}; /* is not missed */
	f.bfd = "up";
	expect(HEALTH_OK, "in service");
}

static void held(enum core_hold why)
{
	bond.view.wanted.hold = why;
	bond.view.local.carrier = bond.view.local.distributing = bond.view.dual_connected = false;
	f.core.self.in_service = false;
}

static void test_critical(void **state)
{
	f.core.peer_state = (struct core_condition){CORE_ST_UNAUTHENTICATED, 0, "the other side has a different key"};
	expect(HEALTH_CRITICAL, "peer unauthenticated (the other side has a different key)");
	setup(NULL);
	f.core.peer_state = (struct core_condition){CORE_ST_RESTARTING};
	expect(HEALTH_CRITICAL, "peer restarting");
	setup(NULL);
	f.core.peerlink = (struct core_condition){CORE_ST_DOWN};
	expect(HEALTH_CRITICAL, "peerlink down");
	setup(NULL);
	f.core.self.acting = true;
	expect(HEALTH_CRITICAL, "acting alone");
	setup(NULL);
	f.core.self.in_service = false;
	expect(HEALTH_CRITICAL, "not in service");
	held(CORE_HOLD_SPLIT);
	expect(HEALTH_CRITICAL, "not in service (split)");
}

static void test_warning(void **state)
{
	f.core.peer_state = (struct core_condition){CORE_ST_SYNCHRONISING};
	expect(HEALTH_WARNING, "peer synchronising");
	setup(NULL);
	f.core.peer.in_service = false;
	expect(HEALTH_WARNING, "the peer is not in service");
	setup(NULL);
	f.core.backup = (struct core_condition){CORE_ST_SILENT};
	expect(HEALTH_WARNING, "backup silent");
	setup(NULL);
	f.core.witness = (struct core_condition){CORE_ST_SILENT};
	expect(HEALTH_WARNING, "witness silent");
	setup(NULL);
	f.core.witness = (struct core_condition){CORE_ST_UNAUTHENTICATED};
	expect(HEALTH_WARNING, "witness unauthenticated");
	setup(NULL);
	f.core.module = (struct core_condition){CORE_ST_DOWN, 0, "zebra has no module of ours"};
	expect(HEALTH_WARNING, "module in zebra down (zebra has no module of ours)");
	setup(NULL);
	held(CORE_HOLD_INIT);
	expect(HEALTH_WARNING, "coming up (init-delay)");
	setup(NULL);
	f.bfd = "down";
	expect(HEALTH_WARNING, "BFD down");
	setup(NULL);
	f.core.anycast_differs = true;
	expect(HEALTH_WARNING, "the peer's is none");
	setup(NULL);
	f.peerlink_conflicts[f.n_peerlink_conflicts++] = "peerlink is in no bridge";
	expect(HEALTH_WARNING, "peerlink: peerlink is in no bridge");
	setup(NULL);
	facts_conf.maintenance = true;
	expect(HEALTH_WARNING, "maintenance, draining");
	f.core.self.in_service = false;
	expect(HEALTH_WARNING, "maintenance, not in service");
}

static void test_bonds(void **state)
{
	bond.view.dual_connected = false;
	expect(HEALTH_WARNING, "bond1 is not dual-connected");
	bond.view.local.distributing = false;
	expect(HEALTH_WARNING, "bond1 does not distribute");
	bond.n_conflicts = 1;
	bond.conflicts[0] = "not in a bridge";
	expect(HEALTH_WARNING, "bond1: not in a bridge");
	setup(NULL);
	bond.ifname[0] = '\0';
	expect(HEALTH_WARNING, "id 1 is configured at the peer alone");
}

/* The worst counts, all are said. */
static void test_several(void **state)
{
	f.core.backup = (struct core_condition){CORE_ST_SILENT};
	f.core.peerlink = (struct core_condition){CORE_ST_DOWN};
	expect(HEALTH_CRITICAL, "peerlink down; backup silent");
}

static void test_more_than_a_line_holds(void **state)
{
	struct show_bond many[400];

	for (unsigned int i = 0; i < array_size(many); i++) {
		many[i] = bond;
		many[i].view.local.distributing = false;
	}
	f.bonds = many;
	f.n_bonds = array_size(many);
	expect(HEALTH_WARNING, "bond1 does not distribute");
	assert_int_equal(strlen(v.text), sizeof(v.text) - 1);
}

static void test_not_configured(void **state)
{
	struct json_object *other = json_tokener_parse("{\"enable\": 7}");

	f.enable = false;
	expect(HEALTH_UNKNOWN, "not configured");
	health_judge(NULL, &v);
	assert_int_equal(v.level, HEALTH_UNKNOWN);
	health_judge(other, &v);
	assert_int_equal(v.level, HEALTH_UNKNOWN);
	json_object_put(other);
}

/* ---- the daemon's socket ---- */

enum manner { ANSWERS, IN_PIECES, SILENT, HANGS_UP, ENDLESS };

static struct daemon {
	struct sockaddr_un sun;
	int listener;
	enum manner manner;
	char heard[64];
	pthread_t thread;
} served;

static void give(int fd, const char *bytes, size_t len, size_t piece)
{
	for (size_t done = 0; done < len; done += MIN(piece, len - done))
		if (send(fd, bytes + done, MIN(piece, len - done), MSG_NOSIGNAL) < 0)
			return;
}

static void *serve(void *arg)
{
	static const char answer[] = "{\n}\n\0\0\0"; /* and the status, 0 */
	static char block[65536];
	struct daemon *d = arg;
	int fd = accept(d->listener, NULL, NULL);

	if (recv(fd, d->heard, sizeof(d->heard) - 1, 0) < 0)
		d->heard[0] = '\0';
	memset(block, 'x', sizeof(block));
	if (d->manner == ANSWERS || d->manner == IN_PIECES)
		give(fd, answer, sizeof(answer), d->manner == ANSWERS ? sizeof(answer) : 1);
	for (unsigned int i = 0; d->manner == ENDLESS && i <= ASK_MAX / sizeof(block); i++)
		give(fd, block, sizeof(block), sizeof(block));
	if (d->manner == SILENT) /* until the other side has had enough */
		(void)!recv(fd, block, sizeof(block), 0);
	close(fd);
	return NULL;
}

static char *asked(enum manner manner, int timeout_ms, char *why, size_t size)
{
	struct daemon *d = &served;
	char directory[] = "/tmp/health.XXXXXX", *answer;

	*d = (struct daemon){.sun.sun_family = AF_UNIX, .manner = manner};
	assert_non_null(mkdtemp(directory));
	snprintf(d->sun.sun_path, sizeof(d->sun.sun_path), "%s/vty", directory);
	d->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(d->listener, (struct sockaddr *)&d->sun, sizeof(d->sun)), 0);
	assert_int_equal(listen(d->listener, 1), 0);
	assert_int_equal(pthread_create(&d->thread, NULL, serve, d), 0);
	answer = ask(d->sun.sun_path, "show mlag json", timeout_ms, why, size);
	pthread_join(d->thread, NULL);
	close(d->listener);
	unlink(d->sun.sun_path);
	rmdir(directory);
	return answer;
}

#define LONG_MS 30000 /* a busy host is no reason to fail */

static void test_asked(void **state)
{
	char why[128], *answer;

	for (enum manner m = ANSWERS; m <= IN_PIECES; m++) {
		answer = asked(m, LONG_MS, why, sizeof(why));
		assert_non_null(answer);
		assert_string_equal(answer, "{\n}\n");
		assert_string_equal(served.heard, "show mlag json");
		free(answer);
	}
}

static void test_not_answered(void **state)
{
	char why[128];

	assert_null(asked(SILENT, 100, why, sizeof(why)));
	assert_non_null(strstr(why, "timed out"));
	assert_null(asked(HANGS_UP, LONG_MS, why, sizeof(why)));
	assert_non_null(strstr(why, "reset"));
	assert_null(asked(ENDLESS, LONG_MS, why, sizeof(why)));
	assert_non_null(strstr(why, "too long"));
	assert_null(ask("/nonexistent/mlagd.vty", "show mlag json", LONG_MS, why, sizeof(why)));
	assert_non_null(strstr(why, "/nonexistent/mlagd.vty: No such file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_well, setup),
		cmocka_unit_test_setup(test_critical, setup),
		cmocka_unit_test_setup(test_warning, setup),
		cmocka_unit_test_setup(test_bonds, setup),
		cmocka_unit_test_setup(test_several, setup),
		cmocka_unit_test_setup(test_more_than_a_line_holds, setup),
		cmocka_unit_test_setup(test_not_configured, setup),
		cmocka_unit_test(test_asked),
		cmocka_unit_test(test_not_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
