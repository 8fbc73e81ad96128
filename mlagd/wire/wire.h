// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The peer protocol's bytes. Pure: buffers in, structures out, and back; every
 * length is checked before it is used, unknown types and trailing fields are
 * tolerated as doc/protocol.md says. Links against libc (and core/msg.h) alone.
 *
 * Stream (TCP): frames of {u32 length, u16 type, u16 flags, body}. Datagram
 * (UDP): magic, version, body. Both are refused, never guessed, when short.
 */
#ifndef MLAGD_WIRE_WIRE_H
#define MLAGD_WIRE_WIRE_H

#include <stddef.h>
#include <sys/types.h>

#include "mlagd/core/msg.h"

#define WIRE_VERSION	   1
#define WIRE_PORT	   5342 /* UDP and TCP (B4) */
#define WIRE_FRAME_MAX	   16384
#define WIRE_FRAME_HEADER  8
#define WIRE_PROBE_MAX	   512

enum wire_error {
	WIRE_OK = 0,
	WIRE_SHORT = -1,      /* frame: more bytes are needed; probe: truncated */
	WIRE_BAD_LENGTH = -2, /* impossible length: the stream cannot be continued */
	WIRE_BAD_VERSION = -3,
	WIRE_BAD_VALUE = -4,  /* a field outside its range: named refusal */
	WIRE_UNKNOWN = -5,    /* type not known: skip the frame */
	WIRE_NO_ROOM = -6,
	WIRE_NO_AUTH = -7,    /* authentication is missing */
	WIRE_AUTH = -8,	      /* authentication where none is expected */
};
const char *wire_error_name(int error);

/*
 * Write one probe; returns its length, WIRE_NO_ROOM, or WIRE_BAD_VALUE for one
 * that the peer would refuse: what is sent keeps the same ranges as what is read.
 */
ssize_t wire_probe_write(const struct mc_probe *p, uint8_t *buf, size_t size);
/* Read one datagram; returns WIRE_OK or an error, *p is untouched on error. */
int wire_probe_read(const uint8_t *buf, size_t len, struct mc_probe *p);

/* Write one session message; returns its length or an error as above, WIRE_UNKNOWN for no such type. */
ssize_t wire_msg_write(const struct mc_msg *m, uint8_t *buf, size_t size);

/*
 * Read the first frame of buf. Returns the frame's length (> 0) when a whole
 * one is there, 0 when more bytes are needed, WIRE_BAD_LENGTH when the stream
 * is broken. *error says what became of it: WIRE_OK (*m is set, untouched else),
 * WIRE_UNKNOWN, WIRE_SHORT (the body lacks fields), WIRE_BAD_VALUE,
 * WIRE_BAD_VERSION, or WIRE_AUTH for a frame of a keyed session (wire/auth.h). A MAC batch is decoded into macs[MC_MAC_BATCH],
 * which m->macs.e then points at.
 */
ssize_t wire_msg_read(const uint8_t *buf, size_t len, struct mc_msg *m, struct mc_mac_entry *macs,
		      int *error);

/* An entry that may be sent: a station's address (C1), VLAN 0..4094. */
bool wire_mac_entry_ok(const struct mc_mac_entry *e);

/* As doc/protocol.md has it; "unknown" for any other number. */
const char *wire_msg_name(enum mc_msg_type type);
/* MC_CAP_ bits that both members must have said in HELLO before this type is sent or heard; 0 none. */
uint32_t wire_msg_capability(unsigned int type);
/* Least and greatest length of a type's body; false: no such type. */
bool wire_msg_limits(unsigned int type, size_t *min, size_t *max);
/* What a whole frame says its type is, known or not. */
static inline unsigned int wire_frame_type(const uint8_t *frame)
{
	return (unsigned int)frame[4] << 8 | frame[5];
}

#endif
