# SPDX-License-Identifier: GPL-2.0-or-later
"""bench failover: how long it takes until a fault is answered, and what traffic loses meanwhile.

In each run, by role and not by name, since roles may change hands when the primary goes: the peerlink is cut, a leg of the
primary's bond1 is cut, the primary is powered off, and each is healed again. Beside it the peer: stock zebra and bgpd withdraw
the same route for a reason in which mlagd has no part (vlan10 of the secondary set down). Times are the kernels' own
(bench_agent.py); losses are the prober's (demo_probe.py). Nothing is judged here, and nothing that is not seen is guessed.
"""

import time

from api import Lab, LabError
from bench_stat import Row
from bench_watch import KernelWatch
from demo_probe import MS, Probes
from demo_steps import CUT_AIM_MS, OFF_AIM_MS, ORPHAN, PAIRS, ROUND_TRIP_LOST, set_links
from demo_watch import News
from demo_world import LEAVES, PREFIXES, SHARED_ID, SPINE, spine_ports

PEERLINK = ("swp49", "swp50")
BONDS = ("bond1", "bond2")
LEGS = ("swp1", "swp2")
APART_NS = 15_000_000_000  # between cuts: more than five steps back a minute are damped (rule 11)
WITHDRAWALS = 3  # of the peer, for each run; last, since they leave the leaf's own routes in another order
CUT, LEG, OFF = "peerlink cut", "bond leg cut", "member off"
ID = "own LACP id on both bonds, after carrier loss"
FENCE = "bond members down, after carrier loss"
ROUTE = "spine01 forwards over the other alone, after carrier loss"
STOCK_CUT = "vlan10 set down -> spine01 forwards over the other alone"
STOCK_OFF = "spine01's carrier lost -> its zebra and bgpd have the route over the other alone"
GAP, LOST, DUPS = "longest gap of a direction", "datagrams lost, a direction (2000/s)", "duplicates, all directions"
BACK_LOST, BACK_DUPS = "back: datagrams lost, a direction", "back: duplicates, all directions"


def rows():
    """All rows in their order, without samples."""
    out = [Row(CUT, ID, "ms", 5), Row(CUT, FENCE, "ms", 50), Row(CUT, ROUTE, "ms", 100, STOCK_CUT)]
    out += traffic(CUT, CUT_AIM_MS) + traffic(LEG, CUT_AIM_MS)
    out += [Row(OFF, ID, "ms", 5), Row(OFF, ROUTE, "ms", None, STOCK_OFF)]
    return out + traffic(OFF, OFF_AIM_MS)


def traffic(fault, gap_ms):
    return [Row(fault, GAP, "ms", gap_ms), Row(fault, LOST, "1"), Row(fault, DUPS, "1", 0),
            Row(fault, BACK_LOST, "1", ROUND_TRIP_LOST), Row(fault, BACK_DUPS, "1", 0)]


class Failover:
    """A lab that is up, what watches it, and the samples so far."""

    def __init__(self, lab):
        self.lab = lab
        self.news = News()
        self.probes = Probes(lab, self.news, PAIRS, run=int(time.time()) & 0x7FFFFFFF)
        self.watch = KernelWatch(self.news)
        self.port = {leaf: port for port, leaf in spine_ports(lab.network).items() if leaf in LEAVES}
        self.rows = {(row.fault, row.what): row for row in rows()}
        self.windows = []  # (fault, acted, over, healed, pairs that must be served)
        self.last_cut = None

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

    def wait(self, predicate, timeout, what):
        if not self.news.wait_for(predicate, timeout):
            raise LabError(f"waited {timeout} s for {what}")

    def in_service(self):
        """{role: leaf} when the pair is whole, else None."""
        said = {leaf: self.lab.node(leaf).vtysh_json("show mlag json") for leaf in LEAVES}
        whole = all(mlag["inService"] and mlag["peerInService"] and len(mlag["interfaces"]) == len(BONDS)
                    and all(bond["dualConnected"] for bond in mlag["interfaces"]) for mlag in said.values())
        roles = {mlag["localRole"]: leaf for leaf, mlag in said.items()}
        return roles if whole and set(roles) == {"primary", "secondary"} else None

    def settle(self):
        """Wait until the pair is whole and all traffic flows; returns (primary, secondary)."""
        roles = self.lab.wait_for(self.in_service, 120, "the pair to be in service", interval=0.5)
        self.wait(lambda: all(self.spine(p, *LEAVES) for p in PREFIXES), 30, "spine01's routes over both")
        since = self.probes.clock()
        if not self.news.wait_for(lambda: self.steady(PAIRS, since), 30):
            still = [f"{pair.a} <-> {pair.b}" for pair in PAIRS if not self.probes.steady(pair, since)]
            raise LabError(f"waited 30 s for traffic to be steady: {', '.join(still)}")
        return roles["primary"], roles["secondary"]

    def steady(self, pairs, since):
        return all(self.probes.steady(pair, since) for pair in pairs)

    def spine(self, key, *leaves):
        """Whether the spine now forwards to a prefix over exactly these leaves."""
        return self.watch.text(SPINE, key) == sorted(self.port[leaf] for leaf in leaves)

    def at(self, node, keys, since, predicate):
        """When all keys of the node satisfied the predicate, each first after `since`; None when one did not."""
        times = [self.watch.since(node, key, since, predicate) for key in keys]
        return max(times) if all(times) else None

    def down(self, node, keys, since):
        return self.at(node, keys, since, lambda value: value == "down")

    def own_id(self, node, since):
        return self.at(node, [f"{bond}.id" for bond in BONDS], since, lambda value: value not in (None, SHARED_ID))

    def alone(self, leaf, since, keys=PREFIXES):
        return self.at(SPINE, keys, since, lambda value: value == [self.port[leaf]])

    def add(self, fault, what, start, end, peer=False):
        """Enter a time in ms, or None when one of its ends was not seen."""
        row = self.rows[fault, what]
        value = (end - start) / MS if start and end else None
        (row.peer_samples if peer else row.mlagd_samples).append(value)

    def now(self):
        """Wait until the prober's account is newer than now, and return the time it has reached."""
        before = self.probes.clock()
        self.wait(lambda: self.probes.clock() > before, 10, "the prober")
        return self.probes.clock()

    def break_and_heal(self, fault, served, act, seen, heal):
        """One fault: act, wait for seen(acted), and for steady traffic; heal; wait until whole. Returns when it acted."""
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
        self.windows.append((fault, acted, over, self.now(), served))
        return acted

    def withdraw(self, primary, secondary):
        """The peer: the secondary's vlan10 is set down, and up again. It is about routes alone: traffic is not looked at."""
        leaf, prefix = self.lab.node(secondary), PREFIXES[:1]
        acted = self.now()
        leaf.link("vlan10", up=False)
        self.news.wait_for(lambda: self.alone(primary, acted, prefix), 10)
        self.add(CUT, ROUTE, self.down(secondary, ["vlan10"], acted), self.alone(primary, acted, prefix), peer=True)
        leaf.link("vlan10", up=True)
        self.wait(lambda: self.spine(prefix[0], *LEAVES), 30, "spine01's route over both")

    def cut(self):
        primary, secondary = self.settle()
        node = self.lab.node(primary)
        served = [pair for pair in PAIRS if pair != ORPHAN or secondary == "leaf01"]  # server03 hangs on leaf02 alone
        found = {}

        def seen(acted):
            lost = self.down(secondary, PEERLINK, acted)
            found.update({None: lost, ID: lost and self.own_id(secondary, lost), FENCE: self.down(secondary, LEGS, acted),
                          ROUTE: self.alone(primary, acted)})
            return all(found.values())

        self.break_and_heal(CUT, served, lambda: set_links(node, PEERLINK, False), seen, lambda: set_links(node, PEERLINK, True))
        for what in (ID, FENCE, ROUTE):
            self.add(CUT, what, found[None], found[what])

    def leg(self):
        primary, _ = self.settle()
        node = self.lab.node(primary)
        self.break_and_heal(LEG, PAIRS, lambda: set_links(node, LEGS[:1], False),
                            lambda acted: self.down(primary, LEGS[:1], acted), lambda: set_links(node, LEGS[:1], True))

    def off(self):
        primary, secondary = self.settle()
        served = [pair for pair in PAIRS if pair != ORPHAN or primary == "leaf01"]
        found = {}

        def seen(acted):
            lost = self.down(secondary, PEERLINK, acted)
            found.update({"lost": lost, ID: lost and self.own_id(secondary, lost), ROUTE: self.alone(secondary, acted),
                          "spine": self.down(SPINE, [self.port[primary]], acted),
                          "told": self.alone(secondary, acted, [f"{p}.told" for p in PREFIXES])})
            return all(found.values())

        self.break_and_heal(OFF, served, lambda: self.power_off(primary), seen, lambda: self.power_on(primary))
        self.add(OFF, ID, found["lost"], found[ID])
        self.add(OFF, ROUTE, found["lost"], found[ROUTE])
        self.add(OFF, ROUTE, found["spine"], found["told"], peer=True)

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
        for fault, acted, over, healed, served in self.windows:
            during, back = self.directions(PAIRS, acted, over), self.directions(PAIRS, over, healed)
            for figures in during:
                if figures.pair in served:
                    self.rows[fault, GAP].mlagd_samples.append(figures.longest_gap_ms)
                    self.rows[fault, LOST].mlagd_samples.append(figures.lost)
            self.rows[fault, BACK_LOST].mlagd_samples += [f.lost for f in back if f.pair in served]
            self.rows[fault, DUPS].mlagd_samples.append(sum(f.duplicates for f in during))
            self.rows[fault, BACK_DUPS].mlagd_samples.append(sum(f.duplicates for f in back))

    def directions(self, pairs, t0, t1):
        return [self.probes.figures(pair, *ends, t0, t1) for pair in pairs for ends in self.probes.directions(pair)]


def measure(runs, host_of, tell):
    """Boot a pair, measure, take it down. Returns (facts of the host, Rows with samples)."""
    with Lab.up("pair") as lab:
        host = host_of(lab)
        bench = Failover(lab)
        try:
            bench.start()
            for run in range(1, runs + 1):
                for name, step in ((CUT, bench.cut), (LEG, bench.leg), (OFF, bench.off)):
                    tell(f"run {run} of {runs}: {name}")
                    step()
            tell("the peer: withdrawals by stock FRR")
            roles = bench.settle()
            for _ in range(WITHDRAWALS * runs):
                bench.withdraw(*roles)
        finally:
            bench.stop()
        bench.account()
        return host, list(bench.rows.values())
