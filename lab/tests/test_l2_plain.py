# SPDX-License-Identifier: GPL-2.0-or-later
"""The pair's only bridge knows no VLANs, with the peerlink and all bonds untagged in it (C10): `lab/lab test test_l2_plain`."""

import os

import pytest

import l2
import pairstate
import plain

pytestmark = pytest.mark.skipif("plain" not in os.environ.get("LAB_PATTERNS", ""), reason="by name: lab/lab test test_l2_plain")

MAC = "02:00:00:00:30:10"


@pytest.fixture(scope="module")
def lan(pair):
    """The same bridge, from one moment to the next."""
    pairstate.wait_whole(pair, 60)
    for leaf in l2.LEAVES:
        pair.node(leaf).run(["ip", "link", "set", l2.BRIDGE, "type", "bridge", "vlan_filtering", "0"])
    yield pair
    for leaf in l2.LEAVES:
        pair.node(leaf).run(["ip", "link", "set", l2.BRIDGE, "type", "bridge", "vlan_filtering", "1"])


def learn(lab, dev, want):
    for leaf in l2.LEAVES:
        lab.node(leaf).run(["bridge", "fdb", "del", MAC, "dev", "bond1", "master"], check=False)
    l2.send(lab.node("server01"), dev, l2.flow("learn", MAC, l2.BROADCAST), count=100, interval=0.002)
    plain.wait_entries(lab, l2.BRIDGE, MAC, want, f"heard on {dev}")


def test_flooded_once_and_never_back(lan):
    lost = plain.everybody(lan, 0, plain.KINDS, lambda: learn(lan, "eth2", ("bond1 mirror", "bond1")))
    assert lost == {key: 0 for key in lost}


@pytest.mark.parametrize("leaf", l2.LEAVES)
def test_a_leg_goes_and_comes(lan, leaf):
    other = {"leaf01": "eth2", "leaf02": "eth1"}[leaf]

    def flap():
        learn(lan, {"eth1": "eth2", "eth2": "eth1"}[other], tuple("bond1" if name == leaf else "bond1 mirror" for name in l2.LEAVES))
        lan.node(leaf).link("swp1", up=False)
        lan.wait_for(lambda: all("bond1" not in pairstate.dual(lan, name) for name in l2.LEAVES), 20, "the leg to be down")
        with l2.Listener(lan.node("server01"), other) as listener:
            for host in ("server02", "server03"):
                dev, src = plain.HOSTS[host]
                l2.send(lan.node(host), dev, l2.flow(host[-2:] + "kn", src, MAC), count=100, interval=0.002)
        detoured.extend(listener.numbers(host[-2:] + "kn") for host in ("server02", "server03"))
        lan.node(leaf).link("swp1", up=True)
        lan.wait_for(lambda: all("bond1" in pairstate.dual(lan, name) for name in l2.LEAVES), 20, "the leg to be back")

    detoured = []
    lost = plain.everybody(lan, 0, {"bc": l2.BROADCAST}, flap)
    assert detoured == [100, 100], "to a host with one leg left"
    assert {key: n for key, n in lost.items() if "server01" not in key and n} == {}
