"""Tables: sortable by links, figures at the right under each other, searchable in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.charts.markup import Markup, tag
from dashboard.components.marks import mark
from dashboard.formats import plain


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `href` sorts by it; `sorted_` says how it is sorted now; `below` is a second line of its head (a maximum)."""

    label: str
    is_figure: bool = False
    href: str = ""
    sorted_: Literal["", "ascending", "descending"] = ""
    below: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells, the words it is found by, where a tap on it leads."""

    cells: tuple[str, ...]
    search: str = ""
    href: str = ""
    css: str = ""
    is_chosen: bool = False


def block_table(head: Sequence[Column], rows: Sequence[Row], caption: str, id: str = "") -> Markup:
    """A table whose rows become blocks on a narrow screen: the name, then a line a cell under its column's label.

    Its roles are written out, since browsers forget them for what is no longer laid out as a table.
    """
    heads = [tag("th", one.label, scope="col", role="columnheader", class_=_css(one)) for one in head]
    body = [_block(row, head) for row in rows]
    parts = [
        tag("caption", caption, class_="sr"),
        tag("thead", tag("tr", *heads, role="row"), role="rowgroup"),
        tag("tbody", *body, role="rowgroup"),
    ]
    return tag("div", tag("table", *parts, class_="dt blocks", role="table", id=id or None), class_="tablebox", data_scrolls="")


def _block(row: Row, head: Sequence[Column]) -> Markup:
    cells = [tag("th", row.cells[0], scope="row", role="rowheader", class_=_css(head[0]))]
    for cell, column in zip(row.cells[1:], head[1:], strict=True):
        cells.append(tag("td", tag("div", cell), role="cell", data_label=column.label or None, class_=_css(column)))
    return tag("tr", *cells, **{"role": "row", **row_attributes(row)})


def data_table(head: Sequence[Column], rows: Sequence[Row], caption: str, id: str = "", css: str = "") -> Markup:
    """A table whose first cell names its row. A cell is text, or Markup. It scrolls sideways in its own box when the screen is narrow."""
    cells = tag("tr", *[head_cell(column) for column in head])
    body = [_row(row, head) for row in rows]
    table = tag(
        "table", tag("caption", caption, class_="sr"), tag("thead", cells), tag("tbody", *body), id=id or None, class_=f"dt {css}".strip()
    )
    return tag("div", table, class_="tablebox", data_scrolls="", tabindex="0", role="region", aria_label=caption)


def head_cell(column: Column) -> Markup:
    """The head of a column, with its sorting."""
    words = [column.label, tag("br") if column.below else None, tag("span", column.below, class_="n") if column.below else None]
    inner = tag("a", *words, *([mark("up" if column.sorted_ == "ascending" else "down")] if column.sorted_ else []), href=column.href)
    css = f"{'' if column.is_figure else 'l'} {column.css}".strip()
    content = [inner] if column.href else words
    return tag("th", *content, scope="col", class_=css or None, aria_sort=column.sorted_ or None)


def search_field(table: str, label: str, value: str = "", name: str = "tim") -> Markup:
    """A field that filters the rows of a table as one types, with or without tone marks, and keeps its text in the address."""
    field = tag(
        "input", type="search", id=f"{table}-{name}", name=name, value=value, data_filters=table, autocomplete="off", spellcheck="false"
    )
    count = tag("span", "", class_="t0 i3 n nw", data_counts=table, role="status")
    return tag("div", tag("label", label, for_=f"{table}-{name}"), field, count, class_="search")


def searchable(*words: str) -> str:
    """What a row is found by: the words without tone marks."""
    return plain(" ".join(words))


def row_attributes(row: Row) -> dict[str, str | None]:
    """Attributes of a row that can be found, chosen and tapped."""
    return {
        "data_search": row.search or None,
        "data_href": row.href or None,
        "class_": " ".join(part for part in (row.css, "on" if row.is_chosen else "") if part) or None,
        "aria_current": "true" if row.is_chosen else None,
    }


def _row(row: Row, head: Sequence[Column]) -> Markup:
    cells = [tag("th", row.cells[0], scope="row", class_=_css(head[0]))]
    cells += [tag("td", cell, class_=_css(column)) for cell, column in zip(row.cells[1:], head[1:], strict=True)]
    return tag("tr", *cells, **row_attributes(row))


def _css(column: Column) -> str | None:
    return f"{'n' if column.is_figure else 'l'} {column.css}".strip()
