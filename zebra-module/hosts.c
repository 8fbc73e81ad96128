// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Wanted (what the kernel says now) against actual (what zebra was given),
 * both sorted: one pass adds and removes. Read again each second, as the
 * bridge moves addresses without telling us, and only while it is wanted.
 */
#include "zebra-module/compat.h"
#include "zebra-module/hosts.h"
#include "zebra-module/neigh.h"
#include "zebra-module/vigil.h"

#include "frrevent.h"
#include "log.h"
#include "memory.h"

#define AGAIN_MS 1000

static struct event_loop *loop;
static struct event *t_again;
static ifindex_t svis[CHANNEL_IFS_MAX];
static unsigned int n_svis;
static struct neigh_host *given;
static unsigned int n_given;

static void give(const struct neigh_host *h, bool add)
{
	struct interface *svi = compat_ifp_by_index(h->svi), *through = compat_ifp_by_index(h->through);

	if (svi && through)
		compat_host_route(svi, through, &h->p, add);
}

/* What was given becomes now. */
static void become(struct neigh_host *now, unsigned int n)
{
	unsigned int i = 0, j = 0, added = 0, gone = 0;

	while (i < n_given || j < n) {
		int cmp = i == n_given ? 1 : j == n ? -1 : neigh_host_cmp(&given[i], &now[j]);

		if (cmp < 0) {
			give(&given[i++], false);
			gone++;
		} else if (cmp > 0) {
			give(&now[j++], true);
			added++;
		} else {
			i++;
			j++;
		}
	}
	if (added || gone)
		zlog_info("mlag: host routes: %u added, %u removed, %u in all", added, gone, n);
	XFREE(MTYPE_TMP, given);
	given = now;
	n_given = n;
}

static void again(struct event *event)
{
	struct neigh_host *now = XCALLOC(MTYPE_TMP, NEIGH_HOSTS_MAX * sizeof(*now));
	struct links *ls = vigil_look();
	int n = ls ? neigh_reached(ls, svis, n_svis, now, NEIGH_HOSTS_MAX) : -1;

	if (n >= 0)
		become(now, n);
	else
		XFREE(MTYPE_TMP, now);
	event_add_timer_msec(loop, again, NULL, AGAIN_MS, &t_again);
}

void hosts_init(struct event_loop *l)
{
	loop = l;
}

void hosts_want(const uint32_t *ifs, unsigned int n)
{
	bool same = n == n_svis;

	for (unsigned int i = 0; i < n; i++) {
		same = same && svis[i] == (ifindex_t)ifs[i];
		svis[i] = ifs[i];
	}
	n_svis = n;
	if (same && n)
		return;
	event_cancel(&t_again);
	if (n)
		again(NULL);
	else if (given)
		become(NULL, 0);
}

void hosts_end(void)
{
	event_cancel(&t_again);
	n_given = 0;
	XFREE(MTYPE_TMP, given);
}
