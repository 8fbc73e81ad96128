# SPDX-License-Identifier: GPL-2.0-or-later
"""STP on the pair's bridges (C9): on a dual-connected bond the primary alone speaks; on a single-connected one, who has it."""

import pytest

import l2
import pairstate
from stp import bridge, heard, is_root, shown, start, withheld


@pytest.fixture(scope="module")
def stp(pair):
    """Both bridges speak STP, quickly."""
    pairstate.wait_whole(pair, 60)
    start(pair, l2.BRIDGE)
    for leaf in l2.LEAVES:
        pair.node(leaf).link("swp1", up=True)
    yield pair
    for leaf in l2.LEAVES:
        # what a bridge has heard of a root stays in force without STP, so each is its own when it ends
        pair.wait_for(lambda: is_root(pair, leaf, l2.BRIDGE), 20, f"{leaf} to have forgotten the other")
        # a bridge that speaks STP takes no delay of 0, and shortens its ageing time when the root changes
        bridge(pair, leaf, l2.BRIDGE, "stp_state", 0)
        bridge(pair, leaf, l2.BRIDGE, "forward_delay", 0, "hello_time", 200, "max_age", 2000, "priority", 32768,
               "ageing_time", 100 * l2.AGEING)


def test_only_the_primary_speaks_on_a_dual_bond(stp):
    # the root speaks on every port; leaf02, next to it, would speak on the bond too
    stp.wait_for(lambda: pairstate.serving(stp), 60, "the pair in service with STP on")
    stp.node("leaf01").run(["ip", "link", "set", l2.BRIDGE, "type", "bridge", "priority", "4096"])
    assert heard(stp, "eth1", "eth2")[1] == 0
    assert withheld(stp, "leaf02") > 0 and withheld(stp, "leaf01") == 0
    silent, loud = shown(stp, "leaf02"), shown(stp, "leaf01")
    assert silent["bpdusSilenced"] and 0 < silent["bpdusDropped"] <= withheld(stp, "leaf02")
    assert not loud["bpdusSilenced"] and loud["bpdusDropped"] is None


def test_a_single_leg_speaks_whatever_the_role(stp):
    stp.node("leaf01").link("swp1", up=False)
    try:
        stp.wait_for(lambda: "bond1" not in pairstate.dual(stp, "leaf02"), 10, "bond1 to be single-connected")
        assert heard(stp, "eth2", "eth1")[1] == 0
    finally:
        stp.node("leaf01").link("swp1", up=True)
