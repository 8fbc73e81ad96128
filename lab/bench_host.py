# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine under a bench: boots a lab ahead of the host's other work where that is allowed, and says what a figure needs
beside it. It measures nothing.
"""

import contextlib
import os
import socket
import struct

import build
import image
from api import Lab

NICE = -18


@contextlib.contextmanager
def niced(value):
    """This process at another niceness for a while, where that is allowed."""
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, value)
    try:
        yield
    finally:
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, ours)


def boot(topology="pair", **options):
    """A lab of that topology, up, its guest at nice -18 where that is allowed; what is built before is not."""
    image.ensure()
    build.ensure()
    with niced(NICE):
        lab = Lab.up(topology, **options)  # what it starts inherits the niceness
    for pid in family(supervisor(lab)):
        lift_group(pid)
    return lab


def supervisor(lab):
    """The pid of the process at the other end of the lab's socket."""
    return struct.unpack("3i", lab.owner.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]


def parents():
    """{pid: its parent} of all processes."""
    out = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as stream:
                out[int(name)] = int(stream.read().rpartition(")")[2].split()[1])
    return out


def family(ancestor):
    """A process and all below it."""
    above, found = parents(), {ancestor}
    while more := {pid for pid, parent in above.items() if parent in found and pid not in found}:
        found |= more
    return found


def tasks(pid):
    """The threads of a process; none when it has ended."""
    with contextlib.suppress(OSError):
        return os.listdir(f"/proc/{pid}/task")
    return []


def used(pids):
    """Nanoseconds that these processes of the host have run, all threads."""
    total = 0
    for pid in pids:
        for task in tasks(pid):
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as stream:
                    total += int(stream.read().split()[0])
    return total


def lift_group(pid):
    """The same for its session: where the host schedules by session (autogroup), niceness counts only within one."""
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/autogroup", "w", encoding="ascii") as stream:
            stream.write(str(NICE))


def niceness(lab):
    """What the guest has: of its process, and of its session where the host schedules by session, else null."""
    pid = max(family(supervisor(lab)))
    group = None
    with contextlib.suppress(OSError, ValueError):
        with open(f"/proc/{pid}/autogroup", encoding="ascii") as stream:
            group = int(stream.read().split()[-1])
    return {"process": os.getpriority(os.PRIO_PROCESS, pid), "session": group}


def load():
    """The host's load averages of 1 and 5 minutes."""
    return [round(value, 2) for value in os.getloadavg()[:2]]


def facts(lab):
    """What a figure needs beside it; the load is the caller's to add."""
    guest = lab.guest.run(["uname", "-sr"]).out.strip()
    version = lab.node("spine01").run(["dpkg-query", "-W", "-f", "${Version}", "frr"]).out.strip()
    return {"hostKernel": " ".join(os.uname()[i] for i in (0, 2)), "cpus": os.cpu_count(),
            "guestNice": niceness(lab), "guestKernel": f"{guest} (user mode, 1 processor)", "frr": version}
