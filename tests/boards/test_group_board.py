"""Boards of groups over the published figures: what was told, ranks within the group, targets, who took whose place."""

import datetime as dt
from dataclasses import replace

import pytest

from dashboard.boards import Boards
from dashboard.boards.desk import instant
from dashboard.boards.group import GroupBoard
from dashboard.catalog import Catalog
from dashboard.errors import ConfigurationError, NotFound
from dashboard.periods import Period
from tests.loaded import Loaded, catalog

HOP = "hop_2020_09_11"
ON_THE_DAY = dt.date(2020, 9, 11)


def board(boards: Boards, key: str = HOP, day: dt.date | None = None) -> GroupBoard:
    return boards.group(boards.find_group(key, None), day)


def changed(name: str, old: str, new: str) -> Catalog:
    texts = dict(catalog().texts)
    assert old in texts[name]
    return Catalog.parse({**texts, name: texts[name].replace(old, new, 1)})


def test_the_board_of_the_meeting_opens_on_its_day_with_what_was_told(published: Loaded) -> None:
    found = board(published.boards())
    assert found.day == ON_THE_DAY
    connected, volume = found.row("document_axis_connected"), found.row("service_portal_status_sync_volume")
    assert connected is not None
    assert volume is not None
    assert len(connected.at("yes")) == 7
    assert {one.unit.key for one in volume.at("yes")} == {"ha_nam", "bac_ninh"}
    assert volume.cells[found.units.index(published.boards().units.get("nam_dinh"))] is None
    assert volume.told[0].quote.startswith("2 tỉnh có nhiều hồ sơ")
    assert {one.fact.key: one.is_more for one in found.national}["signature_coverage_departments"]


def test_nothing_was_told_before_the_meeting(published: Loaded) -> None:
    found = board(published.boards(), day=dt.date(2020, 9, 10))
    assert found.facts == ()
    assert found.national == ()


def test_indicators_are_of_the_newest_period_that_was_over_and_ranked_within_the_group(published: Loaded) -> None:
    found = board(published.boards())
    rows = {row.indicator.key: row for row in found.indicators}
    assert set(rows) == {"papi_portal_access", "papi_internet_access", "papi_e_responsiveness"}
    for row in rows.values():
        assert row.period == Period.parse("2019")
        assert sorted(cell.rank for cell in row.cells if cell is not None) == list(range(1, 8))
    best = max((cell for cell in rows["papi_internet_access"].cells if cell is not None), key=lambda cell: cell.value)
    assert best.rank == 1


def test_a_region_is_compared_in_the_newest_figures(published: Loaded) -> None:
    found = board(published.boards(), "red_river_delta")
    total = next(row for row in found.indicators if row.indicator.key == "index766_total")
    assert total.period == Period.parse("2025-10")
    assert {unit.key: cell.rank for unit, cell in zip(found.units, total.cells, strict=True) if cell is not None}["bac_ninh_2025"] == 1
    assert (found.facts, found.targets, found.became) == ((), (), ())


def test_targets_count_their_days_from_the_day_viewed_and_are_not_judged_without_a_reading(published: Loaded) -> None:
    on_the_day = [(row.target.value, row.days_left) for row in board(published.boards()).targets]
    assert on_the_day == [(70, 80), (60, 80), (30, 80), (30, 111)]
    today = board(published.boards(), day=dt.date(2026, 11, 23))
    assert [row.days_left for row in today.targets] == [row.days_left_today for row in today.targets] == [-2184, -2184, -2184, -2153]
    assert not any(row.is_judged for row in today.targets)


def test_a_target_with_readings_is_judged_for_each_unit(published: Loaded) -> None:
    # The survey of 2020 ends after the deadline of the four: a target of its own stands in for figures that come in time.
    said = """
[papi]
name_vi = "Tiếp cận Internet"
short_vi = "Internet"
indicator = "papi_internet_access"
value = 2
unit_vi = "điểm"
given = 2020-09-11
deadline = 2022-12-31
group = "hop_2020_09_11"
set_by_vi = "phép thử"
source_vi = "phép thử"
"""
    texts = dict(catalog().texts)
    definitions = Catalog.parse({**texts, "targets.toml": texts["targets.toml"] + said})
    row = board(published.boards(definitions=definitions), day=dt.date(2023, 6, 1)).targets[-1]
    assert row.is_judged
    assert row.provenance == "published"
    states = {one.unit.key: one.attainment.state for one in row.standings if one.attainment is not None}
    assert set(states.values()) <= {"met", "missed"}
    values = {one.unit.key: one.attainment.judged.value for one in row.standings if one.attainment and one.attainment.judged}
    assert states == {key: "met" if value >= 2 else "missed" for key, value in values.items()}


def test_those_that_ended_lead_to_those_that_took_their_place(published: Loaded) -> None:
    heirs = {unit.key: [one.key for one in after] for unit, after in board(published.boards()).became}
    assert heirs["bac_giang"] == heirs["bac_ninh"] == ["bac_ninh_2025"]
    assert heirs["thai_binh"] == ["hung_yen_2025"]
    assert len(heirs) == 7


def test_an_instant_before_anything_was_stored_has_no_board(published: Loaded) -> None:
    boards = published.boards()
    with pytest.raises(NotFound, match="chưa có số liệu nào trước"):
        boards.group(boards.find_group(HOP, None), None, instant("2020-09-12"))


def test_evidence_of_a_fact_leads_to_its_row(published: Loaded) -> None:
    found = published.boards().fact_evidence("personal_signature_stage/bac_ninh/2020-09-11")
    assert found.statement.quote == "đang triển khai, thử nghiệm chữ ký số cá nhân"
    assert dict(found.told[0].excerpt)["value"] == "pilot"
    with pytest.raises(NotFound, match="không nguồn nào nêu"):
        published.boards().fact_evidence("service_centre_camera_connected/ha_nam/2020-09-11")


def test_a_fact_whose_raw_row_is_lost_is_shown_without_its_quote(published: Loaded) -> None:
    boards = replace(published, raw=published.raw / "gone").boards()
    row = board(boards).row("document_axis_connected")
    assert row is not None
    assert len(row.at("yes")) == 7
    assert row.told[0].quote == ""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"ha_nam"', '"atlantis"', "no unit is called “atlantis”"),
        ('"ha_nam"', '"ha_nam_2025"', "no unit is called"),
        ('"ha_nam"', '"ninh_binh_2025"', "there was no “ninh_binh_2025” on 2020-09-11"),
        ('"ha_nam"', '"red_river_delta"', "several tiers"),
        ("[hop_2020_09_11]", "[red_river_delta]", "a unit has that key"),
    ],
)
def test_a_declared_group_that_cannot_be_stops_the_start(published: Loaded, old: str, new: str, why: str) -> None:
    texts = dict(catalog().texts)
    groups = texts["groups.toml"].replace(old, new, 1)
    definitions = Catalog.parse({**texts, "groups.toml": groups, "targets.toml": ""})
    with pytest.raises(ConfigurationError, match=why):
        published.boards(definitions=definitions)


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        ("facts.toml", 'of = "document_axis_connected"', 'of = "nothing"', "“nothing” is declared nowhere"),
        ("facts.toml", "value = 1, name_vi", "value = 0, name_vi", "numbers rise"),
        ("facts.toml", "[documents_up_on_last_year]", "[index766_total]", "declares a measure of that key"),
        ("targets.toml", 'group = "hop_2020_09_11"', 'group = "nobody"', "“nobody” is declared nowhere"),
        ("targets.toml", "deadline = 2020-11-30", "deadline = 2020-01-01", "before the day it was given"),
        ("groups.toml", '"ha_nam", "nam_dinh"', '"ha_nam", "ha_nam"', "named twice"),
    ],
)
def test_a_slip_in_the_files_is_named(name: str, old: str, new: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        changed(name, old, new)
