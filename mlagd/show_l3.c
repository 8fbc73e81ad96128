// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `show mlag vrr` and `show mlag vtep`: the virtual routers (E1-E5) and the
 * vxlan devices (E6) as they are in the kernel. Pure.
 */
#include <zebra.h>

#include "mlagd/kernel_l3.h"
#include "mlagd/show.h"
#include "mlagd/show_table.h"

struct json_object *show_json_vrr(const struct kernel_vrr *r)
{
	struct json_object *obj = json_object_new_object(), *addresses = json_object_new_array();
	char buf[PREFIX_STRLEN];

	for (unsigned int i = 0; i < r->n_addrs; i++)
		json_array_string_add(addresses, prefix2str(&r->addrs[i], buf, sizeof(buf)));
	show_add_string(obj, "interface", r->svi);
	show_add_string(obj, "device", r->device[0] ? r->device : NULL);
	show_add_string(obj, "vrf", r->vrf);
	json_object_object_add(obj, "vlan", r->vlan ? json_object_new_int(r->vlan) : NULL);
	show_add_mac(obj, "mac", r->mac.octet);
	json_object_object_add(obj, "addresses", addresses);
	json_object_boolean_add(obj, "up", r->up);
	show_add_string(obj, "conflict", r->conflict);
	return obj;
}

static void add_ipv4(struct json_object *obj, const char *key, struct in_addr addr)
{
	struct ipaddr ip = {.ipa_type = addr.s_addr ? IPADDR_V4 : IPADDR_NONE, .ipaddr_v4 = addr};

	show_add_address(obj, key, &ip);
}

struct json_object *show_json_vtep(const struct kernel_vtep *v)
{
	struct json_object *obj = json_object_new_object();
	bool shared = v->anycast.s_addr != 0 && v->local.s_addr == v->anycast.s_addr;

	show_add_string(obj, "interface", v->ifname);
	add_ipv4(obj, "anycastIp", v->anycast);
	add_ipv4(obj, "localIp", v->local);
	add_ipv4(obj, "ownIp", v->own);
	json_object_boolean_add(obj, "shared", shared);
	json_object_boolean_add(obj, "onLoopback", v->on_loopback);
	return obj;
}

int show_vrrs(struct vty *vty, bool json, struct kernel *k, const struct routert *routers)
{
	static const struct show_column columns[] = {
		{"Interface", "interface"}, {"Device", "device"},	{"VRF", "vrf"}, {"VLAN", "vlan"},
		{"MAC", "mac"},		    {"Addresses", "addresses"}, {"Up", "up"},	{"Conflict", "conflict"},
	};
	struct kernel_vrr r;
	struct show_list list;

	show_list_begin(&list, vty, json, columns, array_size(columns));
	for (unsigned int i = 0; kernel_vrr_show(k, i, &r); i++) {
		r.conflict = r.conflict ?: routert_conflict(routers, r.vlan);
		show_list_row(&list, show_json_vrr(&r));
	}
	for (unsigned int i = 0; kernel_router_show(k, i, &r); i++) {
		r.conflict = routert_conflict(routers, r.vlan);
		show_list_row(&list, show_json_vrr(&r));
	}
	return show_list_end(&list);
}

int show_vteps(struct vty *vty, bool json, struct kernel *k)
{
	static const struct show_column columns[] = {
		{"Interface", "interface"}, {"Anycast IP", "anycastIp"}, {"Local IP", "localIp"},
		{"Own IP", "ownIp"},	    {"Shared", "shared"},	 {"On Loopback", "onLoopback"},
	};
	struct kernel_vtep v;
	struct show_list list;

	show_list_begin(&list, vty, json, columns, array_size(columns));
	for (unsigned int i = 0; kernel_vtep_show(k, i, &v); i++)
		show_list_row(&list, show_json_vtep(&v));
	return show_list_end(&list);
}
