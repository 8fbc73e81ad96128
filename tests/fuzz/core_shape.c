// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What leaves a core, by its shape alone: consistent, counted and bounded,
 * whatever has come in; and whether two cores want and say the same.
 */
#include <assert.h>
#include <string.h>

#include "tests/fuzz/core_shape.h"

#define BONDS_LOOKED_AT 16 /* after one event; others after the next, as the time falls */

static bool same_bond(const struct core_wanted_bond *a, const struct core_wanted_bond *b)
{
	return a->mlag_id == b->mlag_id && a->hold == b->hold && a->shared_id == b->shared_id && a->dual == b->dual &&
	       a->gated == b->gated && a->flood == b->flood && a->quiet == b->quiet &&
	       a->apart == b->apart && a->usable == b->usable && a->echo == b->echo && a->rising == b->rising &&
	       a->cross == b->cross;
}

bool shape_same_wanted(const struct core_wanted *a, const struct core_wanted *b)
{
	if (a->manage != b->manage || a->hold_routes != b->hold_routes || a->host_routes != b->host_routes ||
	    a->fenced != b->fenced || a->shared_vtep != b->shared_vtep || a->gateway != b->gateway ||
	    a->accept_macs != b->accept_macs || a->n_bonds != b->n_bonds ||
	    a->hold != b->hold)
		return false;
	for (unsigned int i = 0; i < a->n_bonds; i++)
		if (!same_bond(&a->bonds[i], &b->bonds[i]))
			return false;
	return true;
}

bool shape_same(const struct core *a, const struct core *b)
{
	struct mc_member ma, mb;

	core_self(a, &ma);
	core_self(b, &mb);
	if (!ma.incarnation && !mb.incarnation) /* nothing is said */
		return shape_same_wanted(core_wanted(a), core_wanted(b));
	return memcmp(&ma, &mb, sizeof(ma)) == 0 && shape_same_wanted(core_wanted(a), core_wanted(b));
}

void shape_wanted(const struct core_wanted *w, const struct mc_member *self)
{
	assert(w->n_bonds <= CORE_PORTS_MAX);
	assert(w->manage || (w->n_bonds == 0 && !w->hold_routes && !w->accept_macs));
	assert(w->n_bonds || w->hold == CORE_HOLD_NONE);
	assert(w->manage == (self->incarnation != 0));
	for (unsigned int i = 0; i < w->n_bonds; i++) {
		const struct core_wanted_bond *b = &w->bonds[i];

		assert(b->mlag_id > (i ? w->bonds[i - 1].mlag_id : 0) && (unsigned int)b->hold < CORE_HOLD_MAX);
		assert(b->hold == w->hold || (b->hold == CORE_HOLD_BYPASS && w->hold == CORE_HOLD_NONE));
		assert(b->shared_id == self->shared_id);
		assert(w->hold == CORE_HOLD_NONE || (w->hold_routes && !self->in_service));
	}
	assert(!self->acting || (self->in_service && !self->shared_id));
	assert(!self->fenced || !self->in_service);
}

void shape_out(const struct core *core, const struct core_out *o, const struct core_event *ev,
	       const struct core_config *cfg)
{
	struct core_view v;

	core_view(core, ev->now, &v);
	assert(o->n_msg <= 2 * CORE_PORTS_MAX + 8 && o->cap_msg <= 2 * CORE_PORTS_MAX + 1024);
	assert(o->n_note <= 32 && o->cap_note <= 64);
	assert(o->next == CORE_NEVER || o->next > ev->now);
	assert((o->probe_paths != 0) == (o->probe_seq != 0) && !(o->probe_paths & (1u << CORE_PATH_PEERLINK)));
	assert(o->probe_paths >> (cfg->n_paths > CORE_PATHS_MAX ? CORE_PATHS_MAX : cfg->n_paths) == 0);
	for (unsigned int i = 0; i < o->n_note; i++) {
		assert(memchr(o->note[i].what, '\0', sizeof(o->note[i].what)) && o->note[i].what[0]);
		assert(memchr(o->note[i].why, '\0', sizeof(o->note[i].why)));
		assert(memchr(o->note[i].effect, '\0', sizeof(o->note[i].effect)));
	}
	assert(v.n_bonds <= CORE_PORTS_MAX);
	for (unsigned int i = (unsigned int)(ev->now % (v.n_bonds / BONDS_LOOKED_AT + 1)); i < v.n_bonds;
	     i += v.n_bonds / BONDS_LOOKED_AT + 1) {
		struct core_view_bond b;

		assert(core_view_bond(core, i, &b));
		assert(!b.dual_connected || (b.local.distributing && b.peer.distributing));
		assert(!b.bypass || (b.local.present && b.wanted.hold == CORE_HOLD_NONE)); /* A8: one of the two */
		assert(memchr(b.local.ifname, '\0', MC_IFNAME_LEN));
	}
}
