# SPDX-License-Identifier: GPL-2.0-or-later
"""The bench's arithmetic, and what its agent makes of rtnetlink messages. Pure: no lab is booted."""

import os
import struct
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import bench  # noqa: E402
import bench_agent as agent  # noqa: E402
import bench_stat  # noqa: E402
from bench_failover import rows  # noqa: E402
from bench_stat import Row  # noqa: E402

PREFIX = "10.1.10.0/24"


def test_median_of_odd_and_even():
    assert bench_stat.median([3, 1, 2]) == 2
    assert bench_stat.median([4, 1, 2, 3]) == 2.5


def test_p99_only_when_there_are_enough():
    assert "p99" not in bench_stat.summary(list(range(19)))
    assert bench_stat.summary(list(range(101)))["p99"] == 99


def test_what_was_not_seen_is_counted_and_never_reached():
    row = bench_stat.data(Row("f", "w", "ms", 5, None, [1.0, None, 2.0]))
    assert row["mlagd"] == {"median": 1.5, "max": 2.0, "n": 2, "missing": 1}
    assert row["reached"] is False
    assert bench_stat.summary([None]) == {"median": None, "max": None, "n": 0, "missing": 1}
    assert bench_stat.summary([]) is None


def test_reached_goes_by_the_worst_and_ratio_by_medians():
    row = bench_stat.data(Row("f", "w", "ms", 100, "stock", [40, 60, 101], [120, 120]))
    assert (row["reached"], row["ratio"], row["peer"]["name"]) == (False, 0.5, "stock")
    assert bench_stat.data(Row("f", "w", "ms", 101, None, [40, 60, 101]))["reached"] is True
    assert bench_stat.data(Row("f", "w", "ms", None, "stock", [1], [0]))["ratio"] is None


def test_every_row_appears_once_in_the_table():
    made = rows()
    assert len({(row.fault, row.what) for row in made}) == len(made)
    text = bench_stat.table([bench_stat.data(row) for row in made], "title").splitlines()
    assert text[0] == "title" and set(text[2]) == {"-"} and len(text) == 3 + len(made)


def test_an_unknown_bench_says_which_exist(capsys):
    with pytest.raises(SystemExit) as ended:
        bench.options(["nosuch"])
    assert ended.value.code == 2
    assert "failover" in capsys.readouterr().err


def attribute(kind, payload):
    return struct.pack("=HH", 4 + len(payload), kind) + payload + bytes(-len(payload) % 4)


def link(index, name, flags):
    return struct.pack("=BBHiII", 0, 0, 0, index, flags, 0) + attribute(agent.IFLA_IFNAME, name.encode() + b"\0")


def hop(ident, *fields):
    return bytes(8) + attribute(agent.NHA_ID, struct.pack("=I", ident)) + b"".join(fields)


def group(*idents):
    return attribute(agent.NHA_GROUP, b"".join(struct.pack("=IBBH", ident, 254, 0, 0) for ident in idents))


def route(*fields):
    return bytes([2, 24, 0, 0, 254, 0, 0, 0, 0, 0, 0, 0]) + attribute(agent.RTA_DST, bytes([10, 1, 10, 0])) + b"".join(fields)


def oif(kind, index):
    return attribute(kind, struct.pack("=I", index))


def test_agent_follows_groups_routes_and_carrier():
    said = []
    state = agent.State([PREFIX], lambda t, key, value: said.append((t, key, value)))
    for t, (kind, payload) in enumerate((
            (agent.NEWLINK, link(2, "swp1", agent.LOWER_UP)), (agent.NEWLINK, link(3, "swp2", agent.LOWER_UP)),
            (agent.NEWNEXTHOP, hop(7, oif(agent.NHA_OIF, 2))), (agent.NEWNEXTHOP, hop(8, oif(agent.NHA_OIF, 3))),
            (agent.NEWNEXTHOP, hop(9, group(7, 8))), (agent.NEWROUTE, route(oif(agent.RTA_NH_ID, 9))),
            (agent.NEWLINK, link(2, "swp1", 0)), (agent.NEWROUTE, route(oif(agent.RTA_NH_ID, 8))), (agent.DELROUTE, route()))):
        state.take(t, kind, payload)
    assert [(t, value) for t, key, value in said if key == PREFIX] == [(0, []), (5, ["swp1", "swp2"]), (6, ["swp2"]), (8, [])]
    assert [(t, value) for t, key, value in said if key == f"{PREFIX}.told"] == [
        (0, []), (5, ["swp1", "swp2"]), (7, ["swp2"]), (8, [])]


def test_agent_tells_the_id_of_a_bond():
    said = {}
    state = agent.State([], lambda t, key, value: said.update({key: value}))
    system = attribute(agent.BOND_AD_ACTOR_SYSTEM, bytes([0x44, 0x38, 0x39, 0xff, 0, 0xaa]))
    info = attribute(agent.IFLA_LINKINFO, attribute(agent.INFO_DATA, system))
    state.take(1, agent.NEWLINK, link(5, "bond1", agent.LOWER_UP) + info)
    assert said == {"bond1": "up", "bond1.id": "44:38:39:ff:00:aa"}


def test_agent_survives_short_and_lying_messages():
    assert agent.attributes(b"\x03\0\x01\0") == {} and agent.attributes(b"\xff\0\x01\0") == {}
    assert list(agent.messages(b"\0" * 16)) == [] and list(agent.messages(b"\1")) == []
    assert list(agent.paths(b"\0" * 8)) == []
