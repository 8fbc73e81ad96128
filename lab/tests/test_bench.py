# SPDX-License-Identifier: GPL-2.0-or-later
"""The bench's arithmetic, its lanes, and what its agent makes of rtnetlink and BGP messages. Pure: no lab is booted."""

import os
import struct
import subprocess
import sys

import pytest

LAB = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, LAB)

import bench  # noqa: E402
import bench_agent as agent  # noqa: E402
import bench_host  # noqa: E402
import bench_l3_rows  # noqa: E402
import bench_lanes  # noqa: E402
import bench_mac_rows as mac_rows  # noqa: E402
import bench_rows  # noqa: E402
import bench_stat  # noqa: E402
import bench_update  # noqa: E402
from api import LabError  # noqa: E402
from bench_rows import rows  # noqa: E402
from bench_stat import Row  # noqa: E402
from demo_steps import OUTSIDE  # noqa: E402
from topology import Link  # noqa: E402

PREFIX = "10.1.10.0/24"


def test_median_of_odd_and_even():
    assert bench_stat.median([3, 1, 2]) == 2
    assert bench_stat.median([4, 1, 2, 3]) == 2.5


def test_p99_only_when_there_are_enough():
    assert "p99" not in bench_stat.summary(list(range(19)))
    assert bench_stat.summary(list(range(101)))["p99"] == 99


def row(reach=None, **samples):
    return bench_stat.data(Row("f", "w", "ms", reach, samples))


def test_what_was_not_seen_is_counted_and_never_reached():
    made = row(5, mlagd=[1.0, None, 2.0])
    assert made["mlagd"] == {"median": 1.5, "max": 2.0, "n": 2, "missing": 1}
    assert made["reached"] is False
    assert bench_stat.summary([None]) == {"median": None, "max": None, "n": 0, "missing": 1}
    assert bench_stat.summary([]) is None


def test_reached_goes_by_the_worst_and_ratio_by_medians():
    made = row(100, mlagd=[40, 60, 101], stock=[120, 120], other=[0])
    assert made["reached"] is False
    assert [(peer["name"], peer["ratio"]) for peer in made["peers"]] == [("stock", 0.5), ("other", None)]
    assert row(101, mlagd=[40, 60, 101])["reached"] is True


def test_a_row_without_samples_says_nothing():
    made = row(5)
    assert (made["mlagd"], made["peers"], made["reached"]) == (None, [], None)
    assert bench_stat.sides(made) == []


def test_the_table_has_a_line_for_each_side_of_each_row():
    made = rows()
    assert len({(one.fault, one.what) for one in made}) == len(made)
    for one in made:
        one.add(1)
        one.add(2, "peer")
    text = bench_stat.table([bench_stat.data(one) for one in made], "title").splitlines()
    assert text[0] == "title" and set(text[2]) == {"-"} and len(text) == 3 + 2 * len(made)


def test_macs_have_one_row_each_and_a_memory_to_keep_within():
    made = mac_rows.rows()
    assert len({(one.fault, one.what) for one in made}) == len(made)
    memory = {one.fault: one.reach for one in made if one.what == mac_rows.RSS}
    assert memory["1M learned" + mac_rows.GONE] == 12 * 1024 + 1_000_000 * 200 / 1024
    assert "1M learned" not in memory  # stock zebra does not live through it


def test_what_is_to_be_reached_beside_a_peer_comes_from_the_peer():
    made = {(one.fault, one.what): one for one in mac_rows.rows()}
    small, large = made["10k learned", mac_rows.TIME], made["100k learned", mac_rows.TIME]
    for row in (small, large):
        row.add(100)
    mac_rows.settle_reach(made)
    assert (small.reach, large.reach) == (None, None)
    small.add(None, mac_rows.EVPN)
    small.add(6000, mac_rows.EVPN)
    large.add(80, mac_rows.CEILING)
    mac_rows.settle_reach(made)
    assert (small.reach, large.reach) == (200, 160)
    assert bench_stat.data(small)["reached"] and bench_stat.data(large)["reached"]


def test_every_fault_that_is_measured_has_its_rows():
    known = {(one.fault, one.what) for one in rows()}
    faults = {fault for fault, _ in known}
    assert set(bench_rows.BACK) | set(bench_rows.BACK.values()) <= faults
    assert all((fault, what) in known for fault in faults for what in (bench_rows.GAP, bench_rows.LOST, bench_rows.DUPS))
    assert {(fault, bench_rows.VERDICT) for fault in bench_rows.VERDICTS} <= known


def test_events_that_count_as_verdicts_are_mlagd_s_own_words():
    core = os.path.join(LAB, "..", "mlagd", "core")
    said = "".join(open(os.path.join(core, name), encoding="utf-8").read() for name in sorted(os.listdir(core)))
    words = [word for several in bench_rows.VERDICTS.values() for word in several]
    for word in [*words, "peer restarting", "session up", "in service"]:
        assert f'"{word}"' in said


class Answering:
    """A lab whose spine sends a port over the leaf that `leaf_of` names."""

    def __init__(self, device_of):
        self.device_of = device_of
        self.network = type("Network", (), {"links": [Link("leaf01", "swp51", "spine01", "swp1"),
                                                      Link("leaf02", "swp51", "spine01", "swp2")]})

    def node(self, name):
        assert name == "spine01"
        return self

    def json(self, words, check):
        device = self.device_of(int(words[-1]))
        return [{"dev": device}] if device else None

    @staticmethod
    def wait_for(predicate, timeout, what):
        for _ in range(2 * bench_lanes.TRIES):
            if found := predicate():
                return found
        raise LabError(what)


def test_lanes_are_put_on_different_leaves_and_keep_their_low_bits():
    odd = {7138}  # of all ports tried only this one goes over leaf02
    pair = bench_lanes.choose(Answering(lambda port: "swp2" if port in odd else "swp1"), OUTSIDE)
    assert pair.port % bench_lanes.STEP == OUTSIDE.port % bench_lanes.STEP
    assert {flow.id for flow in pair.flows()} & odd
    for device in ("swp1", None):
        with pytest.raises(LabError):
            bench_lanes.choose(Answering(lambda port: device), OUTSIDE)


def segment(*bgp, port=179):
    payload = b"".join(bgp)
    tcp = struct.pack("!HHIIBBHHH", port, 50000, 0, 0, 5 << 4, 0, 0, 0, 0) + payload
    return struct.pack("!IHBB", 6 << 28, len(tcp), 6, 255) + bytes(32) + tcp


def bgp(body, kind=2):
    return b"\xff" * 16 + struct.pack("!HB", 19 + len(body), kind) + body


def body(withdrawn=b"", attributes=b"", reachable=b""):
    return struct.pack("!H", len(withdrawn)) + withdrawn + struct.pack("!H", len(attributes)) + attributes + reachable


NLRI = bytes([24, 10, 1, 10])


def test_updates_are_found_wherever_they_name_a_prefix():
    unreach = bytes([0x80, 15, 3 + len(NLRI)]) + bench_update.IPV4_UNICAST + NLRI
    value = bench_update.IPV4_UNICAST + bytes([32]) + bytes(32) + b"\0" + NLRI
    reach = bytes([0x90, 14]) + struct.pack("!H", len(value)) + value
    for one in (body(withdrawn=NLRI), body(reachable=NLRI), body(attributes=unreach), body(attributes=reach)):
        assert bench_update.changed(segment(bgp(b"", 4), bgp(one))) == {PREFIX}
    assert bench_update.changed(segment(bgp(body()))) == set()
    assert bench_update.changed(segment(bgp(body(withdrawn=NLRI)), port=180)) == set()


def test_updates_cut_anywhere_or_lying_about_lengths_are_survived():
    whole = segment(bgp(body(withdrawn=NLRI, attributes=bytes([0x90, 15, 0, 200]), reachable=NLRI)))
    for end in range(len(whole)):
        bench_update.changed(whole[:end])
    for at in range(len(whole)):
        bench_update.changed(whole[:at] + b"\xfe" + whole[at + 1:])


def test_a_family_is_all_below_a_process_and_niceness_is_given_back():
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    with bench_host.niced(min(ours + 1, 19)), subprocess.Popen(["sh", "-c", "cat; :"], stdin=subprocess.PIPE,
                                                               start_new_session=True) as child:
        found = bench_host.family(os.getpid())
        assert child.pid in found and os.getppid() not in found
        assert os.getpriority(os.PRIO_PROCESS, child.pid) == min(ours + 1, 19)
        child.stdin.close()
    assert os.getpriority(os.PRIO_PROCESS, 0) in (ours, min(ours + 1, 19))  # only root may lower it again


def test_some_faults_bring_their_healing_and_no_others():
    assert bench_rows.chosen("off") == (bench_rows.OFF1, bench_rows.OFF2)
    assert {row.fault for row in rows(bench_rows.chosen("peerlink"))} == {bench_rows.CUT, bench_rows.CUT_BACK}
    assert {row.fault for row in rows()} == {*bench_rows.FAULTS, *bench_rows.BACK.values()}
    for words in (["failover", "--only", "no such fault"], ["mac", "--only", "off"]):
        with pytest.raises(SystemExit):
            bench.options(words)
    assert bench.options(["failover", "--only", "off"]).only == "off"


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


def test_agent_tells_the_gateways_of_another_table():
    said = []
    state = agent.State([f"{PREFIX}@4001"], lambda t, key, value: said.append((t, value)))
    table, ways = oif(agent.RTA_TABLE, 4001), [bytes([10, 10, 10, n]) for n in (1, 2)]
    for t, (kind, payload) in enumerate((
            *((agent.NEWNEXTHOP, hop(7 + n, oif(agent.NHA_OIF, 2), attribute(agent.NHA_GATEWAY, way))) for n, way in enumerate(ways)),
            (agent.NEWNEXTHOP, hop(9, group(7, 8))), (agent.NEWROUTE, route(oif(agent.RTA_NH_ID, 8))),
            (agent.NEWROUTE, route(table, oif(agent.RTA_NH_ID, 9))), (agent.NEWROUTE, route(table, oif(agent.RTA_NH_ID, 7))))):
        state.take(t, kind, payload)
    assert said == [(0, []), (4, ["10.10.10.1", "10.10.10.2"]), (5, ["10.10.10.1"])]


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


def test_l3_has_each_row_once():
    made = [(row.fault, row.what) for row in bench_l3_rows.rows()]
    assert len(set(made)) == len(made)
    assert {fault for fault, _ in made} == set(bench_l3_rows.FAULTS) | set(bench_l3_rows.BACK.values())
