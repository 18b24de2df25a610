"""The drawn marks: states, provenance, movement. A page holds the sprite once; a mark refers to it and always stands beside a word."""

from typing import Literal

from dashboard.charts.markup import Markup, joined, tag

Mark = Literal[
    "ok", "watch", "alarm", "silent", "late", "sim", "published", "official", "self", "up", "down", "same", "go", "open", "close", "menu",
    "live", "lost", "off", "pilot", "few",
]  # fmt: skip

_LINE = {"fill": "none", "stroke": "currentColor"}
_SHAPES: dict[Mark, Markup] = {
    "ok": joined(
        [
            tag("circle", cx=8, cy=8, r=7.2, fill="currentColor"),
            tag("path", d="M4.4 8.3l2.5 2.6 4.8-5.4", fill="none", stroke="var(--ground)", stroke_width=1.9),
        ]
    ),
    "watch": joined(
        [
            tag("path", d="M8 1.1L14.9 8 8 14.9 1.1 8z", stroke_width=1.7, **_LINE),
            tag("path", d="M1.1 8h13.8L8 14.9z", fill="currentColor"),
        ]
    ),
    "alarm": joined(
        [
            tag("path", d="M8 .8L15.8 15H.2z", fill="currentColor"),
            tag("path", d="M8 5.6v4.6M8 11.4v2", fill="none", stroke="var(--ground)", stroke_width=1.7),
        ]
    ),
    "silent": tag("circle", cx=8, cy=8, r=6.4, stroke_width=1.9, stroke_dasharray="4.03 2.67", **_LINE),
    "late": joined(
        [
            tag("circle", cx=8, cy=8, r=6.6, stroke_width=1.7, **_LINE),
            tag("path", d="M8 3.9V8.2l3 2", stroke_width=1.7, **_LINE),
        ]
    ),
    "sim": joined(
        [
            tag("rect", x=1.3, y=1.3, width=13.4, height=13.4, stroke_width=1.5, **_LINE),
            tag("path", d="M1.5 8L8 1.5M1.5 14.5l13-13M8 14.5L14.5 8", stroke="currentColor", stroke_width=1.5),
        ]
    ),
    "published": joined(
        [
            tag("rect", x=1.6, y=1.6, width=12.8, height=12.8, stroke_width=1.6, **_LINE),
            tag("rect", x=5, y=5, width=6, height=6, fill="currentColor"),
        ]
    ),
    "official": tag("rect", x=1, y=1, width=14, height=14, fill="currentColor"),
    "self": joined(
        [
            tag("rect", x=1.6, y=1.6, width=12.8, height=12.8, stroke_width=1.6, **_LINE),
            tag("path", d="M2 14V2h6v12z", fill="currentColor"),
        ]
    ),
    "up": tag("path", d="M8 1.5l7 13H1z", fill="currentColor"),
    "down": tag("path", d="M8 14.5l7-13H1z", fill="currentColor"),
    "same": tag("path", d="M1 8h14", stroke="currentColor", stroke_width=2.6),
    "go": tag("path", d="M1 8h13M9 3l5 5-5 5", stroke_width=1.8, **_LINE),
    "open": tag("path", d="M3 6l5 5 5-5", stroke_width=1.8, **_LINE),
    "close": tag("path", d="M2.5 2.5l11 11M13.5 2.5l-11 11", stroke="currentColor", stroke_width=1.7),
    "live": joined([tag("circle", cx=8, cy=8, r=6.8, stroke_width=1.6, **_LINE), tag("circle", cx=8, cy=8, r=3.4, fill="currentColor")]),
    "lost": joined(
        [tag("circle", cx=8, cy=8, r=6.8, stroke_width=1.6, **_LINE), tag("path", d="M5 5l6 6M11 5l-6 6", stroke_width=1.8, **_LINE)]
    ),
    "off": joined(
        [
            tag("path", d="M1 8h4M11 8h4", stroke_width=2, **_LINE),
            tag("circle", cx=6.2, cy=8, r=1.7, fill="currentColor"),
            tag("path", d="M10 4.8a3.2 3.2 0 0 0 0 6.4", stroke_width=1.7, **_LINE),
        ]
    ),
    # As full as the thing is done: a half, or a little at the bottom, beside the ticked circle of what is whole.
    "pilot": joined(
        [tag("circle", cx=8, cy=8, r=6.6, stroke_width=1.6, **_LINE), tag("path", d="M8 1.4a6.6 6.6 0 0 0 0 13.2z", fill="currentColor")]
    ),
    "few": joined(
        [
            tag("circle", cx=8, cy=8, r=6.6, stroke_width=1.6, **_LINE),
            tag("path", d="M2.6 11.8h10.8A6.6 6.6 0 0 1 2.6 11.8z", fill="currentColor"),
        ]
    ),
    "menu": tag("path", d="M1 3.5h14M1 8h14M1 12.5h14", stroke="currentColor", stroke_width=1.7),
}


def symbols() -> Markup:
    """The sprite that every page holds once."""
    drawn = [tag("symbol", shape, id=name, viewBox="0 0 16 16") for name, shape in _SHAPES.items()]
    return tag("svg", tag("defs", *drawn), width=0, height=0, style="position:absolute", aria_hidden="true")


def mark(name: Mark, coloured: bool = True) -> Markup:
    """A mark, one em square; in its state's colour, or in the text's."""
    states = ("ok", "watch", "alarm", "silent", "late", "sim")
    css = f"mk c-{name}" if coloured and name in states else "mk"
    return tag("svg", tag("use", href=f"#{name}"), class_=css, aria_hidden="true")
