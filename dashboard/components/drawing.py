"""Our one Dash component: places HTML or SVG that is safe by construction into the page, without a React element for each node.

A ranking of 34 rows is a thousand nodes; as Dash components they would cost a hundred kilobytes of layout and most of the drawing time.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import TypeAlias

from dash.development.base_component import Component

from dashboard.charts.markup import Markup, joined


class Drawing(Component):
    """HTML in an element; drawn by `assets/desk.js`. `html` must be Markup: everything in it has been escaped where it was made."""

    # Dash reads these lists from the class.
    _children_props: list[str] = []  # noqa: RUF012
    _base_nodes: list[str] = []  # noqa: RUF012
    _namespace = "dashboard_elements"
    _type = "Drawing"
    _prop_names: list[str] = ["id", "html", "className", "tag"]  # noqa: RUF012
    available_properties: list[str] = _prop_names
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012
    available_wildcard_properties: list[str] = []  # noqa: RUF012

    def __init__(self, html: Markup, className: str | None = None, tag: str = "div", id: str | None = None) -> None:
        if not isinstance(html, Markup):
            raise TypeError("a Drawing takes Markup only: plain text would be read as HTML")
        given = {"html": str(html), "className": className, "tag": tag, "id": id}
        super().__init__(**{name: value for name, value in given.items() if value is not None})  # type: ignore[no-untyped-call]


Node: TypeAlias = Component | Markup | str | None
"""What containers take: a component as it is, Markup drawn, a sentence as a paragraph of text, None left out."""


def drawn(*parts: Markup, css: str | None = None, tag: str = "div") -> Component:
    """Markup as a Dash component."""
    return Drawing(joined(parts), className=css, tag=tag)


def nodes(content: Sequence[Node]) -> list[Component | str]:
    """Children for a Dash component: neighbouring Markup is drawn by one Drawing."""
    found: list[Component | str] = []
    for is_markup, run in groupby((one for one in content if one is not None), key=lambda one: isinstance(one, Markup)):
        each = list(run)
        found += [drawn(*(one for one in each if isinstance(one, Markup)), css="drawn")] if is_markup else each
    return found
