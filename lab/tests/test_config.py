# SPDX-License-Identifier: GPL-2.0-or-later
"""Wrong input typed in vtysh is refused with a sentence, and the running configuration stays as it was (A1 A3 B2 B4)."""

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
    "priority beyond its range": (["mlag", "priority 70000"], "70000|out of range|Unknown command"),
}


def mlag_lines(text):
    """The part of a running configuration that is ours."""
    return re.findall(r"^mlag$.*?^exit$|^interface \S+\n mlag .*?^exit$", text, re.MULTILINE | re.DOTALL)


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
