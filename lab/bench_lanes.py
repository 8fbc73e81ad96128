# SPDX-License-Identifier: GPL-2.0-or-later
"""Lanes on purpose: ports of which the spine's hash sends one lane over each leaf, asked of the spine's own kernel.

The kernel's multipath hash has a random seed on each boot, so the ports are chosen anew for each lab, and which lane crosses
which leaf is asked again before each fault.
"""

import dataclasses
import itertools

from demo_world import SPINE, spine_ports

SEND_PORT = 7000  # PROBE_SEND_PORT of probe_net.h
STEP, TRIES = 64, 64  # keeps the low bits, which put the lanes on different legs of a bond
TIMEOUT_S = 120


@dataclasses.dataclass(frozen=True)
class Lane:
    """One flow where Probes expects a pair."""

    flow: object

    def flows(self):
        return [self.flow]


def leaf_of(lab, pair, port):
    """The leaf over which the spine sends a datagram of pair.b (behind it) to pair.a; None when there is no route."""
    words = ["ip", "-j", "route", "get", pair.a_ip, "from", pair.b_ip, "iif", "swp3", "ipproto", "udp",
             "sport", str(SEND_PORT), "dport", str(port)]
    routes = lab.node(SPINE).json(words, check=False)
    return spine_ports(lab.network).get(routes[0].get("dev")) if routes else None


def crossing(lab, pair):
    """{flow: leaf} of all lanes of the pair."""
    return {flow: leaf_of(lab, pair, flow.id) for flow in pair.flows()}


def choose(lab, pair):
    """The pair with a port at which its lanes cross different leaves; tries on until the spine has routes over both."""
    ports = itertools.cycle(range(pair.port, pair.port + STEP * TRIES, STEP))

    def attempt():
        tried = dataclasses.replace(pair, port=next(ports))
        over = crossing(lab, tried)
        return tried if None not in over.values() and len(set(over.values())) == len(over) else None

    return lab.wait_for(attempt, TIMEOUT_S, f"a port at which {SPINE} sends the lanes of {pair.a} over different leaves")
