# SPDX-License-Identifier: GPL-2.0-or-later
"""Starting and stopping the supervisor of this tree's lab, and clearing away what a killed one left.

All state of a running lab is one directory (0700): socket, console log, spec. A supervisor that was killed took its
guest with it; only that directory stays, and the next start removes it.
"""

import json
import os
import select
import stat
import subprocess
import sys
import tempfile
import time

import build
import cache
import image
from client import Control, LabError, receive

BOOT_TIMEOUT = 60


def state_path():
    """The state directory of the lab that this tree and $FRR_MLAG_LAB name."""
    base = os.path.join(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir(), f"frr-mlag-{os.getuid()}")
    os.makedirs(base, mode=0o700, exist_ok=True)
    info = os.lstat(base)
    if info.st_uid != os.getuid() or not stat.S_ISDIR(info.st_mode):
        raise LabError(f"{base} belongs to somebody else")
    os.chmod(base, 0o700)
    return os.path.join(base, f"{os.environ.get('FRR_MLAG_LAB', 'lab')}-{cache.tree_id()[:6]}")


def socket_path():
    return os.path.join(state_path(), "control")


def spec(network):
    return {"image": image.ensure(), "stage": build.ensure(), "agent": build.agent(),
            "topology": network.name, "options": network.options,
            "ports": {name: sorted(node.ports) for name, node in network.nodes.items()}}


def start(network):
    """Boot a guest for this network (a lab that is up is stopped first). Returns its Control."""
    made = spec(network)
    stop()
    state = state_path()
    os.mkdir(state, mode=0o700)
    with open(os.path.join(state, "spec.json"), "w", encoding="utf-8") as file:
        json.dump(made, file)
    with open(os.path.join(state, "supervisor.log"), "wb") as log:
        supervisor = subprocess.Popen(
            [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "supervisor.py"), state],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/")
    wait_ready(supervisor, state)
    return Control(socket_path())


def wait_ready(supervisor, state):
    """Until the supervisor serves its socket; LabError with what guest and supervisor said when it does not."""
    pidfd = os.pidfd_open(supervisor.pid)
    deadline = time.monotonic() + BOOT_TIMEOUT
    progress = cache.Progress("booting the guest")
    try:
        while not os.path.exists(os.path.join(state, "control")):
            if select.select([pidfd], [], [], 0.02)[0] or time.monotonic() > deadline:
                supervisor.kill()
                said = [cache.tail(os.path.join(state, log), 15) for log in ("console.log", "supervisor.log")
                        if os.path.exists(os.path.join(state, log))]
                cache.remove(state)
                raise LabError("the guest did not boot:\n" + "\n".join(said))
            progress.tick()
    finally:
        os.close(pidfd)
    progress.done()


def own():
    """Tie the lab's life to this process: it goes down when the returned connection closes."""
    connection = Control(socket_path()).connect({"op": "own"})
    receive(connection)
    return connection


def stop():
    """Stop the lab if one is up; returns whether one was. Clears what a killed one left."""
    path, running = socket_path(), False
    if os.path.exists(path):
        try:
            with Control(path).connect({"op": "down"}) as connection:
                running = True
                connection.settimeout(15)
                while connection.recv(65536):
                    pass
        except (LabError, OSError):
            pass
    cache.remove(state_path())
    forget_base()
    return running


def forget_base():
    """Remove the directory of all labs' states when this was the last."""
    try:
        os.rmdir(os.path.dirname(state_path()))
    except OSError:
        pass
