// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The peer's transport: UDP probes on every path (peerlink, backups) and the
 * TCP session on the peerlink. It finds the peer (IPv6 link-local, by hello
 * probes to ff02::1 on the peerlink), keeps the steady interval, answers
 * requests, connects and listens, cuts bytes into messages. Probes are sent and
 * answered on a thread of their own, while the main loop turns. It decides
 * nothing: what arrives goes to the callbacks, what is to be said comes from
 * the core's output.
 */
#ifndef MLAGD_PEER_H
#define MLAGD_PEER_H

#include <zebra.h>
#include "ipaddr.h"
#include "frrevent.h"

#include "mlagd/conf.h"
#include "mlagd/core/msg.h"
#include "mlagd/wire/wire.h"

struct peer;

/*
 * Called from the event loop alone, never from within a call of the functions
 * below; they in turn may be called from any of these, except peer_free().
 */
struct peer_ops {
	/* a valid datagram on path (0 peerlink, then backups, then witnesses, as in conf) */
	void (*probe)(void *arg, uint8_t path, const struct mc_probe *p);
	/* the stream is connected (up) or over; goodbye: ended by the peer's GOODBYE */
	void (*session)(void *arg, bool up, bool goodbye);
	/* a message, the first of a session is always HELLO; pointers valid during the call only */
	void (*msg)(void *arg, const struct mc_msg *m);
	/* the send queue has drained below its low mark: more MACs may be queued */
	void (*writable)(void *arg);
	/* B4, B6: may a heartbeat that arrived on this device count, or did it cross the peerlink?
	 * NULL: only the peerlink device itself does not count. */
	bool (*independent)(void *arg, ifindex_t arrival);
	/* B11, B12: somebody was refused for want of the right key or version; at most once a keepalive. NULL: not told */
	void (*refused)(void *arg, enum mc_refusal fault);
};

#define PEER_PATHS_MAX (1 + CONF_BACKUPS_MAX + CONF_WITNESSES_MAX)

/* Counters for show mlag statistics; per type both ways and refusals by name. */
struct peer_stats {
	uint64_t tx[MC_MSG_MAX], rx[MC_MSG_MAX];
	uint64_t refused[MC_MSG_MAX]; /* received and not taken: out of range, out of place, or not agreed */
	uint64_t probe_tx[16], probe_rx[16];
	uint64_t bad_length, bad_version, bad_value, unknown, bad_source, bad_hoplimit, own_reflection;
	uint64_t over_peerlink; /* heartbeats that came the wrong way (B4) */
	uint64_t bad_auth;	/* no code, a wrong one, or one where none is expected (B11) */
	uint64_t replayed;	/* authenticated, and not for the first time */
	uint64_t overrun;	/* probes that the main loop was too late for */
	uint64_t tx_refused;	/* own messages with a value out of range: a bug of ours */
	uint64_t sessions;	/* connected so far */
};

struct peer *peer_new(struct event_loop *loop, const struct peer_ops *ops, void *arg);
void peer_free(struct peer *p);

/*
 * Take the configuration (again): opens, moves or closes sockets only where
 * something changed. ifindex 0: the peerlink device does not exist (yet).
 */
void peer_configure(struct peer *p, const struct conf *c, ifindex_t peerlink_ifindex);
/*
 * The peerlink device got or lost carrier or its addresses changed: (re)open
 * what waits for it. A session exists only while running; at first it is not.
 */
void peer_link_changed(struct peer *p, bool running);

/*
 * What probes say from now on; announce: send it on every path at once. Before
 * the first call nothing is sent. Members without an id or system MAC cannot be
 * told (counted in tx_refused).
 */
void peer_set_self(struct peer *p, const struct mc_member *self, bool announce);
/*
 * Send a request now on every path of the mask (bit n = path n). The answer
 * repeats seq, which is not 0; steady probes and answers have seq 0.
 */
void peer_probe_now(struct peer *p, uint32_t paths, uint32_t seq);
/*
 * Hand over now what has been heard: before a timer decides that nothing was (a main loop that was busy is
 * late itself). Callbacks come from within; only for the event loop.
 */
void peer_poll(struct peer *p);
/*
 * Queue a session message; the order is kept. False when there is no session, the peer has not the
 * capability that its type needs,
 * the queue is over its bound (MACs: not writable), or the values of m are out of
 * range, which wire_mac_entry_ok() tells before for MACs.
 */
bool peer_send(struct peer *p, const struct mc_msg *m);
/* True while bulk (MAC batches) may be queued. */
bool peer_writable(const struct peer *p);
/* Close the session after a last try to send what is queued; session(up=false) follows from the loop. */
void peer_drop_session(struct peer *p);
bool peer_session_up(const struct peer *p);

/* The peer's address on the peerlink, IPADDR_NONE while not found. */
const struct ipaddr *peer_address(const struct peer *p);
/* Why nothing can be sent on a path (errno), 0 when it can (backupReason). */
int peer_path_error(struct peer *p, uint8_t path);
const struct peer_stats *peer_stats(struct peer *p);
void peer_stats_clear(struct peer *p);

#endif
