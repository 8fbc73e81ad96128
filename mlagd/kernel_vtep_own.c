// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which address of its own each vxlan device had before the shared VTEP took
 * its place. Kept in FRR's run directory, since after a restart the device
 * shows the shared one; gone with the machine's boot, as the device is.
 */
#include <zebra.h>
#include <json-c/json.h>

#include "log.h"

#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KVOWN, "Kernel VTEPs' own addresses");

PREDECL_RBTREE_UNIQ(kvown_tree);

struct kvown {
	struct kvown_tree_item item;
	char ifname[IFNAMSIZ];
	struct in_addr own;
};

static int kvown_cmp(const struct kvown *a, const struct kvown *b)
{
	return strcmp(a->ifname, b->ifname);
}

DECLARE_RBTREE_UNIQ(kvown_tree, struct kvown, item, kvown_cmp);

struct kvowns {
	struct kvown_tree_head tree;
	char path[PATH_MAX];
};

static struct kvown *find(const struct kvowns *o, const char *ifname)
{
	struct kvown ref = {};

	strlcpy(ref.ifname, ifname, sizeof(ref.ifname));
	return kvown_tree_find((struct kvown_tree_head *)&o->tree, &ref);
}

bool kvown_of(const struct kvowns *o, const char *ifname, struct in_addr *own)
{
	const struct kvown *w = find(o, ifname);

	if (w)
		*own = w->own;
	return w;
}

void kvown_set(struct kvowns *o, const char *ifname, struct in_addr own)
{
	struct kvown *w = find(o, ifname);

	if (!w) {
		w = XCALLOC(MTYPE_KVOWN, sizeof(*w));
		strlcpy(w->ifname, ifname, sizeof(w->ifname));
		kvown_tree_add(&o->tree, w);
	}
	w->own = own;
}

static void load(struct kvowns *o)
{
	struct json_object *all = json_object_from_file(o->path);
	struct in_addr own;

	if (json_object_is_type(all, json_type_object)) {
		json_object_object_foreach(all, name, value)
			if (strlen(name) < IFNAMSIZ && json_object_is_type(value, json_type_string) &&
			    inet_pton(AF_INET, json_object_get_string(value), &own) == 1)
				kvown_set(o, name, own);
	}
	json_object_put(all);
}

/* Written aside and renamed, so that a crash leaves the old or the new. */
bool kvowns_save(const struct kvowns *o)
{
	struct json_object *all = json_object_new_object();
	char aside[PATH_MAX + 4], text[INET_ADDRSTRLEN];
	const struct kvown *w;
	bool ok;

	frr_each (kvown_tree_const, &o->tree, w)
		json_object_object_add(all, w->ifname,
				       json_object_new_string(inet_ntop(AF_INET, &w->own, text, sizeof(text))));
	snprintf(aside, sizeof(aside), "%s.new", o->path);
	ok = json_object_to_file(aside, all) == 0 && rename(aside, o->path) == 0;
	if (!ok)
		zlog_err("%s cannot be written: %s; the VTEP stays as it is", o->path, strerror(errno));
	json_object_put(all);
	return ok;
}

struct kvowns *kvowns_load(const char *state_dir)
{
	struct kvowns *o = XCALLOC(MTYPE_KVOWN, sizeof(*o));

	kvown_tree_init(&o->tree);
	snprintf(o->path, sizeof(o->path), "%s/mlagd.vtep.json", state_dir);
	load(o);
	return o;
}

void kvowns_free(struct kvowns *o)
{
	struct kvown *w;

	while ((w = kvown_tree_pop(&o->tree)))
		XFREE(MTYPE_KVOWN, w);
	kvown_tree_fini(&o->tree);
	XFREE(MTYPE_KVOWN, o);
}
