// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the parts of the peer's transport share, and nobody else sees:
 *
 *   peer.c          configuration, lifecycle, what is public
 *   peer_path.c     the probes' paths, their sockets, sending
 *   peer_recv.c     probes that arrive: which count, who the peer is, answers
 *   peer_session.c  the TCP session's life: listen, connect, replace, end
 *   peer_stream.c   its bytes: cutting what arrives, queueing what leaves
 *   peer_sock.c     sockets with the options that both need
 */
#ifndef MLAGD_PEER_INT_H
#define MLAGD_PEER_INT_H

#include "mlagd/peer.h"

#define PEER_HOPLIMIT 255 /* on the peerlink, sent and demanded (B11): nobody from afar */
#define PEER_RETRY_MS 1000 /* sockets that could not be opened */

/* A UDP socket; backups of one VRF, family and port share one. */
struct peer_sock {
	struct peer *peer;
	bool used; /* by some path */
	bool peerlink;
	int family;
	char dev[IFNAMSIZ]; /* bound to, "" none */
	ifindex_t ifindex;  /* of dev when bound */
	uint16_t port;
	int fd;	   /* -1: not open */
	int error; /* why it is not open, errno */
	struct event *t_read;
};

struct peer_path {
	struct peer_sock *sock; /* NULL: path not configured */
	struct ipaddr addr;	/* IPADDR_NONE: found by hello */
	uint16_t port;
	int error; /* of the last sending, errno */
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
};

/* Kinds of datagrams and connections not accepted, for logging each rarely. */
enum peer_refusal {
	PEER_REFUSE_SOURCE,
	PEER_REFUSE_HOPLIMIT,
	PEER_REFUSE_WIRE,
	PEER_REFUSE_ARRIVAL,
	PEER_REFUSE_SELF,
	PEER_REFUSE_SESSION,
	PEER_REFUSE_STREAM, /* and one for each wire error behind it */
	PEER_REFUSE_MAX = PEER_REFUSE_STREAM + 1 - WIRE_NO_ROOM,
};

struct peer {
	struct event_loop *loop;
	const struct peer_ops *ops;
	void *arg;
	struct peer_stats stats;

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

	unsigned int n_paths;
	struct peer_path path[PEER_PATHS_MAX];
	struct peer_sock sock[PEER_PATHS_MAX];
	struct peer_heard heard;
	struct event *t_steady, *t_retry;
	int64_t refused_at[PEER_REFUSE_MAX];

	struct peer_session session;
};

DECLARE_MGROUP(PEER);
DECLARE_MTYPE(PEER_QUEUE);

int64_t peer_now(void);
/* True when a refusal of this kind has not been logged in the last minute. */
bool peer_refused(struct peer *p, enum peer_refusal kind);
/* Ask for a later try to open what could not be opened. */
void peer_retry_later(struct peer *p);
/* For tests: this peer's ports, and the other's, are moved by so much. */
void peer_shift_ports(struct peer *p, int own, int other);

/* peer_sock.c: -1 and errno on error */
socklen_t peer_sockaddr(const struct ipaddr *ip, uint16_t port, ifindex_t scope,
			struct sockaddr_storage *ss);
bool peer_from_sockaddr(const struct sockaddr_storage *ss, struct ipaddr *ip);
int peer_udp_open(int family, const char *dev, ifindex_t ifindex, bool peerlink, uint16_t port);
int peer_tcp_open(int family, const char *dev);
int peer_tcp_listen(int fd, int family, uint16_t port);
/* Options of one connected (or connecting) session. */
int peer_tcp_tune(int fd, uint32_t user_timeout_ms);

/* peer_path.c */
void peer_paths_configure(struct peer *p, const struct conf *c);
void peer_paths_close(struct peer *p);
/* True when all are open. */
bool peer_paths_open(struct peer *p);
void peer_path_send(struct peer *p, unsigned int path, uint32_t request_seq);
void peer_path_sendto(struct peer *p, unsigned int path, const struct sockaddr_storage *to,
		      socklen_t to_len, const struct mc_probe *probe);
/* The peer has been heard on the peerlink within its own silence limit. */
bool peer_heard_fresh(const struct peer *p);

/* peer_recv.c */
void peer_sock_readable(struct event *event);

/* peer_session.c */
void peer_session_init(struct peer *p);
void peer_session_fini(struct peer *p);
/* (Re)open the listener; true when it is as configured. */
bool peer_session_listen(struct peer *p);
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
