# SPDX-License-Identifier: GPL-2.0-or-later
"""The faults of bench failover as mlagd answers them. By role and not by name, since roles may change hands."""

import datetime

from bench_base import BONDS, KILL, LEGS, PEERLINK, Bench
from bench_rows import (CUT, CUT_BACK, FENCE, ID, KILL1, KILL2, LEARNT, LEG, OFF1, OFF1_BACK, OFF2, OFF2_BACK, ROUTE,
                        SERVICE, SESSION, UPDATE, VERDICT, VERDICTS)
from demo_probe import MS
from demo_steps import set_links
from demo_world import LEAVES, SHARED_ID


class PairBench(Bench):
    def in_service(self):
        """{role: leaf} when the pair is whole, else None."""
        said = {leaf: self.lab.node(leaf).vtysh_json("show mlag json") for leaf in LEAVES}
        whole = all(mlag["inService"] and mlag["peerInService"] and len(mlag["interfaces"]) == len(BONDS)
                    and all(bond["dualConnected"] for bond in mlag["interfaces"]) for mlag in said.values())
        roles = {mlag["localRole"]: leaf for leaf, mlag in said.items()}
        return roles if whole and set(roles) == {"primary", "secondary"} else None

    def settle(self):
        roles = self.lab.wait_for(self.in_service, 120, "the pair to be in service", interval=0.5)
        self.balanced()
        return roles["primary"], roles["secondary"]

    def event(self, leaf, words, since):
        """When, at or after `since`, mlagd first noted one of these events (its stamps are whole ms); None when it did not."""
        for event in self.lab.node(leaf).vtysh_json("show mlag events json"):
            wall = datetime.datetime.fromisoformat(event["time"])
            t = round(wall.timestamp() * 1000) * MS + self.offset
            if event["what"] in words and t >= since - MS:
                return t
        return None

    def own_id(self, node, since):
        return self.at(node, [f"{bond}.id" for bond in BONDS], since, lambda value: value not in (None, SHARED_ID))

    def back_in_service(self, fault, leaf, since):
        """From carrier on the peerlink, at the leaf that had lost it, to its being in service."""
        up = self.at(leaf, PEERLINK[:1], since, lambda value: value == "up")
        self.add(fault, SERVICE, up, up and self.event(leaf, ("in service",), up))

    def cut(self):
        primary, secondary = self.settle()
        node, found = self.lab.node(primary), {}

        def seen(acted):
            lost = self.down(secondary, PEERLINK, acted)
            found.update({None: lost, ID: lost and self.own_id(secondary, lost), FENCE: self.down(secondary, LEGS, acted),
                          UPDATE: self.update(secondary, acted), ROUTE: self.alone(primary, acted)})
            return all(found.values())

        _, over = self.break_and_heal(CUT, secondary, self.served_without(secondary), lambda: set_links(node, PEERLINK, False),
                                      seen, lambda: set_links(node, PEERLINK, True))
        for what in (ID, FENCE, UPDATE, ROUTE):
            self.add(CUT, what, found[None], found[what])
        self.add(CUT, VERDICT, found[None], found[None] and self.event(secondary, VERDICTS[CUT], found[None]))
        self.back_in_service(CUT_BACK, secondary, over)

    def leg(self):
        primary, _ = self.settle()
        node = self.lab.node(primary)
        self.break_and_heal(LEG, primary, self.pairs, lambda: set_links(node, LEGS[:1], False),
                            lambda acted: self.down(primary, LEGS[:1], acted), lambda: set_links(node, LEGS[:1], True))

    def off_primary(self):
        primary, secondary = self.settle()
        self.off(OFF1, OFF1_BACK, primary, secondary)

    def off_secondary(self):
        primary, secondary = self.settle()
        self.off(OFF2, OFF2_BACK, secondary, primary)

    def off(self, fault, back, gone, left):
        found = {}

        def seen(acted):
            lost = self.down(left, PEERLINK, acted)
            found.update({None: lost, ROUTE: self.alone(left, acted)})
            if fault == OFF1:
                found[ID] = lost and self.own_id(left, lost)
            return all(found.values())

        _, over = self.break_and_heal(fault, gone, self.served_without(gone), lambda: self.power_off(gone), seen,
                                      lambda: self.power_on(gone))
        lost = found.pop(None)
        for what, t in found.items():
            self.add(fault, what, lost, t)
        self.add(fault, VERDICT, lost, lost and self.event(left, VERDICTS[fault], lost))
        self.back_in_service(back, gone, over)

    def kill_primary(self):
        self.kill(KILL1, *self.settle())

    def kill_secondary(self):
        self.kill(KILL2, *reversed(self.settle()))

    def kill(self, fault, leaf, other):
        """mlagd gets SIGKILL, and watchfrr starts another."""
        node, told = self.lab.node(leaf), {}

        def act():
            told["old"] = node.pid("mlagd")
            told["at"] = int(node.run(["python3", "-c", KILL, str(told["old"])]).out)

        def again():
            self.lab.wait_for(lambda: self.event(other, ("session up",), told["at"]), 60, f"{other} to meet {leaf}'s new mlagd")

        self.break_and_heal(fault, leaf, self.pairs, act, lambda acted: told["at"], again)
        self.add(fault, LEARNT, told["at"], self.event(other, ("peer restarting",), told["at"]))
        self.add(fault, SESSION, told["at"], self.event(other, ("session up",), told["at"]))
