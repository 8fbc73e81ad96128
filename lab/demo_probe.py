# SPDX-License-Identifier: GPL-2.0-or-later
"""Probe traffic between hosts, and what became of it, per direction and window of time.

A Pair of hosts exchanges numbered datagrams both ways at 1 ms spacing (lab/probe.c), on two lanes: their ports differ so
that a bond which hashes ports puts the lanes on different legs, whatever the addresses are. So every cut of a leg meets
traffic, and never by luck of the hash. Losses of the lanes are added up; of their gaps the longest counts.

Loss is attributed by when a datagram was sent. A gap with losses lasts from the last arrival before to the first after.
A silence without loss counts as a gap only when datagrams were under way for longer than HELD_UP (queued by the network);
shorter ones are the guest's one processor being busy. How long the prober itself did not run is known, and said.
"""

import dataclasses
import json

from demo_watch import follow

PROBE = "/usr/lib/frr-mlag-lab/probe"
LANES = 2
LANE_PORT_BIT = 2  # flips bit 1 of a layer3+4 hash, the lowest that a bond's choice of two depends on
HELD_UP_NS = 100_000_000
STEADY_BINS = 5
MS = 1_000_000


@dataclasses.dataclass(frozen=True)
class Pair:
    """Two hosts that exchange probes: their names and IPv4 addresses."""

    a: str
    b: str
    a_ip: str
    b_ip: str
    port: int

    def flows(self):
        return [Flow(self, lane) for lane in range(LANES)]


@dataclasses.dataclass(frozen=True)
class Flow:
    """One lane of a pair; its number is its port at both ends."""

    pair: Pair
    lane: int

    @property
    def id(self):
        return self.pair.port ^ (LANE_PORT_BIT * self.lane)

    def peer_ip(self, host):
        return self.pair.b_ip if host == self.pair.a else self.pair.a_ip


@dataclasses.dataclass
class Gap:
    """A hole in what arrived. tx_*: sending times of the datagrams around it; rx_*: their arrivals. All ns."""

    lost: int
    first: int
    tx_before: int
    tx_after: int
    rx_before: int
    rx_after: int

    @property
    def ns(self):
        return self.rx_after - self.rx_before

    @property
    def counts(self):
        return self.lost > 0 or self.ns - (self.tx_after - self.tx_before) > HELD_UP_NS

    def lost_between(self, t0, t1):
        """How many of the lost were sent in [t0, t1), taking them as evenly spread over the hole."""
        span = self.tx_after - self.tx_before
        inside = min(self.tx_after, t1) - max(self.tx_before, t0)
        if inside <= 0 or not self.lost:
            return 0
        return self.lost if inside >= span else round(self.lost * inside / span)


class Receiver:
    """What one host's prober says of one lane: its own sending, and what it got of the other's."""

    def __init__(self):
        self.bins = []  # (t, tx, rx, lost so far, dup)
        self.gaps = []
        self.dups = []  # (from, until, count)
        self.stale = 0
        self.max = None
        self.max_at = None

    def add(self, t, flow):
        for g in flow.get("gaps", []):
            self.gaps.append(Gap(g["lost"], g["first"], g["txBefore"], g["txAfter"], g["rxBefore"], g["rxAfter"]))
        for seq in flow.get("lateSeq", []):
            self._was_late(seq)
        if "dup" in flow:
            self.dups.append((flow["dupFrom"], flow["dupUntil"], flow["dup"]))
        if flow.get("max") != self.max:
            self.max, self.max_at = flow["max"], t
        self.stale += flow.get("stale", 0)
        self.bins.append((t, flow["tx"], flow["rx"], flow["lost"], flow.get("dup", 0)))

    def _was_late(self, seq):
        for gap in reversed(self.gaps):
            if gap.lost and gap.first <= seq:
                gap.lost -= 1
                return

    def sent_until(self, t):
        """How many this host had sent by time t, from the bins around it."""
        before = (0, 0)
        for end, tx, *_ in self.bins:
            if end >= t:
                return before[1] + (tx - before[1]) * (t - before[0]) // (end - before[0]) if before[0] else tx
            before = (end, tx)
        return before[1]

    def steady_since(self, t):
        """Whether the last bins, all later than t, brought traffic and missed nothing."""
        last = self.bins[-STEADY_BINS - 1:]
        return (len(last) > STEADY_BINS and last[0][0] >= t and all(b[2] > 0 for b in last[1:])
                and last[0][3] == last[-1][3])


@dataclasses.dataclass
class Figures:
    """What happened to one direction in a window: counts, and the longest gap in ms."""

    name: str
    pair: Pair
    sent: int
    lost: int
    longest_gap_ms: float
    duplicates: int


class Probes:
    """The prober of some pairs, from start() to stop()."""

    def __init__(self, lab, news, pairs, run, floods=()):
        """floods: (host, device) of those that flood frames too."""
        self.lab = lab
        self.floods = dict(floods)
        self.flooded = []  # the last account of them: {"host", "from", "tx", "received", "lost", "duplicated", "echoes"}
        self.news = news
        self.run = run
        self.pairs = pairs
        self.flows = [flow for pair in pairs for flow in pair.flows()]
        self.hosts = list(dict.fromkeys(host for p in pairs for host in (p.a, p.b)))
        self.at = {(host, flow.id): Receiver() for flow in self.flows for host in (flow.pair.a, flow.pair.b)}
        self.now = 0  # end of the latest bin, ns; 0: nothing said yet
        self.stalls = []  # (end of bin, ns without sending)
        self.interval_us = 1000
        self.process = self.thread = None

    def start(self):
        argv = [PROBE, "-i", str(self.interval_us), "-r", str(self.run)]
        for host in self.hosts:
            inode = self.lab.node(host).run(["stat", "-L", "-c", "%i", "/proc/self/ns/net"]).out.strip()
            argv += ["-n", f"{host}:{inode}"]
            for flow in self.flows:
                if host in (flow.pair.a, flow.pair.b):
                    argv += ["-f", f"{flow.peer_ip(host)}:{flow.id}"]
            if host in self.floods:
                argv += ["-b", self.floods[host]]
        self.process = self.lab.guest.popen(argv)
        self.thread = follow(self.process, self._line)

    def stop(self):
        """End the prober; its last account is in when this returns."""
        if self.process is not None:
            self.process.terminate()
            self.thread.join(10)
            self.process.close()
        self.process = None
        self._close_open_gaps()

    def _line(self, line):
        if line == b"ready\n" or not line.endswith(b"\n"):
            return
        said = json.loads(line)

        def update():
            self.now = said["t"]
            self.stalls.append((said["t"], said["stall"]))
            self.flooded = said["floods"]
            for flow in said["flows"]:
                self.at[flow["host"], flow["id"]].add(said["t"], flow)

        self.news.changed(update)

    def clock(self):
        """The time up to which the account goes, ns."""
        return self.now

    def longest_stall(self, t0, t1):
        """The longest time in [t0, t1) in which the prober did not run, ns."""
        return max((ns for t, ns in self.stalls if t0 < t <= t1), default=0)

    def directions(self, pair):
        """(sender, receiver) both ways."""
        return [(pair.a, pair.b), (pair.b, pair.a)]

    def steady(self, pair, since):
        return all(self.at[host, flow.id].steady_since(since) for flow in pair.flows() for host in (pair.a, pair.b))

    def figures(self, pair, sender, receiver, t0, t1):
        """The Figures of one direction for what was sent in [t0, t1). A gap begins when the next one was due."""
        sent = lost = dups = longest = 0
        interval = 1000 * self.interval_us
        for flow in pair.flows():
            out, into = self.at[sender, flow.id], self.at[receiver, flow.id]
            sent += out.sent_until(t1) - out.sent_until(t0)
            dups += sum(n for _, until, n in into.dups if t0 <= until < t1)
            for gap in into.gaps:
                lost += gap.lost_between(t0, t1)
                if gap.counts and t0 <= gap.rx_before + interval < t1:
                    longest = max(longest, gap.ns)
        return Figures(f"{sender} → {receiver}", pair, sent, lost, round(longest / MS, 1), dups)

    def gaps(self, pair, receiver):
        """All gaps of one direction that count, lane by lane."""
        return [gap for flow in pair.flows() for gap in self.at[receiver, flow.id].gaps if gap.counts]

    def duplicates(self, pair, receiver):
        return [dup for flow in pair.flows() for dup in self.at[receiver, flow.id].dups]

    def _close_open_gaps(self):
        """A receiver cannot know of what is missing at the end: its partner's count says it."""
        for flow in self.flows:
            for sender, receiver in self.directions(flow.pair):
                out, into = self.at[sender, flow.id], self.at[receiver, flow.id]
                if not out.bins or into.max is None:
                    continue
                end, sent = out.bins[-1][0], out.bins[-1][1]
                missing = sent - (into.max + 1)
                if missing > 0 and end - into.max_at > HELD_UP_NS:
                    into.gaps.append(Gap(missing, into.max + 1, into.max_at, end, into.max_at, end))
