"""Debian's Chromium, one a run.

Playwright's driver keeps an event loop running in the main thread as long as it lives: tests that use it come last, so that the others may
have loops of their own (tests/conftest.py sees to the order).
"""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.patience import IN_BROWSERS

expect.set_options(timeout=IN_BROWSERS)

# The sandbox of Chromium needs rights that containers and root do not have; the rest keeps it from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]


def program() -> str:
    """Where Chromium is; `make test` installs it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found is not None, "no Chromium on this machine: make test installs it"
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser."""
    browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
    yield browser
    browser.close()
