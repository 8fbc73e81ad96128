# SPDX-License-Identifier: GPL-2.0-or-later
"""STP on the pair's bridges (C9): on a dual-connected bond the primary alone speaks; on a single-connected one, who has it."""

import json

import pytest

import l2
import pairstate

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


@pytest.fixture(scope="module")
def stp(pair):
    """Both bridges speak STP, quickly."""
    pairstate.wait_whole(pair, 60)
    for leaf in l2.LEAVES:
        pair.node(leaf).run(["ip", "link", "set", l2.BRIDGE, "type", "bridge", "stp_state", "1", "forward_delay", "200",
                             "hello_time", "100", "max_age", "600"])
        pair.node(leaf).link("swp1", up=True)
    yield pair
    for leaf in l2.LEAVES:
        # what a bridge has heard of a root stays in force without STP, so each is its own when it ends
        pair.wait_for(lambda: is_root(pair, leaf), 20, f"{leaf} to have forgotten the other")
        # a bridge that speaks STP takes no delay of 0, and shortens its ageing time when the root changes
        pair.node(leaf).run(["ip", "link", "set", l2.BRIDGE, "type", "bridge", "stp_state", "0"])
        pair.node(leaf).run(["ip", "link", "set", l2.BRIDGE, "type", "bridge", "forward_delay", "0", "hello_time", "200",
                             "max_age", "2000", "priority", "32768", "ageing_time", str(100 * l2.AGEING)])


def is_root(lab, leaf):
    data = lab.node(leaf).json(["ip", "-j", "-d", "link", "show", l2.BRIDGE])[0]["linkinfo"]["info_data"]
    return data["root_id"] == data["bridge_id"]


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


def test_only_the_primary_speaks_on_a_dual_bond(stp):
    # the root speaks on every port; leaf02, next to it, would speak on the bond too
    stp.wait_for(lambda: pairstate.serving(stp), 60, "the pair in service with STP on")
    stp.node("leaf01").run(["ip", "link", "set", l2.BRIDGE, "type", "bridge", "priority", "4096"])
    assert heard(stp, "eth1", "eth2")[1] == 0
    assert withheld(stp, "leaf02") > 0 and withheld(stp, "leaf01") == 0
    silent, loud = shown(stp, "leaf02"), shown(stp, "leaf01")
    assert silent["bpdusSilenced"] and 0 < silent["bpdusDropped"] <= withheld(stp, "leaf02")
    assert not loud["bpdusSilenced"] and loud["bpdusDropped"] is None


def test_a_single_leg_speaks_whatever_the_role(stp):
    stp.node("leaf01").link("swp1", up=False)
    try:
        stp.wait_for(lambda: "bond1" not in pairstate.dual(stp, "leaf02"), 10, "bond1 to be single-connected")
        assert heard(stp, "eth2", "eth1")[1] == 0
    finally:
        stp.node("leaf01").link("swp1", up=True)
