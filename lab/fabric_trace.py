#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs on a host of the lab: the routers on the way to some addresses, as one JSON object {ADDRESS: [ROUTER, ...] or null}.

    fabric_trace.py ADDRESS...

One datagram a TTL; the kernel itself hands over the ICMP error and who sent it (IP_RECVERR). Null: the destination never
answered. Routers bound how many errors they send a second, so an unanswered datagram is sent again.
"""

import json
import select
import socket
import struct
import sys

IP_RECVERR, MSG_ERRQUEUE = 11, 0x2000
TIME_EXCEEDED, UNREACHABLE = 11, 3
HOPS, TRIES, PORT = 12, 4, 33434


def ask(address, ttl):
    """(ICMP type, who sent it), or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
        sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
        sock.connect((address, PORT + ttl))
        sock.send(b"?")
        poll = select.poll()
        poll.register(sock, 0)
        if not poll.poll(600):
            return None
        _, ancillary, _, _ = sock.recvmsg(64, 512, MSG_ERRQUEUE)
        for level, kind, data in ancillary:
            if level == socket.IPPROTO_IP and kind == IP_RECVERR and len(data) >= 24:
                _, _, icmp = struct.unpack_from("=IBB", data)
                return icmp, socket.inet_ntoa(data[20:24])
    return None


def trace(address):
    hops = []
    for ttl in range(1, HOPS + 1):
        said = next(filter(None, (ask(address, ttl) for _ in range(TRIES))), None)
        if said is None:
            return None
        if said[0] == UNREACHABLE:
            return hops if said[1] == address else None
        hops.append(said[1])
    return None


print(json.dumps({address: trace(address) for address in sys.argv[1:]}))
