"""What must be put right first is said in one line that names it, with exit code 2, and nothing is left running."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.whole import HOUSE, attempt, copy_checkout, environment, free_port
from tests.patience import PATIENCE

# Another user than root, that may nevertheless read a checkout under /root: read and search pass, write does not.
ORDINARY_USER: tuple[str, ...] = (
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
    "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
)


def _refused(done: subprocess.CompletedProcess[str], *names: str) -> None:
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert done.returncode == 2, done.stderr
    for name in names:
        assert name in lines[0]
    assert lines[0].startswith("lỗi: ")


def _var(folder: Path) -> dict[str, str]:
    return {"DASHBOARD_VAR_DIR": str(folder)}


def test_an_unknown_variable(tmp_path: Path) -> None:
    _refused(attempt(variables=_var(tmp_path) | {"DASHBOARD_PROT": "1"}), "DASHBOARD_PROT", "DASHBOARD_PORT")


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        _refused(attempt("--port", port, variables=_var(tmp_path)), port)


def test_a_port_that_is_no_port(tmp_path: Path) -> None:
    _refused(attempt("--port", "65536", variables=_var(tmp_path)), "port")


def test_a_host_that_is_not_ours(tmp_path: Path) -> None:
    _refused(attempt("--port", str(free_port()), variables=_var(tmp_path) | {"DASHBOARD_HOST": "192.0.2.1"}), "192.0.2.1")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    var = tmp_path / "var"
    var.mkdir(mode=0o755 if os.geteuid() == 0 else 0o555)
    user = ORDINARY_USER if os.geteuid() == 0 else ()
    _refused(attempt("--port", str(free_port()), user=user, variables=_var(var)), str(var), "DASHBOARD_VAR_DIR")


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    _refused(attempt("--port", str(free_port()), variables=_var(tmp_path / "var")), str(tmp_path / "var"))


WHOLE_STARTS = {"measures.toml", "walls.toml"}
"""Files whose damage is shown by whole starts every time; that of the others takes as long, and the same code."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(path.name, marks=() if path.name in WHOLE_STARTS else pytest.mark.full)
        for path in sorted((HOUSE / "data").glob("*.toml"))
    ],
)
def test_a_damaged_catalog(tmp_path: Path, name: str) -> None:
    shutil.copytree(HOUSE / "data", tmp_path / "data")
    with (tmp_path / "data" / name).open("a", encoding="utf-8") as file:
        file.write("\n[broken\n")
    variables = _var(tmp_path / "var") | {"DASHBOARD_DATA_DIR": str(tmp_path / "data")}
    _refused(attempt("--port", str(free_port()), variables=variables), name)


def test_a_data_folder_that_is_not_there(tmp_path: Path) -> None:
    variables = _var(tmp_path / "var") | {"DASHBOARD_DATA_DIR": str(tmp_path / "nowhere")}
    _refused(attempt("--port", str(free_port()), variables=variables), "nowhere", "DASHBOARD_DATA_DIR")


def test_a_database_that_does_not_answer_is_a_failure_and_not_a_wrong_setting(tmp_path: Path) -> None:
    url = f"postgresql://someone:secret-word@127.0.0.1:{free_port()}/nothing"
    done = attempt("--port", str(free_port()), variables=_var(tmp_path) | {"DATABASE_URL": url})
    assert done.returncode == 1
    assert "lỗi: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret-word" not in done.stderr + done.stdout


@pytest.mark.full
def test_a_web_that_cannot_live_is_given_up_with_its_reason(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    copy_checkout(checkout)
    (checkout / "dashboard" / "cli" / "compose.py").write_text("raise RuntimeError('made to fail')\n")
    command = [sys.executable, "app.py", "--port", str(free_port())]
    done = subprocess.run(
        command, cwd=checkout, env=environment(_var(tmp_path / "var")), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 1
    assert "made to fail" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("lỗi: web ")
    assert not (tmp_path / "var" / "pg" / "data" / "postmaster.pid").exists()
