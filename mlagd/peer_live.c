// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Liveness on a thread of its own. It sends the steady probes, reads what
 * arrives and answers requests, so that a main loop that is busy with a million
 * addresses does not look dead. But only while the main loop attests, by a timer
 * of its own, that it turns: who hangs falls silent. What the thread has judged
 * goes to the main loop by a bounded ring; it decides nothing and logs nothing.
 */
#include <zebra.h>

#include <poll.h>
#include <sys/eventfd.h>

#include "frr_pthread.h"
#include "frrcu.h"
#include "log.h"

#include "mlagd/peer_int.h"

#define BOUND_MIN_MS 1000 /* a turn of a busy main loop may take this long */

int64_t peer_live_bound(const struct peer *p)
{
	return MAX((int64_t)p->keepalive_ms * (p->multiplier - 1), (int64_t)BOUND_MIN_MS);
}

/* ---- in the thread ---- */

/* Send what is due; how long to wait for the next, ms, -1 for ever. */
static int steady(struct peer *p, int64_t now)
{
	struct peer_live *l = &p->live;

	if (!p->enabled)
		return -1;
	if (now >= l->next) {
		if (now - l->attested <= peer_live_bound(p))
			peer_paths_send(p);
		l->next += (int64_t)p->keepalive_ms;
		if (l->next <= now)
			l->next = now + (int64_t)p->keepalive_ms;
	}
	return (int)(l->next - now);
}

static nfds_t to_poll(const struct peer *p, struct pollfd *fds, unsigned int *which)
{
	nfds_t n = 1;

	fds[0] = (struct pollfd){ .fd = p->live.wake_fd, .events = POLLIN };
	for (unsigned int i = 0; i < PEER_PATHS_MAX; i++) {
		if (!p->sock[i].peer || p->sock[i].fd < 0)
			continue;
		which[n] = i;
		fds[n++] = (struct pollfd){ .fd = p->sock[i].fd, .events = POLLIN };
	}
	return n;
}

static void eventfd_take(int fd)
{
	uint64_t n;

	/* nothing there is as good: it is only emptied */
	if (read(fd, &n, sizeof(n)) < 0)
		return;
}

static void eventfd_give(int fd)
{
	const uint64_t one = 1;

	/* full is as good: it wakes */
	if (write(fd, &one, sizeof(one)) < 0)
		return;
}

/* The main loop may have changed a socket since it was polled: only the same one is read. */
static void read_ready(struct peer *p, const struct pollfd *fds, const unsigned int *which, nfds_t n)
{
	for (nfds_t i = 1; i < n; i++)
		if (fds[i].revents && p->sock[which[i]].fd == fds[i].fd)
			peer_sock_read(p, &p->sock[which[i]]);
}

static void *live_main(void *arg)
{
	struct frr_pthread *thread = arg;
	struct peer *p = thread->data;
	struct peer_live *l = &p->live;
	struct pollfd fds[1 + PEER_PATHS_MAX];
	unsigned int which[1 + PEER_PATHS_MAX];
	int wait = 0, ready;
	nfds_t n = 1;

	/* libfrr starts threads with it held, which would keep its own from ever freeing anything */
	rcu_read_unlock();
	frr_pthread_set_name(thread);
	frr_pthread_notify_running(thread);
	for (;;) {
		frr_with_mutex (&l->lock) {
			if (l->stop)
				return NULL;
			wait = steady(p, peer_now());
			n = to_poll(p, fds, which);
		}
		ready = poll(fds, n, wait);
		if (ready <= 0)
			continue;
		if (fds[0].revents)
			eventfd_take(l->wake_fd);
		frr_with_mutex (&l->lock)
			read_ready(p, fds, which, n);
	}
}

void peer_live_post(struct peer *p, const struct peer_record *r)
{
	struct peer_live *l = &p->live;

	if (l->tail - l->head == PEER_RECORDS) {
		l->head++;
		l->overrun++;
	}
	l->ring[l->tail++ % PEER_RECORDS] = *r;
	eventfd_give(l->mail_fd);
}

static int live_stop(struct frr_pthread *thread, void **result)
{
	struct peer *p = thread->data;

	frr_with_mutex (&p->live.lock)
		p->live.stop = true;
	eventfd_give(p->live.wake_fd);
	return pthread_join(thread->thread, result);
}

/* ---- in the main loop ---- */

static bool take(struct peer *p, struct peer_record *r)
{
	struct peer_live *l = &p->live;
	bool any = false;

	frr_with_mutex (&l->lock) {
		any = l->head != l->tail;
		if (any)
			*r = l->ring[l->head++ % PEER_RECORDS];
	}
	return any;
}

void peer_poll(struct peer *p)
{
	struct peer_record r;

	for (unsigned int i = 0; i < PEER_RECORDS && take(p, &r); i++)
		peer_heard_record(p, &r);
}

static void mail(struct event *event)
{
	struct peer *p = EVENT_ARG(event);

	event_add_read(p->loop, mail, p, p->live.mail_fd, &p->live.t_mail);
	eventfd_take(p->live.mail_fd);
	peer_poll(p);
}

/* Within the bound with room to spare, and not more often than a probe is due. */
static int64_t attest_every(const struct peer *p)
{
	int64_t bound = peer_live_bound(p);

	return MIN(bound / 2, MAX((int64_t)p->keepalive_ms, bound / 4));
}

static void attest(struct event *event)
{
	struct peer *p = EVENT_ARG(event);
	struct peer_live *l = &p->live;

	l->attested = peer_now();
	event_add_timer_msec(p->loop, attest, p, attest_every(p), &l->t_attest);
	peer_paths_watch(p);
	peer_auth_watch(p);
}

/* Not before there is something to do: a daemon's threads do not live through its fork. */
static void start(struct peer *p)
{
	static const struct frr_pthread_attr attr = { .start = live_main, .stop = live_stop };
	struct peer_live *l = &p->live;

	l->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	l->mail_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	/* without them there is no liveness, and no member of a pair */
	assert(l->wake_fd >= 0 && l->mail_fd >= 0);
	event_add_read(p->loop, mail, p, l->mail_fd, &l->t_mail);
	l->attested = peer_now();
	event_add_timer_msec(p->loop, attest, p, 0, &l->t_attest);
	l->thread = frr_pthread_new(&attr, "MLAG liveness", "mlag_live");
	l->thread->data = p;
	if (frr_pthread_run(l->thread, NULL) != 0) {
		zlog_err("mlag: no thread for liveness: %s", safe_strerror(errno));
		exit(1);
	}
	frr_pthread_wait_running(l->thread);
}

void peer_live_configure(struct peer *p, bool interval)
{
	struct peer_live *l = &p->live;

	if (interval)
		frr_with_mutex (&l->lock)
			l->next = peer_now() + (int64_t)p->keepalive_ms;
	if (!l->thread && p->enabled)
		start(p);
	else if (l->thread)
		eventfd_give(l->wake_fd);
}

void peer_live_init(struct peer *p)
{
	pthread_mutex_init(&p->live.lock, NULL);
	p->live.wake_fd = p->live.mail_fd = -1;
}

void peer_live_fini(struct peer *p)
{
	struct peer_live *l = &p->live;

	event_cancel(&l->t_mail);
	event_cancel(&l->t_attest);
	if (l->thread) {
		frr_pthread_stop(l->thread, NULL);
		frr_pthread_destroy(l->thread);
		l->thread = NULL;
		close(l->wake_fd);
		close(l->mail_fd);
	}
	pthread_mutex_destroy(&l->lock);
}
