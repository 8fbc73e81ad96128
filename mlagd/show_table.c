// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rows -> JSON or a table of libfrr's. Knows nothing of what is in them.
 */
#include <zebra.h>

#include "command.h"

#include "mlagd/show_table.h"

#define ROWS_MAX 1000 /* of a table in memory; then it goes out and a new one begins, with its titles */
#define CELL_MAX 256

static void join(struct json_object *list, char *buf, size_t size)
{
	strlcpy(buf, json_object_array_length(list) ? "" : "-", size);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		if (i)
			strlcat(buf, ", ", size);
		strlcat(buf, json_object_get_string(json_object_array_get_idx(list, i)), size);
	}
}

static const char *cell_text(struct json_object *row, const struct show_column *c, char *buf, size_t size)
{
	struct json_object *value = show_get(row, c->key);

	if (c->text)
		return c->text(row, c->key, buf, size);
	if (json_object_is_type(value, json_type_boolean))
		return show_yesno(row, c->key);
	if (!json_object_is_type(value, json_type_array))
		return show_str(row, c->key);
	join(value, buf, size);
	return buf;
}

/* ttable takes '|' for the end of a cell, and names come from outside. */
static void cell(struct json_object *row, const struct show_column *c, char *to)
{
	char buf[CELL_MAX];

	strlcpy(to, cell_text(row, c, buf, sizeof(buf)), CELL_MAX);
	for (; *to; to++)
		if (*to == '|')
			*to = '!';
}

static void add_cells(struct ttable *table, char cells[SHOW_COLUMNS_MAX][CELL_MAX])
{
	ttable_add_row(table, "%s|%s|%s|%s|%s|%s|%s|%s", cells[0], cells[1], cells[2], cells[3], cells[4], cells[5],
		       cells[6], cells[7]);
}

static void table_begin(struct show_list *l)
{
	char titles[SHOW_COLUMNS_MAX][CELL_MAX] = {};

	for (unsigned int i = 0; i < l->n_columns; i++)
		strlcpy(titles[i], l->columns[i].title, CELL_MAX);
	l->table = ttable_new(&ttable_styles[TTSTYLE_BLANK]);
	l->table->style.indent = 0;
	l->table->style.cell.lpad = 0;
	l->table->style.cell.rpad = 2;
	add_cells(l->table, titles);
}

/* Line by line, without the blanks of the last columns. */
static void table_end(struct show_list *l)
{
	char *text = ttable_dump(l->table, "\n"), *next = text, *line;

	while ((line = strsep(&next, "\n"))) {
		size_t len = strlen(line);

		while (len && line[len - 1] == ' ')
			len--;
		if (len || next)
			vty_out(l->vty, "%.*s\n", (int)len, line);
	}
	XFREE(MTYPE_TMP_TTABLE, text);
	ttable_del(l->table);
	l->table = NULL;
}

static void table_row(struct show_list *l, struct json_object *row)
{
	char cells[SHOW_COLUMNS_MAX][CELL_MAX] = {};

	if (l->table->nrows > ROWS_MAX) {
		table_end(l);
		table_begin(l);
	}
	for (unsigned int i = 0; i < l->n_columns; i++)
		cell(row, &l->columns[i], cells[i]);
	add_cells(l->table, cells);
}

/* --------------------------------------------------------------------- lists */

void show_list_begin(struct show_list *l, struct vty *vty, bool json, const struct show_column *columns,
		     unsigned int n_columns)
{
	*l = (struct show_list){.vty = vty, .json = json, .columns = columns, .n_columns = MIN(n_columns, SHOW_COLUMNS_MAX)};
	if (json)
		vty_out(vty, "[");
	else
		table_begin(l);
}

void show_list_row(struct show_list *l, struct json_object *row)
{
	if (!l->json)
		table_row(l, row);
	else
		vty_out(l->vty, "%s\n%s", l->any ? "," : "",
			json_object_to_json_string_ext(row, JSON_C_TO_STRING_PLAIN));
	l->any = true;
	json_object_free(row);
}

int show_list_end(struct show_list *l)
{
	if (l->json)
		vty_out(l->vty, "\n]\n");
	else
		table_end(l);
	return CMD_SUCCESS;
}

void show_table(struct vty *vty, struct json_object *list, const struct show_column *columns, unsigned int n_columns)
{
	struct show_list l;

	show_list_begin(&l, vty, false, columns, n_columns);
	for (size_t i = 0; i < json_object_array_length(list); i++)
		table_row(&l, json_object_array_get_idx(list, i));
	show_list_end(&l);
}
