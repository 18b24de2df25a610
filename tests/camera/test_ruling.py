"""Adding, changing and deleting cameras by hand: what is refused and why, where passwords go and where they never do."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.camera import address, drafts
from dashboard.camera.registry import Camera
from dashboard.camera.roster import Roster, camera_of, row_of
from dashboard.camera.ruling import Ruling
from dashboard.camera.states import State
from dashboard.camera.vault import Vault
from dashboard.errors import ChangedMeanwhile, FieldsRefused, NotFound
from dashboard.store import Store, accounts, camera_list
from dashboard.store.accounts import AuditEntry
from tests.loaded import units

WHO = AuditEntry("quantri", "", "", "10.0.0.1")
PASSWORD = "mat-khau-gieo-vao-7391"
TRIANGLE = [[0, 0], [1, 0], [0.5, 1]]
DRAFT_ROW = {"key": "ha_noi_1", "name_vi": "A", "unit": "ha_noi", "place_vi": "B", "purpose_vi": "C", "provenance": "official"}
DRAFT = {
    "name_vi": "Hà  Nội", "unit": "ha_noi", "place_vi": "Sảnh", "purpose_vi": "Đếm người chờ", "url": "rtsp://10.0.0.9:554/a",
    "user": "xem", "password": PASSWORD,
}  # fmt: skip


def ruling(store: Store, vault: Vault | None = None) -> Ruling:
    """Hands on the list."""
    return Ruling(Roster(store, vault or Vault.of(["k" * 32]), 8554), units(), ["leader", "wall_device"])


def refused(**fields: Any) -> dict[str, str]:
    """What is said of a draft that is wrong."""
    reading = drafts.Reading({**DRAFT, **fields}, None)
    with pytest.raises(FieldsRefused) as found:
        drafts.read(fields.get("key", "ha_noi_1"), reading, units(), ["leader"])
    assert PASSWORD not in str(found.value)
    return found.value.fields


def url_of(rule: Ruling, name: str = "url", key: str = "ha_noi_1") -> str:
    """An address as it is kept."""
    return str(getattr(rule.kept(key), name).get_secret_value())


def test_a_camera_is_added_changed_and_deleted_each_with_its_row_in_the_audit(store: Store) -> None:
    rule = ruling(store)
    made = rule.add(
        {**DRAFT, "substream": "rtsp://10.0.0.9:554/b", "zones": [{"name_vi": "Ghế", "kind": "waiting", "polygon": TRIANGLE}]}, WHO
    )
    assert (made.key, made.name_vi, made.version, made.changed_by) == ("ha_noi_1", "Hà Nội", 1, "quantri")
    assert url_of(rule) == f"rtsp://xem:{PASSWORD}@10.0.0.9:554/a"
    assert url_of(rule, "substream") == f"rtsp://xem:{PASSWORD}@10.0.0.9:554/b"
    assert rule.roster.cameras.get("ha_noi_1").zones[0].name_vi == "Ghế"
    changed = rule.change(
        "ha_noi_1", {"enabled": False, "privacy": "masked", "masks": [TRIANGLE], "privacy_for": {"leader": "open"}}, WHO, 1
    )
    assert (changed.hindrance, changed.privacy_of("leader"), changed.privacy_of("wall_device")) == (State.DISABLED, "open", "masked")
    assert rule.change("ha_noi_1", {"enabled": False}, WHO).version == 2
    rule.remove("ha_noi_1", WHO)
    with pytest.raises(NotFound):
        rule.kept("ha_noi_1")
    assert rule.add(DRAFT, WHO).key == "ha_noi_2"
    entries = accounts.list_audit(store, 9)
    assert [one.action for one in entries] == ["camera added", "camera deleted", "camera changed", "camera added"]
    assert entries[2].detail == {"fields": "privacy, privacy_for, masks, enabled", "enabled": "no"}
    assert entries[0].detail == {"url": "rtsp://xem:***@10.0.0.9:554/a"}
    assert PASSWORD not in str(entries)


def test_a_server_that_cannot_veil_is_refused_with_the_reason_unless_we_may_pull_the_camera_ourselves(store: Store) -> None:
    whole = {**DRAFT, "url": "", "password": "", "engine": "whep", "endpoint": "https://10.0.0.8/whep/a"}
    assert "che, làm mờ" in refused(**whole, privacy="blurred")["url"]
    assert "che, làm mờ" in refused(**whole, privacy_for={"leader": "masked"})["url"]
    rule = ruling(store)
    made = rule.add(whole, WHO)
    assert (made.puller, made.hindrance) == ("whep", None)
    with pytest.raises(FieldsRefused):
        rule.change(made.key, {"privacy": "blurred"}, WHO)
    veiled = rule.change(made.key, {"privacy": "blurred", "url": "rtsp://10.0.0.9/a"}, WHO)
    assert (veiled.engine, veiled.puller, veiled.hindrance) == ("whep", "own", None)


def test_whoever_changes_an_older_version_is_told(store: Store) -> None:
    rule = ruling(store)
    rule.add(DRAFT, WHO)
    rule.change("ha_noi_1", {"name_vi": "Một"}, WHO, 1)
    with pytest.raises(ChangedMeanwhile, match="quantri"):
        rule.change("ha_noi_1", {"name_vi": "Hai"}, WHO, 1)
    assert rule.kept("ha_noi_1").name_vi == "Một"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name_vi": " "}, {"name_vi": "Cần điền."}),
        ({"name_vi": "a\x00b"}, {"name_vi": "Có ký tự không hiện được."}),
        ({"name_vi": "x" * 121}, {"name_vi": "Dài quá 120 ký tự."}),
        ({"unit": "atlantis"}, {"unit": "Không có đơn vị này."}),
        ({"url": "http://10.0.0.9/a"}, {"url": "Địa chỉ phải có dạng rtsp://máy[:cổng]/đường-dẫn."}),
        ({"engine": "whep"}, {"endpoint": "Cần địa chỉ WHEP của máy chủ hình."}),
        ({"engine": "magic"}, {"engine": "Chọn một trong các giá trị cho sẵn."}),
        ({"privacy_for": {"king": "open"}}, {"privacy_for": "Không có vai trò “king”."}),
        ({"masks": [TRIANGLE, [[0, 0], [1, 1]]]}, {"masks": "Vùng che 2: Cần ít nhất 3 điểm."}),
        ({"masks": [[[0, 0], [1, 0], [1, 7]]]}, {"masks": "Vùng che 1: Phải từ 1 trở xuống."}),
        ({"zones": [{"name_vi": "", "kind": "waiting", "polygon": TRIANGLE}]}, {"zones": "Vùng đếm 1: Cần điền."}),
        ({"zones": [{"name_vi": "a", "kind": "staff", "polygon": TRIANGLE}] * 2}, {"zones": "Hai vùng trùng tên."}),
        ({"key": "Hà Nội"}, {"key": "Chỉ dùng chữ thường không dấu, chữ số và dấu gạch dưới."}),
        ({"name_vi": "", "unit": "x"}, {"name_vi": "Cần điền.", "unit": "Không có đơn vị này."}),
    ],
)
def test_what_is_wrong_is_said_field_by_field(fields: dict[str, Any], said: dict[str, str]) -> None:
    assert refused(**fields) == said


def read(draft: dict[str, Any], before: Camera) -> Camera | dict[str, str]:
    """The camera, or what is wrong."""
    try:
        return drafts.read("ha_noi_1", drafts.Reading(draft, before, 8554), units(), ["leader"])
    except FieldsRefused as refusal:
        return refusal.fields


FIELDS = ["name_vi", "kind", "polygon", "capacity", "leader"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=True) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner),
    max_leaves=12,
)
NAMES = ("name_vi", "unit", "place_vi", "purpose_vi", "url", "user", "password", "substream", "endpoint", "engine", "hours", "privacy",
         "privacy_for", "masks", "zones", "reference_at", "provenance", "enabled")  # fmt: skip


@given(st.dictionaries(st.sampled_from(NAMES), JSON | st.text("rtsp:/@*.?=&{}#[]ab1%", max_size=30)))
def test_no_draft_fails_otherwise_than_by_its_fields_or_makes_a_camera_that_cannot_be_kept(draft: dict[str, Any]) -> None:
    before = Camera.model_validate({**DRAFT_ROW, "url": f"rtsp://xem:{PASSWORD}@10.0.0.9/a"})
    made = read(draft, before)
    if isinstance(made, dict):
        assert set(made) <= {*NAMES, "key"}
        assert PASSWORD not in str(made)
        return
    vault = Vault.of(["k" * 32])
    kept = row_of(made, vault, changed_by="t")
    assert "\x00" not in json.dumps([kept.name_vi, kept.zones, kept.url], ensure_ascii=False)
    assert camera_of(kept, vault, None).way == made.way
    assert PASSWORD not in "".join((kept.url, kept.substream, kept.endpoint))
    for name in ("url", "substream"):
        url = getattr(made, name).get_secret_value()
        if PASSWORD in url:
            assert address.place(url)[0] == "10.0.0.9"


def test_wrong_hours_are_explained_by_an_example() -> None:
    assert "T2-T6 07:30-11:30" in refused(hours="cả ngày")["hours"]


def test_a_password_is_kept_while_it_goes_where_it_went_and_asked_for_again_otherwise(store: Store) -> None:
    rule = ruling(store)
    rule.add(DRAFT, WHO)
    rule.change("ha_noi_1", {"url": "rtsp://10.0.0.9:554/khac", "user": "xem", "password": ""}, WHO)
    assert url_of(rule) == f"rtsp://xem:{PASSWORD}@10.0.0.9:554/khac"
    for thief in (
        {"url": "rtsp://10.0.0.66:554/khac"},
        {"url": "rtsp://10.0.0.9:8554/khac"},
        {"user": "khac"},
        {"url": "rtsp://xem:***@10.0.0.66/"},
    ):
        with pytest.raises(FieldsRefused) as found:
            rule.change("ha_noi_1", thief, WHO)
        assert list(found.value.fields) == ["password"]
    rule.change("ha_noi_1", {"url": "rtsp://10.0.0.66/moi", "password": "khác"}, WHO)
    assert address.login(url_of(rule)) == ("xem", "khác")
    rule.change("ha_noi_1", {"user": ""}, WHO)
    assert url_of(rule) == "rtsp://10.0.0.66/moi"


def test_the_smaller_stream_follows_the_login_of_the_main_one_at_the_same_machine_and_nowhere_else(store: Store) -> None:
    rule = ruling(store)
    rule.add({**DRAFT, "substream": "rtsp://10.0.0.9:554/b"}, WHO)
    rule.change("ha_noi_1", {"password": "moi"}, WHO)
    assert url_of(rule, "substream") == "rtsp://xem:moi@10.0.0.9:554/b"
    rule.change("ha_noi_1", {"substream": "rtsp://10.0.0.77/b"}, WHO)
    assert url_of(rule, "substream") == "rtsp://10.0.0.77/b"
    rule.change("ha_noi_1", {"substream": "rtsp://a:rieng@10.0.0.77/b"}, WHO)
    rule.change("ha_noi_1", {"password": "nua", "substream": "rtsp://10.0.0.77/b"}, WHO)
    assert url_of(rule, "substream") == "rtsp://a:rieng@10.0.0.77/b"


def test_a_secret_in_the_path_stays_while_nobody_touches_the_address(store: Store) -> None:
    rule = ruling(store)
    made = rule.add({**DRAFT, "url": f"rtsp://10.0.0.9/user=a&password={PASSWORD}&channel=1", "user": "", "password": ""}, WHO)
    shown = address.shown(made.url.get_secret_value())
    assert PASSWORD not in shown
    rule.change("ha_noi_1", {"url": shown, "name_vi": "Khác"}, WHO)
    assert PASSWORD in url_of(rule)
    with pytest.raises(FieldsRefused) as found:
        rule.change("ha_noi_1", {"url": shown.replace("10.0.0.9", "10.0.0.66")}, WHO)
    assert list(found.value.fields) == ["url"]


def test_the_sandboxs_port_stays_as_it_is_written(store: Store) -> None:
    rule = ruling(store)
    rule.add({**DRAFT, "url": "rtsp://127.0.0.1:{port}/x", "user": "", "password": ""}, WHO)
    rule.change("ha_noi_1", {"url": "rtsp://127.0.0.1:8554/x", "name_vi": "Khác"}, WHO)
    assert url_of(rule) == "rtsp://127.0.0.1:{port}/x"
    assert rule.addresses({}, "ha_noi_1") == {"url": "rtsp://127.0.0.1:8554/x"}


def test_without_a_key_no_password_is_taken_in(store: Store) -> None:
    with pytest.raises(FieldsRefused, match="DASHBOARD_CAMERA_KEY"):
        ruling(store, Vault()).add(DRAFT, WHO)
    assert ruling(store, Vault()).add({**DRAFT, "user": "", "password": ""}, WHO).is_connected


def test_a_locked_camera_can_be_renamed_without_losing_what_is_sealed(store: Store) -> None:
    rule, stranger = ruling(store), ruling(store, Vault.of(["o" * 32]))
    rule.add(DRAFT, WHO)
    assert stranger.change("ha_noi_1", {"name_vi": "Khác"}, WHO).locked
    assert PASSWORD in url_of(rule)
    assert not stranger.change("ha_noi_1", {"user": "moi", "password": "moi"}, WHO).locked
    assert camera_list.listed(store)[0].sealed is not None
    assert rule.kept("ha_noi_1").locked
