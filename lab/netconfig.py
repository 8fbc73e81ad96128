# SPDX-License-Identifier: GPL-2.0-or-later
"""From a node's devices to the commands that make them: a few batches, since starting a process is what costs time.

The recipe of Gateway is VRR by hand for networks without mlagd: frames to the virtual MAC are for this member (a local FDB
entry), only the macvlan answers ARP for it, and the peerlink carries neither frames from the virtual MAC nor questions
for the virtual address.
"""

from topology import GUEST, Bond, Bridge, Gateway, Vlan, Vrf, Vxlan


def links(network, pids):
    """`ip -batch` lines, run in the guest: every cable, its ends in their nodes (pids: node -> its process 1)."""
    lines = []
    for link in network.links:
        ends = []
        for name, port in ((link.a, link.a_port), (link.b, link.b_port)):
            mac = "" if name == GUEST else f" address {network.nodes[name].ports[port]}"
            ends.append(f"name {port}{mac}" + ("" if name == GUEST else f" netns {pids[name]}"))
        lines.append(f"link add {ends[0]} type veth peer {ends[1]}")
    for switch in network.switches:
        lines += bridge(switch) + [f"link set {port} up" for port in switch.ports]
        lines.append(f"link set {switch.name} up")
    return lines


def bridge(device):
    aware = any(device.ports.values())
    # No STP delay: a port forwards as soon as it is up. No default VLAN: memberships are all spelled out.
    options = " stp_state 0 forward_delay 0" + (" vlan_filtering 1 vlan_default_pvid 0" if aware else "")
    mac = f" address {device.mac}" if device.mac else ""
    return [f"link add {device.name}{mac} type bridge{options}",
            *(f"link set {port} master {device.name}" for port in device.ports)]


def bond(device):
    # `fast` and the rest are refused once the bond has members or is up.
    return [f"link add {device.name} type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4",
            *(f"link set {member} master {device.name}" for member in device.members)]


def device_lines(device):
    """`ip -batch` lines that make one device."""
    if isinstance(device, Bond):
        return bond(device)
    if isinstance(device, Bridge):
        return bridge(device)
    if isinstance(device, Vlan):
        return [f"link add link {device.lower} name {device.name} type vlan id {device.vid}",
                *([f"link set {device.name} master {device.vrf}"] if device.vrf else [])]
    if isinstance(device, Vrf):
        return [f"link add {device.name} type vrf table {device.table}"]
    if isinstance(device, Vxlan):
        return [f"link add {device.name} type vxlan dstport 4789 local {device.local} nolearning external vnifilter",
                f"link set {device.name} master {device.bridge}",
                f"link set {device.name} type bridge_slave vlan_tunnel on neigh_suppress on learning off"]
    if isinstance(device, Gateway):
        return [f"link add link {device.svi} name {device.name} address {device.mac} type macvlan mode private"]
    raise TypeError(device)


def vlan_lines(node):
    """`bridge -batch` lines: memberships of ports, SVIs on the bridge itself, the local entry of virtual MACs."""
    lines = []
    bridges = {device.name for device in node.devices if isinstance(device, Bridge)}
    for device in node.devices:
        if isinstance(device, Bridge):
            for port, member in device.ports.items():
                lines.append(f"vlan add dev {port} vid {member.pvid} pvid untagged")
                lines += [f"vlan add dev {port} vid {vid}" for vid in member.tagged]
        elif isinstance(device, Vxlan):
            for vid, vni in device.vnis.items():
                lines += [f"vlan add dev {device.name} vid {vid}",
                          f"vlan add dev {device.name} vid {vid} tunnel_info id {vni}",
                          f"vni add dev {device.name} vni {vni}"]
        elif isinstance(device, Vlan) and device.lower in bridges:
            lines.append(f"vlan add dev {device.lower} vid {device.vid} self")
        elif isinstance(device, Gateway):
            lines.append(f"fdb add {device.mac} dev {device.bridge} vlan {device.vid} self local")
    return lines


def address_lines(node):
    """`ip -batch` lines: addresses, then everything up, members before what stands on them, then routes."""
    lines = [f"address add {address} dev {name}" for name, several in node.addresses.items() for address in several]
    lines += [f"address add {d.address} dev {d.name}" for d in node.devices if isinstance(d, Gateway)]
    lines.append("link set lo up")
    lines += [f"link set {name} up" for name in (*(d.name for d in node.devices), *node.ports) if name not in node.late]
    lines += [f"route add {prefix} via {gateway}" for prefix, gateway in node.routes.items()]
    return lines


def sysctls(node):
    """path under /proc/sys -> value."""
    values = {}
    if node.bgp is not None or node.forwards:
        values.update({"net/ipv4/ip_forward": 1, "net/ipv6/conf/all/forwarding": 1,
                       "net/ipv4/fib_multipath_hash_policy": 1, "net/ipv4/conf/all/ignore_routes_with_linkdown": 1})
    for device in node.devices:
        if isinstance(device, Gateway):
            for name in (device.svi, device.name):
                values[f"net/ipv4/conf/{name}/arp_ignore"] = 1
                values[f"net/ipv4/conf/{name}/arp_announce"] = 2
            values[f"net/ipv6/conf/{device.name}/accept_dad"] = 0
    return values


def filters(node):
    """nft script for the Gateways, in a table of the lab's own; empty when there are none."""
    gateways = [d for d in node.devices if isinstance(d, Gateway)]
    if not gateways:
        return ""
    addresses = ", ".join(d.address.split("/")[0] for d in gateways)
    macs = ", ".join(sorted({d.mac for d in gateways}))
    peerlink = gateways[0].peerlink
    return f"""table bridge lab_vrr {{
    chain to_peer {{
        type filter hook output priority 0; policy accept;
        oifname "{peerlink}" ether saddr {{ {macs} }} drop
    }}
    chain from_peer {{
        type filter hook prerouting priority -300; policy accept;
        iifname "{peerlink}" meta protocol arp arp daddr ip {{ {addresses} }} drop
    }}
}}
"""


def script(node):
    """One shell script that brings the node's network from nothing to up."""
    parts = [heredoc("ip -batch -", [line for device in node.devices for line in device_lines(device)]),
             heredoc("bridge -batch -", vlan_lines(node)),
             *(f"echo {value} >/proc/sys/{path}" for path, value in sysctls(node).items()),
             heredoc("nft -f -", filters(node).splitlines()),
             heredoc("ip -batch -", address_lines(node))]
    return "set -e\n" + "\n".join(part for part in parts if part) + "\n"


def heredoc(command, lines):
    return "\n".join([f"{command} <<'END'", *lines, "END"]) if lines else ""
