// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Orders are read off the core and the configuration; nothing is decided here.
 * The beat is a timer of the main loop's, so a hung loop does not look alive,
 * and as slow as the keepalive: who needs to know sooner asks (zmod.c).
 */
#include <zebra.h>

#include "log.h"

#include "mlagd/attest.h"
#include "zebra-module/channel.h"

#define LEASE_MS 1000 /* of a fence, as in the core: it outlives the last proof for so long (rule 2) */

static struct channel_msg said;
static bool read_all, spoken, peer_up;
static struct event *t_beat;

static void beat(struct event *event)
{
	struct mlagd *d = mlagd_get();

	zmod_beat(d->zmod);
	zmod_beat(d->guard);
	event_add_timer_msec(d->loop, beat, NULL, d->conf.keepalive_ms, &t_beat);
}

/* How long what is taken down stays so without us. */
static uint32_t lease(const struct mlagd *d, const struct core_wanted *w)
{
	enum core_hold hold = w->hold;

	if (hold == CORE_HOLD_NONE)
		return CHANNEL_LEASE_NONE;
	if (hold == CORE_HOLD_SPLIT || hold == CORE_HOLD_UPLINKS)
		return LEASE_MS;
	if (hold == CORE_HOLD_BOOT || hold == CORE_HOLD_INIT || hold == CORE_HOLD_JOIN)
		return d->conf.reload_delay_s * 1000;
	return CHANNEL_LEASE_FOREVER;
}

static void put_name(struct channel_msg *m, const char *name)
{
	if (m->n_names < CHANNEL_NAMES_MAX)
		strlcpy(m->name[m->n_names++], name, CHANNEL_NAME_LEN);
}

static void put_names(const struct mlagd *d, struct channel_msg *m)
{
	const struct conf_bond *b;

	put_name(m, d->conf.peer_link);
	frr_each (conf_bonds_const, &d->conf.bonds, b)
		put_name(m, b->ifname);
	for (unsigned int i = 0; i < d->conf.n_orphans && m->n_names < CHANNEL_NAMES_MAX; i++, m->orders.n_orphans++)
		put_name(m, d->conf.orphans[i]);
}

static void make(struct mlagd *d, struct channel_msg *m)
{
	const struct core_wanted *w = core_wanted(d->core);
	static ifindex_t svis[CHANNEL_IFS_MAX];
	struct mc_member self;

	memset(m, 0, sizeof(*m));
	m->type = CHANNEL_ORDERS;
	m->orders.keepalive_ms = d->conf.keepalive_ms;
	m->orders.restart_ms = d->conf.restart_time_s * 1000;
	m->orders.reload_ms = d->conf.reload_delay_s * 1000;
	m->orders.managing = w->manage;
	m->orders.lease_ms = lease(d, w);
	if (!w->manage)
		return;
	core_self(d->core, &self);
	m->orders.role = (uint8_t)self.role;
	m->orders.peer_up = peer_up;
	put_names(d, m);
	m->n_ifs = kernel_svis(d->kernel, svis, CHANNEL_IFS_MAX);
	for (unsigned int i = 0; i < m->n_ifs; i++)
		m->ifindex[i] = svis[i];
}

/* Before the configuration is read and the core acts on it, "nothing to do" would be a lie. */
static bool ready(const struct mlagd *d)
{
	return spoken || core_wanted(d->core)->manage || (read_all && !d->enabled);
}

void attest_configured(void)
{
	read_all = true;
	attest_update();
}

void attest_step(bool changed)
{
	struct mlagd *d = mlagd_get();
	struct core_view view;

	core_view(d->core, mlagd_now(), &view);
	changed |= view.peer_alive != peer_up;
	peer_up = view.peer_alive;
	if (changed)
		attest_update();
}

void attest_update(void)
{
	static struct channel_msg now;
	struct mlagd *d = mlagd_get();

	if (!ready(d))
		return;
	make(d, &now);
	if (spoken && memcmp(&now, &said, sizeof(now)) == 0)
		return;
	spoken = true;
	said = now;
	zmod_orders(d->zmod, &now);
	zmod_orders(d->guard, &now);
	if (!t_beat)
		event_add_timer_msec(d->loop, beat, NULL, d->conf.keepalive_ms, &t_beat);
}

void attest_fini(void)
{
	event_cancel(&t_beat);
}
