# SPDX-License-Identifier: GPL-2.0-or-later
"""VLANs, an MLAG bond and a VNI come and go while others are in use (C12).

server01 and server03 speak in VLAN 10 all the time, to each other and to all. Nothing of theirs is lost, doubled or echoed,
and what has come works at once.
"""

import contextlib

import pytest

import l2
import pairstate

VID, VNI = 40, 4040
ONE, TWO, THREE = "02:00:00:00:40:01", "02:00:00:00:40:02", "02:00:00:00:40:03"
LISTEN = {"server01": ("eth1", "eth2"), "server03": ("eth1",)}
CARRY = {"leaf01": ("peerlink", "bond1", "bond2"), "leaf02": ("peerlink", "bond1", "bond2", "swp3")}


@pytest.fixture(scope="module")
def lan(pair):
    pairstate.wait_whole(pair, 60)
    yield pair


@contextlib.contextmanager
def unconcerned(lab):
    """All of it arrives, once each, whatever the block does."""
    with contextlib.ExitStack() as stack:
        heard = {host: stack.enter_context(l2.Listener(lab.node(host), *devs)) for host, devs in LISTEN.items()}
        for host, src in (("server01", ONE), ("server03", THREE)):     # known from the beginning
            l2.send(lab.node(host), "eth1", l2.flow("hello", src, l2.BROADCAST))
        l2.wait_entries(lab, ONE, ("bond1", "bond1 mirror"), 10, "server01's")
        l2.wait_entries(lab, THREE, ("peerlink mirror", "swp3"), 10, "server03's")
        with contextlib.ExitStack() as sending:
            one = sending.enter_context(l2.Sender(lab.node("server01"), "bond0", l2.flow("one to three", ONE, THREE),
                                                  l2.flow("one to all", ONE, l2.BROADCAST), interval=0.01))
            three = sending.enter_context(l2.Sender(lab.node("server03"), "eth1", l2.flow("three to one", THREE, ONE),
                                                    l2.flow("three to all", THREE, l2.BROADCAST), interval=0.01))
            yield
    flows = ("one to three", "one to all", "three to one", "three to all")
    assert {host: dict(x.doubles) for host, x in heard.items() if x.doubles} == {}
    assert {name: heard["server01"].numbers(name) for name in flows} == dict(zip(flows, (0, 0, three.count, three.count)))
    assert {name: heard["server03"].numbers(name) for name in flows} == dict(zip(flows, (one.count, one.count, 0, 0)))


def carry(lab, leaf, act, ports):
    lines = [f"vlan {act} dev {port} vid {VID}" for port in ports]
    lab.node(leaf).run(["bridge", "-batch", "-"], input="\n".join(lines) + "\n")


def serves(lab, count=50):
    """The new VLAN: what each of three hosts sends to all arrives once at the other two."""
    hosts = {"server01": "bond0", "server02": "bond0", "server03": "eth1"}
    with contextlib.ExitStack() as stack:
        heard = {host: stack.enter_context(l2.Listener(lab.node(host), *(("eth1",) if host == "server03" else ("eth1", "eth2"))))
                 for host in hosts}
        for number, (host, dev) in enumerate(hosts.items()):
            l2.send(lab.node(host), dev, l2.flow(f"new {host}", f"02:00:00:00:41:0{number}", l2.BROADCAST, VID), count=count,
                    interval=0.002)
    got = {(name, host): (x.numbers(f"new {name}"), x.doubles[f"new {name}"]) for host, x in heard.items() for name in hosts}
    assert got == {key: (0, 0) if key[0] == key[1] else (count, 0) for key in got}


def test_a_vlan(lan):
    """leaf01 has it first, and hears a host there; leaf02 refuses the address until it has the VLAN too."""
    mac = "02:00:00:00:41:0f"
    with unconcerned(lan):
        carry(lan, "leaf01", "add", CARRY["leaf01"])
        l2.send(lan.node("server01"), "eth1", l2.flow("early", mac, l2.BROADCAST, VID))
        lan.wait_for(lambda: l2.entry(lan, "leaf01", mac, VID) == "bond1", 10, "leaf01 to learn it")
        lan.wait_for(lambda: (mac, VID) in {(e["mac"], e["vlan"]) for e in
                                            lan.node("leaf02").vtysh_json("show mlag mac json")}, 10, "leaf02 to hear of it")
        carry(lan, "leaf02", "add", CARRY["leaf02"])
        l2.wait_entries(lan, mac, ("bond1", "bond1 mirror"), 10, "the VLAN has come", vlan=VID)
        serves(lan)
        for leaf in l2.LEAVES:
            carry(lan, leaf, "del", CARRY[leaf])
        l2.wait_entries(lan, mac, (None, None), 10, "the VLAN has gone", vlan=VID)


def test_a_vni(lan):
    """Its device is a port like others while it is there; what came over the peerlink does not leave by it."""
    def closed(leaf):
        table = lan.node(leaf).run(["nft", "list", "table", "bridge", "frr_mlag_l3"], check=False).out
        return "vxlan40" in table

    with unconcerned(lan):
        for leaf in l2.LEAVES:
            carry(lan, leaf, "add", CARRY[leaf])
            lan.node(leaf).run(["ip", "-batch", "-"], input="\n".join([
                f"link add vxlan40 type vxlan id {VNI} local 10.10.10.{leaf[-1]} dstport 4789 nolearning",
                "link set vxlan40 master br_default", "link set vxlan40 up"]) + "\n")
            lan.node(leaf).run(["bridge", "vlan", "add", "dev", "vxlan40", "vid", str(VID), "pvid", "untagged"])
        lan.wait_for(lambda: all(closed(leaf) for leaf in l2.LEAVES), 10, "what came over the peerlink not to leave by it")
        serves(lan)
        for leaf in l2.LEAVES:
            lan.node(leaf).run(["ip", "link", "del", "vxlan40"])
            carry(lan, leaf, "del", CARRY[leaf])
        lan.wait_for(lambda: not any(closed(leaf) for leaf in l2.LEAVES), 10, "the rule to go")


def test_an_mlag_bond(lan):
    """bond2 is deleted on both and made anew; its id in the configuration is waiting for it."""
    with unconcerned(lan):
        for leaf in l2.LEAVES:
            lan.node(leaf).run(["ip", "link", "del", "bond2"])
        lan.wait_for(lambda: all(pairstate.dual(lan, leaf) == {"bond1"} for leaf in l2.LEAVES), 10, "bond2 to be gone")
        for leaf in l2.LEAVES:
            lan.node(leaf).run(["ip", "-batch", "-"], input="\n".join([
                "link add bond2 type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4",
                "link set swp2 down", "link set swp2 master bond2", "link set bond2 master br_default",
                "link set bond2 up", "link set swp2 up"]) + "\n")
            lan.node(leaf).run(["bridge", "vlan", "add", "dev", "bond2", "vid", "20", "pvid", "untagged"])
        pairstate.wait_serving(lan, 60)
    l2.send(lan.node("server02"), "eth1", l2.flow("again", TWO, l2.BROADCAST))
    l2.wait_entries(lan, TWO, ("bond2", "bond2 mirror"), 10, "server02's", vlan=20)
