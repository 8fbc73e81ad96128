# SPDX-License-Identifier: GPL-2.0-or-later
"""What a network is, as data: nodes, links, devices, addresses. Which networks there are: one module each, named below.

Nothing here is executed; netconfig.py turns a node's devices into commands, frrconfig.py its routing into files,
deploy.py brings both to life.
"""

import importlib
from dataclasses import dataclass, field

from client import LabError

TOPOLOGIES = ("pair", "fabric")
GUEST = "guest"                     # the guest's own namespace: switches that are no node (management) live there


@dataclass
class Link:
    """A cable: node and port at either end."""
    a: str
    a_port: str
    b: str
    b_port: str


@dataclass
class Bond:
    """802.3ad, fast LACP, miimon 100."""
    name: str
    members: list


@dataclass
class BridgePort:
    """Membership of a bridge port: `pvid` untagged, `tagged` the others."""
    pvid: int
    tagged: list = field(default_factory=list)


@dataclass
class Bridge:
    """VLAN-aware when any port names VLANs (a BridgePort), else a plain switch (None)."""
    name: str
    ports: dict
    mac: str = ""


@dataclass
class Vlan:
    name: str
    lower: str
    vid: int
    vrf: str = ""


@dataclass
class Vrf:
    name: str
    table: int


@dataclass
class Vxlan:
    """One device for all VNIs (vnifilter); a port of `bridge`, where VLAN vid is VNI vnis[vid]. local: the member's own VTEP."""
    name: str
    local: str
    bridge: str
    vnis: dict


@dataclass
class Gateway:
    """A virtual router made by hand, for a network without mlagd: a macvlan NAME over an SVI, the same on both members."""
    name: str
    svi: str
    vid: int
    bridge: str
    peerlink: str
    address: str                    # with prefix length
    mac: str = "00:00:5e:00:01:01"


@dataclass
class Bgp:
    """BGP unnumbered over these interfaces; `announce`: prefix-list entries of connected routes to announce.

    vrfs: VRF -> its L3 VNI, routed by EVPN type-5; statics: VRF -> {prefix: gateway}.
    detour: (interface, prefixes): routes to these over this interface are the second choice (mlagd(8), the witness).
    """
    asn: int
    router_id: str
    interfaces: list
    announce: list
    evpn: bool = False
    vrfs: dict = field(default_factory=dict)
    statics: dict = field(default_factory=dict)
    timers: str = ""                # keepalive and hold time, seconds
    detour: tuple = ()


@dataclass
class Mlag:
    """The mlag block of frr.conf; ids: bond -> mlag id; vrr: SVI -> virtual addresses with their lengths.

    anycast: the shared VTEP; l3svis: SVIs of L3 VNIs, which share the system MAC; uplinks: tracked interfaces; more: further lines.
    restart: seconds that watchfrr lets pass between two restarts of a daemon; 0: its own 60 to 600.
    """
    system_mac: str
    peer_link: str
    backup: str
    priority: int
    init_delay: int
    ids: dict
    vrr: dict = field(default_factory=dict)
    anycast: str = ""
    l3svis: list = field(default_factory=list)
    uplinks: list = field(default_factory=list)
    more: list = field(default_factory=list)
    restart: int = 0


@dataclass
class Node:
    """devices in the order in which they are made; addresses: interface -> list; routes: prefix -> gateway.

    late: ports that are brought up when the daemons run. FRR 10.7 on the other side keeps a nexthop group whose interface
    went down and takes it into use again when the interface comes up, long before BGP does (zebra_nhg.c, "reuse a nhg
    when an interface goes down"): an uplink that is up before its router is ready attracts what nobody forwards.
    """
    devices: list = field(default_factory=list)
    addresses: dict = field(default_factory=dict)
    routes: dict = field(default_factory=dict)
    bgp: Bgp = None
    mlag: Mlag = None
    late: list = field(default_factory=list)
    forwards: bool = False                          # routes without FRR
    ports: dict = field(default_factory=dict)       # port -> MAC; filled in from the links

    @property
    def daemons(self):
        """FRR daemons that run here."""
        if self.bgp is None:
            return []
        return ["mgmtd", "zebra", "staticd", "bgpd", "bfdd"] + (["mlagd"] if self.mlag else [])


@dataclass
class Network:
    name: str
    options: dict
    nodes: dict
    links: list
    switches: list = field(default_factory=list)    # Bridges in the guest's own namespace

    def __post_init__(self):
        """Give every port its MAC: 44:38:39:00:NODE:PORT, the same on every boot."""
        index = {name: i for i, name in enumerate(self.nodes, 1)}
        for link in self.links:
            for name, port in ((link.a, link.a_port), (link.b, link.b_port)):
                if name == GUEST:
                    continue
                ports = self.nodes[name].ports
                if port in ports:
                    raise LabError(f"{name} {port} has two cables")
                ports[port] = f"44:38:39:00:{index[name]:02x}:{len(ports) + 1:02x}"


def load(name, **options):
    """The Network of that name; LabError for a name or an option that is not known."""
    if name not in TOPOLOGIES:
        raise LabError(f"no topology {name!r}; there are: {', '.join(TOPOLOGIES)}")
    try:
        return importlib.import_module("topology_" + name).network(**options)
    except TypeError as error:
        raise LabError(f"topology {name}: {error}") from error
