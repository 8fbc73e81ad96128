// SPDX-License-Identifier: GPL-2.0-or-later
/* What an operator is told beyond what rules do (D8): one note for one change, and in bounds. */
#include <string.h>

#include "mlagd/core/core_int.h"
#include "tests/unit/core_bench.h"

static const struct core_note *note_of(const struct bench *b, const char *what)
{
	for (unsigned int i = 0; i < b->out.n_note; i++)
		if (strcmp(b->out.note[i].what, what) == 0)
			return &b->out.note[i];
	fail_msg("no note \"%s\"", what);
	return NULL;
}

static void d8_a_backup_lost_and_regained(void **state)
{
	const struct core_note *n;
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_probe(&b, BACKUP, 0);
	n = note_of(&b, "backup heard");
	assert_int_equal(n->path, BACKUP);
	assert_string_equal(n->effect, "heard beside the peerlink: 1 of 1");
	bench_probe(&b, BACKUP, 0);
	assert_false(bench_noted(&b, "backup heard"));
	b.now += 2000;
	bench_state(&b);
	b.now += 999;
	bench_state(&b);
	assert_int_equal(bench_ever_noted(&b, "backup lost"), 0);
	b.now += 1;
	bench_event(&b, (struct core_event){.type = CORE_EV_TIMER});
	n = note_of(&b, "backup lost");
	assert_int_equal(n->path, BACKUP);
	assert_int_equal(n->when, b.now);
	assert_string_equal(n->why, why_text(WHY_NO_PROBE));
	assert_string_equal(n->effect, "nothing would prove that the peer is in service");
	bench_state(&b);
	assert_int_equal(bench_ever_noted(&b, "backup lost"), 1);
	bench_probe(&b, BACKUP, 0);
	assert_true(bench_noted(&b, "backup heard"));
	bench_free(&b);
}

/* Its end comes by the timer that the core asks for, whatever else is quiet. */
static void d8_a_witness_is_named_as_one(void **state)
{
	core_ms heard;
	struct bench b;

	bench_new(&b, false);
	b.cfg.n_paths = 3;
	b.cfg.first_witness = 2;
	b.cfg.authenticated = true;
	bench_config(&b);
	bench_in_service(&b, MC_ROLE_SECONDARY);
	bench_probe(&b, 2, 0);
	heard = b.now;
	assert_int_equal(note_of(&b, "witness heard")->path, 2);
	assert_false(bench_noted(&b, "backup heard"));
	while (!bench_ever_noted(&b, "witness lost") && b.out.next < heard + 10000) {
		b.now = b.out.next;
		bench_event(&b, (struct core_event){.type = CORE_EV_TIMER});
	}
	assert_int_equal(b.now, heard + 3000);
	assert_true(bench_noted(&b, "witness lost"));
	bench_free(&b);
}

static void d8_what_is_not_configured_any_more_is_said_so(void **state)
{
	struct bench b;

	bench_new(&b, false);
	b.cfg.n_paths = 3;
	bench_config(&b);
	bench_in_service(&b, MC_ROLE_SECONDARY);
	bench_probe(&b, 2, 0);
	b.cfg.n_paths = 2;
	bench_config(&b);
	assert_string_equal(note_of(&b, "backup or witness removed")->effect, "nothing would prove that the peer is in service");
	bench_config(&b);
	assert_false(bench_noted(&b, "backup or witness removed"));
	for (unsigned int i = 0; i < 5; i++) {
		bench_state(&b);
		bench_wait(&b, 1000);
	}
	assert_int_equal(bench_ever_noted(&b, "backup lost"), 0);
	bench_free(&b);
}

/* A backup that comes and goes: bounded, and in the end the state as it is. */
static void d8_flapping_is_told_in_bounds(void **state)
{
	unsigned int told = 0;
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	b.n_noted = 0;
	memset(b.noted, 0, sizeof(b.noted));
	b.peer.keepalive_ms = 100;
	bench_state(&b);
	for (unsigned int i = 0; i < 40; i++) {
		bench_probe(&b, BACKUP, 0);
		bench_wait(&b, 250);
		bench_state(&b);
		bench_wait(&b, 150);
		bench_state(&b);
	}
	told = bench_ever_noted(&b, "backup heard") + bench_ever_noted(&b, "backup lost");
	assert_int_equal(told, TELL_MANY);
	assert_int_equal(bench_ever_noted(&b, "many changes of paths"), 1);
	bench_probe(&b, BACKUP, 0);
	for (unsigned int i = 0; i < 200; i++) { /* it stays, and the hold of 30 s ends */
		bench_wait(&b, 200);
		bench_state(&b);
		bench_probe(&b, BACKUP, 0);
	}
	told = bench_ever_noted(&b, "backup heard") + bench_ever_noted(&b, "backup lost");
	assert_int_equal(told, TELL_MANY + 1);
	assert_int_equal(bench_ever_noted(&b, "backup heard"), bench_ever_noted(&b, "backup lost") + 1);
	bench_free(&b);
}

static void d8_bfd_is_told(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_event(&b, (struct core_event){.type = CORE_EV_BFD, .bfd = CORE_BFD_DOWN});
	assert_int_equal(b.out.n_note, 0); /* as it begins */
	bench_event(&b, (struct core_event){.type = CORE_EV_BFD, .bfd = CORE_BFD_UP});
	assert_true(bench_noted(&b, "BFD up"));
	bench_event(&b, (struct core_event){.type = CORE_EV_BFD, .bfd = CORE_BFD_UP});
	assert_int_equal(b.out.n_note, 0);
	bench_event(&b, (struct core_event){.type = CORE_EV_BFD, .bfd = CORE_BFD_DOWN});
	assert_string_equal(note_of(&b, "BFD down")->why, "bfdd hears nothing of the peer");
	bench_event(&b, (struct core_event){.type = CORE_EV_BFD, .bfd = CORE_BFD_UNWATCHED});
	assert_int_equal(b.out.n_note, 0);
	bench_free(&b);
}

static void d8_legs_of_a_bond(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	assert_int_equal(bench_ever_noted(&b, "bond dual-connected"), 2);
	assert_int_equal(bench_ever_noted(&b, "synchronised"), 1);
	bench_port(&b, 1, 2, false);
	assert_string_equal(note_of(&b, "bond single-connected")->why, "the peer's leg does not distribute");
	assert_string_equal(note_of(&b, "bond single-connected")->effect, "bond1 (mlag id 1)");
	bench_port(&b, 1, 3, false);
	assert_false(bench_noted(&b, "bond single-connected"));
	bench_port(&b, 1, 4, true);
	assert_true(bench_noted(&b, "bond dual-connected"));
	bench_leg(&b, 0, false);
	assert_string_equal(note_of(&b, "bond down")->why, "no carrier");
	bench_leg(&b, 0, true);
	assert_true(bench_noted(&b, "bond dual-connected"));
	/* rule 5: the peer restarts, and its legs stay what they were */
	bench_session(&b, false);
	assert_false(bench_noted(&b, "bond single-connected"));
	/* both at once are one note */
	bench_cut(&b);
	assert_string_equal(note_of(&b, "bond single-connected")->effect, "bond1 (mlag id 1) and 1 more");
	assert_string_equal(note_of(&b, "bond single-connected")->why, "there is no session with the peer");
	bench_free(&b);
}

static void d8_shared_vtep_and_virtual_routers(void **state)
{
	struct bench b;

	bench_new(&b, false);
	b.cfg.anycast_ip[0] = b.peer.anycast_ip[0] = 10;
	b.peer.tells_anycast = b.cfg.gateway = true;
	bench_config(&b);
	bench_in_service(&b, MC_ROLE_SECONDARY);
	assert_int_equal(bench_ever_noted(&b, "shared VTEP in service"), 1);
	assert_int_equal(bench_ever_noted(&b, "virtual routers in service"), 1);
	bench_cut(&b);
	bench_probe(&b, BACKUP, b.asked);
	assert_int_equal(bench_hold(&b), CORE_HOLD_SPLIT);
	assert_string_equal(note_of(&b, "shared VTEP out of service")->why, "split");
	assert_string_equal(note_of(&b, "virtual routers out of service")->why, "split");
	bench_free(&b);
}

static void d8_nothing_is_told_of_what_is_not_there(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	assert_int_equal(bench_ever_noted(&b, "shared VTEP in service"), 0);
	assert_int_equal(bench_ever_noted(&b, "virtual routers in service"), 0);
	b.cfg.enabled = false;
	bench_config(&b);
	assert_false(bench_noted(&b, "bond down"));
	bench_free(&b);
}

/* D1: a fence without it would leave routes announced. */
static void d1_zebras_module(void **state)
{
	struct core_event missing = {.type = CORE_EV_MODULE, .module = CORE_MODULE_MISSING};
	struct core_event up = {.type = CORE_EV_MODULE, .module = CORE_MODULE_UP};
	struct core_view v;
	struct bench b;

	bench_new(&b, false);
	bench_event(&b, up);
	bench_in_service(&b, MC_ROLE_SECONDARY);
	assert_int_equal(bench_ever_noted(&b, "zebra module connected"), 0);
	core_view(b.core, b.now, &v);
	assert_int_equal(v.module.state, CORE_ST_UP);
	bench_event(&b, missing);
	assert_string_equal(note_of(&b, "zebra module missing")->why, why_text(WHY_NO_MODULE));
	core_view(b.core, b.now, &v);
	assert_int_equal(v.module.state, CORE_ST_DOWN);
	assert_int_equal(v.module.since, b.now);
	assert_string_equal(v.module.reason, why_text(WHY_NO_MODULE));
	bench_event(&b, missing);
	assert_int_equal(b.out.n_note, 0);
	bench_event(&b, up);
	assert_true(bench_noted(&b, "zebra module connected"));
	bench_free(&b);

	bench_new(&b, false); /* never there: it is said as soon as MLAG is on */
	bench_event(&b, missing);
	bench_in_service(&b, MC_ROLE_SECONDARY);
	assert_int_equal(bench_ever_noted(&b, "zebra module missing"), 1);
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(d8_a_backup_lost_and_regained),
		cmocka_unit_test(d8_a_witness_is_named_as_one),
		cmocka_unit_test(d8_what_is_not_configured_any_more_is_said_so),
		cmocka_unit_test(d8_flapping_is_told_in_bounds),
		cmocka_unit_test(d8_bfd_is_told),
		cmocka_unit_test(d8_legs_of_a_bond),
		cmocka_unit_test(d8_shared_vtep_and_virtual_routers),
		cmocka_unit_test(d8_nothing_is_told_of_what_is_not_there),
		cmocka_unit_test(d1_zebras_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
