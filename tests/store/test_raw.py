"""Raw bytes: kept under their own hash, whole or not at all."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import FeedError, NotFound
from dashboard.store.raw import RawStore


@given(content=st.binary(max_size=5000))
def test_what_is_kept_comes_back(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    store = RawStore(tmp_path_factory.getbasetemp() / "raw")
    assert store.read(store.keep(content)) == content


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    assert store.keep(b"a") == store.keep(b"a")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("damage", [b"", b"no frame at all", zstandard.compress(b"other bytes")])
def test_a_damaged_file_is_not_shown_as_evidence_and_is_mended_by_the_next_reading(tmp_path: Path, damage: bytes) -> None:
    store = RawStore(tmp_path)
    digest = store.keep(b"figures")
    (path,) = tmp_path.rglob("*.zst")
    path.write_bytes(damage)
    with pytest.raises(NotFound, match=digest[:12]):
        store.read(digest)
    store.keep(b"figures")
    assert store.read(digest) == b"figures"


def test_what_was_never_kept_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="0000"):
        RawStore(tmp_path).read("0" * 64)


def test_a_frame_that_claims_to_be_huge_is_refused(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    digest = store.keep(b"figures")
    (path,) = tmp_path.rglob("*.zst")
    # A zstd frame header that declares 2**50 bytes of content and holds one empty block.
    path.write_bytes(b"\x28\xb5\x2f\xfd\xe0" + (2**50).to_bytes(8, "little") + b"\x01\x00\x00")
    with pytest.raises(NotFound):
        store.read(digest)


def test_a_crash_while_writing_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FeedError, match=r"cannot be written .*No space left"):
        RawStore(tmp_path).keep(b"figures")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_many_threads_may_keep_the_same_bytes(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda _: store.keep(b"x" * 100_000), range(32)))
    assert len(digests) == 1
    assert store.read(digests.pop()) == b"x" * 100_000
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
