// SPDX-License-Identifier: GPL-2.0-or-later
/* The bench's hands: see core_bench.h. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/core_bench.h"

void bench_new(struct bench *b, bool us_first)
{
	memset(b, 0, sizeof(*b));
	b->now = 10000;
	b->apply = true;
	b->core = core_new(0x11, b->now);
	assert_non_null(b->core);
	b->cfg = (struct core_config){
		.enabled = true,
		.system_mac = {{0x44, 0x38, 0x39, 0xff, 0, 0xaa}},
		.priority = us_first ? 1000 : 3000,
		.keepalive_ms = 1000,
		.multiplier = 3,
		.init_delay_ms = 10000,
		.reload_delay_ms = 300000,
		.restart_time_ms = 120000,
		.n_paths = 2,
	};
	b->peer = (struct mc_member){
		.incarnation = 0x22,
		.id = {{2, 0, 0, 0, 0, 2}},
		.system_mac = b->cfg.system_mac,
		.priority = 2000,
		.fenced = true,
		.uplinks_up = true,
		.keepalive_ms = 1000,
		.multiplier = 3,
		.restart_time_ms = 60000,
	};
	for (unsigned int i = 0; i < 3; i++) {
		b->bond[i].mlag_id = i + 1;
		b->bond[i].present = true;
		b->bond[i].partner.b[5] = i + 1;
		snprintf(b->bond[i].ifname, sizeof(b->bond[i].ifname), "bond%u", i + 1);
	}
	bench_config(b);
}

void bench_free(struct bench *b)
{
	core_out_fini(&b->out);
	core_free(b->core);
}

static void step(struct bench *b, struct core_event ev)
{
	ev.now = b->now;
	core_step(b->core, &ev, &b->out);
	if (b->out.probe_paths)
		b->asked = b->out.probe_seq;
	for (unsigned int i = 0; i < b->out.n_note; i++)
		memcpy(b->noted[b->n_noted++ % 64], b->out.note[i].what, sizeof(b->noted[0]));
	for (unsigned int i = 0; i < b->out.n_msg; i++) {
		const struct mc_msg *m = &b->out.msg[i];

		if (m->type == MC_MSG_PORT && m->port.mlag_id <= 3)
			b->seq[m->port.mlag_id - 1] = m->port.seq;
		if (m->type == MC_MSG_ROLE_REQUEST)
			b->term = m->role.term;
	}
}

void bench_event(struct bench *b, struct core_event ev)
{
	struct core_event applied = {.type = CORE_EV_APPLIED};
	struct core_out first;

	step(b, ev);
	if (!b->apply || !b->out.wanted_changed)
		return;
	/* applying is not what a test looks at: it sees the step's own output */
	first = b->out;
	memset(&b->out, 0, sizeof(b->out));
	for (unsigned int i = 0; i < 8; i++) {
		applied.applied = core_wanted(b->core)->generation;
		step(b, applied);
		if (!b->out.wanted_changed)
			break;
	}
	first.next = b->out.next;
	core_out_fini(&b->out);
	b->out = first;
}

void bench_wait(struct bench *b, core_ms ms)
{
	core_ms until = b->now + ms;

	while (b->out.next <= until) {
		b->now = b->out.next > b->now ? b->out.next : b->now;
		bench_event(b, (struct core_event){.type = CORE_EV_TIMER});
	}
	b->now = until;
	bench_event(b, (struct core_event){.type = CORE_EV_TIMER});
}

void bench_config(struct bench *b)
{
	bench_event(b, (struct core_event){.type = CORE_EV_CONFIG, .config = b->cfg});
}

void bench_peerlink(struct bench *b, bool carrier, bool usable)
{
	struct core_peerlink pl = {.carrier = carrier, .usable = usable, .mac = {{2, 0, 0, 0, 0, 1}}};

	bench_event(b, (struct core_event){.type = CORE_EV_PEERLINK, .peerlink = pl});
}

void bench_cut(struct bench *b)
{
	bench_peerlink(b, false, false);
}

void bench_bond(struct bench *b, unsigned int i)
{
	bench_event(b, (struct core_event){.type = CORE_EV_BOND, .bond = b->bond[i]});
}

void bench_leg(struct bench *b, unsigned int i, bool up)
{
	b->bond[i].carrier = b->bond[i].distributing = up;
	bench_bond(b, i);
}

void bench_legs(struct bench *b, bool up)
{
	bench_leg(b, 0, up);
	bench_leg(b, 1, up);
}

void bench_uplinks(struct bench *b, bool up, bool detour)
{
	bench_event(b, (struct core_event){.type = CORE_EV_UPLINKS, .uplinks = {.up = up, .detour = detour}});
}

void bench_routes(struct bench *b, bool present)
{
	bench_event(b, (struct core_event){.type = CORE_EV_ROUTES, .routes = {.present = present}});
}

void bench_session(struct bench *b, bool up)
{
	bench_event(b, (struct core_event){.type = CORE_EV_SESSION, .session = {.up = up}});
}

void bench_msg(struct bench *b, struct mc_msg m)
{
	bench_event(b, (struct core_event){.type = CORE_EV_MSG, .msg = &m});
}

void bench_hello(struct bench *b)
{
	bench_msg(b, (struct mc_msg){.type = MC_MSG_HELLO, .hello = {.m = b->peer}});
}

void bench_state(struct bench *b)
{
	bench_msg(b, (struct mc_msg){.type = MC_MSG_STATE, .state = b->peer});
}

void bench_alive(struct bench *b, core_ms ms)
{
	for (; ms > 0; ms -= 1000) {
		bench_state(b);
		bench_probe(b, BACKUP, 0);
		bench_wait(b, ms < 1000 ? ms : 1000);
	}
}

void bench_port(struct bench *b, uint16_t id, uint32_t seq, bool distributing)
{
	struct mc_port p = {.mlag_id = id, .seq = seq, .present = true, .carrier = distributing};

	p.distributing = distributing;
	p.partner.b[5] = id;
	bench_msg(b, (struct mc_msg){.type = MC_MSG_PORT, .port = p});
}

void bench_sync(struct bench *b)
{
	bench_msg(b, (struct mc_msg){.type = MC_MSG_SYNC_END});
	bench_event(b, (struct core_event){.type = CORE_EV_MAC_SYNCED});
	bench_msg(b, (struct mc_msg){.type = MC_MSG_SYNC_ACK});
}

void bench_probe(struct bench *b, uint8_t path, uint32_t reply_to)
{
	struct mc_probe p = {.reply_to = reply_to, .m = b->peer};

	bench_event(b, (struct core_event){.type = CORE_EV_PROBE, .probe = {.path = path, .p = p}});
}

void bench_role_ack(struct bench *b)
{
	assert_int_not_equal(b->term, 0);
	bench_msg(b, (struct mc_msg){.type = MC_MSG_ROLE_ACK, .role = {.term = b->term}});
}

void bench_port_ack(struct bench *b, uint16_t id)
{
	bench_msg(b, (struct mc_msg){.type = MC_MSG_PORT_ACK, .port_ack = {.mlag_id = id, .seq = b->seq[id - 1]}});
}

void bench_meet(struct bench *b)
{
	bench_session(b, true);
	bench_hello(b);
	bench_port(b, 1, 1, true);
	bench_port(b, 2, 1, true);
	bench_sync(b);
	bench_msg(b, (struct mc_msg){.type = MC_MSG_ROLE_REQUEST, .role = {.term = 1}});
}

/* The peer is in service on the shared id; as secondary the peer asks, as primary we do. */
void bench_in_service(struct bench *b, enum mc_role role)
{
	bench_peerlink(b, true, true);
	bench_bond(b, 0);
	bench_bond(b, 1);
	bench_wait(b, QUIET);
	b->peer.fenced = false;
	b->peer.in_service = b->peer.shared_id = b->peer.settled = true;
	b->peer.role = role == MC_ROLE_PRIMARY ? MC_ROLE_SECONDARY : MC_ROLE_PRIMARY;
	bench_meet(b);
	bench_wait(b, 2000); /* keeps the session from silence */
	for (unsigned int i = 0; i < 5; i++) {
		bench_state(b);
		bench_wait(b, 2000);
	}
	for (unsigned int i = 0; i < 2; i++) {
		bench_leg(b, i, true);
		bench_port_ack(b, i + 1);
	}
	bench_wait(b, 1500);
	assert_true(bench_self(b).in_service);
	if (role == MC_ROLE_PRIMARY) {
		b->peer.role = MC_ROLE_SECONDARY;
		b->peer.priority = 9000;
		bench_state(b);
		bench_role_ack(b);
	}
	assert_int_equal(bench_self(b).role, role);
	assert_true(bench_self(b).shared_id);
}

void bench_serving(struct bench *b, enum mc_role role)
{
	bench_new(b, role == MC_ROLE_PRIMARY);
	bench_in_service(b, role);
}

void bench_serving_heard(struct bench *b, enum mc_role role)
{
	bench_serving(b, role);
	bench_alive(b, 1000);
}

struct mc_member bench_self(const struct bench *b)
{
	struct mc_member m;

	core_self(b->core, &m);
	return m;
}

const struct core_wanted_bond *bench_wanted(const struct bench *b, uint16_t id)
{
	const struct core_wanted *w = core_wanted(b->core);

	for (unsigned int i = 0; i < w->n_bonds; i++)
		if (w->bonds[i].mlag_id == id)
			return &w->bonds[i];
	fail_msg("no wanted bond of id %u", id);
	return NULL;
}

enum core_hold bench_hold(const struct bench *b)
{
	return bench_wanted(b, 1)->hold;
}

const struct mc_msg *bench_said(const struct bench *b, enum mc_msg_type type)
{
	for (unsigned int i = 0; i < b->out.n_msg; i++)
		if (b->out.msg[i].type == type)
			return &b->out.msg[i];
	return NULL;
}

bool bench_noted(const struct bench *b, const char *what)
{
	for (unsigned int i = 0; i < b->out.n_note; i++)
		if (strcmp(b->out.note[i].what, what) == 0)
			return true;
	return false;
}

unsigned int bench_ever_noted(const struct bench *b, const char *what)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < 64; i++)
		n += strcmp(b->noted[i], what) == 0;
	return n;
}
