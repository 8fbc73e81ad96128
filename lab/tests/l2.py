# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames and forwarding tables for the layer-2 tests: send numbered frames, count what arrives, ask who knows an address.

A frame has ethertype 0x88b5 (for local experiments) and says who sent it and its number, so a loss, an echo and a
double are each known for what they are.
"""

import json
from collections import Counter

BRIDGE = "br_default"
LEAVES = ("leaf01", "leaf02")
AGEING = 300                    # seconds; the kernel's own
BROADCAST = "ff:ff:ff:ff:ff:ff"

SEND = r"""
import select, socket, struct, sys, time
dev, interval, count, flows = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind((dev, 0))
mac = lambda t: bytes(int(x, 16) for x in t.split(":"))
heads = [mac(dst) + mac(src) + (struct.pack("!HH", 0x8100, int(vlan)) if int(vlan) else b"") + struct.pack("!H", 0x88b5)
         + name.encode().ljust(16) for name, src, dst, vlan in (f.split("=") for f in flows)]
due = time.monotonic()
n = 0
while n < count or not count and not select.select([sys.stdin], [], [], 0)[0]:
    for head in heads:
        s.send((head + struct.pack("!I", n)).ljust(60, b"\0"))
    n += 1
    due = interval + (due if count else time.monotonic()) # who sends until told to end does not catch up
    time.sleep(max(0, due - time.monotonic()))
print(n)
"""

COUNT = r"""
import collections, json, select, socket, struct, sys, time
counts = collections.defaultdict(collections.Counter)
socks = []
for dev in sys.argv[1:]:
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)
    s.bind((dev, 0))
    s.setsockopt(263, 1, struct.pack("IHH8s", s_index, 1, 0, b"")) if (s_index := socket.if_nametoindex(dev)) else None
    socks.append(s)
print("ready", flush=True)
def take(wait):
    ready, _, _ = select.select(socks + [sys.stdin], [], [], wait)
    for s in ready:
        if s is sys.stdin:
            continue
        data, (_, _, kind, _, _) = s.recvfrom(2048)
        if kind == 4:
            continue
        at = 16 if data[12:14] == b"\x81\x00" else 12
        if data[at:at + 2] == b"\x88\xb5":
            counts[data[at + 2:at + 18].decode().strip()][struct.unpack("!I", data[at + 18:at + 22])[0]] += 1
    return sys.stdin not in ready, bool(ready)
while take(None)[0]:
    pass
# what is under way: until 0.2 s of silence, or, where others speak on, 1 s; then what waits
until = time.monotonic() + 1
while select.select(socks, [], [], 0.2 if time.monotonic() < until else 0)[0]:
    take(0)
print(json.dumps({name: {"numbers": len(c), "double": sum(n - 1 for n in c.values() if n > 1)} for name, c in counts.items()}))
"""


def flow(name, src, dst, vlan=0):
    return f"{name}={src}={dst}={vlan}"


def send(node, dev, *flows, count=1, interval=0.0):
    """Send count frames of each flow out of dev, interval seconds apart."""
    node.run(["python3", "-c", SEND, dev, str(interval), str(count), *flows], timeout=60 + 2 * count * interval)


def sending(node, dev, *flows, count, interval):
    """The same in the background; returns the Process."""
    return node.popen(["python3", "-c", SEND, dev, str(interval), str(count), *flows])


class Sender:
    """Sends one frame of each flow every `interval` seconds, through the `with` block; then `count` says how many of each."""

    def __init__(self, node, dev, *flows, interval):
        self.argv, self.node, self.count = ["python3", "-c", SEND, dev, str(interval), "0", *flows], node, 0

    def __enter__(self):
        self.process = self.node.popen(self.argv)
        self.process.__enter__()
        return self

    def __exit__(self, *exc):
        self.process.stdin.close()
        self.count = int(self.process.stdout.readline() or 0)
        self.process.__exit__(*exc)


class Listener:
    """Counts the frames that a host receives on its devices, from the beginning of the `with` block to its end."""

    def __init__(self, node, *devs):
        self.node, self.devs, self.flows = node, devs, {}

    def __enter__(self):
        self.process = self.node.popen(["python3", "-c", COUNT, *self.devs])
        self.process.__enter__()
        assert self.process.stdout.readline().strip() == b"ready"
        return self

    def __exit__(self, *exc):
        self.process.stdin.close()
        self.flows = json.loads(self.process.stdout.readline() or b"{}")
        self.process.__exit__(*exc)

    def numbers(self, name):
        """How many different frames of that name came."""
        return self.flows.get(name, {}).get("numbers", 0)

    @property
    def doubles(self):
        return Counter({name: f["double"] for name, f in self.flows.items() if f["double"]})


def entry(lab, leaf, mac, vlan=10):
    """The kernel's entry of an address: "bond1", "bond1 mirror" (ours), "swp3 static"; None when there is none."""
    for e in lab.node(leaf).json(["bridge", "-j", "fdb", "show", "br", BRIDGE]):
        if e["mac"] == mac and e.get("vlan") == vlan:
            flags = (["mirror"] if "extern_learn" in e.get("flags", []) else []) + [s for s in (e["state"],) if s]
            return " ".join([e["ifname"], *flags])
    return None


def entries(lab, mac, vlan=10):
    return tuple(entry(lab, leaf, mac, vlan) for leaf in LEAVES)


def wait_entries(lab, mac, want, seconds, why, vlan=10):
    lab.wait_for(lambda: entries(lab, mac, vlan) == want, seconds, f"{mac} to be {want} ({why}), not {entries(lab, mac, vlan)}")


def ageing(lab, seconds):
    for leaf in LEAVES:
        lab.node(leaf).run(["ip", "link", "set", BRIDGE, "type", "bridge", "ageing_time", str(seconds * 100)])


def macs_known(lab, leaf):
    return lab.node(leaf).vtysh_json("show mlag statistics json")["macs"]
