# SPDX-License-Identifier: GPL-2.0-or-later
"""What `show mlag json`, the spine and the hosts' bonds say of a pair, for tests."""

import contextlib

from demo_steps import set_links

LEAVES = ("leaf01", "leaf02")
PEERLINK = ("swp49", "swp50")
BONDED = ("server01", "server02")
SPINE_PORT = {"leaf01": "swp1", "leaf02": "swp2"}


def mlag(lab, leaf):
    return lab.node(leaf).vtysh_json("show mlag json")


def dual(lab, leaf):
    """The bonds that a leaf calls dual-connected."""
    return {entry["interface"] for entry in mlag(lab, leaf)["interfaces"] if entry["dualConnected"]}


def one_aggregator(lab, server):
    """True when both legs of the host's bond are in one aggregator, up and distributing."""
    slaves = lab.node(server).json(["ip", "-j", "-d", "link", "show", "master", "bond0"])
    data = [slave["linkinfo"]["info_slave_data"] for slave in slaves]
    return (len({d["ad_aggregator_id"] for d in data}) == 1
            and all("distributing" in d["ad_actor_oper_port_state_str"] and d["mii_status"] == "UP" for d in data))


def announced_by(lab, prefix):
    """The leaves whose announcement of a prefix the spine has."""
    table = lab.node("spine01").vtysh_json(f"show bgp ipv4 unicast {prefix} json")
    ports = {peer["interface"] for path in table.get("paths", []) for peer in [path["peer"]]}
    return {leaf for leaf, port in SPINE_PORT.items() if port in ports}


def serving(lab):
    """True when both are in service, one as primary, all bonds dual-connected, all legs used, both announced."""
    views = [mlag(lab, leaf) for leaf in LEAVES]
    return (sorted(view["localRole"] for view in views) == ["primary", "secondary"]
            and all(view["inService"] and view["peerInService"] and view["peerAlive"] for view in views)
            and all(dual(lab, leaf) == {"bond1", "bond2"} for leaf in LEAVES)
            and all(one_aggregator(lab, server) for server in BONDED)
            and announced_by(lab, "10.1.10.0/24") == set(LEAVES))


def whole(lab):
    """serving(), and the roles are those of the priorities: a swap that a fault brought about has been given back."""
    return mlag(lab, "leaf01")["localRole"] == "primary" and serving(lab)


def wait_serving(lab, seconds):
    lab.wait_for(lambda: serving(lab), seconds, "both members to be in service", interval=0.5)


def wait_whole(lab, seconds):
    lab.wait_for(lambda: whole(lab), seconds, "the pair to be as configured", interval=0.5)


@contextlib.contextmanager
def cut(lab, seconds=20):
    """Without a peerlink, and leaf02 has stepped back; it has one again at the end."""
    set_links(lab.node("leaf01"), PEERLINK, False)
    try:
        lab.wait_for(lambda: mlag(lab, "leaf02")["fenced"], seconds, "leaf02 to step back")
        yield
    finally:
        set_links(lab.node("leaf01"), PEERLINK, True)
