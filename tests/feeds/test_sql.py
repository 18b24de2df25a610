"""Systems whose database is asked, as rows of data/feeds.toml: a real SQLite file and a real PostgreSQL."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from dashboard import pulls
from dashboard.errors import ConfigurationError
from dashboard.feeds.base import Feed
from dashboard.feeds.rows import load_rows
from dashboard.ingest import Desk, Report
from dashboard.store import Store
from dashboard.store.queries import cells, held_records
from dashboard.store.turns import mark_of
from tests.loaded import catalog, ingest_desk

ROW = """
[registry]
kind = "sql"
name_vi = "Sổ hồ sơ công việc"
publisher = "Sổ của bộ"
provenance = "self_reported"
address = "env:REGISTRY_DATABASE"
query = "SELECT code, month, total, clerk, changed FROM reports WHERE changed >= :since ORDER BY changed"
watermark = "changed"
since_first = SINCE
[[registry.cells]]
measure = "case_files_processed"
unit = "code"
period = "month"
value = "total"
"""
TABLE = "CREATE TABLE reports (code text, month text, total numeric(12, 1), clerk text, changed {kind})"
ADD = "INSERT INTO reports VALUES ('{code}', '2026-10', {total}, 'Lê Thị Mật', '{changed}')"


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """Ingest over an empty database."""
    return ingest_desk(store, tmp_path / "raw")


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Feed]:
    """The feed of the row at an address, with changes to it."""

    def made(address: str, *changes: tuple[str, str], since: str = '"2000-01-01"') -> Feed:
        monkeypatch.setenv("REGISTRY_DATABASE", address)
        row = ROW.replace("SINCE", since)
        for old, new in changes:
            assert old in row
            row = row.replace(old, new)
        (tmp_path / "feeds.toml").write_text(row, encoding="utf-8")
        return load_rows(tmp_path, catalog())["registry"]

    return made


def read(desk: Desk, feed: Feed) -> Report:
    """Asks, and lands; the last source."""
    return list(pulls.read(desk, feed))[-1]


def values(store: Store) -> dict[str, float]:
    """What stands, by unit."""
    return {cell.unit: cell.value for cell in cells(store, ["case_files_processed"])}


def sqlite(path: Path, *statements: str) -> str:
    """Does something in a file; its address."""
    with sqlite3.connect(path) as connection:
        for one in statements:
            connection.execute(one)
    connection.close()
    return f"sqlite:///{path}"


def test_rows_become_cells_and_only_what_changed_is_asked_for_again(
    desk: Desk, store: Store, make: Callable[..., Feed], tmp_path: Path
) -> None:
    file = tmp_path / "registry.db"
    address = sqlite(file, TABLE.format(kind="text"), ADD.format(code="H05", total=40, changed="2026-11-01 08:00:00"))
    feed = make(address)
    assert read(desk, feed).error is None
    assert values(store) == {"bac_ninh_2025": 40}
    assert mark_of(store, "registry") == '["text", "2026-11-01 08:00:00"]'
    sqlite(
        file,
        "DELETE FROM reports",
        ADD.format(code="H26", total="7.5", changed="2026-11-02 08:00:00"),
        ADD.format(code="H12", total=9, changed="2026-10-30 08:00:00"),
    )
    report = read(desk, feed)
    assert report.landing is not None
    assert values(store) == {"bac_ninh_2025": 40, "ha_noi": 7.5}, "what is older than the mark was read before"
    assert read(desk, feed).error is None
    kept = b"".join(desk.raw.read(path.stem) for path in (tmp_path / "raw").rglob("*.zst"))
    assert "Mật".encode() not in kept
    assert b"H26" in kept


def test_postgresql_does_as_well_with_instants_as_marks_and_cannot_be_changed_by_the_question(
    desk: Desk, store: Store, empty_database_url: str, make: Callable[..., Feed]
) -> None:
    other = create_engine(empty_database_url)
    with other.begin() as connection:
        connection.execute(text(TABLE.format(kind="timestamptz")))
        for code, total, changed in (("H05", 40, "2026-11-01T08:00:00+07:00"), ("H99", 1, "2026-11-01T09:00:00+07:00")):
            connection.execute(text(ADD.format(code=code, total=total, changed=changed)))
    address = empty_database_url.replace("postgresql+psycopg://", "postgresql://")
    feed = make(address)
    assert read(desk, feed).error is None
    assert values(store) == {"bac_ninh_2025": 40}
    assert str(mark_of(store, "registry")).startswith('["datetime", "2026-11-01T')
    assert [one.record for one in held_records(store)] == ["2"]
    with other.begin() as connection:
        connection.execute(text(ADD.format(code="H26", total=7, changed="2026-11-01T09:00:00+07:00")))
    assert read(desk, feed).error is None
    assert values(store) == {"bac_ninh_2025": 40, "ha_noi": 7}
    report = read(desk, make(address, ("SELECT code", "DELETE FROM reports RETURNING code"), ("ORDER BY changed", "")))
    assert report.error is not None
    assert "DELETE" in report.error
    with other.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM reports")) == 3
    other.dispose()


def test_without_a_mark_all_there_is_is_one_whole_that_takes_the_place_of_the_one_before(
    desk: Desk, store: Store, make: Callable[..., Feed], tmp_path: Path
) -> None:
    file = tmp_path / "registry.db"
    address = sqlite(file, TABLE.format(kind="text"), *(ADD.format(code=code, total=1, changed="2026") for code in ("H05", "H99")))
    feed = make(address, ('watermark = "changed"\n', ""), (" WHERE changed >= :since", ""))
    assert read(desk, feed).error is None
    assert len(held_records(store)) == 1
    sqlite(file, "DELETE FROM reports WHERE code = 'H99'")
    assert read(desk, feed).error is None
    assert held_records(store) == []
    sqlite(file, "DELETE FROM reports")
    assert "0 units" in (read(desk, feed).error or "")
    assert values(store) == {"bac_ninh_2025": 1}


def test_what_goes_wrong_is_told_without_the_password(
    desk: Desk, make: Callable[..., Feed], tmp_path: Path, empty_database_url: str
) -> None:
    for address, changes, said in (
        ("postgresql://ta:bi-mat-nay@127.0.0.1:1/x", (), "không trả lời, hoặc câu hỏi sai"),
        ("nothing://ta:bi-mat-nay@x", (), "địa chỉ cơ sở dữ liệu không đọc được"),
        ("mysql+pymysql://ta:bi-mat-nay@x/y", (), "không có trình điều khiển"),
        (empty_database_url, (), "reports"),
        (
            sqlite(tmp_path / "a.db", TABLE.format(kind="text")),
            (('watermark = "changed"', 'watermark = "altered"'),),
            "không cho cột “altered”",
        ),
    ):
        report = read(desk, make(address, *changes))
        assert report.error is not None
        assert said in report.error
        assert "bi-mat-nay" not in report.error


def test_an_address_is_a_secret(make: Callable[..., Feed]) -> None:
    with pytest.raises(ConfigurationError, match=r"\[registry\] address: a secret is never written here"):
        make("", ("env:REGISTRY_DATABASE", "sqlite:///x"))
