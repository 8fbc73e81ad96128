# SPDX-License-Identifier: GPL-2.0-or-later
"""bench l2: datagrams through the pair with mlagd's filters and without them, by turns, on one guest.

server03 (orphan on leaf02) and server01 (on both) are in one VLAN: a flow from server03 goes out over leaf02's leg, one from
server01 over the leg that its bond hashes it to, so there is one that crosses the peerlink and one that does not; the source
ports are chosen by asking where their datagrams pass. While a figure is taken both mlagds are held still, with the filters
as well as without, or they would put them back; the tables are put back as they were before mlagd goes on.
"""

import contextlib
import json

import bench_host
from api import LabError
from bench_stat import MLAGD, Row
from demo_world import LEAVES

TOOL = "/usr/lib/frr-mlag-lab/l2load"
SERVER, CLIENT = "server03", "server01"
ADDRESS, PORT = "10.1.10.103", 9000
DIRECT, CROSSING = "over one member", "over the peerlink"
WITHOUT = "no filters"
FLOOD_MS, TRIPS = 1000, 2000
RATE, CPU, LOST, MEDIAN, P99 = ("datagrams of 256 bytes through", "processor time per datagram", "lost of a flood",
                                "round trip, median", "round trip, p99")
TURNS = 5  # in a run
SOURCES = range(20001, 20065)
COUNT = "cat /sys/class/net/swp1/statistics/rx_packets"
PROBES = 200


def client(lab, *args):
    return json.loads(lab.node(CLIENT).run([TOOL, *map(str, args)], timeout=60).out)


def leg(lab, source):
    """The leaf that server01 sends to from this port."""
    before = {leaf: int(lab.node(leaf).sh(COUNT).out) for leaf in LEAVES}
    client(lab, "trips", ADDRESS, PORT, source, PROBES)
    return max(LEAVES, key=lambda leaf: int(lab.node(leaf).sh(COUNT).out) - before[leaf])


def flows(lab):
    """{way: source port}; leaf02 is the one that server03 hangs on."""
    found = {}
    for source in SOURCES:
        found.setdefault(DIRECT if leg(lab, source) == LEAVES[1] else CROSSING, source)
        if len(found) == 2:
            return found
    raise LabError(f"{CLIENT} sends over one leg only")


@contextlib.contextmanager
def held(lab):
    """Both mlagds stand still."""
    for leaf in LEAVES:
        lab.node(leaf).kill("mlagd", 19)
    try:
        yield
    finally:
        for leaf in LEAVES:
            lab.node(leaf).kill("mlagd", 18)


@contextlib.contextmanager
def unfiltered(lab):
    """No nft table on the leaves; they are put back."""
    kept = {leaf: lab.node(leaf).run(["nft", "list", "ruleset"]).out for leaf in LEAVES}
    if not all("table bridge frr_mlag" in text for text in kept.values()):
        raise LabError("mlagd has no filter on a leaf")
    try:
        for leaf in LEAVES:
            lab.node(leaf).run(["nft", "flush", "ruleset"])
        yield
    finally:
        for leaf, text in kept.items():
            lab.node(leaf).run(["nft", "-f", "-"], input="flush ruleset\n" + text)


def take(lab, made, ways, who):
    """One figure of each kind for each way."""
    pids = bench_host.family(bench_host.supervisor(lab))
    for way, source in ways.items():
        before = bench_host.used(pids)
        flood = client(lab, "flood", ADDRESS, PORT, source, FLOOD_MS)
        made[way, CPU].add((bench_host.used(pids) - before) / 1000 / max(flood["received"], 1), who)
        made[way, RATE].add(flood["received"] * 1e9 / flood["ns"], who)
        made[way, LOST].add(flood["sent"] - flood["received"], who)
        trips = client(lab, "trips", ADDRESS, PORT, source, TRIPS)
        made[way, MEDIAN].add(trips["median"] / 1000, who)
        made[way, P99].add(trips["p99"] / 1000, who)


def turn(lab, made, ways):
    with held(lab):
        take(lab, made, ways, MLAGD)
    with held(lab), unfiltered(lab):
        take(lab, made, ways, WITHOUT)


def whole(lab):
    said = [lab.node(leaf).vtysh_json("show mlag json") for leaf in LEAVES]
    return all(mlag["inService"] and all(bond["dualConnected"] for bond in mlag["interfaces"]) for mlag in said)


def rows():
    units = {RATE: "1/s", CPU: "us", LOST: "1", MEDIAN: "us", P99: "us"}
    return [Row(way, what, unit) for way in (DIRECT, CROSSING) for what, unit in units.items()]


def measure(runs, tell):
    """Boot, measure, take down. Returns (facts of the host, Rows with samples)."""
    before = bench_host.load()
    made = {(row.fault, row.what): row for row in rows()}
    with bench_host.boot() as lab:
        facts = bench_host.facts(lab)
        lab.wait_for(lambda: whole(lab), 60, "the pair to be in service")
        with lab.node(SERVER).popen([TOOL, "serve", str(PORT)]) as server:
            if server.stdout.readline().strip() != b"ready":
                raise LabError(f"l2load does not start on {SERVER}")
            ways = flows(lab)
            for number in range(1, runs * TURNS + 1):
                tell(f"turn {number} of {runs * TURNS}")
                turn(lab, made, ways)
                lab.wait_for(lambda: whole(lab), 60, "the pair to be in service")
    facts.update({"loadBefore": before, "loadAfter": bench_host.load()})
    return facts, list(made.values())
