# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab for Python: what the tests, the demo and the benches stand on.

    from api import Lab

    with Lab.up("pair") as lab:                    # build, boot, configure; `down` at the end
        leaf01 = lab.node("leaf01")
        leaf01.run(["ip", "link"]).out             # Result(rc, out, err); raises LabError when rc is not 0
        leaf01.run(["false"], check=False).rc      # 1
        leaf01.vtysh("show mlag json")             # text
        leaf01.vtysh_json("show mlag json")        # the parsed object
        leaf01.json(["ip", "-j", "link"])          # likewise of any command
        leaf01.link("swp49", up=False)
        leaf01.kill("mlagd", signal.SIGKILL)
        leaf01.power_off(); leaf01.power_on()      # on = a cold boot, returns when its daemons run
        lab.wait_for(lambda: ..., 30, "leaf01 to be primary")
        with leaf01.popen(["tcpdump", "-i", "swp1"]) as p:
            for line in p.stdout: ...

It knows the supervisor's socket and how a node is spoken to. It decides nothing about what a network looks like
(topology.py, deploy.py) and never touches the guest itself (supervisor.py).
"""

import json
import signal
import time

from client import Control, LabError, Process, Result
import deploy
import hostwait
import session
import topology

__all__ = ["Lab", "LabError", "Node", "Process", "Result"]


PATIENCE = 3        # a busy host is slow, not wrong: a test waits for what must come, and speed is the benches' subject


class Node:
    """One machine of the lab, or (name "guest") the guest kernel itself, outside every node."""

    def __init__(self, lab, name):
        self.lab = lab
        self.name = name

    def popen(self, argv, env=None, cwd="/", tty=None):
        """Start argv; returns a Process with binary stdin, stdout, stderr (tty: (rows, columns), one stream)."""
        return Process(self.lab.control, self.name, argv, env=env, cwd=cwd, tty=tty)

    def run(self, argv, input=None, timeout=60, check=True, env=None, cwd="/"):
        """Run argv to its end. Returns Result(rc, out, err), text; rc is -N when signal N ended it.

        Raises LabError when rc is not 0 (unless check=False) or when `timeout` seconds are over.
        """
        with self.popen(argv, env=env, cwd=cwd) as process:
            result = process.communicate(input, timeout)
        if check and result.rc != 0:
            raise LabError(f"{self.name}: {' '.join(argv)}: exit status {result.rc}\n{result.err or result.out}")
        return result

    def sh(self, script, **kwargs):
        """Run a POSIX shell script that stops at its first error."""
        return self.run(["sh", "-e", "-c", script], **kwargs)

    def json(self, argv, **kwargs):
        """Run a command that prints JSON; returns the object (None when it prints nothing)."""
        text = self.run(argv, **kwargs).out
        return json.loads(text) if text.strip() else None

    def vtysh(self, *commands, **kwargs):
        """Run one or more vtysh commands in one shell (`configure terminal` carries over); returns the text."""
        argv = ["vtysh"]
        for command in commands:
            argv += ["-c", command]
        return self.run(argv, **kwargs).out

    def vtysh_json(self, command, **kwargs):
        """Run a `show ... json` command; returns the object."""
        return json.loads(self.vtysh(command, **kwargs))

    def configure(self, *lines, **kwargs):
        """Type configuration lines under `configure terminal`; returns Result, rc not 0 when one was refused."""
        argv = ["vtysh", "-c", "configure terminal"]
        for line in lines:
            argv += ["-c", line]
        return self.run(argv, check=False, **kwargs)

    def link(self, name, up):
        """Set a network device up or down."""
        self.run(["ip", "link", "set", "dev", name, "up" if up else "down"])

    def pid(self, daemon):
        """The pid of an FRR daemon as its node sees it, from its pid file; None when there is none."""
        result = self.run(["cat", f"/run/frr/{daemon}.pid"], check=False)
        return int(result.out) if result.rc == 0 and result.out.strip() else None

    def kill(self, daemon, signum=signal.SIGKILL):
        """Send an FRR daemon a signal."""
        self.run(["kill", f"-{int(signum)}", str(self.pid(daemon))])

    def put(self, path, text):
        """Write a file on the node."""
        self.run(["sh", "-c", 'cat >"$1"', "sh", path], input=text)

    def get(self, path):
        """Read a text file of the node."""
        return self.run(["cat", path]).out

    @property
    def is_on(self):
        return self.lab.control.request({"op": "nodes"})["nodes"].get(self.name) == "on"

    def power_off(self):
        """At one instant: all links of the node down, every process of it SIGKILLed."""
        self.lab.control.request({"op": "off", "node": self.name})

    def power_on(self):
        """Cold boot: fresh kernel state and /run, its disk kept. Returns when its daemons run."""
        deploy.boot(self.lab, self.name)

    def power_cycle(self):
        self.power_off()
        self.power_on()


class Lab:
    """A running lab. Make one with Lab.up() or Lab.attach()."""

    def __init__(self, control, network):
        self.control = control
        self.network = network                     # topology.Network: nodes, ports, links as data
        self.owner = None                          # a connection whose end takes the lab down
        self.guest = Node(self, "guest")
        self._nodes = {name: Node(self, name) for name in network.nodes}

    @classmethod
    def up(cls, name="pair", stay=False, **options):
        """Build what is missing, boot afresh and configure topology `name`; returns when all daemons run.

        A lab that is up already is replaced. It goes down with this process, unless stay=True. Options are the topology's own (pair: mlag=False leaves mlagd out).
        """
        network = topology.load(name, **options)
        control = session.start(network)
        lab = cls(control, network)
        try:
            if not stay:
                lab.owner = session.own()
            deploy.deploy(lab)
        except BaseException:
            session.stop()
            raise
        return lab

    @classmethod
    def attach(cls):
        """The lab that `lab/lab up` left running; LabError when there is none."""
        control = Control(session.socket_path())
        spec = control.request({"op": "info"})
        return cls(control, topology.load(spec["topology"], **spec["options"]))

    def node(self, name):
        """The node of that name; LabError names those there are."""
        if name == "guest":
            return self.guest
        if name not in self._nodes:
            raise LabError(f"no node {name!r} here; there are: {', '.join(self._nodes)}")
        return self._nodes[name]

    @property
    def nodes(self):
        return list(self._nodes.values())

    def wait_for(self, predicate, timeout, what, interval=0.1):
        """Poll until predicate() is true and return what it returned.

        Raises LabError naming `what`, the time, and the last value or error when `timeout` seconds, on a host with
        nothing else to do, are over. LabError and ValueError of the predicate count as "not yet" (a daemon that is just
        being restarted answers neither).
        """
        timeout *= PATIENCE
        deadline = time.monotonic() + timeout
        while True:
            try:
                last = predicate()
                if last:
                    return last
            except (LabError, ValueError, KeyError) as error:
                last = error
            if time.monotonic() >= deadline:
                raise LabError(f"waited {timeout} s for {what}; last seen: {last!r}")
            time.sleep(interval)

    def host_wait(self):
        """A HostWait that has begun to count for how long this host keeps the guest waiting."""
        return hostwait.HostWait(self.control.request({"op": "info"})["guest"], most=PATIENCE)

    def down(self):
        """Stop the guest and leave nothing behind."""
        session.stop()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.down()
