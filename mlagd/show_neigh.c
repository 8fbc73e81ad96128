// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `show mlag neighbor`: ARP and ND entries of SVIs that the members share (C8).
 */
#include <zebra.h>

#include "mlagd/show.h"
#include "mlagd/show_table.h"

static const char *of(bool local, bool peer)
{
	return local && peer ? "both" : local ? "local" : "peer";
}

struct json_object *show_json_neigh(const struct mc_neigh *n, bool local, bool peer)
{
	struct json_object *obj = json_object_new_object();
	struct ipaddr ip = {.ipa_type = n->v6 ? IPADDR_V6 : IPADDR_V4};

	memcpy(&ip.ip, n->addr, n->v6 ? 16 : 4);
	show_add_address(obj, "address", &ip);
	json_object_int_add(obj, "vlan", n->vlan);
	show_add_mac(obj, "mac", n->mac.b);
	json_object_boolean_add(obj, "virtualDevice", n->virt);
	show_add_string(obj, "knownTo", of(local, peer));
	return obj;
}

static bool each_neigh(void *list, const struct mc_neigh *n, bool local, bool peer)
{
	show_list_row(list, show_json_neigh(n, local, peer));
	return true;
}

int show_neighs(struct vty *vty, bool json, const struct neight *t)
{
	static const struct show_column columns[] = {{"Address", "address"},
						     {"VLAN", "vlan"},
						     {"MAC", "mac"},
						     {"Virtual device", "virtualDevice"},
						     {"Known to", "knownTo"}};
	struct show_list list;

	show_list_begin(&list, vty, json, columns, array_size(columns));
	neight_walk(t, each_neigh, &list);
	return show_list_end(&list);
}
