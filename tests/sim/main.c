// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One run a seed: boot, faults, healing, and convergence afterwards.
 *
 *   sim --seeds N [--from S]   N runs; the first that fails is named
 *   sim --seed S --trace       one run, told in words
 *   sim --break RULE           a rule of the core is broken: must be caught
 *   sim --scenarios            the sequences of failure.md by name, N seeds each (scenario.c);
 *                              a rule that is to be broken is so from where each begins
 *   sim --only TEXT            those alone whose name holds it
 *   sim --names                their names, one a line
 *   sim --prove                breaks every rule in turn; 0 only if each is caught, and
 *                              each sequence fails by one of them
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/scenario.h"

static void session_item(struct sim *s, struct member *m, const struct item *it)
{
	struct core_event ev = {.type = CORE_EV_SESSION};

	if (!m->alive || (it->session.up ? it->session.epoch != s->epoch : it->session.epoch != m->epoch))
		return;
	ev.session.up = it->session.up;
	ev.session.goodbye = it->session.goodbye;
	if (it->session.up)
		mact_session_up(m->mact);
	m->epoch = it->session.up ? it->session.epoch : 0;
	member_event(s, m, &ev);
}

static void probe_item(struct sim *s, struct member *m, const struct item *it)
{
	struct core_event ev = {.type = CORE_EV_PROBE};

	if (!m->alive)
		return;
	ev.probe.path = it->probe.path;
	ev.probe.p = it->probe.p;
	if (it->probe.p.request)
		net_probe(s, m, it->probe.path, 0, it->probe.p.seq);
	member_event(s, m, &ev);
}

/* For a hung mlagd: it stays in the socket's queue. */
static void wait_its_turn(struct sim *s, const struct item *it)
{
	struct item *later = sim_push(s, s->now + 20, it->kind, it->m), again = *it;

	again.at = later->at;
	again.order = later->order;
	*later = again;
}

/* The world's own events: no mlagd has to run for them. */
static void world(struct sim *s, struct member *m, const struct item *it)
{
	switch (it->kind) {
	case K_CONNECT:
		net_connect(s);
		break;
	case K_LEG:
		leg_moved(s, m, it->bond);
		break;
	case K_PEERLINK:
		net_peerlink_seen(s, m);
		break;
	case K_START:
		member_start(s, m);
		break;
	case K_RESUME:
		if (it->life == m->life)
			member_hang(s, m, false);
		break;
	case K_FAULT:
		fault_next(s);
		break;
	case K_FLAP:
		fault_flap(s);
		break;
	default:
		break;
	}
}

/* What reaches an mlagd; what was meant for its former life does not. */
static void reach(struct sim *s, struct member *m, const struct item *it)
{
	struct core_event ev = {.type = CORE_EV_TIMER};

	switch (it->kind) {
	case K_TIMER:
		if (it->at == m->timer)
			member_event(s, m, &ev);
		break;
	case K_STEADY:
		member_steady(s, m);
		break;
	case K_SESSION:
		session_item(s, m, it);
		break;
	case K_SYNCED:
		ev.type = CORE_EV_MAC_SYNCED;
		if (it->session.epoch == m->epoch)
			member_event(s, m, &ev);
		break;
	case K_ROUTING:
		ev.type = CORE_EV_ROUTING;
		ev.routing.behind = it->routing.behind;
		if (it->routing.nth == m->n_sources)
			member_event(s, m, &ev);
		break;
	case K_APPLIED:
		ev.type = CORE_EV_APPLIED;
		ev.applied = it->generation;
		member_event(s, m, &ev);
		break;
	default:
		break;
	}
}

static void happen(struct sim *s, const struct item *it)
{
	struct member *m = &s->mem[it->m];

	if (m->hung && it->kind <= K_APPLIED && it->kind != K_CONNECT)
		wait_its_turn(s, it);
	else if (it->kind == K_PROBE)
		probe_item(s, m, it);
	else if (it->kind == K_STREAM)
		net_deliver(s, m);
	else if (it->kind > K_APPLIED || it->kind == K_CONNECT)
		world(s, m, it);
	else if (it->life == m->life)
		reach(s, m, it);
}

/* Until `until`, or until the pair has been converged for a while (0: does not count). */
void sim_run(struct sim *s, core_ms until, core_ms settled)
{
	struct item it;
	core_ms since = CORE_NEVER;
	char why[100];

	while (!s->broken && s->n_heap && s->heap[0].at <= until) {
		sim_pop(s, &it);
		s->now = it.at;
		happen(s, &it);
		check_all(s);
		if (!settled)
			continue;
		if (!check_converged(s, why, sizeof(why)))
			since = CORE_NEVER;
		else if (since == CORE_NEVER)
			since = s->now;
		else if (s->now - since >= settled) {
			check_met(MET_CONVERGED);
			return;
		}
	}
	if (settled && !s->broken)
		check_violation(s, "convergence", why);
}

void sim_begin(struct sim *s, uint64_t seed, bool trace)
{
	memset(s, 0, sizeof(*s));
	s->seed = seed;
	s->rng = (seed + 1) * 0x9e3779b97f4a7c15ULL;
	s->trace = trace;
	s->pl_cable = s->backup = true;
	s->one_brain_since = s->echo_since = s->fenced_since[0] = s->fenced_since[1] = CORE_NEVER;
	s->now = 1000;
	for (unsigned int i = 0; i < 2; i++) {
		s->mem[i].id = i;
		s->mem[i].in = calloc(STREAM_MAX, sizeof(*s->mem[i].in));
		if (!s->mem[i].in)
			abort();
		s->cfg[i] = (struct core_config){
			.enabled = true,
			.system_mac = {{0x44, 0x38, 0x39, 0xff, 0, 0xaa}},
			.priority = sim_random(s, 3) ? 1000 * (i + 1) : 32768,
			.keepalive_ms = sim_random(s, 2) ? 1000 : 200,
			.multiplier = 3,
			.init_delay_ms = 1000 * sim_random(s, 12),
			.reload_delay_ms = 1000 * (20 + sim_random(s, 100)),
			.restart_time_ms = 1000 * (5 + sim_random(s, 115)),
			.n_paths = PATHS,
		};
		for (unsigned int k = 0; k < BONDS; k++)
			s->mem[i].leg[k].cable = true;
		member_power(s, &s->mem[i], true);
	}
	sim_push(s, s->now, K_CONNECT, 0)->life = 0;
}

void sim_end(struct sim *s)
{
	for (unsigned int i = 0; i < 2; i++) {
		core_free(s->mem[i].core);
		mact_free(s->mem[i].mact);
		core_out_fini(&s->mem[i].out);
		free(s->mem[i].in);
	}
	free(s->heap);
}

int main(int argc, char **argv)
{
	uint64_t from = 1, n = 300;
	const char *only = "";
	bool trace = false, proving = false, named = false;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc; i++) {
		const char *v = i + 1 < argc ? argv[i + 1] : "0";

		if (!strcmp(argv[i], "--seeds"))
			n = strtoull(v, NULL, 10), i++;
		else if (!strcmp(argv[i], "--from"))
			from = strtoull(v, NULL, 10), i++;
		else if (!strcmp(argv[i], "--seed"))
			from = strtoull(v, NULL, 10), n = 1, i++;
		else if (!strcmp(argv[i], "--break"))
			core_broken |= 1u << (strtoul(v, NULL, 10) & 31), i++;
		else if (!strcmp(argv[i], "--names"))
			return scenarios_name(), 0;
		else if (!strcmp(argv[i], "--only"))
			only = v, i++;
		else if (!strcmp(argv[i], "--trace"))
			trace = true;
		else if (!strcmp(argv[i], "--prove"))
			proving = true;
		else if (!strcmp(argv[i], "--scenarios"))
			named = true;
		else
			return fprintf(stderr, "sim [--seeds N] [--from S] [--seed S] [--trace] [--break RULE] [--prove] [--scenarios] [--only TEXT] [--names]\n"), 2;
	}
	if (named)
		return scenarios_run(from, n, only, trace);
	if (proving)
		return runs_prove(n);
	return runs_many(from, n, trace) ? 0 : 1;
}
