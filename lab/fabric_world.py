# SPDX-License-Identifier: GPL-2.0-or-later
"""The fabric while something is done to it: who reaches whom, over how many routers, and what continuous traffic lost.

Probes run all the time between servers of different pairs, VLANs and VRFs (lab/probe.c, demo_probe.py), on two lanes each,
so both members of a pair carry some of it. Whoever attracts a prefix, a gateway or a tunnel that it cannot deliver loses
datagrams of a remote server, and that is how it is seen: not by looking at tables. It knows the topology `fabric`; which
faults there are and what may be lost is fabric_faults.py's.
"""

import json
import os

from demo_probe import Pair
from topology_fabric import PAIRS as MEMBERS, SERVERS, VLANS
from traffic import Traffic

HERE = os.path.dirname(os.path.abspath(__file__))
PROBE_US = 20000
TRACE = "/run/fabric_trace.py"
SERVICE_S, STEADY_S = 120, 45
TRACES = 3


def pair(a, b, port):
    return Pair(a, b, SERVERS[a][3], SERVERS[b][3], port)


LOCAL = pair("server01", "server02", 42000)           # routed by the pair that both hang on
BRIDGED = pair("server01", "server04", 42016)         # VLAN 10 on both pairs: VXLAN
ROUTED = pair("server01", "server05", 42032)          # VLAN 10 to 20: symmetric IRB
BLUE = pair("server03", "server06", 42048)            # VLAN 30: VXLAN, the other VRF
ACROSS = pair("server02", "server06", 42064)          # RED to BLUE, through the firewall
PROBED = (LOCAL, BRIDGED, ROUTED, BLUE, ACROSS)


def routers(a, b):
    """How many routers are between two servers when each takes the shortest way."""
    (pair_a, _, vid_a, _), (pair_b, _, vid_b, _) = SERVERS[a], SERVERS[b]
    if vid_a == vid_b:
        return 0
    if VLANS[vid_a] == VLANS[vid_b]:
        return 1 if pair_a == pair_b else 2
    return 5                                          # leaf, border, firewall, border, leaf


def whole(lab):
    """Every pair in service on both members with all bonds dual-connected."""
    for names, (_, _, bonds) in MEMBERS.items():
        for name in names:
            mlag = lab.node(name).vtysh_json("show mlag json")
            dual = {entry["interface"] for entry in mlag["interfaces"] if entry["dualConnected"]}
            if not (mlag["inService"] and mlag["peerInService"] and not mlag["fenced"] and dual == set(bonds)):
                return False
    return True


def flooded_to(lab, name):
    """The tunnel addresses to which a member sends what is flooded, of any VNI."""
    entries = lab.node(name).json(["bridge", "-j", "fdb", "show", "dev", "vxlan48"])
    return {entry["dst"] for entry in entries if entry["mac"] == "00:00:00:00:00:00"}


class World(Traffic):
    """A fabric that is up. start() once; then rest(), window() and walk() as often as wanted; stop()."""

    def __init__(self, lab):
        super().__init__(lab, PROBED, PROBE_US)

    def start(self):
        with open(os.path.join(HERE, "fabric_trace.py"), encoding="utf-8") as stream:
            script = stream.read()
        for server in SERVERS:
            self.lab.node(server).put(TRACE, script)
        self.probes.start()
        self.wait(self.probes.clock, 30, "the prober to report")

    def stop(self):
        self.probes.stop()

    def rest(self):
        """Wait until everything is as configured and all traffic is steady; returns the time, ns."""
        self.lab.wait_for(lambda: whole(self.lab), SERVICE_S, "every pair to be in service", interval=1)
        return self.still()

    def still(self):
        """Wait until all probed traffic flows without loss; returns the time, ns."""
        self.flowing(PROBED, STEADY_S)
        return self.now()

    # -- what became of the traffic ----------------------------------------------------------------------------------------
    def window(self, t0, t1):
        """Figures of each direction for what was sent in [t0, t1)."""
        return [self.probes.figures(p, sender, receiver, t0, t1) for p in PROBED for sender, receiver in self.probes.directions(p)]

    def echoing(self):
        """The members that flood to their own tunnel: they and their hosts get everything twice."""
        shared = {name: f"10.0.1.{vtep}" for names, (_, vtep, _) in MEMBERS.items() for name in names}
        return [name for name, own in shared.items() if own in flooded_to(self.lab, name)]

    # -- who reaches whom ---------------------------------------------------------------------------------------------------
    def walk(self):
        """[(from, to)] of servers that do not reach each other, asked all at once.

        For longer than routing may take to find another way: how long that is, the probes tell.
        """
        asked = "".join(f"(ping -q -c 8 -i 0.4 -W 2 {ip} >/dev/null 2>&1 || echo {name}) &\n" for name, (*_, ip) in SERVERS.items())
        running = {name: self.lab.node(name).popen(["sh", "-c", asked + "wait"]) for name in SERVERS}
        failed = []
        for name, process in running.items():
            with process:
                failed += [(name, other) for other in process.communicate(None, 60).out.split()]
        return sorted(failed)

    def detours(self):
        """{(from, to): routers passed} where they are not as many as the shortest way has; asked again before it is believed,
        since routers bound how many ICMP errors they send."""
        asked = [(name, other) for name in ("server01", "server02", "server06") for other in SERVERS if other != name]
        for _ in range(TRACES):
            asked = self.trace(asked)
        return asked

    def trace(self, asked):
        """Of these (from, to), those that do not take the shortest way, as detours()."""
        targets = {name: [b for a, b in asked if a == name] for name in {a for a, _ in asked}}
        running = {name: self.lab.node(name).popen(["python3", TRACE, *(SERVERS[other][3] for other in others)])
                   for name, others in targets.items()}
        out = {}
        for name, process in running.items():
            with process:
                said = json.loads(process.communicate(None, 120).out)
            for other in targets[name]:
                hops = said[SERVERS[other][3]]
                if hops is None or len(hops) != routers(name, other):
                    out[name, other] = hops
        return out
