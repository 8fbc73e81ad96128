// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The daemon's one instance: makes the core and the edges, hands the
 * configuration to each, and turns what the edges report into core events. It
 * decides nothing and programs nothing: see funnel.c for what follows.
 */
#include <zebra.h>
#include <sys/random.h>

#include "command.h"
#include "keychain.h"
#include "libfrr.h"
#include "log.h"
#include "monotime.h"

#include "mlagd/attest.h"
#include "mlagd/funnel.h"
#include "zebra-module/channel.h"
#include "mlagd/nb.h"

DEFINE_MGROUP(MLAGD, "mlagd");

#define MACS_MAX   (2U << 20)   /* addresses known at once, both sides together */
#define NEIGHS_MAX (256U << 10) /* neighbours likewise */
#define GROUPS_MAX (256U << 10) /* ports of multicast groups likewise */

static struct mlagd instance;
static ifindex_t peerlink_l3;
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

/* --------------------------------------------------------- from the kernel */

static struct core_uplinks uplinks = {.up = true}; /* by carrier */
static bool routes_lost;

static void on_peerlink(void *arg, const struct core_peerlink *pl, ifindex_t l3, bool l3_running)
{
	struct mlagd *d = arg;

	if (mlagd_debug & MLAGD_DEBUG_NETLINK)
		zlog_debug("peerlink: carrier %d, usable %d, device %d running %d", pl->carrier, pl->usable, l3, l3_running);
	mact_peerlink(d->mact, kernel_may_detour(d->kernel)); /* a mark, carried out behind the core's */
	mdbt_peerlink(d->groups, pl->carrier);
	/* the core first: losing the peerlink is the one moment that cannot wait */
	funnel_run(&(struct core_event){.type = CORE_EV_PEERLINK, .peerlink = *pl});
	if (l3 != peerlink_l3) {
		peerlink_l3 = l3;
		peer_configure(d->peer, &d->conf, l3);
		zebra_configure(d->zebra, &d->conf, l3);
	}
	peer_link_changed(d->peer, l3_running);
}

static void on_bond(void *arg, const struct core_bond *b)
{
	if (mlagd_debug & MLAGD_DEBUG_NETLINK)
		zlog_debug("%s: present %d, carrier %d, distributing %d, shared id %d, held %d", b->ifname, b->present,
			   b->carrier, b->distributing, b->shared_id, b->held);
	funnel_run(&(struct core_event){.type = CORE_EV_BOND, .bond = *b});
}

static void on_fdb(void *arg, const struct mc_mac *mac, uint16_t vlan, uint16_t where, enum kernel_fdb_news news)
{
	struct mlagd *d = arg;

	switch (news) {
	case KFDB_LEARNED:
	case KFDB_SELF:
		mact_local_add(d->mact, mac, vlan, where, news == KFDB_SELF);
		break;
	case KFDB_REMOTE:
	case KFDB_STATIC:
		mact_foreign(d->mact, mac, vlan, news == KFDB_REMOTE);
		break;
	case KFDB_GONE:
	case KFDB_AGED:
		mact_local_del(d->mact, mac, vlan, news == KFDB_AGED);
		break;
	}
	macpump_schedule();
}

/*
 * An entry of an earlier run of ours stands in the kernel. It counts as the
 * peer's word until the peer has said everything anew, so a restart moves none.
 */
static void on_fdb_ours(void *arg, const struct mc_mac *mac, uint16_t vlan, int32_t where)
{
	struct mlagd *d = arg;

	mact_kernel_has(d->mact, mac, vlan, where);
	macpump_schedule();
}

/* What wanted is applied to has changed: the affected SVIs, or somebody undid a part of it. */
static void on_reapply(void *arg)
{
	funnel_reapply();
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

static void on_kernel_ready(void *arg)
{
	dumped = true;
	funnel_kernel_ready();
	start_complete();
}

/* Routes that are lost are so over the peerlink too. */
static void tell_uplinks(void)
{
	struct core_uplinks u = uplinks;

	u.lost = routes_lost;
	u.up &= !u.lost;
	u.detour &= !u.lost;
	if (mlagd_debug & MLAGD_DEBUG_NETLINK)
		zlog_debug("uplinks: up %d, routeless %d, detour %d, lost %d", u.up, u.routeless, u.detour, u.lost);
	funnel_run(&(struct core_event){.type = CORE_EV_UPLINKS, .uplinks = u});
}

static void on_uplinks(void *arg, const struct core_uplinks *u)
{
	uplinks = *u;
	tell_uplinks();
}

static void on_neigh(void *arg, const struct mc_neigh *n, enum neigh_seen seen)
{
	struct mlagd *d = arg;

	neight_kernel(d->neighs, n, seen);
	macpump_schedule();
}

static void on_neigh_read(void *arg, bool begin)
{
	struct mlagd *d = arg;

	if (begin)
		neight_read_begin(d->neighs);
	else
		neight_read_end(d->neighs);
	macpump_schedule();
}

static void on_mdb(void *arg, const struct mc_group *g, enum mdb_seen seen, int64_t age)
{
	struct mlagd *d = arg;

	mdbt_kernel(d->groups, g, seen, age, mlagd_now());
	macpump_schedule();
}

static void on_mdb_read(void *arg, bool begin, int64_t group, int64_t router)
{
	struct mlagd *d = arg;

	mdbt_lifetimes(d->groups, group, router);
	if (begin)
		mdbt_read_begin(d->groups);
	else
		mdbt_read_end(d->groups, mlagd_now());
	macpump_schedule();
}

static void on_mdb_refused(void *arg, unsigned int i)
{
	macpump_mdb_refused(i);
}

static const struct kernel_ops kernel_ops = {
	.mdb = on_mdb,
	.mdb_read = on_mdb_read,
	.mdb_refused = on_mdb_refused,
	.neigh = on_neigh,
	.neigh_read = on_neigh_read,
	.peerlink = on_peerlink,
	.bond = on_bond,
	.uplinks = on_uplinks,
	.fdb = on_fdb,
	.fdb_ours = on_fdb_ours,
	.svis = on_reapply,
	.reapply = on_reapply,
	.ready = on_kernel_ready,
};

/* ----------------------------------------------------------- from the peer */

static void on_probe(void *arg, uint8_t path, const struct mc_probe *p)
{
	struct mlagd *d = arg;

	if (mlagd_debug & MLAGD_DEBUG_HEARTBEAT)
		zlog_debug("probe on path %u: request %d, seq %u, answers %u, in service %d, fenced %d", path, p->request,
			   p->seq, p->reply_to, p->m.in_service, p->m.fenced);
	paths_heard(&d->paths, path, &p->m, mlagd_now());
	if (path == CORE_PATH_PEERLINK) /* a session may be there before it is known by its probes */
		zebra_peer(d->zebra, peer_address(d->peer));
	funnel_run(&(struct core_event){.type = CORE_EV_PROBE, .probe = {.path = path, .p = *p}});
}

static void on_session(void *arg, bool up, bool goodbye)
{
	struct mlagd *d = arg;

	d->peer_hello = false;
	d->peer_capabilities = 0;
	if (up) {
		mact_session_up(d->mact);
		neight_session_up(d->neighs);
		mdbt_session_up(d->groups);
	} else
		macpump_session_down();
	funnel_run(&(struct core_event){.type = CORE_EV_SESSION, .session = {.up = up, .goodbye = goodbye}});
}

static void on_msg(void *arg, const struct mc_msg *m)
{
	struct mlagd *d = arg;

	if (mlagd_debug & MLAGD_DEBUG_PEER)
		zlog_debug("%s from the peer", wire_msg_name(m->type));
	switch (m->type) {
	case MC_MSG_MAC:
		if (core_wanted(d->core)->accept_macs)
			mact_peer_batch(d->mact, m->macs.e, m->macs.n);
		macpump_schedule();
		return;
	case MC_MSG_SYNC_END:
		mact_peer_sync_end(d->mact);
		neight_peer_sync_end(d->neighs);
		mdbt_peer_sync_end(d->groups);
		macpump_synced();
		break;
	case MC_MSG_HELLO:
		strlcpy(d->peer_version, m->hello.version, sizeof(d->peer_version));
		d->peer_capabilities = m->hello.capabilities;
		d->peer_hello = true;
		macpump_schedule();
		break;
	default:
		if (macpump_msg(m))
			return;
		break;
	}
	funnel_run(&(struct core_event){.type = CORE_EV_MSG, .msg = m});
}

static void on_writable(void *arg)
{
	macpump_schedule();
}

/* B4, B6: what may have crossed the peerlink witnesses nothing. */
static bool independent(void *arg, ifindex_t arrival)
{
	struct mlagd *d = arg;

	return arrival != peerlink_l3 && !kernel_over_peerlink(d->kernel, arrival);
}

static void on_refused(void *arg, enum mc_refusal fault)
{
	funnel_run(&(struct core_event){.type = CORE_EV_REFUSED, .refused = fault});
}

static const struct peer_ops peer_ops = {
	.probe = on_probe,
	.session = on_session,
	.msg = on_msg,
	.writable = on_writable,
	.independent = independent,
	.refused = on_refused,
};

/* ---------------------------------------------------------- from zebra, bfdd */

static void on_routes(void *arg, bool present, bool lost)
{
	funnel_run(&(struct core_event){.type = CORE_EV_ROUTES, .routes = {.present = present}});
	if (lost == routes_lost)
		return;
	routes_lost = lost;
	tell_uplinks();
}

/* B10: the core hears why first; that the transport is over follows and is no news then. */
static void on_bfd_down(void *arg)
{
	struct mlagd *d = arg;

	if (!peer_session_up(d->peer))
		return;
	funnel_run(&(struct core_event){.type = CORE_EV_SESSION, .session = {.bfd = true}});
	peer_drop_session(d->peer);
}

static const struct zebra_ops zebra_ops = {.routes = on_routes, .bfd_down = on_bfd_down};

int mlagd_vrf_enabled(struct vrf *vrf)
{
	if (instance.zebra)
		zebra_vrf_enabled(instance.zebra);
	return 0;
}

/* ----------------------------------------------------- from zebra's module */

static void on_hold_done(void *arg, uint64_t generation)
{
	if (mlagd_debug & MLAGD_DEBUG_ZEBRA)
		zlog_debug("zebra holds routes as generation %" PRIu64 " says", generation);
}

static void on_zmod(void *arg, bool up)
{
	if (up)
		zlog_info("module in zebra connected");
	else
		zlog_warn("module in zebra is gone: routes stay as they are until it is back");
}

/* Rule 12: what an admin wants down is not ours to give back. */
static void on_shutdown(void *arg, const uint32_t *ifs, unsigned int n)
{
	kernel_disown(((struct mlagd *)arg)->kernel, ifs, n);
}

static const struct zmod_ops zmod_ops = {.done = on_hold_done, .connected = on_zmod, .shutdown = on_shutdown};

static void on_guard(void *arg, bool up)
{
	zlog_info("guard %s", up ? "connected" : "is gone");
}

static const struct zmod_ops guard_ops = {.connected = on_guard};

/* ------------------------------------------------------- life, configuration */

static uint64_t new_incarnation(void)
{
	uint64_t n = 0;

	while (n == 0)
		if (getrandom(&n, sizeof(n), 0) != sizeof(n))
			n = (uint64_t)mlagd_now() << 20 | getpid();
	return n;
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
	peer_configure(instance.peer, &instance.conf, peerlink_l3);
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
	d->groups = mdbt_new(GROUPS_MAX);
	d->peer = peer_new(loop, &peer_ops, d);
	d->zmod = zmod_new(loop, CHANNEL_SOCKET, &zmod_ops, d);
	d->guard = zmod_new(loop, CHANNEL_GUARD_SOCKET, &guard_ops, d);
	d->zebra = zebra_new(loop, privs, &zebra_ops, d);
	d->kernel = kernel_new(loop, frr_runstatedir, &kernel_ops, d);
	macpump_init();
	if (!d->core || !d->mact || !d->neighs || !d->groups || !d->peer || !d->zmod || !d->guard || !d->kernel) {
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
		.init_until = c->n_init_until > 0,
	};

	memcpy(cc.system_mac.b, c->system_mac.octet, sizeof(cc.system_mac.b));
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
	peer_configure(d->peer, &d->conf, peerlink_l3);
	attest_update();
	zebra_configure(d->zebra, &d->conf, peerlink_l3);
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
	zmod_free(d->zmod);
	zmod_free(d->guard);
	zebra_free(d->zebra);
	peer_free(d->peer);
	kernel_free(d->kernel);
	mact_free(d->mact);
	neight_free(d->neighs);
	mdbt_free(d->groups);
	core_free(d->core);
	conf_fini(&d->conf);
}
