// SPDX-License-Identifier: GPL-2.0-or-later
/* See show_bench.h. */
#include <zebra.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/unit/show_bench.h"

struct conf facts_conf;

/* ---- fields ---- */

struct json_object *field(struct json_object *obj, const char *key)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(obj, key, &value))
		fail_msg("no \"%s\"", key);
	return value;
}

const char *field_text(struct json_object *obj, const char *key)
{
	return json_object_get_string(field(obj, key));
}

int field_number(struct json_object *obj, const char *key)
{
	assert_true(json_object_is_type(field(obj, key), json_type_int));
	return json_object_get_int(field(obj, key));
}

bool field_truth(struct json_object *obj, const char *key)
{
	assert_true(json_object_is_type(field(obj, key), json_type_boolean));
	return json_object_get_boolean(field(obj, key));
}

void field_null(struct json_object *obj, const char *key)
{
	if (field(obj, key))
		fail_msg("\"%s\" is %s, not null", key, field_text(obj, key));
}

/* ---- facts ---- */

void facts_unknown(struct show_facts *f)
{
	memset(f, 0, sizeof(*f));
	memset(&facts_conf, 0, sizeof(facts_conf));
	f->conf = &facts_conf;
	for (unsigned int i = 0; i < CORE_PATHS_MAX; i++)
		f->core.path_heard[i] = CORE_NEVER;
}

static void configure(void)
{
	facts_conf.present = facts_conf.has_system_mac = true;
	memcpy(facts_conf.system_mac.octet, "\x44\x38\x39\xff\x00\xaa", 6);
	strlcpy(facts_conf.peer_link, "peerlink.4094", sizeof(facts_conf.peer_link));
	facts_conf.n_backups = 2;
	str2ipaddr("192.168.200.2", &facts_conf.backup[0].addr);
	str2ipaddr("2001:db8::2", &facts_conf.backup[1].addr);
	strlcpy(facts_conf.backup[1].vrf, "mgmt", sizeof(facts_conf.backup[1].vrf));
	facts_conf.backup[0].port = facts_conf.backup[1].port = 5342;
	facts_conf.priority = 1000;
	facts_conf.init_delay_s = 10;
}

void facts_peered(struct show_facts *f)
{
	facts_unknown(f);
	configure();
	f->enable = true;
	f->wall_offset_ms = 1700000000000;
	f->core.self = (struct mc_member){.id = {{0x44, 0x38, 0x39, 0, 0, 1}}, .role = MC_ROLE_PRIMARY, .in_service = true};
	f->core.peer_known = f->core.peer_alive = true;
	f->core.peer = (struct mc_member){.id = {{0x44, 0x38, 0x39, 0, 0, 2}},
					  .role = MC_ROLE_SECONDARY,
					  .priority = 2000,
					  .in_service = true};
	f->core.peer_state = (struct core_condition){CORE_ST_UP, 1234, NULL};
	f->core.backup = (struct core_condition){CORE_ST_UP, 0, NULL};
	f->core.path_fresh[2] = true;
	memset(f->core.path_proves, true, sizeof(f->core.path_proves));
	f->core.module = (struct core_condition){CORE_ST_UP, 0, NULL};
	f->core.path_heard[2] = 5000;
	str2ipaddr("fe80::2", &f->peer_address);
}

/* What the kernel has, as show_vrrs() and show_vteps() ask for it. */
static struct prefix gateway[2];

bool kernel_vrr_show(struct kernel *k, unsigned int i, struct kernel_vrr *out)
{
	str2prefix("10.1.10.1/24", &gateway[0]);
	str2prefix("2001:db8:10::1/64", &gateway[1]);
	*out = (struct kernel_vrr){.svi = "vlan10", .device = "vlan10-v0", .vlan = 10, .addrs = gateway, .n_addrs = 2};
	memcpy(out->mac.octet, "\x00\x00\x5e\x00\x01\x01", 6);
	out->conflict = i == 1 ? "the SVI has no address of its own" : NULL;
	out->up = i == 0;
	return i < 2;
}

bool kernel_router_show(struct kernel *k, unsigned int i, struct kernel_vrr *out)
{
	*out = (struct kernel_vrr){.svi = "vlan4001", .vrf = "RED", .vlan = 4001, .up = true};
	memcpy(out->mac.octet, "\x44\x38\x39\x00\x00\x01", 6);
	return i < 1;
}

bool kernel_vtep_show(struct kernel *k, unsigned int i, struct kernel_vtep *out)
{
	*out = (struct kernel_vtep){.ifname = "vxlan48", .on_loopback = true};
	inet_pton(AF_INET, "10.0.1.12", &out->anycast);
	inet_pton(AF_INET, i == 0 ? "10.0.1.12" : "10.10.10.1", &out->local);
	inet_pton(AF_INET, "10.10.10.1", &out->own);
	return i < 2;
}
