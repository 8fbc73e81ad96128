// SPDX-License-Identifier: GPL-2.0-or-later
/* See judge.h. Each check looks at one thing and adds a fault of its own. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "health/judge.h"

static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) && v ? json_object_get_string(v) : NULL;
}

static bool is_true(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) && json_object_get_boolean(v);
}

static bool is(struct json_object *o, const char *key, const char *value)
{
	const char *text = text_of(o, key);

	return text && strcmp(text, value) == 0;
}

__attribute__((format(printf, 3, 4))) static void fault(struct health_verdict *v, enum health level,
							   const char *format, ...)
{
	size_t len = strlen(v->text);
	va_list ap;

	if (level > v->level)
		v->level = level;
	if (len && len < sizeof(v->text) - 1)
		len += (size_t)snprintf(v->text + len, sizeof(v->text) - len, "; ");
	if (len >= sizeof(v->text) - 1)
		return;
	va_start(ap, format);
	vsnprintf(v->text + len, sizeof(v->text) - len, format, ap);
	va_end(ap);
}

/* Why the legs are held down, NULL if none is. */
static const char *hold_of(struct json_object *mlag)
{
	struct json_object *list;
	const char *why = NULL;

	if (!json_object_object_get_ex(mlag, "interfaces", &list) || !json_object_is_type(list, json_type_array))
		return NULL;
	for (size_t i = 0; !why && i < json_object_array_length(list); i++)
		why = text_of(json_object_array_get_idx(list, i), "protoDownReason");
	return why;
}

/* On the way up these end by themselves. */
static bool is_coming_up(const char *hold)
{
	return hold && (strcmp(hold, "init-delay") == 0 || strcmp(hold, "joining") == 0);
}

/* Of this member as a whole; true: it offers its bonds to hosts. */
static bool check_service(struct json_object *mlag, struct health_verdict *v)
{
	bool serves = is_true(mlag, "inService");
	const char *hold = hold_of(mlag);

	if (is_true(mlag, "maintenance"))
		fault(v, HEALTH_WARNING, "maintenance, %s", serves ? "draining" : "not in service");
	else if (is_true(mlag, "shutdown"))
		fault(v, HEALTH_WARNING, "shut down by configuration");
	else if (!serves && is_coming_up(hold))
		fault(v, HEALTH_WARNING, "coming up (%s)", hold);
	else if (!serves)
		fault(v, HEALTH_CRITICAL, "not in service%s%s%s", hold ? " (" : "", hold ?: "", hold ? ")" : "");
	else if (is_true(mlag, "acting"))
		fault(v, HEALTH_CRITICAL, "acting alone under the own LACP system id");
	return serves;
}

/* One of the dated states; good and fair are its values that are no or a lesser fault, NULL none. */
static bool check_state(struct json_object *mlag, const char *key, const char *what, enum health bad, const char *good,
			const char *fair, struct health_verdict *v)
{
	struct json_object *state;
	const char *why;

	if (!json_object_object_get_ex(mlag, key, &state) || is(state, "state", good))
		return true;
	why = text_of(state, "reason");
	fault(v, fair && is(state, "state", fair) ? HEALTH_WARNING : bad, "%s %s%s%s%s", what,
	      text_of(state, "state") ?: "without a state", why ? " (" : "", why ?: "", why ? ")" : "");
	return false;
}

static void check_peer(struct json_object *mlag, struct health_verdict *v)
{
	if (!check_state(mlag, "peerState", "peer", HEALTH_CRITICAL, "synchronised", "synchronising", v))
		return;
	if (!is_true(mlag, "peerInService"))
		fault(v, HEALTH_WARNING, "the peer is not in service");
	if (is_true(mlag, "anycastIpConflict"))
		fault(v, HEALTH_WARNING, "vxlan anycast-ip %s, the peer's is %s", text_of(mlag, "anycastIp") ?: "none",
		      text_of(mlag, "peerAnycastIp") ?: "none");
	check_state(mlag, "syncState", "synchronisation", HEALTH_WARNING, "synchronised", NULL, v);
}

static bool unconfigured(struct json_object *mlag, const char *key)
{
	struct json_object *state;

	return json_object_object_get_ex(mlag, key, &state) && is(state, "state", "unconfigured");
}

/* The first of a list of conflicts, NULL none. */
static const char *first_conflict(struct json_object *o, const char *key)
{
	struct json_object *list;

	if (!json_object_object_get_ex(o, key, &list) || !json_object_is_type(list, json_type_array) ||
	    json_object_array_length(list) == 0)
		return NULL;
	return json_object_get_string(json_object_array_get_idx(list, 0)) ?: "a conflict";
}

static void check_paths(struct json_object *mlag, struct health_verdict *v)
{
	const char *conflict = first_conflict(mlag, "peerlinkConflicts");

	check_state(mlag, "peerlinkState", "peerlink", HEALTH_CRITICAL, "up", NULL, v);
	if (conflict)
		fault(v, HEALTH_WARNING, "peerlink: %s", conflict);
	check_state(mlag, "backupState", "backup", HEALTH_WARNING, "up", NULL, v);
	if (!unconfigured(mlag, "witnessState"))
		check_state(mlag, "witnessState", "witness", HEALTH_WARNING, "up", NULL, v);
	/* a fence would leave routes announced that lead nowhere */
	check_state(mlag, "zebraModuleState", "module in zebra", HEALTH_WARNING, "up", NULL, v);
	if (text_of(mlag, "bfdState") && !is(mlag, "bfdState", "up"))
		fault(v, HEALTH_WARNING, "BFD %s", text_of(mlag, "bfdState"));
}

static void check_bond(struct json_object *bond, bool serves, struct health_verdict *v)
{
	const char *name = text_of(bond, "interface"), *conflict = first_conflict(bond, "conflicts");

	if (!name) {
		fault(v, HEALTH_WARNING, "id %s is configured at the peer alone", text_of(bond, "mlagId") ?: "?");
		return;
	}
	if (conflict)
		fault(v, HEALTH_WARNING, "%s: %s", name, conflict);
	else if (serves && text_of(bond, "protoDownReason"))
		fault(v, HEALTH_WARNING, "%s held down (%s)", name, text_of(bond, "protoDownReason"));
	else if (serves && !is_true(bond, "distributing"))
		fault(v, HEALTH_WARNING, "%s does not distribute", name);
	else if (serves && !is_true(bond, "dualConnected") && is_true(bond, "distributing") && text_of(bond, "peerInterface"))
		fault(v, HEALTH_WARNING, "%s is not dual-connected", name);
}

static size_t check_bonds(struct json_object *mlag, bool serves, struct health_verdict *v)
{
	struct json_object *list;
	size_t n;

	if (!json_object_object_get_ex(mlag, "interfaces", &list) || !json_object_is_type(list, json_type_array))
		return 0;
	n = json_object_array_length(list);
	for (size_t i = 0; i < n; i++)
		check_bond(json_object_array_get_idx(list, i), serves, v);
	return n;
}

void health_judge(struct json_object *mlag, struct health_verdict *v)
{
	struct json_object *enable;
	bool serves;
	size_t bonds;

	*v = (struct health_verdict){.level = HEALTH_OK};
	if (!json_object_object_get_ex(mlag, "enable", &enable) || !json_object_is_type(enable, json_type_boolean)) {
		fault(v, HEALTH_UNKNOWN, "mlagd's answer is not what `show mlag json` prints");
		return;
	}
	if (!json_object_get_boolean(enable)) {
		fault(v, HEALTH_UNKNOWN, "MLAG is not configured, or not completely");
		return;
	}
	serves = check_service(mlag, v);
	check_peer(mlag, v);
	check_paths(mlag, v);
	bonds = check_bonds(mlag, serves, v);
	if (v->level == HEALTH_OK)
		fault(v, HEALTH_OK, "%s, in service, peer %s synchronised, %zu bonds", text_of(mlag, "localRole") ?: "?",
		      text_of(mlag, "peerRole") ?: "?", bonds);
}

const char *health_name(enum health level)
{
	static const char *const names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

	return names[level];
}
