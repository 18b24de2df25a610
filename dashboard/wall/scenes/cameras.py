"""Camera: one hall large, in turn, beside the figures of its province; every hall live, each always in its own place.

What is drawn here is how things stand when the scene begins. `assets/wall-cameras.js` plays the pictures and rewrites words and counts.
"""

from collections.abc import Sequence
from typing import Final

from dashboard.access.roles import Role
from dashboard.boards import Boards
from dashboard.boards.cameras import CameraBoard, Tone
from dashboard.boards.shapes import ComponentFigure, ProvinceBoard, RankedUnit
from dashboard.charts.bars import median_bar
from dashboard.charts.marks import Mark, mark
from dashboard.charts.markup import Markup, figure, joined, tag
from dashboard.components.marks import movement, provenance_badge
from dashboard.errors import NotFound, UnitUnknown
from dashboard.formats import NOT_REPORTED, number, score
from dashboard.wall.kind import Parameters, SceneKind, Sight
from dashboard.wall.parts import Heading, scene, short_stamp

MOST: Final = 16
"""Cameras at once: more are shown in turn, a page each round."""
_WATERMARKS: Final = 5
_SIGNS: Final[dict[Tone, Mark]] = {"live": "live", "alarm": "lost", "late": "late", "watch": "watch", "silent": "off"}
_COUNTED: Final[dict[Tone, str]] = {
    "live": "trực tiếp", "alarm": "mất tín hiệu", "late": "ảnh cũ", "watch": "chưa phát được", "silent": "chưa có hình",
}  # fmt: skip


class Halls(Parameters):
    """`cameras`: keys of those to show, in that order; none named means every camera there is."""

    cameras: tuple[str, ...] = ()

    @property
    def named_cameras(self) -> tuple[str, ...]:
        """Those of `cameras`."""
        return self.cameras


def looks_at(fields: Parameters, listed: Sequence[str]) -> tuple[str, ...]:
    """Those named, or all; one that was deleted is left out."""
    assert isinstance(fields, Halls), "the kind's own fields"
    return tuple(key for key in fields.cameras if key in listed) if fields.cameras else tuple(listed)


def draw(sight: Sight[Parameters]) -> Markup:
    """Raises NotFound when there is no camera to show."""
    halls, pages = _page(sight)
    chosen = _chosen(halls, sight.turn // pages)
    is_all_drawn = all(one.camera.provenance == "simulated" for one in halls)
    focus = tag("section", _large(chosen), _named(chosen), _figures(sight.boards, chosen, sight.fields.ranking), class_="focus")
    tiles = [tag("li", _tile(one, is_marked=not is_all_drawn), class_="on" if one is chosen else None) for one in halls]
    side = tag("section", _counts(halls), tag("ul", *tiles, class_="mosaic", data_mosaic=len(tiles)), class_="side")
    about = "Trung tâm Phục vụ hành chính công"
    return scene("cameras", Heading("Camera", about), [focus, side], _foot(halls, is_all_drawn))


def _page(sight: Sight[Parameters]) -> tuple[Sequence[CameraBoard], int]:
    """The cameras of this turn, and in how many turns all are shown."""
    listed = {one.camera.key: one for one in sight.boards.cameras(Role.WALL_DEVICE)}
    shown = [listed[key] for key in looks_at(sight.fields, list(listed))]
    if not shown:
        raise NotFound("chưa có camera nào")
    pages = -(-len(shown) // MOST)
    begin = sight.turn % pages * MOST
    return shown[begin : begin + MOST], pages


def _chosen(halls: Sequence[CameraBoard], turn: int) -> CameraBoard:
    """Each in turn; in the place of one that gives no picture, the next that does."""
    start = turn % len(halls)
    in_order = [*halls[start:], *halls[:start]]
    return next((one for one in in_order if one.camera.is_connected and one.tone not in ("alarm", "watch")), in_order[0])


def _large(one: CameraBoard) -> Markup:
    marks = [tag("span", data_cam="watermark") for _ in range(_WATERMARKS)]
    top = tag("p", _sign(one.tone), tag("b", _first_words(one), data_cam="said"), figure("", "now"), _sight(one), class_="plate")
    drawn = provenance_badge("simulated", "Mô phỏng: cảnh vẽ") if one.camera.provenance == "simulated" else None
    purpose = tag("p", drawn, tag("span", one.camera.purpose_vi), class_="plate below")
    return tag("div", *_picture(one), tag("div", *marks, class_="wm"), top, purpose, class_="hall pic", **_played(one))


def _sight(one: CameraBoard) -> Markup:
    """What vision saw of the hall; the script rewrites it."""
    return tag("span", one.sight, data_cam="sight")


def _tile(one: CameraBoard, *, is_marked: bool) -> Markup:
    # Where all are simulated, the foot says so once, and each bears the mark alone.
    badge = (provenance_badge("simulated") if is_marked else mark("sim")) if one.camera.provenance == "simulated" else None
    caption = tag("p", tag("b", one.camera.name_vi), badge, class_="cap")
    said = tag("p", _sign(one.tone), tag("span", _first_words(one), data_cam="said"), class_="said")
    return tag("div", tag("div", *_picture(one), said, class_="pic"), caption, class_="hall", **_played(one))


def _played(one: CameraBoard) -> dict[str, str | None]:
    """What the script knows an element by; a camera without an address is not asked for."""
    key = one.camera.key
    return {"data_camera": key, "data_plays": key if one.camera.is_connected else None, "data_tone": one.tone}


def _picture(one: CameraBoard) -> list[Markup]:
    """The last still below, the live picture above it."""
    if not one.camera.is_connected:
        return []
    return [
        tag("img", alt="", hidden=True, data_cam="still"),
        tag("video", muted=True, playsinline=True, autoplay=True, disablepictureinpicture=True),
    ]


def _first_words(one: CameraBoard) -> str:
    # Nothing plays before the script has said so, however fresh the still is.
    return "Đang nối" if one.tone == "live" else one.said


def _sign(tone: Tone) -> Markup:
    return tag("span", mark(_SIGNS[tone], coloured=False), class_="sign", data_cam="sign")


def _counts(halls: Sequence[CameraBoard]) -> Markup:
    """How many are in which state; states that nobody is in are left out."""
    found = [(tone, sum(one.tone == tone for one in halls)) for tone in _COUNTED]
    parts = [
        tag("li", _sign(tone), tag("b", number(count), class_="n"), tag("span", _COUNTED[tone]), data_count=tone, hidden=not count)
        for tone, count in found
    ]
    return tag("ul", *parts, class_="sum")


def _named(one: CameraBoard) -> Markup:
    return tag("div", tag("h2", one.unit.name_vi), tag("p", one.camera.place_vi), class_="fc")


def _figures(boards: Boards, one: CameraBoard, ranking: str) -> Markup | None:
    """What is known of the province whose hall this is; a picture stands without figures, too."""
    try:
        board = boards.province(one.unit.key, ranking)
    except (NotFound, UnitUnknown):
        return None
    return None if board.row is None else tag("div", *_province(board, board.row), class_="ms")


def _province(board: ProvinceBoard, row: RankedUnit) -> list[Markup]:
    ranking = board.ranking
    moved = movement(row.places, "bậc") if row.places is not None else None
    place = tag("p", figure(str(row.rank), "big"), tag("span", tag("span", f"trong {len(ranking.rows)}"), moved), class_="place")
    total = tag("p", figure(score(row.total), "big"), tag("span", "điểm"), class_="place")
    bar = median_bar(row.total, ranking.median, 100, "Điểm so với trung vị")
    told = "" if ranking.median is None else f"vạch: trung vị cả nước {score(ranking.median)}"
    return [
        tag("div", tag("h3", f"Hạng {ranking.ranking.name_vi}"), place, short_stamp(ranking)),
        tag("div", tag("h3", "Tổng điểm trên 100"), total, bar, tag("p", told, class_="t0 i3")),
        tag("div", tag("h3", "Hai nhóm thấp nhất so với trung vị"), tag("ul", *[_group(each) for each in _weakest(row)], class_="grp")),
    ]


def _weakest(row: RankedUnit) -> list[ComponentFigure]:
    """The two groups furthest below their median, measured on their maximum."""
    known = [(one, one.value - one.median) for one in row.components.values() if one.value is not None and one.median is not None]
    return [one for one, _ in sorted(known, key=lambda pair: pair[1] / pair[0].indicator.maximum)[:2]]


def _group(one: ComponentFigure) -> Markup:
    bar = median_bar(one.value, one.median, one.indicator.maximum, one.indicator.name_vi)
    value = NOT_REPORTED if one.value is None else score(one.value)
    shown = tag("b", value, tag("em", f"/{number(one.indicator.maximum)}"), class_="n")
    return tag("li", tag("span", one.indicator.name_vi), bar, shown, class_="weak" if one.heat < 0 else None)


def _foot(halls: Sequence[CameraBoard], is_all_drawn: bool) -> Markup:
    count = f"{number(len(halls))} camera"
    first = joined([provenance_badge("simulated", f"{count} mô phỏng, cảnh vẽ")]) if is_all_drawn else tag("b", count)
    rest = ["Khi mất tín hiệu: giữ ảnh cuối, tự nối lại", "Mỗi lượt xem được ghi lại với tên màn hình"]
    return tag("ul", tag("li", first), *[tag("li", words) for words in rest])


SCENE = SceneKind("cameras", "Camera", draw, Halls, looks_at)
