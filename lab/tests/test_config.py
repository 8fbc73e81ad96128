# SPDX-License-Identifier: GPL-2.0-or-later
"""Every command typed in vtysh is kept, saved, read at start and by frr-reload; wrong input is refused with a sentence, and
the running configuration stays as it was (A1 A3 B1 B2 B4 B6 D5 D6 E1 E2 E4 E6 G1)."""

import re

import pytest

WRONG = {
    "multicast system-mac": (["mlag", "system-mac 01:00:5e:00:00:01"], "multicast"),
    "zero system-mac": (["mlag", "system-mac 00:00:00:00:00:00"], "must not be 00:00:00:00:00:00"),
    "mlag id beyond its range": (["interface bond1", "mlag id 65536"], "65536|out of range|Unknown command"),
    "one mlag id on two bonds": (["interface bond2", "mlag id 1"], "bond1|unique|already"),
    "peer-ip of BGP unnumbered": (["mlag", "peer-ip 169.254.0.1"], "169.254.0.1"),
    "backup equal to peer-ip": (["mlag", "peer-ip 169.254.1.2", "backup 169.254.1.2"], "169.254.1.2"),
    "peer-ip that is this host": (["mlag", "peer-ip 127.0.0.1"], "not this host"),
    "peer-ip for many": (["mlag", "peer-ip ff02::1"], "unicast"),
    "backup that is nobody": (["mlag", "backup 0.0.0.0"], "not this host or none"),
    "backup for many": (["mlag", "backup 224.0.0.9"], "unicast"),
    "backup without an interface": (["mlag", "backup fe80::1"], "link-local"),
    "peer-link with a name too long": (["mlag", "peer-link peerlink.4094.too.long"], "1 to 15 characters"),
    "peer-link that is the bridge": (["mlag", "peer-link br_default"], "is a bridge"),
    "peer-link that is in the bridge": (["mlag", "peer-link peerlink"], "is a port of a bridge"),
    "peer-ip that is an own address": (["mlag", "peer-ip 10.10.10.1"], "an address of this member"),
    "peer-ip in an SVI's subnet": (["mlag", "peer-ip 10.1.10.77"], "subnet of the bridge or of an SVI"),
    "witness that is a backup": (["mlag", "witness 192.168.200.2"], "one path asked twice"),
    "witness that is link-local": (["mlag", "witness fe80::1"], "link-local"),
    "witness with a source of another family": (["mlag", "witness 10.10.10.2 source 2001:db8::1"], "same family"),
    "shared VTEP address that is the witness": (["mlag", "vxlan anycast-ip 192.168.200.2"], "belongs to both members"),
    "shared VTEP address for many": (["mlag", "vxlan anycast-ip 239.1.1.1"], "unicast"),
    "uplink to the peer": (["mlag", "uplink peerlink.4094"], "leads to the peer"),
    "peerlink as an orphan port": (["mlag", "orphan-port peerlink suspend"], "leads to the peer"),
    "MLAG bond as an orphan port": (["mlag", "orphan-port bond1 suspend"], "held down anyway"),
    "VLAN beyond its range": (["mlag", "exclude vlan 4095"], "within 1 to 4094"),
    "VLANs the wrong way round": (["mlag", "exclude vlan 30-20"], "30-20: the ranges must ascend"),
    "multicast VRR MAC": (["mlag", "vrr mac 01:00:5e:00:01:01"], "multicast bit"),
    "fabric-id beyond its range": (["mlag", "vrr fabric-id 256"], "256|out of range|Unknown command"),
    "mlag id on the peer-link": (["interface peerlink.4094", "mlag id 9"], "peer-link"),
    "VRR on an MLAG bond": (["interface bond1", "mlag vrr address 10.1.10.1/24"], "not on an MLAG bond"),
    "VRR on the peer-link": (["interface peerlink.4094", "mlag vrr address 10.1.10.1/24"], "not on the peer-link"),
    "VRR on a physical port": (["interface swp51", "mlag vrr address 10.1.30.1/24"], "swp51 is none"),
    "VRR on a VLAN-aware bridge": (["interface br_default", "mlag vrr address 10.1.30.1/24"], "br_default is none"),
    "VRR with the SVI's own address": (["interface vlan10", "mlag vrr address 10.1.10.2/24"], "own address of vlan10"),
    "VRR with the subnet's address": (["interface vlan10", "mlag vrr address 10.1.10.0/24"], "not that of the subnet"),
    "VRR with the broadcast address": (["interface vlan10", "mlag vrr address 10.1.10.255/24"], "its broadcast"),
    "VRR for many": (["interface vlan10", "mlag vrr address ff02::1/64"], "unicast"),
    "priority beyond its range": (["mlag", "priority 70000"], "70000|out of range|Unknown command"),
}


def mlag_lines(text):
    """The part of a running configuration that is ours."""
    return re.findall(r"^mlag$.*?^exit$|^interface \S+\n mlag .*?^exit$|^key chain .*?^exit$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("what", WRONG)
def test_wrong_input_is_refused(pair, what):
    lines, sentence = WRONG[what]
    leaf = pair.node("leaf01")
    before = leaf.vtysh("show running-config")
    try:
        for count in range(1, len(lines)):          # what leads up to the wrong line is right
            assert leaf.configure(*lines[:count]).rc == 0
        right = leaf.vtysh("show running-config")
        result = leaf.configure(*lines)
        said = result.out + result.err
        assert re.search(sentence, said), said
        assert leaf.vtysh("show running-config") == right
    finally:
        leaf.configure("mlag", "no peer-ip")
    assert leaf.vtysh("show running-config") == before


def vrr_conflicts(leaf):
    return [router["conflict"] or "" for router in leaf.vtysh_json("show mlag vrr json")]


def test_vrr_beside_vrrp_is_refused_and_said(pair):
    leaf = pair.node("leaf01")
    before = leaf.vtysh("show running-config")
    leaf.sh("ip link add vrrp4-5 link vlan20 address 00:00:5e:00:01:05 type macvlan mode bridge")
    try:
        result = leaf.configure("interface vlan10", "mlag vrr address 10.1.10.254/24")
        assert re.search(r"VRRP is in use .*vrrp4-5", result.out + result.err), result.out + result.err
        assert leaf.vtysh("show running-config") == before
        pair.wait_for(lambda: all("VRRP" in said for said in vrr_conflicts(leaf)), 10, "VRRP to be a conflict of what was there before")
    finally:
        leaf.sh("ip link del vrrp4-5")
    pair.wait_for(lambda: vrr_conflicts(leaf) == ["", ""], 10, "the conflict to end")


def test_witness_without_a_key_is_taken_with_a_warning(pair):
    node = pair.node("leaf02")
    said = node.configure("mlag", "witness 10.10.10.1 source 10.10.10.2", "no witness 10.10.10.1")
    assert said.rc == 0 and "Warning: witness 10.10.10.1 without authentication" in said.out + said.err


def test_mac_outside_the_range_is_taken_with_a_warning(pair):
    leaf = pair.node("leaf01")
    result = leaf.configure("mlag", "vrr mac 02:00:5e:00:01:01", "no vrr mac 02:00:5e:00:01:01")
    assert result.rc == 0 and "vrr mac 02:00:5e:00:01:01 is outside" in result.out + result.err


def test_running_config_is_what_frr_conf_says(pair):
    leaf = pair.node("leaf01")
    ours = mlag_lines(leaf.vtysh("show running-config"))
    assert any("system-mac 44:38:39:ff:00:aa" in block and "backup 192.168.200.2" in block for block in ours), ours
    assert sum("mlag id" in block for block in ours) == 2


def test_write_memory_and_boot_from_it(pair):
    leaf = pair.node("leaf02")
    leaf.configure("mlag", "priority 3000", "end", "write memory")
    try:
        assert " priority 3000\n" in leaf.get("/etc/frr/frr.conf")
        leaf.power_cycle()
        pair.wait_for(lambda: leaf.vtysh_json("show mlag json")["priority"] == 3000, 20, "leaf02 to have priority 3000")
    finally:
        leaf.configure("mlag", "priority 2000", "end", "write memory")


# Every command, in the order and the words in which the running configuration has them.
FULL = """mlag
 system-mac 44:38:39:ff:00:aa
 peer-link peerlink.4094
 backup 192.168.200.1
 backup 2001:db8:200::1 port 5400
 witness 10.10.10.1 source 10.10.10.2
 priority 2000
 timers keepalive 500 multiplier 4
 init-delay 20
 init-until 10.10.10.101/32
 init-until ::/0 vrf RED
 reload-delay 200
 restart-time 90
 bfd profile fast
 authentication key-chain pair
 vxlan anycast-ip 10.0.1.12
 vrr fabric-id 7
 exclude vlan 10,20-30
 orphan-port swp3 suspend
 uplink swp51
 uplink swp52
 maintenance
exit
key chain pair
 key 1
  key-string first
 exit
exit
interface bond1
 mlag id 1
 mlag lacp-bypass
exit
interface bond2
 mlag id 2
exit
interface vlan10
 mlag vrr address 10.1.10.1/24
 mlag vrr address 10.1.10.254/24
 mlag vrr address 2001:db8:10::1/64
 mlag vrr mac 00:00:5e:00:01:0a
exit
interface vlan20
 mlag vrr address 10.1.20.1/24
exit
"""


def ours(leaf):
    """Its running configuration, as far as it is ours, without what separates blocks."""
    return "\n".join(mlag_lines(leaf.vtysh("show running-config"))) + "\n"


@pytest.fixture
def full(pair):
    """leaf02 with all of it, then as before: also by frr-reload, which takes each line back on its own."""
    leaf = pair.node("leaf02")
    before, saved = ours(leaf), leaf.get("/etc/frr/frr.conf")
    assert leaf.configure(*FULL.splitlines()).rc == 0
    yield leaf
    leaf.put("/etc/frr/frr.conf", saved)
    leaf.run(["/usr/lib/frr/frr-reload.py", "--reload", "/etc/frr/frr.conf"], timeout=120)
    assert ours(leaf) == before


def test_every_command_survives(full, pair):
    assert ours(full) == FULL
    full.vtysh("write memory")
    assert full.run(["vtysh", "-C"], check=False).rc == 0
    old = full.pid("mlagd")
    full.kill("mlagd")
    pair.wait_for(lambda: full.pid("mlagd") not in (None, old), 60, "mlagd to be started again")
    pair.wait_for(lambda: ours(full) == FULL, 30, "the configuration to be as it was")


def test_other_of_two_replaces_it(full):
    """A key instead of a key chain, a MAC instead of a fabric-id; and back."""
    full.configure("mlag", "authentication key secret", "vrr mac 00:00:5e:00:01:99")
    said = ours(full)
    assert " authentication key secret\n" in said and "key-chain" not in said
    assert " vrr mac 00:00:5e:00:01:99\n" in said and "fabric-id" not in said
    full.configure("mlag", "authentication key-chain pair", "vrr fabric-id 7")
    assert ours(full) == FULL
