// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The probe's datagram: what one number on the wire looks like.
 *
 * Knows the layout and nothing else: no socket, no clock. All fields are
 * big-endian; the rest of the datagram is zero padding, so that a probe is
 * about as long as a small application packet.
 */
#ifndef LAB_PROBE_PACKET_H
#define LAB_PROBE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROBE_PACKET_LEN 64

struct probe_packet {
	uint32_t run;	/* which run of the prober: stragglers of others are ignored */
	uint32_t flow;	/* the flow's number, the same at both ends */
	uint32_t seq;	/* 0, 1, 2 ... per flow and direction */
	uint64_t tx_ns; /* CLOCK_MONOTONIC at sending, common to all nodes of a guest */
};

/* Writes @p into @buf, which has room for PROBE_PACKET_LEN octets. */
void probe_packet_write(uint8_t *buf, const struct probe_packet *p);

/*
 * Reads @len octets at @buf into @p. Returns false, and leaves @p alone,
 * for a datagram that is too short or was not written by a probe.
 */
bool probe_packet_read(const uint8_t *buf, size_t len, struct probe_packet *p);

#endif /* LAB_PROBE_PACKET_H */
