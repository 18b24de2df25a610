"""Tables: figures at the right under each other, sortable by links, searchable in place, one drawing each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.charts.marks import mark
from dashboard.charts.markup import Markup, tag
from dashboard.components.drawing import Drawing, Node, drawing, inline, markup_of
from dashboard.formats import plain


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column. `href` sorts by it; `sorted_` says how it is sorted now; `below` is a second line (a maximum)."""

    label: str
    is_figure: bool = False
    href: str = ""
    sorted_: Literal["", "ascending", "descending"] = ""
    below: str = ""
    css: str = ""


def data_table(
    heads: Sequence[str | Column],
    rows: Sequence[Sequence[Node]],
    caption: str,
    numeric: Collection[int] = (),
    search: str | None = None,
    hidden: bool = False,
) -> Drawing:
    """A table. The first cell that is not a figure names its row; `numeric` are the columns of figures, by index.

    With `search`, the table's id, a field above it filters its rows by their names. `hidden` is for ears only: the table behind a chart.
    It scrolls sideways in a box of its own when the screen is narrow.
    """
    columns = [one if isinstance(one, Column) else Column(one, index in numeric) for index, one in enumerate(heads)]
    name = next((index for index in range(len(columns)) if not columns[index].is_figure), 0)
    body = [_row([markup_of(cell) for cell in row], columns, name, search is not None) for row in rows]
    head = tag("thead", tag("tr", *map(head_cell, columns)))
    table = tag("table", tag("caption", caption, class_="sr"), head, tag("tbody", *body), id=search, class_="dt")
    if hidden:
        return drawing(tag("div", table, class_="sr"))
    box = tag("div", table, class_="tablebox", data_scrolls="", tabindex="0", role="region", aria_label=caption)
    return drawing(_field(search, "Tìm", ""), box) if search else drawing(box)


def head_cell(column: Column) -> Markup:
    """The head of a column, with its sorting."""
    words = [column.label, tag("br") if column.below else None, tag("span", column.below, class_="n") if column.below else None]
    arrow = mark("up" if column.sorted_ == "ascending" else "down") if column.sorted_ else None
    content = [tag("a", *words, arrow, href=column.href)] if column.href else words
    css = f"{'' if column.is_figure else 'l'} {column.css}".strip()
    if not column.label:
        return tag("td", class_=css or None)
    return tag("th", *content, scope="col", class_=css or None, aria_sort=column.sorted_ or None)


def search_field(table: str, label: str = "Tìm", value: str = "") -> Drawing:
    """A field that filters the rows of a table as one types, with or without tone marks; its text stays in the address as `tim`."""
    return inline(_field(table, label, value))


def searchable(*words: str) -> str:
    """What a row is found by: the words without tone marks."""
    return plain(" ".join(words))


def _field(table: str, label: str, value: str) -> Markup:
    name = f"{table}-tim"
    field = tag("input", type="search", id=name, name="tim", value=value, data_filters=table, autocomplete="off", spellcheck="false")
    count = tag("span", "", class_="t0 i3 n nw", data_counts=table, role="status")
    return tag("span", tag("label", label, for_=name), field, count, class_="search")


def _row(cells: Sequence[Markup], columns: Sequence[Column], name: int, is_searched: bool) -> Markup:
    found = searchable(_bare(cells[name])) if is_searched else None
    drawn = [_cell(cell, column, index == name) for index, (cell, column) in enumerate(zip(cells, columns, strict=True))]
    return tag("tr", *drawn, data_search=found)


def _cell(cell: Markup, column: Column, is_name: bool) -> Markup:
    css = f"{'n' if column.is_figure else 'l'} {column.css}".strip()
    return tag("th", cell, scope="row", class_=css) if is_name else tag("td", cell, class_=css)


def _bare(cell: Markup) -> str:
    """The words of a cell without its tags."""
    words, inside = [], False
    for letter in cell:
        inside = letter == "<" or (inside and letter != ">")
        words.append(" " if inside or letter == ">" else letter)
    return "".join(words)
