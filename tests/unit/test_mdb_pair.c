// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Multicast groups of two members through random histories (C7): listeners
 * behind one bond join, answer and leave by whichever leg, legs and sessions
 * come and go, an mlagd starts anew. The bridges here end, ask and take reports
 * as the kernel's do. Where each event has been dealt with before the next one,
 * a listener is never without its group and a leave ends it; where events,
 * messages and readings overtake each other, it is so again after the next
 * report. And nothing outlives a membership interval, nor asks for ever.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mlagd/core/mdb.h"

#define LIFE	260000
#define AGING	8000
#define YOUNG	1000 /* an entry that mlagd has set or found so short ago hides a report until the next one */
#define ANSWER	10000
#define LAST	2000 /* a bridge asks so long after a leave */
#define EVERY	125000 /* and everybody so often */
#define LOOK	20
#define HOSTS	3
#define QUEUE	64
#define HISTORIES 3000
#define STEPS	60
#define NEVER	INT64_MAX

enum slot { BOND, PEERLINK, SLOTS };
enum stands { NOTHING, OWN, OURS };

struct told {
	enum slot slot;
	enum mdb_seen seen;
};

struct said {
	bool sync_end;
	struct mc_group g;
};

struct member {
	struct mdbt *t;
	enum stands at[SLOTS];
	core_ms started[SLOTS], ends[SLOTS], asks_all, reads;
	core_ms young; /* until then a report on one of ours is not seen */
	core_ms read_last; /* the start of the bond's timer, as it was told last; earlier while it asks after a leave */
	bool carrier, usable;
	struct told told[QUEUE];
	struct said said[QUEUE]; /* on the way to the other */
	unsigned int n_told, n_said;
};

struct host {
	bool listens, known; /* reported since something went that had to be told again */
	unsigned int reports_by, leaves_by, heard_by;
	core_ms answers[4];
};

static struct member m[2];
static struct host host[HOSTS];
static bool calm, session;
static unsigned int history, step;
static size_t messages;
static core_ms now, left_at, missing;
static uint64_t dice;

static unsigned int throw(unsigned int n)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (unsigned int)((dice >> 11) % n);
}

#define CHECK(what)                                                                                                    \
	do {                                                                                                           \
		if (!(what))                                                                                           \
			print_error("history %u, step %u, %s\n", history, step, calm ? "calm" : "in a hurry");         \
		assert_true(what);                                                                                     \
	} while (0)

static struct mc_group group_at(enum slot slot)
{
	struct mc_group g = {.vlan = 10, .addr = {239, 1, 1, 1}};

	g.mlag_id = slot == BOND;
	g.port = slot == BOND ? 0 : MDBT_PEERLINK;
	return g;
}

/* ------------------------------------------------------------- the bridges */

static void tell(struct member *x, enum slot slot, enum mdb_seen seen)
{
	CHECK(x->n_told < QUEUE);
	x->told[x->n_told++] = (struct told){slot, seen};
}

static void stand(struct member *x, enum slot slot, enum stands what)
{
	x->at[slot] = what;
	x->started[slot] = now;
	x->read_last = slot == BOND ? now : x->read_last;
	x->young = slot == BOND ? now + YOUNG : x->young;
	x->ends[slot] = what == NOTHING ? NEVER : now + LIFE;
	tell(x, slot, what == NOTHING ? MDB_GONE : what == OWN ? MDB_LEARNED : MDB_OURS);
}

static void report(struct host *h)
{
	unsigned int by = m[h->reports_by].carrier ? h->reports_by : !h->reports_by;
	struct member *x = &m[by];
	bool hidden = x->at[BOND] == OURS && now <= x->young;

	if (!x->carrier)
		return;
	if (x->at[BOND] == NOTHING)
		stand(x, BOND, OWN);
	x->started[BOND] = now;
	x->ends[BOND] = now + LIFE;
	if (hidden)
		return;
	h->known = session && x->usable;
	h->heard_by = by;
}

/* To our leg alone; who listens answers within so long. */
static void ask(struct member *x, core_ms within)
{
	for (struct host *h = host; h < host + HOSTS && x->carrier; h++)
		for (unsigned int i = 0; i < 4 && h->listens; i++)
			if (h->answers[i] == NEVER) {
				h->answers[i] = now + throw((unsigned int)within);
				break;
			}
}

static void leave_comes_in(struct member *x, enum slot slot)
{
	if (x->at[BOND] == NOTHING && x->at[PEERLINK] == NOTHING)
		return;
	if (x->at[slot] != NOTHING && x->ends[slot] > now + LAST)
		x->ends[slot] = now + LAST;
	ask(x, LAST / 2);
	x->asks_all = now + LAST;
}

static void falls_silent(struct host *h)
{
	h->listens = h->known = false;
	for (unsigned int i = 0; i < 4; i++)
		h->answers[i] = NEVER;
}

/* A bridge passes a leave on over the peerlink. Returns whose leg it took. */
static unsigned int leave(struct host *h)
{
	unsigned int by = m[h->leaves_by].carrier ? h->leaves_by : !h->leaves_by;

	falls_silent(h);
	if (m[by].carrier) {
		leave_comes_in(&m[by], BOND);
		leave_comes_in(&m[!by], PEERLINK);
	}
	return by;
}

/* ------------------------------------------- between the bridges and the core */

static void carry_out(struct member *x, const struct mdb_op *op)
{
	enum slot slot = op->g.mlag_id ? BOND : PEERLINK;
	bool works = slot == PEERLINK || x->carrier;

	if (op->what == MDB_REMOVE) {
		if (x->at[slot] == NOTHING)
			mdbt_refused(x->t, &op->g);
		else
			stand(x, slot, NOTHING);
	} else if (works && (x->at[slot] == NOTHING || (op->what == MDB_RENEW && x->at[slot] == OURS))) {
		stand(x, slot, OURS);
	}
}

static bool take_told(struct member *x)
{
	struct told e = x->told[0];
	struct mc_group g = group_at(e.slot);

	if (x->n_told == 0)
		return false;
	memmove(x->told, x->told + 1, --x->n_told * sizeof(e));
	if (e.seen == MDB_GONE && e.slot == BOND && !x->carrier)
		e.seen = MDB_LOST;
	mdbt_kernel(x->t, &g, e.seen, MDBT_NO_AGE, now);
	return true;
}

static bool take_said(struct member *from, struct member *to)
{
	struct said s = from->said[0];

	if (from->n_said == 0)
		return false;
	memmove(from->said, from->said + 1, --from->n_said * sizeof(s));
	if (s.sync_end)
		mdbt_peer_sync_end(to->t);
	else
		mdbt_peer(to->t, &s.g);
	return true;
}

static void sooner(core_ms *at, core_ms in)
{
	if (now + in < *at)
		*at = now + in;
}

static bool take_due(struct member *x)
{
	struct mdb_op op;
	bool busy = false;

	while (mdbt_take_ops(x->t, &op, 1, now)) {
		carry_out(x, &op);
		busy = true;
	}
	while (session && x->n_said < QUEUE && mdbt_take_msgs(x->t, &x->said[x->n_said].g, 1)) {
		x->said[x->n_said++].sync_end = false;
		messages++;
		busy = true;
	}
	if (mdbt_wants_reading(x->t))
		sooner(&x->reads, LOOK);
	return busy;
}

static void read_all(struct member *x)
{
	while (take_told(x))
		;
	mdbt_read_begin(x->t);
	for (enum slot slot = 0; slot < SLOTS; slot++) {
		struct mc_group g = group_at(slot);

		if (x->at[slot] != NOTHING) /* the timer that is left tells the age */
			mdbt_kernel(x->t, &g, x->at[slot] == OWN ? MDB_LEARNED : MDB_OURS, now + LIFE - x->ends[slot], now);
	}
	mdbt_read_end(x->t, now);
	x->read_last = x->at[BOND] == NOTHING ? now : x->ends[BOND] - LIFE;
	x->reads = NEVER;
	sooner(&x->reads, LIFE / 8);
	if (mdbt_reads_again(x->t, now))
		sooner(&x->reads, mdbt_reads_again(x->t, now));
}

/* Everything that is told and said, one at a time and in any order; in a hurry not all of it. */
static void deal(void)
{
	for (unsigned int turn = 0; calm || throw(8); turn++) {
		unsigned int i = throw(2);
		bool busy = false;

		CHECK(turn < 1000); /* it comes to rest */
		for (unsigned int j = 0; j < 2; j++, i = !i) {
			bool first = throw(2);

			busy |= first ? take_told(&m[i]) : take_said(&m[!i], &m[i]);
			busy |= take_due(&m[i]);
			busy |= first ? take_said(&m[!i], &m[i]) : take_told(&m[i]);
		}
		if (!busy)
			return;
	}
}

/* --------------------------------------------------------------------- time */

static core_ms next_due(void)
{
	core_ms at = NEVER;

	for (struct member *x = m; x < m + 2; x++) {
		core_ms all[] = {x->ends[BOND], x->ends[PEERLINK], x->asks_all, x->reads};

		for (unsigned int i = 0; i < 4; i++)
			at = all[i] < at ? all[i] : at;
	}
	for (struct host *h = host; h < host + HOSTS; h++)
		for (unsigned int i = 0; i < 4; i++)
			at = h->answers[i] < at ? h->answers[i] : at;
	return at;
}

static void run_due(void)
{
	for (struct host *h = host; h < host + HOSTS; h++)
		for (unsigned int i = 0; i < 4; i++)
			if (h->answers[i] <= now) {
				h->answers[i] = NEVER;
				report(h);
			}
	for (struct member *x = m; x < m + 2; x++) {
		for (enum slot slot = 0; slot < SLOTS; slot++)
			if (x->ends[slot] <= now)
				stand(x, slot, NOTHING);
		if (x->asks_all <= now) {
			x->asks_all = now + EVERY;
			ask(x, ANSWER);
		}
		if (x->reads <= now)
			read_all(x);
	}
}

static bool all_have_it(void)
{
	bool known = false;

	for (struct host *h = host; h < host + HOSTS; h++)
		known |= h->listens && h->known;
	if (!known || !session || (!m[0].usable && !m[1].usable))
		return true;
	for (unsigned int i = 0; i < 2; i++)
		if (m[i].at[m[i].usable ? BOND : PEERLINK] == NOTHING)
			return false;
	return true;
}

/* Who listens has its group wherever it comes in; but for the time of a reading, where one member gives up what the other hears. */
static void listeners_have_it(void)
{
	if (all_have_it())
		missing = 0;
	else if (!missing)
		missing = now;
	CHECK(!missing || now - missing <= 2 * LOOK);
}

static void pass(core_ms ms)
{
	core_ms end = now + ms;

	while (next_due() <= end) {
		now = next_due() > now ? next_due() : now;
		run_due();
		deal();
		if (calm)
			listeners_have_it();
	}
	now = end;
}

/* ------------------------------------------------------------------- events */

static void join(struct host *h)
{
	h->listens = true;
	h->reports_by = throw(2);
	h->leaves_by = throw(2);
	report(h);
}

/*
 * The last one's leave is heard by whom it should be: it ends, and that soon. Not
 * while the bridge asks after the leave before: that question ends too early for
 * who has answered it by the other leg and leaves then. And not where the entry
 * was about to age, as it was read last.
 */
static void leaves(struct host *h)
{
	bool heard = calm && session && now - left_at > LAST;
	unsigned int by = leave(h);

	left_at = now;
	heard &= m[by].usable && m[by].at[BOND] != NOTHING && now - m[by].read_last < LIFE - AGING;
	for (struct host *other = host; other < host + HOSTS; other++)
		heard &= !other->listens;
	if (!heard)
		return;
	deal();
	pass(LAST + ANSWER + 2 * LAST);
	for (unsigned int i = 0; i < 2; i++)
		CHECK(m[i].at[BOND] == NOTHING && m[i].at[PEERLINK] == NOTHING);
}

/* Of the other's own entry nothing is changed: who was heard on this leg is safe there again once it has answered. */
static void leg_falls(struct member *x)
{
	struct member *other = &m[x == m];
	bool first = throw(2);

	x->carrier = false;
	if (x->at[BOND] != NOTHING)
		stand(x, BOND, NOTHING);
	for (struct host *h = host; h < host + HOSTS; h++)
		h->known &= other->usable && (&m[h->heard_by] == other || other->at[BOND] != OWN);
	if (!first)
		deal();
	x->usable = false;
	mdbt_port_usable(x->t, 1, false);
}

static void leg_rises(struct member *x)
{
	x->carrier = true;
	deal();
	pass(throw(2) ? 0 : throw(3000));
	x->usable = true;
	mdbt_port_usable(x->t, 1, true);
}

static void session_ends(void)
{
	bool flush = throw(2);

	session = false;
	for (struct member *x = m; x < m + 2; x++) {
		x->n_said = 0;
		if (flush)
			mdbt_peer_flush(x->t);
	}
	for (struct host *h = host; h < host + HOSTS; h++)
		h->known = false;
}

static void session_begins(void)
{
	session = true;
	for (struct member *x = m; x < m + 2; x++)
		mdbt_session_up(x->t);
	for (struct member *x = m; x < m + 2; x++) {
		take_due(x);
		CHECK(x->n_said < QUEUE);
		x->said[x->n_said++].sync_end = true;
	}
}

static void begin(struct member *x)
{
	x->t = mdbt_new(100);
	assert_non_null(x->t);
	mdbt_lifetimes(x->t, LIFE, LIFE);
	mdbt_answer(x->t, ANSWER);
	mdbt_peerlink(x->t, true);
	mdbt_port_usable(x->t, 1, x->usable);
	x->n_told = 0;
	x->young = now + YOUNG;
	read_all(x);
}

static void restart(struct member *x)
{
	session_ends();
	mdbt_free(x->t);
	begin(x);
	session_begins();
}

static void event(void)
{
	struct host *h = &host[throw(HOSTS)];
	struct member *x = &m[throw(2)];

	switch (throw(12)) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
		h->listens ? leaves(h) : join(h);
		break;
	case 5:
		falls_silent(h);
		break;
	case 6:
	case 7:
	case 8:
		x->carrier ? leg_falls(x) : leg_rises(x);
		break;
	case 9:
		session ? session_ends() : session_begins();
		break;
	case 10:
		restart(x);
		break;
	default:
		ask(x, ANSWER);
	}
}

static void wait_a_while(void)
{
	static const core_ms whiles[] = {LOOK + 1, 500, 1100, 3000, 10000, 30000, LIFE / 2};

	deal();
	pass(calm || throw(2) ? whiles[throw(7)] : throw(LOOK));
}

/* ---------------------------------------------------------------- histories */

static void make(unsigned int number)
{
	history = number;
	dice = UINT64_C(0x9e3779b97f4a7c15) * (number + 1);
	calm = number % 2;
	memset(m, 0, sizeof(m));
	memset(host, 0, sizeof(host));
	now = 1000000;
	left_at = missing = 0;
	messages = 0;
	for (struct host *h = host; h < host + HOSTS; h++)
		for (unsigned int i = 0; i < 4; i++)
			h->answers[i] = NEVER;
	for (struct member *x = m; x < m + 2; x++) {
		x->carrier = x->usable = true;
		x->ends[BOND] = x->ends[PEERLINK] = NEVER;
		x->asks_all = now + EVERY;
		begin(x);
	}
	session_begins();
	deal();
}

static void finish(void)
{
	calm = true;
	deal();
	if (!session)
		session_begins();
	for (struct member *x = m; x < m + 2; x++)
		if (!x->carrier)
			leg_rises(x);
	pass(LOOK + 1);
}

/* All have answered once more: all have it. Then nobody says anything any more: it ends. */
static void ends_well(void)
{
	struct mdbt_stats s;

	finish();
	for (struct host *h = host; h < host + HOSTS; h++)
		if (h->listens)
			report(h);
	deal();
	pass(EVERY);
	for (struct host *h = host; h < host + HOSTS; h++)
		falls_silent(h);
	pass(LIFE + LIFE / 8);
	for (struct member *x = m; x < m + 2; x++) {
		mdbt_stats(x->t, &s);
		CHECK(x->at[BOND] == NOTHING && x->at[PEERLINK] == NOTHING && s.entries == 0);
	}
}

static void histories(void **state)
{
	(void)state;
	for (unsigned int number = 0; number < HISTORIES; number++) {
		make(number);
		for (step = 0; step < STEPS; step++) {
			event();
			wait_a_while();
		}
		ends_well();
		CHECK(messages < STEPS * 20);
		for (struct member *x = m; x < m + 2; x++)
			mdbt_free(x->t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(histories)};

	return cmocka_run_group_tests_name("mdb_pair", tests, NULL, NULL);
}
