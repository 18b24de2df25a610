"""A feed run from end to end: real files, real PostgreSQL, real raw store."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from dashboard.errors import FeedError, NotFound
from dashboard.feeds import read_feeds
from dashboard.feeds.base import Source
from dashboard.ingest import Desk, load_published, preview, run
from dashboard.store import Store
from dashboard.store.queries import catalog_texts, cells, data_versions, held_records, last_runs, revisions
from tests.loaded import (
    OCTOBER,
    PROVINCES,
    Loaded,
    catalog,
    content,
    ingest_desk,
    loaded,
    loaded_template,
    take,
)

__all__ = ["loaded", "loaded_template"]

TOTAL = ("index766_total", "bac_ninh_2025", str(OCTOBER))


def rows(store: Store) -> int:
    with store.transaction() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM observation")) or 0)


def corrected(old: str, new: str) -> bytes:
    changed = content(PROVINCES).decode("utf-8-sig")
    assert changed.count(old) == 1
    return changed.replace(old, new).encode()


def october_row(unit_code: str) -> str:
    (line,) = [line for line in content(PROVINCES).decode("utf-8-sig").splitlines() if line.startswith(f"{unit_code},2025-10,")]
    return line


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    return ingest_desk(store, tmp_path / "raw")


def test_loading_the_published_figures_twice_changes_nothing(desk: Desk) -> None:
    first = list(load_published(desk))
    assert [report.error for report in first] == [None] * 5
    assert sum(report.landing.landed for report in first if report.landing) == rows(desk.store) == 544 + 816 + 120 + 45 + 1236
    before = (rows(desk.store), data_versions(desk.store))
    again = list(load_published(desk))
    assert [report.landing.landed for report in again if report.landing] == [0] * 5
    assert (rows(desk.store), data_versions(desk.store)) == before
    assert held_records(desk.store) == []
    assert catalog_texts(desk.store, datetime.now(UTC)) == dict(catalog().texts)


def test_the_raw_bytes_of_every_run_are_kept(loaded: Loaded) -> None:
    for (_, source), told in last_runs(loaded.store).items():
        assert loaded.desk().raw.read(told.sha256) == content(source)


def test_a_corrected_file_adds_a_revision_and_evidence_shows_both(loaded: Loaded) -> None:
    line = october_row("24")
    fields = line.split(",")
    between = datetime.now(UTC)
    better = ",".join([*fields[:4], f"{float(fields[4]) - 1:.2f}", *fields[5:10], f"{float(fields[10]) - 1:.2f}", fields[11]])
    report = take(loaded.desk(), "dvcqg_766", PROVINCES, corrected(line, better))
    assert report.landing is not None
    assert (report.landing.landed, report.landing.unchanged) == (2, 542)
    new, old = loaded.boards().evidence("/".join(TOTAL)).revisions
    assert new.cell.value == pytest.approx(old.cell.value - 1)
    assert (dict(new.excerpt)["tong_100"], dict(old.excerpt)["tong_100"]) == (better.split(",")[10], fields[10])
    assert new.run.sha256 != old.run.sha256
    as_it_was = loaded.boards().ranking("766", OCTOBER, between).row("bac_ninh_2025")
    assert as_it_was is not None
    assert as_it_was.total == old.cell.value


def test_a_bad_row_is_held_and_released_when_the_file_is_mended(desk: Desk) -> None:
    line = october_row("01")
    report = take(desk, "dvcqg_766", PROVINCES, corrected(line, line.replace("H26", "H99")))
    assert report.landing is not None
    assert (report.landing.landed, report.landing.held) == (67 * 8, 1)
    (held,) = held_records(desk.store)
    assert (held.source, held.raw.count("H99")) == (PROVINCES, 1)
    assert content(PROVINCES).decode("utf-8-sig").splitlines()[int(held.record) - 1] == line
    take(desk, "dvcqg_766", PROVINCES, content(PROVINCES))
    assert held_records(desk.store) == []
    assert rows(desk.store) == 68 * 8


def test_a_row_that_goes_bad_keeps_its_old_figure(loaded: Loaded) -> None:
    line = october_row("24")
    take(loaded.desk(), "dvcqg_766", PROVINCES, corrected(line, line.replace("H05", "H99")))
    assert len(revisions(loaded.store, *TOTAL)) == 1
    assert len(held_records(loaded.store)) == 1


@pytest.mark.parametrize("broken", [b"", b"\xff\xfe", b"a,b\n1,2\n"])
def test_a_source_that_fails_keeps_the_old_figures_and_says_why(loaded: Loaded, broken: bytes) -> None:
    before = (rows(loaded.store), data_versions(loaded.store))
    report = take(loaded.desk(), "dvcqg_766", PROVINCES, broken)
    assert report.landing is None
    assert PROVINCES in str(report.error)
    assert (rows(loaded.store), data_versions(loaded.store)) == before
    assert last_runs(loaded.store)[("dvcqg_766", PROVINCES)].error == report.error
    board = {source.feed.key: source for source in loaded.boards().sources()}["dvcqg_766"]
    assert [failure.source for failure in board.failures] == [PROVINCES]
    assert board.last_good is not None


def test_a_source_without_one_good_row_fails_and_its_rows_are_held_all_the_same(desk: Desk) -> None:
    line = october_row("24")
    head = content(PROVINCES).decode("utf-8-sig").splitlines()[0]
    report = take(desk, "dvcqg_766", PROVINCES, f"{head}\n{line.replace('H05', 'H99')}\n".encode())
    assert "0 units, fewer than the 1 it must bring; first record held:" in str(report.error)
    assert len(held_records(desk.store)) == 1
    assert last_runs(desk.store)[("dvcqg_766", PROVINCES)].held == 1


def test_a_bad_source_does_not_stop_the_next(desk: Desk) -> None:
    bad, good = run(desk, read_feeds()["dvcqg_766"], [Source("bad_2025-10.csv", b""), Source(PROVINCES, content(PROVINCES))])
    assert bad.error
    assert good.landing
    assert good.landing.landed == 544


def test_a_month_that_has_not_begun_is_held(desk: Desk) -> None:
    later = content(PROVINCES).decode("utf-8-sig").replace("2025-10,", "2052-10,", 1).replace("2025-YTD(10)", "2052-YTD(10)", 1)
    report = take(desk, "dvcqg_766", PROVINCES, later.encode())
    assert report.landing is not None
    assert (report.landing.landed, report.landing.held) == (66 * 8, 2)
    assert {held.reason for held in held_records(desk.store)} == {"tháng 10/2052 chưa bắt đầu", "lũy kế 10 tháng 2052 chưa bắt đầu"}
    assert all("ma_coquan=H" in held.raw for held in held_records(desk.store))


def test_a_preview_writes_nothing(desk: Desk) -> None:
    found = preview(desk, read_feeds()["dvcqg_766"], Source(PROVINCES, content(PROVINCES)))
    assert len(found.observations) == 544
    assert rows(desk.store) == 0
    assert not desk.raw.folder.exists()
    with pytest.raises(FeedError, match="fewer than"):
        preview(desk, read_feeds()["papi"], Source("x.csv", b"year,gso_code,access_to_portals,access_to_internet,e_responsiveness\n"))


def test_a_full_disk_is_a_run_that_failed_not_a_crash(desk: Desk) -> None:
    desk.raw.folder.parent.mkdir(parents=True, exist_ok=True)
    desk.raw.folder.write_bytes(b"a file where the folder should be")
    report = take(desk, "dvcqg_766", PROVINCES, content(PROVINCES))
    assert "cannot be written" in str(report.error)
    assert rows(desk.store) == 0
    assert "cannot be written" in str(last_runs(desk.store)[("dvcqg_766", PROVINCES)].error)


def test_an_unknown_feed_is_told_which_there_are(desk: Desk) -> None:
    with pytest.raises(NotFound, match="no feed “x”; there are: document_axis, dvcqg_766, "):
        desk.feed("x")


def test_figures_of_the_old_provinces_stay_with_the_old_provinces(loaded: Loaded) -> None:
    found = {cell.unit for cell in cells(loaded.store, ["papi_portal_access"], ["2018"])}
    assert {"bac_giang", "bac_ninh"} <= found
    assert "bac_ninh_2025" not in found
