# SPDX-License-Identifier: GPL-2.0-or-later
"""Brings a network to life in a booted guest: nodes, cables, devices, disks, daemons; and one node after a power-off.

A first boot and a cold boot go the same way through start(); only what lies on the disk (/etc/frr) and the cables are
put there once.
"""

import cache
import frrconfig
import netconfig
from client import LabError

START_TIMEOUT = 60
COMMAND_TIMEOUT = 180    # of one step of all nodes at once, on a busy host


def deploy(lab):
    """Everything, on a guest that has nothing; returns when all daemons of all nodes run."""
    network = lab.network
    progress = cache.Progress(f"bringing up {network.name}")
    pids = {name: lab.control.request({"op": "create", "node": name})["pid"] for name in network.nodes}
    lab.guest.run(["ip", "-batch", "-"], input="\n".join(netconfig.links(network, pids)) + "\n")
    for name in network.nodes:
        provision(lab.node(name), network.nodes[name])
    progress.tick("nodes and cables")
    start(lab, list(network.nodes), progress)
    progress.done("all daemons run")


def boot(lab, name):
    """Cold boot of a node that is off."""
    lab.control.request({"op": "on", "node": name})
    progress = cache.Progress(f"booting {name}")
    start(lab, [name], progress)
    progress.done("up")


def provision(node, data):
    """The node's disk, once."""
    if not data.daemons:
        return
    node.run(["tar", "-x", "-C", "/"], input=archive(frrconfig.files(node.name, data)))
    node.run(["chown", "-R", "frr:frr", "/etc/frr"])


def archive(files):
    """A tar archive: one process on the node instead of one a file."""
    import io
    import tarfile
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for path, text in files.items():
            data = text.encode()
            info = tarfile.TarInfo(path.lstrip("/"))
            info.size, info.mode = len(data), 0o640
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def together(lab, names, argv_of, input_of=lambda name: None, progress=None):
    """Run one command on several nodes at once; LabError names the node that failed."""
    running = {name: lab.node(name).popen(argv_of(name)) for name in names}
    for name, process in running.items():
        with process:
            result = process.communicate(input_of(name), COMMAND_TIMEOUT)
        if result.rc:
            raise LabError(f"{name}: {' '.join(argv_of(name))[:80]}: exit status {result.rc}\n"
                           f"{result.out}{result.err}")
        if progress:
            progress.tick(name)


def start(lab, names, progress):
    """The guard, devices of these nodes, then FRR by its own start script, which returns when watchfrr sees all daemons up."""
    nodes = lab.network.nodes
    guarded = [name for name in names if nodes[name].daemons and nodes[name].mlag]
    together(lab, guarded, lambda name: ["/usr/lib/frr/mlag_guard", "-d", "--log", "file:/var/log/frr/mlag_guard.log",
                                         "--log-level", "informational"])
    together(lab, names, lambda name: ["sh"], lambda name: netconfig.script(nodes[name]), progress)
    routers = [name for name in names if nodes[name].daemons]
    together(lab, routers, lambda name: ["sh", "-e", "-c", "install -d -o frr -g frr -m 755 /run/frr\n"
                                         "exec /usr/lib/frr/frrinit.sh start"], progress=progress)
    for name in routers:
        wanted = {*nodes[name].daemons, "watchfrr"}
        lab.wait_for(lambda name=name, wanted=wanted: wanted <= set(lab.node(name).vtysh("show daemons").split()),
                     START_TIMEOUT, f"{', '.join(sorted(wanted))} to answer on {name}")
        for port in nodes[name].late:
            lab.node(name).run(["ip", "link", "set", port, "up"])
