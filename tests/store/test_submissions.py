"""The book of submissions: whatever is brought, confirmed, approved, returned, withdrawn, the figures are those approved last."""

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.errors import OutOfTurn
from dashboard.observations import Observation, Parsed
from dashboard.periods import Period
from dashboard.store import Store, submissions
from dashboard.store import submission_book as book
from dashboard.store.accounts import list_audit
from dashboard.store.queries import cells, data_versions
from dashboard.store.submission_book import Actor, Draft, Submission, Wanted
from dashboard.store.submission_content import Content, Entered, Line, Trouble, content_from
from dashboard.store.write import Origin, land

CLERK, CHIEF = Actor("nguoi.nop"), Actor("nguoi.duyet")
MONTHS = (Period.parse(f"{year}-{month:02d}") for year in itertools.count(1990) for month in range(1, 13))
"""Each example has a month of its own, so that one database serves them all."""
CELLS = ("a", "b", "c")
Values = dict[str, float]


def content(values: Values, month: Period) -> Content:
    return Content(
        "Tờ 1", figures=tuple(Entered("files", "hue", str(month), cell, value, f"Tờ 1!{cell.upper()}7") for cell, value in values.items())
    )


def draft(values: Values, month: Period, name: str = "a.xlsx", errors: int = 0) -> Draft:
    digest = f"{sorted(values.items())}{month}"
    return Draft("work", "hue", str(month), name, digest, digest, 10, "self_reported", {"heads": "x"}, "x", len(values), errors, 0)


def bring(store: Store, values: Values, month: Period) -> Submission:
    return submissions.add(store, draft(values, month), content(values, month), CLERK)[0]


def approve(store: Store, one: Submission) -> None:
    """As the counter does: figures and approval in one transaction."""
    read = book.content_of(store, one.id)
    parsed = Parsed(
        tuple(Observation("files", "hue", Period.parse(one.period), each.value, each.detail, each.cell) for each in read.figures)
    )
    origin = Origin("reports", f"{one.period} {one.version}", one.sha256, datetime.now(UTC), "self_reported", concerns="bytes")
    land(store, origin, parsed, None, lambda connection, landing: submissions.approve(connection, one.id, landing.run_id, CHIEF))


def figures(store: Store, month: Period, as_of: datetime | None = None) -> Values:
    return {cell.detail: cell.value for cell in cells(store, ["files"], [str(month)], as_of=as_of)}


values = st.dictionaries(st.sampled_from(CELLS), st.integers(0, 3).map(float), min_size=1)
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("bring"), values),
        st.tuples(st.sampled_from(["confirm", "approve", "withdraw", "return"]), st.integers(0, 5)),
    ),
    max_size=14,
)


class Model:
    """What should be so: versions with their states, and the figures of the last approved version of each cell."""

    def __init__(self) -> None:
        self.values: list[Values] = []
        self.states: list[str] = []
        self.figures: Values = {}

    def bring(self, brought: Values) -> int:
        for place in reversed(range(len(self.values))):
            if self.values[place] == brought and self.states[place] in ("draft", "waiting", "approved"):
                return place
        self.values.append(brought)
        self.states.append("draft")
        return len(self.values) - 1

    def may(self, act: str, place: int) -> bool:
        state, later = self.states[place], self.states[place + 1 :]
        if act == "confirm":
            return state == "draft" and not {"waiting", "approved"} & set(later)
        return state in {"approve": ("waiting",), "return": ("waiting",), "withdraw": ("draft", "waiting")}[act]

    def do(self, act: str, place: int) -> None:
        after = {"confirm": "waiting", "approve": "approved", "return": "returned", "withdraw": "withdrawn"}[act]
        if act in ("confirm", "approve"):
            self.states = ["replaced" if state == after else state for state in self.states]
        self.states[place] = after
        if act == "approve":
            self.figures = {**self.figures, **self.values[place]}


@given(deeds=deeds)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
def test_figures_are_those_of_the_last_approved_version_of_each_cell_and_the_past_stays(
    store: Store, deeds: list[tuple[str, object]]
) -> None:
    month, model, numbers = next(MONTHS), Model(), list[int]()
    past: list[tuple[datetime, Values]] = []
    for act, what in deeds:
        if isinstance(what, dict):
            one = bring(store, what, month)
            place = model.bring(what)
            numbers = [*numbers, one.id] if place == len(numbers) else numbers
            assert numbers[place] == one.id
            assert one.version == place + 1
        elif numbers:
            place = int(str(what)) % len(numbers)
            one = book.find(store, numbers[place])
            if model.may(act, place):
                model.do(act, place)
                take(store, act, one)
                past.append((datetime.now(UTC), dict(model.figures)))
            else:
                with pytest.raises(OutOfTurn):
                    take(store, act, one)
        assert figures(store, month) == model.figures
    states = [one.state for one in reversed(book.listed(store, Wanted("hue", "work", str(month))))]
    assert states == model.states
    for at, then in past:
        assert figures(store, month, at) == then


def take(store: Store, act: str, one: Submission) -> None:
    if act == "confirm":
        submissions.confirm(store, one.id, CLERK)
    elif act == "approve":
        approve(store, one)
    elif act == "return":
        submissions.hand_back(store, one.id, "chưa khớp", CHIEF)
    else:
        submissions.withdraw(store, one.id, "", CLERK)


def test_each_step_is_told_with_who_and_when_and_stands_in_the_audit(store: Store) -> None:
    month = Period.parse("2026-10")
    one = bring(store, {"a": 1.0}, month)
    submissions.confirm(store, one.id, CLERK)
    submissions.hand_back(store, one.id, "thiếu ba xã", CHIEF)
    steps = book.steps(store, [one.id])[one.id]
    told = [(step.state, step.actor, step.reason) for step in steps]
    assert told == [("draft", "nguoi.nop", ""), ("waiting", "nguoi.nop", ""), ("returned", "nguoi.duyet", "thiếu ba xã")]
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    audit = list_audit(store, 3)
    assert [entry.action for entry in audit] == ["submission returned", "submission waiting", "submission draft"]
    assert audit[0].subject == "hue"
    assert (audit[0].detail or {})["reason"] == "thiếu ba xã"
    assert data_versions(store)["submissions"][0] == 3


def test_an_approval_that_fails_leaves_neither_figures_nor_a_run(store: Store) -> None:
    month = Period.parse("2026-10")
    one = bring(store, {"a": 1.0}, month)
    with pytest.raises(OutOfTurn):
        approve(store, one)
    assert figures(store, month) == {}
    assert book.find(store, one.id).state == "draft"
    assert "reports" not in data_versions(store)


def test_the_same_bytes_are_the_same_version_while_it_is_open_and_a_new_one_after_it_was_returned(store: Store) -> None:
    month = Period.parse("2026-10")
    first = bring(store, {"a": 1.0}, month)
    again, is_new = submissions.add(store, draft({"a": 1.0}, month, "other-name.xlsx"), content({"a": 1.0}, month), CLERK)
    assert (again.id, is_new, again.file_name) == (first.id, False, "a.xlsx")
    submissions.confirm(store, first.id, CLERK)
    submissions.hand_back(store, first.id, "xem lại", CHIEF)
    anew, is_new = submissions.add(store, draft({"a": 1.0}, month), content({"a": 1.0}, month), CLERK)
    assert (anew.version, is_new) == (2, True)


def test_what_has_errors_or_no_figures_cannot_be_confirmed(store: Store) -> None:
    month = Period.parse("2026-10")
    faulty, _ = submissions.add(store, draft({"a": 1.0}, month, errors=1), content({"a": 1.0}, month), CLERK)
    empty, _ = submissions.add(store, draft({}, month), content({}, month), CLERK)
    for one in (faulty, empty):
        with pytest.raises(OutOfTurn, match="lỗi"):
            submissions.confirm(store, one.id, CLERK)


def test_a_mapping_that_was_shown_is_remembered_for_its_unit_and_report(store: Store) -> None:
    month = Period.parse("2026-10")
    one = bring(store, {"a": 1.0}, month)
    submissions.read_again(store, one.id, draft({"a": 1.0}, month), content({"a": 1.0}, month), CLERK)
    assert submissions.remembered(store, "hue", "work") == [{"heads": "x"}]
    assert submissions.remembered(store, "ha_noi", "work") == []
    submissions.withdraw(store, one.id, "", CLERK)
    with pytest.raises(OutOfTurn):
        submissions.read_again(store, one.id, draft({"a": 1.0}, month), content({"a": 1.0}, month), CLERK)


def test_what_was_read_comes_back_from_the_store_as_it_was() -> None:
    whole = Content(
        "Báo cáo",
        (Line(7, "Xã A", (("files", "Báo cáo!C7", "1.234"),)),),
        (Entered("files", "hue", "2026-10", "tier=commune", 1234.0, "Báo cáo!C7"),),
        (Trouble("Báo cáo!D7", "là số âm", "error"),),
        (("Báo cáo!A9", "Người lập", "phần ký"),),
        (("B4", "Tổng"),),
        (("files", "C4"),),
        "TCVN3",
    )
    assert content_from(whole.as_json()) == whole
