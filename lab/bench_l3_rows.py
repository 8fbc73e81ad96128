# SPDX-License-Identifier: GPL-2.0-or-later
"""What bench l3 measures, as rows in their order. Pure: no lab, no clock."""

from bench_stat import Row
from demo_steps import CUT_AIM_MS, OFF_AIM_MS

MACS, ROUTES = 20000, 2000

CUT, LEG, UPLINKS, OFF, KILL = "peerlink cut", "bond leg cut", "uplinks cut", "member off", "mlagd killed"
FAULTS = (CUT, LEG, UPLINKS, OFF, KILL)
BACK = {CUT: "peerlink back", LEG: "bond leg back", UPLINKS: "uplinks back", OFF: "member back", KILL: "mlagd back"}
FLOWS = ("routed by the pair", "bridged over VXLAN", "routed over VXLAN")

SPINE_GONE = "spine01 forwards to the VTEP without leaf02, after the fault"
REMOTE = "border01 forwards to 10.1.10.0/24 without leaf02, after the fault"
GAP, LOST, DUPS = "longest gap, {}", "datagrams lost, a direction (100/s), {}", "duplicates, {}"
ROUND_TRIP_LOST = 1  # as ROUND_TRIP_LOST of demo_steps.py is of 2000/s

# What is to be reached: gaps of what the pair routes itself, since those of VXLAN are what BGP needs; losses of all flows.
GAP_MS = {CUT: CUT_AIM_MS, LEG: CUT_AIM_MS, OFF: OFF_AIM_MS}
LOST_MAX = {KILL: 0, BACK[KILL]: 0, **{BACK[fault]: ROUND_TRIP_LOST for fault in (CUT, LEG, UPLINKS, OFF)}}


def traffic(name):
    """The rows of what was lost of each kind of flow."""
    out = []
    for flow in FLOWS:
        out += [Row(name, GAP.format(flow), "ms", GAP_MS.get(name) if flow == FLOWS[0] else None),
                Row(name, LOST.format(flow), "1", LOST_MAX.get(name)), Row(name, DUPS.format(flow), "1", 0)]
    return out


def rows():
    """All rows in their order, without samples."""
    out = []
    for fault in FAULTS:
        if fault in (CUT, OFF):
            out += [Row(fault, SPINE_GONE, "ms"), Row(fault, REMOTE, "ms")]
        out += traffic(fault) + traffic(BACK[fault])
    return out
