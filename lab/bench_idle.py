# SPDX-License-Identifier: GPL-2.0-or-later
"""bench idle: what mlagd uses while nothing happens: processor time, wakeups, memory, the pair in service.

The guest's own account counts in ticks of 10 ms and blames who happens to run at one, so it says nothing of a daemon that
wakes a few times a second. The host counts in nanoseconds: what the whole guest used with both mlagds, and with both held
still, by turns; half the difference is what a member's mlagd costs, with what zebra, the guard and the guest's kernel
do for it.
"""

import time

import bench_host
from bench_l2 import held, whole
from bench_stat import MLAGD, Row, median
from demo_world import LEAVES

SPAN_S = 15  # shorter than the restart time, so nobody acts on the silence
TURNS = 5  # in a run
MEMBER = "a member, nothing happening"
CPU, HELD, WAKES, LIVENESS, RSS = ("processor time, of one core", "the guest without, of one core", "wakeups of the main loop",
                                   "wakeups of the liveness thread", "memory")
CPU_MAX, RSS_MAX_KB = 0.2, 12 * 1024
STATUS = "cd /proc/$(cat /run/frr/mlagd.pid)/task; for t in *; do echo $(cat $t/comm) $(grep ^voluntary $t/status); done"


def share(pids):
    """Percent of a core that they use for a while."""
    begin, before = time.monotonic_ns(), bench_host.used(pids)
    time.sleep(SPAN_S)
    return 100 * (bench_host.used(pids) - before) / (time.monotonic_ns() - begin)


def wakeups(node):
    """{thread: how often it has woken}"""
    return {line.split()[0]: int(line.split()[-1]) for line in node.sh(STATUS).out.splitlines()}


def rss(node):
    lines = node.get(f"/proc/{node.pid('mlagd')}/status").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def turn(lab, pids):
    """Percent of a core: (with, without), the guest as a whole."""
    both = share(pids)
    with held(lab):
        return both, share(pids)


def count_wakeups(lab, made):
    nodes = [lab.node(leaf) for leaf in LEAVES]
    before, begin = [wakeups(node) for node in nodes], time.monotonic()
    time.sleep(SPAN_S)
    spent = time.monotonic() - begin
    for node, old in zip(nodes, before):
        for thread, count in wakeups(node).items():
            if thread in ("mlagd", "mlag_live"):
                made[MEMBER, WAKES if thread == "mlagd" else LIVENESS].add((count - old[thread]) / spent)
        made[MEMBER, RSS].add(rss(node))


def rows():
    return [Row(MEMBER, CPU, "%", CPU_MAX), Row(MEMBER, HELD, "%"), Row(MEMBER, WAKES, "1/s"), Row(MEMBER, LIVENESS, "1/s"),
            Row(MEMBER, RSS, "kB", RSS_MAX_KB)]


def measure(runs, tell):
    """Boot, measure, take down. Returns (facts of the host, Rows with samples). The processor time is the median of all turns."""
    before = bench_host.load()
    made = {(row.fault, row.what): row for row in rows()}
    with bench_host.boot() as lab:
        facts = bench_host.facts(lab)
        lab.wait_for(lambda: whole(lab), 60, "the pair to be in service")
        pids, costs = bench_host.family(bench_host.supervisor(lab)), []
        for number in range(1, runs * TURNS + 1):
            tell(f"turn {number} of {runs * TURNS}")
            count_wakeups(lab, made)
            both, without = turn(lab, pids)
            costs.append((both - without) / len(LEAVES))
            made[MEMBER, HELD].add(without)
            lab.wait_for(lambda: whole(lab), 60, "the pair to be in service")
        made[MEMBER, CPU].add(median(costs))
    facts.update({"loadBefore": before, "loadAfter": bench_host.load()})
    return facts, list(made.values())
