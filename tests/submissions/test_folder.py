"""The watched folder: what says of itself what it is of becomes a draft, what does not lies there with the reason beside it."""

from pathlib import Path

from dashboard.store import Store
from dashboard.store import submission_book as book
from dashboard.submissions.folder import WatchedFolder
from tests.submissions.desk import PERIOD, UNIT, counter, workbook


def test_a_template_becomes_a_draft_and_anything_else_stays_with_its_reason(store: Store, tmp_path: Path) -> None:
    here = counter(store, tmp_path)
    watched = WatchedFolder(here)
    assert watched.tick() == 0
    watched.folder.mkdir(parents=True)
    (watched.folder / "An Giang.xlsx").write_bytes(workbook(here))
    (watched.folder / "ai-biet.csv").write_bytes(b"a,b\n1,2\n")
    (watched.folder / "cat-ngang.xlsx").write_bytes(workbook(here)[:5000])
    (watched.folder / ".dang-chep.xlsx").write_bytes(b"PK")
    assert watched.tick() == 0, "a file that may still be written is left alone"
    assert watched.tick() == 1
    (one,) = book.listed(store, book.Wanted())
    assert (one.unit, one.period, one.state, one.file_name) == (UNIT, str(PERIOD), "draft", "An Giang.xlsx")
    assert book.steps(store, [one.id])[one.id][0].actor == "thư mục incoming/workbooks"
    left = {path.name: path for path in watched.folder.iterdir()}
    assert set(left) == {".dang-chep.xlsx", "ai-biet.csv.loi", "ai-biet.csv.loi.txt", "cat-ngang.xlsx.loi", "cat-ngang.xlsx.loi.txt"}
    assert "Mã biểu" in left["ai-biet.csv.loi.txt"].read_text(encoding="utf-8")
    assert "hỏng" in left["cat-ngang.xlsx.loi.txt"].read_text(encoding="utf-8")
    assert watched.tick() == watched.tick() == 0, "what was refused is not tried again"

    (watched.folder / "lan-nua.xlsx").write_bytes(workbook(here))
    watched.tick()
    assert watched.tick() == 1
    assert len(book.listed(store, book.Wanted())) == 1, "the same file twice is one submission"
