# SPDX-License-Identifier: GPL-2.0-or-later
"""A booted pair that several modules use one after the other: a boot and coming into service are half a minute each time.

It is handed on only as it was after its boot: no test of the module failed, both members are in service with their roles, and
configuration, addresses, VLANs and bridge settings of the leaves are the same. Else the next module gets a fresh one.
"""

import pairstate
from api import Lab, LabError

WHOLE_S = 20
BRIDGE = ("ageing_time", "stp_state", "forward_delay", "hello_time", "priority")


def settings(lab):
    """What a test may have changed on the leaves."""
    found = []
    for leaf in pairstate.LEAVES:
        node = lab.node(leaf)
        links = node.json(["ip", "-j", "-d", "address"])
        vlans = {port["ifname"]: port["vlans"] for port in node.json(["bridge", "-j", "vlan"])}
        found.append((node.vtysh("show running-config"), vlans, {
            link["ifname"]: (link.get("master"), "UP" in link["flags"],
                             sorted((a["local"], a["prefixlen"]) for a in link["addr_info"]),
                             [link.get("linkinfo", {}).get("info_data", {}).get(key) for key in BRIDGE])
            for link in links}))
    return found


class Held:
    """At most one lab, and what each is like when it has come into service."""

    def __init__(self):
        self.lab = self.before = None

    def running(self):
        """True while nobody has put another lab in its place."""
        try:
            return self.lab is not None and self.lab.control.request({"op": "info"})["options"].get("brisk") is True
        except (LabError, OSError):
            return False

    def take(self, fresh):
        """The lab, in service; fresh: just booted instead."""
        if fresh or not self.running():
            self.drop()
            self.lab = Lab.up("pair", brisk=True)
        if not fresh:
            pairstate.wait_whole(self.lab, 60)
            self.before = self.before or settings(self.lab)
        return self.lab

    def give_back(self, keep):
        """After a module: keep the lab for the next one if it is as it was."""
        try:
            if keep:
                pairstate.wait_whole(self.lab, WHOLE_S)
                keep = settings(self.lab) == self.before
        except (LabError, OSError, ValueError, KeyError):
            keep = False
        if not keep:
            self.drop()

    def drop(self):
        """Take the lab down, if it is still there."""
        if self.running():
            self.lab.down()
        self.lab = None
