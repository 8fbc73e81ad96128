// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The way to a state in words, one line a step, with what both mlagds note. The
 * way is found again from the beginning: the store knows each state's parent
 * and the first move; what settle.c passed through is sought anew.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

/* From power on to a pair that is whole and stays so: the search's other beginning. */
void boot(struct world *w)
{
	struct move m[MOVES_MAX];
	unsigned int calm = 0;

	world_begin(w);
	w->e.faults = 0;
	for (unsigned int s = 0; s < 2; s++) {
		move_make(w, (struct move){MV_POWER_ON, s, 0});
		if (model.routes)
			move_make(w, (struct move){MV_ROUTES_BACK, s, 0});
		move_make(w, (struct move){MV_START, s, 0});
	}
	for (unsigned int i = 0; i < 1000 && calm < 20; i++) { /* 10 s: what it had to age has aged */
		moves_list(w, m);
		move_make(w, m[0]);
		canon(w);
		calm = !check_converged(w) ? 0 : m[0].kind == MV_TICK ? calm + 1 : calm;
	}
	w->e.faults = model.faults;
	if (calm == 20 && world_still(w))
		return;
	printf("convergence violated: a pair that is switched on never becomes whole\n");
	exit(1);
}

#define SOUGHT 65536 /* crossroads between two kept states */

struct seek {
	struct settle s;
	struct world *w;
	struct digest d;
};

/* Is this the one? Then enough. */
static bool arrive(void *arg, uint32_t *id)
{
	struct seek *k = arg;
	struct digest d;

	*id = 0;
	free(pack(k->w, &d));
	return memcmp(&d, &k->d, sizeof(d)) != 0;
}

static void again(void *arg, uint32_t id)
{
}

static void tell_move(struct world *w, struct move m, core_ms *at)
{
	char name[80];

	if (m.kind == MV_TICK)
		*at += TICK_MS;
	printf("%8lld  %s\n", (long long)*at, move_name(m, name, sizeof(name)));
	move_make(w, m);
}

/* From one kept state to the next. */
static void tell_way(struct world *w, const struct entry *to, core_ms *at)
{
	struct seek k = {.s = {.w = w, .arg = &k, .still = arrive, .again = again}, .w = w, .d = to->d};
	struct digest d;
	struct blob *here = pack(w, &d);
	bool told = w->told;

	if (!here)
		abort();
	unpack(w, here);
	w->told = false;
	k.s.path[0] = to->via;
	k.s.n = 1;
	move_make(w, to->via);
	settle_begin(SOUGHT);
	if ((w->e.faults == 0 || model.still) && settle(&k.s))
		printf("---- the way to this state is not found again\n");
	unpack(w, here);
	free(here);
	w->told = told;
	for (unsigned int i = 0; i < k.s.n; i++)
		tell_move(w, k.s.path[i], at);
	free(pack(w, &d));
}

/* From the beginning to state `to`, then n moves more, or, if there are none, on for a while without faults. */
void tell(struct world *w, const struct store *st, uint32_t to, const struct move *last, unsigned int n)
{
	unsigned int broken = core_broken;
	uint32_t *way = malloc(st->n * sizeof(*way)), k = 0;
	struct move m[MOVES_MAX], more[512];
	core_ms at = 0;
	struct digest d;

	if (!way)
		abort();
	memcpy(more, last ? last : m, (last ? n : 0) * sizeof(*more));
	for (uint32_t i = to; i != 0; i = st->e[i].parent)
		way[k++] = i;
	w->told = false;
	core_broken = 0;
	if (model.whole)
		boot(w);
	else
		world_begin(w);
	core_broken = broken;
	free(pack(w, &d));
	puts(model.whole ? "          ---- the pair is whole" : "          ---- both are switched off");
	w->told = true;
	while (k)
		tell_way(w, &st->e[way[--k]], &at);
	for (unsigned int i = 0; i < n; i++)
		tell_move(w, more[i], &at);
	for (unsigned int i = 0; !last && i < 80; i++) {
		moves_list(w, m);
		tell_move(w, m[0], &at);
		free(pack(w, &d));
	}
	w->told = false;
	free(way);
}
