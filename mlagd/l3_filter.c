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
#include "privs.h"
#include "sbuf.h"

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

/* nft takes an element twice; a list of one MAC for each SVI would only be long. */
static bool seen(const struct ethaddr *macs, unsigned int n, const struct ethaddr *mac)
{
	for (unsigned int i = 0; i < n; i++)
		if (memcmp(&macs[i], mac, sizeof(*mac)) == 0)
			return true;
	return false;
}

static void put_macs(struct sbuf *t, const struct ethaddr *macs, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (!seen(macs, i, &macs[i]))
			sbuf_push(t, 0, "%s%pEA", i ? ", " : "", &macs[i]);
}

static void put_addresses(struct sbuf *t, const struct l3_filter_wish *w)
{
	unsigned int written = 0;

	for (unsigned int i = 0; i < w->n_addrs; i++)
		if (w->addrs[i].family == AF_INET)
			sbuf_push(t, 0, "%s%pI4", written++ ? ", " : "", &w->addrs[i].u.prefix4);
}

static bool any_ipv4(const struct l3_filter_wish *w)
{
	for (unsigned int i = 0; i < w->n_addrs; i++)
		if (w->addrs[i].family == AF_INET)
			return true;
	return false;
}

static void put_vrr(struct sbuf *t, const struct l3_filter_wish *w)
{
	sbuf_push(t, 0, "chain to_peer {\ntype filter hook output priority 0; policy accept;\n");
	sbuf_push(t, 0, "oifname \"%s\" ether saddr { ", w->peerlink);
	put_macs(t, w->macs, w->n_macs);
	sbuf_push(t, 0, " } counter drop\n}\n");
	if (!any_ipv4(w))
		return;
	sbuf_push(t, 0, "chain from_peer {\ntype filter hook prerouting priority -300; policy accept;\n");
	sbuf_push(t, 0, "iifname \"%s\" meta protocol arp arp daddr ip { ", w->peerlink);
	put_addresses(t, w);
	sbuf_push(t, 0, " } counter drop\n}\n");
}

static void put_vtep(struct sbuf *t, const struct l3_filter_wish *w)
{
	sbuf_push(t, 0, "chain vtep {\ntype filter hook forward priority 0; policy accept;\n");
	for (unsigned int i = 0; i < w->n_vxlans; i++) {
		if (!filter_name_ok(w->vxlans[i]))
			continue;
		sbuf_push(t, 0, "iifname \"%s\" oifname \"%s\" counter drop\n", w->peerlink, w->vxlans[i]);
		if (w->apart)
			sbuf_push(t, 0, "iifname \"%s\" oifname \"%s\" counter drop\n", w->vxlans[i], w->peerlink);
	}
	sbuf_push(t, 0, "}\n");
}

/* Added, so that it can be deleted whether it was there or not. */
static char *commands(const struct l3_filter_wish *w)
{
	struct sbuf t;
	char *text;

	sbuf_init(&t, NULL, 0);
	sbuf_push(&t, 0, "add table " TABLE "\ndelete table " TABLE "\n");
	if (filter_name_ok(w->peerlink) && (w->n_macs || w->n_vxlans)) {
		sbuf_push(&t, 0, "table " TABLE " {\n");
		if (w->n_macs)
			put_vrr(&t, w);
		if (w->n_vxlans)
			put_vtep(&t, w);
		sbuf_push(&t, 0, "}\n");
	}
	text = XSTRDUP(MTYPE_L3_FILTER, sbuf_buf(&t));
	sbuf_free(&t);
	return text;
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
