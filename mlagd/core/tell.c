// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an operator is told (D8) beyond what the rules say themselves when they
 * act: a way on which the peer was heard comes or goes, a bond has one leg, two
 * or none, both members have everything of each other, the shared VTEP and the
 * virtual routers come and go, zebra's module does. Each is compared with what
 * was told last, so one change is one note; what flaps is told in bounds
 * (rule 11), and afterwards as it then stands. Nothing here flows back.
 */
#include <stdio.h>
#include <string.h>

#include "mlagd/core/core_int.h"

/* One more note of this kind, and perhaps the last one for a while. */
static void count(struct core *c, struct core_out *out, unsigned int kind)
{
	static const char *const many[] = {
		[TELL_PATHS] = "many changes of paths",
		[TELL_BONDS] = "many changes of bonds",
		[TELL_MODULE] = "many changes of zebra's module",
	};

	damp_count(&c->told.damp[kind], c->now, TELL_MANY);
	if (damp_held(&c->told.damp[kind], c->now))
		out_note(c, out, many[kind], "one after the other", "the next are told in 30 s or more, as they then stand");
}

/* ------------------------------------------------------------------- paths */

/* What is left beside the peerlink. */
static void paths_left(const struct core *c, char *buf, size_t size)
{
	unsigned int n = 0;

	for (unsigned int i = 1; i < c->cfg.n_paths; i++)
		n += path_proves(c, i) && path_fresh(c, i);
	if (n)
		snprintf(buf, size, "heard beside the peerlink: %u of %u", n, c->cfg.n_paths - 1);
	else
		snprintf(buf, size, "nothing would prove that the peer is in service");
}

static void tell_path(struct core *c, struct core_out *out, unsigned int i)
{
	bool heard = path_fresh(c, i), witness = c->cfg.first_witness && i >= c->cfg.first_witness;
	char what[32], effect[64];

	snprintf(what, sizeof(what), "%s %s", witness ? "witness" : "backup", heard ? "heard" : "lost");
	if (path_proves(c, i))
		paths_left(c, effect, sizeof(effect));
	else
		snprintf(effect, sizeof(effect), "without authentication it proves nothing");
	out_note_path(c, out, i, what, heard ? "a probe of the peer has come" : why_text(WHY_NO_PROBE), effect);
	c->told.paths ^= 1u << i;
	count(c, out, TELL_PATHS);
}

static void tell_bfd(struct core *c, struct core_out *out)
{
	enum core_bfd was = c->told.bfd;

	c->told.bfd = c->bfd;
	if (was == c->bfd || (was != CORE_BFD_UP && c->bfd != CORE_BFD_UP)) /* it begins with down */
		return;
	if (c->bfd == CORE_BFD_UP)
		out_note(c, out, "BFD up", "bfdd hears the peer on the peerlink", "its loss is noticed by BFD too");
	else
		out_note(c, out, "BFD down", c->bfd == CORE_BFD_DOWN ? "bfdd hears nothing of the peer" : "bfdd does not watch",
			 "what the session's own keepalive hears is what counts");
	count(c, out, TELL_PATHS);
}

/* Its number says no more which one it was. */
static void tell_removed(struct core *c, struct core_out *out)
{
	uint32_t left = c->told.paths & ((1u << c->cfg.n_paths) - 1);
	char effect[64];

	if (left == c->told.paths)
		return;
	c->told.paths = left;
	paths_left(c, effect, sizeof(effect));
	out_note(c, out, "backup or witness removed", "not configured any more", effect);
}

static void tell_paths(struct core *c, struct core_out *out)
{
	tell_removed(c, out);
	for (unsigned int i = 1; i < c->cfg.n_paths; i++)
		if (!damp_held(&c->told.damp[TELL_PATHS], c->now) && path_fresh(c, i) != (c->told.paths >> i & 1))
			tell_path(c, out, i);
	if (!damp_held(&c->told.damp[TELL_PATHS], c->now))
		tell_bfd(c, out);
}

/* ------------------------------------------------------------------- bonds */

static enum legs legs_of(const struct core *c, const struct port *p)
{
	if (!p->local.present || !p->local.distributing)
		return LEGS_NONE;
	return view_dual(c, p) ? LEGS_BOTH : LEGS_OURS;
}

static const char *why_legs(const struct core *c, const struct port *p, enum legs legs)
{
	if (legs == LEGS_BOTH)
		return "both legs distribute to one host";
	if (legs == LEGS_NONE && wanted_hold(c) != CORE_HOLD_NONE)
		return core_hold_name(wanted_hold(c));
	if (legs == LEGS_NONE)
		return p->local.carrier ? "LACP does not distribute" : p->local.present ? "no carrier" : "not there any more";
	if (!session_live(c) && !session_restarting(c))
		return "there is no session with the peer";
	if (!p->heard || !p->peer.present)
		return "the peer has no bond of this id";
	return p->peer.distributing ? "the peer's leg leads to another host" : "the peer's leg does not distribute";
}

/* All that have come to have these legs in this step are one note. */
static void tell_legs(struct core *c, struct core_out *out, enum legs legs)
{
	static const char *const what[] = {
		[LEGS_NONE] = "bond down", [LEGS_OURS] = "bond single-connected", [LEGS_BOTH] = "bond dual-connected"};
	const struct port *first = NULL;
	char effect[64];
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->n_ports; i++) {
		struct port *p = &c->port[i];

		if (p->legs_told == legs || legs_of(c, p) != legs)
			continue;
		p->legs_told = legs;
		first = n++ ? first : p;
	}
	if (!n)
		return;
	snprintf(effect, sizeof(effect), "%s (mlag id %u)", first->local.ifname[0] ? first->local.ifname : first->peer.ifname,
		 first->local.mlag_id);
	if (n > 1)
		snprintf(effect + strlen(effect), sizeof(effect) - strlen(effect), " and %u more", n - 1);
	out_note(c, out, what[legs], why_legs(c, first, legs), effect);
	count(c, out, TELL_BONDS);
}

static void tell_bonds(struct core *c, struct core_out *out)
{
	for (enum legs legs = LEGS_NONE; legs <= LEGS_BOTH && !damp_held(&c->told.damp[TELL_BONDS], c->now); legs++)
		tell_legs(c, out, legs);
}

/* ----------------------------------------------------------------- the rest */

static void tell_sync(struct core *c, struct core_out *out)
{
	bool synced = session_synced(c);

	if (synced && !c->told.synced)
		out_note(c, out, "synchronised", "each member has applied all that the other knows",
			 "one switch to the hosts from here on");
	c->told.synced = synced; /* that it ends is what the end of the session says */
}

static const char *why_routing(const struct core *c, bool on, bool configured)
{
	if (!configured)
		return "not configured any more";
	if (on)
		return "the rules let this member attract traffic";
	return wanted_hold(c) != CORE_HOLD_NONE ? core_hold_name(wanted_hold(c)) : "this member steps aside";
}

static void tell_service(struct core *c, struct core_out *out, bool *told, bool configured, bool wanted, const char *what)
{
	bool on = configured && wanted;
	char text[48];

	if (on == *told)
		return;
	*told = on;
	snprintf(text, sizeof(text), "%s %s", what, on ? "in service" : "out of service");
	out_note(c, out, text, why_routing(c, on, configured), "");
}

/* That it is there from the start is no news. */
static void tell_module(struct core *c, struct core_out *out)
{
	enum core_module was = c->told.module;

	if (was == c->module || damp_held(&c->told.damp[TELL_MODULE], c->now))
		return;
	c->told.module = c->module;
	if (was == CORE_MODULE_UNKNOWN && c->module == CORE_MODULE_UP)
		return;
	if (c->module == CORE_MODULE_UP)
		out_note(c, out, "zebra module connected", "it answers in the run directory", "a fence withdraws routes again");
	else
		out_note(c, out, "zebra module missing", why_text(WHY_NO_MODULE), "routes stay announced, whatever is to be held back");
	count(c, out, TELL_MODULE);
}

void tell_changes(struct core *c, struct core_out *out)
{
	static const uint8_t none[4];

	if (c->phase == PH_OFF) {
		memset(&c->told, 0, sizeof(c->told));
		return;
	}
	tell_paths(c, out);
	tell_sync(c, out);
	tell_bonds(c, out);
	tell_service(c, out, &c->told.vtep, memcmp(c->cfg.anycast_ip, none, sizeof(none)) != 0, c->wanted.shared_vtep,
		     "shared VTEP");
	tell_service(c, out, &c->told.gateway, c->cfg.gateway, c->wanted.gateway, "virtual routers");
	tell_module(c, out);
}
