"""Marks with their words: states, provenance, movement, the freshness stamp, and figures that lead to their evidence."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote

from dashboard.boards.shapes import Stamp
from dashboard.charts.marks import Mark, mark
from dashboard.charts.markup import Markup, tag, text
from dashboard.components.drawing import Drawing, inline
from dashboard.formats import NOT_REPORTED, number
from dashboard.observations import Provenance
from dashboard.periods import Period
from dashboard.units import Unit

Judgement = Literal["ok", "watch", "alarm", "silent", "late", "sim"]
"""What is said of a figure; each has a mark, a word and a colour of its own."""

WORDS: Mapping[Judgement, str] = {
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


def state_word(state: Judgement, word: str | None = None) -> Drawing:
    """Mark and word: `state_word("watch")`, `state_word("alarm", "Khó kịp 31/12")`."""
    return inline(tag("span", mark(state, coloured=False), word or WORDS[state], class_=f"st c-{state}"))


def provenance(kind: Provenance | str, word: str | None = None) -> Drawing:
    """Where a figure comes from: square marks, beside the stamp, never on the figure itself."""
    return inline(provenance_badge(kind, word))


def provenance_badge(kind: Provenance | str, word: str | None = None) -> Markup:
    """The same as Markup."""
    sign, usual = _PROVENANCES[kind]
    return tag("span", mark(sign, coloured=False), word or usual, class_="pv sim" if kind == "simulated" else "pv")


def stamp(one: Stamp, *more: str) -> Drawing:
    """`Kỳ tháng 10/2025 · Cổng Dịch vụ công quốc gia · Công bố`; what is late says so instead of looking fresh."""
    when = [tag("span", f"Kỳ {one.period.label_vi}")]
    if one.late_days > 0:
        when.append(tag("span", mark("late", False), f"chậm {number(one.late_days)} ngày", class_="lt"))
    parts = [*when, tag("span", one.source), tag("span", provenance_badge(one.provenance)), *[tag("span", words) for words in more]]
    return Drawing(tag("p", *parts, class_="stamp"), className="drawn")


def late_words(days: int, overdue: Period | None) -> Drawing:
    """How a series stands against its due day: `kịp kỳ`, or `chậm 12 ngày, thiếu kỳ 11/2025` in the late colour."""
    if days <= 0 or overdue is None:
        return inline(tag("span", "kịp kỳ", class_="i2 nw"))
    return state_word("late", f"chậm {number(days)} ngày, thiếu kỳ {overdue.short_vi}")


def movement(places: int | None, baseline: Period | None = None, word: str = "") -> Drawing:
    """Places gained or lost: a drawn arrow and a figure, then `word` ("bậc"). None is no comparison, which is not zero."""
    against = f" so với {baseline.label_vi}" if baseline else ""
    if places is None:
        return inline(tag("span", NOT_REPORTED, class_="mv none", title="không có kỳ trước để so"))
    way: Mark = "up" if places > 0 else "down" if places < 0 else "same"
    said = {"up": "tăng", "down": "giảm", "same": "không đổi"}[way]
    shown = text(number(abs(places)) + (f"\u00a0{word}" if word else ""))
    title = f"{said} {abs(places)} bậc{against}" if places else f"không đổi{against}"
    return inline(tag("span", mark(way), tag("span", f"{said} ", class_="sr"), shown, class_=f"mv {way}", title=title))


def evidence_href(figure: str) -> str:
    """The address of a figure's evidence; `figure` is `<indicator>/<unit>/<period>`."""
    return f"/can-cu/{quote(figure)}"


def figure_link(words: str, figure: str, css: str = "") -> Drawing:
    """A figure that leads to where it comes from."""
    return inline(tag("a", words, href=evidence_href(figure), class_=f"n ev {css}".strip(), title="Căn cứ số liệu"))


def place_link(unit: Unit, period: Period | None = None) -> Drawing:
    """A unit's name, leading to its page in that period."""
    query = f"?ky={period}" if period else ""
    return inline(tag("a", unit.name_vi.replace(" ", "\u00a0"), href=f"/tinh/{unit.key}{query}", class_="place"))
