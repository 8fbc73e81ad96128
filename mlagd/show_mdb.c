// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `show mlag mdb`: multicast groups and router ports that the members share (C7).
 */
#include <zebra.h>

#include "mlagd/show.h"
#include "mlagd/show_table.h"

static const char *of(bool local, bool peer)
{
	return local && peer ? "both" : local ? "local" : "peer";
}

static void add_ip(struct json_object *obj, const char *key, const struct mc_group *g, const uint8_t addr[16], bool is)
{
	struct ipaddr ip = {.ipa_type = g->kind == MC_GROUP_IPV6 ? IPADDR_V6 : IPADDR_V4};

	memcpy(&ip.ip, addr, g->kind == MC_GROUP_IPV6 ? 16 : 4);
	if (is)
		show_add_address(obj, key, &ip);
	else
		json_object_object_add(obj, key, NULL);
}

struct json_object *show_json_group(const struct mc_group *g, bool local, bool peer)
{
	struct json_object *obj = json_object_new_object();

	json_object_boolean_add(obj, "router", g->kind == MC_GROUP_ROUTER);
	add_ip(obj, "group", g, g->addr, g->kind != MC_GROUP_ROUTER);
	add_ip(obj, "source", g, g->source, g->has_source);
	json_object_int_add(obj, "vlan", g->vlan);
	json_object_int_add(obj, "mlagId", g->mlag_id);
	json_object_int_add(obj, "orphanPort", g->port);
	show_add_string(obj, "knownTo", of(local, peer));
	return obj;
}

static bool each_group(void *list, const struct mc_group *g, bool local, bool peer)
{
	show_list_row(list, show_json_group(g, local, peer));
	return true;
}

int show_groups(struct vty *vty, bool json, const struct mdbt *t)
{
	static const struct show_column columns[] = {{"Group", "group"},   {"Source", "source"},
						     {"VLAN", "vlan"},	   {"Router", "router"},
						     {"MLAG id", "mlagId"}, {"Orphan port", "orphanPort"},
						     {"Known to", "knownTo"}};
	struct show_list list;

	show_list_begin(&list, vty, json, columns, array_size(columns));
	mdbt_walk(t, each_group, &list);
	return show_list_end(&list);
}
