# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs one sequence of faults on a pair that is up, heals it, and judges every step by name: what the matrix and its test share.

Steps run and flows are judged as in the demo (demo_run.py). Beside these: over the whole time of each step no frame was doubled
or came back to who sent it, and no two brains showed the pair's id while the peerlink was cut, by the kernels' own stamps.
"""

import dataclasses
import itertools
import os

from api import PATIENCE, LabError
from demo_run import Runner
from demo_steps import PAIRS
from demo_watch import parsed
from demo_world import LEAVES, SPINE
from fault_expect import two_brains_ms, whole
from fault_sequences import healed, step
from faults import Faults

BRAINS_MS = 1000  # bench failover measures the figure; here hosts may be busy, and who never steps back is found all the same
NUMBER = itertools.count(os.getpid() << 8)


@dataclasses.dataclass
class Judged:
    """One step, its figures, and what did not hold; empty: all did."""

    does: str
    gap_ms: float  # longest of the pairs that had to have service
    lost: int  # the most that one of their directions lost
    duplicates: int
    echoes: int
    brains_ms: float
    stall_ms: float  # the longest time in which the guest, which shares its host, let the prober not run
    patience: float  # so much longer the guest took because its host kept it waiting: bounds were as much longer
    needed: float  # so much longer they had to be: 1 when every bound held as it is stated
    took_s: float
    broken: list
    said: list  # what the members noted in the step, when its state was not reached
    saw: list  # the first things that the kernels announced in it, and the gaps

    @property
    def held(self):
        return not self.broken


def run(lab, seq):
    """Run a Sequence; returns its list of Judged, the healing last. The lab is left as it was found, if it can be."""
    faults = Faults(lab, next(NUMBER) & 0x7FFFFFFF)
    runner = Runner(faults, faults.probes, faults.news)
    totals, said, busy = [], [], []
    try:
        faults.fresh()
        faults.start()
        begin(faults, runner)
        host = lab.host_wait()
        for each in steps(faults, seq):
            faults.began = faults.probes.clock()
            result = runner.run(each)
            totals.append(Totals(faults))
            busy.append(host.lap())
            said.append([] if result.steady and all(e["held"] for e in result.expectations) else noted(faults))
    finally:
        faults.heal()
        faults.stop()
    for result in runner.results:
        runner.judge(result)
    return [judged(faults, runner, n, totals, said[n], busy[n]) for n in range(len(runner.results))]


def noted(faults):
    """The last events of both members and the ways on which they hear each other, for who has to find out why."""
    lines = []
    for leaf in LEAVES:
        try:
            lines += [f"{leaf} {event['time']} {event['what']} ({event['why']}): {event['effect']}" for event in faults.events(leaf)[-12:]]
            lines += [f"{leaf} {line}" for line in ways(faults, leaf)]
        except (LabError, ValueError) as error:
            lines.append(f"{leaf}: {error}")
    return lines


def ways(faults, leaf):
    """What each path to the other has carried until now, and how the kernels of leaf and spine route to its loopback."""
    lab = faults.lab
    paths = lab.node(leaf).vtysh_json("show mlag backup json") if faults.watch.text(leaf, "mlag") else []
    for path in paths:
        yield f"{path['kind']} {path['address']}: {path['state']} ({path['reason']}), sent {path['sent']}, received {path['received']}"
    for to in [path["address"] for path in paths if path["kind"] == "witness"]:
        for node in (leaf, SPINE):
            found = lab.node(node).run(["ip", "route", "get", to], check=False)
            yield f"{node} to {to}: {(found.out or found.err).splitlines()[0]}"


def changes(faults, begin_ns, end_ns):
    """The first things that the kernels announced in a step and the gaps in what a lane brought, when."""
    found = [(t, f"{node} {key}: {value}") for (node, key), past in faults.kernel.history.items()
             for t, value in past if begin_ns <= t < end_ns]
    found = sorted(found)[:40] + gaps(faults, begin_ns, end_ns)
    return [f"{(t - begin_ns) / 1e6:9.1f} ms {text}" for t, text in sorted(found)]


def gaps(faults, begin_ns, end_ns):
    """[(when, text)] of the gaps that began in a step."""
    return [(gap.rx_before, f"{sender} → {receiver}: {gap.ns / 1e6:.1f} ms without, {gap.lost} lost, lane {flow.lane}")
            for pair in PAIRS for sender, receiver in faults.probes.directions(pair) for flow in pair.flows()
            for gap in faults.probes.at[receiver, flow.id].gaps if gap.counts and begin_ns <= gap.rx_before < end_ns]


def steps(faults, seq):
    done = seq.steps(faults)
    return [*done, healed(faults, done[-1])]


def begin(faults, runner):
    """Wait until the pair is whole and traffic flows, and learn the roles."""
    if not faults.news.wait_for(faults.all_heard, 30 * PATIENCE):
        raise LabError("prober and agents do not report")
    runner.begin(dataclasses.replace(step("", None, *whole()), within=120))
    missing = [f"{e.what}: {seen}" for e in whole() for held, seen in [e.check(faults)] if not held]
    if missing:
        raise LabError("\n".join([f"the pair is not whole before the first fault: {'; '.join(missing)}", *noted(faults)]))
    roles = {parsed(faults.watch.text(leaf, "mlag"))["localRole"]: leaf for leaf in LEAVES}
    faults.primary, faults.secondary = roles["primary"], roles["secondary"]


class Totals:
    """What had been flooded twice and come back until now."""

    def __init__(self, faults=None):
        self.duplicates = faults.flooded("duplicated") if faults else 0
        self.echoes = faults.flooded("echoes") if faults else 0


def kept(flow, result, busy):
    """As demo_run.judged(), but the bound is longer on a busy host, and by what the guest stood still."""
    gap = result.step.gap_ms
    return flow.held or (flow.duplicates == 0 and flow.sent > 0 and result.step.lost is None and gap is not None
                         and flow.longest_gap_ms <= gap * busy + result.stall_ms)


def needed(result, alive, brains):
    """How many times its bound the worst figure of a step is; 1 when all are within."""
    gap = result.step.gap_ms
    worst = [flow.longest_gap_ms / gap for flow in alive if gap]
    return round(max([1.0, brains / BRAINS_MS, *worst]), 2)


def judged(faults, runner, n, totals, said, busy):
    result, before = runner.results[n], totals[n - 1] if n else Totals()
    begin_ns = runner.results[n - 1].end_ns if n else runner.start_ns
    brains = round(two_brains_ms(faults.kernel.history, begin_ns, result.end_ns), 1)
    alive = [flow for flow in result.flows if not flow.exempt]
    twice = sum(flow.duplicates for flow in result.flows) + totals[n].duplicates - before.duplicates
    echoes = totals[n].echoes - before.echoes
    broken = [f"{e['what']}: {e['seen']}" for e in result.expectations if not e["held"]]
    broken += [f"{f.name}: lost {f.lost}, longest gap {f.longest_gap_ms} ms, {f.duplicates} duplicates, of {f.sent}"
               for f in result.flows if not kept(f, result, busy)]
    broken += [] if result.steady else ["traffic is not steady at the end"]
    broken += [f"one-brain: two for {brains} ms"] if brains > BRAINS_MS * busy + result.stall_ms else []
    broken += [f"duplicates: {twice}"] if twice else []
    broken += [f"no-echo: {echoes} frames came back to who flooded them"] if echoes else []
    return Judged(result.step.does, max((f.longest_gap_ms for f in alive), default=0.0), max((f.lost for f in alive), default=0),
                  twice, echoes, brains, result.stall_ms, busy, needed(result, alive, brains), result.took_s, broken, said,
                  changes(faults, result.acted_ns, result.end_ns))


def words(seq, steps_):
    """A sequence's account for a person."""
    lines = [f"{'held  ' if all(s.held for s in steps_) else 'BROKEN'} {seq.name}"]
    for s in steps_:
        lines.append(f"       {s.does}: {s.took_s} s, longest gap {s.gap_ms} ms, lost {s.lost}, duplicates {s.duplicates}, "
                     f"echoes {s.echoes}, two brains {s.brains_ms} ms, prober held up {s.stall_ms} ms, "
                     f"bounds x {s.patience}, needed x {s.needed}")
        lines += [f"         ! {why}" for why in s.broken] + [f"           {line}" for line in (s.said + s.saw if s.broken else ())]
    return "\n".join(lines)
