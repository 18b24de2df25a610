"""Checked signatures in the figures: apart by state, harmless when repeated or out of order, and nothing of a person anywhere."""

import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
import zstandard
from sqlalchemy import text
from structlog.testing import capture_logs

from dashboard import replays, web
from dashboard.access import tokens
from dashboard.checks import SAMPLE, SOURCE, Checker, Checking, in_sample, land_verdicts
from dashboard.cli import archives
from dashboard.feeds import verdicts
from dashboard.feeds.base import Source
from dashboard.feeds.document_axis import FEED, keep, take
from dashboard.feeds.verdicts import Checked, Verdict
from dashboard.ingest import Desk
from dashboard.messages import Named, land_messages
from dashboard.observations import Entry, Tally
from dashboard.sandbox.authority import Authority
from dashboard.sandbox.signature import Signer
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.store.folding import Folding
from dashboard.store.ledger import Counting
from dashboard.store.queries import cells, held_records, last_runs
from dashboard.store.rebuild import rebuild
from tests.loaded import boards_over, context, ingest_desk
from tests.messages import PEOPLE, Document
from tests.signatures.made import PEN, authority
from tests.web.running import all_routers, served

STATES = ("valid", "invalid", "untrusted", "expired", "revoked")


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """Ingest over an empty database."""
    return ingest_desk(store, tmp_path / "raw")


def land(desk: Desk, *contents: bytes) -> None:
    """Takes messages in, as a gateway would."""
    named = [Named(f"{number}.xml", take(f"{number}.xml", content, context())) for number, content in enumerate(contents)]
    land_messages(desk, FEED, "Cổng kết nối", "simulated", named)


def values(store: Store) -> dict[str, float]:
    """Measure to its value, of those that checks write and that are not zero."""
    names = [*(f"documents_signature_{state}" for state in (*STATES, "sha1")), "documents_checked", "documents_unsigned", "people_signed"]
    names += ["documents_signed_by_agency", "documents_signed_by_person", "documents_sent"]
    found: dict[str, float] = {}
    for cell in cells(store, names):
        found[cell.measure] = found.get(cell.measure, 0.0) + cell.value
    return {name: value for name, value in found.items() if value}


def numbered(number: int, **changes: object) -> bytes:
    """A message of its own."""
    return Document().but(document=f"000.00.00.H05,2026/09/10,{number}/A", **changes).xml()


@pytest.fixture
def checker(desk: Desk, tmp_path: Path) -> Iterator[Checker]:
    """Checks everything, and trusts nobody yet."""
    made = Checker(desk, FEED, Checking("all", tmp_path / "real", tmp_path / "simulated"))
    yield made
    made.close()


def test_every_state_is_counted_apart_and_who_signed_is_nowhere(desk: Desk, checker: Checker, tmp_path: Path) -> None:
    authority = Authority()
    agency, signer = f"UBND {PEOPLE[0]}", Signer(authority)
    authority.publish(tmp_path / "simulated", [agency])
    manners = ("agency", "person", "sha1", "tampered", "expired", "revoked", "stranger", "bare")
    contents = [signer.signed(numbered(number), agency, manner, 12) for number, manner in enumerate(manners)]  # type: ignore[arg-type]
    contents[3] = contents[3].replace(b"Paper>0<", b"Paper>1<")
    contents.append(numbered(len(contents)))
    with capture_logs() as lines:
        land(desk, *contents)
        for content in contents:
            assert checker.offer(content, take("m.xml", content, context()), "simulated", wait=True)
        checker.settle()
    assert values(desk.store) == {
        "documents_sent": 9,
        "documents_checked": 9,
        "documents_unsigned": 1,
        "documents_signature_valid": 3,
        "documents_signature_invalid": 1,
        "documents_signature_expired": 1,
        "documents_signature_revoked": 1,
        "documents_signature_untrusted": 2,
        "documents_signature_sha1": 1,
        "documents_signed_by_agency": 2,
        "documents_signed_by_person": 1,
        "people_signed": 1,
    }
    kept = everything(desk)
    assert "documents_checked" in kept, "it looks where things are kept"
    for word in (*PEOPLE, "CCCD", "000000000012", "Người ký"):
        assert word not in kept
        assert word not in repr(lines)


def test_an_archive_waits_for_its_checks(desk: Desk, checker: Checker, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(30):
            archive.writestr(f"{number}.xml", PEN.sign(numbered(number)))
        archive.writestr("bad.xml", numbered(99, paper="9"))
    authority().publish(tmp_path / "real", [])
    archives.read(desk, FEED, path, checker)
    assert {name: values(desk.store)[name] for name in ("documents_sent", "documents_checked", "documents_signature_valid")} == {
        "documents_sent": 30,
        "documents_checked": 30,
        "documents_signature_valid": 30,
    }


def test_what_a_gateway_brings_is_checked_beside_its_way(desk: Desk, checker: Checker, tmp_path: Path) -> None:
    authority().publish(tmp_path / "simulated", [])
    boards = boards_over(desk.store, desk.raw.folder)
    key = tokens.issue(desk.store, "gateway", ["feed:document_axis"], simulated=True)
    headers = {"X-SystemId": "000.00.00.H05", "X-SecretKey": key, "Content-Type": "application/xml"}
    with served(
        web.build(
            Settings.model_validate({"var_dir": tmp_path}),
            desk.store,
            boards,
            (),
            all_routers(desk.store, boards, desk.raw.folder, checker),
        )
    ) as base:
        for content in (PEN.sign(numbered(1)), numbered(2), numbered(3, paper="9")):
            httpx.post(f"{base}/v1/sendEdoc", content=content, headers=headers)
        checker.settle()
    found = values(desk.store)
    assert (found["documents_checked"], found["documents_signature_valid"], found["documents_unsigned"]) == (2, 1, 1)


def everything(desk: Desk) -> str:
    """Every row of every table, and every raw source, as text."""
    with desk.store.transaction() as connection:
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        # Measures, units and their names are what everybody knows.
        own = [name for name in names if name not in ("catalog_content",)]
        rows = [str(row) for name in own for row in connection.scalars(text(f'SELECT t::text FROM "{name}" t'))]
    files = [zstandard.decompress(path.read_bytes()).decode("utf-8", "replace") for path in desk.raw.folder.rglob("*.zst")]
    assert files
    return "\n".join(rows + files)


def checked(number: int, state: str = "valid", at: str = "2026-09-10T08:30:00Z", people: tuple[str, ...] = (), **more: bool) -> Checked:
    """A verdict on a document."""
    key = f"document|H05|H05,2026/09/10,{number}/A"
    return Checked(key, f"{at}|bac_ninh_2025|province", Verdict(state, "", people=people, **more))


@pytest.mark.parametrize("early", [True, False])
def test_a_verdict_may_come_before_its_document_and_twice(desk: Desk, early: bool) -> None:
    rows = [checked(1, agency=True), checked(1, agency=True)]
    if early:
        land_verdicts(desk, FEED, rows, "simulated")
        assert values(desk.store) == {}
    land(desk, numbered(1))
    for _ in range(2):
        land_verdicts(desk, FEED, rows, "simulated")
    once = {"documents_sent": 1, "documents_checked": 1, "documents_signature_valid": 1, "documents_signed_by_agency": 1}
    assert values(desk.store) == once


def test_of_two_messages_about_a_document_the_later_counts_and_of_two_checks_the_one_that_knew_more(desk: Desk) -> None:
    land(desk, numbered(1))
    later = "2026-09-11T08:30:00Z"
    for rows, state in (
        ([checked(1, "untrusted")], "untrusted"),
        ([checked(1)], "valid"),
        ([checked(1, "untrusted")], "valid"),
        ([checked(1, "revoked")], "revoked"),
        ([checked(1, "invalid", later)], "invalid"),
        ([checked(1)], "invalid"),
    ):
        land_verdicts(desk, FEED, rows, "simulated")
        assert {name for name in values(desk.store) if "signature" in name} == {f"documents_signature_{state}"}


def test_a_recalled_document_counts_no_signature(desk: Desk) -> None:
    land(desk, numbered(1))
    land_verdicts(desk, FEED, [checked(1)], "simulated")
    recall = Document().but(document="000.00.00.H05,2026/09/12,9/A", signed_on="2026/09/12", stamps=("2026/09/12 09:00:00",), business="1")
    land(desk, recall.but(target="000.00.00.H05,2026/09/10,1/A").xml())
    assert values(desk.store) == {}


def test_a_person_counts_once_a_month(desk: Desk) -> None:
    one, other = "a" * 32, "b" * 32
    rows = [checked(number, people=(one,)) for number in range(5)] + [checked(5, people=(one, other))]
    rows.append(checked(6, at="2026-10-01T08:30:00Z", people=(one,)))
    land_verdicts(desk, FEED, rows, "simulated")
    land_verdicts(desk, FEED, rows, "simulated")
    found = {(cell.period, cell.detail): cell.value for cell in cells(desk.store, ["people_signed"])}
    assert found == {("2026-09", "tier=province"): 2, ("2026-10", "tier=province"): 1}
    assert rebuild(desk.store, Folding.of(desk.catalog, desk.units), {FEED.key: Counting(FEED.rules, frozenset())}, lambda *_: None) == 0  # type: ignore[arg-type]


def test_reading_the_findings_again_says_the_same(desk: Desk) -> None:
    land(desk, numbered(1))
    land_verdicts(desk, FEED, [checked(1, people=("a" * 32,))], "simulated")
    before, run = values(desk.store), last_runs(desk.store)[FEED.key, SOURCE]
    done = replays.replay_run(desk, FEED, run.id)
    assert (done.landed, done.held, done.errors) == (0, 0, ())
    assert values(desk.store) == before


def test_no_door_takes_a_verdict(desk: Desk) -> None:
    table = verdicts.written([checked(1)])
    assert take("m.xml", table, context()).held is not None
    land(desk, numbered(1), table)
    assert "documents_checked" not in values(desk.store)
    replays.replay_held(desk, FEED)
    assert "documents_checked" not in values(desk.store)
    assert len(held_records(desk.store)) == 1
    assert keep(table) == table


@pytest.mark.parametrize(
    "row",
    [
        "document|H05|x,2026-09-10T08:30:00Z|bac_ninh_2025|province,fine,,0,0,",
        "document|H05|x,2026-09-10T08:30:00Z|bac_ninh_2025|province,valid,Nguyễn,0,0,",
        "document|H05|x,2026-09-10|bac_ninh_2025|province,valid,,0,0,",
        "document|H05|x,2026-09-10T08:30:00Z|atlantis|province,valid,,0,0,",
        "document|H05|x,2026-09-10T08:30:00Z|bac_ninh_2025|province,valid,,0,0,Nguyễn",
        "document|H05|x,2026-09-10T08:30:00Z|bac_ninh_2025|province,valid,,0",
    ],
)
def test_a_row_that_is_no_verdict_is_held(row: str) -> None:
    found = verdicts.parse(Source("a", verdicts.written([checked(1)]) + row.encode() + b"\n"), context())
    assert (len(found.events), len(found.held)) == (1, 1)


def test_evidence_shows_a_verdict_in_words() -> None:
    shown = dict(FEED.excerpt(Source("a", verdicts.written([checked(1, "expired")])), "2"))
    assert shown["Kết quả"] == "chứng thư không còn hiệu lực"
    assert FEED.excerpt(Source("a", verdicts.written([])), "2") == []


def test_a_months_signer_counts_in_the_unit_and_tier_of_the_first_signature() -> None:
    assert FEED.rules is not None
    (one,) = FEED.rules.tally(Entry("x", {"signing": "2026-09-30T17:30:00Z|bac_ninh_2025|commune"}), frozenset())
    assert one == Tally("people_signed", "bac_ninh_2025", date(2026, 10, 1), "tier=commune", monthly=True)
    assert one.period == "2026-10"


def test_of_sampled_documents_a_tenth_is_checked_and_of_none_none(desk: Desk, tmp_path: Path) -> None:
    chosen = sum(in_sample(f"document|H05|{number}") for number in range(5000))
    assert 400 < chosen < 600
    assert SAMPLE == 10
    messages = [numbered(number) for number in range(40)]
    offered = {}
    for mode in ("off", "sampled"):
        checker = Checker(desk, FEED, Checking(mode, tmp_path, tmp_path))
        offered[mode] = [number for number, one in enumerate(messages) if checker.offer(one, take("m", one, context()), "simulated")]
        checker.close()
    assert offered["off"] == []
    assert offered["sampled"] == [number for number in range(40) if in_sample(f"document|H05|H05,2026/09/10,{number}/A")]


def test_what_sends_no_document_is_not_checked_and_too_much_is_left_out(
    desk: Desk, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content in (b"x", numbered(1, business="1", target="H05,2026/09/10,2/A"), numbered(1, paper="9")):
        assert not checker.offer(content, take("m", content, context()), "simulated")
    future = numbered(1, signed_on="2099/01/01", stamps=("2099/01/01 08:00:00",))
    assert not checker.offer(future, take("m", future, context()), "simulated")
    monkeypatch.setattr("dashboard.checks.WAITING_MOST", 0)
    monkeypatch.setattr(Checker, "_work", lambda _: None)
    with capture_logs() as lines:
        told = [checker.offer(numbered(number), take("m", numbered(number), context()), "simulated") for number in range(3)]
    assert told == [True, False, False]
    assert [line["event"] for line in lines] == ["more messages than can be checked: their signatures stay unchecked"]
