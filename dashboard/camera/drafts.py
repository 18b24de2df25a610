"""What somebody wrote into a camera's form, as a camera, or what is wrong with it, field by field and in Vietnamese.

A field that is not in a draft stays as it was. A password is only ever taken in: it is kept while host, port and user stay the same, and
has to be written again when they change, so that nobody has it sent to a machine of their own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import SecretStr, ValidationError

from dashboard.camera import address
from dashboard.camera.registry import Camera, with_port
from dashboard.camera.states import State
from dashboard.errors import FieldsRefused
from dashboard.units import UnitRegistry

PLAIN: Final = (
    "name_vi", "unit", "place_vi", "purpose_vi", "engine", "hours", "privacy", "privacy_for", "masks", "zones", "reference_at",
    "provenance", "enabled",
)  # fmt: skip
_WORDS: Final[Mapping[str, str]] = {
    "missing": "Cần điền.",
    "string_too_short": "Cần điền.",
    "string_too_long": "Dài quá {max_length} ký tự.",
    "literal_error": "Chọn một trong các giá trị cho sẵn.",
    "string_pattern_mismatch": "Chỉ dùng chữ thường không dấu, chữ số và dấu gạch dưới.",
    "too_short": "Cần ít nhất {min_length} điểm.",
    "too_long": "Nhiều quá {max_length}.",
    "greater_than_equal": "Phải từ {ge:g} trở lên.",
    "less_than_equal": "Phải từ {le:g} trở xuống.",
    "int_parsing": "Phải là một số nguyên.",
}
_AREAS: Final = {"masks": "Vùng che", "zones": "Vùng đếm"}
_AGAIN: Final = "Máy, cổng hoặc tên đăng nhập đã đổi: nhập lại mật khẩu."
_WHOLE: Final = (
    "Có vai trò chỉ được thấy hình đã che, làm mờ, mà máy chủ hình gửi thẳng hình rõ nên không được hỏi. "
    "Điền địa chỉ RTSP để hệ thống tự kéo hình, hoặc để mọi vai trò thấy rõ."
)
_HIDDEN: Final = "Nhập lại cả địa chỉ: phần *** không được giữ khi địa chỉ đổi."


@dataclass
class Reading:
    """A draft being read over the camera that was there before, if any."""

    draft: Mapping[str, Any]
    before: Camera | None
    sandbox_port: int | None = None
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """A field's text without spaces around it; None when the draft does not say it."""
        value = self.draft.get(name)
        return value.strip() if isinstance(value, str) else None

    def old(self, name: str) -> str:
        """The address that was there before."""
        return "" if self.before is None else str(getattr(self.before, name).get_secret_value())

    def url(self) -> str:
        """The main address with its login; notes what is wrong."""
        old = self.old("url")
        old_user, _ = address.login(old)
        given = self.text("url")
        core = self._core("url")
        written_user, written = address.login(given or "")
        user = self.text("user")
        wanted = user if user is not None else written_user or old_user
        password = str(self.draft.get("password") or "") or ("" if written == address.HIDDEN else written)
        if not core:
            return ""
        return self._judged("url", address.with_login(core, wanted, password or self._kept(core, wanted)))

    def _core(self, name: str) -> str:
        """An address without its login: as it was when what is shown of it was not touched."""
        text, old = self.text(name), self.old(name)
        if text is None or address.bare(text) in {address.bare(address.shown(one)) for one in (old, with_port(old, self.sandbox_port))}:
            return address.bare(old)
        return address.bare(text)

    def _kept(self, core: str, user: str) -> str:
        """The password of before, when it goes where it went."""
        old_user, old_password = address.login(self.old("url"))
        if not user or not old_password:
            return ""
        if user == old_user and address.place(core) == address.place(self.old("url")):
            return old_password
        self.errors["password"] = _AGAIN
        return ""

    def substream(self, main: str) -> str:
        """The smaller stream; at the main one's machine it has the main one's login, unless it was given one of its own."""
        text, old, core = self.text("substream"), self.old("substream"), self._core("substream")
        user, password = address.login(text or "")
        if core == address.bare(old) and password in ("", address.HIDDEN):
            user, password = address.login(old)
            if (user, password) == address.login(self.old("url")):
                user, password = "", ""  # it follows the main one, which may have a new password
        main_user, main_password = address.login(main)
        at_home = bool(core) and address.place(core)[0] == address.place(main)[0]
        if at_home and password in ("", address.HIDDEN) and user in ("", main_user):
            user, password = main_user, main_password
        return self._judged("substream", address.with_login(core, user, password) if core else "")

    def endpoint(self) -> str:
        """The WHEP address; as it was when what is shown of it was not touched."""
        text, old = self.text("endpoint"), self.old("endpoint")
        url = old if text is None or text in (address.shown(old), address.bare(address.shown(old))) else text
        if self.draft.get("engine", self.before.engine if self.before else "own") == "whep" and not url:
            self.errors["endpoint"] = "Cần địa chỉ WHEP của máy chủ hình."
        return self._judged("endpoint", url, address.WHEP)

    def _judged(self, name: str, url: str, schemes: Collection[str] = address.RTSP) -> str:
        fault = address.fault(url, schemes)
        if fault is None and url and (address.login(url)[1] == address.HIDDEN or f"={address.HIDDEN}" in url):
            fault = _HIDDEN
        if fault is not None:
            self.errors[name] = fault
        return url


def read(key: str, reading: Reading, units: UnitRegistry, roles: Collection[str]) -> Camera:
    """The camera that a draft makes of the one before. Raises FieldsRefused, naming every field that is wrong."""
    draft, before = reading.draft, reading.before
    kept = {name: getattr(before, name) for name in (*PLAIN, "version")} if before else {"provenance": "official"}
    plain = {name: _trimmed(draft[name]) for name in PLAIN if draft.get(name) is not None}
    if draft.get("reference_at", ...) is None:
        plain["reference_at"] = None
    main = reading.url()
    urls = {"url": main, "substream": reading.substream(main), "endpoint": reading.endpoint()}
    fields = {**kept, **plain, "key": key, **{name: SecretStr(url) for name, url in urls.items()}}
    errors = dict(reading.errors)
    if str(fields.get("unit", "")) not in units:
        errors["unit"] = "Không có đơn vị này."
    if strangers := set(_mapping(fields.get("privacy_for"))) - set(roles):
        errors["privacy_for"] = f"Không có vai trò “{min(strangers)[:30]}”."
    try:
        camera = Camera.model_validate(fields)
    except ValidationError as error:
        found = {
            str(one["loc"][0] if one["loc"] else "zones"): _worded(one["type"], one["loc"], one.get("ctx", {}))
            for one in reversed(error.errors(include_url=False))
        }
        raise FieldsRefused({**found, **errors}) from None
    if camera.hindrance is State.VEIL_NOWHERE:
        errors.setdefault("url", _WHOLE)
    if errors:
        raise FieldsRefused(errors)
    return camera


def changed(before: Camera, after: Camera) -> tuple[str, ...]:
    """The fields in which two rows of one camera differ, by name; for the audit, which holds no values that could open anything."""
    return tuple(name for name in (*PLAIN, "url", "substream", "endpoint") if getattr(before, name) != getattr(after, name))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _trimmed(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _worded(kind: str, place: tuple[int | str, ...], told: Mapping[str, Any]) -> str:
    """What pydantic found, for the person at the form; what was written is never repeated."""
    said = str(told["error"]) if kind == "value_error" else _WORDS.get(kind, "Giá trị không dùng được.").format(**told)
    if place and place[0] in _AREAS and len(place) > 1 and isinstance(place[1], int):
        return f"{_AREAS[str(place[0])]} {place[1] + 1}: {said}"
    return said
