// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The channel between mlagd and its module in zebra: a SOCK_SEQPACKET unix
 * socket in FRR's run directory, made by the module. One message a packet,
 * host byte order (same machine), lengths checked on both sides. mlagd sends
 * the whole wanted set each time, so messages can be repeated or lost with the
 * connection and nothing is left over.
 */
#ifndef FRR_MLAG_CHANNEL_H
#define FRR_MLAG_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CHANNEL_SOCKET	"mlag-zebra.sock"
#define CHANNEL_VERSION 1
#define CHANNEL_IFS_MAX 4096 /* SVIs and macvlans on them */
#define CHANNEL_BUF	(16 + 4 * CHANNEL_IFS_MAX) /* bytes of the largest packet */

enum channel_type {
	CHANNEL_HOLD = 1, /* mlagd -> module: exactly these interfaces' routes are withdrawn */
	CHANNEL_DONE,	  /* module -> mlagd: generation is in force */
};

struct channel_msg {
	enum channel_type type;
	uint64_t generation;  /* mlagd's; repeated in DONE */
	uint32_t n_ifs;	      /* of ifindex[]; HOLD: wanted, DONE: 0 */
	uint32_t ifindex[CHANNEL_IFS_MAX];
};

/* Write m into buf; returns its length in bytes, -1 when it does not fit or is no message. */
ssize_t channel_write(const struct channel_msg *m, uint8_t *buf, size_t size);
/* Read one packet; false (and *m undefined) when it is malformed. */
bool channel_read(const uint8_t *buf, size_t len, struct channel_msg *m);

#endif
