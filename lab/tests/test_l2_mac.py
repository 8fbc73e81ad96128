# SPDX-License-Identifier: GPL-2.0-or-later
"""Addresses of two members that are one switch: learned, moved, aged, cleared, fixed (C1 C2 C3 C5 C6 C11 C12).

On the real bridge, with an ageing time of 10 s. The whole matrix of these against legs and restarts is test_l2_matrix.py.
"""

import itertools
import signal
import time

import pytest

import l2
import l2_matrix
import pairstate

AGEING = 10
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def lan(pair):
    """The pair in service; bond2 carries VLAN 10 tagged too, added after peering."""
    pairstate.wait_whole(pair, 60)
    l2.ageing(pair, AGEING)
    for leaf in l2.LEAVES:
        pair.node(leaf).run(["bridge", "vlan", "add", "dev", "bond2", "vid", "10"])
    yield pair
    l2.ageing(pair, l2.AGEING)
    for leaf in l2.LEAVES:
        pair.node(leaf).run(["bridge", "vlan", "del", "dev", "bond2", "vid", "10"])


def fresh():
    """An address nobody has seen."""
    return f"02:00:00:00:01:{next(numbers):02x}"


def speak(lab, mac, where):
    """One broadcast of mac from a place: server01's leg to leaf01 or leaf02, server02's, or the orphan."""
    host, dev, vlan = {"bond1@leaf01": ("server01", "eth1", 0), "bond1@leaf02": ("server01", "eth2", 0),
                       "bond2@leaf01": ("server02", "eth1", 10), "bond2@leaf02": ("server02", "eth2", 10),
                       "swp3@leaf02": ("server03", "eth1", 0)}[where]
    l2.send(lab.node(host), dev, l2.flow("speak", mac, l2.BROADCAST, vlan))


def test_learned_on_one_known_on_both(lan):
    mac = fresh()
    speak(lan, mac, "bond1@leaf01")
    l2.wait_entries(lan, mac, ("bond1", "bond1 mirror"), 2, "learned by leaf01")
    mac = fresh()
    speak(lan, mac, "bond1@leaf02")
    l2.wait_entries(lan, mac, ("bond1 mirror", "bond1"), 2, "learned by leaf02")
    mac = fresh()
    speak(lan, mac, "swp3@leaf02")
    l2.wait_entries(lan, mac, ("peerlink mirror", "swp3"), 2, "learned on an orphan port")
    for leaf, other in (("leaf01", "leaf02"), ("leaf02", "leaf01")):
        own = lan.node(other).json(["ip", "-j", "link", "show", "vlan10"])[0]["address"]
        lan.wait_for(lambda leaf=leaf, own=own: l2.entry(lan, leaf, own) == "peerlink mirror", 2, f"{other}'s own")


def test_moves_are_followed(lan):
    mac = fresh()
    for where, want in (("bond1@leaf01", ("bond1", "bond1 mirror")), ("swp3@leaf02", ("peerlink mirror", "swp3")),
                        ("bond2@leaf01", ("bond2", "bond2 mirror")), ("bond1@leaf02", ("bond1 mirror", "bond1")),
                        ("bond2@leaf02", ("bond2 mirror", "bond2")), ("swp3@leaf02", ("peerlink mirror", "swp3")),
                        ("bond1@leaf01", ("bond1", "bond1 mirror"))):
        speak(lan, mac, where)
        l2.wait_entries(lan, mac, want, 2, f"moved to {where}")


def test_heard_on_one_leg_only_it_never_goes(lan):
    """It was learned by leaf01; for three ageing times only leaf02 hears it. Neither lacks it for longer than an event takes (C3)."""
    mac = fresh()
    speak(lan, mac, "bond1@leaf01")
    l2.wait_entries(lan, mac, ("bond1", "bond1 mirror"), 2, "learned")
    sender = l2.sending(lan.node("server01"), "eth2", l2.flow("x", mac, l2.BROADCAST), count=30, interval=1)
    with sender:
        end = time.monotonic() + 2.5 * AGEING
        while time.monotonic() < end:
            lan.wait_for(lambda: all((e or "").startswith("bond1") for e in l2.entries(lan, mac)), 0.5, "ours behind the kernel's")
            time.sleep(0.1)
    l2.wait_entries(lan, mac, ("bond1 mirror", "bond1"), 1, "leaf02 sees to its age")


def test_silent_it_goes_from_both(lan):
    mac, orphan = fresh(), fresh()
    speak(lan, mac, "bond1@leaf01")
    speak(lan, orphan, "swp3@leaf02")
    l2.wait_entries(lan, mac, ("bond1", "bond1 mirror"), 2, "learned")
    for address in (mac, orphan):
        l2.wait_entries(lan, address, (None, None), 3 * AGEING, "silent")


def test_cleared_it_goes_from_both(lan):
    mac = fresh()
    speak(lan, mac, "bond1@leaf01")
    l2.wait_entries(lan, mac, ("bond1", "bond1 mirror"), 2, "learned")
    lan.node("leaf01").run(["bridge", "fdb", "del", mac, "dev", "bond1", "master", "vlan", "10"])
    l2.wait_entries(lan, mac, (None, None), 2, "cleared where it was learned")
    speak(lan, mac, "bond1@leaf01")
    l2.wait_entries(lan, mac, ("bond1", "bond1 mirror"), 2, "learned again")
    lan.node("leaf02").run(["bridge", "fdb", "del", mac, "dev", "bond1", "master", "vlan", "10"])
    l2.wait_entries(lan, mac, ("bond1", "bond1 mirror"), 2, "a mirrored one comes back")


def test_static_is_configuration(lan):
    """Not told to the peer, and not replaced by what the peer tells (C11)."""
    mac = fresh()
    lan.node("leaf02").run(["bridge", "fdb", "add", mac, "dev", "bond1", "master", "static", "vlan", "10"])
    speak(lan, mac, "bond2@leaf01")
    l2.wait_entries(lan, mac, ("bond2", "bond1 static"), 2, "learned by leaf01, fixed on leaf02")
    lan.node("leaf02").run(["bridge", "fdb", "del", mac, "dev", "bond1", "master", "vlan", "10"])
    l2.wait_entries(lan, mac, ("bond2", "bond2 mirror"), 2, "no longer fixed")


def test_leg_down_and_back(lan):
    """Addresses of a leg that is down stand on the peerlink there; the other member sees to their age (C5)."""
    mac = fresh()
    speak(lan, mac, "bond1@leaf01")
    l2.wait_entries(lan, mac, ("bond1", "bond1 mirror"), 2, "learned")
    lan.node("leaf01").link("swp1", up=False)
    try:
        l2.wait_entries(lan, mac, ("peerlink mirror", "bond1"), 5, "leg of leaf01 down")
        l2.wait_entries(lan, mac, (None, None), 3 * AGEING, "silent while the leg is down")
        l2.ageing(lan, 300)  # what ages while the leg comes back is the other member's then
        speak(lan, mac, "bond1@leaf02")
        l2.wait_entries(lan, mac, ("peerlink mirror", "bond1"), 2, "learned on the other leg")
    finally:
        lan.node("leaf01").link("swp1", up=True)
    lan.wait_for(lambda: pairstate.serving(lan), 30, "the leg to be back")
    speak(lan, mac, "bond1@leaf02")
    l2.wait_entries(lan, mac, ("bond1 mirror", "bond1"), 2, "leg back")
    l2.ageing(lan, AGEING)


def test_learned_on_a_leg_that_does_not_distribute(lan):
    """It takes the detour, comes back to the leg with it, and its end there is an end for both (C1 C5, rule 9)."""
    mac, leaf, host = fresh(), lan.node("leaf01"), lan.node("server01")
    l2.ageing(lan, 300)
    host.run(["ip", "link", "set", "eth1", "nomaster"])
    host.run(["ip", "link", "set", "eth1", "up"])
    try:
        lan.wait_for(lambda: not pairstate.serving(lan), 20, "the leg to be without LACP")
        add = ["bridge", "fdb", "add", mac, "dev", "bond1", "master", "dynamic", "vlan", "10"]
        lan.wait_for(lambda: leaf.run(add, check=False).rc == 0, 5, "the leg to have carrier again and to take an address")
        l2.wait_entries(lan, mac, ("peerlink mirror", "bond1 mirror"), 5, "learned on it")
    finally:
        host.run(["ip", "link", "set", "eth1", "down"])
        host.run(["ip", "link", "set", "eth1", "master", "bond0"])
    lan.wait_for(lambda: pairstate.serving(lan), 30, "the leg to be back")
    l2.wait_entries(lan, mac, ("bond1", "bond1 mirror"), 5, "leg back")
    leaf.run(["bridge", "fdb", "del", mac, "dev", "bond1", "master", "vlan", "10"])
    l2.wait_entries(lan, mac, (None, None), 5, "gone from both")
    l2.ageing(lan, AGEING)


def test_restart_of_mlagd_keeps_all(lan):
    macs = [fresh() for _ in range(3)]
    l2.ageing(lan, 300)
    for mac, where in zip(macs, ("bond1@leaf01", "bond1@leaf02", "swp3@leaf02")):
        speak(lan, mac, where)
    want = [("bond1", "bond1 mirror"), ("bond1 mirror", "bond1"), ("peerlink mirror", "swp3")]
    for mac, w in zip(macs, want):
        l2.wait_entries(lan, mac, w, 2, "learned")
    for leaf in l2.LEAVES:
        old = lan.node(leaf).pid("mlagd")
        lan.node(leaf).kill("mlagd", signal.SIGKILL)
        lan.wait_for(lambda: lan.node(leaf).pid("mlagd") not in (None, old)
                     and pairstate.mlag(lan, leaf)["syncState"]["state"] == "synchronised", 60, f"{leaf}'s mlagd to be back")
        for mac, w in zip(macs, want):
            assert l2.entries(lan, mac) == w
    l2.ageing(lan, AGEING)


def test_a_row_of_the_matrix(lan):
    """A leg down; every frame counted at every host."""
    l2.ageing(lan, 300)
    l2_matrix.run(lan, "left-down", operations=("learn", "move"))
    l2_matrix.set_legs(lan, "both")


def test_twenty_flaps(lan):
    """A thousand: test_l2_long.py."""
    l2_matrix.flap(lan, 20)


def unread_by_zebra(leaf):
    """Bytes that wait in zebra's sockets."""
    inodes = set(leaf.sh(f"ls -l /proc/{leaf.pid('zebra')}/fd").out.replace("[", " ").replace("]", " ").split())
    rows = [line.split() for line in leaf.get("/proc/net/netlink").splitlines()[1:]]
    return sum(int(row[4]) for row in rows if row[9] in inodes)


def test_zebra_is_spared_events_it_has_no_use_for(lan):
    """EVPN is off: with zebra held still for a moment, nothing of 500 FDB events waits for it."""
    leaf = lan.node("leaf01")
    macs = [f"02:00:00:01:{n >> 8:02x}:{n & 255:02x}" for n in range(500)]

    def batch(verb):
        leaf.put("/tmp/batch", "".join(f"fdb {verb} {mac} dev bond1 master dynamic vlan 10\n" for mac in macs))
        leaf.run(["bridge", "-batch", "/tmp/batch"])

    leaf.kill("zebra", signal.SIGSTOP)
    try:
        before = unread_by_zebra(leaf)
        batch("add")
        assert unread_by_zebra(leaf) - before < 100 * len(macs)  # each would be more than 500
    finally:
        leaf.kill("zebra", signal.SIGCONT)
    batch("del")
