# SPDX-License-Identifier: GPL-2.0-or-later
"""Multicast for the layer-2 tests: hosts that join and leave with the kernel's own IGMP and MLD, numbered datagrams, and who got them.

A datagram says which run it is of and its number, so that losses and doubles are each known for what they are.
"""

import json

import l2
from api import LabError

PORT = 5999

MEMBER = r"""
import ipaddress, socket, struct, sys
dev, group = socket.if_nametoindex(sys.argv[1]), ipaddress.ip_address(sys.argv[2])
s = socket.socket(socket.AF_INET6 if group.version == 6 else socket.AF_INET, socket.SOCK_DGRAM)
if group.version == 6:
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group.packed + struct.pack("@I", dev))
else:
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group.packed + struct.pack("4si", b"\0" * 4, dev))
print("joined", flush=True)
sys.stdin.read()
"""

SEND = r"""
import ipaddress, socket, struct, sys, time
dev, group, run, count, interval = sys.argv[1], ipaddress.ip_address(sys.argv[2]), sys.argv[3], int(sys.argv[4]), float(sys.argv[5])
index = socket.if_nametoindex(dev)
s = socket.socket(socket.AF_INET6 if group.version == 6 else socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, 25, dev.encode() + b"\0")
if group.version == 6:
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
else:
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("4s4si", b"\0" * 4, b"\0" * 4, index))
due, late = time.monotonic(), 0
for n in range(count):
    s.sendto(b"mlag-mc:" + run.encode().ljust(16) + struct.pack("!I", n), (str(group), %d))
    due += interval
    late = max(late, time.monotonic() - due)
    time.sleep(max(0, due - time.monotonic()))
print(late)
""" % PORT

COUNT = r"""
import collections, json, select, socket, struct, sys
counts = collections.defaultdict(collections.Counter)
socks = []
for dev in sys.argv[1:]:
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.setsockopt(socket.SOL_SOCKET, 33, 16 << 20)
    s.bind((dev, 0))
    s.setsockopt(263, 1, struct.pack("IHH8s", socket.if_nametoindex(dev), 2, 0, b""))
    socks.append(s)
print("ready", flush=True)
def take(wait):
    ready, _, _ = select.select(socks + [sys.stdin], [], [], wait)
    for s in ready:
        if s is not sys.stdin:
            data, (_, _, kind, _, _) = s.recvfrom(2048)
            at = data.find(b"mlag-mc:")
            if kind != 4 and at > 0:
                counts[data[at + 8:at + 24].decode().strip()][struct.unpack("!I", data[at + 24:at + 28])[0]] += 1
    return sys.stdin not in ready
while take(None):
    pass
while any(s in select.select(socks, [], [], 0.3)[0] for s in socks):
    take(0)
print(json.dumps({run: [len(c), sum(c.values()) - len(c)] for run, c in counts.items()}))
"""

SOURCES = (("server03", "eth1"), ("server02", "bond0.10"))
HOSTS = {"server01": ("eth1", "eth2"), "server02": ("eth1", "eth2"), "server03": ("eth1",)}


class Member:
    """A host that has joined a group, from the beginning of the `with` block until leave() or its end."""

    def __init__(self, node, dev, group):
        self.process = node.popen(["python3", "-c", MEMBER, dev, group])

    def __enter__(self):
        self.process.__enter__()
        assert self.process.stdout.readline().strip() == b"joined"
        return self

    def leave(self):
        self.process.stdin.close()
        self.process.wait(30)

    def __exit__(self, *exc):
        self.process.__exit__(*exc)


class Everybody:
    """What each host receives, on the wire, from the beginning of the `with` block to its end."""

    def __init__(self, lab):
        self.processes = {host: lab.node(host).popen(["python3", "-c", COUNT, *devs]) for host, devs in HOSTS.items()}
        self.got = {}

    def __enter__(self):
        for process in self.processes.values():
            process.__enter__()
            assert process.stdout.readline().strip() == b"ready"
        return self

    def __exit__(self, *exc):
        for host, process in self.processes.items():
            process.stdin.close()
            self.got[host] = json.loads(process.stdout.readline() or b"{}")
            process.__exit__(*exc)

    def of(self, run):
        """{host: (numbers received, doubles)} of the hosts that received any."""
        return {host: tuple(runs[run]) for host, runs in self.got.items() if run in runs}


def send(node, dev, group, run, count=100, interval=0.002):
    node.run(["python3", "-c", SEND, dev, group, run, str(count), str(interval)], timeout=60 + 2 * count * interval)


def delivered(lab, group, sources, count=100):
    """{run: {host: (numbers, doubles)}}, one run for each source (host, device) that sends `count` datagrams."""
    with Everybody(lab) as all_:
        for host, dev in sources:
            send(lab.node(host), dev, group, f"{host}", count)
    return {host: all_.of(host) for host, _ in sources}


def mdb(lab, leaf, bridge=l2.BRIDGE):
    return lab.node(leaf).json(["bridge", "-d", "-s", "-j", "mdb", "show", "dev", bridge])[0]


def ports(lab, leaf, group, vlan=10, bridge=l2.BRIDGE):
    """{port: "ours", "own" or "fixed"} of a group in a leaf's bridge; vlan None: one that knows none."""
    owner = {"kernel": "own", "200": "ours", 200: "ours"}
    return {e["port"]: "fixed" if e["state"] == "permanent" else owner[e.get("protocol", "kernel")]
            for e in mdb(lab, leaf, bridge)["mdb"] if e["grp"] == group and e.get("vid") == vlan}


def routers(lab, leaf):
    """{port: type} of the ports behind which a leaf's bridge has a multicast router."""
    return {r["port"]: r.get("type") for routers in mdb(lab, leaf)["router"].values() for r in routers}


def wait_ports(lab, group, want, seconds, why):
    """want: for each leaf, as ports()."""
    lab.wait_for(lambda: [ports(lab, leaf, group) for leaf in l2.LEAVES] == list(want), seconds,
                 f"{group} to be at {want} ({why}), not {[ports(lab, leaf, group) for leaf in l2.LEAVES]}")


def nobody_gets(lab, group):
    """True; LabError says who got what, and what the bridges take for routers."""
    got = delivered(lab, group, SOURCES, 3)
    if any(got.values()):
        raise LabError(f"{got}, routers behind { {leaf: routers(lab, leaf) for leaf in l2.LEAVES} }")
    return True


def prepare(lab):
    """Both bridges ask, and hosts have 2 s to answer, not 10; server02 gets VLAN 10 tagged."""
    for leaf in l2.LEAVES:
        lab.node(leaf).run(["bridge", "vlan", "add", "dev", "bond2", "vid", "10"])
        # one after the other: a bridge that begins to ask floods for as long as an answer may take at that moment
        for setting in (["mcast_query_response_interval", "200"], ["mcast_querier", "1"]):
            lab.node(leaf).run(["ip", "link", "set", l2.BRIDGE, "type", "bridge", *setting])
    lab.node("server02").sh("ip link add link bond0 name bond0.10 type vlan id 10; ip address add 10.1.10.102/24 dev bond0.10;"
                            "ip link set bond0.10 up")
    lab.wait_for(lambda: nobody_gets(lab, "239.9.9.9"), 30, "groups of nobody to go nowhere")


def give_back(lab):
    """What prepare() has changed."""
    lab.node("server02").run(["ip", "link", "del", "bond0.10"])
    for leaf in l2.LEAVES:
        lab.node(leaf).run(["bridge", "vlan", "del", "dev", "bond2", "vid", "10"])
        lab.node(leaf).run(["ip", "link", "set", l2.BRIDGE, "type", "bridge", "mcast_query_response_interval", "1000",
                             "mcast_querier", "0"])


def wait_known(lab, group, port, seconds=5):
    lab.wait_for(lambda: all(port in ports(lab, leaf, group) for leaf in l2.LEAVES), seconds, f"both to have {group} on {port}")


def leg_goes_and_comes(lab, leaf, group, back):
    """server01 has joined; its leg to `leaf` goes, and comes if `back`. The member that is left keeps the group."""
    other = next(name for name in l2.LEAVES if name != leaf)
    once = {host: {"server01": (100, 0)} for host, _ in SOURCES}
    lab.node(leaf).link("swp1", up=False)
    try:
        lab.wait_for(lambda: set(ports(lab, leaf, group)) == {"peerlink"} and set(ports(lab, other, group)) == {"bond1"}, 5, "the detour")
        assert delivered(lab, group, SOURCES) == once
    finally:
        lab.node(leaf).link("swp1", up=True)
    if back:
        lab.wait_for(lambda: set(ports(lab, leaf, group)) == {"bond1"}, 20, "the leg to be back")
        assert delivered(lab, group, SOURCES) == once
