// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The held set as a sorted array: looked up for each route that zebra
 * processes while something is held, changed rarely. Keeps it in a file in
 * the run directory, which a boot of the machine clears, so that zebra can
 * start held (failure.md) but never from an earlier boot.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "zebra-module/hold.h"

#define HOLD_HEAD "mlag-hold 1\n"

static int cmp_name(const void *a, const void *b)
{
	return strncmp(a, b, IFNAMSIZ);
}

static int cmp_if(const void *name, const void *entry)
{
	return strncmp(name, ((const struct hold_if *)entry)->name, IFNAMSIZ);
}

struct hold_if *hold_find(const struct hold_set *set, const char *name)
{
	return (struct hold_if *)bsearch(name, set->ifs, set->n, sizeof(set->ifs[0]), cmp_if);
}

/* As the kernel's dev_valid_name(): anything but a slash or white space. */
static bool name_valid(const char *name, size_t len)
{
	if (len == 0 || len >= IFNAMSIZ)
		return false;
	for (size_t i = 0; i < len; i++)
		if (name[i] == '\0' || strchr("/ \t\n\v\f\r", name[i]))
			return false;
	return true;
}

/* Add at the end; names come sorted. */
static void append(struct hold_set *set, const char *name, const struct hold_if *old)
{
	struct hold_if *e = &set->ifs[set->n++];

	if (old) {
		*e = *old;
		return;
	}
	memset(e, 0, sizeof(*e));
	memcpy(e->name, name, strnlen(name, IFNAMSIZ - 1));
}

bool hold_replace(struct hold_set *set, char (*names)[IFNAMSIZ], unsigned int n,
		  void (*gone)(const struct hold_if *old))
{
	struct hold_set *old = malloc(sizeof(*old));

	if (!old || n > CHANNEL_IFS_MAX) {
		free(old);
		return false;
	}
	memcpy(old, set, sizeof(*old));
	qsort(names, n, sizeof(names[0]), cmp_name);

	set->n = 0;
	for (unsigned int i = 0; i < n; i++)
		if (i == 0 || cmp_name(names[i - 1], names[i]) != 0)
			append(set, names[i], hold_find(old, names[i]));

	for (unsigned int i = 0; i < old->n; i++)
		if (!hold_find(set, old->ifs[i].name))
			gone(&old->ifs[i]);
	free(old);
	return true;
}

ssize_t hold_print(const struct hold_set *set, char *buf, size_t size)
{
	size_t at = strlen(HOLD_HEAD);

	if (size < at)
		return -1;
	memcpy(buf, HOLD_HEAD, at);
	for (unsigned int i = 0; i < set->n; i++) {
		size_t len = strnlen(set->ifs[i].name, IFNAMSIZ);

		if (size - at < len + 1)
			return -1;
		memcpy(buf + at, set->ifs[i].name, len);
		buf[at + len] = '\n';
		at += len + 1;
	}
	return at;
}

/* The next line of the file into name; its length with the newline, 0 when it is no interface's name. */
static size_t parse_name(const char *buf, size_t len, char name[IFNAMSIZ])
{
	const char *end = memchr(buf, '\n', len);

	if (!end || !name_valid(buf, end - buf))
		return 0;
	memset(name, 0, IFNAMSIZ);
	memcpy(name, buf, end - buf);
	return end - buf + 1;
}

bool hold_parse(struct hold_set *set, const char *buf, size_t len)
{
	size_t at = strlen(HOLD_HEAD), used;
	char name[IFNAMSIZ];

	set->n = 0;
	if (len < at || memcmp(buf, HOLD_HEAD, at) != 0)
		return false;
	for (; at < len; at += used) {
		used = parse_name(buf + at, len - at, name);
		if (!used || set->n == CHANNEL_IFS_MAX ||
		    (set->n && cmp_name(set->ifs[set->n - 1].name, name) >= 0)) {
			set->n = 0;
			return false;
		}
		append(set, name, NULL);
	}
	return true;
}

static int write_file(const char *path, const char *buf, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	ssize_t done;

	if (fd < 0)
		return -1;
	done = write(fd, buf, len);
	if (close(fd) != 0 || done < 0)
		return -1;
	if ((size_t)done != len) {
		errno = ENOSPC;
		return -1;
	}
	return 0;
}

int hold_save(const struct hold_set *set, const char *path)
{
	char beside[PATH_MAX];
	char *buf;
	ssize_t len;
	int ret;

	if (!set->n)
		return unlink(path) == 0 || errno == ENOENT ? 0 : -1;
	if ((size_t)snprintf(beside, sizeof(beside), "%s.new", path) >= sizeof(beside)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	buf = malloc(HOLD_FILE_MAX);
	if (!buf)
		return -1;
	len = hold_print(set, buf, HOLD_FILE_MAX);
	ret = len < 0 ? -1 : write_file(beside, buf, len);
	free(buf);
	return ret == 0 ? rename(beside, path) : -1;
}

int hold_load(struct hold_set *set, const char *path)
{
	char *buf;
	ssize_t len;
	int fd;

	set->n = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	buf = malloc(HOLD_FILE_MAX);
	len = buf ? read(fd, buf, HOLD_FILE_MAX) : -1;
	close(fd);
	if (len >= 0 && !hold_parse(set, buf, len)) {
		errno = EBADMSG;
		len = -1;
	}
	free(buf);
	return len < 0 ? -1 : 0;
}
