// SPDX-License-Identifier: GPL-2.0-or-later
/* See core_feed.h. Every byte string is a sequence of events: a missing byte counts as 0. */
#include <string.h>

#include "tests/fuzz/core_feed.h"

const struct mc_mac feed_own_id = {{2, 0, 0, 0, 0, 1}};
const struct mc_mac feed_system_mac = {{0x44, 0x38, 0x39, 0xff, 0, 0xaa}};
static const struct mc_mac peer_id = {{2, 0, 0, 0, 0, 2}}, other_mac = {{0x44, 0x38, 0x39, 0xff, 0, 0xbb}};

static uint8_t byte(struct feed *f)
{
	return f->at < f->end ? *f->at++ : 0;
}

static uint32_t number(struct feed *f, unsigned int bytes)
{
	uint32_t v = 0;

	while (bytes--)
		v = v << 8 | byte(f);
	return v;
}

/* Mostly the number a good peer would say, else one near it, else any. */
static uint32_t near(struct feed *f, uint32_t good)
{
	uint8_t how = byte(f);

	if (how < 0xc0)
		return how & 1 ? good : good - (how >> 1 & 7);
	return how == 0xff ? number(f, 4) : how;
}

static uint64_t incarnation(uint8_t how)
{
	static const uint64_t lives[] = {0x22, 0x22, 0x22, 0x23, 0x24, 0x22, FEED_INCARNATION, 0};

	return lives[how & 7];
}

/* Timers as bytes: most often the default, else anything 32 bits can say. */
static uint32_t span(struct feed *f, uint8_t how, uint32_t usual)
{
	return how & 1 ? number(f, 4) : usual;
}

static struct mc_member member(struct feed *f)
{
	uint8_t who = byte(f), flags = byte(f), more = byte(f);
	struct mc_member m;

	memset(&m, 0, sizeof(m));
	m.incarnation = incarnation(who);
	m.peer_incarnation = who & 8 ? 0 : FEED_INCARNATION;
	m.id = (who & 0x70) == 0x70 ? feed_own_id : peer_id;
	m.system_mac = (who & 0x80) && (who & 0x30) == 0x30 ? other_mac : feed_system_mac;
	m.in_service = flags & 1;
	m.fenced = flags & 2;
	m.acting = flags & 4;
	m.shared_id = flags & 8;
	m.settled = flags & 16;
	m.uplinks_up = !(flags & 32);
	m.idle = who & 0x80;
	m.shutting_down = (flags & 0xc0) == 0xc0;
	m.role = (more & 3) % 3;
	m.priority = more & 4 ? 1000 : more & 8 ? 2000 : 3000;
	m.keepalive_ms = span(f, more >> 5, 1000);
	m.multiplier = more & 0x80 ? byte(f) : 3;
	m.restart_time_ms = span(f, more >> 6, 20000);
	m.tells_anycast = true;
	m.anycast_ip[3] = (more & 0x30) == 0x10;
	return m;
}

static void config(struct feed *f, struct core_event *ev)
{
	uint8_t how = byte(f), paths = byte(f);

	ev->type = CORE_EV_CONFIG;
	f->cfg.enabled = (how & 7) != 7;
	f->cfg.maintenance = (how & 7) == 6;
	f->cfg.init_until = (how & 7) == 5;
	f->cfg.gateway = paths & 8;
	f->cfg.first_witness = 2;
	f->cfg.authenticated = (how & 7) != 4;
	f->cfg.shutdown = (how & 0x18) == 0x18;
	f->cfg.system_mac = (how & 0xe0) == 0xe0 ? other_mac : feed_system_mac;
	f->cfg.n_paths = paths & 0x80 ? 1 + (paths & 31) : 3;
	f->cfg.priority = paths & 0x40 ? 1000 : 2000;
	f->cfg.keepalive_ms = 1000;
	f->cfg.multiplier = 3;
	f->cfg.init_delay_ms = paths & 0x20 ? 1000 * byte(f) : 0;
	f->cfg.reload_delay_ms = 10000;
	f->cfg.restart_time_ms = 20000;
	f->cfg.anycast_ip[3] = (paths & 0x90) == 0x10;
	ev->config = f->cfg;
}

static void peerlink(struct feed *f, struct core_event *ev)
{
	uint8_t how = byte(f);

	ev->type = CORE_EV_PEERLINK;
	ev->peerlink.carrier = how & 1;
	ev->peerlink.usable = (how & 3) == 3;
	ev->peerlink.mac = feed_own_id;
}

/* One of a few ids, or any, so that the table can be filled and emptied. */
static uint16_t mlag_id(struct feed *f)
{
	uint8_t how = byte(f);

	return how < 0xf0 ? 1 + (how & 3) : (uint16_t)number(f, 2);
}

static void bond(struct feed *f, struct core_event *ev)
{
	struct core_bond *b = &ev->bond;
	uint8_t how = byte(f), was = byte(f);

	ev->type = CORE_EV_BOND;
	b->mlag_id = mlag_id(f);
	memset(b->ifname, 'b', sizeof(b->ifname)); /* not terminated: the core must not read on */
	b->present = (how & 0xc0) != 0xc0;
	b->carrier = how & 1;
	b->distributing = (how & 3) == 3;
	b->collecting = b->distributing || (how & 8);
	b->held = how & 4;
	b->may_bypass = how & 16;
	b->lone = (how & 32) && b->carrier && !b->distributing && !b->held;
	b->shared_id = was & 1;
	b->held_split = was & 2;
	b->was_up = was & 4;
	b->was_dual = was & 8;
	b->was_gated = was & 16;
	b->was_echo = was & 32;
	b->partner.b[5] = b->mlag_id & 0xff;
}

static void message(struct feed *f, struct core_event *ev)
{
	/* Those that the core takes, two that it does not know, and one that is another room's. The corpus is written
	 * with this order and number: what is new goes elsewhere, or everything that stands there means something else. */
	static const enum mc_msg_type types[] = {0, MC_MSG_HELLO, MC_MSG_STATE, MC_MSG_ROLE_REQUEST, MC_MSG_ROLE_ACK,
						 MC_MSG_PORT, MC_MSG_PORT_ACK, MC_MSG_MAC, MC_MSG_SYNC_END,
						 MC_MSG_SYNC_ACK, MC_MSG_GOODBYE, MC_MSG_MAX};
	struct mc_msg *m = &f->msg;
	uint8_t how = byte(f);

	memset(m, 0, sizeof(*m));
	ev->type = CORE_EV_MSG;
	ev->msg = m;
	m->type = types[how % (sizeof(types) / sizeof(types[0]))];
	if (m->type == MC_MSG_HELLO)
		m->hello.m = member(f);
	else if (m->type == MC_MSG_STATE)
		m->state = member(f);
	else if (m->type == MC_MSG_ROLE_REQUEST || m->type == MC_MSG_ROLE_ACK)
		m->role.term = near(f, f->term);
	else if (m->type == MC_MSG_PORT_ACK)
		m->port_ack = (struct mc_port_ack){.mlag_id = mlag_id(f), .seq = near(f, f->port_seq)};
	if (m->type != MC_MSG_PORT)
		return;
	m->port.mlag_id = mlag_id(f);
	m->port.seq = number(f, 1);
	m->port.present = (how & 0xc0) != 0xc0;
	m->port.carrier = how & 0x20;
	m->port.distributing = how & 0x10;
	m->port.collecting = how & 0x30;
	m->port.bypass = m->port.distributing && (m->port.seq & 1);
	memset(m->port.ifname, 'p', MC_IFNAME_LEN - 1);
	m->port.partner.b[5] = m->port.mlag_id & 0xff;
}

static void probe(struct feed *f, struct core_event *ev)
{
	uint8_t how = byte(f);

	ev->type = CORE_EV_PROBE;
	ev->probe.path = (how & 7) == 7 ? how >> 3 : (how & 7) % 3;
	ev->probe.p.reply_to = how & 8 ? near(f, f->asked) : 0;
	ev->probe.p.request = how & 16;
	ev->probe.p.seq = ev->probe.p.request ? 1 : 0;
	ev->probe.p.m = member(f);
}

/* How much later: most things come close together. */
static void later(struct feed *f, uint8_t how)
{
	static const core_ms steps[] = {0, 1, 10, 100, 500, 1000, 6000, 0};

	f->now += how == 7 ? (core_ms)number(f, 2) : steps[how];
}

/* What else the world says, and nothing at all. */
static void world(struct feed *f, struct core_event *ev, uint8_t op)
{
	static const enum core_ev_type types[] = {CORE_EV_TIMER, CORE_EV_READY, CORE_EV_UPLINKS, CORE_EV_ROUTES,
						  CORE_EV_BFD, CORE_EV_MODULE, CORE_EV_ROUTING};
	uint8_t which = byte(f);

	ev->type = which < 0x80 ? types[which & 3] : which < 0xe0 ? types[4 + (which & 1)] : types[6];
	if (ev->type == CORE_EV_UPLINKS)
		ev->uplinks = (struct core_uplinks){.up = op & 16, .detour = op & 32, .routeless = which & 4, .lost = which & 8};
	else if (ev->type == CORE_EV_ROUTES)
		ev->routes.present = op & 16;
	else if (ev->type == CORE_EV_ROUTING)
		ev->routing.behind = op & 16;
	else if (ev->type == CORE_EV_BFD)
		ev->bfd = (which >> 1) % (CORE_BFD_DOWN + 1);
	else if (ev->type == CORE_EV_MODULE)
		ev->module = (which >> 1) % (CORE_MODULE_MISSING + 1);
}

bool feed_next(struct feed *f, struct core_event *ev)
{
	uint8_t op = byte(f);

	if (f->at >= f->end)
		return false;
	later(f, op >> 5);
	memset(ev, 0, sizeof(*ev));
	ev->now = f->now;
	ev->type = CORE_EV_TIMER;
	switch (op & 15) {
	case 0:
		config(f, ev);
		break;
	case 1:
		peerlink(f, ev);
		break;
	case 2:
	case 3:
		bond(f, ev);
		break;
	case 4:
		ev->type = CORE_EV_SESSION;
		ev->session.up = op & 16;
		ev->session.goodbye = !ev->session.up && (byte(f) & 1);
		ev->session.bfd = !ev->session.up && !ev->session.goodbye;
		break;
	case 5:
	case 6:
	case 7:
	case 8:
		message(f, ev);
		break;
	case 9:
	case 10:
		probe(f, ev);
		break;
	case 11:
		ev->type = CORE_EV_MAC_SYNCED;
		break;
	case 12:
	case 13:
		ev->type = CORE_EV_APPLIED;
		ev->applied = f->generation - (op & 16 ? 0 : 1);
		break;
	case 14:
		ev->type = CORE_EV_REFUSED;
		ev->refused = byte(f);
		break;
	default:
		world(f, ev, op);
		break;
	}
	return true;
}

void feed_answer(struct feed *f, const struct core *core, const struct core_out *out)
{
	f->generation = core_wanted(core)->generation;
	if (out->probe_paths)
		f->asked = out->probe_seq;
	for (unsigned int i = 0; i < out->n_msg; i++) {
		if (out->msg[i].type == MC_MSG_ROLE_REQUEST)
			f->term = out->msg[i].role.term;
		if (out->msg[i].type == MC_MSG_PORT)
			f->port_seq = out->msg[i].port.seq;
	}
}

void feed_begin(struct feed *f, const uint8_t *data, size_t size)
{
	memset(f, 0, sizeof(*f));
	f->at = data;
	f->end = data + size;
	f->now = 1000;
}
