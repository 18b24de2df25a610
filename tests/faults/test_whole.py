"""The whole system: it starts, mends itself, refuses a second one, and leaves nothing behind whatever ends it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.cli.prepare import DEMO_ACCOUNTS
from tests.faults.test_refusals import ORDINARY_USER
from tests.faults.whole import HOUSE, Whole, alive, attempt, copy_checkout, demo_password, environment, free_port, get, running
from tests.patience import PATIENCE, soon

pytestmark = pytest.mark.slow

EVERYBODY = {"web", "clock", "relay", "vision", "sandbox", "postgres"}
EACH_TIME = {"web", "postgres"}
"""The parts that are killed in every run; the others in make test-full."""


def _var(folder: Path) -> dict[str, str]:
    return {"DASHBOARD_VAR_DIR": str(folder)}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `var/` that the tests of this module start on one after the other: no end may harm it for the next start."""
    return tmp_path_factory.mktemp("kept") / "var"


@pytest.fixture
def whole(kept: Path) -> Iterator[Whole]:
    """A running system on the kept folder."""
    with running(port=free_port(), variables=_var(kept)) as system:
        yield system


def _assert_nothing_is_left(everybody: set[int], kept: Path) -> None:
    assert soon(lambda: not alive(everybody)), alive(everybody)
    assert not (kept / "pg" / "data" / "postmaster.pid").exists()


def test_first_start_prints_the_address_and_every_account_once_and_ctrl_c_leaves_nothing(whole: Whole, kept: Path) -> None:
    assert any(f"http://127.0.0.1:{whole.port}/" in line for line in whole.lines)
    passwords = [demo_password(whole.lines, account.username) for account in DEMO_ACCOUNTS]
    assert len(set(passwords)) == len(DEMO_ACCOUNTS)
    assert get(whole.port, "/dang-nhap")[0] == 200
    assert soon(lambda: set(whole.children()) == EVERYBODY)
    written = b"".join(path.read_bytes() for path in kept.rglob("*") if path.is_file())
    assert not any(password.encode() in written for password in passwords), "a password lies in var/ as it is"
    everybody = whole.everybody()
    assert whole.end(signal.SIGINT) == 0
    _assert_nothing_is_left(everybody, kept)


def test_later_start_keeps_the_accounts_and_does_not_print_passwords(whole: Whole, kept: Path) -> None:
    assert any("đã có từ lần chạy đầu" in line for line in whole.lines)
    assert any("0 số liệu mới" in line for line in whole.lines)
    listed = attempt("user", "list", module=True, variables=_var(kept))
    assert [line.split("\t")[0] for line in listed.stdout.splitlines()] == sorted(account.username for account in DEMO_ACCOUNTS)
    everybody = whole.everybody()
    assert whole.end(signal.SIGTERM) == 0
    _assert_nothing_is_left(everybody, kept)


@pytest.mark.parametrize("name", [pytest.param(name, marks=() if name in EACH_TIME else pytest.mark.full) for name in sorted(EVERYBODY)])
def test_what_is_killed_is_started_again(whole: Whole, name: str) -> None:
    before = whole.children()[name]
    os.kill(before, signal.SIGKILL)
    assert soon(lambda: whole.children().get(name, before) != before)
    assert soon(lambda: get(whole.port, "/readyz")[0] == 200)
    assert soon(lambda: set(whole.children()) == EVERYBODY)


def test_a_second_run_beside_it_is_refused_by_name_and_does_it_no_harm(whole: Whole, kept: Path) -> None:
    second = attempt("--demo", "--port", str(free_port()), variables=_var(kept))
    assert second.returncode == 2
    assert str(kept) in second.stderr
    assert str(whole.process.pid) in second.stderr
    assert len(second.stderr.splitlines()) == 1
    assert get(whole.port, "/readyz")[0] == 200


def test_kill_9_of_the_supervisor_takes_everything_along_and_the_port_is_free_at_once(kept: Path) -> None:
    port = free_port()
    with running(port=port, variables=_var(kept)) as system:
        everybody = system.everybody()
        assert len(everybody) > 3
        system.end(signal.SIGKILL)
        assert soon(lambda: not alive(everybody)), alive(everybody)
    with running(port=port, variables=_var(kept)) as again:
        assert get(again.port, "/dang-nhap")[0] == 200


def test_stopping_in_the_middle_of_a_first_start_leaves_nothing_and_the_next_start_works(tmp_path: Path) -> None:
    command = [sys.executable, "app.py", "--port", str(free_port())]
    process = subprocess.Popen(
        command, cwd=HOUSE, env=environment(_var(tmp_path)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert soon((tmp_path / "pg").exists)
    everybody = Whole(process, 0, []).everybody()
    process.terminate()
    _, complaints = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "Traceback" not in complaints
    assert soon(lambda: not alive(everybody)), alive(everybody)
    assert attempt("store", "migrate", module=True, variables=_var(tmp_path)).returncode == 0


def test_it_runs_on_a_database_of_the_operators(kept: Path, empty_database_url: str, tmp_path: Path) -> None:
    with running(port=free_port(), variables=_var(tmp_path) | {"DATABASE_URL": empty_database_url}) as system:
        assert soon(lambda: set(system.children()) == EVERYBODY - {"postgres"})
        assert get(system.port, "/dang-nhap")[0] == 200
    assert not (tmp_path / "pg").exists()


def test_an_ordinary_user_runs_it(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("every other test here runs it as an ordinary user already")
    var, port = tmp_path / "var", free_port()
    var.mkdir()
    os.chown(var, 65534, 65534)
    with running(*ORDINARY_USER, sys.executable, "app.py", "--demo", "--port", str(port), port=port, variables=_var(var)) as system:
        assert get(system.port, "/dang-nhap")[0] == 200


@pytest.mark.parametrize(
    "folder", ["Bảng điều hành (bản 2) & 'thử'", "/".join(["rất dài" * 10] * 4)], ids=["spaces and signs", "very long"]
)
def test_make_run_works_in_every_path(tmp_path: Path, folder: str) -> None:
    checkout = tmp_path / folder
    copy_checkout(checkout)
    port = free_port()
    with running("make", "run", f"PORT={port}", port=port, variables={}, cwd=checkout) as system:
        assert get(port, "/dang-nhap")[0] == 200
        assert (checkout / "var" / "pg" / "data").is_dir()
        everybody = system.everybody()
        system.process.terminate()
        assert soon(lambda: not alive(everybody)), alive(everybody)
