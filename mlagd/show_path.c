// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `show mlag backup`: every path on which the peer can be heard, peerlink,
 * backups and witnesses, each with its own state. Pure.
 */
#include <zebra.h>

#include "mlagd/show.h"
#include "mlagd/show_table.h"

struct state {
	enum core_state state;
	core_ms since;
	const char *reason;
};

/* A path that is heard works, whatever our own sending says. */
static struct state state_of(const struct show_facts *f, unsigned int path)
{
	const struct show_path *p = &f->paths[path];
	core_ms heard = f->core.path_heard[path];

	if (f->core.path_fresh[path] && !f->core.path_proves[path])
		return (struct state){CORE_ST_UNAUTHENTICATED, p->since, "proves nothing without authentication"};
	if (f->core.path_fresh[path])
		return (struct state){CORE_ST_UP, p->since, NULL};
	if (p->error)
		return (struct state){CORE_ST_DOWN, CORE_NEVER, safe_strerror(p->error)};
	if (heard != CORE_NEVER)
		return (struct state){CORE_ST_SILENT, heard, p->advice ? p->advice : "no probe any more"};
	return (struct state){CORE_ST_UNKNOWN, CORE_NEVER, p->advice ? p->advice : "never heard"};
}

static void add_where(struct json_object *obj, const struct show_facts *f, unsigned int path)
{
	const struct conf *c = f->conf;
	unsigned int first_witness = 1 + c->n_backups;

	if (path == CORE_PATH_PEERLINK) {
		show_add_string(obj, "kind", "peerlink");
		show_add_address(obj, "address", &f->peer_address);
		show_add_string(obj, "interface", c->peer_link);
	} else if (path < first_witness) {
		show_add_string(obj, "kind", "backup");
		show_add_address(obj, "address", &c->backup[path - 1].addr);
		show_add_string(obj, "vrf", c->backup[path - 1].vrf);
		json_object_int_add(obj, "port", c->backup[path - 1].port);
	} else {
		show_add_string(obj, "kind", "witness");
		show_add_address(obj, "address", &c->witnesses[path - first_witness].addr);
		show_add_address(obj, "source", &c->witnesses[path - first_witness].source);
	}
}

static void add_absent(struct json_object *obj)
{
	static const char *const keys[] = {"interface", "vrf", "port", "source"};

	for (unsigned int i = 0; i < array_size(keys); i++)
		if (!json_object_object_get_ex(obj, keys[i], NULL))
			json_object_object_add(obj, keys[i], NULL);
}

static struct json_object *path_json(const struct show_facts *f, unsigned int path)
{
	struct json_object *obj = json_object_new_object();
	struct state s = state_of(f, path);

	add_where(obj, f, path);
	add_absent(obj);
	json_object_boolean_add(obj, "active", f->core.path_fresh[path]);
	show_add_string(obj, "state", core_state_name(s.state));
	show_add_time(obj, "since", s.since, f->wall_offset_ms);
	show_add_string(obj, "reason", s.reason);
	show_add_time(obj, "lastHeard", f->core.path_heard[path], f->wall_offset_ms);
	json_object_int_add(obj, "sent", f->paths[path].sent);
	json_object_int_add(obj, "received", f->paths[path].received);
	return obj;
}

struct json_object *show_json_paths(const struct show_facts *f)
{
	struct json_object *list = json_object_new_array();
	unsigned int n = 1 + f->conf->n_backups + f->conf->n_witnesses;

	for (unsigned int i = 0; i < n && i < CORE_PATHS_MAX; i++)
		json_object_array_add(list, path_json(f, i));
	return list;
}

/* What distinguishes it beside its address. */
static const char *where(struct json_object *row, const char *key, char *buf, size_t size)
{
	if (show_get(row, "interface"))
		return show_str(row, "interface");
	if (show_get(row, "source"))
		snprintf(buf, size, "source %s", show_str(row, "source"));
	else if (show_get(row, "vrf"))
		snprintf(buf, size, "vrf %s port %s", show_str(row, "vrf"), show_str(row, "port"));
	else if (show_get(row, "port"))
		snprintf(buf, size, "port %s", show_str(row, "port"));
	else
		return "-";
	return buf;
}

static const char *state_text(struct json_object *row, const char *key, char *buf, size_t size)
{
	if (!show_get(row, "reason"))
		return show_str(row, "state");
	snprintf(buf, size, "%s (%s)", show_str(row, "state"), show_str(row, "reason"));
	return buf;
}

void show_text_paths(struct vty *vty, struct json_object *list)
{
	static const struct show_column columns[] = {
		{"Kind", "kind"},  {"Address", "address"},    {"Where", "address", where}, {"State", "state", state_text},
		{"Since", "since"}, {"Last Heard", "lastHeard"}, {"Sent", "sent"},		 {"Received", "received"},
	};

	show_table(vty, list, columns, array_size(columns));
}
