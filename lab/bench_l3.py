# SPDX-License-Identifier: GPL-2.0-or-later
"""bench l3: the EVPN fabric through failures of one pair; mlagd, then what else one could run on the same cables.

Each peer gets a boot of topology `fabric` in the same run, and the same load: MACs learned on one bond, routes in VRF RED.
Flows are those between server01 and server02 (routed by the pair that both hang on), server04 (bridged over VXLAN) and
server05 (routed over VXLAN), each both ways on two lanes. What the peers are is bench_l3_peers.py's; what is measured,
bench_l3_rows.py's.
"""

import bench_host
import bench_stat
from bench_agent import MONITOR
from bench_l3_peers import PEERS
from bench_l3_rows import (BACK, CUT, DUPS, FLOWS, GAP, KILL, LEG, LOST, MACS, OFF, REMOTE, ROUTES, SPINE_GONE, UPLINKS,
                           rows)
from bench_stat import MLAGD
from bench_watch import KernelWatch
from client import LabError
from demo_probe import MS
from demo_steps import set_links
from fabric_world import BRIDGED, LOCAL, PROBE_US, ROUTED, whole
from traffic import Traffic

SPINE, REMOTE_LEAF, RED = "spine01", "border01", 4001
GOES, STAYS = "leaf02", "leaf01"
PORT, OWN = {"leaf01": "swp1", "leaf02": "swp2"}, {"leaf01": "10.10.10.1", "leaf02": "10.10.10.2"}
SHARED = "10.0.1.12/32"
PREFIX = f"10.1.10.0/24@{RED}"
LEFT, DETOUR = OWN[STAYS], "peerlink.4094"
SETTLE_S, STEADY_S = 300, 60


class L3Bench(Traffic):
    """A fabric under measurement, whose figures go to the rows under the name `who`."""

    def __init__(self, lab, who, made, peer):
        super().__init__(lab, (LOCAL, BRIDGED, ROUTED), PROBE_US)
        self.who, self.rows, self.peer = who, made, peer
        self.watch = KernelWatch(self.news)
        self.windows = []

    def start(self):
        self.lab.guest.run(["modprobe", "nlmon"])
        self.watch.start(self.lab.node(SPINE), [SHARED, *(f"{own}/32" for own in OWN.values())])
        self.watch.start(self.lab.node(REMOTE_LEAF), [PREFIX])
        self.probes.start()
        self.wait(lambda: self.probes.clock() and self.watch.all_heard(), 60, f"prober and agents ({MONITOR}) to report")

    def stop(self):
        self.watch.stop_all()
        self.probes.stop()

    def vtep(self):
        return SHARED if self.peer.shared else f"{OWN[GOES]}/32"

    def routed(self):
        """Routing has GOES back: else what a fault takes away would be gone before it."""
        way = self.lab.node(GOES).json(["ip", "-j", "route", "get", LEFT])
        return (PORT[GOES] in (self.watch.text(SPINE, self.vtep()) or [])
                and OWN[GOES] in (self.watch.text(REMOTE_LEAF, PREFIX) or []) and way[0]["dev"] == DETOUR)

    def settle(self):
        """Everything is as configured, and all traffic flows."""
        self.lab.wait_for(lambda: self.peer.whole(self.lab), SETTLE_S, f"{self.who}: the fabric to be whole", interval=1)
        self.lab.wait_for(self.routed, SETTLE_S, f"{self.who}: routes by way of {GOES}", interval=1)
        self.flowing(self.pairs, SETTLE_S)

    def seen(self, acted):
        """What was withdrawn: at the spine the VTEP's way to GOES, at the remote leaf the prefix of its."""
        def without(node, key, gone, more=lambda value: True):
            return self.watch.since(node, key, acted, lambda value: value is not None and gone not in value and more(value))

        return {SPINE_GONE: without(SPINE, self.vtep(), PORT[GOES]), REMOTE: without(REMOTE_LEAF, PREFIX, OWN[GOES])}

    def fault(self, name, act, heal):
        """One fault from rest to rest."""
        self.settle()
        acted = self.now()
        act()
        since = self.probes.clock()
        self.news.wait_for(lambda: self.steady(self.pairs, since), STEADY_S)
        over = self.now()
        if name in (CUT, OFF) and self.peer.withdraws(name):
            self.news.wait_for(lambda: all(self.seen(acted).values()), STEADY_S)  # its readers rest, and may be late
            for what, t in self.seen(acted).items():
                self.rows[name, what].add((t - acted) / MS if t else None, self.who)
        heal()
        self.settle()
        self.windows.append((name, acted, over, self.now()))

    def account(self):
        """Loss and duplicates of each kind of flow, of the fault and of its healing."""
        for name, acted, over, healed in self.windows:
            for fault, t0, t1 in ((name, acted, over), (BACK[name], over, healed)):
                for pair, flow in zip(self.pairs, FLOWS):
                    said = [self.probes.figures(pair, *ends, t0, t1) for ends in self.probes.directions(pair)]
                    self.rows[fault, GAP.format(flow)].add(max(one.longest_gap_ms for one in said), self.who)
                    self.rows[fault, LOST.format(flow)].add(max(one.lost for one in said), self.who)
                    self.rows[fault, DUPS.format(flow)].add(sum(one.duplicates for one in said), self.who)

    def steps(self):
        leaf, other = self.lab.node(GOES), self.lab.node(STAYS)
        cables, legs, ups = ("swp49", "swp50"), ("swp1",), ("swp51", "swp52")
        yield CUT, lambda: set_links(other, cables, False), lambda: set_links(other, cables, True)
        yield LEG, lambda: set_links(leaf, legs, False), lambda: set_links(leaf, legs, True)
        yield UPLINKS, lambda: set_links(leaf, ups, False), lambda: set_links(leaf, ups, True)
        yield OFF, leaf.power_off, lambda: self.peer.boot(self.lab, GOES)
        if self.who == MLAGD:
            pid = leaf.pid("mlagd")
            yield KILL, lambda: leaf.kill("mlagd"), lambda: self.lab.wait_for(
                lambda: leaf.pid("mlagd") not in (None, pid), 90, f"watchfrr to start {GOES}'s mlagd again")


class Mlagd:
    """mlagd itself, as the topology configures it."""

    name, options, shared = MLAGD, {}, True

    def prepare(self, lab):
        pass

    def whole(self, lab):
        return whole(lab)

    def boot(self, lab, name):
        lab.node(name).power_on()

    def withdraws(self, fault):
        return True


def load(lab, macs, routes):
    """MACs that bond1 of leaf01 has learned, and routes in VRF RED of both borders."""
    script = "".join(f"fdb replace 02:00:00:00:{n >> 8:02x}:{n & 255:02x} dev bond1 vlan 10 master dynamic\n" for n in range(macs))
    for leaf in (STAYS, GOES):
        lab.node(leaf).run(["ip", "link", "set", "br_default", "type", "bridge", "ageing_time", "720000"])
    lab.node(STAYS).run(["bridge", "-batch", "-"], input=script, timeout=120)
    lines = "".join(f" ip route 10.200.{n >> 8}.{n & 255}/32 blackhole\n" for n in range(routes))
    for border in ("border01", "border02"):
        lab.node(border).put("/tmp/routes.conf", f"vrf RED\n{lines}exit-vrf\n")
        lab.node(border).run(["vtysh", "-f", "/tmp/routes.conf"], timeout=300)


def loaded(lab, macs, routes):
    """Whether a remote leaf has all of the load in its kernel: what zebra has told it."""
    leaf = lab.node("leaf03")
    fdb = int(leaf.sh("bridge fdb show br br_default vlan 10 | grep -c '^02:00:00:00:' || true", timeout=60).out)
    fib = int(leaf.sh("ip route show vrf RED proto bgp | grep -c '^10.200.' || true", timeout=60).out)
    return fdb >= macs and fib >= routes


def measure_peer(peer, runs, made, tell, facts, macs):
    with bench_host.boot("fabric", **peer.options) as lab:
        facts.update(bench_host.facts(lab))
        peer.prepare(lab)
        bench = L3Bench(lab, peer.name, made, peer)
        try:
            bench.start()
            bench.settle()
            tell(f"{peer.name}: {macs} MACs, {ROUTES} routes")
            load(lab, macs, ROUTES)
            lab.wait_for(lambda: loaded(lab, macs, ROUTES), 300, f"{peer.name}: leaf03 to have the load", interval=3)
            for run in range(1, runs + 1):
                for name, act, heal in bench.steps():
                    tell(f"{peer.name}, run {run} of {runs}: {name}")
                    bench.fault(name, act, heal)
        finally:
            bench.stop()
            bench.account()


def measure(runs, tell, macs=MACS):
    """All of them, one after the other. Returns (facts of the host, Rows with samples)."""
    before, facts = bench_host.load(), {}
    made = {(row.fault, row.what): row for row in rows()}
    for peer in (Mlagd(), *PEERS):
        try:
            measure_peer(peer, runs, made, tell, facts, macs)
        except LabError as error:  # the others' figures are worth having
            tell(f"{peer.name}: not measured to its end: {error}")
            facts.setdefault("notMeasured", {})[peer.name] = str(error)
        tell(bench_stat.table([bench_stat.data(row) for row in made.values() if row.samples], f"so far, {peer.name}"))
    facts.update({"loadBefore": before, "loadAfter": bench_host.load(), "macs": macs, "routes": ROUTES})
    return facts, [row for row in made.values() if row.samples]
