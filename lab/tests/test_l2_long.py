# SPDX-License-Identifier: GPL-2.0-or-later
"""Layer 2 at length: runs when it is asked for by name (`lab/lab test test_l2_long`), since it takes minutes."""

import contextlib
import os
import signal

import pytest

import l2
import l2_matrix
import pairstate

pytestmark = pytest.mark.skipif("long" not in os.environ.get("LAB_PATTERNS", ""), reason="minutes: lab/lab test test_l2_long")

AGEING = 10
FLAPS = 1000
HOST = "02:00:00:00:0a:01"


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


def heard(lan, leaf):
    """LACP of server01 is current there: neither defaulted nor expired."""
    state = lan.node(leaf).run(["cat", "/sys/class/net/swp1/bonding_slave/ad_actor_oper_port_state"], check=False).out.strip()
    return state.isdigit() and not int(state) & 0xC0


def kept_from_echoing(lan, leaf):
    return HOST in str(lan.node(leaf).json(["nft", "-j", "list", "set", "bridge", "frr_mlag", "echo"]))


@contextlib.contextmanager
def one_way(lan, deaf):
    """server01's leg to leaf01 comes up, but LACP comes through in one direction only, so it never distributes."""
    pairstate.wait_serving(lan, 60)
    server, leaf01 = lan.node("server01"), lan.node("leaf01")
    node, port = (leaf01, "swp1") if deaf == "server01" else (server, "eth1")
    leaf01.link("swp1", up=False)
    lan.wait_for(lambda: "bond1" not in pairstate.dual(lan, "leaf02"), 20, "the leg to be down")
    l2.send(server, "bond0", l2.flow("hello", HOST, l2.BROADCAST))
    lan.wait_for(lambda: l2.entry(lan, "leaf01", HOST), 20, "both to know the host")
    node.run(["tc", "qdisc", "add", "dev", port, "root", "netem", "loss", "100%"])
    try:
        leaf01.link("swp1", up=True)
        if deaf == "server01":
            lan.wait_for(lambda: heard(lan, "leaf01") and kept_from_echoing(lan, "leaf02"), 30, "leaf02 to know that the host is heard")
        else:
            lan.wait_for(lambda: not heard(lan, "leaf01"), 30, "leaf01 to have given the host up")
        yield
    finally:
        node.run(["tc", "qdisc", "del", "dev", port, "root"])
    pairstate.wait_serving(lan, 120)
    lan.wait_for(lambda: not kept_from_echoing(lan, "leaf02"), 20, "it to be over")


@pytest.mark.parametrize("deaf", ["server01", "leaf01"])
def test_a_leg_heard_one_way(lan, deaf):
    """Nothing that is flooded to its host is lost for that (rule 9)."""
    with one_way(lan, deaf), l2.Listener(lan.node("server01"), "eth2") as listener:
        for n, kind in enumerate((l2.BROADCAST, "01:00:5e:7f:0a:01", "02:00:00:00:0a:0f")):
            l2.send(lan.node("server03"), "eth1", l2.flow(f"kind{n}", "02:00:00:00:0a:03", kind), count=200, interval=0.005)
    assert [listener.numbers(f"kind{n}") for n in range(3)] == [200] * 3 and not listener.doubles


def test_a_restart_keeps_back_what_was_kept_back(lan):
    """leaf02's mlagd is killed while the leg rises and leaf01's cannot take notice: no word of the host goes back to it (B12 D2)."""
    leaf01, leaf02 = lan.node("leaf01"), lan.node("leaf02")
    with one_way(lan, "server01"):
        leaf01.kill("mlagd", signal.SIGSTOP)
        try:
            old = leaf02.pid("mlagd")
            with leaf02.popen(["nft", "monitor", "elements"]) as monitor:
                leaf02.kill("mlagd", signal.SIGKILL)
                lan.wait_for(lambda: leaf02.pid("mlagd") not in (None, old) and pairstate.mlag(lan, "leaf02")["inService"], 60, "the next one")
                assert kept_from_echoing(lan, "leaf02")
                monitor.send_signal(signal.SIGINT)
                seen = monitor.communicate().out
        finally:
            leaf01.kill("mlagd", signal.SIGCONT)
        assert "delete element bridge frr_mlag echo" not in seen


def test_a_thousand_flaps(lan):
    l2_matrix.flap(lan, FLAPS)
