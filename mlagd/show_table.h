// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One list, both ways: as JSON or as a table made from the same rows, so the
 * table cannot say anything else. A new list is its columns and
 *
 *   show_list_begin(&list, vty, json, columns, array_size(columns));
 *   show_list_row(&list, one object);        for each
 *   return show_list_end(&list);
 *
 * Rows go out as they come: a list of a million is never in memory as a whole.
 */
#ifndef MLAGD_SHOW_TABLE_H
#define MLAGD_SHOW_TABLE_H

#include <zebra.h>
#include "termtable.h"
#include "vty.h"

#include "mlagd/show_value.h"

#define SHOW_COLUMNS_MAX 8

struct show_column {
	const char *title;
	const char *key; /* of the row's object */
	/* How its value reads, NULL: as it is, "-" for null, yes or no, a list with commas. Returns buf or another text. */
	const char *(*text)(struct json_object *row, const char *key, char *buf, size_t size);
};

struct show_list {
	struct vty *vty;
	bool json, any;
	const struct show_column *columns;
	unsigned int n_columns; /* up to SHOW_COLUMNS_MAX */
	struct ttable *table;
};

/* A list of rows, as a table or (json) as an array; columns stay the caller's until the end. */
void show_list_begin(struct show_list *l, struct vty *vty, bool json, const struct show_column *columns,
		     unsigned int n_columns);
/* Takes row over. */
void show_list_row(struct show_list *l, struct json_object *row);
/* Returns CMD_SUCCESS. */
int show_list_end(struct show_list *l);

/* An array as a table, for what is a part of something larger; list stays the caller's. */
void show_table(struct vty *vty, struct json_object *list, const struct show_column *columns, unsigned int n_columns);

#endif
