# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws what happened as a timeline: a row per flow with its holes, a row per state, a line per step.

    draw({"title": ..., "subtitle": ..., "end": S,
          "steps": [{"number": N, "title": TEXT, "at": S, "held": BOOL}],
          "flows": [{"name": TEXT, "gaps": [{"from": S, "to": S, "ms": F, "lost": N}], "duplicates": [{"at": S, "count": N}],
                     "exempt": [{"from": S, "to": S}]}],
          "states": [{"name": TEXT, "segments": [{"from": S, "to": S, "label": TEXT, "style": CLASS}]}]}) -> SVG text

Times are seconds from the start. Most of a run is waiting, and what matters lasts milliseconds, so the axis is broken: the
time around each thing that happened is drawn to one scale, the same in all of the picture, the quiet time between is cut
out and its length written in the cut.
"""

from svg import Canvas, text_width, wrap

LEFT, RIGHT, TOP = 184, 24, 150
MARK, HIGH_MARK = TOP - 46, TOP - 80
WIDTH = 1480
FLOW_ROW, STATE_ROW = 46, 32
BAR = 14
CUT = 34
BEFORE, AFTER, JOIN = 0.25, 0.55, 0.6
FINEST, COARSEST = 200.0, 24.0
SHORT_MS = 20.0
AGAIN = 420


class Axis:
    """Seconds to pixels: pieces drawn to scale, with cuts between them."""

    def __init__(self, moments, end, left, right):
        self.pieces = self._pieces(moments, end)
        drawn = sum(b - a for a, b in self.pieces)
        room = right - left - CUT * (len(self.pieces) - 1)
        self.scale = min(FINEST, max(COARSEST, room / drawn))
        self.left = left
        self.right = left + drawn * self.scale + CUT * (len(self.pieces) - 1)

    @staticmethod
    def _pieces(moments, end):
        pieces = []
        for at in sorted(min(max(m, 0.0), end) for m in moments):
            a, b = max(0.0, at - BEFORE), min(end, at + AFTER)
            if pieces and a - pieces[-1][1] < JOIN:
                pieces[-1][1] = max(b, pieces[-1][1])
            else:
                pieces.append([a, b])
        return pieces or [[0.0, end]]

    def x(self, t):
        at = self.left
        for i, (a, b) in enumerate(self.pieces):
            if t < a:
                before = self.pieces[i - 1][1] if i else 0.0
                share = (t - before) / (a - before) if a > before else 1.0
                return at - CUT * (1.0 - share) if i else at
            if t <= b:
                return at + (t - a) * self.scale
            at += (b - a) * self.scale + CUT
        return at - CUT

    def visible(self, t0, t1):
        """The stretches of [t0, t1] that are drawn to scale, as pixels."""
        spans = [(max(a, t0), min(b, t1)) for a, b in self.pieces]
        return [(self.x(a), self.x(b)) for a, b in spans if b > a]

    def cuts(self):
        """(x of the cut's left edge, seconds left out)."""
        return [(self.x(a[1]), b[0] - a[1]) for a, b in zip(self.pieces, self.pieces[1:])]


def moments_of(data):
    """Every time at which something happened."""
    out = [step["at"] for step in data["steps"]]
    for flow in data["flows"]:
        out += [t for gap in flow["gaps"] for t in (gap["from"], gap["to"])]
        out += [dup["at"] for dup in flow["duplicates"]]
    for state in data["states"]:
        out += [segment["from"] for segment in state["segments"][1:]]
    return out


def draw(data, dark_only=False):
    """The picture of `data` (see above) as SVG text. dark_only: as a dark page shows it, whatever the viewer."""
    axis = Axis(moments_of(data), data["end"], LEFT, WIDTH - RIGHT)
    width = max(WIDTH, axis.right + RIGHT)
    rows_end = TOP + len(data["flows"]) * FLOW_ROW + 14 + len(data["states"]) * STATE_ROW
    canvas = Canvas(width, rows_end + 92, data["title"], dark_only)
    canvas.text(20, 30, data["title"], 18, bold=True)
    canvas.text(20, 50, data["subtitle"], 12.5, "soft")
    _bands(canvas, data, axis, width)
    y = TOP
    for flow in data["flows"]:
        _flow(canvas, axis, flow, y, data["end"])
        y += FLOW_ROW
    y += 14
    for i, state in enumerate(data["states"]):
        _state(canvas, axis, state, y + i * STATE_ROW)
    _cuts(canvas, axis, rows_end)
    for i, state in enumerate(data["states"]):
        _state_labels(canvas, axis, state, y + i * STATE_ROW)
    _ticks(canvas, axis, data["steps"], rows_end)
    _steps(canvas, axis, data["steps"], rows_end, width)
    _legend(canvas, rows_end + 70)
    return str(canvas)


def _bands(canvas, data, axis, width):
    y = TOP
    for i in range(len(data["flows"])):
        if i % 2 == 0:
            canvas.rect(12, y, width - 24, FLOW_ROW, "band", radius=4)
        y += FLOW_ROW
    canvas.line(20, y + 7, axis.right, y + 7, "faint")


def _flow(canvas, axis, flow, y, end):
    top = y + FLOW_ROW - BAR - 9
    canvas.text(20, top + 11.5, flow["name"], 13)
    canvas.rect(axis.x(0), top, axis.x(end) - axis.x(0), BAR, "ok", radius=2)
    for span in flow["exempt"]:
        x0, x1 = axis.x(span["from"]), axis.x(span["to"])
        canvas.rect(x0, top, x1 - x0, BAR, "design", tip="no service by design: an orphan of the fenced member")
    taken = -1e9
    for gap in sorted(flow["gaps"], key=lambda g: g["from"]):
        if not any(s["from"] <= gap["from"] and gap["to"] <= s["to"] for s in flow["exempt"]):
            taken = _gap(canvas, axis, gap, top, taken)
    for dup in flow["duplicates"]:
        x = axis.x(dup["at"])
        canvas.polygon([(x - 4, top + BAR + 7), (x + 4, top + BAR + 7), (x, top + BAR)], "dup")


def _gap(canvas, axis, gap, top, taken):
    x0, x1 = axis.x(gap["from"]), axis.x(gap["to"])
    w = max(x1 - x0, 1.6)
    tip = f"{gap['ms']:.1f} ms without traffic, {gap['lost']} lost"
    canvas.rect(x0, top - 2, w, BAR + 4, "page")
    canvas.rect(x0, top - 2, w, BAR + 4, "loss", "loss", opacity=0.35 if w > 4 else 1, tip=tip)
    label = f"{gap['ms']:.0f} ms" if gap["ms"] >= SHORT_MS else f"{gap['lost']} lost"
    if x0 + 3 < taken + 4:
        return taken
    canvas.text(x0 + 3, top - 6, label, 11, "loss", bold=True)
    return x0 + 3 + text_width(label, 11)


def _state(canvas, axis, state, y):
    canvas.text(20, y + 20, state["name"], 13)
    for segment in state["segments"]:
        x0, x1 = axis.x(segment["from"]), axis.x(segment["to"])
        canvas.rect(x0, y + 5, max(x1 - x0 - 1, 1), STATE_ROW - 10, segment["style"], radius=2, tip=segment["label"])


def _state_labels(canvas, axis, state, y):
    """A label where the state begins, in the first stretch with room for it, and again where it goes on for long."""
    for segment in state["segments"]:
        free = -1e9
        for x0, x1 in axis.visible(segment["from"], segment["to"]):
            for label in (segment["label"], segment.get("short", "")):
                if label and x0 > free and text_width(label, 11) + 10 < x1 - x0:
                    canvas.text(x0 + 4, y + 20, label, 11, segment["style"], on=True)
                    free = x0 + AGAIN
                    break


def _cuts(canvas, axis, bottom):
    """A pale stripe with torn edges where quiet time was left out, and how long it was."""
    for x, seconds in axis.cuts():
        canvas.rect(x + 4, TOP - 4, CUT - 8, bottom - TOP + 8, "page", opacity=0.82)
        for edge in (x + 4, x + CUT - 4):
            points = [(edge + (2 if i % 2 else -2), TOP - 4 + i * 6) for i in range(int((bottom - TOP + 8) / 6) + 1)]
            canvas.path(points, "faint", 1.2)
        text = f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
        canvas.text(x + CUT / 2, bottom + 34, text, 10, "soft", "middle")


def _ticks(canvas, axis, steps, bottom):
    """Half seconds from each step's start, in what is drawn to scale."""
    canvas.line(axis.left, bottom + 4, axis.right, bottom + 4, "faint")
    starts = [step["at"] for step in steps]
    free = -1e9
    for a, b in axis.pieces:
        for start, following in zip(starts, starts[1:] + [float("inf")]):
            n = 0
            while start + n * 0.5 <= b:
                t = start + n * 0.5
                n += 1
                if t < a or t >= following:
                    continue
                x = axis.x(t)
                canvas.line(x, bottom + 4, x, bottom + 8, "soft")
                label = "0" if t == start else f"+{t - start:g}"
                half = text_width(label, 10) / 2
                if x - half > free + 3 and x + half < axis.x(b) + 6:
                    canvas.text(x, bottom + 19, label, 10, "soft", "middle")
                    free = x + half


def _fits(title, width):
    lines = wrap(title, 11, width)
    return len(lines) <= 2 and all(text_width(line, 11) <= width for line in lines)


def _steps(canvas, axis, steps, bottom, width):
    """A line and a numbered mark per step; where the next one is too near for the title, mark and title stand higher."""
    xs = [axis.x(step["at"]) for step in steps] + [width - RIGHT]
    titles = [step["title"] + ("" if step["held"] else " (not held)") for step in steps]
    high = [not _fits(title, b - a - 26) for title, a, b in zip(titles, xs, xs[1:])]
    for n, (step, title) in enumerate(zip(steps, titles)):
        x, y = xs[n], HIGH_MARK if high[n] else MARK
        limit = next((xs[m] for m in range(n + 1, len(steps)) if high[m] or not high[n]), width - RIGHT)
        colour = "ink" if step["held"] else "loss"
        canvas.line(x, y, x, bottom + 4, colour, 1.2, None if step["held"] else "5 3")
        canvas.circle(x, y, 9, colour)
        canvas.text(x, y + 4, str(step["number"]), 11, "page", "middle", bold=True)
        for i, line in enumerate(wrap(title, 11, limit - x - 26)[:2]):
            canvas.text(x + 12, y + 4 + i * 13, line, 11, colour)


def _legend(canvas, y):
    x = 20
    for style, label in (("ok", "traffic arrives, one datagram a ms each way"), ("loss", "hole in it (longest lane)"),
                         ("dup", "duplicates"), ("design", "no service by design"), ("faint", "quiet time left out, its length below")):
        canvas.rect(x, y - 10, 14, 12, style, radius=2)
        canvas.text(x + 20, y, label, 11.5, "soft")
        x += 44 + text_width(label, 11.5)
    canvas.text(x, y, "axis: seconds from the step's start", 11.5, "soft")
