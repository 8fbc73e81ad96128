// SPDX-License-Identifier: GPL-2.0-or-later
/* What filter.c and filter_read.c share. */
#ifndef MLAGD_FILTER_INT_H
#define MLAGD_FILTER_INT_H

#include <zebra.h>
#include <nftables/libnftables.h>

#include "typesafe.h"

#include "mlagd/filter.h"

#define FILTER_TABLE   "bridge frr_mlag"
#define FILTER_LAYOUT  "frr-mlag 7" /* stands in the table's comment */
#define FILTER_N_RULES 12

#define FILTER_NAME_LEN 48 /* an interface's name, or, as nftables writes it, that and a source */

PREDECL_RBTREE_UNIQ(fnames);

struct fname {
	struct fnames_item item;
	char name[FILTER_NAME_LEN];
	uint64_t packets; /* dropped by this name, where the set counts; as read last */
};

int fname_cmp(const struct fname *a, const struct fname *b);
DECLARE_RBTREE_UNIQ(fnames, struct fname, item, fname_cmp);

struct filter {
	struct nft_ctx *nft;
	bool present, layout, whole;
	bool refused; /* the last commit was, and said */
	struct fnames_head have[FILTER_SETS], want[FILTER_SETS];
	struct filter_stats stats; /* as read last */
};

extern const char *const filter_set_names[FILTER_SETS];

void fnames_clear(struct fnames_head *h);
/* name is copied; a second time: nothing. */
void fnames_put(struct fnames_head *h, const char *name, uint64_t packets);

static inline bool filter_of_sources(enum filter_set s)
{
	return s >= FILTER_ECHO;
}

/* name: as it stands in a set of sources; false: too long, or no such interface. */
bool filter_source_name(char name[FILTER_NAME_LEN], const char *ifname, const char *mac);

/* One command or several, as one transaction; 0, or the error stands in the context's buffer. */
int filter_run(struct filter *f, const char *text);

#endif
