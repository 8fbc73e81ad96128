// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The show commands: gathers the facts at one moment and has them printed.
 * Reads everything, changes nothing.
 */
#include <zebra.h>

#include "command.h"
#include "monotime.h"
#include "vty.h"

#include "mlagd/show.h"

DEFINE_MTYPE_STATIC(MLAGD, SHOW_BONDS, "bonds of a show command");

/* ------------------------------------------------------------------- gather */

/* Rounded from the difference and not a difference of rounded times, or it would waver from one call to the next. */
static int64_t wall_offset(void)
{
	struct timeval wall, mono;
	int64_t us;

	gettimeofday(&wall, NULL);
	monotime(&mono);
	us = ((int64_t)wall.tv_sec - mono.tv_sec) * 1000000 + wall.tv_usec - mono.tv_usec;
	return (us + 500) / 1000;
}

static struct show_bond *bond_of_id(struct show_facts *f, uint16_t mlag_id)
{
	for (unsigned int i = 0; i < f->n_bonds; i++)
		if (f->bonds[i].mlag_id == mlag_id)
			return &f->bonds[i];
	f->bonds[f->n_bonds].mlag_id = mlag_id;
	return &f->bonds[f->n_bonds++];
}

static int bond_order(const void *a, const void *b)
{
	const struct show_bond *x = a, *y = b;

	return (int)x->mlag_id - (int)y->mlag_id;
}

/* The configured ones and those that only the peer has, joined by their id. */
static void gather_bonds(struct show_facts *f, struct mlagd *d)
{
	struct core_view_bond vb;
	struct conf_bond *cb;

	f->bonds = XCALLOC(MTYPE_SHOW_BONDS,
			   (conf_bonds_count(&d->conf.bonds) + f->core.n_bonds + 1) * sizeof(*f->bonds));
	frr_each (conf_bonds, &d->conf.bonds, cb) {
		struct show_bond *b = bond_of_id(f, cb->mlag_id);

		strlcpy(b->ifname, cb->ifname, sizeof(b->ifname));
		b->n_conflicts = kernel_bond_conflicts(d->kernel, cb->ifname, b->conflicts, SHOW_CONFLICTS_MAX);
	}
	for (unsigned int i = 0; core_view_bond(d->core, i, &vb); i++) {
		struct show_bond *b = bond_of_id(f, vb.local.mlag_id ? vb.local.mlag_id : vb.peer.mlag_id);

		b->view = vb;
		if (vb.wanted.apart && b->n_conflicts < SHOW_CONFLICTS_MAX)
			b->conflicts[b->n_conflicts++] = "the peer's bond of this id leads to another host";
	}
	qsort(f->bonds, f->n_bonds, sizeof(*f->bonds), bond_order);
}

static void gather_paths(struct show_facts *f, struct mlagd *d)
{
	const struct peer_stats *stats = peer_stats(d->peer);

	unsigned int first_witness = 1 + d->conf.n_backups;

	for (unsigned int i = 0; i < CORE_PATHS_MAX; i++)
		f->paths[i] = (struct show_path){
			.advice = i < first_witness ? NULL : zebra_witness_advice(d->zebra, i - first_witness),
			.since = paths_since(&d->paths, i),
			.error = peer_path_error(d->peer, i),
			.sent = stats->probe_tx[i],
			.received = stats->probe_rx[i],
		};
}

void show_facts(struct show_facts *f)
{
	struct mlagd *d = mlagd_get();
	const struct conf *c = &d->conf;

	memset(f, 0, sizeof(*f));
	f->conf = c;
	core_view(d->core, mlagd_now(), &f->core);
	f->peer_address = *peer_address(d->peer);
	f->peer_version = d->peer_version;
	f->bfd = zebra_bfd_state(d->zebra);
	f->enable = d->enabled;
	f->debug = mlagd_debug != 0;
	f->wall_offset_ms = wall_offset();
	f->n_peerlink_conflicts = kernel_peerlink_conflicts(d->kernel, f->peerlink_conflicts, SHOW_CONFLICTS_MAX);
	gather_paths(f, d);
	gather_bonds(f, d);
	while (f->n_orphans < CONF_ORPHANS_MAX && kernel_orphan_show(d->kernel, f->n_orphans, &f->orphans[f->n_orphans]))
		f->n_orphans++;
}

void show_facts_fini(struct show_facts *f)
{
	XFREE(MTYPE_SHOW_BONDS, f->bonds);
}

/* ----------------------------------------------------------------- commands */

/* Print one object, then free it. */
static int print(struct vty *vty, bool json, struct json_object *obj, void (*text)(struct vty *, struct json_object *))
{
	if (json)
		return vty_json(vty, obj);
	text(vty, obj);
	json_object_free(obj);
	return CMD_SUCCESS;
}

/* Asks nftables, for which who reads but one leaf of the state need not wait. */
static void count_bpdus(struct show_facts *f)
{
	struct kernel *k = mlagd_get()->kernel;
	bool read = false;

	for (unsigned int i = 0; i < f->n_bonds; i++) {
		if (!f->bonds[i].view.wanted.quiet)
			continue;
		if (!read)
			kernel_bpdus_read(k);
		read = true;
		f->bonds[i].bpdus = kernel_bpdus_dropped(k, f->bonds[i].ifname);
	}
}

static int print_facts(struct vty *vty, bool json, struct json_object *(*make)(const struct show_facts *),
		       void (*text)(struct vty *, struct json_object *))
{
	struct show_facts f;
	int ret;

	show_facts(&f);
	count_bpdus(&f);
	ret = print(vty, json, make(&f), text);
	show_facts_fini(&f);
	return ret;
}

int show_mlag(struct vty *vty, bool json)
{
	return print_facts(vty, json, show_json_mlag, show_text_mlag);
}

int show_mlag_interface(struct vty *vty, bool json)
{
	return print_facts(vty, json, show_json_interfaces, show_text_interfaces);
}

int show_mlag_backup(struct vty *vty, bool json)
{
	return print_facts(vty, json, show_json_paths, show_text_paths);
}

int show_mlag_events(struct vty *vty, bool json)
{
	const struct mlagd *d = mlagd_get();

	return print(vty, json, show_json_events(d->events, d->n_events), show_text_events);
}

int show_mlag_statistics(struct vty *vty, bool json)
{
	const struct mlagd *d = mlagd_get();
	struct show_counters c = {.peer = peer_stats(d->peer)};

	mact_stats(d->mact, &c.macs);
	neight_stats(d->neighs, &c.neighs);
	mdbt_stats(d->groups, &c.groups);
	kernel_stats(d->kernel, &c.kernel);
	return print(vty, json, show_json_statistics(&c), show_text_statistics);
}

int show_mlag_mac(struct vty *vty, bool json)
{
	return show_macs(vty, json, mlagd_get()->mact);
}

int show_mlag_neighbor(struct vty *vty, bool json)
{
	return show_neighs(vty, json, mlagd_get()->neighs);
}

int show_mlag_mdb(struct vty *vty, bool json)
{
	return show_groups(vty, json, mlagd_get()->groups);
}

int show_mlag_vrr(struct vty *vty, bool json)
{
	return show_vrrs(vty, json, mlagd_get()->kernel, mlagd_get()->routers);
}

int show_mlag_vtep(struct vty *vty, bool json)
{
	return show_vteps(vty, json, mlagd_get()->kernel);
}
