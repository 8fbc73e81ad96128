# SPDX-License-Identifier: GPL-2.0-or-later
"""An excluded VLAN on a fenced member (D5): SVI and gateway stay for its orphans, the fabric sees these alone, never the prefix."""

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


def test_orphans_of_an_excluded_vlan_keep_their_service(excluding):
    lab = excluding
    lab.wait_for(lambda: reaches(lab, "server03", OUTSIDE), 20, "the orphan to reach the outside")
    set_links(lab.node("leaf01"), ("swp49", "swp50"), False)
    try:
        lab.wait_for(lambda: pairstate.mlag(lab, "leaf02")["fenced"], 20, "leaf02's fence")
        lab.wait_for(lambda: pairstate.announced_by(lab, ORPHAN) == {"leaf02"}, 20, "leaf02 to announce its orphan")
        for prefix in PREFIXES:
            lab.wait_for(lambda prefix=prefix: pairstate.announced_by(lab, prefix) == {"leaf01"}, 20, f"leaf01 alone to announce {prefix}")
        assert pairstate.announced_by(lab, DUAL) == set(), "a host of both members is the other's"
        assert up(lab, "leaf02", "vlan10") and not up(lab, "leaf02", "vlan20")
        lab.wait_for(lambda: reaches(lab, "server03", "10.1.10.1"), 20, "the orphan to reach its gateway")
        lab.wait_for(lambda: reaches(lab, "server03", OUTSIDE), 20, "the orphan to reach the outside, and to be reached")
        lab.wait_for(lambda: reaches(lab, "server03", "10.1.20.102"), 20, "the orphan to reach a host of another VLAN")
        assert pairstate.announced_by(lab, "10.1.10.0/24") == {"leaf01"}
    finally:
        set_links(lab.node("leaf01"), ("swp49", "swp50"), True)
    pairstate.wait_whole(lab, 60)
    lab.wait_for(lambda: pairstate.announced_by(lab, ORPHAN) == set(), 20, "host routes to end with the fence")
    assert pairstate.announced_by(lab, "10.1.10.0/24") == set(pairstate.LEAVES)
