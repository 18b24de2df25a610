"""Adding, changing and deleting cameras, as the administration page and the API do it. Every deed is a row of the audit."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboard.camera import address, drafts
from dashboard.camera.registry import Camera, with_port
from dashboard.camera.roster import ADDRESSES, Roster, camera_of, row_of
from dashboard.errors import ChangedMeanwhile, FieldsRefused, Locked, NotFound
from dashboard.store import camera_list
from dashboard.store.accounts import AuditEntry
from dashboard.store.camera_list import CameraRow
from dashboard.units import UnitRegistry


@dataclass(frozen=True)
class Ruling:
    """The list of one database in the hands of those who may rule it; `roles` are those that a camera may make exceptions for."""

    roster: Roster
    units: UnitRegistry
    roles: Collection[str] = ()

    def kept(self, key: str) -> Camera:
        """A camera as it is kept, `{port}` as it is written. Raises NotFound, StoreUnavailable."""
        return camera_of(self._row_of(key), self.roster.vault, None)

    def _row_of(self, key: str) -> CameraRow:
        row = next((one for one in camera_list.listed(self.roster.store) if one.key == key), None)
        if row is None:
            raise NotFound(f"không có camera “{key[:60]}”")
        return row

    def add(self, draft: Mapping[str, Any], who: AuditEntry) -> Camera:
        """A new camera; its key is the unit's with a number when the draft has none. Raises FieldsRefused, StoreUnavailable."""
        known = camera_list.ever_known(self.roster.store)
        key = str(draft.get("key") or "").strip() or _free_key(str(draft.get("unit") or "camera"), known)
        camera = drafts.read(key, drafts.Reading(draft, None), self.units, self.roles)
        entry = replace(who, action="camera added", subject=key, detail=_told(camera, ()))
        if not camera_list.add(self.roster.store, self._row(camera, who), entry):
            raise FieldsRefused({"key": "Đã có camera mang mã này."})
        self.roster.look()
        return self.kept(key)

    def change(self, key: str, draft: Mapping[str, Any], who: AuditEntry, version: int | None = None) -> Camera:
        """Changes what the draft says. Raises NotFound, FieldsRefused, StoreUnavailable, and ChangedMeanwhile when it is of another version
        than the one given."""
        before = self.kept(key)
        if version is not None and version != before.version:
            raise ChangedMeanwhile(_told_who(before))
        after = drafts.read(key, drafts.Reading(draft, before, self.roster.sandbox_port), self.units, self.roles)
        names = drafts.changed(before, after)
        if not names:
            return before
        entry = replace(who, action="camera changed", subject=key, detail=_told(after, names))
        row = self._row(after, who)
        if before.locked and not set(ADDRESSES) & set(names):  # what no key here opens stays sealed as it is
            row = replace(row, sealed=self._row_of(key).sealed)
        if not camera_list.change(self.roster.store, row, entry):
            raise ChangedMeanwhile(_told_who(self.kept(key)))
        self.roster.look()
        return self.kept(key)

    def remove(self, key: str, who: AuditEntry) -> None:
        """Deletes a camera; no seed brings it back. Raises NotFound, StoreUnavailable."""
        if not camera_list.remove(self.roster.store, key, replace(who, action="camera deleted", subject=key)):
            raise NotFound(f"không có camera “{key[:60]}”")
        self.roster.look()

    def addresses(self, draft: Mapping[str, Any], key: str | None) -> dict[str, str]:
        """The addresses that a draft would give a camera, to be tried before it is kept. Raises FieldsRefused, NotFound."""
        reading = drafts.Reading(draft, self.kept(key) if key else None, self.roster.sandbox_port)
        main = reading.url()
        found = {"url": main, "substream": reading.substream(main)}
        errors = {name: said for name, said in reading.errors.items() if name != "endpoint"}
        if not main and not errors:
            errors["url"] = "Cần địa chỉ để thử."
        if errors:
            raise FieldsRefused(errors)
        return {name: with_port(url, self.roster.sandbox_port) for name, url in found.items() if url}

    def password_for(self, key: str, where: str, user: str) -> str:
        """A camera's kept password, for another question to the same machine by the same name; else nothing. Raises NotFound."""
        url = self.kept(key).url.get_secret_value()
        asked = where if "://" in where else f"http://{where}"
        mine, password = address.login(url)
        return password if user == mine and address.place(asked)[0] == address.place(url)[0] else ""

    def _row(self, camera: Camera, who: AuditEntry) -> CameraRow:
        try:
            return row_of(camera, self.roster.vault, changed_by=who.actor)
        except Locked as error:
            raise FieldsRefused({"password": f"Không lưu được mật khẩu: {error}."}) from None


def _free_key(stem: str, known: Collection[str]) -> str:
    stem = stem[:50]
    return next(key for number in range(1, len(known) + 2) if (key := f"{stem}_{number}") not in known)


def _told(camera: Camera, names: Collection[str]) -> dict[str, str]:
    """For the audit: which fields, and what of them may be read by anybody."""
    said = {"fields": ", ".join(names)} if names else {}
    said |= {
        name: address.shown(url) for name in ADDRESSES if (url := getattr(camera, name).get_secret_value()) and name in (names or ADDRESSES)
    }
    if "enabled" in names:
        said["enabled"] = "yes" if camera.enabled else "no"
    return said


def _told_who(camera: Camera) -> str:
    return f"Camera này vừa được {camera.changed_by} sửa: hãy tải lại trang rồi sửa tiếp"
