// SPDX-License-Identifier: GPL-2.0-or-later
/* See router.h. */
#include <stdlib.h>
#include <string.h>

#include "mlagd/core/router.h"

#define VLANS 4096

struct entry {
	bool present, virt;
	bool due;  /* ours: to be said */
	bool seen; /* ours: named since routert_local_begin() */
	struct mc_mac mac;
};

struct routert {
	struct entry ours[VLANS], peers[VLANS];
	bool any_due, peer_said;
};

struct routert *routert_new(void)
{
	return calloc(1, sizeof(struct routert));
}

void routert_free(struct routert *t)
{
	free(t);
}

void routert_local_begin(struct routert *t)
{
	for (unsigned int i = 0; i < VLANS; i++)
		t->ours[i].seen = false;
}

void routert_local(struct routert *t, const struct mc_router *r)
{
	struct entry *e = r->vlan < VLANS ? &t->ours[r->vlan] : NULL;

	if (!e || r->del)
		return;
	e->seen = true;
	if (e->present && e->virt == r->virt && memcmp(&e->mac, &r->mac, sizeof(e->mac)) == 0)
		return;
	*e = (struct entry){.present = true, .virt = r->virt, .seen = true, .due = true, .mac = r->mac};
	t->any_due = true;
}

bool routert_local_end(struct routert *t)
{
	for (unsigned int i = 0; i < VLANS; i++) {
		struct entry *e = &t->ours[i];

		if (!e->present || e->seen)
			continue;
		e->present = false;
		e->due = t->any_due = true;
	}
	return t->any_due;
}

void routert_session_up(struct routert *t)
{
	memset(t->peers, 0, sizeof(t->peers));
	t->peer_said = false;
	for (unsigned int i = 0; i < VLANS; i++) {
		t->ours[i].due = t->ours[i].present;
		t->any_due |= t->ours[i].due;
	}
}

void routert_peer(struct routert *t, const struct mc_router *r)
{
	if (r->vlan < VLANS)
		t->peers[r->vlan] = (struct entry){.present = !r->del, .virt = r->virt, .mac = r->mac};
}

void routert_peer_sync_end(struct routert *t)
{
	t->peer_said = true;
}

unsigned int routert_take_msgs(struct routert *t, struct mc_router *out, unsigned int max)
{
	unsigned int n = 0;

	for (unsigned int i = 0; t->any_due && i < VLANS; i++) {
		struct entry *e = &t->ours[i];

		if (!e->due)
			continue;
		if (n == max)
			return n;
		out[n++] = (struct mc_router){.vlan = (uint16_t)i, .del = !e->present, .virt = e->virt, .mac = e->mac};
		e->due = false;
	}
	t->any_due = false;
	return n;
}

const char *routert_conflict(const struct routert *t, uint16_t vlan)
{
	const struct entry *us = vlan < VLANS ? &t->ours[vlan] : NULL, *peer = us ? &t->peers[vlan] : NULL;

	if (!us || !us->present || !t->peer_said)
		return NULL;
	if (us->virt && !(peer->present && peer->virt))
		return "the peer has no virtual router on this VLAN";
	if (!us->virt && peer->present && peer->virt)
		return "the peer has a virtual router on this VLAN";
	if (peer->present && memcmp(&us->mac, &peer->mac, sizeof(us->mac)) != 0)
		return us->virt ? "the peer's virtual router has another MAC" : "the peer's SVI of this L3 VNI has another MAC";
	return NULL;
}
