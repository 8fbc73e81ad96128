// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * First in, first out, through a link inside each entry, so that queueing needs
 * no memory. Whether an entry is in it already its owner knows.
 */
#ifndef MLAGD_CORE_QUEUE_H
#define MLAGD_CORE_QUEUE_H

#include <stddef.h>

struct qlink {
	struct qlink *next;
};

struct queue {
	struct qlink *head, **tail;
};

/* The entry of this type that was put in by that member, first in q, taken out; NULL: q is empty. */
#define queue_take(q, type, member) ((type *)queue_pop(q, offsetof(type, member)))

static inline void queue_init(struct queue *q)
{
	q->head = NULL;
	q->tail = &q->head;
}

/* At the end; it must not be in a queue by this link. */
static inline void queue_put(struct queue *q, struct qlink *l)
{
	l->next = NULL;
	*q->tail = l;
	q->tail = &l->next;
}

/* For queue_take(): the link lies at `offset` in its entry. */
static inline void *queue_pop(struct queue *q, size_t offset)
{
	struct qlink *l = q->head;

	if (!l)
		return NULL;
	q->head = l->next;
	if (!q->head)
		q->tail = &q->head;
	return (char *)l - offset;
}

#endif
