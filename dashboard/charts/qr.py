"""A QR code as inline SVG: dark on light on every ground, since scanners expect it so, with the quiet zone that the standard asks for."""

from itertools import groupby

import segno

from dashboard.charts.markup import Markup, tag

QUIET = 4
"""Modules of quiet zone on each side (ISO/IEC 18004)."""


def qr(content: str, title: str) -> Markup:
    """The code of a text, with correction of 15 % of it (level M); `title` is what it leads to, for those who do not see it."""
    code = segno.make(content, error="m", micro=False, boost_error=False)
    rows = [list(row) for row in code.matrix]
    side = len(rows) + 2 * QUIET
    path = "".join(_row(row, place) for place, row in enumerate(rows))
    ground = tag("rect", width=side, height=side, fill="#fff")
    dark = tag("path", d=path, fill="#000", shape_rendering="crispEdges")
    return tag("svg", ground, dark, viewBox=f"0 0 {side} {side}", class_="qr", role="img", aria_label=title)


def _row(row: list[int], place: int) -> str:
    """Runs of dark modules of a row as one bar each."""
    drawn, x = "", QUIET
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            drawn += f"M{x} {place + QUIET}h{length}v1h-{length}z"
        x += length
    return drawn
