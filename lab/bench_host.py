# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine under a bench: boots a lab ahead of the host's other work where that is allowed, and says what a figure needs
beside it. It measures nothing.
"""

import os

import build
import image
from api import Lab

NICE = -18


def boot(**options):
    """A pair, up. The guest and its supervisor run at nice -18 where that is allowed; what is built before does not."""
    image.ensure()
    build.ensure()
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    try:
        os.setpriority(os.PRIO_PROCESS, 0, NICE)
    except PermissionError:
        return Lab.up("pair", **options)
    try:
        return Lab.up("pair", **options)  # what it starts inherits the niceness
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, ours)


def niceness():
    """What boot() gives the guest."""
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    try:
        os.setpriority(os.PRIO_PROCESS, 0, NICE)
    except PermissionError:
        return ours
    os.setpriority(os.PRIO_PROCESS, 0, ours)
    return NICE


def load():
    """The host's load averages of 1 and 5 minutes."""
    return [round(value, 2) for value in os.getloadavg()[:2]]


def facts(lab):
    """What a figure needs beside it; the load is the caller's to add."""
    guest = lab.guest.run(["uname", "-sr"]).out.strip()
    version = lab.node("spine01").run(["dpkg-query", "-W", "-f", "${Version}", "frr"]).out.strip()
    return {"hostKernel": " ".join(os.uname()[i] for i in (0, 2)), "cpus": os.cpu_count(),
            "guestNice": niceness(), "guestKernel": f"{guest} (user mode, 1 processor)", "frr": version}
