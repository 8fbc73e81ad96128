# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo: an MLAG pair is brought up, broken and healed while traffic flows, and what the traffic suffered is told.

    lab/lab demo [--json] [--svg FILE] [--keep]

It tells a story and counts; the steps and what must hold are demo_steps.py's, the running of them demo_run.py's, the
measuring demo_probe.py's and demo_watch.py's. Exit status 0 only if every step's expectation held, 1 if one did not, 2 if
the demo itself could not be run.
"""

import argparse
import json
import os
import sys
import time

import cache
import demo_report
from api import Lab, LabError
from demo_probe import Probes
from demo_run import Runner
from demo_steps import PAIRS, STEPS
from demo_watch import News, Watch
from demo_world import World
from svg_timeline import draw

INTRO = """\
Two switches, leaf01 and leaf02, act as one for the LACP bonds of server01 and server02; server03 hangs on leaf02 alone.
spine01 reaches both by BGP, the host `outside` is behind it. Stock FRRouting and frr-mlag on the leaves.

              outside --- spine01
                         /       \\
                    leaf01 ===== leaf02        === peerlink (swp49 + swp50)
                     | |  \\     /  | | \\
                     server01   server02  server03

While things are broken, hosts send each other numbered datagrams, one a millisecond each way, on two ports a pair so that
both legs of a bond carry some: server01 <-> outside (routed), server01 <-> server02 (routed on a leaf),
server03 <-> server01 (bridged).
"""


def options(argv):
    parser = argparse.ArgumentParser(prog="lab/lab demo", description="Break and heal an MLAG pair, and measure it.")
    parser.add_argument("--json", action="store_true", help="print the results as one JSON object")
    parser.add_argument("--svg", metavar="FILE", help="where the picture goes (default: the lab's cache directory)")
    parser.add_argument("--keep", action="store_true", help="leave its lab up afterwards (reach it with FRR_MLAG_LAB=demo)")
    return parser.parse_args(argv)


def run(lab, tell):
    """All steps on a lab that is up; returns the Runner with its results."""
    news = News()
    probes = Probes(lab, news, PAIRS, run=int(time.time()) & 0x7FFFFFFF)
    watch = Watch(news)
    world = World(lab, watch, probes.clock)
    runner = Runner(world, probes, news)
    try:
        probes.start()
        world.start()
        tell("Waiting for the pair to be in service ...")
        runner.begin(STEPS[0])
        for number, step in enumerate(STEPS, 1):
            tell(f"step {number}  {step.title}: {step.does}")
            result = runner.run(step)
            tell("\n".join(demo_report.words(result) + [f"        ({result.took_s} s)", ""]))
    finally:
        watch.stop_all()
        probes.stop()
    for result in runner.results:
        runner.judge(result)
    return runner


def teller(quiet):
    """Where the story goes: to standard output, or to standard error when that is for JSON."""
    stream = sys.stderr if quiet else sys.stdout
    return lambda text: print(text, file=stream, flush=True)


def main(argv):
    chosen = options(argv)
    tell = teller(chosen.json)
    os.environ.setdefault("FRR_MLAG_LAB", "demo")  # a lab of its own: what `lab/lab up` left running stays
    picture = chosen.svg or os.path.join(cache.directory(), "demo.svg")
    tell(INTRO)
    try:
        lab = Lab.up("pair", stay=chosen.keep)
        try:
            runner = run(lab, tell)
        finally:
            if not chosen.keep:
                lab.down()
    except LabError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    report = demo_report.data(runner)
    with open(picture, "w", encoding="utf-8") as file:
        file.write(draw(report["timeline"]))
    tell(demo_report.table(runner.results))
    tell(f"\n{'Every expectation held.' if report['held'] else 'NOT every expectation held.'}  Picture: {picture}")
    if chosen.json:
        print(json.dumps({**report, "picture": picture}, indent=1, ensure_ascii=False))
    return 0 if report["held"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
