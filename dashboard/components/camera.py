"""Camera tiles, the large picture, and what they are sought and steered by. `assets/player.js` plays, renews stills and rewrites words;
`assets/cameras.js` filters, walks by key, and fills the screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.boards.cameras import CameraBoard, Tone
from dashboard.charts.marks import Mark, mark
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.marks import provenance_badge
from dashboard.components.table import searchable
from dashboard.units import Unit

_MARKS: Final[Mapping[Tone, Mark]] = {"live": "live", "late": "late", "alarm": "lost", "watch": "watch", "silent": "off"}
_WORDS: Final[Mapping[Tone, str]] = {
    "live": "trực tiếp", "late": "ảnh cũ", "alarm": "mất tín hiệu", "watch": "chưa phát được", "silent": "chưa có hình",
}  # fmt: skip
_CORNERS: Final = 6
_KEYS: Final = (
    ("← ↑ → ↓", "đi giữa các ô"), ("Enter", "xem lớn ô đang chọn"), ("f", "toàn màn hình"), ("p", "cửa sổ nổi"), ("i", "thông số"),
    ("v", "phát mọi ô đang thấy"), ("/", "tìm"), ("?", "bảng phím này"), ("Esc", "đóng, thoát"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who looks, written across the picture: a photograph of the screen names the one who took it."""

    name: str
    since: str


@dataclass(frozen=True, slots=True)
class Sought:
    """What the viewer wants to see of the mosaic: words, a unit or region, a tone; empty where it is all."""

    words: str = ""
    place: str = ""
    tone: str = ""


def tile(one: CameraBoard, href: str, *, is_chosen: bool = False) -> Markup:
    """Still, name, and the state in words only when it is not plain live. It plays while it is looked at."""
    name = one.camera.name_vi
    said = tag("span", one.said, data_cam="said")
    words = tag("span", _sign(one.tone), said, class_="cam-said")
    caption = tag("span", tag("b", name), words, _sight(one), class_="cam-cap")
    css = "cam on" if is_chosen else "cam"
    current = "true" if is_chosen else None
    plays = one.camera.key if one.camera.is_connected else None
    fields = {"data_camera": one.camera.key, "data_tone": one.tone, "data_plays": plays, "aria_current": current}
    return tag("a", _picture(one), caption, href=href, class_=css, data_small=one.has_small, **fields)


def mosaic(tiles: Sequence[tuple[CameraBoard, Markup]], watcher: Watcher) -> Markup:
    """Tiles by region, each camera always in its own place; the regions in the order in which their first camera stands in the list."""
    regions: dict[str, list[tuple[CameraBoard, Markup]]] = {}
    for one, drawn in tiles:
        regions.setdefault(one.region.key if one.region else "", []).append((one, drawn))
    blocks = [_region(found[0][0].region, found) for found in regions.values()]
    nothing = tag("p", "Không có camera nào như vậy. ", tag("button", "Bỏ lọc", type="button", data_cam_do="all", class_="bt quiet"))
    empty = tag("div", nothing, class_="empty", data_cam_none=True, hidden=True)
    return tag("div", *blocks, empty, class_="cam-regions", data_watcher=f"{watcher.name} · {watcher.since}")


def _region(region: Unit | None, found: Sequence[tuple[CameraBoard, Markup]]) -> Markup:
    lines = [
        tag("li", drawn, data_search=searchable(one.camera.name_vi, one.camera.place_vi, one.unit.full_name_vi),
            data_unit=one.unit.key, data_region=region.key if region else "")
        for one, drawn in found
    ]  # fmt: skip
    title = tag("h3", region.name_vi if region else "Cả nước")
    return tag("section", title, tag("ul", *lines, class_="mosaic"), class_="cam-region", style=f"--many:{len(found)}")


def finder(boards: Sequence[CameraBoard], sought: Sought) -> Markup:
    """The lines above the mosaic: words and place; one button a state, which counts as well, and what is done with all tiles."""
    find = tag(
        "input", type="search", id="cam-tim", name="tim", value=sought.words, data_cam_find=True, autocomplete="off", spellcheck="false"
    )  # fmt: skip
    field = tag("div", tag("label", "Tìm", for_="cam-tim"), find, class_="search")
    where = tag("select", *_places(boards, sought.place), id="cam-noi", name="noi", data_cam_where=True)
    place = tag("div", tag("label", "Nơi", for_="cam-noi"), where, class_="search")
    every = tag("button", "Phát các ô đang thấy", type="button", class_="bt quiet", data_cam_do="play", aria_pressed="false")
    keys = tag("button", "Phím tắt", type="button", class_="bt quiet cam-keys", data_cam_do="help")
    count = tag("span", class_="n i2", data_cam_found=True, role="status")
    first = tag("div", field, place, count, class_="tools cam-tools")
    return joined([first, tag("div", _counts(boards, sought), tag("div", every, keys, class_="acts end"), class_="tools cam-tools")])


def _places(boards: Sequence[CameraBoard], chosen: str) -> list[Markup]:
    """Everywhere, then each region with its provinces."""
    regions: dict[str, tuple[Unit, dict[str, str]]] = {}
    for one in boards:
        if one.region:
            regions.setdefault(one.region.key, (one.region, {}))[1][one.unit.key] = one.unit.name_vi
    groups = [
        tag(
            "optgroup",
            tag("option", f"Cả {region.name_vi}", value=region.key, selected=chosen == region.key),
            *[tag("option", name, value=key, selected=chosen == key) for key, name in units.items()],
            label=region.name_vi,
        )
        for region, units in regions.values()
    ]
    return [tag("option", "Mọi nơi", value=""), *groups]


def _counts(boards: Sequence[CameraBoard], sought: Sought) -> Markup:
    """How many are in which state: a mark, a count, a word, pressed to see those alone; states that nobody is in are left out."""
    parts = [
        tag(
            "button", _sign(tone), tag("b", str(count), class_="n"), f" {_WORDS[tone]}",
            type="button", data_count=tone, data_cam_tone=tone, aria_pressed="true" if sought.tone == tone else "false", hidden=not count,
        )
        for tone, count in ((tone, sum(one.tone == tone for one in boards)) for tone in _WORDS)
    ]  # fmt: skip
    return tag("div", *parts, class_="cam-counts t1", role="group", aria_label="Lọc theo trạng thái")


def keys() -> Markup:
    """What each key does, behind `?`."""
    rows = [joined([tag("dt", tag("kbd", key)), tag("dd", words)]) for key, words in _KEYS]
    close = tag("form", tag("button", "Đóng", class_="bt quiet"), method="dialog")
    return tag("dialog", tag("h2", "Phím tắt", id="cam-phim"), tag("dl", *rows), close, class_="cam-help", aria_labelledby="cam-phim")


def large(one: CameraBoard, watcher: Watcher) -> Markup:
    """The picture that plays, over its still; the state on a plate, what to do when there is no picture, place and purpose below.

    Without an address it never plays. A window of the browser's own that holds the picture alone would lose the viewer's name, so the
    element allows none; the floating window that `cameras.js` opens has it.
    """
    key = one.camera.key
    name = f"Camera {one.camera.name_vi}"
    video = tag("video", muted=True, playsinline=True, autoplay=True, disablepictureinpicture=True, aria_label=name)
    marks = [tag("span", data_words=f"{watcher.name} · {watcher.since}") for _ in range(_CORNERS)]
    plate = tag("p", _sign(one.tone), tag("span", one.said, data_cam="said"), class_="cam-plate", role="status")
    over = [video, tag("div", *marks, class_="cam-wm", aria_hidden="true")] if one.camera.is_connected else []
    stats = tag("dl", class_="cam-stats n", data_cam="stats", hidden=True, aria_label=f"Thông số: {name}")
    screen = tag("div", _picture(one), *over, _trouble(one), plate, stats, class_="cam-screen")
    under = tag("div", tag("p", one.camera.place_vi, class_="cam-place"), _sight(one), _veil(one), _provenance(one), class_="cam-under")
    purpose = tag("p", one.camera.purpose_vi, " Mỗi lượt xem được ghi lại với tên người xem.", class_="note")
    plays = key if one.camera.is_connected else None
    acts = _acts() if plays else None
    fields = {"data_player": plays, "data_plays": plays, "data_camera": key, "data_tone": one.tone, "data_name": one.camera.name_vi}
    return tag("div", screen, acts, under, purpose, class_="player", data_small=one.has_small, **fields)


def _acts() -> Markup:
    """What can be done with the picture; what this browser cannot do is taken away by the script."""
    words = (("full", "Toàn màn hình", "f"), ("float", "Cửa sổ nổi", "p"), ("stats", "Thông số", "i"))
    each = [
        tag("button", word, type="button", class_="bt quiet", data_cam_do=what, aria_keyshortcuts=key,
            aria_pressed="false" if what == "stats" else None)
        for what, word, key in words
    ]  # fmt: skip
    return tag("div", *each, class_="acts cam-acts")


def _trouble(one: CameraBoard) -> Markup:
    """Since when there is no picture, and what is to be done about it: over the place where it would be."""
    said = tag("b", one.said, data_cam="said")
    return tag(
        "div", _sign(one.tone), tag("p", said), tag("p", one.lasting, data_cam="lasting", class_="n"),
        tag("p", one.help, data_cam="help"), class_="cam-off",
    )  # fmt: skip


def _picture(one: CameraBoard) -> Markup:
    """The still with what stands in its place while there is none."""
    address = f"/camera/{one.camera.key}/still.jpg"
    shown = one.still_at is not None
    source = f"{address}?luc={int(one.still_at.timestamp())}" if one.still_at else None
    image = tag("img", src=source, alt="", hidden=not shown, data_cam="still", data_src=address, decoding="async", loading="lazy")
    return tag("span", image, tag("span", _sign(one.tone), class_="cam-no", aria_hidden="true"), class_="cam-pic")


def _sight(one: CameraBoard) -> Markup:
    """What vision saw; the script rewrites it."""
    return tag("span", one.sight, class_="cam-sight", data_cam="sight", hidden=not one.sight)


def _veil(one: CameraBoard) -> Markup | None:
    """That something of the picture is kept from whoever looks."""
    said = {"masked": "Đã che vùng riêng tư", "blurred": "Đã làm mờ, không nhận ra người"}.get(one.mode)
    return tag("span", said, class_="cam-veil") if said else None


def _sign(tone: Tone) -> Markup:
    return joined([tag("span", mark(_MARKS[tone], coloured=False), class_="cam-sign", data_cam="sign")])


def _provenance(one: CameraBoard) -> Markup | None:
    return provenance_badge("simulated", "Mô phỏng, cảnh vẽ") if one.camera.provenance == "simulated" else None
