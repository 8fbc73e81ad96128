// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which bond members and orphan ports were taken down by us, so that exactly those are given
 * back: by this process, or by the next one after a crash. It is written
 * before a member is taken down; a crash in between leaves an entry without
 * effect, since a member that is up counts as not taken.
 *
 * The record is of one boot of one network namespace: in another, the same
 * ifindex is another interface.
 */
#include <zebra.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <json-c/json.h>

#include "log.h"
#include "memory.h"

#include "mlagd/kernel_int.h"

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KOWNED, "Kernel record of members taken down");

#define OWNED_FILE "mlagd-owned.json"
#define OWNED_MAX  4096
#define BOOT_ID	   "/proc/sys/kernel/random/boot_id"

struct owned_member {
	ifindex_t ifindex;
	char name[IFNAMSIZ];
};

struct kowned {
	char path[PATH_MAX];
	char boot_id[64];
	int64_t netns; /* inode */
	bool dirty, refused;
	bool fenced; /* for a fence: the next process holds it on a lease, not as a boot */
	unsigned int n, cap;
	struct owned_member *m;
};

static int position(const struct kowned *o, ifindex_t ifindex)
{
	unsigned int i;

	for (i = 0; i < o->n; i++)
		if (o->m[i].ifindex == ifindex)
			return i;
	return -1;
}

bool kowned_has(const struct kowned *o, ifindex_t ifindex)
{
	return position(o, ifindex) >= 0;
}

ifindex_t kowned_at(const struct kowned *o, unsigned int i)
{
	return i < o->n ? o->m[i].ifindex : 0;
}

void kowned_add(struct kowned *o, ifindex_t ifindex, const char *name)
{
	if (kowned_has(o, ifindex) || o->n == OWNED_MAX)
		return;
	if (o->n == o->cap) {
		o->cap = o->cap ? 2 * o->cap : 16;
		o->m = XREALLOC(MTYPE_KOWNED, o->m, o->cap * sizeof(*o->m));
	}
	o->m[o->n].ifindex = ifindex;
	strlcpy(o->m[o->n++].name, name, IFNAMSIZ);
	o->dirty = true;
}

void kowned_del(struct kowned *o, ifindex_t ifindex)
{
	int i = position(o, ifindex);

	if (i < 0)
		return;
	memmove(&o->m[i], &o->m[i + 1], (--o->n - i) * sizeof(*o->m));
	o->dirty = true;
}

void kowned_set_fenced(struct kowned *o, bool fenced)
{
	o->dirty |= o->fenced != fenced;
	o->fenced = fenced;
}

bool kowned_fenced(const struct kowned *o)
{
	return o->fenced;
}

static struct json_object *to_json(const struct kowned *o)
{
	struct json_object *top = json_object_new_object(), *list = json_object_new_array();
	unsigned int i;

	json_object_object_add(top, "bootId", json_object_new_string(o->boot_id));
	json_object_object_add(top, "netns", json_object_new_int64(o->netns));
	json_object_object_add(top, "fenced", json_object_new_boolean(o->fenced));
	for (i = 0; i < o->n; i++) {
		struct json_object *m = json_object_new_object();

		json_object_object_add(m, "ifindex", json_object_new_int(o->m[i].ifindex));
		json_object_object_add(m, "ifName", json_object_new_string(o->m[i].name));
		json_object_array_add(list, m);
	}
	json_object_object_add(top, "membersDown", list);
	return top;
}

static bool write_all(int fd, const char *text, size_t len)
{
	ssize_t n;

	for (; len; text += n, len -= n) {
		n = write(fd, text, len);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			return false;
	}
	return fsync(fd) == 0;
}

/* A new file beside it, on disk, then in its place. */
static bool replace(const char *path, const char *text)
{
	char tmp[PATH_MAX + 8];
	bool ok;
	int fd;

	snprintf(tmp, sizeof(tmp), "%s.new", path);
	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	ok = write_all(fd, text, strlen(text));
	ok = close(fd) == 0 && ok;
	return ok && rename(tmp, path) == 0;
}

bool kowned_save(struct kowned *o)
{
	struct json_object *json;
	bool ok;

	if (!o->dirty)
		return true;
	json = to_json(o);
	ok = replace(o->path, json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY));
	if (!ok && !o->refused)
		zlog_warn("%s: cannot record which members are taken down: %s", o->path, strerror(errno));
	o->refused = !ok;
	o->dirty = !ok;
	json_object_put(json);
	return ok;
}

/* ------------------------------------------------------------------- load */

static void this_boot(struct kowned *o)
{
	struct stat st;
	FILE *f = fopen(BOOT_ID, "re");

	if (f) {
		if (fgets(o->boot_id, sizeof(o->boot_id), f))
			o->boot_id[strcspn(o->boot_id, "\n")] = '\0';
		fclose(f);
	}
	if (stat("/proc/self/ns/net", &st) == 0)
		o->netns = st.st_ino;
}

static const char *get_string(const struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_string(v) : NULL;
}

static int64_t get_int(const struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_int64(v) : 0;
}

static void from_json(struct kowned *o, const struct json_object *top)
{
	const char *boot = get_string(top, "bootId");
	struct json_object *list, *fenced;
	size_t i;

	if (!boot || strcmp(boot, o->boot_id) != 0 || get_int(top, "netns") != o->netns)
		return; /* an earlier boot's: means nothing now */
	o->fenced = json_object_object_get_ex(top, "fenced", &fenced) && json_object_get_boolean(fenced);
	if (!json_object_object_get_ex(top, "membersDown", &list) || !json_object_is_type(list, json_type_array))
		return;
	for (i = 0; i < json_object_array_length(list); i++) {
		const struct json_object *m = json_object_array_get_idx(list, i);
		const char *name = get_string(m, "ifName");
		int64_t ifindex = get_int(m, "ifindex");

		if (name && ifindex > 0 && ifindex <= INT32_MAX)
			kowned_add(o, ifindex, name);
	}
}

struct kowned *kowned_load(const char *state_dir)
{
	struct kowned *o = XCALLOC(MTYPE_KOWNED, sizeof(*o));
	struct json_object *top;

	snprintf(o->path, sizeof(o->path), "%s/%s", state_dir, OWNED_FILE);
	this_boot(o);
	top = json_object_from_file(o->path);
	if (top)
		from_json(o, top);
	else if (access(o->path, F_OK) == 0)
		zlog_warn("%s: cannot be read: members down stay down", o->path);
	json_object_put(top);
	o->dirty = false;
	return o;
}

void kowned_free(struct kowned *o)
{
	if (!o)
		return;
	XFREE(MTYPE_KOWNED, o->m);
	XFREE(MTYPE_KOWNED, o);
}
