"""What sources said of units: the matrix of facts by unit, with five looks that differ in form and word, not in colour alone."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from dashboard.boards.facts import Statement
from dashboard.boards.group import FactRow
from dashboard.charts.bars import score_bar
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.marks import evidence_href, mark
from dashboard.declared import Look
from dashboard.formats import NOT_REPORTED, number
from dashboard.units import Unit

NOT_TOLD = "không nêu trong bài"
_MARKS: Mapping[Look, Markup] = {
    "yes": mark("ok", coloured=False),
    "pilot": mark("pilot", coloured=False),
    "few": mark("few", coloured=False),
    "no": mark("lost", coloured=False),
}
_ROLES = {"connection": "kết nối", "use": "sử dụng", "state": ""}
_KEY: tuple[tuple[Look, str], ...] = (("yes", "đã có, đã dùng"), ("pilot", "đang thử nghiệm"), ("few", "rất ít"))


def value_words(one: Statement) -> str:
    """`đang thử nghiệm`, `98%`, `hơn 90%`, `276.000 chữ ký số`."""
    if one.level is not None:
        return one.level.name_vi
    value = f"{number(one.value)}{'%' if one.fact.unit_vi == '%' else f' {one.fact.unit_vi}'.rstrip()}"
    return f"hơn {value}" if one.is_more else value


def fact_matrix(rows: Sequence[FactRow], units: Sequence[Unit], caption: str) -> Markup:
    """Facts by unit: themes as heads, a row a fact, a column a unit, at the end how many units have it. A cell leads to its quote."""
    names = [tag("th", tag("a", unit.name_vi, href=f"/tinh/{unit.key}"), scope="col") for unit in units]
    head = tag("tr", tag("td", class_="what"), *names, tag("th", "Số tỉnh", scope="col", class_="sum"))
    body = [_theme(theme, list(each), len(units)) for theme, each in groupby(rows, key=lambda row: row.fact.theme_vi)]
    table = tag("table", tag("caption", caption, class_="sr"), tag("thead", head), *body, class_="told")
    return tag("div", table, class_="tablebox", data_scrolls="", tabindex="0", role="region", aria_label=caption)


def looks_key() -> Markup:
    """What the looks mean, once under the matrix."""
    parts = [tag("li", _MARKS[look], words, class_=f"look-{look}") for look, words in _KEY]
    return tag("ul", *parts, tag("li", tag("span", NOT_REPORTED, class_="n"), f"{NOT_TOLD}: không phải là không"), class_="looks t0 i2")


def _theme(theme: str, rows: Sequence[FactRow], count: int) -> Markup:
    head = tag("tr", tag("th", theme, scope="rowgroup", colspan=count + 2), class_="theme")
    return tag("tbody", head, *[_row(row) for row in rows])


def _row(row: FactRow) -> Markup:
    role = _ROLES[row.fact.role]
    label = tag("th", tag("span", row.fact.short_vi), tag("span", role, class_="role") if role else None, scope="row", class_="what")
    cells = [_cell(one) for one in row.cells]
    return tag("tr", label, *cells, tag("td", *_sum(row), class_="sum"), class_=row.fact.role)


def _cell(one: Statement | None) -> Markup:
    if one is None:
        return tag("td", tag("span", NOT_REPORTED, class_="n", aria_hidden="true"), tag("span", NOT_TOLD, class_="sr"), class_="look-none")
    # On narrow screens the head of the table is away, and each cell says whose it is.
    whose = tag("span", one.unit.name_vi, class_="whose")
    title = f"“{one.quote}”" if one.quote else None
    if one.level is not None:
        words = tag("span", one.level.name_vi)
        link = tag("a", _MARKS[one.level.look], whose, words, href=evidence_href(one.figure), title=title)
        return tag("td", link, class_=f"look-{one.level.look}")
    bar = score_bar(one.value, 0, 100) if one.fact.form == "share" else None
    link = tag("a", whose, tag("b", value_words(one), class_="n"), bar, href=evidence_href(one.figure), title=title)
    return tag("td", link, class_="look-share")


def _sum(row: FactRow) -> list[Markup]:
    """`5/7` that have it wholly, below it `2 thử nghiệm`; `3/7` `thử nghiệm` where no more was told; of shares how many were told."""
    if row.fact.form != "level":
        return [_ratio(len(row.told), row)]
    short: Mapping[Look, str] = {"yes": "", "pilot": "thử nghiệm", "few": "rất ít", "no": "chưa"}
    found = [(len(row.at(look)), word) for look, word in short.items() if row.at(look)]
    (first, word), rest = found[0], found[1:]
    under = [word] if word else [f"{count} {other}" for count, other in rest]
    return [_ratio(first, row), tag("span", ", ".join(under), class_="t0 i3")] if under else [_ratio(first, row)]


def _ratio(count: int, row: FactRow) -> Markup:
    return tag("b", f"{count}/{len(row.cells)}", class_="n")


def national_line(each: Sequence[Statement]) -> Markup | None:
    """The facts of the whole country in one line, each with the way to its quote; None without any."""
    if not each:
        return None
    parts = [
        joined([f"{one.fact.short_vi}: ", tag("a", value_words(one), href=evidence_href(one.figure), title=f"“{one.quote}”", class_="n5")])
        for one in each
    ]
    return tag("p", tag("b", "Cả nước. "), joined(parts, between="; "), ".", class_="note nation")
