# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuration changed in service, by mistake and on purpose: what the hosts' legs and the peer see of it (A1 B1 B4 B5)."""

import json

import l2
import pairstate


def entry(lab, leaf, interface):
    return next(e for e in pairstate.mlag(lab, leaf)["interfaces"] if e["interface"] == interface)


def lacp_id(lab, leaf, bond):
    """The LACP system id that a bond was given; None when it shows its own."""
    data = lab.node(leaf).json(["ip", "-j", "-d", "link", "show", bond])[0]["linkinfo"]["info_data"]
    return data.get("ad_actor_system")


def originators(lab, prefix):
    """AS numbers that the spine has a prefix from at first hand; a fenced member may pass on the other's."""
    table = lab.node("spine01").vtysh_json(f"show bgp ipv4 unicast {prefix} json")
    return {int(path["aspath"]["string"]) for path in table["paths"] if path["aspath"]["length"] == 1}


def said(lab, leaf):
    """What has happened on a leaf, oldest first."""
    return [event["what"] for event in lab.node(leaf).vtysh_json("show mlag events json")]


def test_replacing_the_only_backup_disturbs_nobody(pair):
    pairstate.wait_whole(pair, 60)
    leaf = pair.node("leaf01")
    pair.wait_for(lambda: pairstate.mlag(pair, "leaf01")["backupActive"], 10, "the heartbeat to be heard")
    leaf.vtysh("clear mlag events")
    assert leaf.configure("mlag", "no backup 192.168.200.2", "backup 192.168.200.9").rc == 0
    assert pairstate.whole(pair)
    assert leaf.configure("mlag", "no backup 192.168.200.9", "backup 192.168.200.2").rc == 0
    pair.wait_for(lambda: pairstate.mlag(pair, "leaf01")["backupActive"], 10, "the heartbeat to be heard again")
    assert pairstate.whole(pair)
    assert said(pair, "leaf01") == ["backup or witness removed", "backup heard"]


def test_an_id_on_the_peerlink_is_a_conflict_and_no_order(pair):
    pairstate.wait_whole(pair, 60)
    leaf = pair.node("leaf01")
    before = lacp_id(pair, "leaf01", "peerlink")
    leaf.configure("interface peerlink", "mlag id 9")
    try:
        pair.wait_for(lambda: "bond is the peerlink" in entry(pair, "leaf01", "peerlink")["conflicts"], 5, "the conflict")
        assert not entry(pair, "leaf01", "peerlink")["sharedId"]
        assert lacp_id(pair, "leaf01", "peerlink") == before
        assert pairstate.serving(pair)
    finally:
        leaf.configure("interface peerlink", "no mlag id")
    pairstate.wait_whole(pair, 10)


def test_what_is_wrong_with_the_peerlink_is_a_conflict_until_mended(pair):
    pairstate.wait_whole(pair, 60)
    leaf = pair.node("leaf02")
    cases = (("bridge vlan add dev peerlink vid 4094", "bridge vlan del dev peerlink vid 4094", "VLAN of the peer-link is in the bridge"),
             ("bridge vlan add dev peerlink vid 1", "bridge vlan add dev peerlink vid 1 pvid untagged", "for untagged frames"))
    for make, mend, words in cases:
        leaf.sh(make)
        try:
            pair.wait_for(lambda words=words: words in str(pairstate.mlag(pair, "leaf02")["peerlinkConflicts"]), 10, words)
            assert words in leaf.vtysh("show mlag")
        finally:
            leaf.sh(mend)
        pair.wait_for(lambda: pairstate.mlag(pair, "leaf02")["peerlinkConflicts"] == [], 10, "the conflict to end")
    assert pairstate.serving(pair)


def test_what_is_wrong_with_a_bond_is_a_conflict_until_mended(pair):
    """A9, F4: from a name that nobody has to a bond in order, one mistake after the other."""
    pairstate.wait_whole(pair, 60)
    leaf = pair.node("leaf01")
    bridge, members = "bond is in no bridge", "bond has no members"
    steps = (("true", ["no such interface"]),
             ("ip link add bond9 type veth peer name veth9", ["interface is not a bond", bridge]),
             ("ip link del bond9; ip link add bond9 type bond mode active-backup", ["bond mode is not 802.3ad", bridge]),
             ("ip link del bond9; ip link add bond9 type bond mode 802.3ad lacp_rate slow", [bridge, members, "slow LACP rate"]),
             ("ip link set bond9 type bond lacp_rate fast; ip link set bond9 up", [bridge, members]),
             ("ip link add veth8 type veth peer name veth9; ip link set veth8 master bond9", [bridge]),
             ("ip link set bond9 master br_default", []))
    leaf.configure("interface bond9", "mlag id 9")
    try:
        for make, conflicts in steps:
            leaf.sh(make)
            pair.wait_for(lambda conflicts=conflicts: entry(pair, "leaf01", "bond9")["conflicts"] == conflicts, 10, str(conflicts))
        assert pairstate.serving(pair)
    finally:
        leaf.configure("interface bond9", "no mlag id")
        leaf.sh("for name in veth8 veth9 bond9; do ip link del $name || true; done")
        leaf.configure("no interface bond9")
    pairstate.wait_whole(pair, 30)


def test_ids_that_join_two_hosts_are_a_conflict(pair):
    pairstate.wait_whole(pair, 60)
    leaf = pair.node("leaf02")
    leaf.configure("interface bond1", "no mlag id", "exit", "interface bond2", "mlag id 1", "exit", "interface bond1", "mlag id 2")
    try:
        for member in pairstate.LEAVES:
            pair.wait_for(lambda m=member: "another host" in str(entry(pair, m, "bond1")["conflicts"]), 10, "the conflict")
            pair.wait_for(lambda m=member: pairstate.dual(pair, m) == set(), 10, f"{member} to call neither dual-connected")
        for host in ("server01", "server02"):
            assert pair.node(host).run(["ping", "-c", "3", "-i", "0.2", "172.16.0.10"]).rc == 0
    finally:
        leaf.configure("interface bond1", "no mlag id", "exit", "interface bond2", "mlag id 2", "exit",
                       "interface bond1", "mlag id 1")
    pairstate.wait_whole(pair, 60)


def test_peer_link_to_nowhere_on_the_secondary_is_a_cut(pair):
    """It is heard on the heartbeat all the same, so it steps back on proof instead of going on beside the primary."""
    pairstate.wait_whole(pair, 60)
    leaf = pair.node("leaf02")
    leaf.configure("mlag", "peer-link nosuch.4094")
    try:
        pair.wait_for(lambda: pairstate.mlag(pair, "leaf02")["fenced"], 5, "leaf02 to step back")
        pair.wait_for(lambda: originators(pair, "10.1.10.0/24") == {65101}, 10, "leaf01's own route alone")
        assert pair.node("server01").run(["ping", "-c", "3", "-i", "0.2", "172.16.0.10"]).rc == 0
    finally:
        leaf.configure("mlag", "peer-link peerlink.4094")
    pairstate.wait_whole(pair, 60)


def left_behind(node):
    """What mlagd alone puts into a kernel and is still there (C11, frr#21473)."""
    found = [f"fdb {e['mac']} on {e['ifname']}" for e in node.json(["bridge", "-j", "fdb", "show", "br", "br_default"])
             if "extern_learn" in e.get("flags", [])]
    for port in node.json(["bridge", "-j", "-d", "link", "show"]):
        if port.get("backup_port") or not port["learning"] or not port["flood"]:
            found.append(f"port {port['ifname']}")
    found += [f"neighbour {n['dst']}" for n in node.json(["ip", "-j", "-d", "neigh", "show"]) if n.get("protocol") == "200"]
    found += [f"id of {link['ifname']}" for link in node.json(["ip", "-j", "-d", "link", "show", "type", "bond"])
              if link["linkinfo"]["info_data"].get("ad_actor_system") not in (None, "00:00:00:00:00:00")]
    found += [f"table {t['table']['name']}" for t in json.loads(node.run(["nft", "-j", "list", "tables"]).out)["nftables"]
              if t.get("table", {}).get("name", "").startswith("frr_mlag")]
    return found


def kept_from_dual(node):
    """The ports that what came over the peerlink does not leave by."""
    listed = json.loads(node.run(["nft", "-j", "list", "set", "bridge", "frr_mlag", "dual"]).out)["nftables"]
    return next(item["set"].get("elem", []) for item in listed if "set" in item)


def test_no_mlag_says_goodbye(pair):
    """Else the peer would wait for its restart-time, with its filter closed to hosts that are here alone; and nothing of it stays.

    The peer lets go of what it was told: an orphan's address may come up anywhere (C6).
    """
    pairstate.wait_whole(pair, 60)
    leaf = pair.node("leaf02")
    lines = ["mlag"] + [line.strip() for line in leaf.get("/etc/frr/frr.conf").split("\nmlag\n")[1].split("\nexit\n")[0]
                        .splitlines()]
    mac = "02:00:00:00:0b:01"
    l2.send(pair.node("server02"), "eth1", l2.flow("speak", mac, l2.BROADCAST))
    l2.wait_entries(pair, mac, ("bond2", "bond2 mirror"), 5, "heard on leaf01's leg", vlan=20)
    orphan = "02:00:00:00:0b:02"
    l2.send(pair.node("server03"), "eth1", l2.flow("speak", orphan, l2.BROADCAST))
    l2.wait_entries(pair, orphan, ("peerlink mirror", "swp3"), 5, "an orphan's")
    assert kept_from_dual(pair.node("leaf01"))
    leaf.configure("no mlag")
    try:
        pair.wait_for(lambda: pairstate.mlag(pair, "leaf01")["peerState"]["state"] == "stopped", 5, "goodbye")
        assert not pairstate.mlag(pair, "leaf01")["peerInService"]
        pair.wait_for(lambda: l2.entry(pair, "leaf01", orphan) is None and not kept_from_dual(pair.node("leaf01")), 5, "what was synced to go")
        l2.send(pair.node("server01"), "eth1", l2.flow("speak", orphan, l2.BROADCAST))
        pair.wait_for(lambda: l2.entry(pair, "leaf01", orphan) == "bond1", 5, "the address to have moved")
        pair.wait_for(lambda: pair.node("server03").run(["ping", "-c", "1", "-W", "1", "10.1.10.101"], check=False).rc == 0,
                      15, "server03 to reach server01")
        pair.wait_for(lambda: left_behind(leaf) == [], 10, f"nothing of mlagd's to be left: {left_behind(leaf)}")
    finally:
        leaf.configure(*lines)
    pairstate.wait_whole(pair, 60)
