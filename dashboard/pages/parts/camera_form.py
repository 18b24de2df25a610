"""The form of a camera: where it hangs, how it is reached, what of it may be seen, and the areas drawn on its picture.

`assets/camera-form.js` sends it to `/api/v1/cameras` and puts what is wrong beside its field; `assets/areas.js` draws the areas.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from dashboard.camera import address
from dashboard.camera.hours import USUAL
from dashboard.camera.registry import MOST_POINTS, NAME_LONGEST, PURPOSE_LONGEST, Camera
from dashboard.charts.markup import Markup, Part, tag
from dashboard.formats import moment, sort_key
from dashboard.web import View

PURPOSE: Final = "Theo dõi số người chờ và quầy mở; không ghi hình, không nhận diện người."
MODES: Final = (("open", "Rõ"), ("masked", "Che các vùng đã vẽ"), ("blurred", "Làm mờ cả hình"))
ROLES: Final = (
    ("administrator", "Quản trị"), ("leader", "Lãnh đạo"), ("working_group", "Tổ công tác"), ("province", "Tỉnh, thành phố"),
    ("province_approver", "Tỉnh, thành phố · duyệt"),
    ("wall_device", "Màn hình tường"),
)  # fmt: skip
_ENGINES: Final = (("own", "Máy chuyển tiếp của hệ thống (RTSP)"), ("whep", "Máy chủ hình khác, qua WHEP"))
_WHOLE: Final = (
    "Có vai trò chỉ được thấy camera này khi đã che, làm mờ, mà máy chủ hình gửi thẳng hình rõ. Vì vậy hệ thống tự kéo hình từ "
    "địa chỉ luồng chính và không hỏi máy chủ ấy: cần địa chỉ luồng chính, hoặc để mọi vai trò thấy rõ."
)
_VIEWED: Final = (
    "Góc nhìn lúc này sẽ thay góc nhìn đã giữ: tình trạng hình và số người chờ được so với nó, nên chỉ xác nhận khi sảnh không có người. "
    "Chờ vài giây để thôi."
)
_DELETED: Final = "Người đang xem bị ngắt; vùng đã vẽ và góc nhìn đã giữ mất hẳn, số liệu đã ghi vẫn còn. Chờ vài giây để thôi."
_SOURCES: Final = (("official", "Camera thật"), ("simulated", "Cảnh mô phỏng"))


def form(view: View, camera: Camera | None) -> Markup:
    """The fields of a camera, or of a new one."""
    save = tag("button", "Lưu camera" if camera else "Thêm camera", type="submit", class_="bt main")
    said = tag("p", "", class_="outcome", role="alert", data_said="", hidden=True)
    parts = [said, _place(view, camera), _way(camera), _privacy(camera), tag("div", save, *_deeds(camera), class_="acts")]
    key, version = (camera.key, camera.version) if camera else (None, None)
    name = f"camera-{camera.key}" if camera else "camera-moi"
    head = {"id": name, "class_": "camform", "data_key": key, "data_camera_form": "", "data_keeps": ""}
    return tag("form", *parts, novalidate=True, data_version=version, **head)


def picture(camera: Camera | None) -> Markup:
    """The picture that areas are drawn on, and what a try brings."""
    drawn = {
        "masks": [list(map(list, one)) for one in camera.masks] if camera else [],
        "zones": [one.model_dump(mode="json") for one in camera.zones] if camera else [],
    }
    still = f"/camera/{camera.key}/still.jpg" if camera and camera.is_connected else None
    editor = tag("div", data_areas=json.dumps(drawn), data_still=still, data_most=MOST_POINTS, class_="areas")
    trial = tag("div", class_="trial", data_trial="", role="status")
    return tag("div", trial, editor, id=f"hinh-{camera.key}" if camera else "hinh-moi", data_keeps="")


def _place(view: View, camera: Camera | None) -> Markup:
    parts = [
        _text("name_vi", "Tên trên màn hình", camera.name_vi if camera else "", most=NAME_LONGEST),
        _field("unit", "Đơn vị", tag("select", *_units(view, camera), name="unit", id="f-unit")),
        _text("place_vi", "Trung tâm, vị trí", camera.place_vi if camera else "", most=NAME_LONGEST, css="wide"),
        _field("purpose_vi", "Mục đích, hiện dưới hình", _area("purpose_vi", camera.purpose_vi if camera else PURPOSE), css="wide"),
        _text("hours", "Giờ làm việc", str(camera.hours or "") if camera else "", "Để trống: giờ chung. Cách viết: " + USUAL),
        _choice("provenance", "Nguồn hình", _SOURCES, camera.provenance if camera else "official"),
    ]
    return _group("Nơi đặt", parts)


def _way(camera: Camera | None) -> Markup:
    urls = {name: _shown(camera, name) for name in ("url", "substream", "endpoint")}
    user, password = address.login(camera.url.get_secret_value()) if camera else ("", "")
    kept = "Đang giữ một mật khẩu. Để trống: giữ nguyên" if password or (camera and camera.locked) else "Không hiện lại sau khi lưu"
    secret = tag(
        "input",
        type="password",
        name="password",
        id="f-password",
        autocomplete="new-password",
        maxlength=100,
        aria_describedby="n-password",
    )
    parts = [
        _choice("engine", "Ai kéo hình", _ENGINES, camera.engine if camera else "own", css="wide"),
        _whole(),
        _text(
            "url",
            "Địa chỉ luồng chính",
            urls["url"],
            "rtsp://máy[:cổng]/đường-dẫn. Để trống: chưa kết nối",
            most=address.LONGEST,
            css="wide",
        ),
        _text("user", "Tên đăng nhập ở camera", user, most=100),
        _field("password", "Mật khẩu", secret, kept),
        _text("substream", "Luồng phụ, H.264, nhỏ hơn", urls["substream"], "Cho ô nhỏ trên tường", most=address.LONGEST, css="wide"),
        _text("endpoint", "Địa chỉ WHEP", urls["endpoint"], "Chỉ khi máy chủ hình khác kéo", most=address.LONGEST, css="wide"),
    ]
    buttons = [
        tag("button", "Thử kết nối", type="button", class_="bt", data_does="try"),
        tag("button", "Hỏi luồng (ONVIF)", type="button", class_="bt quiet", data_does="streams"),
        tag("button", "Tìm camera trong mạng", type="button", class_="bt quiet", data_does="discover"),
    ]
    found = tag("div", class_="found", data_found="", aria_live="polite")
    return _group("Kết nối", [*parts, tag("div", *buttons, class_="acts wide"), found])


def _privacy(camera: Camera | None) -> Markup:
    exceptions: Mapping[str, str] = camera.privacy_for if camera else {}
    same = (("", "Như mọi người"), *MODES)
    roles = [_choice(f"privacy_for.{role}", word, same, exceptions.get(role, "")) for role, word in ROLES]
    parts = [_choice("privacy", "Mọi người thấy", MODES, camera.privacy if camera else "open", css="wide"), *roles]
    return _group("Riêng tư", [*parts, _whole(), tag("p", "", class_="error wide", id="e-privacy_for", data_error="privacy_for")])


def _whole() -> Markup:
    """Why a media server is not asked for this camera; the style shows it as soon as both are chosen."""
    return tag("div", tag("p", _WHOLE), class_="outcome wide whole", role="status")


def _deeds(camera: Camera | None) -> Sequence[Part]:
    if camera is None:
        return ()
    when = f"Đã xác nhận góc nhìn lúc {moment(camera.reference_at)}." if camera.reference_at else "Chưa ai xác nhận góc nhìn."
    does, words = ("off", "Tắt camera") if camera.enabled else ("on", "Bật camera")
    quiet, danger = ({"type": "button", "class_": css} for css in ("bt quiet", "bt quiet danger"))
    return (
        tag("button", words, data_does=does, **quiet),
        tag("button", "Góc nhìn này đúng", data_does="reference", data_sure="Sảnh đang trống: bấm lần nữa", data_because=_VIEWED, **quiet),
        tag("button", "Xóa camera", data_does="delete", data_sure="Bấm lần nữa để xóa", data_because=_DELETED, **danger),
        tag("p", when, class_="note wide"),
        tag("p", "", class_="note wide means", role="status", data_means=""),
    )


def _units(view: View, camera: Camera | None) -> list[Markup]:
    """Provinces of today; a camera's own unit, too, when it is none of them."""
    provinces = sorted(view.boards.units.of_tier("province", view.boards.today()), key=lambda one: sort_key(one.name_vi))
    known = [(one.key, one.name_vi) for one in provinces]
    if camera and camera.unit not in {key for key, _ in known}:
        known = [(camera.unit, view.boards.units.get(camera.unit).full_name_vi), *known]
    chosen = camera.unit if camera else ""
    first = [] if camera else [("", "Chọn đơn vị")]
    return [tag("option", name, value=key, selected=key == chosen) for key, name in (*first, *known)]


def _shown(camera: Camera | None, name: str) -> str:
    return address.bare(address.shown(getattr(camera, name).get_secret_value())) if camera else ""


def _group(legend: str, parts: Sequence[Part]) -> Markup:
    return tag("fieldset", tag("legend", legend), tag("div", *parts, class_="fields"))


def _text(name: str, label: str, value: str, note: str = "", *, most: int = 200, css: str = "") -> Markup:
    about = f"n-{name}" if note else None
    entry = tag(
        "input",
        type="text",
        name=name,
        id=f"f-{name}",
        value=value,
        maxlength=most,
        autocomplete="off",
        spellcheck="false",
        aria_describedby=about,
    )
    return _field(name, label, entry, note, css=css)


def _area(name: str, value: str) -> Markup:
    return tag("textarea", value, name=name, id=f"f-{name}", rows=2, maxlength=PURPOSE_LONGEST)


def _choice(name: str, label: str, choices: Sequence[tuple[str, str]], value: str, *, css: str = "") -> Markup:
    options = [tag("option", word, value=key, selected=key == value) for key, word in choices]
    return _field(name, label, tag("select", *options, name=name, id=f"f-{name}"), css=css)


def _field(name: str, label: str, entry: Markup, note: str = "", *, css: str = "") -> Markup:
    """A label, its entry, a note, and the place where what is wrong with it is said."""
    said = tag("span", note, class_="note", id=f"n-{name}") if note else None
    wrong = tag("span", "", class_="error", id=f"e-{name}", data_error=name)
    return tag("div", tag("label", label, for_=f"f-{name}"), entry, said, wrong, class_=f"field1 {css}".strip())
