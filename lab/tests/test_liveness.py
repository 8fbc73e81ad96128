# SPDX-License-Identifier: GPL-2.0-or-later
"""On what paths a peer is heard and who is believed, on the real kernel: B4, B6, B10, B11, A3.

Runs when asked for by name (`lab/lab test test_liveness`): what it walks through is tested piece by piece among the unit tests,
and the witness's own decision in the fault sequences.
"""

import os
import signal

import pytest

import pairstate
from pairstate import LEAVES

pytestmark = pytest.mark.skipif("liveness" not in os.environ.get("LAB_PATTERNS", ""), reason="by name: lab/lab test test_liveness")

CUT = ("swp49", "swp50")
ADDRESS = {"leaf01": "192.168.200.1", "leaf02": "192.168.200.2"}
LOOPBACK = {"leaf01": "10.10.10.1", "leaf02": "10.10.10.2"}


def other(leaf):
    return next(name for name in LEAVES if name != leaf)


def typed(lab, leaf, *lines):
    result = lab.node(leaf).configure(*lines)
    assert result.rc == 0, result.out + result.err


def state(lab, leaf, which):
    return pairstate.mlag(lab, leaf)[which]


def wait_state(lab, which, value, leaves=LEAVES, seconds=20):
    for leaf in leaves:
        lab.wait_for(lambda n=leaf: state(lab, n, which)["state"] == value, seconds, f"{leaf}'s {which} to be {value}")


def cut(lab, link="down"):
    lab.node("leaf01").run(["ip", "-batch", "-"], input="".join(f"link set {port} {link}\n" for port in CUT))


def fenced_on_proof(lab):
    """A cut, and leaf02 steps back since somebody told it that leaf01 serves."""
    with pairstate.cut(lab, 10):
        assert not pairstate.mlag(lab, "leaf02")["acting"]
    pairstate.wait_whole(lab, 60)


def witnesses(lab, on=True, key=True):
    """A witness on both members; without a key what it says proves nothing (B6)."""
    for leaf in LEAVES:
        typed(lab, leaf, "mlag", *((["authentication key fabric"] if on else ["no authentication"]) if key else []),
              f"witness {LOOPBACK[other(leaf)]} source {LOOPBACK[leaf]}" if on else f"no witness {LOOPBACK[other(leaf)]}")
    pairstate.wait_whole(lab, 60)


def test_the_witness_decides_when_management_is_gone(pair):
    pairstate.wait_whole(pair, 60)
    witnesses(pair)
    wait_state(pair, "witnessState", "up")
    pair.node("leaf01").link("eth0", up=False)
    try:
        wait_state(pair, "backupState", "silent")
        fenced_on_proof(pair)
    finally:
        pair.node("leaf01").link("eth0", up=True)
        witnesses(pair, on=False)
    wait_state(pair, "backupState", "up")


def test_a_witness_without_a_key_proves_nothing(pair):
    pairstate.wait_whole(pair, 60)
    witnesses(pair, key=False)
    pair.node("leaf01").link("eth0", up=False)
    try:
        wait_state(pair, "witnessState", "unauthenticated")
        wait_state(pair, "backupState", "silent")
        cut(pair)
        pair.wait_for(lambda: pairstate.mlag(pair, "leaf02")["acting"], 10, "leaf02 to act alone, without proof")
        assert not pairstate.mlag(pair, "leaf02")["fenced"]
    finally:
        cut(pair, "up")
        pair.node("leaf01").link("eth0", up=True)
        pairstate.wait_whole(pair, 60)
        witnesses(pair, on=False, key=False)
    wait_state(pair, "backupState", "up")


def test_a_witness_over_the_peerlink_does_not_count_and_says_so(pair):
    pairstate.wait_whole(pair, 60)
    for leaf, asn in zip(LEAVES, (65101, 65102)):
        typed(pair, leaf, f"router bgp {asn}", "address-family ipv4 unicast", "no neighbor peerlink.4094 route-map PEERLINK-IN in")
    try:
        for leaf in LEAVES:
            pair.wait_for(lambda n=leaf: "peerlink.4094" in pair.node(n).run(["ip", "route", "get", LOOPBACK[other(n)]]).out, 20,
                          f"{leaf} to route over the peerlink")
        witnesses(pair)
        for leaf in LEAVES:
            pair.wait_for(lambda n=leaf: "routed over the peerlink" in (state(pair, n, "witnessState")["reason"] or ""), 10, "the advice")
            assert state(pair, leaf, "witnessState")["state"] == "unknown"
            pair.wait_for(lambda n=leaf: statistics(pair, n)["refused"]["overPeerlink"] > 3, 20,
                          "probes that came the wrong way")
        fenced_on_proof(pair)
    finally:
        witnesses(pair, on=False)
        for leaf, asn in zip(LEAVES, (65101, 65102)):
            typed(pair, leaf, f"router bgp {asn}", "address-family ipv4 unicast", "neighbor peerlink.4094 route-map PEERLINK-IN in")


def test_backup_in_a_vrf(pair):
    pairstate.wait_whole(pair, 60)
    for leaf in LEAVES:
        pair.node(leaf).sh("ip link add mgmt type vrf table 1001; ip link set mgmt up; ip link set eth0 master mgmt")
        wrong = ADDRESS[other(leaf)]
        typed(pair, leaf, "mlag", f"no backup {wrong}", f"backup {wrong} vrf mgmt")
    try:
        wait_state(pair, "backupState", "up")
        for leaf in LEAVES:
            path = next(path for path in pair.node(leaf).vtysh_json("show mlag backup json") if path["kind"] == "backup")
            assert (path["vrf"], path["state"]) == ("mgmt", "up")
        fenced_on_proof(pair)
    finally:
        for leaf in LEAVES:
            typed(pair, leaf, "mlag", f"no backup {ADDRESS[other(leaf)]}", f"backup {ADDRESS[other(leaf)]}")
            pair.node(leaf).sh("ip link set eth0 nomaster; ip link del mgmt")
    wait_state(pair, "backupState", "up")


def bfd(lab, value, seconds=30):
    for leaf in LEAVES:
        lab.wait_for(lambda n=leaf: pairstate.mlag(lab, n)["bfdState"] == value, seconds, f"{leaf}'s BFD to be {value}")


def test_bfd_notices_and_outlives_restarts(pair):
    pairstate.wait_whole(pair, 60)
    for leaf in LEAVES:
        typed(pair, leaf, "bfd", "profile fast", "transmit-interval 200", "receive-interval 200", "exit", "exit", "mlag",
              "bfd profile fast", "end", "write memory")  # a restart of zebra restarts all
    try:
        bfd(pair, "up")
        for daemon in ("zebra", "bfdd"):
            before = pair.node("leaf02").pid(daemon)
            pair.node("leaf02").kill(daemon)
            pair.wait_for(lambda d=daemon, p=before: pair.node("leaf02").pid(d) not in (None, p), 90, f"another {daemon}")
            bfd(pair, "up", 60)
            pairstate.wait_whole(pair, 90)
        assert pairstate.mlag(pair, "leaf01")["peerState"]["state"] == "synchronised"
        pair.node("leaf01").vtysh("clear mlag events")
        pair.node("leaf02").kill("bfdd", signal.SIGSTOP)
        try:
            pair.wait_for(lambda: any("BFD" in (event["why"] or "") for event in pair.node("leaf01").vtysh_json("show mlag events json")),
                          10, "leaf01 to end the session since BFD hears nothing")
            wait_state(pair, "peerState", "synchronised", ["leaf01"])  # BFD keeps no session from coming up again
        finally:
            pair.node("leaf02").kill("bfdd", signal.SIGCONT)
        bfd(pair, "up", 60)
        pairstate.wait_whole(pair, 60)
    finally:
        for leaf in LEAVES:
            typed(pair, leaf, "no bfd", "mlag", "no bfd", "end", "write memory")
    assert pairstate.mlag(pair, "leaf01")["bfdState"] is None


def chain(lab, leaf, *lines):
    typed(lab, leaf, "key chain PAIR", *lines)


def statistics(lab, leaf):
    return lab.node(leaf).vtysh_json("show mlag statistics json")


def said(lab, leaf):
    """Sessions so far and words refused for their key: neither may grow while keys are rolled."""
    now = statistics(lab, leaf)
    return now["sessions"], now["refused"]["badAuth"]


def wait_probes(lab, leaf):
    before = statistics(lab, leaf)["probes"][0]["received"]
    lab.wait_for(lambda: statistics(lab, leaf)["probes"][0]["received"] > before + 3, 20, f"probes to {leaf}")


def key(number, text):
    return [f"key {number}", f"key-string {text}", "cryptographic-algorithm hmac-sha-256", "exit"]


def test_keys_are_rolled_without_a_drop(pair):
    """The next key is known to both before either sends with it; taking the old one away is what makes them go over."""
    pairstate.wait_whole(pair, 60)
    for leaf in LEAVES:
        chain(pair, leaf, *key(1, "first"))
        typed(pair, leaf, "mlag", "authentication key-chain PAIR")
    try:
        wait_state(pair, "peerState", "synchronised", seconds=60)
        wait_state(pair, "backupState", "up")
        before = {leaf: said(pair, leaf) for leaf in LEAVES}
        for leaf in LEAVES:
            chain(pair, leaf, *key(2, "second"))
        for leaf in LEAVES:
            chain(pair, leaf, "key 1", "send-lifetime 00:00:00 1 Jan 2020 00:00:01 1 Jan 2020")
        for leaf in LEAVES:
            wait_probes(pair, leaf)
        for leaf in LEAVES:
            chain(pair, leaf, "no key 1")
        for leaf in LEAVES:
            wait_probes(pair, leaf)
            assert pairstate.mlag(pair, leaf)["peerState"]["state"] == "synchronised"
            assert said(pair, leaf) == before[leaf]
    finally:
        for leaf in LEAVES:
            typed(pair, leaf, "mlag", "no authentication")
    wait_state(pair, "peerState", "synchronised", seconds=60)
    pairstate.wait_whole(pair, 60)


@pytest.mark.parametrize("lines, undo, named", [
    (["authentication key other"], ["no authentication"], ("unauthenticated", "key")),
    (["system-mac 44:38:39:ff:00:bb"], ["system-mac 44:38:39:ff:00:aa"], ("mismatch", "system-mac")),
], ids=["key", "system-mac"])
def test_who_is_refused_is_named(pair, lines, undo, named):
    pairstate.wait_whole(pair, 60)
    typed(pair, "leaf02", "mlag", *lines)
    try:
        for leaf in LEAVES:
            pair.wait_for(lambda n=leaf: state(pair, n, "peerState")["state"] == named[0], 20, f"{leaf} to say {named[0]}")
            assert named[1] in state(pair, leaf, "peerState")["reason"]
            assert named[0] in pair.node(leaf).vtysh("show mlag")
            health = pair.node(leaf).run(["frr-mlag-health"], check=False)
            assert health.rc == 2 and named[0] in health.out, health.out
    finally:
        typed(pair, "leaf02", "mlag", *undo)
    pairstate.wait_whole(pair, 90)
