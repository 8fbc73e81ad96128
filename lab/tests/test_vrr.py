# SPDX-License-Identifier: GPL-2.0-or-later
"""Virtual routers (E1 E2 E3 E5): one MAC answers for the gateway, on every leg, always; and devices follow what they stand on."""

import pytest

import pairstate
from demo_steps import set_links
from vrr import Asking

VMAC = "00:00:5e:00:01:01"
GATEWAY, GATEWAY6 = "10.1.10.1", "2001:db8:10::1"
LEGS = ("eth1", "eth2")


def vrr(lab, leaf, svi):
    """`show mlag vrr json`, the entry of an SVI; {} when there is none."""
    return next((r for r in lab.node(leaf).vtysh_json("show mlag vrr json") if r["interface"] == svi), {})


def device(lab, leaf, name):
    """`ip -j -d link` of a device; {} when there is none."""
    out = lab.node(leaf).run(["ip", "-j", "-d", "link", "show", "dev", name], check=False)
    return lab.node(leaf).json(["ip", "-j", "-d", "link", "show", "dev", name])[0] if out.rc == 0 else {}


def addresses(lab, leaf, name):
    return {a["local"] for a in lab.node(leaf).json(["ip", "-j", "address", "show", "dev", name])[0]["addr_info"]
            if not a["local"].startswith("fe80")}


def serves(lab, leaf, svi):
    return vrr(lab, leaf, svi).get("up") is True


@pytest.fixture(scope="module")
def routers(pair):
    """The pair with IPv6 on vlan10 too."""
    pairstate.wait_whole(pair, 60)
    for number, leaf in enumerate(pairstate.LEAVES, 2):
        pair.node(leaf).run(["ip", "address", "add", f"2001:db8:10::{number}/64", "dev", "vlan10"])
        assert pair.node(leaf).configure("interface vlan10", f"mlag vrr address {GATEWAY6}/64").rc == 0
        pair.wait_for(lambda leaf=leaf: {GATEWAY, GATEWAY6} <= addresses(pair, leaf, "vlan10-v0"), 10, f"{leaf}'s gateway in IPv6")
        pair.node(leaf).vtysh("write memory")
    return pair


@pytest.mark.parametrize("gateway", (GATEWAY, GATEWAY6))
def test_every_question_has_one_answer_from_one_mac(routers, gateway):
    with Asking(routers.node("server01"), gateway, *LEGS) as asking:
        routers.node("server01").run(["sleep", "3"])
    print(asking.of)
    assert asking.macs() == {VMAC}
    for leg in LEGS:
        assert asking.answers(leg) == asking.of[leg]["asked"] > 50


def test_an_own_address_is_answered_by_its_own_mac_alone(routers):
    for number, leaf in enumerate(pairstate.LEAVES, 2):
        with Asking(routers.node("server01"), f"10.1.10.{number}", *LEGS) as asking:
            routers.node("server01").run(["sleep", "1"])
        assert asking.macs() == {device(routers, leaf, "vlan10")["address"]}


@pytest.mark.parametrize("gateway", (GATEWAY, GATEWAY6))
def test_one_mac_through_cut_and_return(routers, gateway):
    """The peerlink is cut and healed while every leg asks: nobody ever names another MAC, nor answers twice."""
    pairstate.wait_serving(routers, 60)
    with Asking(routers.node("server01"), gateway, *LEGS) as asking:
        set_links(routers.node("leaf01"), ("swp49", "swp50"), False)
        routers.wait_for(lambda: pairstate.mlag(routers, "leaf02")["fenced"], 10, "leaf02's fence")
        routers.wait_for(lambda: not serves(routers, "leaf02", "vlan10"), 10, "leaf02's gateway to be down")
        assert serves(routers, "leaf01", "vlan10")
        set_links(routers.node("leaf01"), ("swp49", "swp50"), True)
        pairstate.wait_serving(routers, 60)
        routers.wait_for(lambda: serves(routers, "leaf02", "vlan10"), 10, "leaf02's gateway to be up")
    print(asking.of)
    assert asking.macs() == {VMAC}
    for leg in LEGS:
        assert 0 < asking.answers(leg) <= asking.of[leg]["asked"]


def test_restart_of_mlagd_touches_nothing(routers):
    leaf = routers.node("leaf01")
    with leaf.popen(["ip", "monitor", "link", "address", "dev", "vlan10-v0"]) as monitor:
        before, pid = device(routers, "leaf01", "vlan10-v0"), leaf.pid("mlagd")
        leaf.kill("mlagd")
        routers.wait_for(lambda: leaf.pid("mlagd") not in (None, pid), 60, "watchfrr to restart mlagd")
        routers.wait_for(lambda: serves(routers, "leaf01", "vlan10"), 30, "mlagd to know its gateway")
        pairstate.wait_serving(routers, 60)
        monitor.terminate()
        assert monitor.communicate(None, 10).out == ""
    assert device(routers, "leaf01", "vlan10-v0")["ifindex"] == before["ifindex"]


def test_an_svi_that_vanishes_and_returns(routers):
    leaf = routers.node("leaf02")
    try:
        leaf.run(["ip", "link", "del", "vlan20"])
        routers.wait_for(lambda: vrr(routers, "leaf02", "vlan20").get("conflict") == "no such interface", 10, "the SVI to be missed")
        assert device(routers, "leaf02", "vlan20-v0") == {}
    finally:
        leaf.sh("ip link add link br_default name vlan20 type vlan id 20; ip link set vlan20 up; ip address add 10.1.20.3/24 dev vlan20")
    routers.wait_for(lambda: serves(routers, "leaf02", "vlan20"), 10, "the gateway to be back")
    assert addresses(routers, "leaf02", "vlan20-v0") == {"10.1.20.1"}
    with Asking(routers.node("server02"), "10.1.20.1", *LEGS) as asking:
        routers.node("server02").run(["sleep", "1"])
    assert asking.macs() == {VMAC}


def test_a_vrf_that_comes_later(routers):
    """E5: the device follows its SVI into a VRF and out of it, and serves in both."""
    leaf = routers.node("leaf01")
    leaf.sh("ip link add RED type vrf table 100; ip link set RED up; ip link set vlan20 master RED")
    try:
        routers.wait_for(lambda: device(routers, "leaf01", "vlan20-v0").get("master") == "RED", 10, "the device in VRF RED")
        routers.wait_for(lambda: vrr(routers, "leaf01", "vlan20").get("vrf") == "RED", 10, "its VRF to be shown")
        routers.wait_for(lambda: serves(routers, "leaf01", "vlan20"), 10, "the gateway in VRF RED")
    finally:
        leaf.run(["ip", "link", "del", "RED"])
    routers.wait_for(lambda: "master" not in device(routers, "leaf01", "vlan20-v0"), 10, "the device outside")
    routers.wait_for(lambda: serves(routers, "leaf01", "vlan20"), 10, "the gateway to serve again")
    assert addresses(routers, "leaf01", "vlan20-v0") == {"10.1.20.1"}


def test_a_mac_that_changes(routers):
    """The device's link-local address follows it, and while the members differ both say so (E2 E9)."""

    def link_local(leaf):
        found = routers.node(leaf).json(["ip", "-j", "address", "show", "dev", "vlan10-v0"])[0]["addr_info"]
        return {a["local"] for a in found if a["local"].startswith("fe80")}

    def differ():
        return [vrr(routers, leaf, "vlan10")["conflict"] == "the peer's virtual router has another MAC" for leaf in pairstate.LEAVES]

    pairstate.wait_serving(routers, 60)
    for mac, line, done in (("00:00:5e:00:01:2a", "mlag vrr mac 00:00:5e:00:01:2a", "fe80::200:5eff:fe00:12a"),
                            (VMAC, "no mlag vrr mac", "fe80::200:5eff:fe00:101")):
        for leaf in pairstate.LEAVES:
            assert routers.node(leaf).configure("interface vlan10", line).rc == 0
            routers.wait_for(lambda leaf=leaf: link_local(leaf) == {done}, 10, f"{leaf}'s vlan10-v0 to have {done}")
            assert device(routers, leaf, "vlan10-v0")["address"] == mac
            if leaf == pairstate.LEAVES[0]:
                routers.wait_for(lambda: differ() == [True, True], 10, "both to say that their MACs differ")
        routers.wait_for(lambda: differ() == [False, False], 10, "both to agree")
        routers.wait_for(lambda: all(serves(routers, leaf, "vlan10") for leaf in pairstate.LEAVES), 10, "both gateways")


def test_one_shared_vtep_alone_is_a_conflict(routers):
    """Both members say that one has an anycast address and the other has none (E6), before anything follows from it."""

    def conflict():
        return [pairstate.mlag(routers, leaf)["anycastIpConflict"] for leaf in pairstate.LEAVES]

    pairstate.wait_serving(routers, 60)
    assert conflict() == [False, False]
    assert routers.node("leaf01").configure("mlag", "vxlan anycast-ip 10.0.1.12").rc == 0
    routers.wait_for(lambda: conflict() == [True, True], 5, "both to say that they differ")
    assert pairstate.mlag(routers, "leaf02")["peerAnycastIp"] == "10.0.1.12"
    assert routers.node("leaf01").configure("mlag", "no vxlan anycast-ip").rc == 0
    routers.wait_for(lambda: conflict() == [False, False], 5, "both to agree")


def test_conflicts_are_shown_and_end(routers):
    """E1: without an own address in the subnet, and with the virtual one as its own, there is no virtual router of that address."""
    leaf = routers.node("leaf01")
    assert leaf.configure("interface vlan20", "mlag vrr address 10.1.20.2/24").rc != 0, "its own address is refused"
    cases = ((lambda: leaf.configure("interface vlan20", "mlag vrr address 10.77.0.1/24"), "no address of its own",
              lambda: leaf.configure("interface vlan20", "no mlag vrr address 10.77.0.1/24"), {"10.1.20.1"}),
             (lambda: leaf.run(["ip", "address", "add", "10.1.20.1/24", "dev", "vlan20"]), "the SVI's own address",
              lambda: leaf.run(["ip", "address", "del", "10.1.20.1/24", "dev", "vlan20"]), set()),
             (lambda: leaf.run(["ip", "address", "del", "10.1.20.2/24", "dev", "vlan20"]), "no address of its own",
              lambda: leaf.run(["ip", "address", "add", "10.1.20.2/24", "dev", "vlan20"]), set()))
    for make, words, unmake, left in cases:
        make()
        try:
            routers.wait_for(lambda words=words: words in (vrr(routers, "leaf01", "vlan20").get("conflict") or ""), 10, words)
            routers.wait_for(lambda left=left: ("UP" in device(routers, "leaf01", "vlan20-v0")["flags"]) == bool(left), 10,
                             f"a gateway of {left or 'nothing'}: {words}")
            assert left <= addresses(routers, "leaf01", "vlan20-v0")
        finally:
            unmake()
        routers.wait_for(lambda: serves(routers, "leaf01", "vlan20"), 10, f"the conflict to be over: {words}")


def test_removed_configuration_removes_the_device(routers):
    leaf = routers.node("leaf01")
    ignore = "/proc/sys/net/ipv4/conf/vlan20/arp_ignore"
    assert leaf.get(ignore).strip() == "1"
    assert leaf.configure("interface vlan20", "no mlag vrr address 10.1.20.1/24").rc == 0
    try:
        routers.wait_for(lambda: device(routers, "leaf01", "vlan20-v0") == {}, 10, "the device to go")
        assert vrr(routers, "leaf01", "vlan20") == {}
        assert leaf.get(ignore).strip() == leaf.get("/proc/sys/net/ipv4/conf/default/arp_ignore").strip()
    finally:
        leaf.configure("interface vlan20", "mlag vrr address 10.1.20.1/24")
    routers.wait_for(lambda: serves(routers, "leaf01", "vlan20"), 10, "the device to come")
