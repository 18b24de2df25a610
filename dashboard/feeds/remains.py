"""What is kept of a message that is no XML, or not to be opened: nobody can tell where in it a person's data stands, so only fields that
are known to hold none are picked out of it by their tags. The result says on its first line why it was held, and reads as held for that
reason."""

import re

from dashboard.feeds.edxml import scrubbed

_HEAD = "Không mở được bản tin: "
_PICKED = "OrganId|OrganName|DocumentId|CodeNumber|CodeNotation|PromulgationDate|StatusCode|Timestamp|BussinessDocType|Paper"
_TAGGED = re.compile(rf"<(?:[\w.-]{{1,40}}:)?({_PICKED})>\s*([^<>]{{1,200}}?)\s*</")
_LINE = re.compile(rf"({_PICKED}): (.{{1,200}})")
_LOOKED_AT, _MOST = 64 * 1024, 24


def remains(content: bytes, reason: str) -> bytes:
    """What may be kept of bytes that could not be opened for that reason."""
    text = content[:_LOOKED_AT].decode("utf-8", "replace")
    return _joined(reason, [found.groups() for found in _TAGGED.finditer(text)])


def reason_of(content: bytes) -> str | None:
    """Why a message was held of which only remains are left; None for bytes that are no such remains."""
    if not content.startswith(_HEAD.encode()):
        return None
    head, _, _ = content[:2_000].decode("utf-8", "replace").partition("\n")
    return scrubbed("", head.removeprefix(_HEAD))


def kept_again(content: bytes, reason: str) -> bytes:
    """Remains, as they are: lines that are no remains' are left out, for anybody can write such a first line."""
    lines = content[:_LOOKED_AT].decode("utf-8", "replace").split("\n")
    return _joined(reason, [found.groups() for found in map(_LINE.fullmatch, lines[1:]) if found])


def fields(content: bytes) -> list[tuple[str, str]]:
    """The reason and the fields, for people."""
    head, *lines = content.decode("utf-8", "replace").split("\n")
    parts = [line.partition(": ") for line in lines if line]
    return [("(không mở được)", head.removeprefix(_HEAD)), *((name, text) for name, _, text in parts)]


def _joined(reason: str, found: list[tuple[str, ...]]) -> bytes:
    # Every free text in the remains is treated as an office's name: nothing vouches for the tag that it stood in.
    lines = [f"{name}: {text}" for name, raw in found[:_MOST] if (text := scrubbed(_strictest(name), raw))]
    return "\n".join([_HEAD + scrubbed("", reason), *lines, ""]).encode()


def _strictest(name: str) -> str:
    return name if name in ("OrganId", "DocumentId", "Timestamp", "PromulgationDate") else "OrganName"
