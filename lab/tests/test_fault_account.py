# SPDX-License-Identifier: GPL-2.0-or-later
"""The fault matrix's own arithmetic: one-brain out of what kernels announced, patience out of what the host's kernel counts of
the guest. Pure: no lab is booted."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from demo_world import SHARED_ID  # noqa: E402
from fault_expect import two_brains, two_brains_ms  # noqa: E402
from fault_sequences import SEQUENCES  # noqa: E402
from hostwait import HostWait  # noqa: E402

MS = 1_000_000
OWN = "00:00:00:00:00:00"


def whole():
    """A history in which both leaves are up, joined, and show the pair's id."""
    return {(leaf, key): [(0, value)] for leaf in ("leaf01", "leaf02")
            for key, value in (("swp49", "up"), ("swp50", "up"), ("swp1", "up"), ("bond1.id", SHARED_ID))}


def later(history, t_ms, leaf, **changes):
    for key, value in changes.items():
        history[leaf, key.replace("_", ".")].append((t_ms * MS, value))
    return history


def cut(history, t_ms):
    return later(history, t_ms, "leaf01", swp49="down", swp50="down")


def test_joined_is_one_brain():
    assert two_brains_ms(whole(), 0, 1000 * MS) == 0
    assert two_brains_ms(later(whole(), 100, "leaf01", swp49="down"), 0, 1000 * MS) == 0


def test_the_time_until_one_steps_back_counts():
    assert two_brains_ms(later(cut(whole(), 100), 107, "leaf02", bond1_id=OWN), 0, 1000 * MS) == 7
    assert two_brains_ms(later(cut(whole(), 100), 120, "leaf02", swp1="down"), 0, 1000 * MS) == 20


def test_who_never_steps_back_is_seen_to_the_end():
    assert two_brains_ms(cut(whole(), 100), 0, 1000 * MS) == 900
    assert two_brains_ms(cut(whole(), 100), 600 * MS, 1000 * MS) == 400
    assert two_brains({key: past[-1][1] for key, past in cut(whole(), 100).items()})


def test_a_dead_member_is_no_brain():
    gone = cut(whole(), 100)
    for key in list(gone):
        if key[0] == "leaf01":
            gone[key].append((101 * MS, None))
    assert two_brains_ms(gone, 0, 1000 * MS) == 1


def test_names_are_one_of_a_kind():
    assert len({seq.name for seq in SEQUENCES}) == len(SEQUENCES) >= 30


def account(proc, tasks, pid=100, space="pid:[1]"):
    """A /proc in which process `pid` has the given {task: (ran, waited) ms}, and process 7 started the guest."""
    os.makedirs(proc / "7" / "ns", exist_ok=True)
    if not os.path.lexists(proc / "7" / "ns" / "pid_for_children"):
        os.symlink("pid:[1]", proc / "7" / "ns" / "pid_for_children")
    os.makedirs(proc / str(pid) / "ns", exist_ok=True)
    if not os.path.lexists(proc / str(pid) / "ns" / "pid"):
        os.symlink(space, proc / str(pid) / "ns" / "pid")
    for task, (ran, waited) in tasks.items():
        os.makedirs(proc / str(pid) / "task" / task, exist_ok=True)
        (proc / str(pid) / "task" / task / "schedstat").write_text(f"{ran * MS} {waited * MS} 5\n")


def test_patience_is_what_the_guest_waited(tmp_path):
    account(tmp_path, {"100": (1000, 50), "101": (500, 0)})
    host = HostWait(7, proc=tmp_path)
    account(tmp_path, {"100": (1300, 550), "101": (600, 100)})
    account(tmp_path, {"200": (100, 150)}, pid=200)
    account(tmp_path, {"300": (100, 90000)}, pid=300, space="pid:[2]")
    assert host.lap() == 1.5
    account(tmp_path, {"100": (1400, 610)})
    assert host.lap() == 1.0
    account(tmp_path, {"100": (1500, 9610)})
    assert host.lap() == 3.0


def test_patience_without_an_account_is_the_load(tmp_path, monkeypatch):
    account(tmp_path, {"100": (0, 0)})
    monkeypatch.setattr(os, "getloadavg", lambda: (4.0, 0, 0))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    host = HostWait(7, proc=tmp_path)
    assert host.lap() == 2.0
    assert HostWait(8, proc=tmp_path).lap() == 2.0
