# SPDX-License-Identifier: GPL-2.0-or-later
"""The pair as the demo sees it: roles and fences of the leaves, legs of the hosts' bonds, the spine's next hops.

Reads what the agents told (demo_watch.py) and turns it into a network engineer's words. It decides nothing and changes
nothing; what a state should be is demo_steps.py's.
"""

from demo_watch import parsed

LEAVES = ("leaf01", "leaf02")
BONDED = ("server01", "server02")
SPINE = "spine01"
PREFIXES = ("10.1.10.0/24", "10.1.20.0/24")
DISTRIBUTING = 0x20  # IEEE 802.1AX actor/partner state
SHARED_ID = "44:38:39:ff:00:aa"

NET = "/sys/class/net"


def leaf_spec():
    files = {port: f"{NET}/{port}/operstate" for port in ("swp1", "swp2", "swp49", "swp50")}
    for port, bond in (("swp1", "bond1"), ("swp2", "bond2")):
        files[f"{port}.state"] = f"{NET}/{port}/bonding_slave/ad_actor_oper_port_state"
        files[f"{bond}.carrier"] = f"{NET}/{bond}/carrier"
    files["mlagd.pid"] = "/run/frr/mlagd.pid"
    return {"vty": {"mlag": ["/run/frr/mlagd.vty", "show mlag json"]}, "files": files}


def server_spec():
    files = {"aggregator": f"{NET}/bond0/bonding/ad_aggregator", "partner": f"{NET}/bond0/bonding/ad_partner_mac"}
    for eth in ("eth1", "eth2"):
        files[f"{eth}.aggregator"] = f"{NET}/{eth}/bonding_slave/ad_aggregator_id"
        files[f"{eth}.mii"] = f"{NET}/{eth}/bonding_slave/mii_status"
        files[f"{eth}.state"] = f"{NET}/{eth}/bonding_slave/ad_actor_oper_port_state"
    return {"files": files}


def spine_spec():
    vty = {prefix: ["/run/frr/zebra.vty", f"show ip route {prefix} json"] for prefix in PREFIXES}
    return {"vty": vty}


def leaf_state(text):
    """(label, style of the picture, short label) of a `show mlag json` answer; None: the node or its mlagd is not there."""
    if text is None:
        return "mlagd not running", "away", "no mlagd"
    mlag = parsed(text)
    if mlag.get("fenced"):
        return "fenced", "fenced", ""
    if mlag.get("acting"):
        return "acting alone, own LACP id", "acting", "acting"
    role = mlag.get("localRole", "none")
    if mlag.get("inService") and role in ("primary", "secondary"):
        return f"{role}, in service", role, role
    return "coming up", "joining", ""


def members(text):
    """The MLAG bonds of a `show mlag json` answer: {bond: entry}."""
    return {entry.get("interface"): entry for entry in parsed(text).get("interfaces", [])}


class World:
    """The lab's nodes with an agent on each that matters. clock() is the guest's time, ns."""

    def __init__(self, lab, watch, clock):
        self.lab = lab
        self.watch = watch
        self.clock = clock
        self.via = spine_ports(lab.network)
        self.killed_pid = None

    def start(self):
        for leaf in LEAVES:
            self.watch.start(self.lab.node(leaf), leaf_spec())
        for server in BONDED:
            self.watch.start(self.lab.node(server), server_spec())
        self.watch.start(self.lab.node(SPINE), spine_spec())

    def power_off(self, leaf):
        self.watch.note(leaf, "power", self.clock(), "off")
        self.lab.node(leaf).power_off()
        self.watch.stop(leaf)
        self.watch.forget(leaf, self.clock())

    def power_on(self, leaf):
        self.watch.note(leaf, "power", self.clock(), "booting")
        self.lab.node(leaf).power_on()
        self.watch.start(self.lab.node(leaf), leaf_spec())
        self.watch.note(leaf, "power", self.clock(), None)

    def mlag(self, leaf):
        return self.watch.json(leaf, "mlag")

    def leaf(self, leaf):
        """A few words for the leaf's state."""
        return self.watch.text(leaf, "power") or leaf_state(self.watch.text(leaf, "mlag"))[0]

    def dual(self, leaf):
        """The bonds that the leaf calls dual-connected."""
        return {name for name, entry in members(self.watch.text(leaf, "mlag")).items() if entry.get("dualConnected")}

    def legs(self, server):
        """The legs of the server's bond that carry traffic: in the active aggregator and distributing."""
        return legs({key: self.watch.text(server, key) for key in server_spec()["files"]})

    def next_hops(self, prefix):
        """The leaves over which the spine forwards to a prefix."""
        return self.hops_of(self.watch.text(SPINE, prefix))

    def hops_of(self, text):
        """The same, of an answer of the spine's zebra."""
        return next_hops(text, self.via)


def legs(get):
    """Legs that carry traffic, from the files of server_spec()."""
    out = []
    for eth in ("eth1", "eth2"):
        same = get.get(f"{eth}.aggregator") is not None and get[f"{eth}.aggregator"] == get.get("aggregator")
        state = int(get.get(f"{eth}.state") or 0)
        if same and state & DISTRIBUTING and get.get(f"{eth}.mii") == "up":
            out.append(eth)
    return out


def next_hops(text, via):
    """Names of the neighbours behind the active next hops of zebra's selected route; [] when there is none."""
    out = set()
    for routes in parsed(text).values():
        for route in routes if isinstance(routes, list) else []:
            if route.get("selected"):
                out |= {via.get(hop.get("interfaceName"), hop.get("interfaceName"))
                        for hop in route.get("nexthops", []) if hop.get("active")}
    return sorted(out)


def spine_ports(network):
    """{port of the spine: node at its other end}."""
    ends = [(link.a, link.a_port, link.b) for link in network.links]
    ends += [(link.b, link.b_port, link.a) for link in network.links]
    return {port: other for node, port, other in ends if node == SPINE}
