# SPDX-License-Identifier: GPL-2.0-or-later
"""A bridge that knows no VLANs, beside the one that does: peerlink.30, bond1.30, bond2.30 and leaf02's swp3.30 in br30 (C10).

It comes into being while the pair serves (C12) and goes again. Addresses, flooding and failover in it are those of one switch.
"""

import pytest

import l2
import l2_matrix
import mcast
import pairstate
import plain
import stp
from plain import BR, VID


@pytest.fixture(scope="module")
def lan(pair):
    pairstate.wait_whole(pair, 60)
    try:
        plain.build(pair)
        yield pair
    finally:
        plain.destroy(pair)


def test_flooded_once_and_never_back(lan):
    mac = "02:00:00:00:30:10"

    def learn():
        l2.send(lan.node("server01"), "eth2", l2.flow("learn", mac, l2.BROADCAST, VID), count=200, interval=0.002)
        plain.wait_entries(lan, BR, mac, (f"bond1.{VID} mirror", f"bond1.{VID}"), "meanwhile")

    lost = plain.everybody(lan, VID, plain.KINDS, learn)
    assert lost == {key: 0 for key in lost}


def test_an_address_is_known_on_both(lan):
    _, mac = plain.HOSTS["server01"]
    for dev, want in (("eth1", (f"bond1.{VID}", f"bond1.{VID} mirror")), ("eth2", (f"bond1.{VID} mirror", f"bond1.{VID}"))):
        for leaf in l2.LEAVES:
            lan.node(leaf).run(["bridge", "fdb", "del", mac, "dev", f"bond1.{VID}", "master"], check=False)
        plain.wait_entries(lan, BR, mac, (None, None), "cleared")
        l2.send(lan.node("server01"), dev, l2.flow("learn", mac, l2.BROADCAST, VID))
        plain.wait_entries(lan, BR, mac, want, f"heard on {dev}")
    _, orphan = plain.HOSTS["server03"]
    l2.send(lan.node("server03"), "eth1", l2.flow("learn", orphan, l2.BROADCAST, VID))
    plain.wait_entries(lan, BR, orphan, (f"peerlink.{VID} mirror", f"swp3.{VID}"), "an orphan's")
    shown = {(e["mac"], e["vlan"]) for e in lan.node("leaf01").vtysh_json("show mlag mac json")}
    assert {(mac, VID), (orphan, VID)} <= shown
    assert [plain.copies(lan, leaf, BR) for leaf in l2.LEAVES] == [[], []]
    own = lan.node("leaf02").json(["ip", "-j", "link", "show", BR])[0]["address"]
    lan.wait_for(lambda: plain.entry(lan, "leaf01", BR, own) == f"peerlink.{VID} mirror", 10, "the peer's own address")


def test_a_leg_goes_and_comes(lan):
    """What is for server01 goes over the peerlink meanwhile; nothing is doubled or echoed, and others lose nothing."""
    mac = "02:00:00:00:30:11"
    l2.send(lan.node("server01"), "eth1", l2.flow("learn", mac, l2.BROADCAST, VID))
    plain.wait_entries(lan, BR, mac, (f"bond1.{VID}", f"bond1.{VID} mirror"), "before")

    def flap():
        lan.node("leaf01").link("swp1", up=False)
        lan.wait_for(lambda: all("bond1" not in pairstate.dual(lan, leaf) for leaf in l2.LEAVES), 20, "the leg to be down")
        with l2.Listener(lan.node("server01"), "eth2") as listener:
            for host in ("server02", "server03"):
                dev, src = plain.HOSTS[host]
                l2.send(lan.node(host), dev, l2.flow(host[-2:] + "kn", src, mac, VID), count=100, interval=0.002)
        detoured.extend(listener.numbers(host[-2:] + "kn") for host in ("server02", "server03"))
        lan.node("leaf01").link("swp1", up=True)
        lan.wait_for(lambda: all("bond1" in pairstate.dual(lan, leaf) for leaf in l2.LEAVES), 20, "the leg to be back")

    detoured = []
    lost = plain.everybody(lan, VID, {"bc": l2.BROADCAST}, flap)
    assert detoured == [100, 100], "to a host with one leg left"
    assert {key: n for key, n in lost.items() if "server01" not in key and n} == {}


def test_a_restart_touches_nothing(lan):
    _, mac = plain.HOSTS["server01"]

    def restart():
        l2_matrix.restart(lan, "leaf01")
        assert plain.entry(lan, "leaf01", BR, orphan) == f"peerlink.{VID} mirror"

    _, orphan = plain.HOSTS["server03"]
    lost = plain.everybody(lan, VID, {"bc": l2.BROADCAST, "kn": mac}, restart)
    flooded = {key: n for key, n in lost.items() if key[1] == "bc"}
    assert flooded == {key: 0 for key in flooded}
    assert {key: n for key, n in lost.items() if key[1:] == ("kn", "server01") and n} == {}


@pytest.fixture
def host(lan):
    """server01 with an address in VLAN 30."""
    node = lan.node("server01")
    node.sh(f"ip link add link bond0 name bond0.{VID} type vlan id {VID}; ip address add 10.1.{VID}.101/24 dev bond0.{VID};"
            f"ip link set bond0.{VID} up")
    yield node
    node.run(["ip", "link", "del", f"bond0.{VID}"])


def neighbour(lab, leaf):
    found = lab.node(leaf).json(["ip", "-j", "neigh", "show", "dev", BR]) or []
    return {n["dst"]: n["lladdr"] for n in found if "lladdr" in n}.get(f"10.1.{VID}.101")


def test_the_bridge_is_an_svi(lan, host):
    """Its virtual router answers, on both members; what one knows of a host and its groups, the other does (C7, C8, E1)."""
    gateway, group = f"10.1.{VID}.1", "239.30.30.30"
    for leaf in l2.LEAVES:
        lan.node(leaf).run(["ip", "address", "add", f"10.1.{VID}.{int(leaf[-1]) + 1}/24", "dev", BR])
        lan.node(leaf).configure(f"interface {BR}", f"mlag vrr address {gateway}/24")
    try:
        for leaf in l2.LEAVES:
            lan.wait_for(lambda: next(v for v in lan.node(leaf).vtysh_json("show mlag vrr json") if v["interface"] == BR)["up"],
                         10, f"{leaf}'s virtual router")
        lan.wait_for(lambda: host.run(["ping", "-c", "1", "-W", "1", gateway], check=False).rc == 0, 10, "the gateway to answer")
        mac = host.json(["ip", "-j", "link", "show", "bond0"])[0]["address"]
        lan.wait_for(lambda: all(neighbour(lan, leaf) == mac for leaf in l2.LEAVES), 10, "both to know the host")
        with mcast.Member(host, f"bond0.{VID}", group):
            lan.wait_for(lambda: sorted(mcast.ports(lan, leaf, group, None, BR).get(f"bond1.{VID}", "") for leaf in l2.LEAVES)
                         == ["ours", "own"], 10, "both to have the group")
    finally:
        for leaf in l2.LEAVES:
            lan.node(leaf).configure(f"interface {BR}", f"no mlag vrr address {gateway}/24")
            lan.wait_for(lambda: lan.node(leaf).run(["ip", "link", "show", f"{BR}-v0"], check=False).rc, 10, "its device to go")


def test_bpdus_by_role(lan):
    """STP on this bridge alone (C9): tagged as its frames are, from the primary alone while the bond is dual; nothing is doubled."""
    before = stp.shown(lan, "leaf02")["bpdusDropped"]
    stp.start(lan, BR)
    stp.bridge(lan, "leaf01", BR, "priority", 4096)
    lan.wait_for(lambda: stp.forwards(lan, BR) and not stp.is_root(lan, "leaf02", BR), 20, "one tree")
    # the root speaks on every port; leaf02, next to it, would speak on the bond too
    heard = []
    lost = plain.everybody(lan, VID, {"bc": l2.BROADCAST}, lambda: heard.append(stp.heard(lan, "eth1", "eth2")))
    assert heard[0][1] == 0 and lost == {key: 0 for key in lost}
    assert stp.shown(lan, "leaf02")["bpdusDropped"] > before
    lan.node("leaf01").link("swp1", up=False)
    try:
        lan.wait_for(lambda: "bond1" not in pairstate.dual(lan, "leaf02"), 10, "bond1 to be single-connected")
        assert stp.heard(lan, "eth2", "eth1")[1] == 0
    finally:
        lan.node("leaf01").link("swp1", up=True)
    pairstate.wait_serving(lan, 60)
