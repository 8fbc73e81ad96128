# SPDX-License-Identifier: GPL-2.0-or-later
"""The story: what is done to the pair, step by step, and what must be true of it afterwards.

Each step states its bound before it is measured, and the design's aim beside it where that is narrower:
  - carrier lost (peerlink, leg of a bond): within half a second; the aim is the host's own miimon (100 ms) + 50 ms. What
    the spine still sends to the member that stepped back is lost until BGP has told it, and stock bgpd holds each change
    for 50 ms, on the leaf and again on the spine;
  - a member powered off: 500 ms, which is 100 ms in which a host's bond notices the dead leg and the 400 ms that it needs
    to choose another aggregator (the other member goes to its own LACP id); the aim is to be within the 400;
  - mlagd killed: nothing may be lost, it is not in the way of a frame;
  - a leg or the peerlink back: what is in flight for one round trip, taken as 10 ms of both lanes in a guest with one
    processor;
  - a member back: the same is the aim; but the one that was alone returns from its own LACP id to the pair's, and a host
    with no other leg may choose its aggregator anew once, so the bound is that of a member powered off;
  - never a duplicate, in no step and no flow.
It knows the topology `pair` and what failure.md demands. How things are measured is demo_probe.py's and demo_world.py's.
"""

import dataclasses
import signal
import typing

from demo_probe import LANES, Pair
from demo_world import BONDED, PREFIXES, SHARED_ID, SPINE

MIIMON_MS = 100
RESELECT_MS = 400
CUT_MS, CUT_AIM_MS = 500, MIIMON_MS + 50
OFF_MS, OFF_AIM_MS = MIIMON_MS + RESELECT_MS, RESELECT_MS
ROUND_TRIP_MS = 10
ROUND_TRIP_LOST = ROUND_TRIP_MS * LANES

OUTSIDE = Pair("server01", "outside", "10.1.10.101", "172.16.0.10", 7008)
SERVERS = Pair("server01", "server02", "10.1.10.101", "10.1.20.102", 7024)
ORPHAN = Pair("server03", "server01", "10.1.10.103", "10.1.10.101", 7040)
PAIRS = (OUTSIDE, SERVERS, ORPHAN)


@dataclasses.dataclass(frozen=True)
class Expect:
    """One sentence, and a check that returns (held, what was seen)."""

    what: str
    check: typing.Callable


@dataclasses.dataclass(frozen=True)
class Fact:
    """Something whose delay after the step's first effect is worth a figure: a value of an agent, and when it counts."""

    what: str
    node: str
    key: str
    predicate: typing.Callable  # predicate(world, text)


@dataclasses.dataclass(frozen=True)
class Step:
    title: str  # in the picture and the table
    does: str  # in words
    act: typing.Callable  # act(world)
    expects: tuple
    within: float  # seconds until the state must have been reached and traffic be steady
    gap_ms: typing.Optional[float] = None  # longest gap allowed to a flow; None: see lost
    lost: typing.Optional[int] = None  # datagrams a direction may lose; None: as many as the gap explains
    aim_ms: typing.Optional[float] = None  # the design's aim for the longest gap, when it is narrower than the bound
    least_ms: int = 0  # how long traffic is measured at least
    exempt: tuple = ()  # pairs without service by design, in this step
    exempt_why: str = ""
    back: tuple = PAIRS  # pairs whose traffic must be steady at the end
    first: typing.Optional[Fact] = None  # the step's first effect, from which delays are counted
    facts: tuple = ()


def expect_leaf(leaf, state):
    return Expect(f"{leaf}: {state}", lambda w: (w.leaf(leaf) == state, w.leaf(leaf)))


def expect_peers(leaf):
    def check(world):
        mlag = world.mlag(leaf)
        seen = {key: mlag.get(key) for key in ("peerAlive", "peerRole", "peerInService")}
        return mlag.get("peerAlive") is True and mlag.get("peerInService") is True, seen

    return Expect(f"{leaf}: peer alive and in service", check)


def expect_dual(leaf, *bonds):
    def check(world):
        seen = sorted(world.dual(leaf))
        return seen == sorted(bonds), seen

    return Expect(f"{leaf}: dual-connected {' and '.join(bonds) if bonds else 'none'}", check)


def expect_legs(server, *legs):
    def check(world):
        seen = world.legs(server)
        return seen == list(legs), seen

    return Expect(f"{server}: {' and '.join(legs)} in one aggregator and distributing", check)


def expect_partner(server, shared):
    def check(world):
        seen = world.watch.text(server, "partner")
        return (seen == SHARED_ID) == shared and bool(seen), seen

    return Expect(f"{server}: LACP partner is {'the pair' if shared else 'one member under its own id'}", check)


def expect_port(leaf, port, up):
    def check(world):
        seen = world.watch.text(leaf, port)
        return (seen == "up") == up, seen

    return Expect(f"{leaf}: {port} {'up' if up else 'down'}", check)


def expect_routes(*leaves):
    def check(world):
        seen = {prefix: world.next_hops(prefix) for prefix in PREFIXES}
        return all(hops == sorted(leaves) for hops in seen.values()), seen

    return Expect(f"{SPINE}: {' and '.join(PREFIXES)} via {' and '.join(leaves)}", check)


def expect_two_roles():
    def check(world):
        seen = [world.leaf(leaf) for leaf in ("leaf01", "leaf02")]
        return sorted(seen) == ["primary, in service", "secondary, in service"], seen

    return Expect("one primary, one secondary, both in service", check)


WHOLE = (
    expect_peers("leaf01"), expect_peers("leaf02"),
    expect_dual("leaf01", "bond1", "bond2"), expect_dual("leaf02", "bond1", "bond2"),
    *(expect_legs(server, "eth1", "eth2") for server in BONDED),
    *(expect_partner(server, shared=True) for server in BONDED),
    expect_routes("leaf01", "leaf02"),
)
AS_CONFIGURED = (expect_leaf("leaf01", "primary, in service"), expect_leaf("leaf02", "secondary, in service"), *WHOLE)


def set_links(node, ports, up):
    """All at once: one process for several links."""
    state = "up" if up else "down"
    node.run(["ip", "-batch", "-"], input="".join(f"link set dev {port} {state}\n" for port in ports))


def peerlink(up):
    return lambda world: set_links(world.lab.node("leaf01"), ("swp49", "swp50"), up)


def leg(up):
    return lambda world: set_links(world.lab.node("leaf01"), ("swp1",), up)


def kill_mlagd(world):
    world.killed_pid = world.lab.node("leaf02").pid("mlagd")
    world.lab.node("leaf02").kill("mlagd", signal.SIGKILL)


def expect_new_mlagd(leaf):
    """watchfrr has started another one, and it answers."""

    def check(world):
        seen = world.watch.text(leaf, "mlagd.pid")
        return seen is not None and int(seen) != world.killed_pid, f"pid {seen}, was {world.killed_pid}"

    return Expect(f"{leaf}: mlagd restarted by watchfrr", check)


def carrier_lost(leaf):
    """The peerlink's last member reports down; the bond itself notices only at its next miimon."""
    return Fact("peerlink carrier lost", leaf, "swp50", lambda world, text: text not in (None, "up"))


def port_down(leaf, port):
    return Fact(f"{leaf}'s {port} down", leaf, port, lambda world, text: text not in (None, "up"))


def routes_over(leaf):
    return Fact(f"{SPINE} forwards to {PREFIXES[0]} over {leaf} alone", SPINE, PREFIXES[0],
                lambda world, text: world.hops_of(text) == [leaf])


STEPS = (
    Step("pair is up",
         "Nothing yet: the pair has come up, and the hosts' bonds see one switch.",
         lambda world: None, AS_CONFIGURED, within=60, lost=0, least_ms=3000),
    Step("peerlink cut",
         "leaf01's swp49 and swp50, the whole peerlink, go down. leaf02 is secondary: it must step back to its own LACP id, "
         "find leaf01 alive on the heartbeat, and fence itself. leaf01 carries on.",
         peerlink(up=False),
         (expect_leaf("leaf01", "primary, in service"), expect_leaf("leaf02", "fenced"),
          expect_port("leaf02", "swp1", up=False), expect_port("leaf02", "swp2", up=False),
          *(expect_legs(server, "eth1") for server in BONDED), *(expect_partner(server, shared=True) for server in BONDED),
          expect_routes("leaf01")),
         within=20, gap_ms=CUT_MS, aim_ms=CUT_AIM_MS, exempt=(ORPHAN,), back=(OUTSIDE, SERVERS),
         exempt_why="server03 hangs on leaf02 alone, which is fenced",
         first=carrier_lost("leaf02"),
         facts=(port_down("leaf02", "swp1"), port_down("leaf02", "swp2"), routes_over("leaf01"))),
    Step("peerlink back",
         "swp49 and swp50 come up again. The session returns, tables are synchronised, and leaf02 takes up its legs and routes "
         "in an order that neither loses nor duplicates.",
         peerlink(up=True), AS_CONFIGURED, within=60, lost=ROUND_TRIP_LOST, exempt=(ORPHAN,),
         exempt_why="server03 has no service until leaf02's fence is released"),
    Step("leg of bond1 cut",
         "leaf01's swp1, one of server01's two legs, goes down. What leaf01 has for server01 now crosses the peerlink.",
         leg(up=False),
         (expect_leaf("leaf01", "primary, in service"), expect_leaf("leaf02", "secondary, in service"),
          expect_dual("leaf01", "bond2"), expect_dual("leaf02", "bond2"), expect_legs("server01", "eth2"),
          expect_legs("server02", "eth1", "eth2"), expect_routes("leaf01", "leaf02")),
         within=20, gap_ms=CUT_MS, aim_ms=CUT_AIM_MS),
    Step("leg back",
         "swp1 comes up again.",
         leg(up=True), AS_CONFIGURED, within=30, lost=ROUND_TRIP_LOST),
    Step("mlagd on leaf02 killed",
         "kill -9 of mlagd on leaf02. Not a failure of the switch: nothing changes, and watchfrr starts it again.",
         kill_mlagd, (expect_new_mlagd("leaf02"), *AS_CONFIGURED), within=60, lost=0),
    Step("leaf01 powered off",
         "All links of leaf01 go down and every process on it dies. leaf02 is secondary and hears nobody: it acts alone, under "
         "its own LACP id.",
         lambda world: world.power_off("leaf01"),
         (expect_leaf("leaf02", "acting alone, own LACP id"),
          *(expect_legs(server, "eth2") for server in BONDED), *(expect_partner(server, shared=False) for server in BONDED),
          expect_routes("leaf02")),
         within=30, gap_ms=OFF_MS, aim_ms=OFF_AIM_MS,
         first=carrier_lost("leaf02"),
         facts=(routes_over("leaf02"),)),
    Step("leaf01 back",
         "leaf01 boots cold, joins the pair and takes its share again.",
         lambda world: world.power_on("leaf01"), (expect_two_roles(), *WHOLE), within=120, gap_ms=OFF_MS, aim_ms=ROUND_TRIP_MS),
)
