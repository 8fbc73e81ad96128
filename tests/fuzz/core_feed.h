// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes as what may happen to one core: events with rising time, from a peer
 * that is well-behaved, wrong or hostile as the bytes say. Knows what a good
 * peer would answer (the last question, term and port number), so that deep
 * states are found soon; asserts nothing.
 */
#ifndef FUZZ_CORE_FEED_H
#define FUZZ_CORE_FEED_H

#include <stddef.h>

#include "mlagd/core/core.h"

#define FEED_INCARNATION 0x11 /* the core's own */
#define FEED_EVENTS_MAX	 3000 /* of one input */

struct feed {
	const uint8_t *at, *end;
	core_ms now;
	struct core_config cfg;
	uint32_t asked, term, port_seq; /* what the core last said, for answers */
	uint64_t generation;
	struct mc_msg msg; /* of the event given last */
};

void feed_begin(struct feed *f, const uint8_t *data, size_t size);
/* The next event, valid until the one after; false: the bytes are used up. */
bool feed_next(struct feed *f, struct core_event *ev);
/* What the core did with it. */
void feed_answer(struct feed *f, const struct core *core, const struct core_out *out);
/* A local id and a system MAC that every input knows. */
extern const struct mc_mac feed_own_id, feed_system_mac;

#endif
