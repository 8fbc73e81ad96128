// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The test of canon(): whatever may happen to a state as it came and to the
 * same state made canonical comes to the same, and breaks the same invariant.
 * So no span is forgotten there, and nothing is wiped that is read again.
 * Only --sound asks; it knows nothing of what canon() does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

static struct world raw, after;

static void copy(struct world *to, const struct world *from)
{
	for (unsigned int s = 0; s < 2 && !to->core[s]; s++) {
		to->core[s] = core_new(1000 * (s + 1) + 3, NOW);
		if (!to->core[s])
			abort();
	}
	core_copy(to->core[0], from->core[0]);
	core_copy(to->core[1], from->core[1]);
	to->e = from->e;
	memcpy(to->stream, from->stream, sizeof(to->stream));
	memcpy(to->bag, from->bag, sizeof(to->bag));
}

void sound_before(const struct world *w)
{
	copy(&raw, w);
}

static void differs(struct world *w, struct move m)
{
	char name[80];

	w->detail = "what follows a state is not what follows the same made canonical (--sound)";
	w->broken = "canon";
	printf("%s\n", move_name(m, name, sizeof(name)));
}

bool sound_after(struct world *w, const struct blob *b)
{
	struct move m[MOVES_MAX];
	unsigned int n = moves_list(&raw, m);
	struct digest da, dw;
	bool same = true;

	for (unsigned int i = 0; i < n && same; i++) {
		const char *broken;

		copy(&after, &raw);
		move_make(&after, m[i]);
		move_make(w, m[i]);
		broken = w->broken;
		free(pack(&after, &da));
		free(pack(w, &dw));
		unpack(w, b);
		same = after.broken == broken && (broken || memcmp(&da, &dw, sizeof(da)) == 0);
		if (!same)
			differs(w, m[i]);
	}
	if (same)
		w->broken = NULL;
	return same;
}
