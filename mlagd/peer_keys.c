// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which keys there are and which is valid when (B11). Takes those of the
 * configuration, or a copy of the named key chain's, so that the thread that
 * sends needs nothing of libfrr's lists. Decides by id and lifetime alone;
 * codes are peer_auth.c's.
 */
#include <zebra.h>

#include "keychain.h"
#include "linklist.h"
#include "log.h"

#include "mlagd/peer_int.h"

#define FOR_EVER ((time_t)-1)

static void key_take(struct peer_keys *keys, const char *chain, const struct key *from)
{
	struct peer_key *k = &keys->key[keys->n];

	if (!from->string || !from->string[0])
		return;
	if (from->hash_algo != KEYCHAIN_ALGO_NULL && from->hash_algo != KEYCHAIN_ALGO_HMAC_SHA256) {
		zlog_warn("mlag: key %u of key chain %s is not for hmac-sha-256, not used", from->index, chain);
		return;
	}
	if (keys->n == PEER_KEYS_MAX || strlen(from->string) >= sizeof(k->text)) {
		zlog_warn("mlag: key %u of key chain %s is not used: %s", from->index, chain,
			  keys->n == PEER_KEYS_MAX ? "there are too many" : "it is too long");
		return;
	}
	keys->n++;
	k->id = from->index;
	k->len = strlcpy(k->text, from->string, sizeof(k->text));
	k->send_start = from->send.start;
	k->send_end = from->send.end;
	k->accept_start = from->accept.start;
	k->accept_end = from->accept.end;
}

void peer_keys_load(struct peer_keys *keys, const struct conf *c)
{
	const struct keychain *chain;
	struct listnode *node;
	struct key *key;

	memset(keys, 0, sizeof(*keys));
	keys->on = c->auth_key[0] || c->key_chain[0];
	if (c->auth_key[0]) {
		keys->n = 1;
		keys->key[0].len = strlcpy(keys->key[0].text, c->auth_key, sizeof(keys->key[0].text));
		return;
	}
	chain = c->key_chain[0] && keychain_list ? keychain_lookup(c->key_chain) : NULL;
	if (chain)
		for (ALL_LIST_ELEMENTS_RO(chain->key, node, key))
			key_take(keys, chain->name, key);
}

static bool ended(time_t end, time_t now)
{
	return end != FOR_EVER && end < now;
}

static bool within(time_t start, time_t end, time_t now)
{
	return start == 0 || (start <= now && !ended(end, now));
}

const struct peer_key *peer_key_to_send(const struct peer_keys *keys, time_t now, bool *expired)
{
	const struct peer_key *last = NULL;

	*expired = false;
	for (unsigned int i = 0; i < keys->n; i++) {
		const struct peer_key *k = &keys->key[i];

		if (within(k->send_start, k->send_end, now))
			return k;
		if (ended(k->send_end, now) && (!last || k->send_end > last->send_end))
			last = k;
	}
	*expired = last;
	return last;
}

const struct peer_key *peer_key_to_accept(const struct peer_keys *keys, uint32_t id, time_t now)
{
	const struct peer_key *last = NULL;
	bool any = false;

	for (unsigned int i = 0; i < keys->n; i++) {
		const struct peer_key *k = &keys->key[i];
		bool valid = within(k->accept_start, k->accept_end, now);

		if (valid && k->id == id)
			return k;
		any = any || valid;
		if (!valid && ended(k->accept_end, now) && (!last || k->accept_end > last->accept_end))
			last = k;
	}
	return !any && last && last->id == id ? last : NULL;
}

bool peer_keys_overlap(const struct peer_keys *a, const struct peer_keys *b)
{
	if (a->on != b->on)
		return false;
	for (unsigned int i = 0; i < a->n; i++)
		for (unsigned int j = 0; j < b->n; j++)
			if (a->key[i].id == b->key[j].id && strmatch(a->key[i].text, b->key[j].text))
				return true;
	return a->n == 0 && b->n == 0;
}
