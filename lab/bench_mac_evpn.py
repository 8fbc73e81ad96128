# SPDX-License-Identifier: GPL-2.0-or-later
"""The peer of bench mac: EVPN type-2 between the leaves of a pair without mlagd.

VLAN 10 is VNI 10 on both, their VTEPs are their loopbacks, and the session over peerlink.4094 carries the routes: stock
zebra reads the addresses off the bridge, bgpd announces them, and the other zebra puts them on its vxlan device. The
peerlink no longer bears VLAN 10: with both, what is flooded would go round for ever, and take all of the guest's processor.
"""

import json

from demo_world import LEAVES

VNI = 10
DEVICE = """
ip link add vx{vni} type vxlan id {vni} dstport 4789 local {vtep} nolearning
ip link set vx{vni} master br_default
bridge vlan add dev vx{vni} vid {vni} pvid untagged
ip link set vx{vni} type bridge_slave learning off
bridge vlan del dev peerlink vid {vni}
ip link set vx{vni} up
"""


def evpn(lab):
    """Configure it; returns when each leaf knows the other as a VTEP."""
    for leaf in LEAVES:
        node, bgp = lab.node(leaf), lab.network.nodes[leaf].bgp
        node.sh(DEVICE.format(vni=VNI, vtep=bgp.router_id))
        result = node.configure(f"router bgp {bgp.asn}", "address-family l2vpn evpn", "neighbor peerlink.4094 activate",
                                "advertise-all-vni")
        if result.rc:
            raise RuntimeError(result.out + result.err)
    for leaf in LEAVES:
        node = lab.node(leaf)
        lab.wait_for(lambda node=node: remote_vteps(node), 60, f"{leaf} to know the other VTEP")


def remote_vteps(node):
    known = json.loads(node.vtysh(f"show evpn vni {VNI} json")).get("numRemoteVteps")
    return isinstance(known, int) and known > 0
