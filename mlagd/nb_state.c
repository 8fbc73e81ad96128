// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The operational state of yang/frr-mlag-state.yang, from the same facts as the show commands. Leaves are found by their name, bonds by
 * their mlag id, so that a walk over a changing set never follows a stale entry.
 */
#include <zebra.h>

#include "libyang/libyang.h"
#include "northbound.h"
#include "yang.h"
#include "yang_wrappers.h"

#include "mlagd/nb.h"
#include "mlagd/show.h"
#include "mlagd/wire/wire.h"

static struct yang_data *mac_or_none(const char *xpath, const struct mc_mac *mac)
{
	static const struct mc_mac zero;

	if (memcmp(mac, &zero, sizeof(zero)) == 0)
		return NULL;
	return yang_data_new_mac(xpath, (const struct ethaddr *)mac->b);
}

static struct yang_data *text_or_none(const char *xpath, const char *text)
{
	return text && text[0] ? yang_data_new_string(xpath, text) : NULL;
}

/* The name of the node that is `up` levels above the end of the path. */
static bool path_is(const char *xpath, unsigned int up, const char *name)
{
	const char *end = xpath + strlen(xpath), *start = end;

	for (;;) {
		while (start > xpath && start[-1] != '/')
			start--;
		if (up-- == 0 || start == xpath)
			break;
		end = --start;
	}
	return (size_t)(end - start) == strlen(name) && strncmp(start, name, end - start) == 0;
}

/* ------------------------------------------------------------------- leaves */

/* clang-format off */
#define GET(fn, value) \
	static struct yang_data *fn(const char *x, const struct show_facts *f) { return value; }
GET(get_enabled, yang_data_new_bool(x, f->enable))
GET(get_local_id, mac_or_none(x, &f->core.self.id))
GET(get_local_role, yang_data_new_enum(x, f->core.self.role))
GET(get_in_service, yang_data_new_bool(x, f->core.self.in_service))
GET(get_fenced, yang_data_new_bool(x, f->core.self.fenced))
GET(get_acting, yang_data_new_bool(x, f->core.self.acting))
GET(get_peer_alive, yang_data_new_bool(x, f->core.peer_alive))
GET(get_peer_id, mac_or_none(x, &f->core.peer.id))
GET(get_peer_role, yang_data_new_enum(x, f->core.peer_known ? f->core.peer.role : MC_ROLE_NONE))
GET(get_peer_priority, f->core.peer_known ? yang_data_new_uint16(x, f->core.peer.priority) : NULL)
GET(get_peer_address, f->peer_address.ipa_type == IPADDR_NONE ? NULL : yang_data_new_ip(x, &f->peer_address))
GET(get_peer_in_service, yang_data_new_bool(x, f->core.peer_known && f->core.peer.in_service))
GET(get_peer_version, text_or_none(x, f->peer_version))
GET(get_version, yang_data_new_string(x, PACKAGE_VERSION))
GET(get_protocol_version, yang_data_new_uint16(x, WIRE_VERSION))
GET(get_backup_active, yang_data_new_bool(x, f->core.backup.state == CORE_ST_UP))

static const struct {
	const char *name;
	struct yang_data *(*get)(const char *xpath, const struct show_facts *f);
} leaves[] = {
	{"enabled", get_enabled},
	{"local-id", get_local_id},
	{"local-role", get_local_role},
	{"in-service", get_in_service},
	{"fenced", get_fenced},
	{"acting", get_acting},
	{"peer-alive", get_peer_alive},
	{"peer-id", get_peer_id},
	{"peer-role", get_peer_role},
	{"peer-priority", get_peer_priority},
	{"peer-address", get_peer_address},
	{"peer-in-service", get_peer_in_service},
	{"peer-version", get_peer_version},
	{"version", get_version},
	{"protocol-version", get_protocol_version},
	{"backup-active", get_backup_active},
};
/* clang-format on */

struct yang_data *nb_state_leaf(struct nb_cb_get_elem_args *args)
{
	struct yang_data *data = NULL;
	struct show_facts f;

	show_facts(&f);
	for (unsigned int i = 0; i < array_size(leaves); i++)
		if (path_is(args->xpath, 0, leaves[i].name))
			data = leaves[i].get(args->xpath, &f);
	show_facts_fini(&f);
	return data;
}

static const struct core_condition *condition_of(const char *xpath, const struct core_view *v)
{
	if (path_is(xpath, 1, "peer"))
		return &v->peer_state;
	if (path_is(xpath, 1, "peerlink"))
		return &v->peerlink;
	if (path_is(xpath, 1, "backup-path"))
		return &v->backup;
	if (path_is(xpath, 1, "zebra-module"))
		return &v->module;
	return path_is(xpath, 1, "witness") ? &v->witness : &v->sync;
}

struct yang_data *nb_state_condition(struct nb_cb_get_elem_args *args)
{
	const struct core_condition *c;
	char stamp[SHOW_STAMP_LEN];
	struct yang_data *data;
	struct show_facts f;

	show_facts(&f);
	c = condition_of(args->xpath, &f.core);
	if (path_is(args->xpath, 0, "state"))
		data = yang_data_new_string(args->xpath, core_state_name(c->state));
	else if (path_is(args->xpath, 0, "since"))
		data = yang_data_new_string(args->xpath, show_stamp(c->since + f.wall_offset_ms, stamp));
	else
		data = text_or_none(args->xpath, c->reason);
	show_facts_fini(&f);
	return data;
}

/* -------------------------------------------------------------------- bonds */

/* A list entry is the mlag id itself. */
static const void *entry_of(uint16_t mlag_id)
{
	return (const void *)(uintptr_t)mlag_id;
}

static uint16_t id_of(const void *entry)
{
	return (uint16_t)(uintptr_t)entry;
}

const void *nb_state_bond_next(struct nb_cb_get_next_args *args)
{
	uint16_t after = id_of(args->list_entry), next = 0;
	struct show_facts f;

	show_facts(&f);
	for (unsigned int i = 0; i < f.n_bonds && !next; i++)
		if (f.bonds[i].mlag_id > after)
			next = f.bonds[i].mlag_id;
	show_facts_fini(&f);
	return entry_of(next);
}

int nb_state_bond_keys(struct nb_cb_get_keys_args *args)
{
	args->keys->num = 1;
	snprintf(args->keys->key[0], sizeof(args->keys->key[0]), "%u", id_of(args->list_entry));
	return NB_OK;
}

/* The bond of that id out of the facts, NULL when it is gone. */
static const struct show_bond *bond_in(const struct show_facts *f, uint16_t mlag_id)
{
	for (unsigned int i = 0; i < f->n_bonds; i++)
		if (f->bonds[i].mlag_id == mlag_id)
			return &f->bonds[i];
	return NULL;
}

const void *nb_state_bond_lookup(struct nb_cb_lookup_entry_args *args)
{
	uint16_t mlag_id = yang_str2uint16(args->keys->key[0]);
	const void *entry = NULL;
	struct show_facts f;

	show_facts(&f);
	if (bond_in(&f, mlag_id))
		entry = entry_of(mlag_id);
	show_facts_fini(&f);
	return entry;
}

static struct yang_data *bpdus(const char *xpath, const struct show_bond *b)
{
	struct kernel *k = mlagd_get()->kernel;

	if (!b->view.wanted.quiet)
		return NULL;
	kernel_bpdus_read(k);
	return yang_data_new_uint64(xpath, kernel_bpdus_dropped(k, b->ifname));
}

static struct yang_data *bond_leaf(const char *xpath, const struct show_bond *b)
{
	enum core_hold hold = b->view.wanted.hold;

	if (path_is(xpath, 0, "mlag-id"))
		return yang_data_new_uint16(xpath, b->mlag_id);
	if (path_is(xpath, 0, "interface"))
		return text_or_none(xpath, b->ifname);
	if (path_is(xpath, 0, "peer-interface"))
		return text_or_none(xpath, b->view.peer.present ? b->view.peer.ifname : NULL);
	if (path_is(xpath, 0, "dual-connected"))
		return yang_data_new_bool(xpath, b->view.dual_connected);
	if (path_is(xpath, 0, "distributing"))
		return yang_data_new_bool(xpath, b->view.local.distributing);
	if (path_is(xpath, 0, "lacp-bypass"))
		return yang_data_new_bool(xpath, b->view.bypass);
	if (path_is(xpath, 0, "bpdus-silenced"))
		return yang_data_new_bool(xpath, b->view.wanted.quiet);
	if (path_is(xpath, 0, "bpdus-dropped"))
		return bpdus(xpath, b);
	return text_or_none(xpath, hold == CORE_HOLD_NONE ? NULL : core_hold_name(hold));
}

struct yang_data *nb_state_bond_leaf(struct nb_cb_get_elem_args *args)
{
	const struct show_bond *b;
	struct yang_data *data;
	struct show_facts f;

	show_facts(&f);
	b = bond_in(&f, id_of(args->list_entry));
	data = b ? bond_leaf(args->xpath, b) : NULL;
	show_facts_fini(&f);
	return data;
}

/* A conflict's entry is its text, which is static: the one behind `entry`, the first behind NULL. */
static const char *conflict_behind(const void *entry, const char *const *conflicts, unsigned int n)
{
	unsigned int i = 0;

	if (!entry)
		return n ? conflicts[0] : NULL;
	while (i < n && conflicts[i] != entry)
		i++;
	return i + 1 < n ? conflicts[i + 1] : NULL;
}

const void *nb_state_conflict_next(struct nb_cb_get_next_args *args)
{
	const char *next = NULL;
	const struct show_bond *b;
	struct show_facts f;

	show_facts(&f);
	b = bond_in(&f, id_of(args->parent_list_entry));
	if (b)
		next = conflict_behind(args->list_entry, b->conflicts, b->n_conflicts);
	show_facts_fini(&f);
	return next;
}

const void *nb_state_peerlink_conflict_next(struct nb_cb_get_next_args *args)
{
	const char *next;
	struct show_facts f;

	show_facts(&f);
	next = conflict_behind(args->list_entry, f.peerlink_conflicts, f.n_peerlink_conflicts);
	show_facts_fini(&f);
	return next;
}

struct yang_data *nb_state_conflict(struct nb_cb_get_elem_args *args)
{
	return yang_data_new_string(args->xpath, args->list_entry);
}
