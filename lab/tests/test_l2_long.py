# SPDX-License-Identifier: GPL-2.0-or-later
"""Layer 2 at length: runs when it is asked for by name (`lab/lab test test_l2_long`), since it takes minutes."""

import os
import signal

import pytest

import l2
import l2_matrix
import pairstate

pytestmark = pytest.mark.skipif("long" not in os.environ.get("LAB_PATTERNS", ""), reason="minutes: lab/lab test test_l2_long")

AGEING = 10
FLAPS = 1000


@pytest.fixture(scope="module")
def lan(pair):
    pairstate.wait_whole(pair, 60)
    return pair


def test_lost_events_lead_to_a_resync(lan):
    """leaf01's mlagd stands still while the bridge learns more than its socket holds: all of it is known afterwards (C2)."""
    count = 220000
    l2.ageing(lan, 3000)
    leaf01 = lan.node("leaf01")
    before = l2.macs_known(lan, "leaf02")["peer"]
    lines = "".join(f"fdb add 02:01:00:{n >> 16:02x}:{n >> 8 & 255:02x}:{n & 255:02x} dev bond1 master dynamic vlan 10\n"
                    for n in range(count))
    leaf01.put("/tmp/many", lines)
    leaf01.kill("mlagd", signal.SIGSTOP)
    try:
        leaf01.run(["bridge", "-batch", "/tmp/many"], timeout=120)
    finally:
        leaf01.kill("mlagd", signal.SIGCONT)
    lan.wait_for(lambda: l2.macs_known(lan, "leaf02")["peer"] >= before + count, 60, f"leaf02 to know {count} more", interval=0.5)
    assert "events were lost" in leaf01.get("/var/log/frr/frr.log")
    leaf01.run(["bridge", "fdb", "flush", "dev", "br_default", "dynamic", "vlan", "10"], timeout=60)
    lan.wait_for(lambda: l2.macs_known(lan, "leaf02")["peer"] <= before + 10, 60, "them to be gone", interval=0.5)
    l2.ageing(lan, AGEING)


def on_bond1(lan, leaf):
    found = lan.node(leaf).json(["bridge", "-j", "fdb", "show", "br", l2.BRIDGE, "dev", "bond1"])
    return sum(e["mac"].startswith("02:02:") for e in found)


def test_ten_thousand_and_a_flap(lan):
    """A leg goes and comes back with 10,000 addresses on it: all are in both kernels then, and gone when they are (C1 C5)."""
    count = 10000
    l2.ageing(lan, 3000)
    leaf01 = lan.node("leaf01")
    leaf01.put("/tmp/many", "".join(f"fdb add 02:02:00:00:{n >> 8:02x}:{n & 255:02x} dev bond1 master dynamic vlan 10\n"
                                    for n in range(count)))

    def all_of(want):
        lan.wait_for(lambda: all(on_bond1(lan, leaf) == want for leaf in l2.LEAVES), 30, f"{want} on each bond1")

    leaf01.run(["bridge", "-batch", "/tmp/many"])
    all_of(count)
    leaf01.link("swp1", up=False)
    lan.wait_for(lambda: on_bond1(lan, "leaf01") == 0, 10, "none on a leg that is down")
    leaf01.link("swp1", up=True)
    pairstate.wait_whole(lan, 60)
    all_of(count)
    for leaf in l2.LEAVES:
        lan.node(leaf).run(["bridge", "fdb", "flush", "dev", l2.BRIDGE, "dynamic", "vlan", "10"], timeout=60)
    all_of(0)
    l2.ageing(lan, AGEING)


def test_a_thousand_flaps(lan):
    l2_matrix.flap(lan, FLAPS)
