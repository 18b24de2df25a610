"""Every component in every state on one page, to be looked at: python -m tests.components.gallery FOLDER.

Writes gallery.html and pictures of it at four sizes, light and dark. The page needs no server: it reads the assets beside the program.
"""

import sys
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import sync_playwright

from dashboard.charts.bars import Target
from dashboard.charts.difference_bars import difference_bars
from dashboard.charts.dot_strip import Strip, StripDot, dot_strips
from dashboard.charts.marks import symbols
from dashboard.charts.markup import Markup, joined, tag
from dashboard.charts.neighbours import neighbours
from dashboard.charts.outline_map import outline_map
from dashboard.charts.places import Place
from dashboard.charts.rank_ruler import rank_ruler
from dashboard.charts.tile_map import load_tiles, tile_map
from dashboard.components.frame import Choice, page_head, picker, switch
from dashboard.components.login_page import country_outline
from dashboard.components.marks import Judgement, movement, provenance_badge, stamp, state_mark
from dashboard.components.ranking_table import Order, RankingLinks, ranking_note, ranking_table
from dashboard.components.rows import (
    FindingRow,
    ScoreCard,
    actions,
    cards,
    component_rows,
    empty,
    facts,
    findings,
    late_strip,
    score_card,
)
from dashboard.components.sentences import national_head
from dashboard.components.table import Column, Row, data_table, search_field
from dashboard.settings import CHECKOUT
from tests.chromium import FLAGS
from tests.components.examples import OCTOBER, RANKING, component, october

ASSETS = CHECKOUT / "dashboard" / "assets"
SIZES = {"wall": (3840, 2160), "desk": (1920, 1080), "tablet": (1024, 768), "phone": (390, 844)}
STATES: tuple[Judgement, ...] = ("ok", "watch", "alarm", "silent", "late", "sim")
LINKS = RankingLinks(sort=lambda key: f"?sap={key}", choose=lambda unit: f"?chon={unit}")


def gallery(theme: str = "desk") -> str:
    """The whole page."""
    links = [tag("link", rel="stylesheet", href=(ASSETS / name).as_uri()) for name in ("tokens.css", "app.css")]
    scripts = [tag("script", src=(ASSETS / name).as_uri()) for name in ("theme.js", "desk.js")]
    head = tag(
        "head", tag("meta", charset="utf-8"), tag("meta", name="viewport", content="width=device-width"), *links, tag("title", "Bộ phận")
    )
    strip = late_strip("Chậm cập nhật.", "Kỳ mới nhất là tháng 10/2025.", "Nguồn số liệu", "/nguon-so-lieu")
    page = tag("div", strip, page_head(national_head(october()), *_beside()), _columns(), *_wide(), class_="page page-gallery")
    return "<!doctype html>" + tag("html", head, tag("body", symbols(), tag("main", page), *scripts), lang="vi", data_theme=theme)


def _beside() -> list[Markup]:
    choices = [Choice("Tháng 10/2025", "?", True), Choice("Lũy kế 10 tháng 2025", "?ky=2025-10/ytd")]
    return [
        picker("Kỳ", "tháng 10/2025", choices),
        stamp("Kỳ tháng 10/2025", "Cổng Dịch vụ công quốc gia", "published", more=["34/34 nơi có điểm"]),
    ]


def _section(title: str, *content: Markup, beside: Markup | None = None) -> Markup:
    return tag("section", tag("div", tag("header", tag("h2", title), beside), class_="sechead"), *content, class_="sec")


def _columns() -> Markup:
    return tag("div", *[tag("div", *each, class_="col") for each in (_maps(), _lines(), _states())], class_="g three")


def _places() -> list[Place]:
    """October as published, but with one late, one silent and one simulated tile, to see them together."""
    found = [
        Place(r.unit.gso_code or "", r.unit.key, r.unit.name_vi, r.total, r.rank, "alarm" if r.below_line else "") for r in october().rows
    ]
    changed = {"Gia Lai": ("late", "kỳ 9/2025"), "Cà Mau": ("silent", "chưa báo cáo"), "Sơn La": ("sim", "")}
    for index, place in enumerate(found):
        if place.name in changed:
            state, note = changed[place.name]
            gone = {"value": None, "rank": None} if state == "silent" else {}
            found[index] = replace(place, state=state, note=note, **gone)  # type: ignore[arg-type]
    return found


def _maps() -> list[Markup]:
    wanted = [row.unit.key for row in october().rows[-3:][::-1]] + ["bac_ninh", "thai_nguyen", "tay_ninh", "ca_mau"]
    tiles = load_tiles(CHECKOUT / "data" / "geo" / "tiles34.csv", CHECKOUT / "data" / "geo" / "tiles_archipelagos.csv")
    ways = switch([Choice("Bản đồ", "?", True), Choice("Ô bằng nhau", "?xem=o")], "Cách xem")
    drawn = outline_map(country_outline(), _places(), wanted, "Điểm 766", "dưới 80 điểm")
    return [_section("Bản đồ", drawn, beside=ways), _section("Ô bằng nhau", tile_map(tiles, _places(), "Điểm 766", "dưới 80 điểm"))]


def _lines() -> list[Markup]:
    board = october()
    row = next(row for row in board.rows if row.unit.name_vi == "Phú Thọ")
    strips = []
    for key in RANKING.components:
        parts = [(each.unit.name_vi, each.components[key]) for each in board.rows]
        dots = tuple(StripDot(name, one.value or 0, "", one.heat <= -3) for name, one in parts)
        strips.append(Strip(parts[0][1].indicator.name_vi, parts[0][1].indicator.maximum, parts[0][1].median, dots))
    gap = component(RANKING.components[0], None, 17.83, None)
    reasons = [
        ("Thanh toán trực tuyến", -1.57, -0.43, -1.14),
        ("Số hóa hồ sơ", -2.35, -1.93, -0.42),
        ("Tiến độ giải quyết", -0.87, -0.9, 0.03),
    ]
    best = {key: ("Bắc Ninh", board.rows[0].components[key].value or 0) for key in RANKING.components}
    near = [(r.rank, r.unit.name_vi, r.total, f"/tinh/{r.unit.key}", r is row) for r in board.rows[18:25]]
    return [
        _section("Mỗi chấm một tỉnh", dot_strips(strips)),
        _section("Thước hạng", rank_ruler(22, (20, 24), 34, 12), rank_ruler(8, (6, 11), 34, 23), rank_ruler(1, (1, 1), 34, 1)),
        _section("Vì sao hạng thay đổi", difference_bars(reasons, ("Cộng", -4.79, -3.26, -1.53))),
        _section("Sáu nhóm điểm, một nhóm thiếu", component_rows([gap, *list(row.components.values())[1:]], "phu_tho", OCTOBER, best)),
        _section("Đứng giữa ai", neighbours(near)),
    ]


def _states() -> list[Markup]:
    marks = tag("p", *[joined([state_mark(state), " "]) for state in STATES])
    badges = tag("p", *[joined([provenance_badge(kind), " "]) for kind in ("published", "official", "self_reported", "simulated")])
    moved = tag("p", *[joined([movement(places, "bậc"), " "]) for places in (6, -10, 0, None)])
    stamps = [stamp("Kỳ 9/2025", "Cổng Dịch vụ công quốc gia", "published", 12), stamp("14:30 20/11/2025", "Trục liên thông", "simulated")]
    claims = [
        FindingRow(
            "alarm", "Thái Nguyên: hạng 3 lũy kế, tháng 10 hạng 26", "Công khai, minh bạch 15,59/18, trung vị 17,83.", "/tinh/thai_nguyen"
        ),
        FindingRow("watch", "Hà Nội: tiến độ giải quyết 14,28/20", "Hạng 31, lũy kế hạng 15.", "/tinh/ha_noi", is_simulated=True),
    ]
    return [
        _section("Trạng thái, xuất xứ, thay đổi", marks, badges, moved, *stamps),
        _section("Phát hiện", findings(claims)),
        _section("Trống", empty("Chưa có nhiệm vụ nào đến hạn trong tuần.", "Xem 9 nhiệm vụ đang chạy", "/don-doc")),
        _section(
            "Dòng và nút",
            facts([("Nguồn", "Cổng Dịch vụ công quốc gia"), ("Cách tính", "Cộng sáu nhóm.")]),
            actions(("Mở", "/"), ("Căn cứ", "/"), note="Ghi nhật ký"),
        ),
    ]


def _wide() -> list[Markup]:
    course = (52.0, 54.1, None, 57.0, 58.2, 59.9, 60.3, 61.4)
    shown = [
        ScoreCard("Đạt", "61,4%", "412.903 / 672.480 hồ sơ", Target(0.614, 0.6), "ok", "", "mục tiêu 60%", "simulated", course, "a/b/2025"),
        ScoreCard(
            "Cảnh báo, có dự báo",
            "72,3%",
            "982.923 / 1.359.506",
            Target(0.723, 0.9, 0.77),
            "alarm",
            "Khó kịp 31/12",
            "mục tiêu 90%",
            "simulated",
            course,
        ),
        ScoreCard(
            "Chậm cập nhật", "48,0%", "96.212 / 200.441", Target(0.48, 0.5), "late", "Số cũ, kỳ 9/2025", "mục tiêu 50%", "simulated", course
        ),
        ScoreCard("Chưa báo cáo", "––", "hạn 18/11", None, "silent"),
        ScoreCard("Kết nối nhưng không phát sinh", "0", "0 / 1.204 dịch vụ", Target(0.0), "watch", "34 ngày không có giao dịch"),
        ScoreCard("Mẫu số nhỏ", "100%", "3 / 3 hồ sơ, dưới ngưỡng 30", Target(1.0, 0.6), None),
    ]
    board = october()
    table = ranking_table(board, board.rows, LINKS, Order(), "phu_tho")
    small = data_table(
        [Column("Tên"), Column("Điểm", True, "?", "descending", "/100")],
        [Row(("Huế", "78,89"), "hue", "/"), Row(("Hà Nội", "80,32"), "ha noi")],
        "Bảng nhỏ",
        id="nho",
    )
    return [
        _section("Thẻ điểm", cards(*map(score_card, shown))),
        _section("Xếp hạng", table, ranking_note(board)),
        _section("Bảng", search_field("nho", "Tìm"), small),
    ]


def main(folder: Path) -> None:
    """Writes the page and its pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for scheme in ("light", "dark"):
            page = folder / "gallery.html"
            page.write_text(gallery("auto"), encoding="utf-8")
            for name, (width, height) in SIZES.items():
                tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                tab.goto(page.as_uri())
                tab.screenshot(path=folder / f"gallery-{name}-{scheme}.png", full_page=True)
                tab.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
