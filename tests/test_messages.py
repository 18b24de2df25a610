"""Archives of messages through the command line's own function: landed in batches, harmless when repeated, and nothing half landed."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard import messages
from dashboard.cli import archives
from dashboard.cli.commands import app
from dashboard.errors import FeedError, NotFound
from dashboard.feeds.document_axis import FEED
from dashboard.incoming import Incoming
from dashboard.ingest import Desk
from dashboard.store import Store
from dashboard.store.queries import cells, held_records
from tests.loaded import ingest_desk
from tests.messages import Document, status


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """Ingest over an empty database."""
    return ingest_desk(store, tmp_path / "raw")


def numbered(count: int) -> list[bytes]:
    """So many documents, each followed by its status, with a bad one at the end."""
    found: list[bytes] = []
    for number in range(count):
        name = f"000.00.00.H05,2026/09/10,{number}/A"
        found += [Document(document=name).xml(), status("01", "2026/09/10 16:00:00", document=name)]
    return [*found, Document(paper="9").xml()]


def tar(path: Path, contents: list[bytes]) -> Path:
    """A tar.gz of messages."""
    with tarfile.open(path, "w:gz") as archive:
        for number, content in enumerate(contents):
            info = tarfile.TarInfo(f"{number}.xml")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def values(store: Store) -> dict[str, float]:
    """Measure to its one value."""
    return {cell.measure: cell.value for cell in cells(store, ["documents_sent", "documents_received"])}


def test_an_archive_is_landed_in_batches_and_a_second_time_says_nothing_new(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(messages, "BATCH", 10)
    path = tar(tmp_path / "a.tar.gz", numbered(30))
    assert archives.read(desk, FEED, path) == 0
    assert "61 bản tin, 60 có điều mới, 0 đã biết, 1 giữ lại" in capsys.readouterr().out
    assert values(desk.store) == {"documents_sent": 30, "documents_received": 30}
    assert len(held_records(desk.store)) == 1
    archives.read(desk, FEED, path)
    assert "61 bản tin, 0 có điều mới, 60 đã biết, 1 giữ lại" in capsys.readouterr().out
    assert values(desk.store) == {"documents_sent": 30, "documents_received": 30}
    assert len(held_records(desk.store)) == 1


def test_a_corrected_member_leaves_the_quarantine(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    for paper, held in (("9", 1), ("1", 0)):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.xml", Document(paper=paper).xml())
        archives.read(desk, FEED, path)
        assert len(held_records(desk.store)) == held


def test_what_was_landed_before_an_archive_breaks_off_stays(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "BATCH", 5)
    path = tar(tmp_path / "a.tar.gz", numbered(400))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 3 // 4])
    with pytest.raises(FeedError, match="không đọc được"):
        archives.read(desk, FEED, path)
    landed = values(desk.store)["documents_sent"]
    assert 0 < landed < 400
    monkeypatch.setattr(messages, "BATCH", 2000)
    path.write_bytes(whole)
    archives.read(desk, FEED, path)
    assert values(desk.store) == {"documents_sent": 400, "documents_received": 400}


def test_a_preview_tells_and_writes_nothing(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "one.xml"
    path.write_bytes(Document(stamps=("2027/01/01 08:00:00",), signed_on="2027/01/01").xml())
    archives.preview(desk, FEED, path)
    told = capsys.readouterr().out
    assert "1 bản tin, sẽ nhận 0, giữ lại 1" in told
    assert "chưa đến" in told
    assert not held_records(desk.store)
    assert not list((tmp_path / "raw").rglob("*.zst"))


def test_a_file_that_is_not_there_is_named(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        archives.read(desk, FEED, tmp_path / "nowhere.zip")


def test_the_command_reads_a_file(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DASHBOARD_VAR_DIR", str(tmp_path / "var"))
    path = tar(tmp_path / "a.tar.gz", numbered(2))
    result = CliRunner().invoke(app, ["ingest", "document_axis", "--file", str(path)])
    assert result.exit_code == 0, result.output
    assert "5 bản tin, 4 có điều mới" in result.output


def test_a_watched_folder_is_landed_once_its_files_have_settled_and_nothing_stays_in_it(desk: Desk) -> None:
    watched = Incoming(desk, FEED)
    assert watched.tick() == 0
    watched.folder.mkdir(parents=True)
    tar(watched.folder / "a.tar.gz", numbered(3))
    (watched.folder / "b.xml").write_bytes(Document(document="H05,2026/09/10,b/A").xml())
    (watched.folder / ".copying").write_bytes(b"")
    assert watched.tick() == 0, "a file is read when it no longer changes"
    assert watched.tick() == 2
    assert values(desk.store) == {"documents_sent": 4, "documents_received": 3}
    assert [path.name for path in watched.folder.iterdir()] == [".copying"]


def test_a_damaged_file_in_the_watched_folder_is_set_aside(desk: Desk) -> None:
    watched = Incoming(desk, FEED)
    watched.folder.mkdir(parents=True)
    whole = tar(watched.folder / "a.tar.gz", numbered(3))
    whole.write_bytes(whole.read_bytes()[:-100])
    for _ in range(3):
        assert watched.tick() == 0
    assert [path.name for path in watched.folder.iterdir()] == ["a.tar.gz.loi"]
