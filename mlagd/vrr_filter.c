// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The virtual router's table in nftables' bridge family. Each member answers
 * for the gateway by itself, so nothing of it crosses the peerlink: frames
 * from a virtual MAC do not leave there (the other member's hosts would learn
 * it from two sides), and questions for a virtual address do not come in
 * (they would be answered twice).
 *
 * The table is small, so it is made as a whole, in one transaction, whenever
 * its text changes or somebody else has touched nftables.
 */
#include <zebra.h>
#include <nftables/libnftables.h>

#include "log.h"
#include "memory.h"
#include "printfrr.h"
#include "privs.h"

#include "mlagd/filter.h"
#include "mlagd/kernel_l3.h"

DEFINE_MGROUP(MLAGD_VRR_FILTER, "mlagd virtual router filter");
DEFINE_MTYPE_STATIC(MLAGD_VRR_FILTER, VRR_FILTER, "Virtual router filter");

#define TABLE "bridge frr_mlag_vrr"

struct vrr_filter {
	struct nft_ctx *nft;
	char *text;  /* in force, NULL none known */
	bool unsure; /* somebody else may have changed it */
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
		t->s = XREALLOC(MTYPE_VRR_FILTER, t->s, t->cap);
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

static void put_table(struct text *t, const char *peerlink, const struct ethaddr *macs, unsigned int n_macs,
		      const struct prefix *addrs, unsigned int n_addrs)
{
	size_t before;

	put(t, "table " TABLE " {\n");
	put(t, "chain to_peer {\ntype filter hook output priority 0; policy accept;\n");
	put(t, "oifname \"%s\" ether saddr { ", peerlink);
	put_macs(t, macs, n_macs);
	put(t, " } counter drop\n}\n");
	put(t, "chain from_peer {\ntype filter hook prerouting priority -300; policy accept;\n");
	before = t->len;
	put(t, "iifname \"%s\" meta protocol arp arp daddr ip { ", peerlink);
	if (put_addresses(t, addrs, n_addrs))
		put(t, " } counter drop\n");
	else
		t->s[t->len = before] = '\0';
	put(t, "}\n}\n");
}

static bool run(struct vrr_filter *f, const char *text)
{
	int ret = -1;

	frr_with_privs (lib_privs) {
		ret = nft_run_cmd_from_buffer(f->nft, text);
	}
	if (ret != 0)
		zlog_warn("virtual routers' filter refused: %s", nft_ctx_get_error_buffer(f->nft));
	return ret == 0;
}

bool vrr_filter_set(struct vrr_filter *f, const char *peerlink, const struct ethaddr *macs, unsigned int n_macs,
		    const struct prefix *addrs, unsigned int n_addrs)
{
	struct text t = {};

	/* added, so that it can be deleted whether it was there or not */
	put(&t, "add table " TABLE "\ndelete table " TABLE "\n");
	if (n_macs && filter_name_ok(peerlink))
		put_table(&t, peerlink, macs, n_macs, addrs, n_addrs);
	if (f->text && !f->unsure && strcmp(f->text, t.s) == 0) {
		XFREE(MTYPE_VRR_FILTER, t.s);
		return true;
	}
	XFREE(MTYPE_VRR_FILTER, f->text);
	f->unsure = false; /* refused, it is tried again when anything changes, not in a loop */
	if (!run(f, t.s)) {
		XFREE(MTYPE_VRR_FILTER, t.s);
		return false;
	}
	f->text = t.s;
	return true;
}

void vrr_filter_changed(struct vrr_filter *f)
{
	f->unsure = true;
}

bool vrr_filter_unsure(const struct vrr_filter *f)
{
	return f->unsure;
}

struct vrr_filter *vrr_filter_new(void)
{
	struct vrr_filter *f = XCALLOC(MTYPE_VRR_FILTER, sizeof(*f));

	f->nft = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!f->nft) {
		vrr_filter_free(f);
		return NULL;
	}
	nft_ctx_buffer_error(f->nft);
	nft_ctx_buffer_output(f->nft);
	return f;
}

void vrr_filter_free(struct vrr_filter *f)
{
	if (!f)
		return;
	if (f->nft)
		nft_ctx_free(f->nft);
	XFREE(MTYPE_VRR_FILTER, f->text);
	XFREE(MTYPE_VRR_FILTER, f);
}
