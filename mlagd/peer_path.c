// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The probes' paths: one on the peerlink, one for each backup and each witness. Knows which
 * socket and address a path has by the configuration, and says which cannot be
 * sent on. Sending is peer_send.c's, what arrives peer_recv.c's.
 */
#include <zebra.h>

#include <net/if.h>

#include "frr_pthread.h"
#include "log.h"
#include "network.h"
#include "printfrr.h"

#include "mlagd/peer_int.h"

/* ---- sockets ---- */

static void sock_close(struct peer_sock *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static bool sock_open(struct peer *p, struct peer_sock *s)
{
	int error = 0;

	if (s->fd >= 0)
		return true;
	s->ifindex = s->peerlink ? p->ifindex : s->dev[0] ? (ifindex_t)if_nametoindex(s->dev) : 0;
	if (s->dev[0] && s->ifindex == 0)
		error = ENODEV;
	else
		s->fd = peer_udp_open(s->family, s->dev, s->ifindex, s->peerlink, &s->source,
				      (uint16_t)(s->port + p->port_shift));
	if (!error && s->fd < 0)
		error = errno;
	if (error && error != s->error)
		zlog_warn("mlag: no socket for %s%s%s, port %u: %s",
			  s->peerlink ? "peerlink " : IS_IPADDR_NONE(&s->source) ? "backups" : "witnesses", s->dev[0] && !s->peerlink ? " in VRF " : "",
			  s->dev, s->port, safe_strerror(error));
	s->error = error;
	return !error;
}

static bool sock_is(const struct peer_sock *s, const struct peer_sock *want)
{
	return s->peerlink == want->peerlink && s->family == want->family &&
	       s->port == want->port && strmatch(s->dev, want->dev) &&
	       ipaddr_cmp(&s->source, &want->source) == 0 &&
	       (!s->peerlink || s->ifindex == want->ifindex);
}

/* The socket that fits, an old one where there is one. There are as many slots as paths. */
static struct peer_sock *sock_get(struct peer *p, const struct peer_sock *want)
{
	struct peer_sock *unused = NULL;

	for (unsigned int i = 0; i < PEER_PATHS_MAX; i++) {
		struct peer_sock *s = &p->sock[i];

		if (s->peer && sock_is(s, want)) {
			s->used = true;
			return s;
		}
		if (!s->peer && !unused)
			unused = s;
	}
	if (!unused)
		return NULL;
	*unused = *want;
	unused->peer = p;
	unused->used = true;
	unused->fd = -1;
	return unused;
}

static void socks_forget_unused(struct peer *p, bool all)
{
	for (unsigned int i = 0; i < PEER_PATHS_MAX; i++) {
		struct peer_sock *s = &p->sock[i];

		if (!s->peer || (s->used && !all))
			continue;
		sock_close(s);
		memset(s, 0, sizeof(*s));
		s->fd = -1;
	}
}

bool peer_paths_open(struct peer *p)
{
	bool all = true;

	for (unsigned int i = 0; i < PEER_PATHS_MAX; i++)
		if (p->sock[i].peer && !sock_open(p, &p->sock[i]))
			all = false;
	return all;
}

/* A device that was made anew leaves the socket bound to what is gone. */
static void sock_check_device(struct peer *p, struct peer_sock *s)
{
	if (s->peerlink || !s->dev[0] || (ifindex_t)if_nametoindex(s->dev) == s->ifindex)
		return;
	sock_close(s);
	if (!sock_open(p, s))
		peer_retry_later(p);
}

/* ---- configuration ---- */

static void want_peerlink(const struct peer *p, struct peer_sock *want)
{
	memset(want, 0, sizeof(*want));
	want->peerlink = true;
	want->family = IS_IPADDR_V4(&p->peer_ip) ? AF_INET : AF_INET6;
	want->port = WIRE_PORT;
	want->ifindex = p->ifindex;
	strlcpy(want->dev, p->dev, sizeof(want->dev));
}

static void want_backup(const struct conf_backup *b, struct peer_sock *want)
{
	memset(want, 0, sizeof(*want));
	want->family = IS_IPADDR_V4(&b->addr) ? AF_INET : AF_INET6;
	want->port = b->port ? b->port : WIRE_PORT;
	strlcpy(want->dev, b->vrf, sizeof(want->dev));
}

/* Loopback to loopback through the fabric (B6). */
static void want_witness(const struct conf_witness *w, struct peer_sock *want)
{
	memset(want, 0, sizeof(*want));
	want->family = IS_IPADDR_V4(&w->addr) ? AF_INET : AF_INET6;
	want->source = w->source;
	want->port = WIRE_PORT;
}

static void path_set(struct peer *p, unsigned int i, const struct ipaddr *addr,
		     const struct peer_sock *want, struct peer_sock *sock)
{
	struct peer_path *path = &p->path[i];

	if (path->sock != sock || ipaddr_cmp(&path->addr, addr) != 0)
		path->error = path->sent = 0;
	path->sock = sock;
	path->addr = *addr;
	path->port = (uint16_t)(want->port + p->peer_port_shift);
}

/* What each path needs, the paths' number returned; family 0: nothing yet. */
static unsigned int paths_want(const struct peer *p, const struct conf *c, struct peer_sock *want, struct ipaddr *addr)
{
	unsigned int n = 1;

	if (!p->enabled)
		return 0;
	addr[0] = p->peer_ip;
	if (p->dev[0] && p->ifindex)
		want_peerlink(p, &want[0]);
	else
		memset(&want[0], 0, sizeof(want[0]));
	for (unsigned int i = 0; i < c->n_backups && n < PEER_PATHS_MAX; i++, n++) {
		want_backup(&c->backup[i], &want[n]);
		addr[n] = c->backup[i].addr;
	}
	for (unsigned int i = 0; i < c->n_witnesses && n < PEER_PATHS_MAX; i++, n++) {
		want_witness(&c->witnesses[i], &want[n]);
		addr[n] = c->witnesses[i].addr;
	}
	return n;
}

/*
 * Sockets still wanted keep their slot and stay open; the rest go first, so
 * that a slot is free for each new one.
 */
void peer_paths_configure(struct peer *p, const struct conf *c)
{
	struct peer_sock want[PEER_PATHS_MAX];
	struct ipaddr addr[PEER_PATHS_MAX];
	unsigned int n = paths_want(p, c, want, addr);

	for (unsigned int s = 0; s < PEER_PATHS_MAX; s++) {
		p->sock[s].used = false;
		for (unsigned int i = 0; i < n; i++)
			if (p->sock[s].peer && sock_is(&p->sock[s], &want[i]))
				p->sock[s].used = true;
	}
	socks_forget_unused(p, false);
	for (unsigned int i = 0; i < PEER_PATHS_MAX; i++) {
		if (i < n && want[i].family)
			path_set(p, i, &addr[i], &want[i], sock_get(p, &want[i]));
		else
			memset(&p->path[i], 0, sizeof(p->path[i]));
	}
	p->n_paths = n;
	p->first_witness = 1 + c->n_backups;
}

void peer_paths_close(struct peer *p)
{
	socks_forget_unused(p, true);
	memset(p->path, 0, sizeof(p->path));
	p->n_paths = 0;
}

/* ---- whether they can be sent on ---- */

/* For the log. The peer's address on the peerlink may not be known yet, so that path goes by its device. */
static const char *path_name(const struct peer *p, unsigned int i, char *buf, size_t size)
{
	if (i == 0)
		snprintf(buf, size, "peerlink %s", p->dev);
	else
		snprintfrr(buf, size, "%s %pIA", i < p->first_witness ? "backup" : "witness", &p->path[i].addr);
	return buf;
}

static void path_told(struct peer *p, unsigned int i)
{
	struct peer_path *path = &p->path[i];
	char name[64];

	path->error = path->sent;
	if (i == 0 && !p->running)
		return;
	if (path->error)
		zlog_info("mlag: path %u (%s) cannot be sent on: %s", i, path_name(p, i, name, sizeof(name)),
			  safe_strerror(path->error));
	else
		zlog_info("mlag: path %u (%s) can be sent on again", i, path_name(p, i, name, sizeof(name)));
}

void peer_paths_watch(struct peer *p)
{
	frr_with_mutex (&p->live.lock) {
		for (unsigned int i = 0; i < p->n_paths; i++) {
			if (!p->path[i].sock)
				continue;
			if (p->path[i].sent != p->path[i].error)
				path_told(p, i);
			if (p->path[i].error)
				sock_check_device(p, p->path[i].sock);
		}
	}
}
