// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration's way in. The model has judged it by the time a callback
 * runs, so every callback does the same: it notes that something changed. When
 * the transaction is over, struct conf is read anew from the running
 * configuration as a whole (nb_read.c) and handed out once, however many nodes
 * changed. The few that look further are in nb_check.c. Decides nothing.
 */
#include <zebra.h>

#include "northbound.h"
#include "yang.h"

#include "mlagd/nb.h"

static struct event *t_reload;

static void reload(struct event *event)
{
	struct conf *c = &mlagd_get()->conf;

	conf_fini(c);
	conf_init(c);
	nb_read(c, running_config->dnode);
	mlagd_configure();
}

void nb_config_sync(void)
{
	if (!event_is_scheduled(t_reload))
		return;
	event_cancel(&t_reload);
	reload(NULL);
}

/* The running configuration is replaced after the last callback: wait for it. */
static void changed(enum nb_event event)
{
	if (event == NB_EV_APPLY)
		event_add_event(mlagd_get()->loop, reload, NULL, 0, &t_reload);
}

int nb_config_create(struct nb_cb_create_args *args)
{
	changed(args->event);
	return NB_OK;
}

int nb_config_modify(struct nb_cb_modify_args *args)
{
	changed(args->event);
	return NB_OK;
}

int nb_config_destroy(struct nb_cb_destroy_args *args)
{
	changed(args->event);
	return NB_OK;
}

int nb_config_move(struct nb_cb_move_args *args)
{
	changed(args->event);
	return NB_OK;
}

void nb_fini(void)
{
	event_cancel(&t_reload);
}
