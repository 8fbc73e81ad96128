# SPDX-License-Identifier: GPL-2.0-or-later
"""The fabric (E6 E7 E8 D1 D2 D6): every server reaches every other by the shortest way, at rest and through single failures.
And addresses that move between orphan, bond and remote VTEP, or are heard on one leg alone (C1 C3), and floods (C4).

Fifteen nodes on one processor want a quiet host: runs when asked for by name (`lab/lab test test_fabric`), those that
are quick; all of them, and repeats: `lab/lab fabric`.
"""

import os
import time

import pytest

import fabric
import l2
from api import Lab
from fabric_faults import FAULTS
from fabric_world import World

pytestmark = pytest.mark.skipif("fabric" not in os.environ.get("LAB_PATTERNS", ""), reason="by name: lab/lab test test_fabric")

SHORT = [fault for fault in FAULTS if fault.short]


@pytest.fixture(scope="module")
def world():
    with Lab.up("fabric") as lab:
        world = World(lab)
        world.start()
        yield world
        world.stop()


def test_every_server_reaches_every_other_by_the_shortest_way(world):
    world.rest()
    assert world.walk() == []
    assert world.detours() == {}


@pytest.mark.parametrize("fault", SHORT, ids=lambda fault: fault.name.replace(" ", "_"))
def test_single_failure(world, fault):
    phases = fabric.run(world, fault)
    print(fabric.words(phases))
    assert [f"{phase.name}: {why}" for phase in phases for why in phase.broken] == []


# ------------------------------------------------------------------ addresses, between bridges, mlagd and EVPN

WATCHED = ("leaf01", "leaf02", "leaf03")  # a pair, and one of those far away
HERE, REMOTE = "bond1", "vxlan48 mirror"
AGEING = 10


def known(world, mac):
    return tuple(l2.entry(world.lab, leaf, mac) for leaf in WATCHED)


def wait_known(world, mac, want, why):
    world.lab.wait_for(lambda: known(world, mac) == want, 20, f"{mac} to be {want} ({why}), not {known(world, mac)}")


def speak(world, node, dev, mac):
    l2.send(world.lab.node(node), dev, l2.flow("speak", mac, l2.BROADCAST))


@pytest.fixture
def orphan(world):
    """A port of leaf01's bridge that is no bond; frames go in at "station"."""
    leaf = world.lab.node("leaf01")
    leaf.run(["ip", "link", "add", "orphan", "up", "type", "veth", "peer", "name", "station"])
    leaf.run(["ip", "link", "set", "station", "up"])
    leaf.run(["ip", "link", "set", "orphan", "master", l2.BRIDGE])
    leaf.run(["bridge", "vlan", "add", "dev", "orphan", "vid", "10", "pvid", "untagged"])
    yield "station"
    leaf.run(["ip", "link", "del", "orphan"])


def test_an_address_moves_between_orphan_bond_and_remote_vtep(world, orphan):
    """Each move is followed by all, also those back to where it was (frr#10468, #12938)."""
    world.rest()
    mac = "02:00:00:00:0a:01"
    places = [("leaf01", orphan, ("orphan", "peerlink mirror", REMOTE)), ("server01", "eth1", (HERE, HERE + " mirror", REMOTE)),
              ("server04", "eth1", (REMOTE, REMOTE, HERE)), ("server01", "eth2", (HERE + " mirror", HERE, REMOTE)),
              ("server04", "eth1", (REMOTE, REMOTE, HERE)), ("leaf01", orphan, ("orphan", "peerlink mirror", REMOTE))]
    for node, dev, want in places:
        speak(world, node, dev, mac)
        wait_known(world, mac, want, f"speaks at {node} {dev}")


def test_heard_on_one_leg_it_stays_announced_and_silent_it_goes(world):
    """The member that does not hear it would let it age, and EVPN with it (frr#12574)."""
    world.rest()
    mac = "02:00:00:00:0a:02"
    want = (HERE, HERE + " mirror", REMOTE)
    l2.ageing(world.lab, AGEING)
    try:
        with l2.Sender(world.lab.node("server01"), "eth1", l2.flow("speak", mac, l2.BROADCAST), interval=1):
            wait_known(world, mac, want, "speaks")
            until = time.monotonic() + 3 * AGEING
            while time.monotonic() < until:
                assert known(world, mac) == want
        wait_known(world, mac, (None, None, None), "silent")
    finally:
        l2.ageing(world.lab, l2.AGEING)


@pytest.mark.parametrize("sender, receiver", [("server04", "server01"), ("server01", "server04")])
def test_a_flood_over_vxlan_arrives_once(world, sender, receiver):
    """Both members have the tunnel's end: one of them takes in what is flooded, and one leg gets it."""
    world.rest()
    count = 100
    with l2.Listener(world.lab.node(receiver), "eth1", "eth2") as there, l2.Listener(world.lab.node(sender), "eth1", "eth2") as back:
        for dev in ("eth1", "eth2"):
            l2.send(world.lab.node(sender), dev, l2.flow(dev, "02:00:00:00:0a:03", l2.BROADCAST), count=count, interval=0.005)
    assert {dev: there.numbers(dev) for dev in ("eth1", "eth2")} == {"eth1": count, "eth2": count}
    assert not there.doubles and not back.flows
