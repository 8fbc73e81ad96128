# SPDX-License-Identifier: GPL-2.0-or-later
"""A small SVG writer: shapes with style classes, and one style sheet that is readable on light and dark pages.

Pure: it makes text of numbers and words. What a picture shows is svg_timeline.py's.
"""

from xml.sax.saxutils import escape, quoteattr

FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif"

# class -> (light, dark); text colours, areas and lines share the table
COLOURS = {
    "page": ("#ffffff", "#0d1117"),
    "band": ("#f3f5f7", "#161b22"),
    "ink": ("#1f2328", "#e6edf3"),
    "soft": ("#59636e", "#9aa4b0"),
    "faint": ("#d1d9e0", "#30363d"),
    "ok": ("#57ab7d", "#3f8f63"),
    "loss": ("#d1242f", "#ff6a63"),
    "dup": ("#b36b00", "#e3a336"),
    "design": ("#c8d0d8", "#3d444d"),
    "primary": ("#0a5cc2", "#3b82e0"),
    "secondary": ("#7db4f0", "#27568f"),
    "acting": ("#e0a526", "#a87a12"),
    "fenced": ("#c2434f", "#b03a46"),
    "away": ("#e8cf8f", "#6b5a24"),
    "joining": ("#b9c2cc", "#4a525c"),
    "off": ("#4a525c", "#768390"),
    "two": ("#6fbf9a", "#2c7a57"),
    "one": ("#e0a526", "#a87a12"),
    "none": ("#c2434f", "#b03a46"),
}
WHITE_TEXT = {"primary", "fenced", "off", "none"}  # areas whose label is white on a light page; on a dark page all are


def style_sheet(dark_only=False):
    """The <style>: fill-X for areas and text, line-X for strokes, on-X for the label on an area."""

    def rules(index):
        out = []
        for name, pair in COLOURS.items():
            out.append(f".fill-{name}{{fill:{pair[index]}}}.line-{name}{{stroke:{pair[index]}}}")
            label = "#ffffff" if index or name in WHITE_TEXT else COLOURS["ink"][0]
            out.append(f".on-{name}{{fill:{label}}}")
        return "\n".join(out)

    base = f"text{{font-family:{FONT}}}.bold{{font-weight:600}}"
    if dark_only:
        return base + rules(1)
    return f"{base}\n{rules(0)}\n@media (prefers-color-scheme: dark){{\n{rules(1)}\n}}"


def text_width(text, size):
    """About how wide a text is in a sans-serif of that size, in pixels."""
    narrow = sum(ch in "iljtfr.,:;|'()/ 1" for ch in text)
    return size * (0.62 * (len(text) - narrow) + 0.38 * narrow)


def wrap(text, size, width):
    """Words of the text in lines no wider than width, where words allow it."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


class Canvas:
    """Collects shapes. Coordinates are pixels; classes are names of COLOURS."""

    def __init__(self, width, height, title, dark_only=False):
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label={quoteattr(title)}>',
            f"<title>{escape(title)}</title>",
            f"<style>{style_sheet(dark_only)}</style>",
        ]
        self.rect(0, 0, width, height, "page")

    def rect(self, x, y, w, h, fill, outline=None, radius=0, opacity=None, tip=None):
        cls = f"fill-{fill}" + (f" line-{outline}" if outline else "")
        more = f' rx="{radius}"' if radius else ""
        more += f' fill-opacity="{opacity}"' if opacity is not None else ""
        end = f"><title>{escape(tip)}</title></rect>" if tip else "/>"
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(w, 0):.1f}" height="{h:.1f}" class="{cls}"{more}{end}')

    def line(self, x1, y1, x2, y2, colour, width=1.0, dash=None):
        more = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="line-{colour}" '
                          f'stroke-width="{width}"{more}/>')

    def path(self, points, colour, width=1.0):
        d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        self.parts.append(f'<path d="{d}" fill="none" class="line-{colour}" stroke-width="{width}"/>')

    def polygon(self, points, fill):
        at = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polygon points="{at}" class="fill-{fill}"/>')

    def circle(self, x, y, r, fill):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" class="fill-{fill}"/>')

    def text(self, x, y, text, size=12, colour="ink", anchor="start", bold=False, on=False):
        cls = f"{'on' if on else 'fill'}-{colour}" + (" bold" if bold else "")
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" class="{cls}">'
                          f"{escape(text)}</text>")

    def __str__(self):
        return "\n".join(self.parts + ["</svg>", ""])
