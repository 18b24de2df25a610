"""What `data/feeds.toml` may not hold: secrets, and addresses that differ from place to place. There stands where they are found.

`env:NAME` is a variable of the environment, `file:/path` a file with nothing else in it (as container platforms mount secrets). Names that
begin with DASHBOARD_ are the program's own.
"""

import os
from pathlib import Path

from dashboard.errors import FeedError
from dashboard.settings import PREFIX

_LARGEST = 64 * 1024


def is_reference(text: str) -> bool:
    """Whether a text says where something stands, and is not itself that thing."""
    return text.startswith(("env:", "file:"))


def fault(text: str) -> str:
    """Why a reference could never be followed, or nothing."""
    kind, _, place = text.partition(":")
    if kind == "env" and (not place.isidentifier() or place.startswith(PREFIX)):
        return f"“{place}” cannot name a variable here"
    return "a file is named by its whole path" if kind == "file" and not Path(place).is_absolute() else ""


def found(text: str) -> str:
    """What a text refers to; a text that is no reference is itself. Raises FeedError that names the place and never what stood there."""
    kind, _, place = text.partition(":")
    if kind == "env":
        if value := os.environ.get(place, ""):
            return value
        raise FeedError(f"biến môi trường {place} chưa được đặt")
    if kind == "file":
        try:
            with Path(place).open(encoding="utf-8") as file:
                return file.read(_LARGEST).strip()
        except (OSError, UnicodeDecodeError) as error:
            raise FeedError(f"không đọc được tệp bí mật {place} ({type(error).__name__})") from None
    return text


def is_there(text: str) -> bool:
    """Whether a text, or what it refers to, is there: a system without an address is not connected yet, which is no fault."""
    if text.startswith("env:"):
        return bool(os.environ.get(text.removeprefix("env:")))
    return Path(text.removeprefix("file:")).is_file() if text.startswith("file:") else bool(text)
