"""Whatever bytes come as an edXML message or an archive of them: read, or held for a reason, within bounds; nothing else ever happens."""

import gzip
import io
import struct
import tarfile
import tracemalloc
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.errors import FeedError
from dashboard.feeds.archive import MEMBER_LARGEST, is_archive, members
from dashboard.feeds.base import Source
from dashboard.feeds.document_axis import FEED, keep, parse, take
from tests.loaded import context
from tests.messages import PEOPLE, SIGNATURE, Document, flat, status

CALM = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
GOOD = (
    Document(signature=SIGNATURE).xml(),
    Document(prefix="", business="3", replaces=("A", "B")).xml(),
    status("03", "2026/09/10 16:00:00"),
    flat(),
)
ODD = [
    "",
    " ",
    "\x00",
    "]]>",
    "<",
    "&",
    "&#0;",
    "&x;",
    "&#xD800;",
    "0",
    "-1",
    "9" * 400,
    "٣",
    "\u202e",
    "\ufeff",
    "H05",
    "a,b,c,d",
    "2026/09/10 24:60:60",
]


def check(content: bytes) -> None:
    """One message is read or held, never both, and what is kept of it reads the same and stays the same."""
    found = take("m.xml", content, context())
    assert (found.held is None) != (found.events == ())
    assert take("m.xml", found.kept, context()) == found
    assert is_archive(content) or keep(content) == found.kept
    assert len(found.kept) < 64 * 1024
    assert FEED.excerpt(Source("m.xml", found.kept), "m.xml")
    if found.held is not None:
        assert found.held.reason
        assert "\x00" not in found.held.raw + found.held.reason


@CALM
@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_held(noise: bytes) -> None:
    check(noise)


@CALM
@given(st.sampled_from(GOOD), st.data())
def test_a_message_with_bytes_changed_is_read_or_held(message: bytes, data: st.DataObject) -> None:
    changed = bytearray(message)
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    check(bytes(changed))


@CALM
@given(st.sampled_from(GOOD), st.integers(0, 4000))
def test_a_message_that_is_cut_off_is_held(message: bytes, length: int) -> None:
    check(message[:length])


@CALM
@given(st.sampled_from(GOOD), st.data())
def test_a_message_with_odd_texts_is_read_or_held(message: bytes, data: st.DataObject) -> None:
    pieces = message.decode().split(">")
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(1, len(pieces) - 2))
        text, bracket, rest = pieces[place].partition("<")
        pieces[place] = data.draw(st.sampled_from(ODD) | st.text(max_size=20)) + bracket + rest if bracket else text
    check(">".join(pieces).encode("utf-8", "surrogatepass"))


@CALM
@given(
    st.builds(
        Document,
        sender=st.text(max_size=20),
        sender_name=st.text(max_size=20),
        document=st.none() | st.text(max_size=40),
        signed_on=st.none() | st.text(max_size=20) | st.just("2026/09/10"),
        stamps=st.lists(st.text(max_size=20) | st.just("2026/09/10 15:30:00"), max_size=3).map(tuple),
        business=st.none() | st.text(max_size=2),
        replaces=st.lists(st.text(max_size=20), max_size=3).map(tuple),
        paper=st.none() | st.sampled_from(["0", "1", "x"]),
    )
)
def test_any_fields_are_read_or_held(document: Document) -> None:
    check(document.xml().decode("utf-8", "surrogatepass").encode("utf-8", "surrogatepass"))


@CALM
@given(st.binary(max_size=400), st.sampled_from([b"PK\x03\x04", b"\x1f\x8b\x08", b"PK\x05\x06", b"", b"a" * 257 + b"ustar"]))
def test_any_bytes_as_an_archive_are_read_or_refused(noise: bytes, head: bytes) -> None:
    with suppress(FeedError):
        parse(Source("a", head + noise), context())
        keep(head + noise)


@CALM
@given(st.data())
def test_a_real_archive_with_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    changed = bytearray(data.draw(st.sampled_from(archives())))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place] = data.draw(st.integers(0, 255))
    with suppress(FeedError):
        parse(Source("a", bytes(changed)), context())


def archives() -> list[bytes]:
    """The same messages in each kind of archive."""
    packed, rolled = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(GOOD):
            archive.writestr(f"{number}.xml", content)
    with tarfile.open(fileobj=rolled, mode="w") as tar:
        for number, content in enumerate(GOOD):
            info = tarfile.TarInfo(f"{number}.xml")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return [packed.getvalue(), rolled.getvalue(), gzip.compress(rolled.getvalue())]


def wrapped(inside: bytes, head: bytes = b"") -> bytes:
    """Something in the place of a message's envelope."""
    return b'<?xml version="1.0"?>' + head + b"<edXML>" + inside + b"</edXML>"


LAUGHS = b"<!DOCTYPE a [" + b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha") for n in range(12)) + b"]>"
BOMBS = {
    "billion laughs": wrapped(b"<OrganId>&l11;</OrganId>", LAUGHS),
    "quadratic": wrapped(b"&a;" * 50_000, b'<!DOCTYPE a [<!ENTITY a "' + b"x" * 50_000 + b'">]>'),
    "a file": wrapped(b"<OrganId>&f;</OrganId>", b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>'),
    "a DTD elsewhere": wrapped(b"", b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">'),
    "included": wrapped(b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'),
    "deep": wrapped(b"<a>" * 15_000 + b"</a>" * 15_000),
    "a little too deep": wrapped(b"<From>" * 40 + b"<OrganId>H05</OrganId>" + b"</From>" * 40),
    "many elements": wrapped(b"<a/>" * 2_000_000),
    "many attributes": wrapped(b"<a " + b" ".join(b'a%d=""' % n for n in range(300_000)) + b"/>"),
    "one endless name": wrapped(b"<" + b"a" * 20_000_000 + b"/>"),
    "one endless text": wrapped(b"<OrganId>" + b"H" * 30_000_000 + b"</OrganId>"),
    "too large": wrapped(b" " * MEMBER_LARGEST),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_held_and_costs_little(bomb: bytes) -> None:
    tracemalloc.start()
    try:
        check(bomb)
        assert tracemalloc.get_traced_memory()[1] < 4 * len(bomb) + 16_000_000
    finally:
        tracemalloc.stop()
    assert take("m.xml", bomb, context()).held is not None


def test_a_large_attachment_is_no_bomb() -> None:
    message = Document().xml().replace(PEOPLE[-1].encode(), b"QUJD" * 3_000_000)
    found = take("m.xml", message, context())
    assert found.held is None
    assert len(found.kept) < 3_000


def test_a_zip_that_swells_is_refused_long_before_its_end() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(12):
            archive.writestr(f"{number}.xml", b"\0" * 20_000_000)
    with pytest.raises(FeedError, match="không đọc được"):
        list(members("a", out.getvalue()))


def test_a_gzip_that_swells_is_refused_long_before_its_end() -> None:
    rolled = io.BytesIO()
    with tarfile.open(fileobj=rolled, mode="w:gz") as tar:
        for number in range(12):
            info = tarfile.TarInfo(f"{number}.xml")
            info.size = 20_000_000
            tar.addfile(info, io.BytesIO(b"\0" * info.size))
    with pytest.raises(FeedError, match="không đọc được"):
        list(members("a", rolled.getvalue()))


def test_a_tar_header_that_asks_for_the_whole_memory_is_refused() -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 8 * 1024**3 - 1
    forged = info.tobuf(tarfile.GNU_FORMAT) + b"\0" * 4096
    for content in (forged, gzip.compress(forged)):
        tracemalloc.start()
        try:
            with pytest.raises(FeedError, match="không đọc được"):
                list(members("a", content))
            assert tracemalloc.get_traced_memory()[1] < 300_000_000
        finally:
            tracemalloc.stop()


def test_a_member_that_claims_to_be_smaller_than_it_is_is_not_believed() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"x" * 1000)
    forged = out.getvalue().replace(struct.pack("<I", 1000), struct.pack("<I", 10))
    with pytest.raises(FeedError, match="không đọc được"):
        list(members("a", forged))
