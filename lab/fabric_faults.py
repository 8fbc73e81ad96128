# SPDX-License-Identifier: GPL-2.0-or-later
"""Every single failure of the fabric: how it is done, healed, and what traffic may lose of it.

`loss_ms` bounds the longest gap of any probed direction while it lasts, `back_ms` while it is healed; both are this lab's,
where sixteen machines share one processor, so they are two to five times what a quiet host shows, and tell a mechanism from
none: what has to wait for a timer of BGP, for a host's ARP or for a daemon's restart is seconds.
"""

import dataclasses
import typing

from demo_steps import set_links

PEERLINK, UPLINKS = ("swp49", "swp50"), ("swp51", "swp52")
RESTART_S = 90


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    act: typing.Callable
    heal: typing.Callable
    loss_ms: float
    back_ms: float
    short: bool = False
    shortest: bool = True  # the shortest way is there meanwhile: no router may be passed twice


def links(name, node, ports, **how):
    return Fault(name, lambda lab: set_links(lab.node(node), ports, False), lambda lab: set_links(lab.node(node), ports, True), **how)


def killed(node, daemon, **how):
    """kill -9; healed is it when watchfrr has it running again."""
    pids = {}

    def act(lab):
        pids[0] = lab.node(node).pid(daemon)
        lab.node(node).run(["kill", "-9", str(pids[0])])

    def again(lab):
        lab.wait_for(lambda: lab.node(node).pid(daemon) not in (None, pids[0]), RESTART_S, f"watchfrr to restart {node}'s {daemon}")

    return Fault(f"{daemon} of {node} killed", act, again, **how)


def off(node, **how):
    return Fault(f"{node} off", lambda lab: lab.node(node).power_off(), lambda lab: lab.node(node).power_on(), **how)


def lone(node, asn, **how):
    """No uplink, and no way over the peerlink: D6 makes it step back."""
    session = [f"router bgp {asn}", "neighbor peerlink.4094 shutdown"]

    def act(lab):
        lab.node(node).configure(*session)
        set_links(lab.node(node), UPLINKS, False)

    def heal(lab):
        set_links(lab.node(node), UPLINKS, True)
        lab.node(node).configure(session[0], "no " + session[1])

    return Fault(f"{node} without uplinks and detour", act, heal, **how)


# With a processor for the lab 180 to 400 ms, beside other work up to 900; most of it until BGP has told the spines to
# send nothing any more to the member that stepped back.
CUT = {"loss_ms": 1500, "back_ms": 500}
CARRIER = {"loss_ms": 500, "back_ms": 500}
DAEMON = {"loss_ms": 500, "back_ms": 1000}
# A member without any way out gives routing 1 s to find one, the primary 2 s, before it steps aside (D6).
BARE = {"loss_ms": 2500, "back_ms": 1000}
POWER = {"loss_ms": 1500, "back_ms": 1000}

FAULTS = (
    links("peerlink of leaf01 and leaf02 cut", "leaf01", PEERLINK, **CUT),
    links("peerlink of border01 and border02 cut", "border02", PEERLINK, **CUT),
    links("peerlink of leaf03 and leaf04 cut", "leaf03", PEERLINK, **CUT),
    links("one cable of a peerlink cut", "leaf01", PEERLINK[:1], **CARRIER),
    links("other cable of leaf03's peerlink cut", "leaf03", PEERLINK[1:], **CARRIER),
    links("leg of leaf01 cut", "leaf01", ("swp1",), short=True, **CARRIER),
    links("leg of leaf02 cut", "leaf02", ("swp2",), **CARRIER),
    links("leg of border01 cut", "border01", ("swp1",), **CARRIER),
    links("leg of leaf03 cut", "leaf03", ("swp2",), **CARRIER),
    links("uplink of leaf01 cut", "leaf01", UPLINKS[:1], **CARRIER),
    links("uplink of border01 cut", "border01", UPLINKS[1:], **CARRIER),
    links("uplinks of leaf02 cut", "leaf02", UPLINKS, shortest=False, **CARRIER),
    lone("leaf01", 65101, **BARE),
    killed("leaf01", "mlagd", short=True, **DAEMON),
    killed("leaf02", "mlagd", **DAEMON),
    killed("border01", "mlagd", **DAEMON),
    killed("leaf01", "zebra", **DAEMON),
    killed("leaf02", "zebra", **DAEMON),
    killed("border02", "zebra", **DAEMON),
    killed("spine02", "zebra", **DAEMON),
    killed("leaf01", "bgpd", **BARE),
    killed("leaf02", "bgpd", **BARE),
    killed("border01", "bgpd", **BARE),
    killed("spine01", "bgpd", **DAEMON),
    off("leaf01", **POWER),
    off("leaf02", **POWER),
    off("leaf03", **POWER),
    off("border01", **POWER),
    off("border02", **POWER),
    off("spine01", **POWER),
    off("spine02", **POWER),
)
