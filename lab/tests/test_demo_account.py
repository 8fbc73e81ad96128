# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo's arithmetic: which step a loss belongs to, what is steady, how states are read, where the picture puts them.

Pure: no lab is booted, the probers' lines are made here.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import demo_world  # noqa: E402
from demo_probe import MS, Gap, Pair, Probes, Receiver  # noqa: E402
from demo_watch import News  # noqa: E402
from svg_timeline import Axis  # noqa: E402

PAIR = Pair("a", "b", "192.0.2.1", "192.0.2.2", 7008)
BIN = 100 * MS


def gap(lost, start, end, first=100):
    return {"first": first, "lost": lost, "merged": 0, "txBefore": start, "txAfter": end, "rxBefore": start, "rxAfter": end}


def probes(bins):
    """Probes whose hosts both said `bins`: a list of per-flow dicts, one a bin; what is left out is undisturbed."""
    made = Probes(None, News(), [PAIR], 1)
    for host in (PAIR.a, PAIR.b):
        for flow in PAIR.flows():
            receiver = made.at[host, flow.id] = Receiver()
            for n, said in enumerate(bins, 1):
                receiver.add(n * BIN, {"tx": 100 * n, "rx": 100, "lost": 0, "max": 100 * n - 1, **said})
    return made


def test_lanes_differ_in_the_bit_that_a_layer3_4_hash_looks_at():
    def leg(port):
        return (port ^ port >> 8) >> 1 & 1

    one, two = (flow.id for flow in PAIR.flows())
    assert leg(one) != leg(two)


def test_a_loss_belongs_to_the_step_in_which_it_was_sent():
    one = Gap(100, 1, 1000 * MS, 1100 * MS, 0, 0)
    assert one.lost_between(900 * MS, 1200 * MS) == 100
    assert one.lost_between(900 * MS, 1025 * MS) == 25
    assert one.lost_between(1025 * MS, 5000 * MS) == 75
    assert one.lost_between(1100 * MS, 5000 * MS) == 0


def test_figures_add_lanes_and_take_the_longest_gap():
    bins = [{} for _ in range(10)]
    bins[4] = {"gaps": [gap(40, 410 * MS, 450 * MS)], "dup": 3, "dupFirst": 7, "dupFrom": 460 * MS, "dupUntil": 470 * MS}
    seen = probes(bins).figures(PAIR, "a", "b", BIN, 9 * BIN)
    assert (seen.sent, seen.lost, seen.longest_gap_ms, seen.duplicates) == (1600, 80, 40.0, 6)
    before = probes(bins).figures(PAIR, "a", "b", BIN, 2 * BIN)
    assert (before.sent, before.lost, before.longest_gap_ms, before.duplicates) == (200, 0, 0, 0)


def test_a_late_datagram_is_not_lost():
    bins = [{} for _ in range(10)]
    bins[4] = {"gaps": [gap(2, 410 * MS, 413 * MS, first=410)]}
    bins[5] = {"late": 1, "lateSeq": [411]}
    assert probes(bins).figures(PAIR, "a", "b", 0, 9 * BIN).lost == 2


def test_silence_without_loss_counts_only_when_the_network_held_it():
    assert not Gap(0, 1, 0, 300 * MS, 0, 300 * MS).counts
    assert Gap(0, 1, 0, 1 * MS, 0, 300 * MS).counts
    assert Gap(1, 1, 0, 2 * MS, 0, 2 * MS).counts


def test_steady_wants_traffic_without_loss_after_the_moment():
    bins = [{} for _ in range(12)]
    assert probes(bins).steady(PAIR, 5 * BIN)
    assert not probes(bins).steady(PAIR, 9 * BIN)
    assert not probes(bins[:11] + [{"rx": 0}]).steady(PAIR, 0)
    assert not probes(bins[:11] + [{"lost": 1}]).steady(PAIR, 0)


def test_what_is_missing_at_the_end_is_lost():
    made = probes([{} for _ in range(5)] + [{"max": 499, "rx": 0} for _ in range(5)])
    made.stop()
    seen = made.figures(PAIR, "a", "b", 0, 10 * BIN)
    assert (seen.lost, seen.longest_gap_ms) == (1000, 500.0)


def test_leaf_states():
    state = demo_world.leaf_state
    assert state(None)[0] == "mlagd not running"
    assert state("")[0] == "coming up"
    assert state('{"localRole": "primary", "inService": true}')[0] == "primary, in service"
    assert state('{"localRole": "secondary", "inService": false, "fenced": true}')[0] == "fenced"
    assert state('{"localRole": "secondary", "inService": true, "acting": true}')[2] == "acting"
    assert state('{"localRole": "primary", "inService": false}')[0] == "coming up"


def test_legs_are_in_the_active_aggregator_and_distributing():
    files = {"aggregator": "1", "eth1.aggregator": "1", "eth1.state": "63", "eth1.mii": "up",
             "eth2.aggregator": "1", "eth2.state": "63", "eth2.mii": "up"}
    assert demo_world.legs(files) == ["eth1", "eth2"]
    assert demo_world.legs({**files, "eth2.aggregator": "2"}) == ["eth1"]
    assert demo_world.legs({**files, "eth1.state": "15"}) == ["eth2"]
    assert demo_world.legs({**files, "eth1.mii": "down", "eth2.mii": None}) == []


def test_next_hops_are_those_the_spine_forwards_to():
    text = ('{"10.1.10.0/24": [{"selected": true, "nexthops": [{"interfaceName": "swp1", "active": true},'
            '{"interfaceName": "swp2", "active": false}]}, {"nexthops": [{"interfaceName": "swp2", "active": true}]}]}')
    assert demo_world.next_hops(text, {"swp1": "leaf01", "swp2": "leaf02"}) == ["leaf01"]
    assert demo_world.next_hops("{}", {}) == []
    assert demo_world.next_hops(None, {}) == []


def test_the_axis_keeps_order_and_cuts_quiet_time():
    axis = Axis([1.0, 1.1, 30.0, 99.9], 100.0, 100, 1400)
    at = [axis.x(t / 10) for t in range(0, 1001)]
    assert at == sorted(at)
    assert at[0] >= 100 and at[-1] <= 1401
    assert len(axis.cuts()) == 2
    assert abs((axis.x(30.1) - axis.x(30.0)) - (axis.x(1.1) - axis.x(1.0))) < 1e-6
