"""What holds a page together: masthead, head, columns, sections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.drawing import Drawing, Node, drawn, nodes
from dashboard.components.marks import mark, symbols

PRODUCT = "Trung tâm thông tin, chỉ đạo, điều hành"
MENU = "trinh-don"


@dataclass(frozen=True, slots=True)
class NavItem:
    """A word in the navigation."""

    label: str
    href: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a picker."""

    label: str
    href: str
    is_current: bool = False


def masthead(items: Sequence[NavItem], viewer: str, role: str = "", context: Sequence[Markup] = ()) -> Component:
    """The head of every page, with the sprite of marks. On narrow screens the words go into a side panel behind a button.

    `context` holds pickers; the viewer's menu holds the theme and the way out.
    """
    burger = tag("button", mark("menu"), tag("span", "Trình đơn", class_="sr"), type="button", class_="burger", data_opens=MENU)
    home = tag("a", PRODUCT, href="/", class_="home")
    links = tag("nav", *[_link(item) for item in items], aria_label="Các trang")
    bar = tag("div", burger, home, links, _pulse(), tag("div", *context, _account(viewer, role), class_="ctx"), class_="mast")
    panel = dbc.Offcanvas(drawn(*[_link(item) for item in items], css="side", tag="nav"), id=MENU, title=PRODUCT, placement="start")
    return html.Div([Drawing(joined([symbols(), bar])), panel])


def picker(label: str, current: str, choices: Sequence[Choice]) -> Markup:
    """A menu of links that opens in place: period, instant of view, region. Works by key and without script."""
    lines = [tag("li", tag("a", one.label, href=one.href, aria_current="true" if one.is_current else None)) for one in choices]
    head = tag("summary", tag("span", f"{label} ", class_="i2") if label else None, tag("b", current), mark("open"), class_="pick")
    return tag("details", head, tag("ul", *lines), class_="menu")


def page_frame(name: str, *content: Node) -> Component:
    """A page: head, strips, columns one below the other. `name` is the page's CSS class."""
    return html.Div(nodes(content), className=f"page page-{name}")


def page_head(sentence: str, *beside: Markup, lead: str = "") -> Markup:
    """The sentence of a page, with stamps and pickers beside it, and a smaller one below."""
    said = tag("div", tag("h1", sentence), tag("p", lead, class_="lead") if lead else None)
    return tag("div", said, tag("div", *beside, class_="beside") if beside else None, class_="say")


Plan = Literal["three", "aside", "narrow-aside", "halves"]


def columns(plan: Plan, *each: Sequence[Node]) -> Component:
    """Columns beside each other on the desk: 5 : 4 : 3, a main one with an aside, two halves; one below the other on small screens."""
    return html.Div([html.Div(nodes(one), className="col") for one in each], className=f"g {plan}")


def section(title: str, *content: Node, beside: Markup | None = None, id: str | None = None) -> Component:
    """A strong rule, a title, at the right a stamp or links, then the content."""
    head = tag("header", tag("h2", title), beside)
    made = html.Section([drawn(head, css="sechead"), *nodes(content)], className="sec")
    if id is not None:
        setattr(made, "id", id)  # noqa: B010 -- Dash's types do not know their own attributes
    return made


def switch(choices: Sequence[Choice], label: str) -> Markup:
    """Ways to see the same thing: the present one is plain text, the others are links ("Bản đồ  Ô bằng nhau  Bảng")."""
    parts = [tag("b", one.label, aria_current="true") if one.is_current else tag("a", one.label, href=one.href) for one in choices]
    return tag("nav", *parts, class_="switch t0", aria_label=label)


def _link(item: NavItem) -> Markup:
    return tag("a", item.label, href=item.href, class_="on" if item.is_current else None, aria_current="page" if item.is_current else None)


def _pulse() -> Markup:
    """Whether the page hears of changes; `assets/signal.js` says which it is. All words stand in one place, so that nothing moves."""
    states = [("live", "trực tiếp"), ("poll", "cập nhật mỗi 15 giây"), ("lost", "mất kết nối")]
    words = [
        tag("span", tag("i"), tag("b", word), tag("span", class_="n", data_since="") if key == "lost" else None, class_=key)
        for key, word in states
    ]
    return tag("span", *words, class_="pulse t0", role="status")


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
