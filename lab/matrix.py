# SPDX-License-Identifier: GPL-2.0-or-later
"""`lab/lab matrix`: the whole fault matrix on a booted pair, as often as asked, and a table of it at the end.

A sequence that did not hold may leave the pair as no other should find it: the next one gets a freshly booted one.
"""

import argparse
import json
import sys
import time

import fault_run
from api import Lab, LabError
from fault_sequences import SEQUENCES


def options(argv):
    parser = argparse.ArgumentParser(prog="lab/lab matrix", description="Every fault sequence by name, judged at the hosts.")
    parser.add_argument("patterns", nargs="*", metavar="PATTERN", help="only the sequences whose name holds one of these")
    parser.add_argument("--times", type=int, default=1, metavar="N", help="run them so often (default: once)")
    parser.add_argument("--json", action="store_true", help="print the results as one JSON object")
    return parser.parse_args(argv)


def chosen(patterns):
    return [seq for seq in SEQUENCES if not patterns or any(pattern in seq.name for pattern in patterns)]


def once(lab, seq, tell):
    """{"held", "seconds", "steps"} of one run of a sequence; a sequence that breaks off has one broken step."""
    began = time.monotonic()
    try:
        steps = fault_run.run(lab, seq)
    except LabError as error:
        steps = [fault_run.Judged("broke off", 0.0, 0, 0, 0, 0.0, 0.0, 1.0, 1.0, 0.0, [str(error)], [], [])]
    tell(fault_run.words(seq, steps))
    return {"held": all(step.held for step in steps), "seconds": round(time.monotonic() - began, 1),
            "gapMs": max(step.gap_ms for step in steps), "lost": max(step.lost for step in steps),
            "duplicates": sum(step.duplicates for step in steps), "echoes": sum(step.echoes for step in steps),
            "twoBrainsMs": max(step.brains_ms for step in steps), "needed": max(step.needed for step in steps), "steps": [vars(step) for step in steps]}


def table(results):
    lines = [f"{'sequence':60} {'held':>7} {'gap ms':>8} {'lost':>6} {'dup':>4} {'echo':>4} {'2 brains ms':>11} {'needed x':>8} {'s':>6}"]
    for name, runs in results.items():
        held = f"{sum(run['held'] for run in runs)}/{len(runs)}"
        most = [max(run[key] for run in runs) for key in ("gapMs", "lost", "duplicates", "echoes", "twoBrainsMs", "needed", "seconds")]
        lines.append(f"{name:60} {held:>7} {most[0]:8} {most[1]:6} {most[2]:4} {most[3]:4} {most[4]:11} {most[5]:8} {most[6]:6}")
    return "\n".join(lines)


def main(argv):
    """Exit status 0 only if every run of every sequence held."""
    asked = options(argv)
    sequences = chosen(asked.patterns)
    if not sequences:
        raise LabError("no sequence's name holds " + " or ".join(asked.patterns))
    stream = sys.stderr if asked.json else sys.stdout
    results = {seq.name: [] for seq in sequences}
    lab = Lab.up("pair", quick=True)
    try:
        for seq in sequences * asked.times:
            lab = lab or Lab.up("pair", quick=True)
            results[seq.name].append(once(lab, seq, lambda text: print(text, file=stream, flush=True)))
            if not results[seq.name][-1]["held"]:
                lab.down()
                lab = None
    finally:
        if lab:
            lab.down()
    print(table(results), file=stream, flush=True)
    if asked.json:
        print(json.dumps(results, indent=1, ensure_ascii=False))
    return 0 if all(run["held"] for runs in results.values() for run in runs) else 1
