# SPDX-License-Identifier: GPL-2.0-or-later
"""What bench l3 measures, as rows in their order. Pure: no lab, no clock."""

from bench_stat import Row

MACS, ROUTES = 20000, 2000

CUT, LEG, UPLINKS, OFF, KILL = "peerlink cut", "bond leg cut", "uplinks cut", "member off", "mlagd killed"
FAULTS = (CUT, LEG, UPLINKS, OFF, KILL)
BACK = {CUT: "peerlink back", LEG: "bond leg back", UPLINKS: "uplinks back", OFF: "member back", KILL: "mlagd back"}
FLOWS = ("routed by the pair", "bridged over VXLAN", "routed over VXLAN")

SPINE_GONE = "spine01 forwards to the VTEP without leaf02, after the fault"
REMOTE = "border01 forwards to 10.1.10.0/24 without leaf02, after the fault"
GAP, LOST, DUPS = "longest gap, {}", "datagrams lost, a direction (100/s), {}", "duplicates, {}"


def rows():
    """All rows in their order, without samples."""
    out = []
    for fault in FAULTS:
        if fault in (CUT, OFF):
            out += [Row(fault, SPINE_GONE, "ms"), Row(fault, REMOTE, "ms")]
        for name in (fault, BACK[fault]):
            for flow in FLOWS:
                out += [Row(name, GAP.format(flow), "ms"), Row(name, LOST.format(flow), "1"),
                        Row(name, DUPS.format(flow), "1", 0)]
    return out
