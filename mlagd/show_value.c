// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Values -> JSON, with FRR's habits (camelCase, RFC 3339), and back to text.
 * Pure: no clock, no daemon state.
 */
#include <zebra.h>

#include "mlagd/show_value.h"

/* ------------------------------------------------------------------ to JSON */

void show_add_string(struct json_object *obj, const char *key, const char *value)
{
	json_object_object_add(obj, key, value && value[0] ? json_object_new_string(value) : NULL);
}

void show_add_mac(struct json_object *obj, const char *key, const uint8_t mac[6])
{
	char buf[18];

	snprintf(buf, sizeof(buf), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	show_add_string(obj, key, strcmp(buf, "00:00:00:00:00:00") == 0 ? NULL : buf);
}

void show_add_address(struct json_object *obj, const char *key, const struct ipaddr *addr)
{
	char buf[INET6_ADDRSTRLEN];

	show_add_string(obj, key, addr->ipa_type == IPADDR_NONE ? NULL : ipaddr2str(addr, buf, sizeof(buf)));
}

const char *show_stamp(int64_t wall_ms, char buf[SHOW_STAMP_LEN])
{
	time_t s = wall_ms / 1000;
	struct tm tm;
	size_t n;

	n = strftime(buf, SHOW_STAMP_LEN, "%Y-%m-%dT%H:%M:%S", gmtime_r(&s, &tm));
	snprintf(buf + n, SHOW_STAMP_LEN - n, ".%03uZ", (unsigned int)(wall_ms % 1000));
	return buf;
}

void show_add_time(struct json_object *obj, const char *key, core_ms when, int64_t offset)
{
	char buf[SHOW_STAMP_LEN];

	show_add_string(obj, key, when == CORE_NEVER ? NULL : show_stamp(when + offset, buf));
}

void show_add_condition(struct json_object *obj, const char *key, const struct core_condition *c, int64_t offset)
{
	struct json_object *state = json_object_new_object();

	show_add_string(state, "state", core_state_name(c->state));
	show_add_time(state, "since", c->since, offset);
	show_add_string(state, "reason", c->reason);
	json_object_object_add(obj, key, state);
}

const char *show_camel(const char *name, char *buf, size_t size)
{
	size_t n = 0;

	for (; *name && n + 1 < size; name++)
		if (*name != '-')
			buf[n++] = *name;
		else if (name[1])
			buf[n++] = toupper((unsigned char)*++name);
	buf[n] = '\0';
	return buf;
}

/* ------------------------------------------------------------------ to text */

struct json_object *show_get(struct json_object *obj, const char *key)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(obj, key, &value);
	return value;
}

const char *show_str(struct json_object *obj, const char *key)
{
	struct json_object *value = show_get(obj, key);

	return value ? json_object_get_string(value) : "-";
}

bool show_truth(struct json_object *obj, const char *key)
{
	return json_object_get_boolean(show_get(obj, key));
}

const char *show_yesno(struct json_object *obj, const char *key)
{
	return show_truth(obj, key) ? "yes" : "no";
}
