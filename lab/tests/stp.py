# SPDX-License-Identifier: GPL-2.0-or-later
"""STP for the layer-2 tests: a bridge that speaks it, quickly, and who of its ports is heard doing so (C9)."""

import json

import l2

BPDU = r"""
import json, select, socket, sys
socks = {}
for dev in sys.argv[1:]:
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); s.bind((dev, 0)); socks[s] = dev
counts = dict.fromkeys(sys.argv[1:], 0)
print("ready", flush=True)
while True:
    ready, _, _ = select.select([*socks, sys.stdin], [], [])
    if sys.stdin in ready:
        break
    for s in ready:
        data, info = s.recvfrom(2048)
        if info[2] != 4 and data[:6] == bytes.fromhex("0180c2000000"):
            counts[socks[s]] += 1
            print(json.dumps(counts), flush=True)
"""


def bridge(lab, leaf, name, *settings):
    lab.node(leaf).run(["ip", "link", "set", name, "type", "bridge", *map(str, settings)])


def start(lab, name):
    for leaf in l2.LEAVES:
        bridge(lab, leaf, name, "stp_state", 1, "forward_delay", 200, "hello_time", 100, "max_age", 600)


def is_root(lab, leaf, name):
    data = lab.node(leaf).json(["ip", "-j", "-d", "link", "show", name])[0]["linkinfo"]["info_data"]
    return data["root_id"] == data["bridge_id"]


def forwards(lab, name):
    """All ports of the bridge do, on both."""
    return all(port["state"] == "forwarding" for leaf in l2.LEAVES
               for port in lab.node(leaf).json(["bridge", "-j", "link"]) if port.get("master") == name)


def heard(lab, want, other):
    """BPDUs on server01's legs until `want` has brought five: (on want, on other)."""
    with lab.node("server01").popen(["python3", "-u", "-c", BPDU, "eth1", "eth2"]) as process:
        assert process.stdout.readline().strip() == b"ready"
        counts = {}
        while counts.get(want, 0) < 5:
            counts = json.loads(process.stdout.readline())
        process.stdin.close()
    return counts[want], counts[other]


def withheld(lab, leaf):
    """BPDUs that a member's filter has kept from its dual-connected bonds."""
    table = lab.node(leaf).json(["nft", "-j", "list", "table", "bridge", "frr_mlag"])["nftables"]
    rule, = (item["rule"] for item in table if item.get("rule", {}).get("comment") == "bpdu")
    return sum(part["counter"]["packets"] for part in rule["expr"] if "counter" in part)


def shown(lab, leaf):
    """bond1 in `show mlag interface`."""
    return next(bond for bond in lab.node(leaf).vtysh_json("show mlag interface json") if bond["interface"] == "bond1")
