# SPDX-License-Identifier: GPL-2.0-or-later
"""The matrix of issue 4: {learn, move, clear, static, age} x legs of server01 x mlagd restarted in between, frames counted at every host.

An address lives behind server01's bond while that has a leg, else it has moved to the orphan port of leaf02. To it go frames
from every other place: over either leg of server02 (VLAN 10 tagged), from the orphan, from server01. Each arrives once at the
address's host, never comes back to its sender, and at others only while nobody knows the address. With each goes one to all and
one to a group that nobody has joined, which arrive once at every host that has a leg.
"""

import itertools
import signal

import l2
import pairstate

LEGS = {"both": (), "left-down": ("leaf01",), "right-down": ("leaf02",), "both-down": ("leaf01", "leaf02"),
        "left-silent": ("leaf01",), "right-silent": ("leaf02",)}
SILENT = {"left-silent": "eth1", "right-silent": "eth2"}     # up, and not in the host's bond: without LACP, it is to get nothing (C5)
LEFT, RIGHT = ("bond1", "peerlink mirror"), ("peerlink mirror", "bond1")
HOME = {"both": ("server01", "eth1"), "left-down": ("server01", "eth2"), "right-down": ("server01", "eth1"), "both-down": ("server03", "eth1"),
        "left-silent": ("server01", "eth2"), "right-silent": ("server01", "eth1")}
KNOWN = {"both": ("bond1", "bond1 mirror"), "left-down": RIGHT, "right-down": LEFT, "both-down": ("peerlink mirror", "swp3"),
         "left-silent": RIGHT, "right-silent": LEFT}
LISTEN = {"server01": ("eth1", "eth2"), "server02": ("eth1", "eth2"), "server03": ("eth1",)}
OWN = {"server01": "02:00:00:00:06:f1", "server02": "02:00:00:00:06:f2", "server03": "02:00:00:00:06:f3"}
VLAN = {"server01": 0, "server02": 10, "server03": 0}
FLOODED = {"bc": l2.BROADCAST, "mc": "01:00:5e:7f:06:01"}
COUNT, RATE = 50, 0.004
AGEING = 10

numbers = itertools.count(1)


def fresh():
    n = next(numbers)
    return f"02:00:00:00:{0x60 + (n >> 8):02x}:{n & 255:02x}"


def bond1(lab, leaf):
    return next(e for e in pairstate.mlag(lab, leaf)["interfaces"] if e["mlagId"] == 1)


def set_bond(lab, legs):
    """server01's ports into its bond, and out of it."""
    host = lab.node("server01")
    for dev in ("eth1", "eth2"):
        inside = "master" in host.json(["ip", "-j", "link", "show", dev])[0]
        if inside and dev == SILENT.get(legs):
            host.sh(f"ip link set {dev} nomaster; ip link set {dev} up")
        elif not inside and dev != SILENT.get(legs):
            host.sh(f"ip link set {dev} down; ip link set {dev} master bond0")


def set_legs(lab, legs):
    set_bond(lab, legs)
    for leaf in l2.LEAVES:
        lab.node(leaf).link("swp1", up=leaf not in LEGS[legs] or legs in SILENT)
    if not LEGS[legs]:
        pairstate.wait_serving(lab, 60)
        return
    up = {leaf: leaf not in LEGS[legs] for leaf in l2.LEAVES}
    lab.wait_for(lambda: all(bond1(lab, leaf)["distributing"] == up[leaf] for leaf in l2.LEAVES), 20, f"legs {legs}")
    lab.wait_for(lambda: not any(bond1(lab, leaf)["dualConnected"] for leaf in l2.LEAVES), 5, "both to know it")


def prepare(lab):
    for leaf in l2.LEAVES:
        lab.node(leaf).run(["bridge", "vlan", "add", "dev", "bond2", "vid", "10"])


def speak(lab, host, dev, mac):
    l2.send(lab.node(host), dev, l2.flow("speak", mac, l2.BROADCAST, VLAN[host]))


def sources(legs, home):
    """(flow, host, device) of all places but the address's own; server01 speaks over a leg that it has."""
    own = {"both": "eth2", "both-down": None}.get(legs, HOME[legs][1])
    every = [("s2left", "server02", "eth1"), ("s2right", "server02", "eth2"), ("orphan", "server03", "eth1")]
    return [s for s in every + ([("s1", "server01", own)] if own else []) if s[1] != home]


def count_frames(lab, places, mac, act=None):
    """{(flow, kind, host): numbers received}, none doubled, of how many frames of each kind from each place; act() happens meanwhile."""
    listeners = {host: l2.Listener(lab.node(host), *devs) for host, devs in LISTEN.items()}
    kinds = {"uc": mac, **FLOODED}
    count = COUNT if act is None else 400
    for listener in listeners.values():
        listener.__enter__()
    senders = [l2.sending(lab.node(host), dev, *(l2.flow(name + kind, OWN[host], dst, VLAN[host]) for kind, dst in kinds.items()),
                          count=count, interval=RATE if act is None else 0.02) for name, host, dev in places]
    if act:
        act()
    for sender in senders:
        assert sender.communicate(timeout=120).rc == 0
    for listener in listeners.values():
        listener.__exit__(None, None, None)
    got = {(name, kind, host): listener.numbers(name + kind) for name, _, _ in places for kind in kinds
           for host, listener in listeners.items()}
    assert not any(listener.doubles for listener in listeners.values()), {h: x.doubles for h, x in listeners.items()}
    return got, count


def check_frames(lab, legs, mac, home, known=True, act=None):
    """home None: its host has no leg, so nobody gets any."""
    places = sources(legs, home)
    got, count = count_frames(lab, places, mac, act)
    reached = {"server02", "server03"} | ({"server01"} if legs != "both-down" else set())
    want = {}
    for name, sender, _ in places:
        for host in LISTEN:
            others = count if host in reached and host != sender else 0
            want[name, "uc", host] = others if host == home or not known else 0
            want.update({(name, kind, host): others for kind in FLOODED})
    assert got == want, (legs, mac, {key: (got[key], want[key]) for key in want if got[key] != want[key]})


# ------------------------------------------------------------------ operations: each gives what must hold from then on

def learn(lab, legs):
    mac, (host, dev) = fresh(), HOME[legs]
    speak(lab, host, dev, mac)
    l2.wait_entries(lab, mac, KNOWN[legs], 5, f"learned, legs {legs}")
    return mac, KNOWN[legs], host, True


def move(lab, legs):
    mac, (host, dev) = fresh(), HOME[legs]
    speak(lab, "server02", "eth1", mac)
    l2.wait_entries(lab, mac, ("bond2", "bond2 mirror"), 5, "where it was before")
    speak(lab, host, dev, mac)
    l2.wait_entries(lab, mac, KNOWN[legs], 5, f"moved, legs {legs}")
    return mac, KNOWN[legs], host, True


def clear(lab, legs):
    mac, _, host, _ = learn(lab, legs)
    for leaf, entry in zip(l2.LEAVES, KNOWN[legs]):
        if "mirror" not in entry:
            lab.node(leaf).run(["bridge", "fdb", "del", mac, "dev", entry, "master", "vlan", "10"])
    l2.wait_entries(lab, mac, (None, None), 5, "cleared where it was learned")
    return mac, (None, None), host, False


def static(lab, legs):
    """Sticky too: the bridge itself lets a static one follow its traffic."""
    mac = fresh()
    for leaf in l2.LEAVES:
        lab.node(leaf).run(["bridge", "fdb", "add", mac, "dev", "bond1", "master", "static", "sticky", "vlan", "10"])
    speak(lab, "server02", "eth1", mac)
    return mac, ("bond1 static", "bond1 static"), None if legs == "both-down" else "server01", True


OPERATIONS = {"learn": learn, "move": move, "clear": clear, "static": static}


def restart(lab, leaf):
    old = lab.node(leaf).pid("mlagd")
    lab.node(leaf).kill("mlagd", signal.SIGKILL)
    lab.wait_for(lambda: lab.node(leaf).pid("mlagd") not in (None, old)
                 and pairstate.mlag(lab, leaf)["syncState"]["state"] == "synchronised", 60, f"{leaf}'s mlagd to be back")


def run(lab, legs, restarted=(), operations=OPERATIONS):
    """A row of the matrix; what held before a restart holds during and after it. The legs stay as they are."""
    set_legs(lab, legs)
    held = {name: OPERATIONS[name](lab, legs) for name in operations}
    for name, (mac, entries, home, known) in held.items():
        check_frames(lab, legs, mac, home, known)
        l2.wait_entries(lab, mac, entries, 5, f"{name}, legs {legs}")
    for leaf in restarted:
        mac, _, home, _ = held["learn"]
        check_frames(lab, legs, mac, home, act=lambda: restart(lab, leaf))
        for name, (mac, entries, home, known) in held.items():
            l2.wait_entries(lab, mac, entries, 5, f"{name}, legs {legs}, {leaf} restarted")
            check_frames(lab, legs, mac, home, known)
    if "static" in held:
        for leaf in l2.LEAVES:
            lab.node(leaf).run(["bridge", "fdb", "del", held["static"][0], "dev", "bond1", "master", "vlan", "10"])


def age(lab, legs, restarted=()):
    """Silent, it goes from both, also when mlagd was away meanwhile."""
    set_legs(lab, legs)
    l2.ageing(lab, AGEING)
    try:
        mac, _, _, _ = learn(lab, legs)
        for leaf in restarted:
            restart(lab, leaf)
        l2.wait_entries(lab, mac, (None, None), 3 * AGEING, f"silent, legs {legs}")
    finally:
        l2.ageing(lab, 300)


def flap(lab, flaps):
    """server01's legs, one after the other, as fast as they go down and up; then the pair is whole and an address moves."""
    pairstate.wait_serving(lab, 60)
    for n in range(flaps):
        lab.node(l2.LEAVES[n & 1]).run(["ip", "-batch", "-"], input="link set swp1 down\nlink set swp1 up\n")
    pairstate.wait_serving(lab, 60)
    mac = fresh()
    for dev, want in (("eth1", ("bond1", "bond1 mirror")), ("eth2", ("bond1 mirror", "bond1"))):
        for leaf in l2.LEAVES:
            lab.node(leaf).run(["bridge", "fdb", "del", mac, "dev", "bond1", "master", "vlan", "10"], check=False)
        l2.wait_entries(lab, mac, (None, None), 5, "cleared")
        speak(lab, "server01", dev, mac)
        l2.wait_entries(lab, mac, want, 5, f"heard on {dev}")
