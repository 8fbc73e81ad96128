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


def test_a_thousand_flaps(lan):
    l2_matrix.flap(lan, FLAPS)
