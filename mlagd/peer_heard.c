// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What came of the datagrams that the thread has judged, in the main loop:
 * counts and names what is refused, judges the way a heartbeat came (B4, B6),
 * knows who the peer on the peerlink is (B2), and hands on what counts. Reads no
 * byte and sends none.
 */
#include <zebra.h>

#include "frr_pthread.h"
#include "log.h"
#include "printfrr.h"

#include "mlagd/peer_int.h"

bool peer_heard_fresh(const struct peer *p)
{
	return !IS_IPADDR_NONE(&p->heard.addr) &&
	       peer_now() - p->heard.at <= p->heard.silent_after;
}

bool peer_heard_stranger(const struct peer *p, const struct ipaddr *source, const struct mc_member *m)
{
	const struct peer_heard *h = &p->heard;

	return ipaddr_cmp(&h->addr, source) != 0 && memcmp(&h->id, &m->id, sizeof(h->id)) != 0 &&
	       peer_heard_fresh(p);
}

static void refuse_source(struct peer *p, const struct peer_record *r)
{
	p->stats.bad_source++;
	if (peer_refused(p, PEER_REFUSE_SOURCE))
		zlog_warn("mlag: a probe from %pIA on %s is not from a configured address, ignored",
			  &r->source, r->peerlink ? p->dev : "the backups' socket");
}

static void refuse_hoplimit(struct peer *p, const struct peer_record *r)
{
	p->stats.bad_hoplimit++;
	if (peer_refused(p, PEER_REFUSE_HOPLIMIT))
		zlog_warn("mlag: a probe from %pIA came with hop limit %d, not from this link, ignored",
			  &r->source, r->detail);
}

static void refuse_wire(struct peer *p, const struct peer_record *r)
{
	if (r->detail == WIRE_BAD_VERSION)
		p->stats.bad_version++;
	else if (r->detail == WIRE_BAD_VALUE)
		p->stats.bad_value++;
	else
		p->stats.bad_length++;
	if (r->detail == WIRE_BAD_VERSION)
		peer_refusal_tell(p, MC_REFUSED_VERSION);
	if (peer_refused(p, PEER_REFUSE_WIRE))
		zlog_warn("mlag: a probe from %pIA is refused: %s", &r->source, wire_error_name(r->detail));
}

static void refuse_replay(struct peer *p, const struct peer_record *r)
{
	p->stats.replayed++;
	if (peer_refused(p, PEER_REFUSE_REPLAY))
		zlog_warn("mlag: a probe from %pIA has come before, ignored", &r->source);
}

static bool arrival_counts(struct peer *p, const struct peer_record *r)
{
	bool counts = r->arrival && (p->ops->independent ? p->ops->independent(p->arg, r->arrival)
							 : r->arrival != p->ifindex);

	if (counts)
		return true;
	p->stats.over_peerlink++;
	if (peer_refused(p, PEER_REFUSE_ARRIVAL))
		zlog_warn("mlag: the heartbeat of %pIA comes over the peerlink and does not count", &r->source);
	return false;
}

/* Passed on for the core to name (A10); neither is a peer. */
static void reflected(struct peer *p, const struct peer_record *r)
{
	bool own = r->verdict == PEER_OWN;

	p->stats.own_reflection++;
	if (peer_refused(p, PEER_REFUSE_SELF))
		zlog_warn("mlag: %s", own ? "our own probe came back: a loop on the path?"
					  : "another member has our local id (the peerlink's MAC)");
	p->ops->probe(p->arg, r->path, &r->probe);
}

/*
 * Is this the peer? The first one heard is; another one only from the same
 * address, or under the same id (its address has changed), or when the one we
 * had is silent. *reborn: it has a new incarnation.
 */
static bool peerlink_heard(struct peer *p, const struct peer_record *r, bool *reborn)
{
	struct peer_heard *h = &p->heard;
	const struct mc_member *m = &r->probe.m;

	if (peer_heard_stranger(p, &r->source, m))
		return false;
	if (ipaddr_cmp(&h->addr, &r->source) != 0)
		zlog_info("mlag: peer found on %s: %pIA", p->dev, &r->source);
	*reborn = h->incarnation != m->incarnation;
	frr_with_mutex (&p->live.lock) {
		h->addr = r->source;
		h->incarnation = m->incarnation;
		h->id = m->id;
		h->at = peer_now();
		h->silent_after = (int64_t)m->keepalive_ms * m->multiplier;
	}
	return true;
}

static void good(struct peer *p, const struct peer_record *r)
{
	bool reborn = false;

	if (r->path == 0 && !peerlink_heard(p, r, &reborn)) {
		refuse_source(p, r);
		return;
	}
	p->stats.probe_rx[r->path]++;
	if (r->path == 0)
		peer_session_heard(p, reborn);
	p->ops->probe(p->arg, r->path, &r->probe);
}

void peer_heard_record(struct peer *p, const struct peer_record *r)
{
	if (r->verdict == PEER_BAD_SOURCE)
		refuse_source(p, r);
	else if (r->verdict == PEER_BAD_HOPLIMIT)
		refuse_hoplimit(p, r);
	else if (r->path > 0 && !arrival_counts(p, r))
		return;
	else if (r->verdict == PEER_BAD_WIRE)
		refuse_wire(p, r);
	else if (r->verdict == PEER_REPLAYED)
		refuse_replay(p, r);
	else if (r->verdict == PEER_UNAUTHENTICATED)
		peer_auth_refuse(p, (enum mc_refusal)r->detail, &r->source);
	else if (r->verdict == PEER_OWN || r->verdict == PEER_CLONE)
		reflected(p, r);
	else
		good(p, r);
}
