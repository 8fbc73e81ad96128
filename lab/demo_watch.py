# SPDX-License-Identifier: GPL-2.0-or-later
"""What the nodes' states are and were, as their agents (demo_agent.py) tell it.

A Watch holds one history per node and key: [(t_ns, value)], with t of the guest's one monotonic clock. It wakes whoever
waits for a condition whenever something new is known, so that nobody polls and nobody sleeps. It knows how a state is
read, not what it should be (demo_steps.py).
"""

import functools
import json
import os
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
AGENT = "/run/lab-demo-agent.py"


class News:
    """One condition variable for everything that is learned: `changed()` wakes all who wait in `wait_for()`."""

    def __init__(self):
        self.cond = threading.Condition()

    def changed(self, update):
        with self.cond:
            update()
            self.cond.notify_all()

    def wait_for(self, predicate, timeout):
        """Wait until predicate() is true; returns its last value, true or not, when that or `timeout` seconds are over."""
        deadline = time.monotonic() + timeout
        with self.cond:
            while True:
                value = predicate()
                left = deadline - time.monotonic()
                if value or left <= 0:
                    return value
                self.cond.wait(left)


def follow(process, on_line):
    """Read a process' lines in a thread of its own; returns the thread, which ends with the stream."""

    def read():
        try:
            for line in process.stdout:
                on_line(line)
        except ValueError:
            pass  # the stream was closed meanwhile

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


class Watch:
    """Agents on nodes, and all they said."""

    def __init__(self, news, nice=0):
        """nice: how far the agents stand back where a guest is busy with what they watch."""
        self.news = news
        self.command = ["nice", "-n", str(nice), "python3"] if nice else ["python3"]
        self.history = {}  # (node, key) -> [(t_ns, value)]
        self.running = {}  # node name -> Process

    def start(self, node, spec):
        """Start an agent on a node; one that still runs there is ended."""
        self.stop(node.name)
        with open(os.path.join(HERE, "demo_agent.py")) as stream:
            node.put(AGENT, stream.read())
        process = node.popen([*self.command, AGENT, json.dumps(spec)])
        self.running[node.name] = process
        follow(process, lambda line: self._line(node.name, line))

    def stop(self, name):
        process = self.running.pop(name, None)
        if process is not None:
            process.close()

    def stop_all(self):
        for name in list(self.running):
            self.stop(name)

    def heard(self):
        """The nodes whose agents have said something."""
        return {name for name, _ in self.history}

    def all_heard(self):
        return set(self.running) <= self.heard()

    def note(self, name, key, t_ns, value):
        """Enter something that no agent can see."""
        self.news.changed(lambda: self.history.setdefault((name, key), []).append((t_ns, value)))

    def forget(self, name, t_ns):
        """The node is off: nothing that an agent told of it holds from t_ns on."""
        for node, key in list(self.history):
            if node == name and key != "power":
                self.note(node, key, t_ns, None)

    def _line(self, name, line):
        if not line.endswith(b"\n"):
            return  # its node was switched off while it spoke
        said = json.loads(line)
        entry = (said["t"], said["value"])
        self.news.changed(lambda: self.history.setdefault((name, said["key"]), []).append(entry))

    def text(self, name, key):
        """The latest value, as the agent read it; None when there is none."""
        past = self.history.get((name, key))
        return past[-1][1] if past else None

    def json(self, name, key):
        """The latest value as an object; {} when there is none or it is no JSON (a daemon that is just starting)."""
        return parsed(self.text(name, key))

    def since(self, name, key, t_ns, predicate):
        """When, at or after t_ns, the value first satisfied predicate(text); None when it has not."""
        for t, value in self.history.get((name, key), []):
            if t >= t_ns and predicate(value):
                return t
        return None


@functools.lru_cache(maxsize=256)
def parsed(text):
    """JSON text as an object, {} when it is none. Not to be changed: callers share it."""
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
