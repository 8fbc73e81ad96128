// SPDX-License-Identifier: GPL-2.0-or-later
/* C4, C5, A5: one bond's filter, gate and handshake; who the peer is (A3, A10). */
#include <string.h>

#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

static void begin(struct bench *b)
{
	bench_new(b, false);
	bench_in_service(b, MC_ROLE_SECONDARY);
}

static void c4_filter_follows_the_peers_leg(void **state)
{
	struct bench b;

	begin(&b);
	assert_true(bench_wanted(&b, 1)->dual);
	bench_port(&b, 1, 2, false);
	assert_false(bench_wanted(&b, 1)->dual);
	assert_true(bench_wanted(&b, 2)->dual);
	bench_port(&b, 1, 3, true);
	assert_true(bench_wanted(&b, 1)->dual);
	bench_free(&b);
}

static void c4_up_but_not_distributing_is_down(void **state)
{
	struct bench b;
	struct mc_port p = {.mlag_id = 1, .seq = 9, .present = true, .carrier = true};

	begin(&b);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_PORT, .port = p});
	assert_false(bench_wanted(&b, 1)->dual); /* rule 9 */
	bench_free(&b);
}

static void c4_ack_only_when_the_filter_is_in_the_kernel(void **state)
{
	struct bench b;
	struct core_event applied = {.type = CORE_EV_APPLIED};

	begin(&b);
	bench_port(&b, 1, 2, false);
	b.apply = false;
	bench_port(&b, 1, 3, true);
	assert_null(bench_said(&b, MC_MSG_PORT_ACK));
	applied.applied = core_wanted(b.core)->generation;
	bench_event(&b, applied);
	assert_int_equal(bench_said(&b, MC_MSG_PORT_ACK)->port_ack.seq, 3);
	assert_int_equal(bench_said(&b, MC_MSG_PORT_ACK)->port_ack.mlag_id, 1);
	bench_free(&b);
}

static void c4_ack_for_a_bond_we_do_not_have(void **state)
{
	struct bench b;

	begin(&b);
	bench_port(&b, 99, 7, true);
	assert_int_equal(bench_said(&b, MC_MSG_PORT_ACK)->port_ack.mlag_id, 99);
	bench_free(&b);
}

static bool acked(const struct bench *b, uint16_t id)
{
	for (unsigned int i = 0; i < b->out.n_msg; i++)
		if (b->out.msg[i].type == MC_MSG_PORT_ACK && b->out.msg[i].port_ack.mlag_id == id)
			return true;
	return false;
}

/* Found by fuzz_core: what was asked before the bond was there is answered by the filter that came with it. */
static void c4_ack_for_a_bond_that_comes_meanwhile(void **state)
{
	struct bench b;
	struct core_event applied = {.type = CORE_EV_APPLIED};

	begin(&b);
	b.apply = false;
	bench_port(&b, 1, 2, false);
	applied.applied = core_wanted(b.core)->generation;
	bench_port(&b, 99, 7, true);
	b.bond[2] = b.bond[0];
	b.bond[2].mlag_id = 99;
	b.bond[2].partner.b[5] = 99;
	bench_bond(&b, 2);
	assert_true(bench_wanted(&b, 99)->dual);
	bench_event(&b, applied);
	assert_true(acked(&b, 1));
	assert_false(acked(&b, 99));
	applied.applied = core_wanted(b.core)->generation;
	bench_event(&b, applied);
	assert_true(acked(&b, 99));
	bench_free(&b);
}

static void d2_own_leg_is_gated_until_the_ack(void **state)
{
	struct bench b;

	begin(&b);
	assert_false(bench_wanted(&b, 1)->gated);
	bench_leg(&b, 0, false);
	assert_true(bench_wanted(&b, 1)->gated); /* before it comes up */
	assert_false(bench_said(&b, MC_MSG_PORT)->port.distributing);
	bench_leg(&b, 0, true);
	assert_true(bench_said(&b, MC_MSG_PORT)->port.distributing);
	assert_true(bench_wanted(&b, 1)->gated);
	bench_port_ack(&b, 1);
	assert_false(bench_wanted(&b, 1)->gated);
	bench_free(&b);
}

static void d2_an_older_ack_opens_nothing(void **state)
{
	struct bench b;
	uint32_t old;

	begin(&b);
	old = b.seq[0];
	bench_leg(&b, 0, false);
	bench_leg(&b, 0, true);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_PORT_ACK, .port_ack = {.mlag_id = 1, .seq = old}});
	assert_true(bench_wanted(&b, 1)->gated);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_PORT_ACK, .port_ack = {.mlag_id = 1, .seq = b.seq[0] + 1}});
	assert_true(bench_wanted(&b, 1)->gated);
	bench_free(&b);
}

/* Two legs of one host coming up within a round trip: each sees the other down. */
static void d2_gated_though_the_peers_leg_was_down(void **state)
{
	struct bench b;

	begin(&b);
	bench_leg(&b, 0, false);
	bench_port(&b, 1, 2, false);
	bench_leg(&b, 0, true);
	assert_true(bench_wanted(&b, 1)->gated);
	bench_wait(&b, RISE_MS); /* no word came: a peer that cannot apply holds up nobody */
	assert_false(bench_wanted(&b, 1)->gated);
	bench_free(&b);
}

static void rule5_leg_flaps_while_the_peer_restarts(void **state)
{
	struct bench b;

	begin(&b);
	bench_session(&b, false);
	bench_leg(&b, 0, false);
	bench_leg(&b, 0, true);
	assert_false(bench_wanted(&b, 1)->gated); /* its filter stands as it stood */
	assert_true(bench_wanted(&b, 1)->dual);
	bench_free(&b);
}

static void rule5_leg_down_before_is_gated_while_the_peer_restarts(void **state)
{
	struct bench b;

	begin(&b);
	bench_leg(&b, 0, false);
	bench_session(&b, false);
	bench_leg(&b, 0, true);
	assert_true(bench_wanted(&b, 1)->gated); /* the peer had opened */
	bench_free(&b);
}

static void resync_keeps_filter_and_gate(void **state)
{
	struct bench b;
	uint64_t generation;

	begin(&b);
	generation = core_wanted(b.core)->generation;
	bench_session(&b, false);
	bench_session(&b, true);
	bench_hello(&b);
	assert_non_null(bench_said(&b, MC_MSG_PORT));
	bench_port(&b, 1, 1, true);
	bench_port(&b, 2, 1, true);
	bench_sync(&b);
	assert_int_equal(core_wanted(b.core)->generation, generation);
	bench_free(&b);
}

static void what_the_peer_no_longer_names_is_single(void **state)
{
	struct bench b;

	begin(&b);
	bench_session(&b, false);
	bench_session(&b, true);
	bench_hello(&b);
	bench_port(&b, 1, 1, true);
	assert_true(bench_wanted(&b, 2)->dual);
	bench_sync(&b);
	assert_true(bench_wanted(&b, 1)->dual);
	assert_false(bench_wanted(&b, 2)->dual);
	bench_free(&b);
}

/* After a cut the peer's legs are taken for up, unless it says that they are down. */
static void c4_filter_closed_when_the_peerlink_returns(void **state)
{
	struct bench b;

	bench_new(&b, true);
	bench_in_service(&b, MC_ROLE_PRIMARY);
	bench_port(&b, 1, 2, false);
	bench_peerlink(&b, false, false);
	bench_wait(&b, 10);
	bench_peerlink(&b, true, false);
	assert_true(bench_wanted(&b, 1)->dual);
	b.peer.fenced = true;
	b.peer.in_service = false;
	bench_probe(&b, BACKUP, 0);
	assert_false(bench_wanted(&b, 1)->dual);
	bench_wait(&b, FENCED_FRESH_MS);
	assert_true(bench_wanted(&b, 1)->dual);
	bench_free(&b);
}

static void c12_bond_added_and_removed_while_peered(void **state)
{
	struct bench b;

	begin(&b);
	bench_bond(&b, 2);
	assert_int_equal(bench_said(&b, MC_MSG_PORT)->port.mlag_id, 3);
	assert_int_equal(core_wanted(b.core)->n_bonds, 3);
	assert_int_equal(bench_wanted(&b, 3)->hold, CORE_HOLD_NONE);
	b.bond[2].present = false;
	bench_bond(&b, 2);
	assert_false(bench_said(&b, MC_MSG_PORT)->port.present);
	assert_int_equal(core_wanted(b.core)->n_bonds, 2);
	bench_free(&b);
}

static void ports_are_bounded(void **state)
{
	struct bench b;
	struct core_view v;

	begin(&b);
	for (unsigned int id = 0; id <= 1000; id++)
		bench_port(&b, id, 1, true);
	core_view(b.core, b.now, &v);
	assert_int_equal(v.n_bonds, CORE_PORTS_MAX);
	bench_free(&b);
}

static void a5_dual_connected_is_the_same_host(void **state)
{
	struct bench b;
	struct core_view_bond v;
	struct mc_port p = {.mlag_id = 1, .seq = 5, .present = true, .carrier = true, .distributing = true};

	begin(&b);
	assert_true(core_view_bond(b.core, 0, &v));
	assert_true(v.dual_connected);
	assert_true(bench_wanted(&b, 1)->dual && !bench_wanted(&b, 1)->apart);
	p.partner.b[0] = 0x66;
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_PORT, .port = p});
	core_view_bond(b.core, 0, &v);
	assert_false(v.dual_connected);
	assert_true(bench_wanted(&b, 1)->apart);
	assert_false(bench_wanted(&b, 1)->dual); /* its host hears the peerlink through us alone */
	assert_true(bench_wanted(&b, 1)->usable);
	memset(&p.partner, 0, sizeof(p.partner)); /* LACP has not named one yet: nobody else's */
	p.seq++;
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_PORT, .port = p});
	assert_true(bench_wanted(&b, 1)->dual && !bench_wanted(&b, 1)->apart);
	assert_false(core_view_bond(b.core, 2, &v));
	bench_free(&b);
}

/* ------------------------------------------------------------- who the peer is */

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
	bench_new(&b, false);
	bench_in_service(&b, MC_ROLE_SECONDARY);
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

	bench_new(&b, false);
	bench_in_service(&b, MC_ROLE_SECONDARY);
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

	begin(&b);
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

	begin(&b);
	bench_probe(&b, BACKUP, 0);
	core_view(b.core, b.now, &v);
	assert_int_equal(v.peer_state.state, CORE_ST_SYNCHRONISED);
	assert_int_equal(v.peerlink.state, CORE_ST_UP);
	assert_int_equal(v.backup.state, CORE_ST_UP);
	assert_int_equal(v.witness.state, CORE_ST_UNCONFIGURED);
	assert_int_equal(v.sync.state, CORE_ST_SYNCHRONISED);
	assert_true(v.peer_alive);
	cut = b.now;
	bench_peerlink(&b, false, false);
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
		cmocka_unit_test(c4_filter_follows_the_peers_leg),
		cmocka_unit_test(c4_up_but_not_distributing_is_down),
		cmocka_unit_test(c4_ack_only_when_the_filter_is_in_the_kernel),
		cmocka_unit_test(c4_ack_for_a_bond_we_do_not_have),
		cmocka_unit_test(c4_ack_for_a_bond_that_comes_meanwhile),
		cmocka_unit_test(d2_own_leg_is_gated_until_the_ack),
		cmocka_unit_test(d2_an_older_ack_opens_nothing),
		cmocka_unit_test(d2_gated_though_the_peers_leg_was_down),
		cmocka_unit_test(rule5_leg_flaps_while_the_peer_restarts),
		cmocka_unit_test(rule5_leg_down_before_is_gated_while_the_peer_restarts),
		cmocka_unit_test(resync_keeps_filter_and_gate),
		cmocka_unit_test(what_the_peer_no_longer_names_is_single),
		cmocka_unit_test(c4_filter_closed_when_the_peerlink_returns),
		cmocka_unit_test(c12_bond_added_and_removed_while_peered),
		cmocka_unit_test(ports_are_bounded),
		cmocka_unit_test(a5_dual_connected_is_the_same_host),
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
