# SPDX-License-Identifier: GPL-2.0-or-later
"""Orphans of a fenced member (D5), in one fence: SVI and gateway of an excluded VLAN stay for them, the fabric sees these
alone, never the prefix; an orphan port that is to go with the bonds does, and comes back with them.
"""

import pytest

import pairstate
from demo_steps import set_links

ORPHAN, DUAL, OUTSIDE = "10.1.10.103/32", "10.1.10.101/32", "172.16.0.10"
PREFIXES = ("10.1.10.0/24", "10.1.20.0/24")


@pytest.fixture(scope="module")
def excluding(pair):
    """VLAN 10 is excluded on both members, and host routes may be announced."""
    for leaf in pairstate.LEAVES:
        assert pair.node(leaf).configure("mlag", "exclude vlan 10", "exit",
                                         "ip prefix-list ANNOUNCE seq 100 permit 10.1.0.0/16 ge 32 le 32").rc == 0
    pairstate.wait_whole(pair, 60)
    return pair


def reaches(lab, host, address):
    return lab.node(host).run(["ping", "-q", "-c", "1", "-W", "1", address], check=False).rc == 0


def up(lab, leaf, svi):
    return {entry["interface"]: entry["up"] for entry in lab.node(leaf).vtysh_json("show mlag vrr json")}[svi]


def is_up(node, port):
    return "UP" in node.json(["ip", "-j", "link", "show", port])[0]["flags"]


def is_protodown(node, dev):
    return node.json(["ip", "-j", "link", "show", dev])[0].get("proto_down", False)


def ups(node, port):
    """How often it has got carrier."""
    return int(node.get(f"/sys/class/net/{port}/carrier_up_count"))


def suspended(lab):
    return {entry["interface"]: entry["suspended"] for entry in pairstate.mlag(lab, "leaf02")["orphanPorts"]}


@pytest.fixture(scope="module")
def fenced(excluding):
    """leaf02 is, until the module or a test of it heals the peerlink."""
    lab = excluding
    lab.wait_for(lambda: reaches(lab, "server03", OUTSIDE), 20, "the orphan to reach the outside")
    with pairstate.cut(lab):
        yield lab


def test_orphans_of_an_excluded_vlan_keep_their_service(fenced):
    lab = fenced
    lab.wait_for(lambda: pairstate.announced_by(lab, ORPHAN) == {"leaf02"}, 20, "leaf02 to announce its orphan")
    for prefix in PREFIXES:
        lab.wait_for(lambda prefix=prefix: pairstate.announced_by(lab, prefix) == {"leaf01"}, 20, f"leaf01 alone to announce {prefix}")
    assert pairstate.announced_by(lab, DUAL) == set(), "a host of both members is the other's"
    assert up(lab, "leaf02", "vlan10") and not up(lab, "leaf02", "vlan20")
    assert not is_protodown(lab.node("leaf02"), "vlan10-v0") and is_protodown(lab.node("leaf02"), "vlan20-v0")
    assert not is_up(lab.node("leaf02"), "swp1"), "where the kernel has no protodown, down it is (D4)"
    lab.wait_for(lambda: reaches(lab, "server03", "10.1.10.1"), 20, "the orphan to reach its gateway")
    lab.wait_for(lambda: reaches(lab, "server03", OUTSIDE), 20, "the orphan to reach the outside, and to be reached")
    lab.wait_for(lambda: reaches(lab, "server03", "10.1.20.102"), 20, "the orphan to reach a host of another VLAN")
    assert pairstate.announced_by(lab, "10.1.10.0/24") == {"leaf01"}


def test_orphan_port_goes_with_the_bonds_and_comes_back(fenced):
    """One that is up, and one that its admin has down; mlagd dies while the first is down by its doing.

    The lease of a dead mlagd may run out, so a leg of a bond says how often it was to come up.
    """
    lab, leaf = fenced, fenced.node("leaf02")
    leaf.run(["ip", "-batch", "-"], input="link add swp9 type dummy\nlink set swp9 master br_default\n")
    assert leaf.configure("mlag", "orphan-port swp3 suspend", "orphan-port swp9 suspend", "end", "write memory").rc == 0
    lab.wait_for(lambda: suspended(lab) == {"swp3": True, "swp9": False}, 10, "the orphan port to be taken down")
    assert not is_up(leaf, "swp3")
    before = {port: ups(leaf, port) for port in ("swp1", "swp3")}
    old = leaf.pid("mlagd")
    leaf.kill("mlagd")
    lab.wait_for(lambda: leaf.pid("mlagd") not in (None, old), 60, "mlagd to be started again")
    lab.wait_for(lambda: pairstate.mlag(lab, "leaf02")["fenced"] and suspended(lab) == {"swp3": True, "swp9": False}, 20,
                 "the next mlagd to be fenced, and the port with it")
    assert not is_up(leaf, "swp3")
    set_links(lab.node("leaf01"), pairstate.PEERLINK, True)
    pairstate.wait_whole(lab, 60)
    lab.wait_for(lambda: is_up(leaf, "swp3") and reaches(lab, "server03", OUTSIDE), 20, "the orphan to be served again")
    assert suspended(lab) == {"swp3": False, "swp9": False} and not is_up(leaf, "swp9"), "an admin's down is never undone"
    assert not is_protodown(leaf, "vlan20-v0")
    assert ups(leaf, "swp3") - before["swp3"] == ups(leaf, "swp1") - before["swp1"] > 0, "as often as a leg"
    lab.wait_for(lambda: "swp" not in leaf.get("/run/frr/mlagd-owned.json"), 10, "nothing to be left to give back")
    lab.wait_for(lambda: pairstate.announced_by(lab, ORPHAN) == set(), 20, "host routes to end with the fence")
    assert pairstate.announced_by(lab, "10.1.10.0/24") == set(pairstate.LEAVES)
