"""Components: what they show in every state, and that nothing in them is ever read as HTML by mistake."""

import dataclasses
import re

import pytest
from dash import html

from dashboard.charts.bars import Target
from dashboard.charts.markup import Markup, tag
from dashboard.components.drawing import Drawing, drawn, nodes
from dashboard.components.frame import Choice, NavItem, masthead, page_head, picker, section, switch
from dashboard.components.login_page import error_html, login_html
from dashboard.components.marks import evidence_href, figure_link, movement, points, provenance_badge, stamp, state_mark
from dashboard.components.ranking_table import Order, RankingLinks, best_and_worst, heat_class, ranking_table
from dashboard.components.rows import FindingRow, ScoreCard, component_rows, empty, facts, findings, late_strip, score_card
from dashboard.components.table import Column, Row, data_table, search_field, searchable
from tests.components.examples import OCTOBER, RANKING, component, october

HOSTILE = '"><script>alert(1)</script>'
LINKS = RankingLinks(sort=lambda key: f"?sap={key}", choose=lambda unit: f"?chon={unit}")


def test_a_drawing_refuses_plain_text() -> None:
    with pytest.raises(TypeError, match="Markup"):
        Drawing("<b>text</b>")  # type: ignore[arg-type]


def test_a_drawing_is_found_by_dash_under_its_own_namespace() -> None:
    told = drawn(tag("b", "x"), css="c").to_plotly_json()
    assert told == {"props": {"html": "<b>x</b>", "className": "c", "tag": "div"}, "type": "Drawing", "namespace": "dashboard_elements"}


def test_neighbouring_markup_becomes_one_drawing_and_components_stay() -> None:
    found = nodes([tag("b"), tag("i"), None, html.P("x"), "words"])
    assert [type(one).__name__ for one in found] == ["Drawing", "P", "str"]


@pytest.mark.parametrize(
    "made",
    [
        figure_link(HOSTILE, HOSTILE),
        stamp(HOSTILE, HOSTILE, "published", 3, [HOSTILE]),
        state_mark("alarm", HOSTILE),
        picker(HOSTILE, HOSTILE, [Choice(HOSTILE, HOSTILE)]),
        switch([Choice(HOSTILE, HOSTILE)], HOSTILE),
        page_head(HOSTILE, lead=HOSTILE),
        findings([FindingRow("watch", HOSTILE, HOSTILE, HOSTILE, HOSTILE)]),
        facts([(HOSTILE, HOSTILE)]),
        empty(HOSTILE, HOSTILE, HOSTILE),
        late_strip(HOSTILE, HOSTILE, HOSTILE, HOSTILE),
        data_table([Column(HOSTILE, href=HOSTILE, below=HOSTILE)], [Row((HOSTILE,), HOSTILE, HOSTILE)], HOSTILE, id="a"),
        search_field("a", HOSTILE, HOSTILE),
        score_card(ScoreCard(HOSTILE, HOSTILE, HOSTILE, Target(0.5), "watch", HOSTILE, HOSTILE, evidence=HOSTILE)),
    ],
)
def test_hostile_words_stay_words(made: Markup) -> None:
    assert isinstance(made, Markup)
    assert "<script" not in made
    assert not re.search(r'="[^"]*<', made)


def test_a_page_drawn_from_hostile_names_holds_no_script() -> None:
    board = october()
    row = dataclasses.replace(board.rows[0], unit=dataclasses.replace(board.rows[0].unit, name_vi=HOSTILE, full_name_vi=HOSTILE))
    assert "<script" not in ranking_table(dataclasses.replace(board, rows=(row,)), [row], LINKS, Order())
    assert "<script" not in login_html(next_path=HOSTILE, error=HOSTILE, username=HOSTILE)
    assert "<script" not in error_html(404, HOSTILE, HOSTILE, HOSTILE)


def test_the_four_gaps_have_four_looks() -> None:
    missing, zero = score_card(ScoreCard("a", "––", "", None, "silent")), score_card(ScoreCard("a", "0,00%", "0 / 12", Target(0.0), None))
    late, quiet = (
        score_card(ScoreCard("a", "48%", "", Target(0.48), "late")),
        score_card(ScoreCard("a", "0", "0 / 1.204", Target(0.0), "watch", "34 ngày không có giao dịch")),
    )
    assert "tb gap" in missing
    assert "tb gap" not in zero
    assert len({re.sub(r"\s+", "", one) for one in (missing, zero, late, quiet)}) == 4
    assert "Chưa báo cáo" in missing
    assert "Chậm cập nhật" in late


def test_no_movement_is_not_the_same_as_none_to_compare() -> None:
    assert "––" in movement(None)
    assert "không đổi" in movement(0)
    assert 'class="mv up"' in movement(6)
    assert "tăng " in movement(6)
    assert "10 bậc" in movement(-10, "bậc")
    assert "−" not in movement(-10)


def test_a_late_stamp_says_so_and_a_fresh_one_does_not() -> None:
    assert "chậm 12 ngày" in stamp("Kỳ 9/2025", "Cổng", "published", 12)
    assert "chậm" not in stamp("Kỳ 9/2025", "Cổng", "published")


@pytest.mark.parametrize("kind", ["official", "published", "self_reported", "simulated"])
def test_every_provenance_has_a_mark_and_a_word(kind: str) -> None:
    drawn_badge = provenance_badge(kind)
    assert "<use href=" in drawn_badge
    assert re.search(r"</svg>\w", drawn_badge)


def test_a_figure_leads_to_its_evidence() -> None:
    assert evidence_href("index766_total/hue/2025-10/ytd") == "/can-cu/index766_total/hue/2025-10/ytd"
    assert 'href="/can-cu/a/b/2025"' in points(15.79, 18, "a/b/2025")
    assert points(None, 18) == '<span class="n i3">––</span>'


def test_the_ranking_shows_34_rows_in_the_order_given_with_published_figures() -> None:
    board = october()
    drawn_table = ranking_table(board, board.rows[::-1], LINKS, Order("score"), chosen="lam_dong")
    assert drawn_table.count("<tr") == 35
    assert drawn_table.index(">Huế<") < drawn_table.index(">Bắc Ninh<")
    assert re.search(r'<tr[^>]*class="on"[^>]*>.*?>Lâm Đồng<', drawn_table)
    assert 'aria-sort="ascending"' in drawn_table
    assert drawn_table.count("dưới 80 điểm") == 3 * 2, "a title and words for ears"
    assert "12</td>" in drawn_table
    assert "9–15" in drawn_table


def test_an_empty_ranking_can_be_drawn() -> None:
    assert "<tbody></tbody>" in ranking_table(dataclasses.replace(october(), rows=()), [], LINKS, Order())


def test_a_missing_component_is_a_dash_in_the_ranking_and_a_gap_in_the_rows() -> None:
    board = october()
    key = RANKING.components[0]
    row = dataclasses.replace(board.rows[0], components={**board.rows[0].components, key: component(key, None, 17.83, None)})
    assert 'title="chưa báo cáo"' in ranking_table(board, [row], LINKS, Order())
    drawn_rows = component_rows(list(row.components.values()), row.unit.key, OCTOBER, {})
    assert drawn_rows.count("tb gap") == 1
    assert 'href="#silent"' in drawn_rows


def test_heat_is_blank_near_the_median() -> None:
    assert [heat_class(step) for step in (-3, -1, 0, 1, 3)] == ["h1", "h3", "", "h5", "h7"]


def test_component_rows_begin_with_what_is_furthest_below_the_median() -> None:
    row = next(row for row in october().rows if row.unit.name_vi == "Phú Thọ")
    drawn_rows = component_rows(list(row.components.values()), row.unit.key, OCTOBER, {})
    order = re.findall(r'href="/chi-tieu/(\w+)"', drawn_rows)
    assert order[:2] == ["index766_transparency", "index766_online_payment"]
    assert "−2,04" in drawn_rows


def test_best_and_worst_are_named_from_both_ends() -> None:
    ends = best_and_worst(october().rows, 3)
    assert re.findall(r">([^<>]+)</a></span>", ends["best"]) == ["Bắc Ninh", "Quảng Ninh", "Quảng Trị"]
    assert re.findall(r">([^<>]+)</a></span>", ends["worst"]) == ["Huế", "Cao Bằng", "Đà Nẵng"]


def test_rows_are_found_without_tone_marks() -> None:
    assert searchable("Tỉnh Đắk Lắk", "H15") == "tinh dak lak h15"


def test_a_table_names_its_rows_and_its_sorting() -> None:
    drawn_table = data_table(
        [Column("Tên"), Column("Điểm", True, "?sap=diem", "descending")], [Row(("Huế", "78,89"), is_chosen=True)], "Bảng"
    )
    assert '<th scope="row" class="l">Huế</th>' in drawn_table
    assert 'aria-sort="descending"' in drawn_table
    assert '<caption class="sr">Bảng</caption>' in drawn_table
    assert 'aria-current="true"' in drawn_table


def test_the_masthead_marks_the_present_page_for_eyes_and_ears() -> None:
    told = str(masthead([NavItem("Tổng quan", "/"), NavItem("Xếp hạng", "/xep-hang", True)], "Lê Văn A", "Lãnh đạo").to_plotly_json())
    assert 'class="on" aria-current="page"' in told
    assert "Offcanvas" in told
    assert 'action="/dang-xuat" method="post"' in told


def test_a_section_can_be_linked_to() -> None:
    assert section("Tiêu đề", tag("p"), id="muc").to_plotly_json()["props"]["id"] == "muc"


def test_the_login_page_works_without_scripts_and_keeps_the_name() -> None:
    page = login_html(next_path="/xep-hang?ky=2025-10", error="Sai.", username="lanhdao")
    assert page.startswith("<!doctype html><html")
    assert 'value="/xep-hang?ky=2025-10"' in page
    assert re.search(r'<input id="username"[^>]*value="lanhdao"', page)
    assert re.search(r'<input id="password"[^>]*autofocus', page)
    assert 'role="alert"' in page
    assert "<script" not in page
    assert "Quần đảo Hoàng Sa" in page


def test_a_first_visit_begins_with_the_name() -> None:
    page = login_html(next_path="/", error=None, username="")
    assert re.search(r'<input id="username"[^>]*autofocus', page)
    assert not re.search(r'<input id="password"[^>]*autofocus', page)
    assert "alert" not in page.replace('href="#alarm"', "").replace('id="alarm"', "")


def test_an_error_page_says_what_and_where_to_go() -> None:
    page = error_html(404, "Không có trang này", "Địa chỉ này không có.", "/")
    assert "404" in page
    assert "<h1>Không có trang này</h1>" in page
    assert 'href="/" class="bt main">Về tổng quan' in page
