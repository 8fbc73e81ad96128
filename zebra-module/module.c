// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The module in zebra (zebra_mlag.so, `-M mlag`): listens for mlagd on a
 * socket in FRR's run directory and holds back the routes of the interfaces
 * that mlagd names. What it says first when it is back replaces the set; while
 * it is silent the dead-man (vigil.c, deadman.c) decides. The set is kept in a
 * file, so that a zebra that restarts starts held.
 *
 * Nothing here may take zebra down: whatever fails is logged, and zebra goes
 * on as if the module were not there.
 */
#include "zebra-module/compat.h"

#include "defaults.h"
#include "frrevent.h"
#include "log.h"
#include "module.h"

#include "zebra-module/channel.h"
#include "zebra-module/fdbfilter.h"
#include "zebra-module/follow.h"
#include "zebra-module/hold.h"
#include "zebra-module/hosts.h"
#include "zebra-module/role.h"
#include "zebra-module/routes.h"
#include "zebra-module/server.h"
#include "zebra-module/staydown.h"
#include "zebra-module/vigil.h"

static struct event_loop *loop;
static struct hold_set set;
static char hold_path[PATH_MAX];
static char socket_path[PATH_MAX];

static bool ordered_known; /* what the mlagd that is connected said last: */
static uint32_t ordered[CHANNEL_IFS_MAX];
static unsigned int n_ordered;
static unsigned int ordered_hosts;
static bool pending; /* generation is not in force yet */
static uint64_t generation;

static void send_done(void)
{
	static struct channel_msg m = {.type = CHANNEL_DONE};

	m.generation = generation;
	server_send(&m); /* or mlagd says its set again when it reconnects */
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
static unsigned int names_of(const uint32_t *ifs, unsigned int n_ifs, char (*names)[IFNAMSIZ])
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < n_ifs; i++) {
		memset(names[n], 0, IFNAMSIZ);
		if (if_indextoname(ifs[i], names[n]))
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

/* Exactly these from now on; on the first n_hosts of them hosts still reached here stay, one by one. */
static void hold(const uint32_t *ifs, unsigned int n_ifs, unsigned int n_hosts, const char *why)
{
	char(*names)[IFNAMSIZ] = XCALLOC(MTYPE_TMP, (n_ifs + 1) * sizeof(*names));
	unsigned int n = names_of(ifs, n_ifs, names), before = set.n;

	if (n_hosts)
		hosts_want(ifs, n_hosts); /* before the prefixes go */
	routes_begin();
	if (!hold_replace(&set, names, n, routes_release))
		zlog_err("mlag: no memory for a hold of %u interfaces, the old one stays", n);
	XFREE(MTYPE_TMP, names);

	routes_hold();
	if (routes_end())
		zlog_info("mlag: %s: routes of %u interfaces are held back (before: %u)", why, set.n, before);
	if (!n_hosts)
		hosts_want(NULL, 0); /* behind the prefixes that come back */
	save();
}

static void on_hold(const struct channel_msg *m)
{
	memcpy(ordered, m->ifindex, m->n_ifs * sizeof(ordered[0]));
	n_ordered = m->n_ifs;
	ordered_known = true;
	ordered_hosts = m->n_hosts;
	hold(ordered, n_ordered, ordered_hosts, "mlagd says");

	generation = m->generation;
	pending = true;
	routes_watch(true);
	check_done();
}

static void on_msg(const struct channel_msg *m)
{
	if (m->type == CHANNEL_HOLD)
		on_hold(m);
	else if (m->type == CHANNEL_FOLLOW)
		follow_ask(m);
}

static void on_connected(bool up)
{
	pending = false;
	ordered_known = false;
	routes_watch(false);
	follow_forget();
	stay_down_forget();
}

/* mlagd is silent, or speaks again: what zebra holds back until it says a new set (rule 9). */
static void on_routes(enum deadman_routes r, const struct channel_msg *orders)
{
	static enum deadman_routes now = DEADMAN_ROUTES_ORDERED;

	if (r == now)
		return;
	now = r;
	if (r == DEADMAN_ROUTES_HOLD)
		hold(orders->ifindex, orders->n_ifs, 0, "mlagd is silent and no bond distributes");
	else if (r == DEADMAN_ROUTES_HOSTS)
		hold(orders->ifindex, orders->n_ifs, orders->n_ifs, "mlagd is silent and a bond does not distribute");
	else if (r == DEADMAN_ROUTES_RELEASE)
		hold(NULL, 0, 0, "mlagd is silent and all bonds distribute");
	else if (ordered_known)
		hold(ordered, n_ordered, ordered_hosts, "mlagd speaks again");
}

/* What zebra gives no event for is compared at each word of mlagd's. */
static void on_word(void)
{
	stay_down_say();
	role_again();
	fdbfilter_check();
}

static const struct vigil_ops vigil_ops = {
	.module = true,
	.msg = on_msg,
	.connected = on_connected,
	.word = on_word,
	.orders = role_orders,
	.routes = on_routes,
	.stay_down = compat_stays_down,
};

static int on_late_init(struct event_loop *tm)
{
	routes_start();
	hosts_init(tm);
	role_init();
	fdbfilter_init();
	vigil_start(tm, socket_path, frr_runstatedir, &vigil_ops, NULL, NULL);
	return 0;
}

static int on_fini(void)
{
	vigil_stop();
	follow_forget();
	hosts_end();
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
	hook_register(frr_fini, on_fini);
	return 0;
}

FRR_MODULE_SETUP(
	.name = "zebra_mlag",
	.version = FRR_VERSION,
	.description = "holds back routes on the word of mlagd",
	.init = module_init,
);
