# SPDX-License-Identifier: GPL-2.0-or-later
"""ARP and ND entries of the SVIs, and multicast groups, on both members (C7 C8): learned by one, there on the other before it needs them."""

import signal

import pytest

import l2
import mcast
import pairstate

V4, V6 = "10.1.10.201", "2001:db8:10::201"
MAC = "02:00:00:00:03:01"

# What a host says of itself, gratuitous ARP or an unsolicited neighbour advertisement; sent to one member's own MAC, so that
# only this member hears it.
SAY = r"""
import socket, struct, sys
dev, mac, address, member = sys.argv[1:]
to_hw = bytes.fromhex(member.replace(":", ""))
hw = bytes.fromhex(mac.replace(":", ""))
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind((dev, 0))
if ":" in address:
    ip = socket.inet_pton(socket.AF_INET6, address); to = socket.inet_pton(socket.AF_INET6, "ff02::1")
    body = struct.pack("!BBHI", 136, 0, 0, 0x20000000) + ip + b"\2\1" + hw
    pseudo = ip + to + struct.pack("!II", len(body), 58) + body
    total = sum(struct.unpack(f"!{len(pseudo) // 2}H", pseudo)); total = (total & 0xffff) + (total >> 16)
    body = body[:2] + struct.pack("!H", ~((total & 0xffff) + (total >> 16)) & 0xffff) + body[4:]
    s.send(to_hw + hw + b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, len(body), 58, 255) + ip + to + body)
else:
    ip = socket.inet_aton(address)
    s.send(to_hw + hw + b"\x08\x06" + struct.pack("!HHBBH", 1, 0x800, 6, 4, 2) + hw + ip + hw + ip)
"""


@pytest.fixture(scope="module")
def lan(pair):
    pairstate.wait_whole(pair, 60)
    own = {leaf: f"2001:db8:10::{number}/64" for number, leaf in enumerate(l2.LEAVES, 2)}
    for leaf, address in own.items():
        pair.node(leaf).run(["ip", "address", "add", address, "dev", "vlan10", "nodad"])
    yield pair
    for leaf, address in own.items():
        pair.node(leaf).run(["ip", "address", "del", address, "dev", "vlan10"])


def neighbor(lab, leaf, address):
    """(MAC, externally learned) of a neighbour on vlan10, None when there is none that is valid."""
    for n in lab.node(leaf).json(["ip", "-j", "neigh", "show", "dev", "vlan10", address]) or []:
        if n.get("lladdr") and not set(n["state"]) & {"FAILED", "INCOMPLETE"}:
            return n["lladdr"], "extern_learn" in n
    return None


def say(lab, dev, mac, address):
    """To the member that server01's leg `dev` leads to."""
    leaf = {"eth1": "leaf01", "eth2": "leaf02"}[dev]
    own = lab.node(leaf).json(["ip", "-j", "link", "show", "vlan10"])[0]["address"]
    lab.node("server01").run(["python3", "-c", SAY, dev, mac, address, own])


@pytest.mark.parametrize("address", [V4, V6])
@pytest.mark.parametrize("dev,here,there", [("eth1", "leaf01", "leaf02"), ("eth2", "leaf02", "leaf01")])
def test_gleaned_by_one_known_to_both(lan, address, dev, here, there):
    """Unsolicited: nobody has asked. And the host's new address is followed on the other leg."""
    mac = MAC[:-1] + ("1" if here == "leaf01" else "2")
    say(lan, dev, mac, address)
    lan.wait_for(lambda: (neighbor(lan, here, address) or "-")[0] == mac, 3, f"{here} to glean {address}")
    lan.wait_for(lambda: neighbor(lan, there, address) == (mac, True), 3, f"{there} to have it from the peer")
    known = {n["address"]: n for n in lan.node(there).vtysh_json("show mlag neighbor json")}
    assert known[address]["mac"] == mac and known[address]["knownTo"] == "peer"


def test_deleted_here_asked_for_there(lan):
    """The member that had it from the peer asks the host before it forgets: nobody answers for this one."""
    say(lan, "eth1", MAC, V4)
    lan.wait_for(lambda: neighbor(lan, "leaf02", V4) == (MAC, True), 3, "leaf02 to have it")
    lan.node("leaf01").run(["ip", "neigh", "del", V4, "dev", "vlan10"])
    lan.wait_for(lambda: neighbor(lan, "leaf02", V4) in (None, (MAC, False)), 3, "leaf02 to let it go")


def test_hosts_own_entries_survive_a_restart(lan):
    """server01 talks to both; a restart of mlagd takes nothing away."""
    say(lan, "eth1", MAC, V4)
    lan.wait_for(lambda: neighbor(lan, "leaf02", V4) == (MAC, True), 3, "leaf02 to have it")
    leaf02 = lan.node("leaf02")
    old = leaf02.pid("mlagd")
    with leaf02.popen(["ip", "monitor", "neigh", "dev", "vlan10"]) as monitor:
        leaf02.kill("mlagd", signal.SIGKILL)
        lan.wait_for(lambda: leaf02.pid("mlagd") not in (None, old)
                     and pairstate.mlag(lan, "leaf02")["syncState"]["state"] == "synchronised", 60, "mlagd to be back")
        assert neighbor(lan, "leaf02", V4) == (MAC, True)
        monitor.send_signal(signal.SIGINT)
        seen = monitor.communicate().out
    assert f"Deleted {V4}" not in seen


def test_multicast_exactly_once(lan):
    """server01 joins on one leg and leaves, IGMP and MLD; meanwhile leaf01's leg goes. At length: test_l2_mcast.py."""
    groups = ("239.1.1.1", "ff3e::1:1")
    mcast.prepare(lan)
    with mcast.Member(lan.node("server01"), "bond0", groups[0]) as four, mcast.Member(lan.node("server01"), "bond0", groups[1]) as six:
        for group in groups:
            mcast.wait_known(lan, group, "bond1")
            assert mcast.delivered(lan, group, mcast.SOURCES) == {host: {"server01": (100, 0)} for host, _ in mcast.SOURCES}
        mcast.leg_goes_and_comes(lan, "leaf01", groups[0], back=False)
        four.leave()
        six.leave()
        for group in groups:
            mcast.wait_ports(lan, group, ({}, {}), 20, "left")
    for group in groups:
        assert not any(mcast.delivered(lan, group, mcast.SOURCES).values())
    mcast.give_back(lan)
