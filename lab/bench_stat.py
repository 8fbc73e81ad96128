# SPDX-License-Identifier: GPL-2.0-or-later
"""The arithmetic of a bench: samples to rows, rows to a table. Pure: no lab, no clock.

A Row says what is measured of which fault and what is to be reached; its samples are lists of numbers, mlagd's and its
peer's, in the row's unit. What was not seen in a run is None, and counted as missing, never left out in silence.
"""

import dataclasses
import typing

P99_FROM = 20  # samples; with fewer a 99th percentile says nothing that the maximum does not


@dataclasses.dataclass
class Row:
    fault: str
    what: str
    unit: str
    reach: typing.Optional[float] = None  # at most this
    peer: typing.Optional[str] = None  # what the peer's samples are of
    mlagd_samples: list = dataclasses.field(default_factory=list)
    peer_samples: list = dataclasses.field(default_factory=list)


def median(values):
    """The middle of some numbers, or the mean of the two in the middle."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def percentile(values, share):
    """Interpolated between the two samples around `share` (0..1)."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def summary(samples):
    """{median, max, n[, p99][, missing]} of samples; None when there are none at all."""
    seen = [value for value in samples if value is not None]
    if not samples:
        return None
    out = {"median": None, "max": None, "n": len(seen)}
    if seen:
        out |= {"median": round(median(seen), 2), "max": round(max(seen), 2)}
    if len(seen) >= P99_FROM:
        out["p99"] = round(percentile(seen, 0.99), 2)
    if len(seen) < len(samples):
        out["missing"] = len(samples) - len(seen)
    return out


def data(row):
    """A row as --json prints it. ratio: mlagd's median over the peer's. reached: no sample missing or above toReach."""
    mlagd, peer = summary(row.mlagd_samples), summary(row.peer_samples)
    if peer is not None:
        peer["name"] = row.peer
    ratio = reached = None
    if mlagd and peer and (mlagd["median"] or 0) > 0 and peer["median"]:
        ratio = round(mlagd["median"] / peer["median"], 2)
    if mlagd and row.reach is not None:
        reached = "missing" not in mlagd and mlagd["max"] <= row.reach
    return {"fault": row.fault, "what": row.what, "unit": row.unit, "mlagd": mlagd, "peer": peer, "ratio": ratio,
            "toReach": row.reach, "reached": reached}


def number(value):
    return "-" if value is None else f"{value:g}" if value >= 100 or value == int(value) else f"{value:.1f}"


def cells(side):
    """Median, max and n of one side."""
    if side is None:
        return ["", "", ""]
    count = str(side["n"]) + (f" of {side['n'] + side['missing']}" if "missing" in side else "")
    return [number(side["median"]), number(side["max"]), count]


def table(rows, title):
    """Rows (of data()) as text."""
    head = ["fault", "what", "unit", "mlagd median", "max", "n", "stock bgpd alone median", "max", "n", "ratio", "to reach", ""]
    lines = [head]
    for row in rows:
        verdict = {None: "", True: "reached", False: "NOT reached"}[row["reached"]]
        lines.append([row["fault"], row["what"], row["unit"], *cells(row["mlagd"]), *cells(row["peer"]),
                      "" if row["ratio"] is None else f"{row['ratio']:.2f}",
                      "" if row["toReach"] is None else f"<= {row['toReach']:g}", verdict])
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    text = [title]
    for line in lines:
        padded = [cell.ljust(width) if i < 3 or i > 9 else cell.rjust(width)
                  for i, (cell, width) in enumerate(zip(line, widths))]
        text.append("  ".join(padded).rstrip())
    text.insert(2, "-" * max(len(line) for line in text))
    return "\n".join(text)
