// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `show mlag mac`: the MAC table, entry by entry.
 */
#include <zebra.h>

#include "mlagd/show.h"
#include "mlagd/show_table.h"

/* A side of an address: mlag id, 0 for an orphan port, null when that side does not have it. */
static void add_side(struct json_object *obj, const char *key, int32_t where)
{
	json_object_object_add(obj, key, where == MACT_NOWHERE ? NULL : json_object_new_int(where));
}

struct json_object *show_json_mac(const struct mc_mac *mac, uint16_t vlan, int32_t local, int32_t peer, bool self)
{
	struct json_object *obj = json_object_new_object();

	show_add_mac(obj, "mac", mac->b);
	json_object_int_add(obj, "vlan", vlan);
	add_side(obj, "localMlagId", local);
	add_side(obj, "peerMlagId", peer);
	json_object_boolean_add(obj, "self", self);
	return obj;
}

/* A side of an address as a place. */
static const char *place(struct json_object *entry, const char *key, char *buf, size_t size)
{
	struct json_object *where = show_get(entry, key);

	if (!where)
		return "-";
	if (json_object_get_int(where) == 0)
		return show_truth(entry, "self") ? "own" : "orphan";
	snprintf(buf, size, "id %d", json_object_get_int(where));
	return buf;
}

static bool each_mac(void *list, const struct mc_mac *mac, uint16_t vlan, int32_t local, int32_t peer, bool self)
{
	show_list_row(list, show_json_mac(mac, vlan, local, peer, self));
	return true;
}

int show_macs(struct vty *vty, bool json, const struct mact *t)
{
	static const struct show_column columns[] = {
		{"MAC", "mac"}, {"VLAN", "vlan"}, {"Local", "localMlagId", place}, {"Peer", "peerMlagId", place}};
	struct show_list list;

	show_list_begin(&list, vty, json, columns, array_size(columns));
	mact_walk(t, each_mac, &list);
	return show_list_end(&list);
}
