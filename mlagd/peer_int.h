// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the parts of the peer's transport share, and nobody else sees:
 *
 *   peer.c          configuration, lifecycle, what is public
 *   peer_live.c     the thread that sends steadily and answers, while the main loop lives
 *   peer_path.c     the probes' paths and their sockets
 *   peer_send.c     probes that leave
 *   peer_recv.c     in the thread: probes that arrive, which may count, answers
 *   peer_heard.c    in the main loop: what came of them, who the peer is
 *   peer_connect.c  connections: listen, connect, try again
 *   peer_session.c  the TCP session's life: begin, replace, end
 *   peer_stream.c   its bytes: cutting what arrives, queueing what leaves
 *   peer_keys.c     which keys there are, which is valid when
 *   peer_auth.c     codes, freshness of probes, refusals
 *   peer_hand.c     both members prove on a new connection that they have it
 *   peer_sock.c     sockets with the options that both need
 *
 * Two threads: the main loop and the one of peer_live.c. What both use, marked
 * "shared" below, is written under live.lock by either and read under it by the
 * thread; the main loop may read without it what it alone writes. The rest is
 * the main loop's. Functions that want the lock held say so.
 */
#ifndef MLAGD_PEER_INT_H
#define MLAGD_PEER_INT_H

#include "mlagd/peer.h"
#include "mlagd/wire/auth.h"

#define PEER_HOPLIMIT 255 /* on the peerlink, sent and demanded (B11): nobody from afar */
#define PEER_RETRY_MS 1000 /* sockets that could not be opened */

/* A UDP socket; backups of one VRF, family and port share one, as do witnesses of one source. */
struct peer_sock {
	struct peer *peer;
	bool used; /* by some path */
	bool peerlink;
	int family;
	struct ipaddr source; /* bound to, IPADDR_NONE any */
	char dev[IFNAMSIZ];   /* bound to, "" none */
	ifindex_t ifindex;  /* of dev when bound */
	uint16_t port;
	int fd;	   /* -1: not open */
	int error; /* why it is not open, errno */
};

struct peer_path {
	struct peer_sock *sock; /* NULL: path not configured */
	struct ipaddr addr;	/* IPADDR_NONE: found by hello */
	uint16_t port;
	int sent;  /* how the last sending went, errno: by either thread */
	int error; /* the same as last said in the log, by the main loop */
	uint64_t tx;
};

/* Numbers accepted on one path: top, and bit n for top - n. */
struct peer_window {
	uint64_t top, seen;
};

#define PEER_KEYS_MAX	  16
#define PEER_KEY_TEXT_MAX 128

/* One key with its lifetimes: wall clock, seconds; start 0: always, end -1: for ever. */
struct peer_key {
	uint32_t id;
	size_t len;
	char text[PEER_KEY_TEXT_MAX];
	time_t send_start, send_end, accept_start, accept_end;
};

/* The key of `authentication key`, or those of the key chain, by rising id. */
struct peer_keys {
	bool on; /* authentication is configured, perhaps without one usable key */
	unsigned int n;
	struct peer_key key[PEER_KEYS_MAX];
};

/* Authentication of the probes; of a peer whose probes are proved to be of now, the rest. */
struct peer_auth {
	struct peer_keys keys;
	uint64_t nonce;	     /* ours; a probe that repeats it was made after it */
	uint64_t counter;    /* of what we send */
	uint64_t peer_nonce; /* the peer's, to be repeated */
	uint64_t incarnation; /* the peer's, 0 none proved yet */
	struct mc_mac id;
	int64_t at, silent_after; /* ms, as in struct peer_heard */
	struct peer_window window[PEER_PATHS_MAX];
};

/* Codes of one session: bound to both nonces, numbered in each direction. */
struct peer_codes {
	bool on;
	uint8_t own[WIRE_NONCE_LEN], peer[WIRE_NONCE_LEN];
	uint64_t tx, rx;
};

#define PEER_HANDS 4 /* connections that have to prove themselves; the first is the one we made */

struct peer_hand {
	struct peer *peer;
	int fd; /* -1: unused */
	bool own; /* we connected: the descriptor is the session's */
	struct ipaddr remote;
	struct peer_codes codes;
	bool nonced; /* the other's nonce is here */
	size_t len;
	uint8_t in[WIRE_NONCE_FRAME + WIRE_PROOF_FRAME];
	int64_t since;
	struct event *t_read, *t_deadline;
};

/* Who answers on the peerlink. */
struct peer_heard {
	struct ipaddr addr;
	uint64_t incarnation;
	struct mc_mac id;
	int64_t at;	/* ms */
	int64_t silent_after; /* the peer's own interval times multiplier (B3) */
};

/* Bytes waiting to be sent: [head, tail) of buf. */
struct peer_queue {
	uint8_t *buf;
	size_t head, tail, size;
};

struct peer_session {
	int listen_fd;
	int listen_family;
	ifindex_t listen_ifindex;
	int listen_error;
	struct event *t_accept;

	int fd; /* -1: none */
	bool up; /* connected; else still connecting */
	bool goodbye;
	bool broken; /* sending failed; reading will say how it ended */
	bool hello;
	bool starved; /* somebody waits for writable() */
	uint32_t generation; /* rises with each close: callbacks may have ended the session */
	uint64_t incarnation; /* of the peer's HELLO */
	uint32_t can_here, can_there; /* capabilities of both HELLOs: agreed is what both have (B12) */
	struct ipaddr remote;
	int64_t up_at;
	struct event *t_read, *t_write, *t_deadline, *t_retry;

	bool down_pending, down_goodbye; /* session(false) still to be told */
	struct event *t_down;

	uint32_t backoff;
	int connect_error;

	size_t in_len;
	uint8_t in[2 * WIRE_FRAME_MAX];
	struct mc_mac_entry macs[MC_MAC_BATCH];
	struct peer_queue out;
	struct peer_codes codes;
};

/* Kinds of datagrams and connections not accepted, for logging each rarely. */
enum peer_refusal {
	PEER_REFUSE_SOURCE,
	PEER_REFUSE_HOPLIMIT,
	PEER_REFUSE_WIRE,
	PEER_REFUSE_ARRIVAL,
	PEER_REFUSE_SELF,
	PEER_REFUSE_SESSION,
	PEER_REFUSE_REPLAY,
	PEER_REFUSE_KEYS,
	PEER_REFUSE_AUTH, /* and one for each fault */
	PEER_REFUSE_AUTH_LAST = PEER_REFUSE_AUTH + MC_REFUSED_NO_KEY,
	PEER_REFUSE_STREAM, /* and one for each wire error behind it */
	PEER_REFUSE_MAX = PEER_REFUSE_STREAM + 1 - WIRE_AUTH,
};

/* What a datagram is, for whoever counts. */
enum peer_verdict {
	PEER_GOOD,	/* from the peer, of now, for the first time, or not authenticated at all */
	PEER_GREETING,	/* with the key, but perhaps old: answered, and no more */
	PEER_OWN,	/* our own words */
	PEER_CLONE,	/* another member with our id (A10) */
	PEER_BAD_SOURCE,
	PEER_BAD_HOPLIMIT,
	PEER_BAD_WIRE,
	PEER_REPLAYED,
	PEER_UNAUTHENTICATED,
};

/* One datagram as the thread has judged it; the main loop does the rest. */
struct peer_record {
	enum peer_verdict verdict;
	int detail; /* wire_error, mc_refusal or hop limit, by verdict */
	uint8_t path;
	bool peerlink; /* it came to the peerlink's socket */
	struct ipaddr source;
	ifindex_t arrival;
	struct mc_probe probe;
};

#define PEER_RECORDS 512 /* what may wait for the main loop; the oldest give way */

struct frr_pthread;
struct peer_live {
	pthread_mutex_t lock;
	struct frr_pthread *thread; /* NULL: not running */
	bool stop;
	int wake_fd, mail_fd; /* eventfds, to the thread and from it */
	int64_t next;	      /* steady probes, ms */
	_Atomic int64_t attested; /* when the main loop last turned, ms */
	uint32_t head, tail;	  /* of ring, running */
	uint64_t overrun;
	struct peer_record ring[PEER_RECORDS];
	struct event *t_mail, *t_attest;
};

struct peer {
	struct event_loop *loop;
	const struct peer_ops *ops;
	void *arg;
	struct peer_stats stats;
	struct peer_live live;

	/* shared, from here */
	bool enabled;
	char dev[IFNAMSIZ]; /* peerlink's L3 device */
	ifindex_t ifindex;
	struct ipaddr peer_ip; /* IPADDR_NONE: link-local, found */
	uint32_t keepalive_ms;
	uint8_t multiplier;
	bool running;
	int port_shift, peer_port_shift; /* two peers on one host, in tests */

	bool has_self;
	struct mc_member self;

	unsigned int n_paths, first_witness;
	struct peer_path path[PEER_PATHS_MAX];
	struct peer_sock sock[PEER_PATHS_MAX];
	struct peer_heard heard;
	struct peer_auth auth;
	uint64_t probe_refused; /* own probes that could not be made */
	/* to here */

	int64_t refusal_told_at;
	struct peer_hand hand[PEER_HANDS];
	struct event *t_retry;
	int64_t refused_at[PEER_REFUSE_MAX];

	struct peer_session session;
};

DECLARE_MGROUP(PEER);
DECLARE_MTYPE(PEER_QUEUE);

/* ms of the monotonic clock. */
int64_t peer_now(void);
/* True when a refusal of this kind has not been logged in the last minute. */
bool peer_refused(struct peer *p, enum peer_refusal kind);
/* Tell the core, at most once a keepalive, that somebody is not believed and why. */
void peer_refusal_tell(struct peer *p, enum mc_refusal why);
/* Ask for a later try to open what could not be opened. */
void peer_retry_later(struct peer *p);
/* For tests: this peer's ports, and the other's, are moved by so much. */
void peer_shift_ports(struct peer *p, int own, int other);

/* peer_sock.c: -1 and errno on error */
socklen_t peer_sockaddr(const struct ipaddr *ip, uint16_t port, ifindex_t scope,
			struct sockaddr_storage *ss);
bool peer_from_sockaddr(const struct sockaddr_storage *ss, struct ipaddr *ip);
/* source: the own address to speak from, IPADDR_NONE any. */
int peer_udp_open(int family, const char *dev, ifindex_t ifindex, bool peerlink, const struct ipaddr *source,
		  uint16_t port);
int peer_tcp_open(int family, const char *dev);
int peer_tcp_listen(int fd, int family, uint16_t port);
/*
 * Options of one connected (or connecting) session. One that the other end has forgotten, its
 * reset lost, is found by TCP's keepalive: probes alone would keep it for ever.
 */
int peer_tcp_tune(int fd, uint32_t user_timeout_ms);

/* peer_live.c */
void peer_live_init(struct peer *p);
void peer_live_fini(struct peer *p);
/* Run the thread from now on, or tell it that paths or interval are others. */
void peer_live_configure(struct peer *p, bool interval);
/* Put one judged datagram into the main loop's mail. Lock held. */
void peer_live_post(struct peer *p, const struct peer_record *r);
/* How long the main loop may be away and the thread speak for it, ms. */
int64_t peer_live_bound(const struct peer *p);

/* peer_path.c */
void peer_paths_configure(struct peer *p, const struct conf *c); /* lock held */
void peer_paths_close(struct peer *p); /* lock held */
/* True when all are open. Lock held. */
bool peer_paths_open(struct peer *p);
/* Say what sending has come to, and open anew what is bound to a device that is gone; in the main loop. */
void peer_paths_watch(struct peer *p);

/* peer_send.c */
/* Lock held. */
void peer_path_send(struct peer *p, unsigned int path, uint32_t request_seq);
/* echo: the receiver's nonce (with a key; 0 none). Lock held. */
void peer_path_sendto(struct peer *p, unsigned int path, const struct sockaddr_storage *to,
		      socklen_t to_len, const struct mc_probe *probe, uint64_t echo);
/* The usual probe on every path. Lock held. */
void peer_paths_send(struct peer *p);

/* peer_recv.c, in the thread */
/* Read what waits on a socket, answer, and post what is to be known. Lock held. */
void peer_sock_read(struct peer *p, struct peer_sock *s);

/* peer_heard.c, in the main loop */
void peer_heard_record(struct peer *p, const struct peer_record *r);
/* The peer has been heard on the peerlink within its own silence limit. */
bool peer_heard_fresh(const struct peer *p);
/* A probe on the peerlink from neither the address nor the id of a peer that is there. */
bool peer_heard_stranger(const struct peer *p, const struct ipaddr *source, const struct mc_member *m);

/* peer_keys.c */
/* The keys of the configuration, or of the key chain that it names (B11). */
void peer_keys_load(struct peer_keys *keys, const struct conf *c);
/*
 * The key to send with at this time, NULL none: the first whose send lifetime it is. When the last one
 * has expired it goes on (RFC 4822, 3.3: neither silence nor an end of authentication); *expired says so.
 */
const struct peer_key *peer_key_to_send(const struct peer_keys *keys, time_t now, bool *expired);
/* The key of this id if it is to be accepted at this time, or was the last to be; NULL otherwise. */
const struct peer_key *peer_key_to_accept(const struct peer_keys *keys, uint32_t id, time_t now);
/* Some key, id and text, is in both: who had the one set can go on with the other. */
bool peer_keys_overlap(const struct peer_keys *a, const struct peer_keys *b);

/* peer_auth.c */
/* Take the keys; true when they have nothing to do with those before. Lock held. */
bool peer_auth_configure(struct peer *p, const struct peer_keys *keys);
/* Append trailer and code to a probe of len bytes; the new length or a wire_error. Lock held. */
ssize_t peer_auth_sign(struct peer *p, const struct sockaddr_storage *to, uint64_t echo,
		       uint8_t *buf, size_t len, size_t size);
/*
 * Judge a probe by its trailer; to and port: where it was sent to, as its IP and UDP headers say. *echo:
 * the sender's nonce, *fault: why PEER_UNAUTHENTICATED. PEER_GOOD without keys on both sides. Lock held.
 */
enum peer_verdict peer_auth_check(struct peer *p, unsigned int path, const struct ipaddr *to, uint16_t port,
				  const uint8_t *buf, size_t len, const struct mc_probe *probe, uint64_t *echo,
				  int *fault);
/* Say rarely that the keys have expired or that there is none. */
void peer_auth_watch(struct peer *p);
/* Count, log and tell that somebody is not believed. */
void peer_auth_refuse(struct peer *p, enum mc_refusal fault, const struct ipaddr *from);
void peer_auth_nonce(void *nonce, size_t len);
/* Close the frame of len bytes with its code; its new length or WIRE_NO_ROOM. */
ssize_t peer_auth_seal(const struct peer *p, struct peer_codes *codes, uint8_t *buf, size_t len,
		       size_t size);
/* Check the code of one whole frame and take it off; the plain frame's length, 0 when it is not right. */
size_t peer_auth_open(const struct peer *p, struct peer_codes *codes, uint8_t *buf, size_t len);

/* peer_hand.c */
void peer_hands_init(struct peer *p);
/* A connection is there: prove and have it proved, then peer_session_proved() or, for our own, closed. */
void peer_hand_start(struct peer *p, int fd, bool own, const struct ipaddr *remote);
/* Forget our own connection's, whose descriptor the caller closes, or all. */
void peer_hand_stop_own(struct peer *p);
void peer_hands_stop(struct peer *p);

/* peer_connect.c */
/* (Re)open the listener; true when it is as configured. */
bool peer_listen(struct peer *p);
void peer_unlisten(struct peer *p);
/* Connect, if it is ours to and there is no session. */
void peer_connect(struct peer *p);
/* The same, after a time that grows from try to try; the other member waits for it. */
void peer_connect_later(struct peer *p);

/* peer_session.c */
/* A connection is the session from now on; without a key codes is NULL. */
void peer_session_begin(struct peer *p, int fd, const struct ipaddr *remote, const struct peer_codes *codes);
/* The same in place of the one there is, if any: the peer made it. */
void peer_session_replace(struct peer *p, int fd, const struct ipaddr *remote, const struct peer_codes *codes);
/* The end of the last session is told now, if it has not been. */
void peer_session_tell_down(struct peer *p);
/* Both have the key; the descriptor is the session's now. */
void peer_session_proved(struct peer *p, int fd, bool own, const struct ipaddr *remote,
			 const struct peer_codes *codes);
void peer_session_init(struct peer *p);
void peer_session_fini(struct peer *p);
/* A good probe came in on the peerlink: connect, or see that the peer is a new one. */
void peer_session_heard(struct peer *p, bool reborn);
/* The peerlink device went up or down (p->running). */
void peer_session_link(struct peer *p);
/* End it now; the callback follows from the loop. */
void peer_session_close(struct peer *p, const char *why);

/* peer_stream.c */
void peer_stream_start(struct peer *p);
void peer_stream_stop(struct peer *p);
/* One try to send what is queued, before the end. */
void peer_stream_flush(struct peer *p);

#endif
