# SPDX-License-Identifier: GPL-2.0-or-later
"""Topology `pair`: two leaves that are one to their hosts, a spine, and a host behind it.

                      outside 172.16.0.10
                         | eth1
                         | swp3
                      spine01  AS 65199
                  swp1 /     \\ swp2
                 swp51/       \\swp51
      AS 65101  leaf01 ======= leaf02  AS 65102         ==== peerlink: swp49 + swp50
                swp1 swp2     swp1 swp2 swp3
                 |     \\________|___ |     \\
                 |  ____________|   \\|      |
             bond0 (eth1, eth2)   bond0    eth1
              server01           server02  server03
              VLAN 10            VLAN 20   VLAN 10
    eth0 of the leaves: management, 192.168.200.0/24
"""

from topology import GUEST, Bgp, Bond, Bridge, BridgePort, Gateway, Link, Mlag, Network, Node, Vlan

VLANS = (10, 20)
LEAF_ROUTES = ["10.1.0.0/16 ge 24 le 24", "10.10.10.0/24 ge 32 le 32"]
QUICK = ["authentication key quick", "timers keepalive 500 multiplier 3", "restart-time 5", "reload-delay 20", "uplink swp51"]
SPINE_ROUTES = ["172.16.0.0/24", "10.10.10.0/24 ge 32 le 32"]


def member(number, quick, brisk):
    """The mlag configuration of leaf01 or leaf02."""
    vrr = {f"vlan{vid}": [f"10.1.{vid}.1/24"] for vid in VLANS}
    more = [*QUICK, f"witness 10.10.10.{3 - number} source 10.10.10.{number}"] if quick else []
    return Mlag("44:38:39:ff:00:aa", "peerlink.4094", f"192.168.200.{3 - number}", 1000 * number, 5 if quick or brisk else 10,
                {"bond1": 1, "bond2": 2}, vrr, more=more, restart=1 if quick or brisk else 0)


def leaf(number, orphans, mlag):
    """leaf01 or leaf02; orphans: bridge ports that only this one has."""
    address = number + 1
    devices = [
        Bond("peerlink", ["swp49", "swp50"]),
        Bond("bond1", ["swp1"]),
        Bond("bond2", ["swp2"]),
        Bridge("br_default", {"peerlink": BridgePort(1, list(VLANS)), "bond1": BridgePort(10), "bond2": BridgePort(20),
                              **orphans}, mac=f"44:38:39:00:00:{number:02x}"),
        Vlan("peerlink.4094", "peerlink", 4094),
    ]
    addresses = {"lo": [f"10.10.10.{number}/32"], "eth0": [f"192.168.200.{number}/24"]}
    for vid in VLANS:
        devices.append(Vlan(f"vlan{vid}", "br_default", vid))
        if not mlag:
            devices.append(Gateway(f"vlan{vid}-v0", f"vlan{vid}", vid, "br_default", "peerlink", f"10.1.{vid}.1/24"))
        addresses[f"vlan{vid}"] = [f"10.1.{vid}.{address}/24"]
    return Node(
        devices, addresses, late=["swp51"],
        bgp=Bgp(65100 + number, f"10.10.10.{number}", ["swp51", "peerlink.4094"], LEAF_ROUTES,
                detour=("peerlink.4094", [f"10.10.10.{3 - number}/32"])),
        mlag=mlag)


def dual_homed(address, gateway):
    return Node([Bond("bond0", ["eth1", "eth2"])], {"bond0": [address]}, {"default": gateway})


def network(mlag=True, quick=False, brisk=False):
    """mlag=False: the same network with no mlagd, no zebra module and no mlag configuration.

    brisk: in service 5 s sooner, and a watchfrr that restarts again and again: for tests, which would only wait.
    quick: that, short timers and a witness through the fabric, with the key that it needs: for tests of what happens when times are over.
    """
    nodes = {
        "leaf01": leaf(1, {}, member(1, quick, brisk) if mlag else None),
        "leaf02": leaf(2, {"swp3": BridgePort(10)}, member(2, quick, brisk) if mlag else None),
        "spine01": Node(addresses={"lo": ["10.10.10.101/32"], "swp3": ["172.16.0.1/24"]},
                        bgp=Bgp(65199, "10.10.10.101", ["swp1", "swp2"], SPINE_ROUTES)),
        "server01": dual_homed("10.1.10.101/24", "10.1.10.1"),
        "server02": dual_homed("10.1.20.102/24", "10.1.20.1"),
        "server03": Node(addresses={"eth1": ["10.1.10.103/24"]}, routes={"default": "10.1.10.1"}),
        "outside": Node(addresses={"eth1": ["172.16.0.10/24"]}, routes={"default": "172.16.0.1"}),
    }
    links = [
        Link("leaf01", "swp1", "server01", "eth1"), Link("leaf02", "swp1", "server01", "eth2"),
        Link("leaf01", "swp2", "server02", "eth1"), Link("leaf02", "swp2", "server02", "eth2"),
        Link("leaf02", "swp3", "server03", "eth1"),
        Link("leaf01", "swp49", "leaf02", "swp49"), Link("leaf01", "swp50", "leaf02", "swp50"),
        Link("leaf01", "swp51", "spine01", "swp1"), Link("leaf02", "swp51", "spine01", "swp2"),
        Link("spine01", "swp3", "outside", "eth1"),
        Link("leaf01", "eth0", GUEST, "mgmt-leaf01"), Link("leaf02", "eth0", GUEST, "mgmt-leaf02"),
    ]
    management = Bridge("mgmt", {"mgmt-leaf01": None, "mgmt-leaf02": None})
    return Network("pair", {"mlag": mlag, "quick": quick, "brisk": brisk}, nodes, links, [management])
