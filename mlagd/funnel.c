// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The funnel. Everything that happens comes in here as one core event, and
 * everything that follows from it goes out from here, always in this order:
 * what is wanted is applied (safety first), then the peer is told, then the
 * operator. Edges never talk to each other and never decide.
 *
 *   kernel, peer, zmod, northbound, timer -> event -> core_step()
 *     -> kernel_apply, zmod_hold -> peer messages and probes -> notes
 */
#include <zebra.h>

#include "log.h"
#include "printfrr.h"

#include "mlagd/attest.h"
#include "mlagd/follow.h"
#include "mlagd/funnel.h"
#include "mlagd/nb.h"
#include "zebra-module/channel.h"

static struct core_out out;
static struct event *t_core;
static bool kernel_ready;

/* Events that arise while one is being carried out wait here for their turn. */
#define PENDING_MAX 4096 /* power of two, several for each of CORE_PORTS_MAX bonds */
static struct core_event pending[PENDING_MAX];
static unsigned int pending_head, pending_tail;
static bool running, hearing;

static void enqueue(const struct core_event *ev)
{
	if (pending_tail - pending_head == PENDING_MAX) {
		zlog_err("%u events at once: one is lost", PENDING_MAX);
		return;
	}
	pending[pending_tail++ % PENDING_MAX] = *ev;
}

/* The core knows a path by its number, an operator by its address. */
static void name_path(struct core_note *note, const struct conf *c)
{
	char effect[sizeof(note->effect)];
	unsigned int i = note->path - 1;

	if (note->path == CORE_PATH_PEERLINK || i >= c->n_backups + c->n_witnesses)
		return;
	strlcpy(effect, note->effect, sizeof(effect));
	snprintfrr(note->effect, sizeof(note->effect), "%pIA: %s",
		   i < c->n_backups ? &c->backup[i].addr : &c->witnesses[i - c->n_backups].addr, effect);
}

static void remember(const struct core_note *note)
{
	struct mlagd *d = mlagd_get();
	struct mlagd_event *e = &d->events[d->n_events++ % MLAGD_EVENTS];
	struct timeval wall;
	int64_t us;

	gettimeofday(&wall, NULL);
	us = (int64_t)wall.tv_sec * 1000000 + wall.tv_usec - (mlagd_now() - note->when) * 1000;
	e->wall.tv_sec = us / 1000000;
	e->wall.tv_usec = us % 1000000;
	e->note = *note;
	name_path(&e->note, &d->conf);
	nb_notify_event(e);
	zlog_notice("%s: %s%s%s", note->what, note->why, e->note.effect[0] ? "; " : "", e->note.effect);
}

static void apply_routes(const struct core_wanted *w)
{
	static ifindex_t svis[CHANNEL_IFS_MAX];
	struct mlagd *d = mlagd_get();
	unsigned int n = 0, hosts = 0;

	if (w->manage && (w->hold_routes || w->host_routes))
		n = kernel_svis(d->kernel, svis, CHANNEL_IFS_MAX);
	if (w->manage && w->hold_routes)
		hosts = kernel_svis_excluded(d->kernel, svis, n);
	else if (w->manage && w->host_routes)
		hosts = n;
	zmod_hold(d->zmod, w->generation, hosts, svis, n);
}

/*
 * Put what is wanted into zebra and the kernel. Taking away, routes go first
 * (nobody is attracted to a leg that is about to fall); giving back, last.
 * True when all of it is in the kernel.
 */
static bool apply(void)
{
	static bool managed, accepted;
	struct mlagd *d = mlagd_get();
	const struct core_wanted *w = core_wanted(d->core);
	bool ok;

	/* Until the configuration has been read there is nothing to give back: a restart changes nothing. */
	if (!kernel_ready || (!w->manage && !managed))
		return false;
	managed = w->manage;
	kernel_resort(d->kernel, w);
	if (w->hold_routes || w->host_routes)
		apply_routes(w);
	ok = kernel_apply(d->kernel, w);
	follow_applied(w);
	if (!w->hold_routes && !w->host_routes)
		apply_routes(w);
	if (accepted && !w->accept_macs) {
		mact_peer_flush(d->mact);
		neight_peer_flush(d->neighs);
		mdbt_peer_flush(d->groups);
		macpump_flushed();
	}
	accepted = w->accept_macs;
	macpump_tunnel(w->shared_vtep && d->conf.anycast_ip.s_addr != INADDR_ANY);
	return ok;
}

/* Which bonds, and whether the peerlink, can carry synced entries. */
static void update_usable(struct mlagd *d)
{
	struct core_view_bond b;

	if (!core_wanted(d->core)->manage)
		return;
	mact_peerlink(d->mact, kernel_may_detour(d->kernel));
	for (unsigned int i = 0; core_view_bond(d->core, i, &b); i++) {
		mact_port_usable(d->mact, b.local.mlag_id, b.wanted.usable);
		mact_port_apart(d->mact, b.local.mlag_id, b.wanted.apart);
		mdbt_port_usable(d->groups, b.local.mlag_id, b.wanted.usable);
		mdbt_port_apart(d->groups, b.local.mlag_id, b.wanted.apart);
		mact_peer_usable(d->mact, b.local.mlag_id,
				 peer_session_up(d->peer) && b.peer.present && b.peer.distributing && !b.wanted.apart);
	}
	macpump_kernel_now();
	macpump_schedule();
}

static void send_msg(struct mlagd *d, struct mc_msg *m)
{
	if (mlagd_debug & MLAGD_DEBUG_PEER)
		zlog_debug("%s to the peer", wire_msg_name(m->type));
	if (m->type == MC_MSG_SYNC_END) {
		macpump_sync_end();
		return;
	}
	if (m->type == MC_MSG_HELLO) {
		strlcpy(m->hello.version, PACKAGE_VERSION, sizeof(m->hello.version));
		m->hello.capabilities |= MC_CAP_DIGEST | MC_CAP_NEIGH | MC_CAP_MDB | MC_CAP_ROUTER;
	}
	peer_send(d->peer, m);
}

static void core_timer(struct event *t)
{
	funnel_run(&(struct core_event){.type = CORE_EV_TIMER});
}

static void schedule(struct mlagd *d, core_ms next)
{
	event_cancel(&t_core);
	if (next != CORE_NEVER)
		event_add_timer_msec(d->loop, core_timer, NULL, MAX(next - mlagd_now(), 0), &t_core);
}

static void carry_out(struct mlagd *d)
{
	const struct core_wanted *w = core_wanted(d->core);
	struct mc_member self;

	if (out.wanted_changed && mlagd_debug & MLAGD_DEBUG_CORE)
		zlog_debug("wanted %" PRIu64 ": manage %d, routes held %d, %u bonds", w->generation, w->manage,
			   w->hold_routes, w->n_bonds);
	if (out.wanted_changed && apply())
		enqueue(&(struct core_event){.type = CORE_EV_APPLIED,
					     .applied = core_wanted(d->core)->generation});
	attest_step(out.wanted_changed || out.state_changed);
	core_self(d->core, &self);
	if (self.incarnation)
		peer_set_self(d->peer, &self, out.state_changed);
	if (out.probe_paths)
		peer_probe_now(d->peer, out.probe_paths, out.probe_seq);
	update_usable(d); /* before the peer hears that a leg distributes and closes its filter */
	for (unsigned int i = 0; i < out.n_msg; i++)
		send_msg(d, &out.msg[i]);
	if (out.drop_session) /* behind a goodbye */
		peer_drop_session(d->peer);
	for (unsigned int i = 0; i < out.n_note; i++)
		remember(&out.note[i]);
	schedule(d, out.next);
}

static void step(struct core_event ev)
{
	struct mlagd *d = mlagd_get();

	ev.now = mlagd_now();
	core_step(d->core, &ev, &out);
	carry_out(d);
}

/*
 * A deadline is over, and silence about to be judged; it may be ours: the
 * kernel took seconds for the last order, say. What the peer has said goes first.
 */
static void hear(void)
{
	hearing = true;
	peer_poll(mlagd_get()->peer);
	hearing = false;
}

static void run(const struct core_event *ev)
{
	enqueue(ev);
	if (running)
		return;
	running = true;
	while (pending_head != pending_tail) {
		struct core_event next = pending[pending_head++ % PENDING_MAX];

		if (mlagd_now() >= out.next)
			hear();
		step(next);
	}
	running = false;
}

void funnel_run(const struct core_event *ev)
{
	if (!hearing) {
		run(ev);
		return;
	}
	hearing = false; /* what follows from it waits behind it */
	step(*ev);
	hearing = true;
}

void funnel_kernel_ready(void)
{
	kernel_ready = true;
	funnel_reapply();
}

void funnel_reapply(void)
{
	attest_update();
	if (apply())
		funnel_run(&(struct core_event){.type = CORE_EV_APPLIED,
						.applied = core_wanted(mlagd_get()->core)->generation});
}

void funnel_fini(void)
{
	event_cancel(&t_core);
	core_out_fini(&out);
}
