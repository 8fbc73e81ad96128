// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One connection, one wanted set. Whatever happens to the connection, the set
 * last given by zmod_hold() is said as soon as there is one again; an older set
 * that could not be sent is forgotten, never queued.
 *
 * The module gives its socket a name only when it is listening, so the name
 * appearing in the run directory is the moment to connect (inotify). A slow
 * timer covers what that cannot see, such as a run directory made later.
 */
#include "mlagd/mlagd.h"

#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "libfrr.h"
#include "log.h"
#include "network.h"

#include "zebra-module/channel.h"

#define RETRY_S 10

DEFINE_MTYPE_STATIC(MLAGD, ZMOD, "zebra module channel");

struct zmod {
	struct event_loop *loop;
	const struct zmod_ops *ops;
	void *arg;

	int fd;	   /* -1: not connected */
	int watch; /* inotify on the run directory, -1: not yet */
	struct event *t_connect;
	struct event *t_read;
	struct event *t_write;
	struct event *t_watch;

	bool wanted_known; /* zmod_hold() has spoken */
	struct channel_msg wanted;
	uint8_t buf[CHANNEL_BUF];
};

static void zmod_connect(struct event *event);
static void zmod_read(struct event *event);
static void zmod_write(struct event *event);
static void zmod_watch(struct event *event);

static void zmod_close(struct zmod *z)
{
	event_cancel(&z->t_read);
	event_cancel(&z->t_write);
	close(z->fd);
	z->fd = -1;
}

static void zmod_lost(struct zmod *z, const char *why)
{
	zlog_info("zebra module: %s", why);
	zmod_close(z);
	event_add_timer(z->loop, zmod_connect, z, RETRY_S, &z->t_connect);
	z->ops->connected(z->arg, false);
}

static bool zmod_send(struct zmod *z)
{
	ssize_t len = channel_write(&z->wanted, z->buf, sizeof(z->buf));

	if (send(z->fd, z->buf, len, MSG_NOSIGNAL | MSG_DONTWAIT) != len)
		return false;
	if (mlagd_debug & MLAGD_DEBUG_ZEBRA)
		zlog_debug("zebra module: hold %" PRIu64 " of %u interfaces sent", z->wanted.generation,
			   z->wanted.n_ifs);
	return true;
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
		zmod_lost(z, len == 0 ? "zebra closed the channel" : safe_strerror(errno));
		return;
	}
	if ((size_t)len > sizeof(z->buf) || !channel_read(z->buf, len, &m) || m.type != CHANNEL_DONE) {
		zmod_lost(z, "sent what is no message");
		return;
	}
	event_add_read(z->loop, zmod_read, z, z->fd, &z->t_read);
	z->ops->done(z->arg, m.generation);
}

/* Connected socket, or -1 with errno. A unix socket connects at once or not at all. */
static int zmod_socket(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd;

	if ((size_t)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/" CHANNEL_SOCKET, frr_runstatedir) >=
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

static void zmod_watch_stop(struct zmod *z)
{
	event_cancel(&z->t_watch);
	if (z->watch >= 0)
		close(z->watch);
	z->watch = -1;
}

/* Watch for the module's socket to get its name. */
static void zmod_watch_start(struct zmod *z)
{
	if (z->watch >= 0)
		return;
	z->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (z->watch >= 0 && inotify_add_watch(z->watch, frr_runstatedir, IN_MOVED_TO) >= 0) {
		event_add_read(z->loop, zmod_watch, z, z->watch, &z->t_watch);
		return;
	}
	zmod_watch_stop(z);
}

/* Whether the socket got its name; *gone: the run directory was removed. */
static bool names_socket(const char *buf, size_t len, bool *gone)
{
	bool found = false;

	for (size_t at = 0; at + sizeof(struct inotify_event) <= len;) {
		const struct inotify_event *e = (const void *)(buf + at);

		/* an overflow names nobody: something happened, so look */
		if (e->mask & IN_Q_OVERFLOW || (e->len && strncmp(e->name, CHANNEL_SOCKET, e->len) == 0))
			found = true;
		if (e->mask & IN_IGNORED)
			*gone = true;
		at += sizeof(*e) + e->len;
	}
	return found;
}

static void zmod_watch(struct event *event)
{
	struct zmod *z = EVENT_ARG(event);
	_Alignas(struct inotify_event) char buf[4096];
	ssize_t len = read(z->watch, buf, sizeof(buf));
	bool gone = false, named = len > 0 && names_socket(buf, len, &gone);

	if (gone)
		zmod_watch_stop(z); /* zmod_connect() watches again */
	else
		event_add_read(z->loop, zmod_watch, z, z->watch, &z->t_watch);
	if (!named)
		return;

	/* a new socket is a new zebra, even if the old one's end is not seen yet */
	if (z->fd >= 0)
		zmod_lost(z, "zebra started anew");
	event_cancel(&z->t_connect);
	event_add_event(z->loop, zmod_connect, z, 0, &z->t_connect);
}

static void zmod_connect(struct event *event)
{
	struct zmod *z = EVENT_ARG(event);

	zmod_watch_start(z);
	z->fd = zmod_socket();
	if (z->fd < 0) {
		if (mlagd_debug & MLAGD_DEBUG_ZEBRA)
			zlog_debug("zebra module: cannot connect: %s", safe_strerror(errno));
		event_add_timer(z->loop, zmod_connect, z, RETRY_S, &z->t_connect);
		return;
	}
	event_add_read(z->loop, zmod_read, z, z->fd, &z->t_read);
	if (z->wanted_known)
		event_add_event(z->loop, zmod_write, z, 0, &z->t_write);
	z->ops->connected(z->arg, true);
}

struct zmod *zmod_new(struct event_loop *loop, const struct zmod_ops *ops, void *arg)
{
	struct zmod *z = XCALLOC(MTYPE_ZMOD, sizeof(*z));

	z->loop = loop;
	z->ops = ops;
	z->arg = arg;
	z->fd = -1;
	z->watch = -1;
	z->wanted.type = CHANNEL_HOLD;
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
	zmod_watch_stop(z);
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

void zmod_hold(struct zmod *z, uint64_t generation, const ifindex_t *ifs, unsigned int n)
{
	if (n > CHANNEL_IFS_MAX) {
		zlog_err("zebra module: %u interfaces to hold, only the first %u are", n, CHANNEL_IFS_MAX);
		n = CHANNEL_IFS_MAX;
	}
	if (z->wanted_known && same(&z->wanted, generation, ifs, n))
		return; /* said, or about to be said */
	z->wanted.generation = generation;
	z->wanted.n_ifs = n;
	for (unsigned int i = 0; i < n; i++)
		z->wanted.ifindex[i] = ifs[i];
	z->wanted_known = true;

	/* now, not in a turn of the loop's: a fence waits for it. A broken end is writable too, and then found out */
	if (z->fd >= 0 && !zmod_send(z))
		event_add_write(z->loop, zmod_write, z, z->fd, &z->t_write);
}

bool zmod_connected(const struct zmod *z)
{
	return z->fd >= 0;
}
