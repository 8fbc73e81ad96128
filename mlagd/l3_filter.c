// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each member answers for the gateway by itself, so nothing of it crosses the
 * peerlink: frames from a virtual MAC do not leave there (the other member's
 * hosts would learn it from two sides), and questions for a virtual address do
 * not come in (they would be answered twice). What the peer sent over the
 * peerlink it has sent to the remote VTEPs itself, and both are one VTEP to
 * them: it does not leave to vxlan, or it would come back and go round.
 *
 * The table is small, so it is made as a whole, in one transaction. What the
 * kernel made of it is kept as nft lists it, to see whether somebody else has
 * touched it: listings are compared, never read.
 */
#include <zebra.h>
#include <nftables/libnftables.h>

#include "log.h"
#include "memory.h"
#include "printfrr.h"
#include "privs.h"

#include "mlagd/filter.h"
#include "mlagd/l3_filter.h"

DEFINE_MGROUP(MLAGD_L3_FILTER, "mlagd layer 3 filter");
DEFINE_MTYPE_STATIC(MLAGD_L3_FILTER, L3_FILTER, "Layer 3 filter");

#define TABLE "bridge frr_mlag_l3"

struct l3_filter {
	struct nft_ctx *nft;
	char *text;   /* the commands in force, NULL none known */
	char *listed; /* what they made, as nft lists it */
};

struct text {
	char *s;
	size_t len, cap;
};

PRINTFRR(2, 3)
static void put(struct text *t, const char *fmt, ...)
{
	va_list ap;

	if (t->cap - t->len < 1024) {
		t->cap = t->cap ? 2 * t->cap : 4096;
		t->s = XREALLOC(MTYPE_L3_FILTER, t->s, t->cap);
	}
	va_start(ap, fmt);
	t->len += vsnprintfrr(t->s + t->len, t->cap - t->len, fmt, ap);
	va_end(ap);
}

/* nft takes an element twice; a list of one MAC for each SVI would only be long. */
static bool seen(const struct ethaddr *macs, unsigned int n, const struct ethaddr *mac)
{
	for (unsigned int i = 0; i < n; i++)
		if (memcmp(&macs[i], mac, sizeof(*mac)) == 0)
			return true;
	return false;
}

static void put_macs(struct text *t, const struct ethaddr *macs, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (!seen(macs, i, &macs[i]))
			put(t, "%s%pEA", i ? ", " : "", &macs[i]);
}

static unsigned int put_addresses(struct text *t, const struct prefix *addrs, unsigned int n)
{
	unsigned int written = 0;

	for (unsigned int i = 0; i < n; i++)
		if (addrs[i].family == AF_INET)
			put(t, "%s%pI4", written++ ? ", " : "", &addrs[i].u.prefix4);
	return written;
}

static void put_vrr(struct text *t, const struct l3_filter_wish *w)
{
	size_t before;

	put(t, "chain to_peer {\ntype filter hook output priority 0; policy accept;\n");
	put(t, "oifname \"%s\" ether saddr { ", w->peerlink);
	put_macs(t, w->macs, w->n_macs);
	put(t, " } counter drop\n}\n");
	put(t, "chain from_peer {\ntype filter hook prerouting priority -300; policy accept;\n");
	before = t->len;
	put(t, "iifname \"%s\" meta protocol arp arp daddr ip { ", w->peerlink);
	if (put_addresses(t, w->addrs, w->n_addrs))
		put(t, " } counter drop\n");
	else
		t->s[t->len = before] = '\0';
	put(t, "}\n");
}

static void put_vtep(struct text *t, const struct l3_filter_wish *w)
{
	put(t, "chain vtep {\ntype filter hook forward priority 0; policy accept;\n");
	for (unsigned int i = 0; i < w->n_vxlans; i++) {
		if (!filter_name_ok(w->vxlans[i]))
			continue;
		put(t, "iifname \"%s\" oifname \"%s\" counter drop\n", w->peerlink, w->vxlans[i]);
		if (w->apart)
			put(t, "iifname \"%s\" oifname \"%s\" counter drop\n", w->vxlans[i], w->peerlink);
	}
	put(t, "}\n");
}

/* Added, so that it can be deleted whether it was there or not. */
static char *commands(const struct l3_filter_wish *w)
{
	struct text t = {};

	put(&t, "add table " TABLE "\ndelete table " TABLE "\n");
	if (filter_name_ok(w->peerlink) && (w->n_macs || w->n_vxlans)) {
		put(&t, "table " TABLE " {\n");
		if (w->n_macs)
			put_vrr(&t, w);
		if (w->n_vxlans)
			put_vtep(&t, w);
		put(&t, "}\n");
	}
	return t.s;
}

static int run(struct l3_filter *f, const char *text)
{
	int ret = -1;

	frr_with_privs (lib_privs) {
		ret = nft_run_cmd_from_buffer(f->nft, text);
	}
	return ret;
}

/* Counters left out; "" without the table. */
static char *list(struct l3_filter *f)
{
	bool there = run(f, "list table " TABLE) == 0;

	return XSTRDUP(MTYPE_L3_FILTER, there ? nft_ctx_get_output_buffer(f->nft) : "");
}

bool l3_filter_differs(struct l3_filter *f, const struct l3_filter_wish *wish)
{
	char *text = commands(wish);
	bool differs = !f->text || strcmp(f->text, text) != 0;

	XFREE(MTYPE_L3_FILTER, text);
	return differs;
}

bool l3_filter_set(struct l3_filter *f, const struct l3_filter_wish *wish)
{
	bool ok = true;

	if (!l3_filter_differs(f, wish))
		return true;
	XFREE(MTYPE_L3_FILTER, f->text);
	XFREE(MTYPE_L3_FILTER, f->listed);
	f->text = commands(wish); /* kept when refused, too: it is not tried in a loop */
	if (run(f, f->text) != 0) {
		zlog_warn("layer 3 filter refused: %s", nft_ctx_get_error_buffer(f->nft));
		ok = false;
	}
	f->listed = list(f);
	return ok;
}

void l3_filter_recheck(struct l3_filter *f)
{
	char *now;

	if (!f->text)
		return;
	now = list(f);
	if (strcmp(now, f->listed) != 0)
		XFREE(MTYPE_L3_FILTER, f->text);
	XFREE(MTYPE_L3_FILTER, now);
}

struct l3_filter *l3_filter_new(void)
{
	struct l3_filter *f = XCALLOC(MTYPE_L3_FILTER, sizeof(*f));

	f->nft = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!f->nft) {
		l3_filter_free(f);
		return NULL;
	}
	nft_ctx_buffer_error(f->nft);
	nft_ctx_buffer_output(f->nft);
	nft_ctx_output_set_flags(f->nft, NFT_CTX_OUTPUT_STATELESS);
	return f;
}

void l3_filter_free(struct l3_filter *f)
{
	if (!f)
		return;
	if (f->nft)
		nft_ctx_free(f->nft);
	XFREE(MTYPE_L3_FILTER, f->text);
	XFREE(MTYPE_L3_FILTER, f->listed);
	XFREE(MTYPE_L3_FILTER, f);
}
