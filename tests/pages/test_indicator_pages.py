"""The pages of indicators over counts: what stands beside each figure, what a gap looks like, and an indicator added by one table."""

import html
import json
import re
from datetime import date
from pathlib import Path

import pytest
from plotly.utils import PlotlyJSONEncoder

from dashboard.access.roles import Role
from dashboard.access.viewer import Viewer
from dashboard.boards import Boards
from dashboard.catalog import Catalog
from dashboard.errors import NotFound
from dashboard.pages import evidence, indicator, indicators
from dashboard.pages.parts.digital import digital
from dashboard.periods import Grain
from dashboard.store import Store
from dashboard.store.folding import Folding, remember_folding
from dashboard.web import Page, View, address
from tests.counted import cell, every_day, fill, state
from tests.loaded import boards_over, catalog, units

LEADER = Viewer(1, "thu", "Người xem", Role.LEADER, None, "session")
DAYS = [*every_day(date(2026, 9, 7), date(2026, 10, 30), 7), *every_day(date(2026, 11, 2), date(2026, 11, 22), 4)]


def look(page: Page, boards: Boards, path: str, **query: str) -> str:
    """The words of a page, tags left out."""
    variables = page.variables(path)
    assert variables is not None
    drawn = page.render(View(boards, LEADER, {**variables, **query}, path, query))
    return said(json.dumps(drawn, cls=PlotlyJSONEncoder, ensure_ascii=False))


def said(drawn: str) -> str:
    plain = re.sub(r"<[^>]*>", " ", html.unescape(drawn.replace('\\"', '"')))
    return re.sub(r"\s+", " ", plain.replace("\u00a0", " "))


@pytest.fixture
def boards(store: Store, tmp_path: Path) -> Boards:
    fill(store, DAYS, lambda one: one.unit in ("hue", "ha_noi", "son_la"))
    return boards_over(store, tmp_path)


def test_the_list_shows_every_indicator_with_value_counts_and_state(boards: Boards) -> None:
    words = look(indicators.PAGE, boards, "/chi-tieu")
    for one in catalog().indicators.values():
        assert one.name_vi in words, one.key
    board = boards.indicator("electronic_document_rate")
    assert board.together is not None
    assert f"{board.together.numerator:,.0f} / {board.together.denominator:,.0f}".replace(",", ".") in words
    assert "11/2026, đến 22/11" in words
    assert "10 chưa có số liệu" in words, "the ten that are published are not in this store"
    assert "không cộng" in words, "people counted once have no sum"


def test_without_a_figure_there_is_a_definition_and_a_sentence(store: Store, tmp_path: Path) -> None:
    bare = boards_over(store, tmp_path)
    for key, one in catalog().indicators.items():
        words = look(indicator.PAGE, bare, f"/chi-tieu/{key}")
        assert "chưa có số liệu" in words, key
        assert one.formula_vi in words
    assert f"{len(catalog().indicators)} chưa có số liệu" in look(indicators.PAGE, bare, "/chi-tieu")
    with pytest.raises(NotFound):
        look(indicator.PAGE, bare, "/chi-tieu/nothing")


def test_a_rate_stands_beside_its_counts_period_source_and_state(boards: Boards) -> None:
    words = look(indicator.PAGE, boards, "/chi-tieu/electronic_document_rate")
    for one in boards.indicator("electronic_document_rate").values:
        counts = f"{one.reading.numerator:,.0f} / {one.reading.denominator:,.0f}".replace(",", ".")
        assert f"{one.unit.name_vi} {counts}" in words.replace(one.unit.name_vi + "  ", one.unit.name_vi + " ")
    assert "Trục liên thông văn bản quốc gia" in words
    assert "Mô phỏng" in words
    assert "3 tỉnh, thành phố; 31 chưa báo cáo" in words
    assert "từ 30 văn bản gửi trong kỳ" in words


def test_a_tier_of_agency_is_one_click_and_says_so(boards: Boards) -> None:
    every = boards.indicator("electronic_document_rate")
    communes = boards.indicator("electronic_document_rate", agency_tier="commune")
    assert every.together is not None
    assert communes.together is not None
    words = look(indicator.PAGE, boards, "/chi-tieu/electronic_document_rate", cap="commune")
    assert f"{communes.together.denominator:,.0f}".replace(",", ".") in words
    assert f"/ {every.together.denominator:,.0f}".replace(",", ".") not in words
    assert "Cấp huyện" not in words, "there are none any more"


@pytest.mark.parametrize("key", [one.key for one in catalog().indicators.values() if one.form != "official"])
@pytest.mark.parametrize("period", ["", "2026-10", "2026"])
def test_every_counted_indicator_is_drawn(boards: Boards, key: str, period: str) -> None:
    board = boards.indicator(key)
    if period and not any(str(one) == period for one in board.periods):
        return
    words = look(indicator.PAGE, boards, f"/chi-tieu/{key}", **({"ky": period} if period else {}))
    assert catalog().indicator(key).name_vi in words
    figure = board.values[0].figure
    told = look(evidence.PAGE, boards, f"/can-cu/{figure}")
    assert "Phép tính" in told
    assert "lần nhận" in told


def test_the_way_to_another_period_stays_small_with_two_years_of_days(store: Store, tmp_path: Path) -> None:
    state(
        store,
        "camera_health",
        [cell("camera_minutes_office", "hue", str(day), 960) for day in every_day(date(2024, 11, 1), date(2026, 11, 20))],
    )
    state(
        store,
        "camera_health",
        [cell("camera_minutes_live", "hue", str(day), 900) for day in every_day(date(2024, 11, 1), date(2026, 11, 20))],
    )
    many = boards_over(store, tmp_path)
    offered = many.indicator("camera_availability").periods
    assert sum(one.grain is Grain.MONTH for one in offered) == 25, "every month can be gone to"
    page = indicator.PAGE
    for wanted in ("2026-11", "2025-02-03", "2025", "2025-Q1"):
        view = View(many, LEADER, {"indicator": "camera_availability", "ky": wanted}, "/chi-tieu/camera_availability", {"ky": wanted})
        drawn = json.dumps(page.render(view), cls=PlotlyJSONEncoder, ensure_ascii=False)
        links = re.findall(r"ky=(2[^\\\"&]*)", drawn)
        assert len(set(links)) < 80
        assert address("", ky=wanted).removeprefix("?ky=") in links


def test_the_block_of_a_province_has_a_line_for_each_counted_indicator(boards: Boards) -> None:
    unit = units().get("hue")
    (block,) = digital(View(boards, LEADER, {"unit": "hue"}, "/tinh/hue"), unit)
    words = said(json.dumps(block, cls=PlotlyJSONEncoder, ensure_ascii=False))
    for one in catalog().indicators.values():
        assert (one.name_vi in words) == (one.form != "official"), one.key
    own = boards.indicator("electronic_document_rate").value_of("hue")
    assert own is not None
    assert f"{own.reading.numerator:,.0f} / {own.reading.denominator:,.0f}".replace(",", ".") in words
    assert words.count("Mô phỏng") == 1, "once in the head"
    (silent,) = digital(View(boards, LEADER, {"unit": "lai_chau"}, "/tinh/lai_chau"), units().get("lai_chau"))
    assert "Chưa báo cáo" in said(json.dumps(silent, cls=PlotlyJSONEncoder, ensure_ascii=False))


ADDED = """
[refused_document_rate]
name_vi = "Tỷ lệ văn bản bị từ chối"
short_vi = "Bị từ chối"
name_en = "Refused documents"
description_vi = "Cho biết bao nhiêu văn bản đến bị từ chối."
formula_vi = "Văn bản bị từ chối chia cho văn bản đến trong kỳ."
basis_vi = "Quyết định 28/2018/QĐ-TTg"
numerator = "documents_refused"
denominator = "documents_received"
minimum = 10
feed = "document_axis"
better = "lower"
unit_vi = "%"
maximum = 100
decimals = 1
grain = "day"
due_working_day = 1
tiers = ["province"]
"""


def with_one_more() -> Catalog:
    """The catalog with one table more."""
    texts = dict(catalog().texts)
    return Catalog.parse({**texts, "indicators.toml": texts["indicators.toml"] + ADDED})


def test_to_add_an_indicator_is_to_add_one_table(store: Store, tmp_path: Path) -> None:
    told = [
        cell("documents_refused", "hue", "2026-11-20", 3, "tier=commune"),
        cell("documents_received", "hue", "2026-11-20", 24, "tier=commune"),
    ]
    state(store, "document_axis", told)
    remember_folding(store, Folding.of(with_one_more(), units()))
    boards = boards_over(store, tmp_path, definitions=with_one_more())
    assert "Tỷ lệ văn bản bị từ chối" in look(indicators.PAGE, boards, "/chi-tieu")
    words = look(indicator.PAGE, boards, "/chi-tieu/refused_document_rate")
    assert "chỉ Huế 12,5% có số liệu" in words
    assert "3 / 24" in words
    (block,) = digital(View(boards, LEADER, {"unit": "hue"}, "/tinh/hue"), units().get("hue"))
    assert "12,5%" in said(json.dumps(block, cls=PlotlyJSONEncoder, ensure_ascii=False))
    assert "3 / 24 = 12,5%" in look(evidence.PAGE, boards, "/can-cu/refused_document_rate/hue/2026-11")
