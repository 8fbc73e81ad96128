# SPDX-License-Identifier: GPL-2.0-or-later
"""Fits FRR's topotest library to these tests, without touching it.

    router     knows one daemon more
    popen      waits until a child is where it belongs: mends a race in munet
    limits     sysctls of a node by one command
    running    which daemons run, by one command
    marks      no marks in the daemons' logs

The last three because a command on a router costs a tenth of a second here, and these would be most of the tests' time.
Everything else, the fixtures above all, comes from FRR's own conftest.py one directory up.
"""

import os
import time
from unittest import mock

import pytest

from lib import topotest
from lib.micronet_compat import Mininet
from lib.topogen import Topogen, get_topogen

ROUTER_INIT, POPEN, LIMITS = topotest.Router.__init__, Mininet.popen, topotest.fix_netns_limits


def router(self, *args, **kwargs):
    """A router that knows mlagd, like any of FRR's daemons: off until a test asks for it."""
    ROUTER_INIT(self, *args, **kwargs)
    self.daemons["mlagd"] = 0


def entered(pid):
    """True when a process has left the namespaces that this one has; a process that is gone has."""
    try:
        return all(os.readlink("/proc/{}/ns/{}".format(pid, ns)) != os.readlink("/proc/self/ns/" + ns)
                   for ns in ("mnt", "net", "uts"))
    except OSError:
        return True


def popen(self, *args, **kwargs):
    """A child in the namespaces of the whole network, on its way to be a node; returns when it is there.

    Until nsenter has run it is still in pytest's. munet waits for it to leave the network's, and takes those of pytest for
    the node's: then /run/frr and the like are mounted where the node never sees them, and its daemons cannot write there.
    """
    process = POPEN(self, *args, **kwargs)
    while process.poll() is None and not entered(process.pid):
        time.sleep(0.001)
    return process


def limits(node):
    """What FRR's function sets, by one command instead of two for each setting."""
    wanted = []

    def note(_, variable, value):
        words = value if isinstance(value, (list, tuple)) else [value]
        wanted.append('"{}={}"'.format(variable, " ".join(str(word) for word in words)))

    with mock.patch.object(topotest, "_sysctl_assure", note), mock.patch.object(topotest, "_sysctl_atleast", note):
        LIMITS(node)
    node.cmd_nostatus("sysctl -q -e -w " + " ".join(wanted))


def running(self):
    """[(daemon, pid)] of those that run; pid files of the others are removed."""
    shown = self.cmd_nostatus(
        "cd /run/{} && for f in *.pid; do if [ -d /proc/$(cat $f) ]; then echo $f $(cat $f); else rm $f; fi; done".format(
            self.routertype), warn=False)
    words = [line.split() for line in shown.splitlines()]
    return [(w[0][:-len(".pid")], int(w[1])) for w in words if len(w) == 2 and w[1].isdigit()]


def marks(*_):
    """In place of three vtysh on every router for every test."""


@pytest.fixture(autouse=True)
def skip_after_failure():
    """Each step of a test stands on the one before it. Whether all daemons live is asked at the end."""
    if get_topogen().has_errors():
        pytest.skip(get_topogen().errors)


topotest.Router.__init__, topotest.Router.listDaemons = router, running
Mininet.popen = popen
topotest.fix_netns_limits = limits
Topogen.log_test_start = Topogen.log_test_end = Topogen.log_test_result = marks
