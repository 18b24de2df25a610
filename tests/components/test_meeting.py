"""The sentences of a group's board: rules over what was told, wrong in no word."""

from datetime import UTC, date, datetime

import pytest

from dashboard.boards.facts import Statement
from dashboard.boards.group import FactRow, GroupBoard
from dashboard.boards.groups import UnitGroup
from dashboard.boards.targets import TargetRow
from dashboard.charts.markup import text
from dashboard.components import meeting
from dashboard.components.told import NOT_TOLD, fact_matrix, national_line, value_words
from dashboard.declared import Fact
from dashboard.periods import Period
from dashboard.units import Unit
from tests.loaded import catalog, units

DAY = Period.parse("2020-09-11")
KEYS = ("ha_nam", "nam_dinh", "bac_giang")
SPACE = "\u00a0"


def unit(key: str) -> Unit:
    return units().get(key)


def said(fact: str, key: str, value: float, *, is_more: bool = False) -> Statement:
    one = catalog().fact(fact)
    figure = f"{fact}/{key}/{DAY}"
    return Statement(one, unit(key), DAY, value, one.level(value), is_more, "nguyên văn", "Báo", "published", figure, datetime.now(UTC))


def row(fact: str, *values: float | None) -> FactRow:
    return FactRow(
        catalog().fact(fact), tuple(None if value is None else said(fact, key, value) for key, value in zip(KEYS, values, strict=True))
    )


def board(*rows: FactRow, targets: tuple[TargetRow, ...] = ()) -> GroupBoard:
    group = UnitGroup("thu", "declared", "Nhóm thử", "Ghi chú.", tuple(unit(key) for key in KEYS))
    return GroupBoard(group, DAY.last_day, date(2026, 11, 23), (DAY.last_day,), rows, (), (), targets, ())


def plain(words: str) -> str:
    return words.replace(SPACE, " ")


def test_the_head_is_the_connection_that_is_least_used_and_its_use() -> None:
    found = board(
        row("document_axis_connected", 1, 1, 1),
        row("documents_up_on_last_year", 1, None, 1),
        row("service_portal_status_sync", 1, 1, 1),
        row("service_portal_status_sync_volume", 2, None, None),
    )
    assert plain(meeting.sentence(found)) == (
        "3/3 tỉnh đã kết nối đồng bộ hồ sơ với Cổng Dịch vụ công quốc gia; 1/3 được nêu là có nhiều hồ sơ đồng bộ"
    )


def test_when_every_unit_was_told_of_the_count_needs_no_reserve() -> None:
    found = board(row("service_portal_status_sync", 1, 1, 1), row("service_portal_status_sync_volume", 2, 1, 0))
    assert plain(meeting.sentence(found)).endswith("; 1/3 có nhiều hồ sơ đồng bộ")


def test_a_connection_that_not_all_were_told_of_is_said_so() -> None:
    assert plain(meeting.sentence(board(row("document_axis_connected", 1, None, 1)))) == (
        "2/3 tỉnh được nêu là đã kết nối Trục liên thông văn bản quốc gia"
    )


def test_a_use_of_a_connection_that_nobody_has_is_no_head() -> None:
    found = board(row("service_portal_status_sync", 0, 0, 0), row("service_portal_status_sync_volume", 2, None, None))
    assert plain(meeting.sentence(found)) == "1/3 tỉnh được nêu là có nhiều hồ sơ đồng bộ"


def test_without_facts_and_figures_the_head_says_that() -> None:
    assert meeting.sentence(board()) == "Nhóm thử: chưa có số liệu nào của ba tỉnh này"
    assert meeting.lead(board()) == "Ghi chú."


def test_the_lead_tells_each_state_from_the_highest_level_down() -> None:
    found = board(row("personal_signature_stage", 2, 1, 2), row("service_centre_camera_connected", None, None, 1))
    assert plain(meeting.lead(found)) == (
        "Chữ ký số cá nhân: đã áp dụng ở Hà Nam và Bắc Giang, đang thử nghiệm ở Nam Định. "
        "Camera Trung tâm Phục vụ hành chính công: đã nối ở Bắc Giang."
    )


@pytest.mark.parametrize(("days", "words"), [(80, "còn 80 ngày"), (0, "đến hạn hôm nay"), (-2184, "đã qua 2.184 ngày")])
def test_days_to_a_deadline(days: int, words: str) -> None:
    assert plain(meeting.days_words(days)) == words


def test_what_became_of_targets_is_said_only_of_those_that_are_over_and_unknown() -> None:
    target = next(iter(catalog().targets.values()))
    over, open_ = TargetRow(target, 80, -5, ()), TargetRow(target, 80, 5, ())
    assert "cả hai hạn đã qua từ 5 ngày trở lên" in plain(meeting.outcome((over, over), True))
    assert "Đến hôm nay một hạn đã qua" in plain(meeting.outcome((over, open_), True))
    assert meeting.outcome((over,), False) == meeting.outcome((open_,), True) == ""


@pytest.mark.parametrize(
    ("fact", "key", "value", "is_more", "words"),
    [
        ("personal_signature_stage", "ha_nam", 1, False, "đang thử nghiệm"),
        ("stated_electronic_document_share", "ha_nam", 98, False, "98%"),
        ("signature_coverage_departments", "vn", 90, True, "hơn 90%"),
        ("signatures_issued", "vn", 276_000, False, "276.000 chữ ký số"),
    ],
)
def test_values_in_words(fact: str, key: str, value: float, is_more: bool, words: str) -> None:
    assert value_words(said(fact, key, value, is_more=is_more)) == words


def test_each_cell_of_the_matrix_has_a_look_a_word_and_a_way_to_its_quote() -> None:
    drawn = fact_matrix([row("personal_signature_stage", 2, 1, None), row("online_payment_volume", None, None, 1)], board().units, "Bảng")
    for look, word in (("yes", "đã áp dụng"), ("pilot", "đang thử nghiệm"), ("few", "rất ít"), ("none", NOT_TOLD)):
        assert f'class="look-{look}"' in drawn
        assert text(word) in drawn
    assert "/can-cu/personal_signature_stage/nam_dinh/2020-09-11" in drawn
    assert "1/3" in drawn


def test_no_national_fact_is_no_line() -> None:
    assert national_line([]) is None
    assert "hơn 90%" in str(national_line([said("signature_coverage_departments", "vn", 90, is_more=True)]))


def test_a_fact_says_which_of_its_levels_a_number_is() -> None:
    fact: Fact = catalog().fact("personal_signature_stage")
    assert [level.name_vi for level in fact.levels] == ["chưa triển khai", "đang thử nghiệm", "đã áp dụng"]
    assert fact.level(0.5) is None
