"""A camera's row: what a file may say, hours in their short notation, addresses whose passwords nobody sees, and what is sealed."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.camera import address
from dashboard.camera.hours import OfficeHours
from dashboard.camera.registry import Cameras
from dashboard.camera.states import State
from dashboard.camera.vault import KEY_FILE, Vault, kept_key
from dashboard.errors import ConfigurationError, Locked, PeriodError
from tests.loaded import units

ROW = """
[a]
name_vi = "A"
unit = "ha_noi"
place_vi = "Sảnh"
purpose_vi = "Thử"
provenance = "simulated"
"""


def load(folder: Path, more: str) -> Cameras:
    """A file with one camera."""
    (folder / "cameras.toml").write_text(ROW + more, encoding="utf-8")
    return Cameras.load(folder, units(), 1234)


def test_a_file_may_say_everything_about_a_camera(tmp_path: Path) -> None:
    listed = load(
        tmp_path,
        'url = "rtsp://u:p@10.0.0.1:{port}/main"\nsubstream = "rtsps://u:p@10.0.0.1/sub"\nhours = "T2-T6 08:00-12:00; T7 08:00-11:00"\n'
        'privacy = "masked"\nprivacy_for = { wall_device = "blurred" }\nmasks = [[[0, 0], [1, 0], [1, 0.5]]]\n'
        'zones = [{ name_vi = "Ghế chờ", kind = "waiting", polygon = [[0, 0], [1, 0], [1, 1]], capacity = 9 }]\n',
    )
    one = listed.get("a")
    assert one.url.get_secret_value() == "rtsp://u:p@10.0.0.1:1234/main"
    assert "p@" not in repr(one)
    assert (one.privacy_of("leader"), one.privacy_of("wall_device"), one.privacy_of(None)) == ("masked", "blurred", "masked")
    assert (one.zones[0].capacity, one.masks[0][2]) == (9, (1.0, 0.5))
    assert str(listed.hours_of(one)) == "T2-T6 08:00-12:00; T7 08:00-11:00"
    assert (one.hindrance, one.is_connected, one.enabled) == (None, True, True)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('url = "http://x/"', r"\[a\] url: an address is rtsp://"),
        ('url = "rtsp://x:99999/"', r"\[a\] url"),
        ('endpoint = "rtsp://x/"', r"\[a\] endpoint: an address is http://"),
        ('hours = "sáng"', r"\[a\] hours"),
        ('privacy = "secret"', r"\[a\] privacy"),
        ("masks = [[[0, 0], [1, 1]]]", r"\[a\] masks"),
        ("masks = [[[0, 0], [2, 0], [1, 1]]]", r"\[a\] masks"),
        ('zones = [{ name_vi = "Z", kind = "door", polygon = [[0, 0], [1, 0], [1, 1]] }]', r"\[a\] zones"),
        ("version = 3", r"\[a\] version: no field of this file"),
        ("colour = 3", r"\[a\] colour"),
    ],
)
def test_what_a_file_must_not_say_is_named_with_its_field(tmp_path: Path, more: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        load(tmp_path, more)


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ("", State.UNCONNECTED),
        ('url = "rtsp://x/1"\nenabled = false', State.DISABLED),
        ('url = "rtsp://x/1"\nengine = "whep"', State.UNCONNECTED),
        ('engine = "whep"\nendpoint = "https://x/whep"', None),
    ],
)
def test_what_stands_in_the_way_of_a_picture_has_a_name(tmp_path: Path, more: str, state: State | None) -> None:
    one = load(tmp_path, more).get("a")
    assert (one.hindrance, one.is_connected) == (state, state is None)


def at(text: str) -> datetime:
    """An instant of the week of 23/11/2026, which is a Monday, by the clock of Hà Nội."""
    return datetime.fromisoformat(f"2026-11-{text}:00+07:00")


def test_hours_know_weekdays_lunch_and_days_off() -> None:
    hours = OfficeHours.parse("t2-t6 07:30-11:30, 13:30-17:00;  T7 07:30-11:30")
    assert str(hours) == "t2-t6 07:30-11:30 13:30-17:00; T7 07:30-11:30"
    opened = [
        text for text in ("23T07:29", "23T07:30", "23T11:30", "23T16:59", "28T10:00", "28T14:00", "29T10:00") if hours.are_open(at(text))
    ]
    assert opened == ["23T07:30", "23T16:59", "28T10:00"]
    assert not hours.are_open(at("23T10:00"), {at("23T10:00").date()})
    assert hours.are_open(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))


NO_HOURS = [
    "",
    ";",
    "T2",
    "T8 07:00-08:00",
    "T6-T2 07:00-08:00",
    "T2 08:00-07:00",
    "T2 07:00-09:00 08:00-10:00",
    "T2 24:00-25:00",
    "T2 " * 99,
]


@pytest.mark.parametrize("text", [*NO_HOURS, "T2 07:00-08:00; T2 09:00-10:00"])
def test_hours_that_nobody_could_keep_are_refused(text: str) -> None:
    with pytest.raises(PeriodError, match="giờ làm việc"):
        OfficeHours.parse(text)


LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)


@given(LETTERS, LETTERS)
def test_a_login_goes_into_an_address_and_comes_back_and_is_never_shown(user: str, password: str) -> None:
    url = address.with_login("rtsp://10.0.0.1:554/a?b=1", user, password)
    assert address.login(url) == (user, password)
    assert address.fault(url) is None
    assert address.bare(url) == "rtsp://10.0.0.1:554/a?b=1"
    assert address.shown(url).endswith(":***@10.0.0.1:554/a?b=1")
    assert address.has_secret(url)
    assert address.bare(address.shown(url)) == address.bare(url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://10.0.0.1/a", "rtsp://10.0.0.1/a"),
        ("rtsp://a:b@10.0.0.1/a", "rtsp://a:***@10.0.0.1/a"),
        ("rtsp://a:b@c:d@10.0.0.1/a", "rtsp://a:***@10.0.0.1/a"),
        ("rtsp://a@10.0.0.1/a", "rtsp://a:***@10.0.0.1/a"),
        ("rtsp://10.0.0.1/user=admin&password=tl_Jw&channel=1", "rtsp://10.0.0.1/user=admin&password=***&channel=1"),
        ("https://media/whep?token=abc", "https://media/whep?token=***"),
        ("rtsp://10.0.0.1/a@b", "rtsp://10.0.0.1/a@b"),
    ],
)
def test_addresses_are_shown_without_what_opens_them(url: str, shown: str) -> None:
    assert address.shown(url) == shown


@given(st.text(max_size=60))
def test_no_text_makes_the_look_at_an_address_fail(text: str) -> None:
    for look in (address.fault, address.shown, address.bare, address.login, address.place):
        look(text)
    if address.fault(text) is None and text:
        assert address.place(text)[0]


KEY, OTHER = "k" * 32, "o" * 40


def test_what_is_sealed_opens_at_its_place_with_its_key_and_nowhere_else() -> None:
    vault = Vault.of([KEY])
    sealed = vault.seal("bí mật", "cam_1")
    assert "bí mật".encode() not in sealed
    assert vault.seal("bí mật", "cam_1") != sealed
    assert vault.open(sealed, "cam_1") == "bí mật"
    for wrong, place in ((vault, "cam_2"), (Vault.of([OTHER]), "cam_1"), (Vault(), "cam_1")):
        with pytest.raises(Locked):
            wrong.open(sealed, place)
    with pytest.raises(Locked):
        vault.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), "cam_1")
    with pytest.raises(Locked, match="DASHBOARD_CAMERA_KEY"):
        Vault().seal("x", "y")
    assert KEY not in repr(vault)


def test_a_key_is_changed_by_naming_the_old_one() -> None:
    old = Vault.of([KEY])
    sealed = old.seal("bí mật", "cam")
    changed = Vault.of([OTHER, KEY, ""])
    assert changed.open(sealed, "cam") == "bí mật"
    assert (changed.is_old(sealed), old.is_old(sealed), changed.is_old(changed.seal("x", "cam"))) == (True, False, False)
    with pytest.raises(ConfigurationError, match="32"):
        Vault.of(["short"])


@given(st.binary(max_size=80))
def test_no_bytes_make_the_vault_fail_otherwise(sealed: bytes) -> None:
    with pytest.raises(Locked):
        Vault.of([KEY]).open(sealed, "cam")


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    assert kept_key(tmp_path, make=False) == ""
    made = kept_key(tmp_path / "var", make=True)
    assert len(made) >= 43
    assert kept_key(tmp_path / "var", make=True) == kept_key(tmp_path / "var", make=False) == made
    assert stat.S_IMODE((tmp_path / "var" / KEY_FILE).stat().st_mode) == 0o600
    assert [one.name for one in (tmp_path / "var").iterdir()] == [KEY_FILE]
