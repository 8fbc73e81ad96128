// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A unix socket that gets its name only when it is listening, so that whoever
 * sees the name appear can connect at once. Who connects must be of our own
 * user, or root. What is no message ends the connection.
 */
#include <zebra.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "frrevent.h"
#include "log.h"
#include "network.h"

#include "zebra-module/server.h"

#define RETRY_S 10

static struct event_loop *loop;
static const struct server_ops *ops;
static char path[PATH_MAX];
static int listen_fd = -1, peer_fd = -1;
static struct event *t_open, *t_accept, *t_read;

static void peer_close(void)
{
	event_cancel(&t_read);
	close(peer_fd);
	peer_fd = -1;
	ops->connected(false);
}

bool server_connected(void)
{
	return peer_fd >= 0;
}

bool server_send(const struct channel_msg *m)
{
	static uint8_t buf[CHANNEL_BUF];
	ssize_t len = channel_write(m, buf, sizeof(buf));

	if (peer_fd < 0)
		return false;
	if (send(peer_fd, buf, len, MSG_NOSIGNAL | MSG_DONTWAIT) == len)
		return true;
	zlog_warn("mlag: cannot answer mlagd: %s", safe_strerror(errno));
	peer_close();
	return false;
}

void server_kill_peer(void)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (peer_fd < 0 || getsockopt(peer_fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) != 0 || cred.pid <= 1)
		return;
	if (kill(cred.pid, SIGKILL) != 0)
		zlog_err("mlag: cannot end mlagd, process %d: %s", cred.pid, safe_strerror(errno));
}

static void peer_read(struct event *event)
{
	static uint8_t buf[CHANNEL_BUF];
	static struct channel_msg m;
	ssize_t len = recv(peer_fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_TRUNC);

	if (len < 0 && ERRNO_IO_RETRY(errno)) {
		event_add_read(loop, peer_read, NULL, peer_fd, &t_read);
		return;
	}
	if (len <= 0) {
		zlog_info("mlag: mlagd is gone");
		peer_close();
		return;
	}
	if ((size_t)len > sizeof(buf) || !channel_read(buf, len, &m)) {
		zlog_err("mlag: mlagd sent %zd bytes that are no message, closing", len);
		peer_close();
		return;
	}
	event_add_read(loop, peer_read, NULL, peer_fd, &t_read);
	ops->msg(&m);
}

/* The socket's mode keeps others out already; this names who tried. */
static bool peer_allowed(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) != 0)
		return false;
	if (cred.uid == geteuid() || cred.uid == 0)
		return true;
	zlog_err("mlag: process %d of user %u is not mlagd, refused", cred.pid, cred.uid);
	return false;
}

static void peer_accept(struct event *event)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	event_add_read(loop, peer_accept, NULL, listen_fd, &t_accept);
	if (fd < 0)
		return;
	if (!peer_allowed(fd)) {
		close(fd);
		return;
	}
	if (peer_fd >= 0) {
		zlog_info("mlag: a new mlagd takes over");
		peer_close();
	}
	peer_fd = fd;
	event_add_read(loop, peer_read, NULL, peer_fd, &t_read);
	ops->connected(true);
}

static bool socket_open(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	mode_t mask;
	int fd, ret;

	if ((size_t)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s.new", path) >= sizeof(sun.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;

	unlink(sun.sun_path);
	mask = umask(0177);
	ret = bind(fd, (struct sockaddr *)&sun, sizeof(sun));
	umask(mask);
	if (ret != 0 || listen(fd, 2) != 0 || rename(sun.sun_path, path) != 0) {
		close(fd);
		return false;
	}
	listen_fd = fd;
	event_add_read(loop, peer_accept, NULL, listen_fd, &t_accept);
	return true;
}

static void start(struct event *event)
{
	if (socket_open())
		return;
	zlog_err("mlag: cannot listen on %s, trying again in %d s: %s", path, RETRY_S, safe_strerror(errno));
	event_add_timer(loop, start, NULL, RETRY_S, &t_open);
}

void server_start(struct event_loop *l, const char *p, const struct server_ops *o)
{
	loop = l;
	ops = o;
	strlcpy(path, p, sizeof(path));
	event_add_event(loop, start, NULL, 0, &t_open); /* the first thing on a running loop: a `zebra -C` never comes here */
}
