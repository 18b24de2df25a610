"""Signs over a store: found from what was told, leading to their records, dismissed with a reason, back with new evidence."""

import datetime as dt
from pathlib import Path

import pytest

from dashboard.boards import Boards
from dashboard.boards.judging import check_rules
from dashboard.catalog import Catalog
from dashboard.errors import ConfigurationError
from dashboard.formats import HANOI
from dashboard.observations import Observation
from dashboard.periods import is_working_day, load_holidays
from dashboard.store import Store, accounts
from dashboard.store.accounts import AuditEntry
from dashboard.store.queries import data_versions
from dashboard.store.reading import reading
from dashboard.store.signs import Dismissal, write_dismissal
from dashboard.store.write import remember_catalog
from tests.counted import cell, provinces, state
from tests.loaded import DATA, boards_over, catalog

TODAY = dt.date(2026, 11, 23)
FIRST = dt.date(2026, 8, 3)
DAYS_OFF = load_holidays(DATA / "holidays.csv")
SILENT, PAPER, QUIET, PLAIN = "hue", "ca_mau_2025", "lai_chau", "ha_noi"


def boards(store: Store, raw: Path, today: dt.date = TODAY) -> Boards:
    return boards_over(store, raw, dt.datetime.combine(today, dt.time(9), HANOI))


def documents(unit: str, day: dt.date, sent: float, electronic: float) -> list[Observation]:
    return [
        cell("documents_sent", unit, day.isoformat(), sent, "tier=province"),
        cell("documents_electronic", unit, day.isoformat(), electronic, "tier=province"),
    ]


def told(first: dt.date, last: dt.date) -> list[Observation]:
    """Everybody sends on working days: one falls silent after 2/11, one adds paper to most, one does next to nothing."""
    found: list[Observation] = []
    for place in range((last - first).days + 1):
        day = first + dt.timedelta(days=place)
        if not is_working_day(day, DAYS_OFF):
            continue
        for unit in provinces(TODAY):
            if unit == SILENT and day > dt.date(2026, 11, 2):
                continue
            sent = 3 if unit == QUIET and day.day % 2 else 0 if unit == QUIET else 400
            if sent:
                found += documents(unit, day, sent, 100 if unit == PAPER else sent)
    return found


@pytest.fixture
def filled(store: Store) -> Store:
    state(store, "document_axis", told(FIRST, TODAY - dt.timedelta(days=1)))
    return store


def test_each_kind_of_show_is_found_where_it_is_and_nowhere_else(filled: Store, tmp_path: Path) -> None:
    board = boards(filled, tmp_path).signs()
    assert {(one.rule.key, one.unit.key) for one in board.standing} == {
        ("axis_silent", SILENT), ("axis_paper", PAPER), ("axis_hardly_used", QUIET),
    }  # fmt: skip
    assert board.judged == 34
    assert board.through == TODAY - dt.timedelta(days=1)
    assert board.of(PLAIN) == ()
    assert all(one.provenance == "simulated" for one in board.signs)


def test_evidence_of_a_sign_leads_to_the_records_that_it_rests_on(filled: Store, tmp_path: Path) -> None:
    over = boards(filled, tmp_path)
    (paper,) = over.signs().of(PAPER)
    assert [str(trace.period) for trace in paper.traces] == ["2026-09", "2026-10"]
    evidence = over.evidence(paper.traces[0].figure)
    assert (evidence.reading.numerator, evidence.reading.denominator) == (100 * 20, 400 * 20), "twenty working days in September 2026"
    assert paper.traces[0].value == 75.0
    (silent,) = over.signs().of(SILENT)
    last, *nothing = silent.traces
    assert str(last.period) == "2026-11-02"
    assert over.evidence(last.figure).value == 100.0
    assert [trace.figure for trace in nothing] == ["", ""], "of a day without a record there is nothing to open"


def test_the_silence_of_the_whole_feed_is_nobodys(store: Store, tmp_path: Path) -> None:
    state(store, "document_axis", told(FIRST, dt.date(2026, 10, 30)))
    assert {one.rule.key for one in boards(store, tmp_path).signs().signs} & {"axis_silent"} == set()


def dismiss(store: Store, rule: str, unit: str, through: dt.date, dismissed: bool = True) -> None:
    number = data_versions(store).get("signs", (0, None))[0]
    fields = {"username": f"to-{number}", "display_name": "Tổ công tác", "role": "working_group", "unit": None, "password_hash": "x"}
    person = accounts.add_person(store, fields, AuditEntry("test", "account created"))
    assert person is not None
    word = Dismissal(rule, unit, dismissed, through, "Mạng của tỉnh đang bảo trì.", "", dt.datetime.now(dt.UTC))
    write_dismissal(store, word, person, AuditEntry("to", "sign dismissed", unit))


def test_a_dismissed_sign_steps_aside_with_its_reason_and_the_others_stay(filled: Store, tmp_path: Path) -> None:
    over = boards(filled, tmp_path)
    (silent,) = over.signs().of(SILENT)
    dismiss(filled, "axis_silent", SILENT, silent.through)
    board = boards(filled, tmp_path).signs()
    assert board.of(SILENT) == ()
    (aside,) = board.dismissed
    assert aside.dismissal is not None
    assert (aside.dismissal.reason, aside.dismissal.who) == ("Mạng của tỉnh đang bảo trì.", "Tổ công tác")
    assert {one.unit.key for one in board.standing} == {PAPER, QUIET}


def test_it_comes_back_when_new_evidence_appears_and_not_before(filled: Store, tmp_path: Path) -> None:
    (silent,) = boards(filled, tmp_path).signs().of(SILENT)
    dismiss(filled, "axis_silent", SILENT, silent.through)
    state(filled, "document_axis", told(TODAY, dt.date(2026, 12, 8)))
    assert boards(filled, tmp_path, dt.date(2026, 12, 1)).signs().of(SILENT) == (), "the same silence, a week longer"
    (again,) = boards(filled, tmp_path, dt.date(2026, 12, 9)).signs().of(SILENT)
    assert again.dismissal is None
    assert again.before is not None
    assert again.before.dismissed


def test_what_was_dismissed_can_be_taken_up_again_by_hand(filled: Store, tmp_path: Path) -> None:
    (silent,) = boards(filled, tmp_path).signs().of(SILENT)
    dismiss(filled, "axis_silent", SILENT, silent.through)
    dismiss(filled, "axis_silent", SILENT, silent.through, dismissed=False)
    (back,) = boards(filled, tmp_path).signs().of(SILENT)
    assert back.before is not None
    assert not back.before.dismissed


def test_a_dismissal_counts_at_once_although_figures_are_judged_again_only_now_and_then(filled: Store, tmp_path: Path) -> None:
    over = boards(filled, tmp_path)
    (silent,) = over.signs().of(SILENT)
    dismiss(filled, "axis_silent", SILENT, silent.through)
    over.adopt(over.pull())
    assert over.signs().of(SILENT) == ()
    with reading() as read:
        over.signs()
    assert not read.everything, "a board of signs does not stand on every document that comes in"


def test_the_board_of_a_past_instant_knows_no_later_word_and_no_later_figure(filled: Store, tmp_path: Path) -> None:
    remember_catalog(filled, catalog().digest, dict(catalog().texts))
    before = dt.datetime.now(dt.UTC)
    (silent,) = boards(filled, tmp_path).signs().of(SILENT)
    dismiss(filled, "axis_silent", SILENT, silent.through)
    state(filled, "document_axis", [cell("documents_sent", SILENT, "2026-11-20", 400, "tier=province")])
    later = boards_over(filled, tmp_path, dt.datetime.now(dt.UTC))
    assert later.signs().find("axis_silent", SILENT) is None
    (then,) = later.signs(as_of=before).of(SILENT)
    assert (then.rule.key, then.before) == ("axis_silent", None)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("days = 10, chance = 1e-5", "day = 10", r"\[axis_silent\] limits.day"),
        ('part = "documents_electronic"', "", r"\[axis_paper\] part: .* has one"),
        ('count = "documents_sent"', 'count = "nothing"', r"\[axis_silent\] count: “nothing”"),
        ('kind = "silent"', 'kind = "loud"', r"\[axis_silent\] kind"),
    ],
)
def test_a_mistake_in_the_file_is_named(old: str, new: str, said: str) -> None:
    texts = dict(catalog().texts)
    texts["signs.toml"] = texts["signs.toml"].replace(old, new, 1)
    with pytest.raises(ConfigurationError, match=f"data/signs.toml: {said}"):
        check_rules(Catalog.parse(texts))
