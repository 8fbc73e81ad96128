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

Each test has configuration of its own, and may have more: devices (extra), a leaf03 with server04 that is no member of a pair
(remote), or leaf03 and leaf04 as a second pair (pairs=2) with server04 on both. It decides nothing.
"""

import functools
import json
import subprocess

# pylint: disable=wrong-import-position
from lib import topotest
from lib.topogen import TopoHost, Topogen, get_topogen

SYSTEM_MAC = "44:38:39:ff:00:aa"
MODULE = "-M mlag -s 90000000"

# first and second member, their server, its VLAN
PAIRS = (("leaf01", "leaf02", "server01", 10), ("leaf03", "leaf04", "server04", 20))

LEAF = """
ip link add peerlink type bond mode 802.3ad miimon 100 lacp_rate fast
ip link add bond1 type bond mode 802.3ad miimon 100 lacp_rate fast
ip link set swp49 down ; ip link set swp49 master peerlink
ip link set swp50 down ; ip link set swp50 master peerlink
ip link set swp1 down ; ip link set swp1 master bond1
ip link add br_default address 44:38:39:00:00:0{number} type bridge vlan_filtering 1 vlan_default_pvid 0 stp_state 0 forward_delay 0
ip link set peerlink master br_default
ip link set bond1 master br_default
bridge vlan add dev peerlink vid 1 pvid untagged
bridge vlan add dev peerlink vid {vid}
bridge vlan add dev bond1 vid {vid} pvid untagged
bridge vlan add dev br_default vid {vid} self
ip link add link br_default name vlan{vid} type vlan id {vid}
ip link add link peerlink name peerlink.4094 type vlan id 4094
ip address add 10.1.{vid}.{host}/24 dev vlan{vid}
ip address add 10.10.10.{number}/32 dev lo
ip address add 192.168.200.{number}/24 dev eth0
"""
LEAF_UP = ["swp49", "swp50", "swp1", "swp51", "eth0", "peerlink", "bond1", "br_default", "vlan{vid}", "peerlink.4094"]

# Symmetric IRB: one VXLAN device, VRF RED with VNI 4001. What remains of the SVI is the leaf's own.
VTEP = """
ip link add RED type vrf table 1001
ip link set RED up
ip link add vxlan48 type vxlan external vnifilter local 10.10.10.{number} dstport 4789 nolearning
ip link set vxlan48 master br_default
bridge link set dev vxlan48 vlan_tunnel on learning off neigh_suppress on
for vid in {vid} 4001; do
  bridge vlan add dev vxlan48 vid $vid
  bridge vlan add dev vxlan48 vid $vid tunnel_info id $vid
  bridge vni add dev vxlan48 vni $vid
done
bridge vlan add dev br_default vid 4001 self
ip link add link br_default name vlan4001 type vlan id 4001
ip link set vlan4001 master RED
ip link set vlan4001 up
ip link set vxlan48 up
"""
IRB = VTEP + "ip link set vlan{vid} master RED\n"

ORPHAN = """
ip link set swp3 master br_default
bridge vlan add dev swp3 vid 10 pvid untagged
ip link set swp3 up
"""

SERVER = """
ip link add bond0 type bond mode 802.3ad miimon 100 lacp_rate fast
ip link set eth1 down ; ip link set eth1 master bond0
ip link set eth2 down ; ip link set eth2 master bond0
ip address add 10.1.{vid}.101/24 dev bond0
"""


def cables(pairs, remote):
    "(node, its port, other node, its port) of all"
    for first, second, server, _ in PAIRS[:pairs]:
        yield first, "swp1", server, "eth1"
        yield second, "swp1", server, "eth2"
        for port in ("swp49", "swp50", "eth0"):
            yield first, port, second, port
    yield "leaf02", "swp3", "server03", "eth1"
    for number in range(1, 2 * pairs + 1 + bool(remote)):
        yield "leaf0{}".format(number), "swp51", "spine01", "swp{}".format(number)
    if remote:
        yield "leaf03", "swp1", "server04", "eth1"


def build_topo(tgen, pairs, remote):
    "Routers and hosts, and the cables between them"
    node, wanted = tgen.gears, list(cables(pairs, remote))
    for name in sorted({name for cable in wanted for name in (cable[0], cable[2])}):
        if name.startswith("server"):
            node[name] = TopoHost(tgen, name)  # add_host() wants an address for what is only a leg of a bond
        else:
            tgen.add_router(name)
    for a, a_port, b, b_port in wanted:
        tgen.add_link(node[a], node[b], a_port, b_port)


def run_lines(node, lines):
    "Each line a command that has to succeed; one shell for them all"
    node.cmd_raises("set -e\n" + lines)


def up(*interfaces):
    return "".join("ip link set {} up\n".format(name) for name in interfaces)


def start_stock(router, daemons):
    "Stock daemons with frr.conf; addresses are the kernel's"
    router.net.skip_remove_ips = True
    router.load_frr_config("frr.conf", daemons)
    router.start()


def start_leaf(router, routing):
    "Stock daemons, then mlagd as watchfrr starts it: last; then frr.conf as a whole"
    router.net.skip_unified_vtysh = True
    start_stock(router, [("zebra", MODULE), *routing])
    router.net.daemons["mlagd"] = 1
    router.startDaemons(["mlagd"])
    router.cmd_raises("vtysh -b")


def start(mod, extra="", spine_extra="", routing=("bgpd",), remote="", pairs=1):
    """
    The network, extra commands on all members of pairs ({number}: of the leaf, {host}: 2 or 3, {vid}) and on spine01, then
    zebra and the routing daemons. remote: commands that make leaf03, if it is no member.
    """
    tgen = Topogen(functools.partial(build_topo, pairs=pairs, remote=remote), mod.__name__)
    tgen.start_topology()
    node = tgen.gears

    for number, (first, second, server, vid) in enumerate(PAIRS[:pairs]):
        for host, name in enumerate((first, second), 2):
            lines = LEAF + up(*LEAF_UP) + extra
            run_lines(node[name], lines.format(number=2 * number + host - 1, host=host, vid=vid))
        run_lines(node[server], SERVER.format(vid=vid) + up("eth1", "eth2", "bond0"))
    run_lines(node["leaf02"], ORPHAN)
    run_lines(node["server03"], up("eth1"))
    if remote:
        run_lines(node["leaf03"], remote)
    leaves = [name for name in tgen.routers() if name != "spine01"]
    ports = ["swp{}".format(number) for number in range(1, len(leaves) + 1)]
    run_lines(node["spine01"], up(*ports) + "ip address add 10.10.10.101/32 dev lo" + spine_extra)

    start_stock(node["spine01"], ["zebra", *routing])
    for name in leaves:
        if remote and name == "leaf03":
            start_stock(node[name], ["zebra", *routing])
        else:
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


def expect_reach(name, address, through="", routers=0):
    "Wait until an echo comes back from address, asked through a VRF, over so many routers at most"
    command = "{} ping -c 1 -W 1 -t {} {}".format(through and "ip vrf exec " + through, routers + 1, address)
    status = functools.partial(get_topogen().gears[name].net.cmd_status, command, warn=False)
    expect(lambda: None if status()[0] == 0 else "no answer", "{} to {}".format(name, address))


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


def leg(server, interface):
    "The LACP aggregator of one of a server's legs"
    return link(server, interface)["linkinfo"]["info_slave_data"]["ad_aggregator_id"]


def server_bond(legs_together, partner, server="server01"):
    "None when a server's legs are in one aggregator or not, and the active one's partner is as said"
    together = leg(server, "eth1") == leg(server, "eth2")
    active = link(server, "bond0")["linkinfo"]["info_data"]["ad_info"]["partner_mac"]
    if together == legs_together and active == partner:
        return None
    return "legs together: {}, partner {}".format(together, active)


def member_down(name, interface, wanted):
    flags = link(name, interface)["flags"]
    return None if ("UP" not in flags) == wanted else "{} of {}: {}".format(interface, name, flags)


def peerlink(state, name="leaf01"):
    run_lines(get_topogen().gears[name], "ip link set swp49 {0}\nip link set swp50 {0}".format(state))


def own_routes(name):
    "The prefixes that a leaf reaches by itself, not through BGP"
    shown = get_topogen().gears[name].vtysh_cmd("show ip route json", isjson=True)
    own = ("connected", "local", "static")
    return {
        prefix
        for prefix, entries in shown.items()
        if any(e.get("selected") and e["protocol"] in own for e in entries)
    }


def in_service(pair=PAIRS[0], partner=SYSTEM_MAC):
    "Both members serve, the first as primary, and their server's bond is one"
    for name, role in ((pair[0], "primary"), (pair[1], "secondary")):
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
    expect(functools.partial(server_bond, True, partner, pair[2]), "{}'s bond".format(pair[2]))


def evpn(kind, at="spine01"):
    "[(leaf, (RD, route), next hop)] of what a router has of each leaf; the RD tells the VNIs apart"
    shown = get_topogen().gears[at].vtysh_cmd("show bgp l2vpn evpn route type {} json".format(kind), isjson=True)
    leaves = {"10.10.10.{}:".format(number): "leaf0{}".format(number) for number in range(1, 5)}
    out = []
    for rd, routes in shown.items():
        leaf = next((name for start_, name in leaves.items() if rd.startswith(start_)), None)
        for route, entry in routes.items() if leaf else []:
            for paths in entry.get("paths", []) if isinstance(entry, dict) else []:
                for path in paths if isinstance(paths, list) else [paths]:
                    out += [(leaf, (rd, route), hop["ip"]) for hop in path["nexthops"] if "ip" in hop]
    return out


WATCH_FDB = r"""
import json, select, socket, struct, sys
RTMGRP_NEIGH, RTM_NEWNEIGH, NDA_DST, NDA_LLADDR = 4, 28, 1, 2
mac, seen = bytes.fromhex(sys.argv[1].replace(":", "")), set()
sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
sock.bind((0, RTMGRP_NEIGH))
print("ready", flush=True)
while True:
    ready = select.select([sock, sys.stdin], [], [])[0]
    if sock not in ready:
        break
    data = sock.recv(1 << 16)
    while len(data) >= 28:
        length, kind = struct.unpack_from("=IH", data)
        at, found = 28, {}
        while at + 4 <= length:
            size, attribute = struct.unpack_from("=HH", data, at)
            found[attribute] = data[at + 4:at + size]
            at += (size + 3) & ~3
        if kind == RTM_NEWNEIGH and data[16] == socket.AF_BRIDGE and found.get(NDA_LLADDR) == mac and NDA_DST in found:
            seen.add(socket.inet_ntop(socket.AF_INET, found[NDA_DST]))
        data = data[(length + 3) & ~3:]
print(json.dumps(sorted(seen)))
"""


class Tunnels:
    "Every tunnel end that a leaf's kernel is told for a MAC, from here to ended(), however short it was"

    def __init__(self, name, mac):
        self.process = get_topogen().gears[name].popen(
            ["python3", "-c", WATCH_FDB, mac], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.process.stdout.readline()

    def ended(self):
        return json.loads(self.process.communicate()[0])
