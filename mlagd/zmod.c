// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One connection, one wanted set, one set of orders. Whatever happens to the
 * connection, what was given last is said as soon as there is one again; what
 * is older and could not be sent is forgotten, never queued. A PING is answered
 * from the main loop, which is what it asks for.
 *
 * The listener gives its socket a name only when it is listening, so the name
 * appearing in the run directory is the moment to connect (zmod_watch.c). A slow
 * timer covers what that cannot see, such as a run directory made later.
 */
#include "mlagd/mlagd.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "libfrr.h"
#include "log.h"
#include "network.h"

#include "mlagd/zmod_watch.h"
#include "zebra-module/channel.h"

#define RETRY_S 10
#define MISSED	2 /* tries in vain, the first one at once: then it is not just later than we are */

DEFINE_MTYPE_STATIC(MLAGD, ZMOD, "channel");

struct zmod {
	struct event_loop *loop;
	const char *name;
	const struct zmod_ops *ops;
	void *arg;

	int fd;		     /* -1: not connected */
	unsigned int missed; /* tries in vain since there was a connection */
	struct zmod_watch watch;
	struct event *t_connect;
	struct event *t_read;
	struct event *t_write;

	bool wanted_known, orders_known;    /* zmod_hold(), zmod_orders() have spoken */
	bool following;			    /* zmod_follow() waits for its answer */
	bool wanted_due, orders_due, follow_due, reply; /* to be sent */
	uint64_t question;		    /* that reply answers */
	struct channel_msg wanted, orders, follow, beat;
	uint8_t buf[CHANNEL_BUF];
};

static void zmod_connect(struct event *event);
static void zmod_read(struct event *event);
static void zmod_write(struct event *event);

static void zmod_close(struct zmod *z)
{
	event_cancel(&z->t_read);
	event_cancel(&z->t_write);
	close(z->fd);
	z->fd = -1;
}

static void zmod_lost(struct zmod *z, const char *why)
{
	zlog_info("%s: %s", z->name, why);
	zmod_close(z);
	event_add_timer(z->loop, zmod_connect, z, RETRY_S, &z->t_connect);
	z->ops->connected(z->arg, false);
}

static bool send_msg(struct zmod *z, const struct channel_msg *m, bool *due)
{
	ssize_t len;

	if (!*due)
		return true;
	len = channel_write(m, z->buf, sizeof(z->buf));
	if (send(z->fd, z->buf, len, MSG_NOSIGNAL | MSG_DONTWAIT) != len)
		return false;
	*due = false;
	if (m->type == CHANNEL_HOLD && mlagd_debug & MLAGD_DEBUG_ZEBRA)
		zlog_debug("%s: hold %" PRIu64 " of %u interfaces sent", z->name, m->generation, m->n_ifs);
	return true;
}

/* The set before the orders: with these we are taken at our word again. What is no matter of safety comes last. */
static bool zmod_send(struct zmod *z)
{
	z->beat.generation = z->question;
	return send_msg(z, &z->wanted, &z->wanted_due) && send_msg(z, &z->orders, &z->orders_due) &&
	       send_msg(z, &z->beat, &z->reply) && send_msg(z, &z->follow, &z->follow_due);
}

static void zmod_write(struct event *event)
{
	struct zmod *z = EVENT_ARG(event);

	if (zmod_send(z))
		return;
	if (ERRNO_IO_RETRY(errno))
		event_add_write(z->loop, zmod_write, z, z->fd, &z->t_write);
	else
		zmod_lost(z, safe_strerror(errno));
}

/* Now, not in a turn of the loop's: a fence waits for it. A broken end is writable too, and then found out. */
static void zmod_flush(struct zmod *z)
{
	if (z->fd >= 0 && !zmod_send(z))
		event_add_write(z->loop, zmod_write, z, z->fd, &z->t_write);
}

/* False: it says nothing that mlagd hears of it. */
static bool take(struct zmod *z, const struct channel_msg *m)
{
	switch (m->type) {
	case CHANNEL_DONE:
		if (z->ops->done)
			z->ops->done(z->arg, m->generation);
		return true;
	case CHANNEL_PING:
		z->question = m->generation;
		zmod_beat(z);
		return true;
	case CHANNEL_FOLLOWED:
		if (z->following && m->generation == z->follow.generation) {
			z->following = false;
			z->ops->followed(z->arg);
		}
		return true;
	case CHANNEL_SHUTDOWN:
		if (z->ops->shutdown)
			z->ops->shutdown(z->arg, m->ifindex, m->n_ifs);
		return true;
	default:
		return false;
	}
}

static void zmod_read(struct event *event)
{
	struct zmod *z = EVENT_ARG(event);
	static struct channel_msg m;
	ssize_t len = recv(z->fd, z->buf, sizeof(z->buf), MSG_DONTWAIT | MSG_TRUNC);

	if (len < 0 && ERRNO_IO_RETRY(errno)) {
		event_add_read(z->loop, zmod_read, z, z->fd, &z->t_read);
		return;
	}
	if (len <= 0) {
		zmod_lost(z, len == 0 ? "closed" : safe_strerror(errno));
		return;
	}
	if ((size_t)len > sizeof(z->buf) || !channel_read(z->buf, len, &m) || !take(z, &m)) {
		zmod_lost(z, "sent what is no message");
		return;
	}
	if (z->fd >= 0)
		event_add_read(z->loop, zmod_read, z, z->fd, &z->t_read);
}

/* Connected socket, or -1 with errno. A unix socket connects at once or not at all. */
static int zmod_socket(const struct zmod *z)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd;

	if ((size_t)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/%s", frr_runstatedir, z->name) >=
	    sizeof(sun.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&sun, sizeof(sun)) != 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

static void zmod_connect(struct event *event)
{
	struct zmod *z = EVENT_ARG(event);

	zmod_watch_start(&z->watch);
	z->fd = zmod_socket(z);
	if (z->fd < 0) {
		if (mlagd_debug & MLAGD_DEBUG_ZEBRA)
			zlog_debug("%s: cannot connect: %s", z->name, safe_strerror(errno));
		event_add_timer(z->loop, zmod_connect, z, RETRY_S, &z->t_connect);
		if (z->missed < MISSED && ++z->missed == MISSED)
			z->ops->connected(z->arg, false);
		return;
	}
	z->missed = MISSED; /* that it goes is told at once */
	event_add_read(z->loop, zmod_read, z, z->fd, &z->t_read);
	z->wanted_due = z->wanted_known;
	z->orders_due = z->orders_known;
	z->follow_due = z->following;
	z->reply = false;
	event_add_event(z->loop, zmod_write, z, 0, &z->t_write);
	z->ops->connected(z->arg, true);
}

/* A new socket is a new zebra, even if the old one's end is not seen yet. */
static void zmod_named(void *arg)
{
	struct zmod *z = arg;

	if (z->fd >= 0)
		zmod_lost(z, "started anew");
	event_cancel(&z->t_connect);
	event_add_event(z->loop, zmod_connect, z, 0, &z->t_connect);
}

struct zmod *zmod_new(struct event_loop *loop, const char *name, const struct zmod_ops *ops, void *arg)
{
	struct zmod *z = XCALLOC(MTYPE_ZMOD, sizeof(*z));

	z->loop = loop;
	z->name = name;
	z->ops = ops;
	z->arg = arg;
	z->fd = -1;
	z->watch = (struct zmod_watch){.loop = loop, .name = name, .named = zmod_named, .arg = z, .fd = -1};
	z->wanted.type = CHANNEL_HOLD;
	z->follow.type = CHANNEL_FOLLOW;
	z->beat.type = CHANNEL_BEAT;
	event_add_event(loop, zmod_connect, z, 0, &z->t_connect);
	return z;
}

void zmod_free(struct zmod *z)
{
	if (!z)
		return;
	if (z->fd >= 0)
		zmod_close(z);
	event_cancel(&z->t_connect);
	zmod_watch_stop(&z->watch);
	XFREE(MTYPE_ZMOD, z);
}

static bool same(const struct channel_msg *m, uint64_t generation, const ifindex_t *ifs, unsigned int n)
{
	if (m->generation != generation || m->n_ifs != n)
		return false;
	for (unsigned int i = 0; i < n; i++)
		if (m->ifindex[i] != (uint32_t)ifs[i])
			return false;
	return true;
}

void zmod_hold(struct zmod *z, uint64_t generation, unsigned int n_hosts, const ifindex_t *ifs, unsigned int n)
{

	if (n > CHANNEL_IFS_MAX) {
		zlog_err("%u interfaces to hold, only the first %u are", n, CHANNEL_IFS_MAX);
		n = CHANNEL_IFS_MAX;
		n_hosts = MIN(n_hosts, n);
	}
	if (z->wanted_known && z->wanted.n_hosts == n_hosts && same(&z->wanted, generation, ifs, n))
		return; /* said, or about to be said */
	z->wanted.n_hosts = n_hosts;
	z->wanted.generation = generation;
	z->wanted.n_ifs = n;
	for (unsigned int i = 0; i < n; i++)
		z->wanted.ifindex[i] = ifs[i];
	z->wanted_known = z->wanted_due = true;
	zmod_flush(z);
}

void zmod_orders(struct zmod *z, const struct channel_msg *m)
{
	z->orders = *m;
	z->orders_known = z->orders_due = true;
	zmod_flush(z);
}

bool zmod_connected(const struct zmod *z)
{
	return z->fd >= 0;
}

void zmod_follow(struct zmod *z, struct in_addr source, const ifindex_t *ifs, unsigned int n)
{
	z->follow.generation++;
	z->follow.source = source.s_addr;
	z->follow.n_ifs = MIN(n, CHANNEL_IFS_MAX);
	for (unsigned int i = 0; i < z->follow.n_ifs; i++)
		z->follow.ifindex[i] = ifs[i];
	z->following = z->follow_due = true;
	zmod_flush(z);
}

void zmod_follow_void(struct zmod *z)
{
	z->following = z->follow_due = false;
}

void zmod_beat(struct zmod *z)
{
	z->reply = z->orders_known;
	zmod_flush(z);
}
