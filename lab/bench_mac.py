# SPDX-License-Identifier: GPL-2.0-or-later
"""bench mac: addresses by the ten thousand up to a million learned on one member, moved to an orphan port of the other,
and withdrawn; when the other member has them, and what that costs.

Three labs' worth in one run: the pair as it is; the pair after its zebras are gone, since stock zebra reads every FDB event
and wants more of the guest's one processor than all else (and exits when a million come at once); and EVPN type-2 on
stock zebra and bgpd between the same two leaves (bench_mac_evpn.py). The kernel's ceiling is measured beside each, on a
node that nobody else listens on: a program that dumps a bridge's addresses and adds them to another's port (macload.c).
"""

import json

import bench_host
from api import LabError
from bench_mac_evpn import evpn
from bench_mac_rows import (BUSY, CEILING, COST, CPU, CPU_ZEBRA, EVPN, GONE, GUEST, LEARNED, LOADER, MOVED, OVERRUNS, RSS,
                            SESSIONS, SIZES, TIME, WITHDRAWN, label, rows, settle_reach)
from bench_stat import MLAGD
from demo_world import LEAVES

TOOLS = "/usr/lib/frr-mlag-lab"
FIRST, SECOND = LEAVES
AGEING = 10_000_000  # hundredths of a second: nothing ages while it is measured
VLAN = 10
BOUND_S = 400  # what takes longer is not seen
COUNT_S = 20
PACED = 200_000  # from here on moves and withdrawals come at RATE: what is read anew after lost events looks like ageing
RATE = 25_000
IDLE_MS = 60  # of processor time in a second: busy no more
NS_PER_MS = 1_000_000


def load(node, *args):
    """Run macload on a node; returns what it says."""
    return json.loads(node.run([f"{TOOLS}/macload", *map(str, args)], timeout=BOUND_S).out)


class Processes:
    """What daemons have used so far."""

    def __init__(self, lab):
        self.nodes = [lab.node(leaf) for leaf in LEAVES]

    def cpu(self, daemon):
        """Milliseconds of both members' together, in the guest's ticks; 0 for one that is not there."""
        return sum(self._cpu(node, daemon) for node in self.nodes)

    @staticmethod
    def _cpu(node, daemon):
        stat = node.run(["cat", f"/proc/{node.pid(daemon)}/stat"], check=False).out.rpartition(")")[2].split()
        return 10 * (int(stat[11]) + int(stat[12])) if stat else 0

    def unread(self):
        """Bytes that wait in the members' netlink sockets."""
        tables = [node.get("/proc/net/netlink").splitlines()[1:] for node in self.nodes]
        return sum(int(line.split()[4]) for table in tables for line in table)

    def rss(self, *daemons):
        """kB of these daemons together, of the member that has more."""
        return max(sum(self._rss(node, daemon) for daemon in daemons) for node in self.nodes)

    @staticmethod
    def _rss(node, daemon):
        lines = node.run(["cat", f"/proc/{node.pid(daemon)}/status"], check=False).out.splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


class MacBench:
    """A lab whose leaves learn; `far` names the port of the other member on which what this one has learned appears."""

    def __init__(self, lab, made, who, tell, suffix="", far=None):
        self.lab, self.rows, self.who, self.suffix, self.tell = lab, made, who, suffix, tell
        self.far = far or {FIRST: "peerlink", SECOND: "bond1"}
        self.processes = Processes(lab)
        self.guest = bench_host.family(bench_host.supervisor(lab))
        self.set = 10 if suffix else 0
        for leaf in LEAVES:
            lab.node(leaf).sh(f"ip link set br_default type bridge ageing_time {AGEING}")

    def add(self, fault, what, value):
        row = self.rows.get((fault + self.suffix, what))
        if row:
            row.add(value, self.who)

    def quiet(self):
        """Wait until whoever listens to the kernel has read what it said, and done what follows from it."""
        last, calm = {}, [0]

        def idle():
            now = {name: self.processes.cpu(name) for name in ("mlagd", "zebra", "bgpd")}
            still = self.processes.unread() == 0 and last and all(now[name] - last[name] <= IDLE_MS for name in now)
            calm[0] = calm[0] + 1 if still else 0
            last.update(now)
            return calm[0] >= 2

        self.lab.wait_for(idle, BOUND_S, "the daemons to have read what came", interval=1)

    def step(self, size, what, learner, act):
        """act() on one member until the other has all of it; returns milliseconds, None when it did not within the bound."""
        other = self.lab.node(SECOND if learner == FIRST else FIRST)
        port, fault = self.far[other.name], f"{label(size)} {what}"
        before = {name: self.processes.cpu(name) for name in ("mlagd", "zebra", "bgpd")}
        lost = overruns(self.lab) if self.who == MLAGD else 0
        watch = ["timeout", str(BOUND_S), f"{TOOLS}/macwatch", port, str(self.set), str(size), "gone" if what == WITHDRAWN else "new"]
        with other.popen(watch) as process:
            if process.stdout.readline().strip() != b"ready":
                raise LabError(f"macwatch does not start on {other.name} {port}: {process.communicate().err}")
            began = bench_host.used(self.guest)
            act()
            line = process.stdout.readline()
            spent = bench_host.used(self.guest) - began
        ms = (json.loads(line)["last"] - json.loads(line)["first"]) / NS_PER_MS if line else None
        self.tell(f"{self.who}: {fault}{self.suffix}: {'not within %d s' % BOUND_S if ms is None else '%.0f ms' % ms}")
        if ms is not None and not self.all_there(other, port, 0 if what == WITHDRAWN else size):
            ms = None
        self.quiet()
        used = {name: self.processes.cpu(name) - before[name] for name in before}
        self.add(fault, TIME, ms)
        self.add(fault, COST, ms and ms * 1000 / size)
        self.add(fault, GUEST, ms and spent / 1000 / size)
        if what == LEARNED or size <= PACED:  # else in step with the ticks that count it: wrong by a multiple either way
            self.add(fault, CPU, used["mlagd" if self.who == MLAGD else "bgpd"] * 1000 / size)
            self.add(fault, CPU_ZEBRA, used["zebra"] * 1000 / size)
        if self.who == MLAGD:
            self.add(fault, OVERRUNS, overruns(self.lab) - lost)
        return ms

    def all_there(self, node, port, count):
        """Whether it was a sample of all, or only a sample."""
        try:
            self.lab.wait_for(lambda: load(node, "count", "br_default", port, self.set)["entries"] == count, COUNT_S, "all")
        except LabError as error:
            self.tell(f"{node.name} {port} has not {count} addresses: {error}")
            return False
        return True

    def measure(self, size):
        """All three steps; the others only when the first was over within the bound."""
        first, second = (self.lab.node(leaf) for leaf in LEAVES)
        self.set += 1
        args = (VLAN, self.set, size)
        rate = [RATE] if size > PACED else []
        if self.step(size, LEARNED, FIRST, lambda: load(first, "load", "bond1", *args)) is None:
            return
        self.add(f"{label(size)} {LEARNED}", RSS, self.processes.rss(*(["mlagd"] if self.who == MLAGD else ["zebra", "bgpd"])))
        self.step(size, MOVED, SECOND, lambda: load(second, "load", "swp3", *args, *rate))
        self.step(size, WITHDRAWN, SECOND, lambda: load(second, "drop", "swp3", *args, *rate))


CEILING_NETWORK = """
sysctl -q -w net.ipv6.conf.default.disable_ipv6=1
for end in from to; do ip link add br_$end type bridge forward_delay 0 vlan_default_pvid 0 ageing_time %d; done
for port in from1 from2 to1 to2; do ip link add $port type dummy; ip link set $port master br_${port%%?}; done
for name in br_from br_to from1 from2 to1 to2; do ip link set $name up; done
""" % AGEING


class Ceiling:
    """The kernel with one program, on a node of its own: the one it is compared with, and the loader, which is in all figures."""

    def __init__(self, lab, made):
        self.node, self.rows = lab.node("outside"), made
        self.guest = bench_host.family(bench_host.supervisor(lab))
        lab.guest.run(["modprobe", "dummy"])
        self.node.sh(CEILING_NETWORK)

    def measure(self, size, suffix):
        for who, what, *args in ((LOADER, LEARNED, "load", "from1", 0, 1, size),
                                 (CEILING, LEARNED, "copy", "br_from", "to1", 1),
                                 (CEILING, MOVED, "copy", "br_from", "to2", 1),
                                 (CEILING, WITHDRAWN, "drop", "to2", 0, 1, size),
                                 (LOADER, MOVED, "load", "from2", 0, 1, size),
                                 (LOADER, WITHDRAWN, "drop", "from2", 0, 1, size)):
            began = bench_host.used(self.guest)
            said = load(self.node, *args)
            self._add(who, size, f"{label(size)} {what}{suffix}", said, bench_host.used(self.guest) - began)

    def _add(self, who, size, fault, said, spent):
        ms = (said["end"] - said["begin"]) / NS_PER_MS
        self.rows[fault, TIME].add(ms, who)
        self.rows[fault, COST].add(ms * 1000 / size, who)
        self.rows[fault, GUEST].add(spent / 1000 / size, who)


def sessions(lab):
    """How often the members' session came up, both together."""
    said = [json.loads(lab.node(leaf).run(["vtysh", "-d", "mlagd", "-c", "show mlag events json"]).out) for leaf in LEAVES]
    return sum(event["what"] == "session up" for events in said for event in events)


def overruns(lab):
    """How often FDB events were lost so far, both members together."""
    said = [json.loads(lab.node(leaf).run(["vtysh", "-d", "mlagd", "-c", "show mlag statistics json"]).out) for leaf in LEAVES]
    return sum(member["kernel"]["fdbOverruns"] for member in said)


def in_service(lab):
    return all(lab.node(leaf).vtysh_json("show mlag json")["inService"] for leaf in LEAVES)


def without_zebra(lab):
    """zebra dies and stays away; watchfrr is held still, or it would start everything anew."""
    for leaf in LEAVES:
        lab.node(leaf).sh("kill -STOP $(cat /run/frr/watchfrr.pid); kill -KILL $(cat /run/frr/zebra.pid)")


def touch_memory(lab):
    """The guest's, once: else the host clears each page in the midst of what is measured first."""
    lab.guest.run(["dd", "if=/dev/zero", "of=/dev/null", "bs=1G", "count=1", "status=none"])


def repeats(runs, size):
    """A million takes minutes and is measured once, as EVPN is."""
    return runs if size <= BUSY else 1


def measure_pair(runs, made, sizes, tell):
    with bench_host.boot() as lab:
        touch_memory(lab)
        facts, ceiling = bench_host.facts(lab), Ceiling(lab, made)
        lab.wait_for(lambda: in_service(lab), 60, "the pair to be in service")
        before = sessions(lab)
        for suffix in ("", GONE):
            if suffix:
                without_zebra(lab)
            bench = MacBench(lab, made, MLAGD, tell, suffix)
            for size in (size for size in sizes if suffix or size <= BUSY):
                for run in range(1, repeats(runs, size) + 1):
                    tell(f"{label(size)}{suffix}, run {run} of {repeats(runs, size)}")
                    ceiling.measure(size, suffix)
                    bench.measure(size)
            made["all" + suffix, SESSIONS].add(sessions(lab) - before)
        return facts


def measure_evpn(made, sizes, tell):
    with bench_host.boot(mlag=False) as lab:
        touch_memory(lab)
        evpn(lab)
        bench = MacBench(lab, made, EVPN, tell, "", {leaf: "vx10" for leaf in LEAVES})
        for size in (size for size in sizes if size <= BUSY):
            seen = made[f"{label(sizes[0])} {LEARNED}", TIME].samples.get(EVPN)
            if seen and (None in seen or max(seen) * size / sizes[0] > BOUND_S * 1000):
                tell(f"{EVPN}: {label(size)} would take more than {BOUND_S} s")
                return
            tell(f"{EVPN}: {label(size)}")
            bench.measure(size)


def measure(runs, tell, sizes=SIZES):
    """Boot, measure, take down. Returns (facts of the host, Rows with samples)."""
    before = bench_host.load()
    made = {(row.fault, row.what): row for row in rows(sizes)}
    facts = measure_pair(runs, made, sizes, tell)
    measure_evpn(made, sizes, tell)
    settle_reach(made)
    facts.update({"loadBefore": before, "loadAfter": bench_host.load()})
    return facts, list(made.values())
