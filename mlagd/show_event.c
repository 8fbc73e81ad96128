// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `show mlag events` (D8): what the funnel remembered, oldest first.
 */
#include <zebra.h>

#include "vty.h"

#include "mlagd/show.h"

static struct json_object *event_json(const struct mlagd_event *e)
{
	struct json_object *obj = json_object_new_object();
	char buf[SHOW_STAMP_LEN];

	show_add_string(obj, "time", show_stamp((int64_t)e->wall.tv_sec * 1000 + e->wall.tv_usec / 1000, buf));
	show_add_string(obj, "what", e->note.what);
	show_add_string(obj, "why", e->note.why);
	show_add_string(obj, "effect", e->note.effect);
	return obj;
}

struct json_object *show_json_events(const struct mlagd_event *ring, uint64_t n_events)
{
	struct json_object *list = json_object_new_array();
	uint64_t first = n_events > MLAGD_EVENTS ? n_events - MLAGD_EVENTS : 0;

	for (uint64_t i = first; i < n_events; i++)
		json_object_array_add(list, event_json(&ring[i % MLAGD_EVENTS]));
	return list;
}

void show_text_events(struct vty *vty, struct json_object *list)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *e = json_object_array_get_idx(list, i);

		vty_out(vty, "%s  %s\n    why: %s\n    effect: %s\n", show_str(e, "time"), show_str(e, "what"),
			show_str(e, "why"), show_str(e, "effect"));
	}
}
