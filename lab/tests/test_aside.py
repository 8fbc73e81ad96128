# SPDX-License-Identifier: GPL-2.0-or-later
"""A member none of whose bonds distributes steps aside (rule 9), and goes on delivering over the peerlink what still comes to it:
zebra takes its static routes over SVIs out of the kernel at once, and routing's other way, if there is one, comes later.
"""

import pytest

import pairstate
from demo_steps import set_links

BEHIND, ADDRESS, GATEWAY = "10.99.0.0/24", "10.99.0.1", "10.1.10.101"  # server01 routes
STATIC = f"ip route {BEHIND} {GATEWAY}"
LEGS = ("swp1", "swp2")
LAST = 0xfe000000


@pytest.fixture(scope="module")
def behind(pair):
    """leaf01, which alone has a static route to what is behind server01."""
    pairstate.wait_whole(pair, 60)
    leaf, server = pair.node("leaf01"), pair.node("server01")
    server.run(["ip", "address", "add", f"{ADDRESS}/32", "dev", "lo"])
    assert leaf.configure(STATIC).rc == 0
    yield leaf
    assert leaf.configure(f"no {STATIC}").rc == 0
    server.run(["ip", "address", "del", f"{ADDRESS}/32", "dev", "lo"])


def ways(leaf):
    """[(gateway, device, whether it is the last resort)] as the kernel has them."""
    return [(route.get("gateway"), route["dev"], route.get("metric") == LAST)
            for route in leaf.json(["ip", "-j", "route", "show", BEHIND])]


def wait_ways(lab, leaf, *resorts):
    want = [(GATEWAY, "vlan10", resort) for resort in resorts]
    lab.wait_for(lambda: ways(leaf) == want, 30, f"{BEHIND} to be {want}, not {ways(leaf)}")


def test_what_it_was_asked_to_deliver_it_delivers_while_aside(pair, behind):
    wait_ways(pair, behind, False)
    set_links(behind, LEGS, False)
    try:
        wait_ways(pair, behind, True)
        assert "aside" in [event["what"] for event in behind.vtysh_json("show mlag events json")]
        pair.wait_for(lambda: behind.run(["ping", "-q", "-c", "1", "-W", "1", ADDRESS], check=False).rc == 0, 10,
                      "leaf01 to reach what is behind server01")
    finally:
        set_links(behind, LEGS, True)
    wait_ways(pair, behind, False)
    pairstate.wait_whole(pair, 60)


def test_a_dead_mlagd_leaves_no_last_resort_behind(pair, behind):
    wait_ways(pair, behind, False)
    set_links(behind, LEGS, False)
    try:
        wait_ways(pair, behind, True)
        behind.run(["kill", "-9", str(behind.pid("mlagd"))])
    finally:
        set_links(behind, LEGS, True)
    wait_ways(pair, behind, False)
    pairstate.wait_whole(pair, 60)
