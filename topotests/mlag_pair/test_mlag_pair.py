#!/usr/bin/env python
# SPDX-License-Identifier: GPL-2.0-or-later
"""
A pair of leaves, a host with an LACP bond to both, a router that learns their routes by BGP (mlag_common.py):

                 spine01
            swp1 /     \\ swp2
          swp51 /       \\ swp51
           leaf01 ===== leaf02        peerlink: swp49 + swp50; heartbeats: eth0
            swp1 \\      / swp1  \\ swp3  bond1, access VLAN 10, 10.1.10.2 and .3
             eth1 \\    / eth2   \\ eth1
                 server01       server03  orphan: keeps leaf02's bridge up without bond and peerlink

Checks that they pair, that losing the peerlink makes the secondary step back (own LACP id, routes withdrawn at the
neighbour, bond down) and the primary not, that the withdrawal outlives flaps and restarts, and that all comes back.
"""

import functools
import os
import sys

import pytest

CWD = os.path.dirname(os.path.realpath(__file__))
sys.path.append(os.path.join(CWD, "../"))

# pylint: disable=wrong-import-position
from lib.topogen import get_topogen

from mlag_common import (
    SYSTEM_MAC,
    announced,
    bond,
    expect,
    expect_reach,
    in_service,
    link,
    member_down,
    mlag,
    neighbours_with,
    own_routes,
    peerlink,
    run_lines,
    start,
    stop,
)

pytestmark = [pytest.mark.bgpd, pytest.mark.staticd]

SVI = "10.1.10.0/24"
STATIC = "10.99.0.0/24"


def setup_module(mod):
    "The network, then the daemons"
    start(mod)


def teardown_module():
    "Stop it all"
    stop()


def healthy():
    "Everything as a pair in service is"
    in_service()
    for name in ("leaf01", "leaf02"):
        expect(functools.partial(mlag, name, peerAlive=True, systemMac=SYSTEM_MAC), name)
    for prefix in (SVI, STATIC):
        expect(
            functools.partial(announced, prefix, ["swp1", "swp2"]),
            "{} at spine01".format(prefix),
        )


def test_pair():
    "The two leaves are one for server01, and both announce its subnet"
    healthy()


def test_peerlink_lost():
    "The secondary steps back, layer 2 and layer 3; the primary stays"
    peerlink("down")
    expect(functools.partial(announced, SVI, ["swp1"]), "SVI route at spine01")
    expect(functools.partial(announced, STATIC, ["swp1"]), "static route at spine01")
    expect(functools.partial(mlag, "leaf02", fenced=True, localRole="secondary"), "leaf02")
    expect(functools.partial(member_down, "leaf02", "swp1", True), "leaf02's leg")
    expect(functools.partial(mlag, "leaf01", fenced=False, inService=True, localRole="primary"), "leaf01")
    assert member_down("leaf01", "swp1", False) is None
    assert link("leaf02", "vlan10")["operstate"] == "UP", "the SVI itself stays up"
    assert not {SVI, STATIC} & own_routes("leaf02")
    expect_reach("server01", "10.1.10.2")


def test_hold_outlives_flap_and_new_address():
    "What would bring a connected route back during the hold does not"
    leaf02 = get_topogen().gears["leaf02"]
    run_lines(
        leaf02,
        """
ip link set vlan10 down
ip link set vlan10 up
ip address add 10.1.11.3/24 dev vlan10
ip address add 10.1.12.3/24 dev lo
""",
    )
    # Addresses reach zebra in order: when the last one is there, so are the others.
    expect(functools.partial(announced, "10.1.12.0/24", ["swp2"]), "the address on lo at spine01")
    assert not {SVI, "10.1.11.0/24"} & own_routes("leaf02")
    assert neighbours_with(SVI) == ["swp1"]
    assert neighbours_with("10.1.11.0/24") == []
    run_lines(leaf02, "ip address del 10.1.11.3/24 dev vlan10\nip address del 10.1.12.3/24 dev lo")


def test_hold_outlives_mlagd():
    "mlagd dies and comes back: nothing was given back meanwhile"
    leaf02 = get_topogen().gears["leaf02"]
    leaf02.killDaemons(["mlagd"])
    assert SVI not in own_routes("leaf02")
    assert neighbours_with(SVI) == ["swp1"]
    leaf02.startDaemons(["mlagd"])
    leaf02.cmd_raises("vtysh -b -d mlagd")
    expect(functools.partial(mlag, "leaf02", fenced=True, peerInService=True), "leaf02")
    assert SVI not in own_routes("leaf02")


def test_hold_outlives_zebra():
    "zebra dies, watchfrr would restart these three: zebra starts with the routes held back"
    leaf02 = get_topogen().gears["leaf02"]
    leaf02.killDaemons(["zebra", "staticd", "bgpd"])
    leaf02.startDaemons(["zebra", "staticd", "bgpd"])
    leaf02.cmd_raises("vtysh -b")
    expect(functools.partial(announced, "10.10.10.2/32", ["swp2"]), "leaf02's loopback at spine01")
    assert not {SVI, STATIC} & own_routes("leaf02")
    for prefix in (SVI, STATIC):
        assert neighbours_with(prefix) == ["swp1"]


def test_peerlink_back():
    "Everything is given back"
    peerlink("up")
    healthy()
    expect(functools.partial(member_down, "leaf02", "swp1", False), "leaf02's leg")
    assert SVI in own_routes("leaf02")


if __name__ == "__main__":
    args = ["-s"] + sys.argv[1:]
    sys.exit(pytest.main(args))
