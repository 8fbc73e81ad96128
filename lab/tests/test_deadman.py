# SPDX-License-Identifier: GPL-2.0-or-later
"""What a member does whose mlagd, or whose FRR, cannot: failure.md rules 6, 7, 8, 9 and 12, on the real kernel.

The other member and the hosts are as always; what is looked at is the LACP id of the bonds, their members and the routes.
"""

import signal
import threading
import time

import pytest

from api import Lab
import pairstate

SHARED = "44:38:39:ff:00:aa"
OWN = "00:00:00:00:00:00"
BONDS = ("bond1", "bond2")
CUT = ("swp49", "swp50")
PREFIX = "10.1.10.0/24"
RESTART = 2                     # seconds, where a test waits for restart-time to be over


def ids(lab, leaf):
    """The LACP id that was given to each bond; OWN when none was."""
    links = lab.node(leaf).json(["ip", "-j", "-d", "link", "show", "type", "bond"])
    return {link["ifname"]: link["linkinfo"]["info_data"].get("ad_actor_system", OWN)
            for link in links if link["ifname"] in BONDS}


def all_are(lab, leaf, value):
    return set(ids(lab, leaf).values()) == {value}


def is_up(lab, leaf, port):
    return "UP" in lab.node(leaf).json(["ip", "-j", "link", "show", port])[0]["flags"]


def cut(lab, state="down"):
    """The peerlink, at the other end of what is looked at."""
    lab.node("leaf01").run(["ip", "-batch", "-"], input="".join(f"link set {port} {state}\n" for port in CUT))


def restart_time(lab, seconds):
    for leaf in pairstate.LEAVES:
        assert lab.node(leaf).configure("mlag", f"restart-time {seconds}").rc == 0
    lab.wait_for(lambda: all(pairstate.mlag(lab, leaf)["peerAlive"] for leaf in pairstate.LEAVES), 10, "the session")


def own_id_within(lab, leaf, seconds):
    start = time.monotonic()
    lab.wait_for(lambda: all_are(lab, leaf, OWN), seconds, f"{leaf}'s bonds to show their own id", interval=0.01)
    print(f"{leaf}: own id after {time.monotonic() - start:.3f} s")


def resume(lab, leaf):
    """Let a stopped mlagd go on, if it is still there: one that hangs for long is ended and started anew."""
    pid = lab.node(leaf).pid("mlagd")
    lab.node(leaf).run(["kill", "-CONT", str(pid or 0)], check=False)


def ping(lab, host, target):
    return lab.node(host).run(["ping", "-c", "1", "-W", "1", target], check=False).rc == 0


def origin(lab, prefix):
    """AS numbers that the spine has a prefix from at first hand."""
    table = lab.node("spine01").vtysh_json(f"show bgp ipv4 unicast {prefix} json")
    return {int(path["aspath"]["string"]) for path in table.get("paths", []) if path["aspath"]["length"] == 1}


@pytest.fixture
def whole(pair):
    """A pair as configured."""
    pairstate.wait_whole(pair, 60)
    yield pair
    cut(pair, "up")


@pytest.fixture(scope="module", autouse=True)
def own_restart_time(pair):
    """That of the configuration, when the module is over."""
    yield
    for leaf in pairstate.LEAVES:
        pair.node(leaf).configure("mlag", "no restart-time")


def test_hung_secondary_then_a_cut(whole):
    leaf = whole.node("leaf02")
    leaf.kill("mlagd", signal.SIGSTOP)
    try:
        cut(whole)
        own_id_within(whole, "leaf02", 0.5)
        assert all_are(whole, "leaf01", SHARED)
        assert all(is_up(whole, "leaf02", port) for port in ("swp1", "swp2"))
    finally:
        leaf.kill("mlagd", signal.SIGCONT)
    whole.wait_for(lambda: pairstate.mlag(whole, "leaf02")["fenced"], 5, "the mlagd that is back to fence")
    cut(whole, "up")
    pairstate.wait_whole(whole, 60)


@pytest.mark.parametrize("dead", [("mlagd",), ("mlagd", "zebra")], ids=lambda d: "+".join(d))
def test_dead_secondary_then_a_cut(whole, dead):
    """With zebra dead too nobody but the guard is left."""
    leaf = whole.node("leaf02")
    leaf.run(["kill", "-STOP", str(leaf.pid("watchfrr"))])          # what is dead stays so for as long as this looks
    try:
        leaf.run(["kill", "-KILL", *[str(leaf.pid(daemon)) for daemon in dead]])
        cut(whole)
        own_id_within(whole, "leaf02", 0.5)
        assert all_are(whole, "leaf01", SHARED)
    finally:
        leaf.run(["kill", "-CONT", str(leaf.pid("watchfrr"))])
    whole.wait_for(lambda: pairstate.mlag(whole, "leaf02")["fenced"], 60, "the next mlagd to fence")
    cut(whole, "up")
    pairstate.wait_serving(whole, 60)


def test_hung_mlagd_beyond_restart_time(whole):
    """A secondary steps back; a primary keeps the shared id and its legs."""
    restart_time(whole, RESTART)
    for name, value in (("leaf02", OWN), ("leaf01", SHARED)):
        leaf = whole.node(name)
        leaf.kill("mlagd", signal.SIGSTOP)
        stopped = time.monotonic()
        try:
            time.sleep(RESTART / 2)
            assert all_are(whole, name, SHARED) or time.monotonic() - stopped > RESTART
            time.sleep(RESTART / 2 + 2)
            whole.wait_for(lambda n=name, v=value: all_are(whole, n, v), 5, f"{name}'s bonds to show {value}")
            assert is_up(whole, name, "swp1") and is_up(whole, name, "swp2")
        finally:
            leaf.kill("mlagd", signal.SIGCONT)
        whole.wait_for(lambda: pairstate.serving(whole), 60, "both in service", interval=0.5)


def test_a_hung_mlagd_is_restarted(whole):
    """G7. Stock watchfrr alone would never: see doc/zebra.md."""
    leaf = whole.node("leaf02")
    before = leaf.pid("mlagd")
    leaf.kill("mlagd", signal.SIGSTOP)
    start = time.monotonic()
    whole.wait_for(lambda: leaf.pid("mlagd") not in (None, before), 120, "another mlagd")
    print(f"a hung mlagd was replaced after {time.monotonic() - start:.0f} s")
    pairstate.wait_serving(whole, 60)


def released(lab, leaf):
    return sum(event["what"] == "fence released" for event in lab.node(leaf).vtysh_json("show mlag events json"))


def probes_heard(lab, leaf):
    return sum(path["received"] for path in lab.node(leaf).vtysh_json("show mlag statistics json")["probes"])


def test_a_fenced_member_that_did_not_run_asks_before_it_releases(whole):
    """Stopped for longer than the lease it could not ask; the peer is there, and the legs stay down (rule 2)."""
    cut(whole)
    whole.wait_for(lambda: pairstate.mlag(whole, "leaf02")["fenced"], 5, "leaf02 to step back")
    leaf = whole.node("leaf02")
    before = released(whole, "leaf02")
    for _ in range(5):
        leaf.kill("mlagd", signal.SIGSTOP)
        time.sleep(1.5)                                             # the lease is 1 s; the dead-man acts after 3
        leaf.kill("mlagd", signal.SIGCONT)
        heard = probes_heard(whole, "leaf02")
        whole.wait_for(lambda n=heard: probes_heard(whole, "leaf02") > n + 5, 10, "answers")
    assert released(whole, "leaf02") == before and pairstate.mlag(whole, "leaf02")["fenced"]
    cut(whole, "up")
    pairstate.wait_serving(whole, 60)


def test_lease_of_a_fence_lapses(whole):
    """cut, fence, the fenced member's mlagd hangs, the primary loses power: the rack is not left without a member."""
    cut(whole)
    whole.wait_for(lambda: pairstate.mlag(whole, "leaf02")["fenced"], 5, "leaf02 to step back")
    leaf = whole.node("leaf02")
    leaf.kill("mlagd", signal.SIGSTOP)
    try:
        whole.node("leaf01").power_off()
        whole.wait_for(lambda: is_up(whole, "leaf02", "swp1") and is_up(whole, "leaf02", "swp2"), 8, "the members to go up")
        assert all_are(whole, "leaf02", OWN)
        whole.wait_for(lambda: origin(whole, PREFIX) == {65102}, 15, "leaf02's routes")
        whole.wait_for(lambda: ping(whole, "server01", "172.16.0.10"), 5, "server01 to reach the outside")
    finally:
        resume(whole, "leaf02")
        whole.node("leaf01").power_on()
    cut(whole, "up")
    pairstate.wait_serving(whole, 90)


def test_zebra_dies_during_a_fence(whole):
    """The hold survives, and an address added meanwhile is not announced either."""
    cut(whole)
    whole.wait_for(lambda: origin(whole, PREFIX) == {65101}, 10, "leaf02's route to go")
    leaf = whole.node("leaf02")
    before = leaf.pid("zebra")
    leaf.kill("zebra")
    whole.wait_for(lambda: leaf.pid("zebra") not in (None, before), 90, "watchfrr to restart zebra")
    whole.wait_for(lambda: "swp51" in leaf.vtysh("show bgp summary"), 60, "bgpd to be configured")
    leaf.run(["ip", "link", "set", "vlan10", "down"])
    leaf.run(["ip", "link", "set", "vlan10", "up"])
    leaf.run(["ip", "addr", "add", "10.1.99.1/24", "dev", "vlan10"])
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        assert 65102 not in origin(whole, PREFIX) | origin(whole, "10.1.99.0/24")
        time.sleep(0.2)
    leaf.run(["ip", "addr", "del", "10.1.99.1/24", "dev", "vlan10"])
    cut(whole, "up")
    pairstate.wait_serving(whole, 90)


@pytest.mark.parametrize("hung", ["leaf01", "leaf02"])
def test_a_leg_fails_while_an_mlagd_hangs(whole, hung):
    """leaf01 cannot have the peer let a detour through: it attracts only hosts that it reaches itself (rule 5).

    Its own mlagd hangs: the module decides. The peer's hangs: mlagd does.
    """
    leaf = whole.node("leaf01")
    assert leaf.configure("ip prefix-list ANNOUNCE seq 100 permit 10.1.0.0/16 ge 32").rc == 0
    for host in ("10.1.10.101", "10.1.20.102"):
        whole.wait_for(lambda h=host: ping(whole, "leaf01", h), 10, f"leaf01 to know {host}")
    whole.node(hung).kill("mlagd", signal.SIGSTOP)
    try:
        if hung == "leaf02":
            whole.wait_for(lambda: pairstate.mlag(whole, "leaf01")["peerState"]["state"] == "restarting", 20, "the silence")
        leaf.link("swp1", up=False)
        whole.wait_for(lambda: origin(whole, PREFIX) == {65102}, 15, "leaf01's prefix to go")
        whole.wait_for(lambda: 65101 in origin(whole, "10.1.20.102/32"), 5, "leaf01's route to server02")
        assert 65101 not in origin(whole, "10.1.10.101/32")
        for host in ("10.1.10.101", "10.1.20.102"):
            whole.wait_for(lambda h=host: ping(whole, "outside", h), 5, f"the outside to reach {host}")
    finally:
        leaf.link("swp1", up=True)
        resume(whole, hung)
        leaf.configure("no ip prefix-list ANNOUNCE seq 100")
    whole.wait_for(lambda: origin(whole, PREFIX) == {65101, 65102}, 30, "both prefixes")
    whole.wait_for(lambda: not origin(whole, "10.1.20.102/32"), 10, "the host routes to go")
    pairstate.wait_serving(whole, 60)


def test_an_admins_shutdown_during_a_fence_stays(whole):
    cut(whole)
    leaf = whole.node("leaf02")
    whole.wait_for(lambda: pairstate.mlag(whole, "leaf02")["fenced"], 5, "leaf02 to step back")
    assert leaf.configure("interface swp1", "shutdown").rc == 0
    whole.wait_for(lambda: "swp1" not in leaf.get("/run/frr/mlagd-owned.json"), 5, "mlagd to give up what is an admin's")
    cut(whole, "up")
    whole.wait_for(lambda: is_up(whole, "leaf02", "swp2") and pairstate.mlag(whole, "leaf02")["inService"], 60, "leaf02")
    assert not is_up(whole, "leaf02", "swp1")
    assert leaf.configure("interface swp1", "no shutdown").rc == 0
    pairstate.wait_whole(whole, 60)


@pytest.mark.parametrize("name", ["leaf02", "leaf01"])
def test_frr_stopped_for_good(whole, name):
    """Hosts move to the member that routes, whatever the role of the one that is stopped."""
    restart_time(whole, RESTART)
    leaf = whole.node(name)
    leaf.run(["/usr/lib/frr/frrinit.sh", "stop"], timeout=90)
    stopped = time.monotonic()
    own_id_within(whole, name, RESTART + 5)
    for host in pairstate.BONDED:
        whole.wait_for(lambda h=host: ping(whole, h, "172.16.0.10"), 10, f"{host} to reach the outside")
    print(f"{name}: hosts reach the outside {time.monotonic() - stopped:.1f} s after FRR was stopped")
    leaf.run(["/usr/lib/frr/frrinit.sh", "start"], timeout=90)
    pairstate.wait_serving(whole, 90)


def test_boot_holds_bonds_down_before_mlagd(whole):
    """Networking brings the bonds up: they go down at once, and nothing attracts traffic, before mlagd decides.

    The peerlink stays cut, so that on a slow host it cannot have decided to serve before this has looked.
    """
    leaf = whole.node("leaf02")
    log = "/var/log/frr/mlag_guard.log"
    leaf.power_off()
    cut(whole)
    seen, booting = set(), threading.Event()

    def watch():
        lab = Lab.attach()
        while not booting.is_set():
            seen.update(origin(lab, PREFIX))

    watcher = threading.Thread(target=watch)
    watcher.start()
    leaf.power_on()
    booting.set()
    watcher.join()
    assert 65102 not in seen
    started = [line for line in leaf.get(log).splitlines() if "MLAG_GUARD" in line]
    last = max(n for n, line in enumerate(started) if "starting" in line)
    assert any("held down until mlagd says otherwise" in line for line in started[last:])
    cut(whole, "up")
    pairstate.wait_serving(whole, 60)
