// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zebra has no event for "my clients have read it", so while a question is
 * open, and only then, its queues are looked at. bgpd tells nobody how much it
 * has still to do with what it has read; it does so in portions, between which
 * it says something to zebra. Half a second of silence is taken for the end,
 * and where there is none, since hosts come and go all the time, half a minute.
 */
#include "zebra-module/compat.h"
#include "zebra-module/follow.h"
#include "zebra-module/server.h"

#include "frrevent.h"
#include "log.h"

#define LOOK_MS	 50
#define READ	 2   /* looks in a row that find all read: it has been */
#define QUIET	 10  /* that find nothing under way at all */
#define MOST	 600 /* looks since it had been read */

static struct channel_msg asked;
static unsigned int looks, read_looks, quiet_looks, since_read;
static struct event *t_look;

static bool zebra_knows(void)
{
	struct in_addr source = {.s_addr = asked.source};

	for (unsigned int i = 0; i < asked.n_ifs; i++)
		if (!compat_vxlan_source(asked.ifindex[i], source))
			return false;
	return true;
}

static bool followed(void)
{
	bool read = zebra_knows() && compat_bgp_has_read();

	looks++;
	read_looks = read ? read_looks + 1 : 0;
	quiet_looks = read && compat_bgp_is_done() ? quiet_looks + 1 : 0;
	if (since_read || read_looks == READ)
		since_read++;
	return quiet_looks == QUIET || since_read == MOST;
}

/*
 * The shared source was the other member's alone, so flooded frames were sent there. bgpd 10.7.1 should take that back
 * when it becomes ours, and now and then does not: what is flooded would come in again by our own tunnel, and twice to hosts.
 */
static void unflood_own(void)
{
	unsigned int n = compat_unflood_own();

	if (n)
		zlog_info("mlag: %u VNIs flooded to this member's own tunnel address, too: no more", n);
}

static void look(struct event *event)
{
	static struct channel_msg answer = {.type = CHANNEL_FOLLOWED};

	if (!followed()) {
		event_add_timer_msec(zrouter.master, look, NULL, LOOK_MS, &t_look);
		return;
	}
	unflood_own();
	zlog_debug("mlag: tunnel source: read by bgpd after %u looks, at rest after %u", looks - since_read, looks);
	answer.generation = asked.generation;
	server_send(&answer);
}

void follow_ask(const struct channel_msg *m)
{
	asked = *m;
	looks = read_looks = quiet_looks = since_read = 0;
	event_cancel(&t_look);
	event_add_timer_msec(zrouter.master, look, NULL, LOOK_MS, &t_look);
}

void follow_forget(void)
{
	event_cancel(&t_look);
}
