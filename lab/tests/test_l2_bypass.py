# SPDX-License-Identifier: GPL-2.0-or-later
"""A host that does not speak LACP yet (PXE) behind an MLAG bond: served by one member at a time, whichever leg it has (A8).

server01 takes its bond apart and speaks on one port alone; it ends with LACP again. `lab/lab test test_l2_bypass`.
"""

import os

import pytest

import l2
import pairstate

pytestmark = pytest.mark.skipif("bypass" not in os.environ.get("LAB_PATTERNS", ""), reason="a minute: lab/lab test test_l2_bypass")

PXE = "02:00:00:00:05:01"
RATE = 0.005


@pytest.fixture(scope="module")
def lan(pair):
    pairstate.wait_whole(pair, 60)
    for leaf in l2.LEAVES:
        pair.node(leaf).vtysh("configure terminal", "interface bond1", "mlag lacp-bypass")
    server01 = pair.node("server01")
    server01.sh("ip link set eth1 nomaster; ip link set eth2 nomaster; ip link set bond0 down; ip link set eth1 up; ip link set eth2 up")
    return pair


def bond1(lab, leaf):
    return next(e for e in pairstate.mlag(lab, leaf)["interfaces"] if e["mlagId"] == 1)


def has_link(lab, port):
    return "LOWER_UP" in lab.node("server01").json(["ip", "-j", "link", "show", port])[0]["flags"]


def wait_served(lab, leaf, port):
    """leaf alone serves, and server01 sees a link on that port alone."""
    other = next(name for name in l2.LEAVES if name != leaf)
    lab.wait_for(lambda: bond1(lab, leaf)["lacpBypass"] and not bond1(lab, other)["lacpBypass"], 15, f"{leaf} to serve")
    other_port = {"eth1": "eth2", "eth2": "eth1"}[port]
    lab.wait_for(lambda: has_link(lab, port) and not has_link(lab, other_port), 5, "the host to see one link")


def both_ways(lab, port, count=100):
    """Flooded frames each way between server01's port, the orphan and server02: (numbers, doubles, echoes)."""
    ports = [p["ifname"] for p in lab.node("server01").json(["ip", "-j", "link"]) if p["ifname"] in ("eth1", "eth2") and "UP" in p["flags"]]
    with l2.Listener(lab.node("server01"), *ports) as host, l2.Listener(lab.node("server03"), "eth1") as orphan:
        l2.send(lab.node("server01"), port, l2.flow("out", PXE, l2.BROADCAST), count=count, interval=RATE)
        l2.send(lab.node("server03"), "eth1", l2.flow("in", "02:00:00:00:05:03", l2.BROADCAST),
                l2.flow("uni", "02:00:00:00:05:03", PXE), count=count, interval=RATE)
    assert not host.doubles and not orphan.doubles and host.numbers("out") == 0
    return orphan.numbers("out"), host.numbers("in"), host.numbers("uni")


def test_the_primary_serves(lan):
    wait_served(lan, "leaf01", "eth1")
    assert bond1(lan, "leaf02")["protoDownReason"] == "lacp-bypass"
    assert both_ways(lan, "eth1") == (100, 100, 100)
    assert l2.entries(lan, PXE) == ("bond1", "peerlink mirror")


def test_the_secondary_serves_the_other_leg_and_goes_on(lan):
    lan.node("server01").link("eth1", up=False)
    wait_served(lan, "leaf02", "eth2")
    assert both_ways(lan, "eth2") == (100, 100, 100)
    lan.node("server01").link("eth1", up=True)
    wait_served(lan, "leaf02", "eth2")
    assert both_ways(lan, "eth2") == (100, 100, 100)


def test_lacp_ends_it(lan):
    lan.node("server01").sh("ip link set eth1 down; ip link set eth2 down; ip link set eth1 master bond0; ip link set eth2 master bond0;"
                            "ip link set bond0 up; ip link set eth1 up; ip link set eth2 up")
    lan.wait_for(lambda: pairstate.serving(lan), 30, "both legs to be in one LAG")
    assert not any(bond1(lan, leaf)["lacpBypass"] for leaf in l2.LEAVES)
