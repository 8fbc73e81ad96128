# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the steps and judges them: acts, waits for what must become true, takes the figures.

A step's window begins where the one before ended, so every datagram of the run belongs to exactly one step. A step ends
when all its expectations hold and the traffic that must flow has been steady for half a second of the probes' own count,
or when its time is over; then what is not so is reported as it is. Waiting is for news (demo_watch.News), never for time.
"""

import dataclasses

from api import LabError
from demo_probe import MS
from demo_steps import PAIRS


@dataclasses.dataclass
class FlowResult:
    """One direction in one step: its figures, the bound, and whether it held."""

    name: str
    pair: str
    sent: int
    lost: int
    longest_gap_ms: float
    duplicates: int
    exempt: bool
    held: bool


@dataclasses.dataclass
class StepResult:
    number: int
    step: object
    acted_ns: int  # when the step began to act
    end_ns: int
    expectations: list  # {"what", "held", "seen"}
    steady: bool
    facts: list  # {"what", "ms"}; ms None: not seen
    took_s: float
    stall_ms: float = 0.0  # the longest time in which the guest let the prober not run
    flows: list = dataclasses.field(default_factory=list)

    @property
    def held(self):
        return self.steady and all(e["held"] for e in self.expectations) and all(f.held for f in self.flows)


class Runner:
    """The state of a run: the world that is acted on, the probes that measure, and the results so far."""

    def __init__(self, world, probes, news):
        self.world = world
        self.probes = probes
        self.news = news
        self.start_ns = None
        self.held_since = None
        self.results = []

    def begin(self, step):
        """Wait until everything reports and the state of the first step is there; what is measured starts then."""
        def reporting():
            return self.probes.clock() and self.world.watch.all_heard()

        if not self.news.wait_for(reporting, 30):
            raise LabError(f"not all report: prober at {self.probes.clock()} ns, agents of {sorted(self.world.watch.heard())}")
        began = self.probes.clock()
        self.news.wait_for(lambda: self._reached(step, began), step.within)
        self.start_ns = self.probes.clock()

    def next_bin(self):
        """Wait until the account is newer than now, and return the time it has reached."""
        before = self.probes.clock()
        self.news.wait_for(lambda: self.probes.clock() > before, 10)
        return self.probes.clock()

    def run(self, step):
        """Run one step; returns its StepResult, flows judged by what is known so far."""
        acted = self.next_bin()
        step.act(self.world)
        self.held_since = None
        reached = self.news.wait_for(lambda: self._reached(step, acted), step.within)
        end = self.probes.clock()
        expectations = [{"what": e.what, "held": held, "seen": seen}
                        for e in step.expects for held, seen in [e.check(self.world)]]
        steady = bool(reached) or all(self.probes.steady(pair, acted) for pair in step.back)
        result = StepResult(len(self.results) + 1, step, acted, end, expectations, steady,
                            self._facts(step, acted), round((end - acted) / 1e9, 1))
        self.results.append(result)
        self.judge(result)
        return result

    def _reached(self, step, acted):
        """All expectations hold, and since they do, traffic has been steady."""
        if not all(e.check(self.world)[0] for e in step.expects):
            self.held_since = None
            return False
        if self.held_since is None:
            self.held_since = max(acted, self.probes.clock())
        return (self.probes.clock() - acted >= step.least_ms * MS
                and all(self.probes.steady(pair, self.held_since) for pair in step.back))

    def _facts(self, step, acted):
        if step.first is None:
            return []
        first = self._when(step.first, acted)
        out = [{"what": step.first.what, "ms": 0.0 if first else None}]
        for fact in step.facts:
            at = self._when(fact, acted)
            out.append({"what": fact.what, "ms": round((at - first) / MS, 1) if at and first else None})
        return out

    def _when(self, fact, since):
        return self.world.watch.since(fact.node, fact.key, since, lambda text: fact.predicate(self.world, text))

    def judge(self, result):
        """Fill in the flows of a step. Done again after the run, when the last datagrams are accounted for."""
        begin = self.results[result.number - 2].end_ns if result.number > 1 else self.start_ns
        result.stall_ms = round(self.probes.longest_stall(begin, result.end_ns) / MS, 1)
        result.flows = []
        for pair in PAIRS:
            for sender, receiver in self.probes.directions(pair):
                figures = self.probes.figures(pair, sender, receiver, begin, result.end_ns)
                result.flows.append(judged(figures, result.step))


def judged(figures, step):
    """A direction's figures against the step's bounds. What is exempt may lose, but nothing may be duplicated."""
    exempt = figures.pair in step.exempt
    held = figures.duplicates == 0 and figures.sent > 0
    if not exempt:
        held = held and (step.gap_ms is None or figures.longest_gap_ms <= step.gap_ms)
        held = held and (step.lost is None or figures.lost <= step.lost)
    return FlowResult(figures.name, f"{figures.pair.a} <-> {figures.pair.b}", figures.sent, figures.lost,
                      figures.longest_gap_ms, figures.duplicates, exempt, held)
