# SPDX-License-Identifier: GPL-2.0-or-later
"""Multicast through two members that snoop (C7): delivered exactly once, whatever leg joins, leaves or fails.

server01 is dual-attached in VLAN 10, server02 gets VLAN 10 tagged, server03 is an orphan of leaf02. The bridges ask; the hosts
answer with their kernel's own IGMP and MLD. The short of it is in test_l2_neigh.py.
"""

import os
import signal

import pytest

import l2
import mcast
import pairstate

pytestmark = pytest.mark.skipif("mcast" not in os.environ.get("LAB_PATTERNS", ""), reason="a minute: lab/lab test test_l2_mcast")

V4, V6 = "239.1.1.1", "ff3e::1:1"
SOURCES = mcast.SOURCES


@pytest.fixture(scope="module")
def lan(pair):
    pairstate.wait_whole(pair, 60)
    mcast.prepare(pair)
    return pair


@pytest.mark.parametrize("group", [V4, V6])
def test_one_leg_joins_both_deliver_and_neither_after_the_leave(lan, group):
    with mcast.Member(lan.node("server01"), "bond0", group) as member:
        mcast.wait_known(lan, group, "bond1")
        owners = [mcast.ports(lan, leaf, group)["bond1"] for leaf in l2.LEAVES]
        assert sorted(owners) == ["ours", "own"]
        got = mcast.delivered(lan, group, SOURCES)
        assert got == {host: {"server01": (100, 0)} for host, _ in SOURCES}
        known = {e["group"]: e for e in lan.node("leaf01").vtysh_json("show mlag mdb json")}
        assert known[group]["mlagId"] == 1 and known[group]["vlan"] == 10
        member.leave()
        mcast.wait_ports(lan, group, ({}, {}), 20, "left")
    assert mcast.delivered(lan, group, SOURCES) == {host: {} for host, _ in SOURCES}


@pytest.mark.parametrize("group", [V4, V6])
def test_who_joins_and_leaves_at_once_has_left(lan, group):
    """The leave comes in on the other leg or on the same one; a report of a moment ago is no answer to the question that follows it."""
    for _ in range(3):
        with mcast.Member(lan.node("server01"), "bond0", group) as member:
            mcast.wait_known(lan, group, "bond1")
            member.leave()
        mcast.wait_ports(lan, group, ({}, {}), 20, "left")


@pytest.fixture
def two(lan):
    """Two listeners behind server01's bond, whose reports take a leg each (layer3+4): 10.1.10.150 and .152, on vm0 and vm2."""
    server = lan.node("server01")
    for n in (0, 2):
        server.sh(f"ip link add vm{n} link bond0 address 02:00:00:00:aa:0{n} type macvlan mode bridge;"
                  f"ip address add 10.1.10.15{n}/24 dev vm{n}; ip link set vm{n} up")
    yield ("vm0", "vm2")
    for n in (0, 2):
        server.run(["ip", "link", "del", f"vm{n}"])
    speak(lan, 2)


def speak(lan, version):
    """Of IGMP, and its like of MLD."""
    for leaf in l2.LEAVES:
        lan.node(leaf).run(["ip", "link", "set", l2.BRIDGE, "type", "bridge", "mcast_igmp_version", str(version),
                            "mcast_mld_version", str(version - 1)])


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("leaver", [0, 1])
@pytest.mark.parametrize("version,group", [(2, V4), (2, "239.1.1.2"), (3, V4), (2, V6), (3, V6)])
def test_one_of_two_behind_a_bond_stays(lan, two, version, group, leaver, order):
    """For what comes in on either member; and once both have left, it ends. A leave of IGMPv2 takes another leg than the report in 239.1.1.2."""
    speak(lan, version)
    server = lan.node("server01")
    for dev in two:  # from the first report on: who joins in MLDv2 and is asked in MLDv1 then, says no leave
        server.sh(f"echo {version} > /proc/sys/net/ipv4/conf/{dev}/force_igmp_version;"
                  f"echo {version - 1} > /proc/sys/net/ipv6/conf/{dev}/force_mld_version")
    sources = (("leaf01", "vlan10"), ("server03", "eth1"))
    count, interval = 1600, 0.005
    with mcast.Member(server, two[order[0]], group) as first:
        mcast.wait_known(lan, group, "bond1")
        with mcast.Member(server, two[order[1]], group) as second:
            with mcast.Everybody(lan) as all_:
                senders = [lan.node(node).popen(["python3", "-c", mcast.SEND, dev, group, node, str(count), str(interval)]) for node, dev in sources]
                (first, second)[leaver].leave()
                late = 0  # a host that stops the guest as an entry ends lets what is overdue be sent before mlagd sees the end
                for sender in senders:
                    assert sender.wait(60 + 2 * count * interval) == 0
                    late = max(late, float(sender.stdout.readline()))
                    sender.__exit__(None, None, None)
            (second, first)[leaver].leave()
            mcast.wait_ports(lan, group, ({}, {}), 20, "both have left")
    got = {node: all_.of(node)["server01"] for node, _ in sources}
    print(got, late)
    assert all(numbers >= count - 20 - late / interval and not doubles for numbers, doubles in got.values()), got


@pytest.mark.parametrize("leaf", l2.LEAVES)
def test_a_leg_goes_and_comes(lan, leaf):
    """Also when it was on this leg that the host had been heard."""
    with mcast.Member(lan.node("server01"), "bond0", V4):
        mcast.wait_known(lan, V4, "bond1")
        mcast.leg_goes_and_comes(lan, leaf, V4, back=True)
    lan.wait_for(lambda: not any(mcast.ports(lan, name, V4) for name in l2.LEAVES), 30, "it to have left")


def test_orphan_over_the_peerlink(lan):
    sources = (("server01", "bond0"), ("server02", "bond0.10"))
    with mcast.Member(lan.node("server03"), "eth1", V4) as member:
        mcast.wait_ports(lan, V4, ({"peerlink": "ours"}, {"swp3": "own"}), 5, "an orphan has joined")
        for restart in (False, True):
            if restart:
                old = lan.node("leaf01").pid("mlagd")
                lan.node("leaf01").kill("mlagd", signal.SIGKILL)
                lan.wait_for(lambda: lan.node("leaf01").pid("mlagd") not in (None, old)
                             and pairstate.mlag(lan, "leaf01")["syncState"]["state"] == "synchronised", 60, "mlagd to be back")
            assert mcast.ports(lan, "leaf01", V4) == {"peerlink": "ours"}
            assert mcast.delivered(lan, V4, sources) == {host: {"server03": (100, 0)} for host, _ in sources}
        member.leave()
        mcast.wait_ports(lan, V4, ({}, {}), 20, "left")
    assert mcast.delivered(lan, V4, sources) == {host: {} for host, _ in sources}


def test_static_is_configuration(lan):
    """Not told to the peer (C11)."""
    lan.node("leaf02").run(["bridge", "mdb", "add", "dev", l2.BRIDGE, "port", "bond2", "grp", V4, "permanent", "vid", "10"])
    with mcast.Member(lan.node("server01"), "bond0", V4):
        lan.wait_for(lambda: "bond1" in mcast.ports(lan, "leaf01", V4), 5, "what is learned to be told")
        assert set(mcast.ports(lan, "leaf01", V4)) == {"bond1"}
        assert mcast.ports(lan, "leaf02", V4)["bond2"] == "fixed"
    lan.node("leaf02").run(["bridge", "mdb", "del", "dev", l2.BRIDGE, "port", "bond2", "grp", V4, "vid", "10"])
    lan.wait_for(lambda: not any(mcast.ports(lan, name, V4) for name in l2.LEAVES), 30, "it to have left")


QUERY = r"""
import socket, struct, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind((sys.argv[1], 0))
def check(b):
    t = sum(struct.unpack(f"!{len(b) // 2}H", b)); t = (t & 0xffff) + (t >> 16)
    return struct.pack("!H", ~t & 0xffff)
igmp = struct.pack("!BBH4s", 0x11, 100, 0, b"\0" * 4); igmp = igmp[:2] + check(igmp) + igmp[4:]
head = struct.pack("!BBHHHBBH4s4s4s", 0x46, 0xc0, 32, 0, 0, 1, 2, 0, socket.inet_aton("10.1.10.101"), socket.inet_aton("224.0.0.1"), b"\x94\4\0\0")
head = head[:10] + check(head) + head[12:]
s.send(bytes.fromhex("01005e000001") + bytes.fromhex(sys.argv[2].replace(":", "")) + b"\x08\0" + head + igmp)
"""


def test_router_behind_a_bond(lan):
    """server01 asks like a router, on one leg: it gets every group, from either member."""
    mac = lan.node("server01").json(["ip", "-j", "link", "show", "bond0"])[0]["address"]
    lan.node("server01").run(["python3", "-c", QUERY, "eth1", mac])
    lan.wait_for(lambda: "bond1" in mcast.routers(lan, "leaf01"), 5, "leaf01 to see it")
    lan.wait_for(lambda: "bond1" in mcast.routers(lan, "leaf02"), 5, "leaf02 to be told")
    got = mcast.delivered(lan, "239.7.7.7", SOURCES)
    assert {host: to.get("server01") for host, to in got.items()} == {host: (100, 0) for host, _ in SOURCES}
