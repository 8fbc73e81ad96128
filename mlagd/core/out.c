// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The outputs of one step: messages and notes in buffers that grow and are
 * used again. Without memory the session is dropped: an unsaid message would
 * leave the peer with a wrong picture, a new session gives it a whole one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mlagd/core/core_int.h"

void out_reset(struct core_out *out)
{
	out->n_msg = out->n_note = 0;
	out->probe_paths = out->probe_seq = 0;
	out->drop_session = out->state_changed = out->wanted_changed = false;
	out->next = CORE_NEVER;
}

/* Room for one more; false without memory. */
static bool grow(void **buf, unsigned int n, unsigned int *cap, size_t size)
{
	unsigned int want = *cap ? *cap * 2 : 8;
	void *p;

	if (n < *cap)
		return true;
	p = realloc(*buf, want * size);
	if (!p)
		return false;
	*buf = p;
	*cap = want;
	return true;
}

struct mc_msg *out_msg(struct core_out *out, enum mc_msg_type type)
{
	static struct mc_msg lost; /* written, never read */
	struct mc_msg *m = &lost;

	if (grow((void **)&out->msg, out->n_msg, &out->cap_msg, sizeof(*m)))
		m = &out->msg[out->n_msg++];
	else
		out->drop_session = true;
	memset(m, 0, sizeof(*m));
	m->type = type;
	return m;
}

void out_note(const struct core *c, struct core_out *out, const char *what, const char *why, const char *effect)
{
	out_note_path(c, out, CORE_PATH_PEERLINK, what, why, effect);
}

void out_note_path(const struct core *c, struct core_out *out, uint8_t path, const char *what, const char *why,
		   const char *effect)
{
	struct core_note *n;

	if (!grow((void **)&out->note, out->n_note, &out->cap_note, sizeof(*n)))
		return;
	n = &out->note[out->n_note++];
	n->when = c->now;
	n->path = path;
	snprintf(n->what, sizeof(n->what), "%s", what);
	snprintf(n->why, sizeof(n->why), "%s", why);
	snprintf(n->effect, sizeof(n->effect), "%s", effect);
}

void core_out_fini(struct core_out *out)
{
	free(out->msg);
	free(out->note);
	memset(out, 0, sizeof(*out));
}
