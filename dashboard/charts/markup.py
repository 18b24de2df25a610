"""HTML and SVG as text that is safe by construction: whatever is not Markup already is escaped."""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias


class Markup(str):
    """Text that is HTML and may stand in a page as it is. Only `tag`, `text` and `joined` make it."""

    __slots__ = ()


Part: TypeAlias = str | None
"""A child of a tag: Markup stands as it is, other text is escaped, None is left out."""

Value: TypeAlias = str | int | float | bool | None
"""An attribute: True stands bare, False and None are left out, figures are written shortly."""

_VOID = frozenset({"path", "circle", "rect", "line", "use", "br", "hr", "input", "img", "link", "meta", "col"})


def text(words: str) -> Markup:
    """Plain text as Markup."""
    return words if isinstance(words, Markup) else Markup(escape(words))


def joined(parts: Iterable[Part], between: str = "") -> Markup:
    """Parts one after another."""
    return Markup(text(between).join(text(part) for part in parts if part is not None))


def tag(name: str, /, *children: Part, **attributes: Value) -> Markup:
    """`tag("a", "Huế", href="/tinh/hue", class_="n")`; a trailing underscore falls away, others become hyphens."""
    head = name + "".join(_attribute(key, value) for key, value in attributes.items())
    if not children and name in _VOID:
        return Markup(f"<{head}/>")
    return Markup(f"<{head}>{joined(children)}</{name}>")


def figure(words: str, css: str = "") -> Markup:
    """A figure, in the figures' face."""
    return tag("span", words, class_=f"n {css}".strip())


def short(value: float, decimals: int = 2) -> str:
    """A coordinate, without trailing zeros."""
    written = f"{value:.{decimals}f}"
    bare = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if bare in ("-0", "") else bare


def share(part: float) -> str:
    """A ratio of 1 as a CSS percentage, kept within 0 and 100."""
    return f"{short(100 * min(1.0, max(0.0, part)))}%"


def _attribute(key: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    written = short(value) if isinstance(value, float) else str(value)
    return f' {name}="{escape(written)}"'
