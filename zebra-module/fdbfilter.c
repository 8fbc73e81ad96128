// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zebra reads each FDB event of the kernel, and while EVPN is off throws it
 * away (zebra_neigh.c: "only process macfdb notifications if EVPN is enabled").
 * With many addresses that is all of a processor, and a socket that overruns,
 * upon which zebra exits. So while EVPN is off the kernel does not queue them: the
 * socket's own filter stays, with a few instructions before it.
 *
 * The moment EVPN comes on, zebra has its dataplane read the whole FDB. A
 * provider before the kernel's sees that order pass, in the thread and the order
 * in which it is carried out, and takes the filter off first: what the read does
 * not show comes as an event. Nothing else is done here, and when the socket's
 * filter cannot be read, nothing at all.
 */
#include "zebra-module/compat.h"

#include <pthread.h>

#include "log.h"

#include "zebra/zebra_dplane.h"

#include "zebra-module/fdbfilter.h"
#include "zebra-module/fdbsock.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* main and dataplane thread */
static bool on, unable;
static struct zebra_dplane_provider *provider;

static void set(bool want)
{
	struct zebra_ns *zns = zebra_ns_lookup(NS_DEFAULT);

	pthread_mutex_lock(&lock);
	if (want == on || unable || !zns) {
		/* nothing to do */
	} else if ((want ? fdbsock_spare : fdbsock_restore)(zns->netlink_dplane_in.sock)) {
		on = want;
		zlog_info("mlag: zebra %s FDB events", on ? "has no use for, and is spared," : "hears");
	} else {
		unable = true;
		zlog_warn("mlag: FDB events to zebra cannot be filtered: %s", safe_strerror(errno));
	}
	pthread_mutex_unlock(&lock);
}

void fdbfilter_check(void)
{
	if (provider && !is_evpn_enabled())
		set(true);
}

/* In the dataplane's thread. */
static int pass(struct zebra_dplane_provider *prov)
{
	int limit = dplane_provider_get_work_limit(prov), n;
	struct zebra_dplane_ctx *ctx;

	for (n = 0; n < limit; n++) {
		ctx = dplane_provider_dequeue_in_ctx(prov);
		if (!ctx)
			return 0;
		if (dplane_ctx_get_op(ctx) == DPLANE_OP_FDB_READ)
			set(false);
		dplane_provider_enqueue_out_ctx(prov, ctx);
	}
	dplane_provider_work_ready();
	return 0;
}

void fdbfilter_init(void)
{
	if (dplane_provider_register("mlag", DPLANE_PRIO_PRE_KERNEL, DPLANE_PROV_FLAGS_DEFAULT, NULL, pass, NULL, NULL,
				     &provider) != 0)
		zlog_warn("mlag: zebra's dataplane takes no provider, it will hear all FDB events");
}
