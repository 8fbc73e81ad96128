# SPDX-License-Identifier: GPL-2.0-or-later
"""Topology `fabric`: three MLAG pairs on two spines, EVPN with symmetric IRB in two VRFs.

                spine01           spine02            AS 65199, every leaf and border on both
       ____________|_________________|____________
      |        |        |        |        |       |
    leaf01 = leaf02   leaf03 = leaf04  border01 = border02      = peerlink: swp49 + swp50
    65101    65102    65103    65104   65253      65254
     VTEP 10.0.1.12    VTEP 10.0.1.34    VTEP 10.0.1.254
      |        |        |        |        |       |
    server01 VLAN 10  server04 VLAN 10   firewall VLAN 101, 102
    server02 VLAN 20  server05 VLAN 20
    server03 VLAN 30  server06 VLAN 30            swp1..swp3 = bond1..bond3, one leg to each member

VLANs 10, 20 and 101 are VRF RED (L3 VNI 4001), 30 and 102 BLUE (4002); between the two every packet passes the firewall.
"""

from topology import GUEST, Bgp, Bond, Bridge, BridgePort, Link, Mlag, Network, Node, Vlan, Vrf, Vxlan

SPINES = ("spine01", "spine02")
ANYSPINE = "10.10.10.100/32"  # both have it
VRFS = {"RED": 4001, "BLUE": 4002}
VLANS = {10: "RED", 20: "RED", 30: "BLUE", 101: "RED", 102: "BLUE"}
FIREWALL = {"RED": "10.1.101.4", "BLUE": "10.1.102.4"}
# name -> (its pair's two router numbers, VLAN of each bond: one number untagged, several tagged)
PAIRS = {
    ("leaf01", "leaf02"): ((1, 2), 12, {"bond1": [10], "bond2": [20], "bond3": [30]}),
    ("leaf03", "leaf04"): ((3, 4), 34, {"bond1": [10], "bond2": [20], "bond3": [30]}),
    ("border01", "border02"): ((63, 64), 254, {"bond1": [101, 102]}),
}
# server -> pair, port on both members, VLAN, address
SERVERS = {
    "server01": (("leaf01", "leaf02"), "swp1", 10, "10.1.10.101"),
    "server02": (("leaf01", "leaf02"), "swp2", 20, "10.1.20.102"),
    "server03": (("leaf01", "leaf02"), "swp3", 30, "10.1.30.103"),
    "server04": (("leaf03", "leaf04"), "swp1", 10, "10.1.10.104"),
    "server05": (("leaf03", "leaf04"), "swp2", 20, "10.1.20.105"),
    "server06": (("leaf03", "leaf04"), "swp3", 30, "10.1.30.106"),
}
# Sixteen machines share one processor: with the profile's 3 and 9 s a busy host alone ends sessions. Carrier loss ends them at once.
TIMERS = "20 60"
ANNOUNCE = ["10.10.10.0/24 ge 32 le 32", "10.0.1.0/24 ge 32 le 32"]


def wanted(names):
    """The routes that a member has to have before it serves: what any spine brings, so that one that is down keeps nobody
    waiting, and, at a leaf, what EVPN brings of the borders. A spine says the borders' routes last, so when they are there
    all others are, however many addresses there are."""
    return [ANYSPINE] if names[0] == "border01" else [ANYSPINE, *(f"0.0.0.0/0 vrf {vrf}" for vrf in VRFS)]


def member(names, side, mlag):
    """One leaf or border; side 0 or 1 of its pair."""
    numbers, vtep, bonds = PAIRS[names]
    number, other = numbers[side], numbers[1 - side]
    vlans = sorted({vid for several in bonds.values() for vid in several})
    own, l3 = f"10.10.10.{number}", {vni: vni for vni in VRFS.values()}
    host = number + 1 if names[0] != "border01" else side + 2  # VLANs 10 to 30 are on four leaves
    devices = [
        *(Vrf(vrf, vni) for vrf, vni in VRFS.items()),
        Bond("peerlink", ["swp49", "swp50"]),
        *(Bond(bond, [f"swp{bond[4:]}"]) for bond in bonds),
        Bridge("br_default", {**({"peerlink": BridgePort(1, vlans)} if mlag else {}),
                              **{bond: BridgePort(vids[0]) if len(vids) == 1 else BridgePort(1, vids)
                                 for bond, vids in bonds.items()}}, mac=f"44:38:39:00:00:{number:02x}"),
        Vxlan("vxlan48", own, "br_default", {**{vid: vid for vid in vlans}, **l3}),
        Vlan("peerlink.4094", "peerlink", 4094),
        *(Vlan(f"vlan{vid}", "br_default", vid, VLANS[vid]) for vid in vlans),
        *(Vlan(f"vlan{vni}", "br_default", vni, vrf) for vrf, vni in VRFS.items()),
    ]
    addresses = {"lo": [f"{own}/32"], "eth0": [f"192.168.200.{number}/24"],
                 **{f"vlan{vid}": [f"10.1.{vid}.{host}/24"] for vid in vlans}}
    bgp = Bgp(65100 + number if number < 60 else 65190 + number, own, ["swp51", "swp52", "peerlink.4094"], ANNOUNCE,
              evpn=True, vrfs=VRFS, timers=TIMERS)
    if names[0] == "border01":
        bgp.statics = {vrf: {"0.0.0.0/0": gateway} for vrf, gateway in FIREWALL.items()}
    return Node(devices, addresses, late=["swp51", "swp52"], bgp=bgp, mlag=Mlag(
        f"44:38:39:ff:00:{vtep:02x}", "peerlink.4094", f"192.168.200.{other}", 1000 * (side + 1), 10,
        {bond: int(bond[4:]) for bond in bonds}, {f"vlan{vid}": [f"10.1.{vid}.1/24"] for vid in vlans},
        f"10.0.1.{vtep}", [f"vlan{vni}" for vni in VRFS.values()], ["swp51", "swp52"],
        [f"init-until {route}" for route in wanted(names)]) if mlag else None)


def firewall():
    """A router between the two VRFs; what is no neighbour of its own is reached through the VRF that has it."""
    red, blue = ("10.1.10.0/24", "10.1.20.0/24"), ("10.1.30.0/24",)
    return Node([Bond("bond0", ["eth1", "eth2"]), Vlan("bond0.101", "bond0", 101), Vlan("bond0.102", "bond0", 102)],
                {"bond0.101": ["10.1.101.4/24"], "bond0.102": ["10.1.102.4/24"]},
                {**{prefix: "10.1.101.1" for prefix in red}, **{prefix: "10.1.102.1" for prefix in blue}}, forwards=True)


def network(mlag=True):
    """mlag=False: without mlagd, zebra's module and mlag configuration; then no gateway, no shared VTEP either, and the
    peerlink is no bridge port: beside VXLAN between the same two it would be a loop.
    """
    nodes, links, management = {}, [], {}
    for names in PAIRS:
        for side, name in enumerate(names):
            nodes[name] = member(names, side, mlag)
            links.append(Link(name, "eth0", GUEST, f"mgmt-{name}"))
            management[f"mgmt-{name}"] = None
        links += [Link(names[0], port, names[1], port) for port in ("swp49", "swp50")]
    routers = list(nodes)
    for n, spine in enumerate(SPINES):
        nodes[spine] = Node(addresses={"lo": [f"10.10.10.{101 + n}/32", ANYSPINE]},
                            bgp=Bgp(65199, f"10.10.10.{101 + n}", [f"swp{i}" for i in range(1, len(routers) + 1)],
                                    ANNOUNCE, evpn=True, timers=TIMERS))
        links += [Link(router, f"swp{51 + n}", spine, f"swp{i}") for i, router in enumerate(routers, 1)]
    for server, (pair, port, vid, address) in SERVERS.items():
        nodes[server] = Node([Bond("bond0", ["eth1", "eth2"])], {"bond0": [f"{address}/24"]}, {"default": f"10.1.{vid}.1"})
        links += [Link(pair[0], port, server, "eth1"), Link(pair[1], port, server, "eth2")]
    nodes["firewall"] = firewall()
    links += [Link("border01", "swp1", "firewall", "eth1"), Link("border02", "swp1", "firewall", "eth2")]
    return Network("fabric", {"mlag": mlag}, nodes, links, [Bridge("mgmt", management)])
