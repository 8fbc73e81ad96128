// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The daemon's one instance: makes the core and the edges and hands the
 * configuration to each. What the edges report becomes core events in from_*.c,
 * what follows is funnel.c's. It decides nothing and programs nothing.
 */
#include <zebra.h>
#include <sys/random.h>

#include "command.h"
#include "keychain.h"
#include "libfrr.h"
#include "log.h"
#include "monotime.h"

#include "mlagd/attest.h"
#include "mlagd/follow.h"
#include "mlagd/funnel.h"
#include "zebra-module/channel.h"
#include "mlagd/mlagd_int.h"
#include "mlagd/nb.h"

DEFINE_MGROUP(MLAGD, "mlagd");

#define MACS_MAX   (2U << 20)   /* addresses known at once, both sides together */
#define NEIGHS_MAX (256U << 10) /* neighbours likewise */
#define GROUPS_MAX (256U << 10) /* ports of multicast groups likewise */

static struct mlagd instance;
unsigned long mlagd_debug;

struct mlagd *mlagd_get(void)
{
	return &instance;
}

core_ms mlagd_now(void)
{
	struct timeval tv;

	monotime(&tv);
	return (core_ms)tv.tv_sec * 1000 + tv.tv_usec / 1000;
}

int mlagd_vrf_enabled(struct vrf *vrf)
{
	if (instance.zebra)
		zebra_vrf_enabled(instance.zebra);
	return 0;
}

/* ------------------------------------------------------- life, configuration */

static uint64_t new_incarnation(void)
{
	uint64_t n = 0;

	while (n == 0)
		if (getrandom(&n, sizeof(n), 0) != sizeof(n))
			n = (uint64_t)mlagd_now() << 20 | getpid();
	return n;
}

/*
 * While frr.conf is being read the configuration is half there: bonds follow
 * the mlag block. Acting on that would look like a boot where it is a restart.
 */
static bool reading, unread, dumped;

/* All of the file has been read, and all that it names has been reported. */
static void start_complete(void)
{
	if (dumped && !reading)
		funnel_run(&(struct core_event){.type = CORE_EV_READY});
}

void mlagd_kernel_read(void)
{
	dumped = true;
	start_complete();
}

#define READING_MAX_S 60 /* a reader that died in the middle holds nothing up for longer */

static struct event *t_reading;

bool mlagd_reading(void)
{
	return reading;
}

static void reading_over(struct event *t)
{
	event_cancel(&t_reading);
	reading = false;
	if (unread)
		mlagd_configure();
	attest_configured();
	start_complete();
}

static void on_config_start(struct vty *vty)
{
	reading = true;
	event_cancel(&t_reading);
	event_add_timer(instance.loop, reading_over, NULL, READING_MAX_S, &t_reading);
}

static void on_config_end(struct vty *vty)
{
	nb_config_sync(); /* the last lines were committed this very moment */
	reading_over(NULL);
}

/* A key of the chain has come, gone or changed: taken once the transaction that does it is over (B11). */
static struct event *t_keys;

static void keys_changed(struct event *t)
{
	peer_configure(instance.peer, &instance.conf, instance.peerlink_l3);
}

static int on_keychain(const char *name)
{
	if (strmatch(name, instance.conf.key_chain))
		event_add_event(instance.loop, keys_changed, NULL, 0, &t_keys);
	return 0;
}

void mlagd_init(struct event_loop *loop, struct zebra_privs_t *privs)
{
	struct mlagd *d = &instance;

	d->loop = loop;
	d->incarnation = new_incarnation();
	conf_init(&d->conf);
	cmd_init_config_callbacks(on_config_start, on_config_end);
	hook_register(keychain_updated, on_keychain);
	hook_register(keychain_removed, on_keychain);
	d->core = core_new(d->incarnation, mlagd_now());
	d->mact = mact_new(MACS_MAX);
	d->neighs = neight_new(NEIGHS_MAX);
	d->routers = routert_new();
	d->groups = mdbt_new(GROUPS_MAX);
	d->peer = peer_new(loop, &from_peer, d);
	d->zmod = zmod_new(loop, CHANNEL_SOCKET, &from_zmod, d);
	d->guard = zmod_new(loop, CHANNEL_GUARD_SOCKET, &from_guard, d);
	d->zebra = zebra_new(loop, privs, &from_zebra, d);
	d->kernel = kernel_new(loop, frr_runstatedir, &from_kernel, d);
	macpump_init();
	if (!d->core || !d->mact || !d->neighs || !d->groups || !d->routers || !d->peer || !d->zmod || !d->guard || !d->kernel) {
		zlog_err("cannot start: no memory, or no netlink socket");
		exit(1);
	}
}

static struct core_config core_config(const struct conf *c, bool enabled)
{
	struct core_config cc = {
		.enabled = enabled,
		.shutdown = c->shutdown,
		.priority = c->priority,
		.keepalive_ms = c->keepalive_ms,
		.multiplier = c->multiplier,
		.init_delay_ms = c->init_delay_s * 1000,
		.reload_delay_ms = c->reload_delay_s * 1000,
		.restart_time_ms = c->restart_time_s * 1000,
		.n_paths = 1 + c->n_backups + c->n_witnesses,
		.first_witness = 1 + c->n_backups,
		.maintenance = c->maintenance,
		.authenticated = c->auth_key[0] || c->key_chain[0],
		.gateway = conf_svis_count(&c->svis) > 0,
		.init_until = c->n_init_until > 0,
	};

	memcpy(cc.system_mac.b, c->system_mac.octet, sizeof(cc.system_mac.b));
	memcpy(cc.anycast_ip, &c->anycast_ip, sizeof(cc.anycast_ip));
	return cc;
}

void mlagd_configure(void)
{
	struct mlagd *d = &instance;
	struct core_event config;

	unread = reading;
	if (reading)
		return;
	paths_configure(&d->paths, &d->conf);
	d->enabled = conf_complete(&d->conf) || (d->enabled && conf_enough_to_go_on(&d->conf));
	config = (struct core_event){.type = CORE_EV_CONFIG, .config = core_config(&d->conf, d->enabled)};
	/* while there still is a session to say goodbye in, and bonds to give back */
	if (!d->enabled)
		funnel_run(&config);
	/* what the kernel is to report is known before the core is asked to act on it */
	kernel_configure(d->kernel, &d->conf);
	if (d->enabled)
		funnel_run(&config);
	peer_configure(d->peer, &d->conf, d->peerlink_l3);
	attest_update();
	zebra_configure(d->zebra, &d->conf, d->peerlink_l3);
}

void mlagd_fini(void)
{
	struct mlagd *d = &instance;

	event_cancel(&t_reading);
	event_cancel(&t_keys);
	hook_unregister(keychain_updated, on_keychain);
	hook_unregister(keychain_removed, on_keychain);
	attest_fini();
	macpump_fini();
	funnel_fini();
	follow_fini();
	zmod_free(d->zmod);
	zmod_free(d->guard);
	zebra_free(d->zebra);
	peer_free(d->peer);
	kernel_free(d->kernel);
	mact_free(d->mact);
	neight_free(d->neighs);
	routert_free(d->routers);
	mdbt_free(d->groups);
	core_free(d->core);
	conf_fini(&d->conf);
}
