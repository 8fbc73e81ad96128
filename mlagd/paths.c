// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See paths.h. Keeps three numbers for each path and looks at nothing else.
 */
#include <zebra.h>

#include "mlagd/paths.h"

void paths_configure(struct paths *p, const struct conf *c)
{
	if (memcmp(p->backup, c->backup, sizeof(p->backup)) == 0 &&
	    memcmp(p->witnesses, c->witnesses, sizeof(p->witnesses)) == 0)
		return;
	memset(p, 0, sizeof(*p));
	memcpy(p->backup, c->backup, sizeof(p->backup));
	memcpy(p->witnesses, c->witnesses, sizeof(p->witnesses));
}

void paths_heard(struct paths *p, uint8_t path, const struct mc_member *m, core_ms now)
{
	if (path >= array_size(p->path))
		return;
	if (p->path[path].dead_ms == 0 || now - p->path[path].heard > p->path[path].dead_ms)
		p->path[path].since = now;
	p->path[path].heard = now;
	p->path[path].dead_ms = m->keepalive_ms * m->multiplier;
}

core_ms paths_since(const struct paths *p, uint8_t path)
{
	return path < array_size(p->path) && p->path[path].dead_ms ? p->path[path].since : CORE_NEVER;
}
