#!/usr/bin/env python
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Two members, one gateway: server01 sees one MAC for 10.1.10.1 and 2001:db8:10::1 whatever happens to the peerlink, the
fenced member's device is down, it follows its SVI into a VRF, and goes with its configuration. Network: mlag_common.py.
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

from mlag_common import expect, in_service, link, mlag, peerlink, start, stop

pytestmark = [pytest.mark.bgpd]

VMAC = "00:00:5e:00:01:01"
GATEWAYS = ("10.1.10.1", "2001:db8:10::1")
LEAVES = ("leaf01", "leaf02")


def setup_module(mod):
    "The network, with IPv6 on the SVI"
    start(mod, "ip address add 2001:db8:10::{host}/64 dev vlan10 nodad")
    get_topogen().gears["server01"].cmd_raises("ip address add 2001:db8:10::101/64 dev bond0 nodad")


def teardown_module():
    "Stop it all"
    stop()


def gateway(name, **wanted):
    "None, or what differs in `show mlag vrr json`"
    shown = get_topogen().gears[name].vtysh_cmd("show mlag vrr json", isjson=True)
    entry = next((e for e in shown if e["interface"] == "vlan10"), {})
    differing = {k: entry.get(k) for k, v in wanted.items() if entry.get(k) != v}
    return differing or None


def resolved():
    "None when server01 has both gateways, asked anew; at another than the virtual MAC it must never have them"
    server = get_topogen().gears["server01"]
    server.cmd_raises("ip neigh flush dev bond0")
    for address in GATEWAYS:
        server.net.cmd_status("ping -c 1 -W 1 {}".format(address), warn=False)
    shown = json.loads(server.cmd_raises("ip -j neigh show dev bond0"))
    macs = {e["dst"]: e["lladdr"] for e in shown if e["dst"] in GATEWAYS and "lladdr" in e}
    assert set(macs.values()) <= {VMAC}
    return None if len(macs) == len(GATEWAYS) else "only {}".format(macs)


def device_link(name, **wanted):
    "None, or what differs in the kernel's view of the virtual router's device"
    shown = link(name, "vlan10-v0")
    got = {"up": "UP" in shown["flags"], "vrf": shown.get("master")}
    return None if wanted.items() <= got.items() else got


def gone(name, device):
    "None when there is no such device"
    shown = get_topogen().gears[name].cmd_raises("ip -j link")
    return device if device in [entry["ifname"] for entry in json.loads(shown)] else None


def test_one_gateway():
    "Both members serve it, with one MAC"
    in_service()
    for name in LEAVES:
        expect(functools.partial(gateway, name, up=True, mac=VMAC, conflict=None), name)
    expect(resolved, "server01")


def test_peerlink_lost():
    "The fenced member's gateway is down, the other's serves on"
    peerlink("down")
    expect(functools.partial(mlag, "leaf02", fenced=True), "leaf02")
    expect(functools.partial(gateway, "leaf02", up=False), "leaf02")
    expect(functools.partial(device_link, "leaf02", up=False), "leaf02's device")
    assert gateway("leaf01", up=True) is None
    expect(resolved, "server01")


def test_peerlink_back():
    "Both serve again"
    peerlink("up")
    in_service()
    for name in LEAVES:
        expect(functools.partial(gateway, name, up=True), name)
    expect(resolved, "server01")


def test_vrf():
    "E5: it follows its SVI"
    for name in LEAVES:
        leaf = get_topogen().gears[name]
        leaf.cmd_raises("ip link add RED type vrf table 100")
        leaf.cmd_raises("ip link set RED up")
        leaf.cmd_raises("ip link set vlan10 master RED")
        leaf.cmd_raises("ip address replace 2001:db8:10::{}/64 dev vlan10 nodad".format(LEAVES.index(name) + 2))
    for name in LEAVES:
        expect(functools.partial(gateway, name, up=True, vrf="RED"), name)
        assert device_link(name, up=True, vrf="RED") is None, "what is shown is what there is"
    expect(resolved, "server01")


def test_removed():
    "Without configuration there is no device"
    leaf01 = get_topogen().gears["leaf01"]
    leaf01.vtysh_cmd(
        "configure terminal\ninterface vlan10\nno mlag vrr address 10.1.10.1/24\nno mlag vrr address 2001:db8:10::1/64"
    )
    expect(functools.partial(gateway, "leaf01", device=None), "leaf01")
    expect(functools.partial(gone, "leaf01", "vlan10-v0"), "its device")
    assert gateway("leaf02", up=True) is None


if __name__ == "__main__":
    args = ["-s"] + sys.argv[1:]
    sys.exit(pytest.main(args))
