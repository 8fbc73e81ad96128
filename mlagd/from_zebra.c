// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What zebra, bfdd, the module in zebra and the guard say, as core events. It
 * decides nothing.
 */
#include <zebra.h>

#include "log.h"

#include "mlagd/follow.h"
#include "mlagd/funnel.h"
#include "mlagd/mlagd_int.h"

static void on_routes(void *arg, bool present, bool lost)
{
	funnel_run(&(struct core_event){.type = CORE_EV_ROUTES, .routes = {.present = present}});
	from_kernel_routes(lost);
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

static void on_bfd(void *arg, enum core_bfd state)
{
	funnel_run(&(struct core_event){.type = CORE_EV_BFD, .bfd = state});
}

const struct zebra_ops from_zebra = {.routes = on_routes, .bfd_down = on_bfd_down, .bfd = on_bfd};

static void on_hold_done(void *arg, uint64_t generation)
{
	if (mlagd_debug & MLAGD_DEBUG_ZEBRA)
		zlog_debug("zebra holds routes as generation %" PRIu64 " says", generation);
}

static void on_zmod(void *arg, bool up)
{
	if (up)
		zlog_info("module in zebra connected");
	funnel_run(&(struct core_event){.type = CORE_EV_MODULE, .module = up ? CORE_MODULE_UP : CORE_MODULE_MISSING});
}

static void on_followed(void *arg)
{
	follow_done();
}

/* Rule 12: what an admin wants down is not ours to give back. */
static void on_shutdown(void *arg, const uint32_t *ifs, unsigned int n)
{
	kernel_disown(((struct mlagd *)arg)->kernel, ifs, n);
}

const struct zmod_ops from_zmod = {.done = on_hold_done, .connected = on_zmod, .shutdown = on_shutdown,
				     .followed = on_followed};

static void on_guard(void *arg, bool up)
{
	zlog_info("guard %s", up ? "connected" : "is not there");
}

const struct zmod_ops from_guard = {.connected = on_guard};
