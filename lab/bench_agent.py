#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs on a node and says what its kernel announced, and when: one JSON object a line, as demo_agent.py does.

    bench_agent.py [--eager] PREFIX...
    {"t": NS of CLOCK_MONOTONIC, "key": KEY, "value": VALUE}

    DEVICE        "up" or "down": whether it has carrier (IFF_LOWER_UP)
    DEVICE.id     of a bond: its LACP actor system id
    PREFIX        the devices over which the kernel forwards to it, sorted: it leaves out those without carrier by itself
    PREFIX.told   the same as the routing daemon last told the kernel
    PREFIX@TABLE  the gateways by way of which that table forwards to it, sorted; asked for as PREFIX@TABLE
    PREFIX.update the port on which a BGP UPDATE about it came in; said for each one

Every rtnetlink message of the node is read from an nlmon device, through a packet socket on which the kernel stamps it at
the moment of sending. So the times do not depend on when this program runs: it rests between two looks, and it runs only
when nothing else wants the guest's one processor (SCHED_IDLE), so that watching does not delay what is watched. With
--eager it rests less and runs as others do, for who has to know soon. The state at the start comes from dumps, whose answers
pass by there as well. BGP is read the same way, from a packet socket for IPv6.
"""

import ipaddress
import json
import os
import socket
import struct
import subprocess
import sys
import time

import bench_update

NEWLINK, GETLINK, NEWROUTE, DELROUTE, GETROUTE, NEWNEXTHOP, DELNEXTHOP, GETNEXTHOP = 16, 18, 24, 25, 26, 104, 105, 106
REQUEST, DUMP = 0x1, 0x300
LOWER_UP = 0x10000
IFLA_IFNAME, IFLA_LINKINFO, INFO_DATA, BOND_AD_ACTOR_SYSTEM = 3, 18, 2, 26
RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_MULTIPATH, RTA_TABLE, RTA_NH_ID = 1, 4, 5, 9, 15, 30
NHA_ID, NHA_GROUP, NHA_OIF, NHA_GATEWAY = 1, 2, 5, 6
SO_RCVBUFFORCE, SO_TIMESTAMPNS = 33, 35
MAIN_TABLE = 254
IPV6 = 0x86DD  # ETH_P_IPV6
MONITOR = "nlmon0"
GROUPS = 0x1 | 0x40 | 1 << 31  # links, IPv4 routes, next hops
BUFFER = 16 << 20
EAGER_REST_S = 0.1
REST_S = 0.5  # between two looks: what a fault sets off is over by then


def attributes(data):
    """{type: payload} of a row of netlink attributes."""
    out = {}
    while len(data) >= 4:
        size, kind = struct.unpack_from("=HH", data)
        if size < 4 or size > len(data):
            break
        out[kind & 0x3FFF] = data[4:size]
        data = data[(size + 3) & ~3:]
    return out


def messages(data):
    """(type, payload) of what the kernel says in one datagram; requests to it left out.

    What it says of a next hop carries the flags of the request that caused it, so there both are taken: they say the same,
    some microseconds apart.
    """
    while len(data) >= 16:
        size, kind, flags = struct.unpack_from("=IHH", data)
        if size < 16 or size > len(data):
            return
        if not flags & REQUEST or kind in (NEWNEXTHOP, DELNEXTHOP):
            yield kind, data[16:size]
        data = data[(size + 3) & ~3:]


def number(payload):
    return struct.unpack("=I", payload)[0]


class State:
    """What a kernel has announced so far, of links, next hops and the routes to some prefixes."""

    def __init__(self, prefixes, say):
        self.prefixes = [prefix for prefix in prefixes if "@" not in prefix]
        self.elsewhere = [prefix for prefix in prefixes if "@" in prefix]  # PREFIX@TABLE
        self.gateways = {}  # next hop id -> its gateway's address
        self.say = say  # say(t_ns, key, value)
        self.names = {}  # ifindex -> name
        self.carrier = set()  # ifindexes
        self.hops = {}  # next hop id -> ifindex, or a list of the ids in a group
        self.routes = {}  # prefix -> ("id", next hop id) or ("devices", ifindexes)
        self.said = {}

    def take(self, t, kind, payload):
        """One message, stamped t; says what it changed."""
        if kind == NEWLINK and len(payload) >= 16 and payload[0] == socket.AF_UNSPEC:
            self._link(t, payload)
        elif kind in (NEWNEXTHOP, DELNEXTHOP) and len(payload) >= 8:
            self._hop(kind, attributes(payload[8:]))
        elif kind in (NEWROUTE, DELROUTE) and len(payload) >= 12 and payload[0] == socket.AF_INET:
            self._route(kind, payload[1], payload[4], attributes(payload[12:]))
        else:
            return
        for prefix in self.prefixes:
            told = self._devices(prefix)
            self._changed(t, f"{prefix}.told", sorted(self.names.get(index, str(index)) for index in told))
            self._changed(t, prefix, sorted(self.names.get(index, str(index)) for index in told & self.carrier))
        for prefix in self.elsewhere:
            self._changed(t, prefix, self._ways(prefix))

    def _changed(self, t, key, value):
        if key not in self.said or self.said[key] != value:
            self.said[key] = value
            self.say(t, key, value)

    def _link(self, t, payload):
        index, flags = struct.unpack_from("=iI", payload, 4)
        fields = attributes(payload[16:])
        if IFLA_IFNAME not in fields:
            return
        name = self.names[index] = fields[IFLA_IFNAME].rstrip(b"\0").decode()
        (self.carrier.add if flags & LOWER_UP else self.carrier.discard)(index)
        self._changed(t, name, "up" if flags & LOWER_UP else "down")
        bond = attributes(attributes(fields.get(IFLA_LINKINFO, b"")).get(INFO_DATA, b"")).get(BOND_AD_ACTOR_SYSTEM)
        if name.startswith("bond") and bond is not None and len(bond) == 6:
            self._changed(t, f"{name}.id", bond.hex(":"))

    def _hop(self, kind, fields):
        if NHA_ID not in fields:
            return
        ident = number(fields[NHA_ID])
        if kind == DELNEXTHOP:
            self.hops.pop(ident, None)
            self.gateways.pop(ident, None)
        elif NHA_GROUP in fields:
            group = fields[NHA_GROUP]
            self.hops[ident] = [number(group[at:at + 4]) for at in range(0, len(group) - 7, 8)]
        elif NHA_OIF in fields:
            self.hops[ident] = number(fields[NHA_OIF])
            self.gateways[ident] = address(fields.get(NHA_GATEWAY, b""))

    def _route(self, kind, length, table, fields):
        if len(fields.get(RTA_DST, b"")) != 4:
            return
        table = number(fields[RTA_TABLE]) if RTA_TABLE in fields else table
        prefix = f"{ipaddress.IPv4Address(fields[RTA_DST])}/{length}" + ("" if table == MAIN_TABLE else f"@{table}")
        if prefix not in self.prefixes and prefix not in self.elsewhere:
            return
        if kind == DELROUTE:
            self.routes.pop(prefix, None)
        elif RTA_NH_ID in fields:
            self.routes[prefix] = ("id", number(fields[RTA_NH_ID]))
        elif RTA_MULTIPATH in fields:
            self.routes[prefix] = ("devices", list(paths(fields[RTA_MULTIPATH])))
        elif RTA_OIF in fields:
            self.routes[prefix] = ("devices", [number(fields[RTA_OIF])])

    def _devices(self, prefix):
        how, what = self.routes.get(prefix, ("devices", []))
        if how == "id":
            hop = self.hops.get(what, [])
            what = [self.hops.get(ident) for ident in hop] if isinstance(hop, list) else [hop]
        return {index for index in what if isinstance(index, int)}

    def _ways(self, prefix):
        how, what = self.routes.get(prefix, ("devices", []))
        if how != "id":
            return []  # zebra gives ids to what has a gateway
        hop = self.hops.get(what)
        return sorted(self.gateways.get(ident) or "?" for ident in (hop if isinstance(hop, list) else [what]))


def address(data):
    """An IPv4 or IPv6 address as text; "" when it is none."""
    return str(ipaddress.ip_address(data)) if len(data) in (4, 16) else ""


def paths(data):
    """The ifindexes of RTA_MULTIPATH."""
    while len(data) >= 8:
        size, _, _, index = struct.unpack_from("=HBBi", data)
        if size < 8 or size > len(data):
            return
        yield index
        data = data[(size + 3) & ~3:]


def monitor():
    """A packet socket on the node's nlmon device, which is made here."""
    if not os.path.exists(f"/sys/class/net/{MONITOR}"):
        for words in (["add", MONITOR, "type", "nlmon"], ["set", MONITOR, "up"]):
            subprocess.run(["ip", "link", *words], check=True)
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sock.bind((MONITOR, 3))
    return sock


def listener():
    """A listener of all that is watched: what nobody listens to is not sent, and zebra's filter hides what zebra did."""
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.NETLINK_ROUTE)
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    sock.bind((0, GROUPS))
    return sock


def drain(sock):
    """Throw away what has come: the monitor has it, stamped."""
    try:
        while sock.recv(1):
            pass
    except BlockingIOError:
        pass


def dump(sock, kind, header):
    """Ask for everything of a kind; the answer is read to its end, and taken from the monitor."""
    sock.send(struct.pack("=IHHII", 16 + len(header), kind, REQUEST | DUMP, 1, 0) + header)
    while True:
        for answer, _ in messages(sock.recv(1 << 17)):
            if answer in (2, 3):  # NLMSG_ERROR, NLMSG_DONE
                return


def ask_all():
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as sock:
        dump(sock, GETLINK, bytes(16))
        dump(sock, GETNEXTHOP, bytes(8))
        dump(sock, GETROUTE, bytes([socket.AF_INET]) + bytes(11))


def say(t, key, value):
    os.write(1, json.dumps({"t": t, "key": key, "value": value}).encode() + b"\n")


def bgp():
    """A packet socket for the node's IPv6, which in these networks is BGP and neighbour discovery."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(IPV6))
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    return sock


def datagrams(sock, flags):
    """(CLOCK_REALTIME ns, address, bytes) of all that waits there; the first recvmsg with `flags`."""
    try:
        while True:
            data, control, _, address = sock.recvmsg(1 << 18, 256, flags)
            flags = socket.MSG_DONTWAIT
            stamps = [struct.unpack("=qq", stamp[:16]) for _, kind, stamp in control if kind == SO_TIMESTAMPNS]
            yield stamps[0][0] * 1_000_000_000 + stamps[0][1], address, data
    except BlockingIOError:
        pass


def look(sock, state, offset):
    """Wait for a message, then take all that have come."""
    for t, address, data in datagrams(sock, 0):
        if address[1] == socket.NETLINK_ROUTE:
            for kind, payload in messages(data):
                state.take(t + offset, kind, payload)


def look_bgp(sock, prefixes, offset):
    """Say of all UPDATEs that came in which of the prefixes they are about."""
    for t, address, data in datagrams(sock, socket.MSG_DONTWAIT):
        if address[2] == socket.PACKET_HOST:
            for prefix in bench_update.changed(data).intersection(prefixes):
                say(t + offset, f"{prefix}.update", address[0])


def main():
    eager = sys.argv[1:2] == ["--eager"]
    prefixes = sys.argv[2 if eager else 1:]
    state = State(prefixes, say)
    sock = monitor()
    updates = bgp() if prefixes else None
    heard = listener()
    ask_all()
    if not eager:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    offset = time.monotonic_ns() - time.time_ns()
    while True:
        look(sock, state, offset)
        drain(heard)
        if updates:
            look_bgp(updates, prefixes, offset)
        time.sleep(EAGER_REST_S if eager else REST_S)


if __name__ == "__main__":
    try:
        main()
    except (BrokenPipeError, KeyboardInterrupt):
        pass
