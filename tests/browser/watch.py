"""Listens to a tab: what its console says, what it asks for elsewhere."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response


@dataclass
class Watch:
    """Everything that a page must not do, gathered from the moment the watch is set."""

    tab: Page
    base: str
    said: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Sets the watch."""
        self.tab.on("console", self._console)
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.on("request", self._request)
        self.tab.on("response", self._response)

    def check(self) -> None:
        """Fails with what was seen."""
        assert not self.said, f"the console is not empty: {self.said}"
        assert not self.left, f"requests left the origin: {self.left}"
        assert not self.refused, f"requests were refused: {self.refused}"

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != self.base:
            self.left.append(request.url)

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.refused.append(f"{response.status} {response.url}")
