// SPDX-License-Identifier: GPL-2.0-or-later
/* The shape of what leaves a core; a wrong one is an assertion that fails. */
#ifndef FUZZ_CORE_SHAPE_H
#define FUZZ_CORE_SHAPE_H

#include "mlagd/core/core.h"

/* Generations apart. */
bool shape_same_wanted(const struct core_wanted *a, const struct core_wanted *b);
/* What they want and what they say of themselves. */
bool shape_same(const struct core *a, const struct core *b);
void shape_wanted(const struct core_wanted *w, const struct mc_member *self);
/* The outputs of the step that took ev, under the configuration cfg. */
void shape_out(const struct core *core, const struct core_out *o, const struct core_event *ev,
	       const struct core_config *cfg);

#endif
