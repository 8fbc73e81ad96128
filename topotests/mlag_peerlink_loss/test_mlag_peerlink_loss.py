#!/usr/bin/env python
# SPDX-License-Identifier: GPL-2.0-or-later
"""
What a remote leaf sees of a pair that loses its peerlink, of zebra's restart meanwhile, and of a lost uplink: leaf03, with
server04 in the pair's VLAN 10 and a subnet of its own in VRF RED, no member of any pair. Network: mlag_common.py.

The pair's shared VTEP address is higher than its own ones: of two paths to one host bgpd prefers the lower next hop, so
a host that the fenced member still announced would be sought there.
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
    IRB,
    VTEP,
    Tunnels,
    announced,
    evpn,
    expect,
    expect_reach,
    in_service,
    link,
    member_down,
    peerlink,
    run_lines,
    start,
    stop,
    up,
)

pytestmark = [pytest.mark.bgpd]

SHARED, OWN = "10.255.0.12", {"leaf01": "10.10.10.1", "leaf02": "10.10.10.2"}
SUBNET, SERVER01 = "10.1.10.0/24", "10.1.10.101"
LEAF03 = (
    """
ip link add br_default address 44:38:39:00:00:03 type bridge vlan_filtering 1 vlan_default_pvid 0 stp_state 0 forward_delay 0
ip link set swp1 master br_default
bridge vlan add dev swp1 vid 10 pvid untagged
ip address add 10.10.10.3/32 dev lo
"""
    + up("swp1", "swp51", "br_default")
    + VTEP.format(number=3, vid=10)
    + """
ip link add leaf03-red type dummy
ip link set leaf03-red master RED
ip link set leaf03-red up
ip address add 10.1.3.1/32 dev leaf03-red
"""
)


def setup_module(mod):
    "The network, and the servers' addresses and ways"
    start(mod, IRB, remote=LEAF03)
    run_lines(get_topogen().gears["server04"], up("eth1") + "ip address add 10.1.10.104/24 dev eth1")
    run_lines(get_topogen().gears["server01"], "ip route add default via 10.1.10.1")


def teardown_module():
    "Stop it all"
    stop()


@functools.lru_cache(maxsize=None)
def server_mac():
    return link("server01", "bond0")["address"]


def seen(kind, word, **wanted):
    "None when exactly these leaves' routes that hold word are on leaf03, by these next hops"
    got = {leaf: set() for leaf, _, _ in evpn(kind, "leaf03") if leaf in OWN}
    for leaf, (_, route), hop in evpn(kind, "leaf03"):
        if leaf in OWN and word in route:
            got[leaf].add(hop)
    got = {leaf: hops for leaf, hops in got.items() if hops}
    return None if got == {leaf: {hop} for leaf, hop in wanted.items()} else "leaf03 has {}".format(got)


def tunnel(*wanted):
    "None when leaf03's kernel has server01 behind exactly these tunnel ends"
    shown = json.loads(get_topogen().gears["leaf03"].cmd_raises("bridge -j fdb show dev vxlan48"))
    got = {e["dst"] for e in shown if e["mac"] == server_mac() and "dst" in e}
    return None if got == set(wanted) else "server01 behind {}".format(got)


def routed(*wanted):
    "None when leaf03's kernel has the pair's subnet behind exactly these tunnel ends"
    shown = json.loads(get_topogen().gears["leaf03"].cmd_raises("ip -j route show vrf RED {}".format(SUBNET)) or "[]")
    got = {hop["gateway"] for route in shown for hop in route.get("nexthops", [route]) if "gateway" in hop}
    return None if got == set(wanted) else "{} behind {}".format(SUBNET, got)


def whole():
    "Both members serve, and leaf03 knows it"
    in_service()
    expect_reach("server04", SERVER01)
    for check, what in (
        (functools.partial(announced, SHARED + "/32", ["swp1", "swp2"]), "underlay"),
        (functools.partial(seen, "multicast", "", leaf01=SHARED, leaf02=SHARED), "type-3"),
        (functools.partial(seen, "macip", server_mac(), leaf01=SHARED, leaf02=SHARED), "type-2"),
        (functools.partial(seen, "prefix", "[10.1.10.0]", **OWN), "type-5"),
        (functools.partial(tunnel, SHARED), "leaf03's FDB"),
        (functools.partial(routed, *OWN.values()), "leaf03's routes"),
    ):
        expect(check, what)
    expect_reach("leaf03", SERVER01, through="RED", routers=1)


def without_leaf02(**type3):
    "leaf03 has leaf02 for nothing but its own address"
    for check, what in (
        (functools.partial(announced, SHARED + "/32", ["swp1"]), "underlay"),
        (functools.partial(seen, "multicast", "", leaf01=SHARED, **type3), "type-3"),
        (functools.partial(seen, "macip", server_mac(), leaf01=SHARED), "type-2"),
        (functools.partial(seen, "prefix", "[10.1.10.0]", leaf01=OWN["leaf01"]), "type-5"),
        (functools.partial(tunnel, SHARED), "leaf03's FDB"),
        (functools.partial(routed, OWN["leaf01"]), "leaf03's routes"),
    ):
        expect(check, what)
    expect_reach("server04", SERVER01)
    expect_reach("leaf03", SERVER01, through="RED", routers=1)


def test_at_rest():
    "Hosts by the shared address, prefixes by each member's own; a host that comes later is seen where it is"
    whole()
    mac, address = "02:00:00:00:05:01", "10.1.10.150"
    tunnels = Tunnels("leaf03", mac)
    run_lines(
        get_topogen().gears["server01"],
        "ip link add later link bond0 address {} type macvlan\nip link set later up\n"
        "ip address add {}/24 dev later".format(mac, address),
    )
    expect_reach("server04", address)
    expect(functools.partial(seen, "macip", mac, leaf01=SHARED, leaf02=SHARED), "type-2 of the host that came later")
    assert tunnels.ended() == [SHARED]


def test_peerlink_lost_and_back():
    "The fenced member's routes are withdrawn, also when its zebra restarts; server01 is never sought at its own address"
    leaf02, tunnels = get_topogen().gears["leaf02"], Tunnels("leaf03", server_mac())
    peerlink("down")
    without_leaf02(leaf02=OWN["leaf02"])
    leaf02.killDaemons(["zebra", "staticd", "bgpd"])
    leaf02.startDaemons(["zebra", "staticd", "bgpd"])
    leaf02.cmd_raises("vtysh -b")
    expect(functools.partial(announced, OWN["leaf02"] + "/32", ["swp2"]), "leaf02's loopback at spine01")
    without_leaf02(leaf02=OWN["leaf02"])
    peerlink("up")
    whole()
    assert set(tunnels.ended()) <= {SHARED}


def test_uplink_lost_and_back():
    "Without a way over the peerlink it steps back, and comes back"
    leaf02 = get_topogen().gears["leaf02"]
    leaf02.cmd_raises("ip link set swp51 down")
    expect(functools.partial(member_down, "leaf02", "swp1", True), "leaf02's leg")
    without_leaf02()
    leaf02.cmd_raises("ip link set swp51 up")
    expect(functools.partial(member_down, "leaf02", "swp1", False), "leaf02's leg")
    whole()


if __name__ == "__main__":
    args = ["-s"] + sys.argv[1:]
    sys.exit(pytest.main(args))
