# SPDX-License-Identifier: GPL-2.0-or-later
"""How much longer the guest took for its work because its host gave the processor to others: from the host's own account of it.

The kernel counts, of every task, how long it ran and how long it was runnable and waited (/proc/PID/task/TID/schedstat, ns). The
guest is all the tasks in its pid namespace, one kernel and an address space for each of its processes. What others do that does
not keep the guest waiting, as work of the idle class does not, is not in it, whatever the load average says. Decides nothing.

On one processor (guestvm.py) the guest's tasks hand over to each other, and who is handed to waits until the other has stopped:
0.4 to 0.6 of the time that they run, on a host that has nothing else to do, and never more than that time. So of what they waited
what they ran is taken off: the rest was others' for certain.
"""

import os


class HostWait:
    """The guest's time from one lap() to the next. pid: guestvm.start()'s, the process that made the guest's namespace."""

    def __init__(self, pid, proc="/proc", most=3.0):
        self.proc = proc
        self.most = most
        self.space = _link(f"{proc}/{pid}/ns/pid_for_children")
        self.before = self.tasks()

    def tasks(self):
        """{task: (ran, waited)} ns of the guest; {} where the kernel keeps no such account."""
        found = {}
        for pid in filter(str.isdigit, os.listdir(self.proc)):
            if self.space is None or _link(f"{self.proc}/{pid}/ns/pid") != self.space:
                continue
            try:
                for task in os.listdir(f"{self.proc}/{pid}/task"):
                    with open(f"{self.proc}/{pid}/task/{task}/schedstat", encoding="ascii") as stream:
                        found[task] = tuple(int(word) for word in stream.read().split()[:2])
            except OSError:
                pass  # it has ended meanwhile
        return found

    def lap(self):
        """(ran + waited for others) / ran since the last lap, 1 to `most`: so much longer everything may have taken.

        What a task did that ended meanwhile is not in it: a ratio needs no whole. Without an account the load average stands in.
        """
        before, self.before = self.before, self.tasks()
        spent = [(ran - before.get(task, (0, 0))[0], waited - before.get(task, (0, 0))[1]) for task, (ran, waited) in self.before.items()]
        ran, waited = (sum(column) for column in zip(*spent)) if spent else (0, 0)
        slower = waited / ran if ran > 0 else os.getloadavg()[0] / os.cpu_count()
        return round(min(self.most, max(1.0, slower)), 1)


def _link(path):
    try:
        return os.readlink(path)
    except OSError:
        return None
