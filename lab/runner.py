# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab's command line: from words to calls. Every command's work is elsewhere."""

import importlib
import signal
import subprocess
import sys

import build
import cache
import chroot
import image
import session
import terminal
import topology
from api import Lab
from client import LabError

HELP = """usage: lab/lab COMMAND

  demo [--json]            build if needed, boot, bring up the pair, break it, heal it, report
  test [PATTERN...]        every test of the project, or those whose name holds a PATTERN
  matrix [PATTERN...]      every sequence of faults by name, judged at the hosts (--times N, --json)
  up [TOPOLOGY]            a network that stays (pair); a fresh boot when one is up already
                           --no-mlag: stock FRR only
  down                     stop it; nothing stays behind
  exec NODE -- CMD...      run a command on a node, exit status and output passed on
  vtysh NODE [-c CMD...]   FRR's shell on a node
  shell NODE               a shell on a node; `guest` is the kernel that holds them all
  power NODE off|on|cycle  pull the plug of a node; cold-boot it
  bench NAME|all [--json]  figures, each beside its peer, measured in one run
  fabric [PATTERN...]      the EVPN fabric through every single failure (--times N, --json)
  build                    image, compile, install, nothing else
  make [TARGET...]         make in the built tree, in the image (make distcheck)

Environment: FRR_MLAG_CACHE (image and builds; default ~/.cache/frr-mlag), FRR_MLAG_LAB (names one of several labs)."""


def usage(text):
    raise LabError(f"{text}\nlab: lab/lab help  shows the commands")


def need_node(args):
    """The node's name, first word; and that it exists."""
    if not args:
        usage("which node?")
    return Lab.attach().node(args[0])


def cmd_build(args):
    if args:
        usage("build takes no arguments")
    image.ensure()
    build.ensure()
    build.agent()
    return 0


def cmd_make(args):
    build.ensure()
    return subprocess.run(chroot.argv(image.ensure(), build.binds(), ["make", "-C", "/build", *args]),
                          check=False).returncode


def cmd_up(args):
    options = {}
    names = [a for a in args if not a.startswith("-")]
    for flag in set(args) - set(names):
        if flag != "--no-mlag":
            usage(f"up does not know {flag}")
        options["mlag"] = False
    if len(names) > 1:
        usage("up takes one topology")
    topology.load(names[0] if names else "pair", **options)
    lab = Lab.up(names[0] if names else "pair", stay=True, **options)
    cache.say(f"{lab.network.name} is up: {', '.join(lab.network.nodes)}. Next: lab/lab vtysh leaf01; lab/lab down")
    return 0


def cmd_down(args):
    if args:
        usage("down takes no arguments")
    cache.say("down" if session.stop() else "nothing was up")
    return 0


def cmd_exec(args):
    node = need_node(args)
    words = args[1:]
    if words and words[0] == "--":
        words = words[1:]
    if not words:
        usage("exec what? lab/lab exec NODE -- CMD...")
    return terminal.run(node, words, tty=False)


def cmd_vtysh(args):
    node = need_node(args)
    return terminal.run(node, ["vtysh", *args[1:]], tty=not args[1:])


def cmd_shell(args):
    node = need_node(args)
    if args[1:]:
        usage("shell takes one node")
    return terminal.run(node, ["bash"], tty=True)


def cmd_power(args):
    if len(args) != 2 or args[1] not in ("off", "on", "cycle"):
        usage("power NODE off|on|cycle")
    node = need_node(args)
    {"off": node.power_off, "on": node.power_on, "cycle": node.power_cycle}[args[1]]()
    return 0


def elsewhere(module):
    """A command whose module has main(argv)."""
    return lambda args: importlib.import_module(module).main(args)


COMMANDS = {"build": cmd_build, "make": cmd_make, "up": cmd_up, "down": cmd_down, "exec": cmd_exec, "vtysh": cmd_vtysh,
            "shell": cmd_shell, "power": cmd_power, "demo": elsewhere("demo"), "bench": elsewhere("bench"),
            "fabric": elsewhere("fabric"), "matrix": elsewhere("matrix"), "test": elsewhere("testrun")}


def main(argv):
    if not argv or argv[0] in ("help", "-h", "--help"):
        print(HELP)
        return 0 if argv else 2
    if argv[0] not in COMMANDS:
        usage(f"no command {argv[0]!r}")
    return COMMANDS[argv[0]](argv[1:])


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main(sys.argv[1:]))
    except LabError as error:
        cache.say(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
