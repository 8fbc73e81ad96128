#!/usr/bin/env python
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Two members, one VTEP: spine01 sees type-3 of both at the shared address; the fenced member goes back to its own, withdraws
the type-2 of its bonds, and the underlay leads to the other alone; it comes back behind its bgpd; VNIs that come later, on
the one device or on a device of their own, share it too; a new address replaces the old. Network: mlag_common.py.
"""

import functools
import json
import os
import sys

import pytest

CWD = os.path.dirname(os.path.realpath(__file__))
sys.path.append(os.path.join(CWD, "../"))

# pylint: disable=wrong-import-position
from lib.topogen import get_topogen

from mlag_common import (
    announced,
    evpn,
    expect,
    expect_reach,
    in_service,
    link,
    member_down,
    mlag,
    peerlink,
    run_lines,
    start,
    stop,
)

pytestmark = [pytest.mark.bgpd]

SHARED, ANOTHER = "10.0.1.12", "10.0.1.21"
OWN = {"leaf01": "10.10.10.1", "leaf02": "10.10.10.2"}
VXLAN = """
ip link add vxlan48 type vxlan external vnifilter local 10.10.10.{number} dstport 4789 nolearning
ip link set vxlan48 master br_default
bridge link set dev vxlan48 vlan_tunnel on learning off
bridge vlan add dev vxlan48 vid 10
bridge vlan add dev vxlan48 vid 10 tunnel_info id 10
bridge vni add dev vxlan48 vni 10
ip link set vxlan48 up
"""


def setup_module(mod):
    "The network, with a vxlan device on both leaves"
    start(mod, VXLAN)


def teardown_module():
    "Stop it all"
    stop()


def tunnels(vnis, **wanted):
    "None when each leaf's type-3, one a VNI, have the next hop wanted"
    got = {}
    for leaf, route, hop in evpn("multicast"):
        got.setdefault(leaf, {})[route] = hop
    for leaf, hop in wanted.items():
        if set(got.get(leaf, {}).values()) != {hop} or len(got[leaf]) < vnis:
            return "{}: {}".format(leaf, got.get(leaf))
    return None


def hosts(mac, *wanted):
    "None when exactly these leaves announce the host"
    got = sorted({leaf for leaf, (_, route), _ in evpn("macip") if mac in route})
    return None if got == sorted(wanted) else "announced by {}".format(got)


def source(name, device, wanted):
    local = link(name, device)["linkinfo"]["info_data"].get("local")
    return None if local == wanted else "{} of {} has {}".format(device, name, local)


def both(device, address):
    for name in OWN:
        expect(functools.partial(source, name, device, address), device)


def leads_to(name, mac, *ports):
    "The first of these ports that the leaf has mac at; None when at none"
    entries = json.loads(get_topogen().gears[name].cmd_raises("bridge -j fdb show br br_default"))
    return next((e["ifname"] for e in entries if e["mac"] == mac and e["ifname"] in ports), None)


def server_mac():
    return link("server01", "bond0")["address"]


def test_shared():
    "Both at one address, for the host too"
    in_service()
    both("vxlan48", SHARED)
    expect(functools.partial(tunnels, 1, leaf01=SHARED, leaf02=SHARED), "type-3")
    expect(functools.partial(announced, SHARED + "/32", ["swp1", "swp2"]), "underlay")
    expect_reach("server01", "10.1.10.2")
    expect_reach("server01", "10.1.10.3")
    expect(functools.partial(hosts, server_mac(), "leaf01", "leaf02"), "type-2 of server01")


def test_peerlink_lost():
    "leaf02 attracts nothing any more: neither by the shared address, nor for hosts by its own"
    peerlink("down")
    expect(functools.partial(announced, SHARED + "/32", ["swp1"]), "underlay")
    expect(functools.partial(hosts, server_mac(), "leaf01"), "type-2 of server01")
    expect(functools.partial(tunnels, 1, leaf01=SHARED, leaf02=OWN["leaf02"]), "type-3")
    expect(functools.partial(mlag, "leaf02", fenced=True), "leaf02")
    expect(functools.partial(source, "leaf02", "vxlan48", OWN["leaf02"]), "leaf02's device")
    expect(functools.partial(leads_to, "leaf02", server_mac(), "bond1", "peerlink"), "server01's address")


def bgpd(name, signal):
    run_lines(get_topogen().gears[name], "kill -{} $(cat /var/run/frr/bgpd.pid)".format(signal))


def test_legs_wait_for_routing():
    "Prepared, with the shared source, leaf02 leaves its legs down until bgpd has heard of that; leaf01 serves meanwhile"
    bgpd("leaf02", "STOP")
    try:
        peerlink("up")
        expect(functools.partial(source, "leaf02", "vxlan48", SHARED), "leaf02's device")
        run_lines(get_topogen().gears["server01"], "ping -q -c 20 -i 0.2 -W 1 10.1.10.2")
        assert member_down("leaf02", "swp1", True) is None
        assert mlag("leaf01", inService=True, peerInService=False) is None
    finally:
        bgpd("leaf02", "CONT")
    expect(functools.partial(member_down, "leaf02", "swp1", False), "leaf02's leg")


def test_peerlink_back():
    "Shared again"
    in_service()
    both("vxlan48", SHARED)
    expect(functools.partial(tunnels, 1, leaf01=SHARED, leaf02=SHARED), "type-3")
    expect(functools.partial(announced, SHARED + "/32", ["swp1", "swp2"]), "underlay")


def test_vni_that_comes_later():
    "On the one device, and on one of its own"
    for number, name in enumerate(OWN, 1):
        run_lines(
            get_topogen().gears[name],
            """
bridge vlan add dev peerlink vid 20
bridge vlan add dev vxlan48 vid 20
bridge vlan add dev vxlan48 vid 20 tunnel_info id 20
bridge vni add dev vxlan48 vni 20
ip link add vni30 type vxlan id 30 local 10.10.10.{number} dstport 4790 nolearning
ip link set vni30 master br_default
bridge vlan add dev vni30 vid 30 pvid untagged
ip link set vni30 up
""".format(number=number),
        )
    both("vni30", SHARED)
    expect(functools.partial(tunnels, 3, leaf01=SHARED, leaf02=SHARED), "type-3")


def test_fence_with_several_devices():
    "All go back, all return"
    peerlink("down")
    for device in ("vxlan48", "vni30"):
        expect(functools.partial(source, "leaf02", device, OWN["leaf02"]), device)
        assert source("leaf01", device, SHARED) is None
    peerlink("up")
    in_service()
    for device in ("vxlan48", "vni30"):
        both(device, SHARED)


def another(name):
    get_topogen().gears[name].vtysh_cmd("configure terminal\nmlag\nvxlan anycast-ip " + ANOTHER)


def test_another_address_on_one_alone():
    "Both say so; the primary serves on, and the secondary, proven to be the one too many, attracts nothing (F2)"
    another("leaf01")
    for name in OWN:
        expect(functools.partial(mlag, name, anycastIpConflict=True), name)
    expect(functools.partial(mlag, "leaf02", fenced=True, localRole="secondary", peerAnycastIp=ANOTHER), "leaf02")
    expect(functools.partial(announced, ANOTHER + "/32", ["swp1"]), "underlay")
    expect(functools.partial(announced, SHARED + "/32", []), "underlay")
    expect(functools.partial(hosts, server_mac(), "leaf01"), "type-2 of server01")
    expect(functools.partial(tunnels, 3, leaf01=ANOTHER, leaf02=OWN["leaf02"]), "type-3")
    expect(functools.partial(member_down, "leaf02", "swp1", True), "leaf02's leg")
    assert mlag("leaf01", inService=True, fenced=False) is None
    expect_reach("server01", "10.1.10.2")


def test_another_address_on_both():
    "The old one leaves no trace"
    another("leaf02")
    for name in OWN:
        expect(functools.partial(mlag, name, anycastIpConflict=False), name)
    in_service()
    for device in ("vxlan48", "vni30"):
        both(device, ANOTHER)
    expect(functools.partial(announced, ANOTHER + "/32", ["swp1", "swp2"]), "underlay")
    expect(functools.partial(announced, SHARED + "/32", []), "underlay")
    expect(functools.partial(tunnels, 3, leaf01=ANOTHER, leaf02=ANOTHER), "type-3")


if __name__ == "__main__":
    args = ["-s"] + sys.argv[1:]
    sys.exit(pytest.main(args))
