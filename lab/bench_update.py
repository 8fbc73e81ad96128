# SPDX-License-Identifier: GPL-2.0-or-later
"""BGP UPDATE messages out of IPv6 packets (RFC 4271, RFC 4760): which IPv4 prefixes they withdraw or announce.

Pure, and every length is checked: bytes come from the wire. It needs no stream: stock bgpd writes whole messages, so what a
segment holds from its first marker on is taken, and what is cut off at its end is left.
"""

import ipaddress
import struct

TCP, BGP_PORT, UPDATE = 6, 179, 2
MARKER = b"\xff" * 16
MP_REACH, MP_UNREACH = 14, 15
IPV4_UNICAST = b"\0\1\1"
EXTENDED = 0x10  # attribute flag: a length of two bytes


def segment(packet):
    """The BGP payload of an IPv6 packet from or to port 179; b"" when it is something else."""
    if len(packet) < 60 or packet[0] >> 4 != 6 or packet[6] != TCP:
        return b""
    ports = struct.unpack_from("!HH", packet, 40)
    start, end = 40 + (packet[52] >> 4) * 4, 40 + struct.unpack_from("!H", packet, 4)[0]
    return packet[start:end] if BGP_PORT in ports and start >= 60 else b""


def prefixes(data):
    """The IPv4 prefixes of a field of <length, prefix> entries."""
    while data and data[0] <= 32:
        size = (data[0] + 7) // 8
        if len(data) < 1 + size:
            return
        yield f"{ipaddress.IPv4Address(data[1:1 + size].ljust(4, bytes(1)))}/{data[0]}"
        data = data[1 + size:]


def attributes(data):
    """(type, value) of path attributes."""
    while len(data) >= 3:
        head = 4 if data[0] & EXTENDED else 3
        if len(data) < head:
            return
        size = int.from_bytes(data[2:head], "big")
        if len(data) < head + size:
            return
        yield data[1], data[head:head + size]
        data = data[head + size:]


def update(body):
    """All prefixes that the body of an UPDATE withdraws, replaces or announces."""
    if len(body) < 4:
        return
    withdrawn = int.from_bytes(body[:2], "big")
    if len(body) < 4 + withdrawn:
        return
    yield from prefixes(body[2:2 + withdrawn])
    size = int.from_bytes(body[2 + withdrawn:4 + withdrawn], "big")
    rest = body[4 + withdrawn:]
    for kind, value in attributes(rest[:size]):
        if kind == MP_UNREACH and value[:3] == IPV4_UNICAST:
            yield from prefixes(value[3:])
        elif kind == MP_REACH and value[:3] == IPV4_UNICAST and len(value) > 4:
            yield from prefixes(value[5 + value[3]:])  # next hop, and one reserved byte
    yield from prefixes(rest[size:])


def changed(packet):
    """The set of IPv4 prefixes that the UPDATEs in an IPv6 packet are about."""
    data, found = segment(packet), set()
    at = data.find(MARKER)
    data = data[at:] if at >= 0 else b""
    while len(data) >= 19 and data.startswith(MARKER):
        size, kind = struct.unpack_from("!HB", data, 16)
        if size < 19 or size > len(data):
            break
        if kind == UPDATE:
            found |= set(update(data[19:size]))
        data = data[size:]
    return found
