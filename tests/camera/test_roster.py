"""The list of cameras in the database: seeded once, ruled by hand, read without its secrets by whoever has no key."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from dashboard.camera.registry import Camera, Cameras
from dashboard.camera.roster import Roster, as_toml, camera_of, row_of
from dashboard.camera.states import State
from dashboard.camera.vault import Vault
from dashboard.settings import CHECKOUT
from dashboard.store import Store, accounts, camera_list
from dashboard.store.accounts import AuditEntry
from tests.camera.box import camera
from tests.loaded import units

VAULT = Vault.of(["k" * 32])
PASSWORD = "mat-khau-gieo-vao-7391"
ENTRY = AuditEntry("quantri", "camera changed", "x")


def of_file() -> Cameras:
    """The file that the program comes with, its ports not filled in."""
    return Cameras.load(CHECKOUT / "data", units(), None)


def roster(store: Store, vault: Vault = VAULT) -> Roster:
    """A process that has begun."""
    made = Roster(store, vault, 8554)
    made.begin(of_file())
    return made


def row(store: Store, key: str) -> camera_list.CameraRow:
    """A camera as it is kept."""
    return next(one for one in camera_list.listed(store) if one.key == key)


def test_the_file_seeds_once_and_the_database_rules_then(store: Store) -> None:
    first = roster(store)
    assert [one.key for one in first.cameras] == list(of_file().by_key)
    assert first.cameras.get("ha_noi_1").url.get_secret_value() == "rtsp://127.0.0.1:8554/ha_noi_1"
    assert [zone.kind for zone in first.cameras.get("ha_noi_1").zones] == ["waiting", "staff"]
    assert camera_list.change(store, replace(row(store, "ha_noi_1"), name_vi="Tên khác", changed_by="quantri"), ENTRY)
    assert camera_list.remove(store, "son_la_1", ENTRY)
    again = roster(store)
    assert again.cameras.get("ha_noi_1").name_vi == "Tên khác"
    assert "son_la_1" not in again.cameras.by_key
    assert "son_la_1" in camera_list.ever_known(store)
    assert [one.action for one in accounts.list_audit(store, 9)] == ["camera changed", "camera changed", "cameras seeded"]


def test_a_look_takes_up_changes_and_says_whether_there_were_any(store: Store) -> None:
    mine, other = roster(store), roster(store)
    held, walk = mine.cameras, iter(mine.cameras)
    next(walk)
    assert not held.look()
    assert camera_list.change(store, replace(row(store, "ha_noi_1"), enabled=False), ENTRY)
    assert held.look()
    assert not held.look()
    assert held.get("ha_noi_1").hindrance is State.DISABLED
    assert other.cameras.get("ha_noi_1").hindrance is None
    assert len(list(walk)) == len(of_file().by_key) - 1


def test_of_two_who_change_one_camera_the_second_is_told(store: Store) -> None:
    roster(store)
    seen = row(store, "ha_noi_1")
    assert camera_list.change(store, replace(seen, name_vi="Một"), ENTRY)
    assert not camera_list.change(store, replace(seen, name_vi="Hai"), ENTRY)
    assert (row(store, "ha_noi_1").name_vi, row(store, "ha_noi_1").version) == ("Một", 2)


def test_a_deleted_camera_may_come_again_by_hand_at_the_end_of_the_list(store: Store) -> None:
    roster(store)
    old = row(store, "ha_noi_1")
    assert not camera_list.add(store, old, ENTRY)
    assert camera_list.remove(store, "ha_noi_1", ENTRY)
    assert not camera_list.remove(store, "ha_noi_1", ENTRY)
    assert camera_list.add(store, old, ENTRY)
    assert camera_list.listed(store)[-1].key == "ha_noi_1"


def secret_camera() -> Camera:
    """One with a password in each address."""
    urls = {
        "url": f"rtsp://xem:{PASSWORD}@10.0.0.9/a",
        "substream": f"rtsp://10.0.0.9/b?password={PASSWORD}",
        "endpoint": f"https://u:{PASSWORD}@media.example/whep",
    }
    return camera("cam_1", "").model_copy(update={name: SecretStr(url) for name, url in urls.items()})


def test_passwords_are_in_no_column_and_come_back_with_the_key(store: Store) -> None:
    one = secret_camera()
    assert camera_list.add(store, row_of(one, VAULT, changed_by="t"), ENTRY)
    with store.transaction() as connection:
        dump = str(connection.exec_driver_sql("SELECT c::text, encode(sealed, 'escape') FROM camera c").all())
        dump += str(connection.exec_driver_sql("SELECT a::text FROM audit a").all())
    assert PASSWORD not in dump
    assert "xem" not in dump
    kept = row(store, "cam_1")
    assert (kept.url, kept.substream) == ("rtsp://10.0.0.9/a", "rtsp://10.0.0.9/b?password=***")
    back = camera_of(kept, VAULT, None)
    assert (back.url, back.substream, back.endpoint) == (one.url, one.substream, one.endpoint)


def test_without_its_key_a_camera_is_locked_and_says_so(store: Store) -> None:
    camera_list.add(store, row_of(secret_camera(), VAULT, changed_by="t"), ENTRY)
    stranger = roster(store, Vault.of(["o" * 32]))
    assert stranger.cameras.get("cam_1").hindrance is State.LOCKED
    assert stranger.cameras.get("ha_noi_1").hindrance is None


def test_an_old_key_opens_once_more_and_then_the_new_one_alone_does(store: Store) -> None:
    camera_list.add(store, row_of(secret_camera(), VAULT, changed_by="t"), ENTRY)
    version = row(store, "cam_1").version
    roster(store, Vault.of(["n" * 32, "k" * 32]))
    new = roster(store, Vault.of(["n" * 32]))
    assert new.cameras.get("cam_1").url == secret_camera().url
    assert row(store, "cam_1").version == version


def test_a_seeded_password_without_a_key_is_not_kept_and_the_camera_is_off(store: Store, tmp_path: Path) -> None:
    made = Roster(store, Vault())
    made.begin(Cameras({"cam_1": secret_camera()}))
    one = made.cameras.get("cam_1")
    assert (one.hindrance, one.url.get_secret_value()) == (State.DISABLED, "rtsp://10.0.0.9/a")


def test_a_row_that_cannot_be_read_takes_no_other_with_it(store: Store) -> None:
    first = roster(store)
    with store.transaction() as connection:
        connection.exec_driver_sql("UPDATE camera SET privacy = 'unheard of' WHERE key = 'ha_noi_1'")
    camera_list.remove(store, "son_la_1", ENTRY)
    first.look()
    assert sorted(of_file().by_key.keys() - first.cameras.by_key.keys()) == ["ha_noi_1", "son_la_1"]


def test_the_list_is_written_as_the_file_that_it_came_from_without_secrets(store: Store, tmp_path: Path) -> None:
    listed = [*of_file(), secret_camera()]
    text = as_toml(listed)
    assert PASSWORD not in text
    assert "# left out of url: user and password" in text
    (tmp_path / "cameras.toml").write_text(text, encoding="utf-8")
    back = Cameras.load(tmp_path, units(), None)
    assert dict(back.by_key) == {**of_file().by_key, "cam_1": back.get("cam_1")}
    assert back.get("cam_1").url.get_secret_value() == "rtsp://10.0.0.9/a"
    assert set(tomllib.loads(text)) == {one.key for one in listed}


@pytest.mark.parametrize("text", ['dấu "nháy" \\ và \n dòng', "tab\tDEL\x7f", "Ủy ban"])
def test_any_words_survive_the_way_through_toml(tmp_path: Path, text: str) -> None:
    one = camera("cam_1", "").model_copy(update={"purpose_vi": text})
    assert tomllib.loads(as_toml([one]))["cam_1"]["purpose_vi"] == text
