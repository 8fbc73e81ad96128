// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text in, JSON out: both are libnftables' interface. The sets in the kernel
 * are remembered as two sorted lists of names, so nothing is asked and nothing
 * is written while they are as wanted. A change of the sets is one
 * transaction, and keeps rules and counters; only another peerlink, or a table
 * that is not whole, makes the table anew.
 */
#include <zebra.h>

#include <json-c/json.h>
#include <nftables/libnftables.h>

#include "log.h"
#include "memory.h"
#include "privs.h"
#include "typesafe.h"

#include "mlagd/filter.h"

DEFINE_MGROUP(MLAGD_FILTER, "mlagd filter");
DEFINE_MTYPE_STATIC(MLAGD_FILTER, FILTER, "Filter");
DEFINE_MTYPE_STATIC(MLAGD_FILTER, FILTER_NAME, "Filter set element");
DEFINE_MTYPE_STATIC(MLAGD_FILTER, FILTER_TEXT, "Filter command");

#define TABLE	"bridge frr_mlag"
#define LAYOUT	"frr-mlag 1 " /* stands in the table's comment, before the peerlink's name */
#define N_RULES 4

PREDECL_SORTLIST_UNIQ(fnames);

struct fname {
	struct fnames_item item;
	char name[IFNAMSIZ];
};

static int fname_cmp(const struct fname *a, const struct fname *b)
{
	return strcmp(a->name, b->name);
}
DECLARE_SORTLIST_UNIQ(fnames, struct fname, item, fname_cmp);

struct filter {
	struct nft_ctx *nft;
	bool present, whole;
	bool refused; /* the last commit was, and said */
	char peerlink[IFNAMSIZ], want_peerlink[IFNAMSIZ];
	struct fnames_head have[FILTER_SETS], want[FILTER_SETS];
	struct filter_stats stats; /* as read last */
};

static const char *const set_names[FILTER_SETS] = {
	[FILTER_DUAL] = "dual",
	[FILTER_GATED] = "gated",
};

bool filter_name_ok(const char *ifname)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-@+";
	size_t len = strlen(ifname);

	return len > 0 && len < IFNAMSIZ && strspn(ifname, ok) == len;
}

/* ------------------------------------------------------------ sets of names */

static void names_clear(struct fnames_head *h)
{
	struct fname *n;

	while ((n = fnames_pop(h)))
		XFREE(MTYPE_FILTER_NAME, n);
}

static void names_add(struct fnames_head *h, const char *name)
{
	struct fname *n = XCALLOC(MTYPE_FILTER_NAME, sizeof(*n));

	strlcpy(n->name, name, sizeof(n->name));
	if (fnames_add(h, n))
		XFREE(MTYPE_FILTER_NAME, n);
}

static bool names_equal(const struct fnames_head *a, const struct fnames_head *b)
{
	const struct fname *x = fnames_const_first(a), *y = fnames_const_first(b);

	while (x && y && strcmp(x->name, y->name) == 0) {
		x = fnames_const_next(a, x);
		y = fnames_const_next(b, y);
	}
	return !x && !y;
}

bool filter_has(const struct filter *f, enum filter_set set, const char *ifname)
{
	struct fname ref = {};

	strlcpy(ref.name, ifname, sizeof(ref.name));
	return fnames_const_find(&f->have[set], &ref) != NULL;
}

bool filter_present(const struct filter *f)
{
	return f->present;
}

/* ----------------------------------------------------------- what is actual */

static const char *string_at(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_string(v) : NULL;
}

static void read_table(struct filter *f, struct json_object *table)
{
	const char *comment = string_at(table, "comment");

	f->present = true;
	if (comment && strncmp(comment, LAYOUT, strlen(LAYOUT)) == 0)
		strlcpy(f->peerlink, comment + strlen(LAYOUT), sizeof(f->peerlink));
}

static void read_set(struct filter *f, struct json_object *set)
{
	const char *name = string_at(set, "name");
	struct json_object *elems;
	unsigned int s;
	size_t i;

	if (!name || !json_object_object_get_ex(set, "elem", &elems) || !json_object_is_type(elems, json_type_array))
		return;
	for (s = 0; s < FILTER_SETS; s++)
		for (i = 0; strcmp(name, set_names[s]) == 0 && i < json_object_array_length(elems); i++) {
			const char *ifname = json_object_get_string(json_object_array_get_idx(elems, i));

			if (ifname && filter_name_ok(ifname))
				names_add(&f->have[s], ifname);
		}
}

/* A rule of ours is known by its comment; its counter is the packets it dropped. */
static void read_rule(struct filter *f, struct json_object *rule, unsigned int *rules)
{
	const struct {
		const char *comment;
		uint64_t *count;
	} known[N_RULES] = {
		{"dual", &f->stats.dual},
		{"gated-in", &f->stats.gated_in},
		{"gated-out", &f->stats.gated_out},
		{"gated-local", &f->stats.gated_local},
	};
	const char *comment = string_at(rule, "comment");
	struct json_object *expr, *counter, *packets;
	unsigned int r;
	size_t i;

	if (!comment || !json_object_object_get_ex(rule, "expr", &expr) || !json_object_is_type(expr, json_type_array))
		return;
	for (r = 0; r < N_RULES && strcmp(comment, known[r].comment) != 0; r++)
		;
	if (r == N_RULES)
		return;
	*rules |= 1U << r;
	for (i = 0; i < json_object_array_length(expr); i++)
		if (json_object_object_get_ex(json_object_array_get_idx(expr, i), "counter", &counter) &&
		    json_object_object_get_ex(counter, "packets", &packets))
			*known[r].count = json_object_get_int64(packets);
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
	f->whole = f->present && f->peerlink[0] && rules == (1U << N_RULES) - 1;
out:
	json_object_put(top);
}

static int run(struct filter *f, const char *text)
{
	int ret = -1;

	frr_with_privs (lib_privs) {
		ret = nft_run_cmd_from_buffer(f->nft, text);
	}
	return ret;
}

void filter_read(struct filter *f)
{
	unsigned int s;

	f->present = f->whole = false;
	f->peerlink[0] = '\0';
	memset(&f->stats, 0, sizeof(f->stats));
	for (s = 0; s < FILTER_SETS; s++)
		names_clear(&f->have[s]);
	nft_ctx_output_set_flags(f->nft, NFT_CTX_OUTPUT_JSON);
	if (run(f, "list table " TABLE) == 0) /* else: there is none */
		read_ruleset(f, nft_ctx_get_output_buffer(f->nft));
	nft_ctx_output_set_flags(f->nft, 0);
}

bool filter_stats(struct filter *f, struct filter_stats *stats)
{
	filter_read(f);
	*stats = f->stats;
	return f->whole;
}

/* ----------------------------------------------------------- what is wanted */

void filter_begin(struct filter *f, const char *peerlink)
{
	unsigned int s;

	strlcpy(f->want_peerlink, peerlink, sizeof(f->want_peerlink));
	for (s = 0; s < FILTER_SETS; s++)
		names_clear(&f->want[s]);
}

void filter_want(struct filter *f, enum filter_set set, const char *ifname)
{
	if (filter_name_ok(ifname))
		names_add(&f->want[set], ifname);
}

static bool set_differs(const struct filter *f, enum filter_set s)
{
	return !names_equal(&f->have[s], &f->want[s]);
}

static bool table_differs(const struct filter *f)
{
	return !f->whole || strcmp(f->peerlink, f->want_peerlink) != 0;
}

bool filter_differs(const struct filter *f)
{
	return table_differs(f) || set_differs(f, FILTER_DUAL) || set_differs(f, FILTER_GATED);
}

/* A growing command; memory is the names', nothing else is unbounded. */
struct text {
	char *s;
	size_t len, cap;
};

PRINTFRR(2, 3)
static void put(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (t->cap - t->len < 1024) {
		t->cap = t->cap ? 2 * t->cap : 4096;
		t->s = XREALLOC(MTYPE_FILTER_TEXT, t->s, t->cap);
	}
	va_start(ap, fmt);
	n = vsnprintfrr(t->s + t->len, t->cap - t->len, fmt, ap);
	va_end(ap);
	t->len += n;
}

static void put_elements(struct text *t, const struct filter *f, enum filter_set s)
{
	const struct fname *n;

	put(t, "flush set " TABLE " %s\n", set_names[s]);
	if (!fnames_const_first(&f->want[s]))
		return;
	put(t, "add element " TABLE " %s {", set_names[s]);
	frr_each (fnames_const, &f->want[s], n)
		put(t, " \"%s\",", n->name);
	put(t, " }\n");
}

/* "add" first, so that "delete" cannot fail; all of it is one transaction. */
static void put_table(struct text *t, const char *peerlink)
{
	put(t, "add table " TABLE "\ndelete table " TABLE "\ntable " TABLE " {\n");
	put(t, " comment \"" LAYOUT "%s\"\n", peerlink);
	put(t, " set dual { type ifname; }\n set gated { type ifname; }\n");
	put(t, " chain forward {\n  type filter hook forward priority -300; policy accept;\n");
	put(t, "  iifname \"%s\" oifname @dual counter drop comment \"dual\"\n", peerlink);
	put(t, "  iifname @gated oifname \"%s\" counter drop comment \"gated-in\"\n", peerlink);
	put(t, "  oifname @gated counter drop comment \"gated-out\"\n }\n");
	put(t, " chain output {\n  type filter hook output priority -300; policy accept;\n");
	put(t, "  oifname @gated counter drop comment \"gated-local\"\n }\n}\n");
}

static void adopt_wanted(struct filter *f)
{
	struct fname *n;
	unsigned int s;

	f->present = f->whole = true;
	strlcpy(f->peerlink, f->want_peerlink, sizeof(f->peerlink));
	for (s = 0; s < FILTER_SETS; s++) {
		names_clear(&f->have[s]);
		frr_each (fnames, &f->want[s], n)
			names_add(&f->have[s], n->name);
	}
}

bool filter_commit(struct filter *f)
{
	struct text t = {};
	bool ok, anew = table_differs(f);
	unsigned int s;

	if (!filter_differs(f))
		return true;
	if (anew)
		put_table(&t, f->want_peerlink);
	for (s = 0; s < FILTER_SETS; s++)
		if (anew || set_differs(f, s))
			put_elements(&t, f, s);
	ok = filter_name_ok(f->want_peerlink) && run(f, t.s) == 0;
	if (!ok && !f->refused)
		zlog_warn("nftables refused the egress filter: %s", nft_ctx_get_error_buffer(f->nft));
	f->refused = !ok;
	if (ok)
		adopt_wanted(f);
	XFREE(MTYPE_FILTER_TEXT, t.s);
	return ok;
}

bool filter_remove(struct filter *f)
{
	unsigned int s;

	if (!f->present)
		return true;
	if (run(f, "add table " TABLE "\ndelete table " TABLE "\n") != 0) {
		zlog_warn("nftables refused to remove the egress filter: %s", nft_ctx_get_error_buffer(f->nft));
		return false;
	}
	f->present = f->whole = false;
	for (s = 0; s < FILTER_SETS; s++)
		names_clear(&f->have[s]);
	return true;
}

/* ------------------------------------------------------------------- life */

struct filter *filter_new(void)
{
	struct filter *f = XCALLOC(MTYPE_FILTER, sizeof(*f));
	unsigned int s;

	/* who opened the socket counts, too */
	frr_with_privs (lib_privs) {
		f->nft = nft_ctx_new(NFT_CTX_DEFAULT);
	}
	if (!f->nft) {
		XFREE(MTYPE_FILTER, f);
		return NULL;
	}
	nft_ctx_buffer_output(f->nft);
	nft_ctx_buffer_error(f->nft);
	for (s = 0; s < FILTER_SETS; s++) {
		fnames_init(&f->have[s]);
		fnames_init(&f->want[s]);
	}
	return f;
}

void filter_free(struct filter *f)
{
	unsigned int s;

	if (!f)
		return;
	for (s = 0; s < FILTER_SETS; s++) {
		names_clear(&f->have[s]);
		names_clear(&f->want[s]);
		fnames_fini(&f->have[s]);
		fnames_fini(&f->want[s]);
	}
	nft_ctx_free(f->nft);
	XFREE(MTYPE_FILTER, f);
}
