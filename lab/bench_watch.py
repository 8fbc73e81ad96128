# SPDX-License-Identifier: GPL-2.0-or-later
"""The histories of demo_watch.py, told by the agent that reads kernel stamps (bench_agent.py)."""

import os

from demo_watch import Watch, follow

HERE = os.path.dirname(os.path.abspath(__file__))
AGENT, MODULE = "/run/lab-bench-agent.py", "/run/bench_update.py"  # the agent, and what it imports


class KernelWatch(Watch):
    def start(self, node, spec):
        """Start the agent on a node; spec: the prefixes whose routes are watched there."""
        self.stop(node.name)
        for name, path in (("bench_agent.py", AGENT), ("bench_update.py", MODULE)):
            with open(os.path.join(HERE, name), encoding="utf-8") as stream:
                node.put(path, stream.read())
        process = node.popen([*self.command, AGENT, *spec])
        self.running[node.name] = process
        follow(process, lambda line: self._line(node.name, line))
