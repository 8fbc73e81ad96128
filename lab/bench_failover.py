# SPDX-License-Identifier: GPL-2.0-or-later
"""bench failover: how long it takes until a fault is answered, and what traffic loses meanwhile; mlagd, then its peers.

In each run: the peerlink is cut, a leg of the primary's bond1 is cut, the primary is powered off, then the secondary, each
healed again; and mlagd of each is killed. Then, on a network without mlagd, what stock bgpd and keepalived do (bench_peers.py).
"""

import bench_host
from bench_pair import PairBench
from bench_peers import measure_peers
from bench_rows import CUT, FAULTS, KILL1, KILL2, LEG, OFF1, OFF2, chosen, rows
from bench_stat import MLAGD


def measure_pair(runs, made, faults, tell):
    with bench_host.boot() as lab:
        facts = bench_host.facts(lab)
        bench = PairBench(lab, made, MLAGD)
        steps = {CUT: bench.cut, LEG: bench.leg, OFF1: bench.off_primary, OFF2: bench.off_secondary,
                 KILL1: bench.kill_primary, KILL2: bench.kill_secondary}
        try:
            bench.start()
            for run in range(1, runs + 1):
                for fault in faults:
                    tell(f"run {run} of {runs}: {fault}")
                    steps[fault]()
        finally:
            bench.stop()
        bench.account()
        return facts


def measure(runs, tell, only=None):
    """Boot, measure, take down; mlagd's lab, then its peers'. Returns (facts of the host, Rows with samples).

    only: leave out the faults whose name does not hold this.
    """
    before = bench_host.load()
    faults = FAULTS if only is None else chosen(only)
    made = {(row.fault, row.what): row for row in rows(faults)}
    facts = measure_pair(runs, made, faults, tell)
    measure_peers(runs, made, faults, tell)
    facts.update({"loadBefore": before, "loadAfter": bench_host.load()})
    return facts, list(made.values())
