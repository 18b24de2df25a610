"""Targets on a group's board: days in figures, states in words, and nothing judged without a reading."""

from datetime import date, timedelta

from dashboard.boards.group import GroupBoard
from dashboard.boards.groups import UnitGroup
from dashboard.boards.targets import Standing, TargetRow
from dashboard.figures.attainment import Attainment, Reading, State
from dashboard.figures.attainment import Target as Goal
from dashboard.observations import Provenance
from dashboard.pages.parts import targets
from tests.loaded import catalog, units

KEYS = ("ha_nam", "nam_dinh", "bac_giang")
TODAY = date(2026, 11, 23)
TARGET = catalog().targets["reporting_province_2020"]


def board(day: date, *states: State | None) -> GroupBoard:
    every = tuple(units().get(key) for key in KEYS)
    goal, seen = Goal(70, TARGET.deadline, "province"), Reading(date(2020, 10, 31), 48.0)
    standings = tuple(
        Standing(unit, Attainment(goal, state, seen) if state else None, None) for unit, state in zip(every, states, strict=True)
    )
    known: Provenance | None = "simulated" if any(states) else None
    row = TargetRow(TARGET, (TARGET.deadline - day).days, (TARGET.deadline - TODAY).days, standings, known)
    return GroupBoard(UnitGroup("thu", "declared", "Nhóm thử", "", every), day, TODAY, (), (), (), (), (row,), ())


def test_before_the_deadline_its_days_are_counted_from_the_day_viewed_and_from_today() -> None:
    drawn = targets.targets(board(date(2020, 9, 11), None, None, None))
    assert '<b class="n">80</b>' in drawn
    assert "tính ở ngày 11/09/2020" in drawn
    assert targets.NO_READING in drawn
    assert "không nơi nào được coi là đạt hay không đạt" in drawn


def test_after_it_the_days_that_passed_and_on_it_neither() -> None:
    assert "ngày đã qua từ hạn" in targets.targets(board(TARGET.deadline + timedelta(days=5), None, None, None))
    assert "đến hạn hôm nay" in targets.targets(board(TARGET.deadline, None, None, None))


def test_units_stand_under_the_word_of_their_state_and_the_silent_ones_are_named() -> None:
    drawn = targets.targets(board(date(2020, 11, 20), "met", "behind", None))
    assert "1 đạt" in drawn
    assert "1 khó kịp" in drawn
    assert "1 chưa có số liệu" in drawn
    assert "Nam Định 48,0%" in drawn
    assert "Mô phỏng" in drawn
    assert targets.NO_READING not in drawn


def test_the_title_counts_them_and_says_when_they_were_given() -> None:
    assert targets.title(board(TODAY, None, None, None)) == "Một mục tiêu giao ngày 11/09/2020"
