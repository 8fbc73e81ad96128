# SPDX-License-Identifier: GPL-2.0-or-later
"""Stock pimd hears from zebra which role its switch has (E15)."""

import pairstate


def pim(lab, leaf):
    view = lab.node(leaf).vtysh_json("show ip pim mlag summary json")
    return view["mlagRole"].lower(), view["mlagConnUp"], view["mlagPeerConnUp"], view["peerlinkRif"]


def test_pimd_shows_the_role(pair):
    pairstate.wait_whole(pair, 60)
    for leaf in pairstate.LEAVES:
        pair.node(leaf).run(["/usr/lib/frr/pimd", "-d", "-A", "127.0.0.1"])
        pair.wait_for(lambda n=leaf: "pimd" in pair.node(n).vtysh("show daemons").split(), 10, "pimd to answer")
        assert pair.node(leaf).configure("interface vlan10", "ip pim", "ip pim active-active").rc == 0
    for leaf, role in zip(pairstate.LEAVES, ("primary", "secondary")):
        pair.wait_for(lambda n=leaf, r=role: pim(pair, n) == (r, True, True, "peerlink.4094"), 10,
                      f"pimd on {leaf} to show {role}")
    assert pair.node("leaf01").configure("mlag", "priority 3000").rc == 0
    for leaf, role in zip(pairstate.LEAVES, ("secondary", "primary")):
        pair.wait_for(lambda n=leaf, r=role: pim(pair, n)[0] == r, 30, f"pimd on {leaf} to follow the swap")
    pair.node("leaf02").kill("mlagd", 15)
    pair.node("leaf02").run(["/usr/lib/frr/frrinit.sh", "stop"], timeout=90)
    pair.wait_for(lambda: pim(pair, "leaf01")[2] is False, 30, "pimd on leaf01 to hear that the peer is gone")
