# SPDX-License-Identifier: GPL-2.0-or-later
"""The arithmetic of a bench: samples to rows, rows to a table. Pure: no lab, no clock.

A Row says what is measured of which fault and what is to be reached; its samples are lists of numbers in the row's unit,
mlagd's and those of each peer it stands beside. What was not seen in a run is None, and counted as missing, never left out
in silence.
"""

import dataclasses
import typing

MLAGD = "mlagd"
P99_FROM = 20  # samples; with fewer a 99th percentile says nothing that the maximum does not


@dataclasses.dataclass
class Row:
    fault: str
    what: str
    unit: str
    reach: typing.Optional[float] = None  # at most this
    samples: dict = dataclasses.field(default_factory=dict)  # MLAGD or the name of a peer -> list

    def add(self, value, who=MLAGD):
        self.samples.setdefault(who, []).append(value)


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


def peer_data(name, samples, mlagd):
    """A peer's summary; ratio: mlagd's median over the peer's."""
    out = {"name": name, **summary(samples), "ratio": None}
    if mlagd and (mlagd["median"] or 0) > 0 and out["median"]:
        out["ratio"] = round(mlagd["median"] / out["median"], 2)
    return out


def data(row):
    """A row as --json prints it. reached: no sample missing or above toReach; None where there is nothing to reach."""
    mlagd = summary(row.samples.get(MLAGD, []))
    peers = [peer_data(name, samples, mlagd) for name, samples in row.samples.items() if name != MLAGD and samples]
    reached = None
    if mlagd and row.reach is not None:
        reached = "missing" not in mlagd and mlagd["max"] <= row.reach
    return {"fault": row.fault, "what": row.what, "unit": row.unit, "mlagd": mlagd, "peers": peers,
            "toReach": row.reach, "reached": reached}


def sides(row):
    """All summaries of a row (of data()): mlagd's, then the peers'."""
    return ([row["mlagd"]] if row["mlagd"] else []) + row["peers"]


def number(value):
    return "-" if value is None else f"{value:g}" if value >= 100 or value == int(value) else f"{value:.1f}"


def lines_of(row):
    """The cells of a row (of data()): a line for mlagd, and one for each peer."""
    verdict = {None: "", True: "reached", False: "NOT reached"}[row["reached"]]
    for side in sides(row):
        count = str(side["n"]) + (f" of {side['n'] + side['missing']}" if "missing" in side else "")
        ours = side is row["mlagd"]
        yield [row["fault"], row["what"], row["unit"], MLAGD if ours else side["name"], number(side["median"]),
               number(side["p99"]) if "p99" in side else "", number(side["max"]), count,
               "" if ours or side["ratio"] is None else f"{side['ratio']:.2f}",
               "" if not ours or row["toReach"] is None else f"<= {row['toReach']:g}", verdict if ours else ""]


def table(rows, title):
    """Rows (of data()) as text."""
    lines = [["fault", "what", "unit", "of", "median", "p99", "max", "n", "ratio", "to reach", ""]]
    for row in rows:
        lines += lines_of(row)
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = [title]
    for line in lines:
        padded = [cell.rjust(width) if 4 <= i <= 8 else cell.ljust(width) for i, (cell, width) in enumerate(zip(line, widths))]
        text.append("  ".join(padded).rstrip())
    text.insert(2, "-" * max(len(line) for line in text))
    return "\n".join(text)
