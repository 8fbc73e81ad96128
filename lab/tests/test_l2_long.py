# SPDX-License-Identifier: GPL-2.0-or-later
"""Layer 2 at length: runs when it is asked for by name (`lab/lab test test_l2_long`), since it takes minutes."""

import json
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


MACLOAD = "/usr/lib/frr-mlag-lab/macload"
MILLION = 1_000_000
SET = 77


def stand(lab, leaf, port):
    """How many of the million the kernel of a leaf has on a port."""
    return json.loads(lab.node(leaf).run([MACLOAD, "count", l2.BRIDGE, port, str(SET)], timeout=120).out)["entries"]


def sessions(lab):
    return [sum(e["what"] == "session up" for e in lab.node(leaf).vtysh_json("show mlag events json")) for leaf in l2.LEAVES]


def test_a_million_at_once(lan):
    """Learned, moved to an orphan port of the other member and withdrawn as fast as the kernel takes them: no socket holds so
    many events, so they are lost and read anew. Both kernels have all of it; the session and mlagd live through it (C1 C2)."""
    def act(leaf, verb, port):
        lan.node(leaf).run([MACLOAD, verb, port, "10", str(SET), str(MILLION)], timeout=300)

    def all_of(want):
        lan.wait_for(lambda: all(stand(lan, leaf, port) == n for (leaf, port), n in want.items()), 200, f"{want}", interval=2)

    before, alive = sessions(lan), [lan.node(leaf).pid("mlagd") for leaf in l2.LEAVES]
    l2.ageing(lan, 100000)
    try:
        act("leaf01", "load", "bond1")
        all_of({("leaf01", "bond1"): MILLION, ("leaf02", "bond1"): MILLION})
        act("leaf02", "load", "swp3")
        all_of({("leaf01", "bond1"): 0, ("leaf01", "peerlink"): MILLION, ("leaf02", "bond1"): 0, ("leaf02", "swp3"): MILLION})
        act("leaf02", "drop", "swp3")
        l2.ageing(lan, AGEING)          # what was read anew looks like ageing
        all_of({("leaf01", "peerlink"): 0, ("leaf02", "swp3"): 0})
    finally:
        l2.ageing(lan, AGEING)
    assert sessions(lan) == before and [lan.node(leaf).pid("mlagd") for leaf in l2.LEAVES] == alive
    assert pairstate.serving(lan)


def test_a_thousand_flaps(lan):
    l2_matrix.flap(lan, FLAPS)
