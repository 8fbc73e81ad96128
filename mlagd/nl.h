// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Netlink sockets on libfrr's event loop. Knows sequence numbers, acks,
 * overruns and how much to read in one turn; knows nothing of what the
 * messages mean.
 */
#ifndef MLAGD_NL_H
#define MLAGD_NL_H

#include <zebra.h>
#include <libmnl/libmnl.h>
#include "frrevent.h"
#include "if.h"

/*
 * An open, bound socket with extended acks, subscribed to groups (0 terminated,
 * NULL none); flags: SOCK_NONBLOCK or 0. NULL: errno says why. Needs privileges.
 */
struct mnl_socket *nl_open(int protocol, const unsigned int *groups, int flags, int rcvbuf);

/* ------------------------------------------------- events, and long dumps */

struct nl_stream;

struct nl_stream_ops {
	const char *name; /* for the log */
	bool crowds;	  /* events of at most 512 bytes by the thousand: gathered, read so many at once; a longer one counts as lost */
	void (*msg)(void *arg, const struct nlmsghdr *nlh);
	/* All that the kernel had said has been given to msg. */
	void (*empty)(void *arg);
	/* What could be read in this turn has been given to msg. */
	void (*turn)(void *arg);
	/* Events were lost: read everything anew. */
	void (*overrun)(void *arg);
	/* A dump started with nl_stream_dump() is over; err 0, or a negative errno (-EINTR: it changed meanwhile). */
	void (*done)(void *arg, int err);
};

/*
 * A socket of `protocol` (NETLINK_ROUTE...) that is subscribed to groups (0
 * terminated, NULL none) with room for rcvbuf bytes. NULL: logged.
 */
struct nl_stream *nl_stream_new(struct event_loop *loop, int protocol, const unsigned int *groups, int rcvbuf,
				const struct nl_stream_ops *ops, void *arg);
void nl_stream_free(struct nl_stream *s);

/* Let the kernel ask n instructions of each message whether the socket gets it, instead of those before. A refusal is logged. */
struct sock_filter;
void nl_stream_filter(struct nl_stream *s, struct sock_filter *code, unsigned short n);

/* Leave what arrives in the socket's buffer, or read on. */
void nl_stream_pause(struct nl_stream *s, bool pause);

/* Let what comes gather for some ms, then read, even if nothing has come: empty is called then. */
void nl_stream_look(struct nl_stream *s);

/* Read all that is queued now, without calling turn; at most a bounded number of datagrams. */
void nl_stream_drain(struct nl_stream *s);

/* Ask for a dump; the answers come through msg, then done. False: refused, logged. */
bool nl_stream_dump(struct nl_stream *s, struct nlmsghdr *nlh);

/* ------------------------------------------------------- nl_filter.c */

/* Let only those RTM_*NEIGH into the socket that are not of AF_BRIDGE, which are many. */
void nl_stream_no_bridge(struct nl_stream *s);

/*
 * Let only those RTM_*NEIGH into the socket that are of AF_BRIDGE, and not those that tell of entries learned
 * externally on one of n ports (at most NL_SPARED_MAX). Takes the place of the filter before it, between two messages.
 */
#define NL_SPARED_MAX 256
void nl_stream_spare(struct nl_stream *s, const ifindex_t *ports, unsigned int n);

/* --------------------------------------------------- requests, with answer */

struct nl_req;

/* NULL: the socket cannot be opened; logged. */
struct nl_req *nl_req_new(void);
void nl_req_free(struct nl_req *r);

/* One question or one dump, answered before this returns. 0, or a negative errno. */
int nl_req_get(struct nl_req *r, struct nlmsghdr *nlh, void (*msg)(void *arg, const struct nlmsghdr *nlh), void *arg);

/* Whether a dump has a message that match() takes; what the kernel would say after it is not waited for. */
bool nl_req_find(struct nlmsghdr *nlh, bool (*match)(void *arg, const struct nlmsghdr *nlh), void *arg);

/*
 * Many changes in as few datagrams as they fit in. Between begin and commit:
 * nl_batch_msg() gives an empty message, filled in by the caller with libmnl
 * (at most NL_BATCH_MSG_MAX bytes), nl_batch_add() takes it. cookie comes back
 * in failed() for a message that the kernel refused, err is a negative errno and
 * text the kernel's own words, or empty. commit returns how many were taken.
 */
#define NL_BATCH_MSG_MAX 512

typedef void (*nl_failed_cb)(void *arg, uint32_t cookie, int err, const char *text);

void nl_batch_begin(struct nl_req *r, nl_failed_cb failed, void *arg);
/* Questions may be in the batch, too: their answers go to answer. Behind begin. */
void nl_batch_answers(struct nl_req *r, void (*answer)(void *arg, uint32_t cookie, const struct nlmsghdr *nlh));
struct nlmsghdr *nl_batch_msg(struct nl_req *r, uint16_t type, uint16_t flags);
void nl_batch_add(struct nl_req *r, uint32_t cookie);
unsigned int nl_batch_commit(struct nl_req *r);

#endif
