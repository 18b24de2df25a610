"""Addresses of cameras: what is wrong with one, and how one is shown. What opens a camera stands in it, so nothing here is ever logged."""

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import quote, unquote, urlsplit

RTSP: Final = ("rtsp", "rtsps")
WHEP: Final = ("http", "https")
SANDBOX_PORT: Final = "{port}"
"""In an address: the port of the sandbox on this machine."""
LONGEST: Final = 500
HIDDEN: Final = "***"
# Some makers put user and password into the path or the query.
_SECRETS = re.compile(r"(?i)((?:pass(?:word|wd)?|pwd|token|secret|auth)=)[^&/?#;]*")


def fault(url: str, schemes: Collection[str] = RTSP) -> str | None:
    """What is wrong with an address, in Vietnamese and without a word of it; None when nothing is. An empty one is right: not connected."""
    if not url:
        return None
    if len(url) > LONGEST or any(ord(letter) <= 32 or ord(letter) == 127 for letter in url):
        return f"Địa chỉ dài quá {LONGEST} ký tự, hoặc có dấu cách hay ký tự điều khiển."
    try:
        parts = urlsplit(url.replace(SANDBOX_PORT, "554"))
        is_whole = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    return None if is_whole else f"Địa chỉ phải có dạng {schemes[0] if isinstance(schemes, tuple) else 'rtsp'}://máy[:cổng]/đường-dẫn."


def has_secret(url: str) -> bool:
    """Whether an address holds what nobody may read: a password, or a user name beside one."""
    return shown(url) != url


def shown(url: str) -> str:
    """The address as people may see it: `rtsp://user:***@host/path`, and parameters that look like a secret as `***`."""
    head, at, rest = _cut(url)
    user = head.partition("://")[2].partition(":")[0]
    scheme = head.partition("://")[0]
    whole = f"{scheme}://{user}:{HIDDEN}@{rest}" if at else url
    return _SECRETS.sub(rf"\g<1>{HIDDEN}", whole)


def bare(url: str) -> str:
    """The address without user and password."""
    head, at, rest = _cut(url)
    return f"{head.partition('://')[0]}://{rest}" if at else url


def login(url: str) -> tuple[str, str]:
    """User and password of an address, decoded; two empty texts when it has none."""
    head, at, _ = _cut(url)
    user, _, password = head.partition("://")[2].partition(":") if at else ("", "", "")
    return unquote(user), unquote(password)


def with_login(url: str, user: str, password: str) -> str:
    """The address with this user and password instead of those that it had; without any when there is no user."""
    plain = bare(url)
    scheme, _, rest = plain.partition("://")
    return f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{rest}" if user and rest else plain


def place(url: str) -> tuple[str, int | str | None]:
    """Host and port: whom a password would be sent to."""
    try:
        parts = urlsplit(bare(url).replace(SANDBOX_PORT, "1"))
        return (parts.hostname or "").lower(), SANDBOX_PORT if SANDBOX_PORT in url else parts.port
    except ValueError:
        return url, None


def _cut(url: str) -> tuple[str, str, str]:
    """What stands before the last @ of the authority, the @, and the rest; without one: nothing, nothing, the address."""
    scheme, found, rest = url.partition("://")
    if not found:
        return "", "", url
    end = next((place for place, letter in enumerate(rest) if letter in "/?#"), len(rest))
    before, at, host = rest[:end].rpartition("@")
    return (f"{scheme}://{before}", at, host + rest[end:]) if at else ("", "", url)
