#!/usr/bin/env python
# SPDX-License-Identifier: GPL-2.0-or-later
"""
What the MLAG tests share: a pair of leaves, a host with an LACP bond to both, a router that learns their routes by BGP.

                 spine01
            swp1 /     \\ swp2
          swp51 /       \\ swp51
           leaf01 ===== leaf02        peerlink: swp49 + swp50; heartbeats: eth0
            swp1 \\      / swp1  \\ swp3  bond1, access VLAN 10, 10.1.10.2 and .3
             eth1 \\    / eth2   \\ eth1
                 server01       server03  orphan: keeps leaf02's bridge up without bond and peerlink

Each test has configuration of its own, and may have more devices: start(extra=...). It decides nothing.
"""

import functools
import json

# pylint: disable=wrong-import-position
from lib import topotest
from lib.topogen import TopoHost, Topogen, get_topogen

SYSTEM_MAC = "44:38:39:ff:00:aa"
MODULE = "-M mlag -s 90000000"

LEAF = """
ip link add peerlink type bond mode 802.3ad miimon 100 lacp_rate fast
ip link add bond1 type bond mode 802.3ad miimon 100 lacp_rate fast
ip link set swp49 down ; ip link set swp49 master peerlink
ip link set swp50 down ; ip link set swp50 master peerlink
ip link set swp1 down ; ip link set swp1 master bond1
ip link add br_default type bridge vlan_filtering 1 vlan_default_pvid 0 stp_state 0 forward_delay 0
ip link set peerlink master br_default
ip link set bond1 master br_default
bridge vlan add dev peerlink vid 1 pvid untagged
bridge vlan add dev peerlink vid 10
bridge vlan add dev bond1 vid 10 pvid untagged
bridge vlan add dev br_default vid 10 self
ip link add link br_default name vlan10 type vlan id 10
ip link add link peerlink name peerlink.4094 type vlan id 4094
ip address add 10.1.10.{host}/24 dev vlan10
ip address add 10.10.10.{number}/32 dev lo
ip address add 192.168.200.{number}/24 dev eth0
"""
LEAF_UP = ["swp49", "swp50", "swp1", "swp51", "eth0", "peerlink", "bond1", "br_default", "vlan10", "peerlink.4094"]

ORPHAN = """
ip link set swp3 master br_default
bridge vlan add dev swp3 vid 10 pvid untagged
ip link set swp3 up
"""

SERVER = """
ip link add bond0 type bond mode 802.3ad miimon 100 lacp_rate fast
ip link set eth1 down ; ip link set eth1 master bond0
ip link set eth2 down ; ip link set eth2 master bond0
ip address add 10.1.10.101/24 dev bond0
"""


def build_topo(tgen):
    "The cables"
    node = tgen.gears
    for name in ("leaf01", "leaf02", "spine01"):
        tgen.add_router(name)
    for name in ("server01", "server03"):  # add_host() wants an address for what is only a leg of a bond
        node[name] = TopoHost(tgen, name)
    for a, a_port, b, b_port in (
        ("leaf01", "swp1", "server01", "eth1"),
        ("leaf02", "swp1", "server01", "eth2"),
        ("leaf02", "swp3", "server03", "eth1"),
        ("leaf01", "swp49", "leaf02", "swp49"),
        ("leaf01", "swp50", "leaf02", "swp50"),
        ("leaf01", "swp51", "spine01", "swp1"),
        ("leaf02", "swp51", "spine01", "swp2"),
        ("leaf01", "eth0", "leaf02", "eth0"),
    ):
        tgen.add_link(node[a], node[b], a_port, b_port)


def run_lines(node, lines):
    "Each line a command that has to succeed; one shell for them all"
    node.cmd_raises("set -e\n" + lines)


def up(*interfaces):
    return "".join("ip link set {} up\n".format(name) for name in interfaces)


def start_leaf(router, routing):
    "Stock daemons, then mlagd as watchfrr starts it: last; then frr.conf as a whole"
    router.net.skip_remove_ips = True
    router.net.skip_unified_vtysh = True
    router.load_frr_config("frr.conf", [("zebra", MODULE), *routing])
    router.start()
    router.net.daemons["mlagd"] = 1
    router.startDaemons(["mlagd"])
    router.cmd_raises("vtysh -b")


def start(mod, extra="", spine_extra="", routing=("bgpd",)):
    "The network, extra commands on both leaves ({number}: 1 or 2) and on spine01, then zebra and the routing daemons"
    tgen = Topogen(build_topo, mod.__name__)
    tgen.start_topology()
    node = tgen.gears

    for number in (1, 2):
        run_lines(
            node["leaf0{}".format(number)],
            (LEAF + up(*LEAF_UP) + extra).format(number=number, host=number + 1),
        )
    run_lines(node["leaf02"], ORPHAN)
    run_lines(node["server03"], up("eth1"))
    run_lines(node["server01"], SERVER + up("eth1", "eth2", "bond0"))
    run_lines(node["spine01"], up("swp1", "swp2") + "ip address add 10.10.10.101/32 dev lo" + spine_extra)

    node["spine01"].net.skip_remove_ips = True
    node["spine01"].load_frr_config("frr.conf", ["zebra", *routing])
    node["spine01"].start()
    for name in ("leaf01", "leaf02"):
        start_leaf(node[name], routing)


def stop():
    "Stop it all; nothing of what was done may have cost a daemon"
    tgen = get_topogen()
    dead = [router.check_router_running() for router in tgen.routers().values()]
    tgen.stop_topology()
    assert not any(dead), dead


def expect(check, what, seconds=120):
    "Wait until check() returns None; what it returns last is the failure's text. Patient: a busy host is slow, not wrong"
    _, result = topotest.run_and_expect(check, None, count=2 * seconds, wait=0.5)
    assert result is None, "{}: {}".format(what, result)


def expect_reach(name, address):
    "Wait until an echo comes back from address"
    ping = functools.partial(get_topogen().gears[name].net.cmd_status, "ping -c 1 -W 1 {}".format(address), warn=False)
    expect(lambda: None if ping()[0] == 0 else "no answer", "{} to {}".format(name, address))


def mlag(name, **wanted):
    "None, or what differs in `show mlag json`"
    shown = get_topogen().gears[name].vtysh_cmd("show mlag json", isjson=True)
    return topotest.json_cmp(shown, wanted)


def bond(name, **wanted):
    "None, or what differs in bond1's entry"
    shown = get_topogen().gears[name].vtysh_cmd("show mlag json", isjson=True)
    for entry in shown.get("interfaces", []):
        if entry["interface"] == "bond1":
            return topotest.json_cmp(entry, wanted)
    return "no bond1 in {}".format(shown)


def neighbours_with(prefix):
    "spine01's neighbours that announce prefix"
    shown = get_topogen().gears["spine01"].vtysh_cmd(
        "show bgp ipv4 unicast {} json".format(prefix), isjson=True
    )
    return sorted(path["peer"]["interface"] for path in shown.get("paths", []))


def announced(prefix, wanted):
    got = neighbours_with(prefix)
    return None if got == wanted else "announced by {}, not {}".format(got, wanted)


def link(name, interface):
    return json.loads(
        get_topogen().gears[name].cmd_raises("ip -d -j link show dev {}".format(interface))
    )[0]


def leg(interface):
    "The LACP aggregator of one of server01's legs, and the partner that the bond's active one has"
    return link("server01", interface)["linkinfo"]["info_slave_data"]["ad_aggregator_id"]


def server_bond(legs_together, partner):
    "None when server01's legs are in one aggregator or not, and the active one's partner is as said"
    together = leg("eth1") == leg("eth2")
    active = link("server01", "bond0")["linkinfo"]["info_data"]["ad_info"]["partner_mac"]
    if together == legs_together and active == partner:
        return None
    return "legs together: {}, partner {}".format(together, active)


def member_down(name, interface, wanted):
    flags = link(name, interface)["flags"]
    return None if ("UP" not in flags) == wanted else "{} of {}: {}".format(interface, name, flags)


def peerlink(state):
    for port in ("swp49", "swp50"):
        get_topogen().gears["leaf01"].cmd_raises("ip link set {} {}".format(port, state))


def own_routes(name):
    "The prefixes that a leaf reaches by itself, not through BGP"
    shown = get_topogen().gears[name].vtysh_cmd("show ip route json", isjson=True)
    own = ("connected", "local", "static")
    return {
        prefix
        for prefix, entries in shown.items()
        if any(e.get("selected") and e["protocol"] in own for e in entries)
    }


def in_service():
    "Both members serve, leaf01 as primary, and server01's bond is one"
    for name, role in (("leaf01", "primary"), ("leaf02", "secondary")):
        expect(
            functools.partial(
                mlag, name, localRole=role, inService=True, peerInService=True, fenced=False
            ),
            "{} as {}".format(name, role),
        )
        expect(
            functools.partial(bond, name, mlagId=1, dualConnected=True),
            "{}'s bond1".format(name),
        )
    expect(functools.partial(server_bond, True, SYSTEM_MAC), "server01's bond")
