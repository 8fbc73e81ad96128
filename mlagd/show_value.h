// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Values of the show commands: how one becomes JSON, and how it is read back
 * for a person. Pure. What is not known is null in JSON and "-" in a table.
 */
#ifndef MLAGD_SHOW_VALUE_H
#define MLAGD_SHOW_VALUE_H

#include <zebra.h>
#include "ipaddr.h"
#include "json.h"

#include "mlagd/core/core.h"

#define SHOW_STAMP_LEN 40 /* RFC 3339 with milliseconds, and its NUL */

/* RFC 3339 in UTC with milliseconds, of milliseconds since the epoch; returns buf. */
const char *show_stamp(int64_t wall_ms, char buf[SHOW_STAMP_LEN]);

/* NULL and "" are null. */
void show_add_string(struct json_object *obj, const char *key, const char *value);
/* All zeroes are null. */
void show_add_mac(struct json_object *obj, const char *key, const uint8_t mac[6]);
/* IPADDR_NONE is null. */
void show_add_address(struct json_object *obj, const char *key, const struct ipaddr *addr);
/* A time of the core's clock, offset: wall clock minus it; CORE_NEVER is null. */
void show_add_time(struct json_object *obj, const char *key, core_ms when, int64_t offset);
/* {state, since, reason} */
void show_add_condition(struct json_object *obj, const char *key, const struct core_condition *c, int64_t offset);
/* role-request -> roleRequest, into buf, which is returned. */
const char *show_camel(const char *name, char *buf, size_t size);

/* A member of an object, NULL for null and for none. */
struct json_object *show_get(struct json_object *obj, const char *key);
/* As text, "-" for null; valid as long as obj. */
const char *show_str(struct json_object *obj, const char *key);
bool show_truth(struct json_object *obj, const char *key);
const char *show_yesno(struct json_object *obj, const char *key);

#endif
