"""Camera tiles and the large picture. `assets/player.js` plays, renews the stills and rewrites the words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.boards.cameras import CameraBoard, Tone
from dashboard.camera.states import ADVICE
from dashboard.charts.marks import Mark, mark
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.marks import provenance_badge

_MARKS: Final[Mapping[Tone, Mark]] = {"live": "live", "late": "late", "alarm": "lost", "watch": "watch", "silent": "off"}
_CORNERS: Final = 6


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who looks, written across the large picture: a photograph of the screen names the one who took it."""

    name: str
    since: str


def tile(one: CameraBoard, href: str, *, is_chosen: bool = False) -> Markup:
    """Still, name, and the state in words only when it is not plain live."""
    name = one.camera.name_vi
    said = tag("span", one.said, data_cam="said")
    words = tag("span", _sign(one.tone), said, class_="cam-said")
    caption = tag("span", tag("b", name), words, class_="cam-cap")
    css = "cam on" if is_chosen else "cam"
    current = "true" if is_chosen else None
    return tag("a", _picture(one), caption, href=href, class_=css, data_camera=one.camera.key, data_tone=one.tone, aria_current=current)


def mosaic(tiles: Sequence[Markup]) -> Markup:
    """Tiles beside each other, each camera always in its own place."""
    return tag("ul", *[tag("li", one) for one in tiles], class_="mosaic")


def large(one: CameraBoard, watcher: Watcher) -> Markup:
    """The picture that plays, over its still; the state on a plate, place and purpose below. Without an address it never plays."""
    key = one.camera.key
    name = f"Camera {one.camera.name_vi}"
    video = tag("video", muted=True, playsinline=True, autoplay=True, disablepictureinpicture=True, aria_label=name)
    marks = [tag("span", f"{watcher.name} · {watcher.since}") for _ in range(_CORNERS)]
    plate = tag("p", _sign(one.tone), tag("span", one.said, data_cam="said"), class_="cam-plate", role="status")
    over = [video, tag("div", *marks, class_="cam-wm", aria_hidden="true")] if one.camera.is_connected else []
    screen = tag("div", _picture(one), *over, plate, class_="cam-screen")
    under = tag("div", tag("p", one.camera.place_vi, class_="cam-place"), _provenance(one), class_="cam-under")
    advice = tag("p", ADVICE[one.state], class_="note") if one.state in ADVICE else None
    purpose = tag("p", one.camera.purpose_vi, " Mỗi lượt xem được ghi lại với tên người xem.", class_="note")
    plays = key if one.camera.is_connected else None
    return tag("div", screen, under, advice, purpose, class_="player", data_player=plays, data_camera=key, data_tone=one.tone)


def counts(boards: Sequence[CameraBoard]) -> Markup:
    """How many are in which state: a mark, a count, a word; states that nobody is in are left out."""
    words: Mapping[Tone, str] = {
        "live": "trực tiếp", "late": "ảnh cũ", "alarm": "mất tín hiệu", "watch": "chưa phát được", "silent": "chưa có hình",
    }  # fmt: skip
    found = [(tone, sum(one.tone == tone for one in boards)) for tone in words]
    parts = [
        tag("li", _sign(tone), tag("b", str(count), class_="n"), f" {words[tone]}", data_count=tone, hidden=not count)
        for tone, count in found
    ]
    return tag("ul", *parts, class_="cam-counts t1")


def _picture(one: CameraBoard) -> Markup:
    """The still with what stands in its place while there is none."""
    address = f"/camera/{one.camera.key}/still.jpg"
    shown = one.still_at is not None
    source = f"{address}?luc={int(one.still_at.timestamp())}" if one.still_at else None
    image = tag("img", src=source, alt="", hidden=not shown, data_cam="still", data_src=address, decoding="async")
    return tag("span", image, tag("span", _sign(one.tone), class_="cam-no", aria_hidden="true"), class_="cam-pic")


def _sign(tone: Tone) -> Markup:
    return joined([tag("span", mark(_MARKS[tone], coloured=False), class_="cam-sign", data_cam="sign")])


def _provenance(one: CameraBoard) -> Markup | None:
    return provenance_badge("simulated", "Mô phỏng, cảnh vẽ") if one.camera.provenance == "simulated" else None
