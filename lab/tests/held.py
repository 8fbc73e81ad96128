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
    """What a test may have changed on the leaves, each by its name."""
    found = {}
    for leaf in pairstate.LEAVES:
        node = lab.node(leaf)
        links = node.json(["ip", "-j", "-d", "address"])
        found.update({f"{leaf}: {line}": True for line in node.vtysh("show running-config").splitlines()})
        found.update({f"{leaf} VLANs of {port['ifname']}": port["vlans"] for port in node.json(["bridge", "-j", "vlan"])})
        for link in links:
            data = link.get("linkinfo", {}).get("info_data", {})
            found[f"{leaf} {link['ifname']}"] = (link.get("master"), "UP" in link["flags"], [data.get(key) for key in BRIDGE],
                                                 sorted((a["local"], a["prefixlen"]) for a in link["addr_info"]
                                                        if a["scope"] != "link"))
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

    def give_back(self):
        """After a module whose tests passed: keep the lab for the next one if it is as it was. Returns what is not."""
        changed = ["what it was like before is not known"]
        try:
            pairstate.wait_whole(self.lab, WHOLE_S)
            if self.before:
                now = settings(self.lab)
                changed = [name for name in {**now, **self.before} if now.get(name) != self.before.get(name)]
        except (LabError, OSError, ValueError, KeyError) as error:
            changed = [str(error)]
        if changed:
            self.drop()
        return changed

    def drop(self):
        """Take the lab down, if it is still there."""
        if self.running():
            self.lab.down()
        self.lab = None
