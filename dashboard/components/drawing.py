"""Our one Dash component: places HTML or SVG that is safe by construction into the page, without a React element for each node.

A ranking of 34 rows is a thousand nodes; as Dash components they would cost a hundred kilobytes of layout and most of the drawing time.
"""

from collections.abc import Sequence
from typing import TypeAlias

from dash import html
from dash.development.base_component import Component

from dashboard.charts.markup import Markup, joined, tag, text


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
        given = {"html": html, "className": className, "tag": tag, "id": id}
        super().__init__(**{name: value for name, value in given.items() if value is not None})  # type: ignore[no-untyped-call]


Node: TypeAlias = Component | str | None
"""What our components take as content: a component, Markup as it is, other text escaped, None left out."""


def drawing(*parts: Markup) -> Drawing:
    """A block of Markup, such as a chart, as a component."""
    return Drawing(joined(parts), className="drawn")


def inline(markup: Markup) -> Drawing:
    """Markup inside a line of text, as a component."""
    return Drawing(markup, className="drawn", tag="span")


def nodes(content: Sequence[Node]) -> list[Component | str]:
    """Children for a Dash component."""
    return [drawing(one) if isinstance(one, Markup) else one for one in content if one is not None]


_ATTRIBUTES = {"className": "class_", "href": "href", "title": "title", "id": "id", "role": "role", "lang": "lang", "target": "target"}


def markup_of(node: Node | Sequence[Node]) -> Markup:
    """What a node looks like as Markup: our drawings, text, and plain `dash.html` elements of them. Raises TypeError for anything else."""
    if node is None:
        return Markup("")
    if isinstance(node, str):
        return text(node)
    if isinstance(node, Drawing):
        return _wrapped(node)
    if isinstance(node, list | tuple):
        return joined([markup_of(one) for one in node])
    if isinstance(node, Component) and type(node).__module__.startswith(html.__name__):
        given = {ours: getattr(node, theirs, None) for theirs, ours in _ATTRIBUTES.items()}
        return tag(type(node).__name__.lower(), markup_of(getattr(node, "children", None)), **given)
    raise TypeError(f"{type(node).__name__} cannot stand inside drawn HTML")


def _wrapped(node: Drawing) -> Markup:
    inner = Markup(getattr(node, "html", ""))
    css = getattr(node, "className", None)
    return inner if css in (None, "drawn") else tag(getattr(node, "tag", "div"), inner, class_=css)
