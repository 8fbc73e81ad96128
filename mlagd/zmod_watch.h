// SPDX-License-Identifier: GPL-2.0-or-later
/* Tells when a file in FRR's run directory gets its name (inotify): a socket whose owner listens. */
#ifndef MLAGD_ZMOD_WATCH_H
#define MLAGD_ZMOD_WATCH_H

struct event;
struct event_loop;

/* The first four are the caller's to set, fd to -1. */
struct zmod_watch {
	struct event_loop *loop;
	const char *name;	  /* of the file */
	void (*named)(void *arg); /* it got its name, or may have: what happened was lost */
	void *arg;

	int fd; /* -1: not watching */
	struct event *t;
};

/* Watch, unless it does. Where that is not possible yet it does nothing: to be called again now and then. */
void zmod_watch_start(struct zmod_watch *w);
/* Not any more; may be called at any time. */
void zmod_watch_stop(struct zmod_watch *w);

#endif
