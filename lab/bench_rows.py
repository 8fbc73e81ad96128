# SPDX-License-Identifier: GPL-2.0-or-later
"""What bench failover measures, as rows in their order: of each fault its times, its traffic, and what is to be reached.

The figures to reach are the design's. Pure: no lab, no clock.
"""

from bench_stat import Row
from demo_steps import CUT_AIM_MS, OFF_AIM_MS, ROUND_TRIP_LOST

CUT, CUT_BACK = "peerlink cut", "peerlink back"
LEG, LEG_BACK = "bond leg cut", "bond leg back"
OFF1, OFF1_BACK = "primary off", "primary back"
OFF2, OFF2_BACK = "secondary off", "secondary back"
KILL1, KILL2 = "mlagd of the primary killed", "mlagd of the secondary killed"
BACK = {CUT: CUT_BACK, LEG: LEG_BACK, OFF1: OFF1_BACK, OFF2: OFF2_BACK}
FAULTS = (CUT, LEG, OFF1, OFF2, KILL1, KILL2)

VERDICT = "verdict, after carrier loss"
ID = "own LACP id on both bonds, after carrier loss"
FENCE = "bond members down, after carrier loss"
UPDATE = "BGP UPDATE at spine01, after carrier loss"
ROUTE = "spine01 forwards over the other alone, after carrier loss"
SERVICE = "in service, after carrier of the peerlink"
LEARNT = "session lost at the peer, after SIGKILL"
SESSION = "session up again, after SIGKILL"
GAP, LOST = "longest gap of a direction", "datagrams lost, a direction (2000/s)"
DUPS = "duplicates, all directions"
LANE_GONE = "longest gap outside -> server01, lane over the member that goes"
LANE_STAYS = "longest gap outside -> server01, lane over the other"

# mlagd's words for its verdict, and who reaches it
VERDICTS = {CUT: ("fence",), OFF1: ("no proof of the peer",), OFF2: ("peerlink down",)}

STOCK = "stock bgpd alone"
SLOW, FAST = "keepalived, adverts 1 s", "keepalived, adverts 10 ms"


def traffic(fault, gap_ms=None, lost=None, lanes=True):
    out = [Row(fault, GAP, "ms", gap_ms), Row(fault, LOST, "1", lost), Row(fault, DUPS, "1", 0)]
    return out + ([Row(fault, LANE_GONE, "ms"), Row(fault, LANE_STAYS, "ms")] if lanes else [])


def chosen(word):
    """The faults whose name holds this, in their order."""
    return tuple(fault for fault in FAULTS if word in fault)


def rows(faults=FAULTS):
    """All rows of these faults and of their healing in their order, without samples."""
    out = [Row(CUT, VERDICT, "ms"), Row(CUT, ID, "ms", 5), Row(CUT, FENCE, "ms", 50), Row(CUT, UPDATE, "ms"),
           Row(CUT, ROUTE, "ms", 100), *traffic(CUT, CUT_AIM_MS)]
    out += [Row(CUT_BACK, SERVICE, "ms"), *traffic(CUT_BACK, None, ROUND_TRIP_LOST, False)]
    out += traffic(LEG, CUT_AIM_MS) + traffic(LEG_BACK, None, ROUND_TRIP_LOST, False)
    out += [Row(OFF1, VERDICT, "ms"), Row(OFF1, ID, "ms", 5), Row(OFF1, ROUTE, "ms"), *traffic(OFF1, OFF_AIM_MS)]
    out += [Row(OFF1_BACK, SERVICE, "ms"), *traffic(OFF1_BACK, None, ROUND_TRIP_LOST, False)]
    out += [Row(OFF2, VERDICT, "ms"), Row(OFF2, ROUTE, "ms"), *traffic(OFF2, OFF_AIM_MS)]
    out += [Row(OFF2_BACK, SERVICE, "ms"), *traffic(OFF2_BACK, None, ROUND_TRIP_LOST, False)]
    for fault in (KILL1, KILL2):
        out += [Row(fault, LEARNT, "ms"), Row(fault, SESSION, "ms"), *traffic(fault, None, 0, False)]
    wanted = {*faults, *(BACK[fault] for fault in faults if fault in BACK)}
    return [row for row in out if row.fault in wanted]
