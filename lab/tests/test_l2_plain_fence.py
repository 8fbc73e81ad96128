# SPDX-License-Identifier: GPL-2.0-or-later
"""A fence, and what `exclude vlan` makes of it, where the bridge knows no VLANs and is the SVI (C10, D1, D5): by name, `lab/lab test plain_fence`.

br30 is VLAN 30 to the peer, and to the configuration. server01 is dual-attached there, server03 is leaf02's orphan.
"""

import os

import pytest

import l2
import pairstate
import plain
from demo_steps import set_links
from plain import BR, VID

pytestmark = pytest.mark.skipif("fence" not in os.environ.get("LAB_PATTERNS", ""), reason="by name: lab/lab test plain_fence")

GATEWAY, PREFIX, ORPHAN, DUAL, OUTSIDE = f"10.1.{VID}.1", f"10.1.{VID}.0/24", f"10.1.{VID}.103", f"10.1.{VID}.101", "172.16.0.10"


def attach(lab, host, dev, address):
    """What it sends from this address goes by its gateway in VLAN 30; the rest as ever."""
    lab.node(host).sh(f"ip link add link {dev} name {dev}.{VID} type vlan id {VID}; ip address add {address}/24 dev {dev}.{VID};"
                      f"ip link set {dev}.{VID} up; ip rule add from {address} table {VID};"
                      f"ip route add {PREFIX} dev {dev}.{VID} table {VID}; ip route add default via {GATEWAY} table {VID}")


def reaches(lab, host, source, address):
    return lab.node(host).run(["ping", "-q", "-c", "1", "-W", "1", "-I", source, address], check=False).rc == 0


def up(lab, leaf, svi):
    return {entry["interface"]: entry["up"] for entry in lab.node(leaf).vtysh_json("show mlag vrr json")}[svi]


def announced(lab, prefix, leaves):
    lab.wait_for(lambda: pairstate.announced_by(lab, prefix) == set(leaves), 20, f"{sorted(leaves)} alone to announce {prefix}")


@pytest.fixture(scope="module")
def lan(pair):
    pairstate.wait_whole(pair, 60)
    plain.build(pair)
    for number, leaf in enumerate(l2.LEAVES, 2):
        pair.node(leaf).run(["ip", "address", "add", f"10.1.{VID}.{number}/24", "dev", BR])
        assert pair.node(leaf).configure("ip prefix-list ANNOUNCE seq 100 permit 10.1.0.0/16 ge 32 le 32", "mlag", f"exclude vlan {VID}",
                                         "exit", f"interface {BR}", f"mlag vrr address {GATEWAY}/24").rc == 0
    attach(pair, "server01", "bond0", DUAL)
    attach(pair, "server03", "eth1", ORPHAN)
    for host, source in (("server01", DUAL), ("server03", ORPHAN)):
        pair.wait_for(lambda host=host, source=source: reaches(pair, host, source, OUTSIDE), 20, f"{host} to reach the outside")
    announced(pair, PREFIX, l2.LEAVES)
    yield pair


@pytest.fixture(scope="module")
def fenced(lan):
    with pairstate.cut(lan):
        yield lan


def test_excluded_it_serves_its_orphans(fenced):
    """And these alone: the prefix, and who is attached to both, are the other member's."""
    announced(fenced, f"{ORPHAN}/32", ["leaf02"])
    announced(fenced, PREFIX, ["leaf01"])
    assert pairstate.announced_by(fenced, f"{DUAL}/32") == set()
    assert up(fenced, "leaf02", BR) and up(fenced, "leaf01", BR) and not up(fenced, "leaf02", "vlan20")
    for target in (GATEWAY, OUTSIDE, "10.1.20.102"):
        fenced.wait_for(lambda target=target: reaches(fenced, "server03", ORPHAN, target), 20, f"the orphan to reach {target}")
    fenced.wait_for(lambda: reaches(fenced, "server01", DUAL, OUTSIDE), 20, "server01 to reach the outside by leaf01")


def test_not_excluded_it_steps_back_as_any_other(fenced):
    leaf02 = fenced.node("leaf02")
    assert leaf02.configure("mlag", f"no exclude vlan {VID}").rc == 0
    announced(fenced, f"{ORPHAN}/32", [])
    announced(fenced, PREFIX, ["leaf01"])
    fenced.wait_for(lambda: not up(fenced, "leaf02", BR), 10, "leaf02's gateway to go")
    assert up(fenced, "leaf01", BR)
    fenced.wait_for(lambda: reaches(fenced, "server01", DUAL, OUTSIDE), 20, "server01 to reach the outside by leaf01")


def test_healed_it_is_one_switch_again(fenced):
    set_links(fenced.node("leaf01"), pairstate.PEERLINK, True)
    pairstate.wait_whole(fenced, 60)
    announced(fenced, PREFIX, l2.LEAVES)
    fenced.wait_for(lambda: all(up(fenced, leaf, BR) for leaf in l2.LEAVES), 10, "both gateways")
    fenced.wait_for(lambda: reaches(fenced, "server03", ORPHAN, DUAL), 20, "the orphan to reach server01 over the peerlink")
    lost = plain.everybody(fenced, VID, plain.KINDS, lambda: reaches(fenced, "server03", ORPHAN, OUTSIDE))
    assert lost == {key: 0 for key in lost}
