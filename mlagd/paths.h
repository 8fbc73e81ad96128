// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Since when each path to the peer is heard without a gap, for show. The core
 * knows what is heard and decides by it; when it began only a person asks.
 */
#ifndef MLAGD_PATHS_H
#define MLAGD_PATHS_H

#include <zebra.h>

#include "mlagd/conf.h"
#include "mlagd/core/core.h"

struct paths {
	struct conf_backup backup[CONF_BACKUPS_MAX]; /* as configured when the times below were taken */
	struct conf_witness witnesses[CONF_WITNESSES_MAX];
	struct {
		core_ms heard, since;
		uint32_t dead_ms; /* the peer's own word: silent for longer is a gap */
	} path[CORE_PATHS_MAX];
};

/* Paths are told apart by their number: where the configuration moves them, they begin anew. Also to begin with. */
void paths_configure(struct paths *p, const struct conf *c);
/* A probe has arrived on path. */
void paths_heard(struct paths *p, uint8_t path, const struct mc_member *m, core_ms now);
/* CORE_NEVER: not heard since it was configured. */
core_ms paths_since(const struct paths *p, uint8_t path);

#endif
