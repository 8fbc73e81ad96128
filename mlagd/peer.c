// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The peer's transport as the rest of the daemon sees it: takes the
 * configuration, passes orders on to the paths and
 * to the session. Holds what both share; touches no byte of what is said.
 */
#include <zebra.h>

#include "frr_pthread.h"
#include "memory.h"
#include "monotime.h"

#include "mlagd/peer_int.h"

DEFINE_MTYPE_STATIC(PEER, PEER, "mlag peer");

#define REFUSED_AGAIN_MS (60 * 1000)

int64_t peer_now(void)
{
	struct timeval now;

	monotime(&now);
	return (int64_t)now.tv_sec * 1000 + now.tv_usec / 1000;
}

bool peer_refused(struct peer *p, enum peer_refusal kind)
{
	int64_t now = peer_now();

	if (p->refused_at[kind] && now - p->refused_at[kind] < REFUSED_AGAIN_MS)
		return false;
	p->refused_at[kind] = now;
	return true;
}

void peer_refusal_tell(struct peer *p, enum mc_refusal why)
{
	int64_t now = peer_now();

	if (!p->ops->refused || (p->refusal_told_at && now - p->refusal_told_at < (int64_t)p->keepalive_ms))
		return;
	p->refusal_told_at = now;
	p->ops->refused(p->arg, why);
}

/* ---- opening what can be opened ---- */

static void open_all(struct peer *p)
{
	bool paths = false, session;

	frr_with_mutex (&p->live.lock)
		paths = peer_paths_open(p);
	session = peer_listen(p);
	if (!paths || !session)
		peer_retry_later(p);
}

static void retry(struct event *event)
{
	open_all(EVENT_ARG(event));
}

void peer_retry_later(struct peer *p)
{
	event_add_timer_msec(p->loop, retry, p, PEER_RETRY_MS, &p->t_retry);
}

/* ---- probes ---- */

void peer_set_self(struct peer *p, const struct mc_member *self, bool announce)
{
	frr_with_mutex (&p->live.lock) {
		bool first = !p->has_self;

		p->self = *self;
		p->has_self = true;
		if (announce || first)
			peer_paths_send(p);
	}
}

void peer_probe_now(struct peer *p, uint32_t paths, uint32_t seq)
{
	if (seq == 0)
		return;
	frr_with_mutex (&p->live.lock)
		for (unsigned int i = 0; i < p->n_paths; i++)
			if (paths & (1U << i))
				peer_path_send(p, i, seq);
}

/* ---- configuration ---- */

/* Another device, address or key: who was heard is nobody here. */
static void forget_peer(struct peer *p, const char *why)
{
	frr_with_mutex (&p->live.lock)
		memset(&p->heard, 0, sizeof(p->heard));
	peer_hands_stop(p);
	peer_stream_flush(p); /* a goodbye may be waiting */
	peer_session_close(p, why);
}

/* Takes what both threads use, all at once; what waited was judged by what was before. */
static bool take_conf(struct peer *p, const struct conf *c, ifindex_t peerlink_ifindex)
{
	struct peer_keys keys;
	bool rekeyed = false;

	peer_keys_load(&keys, c);
	frr_with_mutex (&p->live.lock) {
		rekeyed = peer_auth_configure(p, &keys);
		p->enabled = c->present;
		p->ifindex = peerlink_ifindex;
		p->peer_ip = c->peer_ip;
		p->keepalive_ms = c->keepalive_ms;
		p->multiplier = c->multiplier;
		strlcpy(p->dev, c->peer_link, sizeof(p->dev));
		p->live.head = p->live.tail;
	}
	explicit_bzero(&keys, sizeof(keys));
	return rekeyed;
}

void peer_configure(struct peer *p, const struct conf *c, ifindex_t peerlink_ifindex)
{
	bool moved = p->ifindex != peerlink_ifindex || !strmatch(p->dev, c->peer_link) ||
		     ipaddr_cmp(&p->peer_ip, &c->peer_ip) != 0 || p->enabled != c->present;
	bool interval = p->keepalive_ms != c->keepalive_ms || p->enabled != c->present;
	bool rekeyed = take_conf(p, c, peerlink_ifindex);

	if (moved)
		forget_peer(p, "the configuration of the peerlink has changed");
	else if (rekeyed)
		forget_peer(p, "the key has changed");
	frr_with_mutex (&p->live.lock)
		peer_paths_configure(p, c);
	open_all(p);
	peer_live_configure(p, interval);
	frr_with_mutex (&p->live.lock)
		peer_paths_send(p);
}

void peer_link_changed(struct peer *p, bool running)
{
	bool changed = p->running != running;

	p->running = running;
	if (changed)
		peer_session_link(p);
	if (!running)
		return;
	open_all(p);
	frr_with_mutex (&p->live.lock)
		peer_path_send(p, 0, 0);
}

/* ---- the rest of the public side ---- */

void peer_drop_session(struct peer *p)
{
	peer_stream_flush(p);
	peer_session_close(p, "closed here");
}

bool peer_session_up(const struct peer *p)
{
	return p->session.up;
}

const struct ipaddr *peer_address(const struct peer *p)
{
	return &p->heard.addr;
}

int peer_path_error(struct peer *p, uint8_t path)
{
	int error = ENODEV;

	frr_with_mutex (&p->live.lock)
		if (path < p->n_paths && p->path[path].sock)
			error = p->path[path].sock->error ? p->path[path].sock->error : p->path[path].sent;
	return error;
}

const struct peer_stats *peer_stats(struct peer *p)
{
	frr_with_mutex (&p->live.lock) {
		for (unsigned int i = 0; i < PEER_PATHS_MAX; i++) {
			p->stats.probe_tx[i] += p->path[i].tx;
			p->path[i].tx = 0;
		}
		p->stats.tx_refused += p->probe_refused;
		p->stats.overrun += p->live.overrun;
		p->probe_refused = p->live.overrun = 0;
	}
	return &p->stats;
}

void peer_stats_clear(struct peer *p)
{
	peer_stats(p);
	memset(&p->stats, 0, sizeof(p->stats));
}

void peer_shift_ports(struct peer *p, int own, int other)
{
	p->port_shift = own;
	p->peer_port_shift = other;
}

struct peer *peer_new(struct event_loop *loop, const struct peer_ops *ops, void *arg)
{
	struct peer *p = XCALLOC(MTYPE_PEER, sizeof(*p));

	p->loop = loop;
	p->ops = ops;
	p->arg = arg;
	for (unsigned int i = 0; i < PEER_PATHS_MAX; i++)
		p->sock[i].fd = -1;
	peer_live_init(p);
	peer_session_init(p);
	peer_hands_init(p);
	return p;
}

void peer_free(struct peer *p)
{
	if (!p)
		return;
	peer_live_fini(p); /* from here on there is one thread */
	event_cancel(&p->t_retry);
	peer_hands_stop(p);
	peer_session_fini(p);
	peer_paths_close(p);
	explicit_bzero(&p->auth, sizeof(p->auth));
	XFREE(MTYPE_PEER, p);
}
