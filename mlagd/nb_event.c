// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The notification of yang/frr-mlag.yang (D8): each event as it is remembered.
 */
#include <zebra.h>

#include "linklist.h"
#include "northbound.h"
#include "yang.h"
#include "yang_wrappers.h"

#include "mlagd/nb.h"
#include "mlagd/show_value.h"

#define EVENT "/frr-mlag:event"

static void add_leaf(struct list *args, const char *name, const char *value)
{
	char xpath[XPATH_MAXLEN];

	snprintf(xpath, sizeof(xpath), EVENT "/%s", name);
	if (value[0])
		listnode_add(args, yang_data_new_string(xpath, value));
}

void nb_notify_event(const struct mlagd_event *event)
{
	struct list *args = yang_data_list_new();
	char stamp[SHOW_STAMP_LEN];
	struct mc_member self;

	core_self(mlagd_get()->core, &self);
	add_leaf(args, "time",
		 show_stamp((int64_t)event->wall.tv_sec * 1000 + event->wall.tv_usec / 1000, stamp));
	add_leaf(args, "what", event->note.what);
	add_leaf(args, "why", event->note.why);
	add_leaf(args, "effect", event->note.effect);
	add_leaf(args, "local-role", core_role_name(self.role));
	nb_notification_send(EVENT, args);
}
