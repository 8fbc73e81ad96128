# SPDX-License-Identifier: GPL-2.0-or-later
"""A lab under measurement: what watches it, how a fault is set off and healed, and what its traffic lost meanwhile.

Times are the kernels' own (bench_agent.py); losses are the prober's (demo_probe.py). Which faults there are is
bench_pair.py's for mlagd and bench_peers.py's for its peers. Nothing is judged here, and nothing that is not seen is guessed.
"""

import dataclasses

import bench_lanes
from bench_rows import BACK, DUPS, GAP, LANE_GONE, LANE_STAYS, LOST
from bench_watch import KernelWatch
from demo_probe import MS
from demo_steps import ORPHAN, OUTSIDE, SERVERS
from demo_world import LEAVES, PREFIXES, SPINE, spine_ports
from traffic import Traffic

PEERLINK = ("swp49", "swp50")
BONDS = ("bond1", "bond2")
LEGS = ("swp1", "swp2")
APART_NS = 15_000_000_000  # between cuts: more than five steps back a minute are damped (rule 11)
CLOCKS = "import time; print(time.monotonic_ns() - time.time_ns())"
KILL = "import os, sys, time; print(time.monotonic_ns(), flush=True); os.kill(int(sys.argv[1]), 9)"


@dataclasses.dataclass
class Window:
    """A fault's time: acted .. over is the fault, over .. healed the way back."""

    fault: str
    acted: int
    over: int
    healed: int
    served: list  # pairs that must be served
    lanes: dict  # flow of OUTSIDE -> leaf that it crossed when the fault came
    gone: str  # leaf that goes


class Bench(Traffic):
    """A lab that is up, what watches it, and the rows that its samples go to, under the name `who`."""

    def __init__(self, lab, rows, who):
        self.outside = bench_lanes.choose(lab, OUTSIDE)
        super().__init__(lab, (self.outside, SERVERS, ORPHAN))
        self.who = who
        self.rows = rows  # (fault, what) -> Row
        self.watch = KernelWatch(self.news)
        self.port = {leaf: port for port, leaf in spine_ports(lab.network).items() if leaf in LEAVES}
        self.windows = []
        self.last_cut = None
        self.offset = int(lab.guest.run(["python3", "-c", CLOCKS]).out)  # of CLOCK_MONOTONIC from CLOCK_REALTIME

    def start(self):
        self.lab.guest.run(["modprobe", "nlmon"])
        for leaf in LEAVES:
            self.watch.start(self.lab.node(leaf), [])
        self.watch.start(self.lab.node(SPINE), PREFIXES)
        self.probes.start()
        self.wait(lambda: self.probes.clock() and self.watch.all_heard(), 30, "prober and agents to report")

    def stop(self):
        self.watch.stop_all()
        self.probes.stop()

    def balanced(self):
        """Wait until the spine balances over both leaves and all traffic flows."""
        self.wait(lambda: all(self.spine(p, *LEAVES) for p in PREFIXES), 30, "spine01's routes over both")
        self.flowing(self.pairs, 30)

    def served_without(self, leaf):
        """The pairs that must be served while that leaf serves nobody: server03 hangs on leaf02 alone."""
        return [pair for pair in self.pairs if pair != ORPHAN or leaf == "leaf01"]

    def spine(self, key, *leaves):
        """Whether the spine now forwards to a prefix over exactly these leaves."""
        return self.watch.text(SPINE, key) == sorted(self.port[leaf] for leaf in leaves)

    def at(self, node, keys, since, predicate):
        """When all keys of the node satisfied the predicate, each first after `since`; None when one did not."""
        times = [self.watch.since(node, key, since, predicate) for key in keys]
        return max(times) if all(times) else None

    def down(self, node, keys, since):
        return self.at(node, keys, since, lambda value: value == "down")

    def alone(self, leaf, since, keys=PREFIXES):
        return self.at(SPINE, keys, since, lambda value: value == [self.port[leaf]])

    def update(self, leaf, since, prefixes=PREFIXES):
        """When spine01 got from the leaf the UPDATE about each of the prefixes, the last of them."""
        return self.at(SPINE, [f"{p}.update" for p in prefixes], since, lambda value: value == self.port[leaf])

    def add(self, fault, what, start, end):
        """Enter a time in ms, or None when one of its ends was not seen."""
        self.rows[fault, what].add((end - start) / MS if start and end else None, self.who)

    def break_and_heal(self, fault, gone, served, act, seen, heal):
        """One fault: act, wait for seen(acted), and for steady traffic; heal; wait until whole. Returns (acted, over)."""
        lanes = bench_lanes.crossing(self.lab, self.outside)
        if self.last_cut is not None:
            self.wait(lambda: self.probes.clock() - self.last_cut >= APART_NS, 60, "the time between cuts")
        acted = self.last_cut = self.now()
        act()
        self.news.wait_for(lambda: seen(acted), 10)
        since = self.probes.clock()
        self.news.wait_for(lambda: self.steady(served, since), 20)
        over = self.now()
        heal()
        self.settle()
        self.windows.append(Window(fault, acted, over, self.now(), served, lanes, gone))
        return acted, over

    def settle(self):
        """Wait until all is whole and all traffic flows; returns (first, second) leaf by role."""
        raise NotImplementedError

    def power_off(self, leaf):
        self.lab.node(leaf).power_off()
        self.watch.stop(leaf)
        self.watch.forget(leaf, self.probes.clock())

    def power_on(self, leaf):
        self.lab.node(leaf).power_on()
        self.watch.start(self.lab.node(leaf), [])
        self.wait(lambda: self.watch.text(leaf, PEERLINK[-1]), 30, f"the agent on {leaf}")

    def account(self):
        """Traffic of every window, once the prober has told all."""
        for window in self.windows:
            self.count(window.fault, window, window.acted, window.over if window.fault in BACK else window.healed)
            if window.fault in BACK:
                self.count(BACK[window.fault], window, window.over, window.healed)

    def count(self, fault, window, t0, t1):
        figures = [self.probes.figures(pair, *ends, t0, t1) for pair in self.pairs for ends in self.probes.directions(pair)]
        for one in figures:
            if one.pair in window.served:
                self.rows[fault, GAP].add(one.longest_gap_ms, self.who)
                self.rows[fault, LOST].add(one.lost, self.who)
        self.rows[fault, DUPS].add(sum(one.duplicates for one in figures), self.who)
        if (fault, LANE_GONE) in self.rows:
            for flow, leaf in window.lanes.items():
                gap = self.probes.figures(bench_lanes.Lane(flow), flow.pair.b, flow.pair.a, t0, t1).longest_gap_ms
                self.rows[fault, LANE_GONE if leaf == window.gone else LANE_STAYS].add(gap, self.who)
