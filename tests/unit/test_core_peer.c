// SPDX-License-Identifier: GPL-2.0-or-later
/* Who the peer is (A3, A10, B11), how a session with it ends (B10), by which paths it is heard (B6, G3). */
#include <string.h>

#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

static void a3_other_system_mac_is_refused_by_name(void **state)
{
	struct bench b;
	struct core_view v;

	bench_new(&b, false);
	bench_peerlink(&b, true, true);
	bench_wait(&b, QUIET);
	b.peer.system_mac.b[5] = 1;
	bench_session(&b, true);
	bench_hello(&b);
	assert_true(b.out.drop_session);
	core_view(b.core, b.now, &v);
	assert_int_equal(v.peer_state.state, CORE_ST_MISMATCH);
	assert_non_null(v.peer_state.reason);
	bench_free(&b);
}

/* Said, and nothing follows: neither from a stranger nor while a session lives. */
static void b11_who_is_refused_is_named_and_changes_nothing(void **state)
{
	struct bench b;
	struct core_view v;
	struct mc_member before;

	for (unsigned int fault = 0; fault < MC_REFUSED_MAX; fault++) {
		bench_new(&b, false);
		bench_peerlink(&b, true, true);
		bench_wait(&b, QUIET);
		before = bench_self(&b);
		bench_event(&b, (struct core_event){.type = CORE_EV_REFUSED, .refused = fault});
		assert_true(bench_noted(&b, "peer refused"));
		assert_int_equal(b.out.n_msg + b.out.drop_session + b.out.wanted_changed, 0);
		core_view(b.core, b.now, &v);
		assert_int_equal(v.peer_state.state,
				 fault == MC_REFUSED_VERSION ? CORE_ST_MISMATCH : CORE_ST_UNAUTHENTICATED);
		assert_non_null(v.peer_state.reason);
		assert_false(v.peer_known || v.peer_alive);
		assert_memory_equal(&v.self, &before, sizeof(before));
		/* and over with the peer's hello */
		bench_session(&b, true);
		bench_hello(&b);
		bench_session(&b, false);
		core_view(b.core, b.now, &v);
		assert_int_equal(v.peer_state.state, CORE_ST_RESTARTING);
		bench_free(&b);
	}
	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_event(&b, (struct core_event){.type = CORE_EV_REFUSED, .refused = MC_REFUSED_WRONG_KEY});
	assert_int_equal(b.out.n_note + b.out.n_msg + b.out.wanted_changed, 0);
	core_view(b.core, b.now, &v);
	assert_int_equal(v.peer_state.state, CORE_ST_SYNCHRONISED);
	bench_free(&b);
}

/* B10: it is the end of a session like another, with a reason of its own, and no proof of anything. */
static void b10_bfd_down_ends_the_session(void **state)
{
	struct bench b;
	struct core_view v;
	const char *reason;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_event(&b, (struct core_event){.type = CORE_EV_SESSION, .session = {.bfd = true}});
	assert_true(bench_noted(&b, "peer restarting"));
	assert_int_equal(b.out.wanted_changed + b.out.probe_paths, 0);
	core_view(b.core, b.now, &v);
	assert_int_equal(v.peer_state.state, CORE_ST_RESTARTING);
	reason = v.peer_state.reason; /* static text */
	assert_non_null(strstr(reason, "BFD"));
	/* the transport's own end, which follows, changes nothing */
	bench_session(&b, false);
	core_view(b.core, b.now, &v);
	assert_string_equal(v.peer_state.reason, reason);
	/* and an end without BFD is called otherwise */
	bench_session(&b, true);
	bench_hello(&b);
	bench_session(&b, false);
	core_view(b.core, b.now, &v);
	assert_int_equal(v.peer_state.state, CORE_ST_RESTARTING);
	assert_null(strstr(v.peer_state.reason, "BFD"));
	bench_free(&b);
}

/* What comes back is one thing, a cloned device beside this one another. */
static void a10_reflection_and_clone_are_named_and_ignored(void **state)
{
	struct bench b;
	struct core_view v;

	for (unsigned int n = 0; n < 2; n++) {
		bench_new(&b, false);
		bench_peerlink(&b, true, true);
		bench_wait(&b, QUIET);
		if (n)
			b.peer.incarnation = 0x11;
		else
			b.peer.id = (struct mc_mac){{2, 0, 0, 0, 0, 1}};
		bench_probe(&b, BACKUP, 0);
		assert_true(bench_noted(&b, n ? "own reflection" : "clone of this member"));
		assert_false(bench_noted(&b, n ? "clone of this member" : "own reflection"));
		core_view(b.core, b.now, &v);
		assert_false(v.peer_known);
		assert_false(v.path_fresh[BACKUP]);
		assert_int_equal(v.peer_state.state, CORE_ST_MISMATCH);
		assert_string_equal(v.peer_state.reason, why_text(n ? WHY_REFLECTION : WHY_CLONE));
		bench_session(&b, true);
		bench_hello(&b);
		assert_true(b.out.drop_session);
		core_view(b.core, b.now, &v);
		assert_string_equal(v.peer_state.reason, why_text(n ? WHY_REFLECTION : WHY_CLONE));
		bench_free(&b);
	}
}

static void new_incarnation_ends_the_old_session(void **state)
{
	struct bench b;
	uint64_t generation;

	bench_serving(&b, MC_ROLE_SECONDARY);
	generation = core_wanted(b.core)->generation;
	b.peer.incarnation = 0x44;
	bench_probe(&b, CORE_PATH_PEERLINK, 0);
	assert_true(b.out.drop_session);
	assert_int_equal(core_wanted(b.core)->generation, generation);
	bench_free(&b);
}

static void path_out_of_range_is_ignored(void **state)
{
	struct bench b;
	struct core_view v;

	bench_new(&b, false);
	bench_peerlink(&b, true, true);
	bench_wait(&b, QUIET);
	bench_probe(&b, 2, 0);
	bench_probe(&b, 255, 0);
	core_view(b.core, b.now, &v);
	assert_false(v.peer_known);
	bench_free(&b);
}

static void b6_witness_and_backup_are_told_apart(void **state)
{
	struct core_view v;
	struct bench b;

	bench_new(&b, false);
	b.cfg.n_paths = 4;
	b.cfg.first_witness = 3;
	b.cfg.authenticated = true;
	bench_config(&b);
	bench_bond(&b, 0);
	bench_peerlink(&b, true, true);
	bench_wait(&b, QUIET);
	bench_probe(&b, 3, 0);
	core_view(b.core, b.now, &v);
	assert_int_equal(v.witness.state, CORE_ST_UP);
	assert_int_equal(v.backup.state, CORE_ST_UNKNOWN);
	bench_probe(&b, 2, 0);
	bench_wait(&b, 2000);
	bench_probe(&b, 2, 0);
	bench_wait(&b, 1500);
	core_view(b.core, b.now, &v);
	assert_int_equal(v.witness.state, CORE_ST_SILENT);
	assert_string_equal(v.witness.reason, why_text(WHY_NO_PROBE));
	assert_int_equal(v.backup.state, CORE_ST_UP);
	b.cfg.n_paths = b.cfg.first_witness = 3;
	bench_config(&b);
	core_view(b.core, b.now, &v);
	assert_int_equal(v.witness.state, CORE_ST_UNCONFIGURED);
	bench_free(&b);
}

static void g3_four_states_each_dated(void **state)
{
	struct bench b;
	struct core_view v;
	core_ms cut;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_probe(&b, BACKUP, 0);
	core_view(b.core, b.now, &v);
	assert_int_equal(v.peer_state.state, CORE_ST_SYNCHRONISED);
	assert_int_equal(v.peerlink.state, CORE_ST_UP);
	assert_int_equal(v.backup.state, CORE_ST_UP);
	assert_int_equal(v.witness.state, CORE_ST_UNCONFIGURED);
	assert_int_equal(v.sync.state, CORE_ST_SYNCHRONISED);
	assert_true(v.peer_alive);
	cut = b.now;
	bench_cut(&b);
	bench_wait(&b, 4000);
	core_view(b.core, b.now, &v);
	assert_int_equal(v.peer_state.state, CORE_ST_SILENT);
	assert_int_equal(v.peerlink.state, CORE_ST_DOWN);
	assert_int_equal(v.peerlink.since, cut);
	assert_int_equal(v.backup.state, CORE_ST_SILENT);
	assert_int_equal(v.backup.since, cut + 3000);
	assert_string_equal(v.peerlink.reason, "no member of the peerlink has carrier");
	assert_false(v.peer_alive);
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a3_other_system_mac_is_refused_by_name),
		cmocka_unit_test(b11_who_is_refused_is_named_and_changes_nothing),
		cmocka_unit_test(b10_bfd_down_ends_the_session),
		cmocka_unit_test(a10_reflection_and_clone_are_named_and_ignored),
		cmocka_unit_test(new_incarnation_ends_the_old_session),
		cmocka_unit_test(path_out_of_range_is_ignored),
		cmocka_unit_test(b6_witness_and_backup_are_told_apart),
		cmocka_unit_test(g3_four_states_each_dated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
