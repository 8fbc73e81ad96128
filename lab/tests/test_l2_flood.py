# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames that are flooded, counted one by one at every host: none echoed, none doubled, whatever a leg does (C4 C5 D2, no-echo).

server01 is dual-attached in VLAN 10, server02 gets VLAN 10 tagged, server03 is an orphan of leaf02.
"""

import pytest

import l2
import pairstate

GROUP = "01:00:5e:7f:01:01"
UNKNOWN = "02:00:00:00:0f:0f"
RATE = 0.002
SOURCES = {"server01": ("bond0", 0, "02:00:00:00:02:01"), "server02": ("bond0", 10, "02:00:00:00:02:02"),
           "server03": ("eth1", 0, "02:00:00:00:02:03")}
LISTEN = {"server01": ("eth1", "eth2"), "server02": ("eth1", "eth2"), "server03": ("eth1",)}


@pytest.fixture(scope="module")
def lan(pair):
    pairstate.wait_whole(pair, 60)
    for leaf in l2.LEAVES:
        pair.node(leaf).run(["bridge", "vlan", "add", "dev", "bond2", "vid", "10"])
    yield pair
    for leaf in l2.LEAVES:
        pair.node(leaf).run(["bridge", "vlan", "del", "dev", "bond2", "vid", "10"])


class Everybody:
    """All hosts listen; each sends `count` frames of each kind, in turn or all at once, while act() happens."""

    def __init__(self, lab, kinds):
        self.lab, self.kinds = lab, kinds
        self.listeners = {host: l2.Listener(lab.node(host), *devs) for host, devs in LISTEN.items()}

    def run(self, count, act):
        for listener in self.listeners.values():
            listener.__enter__()
        senders = []
        for host, (dev, vlan, mac) in SOURCES.items():
            flows = [l2.flow(f"{host[-2:]}{kind}", mac, dst, vlan) for kind, dst in self.kinds.items()]
            senders.append(l2.sending(self.lab.node(host), dev, *flows, count=count, interval=RATE))
        act()
        for sender in senders:
            sender.communicate(timeout=120)
        for listener in self.listeners.values():
            listener.__exit__(None, None, None)

    def lost(self, count):
        """{(from, kind, to): number}, where it is not 0."""
        out = {}
        for to, listener in self.listeners.items():
            for host in SOURCES:
                for kind in self.kinds:
                    missing = count - listener.numbers(f"{host[-2:]}{kind}")
                    if host != to and missing:
                        out[host, kind, to] = missing
        return out

    def echoed(self):
        return {(host, kind): n for host, listener in self.listeners.items() for kind in self.kinds
                if (n := listener.numbers(f"{host[-2:]}{kind}"))}

    def doubled(self):
        return {(host, name): n for host, listener in self.listeners.items() for name, n in listener.doubles.items()}


KINDS = {"bc": l2.BROADCAST, "mc": GROUP, "uu": UNKNOWN, "st": "01:80:c2:00:00:00"}  # st: a bridge without STP passes others' on (C9)


def test_exactly_once_at_rest(lan):
    all_ = Everybody(lan, KINDS)
    all_.run(500, lambda: None)
    assert all_.lost(500) == {}
    assert all_.echoed() == {} and all_.doubled() == {}


@pytest.mark.parametrize("leaf", l2.LEAVES)
def test_a_leg_goes_and_comes(lan, leaf):
    """server01's leg: nothing echoed or doubled. Lost are at most the frames of the host's miimon, and of a round trip."""
    pairstate.wait_serving(lan, 60)
    count = 4000

    def flap():
        lan.node(leaf).link("swp1", up=False)
        lan.wait_for(lambda: "bond1" not in pairstate.dual(lan, leaf), 10, "the leg to be down")
        lan.node(leaf).link("swp1", up=True)
        lan.wait_for(lambda: "bond1" in pairstate.dual(lan, leaf), 20, "the leg to be back")

    all_ = Everybody(lan, KINDS)
    all_.run(count, flap)
    print("lost:", all_.lost(count), "echoed:", all_.echoed(), "doubled:", all_.doubled())
    assert all_.doubled() == {}
    assert all_.echoed() == {}
    others = {key: n for key, n in all_.lost(count).items() if "server01" not in key}
    assert others == {}
    if leaf == "leaf01":        # the orphan's leaf floods to its own leg all the time, before, while and after the other is gone
        assert {key: n for key, n in all_.lost(count).items() if key[0] == "server03" and key[2] == "server01"} == {}
