"""What a page is, and what it is given to draw itself."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlencode

from dash.development.base_component import Component

from dashboard.access.viewer import Viewer

if TYPE_CHECKING:
    from dashboard.boards import Boards


@dataclass(frozen=True)
class View:
    """One look at a page: the figures, who looks, and what the address says.

    `params` holds path variables and query values together; `path` is the address without its query, percent-encoded as the browser has it.
    """

    boards: "Boards"
    viewer: Viewer
    params: Mapping[str, str]
    path: str = "/"
    query: Mapping[str, str] = field(default_factory=dict)

    def here(self, **changes: str | None) -> str:
        """The address of this very page with some query values changed, others kept; None takes a value away."""
        return address(self.path, **{**self.query, **changes})


@dataclass(frozen=True)
class Page:
    """A page: every module in `pages/` holds one, named PAGE.

    `path` may hold variables: `/tinh/{unit}`, `/can-cu/{figure:path}`. `title` is for the browser's tab; as a function it may
    raise NotFound, and a deep link then answers 404. `render` is plain synchronous code, run in a thread; it may raise NotFound
    too. `nav` is the word in the navigation (None: not there), `order` its place.
    """

    key: str
    path: str
    title: str | Callable[[View], str]
    render: Callable[[View], Component]
    nav: str | None = None
    order: int = 0

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The path as a regular expression with a named group for each variable."""
        parts = re.split(r"\{(\w+(?::path)?)\}", self.path)
        texts = [re.escape(part) if index % 2 == 0 else _group(part) for index, part in enumerate(parts)]
        return re.compile("".join(texts))

    def variables(self, path: str) -> dict[str, str] | None:
        """The path's variables, decoded, or None when the path is another page's."""
        match = self.pattern.fullmatch(path)
        return None if match is None else {name: unquote(value) for name, value in match.groupdict().items()}


def address(path: str, **query: str | None) -> str:
    """An address of this program with query values; those that are None are left out."""
    kept = {name: value for name, value in query.items() if value is not None}
    return path + ("?" + urlencode(kept, quote_via=quote) if kept else "")


def read_query(search: str) -> dict[str, str]:
    """The values of a query text, with or without its question mark; the last of a name counts."""
    return dict(parse_qsl(search.removeprefix("?"), keep_blank_values=True))


def _group(name: str) -> str:
    plain = name.removesuffix(":path")
    return f"(?P<{plain}>.+)" if plain != name else f"(?P<{plain}>[^/]+)"
