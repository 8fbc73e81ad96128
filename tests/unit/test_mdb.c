// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Multicast groups of two members (C7): what is told, what is installed and
 * where, who is kept when a leg goes, and how an entry ends. Each member has a
 * bridge here that takes what it is told and knows when it was told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "mlagd/core/mdb.h"

#define LIFE	260000
#define ANSWER	10000
#define PORTS	8
#define PEERLINK (PORTS - 1) /* slot of the bridge here; 1..3: bonds, 4..6: orphans */

enum stands { NOTHING, OWN, OURS, FIXED };

struct member {
	struct mdbt *t;
	enum stands at[PORTS];
	core_ms timer[PORTS]; /* started */
};

static struct member m[2];
static core_ms now;

static bool of_one_source;

static struct mc_group at(unsigned int port)
{
	struct mc_group g = {.vlan = 10, .addr = {239, 1, 1, 1}, .has_source = of_one_source};

	if (port == PEERLINK)
		g.port = MDBT_PEERLINK;
	else if (port < 4)
		g.mlag_id = port;
	else
		g.port = port;
	return g;
}

static unsigned int slot(const struct mc_group *g)
{
	return g->port == MDBT_PEERLINK ? PEERLINK : g->mlag_id ? g->mlag_id : g->port;
}

static void tell(unsigned int i, unsigned int port, enum mdb_seen seen)
{
	struct mc_group g = at(port);

	mdbt_kernel(m[i].t, &g, seen, MDBT_NO_AGE, now);
}

static void carry_out(unsigned int i, const struct mdb_op *op)
{
	unsigned int port = slot(&op->g);

	if (op->what == MDB_REMOVE) {
		assert_true(m[i].at[port] == OURS || m[i].at[port] == OWN);
		m[i].at[port] = NOTHING;
		tell(i, port, MDB_GONE);
		return;
	}
	assert_int_equal(m[i].at[port], op->what == MDB_INSTALL ? NOTHING : OURS);
	m[i].at[port] = OURS;
	m[i].timer[port] = now;
	tell(i, port, MDB_OURS);
}

static void read_all(unsigned int i)
{
	static const enum mdb_seen seen[] = {[OWN] = MDB_LEARNED, [OURS] = MDB_OURS, [FIXED] = MDB_FIXED};

	mdbt_read_begin(m[i].t);
	for (unsigned int p = 1; p < PORTS; p++) {
		struct mc_group g = at(p);

		if (m[i].at[p])
			mdbt_kernel(m[i].t, &g, seen[m[i].at[p]], now - m[i].timer[p], now);
	}
	mdbt_read_end(m[i].t, now);
}

static void settle(void)
{
	struct mdb_op op;
	struct mc_group g;
	bool busy = true;

	for (unsigned int turn = 0; busy; turn++) {
		assert_true(turn < 1000); /* it comes to rest */
		busy = false;
		for (unsigned int i = 0; i < 2; i++) {
			while (mdbt_take_ops(m[i].t, &op, 1, now)) {
				carry_out(i, &op);
				busy = true;
			}
			while (mdbt_take_msgs(m[i].t, &g, 1)) {
				mdbt_peer(m[!i].t, &g);
				busy = true;
			}
			if (mdbt_wants_reading(m[i].t)) {
				read_all(i);
				busy = true;
			}
		}
	}
}

/* A report comes in. */
static void report(unsigned int i, unsigned int port)
{
	m[i].timer[port] = now;
	if (!m[i].at[port]) {
		m[i].at[port] = OWN;
		tell(i, port, MDB_LEARNED);
	}
	settle();
}

/* A leave comes in, or the timer is over: the bridge ends it. */
static void ends(unsigned int i, unsigned int port)
{
	assert_true(m[i].at[port] == OWN || m[i].at[port] == OURS);
	m[i].at[port] = NOTHING;
	tell(i, port, MDB_GONE);
	settle();
}

static void leg(unsigned int i, unsigned int port, bool up)
{
	if (!up && m[i].at[port]) {
		m[i].at[port] = NOTHING;
		tell(i, port, MDB_LOST);
	}
	mdbt_port_usable(m[i].t, port, up);
	settle();
}

/* Time goes by, with a reading here and there as the kernel edge makes them. */
static void pass(core_ms ms)
{
	for (core_ms end = now + ms; now < end; now += LIFE / 8) {
		for (unsigned int i = 0; i < 2; i++) {
			for (unsigned int p = 1; p < PORTS; p++)
				if ((m[i].at[p] == OWN || m[i].at[p] == OURS) && now - m[i].timer[p] >= LIFE)
					ends(i, p);
			read_all(i);
		}
		settle();
	}
}

static size_t entries(unsigned int i)
{
	struct mdbt_stats s;

	mdbt_stats(m[i].t, &s);
	return s.entries;
}

static int setup(void **state)
{
	(void)state;
	memset(m, 0, sizeof(m));
	of_one_source = false;
	now = 1000000;
	for (unsigned int i = 0; i < 2; i++) {
		m[i].t = mdbt_new(100);
		assert_non_null(m[i].t);
		mdbt_lifetimes(m[i].t, LIFE, LIFE);
		mdbt_peerlink(m[i].t, true);
		for (uint16_t id = 1; id < 4; id++)
			mdbt_port_usable(m[i].t, id, true);
		mdbt_session_up(m[i].t);
	}
	for (unsigned int i = 0; i < 2; i++)
		mdbt_peer_sync_end(m[i].t);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2; i++)
		mdbt_free(m[i].t);
	return 0;
}

static void on_the_bond_of_the_same_id(void **state)
{
	(void)state;
	report(0, 1);
	assert_int_equal(m[1].at[1], OURS);
	assert_int_equal(m[1].at[PEERLINK], NOTHING);
	ends(0, 1);
	assert_int_equal(m[1].at[1], NOTHING);
	assert_int_equal(entries(0) + entries(1), 0);
}

static void on_the_bond_of_another_host(void **state)
{
	(void)state;
	report(0, 1);
	for (unsigned int i = 0; i < 2; i++)
		mdbt_port_apart(m[i].t, 1, true);
	settle();
	assert_int_equal(m[1].at[1], NOTHING);
	assert_int_equal(m[1].at[PEERLINK], OURS);
	for (unsigned int i = 0; i < 2; i++)
		mdbt_port_apart(m[i].t, 1, false);
	settle();
	assert_int_equal(m[1].at[1], OURS);
	assert_int_equal(m[1].at[PEERLINK], NOTHING);
	ends(0, 1);
	assert_int_equal(entries(0) + entries(1), 0);
}

static void orphans_over_the_peerlink(void **state)
{
	(void)state;
	report(0, 4);
	report(0, 5);
	assert_int_equal(m[1].at[PEERLINK], OURS);
	ends(0, 4);
	assert_int_equal(m[1].at[PEERLINK], OURS);
	ends(0, 5);
	assert_int_equal(m[1].at[PEERLINK], NOTHING);
	assert_int_equal(entries(0) + entries(1), 0);
}

/* Both have an orphan of the same number. */
static void orphans_of_both(void **state)
{
	(void)state;
	report(0, 4);
	report(1, 4);
	assert_int_equal(m[0].at[PEERLINK], OURS);
	assert_int_equal(m[1].at[PEERLINK], OURS);
	ends(1, 4);
	assert_int_equal(m[0].at[PEERLINK], NOTHING);
	assert_int_equal(m[1].at[PEERLINK], OURS);
}

static void operators_is_neither_told_nor_touched(void **state)
{
	(void)state;
	m[0].at[1] = m[1].at[2] = FIXED;
	tell(0, 1, MDB_FIXED);
	tell(1, 2, MDB_FIXED);
	settle();
	assert_int_equal(m[1].at[1], NOTHING);
	report(0, 2);
	assert_int_equal(m[1].at[2], FIXED);
}

static void its_leg_goes_the_other_keeps_it(void **state)
{
	(void)state;
	report(0, 1);
	leg(0, 1, false);
	assert_int_equal(m[0].at[1], NOTHING);
	assert_int_equal(m[0].at[PEERLINK], OURS);
	assert_int_equal(m[1].at[1], OURS);
	leg(0, 1, true);
	assert_int_equal(m[0].at[1], OURS);
	assert_int_equal(m[0].at[PEERLINK], NOTHING);
	pass(2 * LIFE); /* nobody is heard any more: it does not keep itself alive */
	assert_int_equal(entries(0) + entries(1), 0);
}

static void the_other_leg_goes(void **state)
{
	(void)state;
	report(0, 1);
	leg(1, 1, false);
	assert_int_equal(m[0].at[1], OWN);
	assert_int_equal(m[1].at[PEERLINK], OURS);
	leg(1, 1, true);
	assert_int_equal(m[1].at[1], OURS);
	assert_int_equal(m[1].at[PEERLINK], NOTHING);
}

/* That the leg is gone is known before its entries are told to be: the peer is told to keep it once, not again when it asks. */
static void its_leg_goes_before_its_entries(void **state)
{
	(void)state;
	report(0, 1);
	mdbt_port_usable(m[0].t, 1, false);
	settle();
	m[0].at[1] = NOTHING;
	tell(0, 1, MDB_LOST);
	settle();
	assert_int_equal(m[0].at[PEERLINK], OURS);
	assert_int_equal(m[1].at[1], OURS);
	now += 10000;
	ends(1, 1);
	assert_int_equal(entries(0) + entries(1), 0);
}

/* IGMPv2 leaves go to another address than reports, so by another leg as it may be. */
static void leaves_by_the_other_leg(void **state)
{
	(void)state;
	report(0, 1);
	now += 10000;
	ends(1, 1);
	assert_int_equal(m[0].at[1], NOTHING);
	assert_int_equal(entries(0) + entries(1), 0);
}

static void another_listener_stays(void **state)
{
	(void)state;
	report(0, 1);
	now += 10000;
	report(0, 1); /* the answer to the question that followed the leave */
	now += 1000;
	ends(1, 1);
	assert_int_equal(m[0].at[1], OWN);
	assert_int_equal(m[1].at[1], OURS);
}

/* A report on one leg, and a moment later a leave on the other; the bridges ask everybody after it. */
static void left_after_a_report(void)
{
	for (unsigned int i = 0; i < 2; i++)
		mdbt_answer(m[i].t, ANSWER);
	report(0, 1);
	now += 2500;
	ends(1, 1);
}

/* It has just joined, on the other leg; the bridges end the leave with a question to everybody, and nobody answers. */
static void joins_and_leaves_at_once(void **state)
{
	(void)state;
	left_after_a_report();
	assert_int_equal(m[0].at[1], OWN); /* for all that is known it may have answered */
	assert_int_equal(m[1].at[1], OURS);
	assert_true(mdbt_reads_again(m[0].t, now) > ANSWER);
	now += mdbt_reads_again(m[0].t, now);
	read_all(0);
	settle();
	assert_int_equal(entries(0) + entries(1), 0);
	assert_int_equal(mdbt_reads_again(m[0].t, now), 0);
}

static void joins_and_another_listener_stays(void **state)
{
	(void)state;
	left_after_a_report();
	now += ANSWER / 2;
	report(0, 1);
	read_all(0);
	settle();
	assert_int_equal(mdbt_reads_again(m[0].t, now), 0);
	pass(LIFE / 2);
	assert_int_equal(m[0].at[1], OWN);
	assert_int_equal(m[1].at[1], OURS);
}

/* Two listeners behind one bond, heard on a leg each, long ago. */
static void one_on_each_leg(void)
{
	report(0, 1);
	now += 5000;
	report(1, 1);
	now += 10000;
}

/* The first leaves on its leg, and the other answers on its own: it is never without, not even until its member says so. */
static void heard_on_both_legs(void **state)
{
	struct mdb_op op;

	(void)state;
	one_on_each_leg();
	report(1, 1);
	now += 2000;
	m[0].at[1] = NOTHING;
	tell(0, 1, MDB_GONE);
	assert_int_equal(mdbt_take_ops(m[0].t, &op, 1, now), 1);
	assert_int_equal(op.what, MDB_INSTALL);
	carry_out(0, &op);
	settle();
	assert_int_equal(m[1].at[1], OURS);
	assert_int_equal(m[0].at[1], OURS);
	pass(3 * LIFE);
	assert_int_equal(entries(0) + entries(1), 0);
}

/* The first leaves by the other's leg, where the other answers: its own report's leg has not heard of it. Then the other leaves. */
static void each_leaves_by_the_others_leg(void **state)
{
	(void)state;
	for (unsigned int leg = 0; leg < 2; leg++) {
		one_on_each_leg();
		report(1, 1);
		now += 10000;
		assert_int_equal(m[0].at[1], OWN);
		assert_int_equal(m[1].at[1], OURS);
		ends(leg, 1);
		assert_int_equal(entries(0) + entries(1), 0);
	}
}

/* While the bridge waits for an answer after the leave, a reading shows its timer near its end: neither old nor to be renewed. */
static void read_while_the_bridge_asks(void **state)
{
	(void)state;
	for (unsigned int leg = 0; leg < 2; leg++) {
		report(0, 1);
		now += 10000;
		m[leg].timer[1] = now - LIFE + 2000;
		read_all(leg);
		settle();
		assert_int_equal(m[leg].timer[1], now - LIFE + 2000);
		now += 2000;
		ends(leg, 1);
		assert_int_equal(entries(0) + entries(1), 0);
	}
}

static void both_leave_at_once(void **state)
{
	(void)state;
	one_on_each_leg();
	for (unsigned int i = 0; i < 2; i++) {
		m[i].at[1] = NOTHING;
		tell(i, 1, MDB_GONE);
	}
	settle();
	assert_int_equal(entries(0) + entries(1), 0);
}

/* The answer comes in on an entry that was set a moment ago, and does not show. */
static void answers_on_a_young_entry(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2; i++)
		mdbt_answer(m[i].t, ANSWER);
	report(0, 1);
	now += 500;
	report(1, 1);
	now += 1500;
	ends(0, 1);
	assert_int_equal(m[0].at[1], OURS);
	assert_int_equal(m[1].at[1], OURS);
	now += ANSWER / 2;
	report(1, 1);
	now += mdbt_reads_again(m[1].t, now);
	read_all(1);
	settle();
	assert_int_equal(m[0].at[1], OURS);
	assert_int_equal(m[1].at[1], OURS);
}

/* Of the session nothing is left: neither waits for the other's answer. */
static void session_ends_while_it_is_asked(void **state)
{
	struct mc_group g;

	(void)state;
	one_on_each_leg();
	m[0].at[1] = NOTHING;
	tell(0, 1, MDB_GONE);
	assert_int_equal(mdbt_take_msgs(m[0].t, &g, 1), 1);
	assert_true(g.left);
	mdbt_peer(m[1].t, &g);
	for (unsigned int i = 0; i < 2; i++)
		mdbt_peer_flush(m[i].t);
	while (mdbt_take_msgs(m[0].t, &g, 1) || mdbt_take_msgs(m[1].t, &g, 1))
		; /* there is nobody to hear it */
	settle();
	assert_int_equal(m[1].at[1], OURS); /* left to age */
	pass(2 * LIFE);
	assert_int_equal(m[0].at[1] + m[1].at[1], NOTHING);
}

/* How long ago somebody was heard who wants one source is not known: the bridge's own ends by itself. */
static void own_of_one_source_stays(void **state)
{
	(void)state;
	of_one_source = true;
	one_on_each_leg();
	ends(1, 1);
	assert_int_equal(m[0].at[1], OWN);
	assert_int_equal(m[1].at[1], OURS);
	now += 10000;
	ends(0, 1);
	assert_int_equal(entries(0) + entries(1), 0);
}

/* An IGMPv3 listener goes over from everybody to some: nobody has left. */
static void sources_alone(void **state)
{
	struct mc_group g;

	(void)state;
	report(0, 1);
	m[0].at[1] = NOTHING;
	tell(0, 1, MDB_SOURCES);
	assert_int_equal(mdbt_take_msgs(m[0].t, &g, 1), 1);
	assert_true(g.del && !g.left);
	mdbt_peer(m[1].t, &g);
	settle();
	assert_int_equal(entries(0) + entries(1), 0);
}

static void renewed_while_it_is_heard(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 10; n++) {
		report(0, 1);
		pass(LIFE / 2);
		assert_int_equal(m[1].at[1], OURS);
	}
	pass(2 * LIFE);
	assert_int_equal(entries(0) + entries(1), 0);
}

static void peer_gone_its_groups_age(void **state)
{
	(void)state;
	report(0, 1);
	report(0, 4);
	report(1, 2);
	mdbt_peer_flush(m[1].t);
	mdbt_peer_flush(m[0].t);
	for (unsigned int i = 0; i < 2; i++)
		for (struct mc_group g; mdbt_take_msgs(m[i].t, &g, 1);)
			; /* there is nobody to hear it */
	settle();
	assert_int_equal(m[1].at[1], OURS);
	assert_int_equal(m[1].at[PEERLINK], NOTHING);
	assert_int_equal(m[1].at[2], OWN);
}

/* What stands is ours from before; nothing moves, and what nobody says any more ages. */
static void restart(void **state)
{
	(void)state;
	report(0, 1);
	report(0, 4);
	report(0, 2);
	mdbt_free(m[1].t);
	m[1].t = mdbt_new(100);
	mdbt_peerlink(m[1].t, true);
	mdbt_lifetimes(m[1].t, LIFE, LIFE);
	for (uint16_t id = 1; id < 4; id++)
		mdbt_port_usable(m[1].t, id, true);
	read_all(1);
	assert_int_equal(m[1].at[1], OURS);
	m[0].at[2] = NOTHING; /* it left meanwhile */
	tell(0, 2, MDB_GONE);
	for (struct mc_group g; mdbt_take_msgs(m[0].t, &g, 1);)
		; /* not heard by the one that is not there */
	for (unsigned int i = 0; i < 2; i++)
		mdbt_session_up(m[i].t);
	settle();
	for (unsigned int i = 0; i < 2; i++)
		mdbt_peer_sync_end(m[i].t);
	settle();
	assert_int_equal(m[1].at[1], OURS);
	assert_int_equal(m[1].at[PEERLINK], OURS);
	pass(2 * LIFE);
	assert_int_equal(m[1].at[2], NOTHING);
	assert_int_equal(entries(0) + entries(1), 0);
}

static void lost_events(void **state)
{
	(void)state;
	report(0, 4);
	m[0].at[4] = NOTHING;
	m[0].at[5] = OWN;
	m[0].timer[5] = now;
	m[1].at[PEERLINK] = NOTHING; /* somebody deleted it */
	read_all(0);
	read_all(1);
	settle();
	assert_int_equal(m[1].at[PEERLINK], OURS);
	ends(0, 5);
	assert_int_equal(entries(0) + entries(1), 0);
}

static void peerlink_without_carrier(void **state)
{
	(void)state;
	report(0, 4);
	mdbt_peerlink(m[1].t, false);
	settle();
	assert_int_equal(m[1].at[PEERLINK], NOTHING);
	mdbt_peerlink(m[1].t, true);
	settle();
	assert_int_equal(m[1].at[PEERLINK], OURS);
}

static void bounded(void **state)
{
	struct mdbt_stats s;
	struct mdb_op op;

	(void)state;
	for (uint16_t n = 0; n < 200; n++) {
		struct mc_group g = at(4);

		g.vlan = n;
		mdbt_peer(m[0].t, &g);
	}
	mdbt_stats(m[0].t, &s);
	assert_true(s.entries <= 100);
	assert_true(s.refused > 0);
	while (mdbt_take_ops(m[0].t, &op, 1, now))
		;
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(on_the_bond_of_the_same_id),
		T(on_the_bond_of_another_host),
		T(orphans_over_the_peerlink),
		T(orphans_of_both),
		T(operators_is_neither_told_nor_touched),
		T(its_leg_goes_the_other_keeps_it),
		T(its_leg_goes_before_its_entries),
		T(the_other_leg_goes),
		T(leaves_by_the_other_leg),
		T(another_listener_stays),
		T(joins_and_leaves_at_once),
		T(joins_and_another_listener_stays),
		T(heard_on_both_legs),
		T(each_leaves_by_the_others_leg),
		T(read_while_the_bridge_asks),
		T(both_leave_at_once),
		T(answers_on_a_young_entry),
		T(session_ends_while_it_is_asked),
		T(own_of_one_source_stays),
		T(sources_alone),
		T(renewed_while_it_is_heard),
		T(peer_gone_its_groups_age),
		T(restart),
		T(lost_events),
		T(peerlink_without_carrier),
		T(bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
