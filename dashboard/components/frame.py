"""What holds a page together: masthead, head, pickers, sections."""

from collections.abc import Sequence
from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from dashboard.charts.marks import mark, symbols
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.drawing import Drawing, Node, drawing, inline, markup_of, nodes

PRODUCT = "Trung tâm thông tin, chỉ đạo, điều hành"
MENU = "trinh-don"
FEW = 4
"""Up to so many choices stand in a line; more of them open as a menu."""


@dataclass(frozen=True, slots=True)
class NavItem:
    """A word in the navigation."""

    label: str
    href: str
    is_current: bool = False


def masthead(items: Sequence[NavItem], viewer: str, role: str = "", context: Sequence[Node] = ()) -> Component:
    """The head of every page, with the sprite of marks. On narrow screens the words go into a side panel behind a button.

    `context` holds pickers; the viewer's menu holds the theme and the way out.
    """
    opener = {"type": "button", "class_": "burger", "data_opens": MENU, "aria_haspopup": "dialog"}
    burger = tag("button", mark("menu"), tag("span", "Trình đơn", class_="sr"), **opener)
    home = tag("a", PRODUCT, href="/", class_="home")
    links = tag("nav", *[_link(item) for item in items], aria_label="Các trang")
    bar = tag("div", burger, home, links, tag("div", markup_of(list(context)), _account(viewer, role), class_="ctx"), class_="mast")
    side = Drawing(joined(_link(item) for item in items), className="side", tag="nav")
    panel = dbc.Offcanvas(side, id=MENU, title=PRODUCT, placement="start", is_open=False)
    return html.Div([Drawing(joined([symbols(), bar])), panel])


def headline(sentence: str) -> Component:
    """The sentence of a page."""
    return html.H1(sentence, className="say")


def section(title: str, *content: Node, aside: Node = None, id: str | None = None) -> Component:
    """A strong rule, a title, at the right a stamp or links, then the content."""
    right = tag("span", markup_of(aside), class_="aside") if aside is not None else None
    head = drawing(tag("header", tag("h2", title), right, class_="sechead"))
    made = html.Section([head, *nodes(content)], className="sec")
    if id is not None:
        setattr(made, "id", id)  # noqa: B010 -- Dash's types do not know their own attributes
    return made


Choice = tuple[str, str, bool]
"""Words, address, whether it is the present one."""


def choices(label: str, options: Sequence[Choice]) -> Drawing:
    """Ways to see the same thing. A few stand in a line, the present one as plain text; many open as a menu of links."""
    return _line(label, options) if len(options) <= FEW else picker(label, options)


def picker(label: str, options: Sequence[Choice], current: str = "") -> Drawing:
    """A menu of links that opens in place; works by key and without script. `current` replaces the present one's words."""
    shown = current or next((words for words, _, is_current in options if is_current), "chọn")
    lines = [tag("li", tag("a", words, href=href, aria_current="true" if is_on else None)) for words, href, is_on in options]
    head = tag("summary", tag("span", f"{label} ", class_="i2"), tag("b", shown), mark("open"), class_="pick")
    return inline(tag("details", head, tag("ul", *lines), class_="menu"))


def place_picker(name: str, options: Sequence[Choice]) -> Drawing:
    """The name of a place, large, that opens the list of the others."""
    lines = [tag("li", tag("a", words, href=href, aria_current="true" if is_on else None)) for words, href, is_on in options]
    head = tag("summary", tag("span", name.replace(" ", "\u00a0")), mark("open"), class_="pick place-name")
    return inline(tag("details", head, tag("ul", *lines, class_="in-columns"), class_="menu"))


def breadcrumb(*steps: tuple[str, str | None]) -> Drawing:
    """Where a page stands: (words, address); the last one has no address."""
    parts = [tag("li", tag("a", words, href=href) if href else words) for words, href in steps]
    return drawing(tag("nav", tag("ol", *parts), class_="crumbs t1", aria_label="Vị trí"))


def _line(label: str, options: Sequence[Choice]) -> Drawing:
    parts = [tag("b", words, aria_current="true") if is_on else tag("a", words, href=href) for words, href, is_on in options]
    return inline(tag("span", *parts, class_="switch", role="group", aria_label=label))


def _link(item: NavItem) -> Markup:
    current = {"class_": "on", "aria_current": "page"} if item.is_current else {}
    return tag("a", item.label, href=item.href, **current)


def _account(viewer: str, role: str) -> Markup:
    themes = [("auto", "Theo máy"), ("desk", "Sáng"), ("desk-dark", "Tối")]
    buttons = [tag("button", word, type="button", data_theme_choice=key, aria_pressed="false") for key, word in themes]
    theme = tag(
        "div", tag("span", "Giao diện", class_="t0 i3"), tag("div", *buttons, class_="themes"), role="group", aria_label="Giao diện"
    )
    leave = tag("form", tag("button", "Đăng xuất", type="submit"), action="/dang-xuat", method="post")
    who = tag("p", tag("b", viewer), tag("span", role, class_="t0 i3") if role else None)
    head = tag("summary", tag("span", viewer), mark("open"), class_="pick")
    return tag("details", head, tag("div", who, theme, leave, class_="account"), class_="menu right")
