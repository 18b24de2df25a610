"""Marks with their words: states, provenance, movement, the freshness stamp, and figures that lead to their evidence."""

from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import quote

from dashboard.boards.shapes import Stamp, State
from dashboard.charts.marks import Mark, mark, symbols
from dashboard.charts.markup import Markup, joined, tag, text
from dashboard.formats import NOT_REPORTED, number, score
from dashboard.observations import Provenance

__all__ = ["Judgement", "evidence_href", "figure_link", "mark", "movement", "points", "provenance_badge", "stamp", "stamp_of", "state_mark"]
__all__ += ["symbols"]

Judgement = Literal["ok", "watch", "alarm", "silent", "late", "sim"]
"""What is said of a figure; each has a mark, a word and a colour of its own."""

_WORDS: Mapping[Judgement, str] = {
    "ok": "Đạt",
    "watch": "Cần theo dõi",
    "alarm": "Cảnh báo",
    "silent": "Chưa báo cáo",
    "late": "Chậm cập nhật",
    "sim": "Mô phỏng",
}
_PROVENANCES: Mapping[str, tuple[Mark, str]] = {
    "official": ("official", "Chính thức"),
    "published": ("published", "Công bố"),
    "self_reported": ("self", "Tự báo cáo"),
    "simulated": ("sim", "Mô phỏng"),
}
_STATES: Mapping[State, Judgement] = {"late": "late", "not_reported": "silent", "silent": "watch", "simulated": "sim"}


def state_mark(state: Judgement, word: str | None = None) -> Markup:
    """Mark and word: `state_mark("watch")`, `state_mark("alarm", "Khó kịp 31/12")`."""
    return tag("span", mark(state, coloured=False), word or _WORDS[state], class_=f"st c-{state}")


def figure_state(state: State) -> Markup:
    """The state of a figure: a gap by its mark and word, any other by its provenance."""
    if state == "silent":
        return state_mark("watch", "Kết nối nhưng không phát sinh")
    return state_mark(_STATES[state]) if state in _STATES else provenance_badge(state)


def provenance_badge(provenance: Provenance | str, word: str | None = None) -> Markup:
    """Where a figure comes from: square marks, never on the figure itself."""
    sign, usual = _PROVENANCES[provenance]
    return tag("span", mark(sign, coloured=False), word or usual, class_="pv sim" if provenance == "simulated" else "pv")


def stamp(time: str, source: str, provenance: Provenance | str, late_days: int = 0, more: Sequence[str] = ()) -> Markup:
    """Period or clock time · source · provenance, in one line; what is late says so in its own colour instead of looking fresh."""
    when = [tag("span", time)]
    if late_days > 0:
        when.append(tag("span", mark("late", False), f"chậm {number(late_days)} ngày", class_="lt"))
    parts = [*when, tag("span", source), tag("span", provenance_badge(provenance)), *[tag("span", one) for one in more]]
    return tag("p", *parts, class_="stamp")


def stamp_of(one: Stamp, *more: str) -> Markup:
    """The stamp of a board: `Kỳ tháng 10/2025 · Cổng Dịch vụ công quốc gia · Công bố`."""
    return stamp(f"Kỳ {one.period.label_vi}", one.source, one.provenance, one.late_days, more)


def movement(places: int | None, word: str = "") -> Markup:
    """Places gained or lost: a drawn arrow and a figure; `word` follows it ("bậc"). None is no comparison, not zero."""
    if places is None:
        return tag("span", NOT_REPORTED, class_="mv none", title="không có kỳ trước để so")
    way: Mark = "up" if places > 0 else "down" if places < 0 else "same"
    said = {"up": "tăng", "down": "giảm", "same": "không đổi"}[way]
    spoken = tag("span", f"{said} ", class_="sr")
    tail = f" {word}" if word else ""
    return tag("span", mark(way), spoken, text(f"{number(abs(places))}{tail}"), class_=f"mv {way}")


def evidence_href(figure: str) -> str:
    """The address of a figure's evidence; `figure` is `<indicator>/<unit>/<period>`."""
    return f"/can-cu/{quote(figure)}"


def figure_link(words: str, figure: str, css: str = "") -> Markup:
    """A figure that leads to where it comes from."""
    return tag("a", words, href=evidence_href(figure), class_=f"n ev {css}".strip(), title="Căn cứ số liệu")


def points(value: float | None, maximum: float | None = None, figure: str = "") -> Markup:
    """`15,79/18`, linked to its evidence when `figure` is given; `––` when not reported."""
    if value is None:
        return tag("span", NOT_REPORTED, class_="n i3")
    own = figure_link(score(value), figure) if figure else tag("span", score(value), class_="n")
    return joined([own, tag("em", f"/{number(maximum)}", class_="n") if maximum is not None else None])
