# SPDX-License-Identifier: GPL-2.0-or-later
"""Stock pimd hears from zebra which role its switch has, whoever of the three was restarted last (E15).

pimd registers for MLAG when it is configured and once in its life, so it has to be restarted behind zebra, as watchfrr does
with what it watches. This one is not watched: the test starts it, when zebra is there.
"""

import signal

import pairstate


def pim(lab, leaf):
    view = lab.node(leaf).vtysh_json("show ip pim mlag summary json")
    return view["mlagRole"].lower(), view["mlagConnUp"], view["mlagPeerConnUp"], view["peerlinkRif"]


def start(lab, leaf):
    node = lab.node(leaf)
    clients = lambda: node.vtysh("show zebra client summary").split()
    lab.wait_for(lambda: "pim" not in clients(), 30, f"zebra on {leaf} to have no pimd")
    node.run(["/usr/lib/frr/pimd", "-d", "-A", "127.0.0.1"])
    lab.wait_for(lambda: "pim" in clients(), 30, f"pimd on {leaf} to reach zebra")
    lab.wait_for(lambda: "pimd" in node.vtysh("show daemons").split(), 10, "pimd to answer")
    lab.wait_for(lambda: node.configure("interface vlan10", "ip pim", "ip pim active-active").rc == 0, 30,
                 f"pimd on {leaf} to take its configuration")


def kill(lab, leaf, *daemons):
    """kill -9, of which watchfrr brings back what it watches; returns a check that it has."""
    node = lab.node(leaf)
    before = {daemon: node.pid(daemon) for daemon in daemons}
    node.run(["kill", f"-{int(signal.SIGKILL)}", *map(str, before.values())])
    return lambda daemon: node.pid(daemon) not in (None, before[daemon])


def wait_roles(lab, roles, seconds):
    for leaf, role in zip(pairstate.LEAVES, roles):
        lab.wait_for(lambda n=leaf, r=role: pim(lab, n) == (r, True, True, "peerlink.4094"), seconds, f"pimd on {leaf} to show {role}")


def test_pimd_shows_the_role(pair):
    pairstate.wait_whole(pair, 60)
    for leaf in pairstate.LEAVES:
        start(pair, leaf)
    wait_roles(pair, ("primary", "secondary"), 10)
    assert pair.node("leaf01").configure("mlag", "priority 3000").rc == 0
    wait_roles(pair, ("secondary", "primary"), 30)

    back = kill(pair, "leaf01", "mlagd")
    pair.wait_for(lambda: back("mlagd"), 60, "watchfrr to restart mlagd")
    wait_roles(pair, ("primary", "secondary"), 60)  # with the priority that is in its file

    kill(pair, "leaf01", "pimd")
    start(pair, "leaf01")
    wait_roles(pair, ("primary", "secondary"), 30)

    back = kill(pair, "leaf02", "pimd", "zebra", "mlagd")
    pair.wait_for(lambda: back("zebra"), 60, "watchfrr to restart zebra")
    start(pair, "leaf02")
    wait_roles(pair, ("primary", "secondary"), 60)
    pair.wait_for(lambda: back("mlagd"), 60, "watchfrr to have restarted mlagd")

    pair.node("leaf02").kill("mlagd", 15)
    pair.node("leaf02").run(["/usr/lib/frr/frrinit.sh", "stop"], timeout=90)
    pair.wait_for(lambda: pim(pair, "leaf01")[2] is False, 30, "pimd on leaf01 to hear that the peer is gone")
    assert pair.node("leaf01").configure("interface vlan10", "no ip pim active-active", "no ip pim").rc == 0
    kill(pair, "leaf01", "pimd")  # leaf02's went with FRR
    pair.node("leaf02").run(["/usr/lib/frr/frrinit.sh", "start"], timeout=90)
