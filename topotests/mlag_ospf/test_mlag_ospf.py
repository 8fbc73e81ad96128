#!/usr/bin/env python
# SPDX-License-Identifier: GPL-2.0-or-later
"""
E8, D1 with OSPF: neighbours over the peerlink go with it, not 40 seconds later, and a member that steps back takes its SVI
out of OSPFv2 and OSPFv3, where it is an interface of the area and not a redistributed route. Network: mlag_common.py.

The leaves' loopbacks are in OSPFv3 too, as they are in OSPFv2: then the SVI's prefix leaves an LSA that stays. If it were all
that the LSA held, ospf6d would flush the LSA, and a router takes a flushed one back when somebody still retransmits it (doc/zebra.md).
"""

import functools
import os
import sys

import pytest

CWD = os.path.dirname(os.path.realpath(__file__))
sys.path.append(os.path.join(CWD, "../"))

# pylint: disable=wrong-import-position
from lib.topogen import get_topogen

from mlag_common import expect, in_service, mlag, peerlink, start, stop

pytestmark = [pytest.mark.ospfd, pytest.mark.ospf6d]

LEAVES = ("leaf01", "leaf02")
SVI = {"ip": "10.1.10.0/24", "ipv6": "2001:db8:10::/64"}
BEFORE_DEAD = 20  # seconds; half of OSPF's own dead interval


def setup_module(mod):
    "The network, OSPFv2 unnumbered over point-to-point links, IPv6 on the SVI"
    start(
        mod,
        extra="""
ip address add 10.10.10.{number}/32 dev swp51
ip address add 10.10.10.{number}/32 dev peerlink.4094
ip address add 2001:db8::{number}/128 dev lo
ip address add 2001:db8:10::{host}/64 dev vlan10 nodad
""",
        spine_extra="""
ip address add 10.10.10.101/32 dev swp1
ip address add 10.10.10.101/32 dev swp2
""",
        routing=("ospfd", "ospf6d"),
    )


def teardown_module():
    "Stop it all"
    stop()


def ways(family, wanted):
    "None when spine01 reaches the SVI's subnet over these links by OSPF"
    shown = get_topogen().gears["spine01"].vtysh_cmd(
        "show {} route {} json".format(family, SVI[family]), isjson=True
    )
    got = sorted(
        hop["interfaceName"]
        for entry in shown.get(SVI[family], [])
        for hop in entry["nexthops"]
        if hop.get("active")
    )
    return None if got == wanted else "{} over {}, not {}".format(SVI[family], got, wanted)


def adjacent(name, there):
    "None when both OSPFs have a full neighbour over the peerlink, or none at all"
    leaf = get_topogen().gears[name]
    v2 = leaf.vtysh_cmd("show ip ospf neighbor peerlink.4094 json", isjson=True)
    v3 = leaf.vtysh_cmd("show ipv6 ospf neighbor json", isjson=True)
    full = [
        [n["nbrState"].startswith("Full") for many in v2.values() for n in many],
        [n["state"] == "Full" for n in v3.get("neighbors", []) if n["interfaceName"] == "peerlink.4094"],
    ]
    return None if full == ([[True], [True]] if there else [[], []]) else "{} {}".format(v2, v3)


def test_at_rest():
    "Both are ways to the hosts, and neighbours of each other"
    in_service()
    for family in SVI:
        expect(functools.partial(ways, family, ["swp1", "swp2"]), family)
    for name in LEAVES:
        expect(functools.partial(adjacent, name, True), name)


def test_peerlink_lost():
    "The neighbours go with the link, the fenced member's subnet with the fence"
    peerlink("down")
    for name in LEAVES:
        expect(functools.partial(adjacent, name, False), name, BEFORE_DEAD)
    expect(functools.partial(mlag, "leaf02", fenced=True), "leaf02")
    for family in SVI:
        expect(functools.partial(ways, family, ["swp1"]), family, BEFORE_DEAD)


def test_peerlink_back():
    "All of it comes back"
    peerlink("up")
    in_service()
    for name in LEAVES:
        expect(functools.partial(adjacent, name, True), name)
    for family in SVI:
        expect(functools.partial(ways, family, ["swp1", "swp2"]), family)


if __name__ == "__main__":
    args = ["-s"] + sys.argv[1:]
    sys.exit(pytest.main(args))
