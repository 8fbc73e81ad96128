// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts for the tests of what is shown, and short ways to look into JSON. What
 * show_vrrs() and show_vteps() ask the kernel for is made up here.
 */
#ifndef TESTS_SHOW_BENCH_H
#define TESTS_SHOW_BENCH_H

#include "mlagd/kernel_l3.h"
#include "mlagd/show.h"

/* The field of that name; the test fails where there is none, or none of that type. */
struct json_object *field(struct json_object *obj, const char *key);
const char *field_text(struct json_object *obj, const char *key);
int field_number(struct json_object *obj, const char *key);
bool field_truth(struct json_object *obj, const char *key);
/* It is there and null. */
void field_null(struct json_object *obj, const char *key);

extern struct conf facts_conf; /* of the facts below */
/* Nothing is configured, nothing known. */
void facts_unknown(struct show_facts *f);
/* A primary in service with a peer and two backups, of which the second is heard. */
void facts_peered(struct show_facts *f);

#endif
