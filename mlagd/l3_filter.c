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

/* `key` is one of the ports to the peer. The first is known to be a name. */
static void put_ways(struct sbuf *t, const char *key, const struct l3_filter_wish *w)
{
	sbuf_push(t, 0, "%s { \"%s\"", key, w->peerlinks[0]);
	for (unsigned int i = 1; i < w->n_peerlinks; i++)
		if (filter_name_ok(w->peerlinks[i]))
			sbuf_push(t, 0, ", \"%s\"", w->peerlinks[i]);
	sbuf_push(t, 0, " } ");
}

static void put_macs(struct sbuf *t, const struct ethaddr *macs, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (!seen(macs, i, &macs[i]))
			sbuf_push(t, 0, "%s%pEA", i ? ", " : "", &macs[i]);
}

static unsigned int count(const struct l3_filter_wish *w, int family)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < w->n_addrs; i++)
		n += w->addrs[i].family == family;
	return n;
}

/* Questions for virtual addresses of a family. Without "meta protocol" nft looks for the type where a tagged frame has its tag. */
static void put_questions(struct sbuf *t, const struct l3_filter_wish *w, int family)
{
	char text[INET6_ADDRSTRLEN];
	unsigned int written = 0;

	if (!count(w, family))
		return;
	put_ways(t, "iifname", w);
	sbuf_push(t, 0, "%s { ",
		  family == AF_INET ? "meta protocol arp arp daddr ip"
				   : "meta protocol ip6 meta l4proto ipv6-icmp icmpv6 type nd-neighbor-solicit icmpv6 taddr");
	for (unsigned int i = 0; i < w->n_addrs; i++)
		if (w->addrs[i].family == family)
			sbuf_push(t, 0, "%s%s", written++ ? ", " : "",
				  inet_ntop(family, &w->addrs[i].u, text, sizeof(text)));
	sbuf_push(t, 0, " } counter drop\n");
}

static void put_vrr(struct sbuf *t, const struct l3_filter_wish *w)
{
	sbuf_push(t, 0, "chain to_peer {\ntype filter hook output priority 0; policy accept;\n");
	put_ways(t, "oifname", w);
	sbuf_push(t, 0, "ether saddr { ");
	put_macs(t, w->macs, w->n_macs);
	sbuf_push(t, 0, " } counter drop\n}\n");
	if (!w->n_addrs)
		return;
	sbuf_push(t, 0, "chain from_peer {\ntype filter hook prerouting priority -300; policy accept;\n");
	put_questions(t, w, AF_INET);
	put_questions(t, w, AF_INET6);
	sbuf_push(t, 0, "}\n");
}

static void put_vtep(struct sbuf *t, const struct l3_filter_wish *w)
{
	sbuf_push(t, 0, "chain vtep {\ntype filter hook forward priority 0; policy accept;\n");
	for (unsigned int i = 0; i < w->n_vxlans; i++) {
		if (!filter_name_ok(w->vxlans[i]))
			continue;
		put_ways(t, "iifname", w);
		sbuf_push(t, 0, "oifname \"%s\" counter drop\n", w->vxlans[i]);
		if (!w->apart)
			continue;
		put_ways(t, "oifname", w);
		sbuf_push(t, 0, "iifname \"%s\" counter drop\n", w->vxlans[i]);
	}
	sbuf_push(t, 0, "}\n");
}

/* Added, so that it can be deleted whether it was there or not. */
char *l3_filter_text(const struct l3_filter_wish *w)
{
	struct sbuf t;
	char *text;

	sbuf_init(&t, NULL, 0);
	sbuf_push(&t, 0, "add table " TABLE "\ndelete table " TABLE "\n");
	if (w->n_peerlinks && filter_name_ok(w->peerlinks[0]) && (w->n_macs || w->n_vxlans)) {
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

void l3_filter_text_free(char *text)
{
	XFREE(MTYPE_L3_FILTER, text);
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
	char *text = l3_filter_text(wish);
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
	f->text = l3_filter_text(wish); /* kept when refused, too: it is not tried in a loop */
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
