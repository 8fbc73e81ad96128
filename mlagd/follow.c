// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A question to the module in zebra, and its answer. Without a module nobody
 * can tell, and nothing is waited for.
 */
#include <zebra.h>

#include "log.h"

#include "mlagd/follow.h"
#include "mlagd/funnel.h"

#define PATIENCE_S 180 /* a bgpd that hangs keeps legs down no longer */

static bool behind;
static core_ms since;
static struct event *t_patience;

static void say(bool b)
{
	if (behind == b)
		return;
	behind = b;
	funnel_run(&(struct core_event){.type = CORE_EV_ROUTING, .routing = {.behind = b}});
}

static void over(void)
{
	event_cancel(&t_patience);
	zmod_follow_void(mlagd_get()->zmod);
	say(false);
}

static void lose_patience(struct event *event)
{
	zlog_warn("zebra and bgpd have not followed the shared VTEP within %d s; going on without", PATIENCE_S);
	over();
}

void follow_applied(const struct core_wanted *w)
{
	static ifindex_t ifs[CHANNEL_IFS_MAX];
	struct mlagd *d = mlagd_get();
	unsigned int n = kernel_sources_moved(d->kernel, ifs, CHANNEL_IFS_MAX);

	if (!w->manage || !w->gateway) { /* the source goes back before routing has followed */
		over();
	} else if (n && zmod_connected(d->zmod)) {
		since = mlagd_now();
		event_cancel(&t_patience);
		event_add_timer(d->loop, lose_patience, NULL, PATIENCE_S, &t_patience);
		zmod_follow(d->zmod, d->conf.anycast_ip, ifs, n);
		say(true);
	}
}

void follow_done(void)
{
	zlog_info("zebra and bgpd have followed the shared VTEP, %" PRId64 " ms", mlagd_now() - since);
	over();
}

void follow_fini(void)
{
	event_cancel(&t_patience);
}
