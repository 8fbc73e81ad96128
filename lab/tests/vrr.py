# SPDX-License-Identifier: GPL-2.0-or-later
"""Who answers for a gateway: ARP requests or neighbour solicitations out of each leg of a host, and every answer that comes in."""

import json

ASK = r"""
import collections, json, select, socket, struct, sys, time
address, interval, devs = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
six = ":" in address
target = socket.inet_pton(socket.AF_INET6 if six else socket.AF_INET, address)
socks = {}
for i, dev in enumerate(devs):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.setsockopt(socket.SOL_SOCKET, 33, 16 << 20)
    s.bind((dev, 0))
    socks[s] = (dev, bytes([2, 0, 0, 0, 0xaa, i]))

def checksum(data):
    n = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while n >> 16:
        n = (n & 0xffff) + (n >> 16)
    return ~n & 0xffff

def question(mac):
    if not six:
        me = socket.inet_aton(".".join(address.split(".")[:3]) + ".2%02d" % mac[5])
        return b"\xff" * 6 + mac + b"\x08\x06" + struct.pack("!HHBBH", 1, 0x800, 6, 4, 1) + mac + me + b"\0" * 6 + target
    me = b"\xfe\x80" + b"\0" * 6 + mac[:3] + b"\xff\xfe" + mac[3:]
    group = b"\xff\x02" + b"\0" * 9 + b"\x01\xff" + target[-3:]
    body = b"\x87\0\0\0\0\0\0\0" + target + b"\x01\x01" + mac
    fixed = checksum(me + group + struct.pack("!II", len(body), 58) + body)
    body = body[:2] + struct.pack("!H", fixed) + body[4:]
    return b"\x33\x33\xff" + target[-3:] + mac + b"\x86\xdd" + struct.pack("!IHBB", 0x60000000, len(body), 58, 255) + me + group + body

def answered(data, mac):
    if data[:6] != mac:
        return None
    if not six and data[12:14] == b"\x08\x06" and data[20:22] == b"\0\x02" and data[28:32] == target:
        return data[22:28], data[6:12]
    if six and data[12:14] == b"\x86\xdd" and data[20] == 58 and data[54] == 136 and data[62:78] == target and data[78:79] == b"\x02":
        return data[80:86], data[6:12]
    return None

asked, said = collections.Counter(), collections.defaultdict(collections.Counter)
def take(wait, others=()):
    ready = select.select([*socks, *others], [], [], max(0, wait))[0]
    for s in ready:
        if s not in socks:
            continue
        data, (_, _, kind, _, _) = s.recvfrom(2048)
        for dev, mac in socks.values():
            got = None if kind == 4 else answered(data, mac)
            if got:
                said[dev][" ".join(sorted({m.hex(":") for m in got}))] += 1
    return ready
print("ready", flush=True)
going, due = True, time.monotonic()
while going:
    for s, (dev, mac) in socks.items():
        try:
            s.send(question(mac).ljust(60, b"\0"))
            asked[dev] += 1
        except OSError:
            pass
    due += interval
    while going and time.monotonic() < due:
        going = sys.stdin not in take(due - time.monotonic(), [sys.stdin])
end = time.monotonic() + 1
while time.monotonic() < end:
    take(0.2)
print(json.dumps({dev: {"asked": asked[dev], "macs": said[dev]} for dev, _ in socks.values()}))
"""


class Asking:
    """Ask for an address out of every leg, from the beginning of the `with` block to its end; then `of`: {leg: {"asked", "macs"}}.

    A leg's question comes from a MAC of its own, so its answer is known whichever leg it comes in on.
    """

    def __init__(self, node, address, *devs, interval=0.02):
        self.node, self.argv, self.of = node, [address, str(interval), *devs], {}

    def __enter__(self):
        self.process = self.node.popen(["python3", "-c", ASK, *self.argv])
        self.process.__enter__()
        assert self.process.stdout.readline().strip() == b"ready"
        return self

    def __exit__(self, *exc):
        self.process.stdin.close()
        self.of = json.loads(self.process.stdout.readline() or b"{}")
        self.process.__exit__(*exc)

    def macs(self):
        """Every MAC that any answer named, as its sender or as the address asked for."""
        return {mac for said in self.of.values() for both in said["macs"] for mac in both.split()}

    def answers(self, leg):
        return sum(self.of[leg]["macs"].values())
