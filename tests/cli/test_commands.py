"""`python -m dashboard …`: what operators type, what comes back, and how it ends."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dashboard.access.passwords import verify
from dashboard.access.tokens import fingerprint
from dashboard.camera.compiled import LIBRARY, chosen
from dashboard.store import Store, accounts
from dashboard.store.queries import data_versions
from tests.faults.whole import HOUSE, environment
from tests.patience import PATIENCE

PASSWORD = "đúng-mật-khẩu-dài-7"


@pytest.fixture
def operator(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The variables of an operator with a database."""
    return {"DATABASE_URL": database_url, "DASHBOARD_VAR_DIR": str(tmp_path / "var")}


def _run(operator: dict[str, str], *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dashboard", *arguments]
    return subprocess.run(
        command, cwd=HOUSE, env=environment(operator), input=typed, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def _well(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.splitlines()


def _badly(done: subprocess.CompletedProcess[str], code: int, *names: str) -> None:
    assert done.returncode == code, done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("lỗi: ")
    for name in names:
        assert name in done.stderr


def test_a_person_is_added_listed_given_a_new_password_and_shut_out(operator: dict[str, str], store: Store) -> None:
    _well(_run(operator, "user", "add", "thu.ha", "--role", "leader", "--name", "Thu Hà", typed=PASSWORD + "\n"))
    assert _well(_run(operator, "user", "list")) == ["thu.ha\tleader\t\tThu Hà"]
    _well(_run(operator, "user", "password", "thu.ha", typed="mật-khẩu-khác-8-lần\n"))
    found = accounts.find_person(store, "thu.ha")
    assert found is not None
    assert verify(found[1], "mật-khẩu-khác-8-lần")
    assert not verify(found[1], PASSWORD)
    _well(_run(operator, "user", "disable", "thu.ha"))
    assert _well(_run(operator, "user", "list"))[0].endswith("đã khóa")


@pytest.mark.parametrize(
    ("arguments", "code", "name"),
    [
        (("user", "add", "thu", "--role", "king"), 2, "king"),
        (("user", "add", "thu", "--role", "wall_device"), 2, "wall_device"),
        (("user", "add", "thu", "--role", "province"), 2, "thu"),
        (("user", "add", "thu", "--role", "province", "--unit", "atlantis"), 1, "atlantis"),
        (("user", "disable", "nobody-here"), 1, "nobody-here"),
        (("token", "add", "--scope", "everything"), 2, "everything"),
        (("ingest", "nothing"), 1, "nothing"),
        (("ingest", "papi", "--file", "/not/there.csv"), 1, "/not/there.csv"),
        (("nonsense",), 2, "nonsense"),
        (("ingest",), 2, "feed"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_mistake_is_one_line_that_names_it(operator: dict[str, str], arguments: tuple[str, ...], code: int, name: str) -> None:
    _badly(_run(operator, *arguments, typed=PASSWORD + "\n"), code, name)


def test_a_weak_password_is_refused_and_not_repeated(operator: dict[str, str]) -> None:
    done = _run(operator, "user", "add", "thu", "--role", "leader", typed="tooweak\n")
    _badly(done, 2, "thu")
    assert "tooweak" not in done.stderr


def test_a_token_stands_alone_on_the_last_line_and_only_its_hash_is_kept(operator: dict[str, str], store: Store) -> None:
    token = _well(_run(operator, "token", "add", "--scope", "read", "--name", "kiểm thử"))[-1]
    assert len(token) >= 43
    assert " " not in token
    found = accounts.find_token(store, fingerprint(token))
    assert found is not None
    assert not found.simulated


def test_a_token_of_a_sandbox_is_marked(operator: dict[str, str], store: Store) -> None:
    token = _well(_run(operator, "token", "add", "--scope", "feed:document_axis", "--simulated"))[-1]
    found = accounts.find_token(store, fingerprint(token))
    assert found is not None
    assert found.simulated


def test_a_rebuild_says_that_all_was_well(operator: dict[str, str]) -> None:
    assert _well(_run(operator, "store", "rebuild")) == ["đã dựng lại: mọi số liệu vẫn đúng"]


def test_a_feed_is_looked_at_read_and_read_again_without_change(operator: dict[str, str], store: Store) -> None:
    assert "sẽ nhận 1236 số liệu" in _well(_run(operator, "ingest", "papi", "--dry-run"))[0]
    assert data_versions(store) == {}
    assert "1236 số liệu mới, 0 không đổi" in _well(_run(operator, "ingest", "papi"))[0]
    assert "0 số liệu mới, 1236 không đổi" in _well(_run(operator, "ingest", "papi"))[0]
    assert set(data_versions(store)) == {"papi"}


def test_a_damaged_file_ends_with_1_and_says_why(operator: dict[str, str], tmp_path: Path) -> None:
    broken = tmp_path / "hỏng.csv"
    broken.write_text("not,a,figure\n1,2,3\n", encoding="utf-8")
    done = _run(operator, "ingest", "papi", "--file", str(broken))
    assert done.returncode == 1
    assert "hỏng.csv" in done.stdout
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("lỗi: papi")


def test_migrate_makes_the_tables_once(empty_database_url: str, tmp_path: Path) -> None:
    operator = {"DATABASE_URL": empty_database_url, "DASHBOARD_VAR_DIR": str(tmp_path)}
    assert _well(_run(operator, "store", "migrate")) == ["lược đồ đã được cập nhật"]
    assert _well(_run(operator, "store", "migrate")) == ["lược đồ đã là mới nhất"]


def test_check_finds_everything_in_order_or_names_the_file(operator: dict[str, str], tmp_path: Path) -> None:
    assert _well(_run(operator, "check"))[0].startswith("tốt: ")
    shutil.copytree(HOUSE / "data", tmp_path / "data")
    (tmp_path / "data" / "holidays.csv").write_text("day,name_vi,basis\nsoon,Tết,announced\n", encoding="utf-8")
    _badly(_run(operator | {"DASHBOARD_DATA_DIR": str(tmp_path / "data")}, "check"), 2, "holidays.csv", "line 2")


def test_a_reader_that_goes_away_gets_no_traceback(operator: dict[str, str]) -> None:
    script = f"'{sys.executable}' -m dashboard --help | true"
    done = subprocess.run(["bash", "-c", script], cwd=HOUSE, env=environment(operator), capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [("--only", "numbers"), ("--scenario", "1999")])
def test_the_sandbox_says_what_it_can_play(operator: dict[str, str], arguments: tuple[str, str]) -> None:
    _badly(_run(operator, "sandbox", *arguments), 2, arguments[1])


def test_the_list_of_cameras_is_written_as_the_file_that_it_was_seeded_from(operator: dict[str, str], tmp_path: Path) -> None:
    written = tmp_path / "cameras.toml"
    _well(_run(operator, "export", "cameras", "--out", str(written)))
    seeded = tomllib.loads((HOUSE / "data" / "cameras.toml").read_text(encoding="utf-8"))
    assert tomllib.loads(written.read_text(encoding="utf-8")) == seeded
    _badly(_run(operator | {"DASHBOARD_CAMERA_KEY": "short"}, "export", "cameras"), 2, "DASHBOARD_CAMERA_KEY")
    _badly(_run(operator | {"DASHBOARD_OFFICE_HOURS": "sáng"}, "export", "cameras"), 2, "DASHBOARD_OFFICE_HOURS")


def test_the_relays_loop_in_c_is_built_where_they_look_for_it_and_a_broken_one_is_replaced(operator: dict[str, str]) -> None:
    folder = Path(operator["DASHBOARD_VAR_DIR"])
    folder.mkdir(parents=True)
    (folder / LIBRARY).write_bytes(b"not a library")
    (said,) = _well(_run(operator, "relay-helper"))
    assert str(folder / LIBRARY) in said
    assert chosen(folder, wanted=True).name == "c"
