// SPDX-License-Identifier: GPL-2.0-or-later
/* C4, C5, A5: one bond's filter, gate and handshake. */
#include <string.h>

#include "tests/unit/core_bench.h"
#include "mlagd/core/core_int.h"

static void c4_filter_follows_the_peers_leg(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_PORT, .port = p});
	assert_false(bench_wanted(&b, 1)->dual); /* rule 9 */
	bench_free(&b);
}

static void c4_ack_only_when_the_filter_is_in_the_kernel(void **state)
{
	struct bench b;
	struct core_event applied = {.type = CORE_EV_APPLIED};

	bench_serving(&b, MC_ROLE_SECONDARY);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_leg(&b, 0, false);
	bench_port(&b, 1, 2, false);
	bench_leg(&b, 0, true);
	assert_true(bench_wanted(&b, 1)->gated);
	bench_wait(&b, RISE_MS); /* no word came: a peer that cannot apply holds up nobody */
	assert_false(bench_wanted(&b, 1)->gated);
	bench_free(&b);
}

static void d2_what_the_host_sends_on_a_leg_that_rises(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_leg(&b, 0, false);
	assert_false(bench_wanted(&b, 1)->rising);
	b.bond[0].carrier = b.bond[0].collecting = true;
	bench_bond(&b, 0);
	assert_true(bench_said(&b, MC_MSG_PORT)->port.collecting);
	assert_true(bench_wanted(&b, 1)->rising && !bench_wanted(&b, 1)->cross);
	bench_port_ack(&b, 1);
	assert_true(bench_wanted(&b, 1)->rising && bench_wanted(&b, 1)->cross && bench_wanted(&b, 1)->gated);
	bench_leg(&b, 0, true); /* the peer goes on until it knows */
	assert_true(bench_wanted(&b, 1)->rising && bench_wanted(&b, 1)->cross && bench_wanted(&b, 1)->gated);
	bench_port_ack(&b, 1);
	assert_false(bench_wanted(&b, 1)->rising || bench_wanted(&b, 1)->cross || bench_wanted(&b, 1)->gated);
	bench_free(&b);
}

/* The life that kept it from coming back has ended; the next knows of nothing. */
static void d2_a_leg_that_rises_asks_each_session_anew(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_leg(&b, 0, false);
	b.bond[0].carrier = b.bond[0].collecting = true;
	bench_bond(&b, 0);
	bench_port_ack(&b, 1);
	assert_true(bench_wanted(&b, 1)->cross);
	bench_session(&b, false);
	bench_leg(&b, 0, true);
	b.peer.incarnation++;
	bench_session(&b, true);
	bench_hello(&b);
	bench_port(&b, 1, 1, true);
	assert_true(bench_wanted(&b, 1)->gated);
	assert_false(bench_wanted(&b, 1)->cross);
	bench_free(&b);
}

/* No word before: known addresses are not to wait for one. */
static void d2_a_leg_that_distributes_at_once_is_gated_only(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_leg(&b, 0, false);
	b.bond[0].collecting = true;
	bench_leg(&b, 0, true);
	assert_true(bench_wanted(&b, 1)->gated);
	assert_false(bench_wanted(&b, 1)->rising || bench_wanted(&b, 1)->cross);
	bench_free(&b);
}

static void d2_nothing_comes_back_from_the_peers_rising_leg(void **state)
{
	struct bench b;
	struct mc_port p = {.mlag_id = 1, .seq = 3, .present = true, .carrier = true, .collecting = true};
	struct core_event applied = {.type = CORE_EV_APPLIED};

	bench_serving(&b, MC_ROLE_SECONDARY);
	bench_port(&b, 1, 2, false);
	assert_false(bench_wanted(&b, 1)->echo);
	b.apply = false;
	bench_msg(&b, (struct mc_msg){.type = MC_MSG_PORT, .port = p});
	assert_true(bench_wanted(&b, 1)->echo);
	assert_null(bench_said(&b, MC_MSG_PORT_ACK));
	applied.applied = core_wanted(b.core)->generation;
	bench_event(&b, applied);
	assert_int_equal(bench_said(&b, MC_MSG_PORT_ACK)->port_ack.seq, 3);
	assert_true(bench_wanted(&b, 1)->flood); /* others go on to reach the host here */
	assert_false(bench_wanted(&b, 1)->dual);
	bench_session(&b, false); /* its kernel goes on */
	assert_true(bench_wanted(&b, 1)->echo);
	bench_session(&b, true);
	bench_hello(&b);
	assert_true(bench_wanted(&b, 1)->echo);
	bench_port(&b, 1, 4, true);
	assert_true(bench_wanted(&b, 1)->dual && !bench_wanted(&b, 1)->echo);
	bench_free(&b);
}

static void rule5_leg_flaps_while_the_peer_restarts(void **state)
{
	struct bench b;

	bench_serving(&b, MC_ROLE_SECONDARY);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
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

	bench_serving(&b, MC_ROLE_PRIMARY);
	bench_port(&b, 1, 2, false);
	bench_cut(&b);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
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

	bench_serving(&b, MC_ROLE_SECONDARY);
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
		cmocka_unit_test(d2_what_the_host_sends_on_a_leg_that_rises),
		cmocka_unit_test(d2_a_leg_that_distributes_at_once_is_gated_only),
		cmocka_unit_test(d2_a_leg_that_rises_asks_each_session_anew),
		cmocka_unit_test(d2_nothing_comes_back_from_the_peers_rising_leg),
		cmocka_unit_test(rule5_leg_flaps_while_the_peer_restarts),
		cmocka_unit_test(rule5_leg_down_before_is_gated_while_the_peer_restarts),
		cmocka_unit_test(resync_keeps_filter_and_gate),
		cmocka_unit_test(what_the_peer_no_longer_names_is_single),
		cmocka_unit_test(c4_filter_closed_when_the_peerlink_returns),
		cmocka_unit_test(c12_bond_added_and_removed_while_peered),
		cmocka_unit_test(ports_are_bounded),
		cmocka_unit_test(a5_dual_connected_is_the_same_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
