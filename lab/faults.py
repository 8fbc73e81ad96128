# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults that can be done to the pair, and all of them healed again: the vocabulary of fault_sequences.py.

A fault enters how it is healed when it is done, so heal() leaves nothing behind whatever a sequence did. A node that is powered
off has lost what was done to it: its cold boot heals that too. Knows the topology `pair`; decides nothing about what must follow.
"""

import dataclasses
import json
import os
import signal

from bench_watch import KernelWatch
from demo_probe import Probes
from demo_steps import PAIRS, set_links
from demo_watch import News, Watch
from demo_world import BONDED, LEAVES, PREFIXES, SPINE, World
from topology import Bond

PEERLINK = ("swp49", "swp50")
UPLINK = "swp51"
BACKUP = "eth0"
FLOODS = (("server01", "bond0"), ("server02", "bond0"), ("server03", "eth1"))
SPACING_MS = 5  # between datagrams: a fault is measured to that, and most of the guest's one processor is left to what is tested
RESTARTED = 60  # seconds until watchfrr has a daemon running again
FLAPPER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fault_flap.py")


class Faults(World):
    """The pair with its watchers and prober, and what was done to it."""

    def __init__(self, lab, run):
        self.news = News()
        self.probes = Probes(lab, self.news, PAIRS, run, FLOODS)
        self.probes.interval_us = SPACING_MS * 1000
        self.kernel = KernelWatch(self.news, nice=19)
        super().__init__(lab, Watch(self.news, nice=15), self.probes.clock)
        self.undo = []  # (node, how), the last done last; node None: outlives a power-off
        self.halted = {}  # leaf -> how its mlagd is let run again
        self.began = 0  # when the present step began to act
        self.primary, self.secondary = LEAVES

    def start(self):
        self.lab.guest.run(["modprobe", "nlmon"])
        super().start()
        for leaf in LEAVES:
            self.kernel.start(self.lab.node(leaf), ["--eager"])
        self.kernel.start(self.lab.node(SPINE), ["--eager", *PREFIXES])
        self.probes.start()

    def stop(self):
        self.watch.stop_all()
        self.kernel.stop_all()
        self.probes.stop()

    def all_heard(self):
        return bool(self.probes.clock()) and self.watch.all_heard() and self.kernel.all_heard()

    def other(self, leaf):
        return next(name for name in LEAVES if name != leaf)

    def _done(self, node, how):
        self.undo.append((node, how))

    def heal(self):
        """Undo everything that was done, the last first."""
        while self.undo:
            _, how = self.undo.pop()
            how()

    # -- cables ----------------------------------------------------------------------------------------------------
    def links_down(self, node, *ports):
        set_links(self.lab.node(node), ports, False)
        self._done(node, lambda: set_links(self.lab.node(node), ports, True))

    def cut(self):
        """Both cables of the peerlink, at one instant, by the primary's ends."""
        self.links_down(self.primary, *PEERLINK)

    def uplink_down(self, leaf):
        """The cable to the spine, by the spine's end."""
        self.links_down(SPINE, self._spine_port(leaf))

    def spine_outage(self):
        self.links_down(SPINE, *(self._spine_port(leaf) for leaf in LEAVES))

    def backup_down(self, leaf):
        self.links_down(leaf, BACKUP)

    def leg_down(self, leaf, port="swp1"):
        self.links_down(leaf, port)

    def _spine_port(self, leaf):
        return next(port for port, name in self.via.items() if name == leaf)

    def impair(self, leaf, ports, *how):
        """What leaves these ports is treated so by tc-netem: ("loss", "100%") is one-way loss."""
        node = self.lab.node(leaf)
        for port in ports:
            node.run(["tc", "qdisc", "replace", "dev", port, "root", "netem", *how])
        self._done(leaf, lambda: [node.run(["tc", "qdisc", "del", "dev", port, "root"]) for port in ports])

    def flap(self, leaf, ports, hertz, seconds):
        """Down and up at that rate; returns when it is over, with the ports up."""
        node = self.lab.node(leaf)
        with open(FLAPPER, encoding="utf-8") as stream:
            node.put("/run/fault_flap.py", stream.read())
        node.run(["python3", "/run/fault_flap.py", str(hertz), str(seconds), *ports], timeout=seconds + 60)

    # -- daemons -----------------------------------------------------------------------------------------------------
    def signal(self, leaf, *daemons, signum):
        node = self.lab.node(leaf)
        node.run(["kill", f"-{int(signum)}", *(str(node.pid(daemon)) for daemon in daemons)])

    def kill(self, leaf, daemon="mlagd"):
        """kill -9; watchfrr starts it again. Returns the pid that it had."""
        self.killed_pid = self.lab.node(leaf).pid(daemon)
        self.lab.node(leaf).run(["kill", "-9", str(self.killed_pid)])
        return self.killed_pid

    def kill_for_good(self, *leaves):
        """kill -9 of mlagd, and nobody starts it again before heal() or revive()."""
        for leaf in leaves:
            self.signal(leaf, "watchfrr", signum=signal.SIGSTOP)
            self._halted(leaf, "watchfrr")
        for leaf in leaves:
            self.kill(leaf)

    def hang(self, leaf):
        """SIGSTOP of mlagd, unnoticed by watchfrr until heal() or revive()."""
        self.signal(leaf, "watchfrr", "mlagd", signum=signal.SIGSTOP)
        self._halted(leaf, "watchfrr", "mlagd")

    def _halted(self, leaf, *stopped):
        def how():
            self.signal(leaf, *stopped, signum=signal.SIGCONT)
            if entry in self.undo:
                self.undo.remove(entry)

        entry = (leaf, how)
        self.undo.append(entry)
        self.halted[leaf] = how

    def revive(self, leaf):
        """Only this is healed of what was done: mlagd runs again."""
        self.halted.pop(leaf)()

    def frr(self, leaf, action):
        """`systemctl ACTION frr`, as its unit does it: frrinit.sh, and what the packages added to the unit."""
        node = self.lab.node(leaf)
        node.run(["/usr/lib/frr/frrinit.sh", action], timeout=90)
        if action == "stop":
            self._done(leaf, lambda: self.frr(leaf, "start"))

    def priority(self, leaf, value):
        node = self.lab.node(leaf)
        before = self.mlag(leaf)["priority"]
        node.vtysh("configure terminal", "mlag", f"priority {value}")
        self._done(leaf, lambda: node.vtysh("configure terminal", "mlag", f"priority {before}"))

    def maintenance(self, leaf, on=True):
        node = self.lab.node(leaf)
        node.vtysh("configure terminal", "mlag", "maintenance" if on else "no maintenance")
        if on:
            self._done(leaf, lambda: self.maintenance(leaf, on=False))

    def fresh(self):
        """New mlagds, which have counted no transition yet (rule 11), on both leaves at once."""
        before = {leaf: self.kill(leaf) for leaf in LEAVES}
        for leaf, pid in before.items():
            self.lab.wait_for(lambda leaf=leaf, pid=pid: self.lab.node(leaf).pid("mlagd") not in (None, pid), RESTARTED,
                              f"watchfrr to restart {leaf}'s mlagd")

    # -- power -------------------------------------------------------------------------------------------------------
    def power_off(self, leaf):
        self.undo = [(node, how) for node, how in self.undo if node != leaf]
        self.kernel.stop(leaf)
        super().power_off(leaf)
        self.kernel.forget(leaf, self.clock())
        self._done(leaf, lambda: self.power_on(leaf))

    def power_on(self, leaf):
        self.undo = [(node, how) for node, how in self.undo if node != leaf]
        super().power_on(leaf)
        self.kernel.start(self.lab.node(leaf), ["--eager"])

    def power_on_without_peerlink(self, leaf):
        """A cold boot with the peerlink's cables pulled: its bond has no member until heal()."""
        network, whole = self.lab.network, self.lab.network.nodes[leaf]
        devices = [Bond(d.name, []) if isinstance(d, Bond) and d.name == "peerlink" else d for d in whole.devices]
        ports = {port: mac for port, mac in whole.ports.items() if port not in PEERLINK}
        network.nodes[leaf] = dataclasses.replace(whole, devices=devices, ports=ports)
        try:
            self.power_on(leaf)
        finally:
            network.nodes[leaf] = whole
        plug = "".join(f"link set {port} master peerlink\nlink set {port} up\n" for port in PEERLINK)
        self._done(leaf, lambda: self.lab.node(leaf).run(["ip", "-batch", "-"], input=plug))

    def clock_jump(self, seconds):
        """The wall clock of all nodes, which have one in common, by so many seconds; heal() takes them back."""
        self._jump(seconds)
        self._done(None, lambda: self._jump(-seconds))

    def _jump(self, seconds):
        self.lab.guest.run(["date", "-s", f"{seconds:+d} seconds"])

    # -- what is seen ------------------------------------------------------------------------------------------------
    def events(self, leaf):
        """What mlagd has noted, oldest first; [] when there is none that answers."""
        if self.watch.text(leaf, "mlag") is None:
            return []
        return json.loads(self.lab.node(leaf).vtysh("show mlag events json", timeout=10))

    def flooded(self, key):
        """Sum over all hosts of what became of flooded frames: "duplicated" or "echoes"."""
        return sum(entry[key] for entry in self.probes.flooded)


__all__ = ["BACKUP", "BONDED", "Faults", "PEERLINK", "UPLINK"]
