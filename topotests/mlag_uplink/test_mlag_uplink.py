#!/usr/bin/env python
# SPDX-License-Identifier: GPL-2.0-or-later
"""
D6: a member that loses its uplinks goes on as long as it has a way over the peerlink; without one it steps back, but only
because the other can serve, and both without uplinks stay. Network: mlag_common.py.
"""

import functools
import os
import sys

import pytest

CWD = os.path.dirname(os.path.realpath(__file__))
sys.path.append(os.path.join(CWD, "../"))

# pylint: disable=wrong-import-position
from lib.topogen import get_topogen

from mlag_common import announced, expect, expect_reach, in_service, link, member_down, mlag, start, stop

pytestmark = [pytest.mark.bgpd]

SVI = "10.1.10.0/24"
LOOPBACK = "10.10.10.101"
SESSION = "configure terminal\nrouter bgp {}\n{}neighbor peerlink.4094 shutdown"


def setup_module(mod):
    "The network, with BGP over the peerlink too"
    start(mod)


def teardown_module():
    "Stop it all"
    stop()


def uplink(name, state):
    get_topogen().gears[name].cmd_raises("ip link set swp51 {}".format(state))


def detour(name, number, there):
    get_topogen().gears[name].vtysh_cmd(SESSION.format(65100 + number, "no " if there else ""))


def routes(name, there):
    "None when the leaf has a route to spine01's loopback, or none"
    shown = get_topogen().gears[name].vtysh_cmd("show ip route {}/32 json".format(LOOPBACK), isjson=True)
    return None if bool(shown) == there else "{} to {}: {}".format(name, LOOPBACK, shown)


def test_at_rest():
    "Both announce"
    in_service()
    expect(functools.partial(announced, SVI, ["swp1", "swp2"]), SVI)


def test_uplink_lost_with_a_detour():
    "leaf02 forwards over the peerlink, and stays"
    uplink("leaf02", "down")
    expect(functools.partial(announced, SVI, ["swp1"]), SVI)
    expect(functools.partial(routes, "leaf02", True), "leaf02's detour")
    assert mlag("leaf02", inService=True) is None
    assert member_down("leaf02", "swp1", False) is None
    assert "UP" in link("leaf02", "bond1")["flags"]


def test_detour_lost():
    "Then nothing is delivered there: it steps back"
    detour("leaf02", 2, False)
    expect(functools.partial(routes, "leaf02", False), "leaf02's detour")
    expect(functools.partial(member_down, "leaf02", "swp1", True), "leaf02's leg")
    assert mlag("leaf01", inService=True) is None
    expect_reach("server01", "10.1.10.2")


def test_other_uplink_lost_too():
    "With none better, both serve what they can: a spine outage must not empty the rack"
    uplink("leaf01", "down")
    expect(functools.partial(mlag, "leaf01", inService=True), "leaf01")
    expect(functools.partial(member_down, "leaf01", "swp1", False), "leaf01's leg")
    expect_reach("server01", "10.1.10.2")
    uplink("leaf01", "up")
    expect(functools.partial(announced, SVI, ["swp1"]), SVI)


def test_back():
    "Everything is given back"
    uplink("leaf02", "up")
    detour("leaf02", 2, True)
    expect(functools.partial(member_down, "leaf02", "swp1", False), "leaf02's leg")
    in_service()
    expect(functools.partial(announced, SVI, ["swp1", "swp2"]), SVI)


if __name__ == "__main__":
    args = ["-s"] + sys.argv[1:]
    sys.exit(pytest.main(args))
