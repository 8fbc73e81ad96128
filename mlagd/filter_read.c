// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is in the kernel, from libnftables' JSON: whose table it is, whether it
 * is whole, who is in the sets, what the counters say. It changes nothing.
 */
#include <zebra.h>

#include <json-c/json.h>

#include "mlagd/filter_int.h"

static const char *string_at(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_string(v) : NULL;
}

static void read_table(struct filter *f, struct json_object *table)
{
	const char *comment = string_at(table, "comment");

	f->present = true;
	f->layout = comment && strcmp(comment, FILTER_LAYOUT) == 0;
}

/* {"concat": [name, source]} */
static void read_source(struct fnames_head *h, struct json_object *elem)
{
	struct json_object *pair;
	const char *ifname, *mac;
	char name[FILTER_NAME_LEN];

	if (!json_object_object_get_ex(elem, "concat", &pair) || !json_object_is_type(pair, json_type_array) ||
	    json_object_array_length(pair) != 2)
		return;
	ifname = json_object_get_string(json_object_array_get_idx(pair, 0));
	mac = json_object_get_string(json_object_array_get_idx(pair, 1));
	if (ifname && mac && filter_source_name(name, ifname, mac))
		fnames_put(h, name, 0);
}

/* A set that counts has an object for each name. */
static void read_name(struct fnames_head *h, struct json_object *name)
{
	struct json_object *elem, *counter, *v;
	uint64_t packets = 0;
	const char *ifname;

	if (json_object_object_get_ex(name, "elem", &elem) && json_object_object_get_ex(elem, "val", &name) &&
	    json_object_object_get_ex(elem, "counter", &counter) && json_object_object_get_ex(counter, "packets", &v))
		packets = json_object_get_uint64(v);
	ifname = json_object_get_string(name);
	if (ifname && filter_name_ok(ifname))
		fnames_put(h, ifname, packets);
}

static void read_set(struct filter *f, struct json_object *set)
{
	const char *name = string_at(set, "name");
	struct json_object *elems;
	unsigned int s;
	size_t i;

	if (!name || !json_object_object_get_ex(set, "elem", &elems) || !json_object_is_type(elems, json_type_array))
		return;
	for (s = 0; s < FILTER_SETS && strcmp(name, filter_set_names[s]) != 0; s++)
		;
	for (i = 0; s < FILTER_SETS && i < json_object_array_length(elems); i++)
		(filter_of_sources(s) ? read_source : read_name)(&f->have[s], json_object_array_get_idx(elems, i));
}

/* A rule of ours is known by its comment; its counter is the packets it dropped. */
static void read_rule(struct filter *f, struct json_object *rule, unsigned int *rules)
{
	uint64_t other = 0; /* those that drop nothing */
	const struct {
		const char *comment;
		uint64_t *count;
	} known[FILTER_N_RULES] = {
		{"dual", &f->stats.dual},
		{"gated-in", &f->stats.gated_in},
		{"gated-out", &f->stats.gated_out},
		{"gated-local", &f->stats.gated_local},
		{"echo", &f->stats.dual},
		{"rising", &f->stats.gated_in},
		{"bpdu", &f->stats.bpdu},
		{"own-query", &f->stats.own_query},
		{"igmp-query", &other},
		{"mld-query", &other},
		{"routed-query", &other},
		{"cross", &other},
	};
	const char *comment = string_at(rule, "comment");
	struct json_object *expr, *counter, *packets;
	unsigned int r;
	size_t i;

	if (!comment || !json_object_object_get_ex(rule, "expr", &expr) || !json_object_is_type(expr, json_type_array))
		return;
	for (r = 0; r < FILTER_N_RULES && strcmp(comment, known[r].comment) != 0; r++)
		;
	if (r == FILTER_N_RULES)
		return;
	*rules |= 1U << r;
	for (i = 0; i < json_object_array_length(expr); i++)
		if (json_object_object_get_ex(json_object_array_get_idx(expr, i), "counter", &counter) &&
		    json_object_object_get_ex(counter, "packets", &packets))
			*known[r].count += json_object_get_int64(packets);
}

static void read_ruleset(struct filter *f, const char *text)
{
	struct json_object *top = json_tokener_parse(text), *list, *o, *v;
	unsigned int rules = 0;
	size_t i;

	if (!json_object_object_get_ex(top, "nftables", &list) || !json_object_is_type(list, json_type_array))
		goto out;
	for (i = 0; i < json_object_array_length(list); i++) {
		o = json_object_array_get_idx(list, i);
		if (json_object_object_get_ex(o, "table", &v))
			read_table(f, v);
		else if (json_object_object_get_ex(o, "set", &v))
			read_set(f, v);
		else if (json_object_object_get_ex(o, "rule", &v))
			read_rule(f, v, &rules);
	}
	f->whole = f->present && f->layout && rules == (1U << FILTER_N_RULES) - 1;
out:
	json_object_put(top);
}

void filter_read(struct filter *f)
{
	unsigned int s;

	f->present = f->layout = f->whole = false;
	memset(&f->stats, 0, sizeof(f->stats));
	for (s = 0; s < FILTER_SETS; s++)
		fnames_clear(&f->have[s]);
	nft_ctx_output_set_flags(f->nft, NFT_CTX_OUTPUT_JSON);
	if (filter_run(f, "list table " FILTER_TABLE) == 0) /* else: there is none */
		read_ruleset(f, nft_ctx_get_output_buffer(f->nft));
	nft_ctx_output_set_flags(f->nft, 0);
}

bool filter_stats(struct filter *f, struct filter_stats *stats)
{
	filter_read(f);
	*stats = f->stats;
	return f->whole;
}
