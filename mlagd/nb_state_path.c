// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The list mlag-state/path: read off the very objects that `show mlag backup`
 * prints. An entry is the path's number and one, since 0 is no entry.
 */
#include <zebra.h>

#include "northbound.h"
#include "yang.h"
#include "yang_wrappers.h"

#include "mlagd/nb.h"
#include "mlagd/show.h"

static const void *entry_of(size_t number)
{
	return (const void *)(uintptr_t)(number + 1);
}

static size_t number_of(const void *entry)
{
	return (size_t)(uintptr_t)entry - 1;
}

/* All paths as they are now; the caller frees. */
static struct json_object *paths_now(void)
{
	struct json_object *list;
	struct show_facts f;

	show_facts(&f);
	list = show_json_paths(&f);
	show_facts_fini(&f);
	return list;
}

static const void *entry_if_there(size_t number)
{
	struct json_object *list = paths_now();
	bool there = number < json_object_array_length(list);

	json_object_free(list);
	return there ? entry_of(number) : NULL;
}

const void *nb_state_path_next(struct nb_cb_get_next_args *args)
{
	return entry_if_there(args->list_entry ? number_of(args->list_entry) + 1 : 0);
}

int nb_state_path_keys(struct nb_cb_get_keys_args *args)
{
	args->keys->num = 1;
	snprintf(args->keys->key[0], sizeof(args->keys->key[0]), "%zu", number_of(args->list_entry));
	return NB_OK;
}

const void *nb_state_path_lookup(struct nb_cb_lookup_entry_args *args)
{
	return entry_if_there(yang_str2uint8(args->keys->key[0]));
}

/* The leaf's name, as JSON has it: the last word of the path in camelCase. */
static struct yang_data *leaf(const char *xpath, struct json_object *path)
{
	char key[32];
	struct json_object *value = show_get(path, show_camel(strrchr(xpath, '/') + 1, key, sizeof(key)));

	return value ? yang_data_new_string(xpath, json_object_get_string(value)) : NULL;
}

struct yang_data *nb_state_path_leaf(struct nb_cb_get_elem_args *args)
{
	size_t number = number_of(args->list_entry);
	struct json_object *list = paths_now();
	struct yang_data *data = NULL;

	if (number < json_object_array_length(list))
		data = leaf(args->xpath, json_object_array_get_idx(list, number));
	json_object_free(list);
	return data;
}

struct yang_data *nb_state_path_number(struct nb_cb_get_elem_args *args)
{
	return yang_data_new_uint8(args->xpath, number_of(args->list_entry));
}
