// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * States seen: a digest each, in the order found, with where each came from,
 * so that the shortest way to any of them can be told. Of fixed size: the
 * search ends and says so when it is full. Knows nothing of what a state is.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

bool store_init(struct store *st, uint32_t cap)
{
	memset(st, 0, sizeof(*st));
	st->cap = cap;
	for (st->slots = 1024; st->slots < cap + cap / 4; st->slots *= 2)
		;
	st->e = malloc((size_t)cap * sizeof(*st->e));
	st->slot = malloc((size_t)st->slots * sizeof(*st->slot));
	if (!st->e || !st->slot)
		return false;
	memset(st->slot, 0xff, (size_t)st->slots * sizeof(*st->slot));
	return true;
}

void store_no_more(struct store *st)
{
	free(st->slot);
	st->slot = NULL;
}

void store_fini(struct store *st)
{
	free(st->e);
	free(st->slot);
}

uint32_t store_add(struct store *st, const struct digest *d, uint32_t parent, struct move via, bool *isnew)
{
	uint32_t i = d->h[0] & (st->slots - 1);

	while (st->slot[i] != STORE_NONE && memcmp(&st->e[st->slot[i]].d, d, sizeof(*d)) != 0)
		i = (i + 1) & (st->slots - 1);
	*isnew = st->slot[i] == STORE_NONE;
	if (!*isnew || st->n == st->cap)
		return st->slot[i];
	st->slot[i] = st->n;
	st->e[st->n] = (struct entry){.d = *d, .parent = parent, .via = via};
	return st->n++;
}
