# SPDX-License-Identifier: GPL-2.0-or-later
"""The pair as an operator meets it: in service soon, fenced on a cut, right again after every death (A4-A6 B4 B5 D1-D3 E8).

Traffic and its losses are measured by test_story.py.
"""

import signal
import time

import pytest

import pairstate

FRESH = True
CUT = ("swp49", "swp50")
ADDRESS_GONE = ("Neighbor address lost", "No path to specified Neighbor", "Interface down")
DAEMONS = ("mgmtd", "zebra", "staticd", "bgpd", "bfdd", "mlagd")


def operstate(lab, leaf, port):
    return lab.node(leaf).json(["ip", "-j", "link", "show", port])[0]["operstate"]


def set_links(lab, leaf, ports, state):
    lab.node(leaf).run(["ip", "-batch", "-"], input="".join(f"link set {port} {state}\n" for port in ports))


def test_in_service_within_30_s_of_up(pair):
    start = time.monotonic()
    pairstate.wait_whole(pair, 30)
    print(f"in service {time.monotonic() - start:.1f} s after up")


def test_show_mlag_json(pair):
    first, second = (pairstate.mlag(pair, leaf) for leaf in pairstate.LEAVES)
    assert (first["localRole"], second["localRole"]) == ("primary", "secondary")
    assert first["systemMac"] == second["systemMac"] == "44:38:39:ff:00:aa"
    assert first["peerId"] == second["localId"] and second["peerId"] == first["localId"]
    assert (first["priority"], first["peerPriority"]) == (1000, 2000)
    assert first["backupActive"] is True and first["backupIp"] == "192.168.200.2"
    assert first["anycastIp"] is None
    for view in (first, second):
        assert view["peerState"]["state"] == "synchronised" or view["peerState"]["state"] == "up"
        assert view["peerlinkState"]["state"] == view["backupState"]["state"] == "up"


def health(lab, leaf):
    """Exit status and line of the command for monitoring systems (G7)."""
    result = lab.node(leaf).run(["frr-mlag-health"], check=False)
    return result.rc, result.out


def neighbour(lab, leaf):
    """State of BGP over the peerlink and why it was reset last."""
    seen = lab.node(leaf).vtysh_json("show bgp neighbors peerlink.4094 json")["peerlink.4094"]
    return seen["bgpState"], seen.get("lastResetDueTo")


def test_cut_and_heal(pair):
    pairstate.wait_whole(pair, 60)
    for leaf in pairstate.LEAVES:
        pair.wait_for(lambda n=leaf: health(pair, n)[0] == 0, 10, f"{leaf} to be healthy")
    set_links(pair, "leaf01", CUT, "down")
    try:
        pair.wait_for(lambda: {operstate(pair, "leaf02", port) for port in ("swp1", "swp2")} == {"DOWN"}, 10,
                      "leaf02 to take its bond members down")
        pair.wait_for(lambda: pairstate.announced_by(pair, "10.1.10.0/24") == {"leaf01"}, 10,
                      "the spine to keep leaf01's prefix only")
        for leaf in pairstate.LEAVES:  # E8: no timer of BGP has to run out
            pair.wait_for(lambda n=leaf: neighbour(pair, n)[0] != "Established", 10, f"{leaf}'s BGP to leave the peerlink")
            assert neighbour(pair, leaf)[1] in ADDRESS_GONE, neighbour(pair, leaf)
        first, second = (pairstate.mlag(pair, leaf) for leaf in pairstate.LEAVES)
        assert first["inService"] and first["localRole"] == "primary" and not first["fenced"]
        assert second["fenced"] and second["peerlinkState"]["state"] == "down"
        status, line = health(pair, "leaf02")
        assert status == 2 and "not in service (split)" in line and "peerlink down" in line, line
        assert all(entry["protoDownReason"] for entry in second["interfaces"])
        assert operstate(pair, "leaf01", "swp1") == "UP"
        assert pair.node("server01").run(["ping", "-c", "3", "-i", "0.2", "172.16.0.10"]).rc == 0
    finally:
        set_links(pair, "leaf01", CUT, "up")
    pairstate.wait_whole(pair, 60)


SYSTEMD = """
import os, socket, subprocess
os.makedirs('/run/frr/watched', exist_ok=True)
os.chmod('/run/frr/watched', 0o777)
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind('/run/notify')
os.chmod('/run/notify', 0o777)
manager.settimeout(30)
guard = subprocess.Popen(['/usr/lib/frr/mlag_guard', '-N', 'watched', '--log', 'stdout'], stdout=subprocess.DEVNULL,
                         env={**os.environ, 'NOTIFY_SOCKET': '/run/notify', 'WATCHDOG_USEC': '300000'})
said = [manager.recv(100).decode() for _ in range(4)]
guard.terminate()
while said[-1] != 'STOPPING=1':
    said.append(manager.recv(100).decode())
print(guard.wait(30), *said)
"""


def test_the_guard_tells_systemd_that_it_lives(pair):
    """As systemd would start it: ready, then the watchdog's word again and again (G7)."""
    words = pair.node("leaf01").run(["python3", "-c", SYSTEMD]).out.split()
    assert words[:5] == ["0", "READY=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"] and words[-1] == "STOPPING=1", words


@pytest.mark.parametrize("leaf", pairstate.LEAVES)
@pytest.mark.parametrize("daemons", [("mlagd",), ("zebra",), DAEMONS], ids=lambda d: d[0] if len(d) == 1 else "all")
def test_killed_daemons_come_back(pair, leaf, daemons):
    """watchfrr restarts them; the state is right again (fail-safe)."""
    node = pair.node(leaf)
    pairstate.wait_serving(pair, 60)
    before = {daemon: node.pid(daemon) for daemon in daemons}
    node.run(["kill", f"-{int(signal.SIGKILL)}", *map(str, before.values())])
    for daemon, pid in before.items():
        pair.wait_for(lambda d=daemon, p=pid: node.pid(d) not in (None, p), 90, f"watchfrr to restart {leaf}'s {daemon}")
    pairstate.wait_serving(pair, 90)


@pytest.mark.parametrize("leaf", pairstate.LEAVES)
def test_powered_off_and_cold_booted(pair, leaf):
    pairstate.wait_serving(pair, 60)
    other = next(name for name in pairstate.LEAVES if name != leaf)
    pair.node(leaf).power_off()
    pair.wait_for(lambda: pairstate.announced_by(pair, "10.1.10.0/24") == {other}, 10, f"only {other} to be announced")
    pair.wait_for(lambda: pair.node("server01").run(["ping", "-c", "1", "-W", "1", "172.16.0.10"], check=False).rc == 0,
                  10, "server01 to reach the outside over the survivor")
    pair.node(leaf).power_on()
    pairstate.wait_serving(pair, 60)
