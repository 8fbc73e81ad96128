// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zebra has no hook for `shutdown`, so its interfaces are compared at each
 * word of mlagd's: a walk of its table, no system call. What changes between
 * two words is said with the next.
 */
#include "zebra-module/compat.h"
#include "zebra-module/server.h"
#include "zebra-module/staydown.h"

static struct channel_msg said, now;
static bool known;

static void add(const struct interface *ifp)
{
	if (now.n_ifs < CHANNEL_IFS_MAX && compat_shutdown(ifp))
		now.ifindex[now.n_ifs++] = ifp->ifindex;
}

void stay_down_say(void)
{
	now.type = CHANNEL_SHUTDOWN;
	now.n_ifs = 0;
	compat_for_each_ifp(add);
	if (known && now.n_ifs == said.n_ifs && memcmp(now.ifindex, said.ifindex, now.n_ifs * sizeof(now.ifindex[0])) == 0)
		return;
	known = server_send(&now);
	said = now;
}

void stay_down_forget(void)
{
	known = false;
}
