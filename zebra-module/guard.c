// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guard (mlag_guard): a small process beside FRR, started before the
 * network and not stopped with FRR. It holds mlagd's last orders and acts where
 * the module in zebra cannot, being dead too (failure.md rules 6, 7, 8):
 *
 *   machine boots     MLAG bonds' members go down as soon as they come up, and
 *                     zebra starts with their routes held, until mlagd decides;
 *                     without an mlagd, until reload-delay is over
 *   mlagd is silent   own LACP id, as the module would
 *   FRR is stopped    own LACP id when restart-time is over, also of a primary
 *
 * It is a libfrr program for privileges, log and paths. It has no configuration
 * and no vty, and what it decides is deadman.c's.
 */
#include <zebra.h>
#include <fcntl.h>
#include <getopt.h>

#include "libfrr.h"
#include "log.h"
#include "privs.h"
#include "sigevent.h"
#include "systemd.h"
#include "lib/version.h"

#include "zebra-module/guard_state.h"
#include "zebra-module/vigil.h"

static zebra_capabilities_t caps[] = {ZCAP_NET_ADMIN};

static struct zebra_privs_t privs = {
	.user = FRR_USER,
	.group = FRR_GROUP,
	.caps_p = caps,
	.cap_num_p = array_size(caps),
};

/* What is in force stays so. */
static void __attribute__((noreturn)) sigterm(void)
{
	zlog_notice("Terminating on signal");
	systemd_send_stopping();
	frr_fini();
	exit(0);
}

static void sigusr1(void)
{
	zlog_rotate();
}

static struct frr_signal_t signals[] = {
	{.signal = SIGUSR1, .handler = sigusr1},
	{.signal = SIGINT, .handler = sigterm},
	{.signal = SIGTERM, .handler = sigterm},
};

/* clang-format off */
FRR_DAEMON_INFO(mlag_guard, MLAG_GUARD,
	.flags = FRR_NO_TCPVTY | FRR_LIMITED_CLI | FRR_NO_SPLIT_CONFIG | FRR_NO_ZCLIENT | FRR_MANUAL_VTY_START,
	.proghelp = "Steps back for an mlagd that cannot (failure of FRR, boot of the machine).",

	.signals = signals,
	.n_signals = array_size(signals),

	.privs = &privs,
);
/* clang-format on */

static void on_msg(const struct channel_msg *m)
{
	zlog_debug("message %d is none of the guard's", m->type);
}

static void on_connected(bool up)
{
	zlog_info("mlagd %s", up ? "connected" : "is gone");
}

static void on_orders(const struct channel_msg *orders)
{
	guard_state_save(frr_runstatedir, frr_libstatedir, orders);
}

/* As FRR's own second zebra would find out: the pid file is locked by whoever lives. */
static bool zebra_runs(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char path[PATH_MAX];
	bool runs;
	int fd;

	snprintf(path, sizeof(path), "%s/zebra.pid", frr_runstatedir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	runs = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
	close(fd);
	return runs;
}

static const struct vigil_ops ops = {
	.msg = on_msg,
	.connected = on_connected,
	.orders = on_orders,
	.routing = zebra_runs,
};

static void start(struct event_loop *loop)
{
	static struct channel_msg orders;
	char socket_path[PATH_MAX];
	enum guard_start how = guard_state_load(frr_runstatedir, frr_libstatedir, &orders);

	snprintf(socket_path, sizeof(socket_path), "%s/" CHANNEL_GUARD_SOCKET, frr_runstatedir);
	if (how == GUARD_BOOTED)
		guard_state_hold(frr_runstatedir, frr_libstatedir);
	vigil_start(loop, socket_path, frr_runstatedir, &ops, how == GUARD_BOOTED ? &orders : NULL,
		    how == GUARD_RESTARTED ? &orders : NULL);
}

int main(int argc, char **argv)
{
	static const struct option longopts[] = {{0}};
	struct event_loop *loop;
	int opt;

	frr_preinit(&mlag_guard_di, argc, argv);
	frr_opt_add("", longopts, "");
	while ((opt = frr_getopt(argc, argv, NULL)) != EOF)
		if (opt != 0)
			frr_help_exit(1);

	loop = frr_init();
	frr_config_fork();
	start(loop);
	systemd_send_started(loop); /* and from now on that the loop turns, as often as systemd asks for it (G7) */
	frr_detach();
	frr_run(loop);
	return 0; /* not reached */
}
