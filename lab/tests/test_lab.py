# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab keeps its own promises: commands, power, isolation, life and death. Stock FRR only."""

import contextlib
import hashlib
import os
import signal
import socket
import time

import pytest

import session
from api import PATIENCE, Lab, LabError


def children(pid):
    """Every process below pid on the host."""
    parents = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as file:
                parents[int(entry)] = int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            pass
    found, todo = set(), [pid]
    while todo:
        below = [child for child, parent in parents.items() if parent == todo[0]]
        todo = todo[1:] + below
        found |= set(below)
    return found


def supervisor_pid():
    """The process that serves this lab's socket."""
    inode = next(line.split()[6] for line in open("/proc/net/unix", encoding="ascii")
                 if line.rstrip().endswith(session.socket_path() + ".new"))
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            links = [os.readlink(f"/proc/{entry}/fd/{fd}") for fd in os.listdir(f"/proc/{entry}/fd")]
        except OSError:
            continue
        if f"socket:[{inode}]" in links:
            return int(entry)
    raise AssertionError("nobody serves the socket")


def alive(pid):
    """True for a process that runs, a zombie does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_exit_status_and_streams(stock_pair):
    result = stock_pair.node("leaf01").run(["sh", "-c", "echo out; echo err >&2; exit 7"], check=False)
    assert result == (7, "out\n", "err\n")
    assert stock_pair.node("leaf01").run(["sh", "-c", "kill -9 $$"], check=False).rc == -9
    with pytest.raises(LabError, match="exit status 1"):
        stock_pair.node("leaf01").run(["false"])
    with pytest.raises(LabError, match="still running"):
        stock_pair.node("leaf01").run(["sleep", "60"], timeout=0.3)


def test_bytes_arrive_whole(stock_pair):
    data = os.urandom(1_000_000)
    out = stock_pair.node("outside").run(["sha256sum"], input=data).out
    assert out.split()[0] == hashlib.sha256(data).hexdigest()
    assert len(stock_pair.node("outside").run(["head", "-c", "3000000", "/dev/zero"]).out) == 3_000_000


def test_a_slow_reader_holds_up_nobody(stock_pair):
    node = stock_pair.node("leaf01")
    with node.popen(["cat", "/dev/zero"]):
        start = time.monotonic()
        assert node.run(["echo", "there"]).out == "there\n"
        assert time.monotonic() - start < 2 * PATIENCE


def test_a_command_ends_with_its_client(stock_pair):
    node = stock_pair.node("server01")
    with node.popen(["sleep", "4711"]):
        stock_pair.wait_for(lambda: node.run(["pgrep", "-f", "sleep 4711"]).out, 5, "sleep to run")
    stock_pair.wait_for(lambda: node.run(["pgrep", "-f", "sleep 4711"], check=False).rc == 1, 5, "sleep to be gone")


def test_a_daemon_left_behind_holds_nothing_open(stock_pair):
    start = time.monotonic()
    assert stock_pair.node("server02").run(["sh", "-c", "sleep 30 & echo started"]).out == "started\n"
    assert time.monotonic() - start < 5 * PATIENCE


def test_many_commands_at_once(stock_pair):
    """Ends of streams and of commands fall together in every order."""
    nodes = stock_pair.nodes
    for _ in range(20):
        running = [node.popen(["cat"]) for node in nodes]
        for process in running:
            process.stdin.write(b"x")
            process.stdin.close()
        for process in running:
            with process:
                assert process.communicate(timeout=20) == (0, "x", "")


def test_terminal(stock_pair):
    with stock_pair.node("leaf01").popen(["sh", "-c", "stty size; tty"], tty=[40, 100]) as process:
        text = process.communicate(timeout=10).out
    assert text.splitlines()[0] == "40 100" and "/dev/pts/" in text


def test_nodes_are_machines(stock_pair):
    for name in ("leaf01", "server03"):
        node = stock_pair.node(name)
        assert node.run(["hostname"]).out.strip() == name
        assert node.run(["cat", "/proc/1/comm"]).out.strip() == "init"
        node.put("/var/lib/only-here", name)
    assert stock_pair.node("leaf01").get("/var/lib/only-here") == "leaf01"
    assert stock_pair.node("leaf02").run(["cat", "/var/lib/only-here"], check=False).rc == 1


def test_hosts_reach_each_other(stock_pair):
    server = stock_pair.node("server01")
    for target in ("172.16.0.10", "10.1.20.102", "10.1.10.1"):
        stock_pair.wait_for(lambda t=target: server.run(["ping", "-c", "1", "-W", "1", t], check=False).rc == 0, 30,
                            f"server01 to reach {target}")


def test_gateway_answers_with_the_virtual_mac_only(stock_pair):
    out = stock_pair.node("server03").run(["arping", "-c", "3", "-I", "eth1", "10.1.10.1"], check=False).out
    assert {word for word in out.split() if word.startswith("[")} == {"[00:00:5E:00:01:01]"}


def routes(lab):
    """Ways to VLAN 10 that the spine uses (zebra goes on listing one whose link is down)."""
    found = lab.node("spine01").vtysh_json("show ip route 10.1.10.0/24 json")["10.1.10.0/24"][0]
    return [hop for hop in found["nexthops"] if hop.get("active")]


def test_power_off_is_sudden_and_boot_is_cold(stock_pair):
    leaf, server = stock_pair.node("leaf01"), stock_pair.node("server01")
    stock_pair.wait_for(lambda: len(routes(stock_pair)) == 2, 30, "two ways to VLAN 10")
    leaf.put("/etc/frr/kept", "kept")
    leaf.put("/run/gone", "gone")
    leaf.run(["ip", "link", "add", "leftover", "type", "dummy"])
    leaf.power_off()
    assert not leaf.is_on
    with pytest.raises(LabError, match="powered off"):
        leaf.run(["true"])
    assert server.json(["ip", "-j", "link", "show", "eth1"])[0]["operstate"] == "DOWN"
    stock_pair.wait_for(lambda: len(routes(stock_pair)) == 1, 30, "one way to VLAN 10")
    leaf.power_on()
    assert leaf.get("/etc/frr/kept") == "kept"
    assert leaf.run(["cat", "/run/gone"], check=False).rc == 1
    assert leaf.run(["ip", "link", "show", "leftover"], check=False).rc == 1
    stock_pair.wait_for(lambda: len(routes(stock_pair)) == 2, 30, "two ways to VLAN 10 again")


def test_watchfrr_restarts_a_killed_daemon(stock_pair):
    leaf = stock_pair.node("leaf02")
    before = leaf.pid("staticd")
    leaf.kill("staticd")
    stock_pair.wait_for(lambda: leaf.pid("staticd") not in (None, before), 40, "watchfrr to restart staticd")
    stock_pair.wait_for(lambda: "staticd" in leaf.vtysh("show daemons").split(), 20, "staticd to answer")


def test_no_trace_on_the_host(stock_pair):
    ports = {"mgmt", "br_default", "bond0", *(port for node in stock_pair.network.nodes.values() for port in node.ports)}
    assert not (ports - {"eth0", "eth1"}) & {name for _, name in socket.if_nameindex()}
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        assert session.state_path() not in file.read()


def test_a_guest_is_tied_and_its_wait_accounted(stock_pair):
    host = stock_pair.host_wait()
    stock_pair.node("outside").sh("for i in 1 2 3 4 5; do true; done")
    assert 1.0 <= host.lap() <= PATIENCE
    tied = set()
    for task in map(int, host.tasks()):
        with contextlib.suppress(ProcessLookupError):
            tied.add(frozenset(os.sched_getaffinity(task)))
    assert len(tied) == 1 and len(tied.pop()) == 1


def test_second_up_is_quick(stock_pair):
    """Last but one here: it replaces the running pair, as `lab/lab up` does."""
    start = time.monotonic()
    with Lab.up("pair", mlag=False) as lab:
        assert time.monotonic() - start < 20 * PATIENCE
        for name in ("leaf01", "leaf02", "spine01"):
            assert {"zebra", "bgpd", "mgmtd", "staticd", "bfdd"} <= set(lab.node(name).vtysh("show daemons").split())


def test_killed_supervisor_leaves_nothing():
    lab = Lab.up("pair", mlag=False)
    pid = supervisor_pid()
    below = children(pid)
    assert len(below) > 3
    os.kill(pid, signal.SIGKILL)
    lab.wait_for(lambda: not any(map(alive, below)), 10, "the guest to be gone")
    with pytest.raises(LabError, match="no lab is up"):
        Lab.attach()
    with Lab.up("pair", mlag=False) as again:
        assert again.node("leaf01").run(["hostname"]).out == "leaf01\n"
    assert not os.path.exists(session.state_path())
