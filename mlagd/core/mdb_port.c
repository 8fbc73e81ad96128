// SPDX-License-Identifier: GPL-2.0-or-later
/* Which ports can carry groups: a bond's leg here, whether it leads where the peer's does, the peerlink. */
#include "mlagd/core/mdb_int.h"

static void port_changed(struct mdbt *t, struct gent *e, core_ms now)
{
	(void)now;
	if (e->key.mlag_id != t->walked)
		return;
	if (!mdb_usable(t, e))
		mdb_leg_gone(e);
	mdb_changed(t, e);
}

static void turn(struct mdbt *t, uint64_t *bits, uint16_t mlag_id, bool on)
{
	if (mlag_id == 0 || on == mdb_bit(bits, mlag_id))
		return;
	bits[mlag_id / 64] ^= UINT64_C(1) << (mlag_id % 64);
	t->walked = mlag_id;
	mdb_each(t, port_changed, 0);
}

void mdbt_port_usable(struct mdbt *t, uint16_t mlag_id, bool on)
{
	turn(t, t->usable, mlag_id, on);
}

void mdbt_port_apart(struct mdbt *t, uint16_t mlag_id, bool apart)
{
	turn(t, t->apart, mlag_id, apart);
}

static void peerlink_changed(struct mdbt *t, struct gent *e, core_ms now)
{
	(void)now;
	if (mdb_on_peerlink(e))
		mdb_changed(t, e);
}

void mdbt_peerlink(struct mdbt *t, bool carrier)
{
	if (t->peerlink == carrier)
		return;
	t->peerlink = carrier;
	mdb_each(t, peerlink_changed, 0);
}
