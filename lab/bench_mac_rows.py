# SPDX-License-Identifier: GPL-2.0-or-later
"""What bench mac measures, as rows in their order, and what is to be reached. Pure: no lab, no clock.

Two of the design's figures are ratios: they become a number when the peer beside them has been measured (settle_reach).
"""

from bench_stat import MLAGD, Row, median

SIZES = (10_000, 100_000, 1_000_000)
BUSY = 100_000  # more at once than stock zebra's buffer holds, which then exits
LEARNED, MOVED, WITHDRAWN = "learned", "moved to an orphan port", "withdrawn"
GONE = ", zebra gone"
EVPN, CEILING = "EVPN type-2, stock zebra and bgpd", "kernel alone: dump and add"
LOADER = "loader alone, nobody listens"

TIME = "first to last on the other member"
COST = "time per address"
GUEST = "processor time per address, the whole guest, until the last is there"
CPU = "processor time per address, mlagd (EVPN: bgpd), both members"
CPU_ZEBRA = "processor time per address, zebra, both members"
RSS = "memory (EVPN: zebra and bgpd)"
SESSIONS = "sessions lost"
OVERRUNS = "times that FDB events were lost, both members"

BASE_KB, PER_MAC_B = 12 * 1024, 200
EVPN_SHARE, CEILING_TIMES = 30, 2


def label(size):
    return f"{size // 1_000_000}M" if size >= 1_000_000 else f"{size // 1000}k"


def rows(sizes=SIZES):
    """All rows in their order, without samples."""
    out = []
    for suffix in ("", GONE):
        for size in (size for size in sizes if suffix or size <= BUSY):
            for what in (LEARNED, MOVED, WITHDRAWN):
                fault = f"{label(size)} {what}{suffix}"
                out += [Row(fault, TIME, "ms"), Row(fault, COST, "us"), Row(fault, GUEST, "us"),
                        Row(fault, CPU, "us")]
                out += [] if suffix else [Row(fault, CPU_ZEBRA, "us")]
                out += [Row(fault, OVERRUNS, "1")] if size > BUSY else []
                if what == LEARNED and (not suffix or size > BUSY):  # later ones have what earlier ones left
                    out.append(Row(fault, RSS, "kB", BASE_KB + size * PER_MAC_B / 1024))
        out.append(Row("all" + suffix, SESSIONS, "1", 0))
    return out


def settle_reach(made):
    """10k within 1/30 of EVPN's time; 100k at half the ceiling's speed at least."""
    for suffix in ("", GONE):
        for size, peer, factor in ((10_000, EVPN, 1 / EVPN_SHARE), (100_000, CEILING, CEILING_TIMES)):
            row = made.get((f"{label(size)} {LEARNED}{suffix}", TIME))
            beside = made.get((f"{label(size)} {LEARNED}", TIME)) if peer == EVPN else row
            seen = [value for value in beside.samples.get(peer, []) if value] if beside else []
            if row and seen and row.samples.get(MLAGD):
                row.reach = round(median(seen) * factor, 1)
