// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The set of interfaces whose routes are held back, by name: names survive an
 * interface's deletion and creation, and a restart of zebra. Knows nothing of
 * zebra; the state of each hold in zebra is carried along for routes.c.
 */
#ifndef FRR_MLAG_HOLD_H
#define FRR_MLAG_HOLD_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "zebra-module/channel.h"

#define HOLD_FILE     "mlag-hold"
#define HOLD_FILE_MAX (16 + CHANNEL_IFS_MAX * IFNAMSIZ) /* bytes of the largest hold file */

struct hold_if {
	char name[IFNAMSIZ];
	bool applied;	    /* in force on the interface that zebra knows now */
	unsigned int downs; /* zebra's count of link-downs when it came into force */
	unsigned char was_enable, was_status; /* the gate as it was then (compat.h) */
};

struct hold_set {
	unsigned int n;
	struct hold_if ifs[CHANNEL_IFS_MAX]; /* sorted by name, each name once */
};

/* The entry of that name, NULL when it is not held. */
struct hold_if *hold_find(const struct hold_set *set, const char *name);

/*
 * Make names (n <= CHANNEL_IFS_MAX, any order, may repeat; sorted in place)
 * the set. What stays keeps its state, what is new is not applied yet, and
 * what goes is handed to gone() once the set is the new one. False: no memory,
 * and the set is as before.
 */
bool hold_replace(struct hold_set *set, char (*names)[IFNAMSIZ], unsigned int n,
		  void (*gone)(const struct hold_if *old));

/* The set as the file's text: a line that names the format, then a name a line. Length, -1: does not fit. */
ssize_t hold_print(const struct hold_set *set, char *buf, size_t size);
/* Read that text; false and an empty set when anything in it is not as hold_print() writes it. */
bool hold_parse(struct hold_set *set, const char *buf, size_t len);

/*
 * Keep the set in the file path for zebra's next start: written beside it and
 * renamed, so a reader finds the old or the new one; an empty set removes the
 * file. 0, or -1 with errno.
 */
int hold_save(const struct hold_set *set, const char *path);
/* Start from the file: 0 (no file: empty set), or -1 with errno (EBADMSG: not such a file) and an empty set. */
int hold_load(struct hold_set *set, const char *path);

#endif
