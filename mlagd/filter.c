// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commands go to libnftables as text; filter_read.c reads its JSON. The sets in
 * the kernel are remembered as sorted lists of names, so nothing is asked or
 * written while they are as wanted. A change of the sets is one
 * transaction, and keeps rules and counters; only a table that is not whole is
 * made anew.
 */
#include <zebra.h>

#include "log.h"
#include "memory.h"
#include "prefix.h"
#include "privs.h"
#include "sbuf.h"

#include "mlagd/filter_int.h"

DEFINE_MGROUP(MLAGD_FILTER, "mlagd filter");
DEFINE_MTYPE_STATIC(MLAGD_FILTER, FILTER, "Filter");
DEFINE_MTYPE_STATIC(MLAGD_FILTER, FILTER_NAME, "Filter set element");

/* What stands before a source in a set of sources. */
#define SOURCE_HEAD "\"%s\" . "

int fname_cmp(const struct fname *a, const struct fname *b)
{
	return strcmp(a->name, b->name);
}

const char *const filter_set_names[FILTER_SETS] = {
	[FILTER_PEERLINK] = "peerlink",
	[FILTER_DUAL] = "dual",
	[FILTER_GATED] = "gated",
	[FILTER_RISING] = "rising",
	[FILTER_QUIET] = "quiet",
	[FILTER_ECHO] = "echo",
	[FILTER_CROSS] = "cross",
};

bool filter_name_ok(const char *ifname)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-@+";
	size_t len = strlen(ifname);

	return len > 0 && len < IFNAMSIZ && strspn(ifname, ok) == len;
}

/* ------------------------------------------------------------ sets of names */

void fnames_clear(struct fnames_head *h)
{
	struct fname *n;

	while ((n = fnames_pop(h)))
		XFREE(MTYPE_FILTER_NAME, n);
}

void fnames_put(struct fnames_head *h, const char *name, uint64_t packets)
{
	struct fname *n = XCALLOC(MTYPE_FILTER_NAME, sizeof(*n));

	strlcpy(n->name, name, sizeof(n->name));
	n->packets = packets;
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

unsigned int filter_sources(const struct filter *f, enum filter_set set, const char *ifname, uint8_t *macs, unsigned int max)
{
	const struct fname *n;
	struct ethaddr mac;
	char head[FILTER_NAME_LEN];
	size_t len = snprintf(head, sizeof(head), SOURCE_HEAD, ifname);
	unsigned int found = 0;

	frr_each (fnames_const, &f->have[set], n) {
		if (strncmp(n->name, head, len) != 0 || !prefix_str2mac(n->name + len, &mac))
			continue;
		if (found < max)
			memcpy(macs + found * sizeof(mac), &mac, sizeof(mac));
		found++;
	}
	return found;
}

uint64_t filter_quiet_drops(const struct filter *f, const char *ifname)
{
	struct fname ref = {};
	const struct fname *n;

	strlcpy(ref.name, ifname, sizeof(ref.name));
	n = fnames_const_find(&f->have[FILTER_QUIET], &ref);
	return n ? n->packets : 0;
}

bool filter_present(const struct filter *f)
{
	return f->present;
}

int filter_run(struct filter *f, const char *text)
{
	int ret = -1;

	frr_with_privs (lib_privs) {
		ret = nft_run_cmd_from_buffer(f->nft, text);
	}
	return ret;
}

/* ----------------------------------------------------------- what is wanted */

void filter_begin(struct filter *f)
{
	unsigned int s;

	for (s = 0; s < FILTER_SETS; s++)
		fnames_clear(&f->want[s]);
}

void filter_want(struct filter *f, enum filter_set set, const char *ifname)
{
	if (filter_name_ok(ifname))
		fnames_put(&f->want[set], ifname, 0);
}

#define MAC_TEXT_LEN sizeof("02:00:00:00:00:01")

bool filter_source_name(char name[FILTER_NAME_LEN], const char *ifname, const char *mac)
{
	return filter_name_ok(ifname) && strlen(mac) == MAC_TEXT_LEN - 1 &&
	       snprintf(name, FILTER_NAME_LEN, SOURCE_HEAD "%s", ifname, mac) < FILTER_NAME_LEN;
}

void filter_want_source(struct filter *f, enum filter_set set, const char *ifname, const uint8_t *mac)
{
	char name[FILTER_NAME_LEN], text[MAC_TEXT_LEN];

	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	if (filter_source_name(name, ifname, text))
		fnames_put(&f->want[set], name, 0);
}

static bool set_differs(const struct filter *f, enum filter_set s)
{
	return !names_equal(&f->have[s], &f->want[s]);
}

bool filter_differs(const struct filter *f)
{
	for (unsigned int s = 0; s < FILTER_SETS; s++)
		if (set_differs(f, s))
			return true;
	return !f->whole;
}

static void put_elements(struct sbuf *t, const struct filter *f, enum filter_set s)
{
	const struct fname *n;

	sbuf_push(t, 0, "flush set " FILTER_TABLE " %s\n", filter_set_names[s]);
	if (!fnames_const_first(&f->want[s]))
		return;
	sbuf_push(t, 0, "add element " FILTER_TABLE " %s {", filter_set_names[s]);
	frr_each (fnames_const, &f->want[s], n)
		sbuf_push(t, 0, filter_of_sources(s) ? " %s," : " \"%s\",", n->name);
	sbuf_push(t, 0, " }\n");
}

/* Only what is flooded can be doubled: a known unicast address stands behind one port alone. */
#define GROUP "ether daddr & 01:00:00:00:00:00 == 01:00:00:00:00:00"

/* "add" first, so that "delete" cannot fail; all of it is one transaction. */
static void put_table(struct sbuf *t)
{
	sbuf_push(t, 0, "add table " FILTER_TABLE "\ndelete table " FILTER_TABLE "\ntable " FILTER_TABLE " {\n");
	sbuf_push(t, 0, " comment \"" FILTER_LAYOUT "\"\n set peerlink { type ifname; }\n");
	sbuf_push(t, 0, " set dual { type ifname; }\n set gated { type ifname; }\n set quiet { type ifname; counter; }\n");
	sbuf_push(t, 0, " set rising { type ifname; }\n set echo { type ifname . ether_addr; }\n"
			" set cross { type ifname . ether_addr; }\n");
	/* a bridge's own question has no socket behind it; a routing daemon's has */
	sbuf_push(t, 0, " chain query {\n  meta skuid >= 0 counter accept comment \"routed-query\"\n"
			"  counter drop comment \"own-query\"\n }\n");
	sbuf_push(t, 0, " chain forward {\n  type filter hook forward priority -300; policy accept;\n");
	sbuf_push(t, 0, "  iifname @peerlink oifname @dual counter drop comment \"dual\"\n");
	sbuf_push(t, 0, "  iifname @peerlink oifname . ether saddr @echo counter drop comment \"echo\"\n");
	sbuf_push(t, 0, "  oifname @peerlink iifname . ether saddr @cross counter accept comment \"cross\"\n");
	sbuf_push(t, 0, "  iifname @rising oifname @peerlink counter drop comment \"rising\"\n");
	sbuf_push(t, 0, "  iifname @gated oifname @peerlink " GROUP " counter drop comment \"gated-in\"\n");
	sbuf_push(t, 0, "  oifname @gated " GROUP " counter drop comment \"gated-out\"\n }\n");
	sbuf_push(t, 0, " chain output {\n  type filter hook output priority -300; policy accept;\n");
	sbuf_push(t, 0, "  oifname @gated " GROUP " counter drop comment \"gated-local\"\n");
	sbuf_push(t, 0, "  oifname @peerlink meta protocol ip igmp type membership-query counter jump query"
			" comment \"igmp-query\"\n");
	sbuf_push(t, 0, "  oifname @peerlink meta protocol ip6 icmpv6 type mld-listener-query counter jump query"
			" comment \"mld-query\"\n");
	/* the set last: it counts by name what got so far */
	sbuf_push(t, 0, "  ether daddr 01:80:c2:00:00:00 oifname @quiet counter drop comment \"bpdu\"\n }\n}\n");
}

static void adopt_wanted(struct filter *f)
{
	struct fname *n;
	unsigned int s;

	f->present = f->whole = true;
	for (s = 0; s < FILTER_SETS; s++) {
		fnames_clear(&f->have[s]);
		frr_each (fnames, &f->want[s], n)
			fnames_put(&f->have[s], n->name, 0);
	}
}

bool filter_commit(struct filter *f)
{
	struct sbuf t;
	bool ok, anew = !f->whole;
	unsigned int s;

	if (!filter_differs(f))
		return true;
	sbuf_init(&t, NULL, 0);
	if (anew)
		put_table(&t);
	for (s = 0; s < FILTER_SETS; s++)
		if (anew || set_differs(f, s))
			put_elements(&t, f, s);
	ok = fnames_const_first(&f->want[FILTER_PEERLINK]) && filter_run(f, sbuf_buf(&t)) == 0;
	if (!ok && !f->refused)
		zlog_warn("nftables refused the egress filter: %s", nft_ctx_get_error_buffer(f->nft));
	f->refused = !ok;
	if (ok)
		adopt_wanted(f);
	sbuf_free(&t);
	return ok;
}

bool filter_remove(struct filter *f)
{
	unsigned int s;

	if (!f->present)
		return true;
	if (filter_run(f, "add table " FILTER_TABLE "\ndelete table " FILTER_TABLE "\n") != 0) {
		zlog_warn("nftables refused to remove the egress filter: %s", nft_ctx_get_error_buffer(f->nft));
		return false;
	}
	f->present = f->whole = false;
	for (s = 0; s < FILTER_SETS; s++)
		fnames_clear(&f->have[s]);
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
		fnames_clear(&f->have[s]);
		fnames_clear(&f->want[s]);
		fnames_fini(&f->have[s]);
		fnames_fini(&f->want[s]);
	}
	nft_ctx_free(f->nft);
	XFREE(MTYPE_FILTER, f);
}
