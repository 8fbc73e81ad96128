// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All daemons hear the role with zebra's capabilities. Those that registered
 * for MLAG hear that its process is up, then a status: role, peer, peerlink.
 * mlagd falling silent changes nothing here: roles are frozen then (rule 5).
 */
#include "zebra-module/compat.h"
#include "zebra-module/role.h"

#include "frrevent.h"

static struct channel_msg now;
static unsigned int told; /* daemons that have registered and been told */
static struct event *t_say;

static void say(struct event *event)
{
	told = compat_mlag_interested();
	compat_mlag_status(now.orders.role, now.orders.peer_up, now.n_names ? now.name[0] : "");
}

/* Behind what zebra itself has queued: that the process is up is to be heard first. */
static void say_soon(void)
{
	event_add_event(zrouter.master, say, NULL, 0, &t_say);
}

static int on_open(void)
{
	zebra_mlag_handle_process_state(MLAG_UP);
	say_soon();
	return 0;
}

/* One that comes back before anybody has counted is another one, and knows nothing. */
static int on_close(struct zserv *client)
{
	if (compat_mlag_wants(client) && told)
		told--;
	return 0;
}

void role_init(void)
{
	hook_register(zserv_client_close, on_close);
	hook_register(zebra_mlag_private_open_channel, on_open);
}

void role_orders(const struct channel_msg *orders)
{
	now = *orders;
	say_soon();
}

void role_again(void)
{
	if (compat_mlag_interested() != told)
		say_soon();
}
