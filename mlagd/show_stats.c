// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `show mlag statistics`: counters of all edges. Pure.
 */
#include <zebra.h>

#include "vty.h"

#include "mlagd/show.h"
#include "mlagd/wire/wire.h"

static struct json_object *messages_json(const struct peer_stats *p)
{
	struct json_object *obj = json_object_new_object();
	char key[32];

	for (unsigned int type = MC_MSG_HELLO; type < MC_MSG_MAX; type++) {
		struct json_object *pair = json_object_new_object();

		json_object_int_add(pair, "sent", p->tx[type]);
		json_object_int_add(pair, "received", p->rx[type]);
		json_object_int_add(pair, "refused", p->refused[type]);
		json_object_object_add(obj, show_camel(wire_msg_name(type), key, sizeof(key)), pair);
	}
	return obj;
}

static struct json_object *probes_json(const struct peer_stats *p)
{
	struct json_object *list = json_object_new_array();

	for (unsigned int path = 0; path < array_size(p->probe_tx); path++) {
		struct json_object *obj;

		if (p->probe_tx[path] == 0 && p->probe_rx[path] == 0)
			continue;
		obj = json_object_new_object();
		json_object_int_add(obj, "path", path);
		json_object_int_add(obj, "sent", p->probe_tx[path]);
		json_object_int_add(obj, "received", p->probe_rx[path]);
		json_object_array_add(list, obj);
	}
	return list;
}

struct number {
	const char *key;
	uint64_t value;
};

static struct json_object *numbers(const struct number *n, unsigned int count)
{
	struct json_object *obj = json_object_new_object();

	for (unsigned int i = 0; i < count; i++)
		json_object_int_add(obj, n[i].key, n[i].value);
	return obj;
}

/* What was not taken from others, by reason, and what of our own could not be said. */
static struct json_object *refusals_json(const struct peer_stats *p)
{
	const struct number n[] = {
		{"badLength", p->bad_length},	  {"badVersion", p->bad_version},
		{"badValue", p->bad_value},	  {"unknownType", p->unknown},
		{"badSource", p->bad_source},	  {"badHopLimit", p->bad_hoplimit},
		{"badAuth", p->bad_auth},	  {"replayed", p->replayed},
		{"overPeerlink", p->over_peerlink}, {"ownReflection", p->own_reflection},
		{"overrun", p->overrun},
		{"ownNotSent", p->tx_refused},
	};

	return numbers(n, array_size(n));
}

static struct json_object *macs_json(const struct mact_stats *m)
{
	const struct number n[] = {
		{"entries", m->entries}, {"local", m->local},	  {"peer", m->peer},
		{"refused", m->refused}, {"resynced", m->resyncs}, /* buckets of the digest that differed (C2) */
	};

	return numbers(n, array_size(n));
}

static struct json_object *neighbors_json(const struct neight_stats *s)
{
	const struct number n[] = {
		{"entries", s->entries}, {"local", s->local}, {"peer", s->peer}, {"refused", s->refused}};

	return numbers(n, array_size(n));
}

static struct json_object *groups_json(const struct mdbt_stats *g)
{
	const struct number n[] = {
		{"entries", g->entries}, {"local", g->local}, {"peer", g->peer}, {"refused", g->refused}};

	return numbers(n, array_size(n));
}

static struct json_object *kernel_json(const struct kernel_stats *k)
{
	const struct number n[] = {
		{"linkOverruns", k->link_overruns},
		{"fdbOverruns", k->fdb_overruns},
		{"nftOverruns", k->nft_overruns},
		{"fdbReads", k->fdb_reads},
	};

	return numbers(n, array_size(n));
}

/* Frames dropped by our own rules (C4, C9). */
static struct json_object *filter_json(const struct kernel_stats *k)
{
	const struct number n[] = {
		{"dual", k->filter.dual},
		{"gatedIn", k->filter.gated_in},
		{"gatedOut", k->filter.gated_out},
		{"gatedLocal", k->filter.gated_local},
		{"bpdu", k->filter.bpdu},
		{"ownQuery", k->filter.own_query},
	};

	return k->has_filter ? numbers(n, array_size(n)) : NULL;
}

struct json_object *show_json_statistics(const struct show_counters *c)
{
	struct json_object *obj = json_object_new_object();

	json_object_int_add(obj, "sessions", c->peer->sessions);
	json_object_object_add(obj, "messages", messages_json(c->peer));
	json_object_object_add(obj, "probes", probes_json(c->peer));
	json_object_object_add(obj, "refused", refusals_json(c->peer));
	json_object_object_add(obj, "macs", macs_json(&c->macs));
	json_object_object_add(obj, "neighbors", neighbors_json(&c->neighs));
	json_object_object_add(obj, "groups", groups_json(&c->groups));
	json_object_object_add(obj, "kernel", kernel_json(&c->kernel));
	json_object_object_add(obj, "filterDrops", filter_json(&c->kernel));
	return obj;
}

/* -------------------------------------------------------------------- text */

/* An object of numbers, one a line. */
static void counters(struct vty *vty, const char *title, struct json_object *obj)
{
	if (!obj)
		return;
	vty_out(vty, "%s\n", title);
	json_object_object_foreach(obj, key, value)
		vty_out(vty, "  %-20s %12s\n", key, json_object_get_string(value));
}

void show_text_statistics(struct vty *vty, struct json_object *json)
{
	struct json_object *messages = show_get(json, "messages"), *probes = show_get(json, "probes");

	vty_out(vty, "%-22s %12s\n", "Sessions so far", show_str(json, "sessions"));
	vty_out(vty, "%-22s %12s %12s %12s\n", "Message", "sent", "received", "refused");
	json_object_object_foreach(messages, key, pair)
		vty_out(vty, "  %-20s %12s %12s %12s\n", key, show_str(pair, "sent"), show_str(pair, "received"),
			show_str(pair, "refused"));
	for (size_t i = 0; i < json_object_array_length(probes); i++) {
		struct json_object *p = json_object_array_get_idx(probes, i);

		vty_out(vty, "  probe on path %-6s %12s %12s\n", show_str(p, "path"), show_str(p, "sent"),
			show_str(p, "received"));
	}
	counters(vty, "Refused", show_get(json, "refused"));
	counters(vty, "Addresses", show_get(json, "macs"));
	counters(vty, "Neighbours", show_get(json, "neighbors"));
	counters(vty, "Multicast groups", show_get(json, "groups"));
	counters(vty, "Kernel", show_get(json, "kernel"));
	counters(vty, "Frames dropped by the filter", show_get(json, "filterDrops"));
}
