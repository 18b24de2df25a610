"""The rules of the house that no tool knows: sizes, names, and what no file may hold."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
LONGEST_FUNCTION = 40
LONGEST_FILE = {"dashboard": 300, "tests": 500}
MOST_ARGUMENTS = 6
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "service", "misc"}
# A migration is a list of tables in the order of their making: it has the length of its content.
SOURCES = sorted(path for room in LONGEST_FILE for path in (HOUSE / room).rglob("*.py") if path.parent.name != "versions")


def _name(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, check=True)
    return [HOUSE / name for name in listing.stdout.decode().split("\0") if name and (HOUSE / name).is_file()]


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_functions_are_short_and_take_few_arguments(path: Path) -> None:
    for function in _functions(path):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        assert lines <= LONGEST_FUNCTION, (
            f"{_name(path)}:{function.lineno} {function.name} has {lines} lines, {LONGEST_FUNCTION} is the end"
        )
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        named = [argument for argument in arguments if argument.arg not in ("self", "cls")]
        # Commands of the command line take their options as arguments, tests their fixtures.
        if "cli" not in path.parts and "tests" not in path.parts and function.name != "settings_customise_sources":
            assert len(named) <= MOST_ARGUMENTS, f"{_name(path)}:{function.lineno} {function.name} takes {len(named)} arguments"


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_files_are_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    limit = LONGEST_FILE[path.relative_to(HOUSE).parts[0]]
    assert lines <= limit, f"{_name(path)} has {lines} lines, {limit} is the end"


@pytest.mark.parametrize("path", [path for path in SOURCES if path.is_relative_to(HOUSE / "dashboard")], ids=_name)
def test_modules_have_a_name_of_their_own_and_say_what_they_are(path: Path) -> None:
    assert not FORBIDDEN_NAMES & {path.stem, *path.relative_to(HOUSE).parts[:-1]}
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{_name(path)} has no docstring"


@pytest.mark.parametrize("path", [path for path in SOURCES if path.is_relative_to(HOUSE / "dashboard")], ids=_name)
def test_public_functions_and_classes_say_what_they_give(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_"]
    for node in public:
        assert ast.get_docstring(node), f"{_name(path)}:{node.lineno} {node.name} has no docstring"


def test_no_file_names_a_registry_or_a_workplace() -> None:
    # Put together here, so that this file does not hold them.
    needles = [
        re.compile(pattern) for pattern in ("pypi" + r"\.org", "files.python" + "hosted", "registry.npm" + "js", r"(?<![\w.])/work" + "/")
    ]
    for path in _tracked():
        if path.suffix in {".png", ".woff2", ".ttf", ".jpg", ".gz", ".br"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for needle in needles:
            assert not needle.search(text), f"{_name(path)} holds {needle.pattern}"


_RECORDS = re.compile(r"VideoWriter|av\.open\(|output\.add_stream|add_stream_from_template|MediaRecorder|imwrite\(|captureStream")


def test_no_code_path_records_a_picture_that_moves() -> None:
    """Law 91/2025: no recording. Nothing but the sandbox, which draws, may even name what writes films or picture files."""
    sources = [*(HOUSE / "dashboard").rglob("*.py"), *(HOUSE / "dashboard" / "assets").glob("*.js")]
    ours = [path for path in sources if "sandbox" not in path.parts and not path.name.startswith("vendor-")]
    assert len(ours) > 300
    for path in ours:
        found = _RECORDS.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{_name(path)}: no code path may record"


def test_both_locks_hold_every_dependency_with_hashes() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {"requirements.lock": project["project"]["dependencies"], "requirements-dev.lock": project["dependency-groups"]["dev"]}
    for lock, dependencies in wanted.items():
        text = (HOUSE / lock).read_text(encoding="utf-8")
        locked = {line.split("==")[0].split("[")[0] for line in text.splitlines() if re.match(r"[a-z0-9]", line)}
        for dependency in dependencies:
            name = re.split(r"[\[<>=,]", dependency)[0].lower().replace("_", "-")
            assert name in locked, f"{lock} lacks {name}: run `make lock`"
        assert "index-url" not in text
        assert text.count("==") <= text.count("--hash=sha256:")


def test_the_development_lock_holds_everything_of_the_other_at_the_same_version() -> None:
    releases = [
        {line.split(" ")[0] for line in (HOUSE / lock).read_text(encoding="utf-8").splitlines() if re.match(r"[a-z0-9].*==", line)}
        for lock in ("requirements.lock", "requirements-dev.lock")
    ]
    assert releases[0] <= releases[1]
