// SPDX-License-Identifier: GPL-2.0-or-later
/* See zmod_watch.h. A run directory that was removed ends the watch; the next start looks for it again. */
#include <zebra.h>

#include <sys/inotify.h>

#include "frrevent.h"
#include "libfrr.h"

#include "mlagd/zmod_watch.h"

static void zmod_watch(struct event *event);

void zmod_watch_stop(struct zmod_watch *w)
{
	event_cancel(&w->t);
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

void zmod_watch_start(struct zmod_watch *w)
{
	if (w->fd >= 0)
		return;
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->fd >= 0 && inotify_add_watch(w->fd, frr_runstatedir, IN_MOVED_TO) >= 0) {
		event_add_read(w->loop, zmod_watch, w, w->fd, &w->t);
		return;
	}
	zmod_watch_stop(w);
}

/* Whether the file got its name; *gone: the run directory was removed. */
static bool names_file(const char *name, const char *buf, size_t len, bool *gone)
{
	bool found = false;

	for (size_t at = 0; at + sizeof(struct inotify_event) <= len;) {
		const struct inotify_event *e = (const void *)(buf + at);

		/* an overflow names nobody: something happened, so look */
		if (e->mask & IN_Q_OVERFLOW || (e->len && strncmp(e->name, name, e->len) == 0))
			found = true;
		if (e->mask & IN_IGNORED)
			*gone = true;
		at += sizeof(*e) + e->len;
	}
	return found;
}

static void zmod_watch(struct event *event)
{
	struct zmod_watch *w = EVENT_ARG(event);
	_Alignas(struct inotify_event) char buf[4096];
	ssize_t len = read(w->fd, buf, sizeof(buf));
	bool gone = false, named = len > 0 && names_file(w->name, buf, len, &gone);

	if (gone)
		zmod_watch_stop(w);
	else
		event_add_read(w->loop, zmod_watch, w, w->fd, &w->t);
	if (named)
		w->named(w->arg);
}
