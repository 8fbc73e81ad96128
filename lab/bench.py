# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures, each beside its peer, measured in one run on one guest.

    lab/lab bench NAME [--runs N] [--only WORD] [--json]
    lab/lab bench all [--json]

It knows which benches there are and prints what they return; what is measured, and how, is bench_NAME.py's, the
arithmetic bench_stat.py's. Exit status 0 when everything could be measured (reached or not), 1 when something was not
seen, 2 when the bench itself could not be run.
"""

import argparse
import json
import os
import sys

import bench_failover
import bench_idle
import bench_l2
import bench_l3
import bench_l3_rows
import bench_mac
import bench_rows
import bench_stat
from api import LabError

BENCHES = {"failover": bench_failover.measure, "mac": bench_mac.measure, "l2": bench_l2.measure,
           "l3": bench_l3.measure, "idle": bench_idle.measure}
RUNS = 3


def options(argv):
    names = ", ".join(BENCHES)
    parser = argparse.ArgumentParser(prog="lab/lab bench", description="Measure the pair, beside its peers.")
    parser.add_argument("name", metavar="NAME|all", help=f"which bench: {names}, or all of them")
    parser.add_argument("--runs", type=int, default=RUNS, metavar="N", help=f"how often each fault is measured (default {RUNS})")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    parser.add_argument("--macs", type=int, metavar="N", help=f"l3: how many MACs are learned (default {bench_l3_rows.MACS})")
    parser.add_argument("--only", metavar="WORD", help="failover: only the faults whose name holds this")
    chosen = parser.parse_args(argv)
    if chosen.macs is not None and (chosen.name != "l3" or not 0 <= chosen.macs <= 65536):
        parser.error("--macs is l3's, 0 to 65536")
    if chosen.only is not None and (chosen.name != "failover" or not bench_rows.chosen(chosen.only)):
        parser.error("--only is failover's, and a part of: " + ", ".join(bench_rows.FAULTS))
    if chosen.name != "all" and chosen.name not in BENCHES:
        parser.error(f"no bench {chosen.name!r}; there are: {names}, and all")
    if not 1 <= chosen.runs <= 1000:
        parser.error("--runs is 1 to 1000")
    return chosen


def headline(result):
    host = result["host"]
    return (f"bench {result['bench']}: {result['runs']} runs; guest {host['guestKernel']}, FRR {host['frr']}; "
            f"host {host['hostKernel']}, {host['cpus']} cores, load {host['loadBefore'][0]} before, "
            f"{host['loadAfter'][0]} after, guest nice {host['guestNice']['process']}\n"
            + "".join(f"not measured to its end: {why}\n" for why in host.get("notMeasured", {}).values()))


def tell(text):
    print(text, file=sys.stderr, flush=True)


def main(argv):
    chosen = options(argv)
    os.environ.setdefault("FRR_MLAG_LAB", "bench")  # a lab of its own: what `lab/lab up` left running stays
    results = []
    try:
        for name in BENCHES if chosen.name == "all" else [chosen.name]:
            more = {key: value for key, value in (("macs", chosen.macs), ("only", chosen.only)) if value is not None}
            host, rows = BENCHES[name](chosen.runs, tell, **more)
            results.append({"bench": name, "host": host, "runs": chosen.runs, "rows": [bench_stat.data(row) for row in rows]})
    except LabError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    if chosen.json:
        print(json.dumps(results[0] if chosen.name != "all" else {"benches": results}, indent=1, ensure_ascii=False))
    else:
        for result in results:
            print(bench_stat.table(result["rows"], headline(result)))
    sides = [side for result in results for row in result["rows"] for side in bench_stat.sides(row)]
    cut_off = any("notMeasured" in result["host"] for result in results)
    return 1 if cut_off or any("missing" in side for side in sides) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
