# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo's results as a table, as words, as data (--json), and as what the picture is drawn from.

Reads results, judges nothing.
"""

from demo_steps import PAIRS
from demo_world import BONDED, LEAVES, PREFIXES, SPINE, leaf_state, legs, server_spec

BOND_LABELS = {0: ("no leg", "none"), 1: ("{}", "one"), 2: ("eth1 + eth2", "two")}


def words(result):
    """What is said of a step once it is over: one line a fact."""
    lines = [f"        {e['what']}: {'yes' if e['held'] else 'NO, ' + str(e['seen'])}" for e in result.expectations]
    if not result.steady:
        lines.append("        traffic steady at the end: NO")
    for fact in result.facts[1:]:
        seen = f"{fact['ms']:.0f} ms" if fact["ms"] is not None else "not seen"
        lines.append(f"        {fact['what']}: {seen} after {result.facts[0]['what'].lower()}")
    return lines


def bound(step):
    """The step's bound, and the aim where it is narrower, in a few words."""
    if step.gap_ms is None:
        return "none lost" if step.lost == 0 else f"lost <= {step.lost} each way"
    return f"gap <= {step.gap_ms:g} ms" + (f", aim {step.aim_ms:g}" if step.aim_ms is not None else "")


def table(results):
    """The table of all steps: per pair lost, longest gap, duplicates (both directions, both lanes)."""
    head = f"{'':29} " + "".join(f"{pair.a + ' <-> ' + pair.b:^26}" for pair in PAIRS)
    names = f"{'step':29} " + f"{'lost':>8}{'gap ms':>9}{'dup':>6}   " * len(PAIRS) + f"{'bound':24}{'stall':>6}  held"
    out = [head, names, "-" * len(names)]
    for result in results:
        cells = "".join(cell([f for f in result.flows if f.pair == f"{pair.a} <-> {pair.b}"]) for pair in PAIRS)
        out.append(f"{result.number}  {result.step.title:26} {cells}{bound(result.step):24}{result.stall_ms:6.0f}  {'yes' if result.held else 'NO'}")
    notes = dict.fromkeys(r.step.exempt_why for r in results if r.step.exempt)
    out += [f"* no service by design: {why}" for why in notes]
    out.append("stall: longest time in ms in which the guest's one processor did not let the prober run")
    return "\n".join(out)


def cell(flows):
    lost, dups = sum(f.lost for f in flows), sum(f.duplicates for f in flows)
    gap = max((f.longest_gap_ms for f in flows), default=0)
    mark = "*" if any(f.exempt for f in flows) else " "
    return f"{lost:8d}{gap:9.0f}{dups:6d}{mark}  "


def data(runner):
    """Everything as one object for --json."""
    def seconds(ns):
        return round((ns - runner.start_ns) / 1e9, 3)

    steps = [{
        "number": r.number, "title": r.step.title, "does": r.step.does, "at": seconds(r.acted_ns), "end": seconds(r.end_ns),
        "bound": {"gapMs": r.step.gap_ms, "aimMs": r.step.aim_ms, "lost": r.step.lost}, "expectations": r.expectations, "steady": r.steady,
        "facts": r.facts, "stallMs": r.stall_ms, "flows": [flow_data(f) for f in r.flows], "held": r.held,
    } for r in runner.results]
    return {"held": all(r.held for r in runner.results), "steps": steps, "timeline": timeline(runner, seconds),
            "events": events(runner, seconds)}


def events(runner, seconds):
    """Everything the agents saw change, in order: for whoever looks for the cause of a loss."""
    out = [{"at": seconds(t), "node": node, "what": key, "value": short(runner.world, node, key, value)}
           for (node, key), past in runner.world.watch.history.items() for t, value in past]
    out.sort(key=lambda event: event["at"])
    last = {}
    return [e for e in out if last.get((e["node"], e["what"])) != e["value"]
            and not last.update({(e["node"], e["what"]): e["value"]})]


def short(world, node, key, value):
    """A daemon's long answer in a few words."""
    if key == "mlag":
        return leaf_state(value)[0]
    if node == SPINE:
        return world.hops_of(value)
    return value


def flow_data(flow):
    return {"name": flow.name, "pair": flow.pair, "sent": flow.sent, "lost": flow.lost, "longestGapMs": flow.longest_gap_ms,
            "duplicates": flow.duplicates, "exempt": flow.exempt, "held": flow.held}


def timeline(runner, seconds):
    """What svg_timeline.draw() wants."""
    end = seconds(runner.results[-1].end_ns)
    real = [f for r in runner.results for f in r.flows if not f.exempt]
    worst = max((f.longest_gap_ms for f in real), default=0)
    lost, sent = sum(f.lost for f in real), sum(f.sent for f in real)
    return {
        "title": "An MLAG pair, broken and healed",
        "subtitle": f"{sent} datagrams, {lost} lost, longest gap {worst:.0f} ms, "
                    f"{sum(f.duplicates for r in runner.results for f in r.flows)} duplicates, "
                    "outside what is without service by design",
        "end": end,
        "steps": [{"number": r.number, "title": r.step.title, "at": seconds(r.acted_ns), "held": r.held}
                  for r in runner.results],
        "flows": [flow_row(runner, pair, sender, receiver, seconds, end)
                  for pair in PAIRS for sender, receiver in runner.probes.directions(pair)],
        "states": state_rows(runner, seconds, end),
    }


def flow_row(runner, pair, sender, receiver, seconds, end):
    gaps = united([{"from": seconds(g.rx_before), "to": min(seconds(g.rx_after), end), "ms": round(g.ns / 1e6, 1),
                    "lost": g.lost} for g in runner.probes.gaps(pair, receiver) if 0 <= seconds(g.rx_before) < end])
    dups = [{"at": seconds(at), "count": n} for at, _, n in runner.probes.duplicates(pair, receiver)
            if 0 <= seconds(at) < end]
    return {"name": f"{sender} → {receiver}", "gaps": gaps, "duplicates": dups,
            "exempt": exempt_spans(runner, pair, gaps, seconds)}


def united(gaps):
    """Holes of both lanes as one where they overlap: the longest lane's length, the losses of both."""
    out = []
    for gap in sorted(gaps, key=lambda g: g["from"]):
        if out and gap["from"] <= out[-1]["to"]:
            last = out[-1]
            last.update({"to": max(last["to"], gap["to"]), "ms": max(last["ms"], gap["ms"]),
                         "lost": last["lost"] + gap["lost"]})
        else:
            out.append(gap)
    return out


def exempt_spans(runner, pair, gaps, seconds):
    """From the first to the last hole in the steps in a row that exempt the pair."""
    spans = []
    for r in runner.results:
        if pair not in r.step.exempt:
            continue
        holes = [g for g in gaps if g["from"] < seconds(r.end_ns) and g["to"] > seconds(r.acted_ns)]
        if holes:
            spans.append({"from": min(g["from"] for g in holes), "to": max(g["to"] for g in holes)})
    return spans


def state_rows(runner, seconds, end):
    world = runner.world
    rows = [segments(leaf, merged(runner, leaf, ("power", "mlag"), leaf_segment), seconds, end) for leaf in LEAVES]
    rows += [segments(f"{server} bond0", merged(runner, server, tuple(server_spec()["files"]), bond_segment), seconds, end)
             for server in BONDED]
    rows += [segments(f"{SPINE} {prefix}",
                      merged(runner, SPINE, (prefix,), lambda get, key=prefix: hops_segment(world.hops_of(get.get(key)))),
                      seconds, end) for prefix in PREFIXES[:1]]
    return rows


def merged(runner, node, keys, describe):
    """[(t, description)] of a node from the histories of several keys, a new entry for each change."""
    history = runner.world.watch.history
    events = [(t, key, value) for key in keys for t, value in history.get((node, key), [])]
    return changes(sorted(events, key=lambda event: event[0]), describe)


def changes(events, describe):
    out, latest = [], {}
    for i, (t, key, value) in enumerate(events):
        latest[key] = value
        if i + 1 < len(events) and events[i + 1][0] - t < 1_000_000:
            continue  # several files read in one look are one state
        now = describe(latest)
        if not out or out[-1][1] != now:
            out.append((t, now))
    return out


def leaf_segment(get):
    power = get.get("power")
    if power:
        return power, "off", ""
    return leaf_state(get.get("mlag"))


def bond_segment(get):
    up = legs(get)
    label, style = BOND_LABELS[len(up)]
    return label.format(*up), style, "+".join(up)


def hops_segment(hops):
    return (" + ".join(hops) or "no route", ("none", "one", "two")[min(len(hops), 2)], "both" if len(hops) == 2 else "")


def segments(name, states, seconds, end):
    """A row of the picture: states cut to [0, end]."""
    out = []
    for (t, (label, style, short)), (t_next, _) in zip(states, states[1:] + [(None, None)]):
        a, b = max(0.0, seconds(t)), end if t_next is None else min(end, seconds(t_next))
        if b > a:
            out.append({"from": a, "to": b, "label": label, "style": style, "short": short})
    return {"name": name, "segments": out}
