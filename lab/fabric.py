# SPDX-License-Identifier: GPL-2.0-or-later
"""`lab/lab fabric [PATTERN...] [--times N] [--json]`: the fabric through every single failure, and a table of it at the end.

Of each: from rest, with traffic between all pairs, VLANs and VRFs, the fault is done, traffic has to be steady again, every
server has to reach every other by the shortest way; then it is healed, and the same once more.
"""

import argparse
import dataclasses
import json
import sys

from api import Lab, LabError
from fabric_faults import FAULTS
from fabric_world import World


@dataclasses.dataclass
class Phase:
    """What happened while a fault lasted, or while it was healed."""

    name: str
    seconds: float  # until traffic was steady
    gap_ms: float
    worst: str
    lost: int
    duplicates: int
    broken: list


def judge(world, name, t0, limit_ms, shortest):
    """Wait for steady traffic, then walk; a Phase for everything since t0."""
    broken = []

    def steady():
        try:
            world.still()
        except LabError as error:
            broken.append(str(error))

    steady()
    seconds = (world.now() - t0) / 1e9
    unreached = world.walk()
    if unreached:
        broken.append(f"not reached: {unreached}")
    detours = {} if not shortest or unreached else world.detours()
    if detours:
        broken.append(f"not the shortest way: {detours}")
    if not broken:
        steady()  # a gap that began meanwhile counts when it has an end
    figures = world.window(t0, world.now())
    worst = max(figures, key=lambda f: f.longest_gap_ms)
    if worst.longest_gap_ms > limit_ms:
        broken.append(f"{worst.name}: {worst.longest_gap_ms} ms without a datagram, {limit_ms} allowed")
    broken += [f"{f.name}: {f.duplicates} datagrams came twice" for f in figures if f.duplicates]
    return Phase(name, round(seconds, 1), worst.longest_gap_ms, worst.name, max(f.lost for f in figures),
                 sum(f.duplicates for f in figures), broken)


def run(world, fault):
    """[Phase, Phase] of one fault, from rest to rest."""
    t0 = world.rest()
    fault.act(world.lab)
    try:
        during = judge(world, fault.name, t0, fault.loss_ms, fault.shortest)
    finally:
        t1 = world.now()
        fault.heal(world.lab)
    broken = []
    try:
        world.rest()
    except LabError as error:
        broken.append(str(error))
    back = judge(world, "healed", t1, fault.back_ms, True)
    back.broken += [f"{name} floods to its own tunnel" for name in world.echoing()]
    back.broken[:0] = broken
    return [during, back]


def words(phases):
    out = []
    for p in phases:
        out.append(f"{p.name:42} gap {p.gap_ms:7} ms  lost {p.lost:5}  dup {p.duplicates:4}  steady after {p.seconds:5} s"
                   f"  ({p.worst})" + "".join(f"\n    BROKEN {why}" for why in p.broken))
    return "\n".join(out)


def main(argv):
    """Exit status 0 only if every run of every fault held."""
    parser = argparse.ArgumentParser(prog="lab/lab fabric", description="The EVPN fabric through every single failure.")
    parser.add_argument("patterns", nargs="*", metavar="PATTERN", help="only the faults whose name holds one of these")
    parser.add_argument("--times", type=int, default=1, metavar="N", help="run them so often (default: once)")
    parser.add_argument("--json", action="store_true", help="print the results as one JSON object")
    asked = parser.parse_args(argv)
    faults = [f for f in FAULTS if not asked.patterns or any(p in f.name for p in asked.patterns)]
    if not faults:
        raise LabError("no fault's name holds " + " or ".join(asked.patterns))
    stream = sys.stderr if asked.json else sys.stdout
    results = {fault.name: [] for fault in faults}
    with Lab.up("fabric") as lab:
        world = World(lab)
        world.start()
        for _ in range(asked.times):
            for fault in faults:
                try:
                    phases = run(world, fault)
                except LabError as error:  # the next one begins with waiting until all is as configured
                    phases = [Phase(fault.name, 0, 0, "-", 0, 0, [str(error)])]
                print(words(phases), file=stream, flush=True)
                results[fault.name].append([dataclasses.asdict(phase) for phase in phases])
        world.stop()
    held = sum(not any(phase["broken"] for phase in phases) for runs in results.values() for phases in runs)
    print(f"{held} of {len(faults) * asked.times} held", file=stream, flush=True)
    if asked.json:
        print(json.dumps(results, indent=1, ensure_ascii=False))
    return 0 if held == len(faults) * asked.times else 1
