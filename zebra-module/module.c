// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The module in zebra (zebra_mlag.so, `-M mlag`): listens for mlagd on a
 * socket in FRR's run directory and holds back the routes of the interfaces
 * that mlagd names. It decides nothing. mlagd going away changes nothing: it
 * may be restarting, and what it says first when it is back replaces the set.
 * The set is kept in a file, so that a zebra that restarts starts held.
 *
 * Nothing here may take zebra down: whatever fails is logged, and zebra goes
 * on as if the module were not there.
 */
#include "zebra-module/compat.h"

#include <sys/stat.h>
#include <sys/un.h>

#include "defaults.h"
#include "frrevent.h"
#include "log.h"
#include "module.h"
#include "network.h"

#include "zebra-module/channel.h"
#include "zebra-module/hold.h"
#include "zebra-module/routes.h"

#define SOCKET_RETRY_S 10

static struct event_loop *loop;
static struct hold_set set;
static char hold_path[PATH_MAX];
static char socket_path[PATH_MAX];

static int listen_fd = -1;
static int peer_fd = -1;
static struct event *t_open;
static struct event *t_accept;
static struct event *t_read;

static bool pending; /* generation is not in force yet */
static uint64_t generation;

static void peer_close(void)
{
	event_cancel(&t_read);
	close(peer_fd);
	peer_fd = -1;
	pending = false;
	routes_watch(false);
}

static void send_done(void)
{
	static const struct channel_msg none;
	struct channel_msg *m = XMALLOC(MTYPE_TMP, sizeof(*m));
	uint8_t buf[16];
	ssize_t len;

	*m = none;
	m->type = CHANNEL_DONE;
	m->generation = generation;
	len = channel_write(m, buf, sizeof(buf));
	XFREE(MTYPE_TMP, m);

	if (send(peer_fd, buf, len, MSG_NOSIGNAL | MSG_DONTWAIT) != len) {
		zlog_warn("mlag: cannot answer mlagd: %s", safe_strerror(errno));
		peer_close(); /* it says its set again when it reconnects */
	}
}

/* Routes were processed: is the set in force now? */
static void check_done(void)
{
	if (!pending || !routes_gone())
		return;
	pending = false;
	routes_watch(false);
	zlog_debug("mlag: hold %" PRIu64 " is in force", generation);
	send_done();
}

/* The names of the interfaces that exist; of one that is gone mlagd will speak again by itself. */
static unsigned int names_of(const struct channel_msg *m, char (*names)[IFNAMSIZ])
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < m->n_ifs; i++) {
		memset(names[n], 0, IFNAMSIZ);
		if (if_indextoname(m->ifindex[i], names[n]))
			n++;
	}
	return n;
}

static void save(void)
{
	if (hold_save(&set, hold_path) != 0)
		zlog_err("mlag: cannot keep the hold in %s, a restart of zebra will forget it: %s", hold_path,
			 safe_strerror(errno));
}

static void hold(const struct channel_msg *m)
{
	char(*names)[IFNAMSIZ] = XCALLOC(MTYPE_TMP, (m->n_ifs + 1) * sizeof(*names));
	unsigned int n = names_of(m, names), before = set.n;

	routes_begin();
	if (!hold_replace(&set, names, n, routes_release))
		zlog_err("mlag: no memory for a hold of %u interfaces, the old one stays", n);
	XFREE(MTYPE_TMP, names);

	routes_hold();
	if (routes_end())
		zlog_info("mlag: hold %" PRIu64 ": routes of %u interfaces are held back (before: %u)", m->generation,
			  set.n, before);
	save();

	generation = m->generation;
	pending = true;
	routes_watch(true);
	check_done();
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
		zlog_info("mlag: mlagd is gone, routes of %u interfaces stay held back", set.n);
		peer_close();
		return;
	}
	if ((size_t)len > sizeof(buf) || !channel_read(buf, len, &m) || m.type != CHANNEL_HOLD) {
		zlog_err("mlag: mlagd sent %zd bytes that are no message, closing", len);
		peer_close();
		return;
	}
	event_add_read(loop, peer_read, NULL, peer_fd, &t_read);
	hold(&m);
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
}

/*
 * Bound and listening before it gets its name, so that whoever sees the name
 * appear can connect at once.
 */
static bool socket_open(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	mode_t mask;
	int fd, ret;

	if ((size_t)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s.new", socket_path) >= sizeof(sun.sun_path)) {
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
	if (ret != 0 || listen(fd, 2) != 0 || rename(sun.sun_path, socket_path) != 0) {
		close(fd);
		return false;
	}
	listen_fd = fd;
	event_add_read(loop, peer_accept, NULL, listen_fd, &t_accept);
	return true;
}

/* The first thing on zebra's running loop: a `zebra -C` never comes here. */
static void start(struct event *event)
{
	if (socket_open())
		return;
	zlog_err("mlag: cannot listen on %s, trying again in %d s: %s", socket_path, SOCKET_RETRY_S,
		 safe_strerror(errno));
	event_add_timer(loop, start, NULL, SOCKET_RETRY_S, &t_open);
}

static int on_late_init(struct event_loop *tm)
{
	routes_start();
	event_add_event(tm, start, NULL, 0, &t_open);
	return 0;
}

/* Before zebra reads its interfaces: what the file names never comes up. */
static int on_early_init(struct event_loop *tm)
{
	loop = tm;
	snprintf(hold_path, sizeof(hold_path), "%s/" HOLD_FILE, frr_runstatedir);
	snprintf(socket_path, sizeof(socket_path), "%s/" CHANNEL_SOCKET, frr_runstatedir);

	if (hold_load(&set, hold_path) != 0)
		zlog_err("mlag: cannot read the hold kept in %s, starting without: %s", hold_path,
			 safe_strerror(errno));
	else if (set.n)
		zlog_info("mlag: starting with the routes of %u interfaces held back", set.n);
	routes_init(loop, &set, check_done);
	return 0;
}

static int module_init(void)
{
	if (strcmp(frr_defaults_version(), FRR_VER_SHORT) != 0) {
		zlog_err("mlag: built for FRR " FRR_VER_SHORT ", this is %s: the module stays inactive",
			 frr_defaults_version());
		return 0;
	}
	hook_register(frr_early_init, on_early_init);
	hook_register(frr_late_init, on_late_init);
	return 0;
}

FRR_MODULE_SETUP(
	.name = "zebra_mlag",
	.version = FRR_VERSION,
	.description = "holds back routes on the word of mlagd",
	.init = module_init,
);
