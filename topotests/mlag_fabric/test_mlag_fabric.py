#!/usr/bin/env python
# SPDX-License-Identifier: GPL-2.0-or-later
"""
A fabric walk in small: two pairs on one spine, VLAN 10 on the one, VLAN 20 on the other, both in VRF RED. Every server reaches
every other over no more routers than the shortest way has, at rest and through single failures. Network: mlag_common.py.
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
    IRB,
    PAIRS,
    SYSTEM_MAC,
    announced,
    expect,
    expect_reach,
    in_service,
    member_down,
    mlag,
    peerlink,
    run_lines,
    start,
    stop,
)

pytestmark = [pytest.mark.bgpd]

SYSTEM_MACS = (SYSTEM_MAC, "44:38:39:ff:00:bb")
BEFORE_HOLD = 20  # seconds; BGP's own are 180
SHARED = {"10.255.0.12/32": ["swp1", "swp2"], "10.255.0.34/32": ["swp3", "swp4"]}
# server -> its device, address, gateway; server03 hangs on leaf02 alone
SERVERS = {
    "server01": ("bond0", "10.1.10.101", "10.1.10.1"),
    "server03": ("eth1", "10.1.10.103", "10.1.10.1"),
    "server04": ("bond0", "10.1.20.101", "10.1.20.1"),
}


def setup_module(mod):
    "The network, and the servers' way out"
    start(mod, IRB, pairs=2)
    for name, (device, address, gateway) in SERVERS.items():
        run_lines(
            get_topogen().gears[name],
            "ip address replace {}/24 dev {}\nip route add default via {}".format(address, device, gateway),
        )


def teardown_module():
    "Stop it all"
    stop()


def walk():
    "Everybody reaches everybody: in one subnet over no router, else over one of each pair"
    for name, (_, _, gateway) in SERVERS.items():
        for other, (_, address, others) in SERVERS.items():
            if name != other:
                expect_reach(name, address, routers=0 if gateway == others else 2)


def session(name, there):
    "None when the leaf's BGP session over the peerlink is up, or is not (E8)"
    shown = get_topogen().gears[name].vtysh_cmd("show bgp neighbors peerlink.4094 json", isjson=True)
    state = shown.get("peerlink.4094", {}).get("bgpState")
    return None if (state == "Established") == there else "{}'s session over the peerlink is {}".format(name, state)


def whole():
    "All members serve, with a session over the peerlink, and their pairs' addresses are announced by both"
    for pair, mac in zip(PAIRS, SYSTEM_MACS):
        in_service(pair, mac)
        for name in pair[:2]:
            expect(functools.partial(session, name, True), name)
    for prefix, ports in SHARED.items():
        expect(functools.partial(announced, prefix, ports), prefix)
    walk()


def port(name, device):
    "A cable: how it is cut, what is waited for, how it is mended"

    def set_to(state):
        get_topogen().gears[name].cmd_raises("ip link set {} {}".format(device, state))

    return lambda: set_to("down"), functools.partial(member_down, name, device, True), lambda: set_to("up")


def daemon(name):
    "mlagd dies; watchfrr would start it again"
    leaf = lambda: get_topogen().gears[name]

    def again():
        leaf().startDaemons(["mlagd"])
        leaf().cmd_raises("vtysh -b -d mlagd")

    return lambda: leaf().killDaemons(["mlagd"]), lambda: None, again


def cut():
    "leaf04 steps back, and both sessions over the peerlink are gone: long before BGP's timers would end them"
    for name in ("leaf03", "leaf04"):
        expect(functools.partial(session, name, False), name, BEFORE_HOLD)
    return mlag("leaf04", fenced=True)


FAULTS = {
    "uplink of leaf01": port("leaf01", "swp51"),
    "leg of leaf03": port("leaf03", "swp1"),
    "mlagd of leaf01": daemon("leaf01"),
    "peerlink of leaf03 and leaf04": (
        lambda: peerlink("down", "leaf03"),
        cut,
        lambda: peerlink("up", "leaf03"),
    ),
}


def test_at_rest():
    "Both pairs serve"
    whole()


@pytest.mark.parametrize("fault", FAULTS)
def test_single_failure(fault):
    "The walk is as at rest, while it lasts and after it"
    act, happened, heal = FAULTS[fault]
    act()
    expect(happened, fault)
    walk()
    heal()
    whole()


if __name__ == "__main__":
    args = ["-s"] + sys.argv[1:]
    sys.exit(pytest.main(args))
